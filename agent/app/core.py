"""The core: calendar → store → state → API on the unix socket."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from starlette.types import ASGIApp

from agent import wire
from agent.api.app import create_api
from agent.api.metrics import renderer
from agent.api.parts import Parts
from agent.app.accounts import require_secrets
from agent.app.box import Box
from agent.app.control import Around, Controls, nobody_came
from agent.app.display import make_desk
from agent.app.expiries import Expiries
from agent.app.for_fronts import ForFronts
from agent.app.joining import Services, make_typed
from agent.app.lasting import Lasting
from agent.app.machine import Machines
from agent.app.observing import Observer
from agent.app.ops import Operations
from agent.app.orders import Orders
from agent.app.preflight import doctor_of
from agent.app.reading import Reading
from agent.app.shown import Shown
from agent.errors import StoreError
from agent.setup.guard import Guard
from agent.state.commands import CommandLog
from agent.state.display_config import home_url_of
from agent.state.edges import near_edge
from agent.state.history import History
from agent.state.hub import Hub, last_revision
from agent.state.page import PageWatch
from agent.store.audit import AuditLog
from agent.store.opening import open_store
from agent.supervise import Part
from agent.sync.pace import EDGE_S
from agent.sync.report import PullReport
from agent.sync.schedule import SAFETY_S
from agent.system import logs
from agent.system.timers import Timers
from agent.system.tokens import make_api_token

log = structlog.get_logger()

STATE_TICK_S = 60.0


class Core:
    """The parts of one room, joined. Without a configuration only the set-up state is served. `reads` False: for the
    stored list alone, which needs no secret. `steady_s`, `safety_s`: see `Reading`."""

    def __init__(
        self,
        box: Box,
        resources: ExitStack,
        lasting: Lasting = Lasting(),  # noqa: B008  frozen
        *,
        reads: bool = True,
        steady_s: float | None = None,
        safety_s: float = SAFETY_S,
    ) -> None:
        self._box = box
        self._lasting = lasting
        reads = reads and box.config.set_up
        if reads:
            require_secrets(box)  # before the store forgets what it has of another mailbox
        self._store = open_store(box.places.state, box.config.room.mailbox)
        resources.callback(self._store.close)
        self._history = History(self._store.history, self._store, box.clock)
        if lasting.run is not None:
            self._history.began(lasting.run)
        self._audit = AuditLog(box.places.audit, box.clock)
        self._guard = lasting.setup.guard if lasting.setup is not None else Guard(box.clock, box.places.state)
        self._reading = Reading(
            box,
            self._store,
            resources,
            reads=reads,
            near_edge=self._near_edge,
            on_round=self._round,
            turned=self._calendar_turned,
            changed=self._told,
            steady_s=steady_s,
            safety_s=safety_s,
        )
        home_url = lasting.home_url or home_url_of(box.config.web.listen)
        self._desk = make_desk(box, home_url, self._display_turned)
        expiries = Expiries(box)
        self._page = PageWatch(self._reading.freshness)
        self._control = self._make_control(resources, steady_s) if reads else None
        self._shown = Shown(
            box,
            self._store,
            self._reading.health,
            desk=self._desk,
            expiries=expiries,
            audit=self._audit,
            guard=self._guard,
            control=self._control,
            wake=self._wake,
        )
        self._hub = Hub(self._store, box.clock, self._shown.project, self._published, rebuilt=bool(self._store.rebuilt))
        self._observer = Observer(
            box=box,
            store=self._store,
            inputs=self._shown.own,
            reading=self._reading,
            hub=self._hub,
            page=self._page,
            desk=self._desk,
            expiries=expiries,
            machines=Machines(box),
            auth_failures=self._guard.auth_failures,
            boots=lambda: self._history.boots,
            control=self._control,
        )
        self.puller = self._reading.puller
        """What reads the calendar, for a command that does it once; None where nothing is read."""
        self.api: ASGIApp
        """The paths of `agent.api`, once `parts` has been called."""

    def stored_state(self) -> wire.RoomState:
        """The state as it was last published, by today's time; for a box whose agent does not run."""
        return replace(self._shown.project(self._box.clock.now()).state, revision=last_revision(self._store))

    def alive(self) -> bool:
        """Whether every worker makes progress, for the watchdog."""
        return self._reading.alive() and (self._control is None or self._control.alive())

    def parts(self) -> list[Part]:
        """What keeps the room's state, in the order in which it starts. Call it inside the event loop, once."""
        hub = self._hub
        timers = Timers(self._box.clock)
        timers.every("state", STATE_TICK_S, hub.wake)
        timers.every("logs", STATE_TICK_S, logs.sum_up)
        timers.on_clock_step(hub.wake)
        self.api = create_api(self._api())
        self._reading.begin(timers)
        return [Part("state", hub.run, started=lambda: hub.ready), Part("timers", timers.run)]

    def last_parts(self) -> list[Part]:
        """What starts last: reading the calendar, when the stored list is already served; and the event streams,
        whose end must come first, since nobody can be asked to hang up."""
        return [
            Part("history", self._history.run),
            *self._reading.parts(),
            *(self._control.parts() if self._control is not None else ()),
            *([Part("hot-desk", self._shown.hot_desk.run)] if self._box.config.set_up else []),
            Part("display", self._desk.run, stop=self._desk.end),
            Part("streams", self._hub.streaming, stop=self._hub.end_streams),
        ]

    # --- what one part tells the others ------------------------------------------------------------------------------

    def _wake(self) -> None:
        self._hub.wake()

    def _told(self) -> None:
        if self._control is not None:
            self._control.told()

    def _round(self, report: PullReport) -> None:
        self._history.round(report)
        if self._control is not None and report.ok:
            self._control.read_again(report)

    def _calendar_turned(self) -> None:
        self._history.calendar(self._reading.health())
        self._wake()

    def _display_turned(self) -> None:
        self._history.inputs(self._desk.facts.inputs)
        self._wake()

    def _published(self, state: wire.RoomState) -> None:
        self._page.published(state)
        self._desk.published(state)
        self._observer.joins.listed(state.meetings)

    def _joined(self, command_id: str, provider: str, outcome: str) -> None:
        self._observer.joins.joined(command_id, provider, outcome)
        self._history.joined(command_id, provider, outcome)

    def _near_edge(self, now: datetime) -> bool:
        return near_edge(self._shown.project(now).state, now, timedelta(seconds=EDGE_S))

    def _make_control(self, resources: ExitStack, steady_s: float | None) -> Controls | None:
        """None where the database keeps no outbox: nothing is changed then, and the calendar is served."""
        around = Around(
            health=self._reading.health,
            inputs=lambda: self._shown.own,
            state=lambda: self._hub.state,
            page=self._page,
            desk=self._desk,
            hot_desking=lambda: self._shown.hot_desk.inputs is not None,
            wake=self._wake,
            read=self._reading.nudge,
            poll_s=steady_s,
        )
        try:
            return Controls(self._box, self._store, self._audit, resources, around)
        except StoreError as error:
            log.warning("control.off", code=error.code)
            return None

    # --- what the API asks -------------------------------------------------------------------------------------------

    def _api(self) -> Parts:
        box, lasting, shown = self._box, self._lasting, self._shown
        token = make_api_token(box.places.api_token)
        services = Services(box.config)
        orders = Orders(box, shown.way, services)
        metrics = renderer(self._observer.snapshot)
        operations = Operations(
            box=box,
            observer=self._observer,
            history=self._history,
            audit=self._audit,
            guard=self._guard,
            api_token=token,
            started=lasting.run.started if lasting.run else self._observer.started,
            metrics=metrics,
        )
        return Parts(
            hub=self._hub,
            desk=self._desk,
            clock=box.clock,
            commands=CommandLog(box.config.room.language, self._reading.hasten),
            page=self._page,
            sync=self._reading.refresh,
            raw=self._reading.look,
            typed=make_typed(box.config, services, lambda: self._desk.facts.launcher),
            order_for=orders.listed,
            order_for_typed=orders.typed,
            status=self._observer.status,
            readiness=lambda: {"state": self._hub.ready, "store": shown.own.store_code is None},
            metrics=metrics,
            api_token=token,
            language=box.config.room.language,
            images=shown.images.usable,
            doctor=doctor_of(box),
            setup=lasting.setup,
            audit=self._audit,
            hot_desk=shown.hot_desk,
            control=self._control.room if self._control is not None else None,
            reset=lasting.reset,
            joined=self._joined,
            came=self._control.attendances.came if self._control is not None else nobody_came,
            auth_failures=self._observer.auth_failures,
            front=lasting.fronts or ForFronts(lambda: box),
            ops=operations.side(),
        )
