"""What the room says to a meeting request. Pure.

In this order: what needs no answer; what asks for no time the room could give; the policy; what is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from agent.control.request_policy import RequestPolicy
from agent.model.control import Taken
from agent.model.event import Response
from agent.model.requests import Request, RequestKind, Span

ACCEPTED, SOME = "requests.accepted", "requests.some_declined"
CONFLICT, NO_SERIES = "requests.conflict", "requests.no_series"
TOO_LONG, TOO_FAR, OUTSIDE_HOURS = "requests.too_long", "requests.too_far", "requests.outside_hours"
PAST, NO_TIME = "requests.past", "requests.no_time"
REASONS = (ACCEPTED, SOME, CONFLICT, NO_SERIES, TOO_LONG, TOO_FAR, OUTSIDE_HOURS, PAST, NO_TIME)
"""Codes of answers; each has a sentence in `agent/control/texts`."""

UNCHANGED = "requests.unchanged"
"""The code of an answer that repeats a person's, without a sentence."""

CANCELLED, OUT_OF_DATE, OWN, ANSWERED = (
    "requests.cancelled",
    "requests.out_of_date",
    "requests.own",
    "requests.answered",
)
"""Codes of what is cleared away without an answer; ANSWERED: somebody else has given one."""

_DAY = timedelta(days=1)
_LAST_MINUTE = time(23, 59)

TakenAt = Callable[[Sequence[Span]], Sequence[Taken]]
"""What occupies the room around these times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """`response` None: nobody is answered, the message is carried out or removed. `declined`: those occurrences of an
    accepted series that are declined."""

    code: str
    response: Response | None = None
    declined: tuple[Span, ...] = ()


def without_answer(request: Request) -> Decision | None:
    """What becomes of a message that needs no answer; None: it needs one."""
    if request.own or request.answered is Response.ORGANIZER:
        return Decision(code=OWN)
    if request.out_of_date:
        return Decision(code=OUT_OF_DATE)
    if request.kind is RequestKind.CANCELLATION:
        return Decision(code=CANCELLED)
    if request.kind is RequestKind.NEW and request.answered is not Response.NONE:
        return Decision(code=ANSWERED)
    return None


def superseded(requests: Sequence[Request]) -> frozenset[str]:
    """Messages, by id, that a newer one of the same meeting makes pointless; a series' cancellation all of it. What is
    out of date came late, and makes nothing pointless. `requests`: the oldest first."""
    newer: set[tuple[str, datetime | None]] = set()
    cancelled: set[str] = set()
    old: set[str] = set()
    for request in reversed(requests):
        if _about(request) in newer or request.uid in cancelled:
            old.add(request.message_id)
        elif not request.out_of_date:
            newer.add(_about(request))
            if request.kind is RequestKind.CANCELLATION and request.uid and request.occurrence is None:
                cancelled.add(request.uid)
    return frozenset(old)


def decide(request: Request, policy: RequestPolicy, taken: TakenAt, now: datetime, zone: ZoneInfo) -> Decision:
    """The answer to a request. `zone`: the room's. `taken` is asked only when nothing else decides."""
    known = without_answer(request) or _standing(request, taken, now)
    if known is not None:
        return known
    refusal = _no_time(request, now) or (None if request.free else _against_policy(request, policy, now, zone))
    if refusal is not None:
        return Decision(code=refusal, response=Response.DECLINED)
    if request.free or policy.conflicts:
        return Decision(code=ACCEPTED, response=Response.ACCEPTED)
    return _by_calendar(request, policy, taken(request.occurrences))


def _about(request: Request) -> tuple[str, datetime | None]:
    return (request.uid or request.message_id, request.occurrence)


def _standing(request: Request, taken: TakenAt, now: datetime) -> Decision | None:
    """What an update of a meeting gets that stands at these very times already, or is over: whoever said so is not
    contradicted."""
    if request.kind is not RequestKind.UPDATE or request.answered not in (Response.ACCEPTED, Response.TENTATIVE):
        return None
    if not _is_over(request, now) and not _stands_at(request, taken):
        return None
    if request.answered is Response.TENTATIVE:
        return Decision(code=UNCHANGED, response=Response.TENTATIVE)
    return Decision(code=ACCEPTED, response=Response.ACCEPTED)


