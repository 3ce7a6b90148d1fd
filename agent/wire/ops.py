"""What the page for operations (`/ops`) knows, under `/api/v1/ops`. Subjects: in the raw view alone; secrets: nowhere.

The front adds `PEER_HEADER` and `SESSION_HEADER` of `agent.wire.setup` to what it passes on; the session is one of its
own kind, which opens no setting. All but the first want it (403 `ops.no_session`); root and the agent's own user on the
socket need none.

POST /session           {token | pin} → 204 with SESSION_HEADER · 403 `ops.token_wrong`, `setup.pin_wrong`,
                        `setup.pin_unset` · 429 `setup.locked` with Retry-After. The token is `web.status_token`, or the
                        one of `STATE/api-token`
POST /leave             → 204; the session ends
GET  ""                 → OpsState
GET  /stream            SSE: `event: ops`, data OpsState; the first at once, then whenever anything but `now` and ages
                        changes, at most one a second; 503 `ops.too_many`
GET  /timeline?hours=24 → OpsTimeline; 1 to 168 hours
GET  /raw               → what `room-agent raw --json` prints; asks the calendar server
GET  /audit             → {intact, problem, entries}, as `room-agent audit --json`
GET  /logs?level=info&after=0 → {entries: [OpsLogEntry]}, oldest first, at most 500 with `n` greater than `after`
GET  /bundle            → the support bundle, application/zip, as `room-agent support-bundle FILE` writes it
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

OPS_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class OpsTodo:
    """Something wrong and what to do first. `who`: technician, exchange-admin, network, nobody."""

    code: str
    severity: str  # error | warning | info
    title: str
    detail: str
    cure: str
    who: str
    since: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpsCheck:
    """A check of `/api/v1/status`. `part`: calendar, account, store, page, display, inputs, outputs, disk, clock,
    updates, versions, setup. `label` names it in the room's language."""

    key: str
    part: str
    label: str
    status: str  # pass | warn | fail
    code: str
    value: Any = None
    unit: str | None = None
    since: str | None = None
    output: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpsFreshness:
    """From an edit in the calendar to the page that shows it: `counts` has one more than `bounds_s` (the rest)."""

    bounds_s: list[float] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    median_s: float | None = None
    p95_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpsState:
    """What can be told without asking anybody. `todo`: the worst first. `calendar_as_of`, `retry_at`: UTC."""

    now: str
    room: str
    mailbox: str
    timezone: str
    language: str
    status: str
    release: str
    started: str
    booted: str
    source: str
    calendar_as_of: str | None
    retry_at: str | None
    todo: list[OpsTodo]
    checks: list[OpsCheck]
    freshness: OpsFreshness
    versions: dict[str, str]
    version: int = OPS_VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class OpsSpan:
    """A stretch of time. `until` is None while it lasts."""

    since: str
    until: str | None
    code: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpsSyncs:
    """The reads of the calendar within a quarter of an hour that begins at `since`."""

    since: str
    ok: int
    failed: int
    changes: int
    slowest_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OpsJoin:
    """Somebody pressed Join. `outcome`: done, failed or pending; `provider` by its short name."""

    at: str
    provider: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpsInput:
    """What an input was: spans whose `code` is its state (live, no_signal, …)."""

    name: str
    label: str
    spans: list[OpsSpan]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpsStart:
    """The agent began to run. `previous`: how it ended before: clean, crash, power_cut or first."""

    at: str
    previous: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpsTimeline:
    """The last hours, oldest first."""

    since: str
    until: str
    syncs: list[OpsSyncs]
    outages: list[OpsSpan]
    joins: list[OpsJoin]
    inputs: list[OpsInput]
    starts: list[OpsStart]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpsLogEntry:
    """A line of the log, redacted. `n` counts up within one run of the agent."""

    n: int
    at: str
    level: str
    event: str
    fields: dict[str, str]
