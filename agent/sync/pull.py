"""One round: ask the source, plan, mask, extract, store in one transaction. Synchronous; runs in the sync thread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from agent.errors import RoomAgentError, SourceError, SourceThrottled, SyncTokenInvalid
from agent.model.event import Invitation
from agent.model.join import JoinOutcome, NoJoinReason
from agent.model.sync import Delta, SyncToken, Window
from agent.ports import CalendarSource, CalendarStore, Clock, JoinExtractor
from agent.sync.keep import to_entry
from agent.sync.plan import DOUBT_S, Plan, Verdict, plan
from agent.sync.raw import Explain, RawCalendar, raw_calendar
from agent.sync.report import INTEGRITY, START, TOKEN, PullReport

__all__ = ["PullReport", "Puller"]

log = structlog.get_logger()

UNREAD_AGAIN_S, UNREAD_CAP_S = 10.0, 600.0
PLAUSIBLE_SKEW = timedelta(days=1)
"""With a clock this far from the server's nothing is thrown away as old."""


@dataclass(frozen=True, slots=True)
class _Unread:
    """Some items could not be read: nobody but us knows, so the stored token is None and everything is asked again.

    Not with every poll: `again_at` (monotonic) moves away as `times` grows. Until then `token` serves.
    """

    token: SyncToken | None
    times: int
    again_at: float


class Puller:
    """Pulls one room's calendar into the store, one call at a time.

    Between calls it remembers whether it doubts an empty answer and whether items are left to read.

    `window` gives the span to sync at an instant; `scope` is `agent.sync.keep.scope_of` of the configuration.
    """

    def __init__(
        self,
        source: CalendarSource,
        store: CalendarStore,
        extract: JoinExtractor,
        clock: Clock,
        *,
        scope: str,
        window: Callable[[datetime], Window],
        private_join: bool = True,
    ) -> None:
        self._source = source
        self._store = store
        self._extract = extract
        self._clock = clock
        self._scope = scope
        self._window = window
        self._private_join = private_join
        self._doubted_since: float | None = None
        self._unread: _Unread | None = None

    def pull(self) -> PullReport:
        """One round. Raises nothing for what a source, the network or the disk can do: that is in the report."""
        started, begun = self._clock.now(), self._clock.monotonic()
        try:
            delta, planned, full = self._round(started)
        except RoomAgentError as error:
            requests = error.requests if isinstance(error, SourceError) else 0
            return PullReport(
                ok=False, started=started, error=error, requests=requests, duration_s=self._clock.monotonic() - begun,
                retry_after_s=error.retry_after_s if isinstance(error, SourceThrottled) else None,
            )  # fmt: skip
        return PullReport(
            ok=True,
            started=started,
            added=planned.added,
            changed=planned.changed,
            removed=len(planned.removals),
            skipped=Counter(each.reason for each in delta.skipped),
            requests=delta.requests,
            duration_s=self._clock.monotonic() - begun,
            unchanged=delta.heads is None,
            doubt_s=self._doubt_s(),
            server_time=delta.server_time,
            tls_ends=delta.tls_ends,
            server_version=delta.server_version,
            full=full,
            modified=tuple(each.occurrence.last_modified for each in planned.upserts if each.occurrence.last_modified),
        )

    def look(self, explain: Explain) -> RawCalendar:
        """A full read that changes nothing here. Raises what the source and the store raise."""
        window = self._window(self._clock.now())
        delta = self._source.changes_since(None, window, {})
        ids = {each.entry.occurrence.item_id: each.meeting_id for each in self._store.entries(window)}
        return raw_calendar(delta, window, explain, ids, private_join=self._private_join)

    def _round(self, started: datetime) -> tuple[Delta, Plan, str | None]:
        window = self._window(started)
        believed = self._doubt_s() == 0.0
        delta, full = self._ask(window)
        stored = [each.entry.occurrence for each in self._store.entries(window)]
        planned = plan(stored, delta, window, empty_believed=believed)
        if planned.verdict is Verdict.DOUBT:
            if self._doubted_since is None:
                self._doubted_since = self._clock.monotonic()
                log.warning("calendar.suddenly_empty", stored=len(stored))
            return delta, planned, full
        upserts = [to_entry(each, self._join, private_join=self._private_join) for each in planned.upserts]
        unread = self._left_unread(delta)
        token = delta.token if unread is None and delta.complete else None
        self._store.apply(self._scope, token, upserts, planned.removals, started)
        self._unread, self._doubted_since = unread, None
        if self._plausible(delta, started):
            self._store.forget_before(window.start)
        return delta, planned, full

    def _ask(self, window: Window) -> tuple[Delta, str | None]:
        """The source's answer, and why everything was asked for, if it was."""
        known = self._store.known(self._scope, window)
        token = self._token()
        try:
            return self._source.changes_since(token, window, known), None if token is not None else self._why_all()
        except SyncTokenInvalid as error:
            if token is None:
                raise
            log.debug("calendar.token_invalid")
            delta = self._source.changes_since(None, window, known)
            return replace(delta, requests=delta.requests + error.requests), TOKEN

    def _join(self, invitation: Invitation) -> JoinOutcome:
        """How to join. Extractors promise never to raise; one that breaks it costs a button, not the calendar."""
        try:
            return self._extract(invitation)
        except Exception as error:  # noqa: BLE001  # a plug-in, on hostile text; its message may hold that text
            log.error("join.extractor_failed", error=type(error).__name__)  # noqa: TRY400
            return JoinOutcome(join=None, reason=NoJoinReason.LINK_UNDECODABLE)

    def _token(self) -> SyncToken | None:
        """The token to ask with. In doubt everything is asked for: a token could carry the mistake along."""
        if self._doubted_since is not None:
            return None
        if self._unread is not None:
            return self._unread.token if self._clock.monotonic() < self._unread.again_at else None
        return self._store.token(self._scope)

    def _why_all(self) -> str:
        return START if self._doubted_since is None and self._unread is None else INTEGRITY

    def _left_unread(self, delta: Delta) -> _Unread | None:
        if delta.heads is None:
            return self._unread and replace(self._unread, token=delta.token)
        if not delta.skipped:
            return None
        times = self._unread.times + 1 if self._unread else 1
        pause = min(UNREAD_AGAIN_S * 2.0 ** min(times, 10), UNREAD_CAP_S)
        return _Unread(delta.token, times, self._clock.monotonic() + pause)

    def _doubt_s(self) -> float | None:
        """Seconds until an empty answer is believed; None when the last one was not doubted."""
        if self._doubted_since is None:
            return None
        return max(0.0, self._doubted_since + DOUBT_S - self._clock.monotonic())

    def _plausible(self, delta: Delta, now: datetime) -> bool:
        return delta.server_time is None or abs(delta.server_time - now) < PLAUSIBLE_SKEW
