"""The writing half of a source in memory, over a calendar of the demo organisation, with trouble by script.

Other people act on `calendar` itself. Passes the contract suite, so it may stand for a real one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from agent.demo.world import Booking, Calendar, Item, ItemNotFound, World
from agent.errors import SourceUnavailable, WriteConflict
from agent.model.control import Mail, NewBooking, Present, Taken
from agent.model.event import ItemId, Response, ShowAs
from agent.model.sync import Window
from agent.ports import Clock

ROOM = "sjroom@contoso.example"
LOST = SourceUnavailable("calendar.unreachable", "the answer did not come")
WRITES = ("create", "set_end", "delete", "send")


class Server:
    """What outlives a writer: the calendar, the keys of its items, the ends it was given, what was sent."""

    def __init__(self, clock: Clock) -> None:
        world = World(clock)
        world.add_room(ROOM, "San Jose")
        self.calendar: Calendar = world.calendar(ROOM)
        self.keys: dict[ItemId, str] = {}
        self.ends: list[datetime] = []
        self.sent: dict[str, Mail] = {}

    def of_key(self, key: str) -> list[Item]:
        """The items that were made with this key and are there."""
        return [item for item in self.calendar.items() if self.keys.get(item.item_id) == key]


class FakeWriter:
    """`agent.ports.WritableCalendar` on a `Server`.

    `before` is called with a method's name before it does anything, `after` when it has taken effect and nobody knows
    yet: both may raise, wait, or do what other people do. `refuse`: raised instead, by method name ("*": all of them);
    `lose`: methods whose next answer is lost. `calls`: the methods that were called, in order. `source`: its name.
    """

    def __init__(self, server: Server) -> None:
        self.server = server
        self.before: Callable[[str], None] = lambda _: None
        self.after: Callable[[str], None] = lambda _: None
        self.refuse: dict[str, Exception] = {}
        self.lose: set[str] = set()
        self.calls: list[str] = []
        self.source = "ews"

    @property
    def name(self) -> str:
        return self.source

    @property
    def writes(self) -> list[str]:
        """The calls that change something, in order."""
        return [each for each in self.calls if each in WRITES]

    def taken(self, window: Window) -> Sequence[Taken]:
        with self._call("taken"):
            found = [item for item in self.server.calendar.view(window.start, window.end) if _occupies(item, window)]
        return [
            Taken(
                item_id=item.item_id,
                uid=item.uid,
                start=item.booking.start,
                end=item.booking.end,
                created=item.created.astimezone(UTC),
            )
            for item in found
        ]

    def created(self, key: str, booking: NewBooking) -> Present | None:
        del booking
        with self._call("created"):
            found = self.server.of_key(key)
        return _present(found[0]) if found else None

    def create(self, key: str, booking: NewBooking) -> Present:
        with self._call("create"):
            item_id = self.server.calendar.book(
                Booking(
                    start=booking.start,
                    end=booking.end,
                    subject=booking.subject,
                    body_text=booking.body,
                    location=booking.location,
                    response=Response.ORGANIZER,
                )
            )
            self.server.keys[item_id] = key
            return _present(self.server.calendar.item(item_id))

    def read(self, item_id: ItemId) -> Present | None:
        with self._call("read"):
            try:
                found = self.server.calendar.item(item_id)
            except ItemNotFound:
                return None
        return _present(found)

    def set_end(self, seen: Present, end: datetime) -> Present:
        def revised(booking: Booking) -> Booking:
            if self.server.calendar.item(seen.item_id).change_key != seen.change_key:
                raise WriteConflict("write.conflict", "the item has changed")
            return replace(booking, end=end)

        with self._call("set_end"):
            try:
                item_id = self.server.calendar.revise(seen.item_id, revised)
            except ItemNotFound as error:
                raise WriteConflict("write.conflict", "the item is gone") from error
            self.server.ends.append(end)
            return _present(self.server.calendar.item(item_id))

    def delete(self, item_id: ItemId) -> None:
        with self._call("delete"):
            try:
                self.server.calendar.delete(item_id)
            except ItemNotFound:
                return

    def send(self, key: str, mail: Mail) -> str:
        with self._call("send"):
            self.server.sent.setdefault(key, mail)
        return "request-of-send"

    def close(self) -> None:
        pass

    @contextmanager
    def _call(self, name: str) -> Iterator[None]:
        self.calls.append(name)
        self.before(name)
        error = self.refuse.get(name, self.refuse.get("*"))
        if error is not None:
            raise error
        yield
        self.after(name)
        if name in self.lose:
            self.lose.discard(name)
            raise LOST


def _occupies(item: Item, window: Window) -> bool:
    booking = item.booking
    counts = booking.show_as is not ShowAs.FREE and not booking.cancelled and booking.response is not Response.DECLINED
    return counts and booking.start < window.end and booking.end > window.start


def _present(item: Item) -> Present:
    return Present(
        item_id=item.item_id,
        change_key=item.change_key,
        uid=item.uid,
        start=item.booking.start,
        end=item.booking.end,
        created=item.created.astimezone(UTC),
        cancelled=item.booking.cancelled,
        all_day=item.booking.all_day,
        request_id=f"request-of-{item.change_key}",
    )
