"""What is measured at one moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from agent import wire
from agent.model.control_health import ControlHealth
from agent.model.expiry import Expiry
from agent.model.machine import Machine
from agent.model.sync import SourceHealth, StreamHealth
from agent.state.display import DisplayFacts
from agent.state.freshness import Histogram
from agent.state.page import PageFacts
from agent.sync.health import SyncCounters


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """`verdict` of the status: pass, warn, fail. `inputs`: names of those that are configured. `stored`: entries of the
    calendar. `store_code`: why the database cannot be used. `rebuilt`: why it was begun anew at this start.
    `progress`: when each worker of the watchdog was last seen to move. `joins`, `join_failures`: by provider.
    `restarts`: of the home screen's browser, by reason. `auth_failures`: by surface. `boots`: starts, by how the
    run before had ended. `logged`: lines, by level."""

    release: str
    source: str
    state: wire.RoomState | None
    health: SourceHealth
    counters: SyncCounters
    page: PageFacts | None
    page_repairs: int
    page_errors: int
    stream: StreamHealth
    freshness: Histogram
    expiries: Sequence[Expiry]
    database_bytes: int
    watchers: int
    display: DisplayFacts = field(default_factory=DisplayFacts)
    inputs: Sequence[str] = ()
    configured: bool = True
    verdict: str = "pass"
    machine: Machine = field(default_factory=Machine)
    stored: int = 0
    store_code: str | None = None
    rebuilt: str | None = None
    progress: Mapping[str, datetime] = field(default_factory=dict)
    joins: Mapping[str, int] = field(default_factory=dict)
    join_failures: Mapping[str, int] = field(default_factory=dict)
    restarts: Mapping[str, int] = field(default_factory=dict)
    auth_failures: Mapping[str, int] = field(default_factory=dict)
    boots: Mapping[str, int] = field(default_factory=dict)
    logged: Mapping[str, int] = field(default_factory=dict)
    control: ControlHealth = field(default_factory=ControlHealth)
