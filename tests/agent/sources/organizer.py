"""An organizer and a room of the demo organisation, whose requests wait: most of the contract's `Post`."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from agent.demo.server import DemoServer
from agent.demo.world import Booking, MailKind, NewMail, Recurrence
from agent.model.directory import Mailbox
from agent.model.event import Response, ShowAs
from tests.contracts.request_box import ANN, ROOM, TEN, Told
from tests.fakes.clock import FakeClock


class Organizer:
    """See `tests.contracts.request_box.Post`; the box, and how its server is throttled, is a protocol's own."""

    def __init__(self, server: DemoServer, clock: FakeClock) -> None:
        self.server, self.world, self.clock = server, server.world, clock
        self._uids: dict[str, str] = {}

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
        culture: str = "en-US",
    ) -> None:
        booking = Booking(
            subject=subject,
            start=start,
            end=start + timedelta(minutes=minutes),
            organizer_name="Ann Lee",
            organizer_address=ANN,
            recurrence=recurrence,
            timezone=timezone,
            all_day=all_day,
            show_as=ShowAs.FREE if free else ShowAs.BUSY,
        )
        self._uids[subject] = self.world.mail.invite(ROOM, booking, culture=culture).uid
        self.clock.advance(1)

    def update(self, subject: str, start: datetime, minutes: int = 30) -> None:
        end = start + timedelta(minutes=minutes)
        self.world.mail.update(ROOM, self._uids[subject], lambda old: replace(old, start=start, end=end))
        self.clock.advance(1)

    def cancel(self, subject: str) -> None:
        self.world.mail.withdraw(ROOM, self._uids[subject])

    def mail(self, subject: str) -> None:
        note = NewMail(
            kind=MailKind.NOTE,
            subject=subject,
            sender=Mailbox("Ann Lee", ANN),
            recipients=(Mailbox("San Jose", ROOM),),
        )
        self.world.mail.send(note)

    def person_answers(self, subject: str, response: Response) -> None:
        uid = self._uids[subject]
        requests = [each for each in self.world.mailbox(ROOM).inbox() if each.meeting and each.meeting.uid == uid]
        self.world.mail.answer(ROOM, requests[-1].item_id, response)

    def told(self) -> list[Told]:
        return [
            Told(each.meeting.booking.subject, each.answer, each.body, each.meeting.original_start)
            for each in self.world.mailbox(ANN).inbox()
            if each.kind is MailKind.RESPONSE and each.meeting
        ]

    def kept(self) -> list[tuple[str, datetime, Response]]:
        now = self.clock.now()
        items = self.world.calendar(ROOM).view(now, now + timedelta(days=60))
        return [(each.booking.subject, each.booking.start, each.booking.response) for each in items]

    def go_down(self) -> None:
        self.server.down()

    def come_back(self) -> None:
        self.server.up()
