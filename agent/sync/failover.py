"""Another protocol for the room when the configured one is refused for good, and the way back.

Exchange Online turns EWS off tenant by tenant; nobody shall have to visit the rooms that day. Only a refusal by policy
is a reason to change over, never a network or a server in trouble; and the other source must have worked first. The
configured source is tried again seldom, and every return that did not last doubles the time until the next.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from agent.errors import AccessDenied, StoreError
from agent.model.sync import Fallback
from agent.ports import CalendarStore, Clock
from agent.sync.raw import Explain, RawCalendar
from agent.sync.report import PullReport
from agent.sync.sign_in import Pulls

log = structlog.get_logger()

NOTE = "sync.failover"
OTHER_AGAIN_S = 15 * 60.0
"""Between two tries of the other source while neither works."""
BACK_S, BACK_CAP_S = 6 * 3600.0, 7 * 24 * 3600.0
"""Between two tries of the configured source while the other one serves."""
LASTED = timedelta(days=2)
"""A return that lasted so long was no mistake."""
_NO_MAILBOX_HERE = frozenset({"calendar.mailbox_not_in_cloud"})


@dataclass(frozen=True, slots=True)
class _Standing:
    """`since`: on the other source since then, None while on the configured one. `code`: why. `times`: changes over
    that were not followed by a return that lasted. `back`: when the configured one served again last."""

    since: datetime | None = None
    code: str = ""
    again: datetime | None = None
    times: int = 0
    back: datetime | None = None


class Failover:
    """`agent.sync.sign_in.Pulls` over two: `main` is the configured source, `other` the one called `name`."""

    def __init__(self, main: Pulls, other: Pulls, name: str, store: CalendarStore, clock: Clock) -> None:
        self._main = main
        self._other = other
        self._name = name
        self._store = store
        self._clock = clock
        self._standing: _Standing | None = None
        self._other_at: float | None = None

    def pull(self) -> PullReport:
        """A round with whichever source serves. A report of the other one says so in `fallback`."""
        standing = self._load()
        if standing.since is None:
            report = self._main.pull()
            return self._change_over(report, standing) if _refused_for_good(report) else report
        if self._due(standing):
            report = self._main.pull()
            if report.ok:
                log.info("calendar.back", source="configured")
                self._remember(replace(standing, since=None, back=self._clock.now()))
                return report
            standing = replace(standing, again=self._again(standing.times))
            self._remember(standing)
        report = self._other.pull()
        if _refused_for_good(report):  # neither serves: whichever is mended first should
            self._hurry(standing)
        return self._by_other(report, standing)

    def look(self, explain: Explain) -> RawCalendar:
        """A full read by the source that serves. Raises our errors."""
        return (self._main if self._load().since is None else self._other).look(explain)

    def _change_over(self, refused: PullReport, standing: _Standing) -> PullReport:
        """The other source's round if it works; else the refusal stands, and the other is left alone for a while."""
        now = self._clock.monotonic()
        if self._other_at is not None and now - self._other_at < OTHER_AGAIN_S:
            return refused
        self._other_at = now
        report = self._other.pull()
        if not report.ok or refused.error is None:
            return replace(refused, requests=refused.requests + report.requests)
        lasted = standing.back is None or self._clock.now() - standing.back > LASTED
        times = 0 if lasted else standing.times + 1
        since = self._clock.now()
        changed = _Standing(since, refused.error.code, self._again(times), times, standing.back)
        log.warning("calendar.changed_over", source=self._name, code=changed.code)
        self._remember(changed)
        return self._by_other(replace(report, requests=refused.requests + report.requests), changed)

    def _by_other(self, report: PullReport, standing: _Standing) -> PullReport:
        since = standing.since or self._clock.now()
        return replace(report, fallback=Fallback(self._name, since, standing.code))

    def _due(self, standing: _Standing) -> bool:
        """Whether the configured source should be tried; by a clock that was wrong and is set right, it is."""
        left = (standing.again or self._clock.now()) - self._clock.now()
        return not timedelta(0) < left <= timedelta(seconds=BACK_CAP_S)

    def _hurry(self, standing: _Standing) -> None:
        soon = self._clock.now() + timedelta(seconds=OTHER_AGAIN_S)
        if standing.again is None or soon < standing.again:
            self._remember(replace(standing, again=soon))

    def _again(self, times: int) -> datetime:
        return self._clock.now() + timedelta(seconds=min(BACK_S * 2.0 ** min(times, 10), BACK_CAP_S))

    def _load(self) -> _Standing:
        if self._standing is None:
            try:
                self._standing = _read(self._store.note(NOTE))
            except StoreError:
                return _Standing()  # the round will report it; look again next time
        return self._standing

    def _remember(self, standing: _Standing) -> None:
        self._standing = standing
        text = json.dumps(asdict(standing), default=lambda each: each.astimezone(UTC).isoformat())
        try:
            self._store.set_note(NOTE, text)
        except StoreError:
            return  # it holds in memory; a full disk is reported by the round that meets it


def _refused_for_good(report: PullReport) -> bool:
    error = report.error
    if error is None or not report.attempted:
        return False
    return isinstance(error, AccessDenied) or error.code in _NO_MAILBOX_HERE


def _read(text: str | None) -> _Standing:
    """What `_remember` wrote; nothing for what cannot be read."""
    try:
        data: dict[str, Any] = json.loads(text or "{}")
        since, again, back = (_time(data.get(name)) for name in ("since", "again", "back"))
        return _Standing(since, str(data.get("code", "")), again, int(data.get("times", 0)), back)
    except (ValueError, TypeError, AttributeError):
        return _Standing()


def _time(text: str | None) -> datetime | None:
    time = datetime.fromisoformat(text) if text else None
    if time is not None and time.utcoffset() is None:
        raise ValueError("a time without a zone")
    return time
