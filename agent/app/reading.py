"""How the room's calendar is read: by rounds and a stream of changes, as configured."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import partial
from random import Random
from time import CLOCK_BOOTTIME, clock_gettime

from agent.app.box import Box
from agent.app.calendar import make_puller, open_stream
from agent.app.joining import make_explainer
from agent.app.pacing import Pacing
from agent.errors import CommandError
from agent.model.sync import SourceHealth, StreamHealth
from agent.ports import CalendarStore
from agent.state.freshness import Freshness
from agent.supervise import Part
from agent.sync.health import SyncCounters
from agent.sync.listener import Listener
from agent.sync.pull import PullReport
from agent.sync.raw import RawCalendar
from agent.sync.schedule import SAFETY_S, first_wait
from agent.sync.window import next_midnight
from agent.sync.worker import SyncWorker
from agent.system.timers import Timers


class Reading:
    """Nothing is read before `begin`, and never where `reads` is False. `near_edge`: see `agent.sync.pace.Pace`;
    `on_round` is told of each round, `turned` is called when entries or health may be other ones,
    `changed` when the server tells that something there is. `steady_s` and
    `safety_s`: see `Pacing` and `SyncWorker`. Raises ConfigError when a secret is missing."""

    def __init__(
        self,
        box: Box,
        store: CalendarStore,
        resources: ExitStack,
        *,
        reads: bool,
        near_edge: Callable[[datetime], bool],
        on_round: Callable[[PullReport], None],
        turned: Callable[[], None],
        changed: Callable[[], None] = lambda: None,
        steady_s: float | None = None,
        safety_s: float = SAFETY_S,
    ) -> None:
        self._box = box
        self._store = store
        self._on_round, self._turned, self._changed = on_round, turned, changed
        self._safety_s = safety_s
        self._pacing = Pacing(box, near_edge, steady_s)
        self._rounds = 0
        self._worker: SyncWorker | None = None
        self._listener: Listener | None = None
        self.freshness = Freshness()
        self.puller = make_puller(box, store, resources) if reads else None
        self._stream = open_stream(box, resources) if reads else None

    def begin(self, timers: Timers) -> None:
        """Make what reads; it is nudged by `timers`. Call it once, inside the event loop."""
        if self.puller is None:
            return
        chance = Random()  # noqa: S311  jitter
        as_of = self._store.as_of()
        spread_s = self._box.config.calendar.boot_spread_s
        uptime_s = clock_gettime(CLOCK_BOOTTIME)
        worker = self._worker = SyncWorker(
            self.puller,
            self._box.clock,
            self._turned,
            midnight=partial(next_midnight, zone=self._box.zone),
            as_of=as_of,
            first=first_wait(uptime_s, stored=as_of is not None, spread_s=spread_s, chance=chance),
            chance=chance,
            poll_s=self._pacing.poll_s,
            safety_s=self._safety_s,
            on_round=self._measure,
        )
        timers.daily("midnight", self._box.zone, worker.nudge)
        timers.on_clock_step(worker.nudge)
        if self._stream is not None:
            jitter = Random()  # noqa: S311
            self._listener = Listener(self._stream, worker, self._box.clock, jitter, changed=self._changed)

    def parts(self) -> list[Part]:
        """The rounds and the stream, in the order in which they start; none where nothing is read."""
        sync = [Part("sync", self._worker.run)] if self._worker else []
        changes = [Part("changes", self._listener.run)] if self._listener else []
        return [*sync, *changes]

    def health(self) -> SourceHealth:
        """How the calendar source is doing; before anything was read, what the store knows."""
        return self._worker.health() if self._worker else SourceHealth(as_of=self._store.as_of())

    def stream_health(self) -> StreamHealth:
        """How the stream of changes is doing."""
        return self._listener.health() if self._listener else StreamHealth()

    def counters(self) -> SyncCounters:
        """What the rounds did since the core began."""
        return self._worker.counters() if self._worker else SyncCounters()

    def progress(self) -> dict[str, datetime]:
        """When each worker was last seen to move."""
        now, moment = self._box.clock.now(), self._box.clock.monotonic()
        workers = {"sync": self._worker, "changes": self._listener}
        return {name: now - timedelta(seconds=each.idle_s(moment)) for name, each in workers.items() if each}

    def alive(self) -> bool:
        """Whether every worker makes progress."""
        now = self._box.clock.monotonic()
        return all(each is None or each.alive(now) for each in (self._worker, self._listener))

    def hasten(self) -> None:
        """Somebody pressed something."""
        self._pacing.hasten()
        if self._worker is not None:
            self._worker.hasten()

    def nudge(self) -> None:
        """The box has changed something there."""
        if self._worker is not None:
            self._worker.nudge()

    async def refresh(self) -> PullReport:
        """Read now. Raises CommandError where nothing is set up."""
        return await self._required().refresh()

    async def look(self) -> RawCalendar:
        """Read everything and keep nothing. Raises CommandError where nothing is set up, and the source's errors."""
        return await self._required().look(make_explainer(self._box.config))

    def _required(self) -> SyncWorker:
        if self._worker is None:
            raise CommandError("setup.no_config", "This room is not set up yet; there is no calendar to read.", 409)
        return self._worker

    def _measure(self, report: PullReport) -> None:
        """What was edited meanwhile is on its way to the screen. What a first read finds is as old as it is."""
        self._pacing.spend(report)
        self._on_round(report)
        health = self.health()
        if report.modified and self._rounds:
            skew = timedelta(seconds=health.clock_skew_s or 0.0)
            self.freshness.read([each - skew for each in report.modified], self._box.clock.now())
        self._rounds += report.ok
