"""Where display and core meet: reports come in, orders go out, and whoever gave one waits for what becomes of it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from agent import wire
from agent.errors import OrderFailed
from agent.ports import Clock
from agent.state.display import HOME, NO_MEETING, UNNAMED, DisplayFacts, DisplayWatch, listens
from agent.state.home import HomeWatch
from agent.state.orders import Order, OrderStreams
from agent.state.page import Reaction
from agent.state.running import Closes, Running
from agent.state.troubles import TROUBLE

log = structlog.get_logger()

ANSWER_WITHIN_S = 130.0
"""Longer than the display takes until it gives up: 60 s for a browser after power-on, 10 s for its permissions, 30 s
for the page, 20 s for its picture. A meeting that opens after all is no failed one. That nobody is there is seen
sooner."""
LOOK_EVERY_S = 1.0
CONFIGURE_EVERY_S = 60.0

Configure = Callable[[Sequence[wire.Meeting], datetime], wire.DisplayConfig]


@dataclass(frozen=True, slots=True)
class _Waiting:
    outcome: asyncio.Future[wire.Outcome]
    until: float


class Desk:
    """`facts` may be read in any thread, all else in the event loop only. `labels`: the configured inputs' labels by
    name; `configure`: the display's configuration by meetings and time; `changed` is called with every new fact;
    `closes`: when a meeting that is joined is closed."""

    def __init__(
        self,
        labels: dict[str, str],
        clock: Clock,
        configure: Configure,
        changed: Callable[[], None] = lambda: None,
        closes: Closes = lambda *_: None,
    ) -> None:
        self._watch = DisplayWatch(labels)
        self._clock = clock
        self._configure = configure
        self._changed = changed
        self._closes = closes
        self._running: Running | None = None
        self._home = HomeWatch()
        self._waiting: dict[str, _Waiting] = {}
        self._meetings: Sequence[wire.Meeting] = ()
        self._configured: float | None = None
        self._ended = asyncio.Event()
        self._streams = OrderStreams(configure((), clock.now()), self.look)
        self.facts = DisplayFacts()

    @property
    def config(self) -> wire.DisplayConfig:
        """What the display was told last."""
        return self._streams.config

    @property
    def home_restarts(self) -> Mapping[str, int]:
        """How often the home screen's browser was made anew, by reason."""
        return self._home.restarts

    async def run(self) -> None:
        """Look once a second, until `end`."""
        while not self._ended.is_set():
            self.look()
            try:
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._ended.wait()
            except TimeoutError:
                continue

    def end(self) -> None:
        """End all streams, for good."""
        self._ended.set()
        self._streams.end()

    def events(self, name: str = UNNAMED) -> AsyncIterator[Order | None]:
        """A stream of orders, as `OrderStreams.events`."""
        return self._streams.events(name)

    def published(self, state: wire.RoomState) -> None:
        """There is a new state: other meetings may want the screen on, the one that runs may last longer."""
        self._meetings, self._configured = state.meetings, None
        self._follow(state.meetings)
        self.look()

    def page_reported(self, reaction: Reaction) -> None:
        """The home screen has said what it shows."""
        self._home.reported(self._clock.monotonic(), wrong=reaction.facts.wrong, repair=reaction.repair)

    def take(self, report: wire.DisplayReport) -> None:
        """The display has said how it is."""
        self._watch.take(report, self._clock.monotonic())
        for outcome in report.orders or ():
            waiting = self._waiting.get(outcome.order_id)
            if waiting is not None and not waiting.outcome.done():
                waiting.outcome.set_result(outcome)
        self.look()

    async def open(self, order: wire.Open, meeting: wire.Meeting | None = None) -> None:
        """Have a meeting opened; one of the list is closed by its end there, however often that moves. Raises
        OrderFailed."""
        if not self.facts.joins:
            raise _absent()
        joined, self._running = self._clock.now(), None
        await self._carried_out("open", order, order.provider_name)
        if meeting is not None and self.facts.meeting != NO_MEETING:
            self._running = Running(order, meeting, joined)
            self._follow(self._meetings)

    async def show_input(self, order: wire.ShowInput) -> None:
        """Have an input shown. Raises OrderFailed."""
        if not self.facts.shows:
            raise _absent()
        await self._carried_out("show_input", order, self._watch.name_of(order.input))

    async def _carried_out(self, name: str, order: wire.Open | wire.ShowInput, part: str) -> None:
        outcome: asyncio.Future[wire.Outcome] = asyncio.get_running_loop().create_future()
        self._waiting[order.order_id] = _Waiting(outcome, self._clock.monotonic() + ANSWER_WITHIN_S)
        try:
            with self._streams.standing(name, order):
                found = await outcome
        finally:
            del self._waiting[order.order_id]
        if found.state == "failed":
            raise OrderFailed(found.code or TROUBLE, "the display could not do it", part)

    def look(self) -> None:
        """See what has changed by reports, streams and time, and act on it."""
        now, wall = self._clock.monotonic(), self._clock.now()
        self._notice(self._watch.look(now, wall, self._streams.names))
        self._answer(now)
        if self._home.due(now, displayed=listens(HOME, self._streams.names)):
            log.warning("home.restarted")
            self._streams.send("restart_home", wire.Home(order_id=secrets.token_urlsafe(9)))
        if self._configured is None or now - self._configured >= CONFIGURE_EVERY_S:
            self._configured = now
            self._streams.configure(self._configure(self._meetings, wall))

    def _notice(self, facts: DisplayFacts) -> None:
        if facts == self.facts:
            return
        before, self.facts = self.facts, facts
        if facts.meeting == NO_MEETING:
            self._running = None
        if facts.present != before.present:
            log.info("display.came" if facts.present else "display.went")
        for trouble in set(facts.troubles) - set(before.troubles):
            log.warning("display.trouble", code=trouble.code)
        self._changed()

    def _follow(self, meetings: Sequence[wire.Meeting]) -> None:
        """Tell the display when the meeting that runs is to be closed, if that is another time now."""
        before = self._running
        self._running = before and before.followed(meetings, self._closes)
        if before and self._running and self._running.order != before.order:
            self._streams.send("open", self._running.order)

    def _answer(self, now: float) -> None:
        """Those who wait in vain are told."""
        for waiting in self._waiting.values():
            if waiting.outcome.done():
                continue
            if not self.facts.present:
                waiting.outcome.set_exception(_absent())
            elif now >= waiting.until:
                waiting.outcome.set_exception(OrderFailed("display.no_answer", "the display did not answer in time"))


def _absent() -> OrderFailed:
    return OrderFailed("display.absent", "no display takes orders; see whether room-display runs")
