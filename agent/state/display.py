"""What the display says of itself, and whether it is there. Pure; times are the monotonic clock's, in seconds, apart
from `wall`, which people read.

Several processes report, each its own keys; what one leaves out stays as it was. Nothing outlives the display: when
it is gone, so is what it said.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime

from agent import wire
from agent.state.ways import BROWSER, DISPLAY

SILENT_AFTER_S = 90.0
"""The display reports at least every 30 s."""
ROUNDED_S = 2.0
"""How long ago a touch was is told in whole seconds."""
UNNAMED, SHELL, HOME, MEETING = "", "shell", "home", "meeting"
"""Who opens a stream of orders. One that does not say counts for all of them."""
SIGNALS = ("absent", "no_cable", "no_signal", "unstable", "unsupported", "protected", "live")
"""States of an input."""
SCREENS = ("home", "meeting", "content")
NO_MEETING = "none"
"""What the display says of its meeting while it has none; else "opening" or "running"."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something wrong at the display: dotted code, the part it is about as people call it, and since when."""

    code: str
    part: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayFacts:
    """What is known of the display. `present`: anything of it is there; `joins`: what drives meetings is; `shows`: what
    shows inputs takes orders. `silent_since`: it was there and is not any more. `outputs` None: not told yet.
    `meeting`: NO_MEETING, or how far it is. `touched`: when somebody touched the screen last, monotonic."""

    present: bool = False
    joins: bool = False
    shows: bool = False
    silent_since: datetime | None = None
    inputs: tuple[wire.Input, ...] = ()
    outputs: tuple[wire.OutputReport, ...] | None = None
    screen: str = "home"
    meeting: str = NO_MEETING
    touched: float | None = None
    troubles: tuple[Trouble, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def launcher(self) -> str:
        """Who opens a meeting."""
        return DISPLAY if self.joins else BROWSER


class DisplayWatch:
    """Puts reports together. `labels`: configured inputs in the order in which people see them, "" without a label."""

    def __init__(self, labels: Mapping[str, str]) -> None:
        self._labels = dict(labels)
        self._report = wire.DisplayReport()
        self._heard: float | None = None
        self._meeting_heard: float | None = None
        self._touched: float | None = None
        self._seen = False
        self._silent_since: datetime | None = None
        self._since: dict[tuple[str, str], datetime] = {}

    def take(self, report: wire.DisplayReport, now: float) -> None:
        """Note a report."""
        self._heard = now
        if report.meeting is not None:
            self._meeting_heard = now
        if report.touched_s_ago is not None:
            self._touched = _newer(self._touched, now - report.touched_s_ago)
        told = {each.name: value for each in fields(report) if (value := getattr(report, each.name)) is not None}
        self._report = replace(self._report, **told)

    def look(self, now: float, wall: datetime, streams: Collection[str]) -> DisplayFacts:
        """The facts at this moment, while these take orders."""
        present = bool(streams) or _young(self._heard, now)
        if not present:
            if self._seen and self._silent_since is None:
                self._silent_since = wall
            self._report, self._heard, self._meeting_heard = wire.DisplayReport(), None, None
            self._touched = None
            self._since.clear()
            return DisplayFacts(silent_since=self._silent_since)
        self._seen, self._silent_since = True, None
        report = self._report
        return DisplayFacts(
            present=True,
            joins=listens(MEETING, streams) or _young(self._meeting_heard, now),
            shows=listens(SHELL, streams),
            inputs=tuple(self._inputs(report.inputs or ())),
            outputs=None if report.outputs is None else tuple(report.outputs),
            screen=report.screen if report.screen in SCREENS else "home",
            meeting=report.meeting or NO_MEETING,
            touched=self._touched,
            troubles=self._troubles(wall),
            versions=dict(report.versions or {}),
        )

    def name_of(self, part: str) -> str:
        """What people call a part: an input by its label."""
        return self._labels.get(part) or part

    def _inputs(self, reported: Iterable[wire.Input]) -> list[wire.Input]:
        order = {name: place for place, name in enumerate(self._labels)}
        named = [replace(each, label=each.label or self._labels.get(each.name, "")) for each in reported]
        return sorted(named, key=lambda each: order.get(each.name, len(order)))

    def _troubles(self, wall: datetime) -> tuple[Trouble, ...]:
        report = self._report
        lists = (report.problems, report.meeting_problems, report.home_problems)
        told = {(each.code, each.part): each for problems in lists for each in problems or ()}
        self._since = {key: self._since.get(key) or _instant(each.since) or wall for key, each in told.items()}
        return tuple(Trouble(code, self.name_of(part), since) for (code, part), since in self._since.items())


def listens(name: str, streams: Collection[str]) -> bool:
    """Whether an order for this process would be heard."""
    return name in streams or UNNAMED in streams


def _young(heard: float | None, now: float) -> bool:
    return heard is not None and now - heard <= SILENT_AFTER_S


def _newer(before: float | None, touched: float) -> float:
    """The last touch. The same one told again comes out a little earlier or later."""
    return touched if before is None or touched > before + ROUNDED_S else before


def _instant(text: str) -> datetime | None:
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        return None
    return value if value.tzinfo is not None else None
