"""The core: calendar → store → state → API on the unix socket."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from random import Random
from time import CLOCK_BOOTTIME, clock_gettime

from agent import __version__, wire
from agent.api.app import create_api
from agent.api.metrics import Snapshot, renderer
from agent.api.parts import Parts
from agent.app.box import Box
from agent.app.calendar import make_puller, open_stream
from agent.app.expiries import Expiries
from agent.app.joining import make_explainer, make_typed
from agent.app.look import read_images
from agent.app.pacing import Pacing
from agent.errors import CommandError
from agent.model.sync import SourceHealth, StreamHealth
from agent.state import look
from agent.state.commands import CommandLog
from agent.state.edges import near_edge
from agent.state.expiry import notices
from agent.state.freshness import Freshness
from agent.state.health import Facts, document
from agent.state.hub import Hub, last_revision
from agent.state.page import PageWatch
from agent.state.policy import RoomPolicy
from agent.state.project import Projection, setup_state
from agent.state.room import RoomInputs
from agent.store.opening import open_store
from agent.supervise import Part
from agent.sync.health import SyncCounters
from agent.sync.listener import Listener
from agent.sync.pace import EDGE_S
from agent.sync.pull import PullReport
from agent.sync.raw import RawCalendar
from agent.sync.schedule import SAFETY_S, first_wait
from agent.sync.sign_in import Pulls
from agent.sync.window import next_midnight
from agent.sync.worker import SyncWorker
from agent.system.serve import Server, listen_unix
from agent.system.timers import Timers
from agent.system.tokens import make_api_token

STATE_TICK_S = 60.0
SOCKET_MODE = 0o660
"""Owner and group: the group holds the front's and the display's users."""


class Core:
    """The parts of one room, joined. Without a configuration only the set-up state is served."""

    def __init__(
        self, box: Box, resources: ExitStack, steady_s: float | None = None, safety_s: float = SAFETY_S
    ) -> None:
        self._box = box
        self._safety_s = safety_s
        self._pacing = Pacing(box, self._near_edge, steady_s)
        self._store = open_store(box.places.state, box.config.room.mailbox)
        resources.callback(self._store.close)
        self._started = box.clock.now()
        self._freshness = Freshness()
        self._page = PageWatch(self._freshness)
        self._worker: SyncWorker | None = None
        self._rounds = 0
        self.configured = box.config.set_up
        self.puller = make_puller(box, self._store, resources) if self.configured else None
        self._stream = open_stream(box, resources) if self.configured else None
        self._listener: Listener | None = None
        self._expiries = Expiries(box)
        self._images = read_images(box.config)
        self._look = look.look_of(box.config, self._images.usable)
        self._inputs = RoomInputs(
            RoomPolicy.of(box.config), self._store, self.health, box.window, self._notices, self._look
        )

    def health(self) -> SourceHealth:
        """How the calendar source is doing; before the worker runs, what the store knows."""
        return self._worker.health() if self._worker else SourceHealth(as_of=self._store.as_of())

    def project(self, now: datetime) -> Projection:
        """The room's state at an instant."""
        if self.configured:
            return self._inputs.project(now)
        room = self._box.config.room
        state = setup_state(room.language, now, room.timezone, self._look, self._notices_of_look())
        return Projection(state, next_midnight(now, self._box.zone))

    def stored_state(self) -> wire.RoomState:
        """The state as it was last published, by today's time; for a box whose agent does not run."""
        return replace(self.project(self._box.clock.now()).state, revision=last_revision(self._store))

    def _notices(self, now: datetime) -> list[wire.Notice]:
        ending = notices(self._expiries.now(self.health()), now, self._box.config.room.language)
        return [*ending, *self._notices_of_look()]

    def _notices_of_look(self) -> list[wire.Notice]:
        return look.notices(self._images.unusable, self._started, self._box.config.room.language)

    def alive(self) -> bool:
        """Whether every worker makes progress, for the watchdog."""
        now = self._box.clock.monotonic()
        return all(part is None or part.alive(now) for part in (self._worker, self._listener))

    def parts(self) -> list[Part]:
        """What serves the room, in the order in which it starts. Call it inside the event loop, once."""
        hub = self._hub = Hub(
            self._store, self._box.clock, self.project, self._page.published, rebuilt=bool(self._store.rebuilt)
        )
        timers = Timers(self._box.clock)
        timers.every("state", STATE_TICK_S, hub.wake)
        timers.on_clock_step(hub.wake)
        api = Server(create_api(self._api(hub)), listen_unix(self._box.places.core_socket, SOCKET_MODE))
        parts = [
            Part("state", hub.run, started=lambda: hub.ready),
            Part("api", api.run, stop=api.stop, started=lambda: api.started),
            Part("timers", timers.run),
        ]
        if self.puller is not None:
            self._worker = self._make_worker(self.puller, hub)
            timers.daily("midnight", self._box.zone, self._worker.nudge)
            timers.on_clock_step(self._worker.nudge)
            if self._stream is not None:
                jitter = Random()  # noqa: S311
                self._listener = Listener(self._stream, self._worker, self._box.clock, jitter)
        return parts

    def last_parts(self) -> list[Part]:
        """What starts last: reading the calendar, when the stored list is already served; and the event streams,
        whose end must come first, since nobody can be asked to hang up."""
        sync = [Part("sync", self._worker.run)] if self._worker else []
        stream = [Part("changes", self._listener.run)] if self._listener else []
        return [*sync, *stream, Part("streams", self._hub.streaming, stop=self._hub.end_streams)]

    def _make_worker(self, puller: Pulls, hub: Hub) -> SyncWorker:
        as_of = self._store.as_of()
        chance = Random()  # noqa: S311  jitter
        spread = self._box.config.calendar.boot_spread_s
        return SyncWorker(
            puller,
            self._box.clock,
            hub.wake,
            midnight=partial(next_midnight, zone=self._box.zone),
            as_of=as_of,
            first=first_wait(clock_gettime(CLOCK_BOOTTIME), stored=as_of is not None, spread_s=spread, chance=chance),
            chance=chance,
            poll_s=self._pacing.poll_s,
            safety_s=self._safety_s,
            on_round=self._measure,
        )

    def _near_edge(self, now: datetime) -> bool:
        return near_edge(self.project(now).state, now, timedelta(seconds=EDGE_S))

    def _hasten(self) -> None:
        """Somebody pressed something."""
        self._pacing.hasten()
        if self._worker is not None:
            self._worker.hasten()

    def _measure(self, report: PullReport) -> None:
        """What was edited meanwhile is on its way to the screen. What a first read finds is as old as it is."""
        self._pacing.spend(report)
        health = self.health()
        if report.modified and self._rounds:
            skew = timedelta(seconds=health.clock_skew_s or 0.0)
            self._freshness.read([each - skew for each in report.modified], self._box.clock.now())
        self._rounds += report.ok

    def _api(self, hub: Hub) -> Parts:
        return Parts(
            hub=hub,
            clock=self._box.clock,
            commands=CommandLog(self._box.config.room.language, self._hasten),
            page=self._page,
            sync=self._sync,
            raw=self._raw,
            typed=make_typed(self._box.config),
            status=lambda: document(self._facts(hub), self._box.clock.now()),
            readiness=lambda: {"state": hub.ready, "store": self._inputs.store_code is None},
            metrics=renderer(lambda: self._snapshot(hub)),
            api_token=make_api_token(self._box.places.api_token),
            language=self._box.config.room.language,
            images=self._images.usable,
        )

    async def _sync(self) -> PullReport:
        if self._worker is None:
            raise CommandError("setup.no_config", "This room is not set up yet; there is no calendar to read.", 409)
        return await self._worker.refresh()

    async def _raw(self) -> RawCalendar:
        if self._worker is None:
            raise CommandError("setup.no_config", "This room is not set up yet; there is no calendar to read.", 409)
        return await self._worker.look(make_explainer(self._box.config))

    def _facts(self, hub: Hub) -> Facts:
        return Facts(
            release=__version__,
            configured=self.configured,
            health=self.health(),
            state=hub.state,
            page=self._page.facts,
            stream=self._listener.health() if self._listener else StreamHealth(),
            store_code=self._inputs.store_code,
            store_rebuilt=self._started if self._store.rebuilt else None,
            expiries=self._expiries.now(self.health()),
        )

    def _snapshot(self, hub: Hub) -> Snapshot:
        path = self._box.places.database
        return Snapshot(
            release=__version__,
            source=self._box.config.calendar.source if self.configured else "",
            state=hub.state if hub.ready else None,
            health=self.health(),
            counters=self._worker.counters() if self._worker else SyncCounters(),
            page=self._page.facts,
            page_repairs=self._page.repairs,
            page_errors=self._page.errors,
            stream=self._listener.health() if self._listener else StreamHealth(),
            freshness=self._freshness.histogram,
            expiries=self._expiries.now(self.health()),
            database_bytes=path.stat().st_size if path.exists() else 0,
            watchers=hub.watchers,
        )