def _stands_at(request: Request, taken: TakenAt) -> bool:
    if not request.occurrences:
        return False
    standing = {(each.start, each.end) for each in taken(request.occurrences) if _is_own(each, request)}
    return all((span.start, span.end) in standing for span in request.occurrences)


def _is_over(request: Request, now: datetime) -> bool:
    spans = request.occurrences
    if not spans:
        return request.series and request.until is not None and request.until <= now
    return all(max(span.end, span.start) <= now for span in spans)


def _no_time(request: Request, now: datetime) -> str | None:
    spans = request.occurrences
    if any(span.end < span.start for span in spans):
        return NO_TIME
    if _is_over(request, now):
        return PAST
    return None if spans or request.series else NO_TIME


def _against_policy(request: Request, policy: RequestPolicy, now: datetime, zone: ZoneInfo) -> str | None:
    spans, limit = request.occurrences, policy.until(now, zone)
    if request.series and not policy.series:
        return NO_SERIES
    goes_on = request.series and (request.until is None or request.until > limit)
    if goes_on or any(span.start >= limit for span in spans):
        return TOO_FAR
    if not spans:
        return NO_TIME
    if policy.longest and any(_too_long(span, request, policy) for span in spans):
        return TOO_LONG
    outside = policy.hours and not all(_within_hours(span, policy, zone) for span in spans if span.end > now)
    return OUTSIDE_HOURS if outside else None


def _too_long(span: Span, request: Request, policy: RequestPolicy) -> bool:
    """Days are counted: one of 25 hours is a day, whatever the zone it was made in."""
    lasts = span.end - span.start
    return (timedelta(days=round(lasts / _DAY)) if request.all_day else lasts) > policy.longest


def _within_hours(span: Span, policy: RequestPolicy, zone: ZoneInfo) -> bool:
    assert policy.hours is not None
    begin, end = _wall(span.start, zone), _wall(span.end, zone)
    opens, closes = policy.hours
    last = max(begin, end - timedelta(microseconds=1))  # midnight is the end of a day
    on_one_day = begin.date() == last.date() and begin.weekday() in policy.work_days
    in_time = end.time() <= closes if end.date() == begin.date() else closes >= _LAST_MINUTE
    return on_one_day and opens <= begin.time() and in_time


def _by_calendar(request: Request, policy: RequestPolicy, taken: Sequence[Taken]) -> Decision:
    others = [each for each in taken if not _is_own(each, request)]
    conflicting = conflicts(request.occurrences, others)
    if not conflicting:
        return Decision(code=ACCEPTED, response=Response.ACCEPTED)
    count = len(request.occurrences)
    if request.series and len(conflicting) < count and len(conflicting) * 100 <= policy.share * count:
        return Decision(code=SOME, response=Response.ACCEPTED, declined=tuple(conflicting))
    return Decision(code=CONFLICT, response=Response.DECLINED)


def _is_own(taken: Taken, request: Request) -> bool:
    return (bool(request.uid) and taken.uid == request.uid) or taken.item_id == request.item_id


def conflicts(spans: Sequence[Span], taken: Sequence[Taken]) -> list[Span]:
    """Those spans that overlap something taken. Back to back is none, and what has no length overlaps nothing."""
    blocks = _merged(taken)
    found, at = [], 0
    for span in sorted(spans, key=lambda each: each.start):
        while at < len(blocks) and blocks[at].end <= span.start:
            at += 1
        if span.start < span.end and at < len(blocks) and blocks[at].start < span.end:
            found.append(span)
    return found


def _merged(taken: Sequence[Taken]) -> list[Span]:
    """What is taken as spans that do not overlap, by start."""
    merged: list[Span] = []
    for each in sorted(taken, key=lambda one: one.start):
        if each.start >= each.end:
            continue
        if merged and each.start <= merged[-1].end:
            merged[-1] = Span(start=merged[-1].start, end=max(merged[-1].end, each.end))
        else:
            merged.append(Span(start=each.start, end=each.end))
    return merged


def _wall(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None)
