"""The shipped rules in quick motion: a minute becomes two seconds. Everything else of an expression stays as it is.

`for:` is divided by 30 and at most 15 s. A range such as [1h] is divided by 30, and between one and two minutes, since
the pauses that the agent makes are not shortened. In an expression a span of minutes, written `15 * 60`, becomes
`15 * 2`; days (`14 * 86400`) stay, since a certificate of a test can end on any day.
"""

from __future__ import annotations

import re
from typing import Any

FACTOR = 30
LONGEST_FOR_S = 15
RANGE_S = (60, 120)
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}

_RANGE = re.compile(r"(\[|offset )(\d+[smhd])(\]?)")
_MINUTES = re.compile(r"(\d+) \* 60\b")


def shortened(document: dict[str, Any]) -> dict[str, Any]:
    """A rules file as data, in quick motion."""
    return {"groups": [_group(each) for each in document["groups"]]}


def _group(group: dict[str, Any]) -> dict[str, Any]:
    return {**group, "interval": "1s", "rules": [_rule(each) for each in group["rules"]]}


def _rule(rule: dict[str, Any]) -> dict[str, Any]:
    changed = {**rule, "expr": _RANGE.sub(_range, _MINUTES.sub(rf"\1 * {60 // FACTOR}", rule["expr"]))}
    if "for" in rule:
        changed["for"] = f"{min(_seconds(rule['for']) // FACTOR, LONGEST_FOR_S)}s"
    return changed


def _range(found: re.Match[str]) -> str:
    shortest, longest = RANGE_S
    return f"{found[1]}{min(max(_seconds(found[2]) // FACTOR, shortest), longest)}s{found[3]}"


def _seconds(text: str) -> int:
    return int(text[:-1]) * UNITS[text[-1]]
