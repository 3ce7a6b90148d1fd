"""The room's mail in memory: an organizer, an inbox, a calendar; and the box that answers out of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count

from agent.demo.world import Booking, Recurrence, occurrence_starts
from agent.demo.world_series import occurrence_end
from agent.errors import AccessDenied, SourceThrottled, SourceUnavailable, WriteConflict
from agent.model.control import Taken
from agent.model.event import ItemId, Response
from agent.model.requests import Answered, Reply, Request, RequestKind, Span
from agent.model.sync import Window
from agent.ports import Clock
from agent.sources.texts import MAX_SUBJECT, line
from tests.contracts.request_box import ANN, FOREIGN, ROOM, TEN, Told
from tests.fakes.clock import FakeClock

_BUSY = (Response.ACCEPTED, Response.TENTATIVE)


@dataclass(slots=True)
class Kept:
    """A meeting in the room's calendar."""

    uid: str
    booking: Booking
    response: Response
    created: datetime
    deleted: set[datetime] = field(default_factory=set)

    def spans(self, until: datetime) -> list[Span]:
        return [each for each in spans(self.booking, until) if each.start not in self.deleted]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the inbox. `kind` None: other mail. `out_of_date`: a newer one has come since."""

    number: int
    uid: str
    kind: RequestKind | None
    booking: Booking
    received: datetime
    out_of_date: bool = False


def spans(booking: Booking, until: datetime) -> list[Span]:
    if booking.recurrence is None:
        return [Span(start=booking.start, end=booking.end)]
    starts = occurrence_starts(booking, until)
    return [Span(start=start, end=occurrence_end(booking, start)) for start in starts if start < until]


class FakePost:
    """`tests.contracts.request_box.Post`. `script`: errors the next calls raise; None lets one pass. `lost`: so many
    of the next answers take effect, and their reply is lost. `pencils`: what is asked for is in the calendar at once,
    unanswered. `leaves_declines`: an answer dies before what it declines of a series."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or FakeClock()
        self.inbox: dict[ItemId, Message] = {}
        self.calendar: dict[str, Kept] = {}
        self.script: list[Exception | None] = []
        self.lost = 0
        self.pencils = self.leaves_declines = False
        self.calls: list[str] = []
        self.before_answer: Callable[[Request], None] = lambda _: None
        self._meetings: dict[str, tuple[str, Booking]] = {}
        self._told: list[Told] = []
        self._numbers = count(1)
        self._down = False

    def box(self, mailbox: str = ROOM) -> FakeRequestBox:
        return FakeRequestBox(self, mailbox)

    def invite(
        self,
        subject: str,
        start: datetime = TEN,
        minutes: int = 30,
        *,
        recurrence: Recurrence | None = None,
        timezone: str = "UTC",
        all_day: bool = False,
        free: bool = False,
        organizer: str = ANN,
    ) -> None:
        booking = Booking(
            subject=subject,
            start=start,
            end=start + timedelta(minutes=minutes),
            organizer_name="Ann Lee",
            organizer_address=organizer,
            recurrence=recurrence,
            timezone=timezone,
            all_day=all_day,
            properties={"free": "yes"} if free else {},
        )
        self._arrive(f"uid-{subject[:50]}", RequestKind.NEW, booking)

    def update(self, subject: str, start: datetime, minutes: int = 30) -> None:
        uid, old = self._meetings[subject]
        end = start + timedelta(minutes=minutes)
        booking = Booking(
            subject=subject,
            start=start,
            end=end,
            organizer_name=old.organizer_name,
            organizer_address=old.organizer_address,
            recurrence=old.recurrence,
            timezone=old.timezone,
        )
        self._arrive(uid, RequestKind.UPDATE if uid in self.calendar else RequestKind.NEW, booking)

    def cancel(self, subject: str) -> None:
        uid, booking = self._meetings[subject]
        self._arrive(uid, RequestKind.CANCELLATION, booking)

    def mail(self, subject: str) -> None:
        self._put("", None, Booking(subject=subject, start=TEN, end=TEN))

    def person_answers(self, subject: str, response: Response) -> None:
        uid, booking = self._meetings[subject]
        self.inbox = {key: each for key, each in self.inbox.items() if each.uid != uid}
        self.settle(uid, booking, Reply(response=response, code=""))

    def told(self) -> list[Told]:
        return list(self._told)

    def kept(self) -> list[tuple[str, datetime, Response]]:
        until = self.clock.now() + timedelta(days=60)
        rows = [(each, span) for each in self.calendar.values() for span in each.spans(until)]
        return [
            (each.booking.subject, span.start, each.response)
            for each, span in sorted(rows, key=lambda row: (row[1].start, row[0].uid))
        ]

    def taken(self, window: Window) -> Sequence[Taken]:
        """As `agent.ports.WritableCalendar.taken`."""
        self.calls.append("taken")
        self.meet_trouble()
        found = [
            Taken(
                item_id=ItemId(each.uid),
                uid=each.uid,
                start=span.start,
                end=span.end,
                created=each.created,
                pencilled=each.response is Response.NONE,
            )
            for each in self.calendar.values()
            if each.response in (*_BUSY, Response.NONE)
            for span in each.spans(window.end)
            if span.end > window.start and span.start < window.end
        ]
        return sorted(found, key=lambda taken: taken.start)

    def throttle(self, seconds: int) -> None:
        self.script.append(SourceThrottled("calendar.throttled", "slowly", seconds))

    def go_down(self) -> None:
        self._down = True

    def come_back(self) -> None:
        self._down = False

    def meet_trouble(self) -> None:
        if self._down:
            raise SourceUnavailable("calendar.unreachable", "down")
        if self.script and (error := self.script.pop(0)) is not None:
            raise error

    def settle(self, uid: str, booking: Booking, reply: Reply) -> None:
        """The answer is in the calendar and on its way to the organizer."""
        self._told.append(Told(booking.subject, reply.response, reply.comment))
        if reply.response is Response.DECLINED:
            self.calendar.pop(uid, None)
            return
        self.calendar[uid] = Kept(uid, booking, reply.response, self.clock.now())
        self.decline(uid, [] if self.leaves_declines else reply.declined, reply.comment)

    def decline(self, uid: str, those: Sequence[Span], comment: str) -> None:
        kept = self.calendar[uid]
        for declined in those:
            if declined.start not in kept.deleted:
                kept.deleted.add(declined.start)
                self._told.append(Told(kept.booking.subject, Response.DECLINED, comment, declined.start))

    def _arrive(self, uid: str, kind: RequestKind, booking: Booking) -> None:
        self._meetings[booking.subject] = (uid, booking)
        self._put(uid, kind, booking)
        if self.pencils and kind is not RequestKind.CANCELLATION:
            self.calendar[uid] = Kept(uid, booking, Response.NONE, self.clock.now())

    def _put(self, uid: str, kind: RequestKind | None, booking: Booking) -> None:
        number = next(self._numbers)
        for message_id, message in self.inbox.items():
            if uid and message.uid == uid:
                self.inbox[message_id] = replace(message, out_of_date=True)
        self.inbox[ItemId(f"message-{number}")] = Message(number, uid, kind, booking, self.clock.now())


