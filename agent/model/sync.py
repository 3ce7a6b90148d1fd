"""What one round of synchronisation carries from a source to the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from agent.model.event import Fetched, Head, Occurrence, Skipped
from agent.model.join import JoinOutcome

SyncToken = NewType("SyncToken", str)
"""Opaque bookmark of a source: EWS digest or SyncState, Graph deltaLink. Only its source can read it."""

SOURCE_NAMES = {"ews": "Exchange Web Services", "graph": "Microsoft Graph"}
"""What people call the sources; the same in every language."""


@dataclass(frozen=True, slots=True)
class Window:
    """The half-open span [start, end) that is synced, UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """Answer of `CalendarSource.changes_since`.

    `heads` None: nothing changed since the token. Otherwise every occurrence that intersects the window, unique by
    item id, in any order; `complete` False when the server may have left some out (then nothing may be deleted).
    `fetched` holds the content of the heads whose change key the caller did not know; a head that is in neither
    `fetched` nor `skipped` is unchanged. `requests`: HTTP requests made. `server_time`: the answer's Date header.
    `tls_ends`: when the server's certificate expires. `server_version`: its build, where it tells.
    """

    token: SyncToken | None
    heads: tuple[Head, ...] | None
    fetched: tuple[Fetched, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    complete: bool = True
    requests: int = 0
    server_time: datetime | None = None
    tls_ends: datetime | None = None
    server_version: str | None = None


class Heard(StrEnum):
    """A sign of life from a stream of changes."""

    CONNECTED = "connected"  # from now on changes are told
    ALIVE = "alive"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class StreamHealth:
    """How the stream of changes is doing. `supported` False: the source has none, it is polled.

    `live`: changes are told as they happen. `since`: when that was last otherwise. `code`: why it is not live, None
    before the first attempt. `connects`, `failures`: since the process started. `requests`: HTTP requests made.
    """

    supported: bool = False
    live: bool = False
    since: datetime | None = None
    code: str | None = None
    connects: int = 0
    failures: int = 0
    requests: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """An occurrence as it is kept: private ones already masked, the invitation reduced to how to join."""

    occurrence: Occurrence
    outcome: JoinOutcome


SIGN_IN_REFUSED = frozenset(
    {
        "calendar.sign_in_failed",
        "calendar.password_expired",
        "calendar.account_disabled",
        "calendar.account_locked",
        "calendar.secret_expired",
        "calendar.secret_missing",
        "calendar.auth_not_offered",
        "calendar.app_unknown",
        "calendar.app_disabled",
        "calendar.tenant_unknown",
        "calendar.certificate_refused",
        "calendar.certificate_unusable",
        "calendar.wrong_cloud",
        "calendar.conditional_access",
        "calendar.consent_missing",
        "calendar.public_client",
        "calendar.sign_in_needed",
        "calendar.token_refused",
    }
)
"""Codes that no waiting heals: somebody has to mend the service account or its secret."""


@dataclass(frozen=True, slots=True)
class Fallback:
    """Another source serves than the configured one: its name, since when, and the code of what led to it."""

    source: str
    since: datetime
    code: str


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """How the calendar source is doing. Times are UTC.

    `as_of`: when the source was last read successfully (survives restarts), None before the first time ever.
    `contact_since_start`: whether one succeeded since the process started. `code`: stable code of what failed in the
    last attempt, None after a success; `since`: when it first failed that way. `retry_at`: when the next attempt is
    due. `skipped`: items of the last answer that could not be read, `skipped_since`: since when there are some.
    `clock_skew_s`: the server's clock minus ours. `tls_ends`: when its certificate expires. `fallback`: the source that
    serves instead of the configured one.
    """

    as_of: datetime | None = None
    contact_since_start: bool = False
    code: str | None = None
    since: datetime | None = None
    retry_at: datetime | None = None
    poll_interval_s: float = 60.0
    skipped: int = 0
    skipped_since: datetime | None = None
    clock_skew_s: float | None = None
    tls_ends: datetime | None = None
    fallback: Fallback | None = None
    server_version: str | None = None

    @property
    def sign_in_refused(self) -> bool:
        """Whether somebody has to act before the calendar can be read again."""
        return self.code in SIGN_IN_REFUSED
