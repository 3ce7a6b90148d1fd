"""The demo Exchange behind the contract's `Post`: a room whose requests wait, and an organizer."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from agent.demo.http.faults import HttpStatus
from agent.demo.server import DemoServer
from agent.demo.world import Booking, Handling, MailKind, NewMail, Processing, Recurrence
from agent.model.directory import Mailbox
from agent.model.event import Response, ShowAs
from agent.ports import RequestBox
from agent.sources import open_requests
from agent.sources.ews.settings import Auth, EwsSettings
from agent.sources.transport.settings import HttpSettings
from tests.contracts.request_box import ANN, FOREIGN, ROOM, TEN, Told
from tests.fakes.clock import FakeClock

SERVICE, SECRET = "mailboxservice@contoso.example", "a secret of the service account"


class DemoPost:
    """See `tests.contracts.request_box.Post`."""

    def __init__(self, server: DemoServer, clock: FakeClock, auth: Auth = Auth.BASIC) -> None:
        self.server, self.world, self.clock = server, server.world, clock
        self.world.add_room(ROOM, "San Jose")
        self.world.add_user(ANN, "Ann Lee")
        self.world.add_user(FOREIGN, "The Boss")
        self.world.add_service_account(SERVICE, SECRET)
        self.world.mail.set_handling(ROOM, Handling(Processing.NONE))
        self._auth = auth
        self._uids: dict[str, str] = {}
        self._open: list[RequestBox] = []

    def settings(self, mailbox: str = ROOM) -> EwsSettings:
        return EwsSettings(
            mailbox=mailbox,
            endpoint=self.server.https_url,
            auth=self._auth,
            username=SERVICE,
            password=lambda: SECRET,
            http=HttpSettings(ca_file=str(self.server.ca_file)),
        )

    def box(self, mailbox: str = ROOM) -> RequestBox:
        box = open_requests(self.settings(mailbox), self.clock)
        self._open.append(box)
        return box

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
        self._uids[subject] = self.world.mail.invite(ROOM, booking).uid
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
        answers = [each for each in self.world.mailbox(ANN).inbox() if each.kind is MailKind.RESPONSE]
        return [
            Told(
                each.subject.partition(": ")[2],
                each.answer,
                each.body,
                each.meeting.original_start if each.meeting else None,
            )
            for each in answers
        ]

    def kept(self) -> list[tuple[str, datetime, Response]]:
        now = self.clock.now()
        items = self.world.calendar(ROOM).view(now, now + timedelta(days=60))
        return [(each.booking.subject, each.booking.start, each.booking.response) for each in items]

    def throttle(self, seconds: int) -> None:
        self.server.faults.add(HttpStatus(503, retry_after_s=seconds), times=1)

    def go_down(self) -> None:
        self.server.down()

    def come_back(self) -> None:
        self.server.up()

    def close(self) -> None:
        for box in self._open:
            box.close()
