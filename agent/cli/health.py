"""The status for people at a terminal: what is wrong and what to do first, then every check."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from agent.cli.printing import plain

if TYPE_CHECKING:
    from agent.state.check import Check
    from agent.wire.ops import OpsTodo

WORDS = {"pass": "well", "warn": "needs attention", "fail": "fails"}
MARKS = {"pass": "ok", "warn": "warn", "fail": "FAIL"}
COLORS = {"pass": "32", "warn": "33", "fail": "31", "error": "31", "warning": "33", "info": "36"}
WHO = {"technician": "technician", "exchange-admin": "Exchange administrator", "network": "network administrator",
       "nobody": "nobody"}  # fmt: skip
WIDEST = 120


def status(answer: dict[str, Any], now: datetime, *, colors: bool = False, width: int = 80) -> str:
    """One block for each thing to do, the worst first, then a line for each check, in as many columns as there are."""
    from agent.state.todo import todo

    checks, width = list(checks_of(answer)), min(width, WIDEST)
    paint = _painter(colors)
    head = f"room-agent {answer.get('releaseId', '')}: {paint(answer['status'], WORDS[answer['status']])}"
    lines = [head]
    for number, each in enumerate(todo(checks, now, "en"), 1):
        lines += ["", *_block(number, each, width, paint)]
    return "\n".join([*lines, "", *_table(checks, width, paint)])


def checks_of(answer: dict[str, Any]) -> Iterable[Check]:
    """The checks of a status document, as they were told."""
    from agent.state.check import Check

    for key, entries in answer.get("checks", {}).items():
        for each in entries:
            since = datetime.fromisoformat(each["since"]) if each.get("since") else None
            yield Check(key=key, status=each["status"], code=each["code"], value=each.get("observedValue"),
                        unit=each.get("observedUnit"), since=since, output=each.get("output"))  # fmt: skip


def _block(number: int, each: OpsTodo, width: int, paint: Any) -> list[str]:
    first = f"{number}. {paint(each.severity, each.title)}"
    since = f", since {_local(each.since)}" if each.since else ""
    rows = ["What", each.detail], ["Do", each.cure], ["Who", f"{WHO[each.who]}   ({each.code}{since})"]
    return [first, *(line for name, text in rows for line in _wrapped(name, text, width))]


def _wrapped(name: str, text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, initial_indent=f"   {name:<5} ", subsequent_indent=" " * 9)


def _table(checks: Sequence[Check], width: int, paint: Any) -> list[str]:
    from agent.state.todo import label_of

    ordered = sorted(checks, key=lambda each: list(WORDS)[::-1].index(each.status))
    rows = [(each.status, label_of(each.key, "en"), measured(each), each.code) for each in ordered]
    wide = max((len(label) for _, label, _, _ in rows), default=0)
    middle = max((len(text) for _, _, text, _ in rows), default=0)
    lines = []
    for status_, label, text, code in rows:
        mark = paint(status_, f"{MARKS[status_]:<4}")
        line = f"{label:<{wide}}  {text:<{middle}}  {code}"
        lines.append(f"{mark}  {line if len(line) <= width - 6 else line[: width - 7] + '…'}")
    return lines


def measured(check: Check) -> str:
    """A value as people read it: 1.2 GB, 3 min, yes."""
    value, unit = check.value, check.unit
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str) or unit is None:
        return plain(str(value))
    if unit == "bytes":
        return f"{value / 1e9:.1f} GB" if value >= 1e9 else f"{value / 1e6:.0f} MB"
    if unit == "s":
        return _duration(value)
    return f"{value:g} {unit}"


def _duration(seconds: float) -> str:
    if abs(seconds) < 120:
        return f"{seconds:.1f} s"
    whole = timedelta(seconds=round(seconds))
    return f"{whole.days} days" if whole.days > 1 else str(whole)


def _local(instant: str) -> str:
    return f"{datetime.fromisoformat(instant).astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _painter(colors: bool) -> Any:
    return lambda kind, text: f"\x1b[{COLORS[kind]}m{text}\x1b[0m" if colors else text
