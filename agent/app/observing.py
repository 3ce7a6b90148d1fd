"""What is told of a running core: facts for its status, a snapshot for its metrics."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from agent import __version__
from agent.api.metrics import Snapshot
from agent.app.box import Box
from agent.app.control import Controls
from agent.app.expiries import Expiries
from agent.app.machine import Machines
from agent.app.reading import Reading
from agent.model.auth_failures import AuthFailures
from agent.model.control_health import ControlHealth
from agent.model.history import FAILED, PENDING
from agent.state.desk import Desk
from agent.state.health import Facts, checks, document, verdict
from agent.state.hub import Hub
from agent.state.joins import JoinCounts
from agent.state.page import PageWatch
from agent.state.room import RoomInputs
from agent.store.calendar import SqliteCalendarStore
from agent.system.disk import size_of
from agent.system.log_counts import COUNTS


@dataclass(kw_only=True)
class Observer:
    """Looks at the parts of a core and changes none. `boots`: starts, by how the run before had ended."""

    box: Box
    store: SqliteCalendarStore
    inputs: RoomInputs
    reading: Reading
    hub: Hub
    page: PageWatch
    desk: Desk
    expiries: Expiries
    machines: Machines
    auth_failures: AuthFailures
    boots: Callable[[], Mapping[str, int]]
    control: Controls | None = None
    joins: JoinCounts = field(default_factory=JoinCounts)
    started: datetime = field(init=False)
    """When the core began."""

    def __post_init__(self) -> None:
        self.started = self.box.clock.now()

    def status(self) -> dict[str, Any]:
        """The status document."""
        return document(self.facts(), self.box.clock.now())

    def facts(self) -> Facts:
        """What the status is made of."""
        health = self.reading.health()
        return Facts(
            release=__version__,
            configured=self.box.config.set_up,
            health=health,
            state=self.hub.state,
            page=self.page.facts,
            display=self.desk.facts,
            stream=self.reading.stream_health(),
            store_code=self.inputs.store_code,
            store_rebuilt=self.started if self.store.rebuilt else None,
            store_not_migrated=self.store.not_migrated,
            expiries=self.expiries.now(health),
            machine=self.machines.now(),
            control=self.control.health() if self.control is not None else ControlHealth(),
        )

    def snapshot(self) -> Snapshot:
        """What the metrics are made of."""
        hub, health, path = self.hub, self.reading.health(), self.box.places.database
        return Snapshot(
            release=__version__,
            source=self.box.config.calendar.source if self.box.config.set_up else "",
            state=hub.state if hub.ready else None,
            health=health,
            counters=self.reading.counters(),
            page=self.page.facts,
            page_repairs=self.page.repairs,
            page_errors=self.page.errors,
            display=self.desk.facts,
            inputs=tuple(self.box.config.inputs),
            stream=self.reading.stream_health(),
            freshness=self.reading.freshness.histogram,
            expiries=self.expiries.now(health),
            database_bytes=size_of(path, path.with_name(f"{path.name}-wal")),
            watchers=hub.watchers,
            configured=self.box.config.set_up,
            verdict=verdict(checks(self.facts(), self.box.clock.now())) if hub.ready else "warn",
            machine=self.machines.now(),
            stored=self.inputs.stored,
            store_code=self.inputs.store_code,
            rebuilt=self.store.rebuilt.reason if self.store.rebuilt else None,
            progress=self.reading.progress(),
            joins=self.joins.counts(PENDING),
            join_failures=self.joins.counts(FAILED),
            restarts=self.desk.home_restarts,
            auth_failures=self.auth_failures.counts,
            boots=self.boots(),
            logged=COUNTS.counts(),
            control=self.control.health() if self.control is not None else ControlHealth(),
        )
