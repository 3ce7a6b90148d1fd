"""`agent.ports.RequestBox` over Microsoft Graph, for one room mailbox.

Graph answers events, not messages: what has no event in the room's calendar yet cannot be answered through it and is
left to people. Exchange makes the event where AutomateProcessing is AutoUpdate, not where it is None.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from urllib.parse import quote
from zoneinfo import ZoneInfo

import structlog

from agent.errors import AccessDenied, SourceError, SourceUnavailable, WriteConflict
from agent.model.event import ItemId, Response
from agent.model.requests import Answered, Reply, Request, RequestKind, Span
from agent.ports import Clock
from agent.sources.graph.client import GraphClient
from agent.sources.graph.faults import REQUEST_REFUSED, WRITE_CONFLICT, is_gone
from agent.sources.graph.fields import Json, objects
from agent.sources.graph.invitations import (
    LOCALE_ID,
    MESSAGE_CLASS,
    event_of,
    kind_of,
    request_of,
    series_of,
    span_in,
)
from agent.sources.graph.mapping import item_id_of
from agent.sources.graph.settings import GraphSettings
from agent.sources.graph.signin import open_tokens
from agent.sources.instants import stamp
from agent.sources.transport.failures import TOO_LARGE
from agent.sources.transport.session import Transport

DENIED, NO_EVENT = "requests.denied", "requests.no_event"
MOST_PAGES = 100
_PAGES = (20, 1)
"""Messages on a page, and what always fits: bodies are what is large."""
_INSTANCES = 500
_FARTHEST = timedelta(days=1800)
"""A list of instances spans five years at most."""
_KEPT = 10_000
_VERBS = {Response.ACCEPTED: "accept", Response.DECLINED: "decline"}
_EXPAND = f"microsoft.graph.eventMessage/event,singleValueExtendedProperties($filter=id eq '{LOCALE_ID}')"
_MEETINGS = (
    "receivedDateTime ge 1990-01-01T00:00:00Z and singleValueExtendedProperties/Any("
    f"ep: ep/id eq '{MESSAGE_CLASS}' and startswith(ep/value, 'IPM.Schedule.Meeting.'))"
)
log = structlog.get_logger()


class GraphInbox:
    """Reads and answers with a connection of its own, made by the first call."""

    def __init__(self, settings: GraphSettings, clock: Clock) -> None:
        self._room = settings.mailbox
        self._zone = ZoneInfo(settings.timezone)
        self._clock = clock
        transport = Transport(settings.http)
        self._client = GraphClient(settings.endpoint, open_tokens(settings, transport, clock), transport, clock)
        self._user = f"/users/{quote(settings.mailbox.strip(), safe='@')}"
        self._filters = True
        self._begun: dict[ItemId, Request] = {}
        self._passed_over: set[ItemId] = set()

    def pending(self, until: datetime, most: int) -> Sequence[Request]:
        """See `RequestBox`. Requests without an event are passed over, and said once in the log."""
        with _mail():
            found = list(islice(self._requests(), most))
            return [self._in_full(message, request, until) for message, request in found]

    def answer(self, request: Request, reply: Reply) -> Answered:
        """See `RequestBox`. A repeat of one whose answer was lost goes on where it had stopped."""
        with _mail():
            return self._answer(request, reply)

    def carry_out(self, request: Request) -> Answered:
        """See `RequestBox`."""
        with _mail():
            if request.kind is RequestKind.CANCELLATION and request.item_id and not request.out_of_date:
                self._delete(f"events/{quote(request.item_id, safe='')}")
            return self._removed(request)

    def close(self) -> None:
        self._client.close()

    # -- reading

    def _requests(self) -> Iterator[tuple[Json, Request]]:
        for message in self._messages():
            kind = kind_of(message)
            request = request_of(message, kind, self._zone, self._room) if kind else None
            if request is None:
                continue
            if request.message_id in self._begun:
                yield {}, self._begun[request.message_id]
            elif request.item_id or request.out_of_date or request.own or kind is RequestKind.CANCELLATION:
                yield message, request
            else:
                self._pass_over(request)

    def _messages(self) -> Iterator[Json]:
        for size in _PAGES:
            try:
                yield from self._listed(size)
            except SourceUnavailable as error:
                if error.code != TOO_LARGE or size == _PAGES[-1]:
                    raise
            else:
                return

    def _listed(self, size: int) -> Iterator[Json]:
        options = {"$top": str(size), "$orderby": "receivedDateTime", "$expand": _EXPAND}
        if self._filters:
            options["$filter"] = _MEETINGS
        path, prefer = f"{self._user}/mailFolders/inbox/messages", 'outlook.body-content-type="text"'
        try:
            for page in self._client.pages(path, options, prefer, most=MOST_PAGES):
                yield from objects(page, "value")
        except SourceUnavailable as error:
            if error.code != REQUEST_REFUSED or not self._filters:
                raise
            self._filters = False
            yield from self._listed(size)

    def _in_full(self, message: Json, request: Request, until: datetime) -> Request:
        """With all occurrences, for a series."""
        series = series_of(message) if message else None
        if series is None or not request.item_id or request.kind is RequestKind.CANCELLATION:
            return request
        now = self._clock.now()
        farthest = now + _FARTHEST
        end = farthest if series.counted else min(max(until, series.end or until), farthest)
        spans = [span for each in self._instances(request.item_id, now, end) if (span := span_in(each, self._zone))]
        last = max((span.end for span in spans), default=None) if series.counted or series.end else None
        return replace(request, occurrences=tuple(span for span in spans if span.start < until), until=last)

    def _instances(self, master: ItemId, start: datetime, end: datetime) -> Iterator[Json]:
        options = {
            "startDateTime": stamp(start),
            "endDateTime": stamp(end),
            "$top": str(_INSTANCES),
            "$select": "id,start,end,isAllDay,originalStartTimeZone",
        }
        path = f"{self._user}/events/{quote(master, safe='')}/instances"
        for page in self._client.pages(path, options, most=MOST_PAGES):
            yield from objects(page, "value")

    def _pass_over(self, request: Request) -> None:
        if request.message_id in self._passed_over:
            return
        if len(self._passed_over) >= _KEPT:
            self._passed_over.clear()
        self._passed_over.add(request.message_id)
        log.warning("requests.left_to_people", code=NO_EVENT)

    # -- answering

    def _answer(self, request: Request, reply: Reply) -> Answered:
        before = self._now(request)
        begun = request.message_id in self._begun
        done = begun and (before is None or before is reply.response)
        if not done and before is not request.answered:
            raise WriteConflict(WRITE_CONFLICT, f"{self._client.host}: the meeting was answered meanwhile")
        if not request.item_id:
            raise SourceError(NO_EVENT, f"{self._client.host}: the request has no event in the room's calendar")
        self._begun[request.message_id] = request
        if not done:
            self._respond(request.item_id, reply.response, reply.comment)
        request_id = self._client.request_id
        for span in reply.declined:
            self._decline(request.item_id, span, reply.comment)
        self._removed(request)
        return Answered(request_id=request_id)

    def _now(self, request: Request) -> Response | None:
        """The room's answer on the meeting; None when it has none any more. Raises `WriteConflict` for a message that
        is gone: somebody has answered it."""
        path = f"{self._user}/messages/{quote(request.message_id, safe='')}"
        try:
            message = self._client.get(path, {"$expand": "microsoft.graph.eventMessage/event"})
        except SourceError as error:
            if is_gone(error):
                self._begun.pop(request.message_id, None)
                raise WriteConflict(WRITE_CONFLICT, f"{self._client.host}: the request is gone") from error
            raise
        meeting = event_of(message, self._zone)
        return None if meeting is None else meeting.response

    def _respond(self, item_id: ItemId, response: Response, comment: str) -> None:
        data = {"comment": comment, "sendResponse": True}
        try:
            self._client.act(f"{self._user}/events/{quote(item_id, safe='')}/{_VERBS[response]}", data)
        except SourceError as error:
            if is_gone(error):
                raise WriteConflict(WRITE_CONFLICT, f"{self._client.host}: the meeting is gone") from error
            raise

    def _decline(self, master: ItemId, span: Span, comment: str) -> None:
        """One occurrence; one that is not there is declined already."""
        for each in self._instances(master, span.start, span.end):
            item_id = item_id_of(each)
            if item_id and span_in(each, self._zone) == span:
                self._respond(item_id, Response.DECLINED, comment)

    def _removed(self, request: Request) -> Answered:
        self._delete(f"messages/{quote(request.message_id, safe='')}")
        self._begun.pop(request.message_id, None)
        return Answered(request_id=self._client.request_id)

    def _delete(self, path: str) -> None:
        try:
            self._client.delete(f"{self._user}/{path}")
        except SourceError as error:
            if not is_gone(error):
                raise


@contextmanager
def _mail() -> Iterator[None]:
    """What is denied here is the right to the room's mail."""
    try:
        yield
    except AccessDenied as error:
        raise AccessDenied(DENIED, f"{error}, or its mail").hinting(**error.hints) from error
