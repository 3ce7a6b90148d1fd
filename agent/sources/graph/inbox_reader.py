"""Messages of a room's inbox through Graph that ask for something, and all occurrences of series. One mailbox."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

from agent.errors import SourceUnavailable
from agent.model.event import ItemId
from agent.model.requests import Request, RequestKind, Span
from agent.ports import Clock
from agent.sources.graph.client import EndlessList, GraphClient
from agent.sources.graph.faults import REQUEST_REFUSED
from agent.sources.graph.fields import Json, objects
from agent.sources.graph.invitations import LOCALE_ID, MESSAGE_CLASS, kind_of, request_of, series_of, span_in
from agent.sources.graph.mapping import item_id_of
from agent.sources.instants import stamp
from agent.sources.transport.failures import TOO_LARGE

MOST_PAGES = 100
WITH_EVENT = "microsoft.graph.eventMessage/event"
_PAGES = (20, 1)
"""Messages on a page, and what always fits: bodies are what is large."""
_INSTANCES = 500
_FARTHEST = timedelta(days=1800)
"""A list of instances spans five years at most."""
_EXPAND = f"{WITH_EVENT},singleValueExtendedProperties($filter=id eq '{LOCALE_ID}')"
_MEETINGS = (
    "receivedDateTime ge 1990-01-01T00:00:00Z and singleValueExtendedProperties/Any("
    f"ep: ep/id eq '{MESSAGE_CLASS}' and startswith(ep/value, 'IPM.Schedule.Meeting.'))"
)


class InboxReader:
    """Methods raise `SourceError`."""

    def __init__(self, client: GraphClient, user: str, room: str, zone: ZoneInfo, clock: Clock) -> None:
        self._client = client
        self._user = user
        self._room = room
        self._zone = zone
        self._clock = clock
        self._filters = True

    def requests(self) -> Iterator[tuple[Json, Request]]:
        """Requests and cancellations with the messages they are, the oldest first, each once. Page by page."""
        seen: set[ItemId] = set()
        for message in self._messages():
            kind = kind_of(message)
            request = request_of(message, kind, self._zone, self._room) if kind else None
            if request is not None and request.message_id not in seen:
                seen.add(request.message_id)
                yield message, request

    def in_full(self, message: Json, request: Request, until: datetime) -> Request:
        """With all occurrences, for a series."""
        series = series_of(message)
        if series is None or not request.item_id or request.kind is RequestKind.CANCELLATION:
            return request
        now = self._clock.now()
        farthest = now + _FARTHEST
        end = farthest if series.counted else min(max(until, series.end or until), farthest)
        spans = [span for each in self._instances(request.item_id, now, end) if (span := span_in(each, self._zone))]
        last = max((span.end for span in spans), default=now) if series.counted or series.end else None
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

    def occurrences(self, master: ItemId, span: Span) -> list[ItemId]:
        """Ids of what is in the series at exactly this time."""
        found = self._instances(master, span.start, span.end)
        return [item_id for each in found if span_in(each, self._zone) == span and (item_id := item_id_of(each))]

    def _messages(self) -> Iterator[Json]:
        """From the beginning again, in smaller pages, after one that was too large."""
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
        except EndlessList:  # these first
            return
        except SourceUnavailable as error:
            if error.code != REQUEST_REFUSED or not self._filters:
                raise
            self._filters = False
            yield from self._listed(size)
