"""`agent.ports.CalendarSource` over Microsoft Graph, for one room mailbox."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from urllib.parse import quote
from zoneinfo import ZoneInfo

from agent.errors import MailboxNotFound, SourceUnavailable
from agent.model.directory import Mailbox, ProbeResult
from agent.model.event import ChangeKey, Fetched, Head, ItemId, Skipped
from agent.model.sync import Delta, SyncToken, Window
from agent.ports import Clock
from agent.sources.digests import scope_digest, view_digest
from agent.sources.graph.bookmark import Bookmark
from agent.sources.graph.client import GraphClient
from agent.sources.graph.detector import DeltaDetector, Looked
from agent.sources.graph.faults import REQUEST_REFUSED
from agent.sources.graph.fields import Json
from agent.sources.graph.identity import bounded
from agent.sources.graph.mapping import change_key_of, nameless_series, span_of, to_fetched
from agent.sources.graph.places import Places
from agent.sources.graph.settings import GraphSettings
from agent.sources.graph.signin import open_tokens
from agent.sources.graph.view import CalendarView, View, around
from agent.sources.instants import stamp
from agent.sources.rounds import MakeDelta, counted
from agent.sources.texts import line
from agent.sources.transport.session import Transport

ONE_READ = 150
"""Up to so many events a change is read with everything else, in one request; above, what changed is read alone."""
LIST_EVERY_S = 3000.0
LOOKED_AT = 3
MOST_MASTERS = 20
MOST_LETTERS = 256
_MASTERS_KEPT = 1_000
_LOGGERS = ("msal", "urllib3")


class GraphSource:
    """A room's calendar through Graph. Create it once; it keeps its connection.

    Whether anything changed is asked with calendarView/delta; only then the view is read. It is read every
    `LIST_EVERY_S` all the same: a detector that is wrong must not be believed for ever.
    """

    name = "graph"

    def __init__(self, settings: GraphSettings, clock: Clock) -> None:
        for logger in _LOGGERS:
            logging.getLogger(logger).setLevel(logging.WARNING)
        self._settings = settings
        self._clock = clock
        self._zone = ZoneInfo(settings.timezone)
        self.transport = Transport(settings.http)
        tokens = open_tokens(settings, self.transport, clock)
        self.client = GraphClient(settings.endpoint, tokens, self.transport, clock)
        self._user = f"/users/{quote(settings.mailbox.strip(), safe='@')}"
        self._view = CalendarView(self.client, f"{self._user}/calendarView", self._zone)
        self._detector = DeltaDetector(self.client, f"{self._user}/calendarView/delta", clock)
        self._places = Places(self.client)
        self._masters: dict[str, str] = {}
        self._read_at: float | None = None

    def changes_since(self, token: SyncToken | None, window: Window, known: Mapping[ItemId, ChangeKey]) -> Delta:
        """See `CalendarSource`. An unchanged calendar: one request; one change: two or three.

        Without a token an empty view is not taken at its word where `known` has events: they are asked for by id.
        """
        with counted(self.transport.traffic) as delta:
            return self._changes_since(token, window, known, delta)

    def _changes_since(
        self,
        token: SyncToken | None,
        window: Window,
        known: Mapping[ItemId, ChangeKey],
        delta: MakeDelta,
    ) -> Delta:
        scope, mark = scope_digest(self._settings.mailbox, window), Bookmark.of(token)
        if mark is not None and mark.scope != scope:
            mark = None
        looked = self._detector.look(mark.link if mark else "", window)
        if mark and looked.quiet and self._lately_read():
            return delta(replace(mark, link=looked.link).token())
        view, contents = self._read(window, known)
        if looked.failed:
            self._detector.give_up()
        keys = {item_id: change_key_of(event) for item_id, event in view.events.items()}
        now = Bookmark(scope, view_digest(keys, complete=view.complete), looked.link)
        if mark and mark.view == now.view:
            return delta(now.token())
        if token is None and known and view.complete and not view.events:
            self._look_again(window, known)
        read = self._contents(keys, contents, known, looked)
        nameless = [Skipped(ItemId(""), ChangeKey(""), "parse")] * view.unreadable
        return delta(
            now.token(),
            heads=tuple(Head(ItemId(item_id), key) for item_id, key in keys.items()),
            fetched=tuple(each for each in read if isinstance(each, Fetched)),
            skipped=(*(each for each in read if isinstance(each, Skipped)), *nameless),
            complete=view.complete,
        )

    def _read(self, window: Window, known: Mapping[ItemId, ChangeKey]) -> tuple[View, Mapping[str, Json]]:
        """The view, and the content of at least what changed in it."""
        self._read_at = None
        if len(known) <= ONE_READ:
            view = self._view.content(window)
            contents = view.events
        else:
            view = self._view.brief(window)
            changed = [event for item_id, event in view.events.items() if _is_new(item_id, event, known)]
            contents = self._view.content(around(changed, self._zone, window)).events if changed else {}
        self._read_at = self._clock.monotonic()
        return view, contents

    def _contents(
        self,
        keys: Mapping[str, ChangeKey],
        contents: Mapping[str, Json],
        known: Mapping[ItemId, ChangeKey],
        looked: Looked,
    ) -> list[Fetched | Skipped]:
        """What is not known yet, under the change keys of the view: a newer one will be in the next."""
        new = [item_id for item_id, key in keys.items() if known.get(ItemId(item_id)) != key]
        self._name_series(contents[item_id] for item_id in new if item_id in contents)
        read: list[Fetched | Skipped] = []
        for item_id in new:
            if item_id not in contents:  # it was moved or deleted while we read
                read.append(Skipped(ItemId(item_id), keys[item_id], "gone"))
                continue
            event = contents[item_id]
            master = str(event.get("seriesMasterId"))
            modified, created = (told.get(item_id) or told.get(master) for told in (looked.modified, looked.created))
            mapped = to_fetched(event, self._zone, masters=self._masters, modified=modified, created=created)
            if isinstance(mapped, Fetched):
                mapped = replace(mapped, occurrence=replace(mapped.occurrence, change_key=keys[item_id]))
            read.append(mapped)
        return read

    def _name_series(self, events: Iterable[Json]) -> None:
        """Asks masters for their iCalUId where their occurrences do not tell it: once for each series."""
        unknown = dict.fromkeys(master for event in events if (master := nameless_series(event)))
        for master in islice((each for each in unknown if each not in self._masters), MOST_MASTERS):
            if len(self._masters) >= _MASTERS_KEPT:
                self._masters.clear()
            try:
                found = self.client.get(f"{self._user}/events/{quote(master, safe='')}", {"$select": "iCalUId"})
            except MailboxNotFound:  # the series was deleted meanwhile
                continue
            uid = found.get("iCalUId")
            if isinstance(uid, str) and uid.strip():
                self._masters[master] = bounded(uid.strip())

    def probe(self) -> ProbeResult:
        """See `CalendarSource`. One request: a view of the next day, for at most one id."""
        now = self._clock.now()
        window = {"startDateTime": stamp(now), "endDateTime": stamp(now + timedelta(days=1))}
        self.client.get(f"{self._user}/calendarView", {**window, "$top": "1", "$select": "id"})
        return ProbeResult(("connection", "sign_in", "access", "calendar"), "Microsoft Graph v1.0")

    def room_lists(self) -> Sequence[Mailbox]:
        return self._places.room_lists()

    def rooms(self, room_list: str) -> Sequence[Mailbox]:
        return self._places.rooms(room_list)

    def resolve(self, name: str) -> Sequence[Mailbox]:
        wanted = line(name, MOST_LETTERS)
        return self._places.resolve(wanted) if wanted else ()

    def close(self) -> None:
        self.client.close()

    def _look_again(self, window: Window, known: Mapping[ItemId, ChangeKey]) -> None:
        """A view is empty that was not: asks for some of its events by id. One that is there is a SourceUnavailable."""
        for item_id in islice(known, LOOKED_AT):
            try:
                event = self.client.get(
                    f"{self._user}/events/{quote(item_id, safe='')}", {"$select": "id,start,end,isAllDay"}
                )
            except MailboxNotFound:
                continue
            except SourceUnavailable as error:
                if error.code == REQUEST_REFUSED:  # an id of another time
                    continue
                raise
            span = span_of(event, self._zone)
            if span is None or (span[0] < window.end and span[1] > window.start):
                what = f"{self._settings.host}: the view of the calendar is empty, but its meetings are there"
                raise SourceUnavailable("calendar.suddenly_empty", what)

    def _lately_read(self) -> bool:
        return self._read_at is not None and self._clock.monotonic() - self._read_at < LIST_EVERY_S


def _is_new(item_id: str, event: Json, known: Mapping[ItemId, ChangeKey]) -> bool:
    return known.get(ItemId(item_id)) != change_key_of(event)
