"""`agent.ports.CalendarSource` over EWS, for one impersonated room mailbox."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from typing import TypeVar
from zoneinfo import ZoneInfo

from agent.errors import SignInFailed, SourceError, SourceUnavailable
from agent.model.directory import Mailbox, ProbeResult
from agent.model.event import ChangeKey, Head, ItemId, Skipped
from agent.model.sync import Delta, SyncToken, Window
from agent.ports import Clock
from agent.sources.digests import scope_digest, view_digest
from agent.sources.ews.account import RoomAccount, open_account
from agent.sources.ews.batches import check_whole, read_contents
from agent.sources.ews.bookmark import Bookmark, FolderState
from agent.sources.ews.detector import ChangeDetector, Changes, Looked
from agent.sources.ews.faults import translate
from agent.sources.ews.fields import HEAD_URIS
from agent.sources.ews.items import RawItem
from agent.sources.ews.services import FindNames, ListChanges, ListRoomLists, ListRooms, ReadItems, View, ViewCalendar
from agent.sources.ews.settings import EwsSettings
from agent.sources.ews.signin import SignIn
from agent.sources.ews.window import Listing, list_window, touches
from agent.sources.rounds import MakeDelta, counted
from agent.sources.texts import line
from agent.sources.transport.session import Transport

MOST_ITEMS = 500
MOST_LETTERS = 256
LOOKED_AT = 25
LIST_EVERY_S = 3000.0
_Answer = TypeVar("_Answer")

_LOGGERS = {
    "exchangelib": logging.WARNING,
    "exchangelib.util": logging.CRITICAL,  # its errors print the whole request, headers included (exchange.md 3.10)
    "exchangelib.util.xml": logging.CRITICAL,
    "msal": logging.WARNING,
    "oauthlib": logging.WARNING,
    "requests_oauthlib": logging.WARNING,
    "spnego": logging.WARNING,
    "urllib3": logging.WARNING,
}


class EwsSource:
    """A room's calendar through EWS. Create it once; it keeps its connections.

    Whether anything changed is asked with SyncFolderItems; only then ids and change keys of the window are listed, and
    content is read for new change keys. The list is read every `LIST_EVERY_S` all the same: a detector that is wrong
    must not be believed for ever.
    """

    name = "ews"

    def __init__(self, settings: EwsSettings, clock: Clock) -> None:
        for logger, level in _LOGGERS.items():
            logging.getLogger(logger).setLevel(level)
        self._settings = settings
        self._clock = clock
        self._zone = ZoneInfo(settings.timezone)
        self._transport = Transport(settings.http)
        self._sign_in = SignIn(settings, self._transport, clock)
        self._account: RoomAccount = open_account(settings, self._transport, self._sign_in, clock)
        self._pieces: tuple[Window, ...] = ()
        self._detector = ChangeDetector(self._changes, clock)
        self._listed_at: float | None = None

    def changes_since(self, token: SyncToken | None, window: Window, known: Mapping[ItemId, ChangeKey]) -> Delta:
        """See `CalendarSource`. An unchanged calendar: one request; one change: three, or two where the list was due.

        Without a token an empty view is not taken at its word where `known` has items: they are asked for by id.
        """
        with counted(self._transport.traffic) as delta:
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
        contents = read_contents(changed, self._read, self._translate, self._zone)
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
        self._call(lambda: service(Window(now, now + timedelta(days=1)), 1, ()))
        return ProbeResult(("connection", "sign_in", "impersonation", "calendar"), service.server_version)

    def room_lists(self) -> Sequence[Mailbox]:
        return self._call(ListRoomLists(self._account))

    def rooms(self, room_list: str) -> Sequence[Mailbox]:
        service = ListRooms(self._account)
        return self._call(lambda: service(room_list))

    def resolve(self, name: str) -> Sequence[Mailbox]:
        wanted = line(name, MOST_LETTERS)
        service = FindNames(self._account)
        return self._call(lambda: service(wanted)) if wanted else ()

    def close(self) -> None:
        self._account.protocol.close()

    def _list(self, window: Window) -> Listing:
        listing = list_window(self._view, window, self._pieces)
        self._pieces = listing.pieces
        self._listed_at = self._clock.monotonic()
        return listing

    def _look_again(self, window: Window, known: Mapping[ItemId, ChangeKey]) -> None:
        """A view is empty that was not: asks for some of its items by id. One that is there is a SourceUnavailable."""
        service = ReadItems(account=self._account)
        asked = [RawItem(item_id, change_key) for item_id, change_key in islice(known.items(), LOOKED_AT)]
        results = self._call(lambda: service(asked, HEAD_URIS, ()))
        check_whole(asked, results, self._translate)
        if any(isinstance(result, RawItem) and touches(result, window) for result in results):
            what = f"{self._settings.host}: the view of the calendar is empty, but its meetings are there"
            raise SourceUnavailable("calendar.suddenly_empty", what)

    def _lately_listed(self) -> bool:
        return self._listed_at is not None and self._clock.monotonic() - self._listed_at < LIST_EVERY_S

    def _changes(self, state: str) -> Changes:
        service = ListChanges(account=self._account)
        return self._call(lambda: service(state))

    def _view(self, window: Window) -> View:
        service = ViewCalendar(account=self._account)
        return self._call(lambda: service(window, MOST_ITEMS))

    def _read(self, items: Sequence[RawItem]) -> list[RawItem | Exception]:
        service = ReadItems(account=self._account)
        return self._call(lambda: service(items))

    def _call(self, call: Callable[[], _Answer]) -> _Answer:
        """The answer of one call into exchangelib, its errors made ours. Secrets are read before it, never within."""
        try:
            self._transport.prepare()
            if self._sign_in.prepare():
                self._account.protocol.close()
            return call()
        except Exception as error:
            # The border to the library: a hostile answer can make it raise anything, AttributeError included.
            problem = self._translate(error)
            if isinstance(problem, SignInFailed):
                self._sign_in_again()
            if problem is error:
                raise
            raise problem from None  # the library's texts hold whole answers

    def _translate(self, error: Exception) -> SourceError:
        return translate(error, self._settings.host)

    def _sign_in_again(self) -> None:
        """Forgets secret and connections: the next call signs in with what is stored by then."""
        self._sign_in.forget()
        self._transport.forget()
        self._account.protocol.close()