class FakeRequestBox:
    """`agent.ports.RequestBox` over a `FakePost`."""

    def __init__(self, post: FakePost, mailbox: str = ROOM) -> None:
        self._post = post
        self._mailbox = mailbox
        self.closed = 0

    def pending(self, until: datetime, most: int) -> Sequence[Request]:
        self._begin("pending")
        return list(self._requests(until))[:most]

    def answer(self, request: Request, reply: Reply) -> Answered:
        self._begin("answer")
        self._post.before_answer(request)
        message = self._post.inbox.pop(request.message_id, None)
        if message is None:
            raise WriteConflict("requests.answered_already", "the message is gone")
        self._post.settle(message.uid, message.booking, reply)
        self._lose()
        return Answered(request_id=f"answer-{message.number}")

    def carry_out(self, request: Request) -> Answered:
        self._begin("carry_out")
        message = self._post.inbox.pop(request.message_id, None)
        if message is not None and message.kind is RequestKind.CANCELLATION:
            self._post.calendar.pop(message.uid, None)
        self._lose()
        return Answered(request_id="carried")

    def decline(self, uid: str, item_id: ItemId | None, spans: Sequence[Span], comment: str) -> None:
        self._begin("decline")
        assert item_id in (None, uid)
        self._post.decline(uid, spans, comment)

    def close(self) -> None:
        self.closed += 1

    def _begin(self, call: str) -> None:
        self._post.calls.append(call)
        self._post.meet_trouble()
        if self._mailbox == FOREIGN:
            raise AccessDenied("calendar.access_denied", "not this one")

    def _lose(self) -> None:
        if self._post.lost:
            self._post.lost -= 1
            raise SourceUnavailable("calendar.unreachable", "the reply is lost")

    def _requests(self, until: datetime) -> Iterator[Request]:
        messages = self._post.inbox
        for message_id, message in messages.items():
            if message.kind is not None:
                yield self._request(message_id, message, until)

    def _request(self, message_id: ItemId, message: Message, until: datetime) -> Request:
        booking = message.booking
        kept = self._post.calendar.get(message.uid)
        rule, all_spans = booking.recurrence, spans(booking, until)
        endless = rule is not None and rule.count is None and rule.until is None
        return Request(
            message_id=message_id,
            change_key="1",
            kind=message.kind or RequestKind.NEW,
            uid=message.uid,
            received=message.received,
            subject=line(booking.subject, MAX_SUBJECT) or "",
            organizer=booking.organizer_name,
            organizer_address=booking.organizer_address,
            occurrences=tuple(all_spans),
            all_day=booking.all_day,
            series=rule is not None,
            until=None if endless or not all_spans else spans(booking, until + timedelta(days=400))[-1].end,
            free="free" in booking.properties,
            out_of_date=message.out_of_date,
            own=booking.organizer_address == self._mailbox,
            item_id=ItemId(message.uid) if kept else None,
            answered=kept.response if kept else Response.NONE,
        )
