"""`agent.ports.WritableCalendar` over Microsoft Graph, for one room mailbox."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from agent.errors import AccessDenied, SourceError, SourceUnavailable, WriteConflict
from agent.model.control import Mail, NewBooking, Present, Taken
from agent.model.event import ChangeKey, ItemId
from agent.model.sync import Window
from agent.ports import Clock
from agent.sources.graph.client import GraphClient
from agent.sources.graph.faults import DUPLICATE, REQUEST_REFUSED, WRITE_CONFLICT, WRITE_REFUSED, is_gone
from agent.sources.graph.fields import Json, objects
from agent.sources.graph.mailing import GraphMail
from agent.sources.graph.mapping import item_id_of
from agent.sources.graph.settings import GraphSettings
from agent.sources.graph.signin import open_tokens
from agent.sources.graph.written import (
    ALONE,
    LISTED,
    WITH_KEY,
    carries,
    has_key,
    new_event,
    present_of,
    taken_of,
    time_of,
)
from agent.sources.instants import stamp
from agent.sources.transport.session import Transport

WRITE_DENIED = "calendar.write_denied"
MOST_PAGES = 5
_PAGE = 100
_ASKED_ALONE = 20
"""Items that take a window are asked for one by one when they were made; further ones are told without it."""


class GraphWriter:
    """Writes with a connection of its own, made by the first call."""

    name = "graph"

    def __init__(self, settings: GraphSettings, clock: Clock) -> None:
        self._zone = ZoneInfo(settings.timezone)
        transport = Transport(settings.http)
        self._client = GraphClient(settings.endpoint, open_tokens(settings, transport, clock), transport, clock)
        self._user = f"/users/{quote(settings.mailbox.strip(), safe='@')}"
        self._mail = GraphMail(self._client, self._user, clock)

    def taken(self, window: Window) -> Sequence[Taken]:
        """See `WritableCalendar`. One request, and one for each item found."""
        found = [each for event in self._view(window) if (each := taken_of(event, self._zone, window))]
        told = [self._dated(each, window) for each in found[:_ASKED_ALONE]] + found[_ASKED_ALONE:]
        return sorted((each for each in told if each is not None), key=lambda each: (each.start, each.uid))

    def created(self, key: str, booking: NewBooking) -> Present | None:
        """See `WritableCalendar`. Looked for where it was booked; then, as somebody may have moved it, everywhere."""
        for event in self._view(Window(booking.start, booking.end)):
            if carries(event, key) and (item_id := item_id_of(event)):
                return self.read(item_id)
        try:
            found = self._client.get(f"{self._user}/events", {"$filter": has_key(key), "$select": "id"})
        except SourceUnavailable as error:
            if error.code != REQUEST_REFUSED:  # it cannot be searched for
                raise
            return None
        item_ids = [item_id for event in objects(found, "value") if (item_id := item_id_of(event))]
        return self.read(item_ids[0]) if item_ids else None

    def create(self, key: str, booking: NewBooking) -> Present:
        """See `WritableCalendar`. A key that the server has seen makes nothing: what it made is given."""
        try:
            with _writing():
                return self._present(self._client.post(f"{self._user}/events", new_event(key, booking)))
        except WriteConflict as error:
            made = self.created(key, booking) if error.hints.get("response") == DUPLICATE else None
            if made is None:
                raise
            return made

    def read(self, item_id: ItemId) -> Present | None:
        """See `WritableCalendar`."""
        try:
            return self._present(self._client.get(self._event(item_id), {"$select": ",".join(ALONE)}))
        except SourceError as error:
            if is_gone(error):
                return None
            raise

    def set_end(self, seen: Present, end: datetime) -> Present:
        """See `WritableCalendar`. Nothing but the end is sent: a body would lose its link to the online meeting."""
        try:
            with _writing():
                changed = {"end": time_of(end)}
                return self._present(self._client.patch(self._event(seen.item_id), changed, _etag(seen.change_key)))
        except SourceError as error:
            if is_gone(error):
                raise WriteConflict(WRITE_CONFLICT, f"{self._client.host}: the meeting is gone") from error
            raise

    def delete(self, item_id: ItemId) -> None:
        """See `WritableCalendar`. It goes to the deleted items."""
        try:
            with _writing():
                self._client.delete(self._event(item_id))
        except SourceError as error:
            if not is_gone(error):
                raise

    def send(self, key: str, mail: Mail) -> str:
        """See `WritableCalendar` and `GraphMail`."""
        return self._mail.send(key, mail)

    def close(self) -> None:
        self._client.close()

    def _dated(self, taken: Taken, window: Window) -> Taken | None:
        try:
            event = self._client.get(self._event(taken.item_id), {"$select": ",".join(ALONE)})
        except SourceError as error:
            if is_gone(error):
                return None
            raise
        return taken_of(event, self._zone, window)

    def _view(self, window: Window) -> Iterator[Json]:
        options = {
            "startDateTime": stamp(window.start),
            "endDateTime": stamp(window.end),
            "$top": str(_PAGE),
            "$orderby": "start/dateTime",
            "$select": ",".join(LISTED),
            "$expand": WITH_KEY,
        }
        for page in self._client.pages(f"{self._user}/calendarView", options, most=MOST_PAGES):
            yield from objects(page, "value")

    def _event(self, item_id: ItemId) -> str:
        return f"{self._user}/events/{quote(item_id, safe='')}"

    def _present(self, event: Json) -> Present:
        present = present_of(event, self._zone, self._client.request_id)
        if present is None:
            raise SourceUnavailable("calendar.wrong_answer", f"{self._client.host}: an event without id or times")
        return present


def _etag(key: ChangeKey) -> str:
    return key if key.startswith('W/"') else f'W/"{key}"'


@contextmanager
def _writing() -> Iterator[None]:
    """Refusals that mean another thing of a write than of a read."""
    try:
        yield
    except AccessDenied as error:
        raise AccessDenied(WRITE_DENIED, f"{error}, to write").hinting(**error.hints) from error
    except SourceUnavailable as error:
        if error.code != REQUEST_REFUSED:
            raise
        raise SourceError(WRITE_REFUSED, str(error)).hinting(**error.hints) from error
