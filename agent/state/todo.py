"""Checks of the status → what is wrong and what to do first, in words. Pure.

The words: what a code means stands in the catalogue of `agent.texts` where the room's screen says it too, else with
the rest in `agent/texts/todo/`: labels of checks, titles, details, and cures by code or by class of fault.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from agent import wire
from agent.model.sync import SOURCE_NAMES
from agent.state.causes import cause_of
from agent.state.check import Check
from agent.state.helpers import class_of_check, who_helps
from agent.texts import catalogue, say, words
from agent.wire.ops import OpsCheck, OpsTodo

NOTEWORTHY = frozenset({"secrets.plain", "updates.reboot_required", "updates.security"})
"""What passes and is told all the same."""
SEVERITIES = {"fail": "error", "warn": "warning", "pass": "info"}
_RANK = {"error": 0, "warning": 1, "info": 2}
_PARTS = {"display:outputs": "outputs", "display:inputs": "inputs", "secrets": "account", "expiry": "account"}
_EXPIRY = "expiry"


def todo(results: Sequence[Check], now: datetime, language: str) -> list[OpsTodo]:
    """The worst first, each code once; what only follows from another stands right below it. A `since` that lies in the
    future is left out: the clock was wrong then."""
    bad = [each for each in results if each.status != "pass" or each.code in NOTEWORTHY]
    told = _merged(_say(each, now, language) for each in bad)
    place = {each.code: number for number, each in enumerate(told)}
    root = {code: cause_of(code, place) for code in place}
    worst = dict.fromkeys(place, _RANK["info"])
    for each in told:
        worst[root[each.code]] = min(worst[root[each.code]], _RANK[each.severity])

    def order(each: OpsTodo) -> tuple[int, int, bool]:
        cause = root[each.code]
        return worst[cause], place[cause], each.code != cause

    return sorted(told, key=order)


def ops_check(check: Check, language: str) -> OpsCheck:
    """A check for the page, with its name in words."""
    return OpsCheck(
        key=check.key,
        part=part_of(check.key),
        label=label_of(check.key, language),
        status=check.status,
        code=check.code,
        value=check.value,
        unit=check.unit,
        since=wire.instant(check.since) if check.since else None,
        output=check.output,
    )


def part_of(key: str) -> str:
    """Which of the page's parts a check belongs to."""
    part = key.partition(":")[0]
    return _PARTS.get(key) or _PARTS.get(part, part)


def label_of(key: str, language: str) -> str:
    """A check's name: "Contact with the calendar server"."""
    known = words("todo", language)
    part, _, measure = key.partition(":")
    return known.get(f"label.{key}") or (f"{known[f'label.{part}']}: {measure}" if f"label.{part}" in known else key)


def said_code(check: Check) -> str:
    """The code that the sentences stand under: of what ends, each thing has its own."""
    if not check.key.startswith(f"{_EXPIRY}:"):
        return check.code
    return check.key.replace(":", ".") + ("_over" if check.code == "expiry.over" else "")


def _say(check: Check, now: datetime, language: str) -> OpsTodo:
    code, known = said_code(check), words("todo", language)
    shown = code
    if code.startswith("display.") and code not in catalogue("en"):
        shown = "display.trouble"
    value = check.value
    values = {"part": check.part or "–", "problem": code, "days": value, "count": value,
              "source": SOURCE_NAMES.get(str(value), value)}  # fmt: skip
    detail = known.get(f"detail.{shown}") or say(language, shown, "detail")
    cure = known.get(f"cure.{shown}") or known[f"cure.class.{class_of_check(shown)}"]
    return OpsTodo(
        code=code,
        severity=SEVERITIES[check.status],
        title=(known.get(f"title.{shown}") or say(language, shown)).format_map(values),
        detail=detail.format_map(values),
        cure=cure,
        who=who_helps(shown),
        since=wire.instant(check.since) if check.since and check.since <= now else None,
    )


def _merged(told: Iterable[OpsTodo]) -> list[OpsTodo]:
    """Each code once, as bad and as old as its worst and oldest."""
    merged: dict[str, OpsTodo] = {}
    for each in told:
        known = merged.setdefault(each.code, each)
        worse = min(known, each, key=lambda one: _RANK[one.severity])
        merged[each.code] = replace(worse, since=min(filter(None, (known.since, each.since)), default=None))
    return list(merged.values())
