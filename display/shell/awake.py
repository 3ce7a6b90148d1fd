"""Sleep and waking of the screen: decided elsewhere, done here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from agent.wire import DisplayConfig, Span
from display.model import Trouble
from display.outputs.sleep import Facts, rest
from display.ports import ScreenPower

UNAVAILABLE = Trouble("display.sleep_unavailable")


class Waking:
    """`decide` at every change; `due`, monotonic, is when time alone changes something."""

    def __init__(self, power: ScreenPower, started: float) -> None:
        self._power = power
        self._started = started
        self._spans: Sequence[Span] = ()
        self._after_min = 0
        self._awake = True
        self._live: bool | None = None
        self._signalled: float | None = None
        self.due: float | None = None

    @property
    def troubles(self) -> list[Trouble]:
        return [] if self._power.capable or not self._after_min else [UNAVAILABLE]

    def configure(self, config: DisplayConfig) -> None:
        self._spans, self._after_min = config.awake, config.sleep_after_min

    def decide(self, now: float, wall: datetime, *, touched: float, live: bool, meeting: bool) -> bool:
        """Whether the screen is awake from now on. `touched`: the last touch, monotonic; `live`: an input has a
        picture; `wall`: the time of day, which the spans of the meetings are by."""
        if live != self._live:
            self._live, self._signalled = live, None if self._live is None else now
        resting = rest(
            Facts(
                now=now,
                started=self._started,
                spans=[span for each in self._spans if (span := _monotonic(each, now, wall)) is not None],
                touched=touched if touched > self._started else None,
                signalled=self._signalled,
                live=live,
                meeting=meeting,
                after_min=self._after_min,
            )
        )
        self.due = resting.again
        if self._awake == resting.asleep:
            self._awake = not resting.asleep
            (self._power.wake if self._awake else self._power.sleep)()
        return self._awake

    def wake(self) -> None:
        """Leave a screen that is on, at the end."""
        if not self._awake:
            self._power.wake()


def _monotonic(span: Span, now: float, wall: datetime) -> tuple[float, float] | None:
    try:
        start, end = (datetime.fromisoformat(each) for each in (span.start, span.end))
        return now + (start - wall).total_seconds(), now + (end - wall).total_seconds()
    except (ValueError, TypeError):
        return None
