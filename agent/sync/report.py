"""What one round of synchronisation did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from agent.errors import RoomAgentError
from agent.model.sync import Fallback

START, TOKEN, INTEGRITY, MANUAL = "start", "token", "integrity", "manual"
FULL = (START, TOKEN, INTEGRITY, MANUAL)
"""Why a calendar is read whole: nothing is stored of it, the server takes our token no more, we doubt what we have, or
somebody asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PullReport:
    """What one round did. `error` is None exactly when `ok`. `attempted` False: the source was not asked at all.

    `unchanged`: the source had nothing new since the token. `doubt_s`: the answer was empty all of a sudden, nothing
    was changed, and in so many seconds a second one will count. `rest_s`: how long a refused secret rests. `skipped`:
    items that could not be read, by reason. `started`: wall time, UTC. `requests`: as far as the source told.
    `server_time`: the answer's Date header, `tls_ends`: the end of the server's certificate.
    `modified`: when, by the server, what was added or changed had been edited.
    `fallback`: the round was another source's than the configured one's. `server_version`: the server's build.
    `full`: why everything was asked for, one of `FULL`; None for a round that went on from a token.
    `circuit_open`: a secret that was refused more than once in a row rests.
    `retry_after_s`: for how long the server asked to be left alone.
    """

    ok: bool
    started: datetime
    added: int = 0
    changed: int = 0
    removed: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)
    requests: int = 0
    duration_s: float = 0.0
    error: RoomAgentError | None = None
    attempted: bool = True
    unchanged: bool = False
    doubt_s: float | None = None
    rest_s: float | None = None
    server_time: datetime | None = None
    modified: tuple[datetime, ...] = ()
    tls_ends: datetime | None = None
    fallback: Fallback | None = None
    server_version: str | None = None
    full: str | None = None
    retry_after_s: float | None = None
    circuit_open: bool = False
