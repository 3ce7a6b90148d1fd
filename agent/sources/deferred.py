"""Sources and all that belongs to them, opened when first asked: the list is shown before a library is loaded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from agent.model.control import Mail, NewBooking, Present, Taken
from agent.model.directory import Mailbox, ProbeResult
from agent.model.event import ChangeKey, ItemId
from agent.model.owner import OwnerMark
from agent.model.requests import Answered, Reply, Request, Span
from agent.model.sync import Delta, Heard, SyncToken, Window
from agent.ports import CalendarSource, ChangeStream, OwnerMarks, RequestBox, WritableCalendar


class DeferredSource:
    """`agent.ports.CalendarSource` that passes everything on to the one that `opener` gives, in the caller's thread."""

    def __init__(self, name: str, opener: Callable[[], CalendarSource]) -> None:
        self._name = name
        self._opener = opener
        self._source: CalendarSource | None = None

    @property
    def name(self) -> str:
        return self._name

    def changes_since(self, token: SyncToken | None, window: Window, known: Mapping[ItemId, ChangeKey]) -> Delta:
        return self._opened().changes_since(token, window, known)

    def probe(self) -> ProbeResult:
        return self._opened().probe()

    def room_lists(self) -> Sequence[Mailbox]:
        return self._opened().room_lists()

    def rooms(self, room_list: str) -> Sequence[Mailbox]:
        return self._opened().rooms(room_list)

    def resolve(self, name: str) -> Sequence[Mailbox]:
        return self._opened().resolve(name)

    def close(self) -> None:
        if self._source is not None:
            self._source.close()

    def _opened(self) -> CalendarSource:
        if self._source is None:
            self._source = self._opener()
        return self._source


class DeferredWriter:
    """`agent.ports.WritableCalendar`, opened by the first call of its own, in the caller's thread."""

    def __init__(self, name: str, opener: Callable[[], WritableCalendar]) -> None:
        self._name = name
        self._opener = opener
        self._writer: WritableCalendar | None = None

    @property
    def name(self) -> str:
        return self._name

    def taken(self, window: Window) -> Sequence[Taken]:
        return self._opened().taken(window)

    def created(self, key: str, booking: NewBooking) -> Present | None:
        return self._opened().created(key, booking)

    def create(self, key: str, booking: NewBooking) -> Present:
        return self._opened().create(key, booking)

    def read(self, item_id: ItemId) -> Present | None:
        return self._opened().read(item_id)

    def set_end(self, seen: Present, end: datetime) -> Present:
        return self._opened().set_end(seen, end)

    def delete(self, item_id: ItemId) -> None:
        self._opened().delete(item_id)

    def send(self, key: str, mail: Mail) -> str:
        return self._opened().send(key, mail)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()

    def _opened(self) -> WritableCalendar:
        if self._writer is None:
            self._writer = self._opener()
        return self._writer


class DeferredStream:
    """`agent.ports.ChangeStream`, opened by its first `listen`."""

    def __init__(self, opener: Callable[[], ChangeStream]) -> None:
        self._opener = opener
        self._stream: ChangeStream | None = None

    @property
    def requests(self) -> int:
        return self._stream.requests if self._stream is not None else 0

    def listen(self, heard: Callable[[Heard], None]) -> None:
        if self._stream is None:
            self._stream = self._opener()
        self._stream.listen(heard)

    def hang_up(self) -> None:
        if self._stream is not None:
            self._stream.hang_up()

    def close(self) -> None:
        if self._stream is not None:
            self._stream.close()


class DeferredBox:
    """`agent.ports.RequestBox`, opened by its first call."""

    def __init__(self, opener: Callable[[], RequestBox]) -> None:
        self._opener = opener
        self._box: RequestBox | None = None

    def pending(self, until: datetime, most: int) -> Sequence[Request]:
        return self._opened().pending(until, most)

    def answer(self, request: Request, reply: Reply) -> Answered:
        return self._opened().answer(request, reply)

    def carry_out(self, request: Request) -> Answered:
        return self._opened().carry_out(request)

    def decline(self, uid: str, item_id: ItemId | None, spans: Sequence[Span], comment: str) -> None:
        self._opened().decline(uid, item_id, spans, comment)

    def close(self) -> None:
        if self._box is not None:
            self._box.close()

    def _opened(self) -> RequestBox:
        if self._box is None:
            self._box = self._opener()
        return self._box


class DeferredMarks:
    """`agent.ports.OwnerMarks`, opened by its first call."""

    def __init__(self, opener: Callable[[], OwnerMarks]) -> None:
        self._opener = opener
        self._marks: OwnerMarks | None = None

    def marks(self) -> Sequence[OwnerMark]:
        return self._opened().marks()

    def put(self, owner: str, host: str) -> None:
        self._opened().put(owner, host)

    def remove(self, marks: Sequence[OwnerMark]) -> None:
        self._opened().remove(marks)

    def close(self) -> None:
        if self._marks is not None:
            self._marks.close()

    def _opened(self) -> OwnerMarks:
        if self._marks is None:
            self._marks = self._opener()
        return self._marks
