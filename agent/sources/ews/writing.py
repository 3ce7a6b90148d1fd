"""`agent.ports.WritableCalendar` over EWS, for one impersonated room mailbox."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from exchangelib import errors as ews

from agent.errors import AccessDenied, SourceUnavailable, WriteConflict
from agent.model.control import Mail, NewBooking, Present, Taken
from agent.model.event import Fetched, ItemId, Occurrence
from agent.model.sync import Window
from agent.ports import Clock
from agent.sources.ews.batches import batches, check_whole
from agent.sources.ews.calls import Calls
from agent.sources.ews.faults import GONE, NO_SUCH_SEARCH, READ_DENIED, WRITE_CONFLICT, WRITE_DENIED
from agent.sources.ews.fields import PRESENT_URIS
from agent.sources.ews.hidden_item import DeleteItems
from agent.sources.ews.items import RawItem
from agent.sources.ews.mapping import to_fetched
from agent.sources.ews.sendings import Sendings
from agent.sources.ews.services import ReadItems, View, ViewCalendar
from agent.sources.ews.settings import EwsSettings
from agent.sources.ews.window import list_window
from agent.sources.ews.writes import CreateBooking, FindKeyed, SendMessage, SetEnd
from agent.sources.occupied import present_as, taken_by, takes_time
from agent.sources.property_names import KEY_NAME

MOST_ITEMS = 500
MOST_KEYED = 10
MOST_SENT = 100
MOST_READ = 50

_Answer = TypeVar("_Answer")


class EwsWriter:
    """Writes the room's calendar through EWS. It has an account of its own, for a thread of its own.

    An operation's key is kept with what it makes as a named property (`agent.sources.property_names`). Requests that
    write are never repeated by themselves: after a lost answer the caller asks what became of them.
    """

    name = "ews"

    def __init__(self, settings: EwsSettings, clock: Clock) -> None:
        self._host = settings.host
        self._zone = ZoneInfo(settings.timezone)
        self._calls = Calls(settings, clock)
        self._account = self._calls.account
        self._sendings = Sendings(self._host, clock)

    def taken(self, window: Window) -> Sequence[Taken]:
        """See `WritableCalendar`. One request; where a list tells too little, another one for each 50 items."""
        listing = list_window(self._view, window)
        found = [item for item in listing.items.values() if self._takes_time(item)]
        vague = [item for item in found if not {"UID", "DateTimeCreated"} <= item.texts.keys()]
        told = {item.item_id: item for batch in batches(vague, MOST_READ) for item in self._read(batch)}
        occurrences = [self._occurrence(told.get(item.item_id, item)) for item in found]
        taken = [taken_by(each) for each in occurrences if each is not None and takes_time(each)]
        return sorted(taken, key=lambda each: (each.start, each.end, each.uid))

    def created(self, key: str, booking: NewBooking) -> Present | None:
        """See `WritableCalendar`. Asks by the key, wherever in the calendar the item is by now; where the server knows
        no such question, looks at what is there when it was booked for."""
        found = self._search(self._account.calendar, key)
        if found is None:
            found = self._keyed(self._view(Window(booking.start, booking.end), (), key=True), key)
        return self.read(found[0]) if found else None

    def create(self, key: str, booking: NewBooking) -> Present:
        """See `WritableCalendar`. Two requests: the item, and how the server has it."""
        service = CreateBooking(account=self._account)
        return self._after(self._write(lambda: service(key, booking)))

    def read(self, item_id: ItemId) -> Present | None:
        """See `WritableCalendar`."""
        for item in self._read([RawItem(item_id, "")]):
            if (occurrence := self._occurrence(item)) is None:
                raise SourceUnavailable("calendar.not_exchange", f"{self._host}: an item without a start or an end")
            return present_as(occurrence, self._request_id)
        return None

    def set_end(self, seen: Present, end: datetime) -> Present:
        """See `WritableCalendar`. Two requests; an occurrence of a series becomes an exception."""
        service = SetEnd(account=self._account)

        def change() -> str:
            try:
                return service(seen.item_id, seen.change_key, end)
            except GONE:
                raise WriteConflict(WRITE_CONFLICT, f"{self._host}: the item is gone") from None

        return self._after(self._write(change) or seen.item_id)

    def delete(self, item_id: ItemId) -> None:
        """See `WritableCalendar`. To the room's Deleted Items, but for an occurrence that a server does not move there:
        its series knows it was deleted."""
        service = DeleteItems(account=self._account)

        def remove() -> None:
            try:
                service([item_id], "MoveToDeletedItems")
            except ews.ErrorCalendarCannotMoveOrCopyOccurrence:
                service([item_id])
            except GONE:
                return

        self._write(remove, harmless=True)

    def send(self, key: str, mail: Mail) -> str:
        """See `WritableCalendar`. What was sent is looked for in Sent Items; see `Sendings`."""
        sent = self._search(self._account.sent_items, key)
        if sent is None:
            service = FindKeyed(account=self._account)
            sent = self._keyed(self._calls(lambda: service.newest(self._account.sent_items, MOST_SENT)), key)
        if not sent:
            message = SendMessage(account=self._account)
            with self._sendings.trying(key):
                self._write(lambda: message(key, mail))
        return self._request_id

    def close(self) -> None:
        self._calls.close()

    @property
    def _request_id(self) -> str:
        return self._calls.transport.traffic.request_id

    def _write(self, call: Callable[[], _Answer], *, harmless: bool = False) -> _Answer:
        """One request, sent once unless a repeat is `harmless`. A refusal names the right to write, not to read."""

        def once() -> _Answer:
            with self._calls.transport.once():
                return call()

        try:
            return self._calls(call if harmless else once)
        except AccessDenied as error:
            if error.code != READ_DENIED:
                raise
            what = f"{self._host}: the room's mailbox may not be written"
            raise AccessDenied(WRITE_DENIED, what).hinting(**error.hints) from None

    def _after(self, item_id: str) -> Present:
        """The item that was just written, with the id of the request that wrote it."""
        request_id = self._request_id
        present = self.read(ItemId(item_id)) if item_id else None
        if present is None:
            raise SourceUnavailable("calendar.wrong_answer", f"{self._host}: what was written is not there")
        return replace(present, request_id=request_id)

    def _search(self, folder: object, key: str) -> list[ItemId] | None:
        """What carries the key; None when the server cannot be asked for it, or answers something else."""
        service = FindKeyed(account=self._account)

        def ask() -> View | None:
            try:
                return service(folder, key, MOST_KEYED)
            except NO_SUCH_SEARCH:
                return None

        view = self._calls(ask)
        found = self._keyed(view, key) if view is not None else []
        return found if view is not None and (found or not view.items) else None

    @staticmethod
    def _keyed(view: View, key: str) -> list[ItemId]:
        return [ItemId(each.item_id) for each in view.items if each.item_id and each.properties.get(KEY_NAME) == key]

    def _view(self, window: Window, uris: Sequence[str] = PRESENT_URIS, *, key: bool = False) -> View:
        service = ViewCalendar(account=self._account)
        return self._calls(lambda: service(window, MOST_ITEMS, uris, key=key))

    def _read(self, items: Sequence[RawItem]) -> list[RawItem]:
        """Those that are there. Raises `SourceError` when one cannot be read for another reason."""
        service = ReadItems(account=self._account)
        results = self._calls(lambda: service(items, PRESENT_URIS, ()))
        check_whole(items, results, self._calls.translate)
        there = [result for result in results if not isinstance(result, GONE)]
        for result in there:
            if isinstance(result, Exception):
                raise self._calls.translate(result)
        return [result for result in there if isinstance(result, RawItem)]

    def _takes_time(self, item: RawItem) -> bool:
        occurrence = self._occurrence(item)
        return occurrence is not None and takes_time(occurrence)

    def _occurrence(self, item: RawItem) -> Occurrence | None:
        mapped = to_fetched(item, self._zone)
        return mapped.occurrence if isinstance(mapped, Fetched) else None
