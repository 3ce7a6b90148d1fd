"""Checks as text for people: a line for each as it is done, then what to do about those that did not pass."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TextIO

from agent.texts import words

MARKS = {"pass": "✓", "warn": "!", "fail": "✗", "skipped": "–"}
PLAIN_MARKS = {"pass": "+", "warn": "!", "fail": "x", "skipped": "-"}
COLORS = {"pass": "32", "warn": "33", "fail": "31", "skipped": "2"}
ID_WIDTH = 24
WIDEST = 100
_HIDE_LINE = "\r\x1b[K"

Check = Mapping[str, Any]


class Checklist:
    """Writes to `out` as checks come in. On a terminal it also shows what is being done, and in colours unless
    `colors` forbids it."""

    def __init__(self, out: TextIO, *, colors: bool = True) -> None:
        self._out = out
        self._terminal = out.isatty()
        self._colors = colors and self._terminal
        self._width = shutil.get_terminal_size((WIDEST, 24)).columns if self._terminal else 0
        self._marks = MARKS if _can_write(out, "".join(MARKS.values())) else PLAIN_MARKS

    def begin(self, id_: str) -> None:
        """Show that a check is being done."""
        if self._terminal:
            self._out.write(f"{_HIDE_LINE}{self._painted('skipped', f'… {id_}')}")
            self._out.flush()

    def tell(self, check: Check) -> None:
        """Show how a check came out."""
        said = check["title"]
        if check["status"] in ("pass", "skipped") and check["detail"]:
            said = f"{said}: {check['detail']}"
        room = self._width - ID_WIDTH - len("x  ") - 1
        if self._terminal and len(said) > room > 0:
            said = f"{said[: room - 1]}…"
        mark = self._painted(check["status"], self._marks[check["status"]])
        self._write(f"{mark} {check['id']:<{ID_WIDTH}} {said}")

    def clear(self) -> None:
        """Nothing is being done any more."""
        if self._terminal:
            self._out.write(_HIDE_LINE)
            self._out.flush()

    def summary(self, checks: Sequence[Check], language: str) -> None:
        """What to do, check by check, and one line at the end."""
        known = words("doctor_report", language)
        width = min(self._width or WIDEST, WIDEST)
        for check in checks:
            if check["status"] in ("fail", "warn"):
                mark = self._painted(check["status"], f"{self._marks[check['status']]} {check['title']}")
                self._write("\n".join(["", mark, *_explained(check, known, width)]))
        counts = {status: sum(check["status"] == status for check in checks) for status in MARKS}
        parts = [f"{count} {known[f'count.{status}']}" for status, count in counts.items() if count]
        self._write("\n" + ", ".join(parts) + ".")

    def _painted(self, status: str, text: str) -> str:
        return f"\x1b[{COLORS[status]}m{text}\x1b[0m" if self._colors else text

    def _write(self, text: str) -> None:
        self._out.write(f"{_HIDE_LINE if self._terminal else ''}{text}\n")
        self._out.flush()


def _explained(check: Check, known: Mapping[str, str], width: int) -> Iterator[str]:
    yield from _wrapped(check["detail"], width)
    if check["cure"]:
        who = f" ({known['who.' + check['who']]})" if check["who"] else ""
        yield from _wrapped(f"{known['do']}{who}: {check['cure']}", width)
    if check["command"]:
        yield f"  {known['command']}"
        yield textwrap.indent(check["command"], "    ")  # never wrapped: it is copied
    yield f"  [{check['id']}, {check['code']}]" if check["id"] != check["code"] else f"  [{check['id']}]"


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, initial_indent="  ", subsequent_indent="  ", break_long_words=False)


def _can_write(out: TextIO, text: str) -> bool:
    try:
        text.encode(out.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True
