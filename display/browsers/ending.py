"""When a meeting in a browser is over. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from urllib.parse import urlsplit

from display.browsers.happenings import Closed, Crashed, Gone, Happening, Navigated

RELOADS, RELOADS_S = 2, 60.0
REOPEN_S = 120.0


class Step(Enum):
    GO_ON = auto()
    RELOAD = auto()
    REOPEN = auto()
    END = auto()
    GIVE_UP = auto()  # it cannot be kept: "display.meeting_crashed"


def has_left(url: str, patterns: Sequence[str]) -> bool:
    """Whether an address is where people land after a meeting. A pattern is of host and path, lower case, `*` for
    anything."""
    try:
        parts = urlsplit(url)
        place = f"{parts.hostname or ''}{parts.path or '/'}".lower()
    except ValueError:
        return False
    return any(_fits(place, pattern) for pattern in patterns)


def _fits(text: str, pattern: str) -> bool:
    first, *middle = pattern.split("*")
    if not middle:
        return text == first
    last = middle.pop()
    if not text.startswith(first):
        return False
    at = len(first)
    for part in middle:
        found = text.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return text.endswith(last) and len(text) - len(last) >= at


@dataclass(slots=True)
class Course:
    """What happened to one meeting so far."""

    left_patterns: Sequence[str] = ()
    _crashes: list[float] = field(default_factory=list)
    _lost: float | None = None

    def after(self, happening: Happening, now: float) -> Step:
        """What to do about it."""
        match happening:
            case Navigated(url) if has_left(url, self.left_patterns):
                return Step.END
            case Closed():
                return Step.END
            case Crashed():
                self._crashes = [*(crash for crash in self._crashes if now - crash < RELOADS_S), now]
                return Step.RELOAD if len(self._crashes) <= RELOADS else Step.GIVE_UP
            case Gone():
                again = self._lost is None or now - self._lost >= REOPEN_S
                self._lost = now
                return Step.REOPEN if again else Step.GIVE_UP
            case _:
                return Step.GO_ON
