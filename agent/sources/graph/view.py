"""The window's events, page by page, in full or as ids and change keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from agent.errors import SourceUnavailable
from agent.model.sync import Window
from agent.sources.graph.client import EndlessList, GraphClient
from agent.sources.graph.fields import Json
from agent.sources.graph.mapping import item_id_of, span_of
from agent.sources.instants import stamp
from agent.sources.property_names import PUBLIC_STRINGS
from agent.sources.transport.failures import TOO_LARGE

MOST_PAGES = 40
BRIEF = ("id", "changeKey", "start", "end", "isAllDay", "seriesMasterId", "type")
CONTENT = (
    "id", "iCalUId", "changeKey", "subject", "body", "start", "end", "originalStart", "originalStartTimeZone",
    "isAllDay", "isCancelled", "isOrganizer", "sensitivity", "showAs", "type", "seriesMasterId", "location",
    "organizer", "responseStatus", "isOnlineMeeting", "onlineMeeting", "onlineMeetingProvider", "onlineMeetingUrl",
)  # fmt: skip
_SET = "{00020329-0000-0000-C000-000000000046}"
_EXPAND = (
    "singleValueExtendedProperties($filter="
    + " or ".join(f"id eq 'String {_SET} Name {name}'" for name in PUBLIC_STRINGS)
    + ")"
)
_TRIES = ((200, CONTENT), (20, CONTENT), (50, tuple(name for name in CONTENT if name != "body")))
"""Page sizes and properties, from the best to what always fits: bodies are what is large."""
_MOMENT = timedelta(minutes=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class View:
    """`events` by id, each once, in the order they came. `complete` False when there was no end to the pages.
    `unreadable`: how many had no id."""

    events: Mapping[str, Json]
    complete: bool
    unreadable: int


class CalendarView:
    """Reads one mailbox's view. Raises `SourceError`."""

    def __init__(self, client: GraphClient, path: str, zone: ZoneInfo) -> None:
        self._client = client
        self._path = path
        self._zone = zone

    def brief(self, window: Window) -> View:
        """Ids, change keys and times of what is in the window: usually one request, whatever the bodies hold."""
        return self._read(window, 1000, BRIEF)

    def content(self, window: Window) -> View:
        """Everything that is wanted of each event, in as few pages as are small enough to be read."""
        for size, names in _TRIES[:-1]:
            try:
                return self._read(window, size, names)
            except SourceUnavailable as error:
                if error.code != TOO_LARGE:
                    raise
        return self._read(window, *_TRIES[-1])

    def _read(self, window: Window, size: int, names: tuple[str, ...]) -> View:
        options = {
            "startDateTime": stamp(window.start),
            "endDateTime": stamp(window.end),
            "$top": str(size),
            "$orderby": "start/dateTime",
            "$select": ",".join(names),
        }
        if names is not BRIEF:
            options["$expand"] = _EXPAND
        found: dict[str, Json] = {}
        unreadable, complete = 0, True
        try:
            for page in self._client.pages(self._path, options, most=MOST_PAGES):
                for event in self._events(page):
                    item_id = item_id_of(event)
                    if item_id is None:
                        unreadable += 1
                    elif self._touches(event, window):
                        found[item_id] = event
        except EndlessList:
            complete = False
        return View(found, complete=complete, unreadable=unreadable)

    def _events(self, page: Json) -> list[Json]:
        value = page.get("value")
        if not isinstance(value, list):
            raise SourceUnavailable("calendar.not_graph", f"{self._client.host}: a list was expected; is this Graph?")
        return [event if isinstance(event, dict) else {} for event in value]

    def _touches(self, event: Json, window: Window) -> bool:
        """Whether it is in the half-open window; the service also lists what ends as it begins. True in doubt, and for
        all-day events, whose instants say nothing about the zone they are in."""
        span = span_of(event, self._zone)
        if span is None or event.get("isAllDay") is True:
            return True
        return span[0] < window.end and (span[1] > window.start or span[0] >= window.start)


def around(events: Iterable[Json], zone: ZoneInfo, window: Window) -> Window:
    """The smallest span that has all of them in it; the whole window when one of them has no times."""
    spans = [_wide(event, zone) for event in events]
    if not spans or None in spans:
        return window
    known = [span for span in spans if span is not None]
    return Window(min(start for start, _ in known), max(end for _, end in known) + _MOMENT)


def _wide(event: Json, zone: ZoneInfo) -> tuple[Any, Any] | None:
    span = span_of(event, zone)
    if span is None or event.get("isAllDay") is not True:
        return span
    return span[0] - _DAY, span[1] + _DAY
