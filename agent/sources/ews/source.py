"""`agent.ports.CalendarSource` over EWS, for one impersonated room mailbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from agent.errors import SourceUnavailable
from agent.model.directory import Mailbox, ProbeResult
from agent.model.event import ChangeKey, Head, ItemId, Skipped
from agent.model.sync import Delta, SyncToken, Window
from agent.ports import Clock
from agent.sources.digests import scope_digest, view_digest
from agent.sources.ews.batches import check_whole, read_contents
from agent.sources.ews.bookmark import Bookmark, FolderState
from agent.sources.ews.calls import Calls
from agent.sources.ews.detector import ChangeDetector, Changes, Looked
from agent.sources.ews.fields import HEAD_URIS
from agent.sources.ews.items import RawItem
from agent.sources.ews.services import FindNames, ListChanges, ListRoomLists, ListRooms, ReadItems, View, ViewCalendar
from agent.sources.ews.settings import EwsSettings
from agent.sources.ews.window import Listing, list_window, touches
from agent.sources.rounds import MakeDelta, counted
from agent.sources.texts import line

MOST_ITEMS = 500
MOST_LETTERS = 256
LOOKED_AT = 25
LIST_EVERY_S = 3000.0


class EwsSource:
    """A room's calendar through EWS. Create it once; it keeps its connections.

    Whether anything changed is asked with SyncFolderItems; only then ids and change keys of the window are listed, and
    content is read for new change keys. The list is read every `LIST_EVERY_S` all the same: a detector that is wrong
    must not be believed for ever.
    """

    name = "ews"

    def __init__(self, settings: EwsSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._zone = ZoneInfo(settings.timezone)
        self.calls = Calls(settings, clock)
        self._account = self.calls.account
        self._pieces: tuple[Window, ...] = ()
        self._detector = ChangeDetector(self._changes, clock)
        self._listed_at: float | None = None

    def changes_since(self, token: SyncToken | None, window: Window, known: Mapping[ItemId, ChangeKey]) -> Delta:
        """See `CalendarSource`. An unchanged calendar: one request; one change: three, or two where the list was due.

        Without a token an empty view is not taken at its word where `known` has items: they are asked for by id.
        """
        with counted(self.calls.transport.traffic) as delta:
            return self._changes_since(token, window, known, delta)

    def _changes_since(
        self,
        token: SyncToken | None,
        window: Window,
        known: Mapping[ItemId, ChangeKey],
        delta: MakeDelta,
    ) -> Delta:
        scope, mark = scope_digest(self._settings.mailbox, window), Bookmark.of(token)
        looked = Looked(mark.state if mark else FolderState(), quiet=False)
        if mark and self._lately_listed():  # else the list is due, and tells as much
            looked = self._detector.look(mark.state)
            if looked.quiet and mark.scope == scope:
                return delta(replace(mark, state=looked.state).token())
        listing = self._list(window)
        if looked.failed:
            self._detector.give_up()
        keys = {item_id: item.change_key for item_id, item in listing.items.items()}
        now = Bookmark(scope, view_digest(keys, complete=listing.complete), looked.state)
        if mark and (mark.scope, mark.view) == (now.scope, now.view):
            return delta(now.token())
        if token is None and known and listing.complete and not listing.items:
            self._look_again(window, known)
        changed = [item for item in listing.items.values() if known.get(ItemId(item.item_id)) != item.change_key]
        contents = read_contents(changed, self._read, self.calls.translate, self._zone)
        nameless = [Skipped(ItemId(""), ChangeKey(""), "parse")] * listing.unreadable
        return delta(
            now.token(),
            heads=tuple(Head(ItemId(item.item_id), ChangeKey(item.change_key)) for item in listing.items.values()),
            fetched=tuple(contents.fetched),
            skipped=(*contents.skipped, *nameless),
            complete=listing.complete,
        )

    def probe(self) -> ProbeResult:
        """See `CalendarSource`. One request: a view of the next day, for at most one id."""
        service = ViewCalendar(account=self._account)
        now = self._clock.now()
        self.calls(lambda: service(Window(now, now + timedelta(days=1)), 1, ()))
        return ProbeResult(("connection", "sign_in", "impersonation", "calendar"), service.server_version)

    def room_lists(self) -> Sequence[Mailbox]:
        return self.calls(ListRoomLists(self._account))

    def rooms(self, room_list: str) -> Sequence[Mailbox]:
        service = ListRooms(self._account)
        return self.calls(lambda: service(room_list))

    def resolve(self, name: str) -> Sequence[Mailbox]:
        wanted = line(name, MOST_LETTERS)
        service = FindNames(self._account)
        return self.calls(lambda: service(wanted)) if wanted else ()

    def close(self) -> None:
        self.calls.close()

    def _list(self, window: Window) -> Listing:
        listing = list_window(self._view, window, self._pieces)
        self._pieces = listing.pieces
        self._listed_at = self._clock.monotonic()
        return listing

    def _look_again(self, window: Window, known: Mapping[ItemId, ChangeKey]) -> None:
        """A view is empty that was not: asks for some of its items by id. One that is there is a SourceUnavailable."""
        service = ReadItems(account=self._account)
        asked = [RawItem(item_id, change_key) for item_id, change_key in islice(known.items(), LOOKED_AT)]
        results = self.calls(lambda: service(asked, HEAD_URIS, ()))
        check_whole(asked, results, self.calls.translate)
        if any(isinstance(result, RawItem) and touches(result, window) for result in results):
            what = f"{self._settings.host}: the view of the calendar is empty, but its meetings are there"
            raise SourceUnavailable("calendar.suddenly_empty", what)

    def _lately_listed(self) -> bool:
        return self._listed_at is not None and self._clock.monotonic() - self._listed_at < LIST_EVERY_S

    def _changes(self, state: str) -> Changes:
        service = ListChanges(account=self._account)
        return self.calls(lambda: service(state))

    def _view(self, window: Window) -> View:
        service = ViewCalendar(account=self._account)
        return self.calls(lambda: service(window, MOST_ITEMS))

    def _read(self, items: Sequence[RawItem]) -> list[RawItem | Exception]:
        service = ReadItems(account=self._account)
        return self.calls(lambda: service(items))
