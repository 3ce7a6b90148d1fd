"""The contract of request boxes against the demo's Graph, and what `GraphInbox` makes of Graph's own oddities."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.demo.graph.errors import GraphSays
from agent.demo.http.faults import Wire
from agent.demo.server import DemoServer
from agent.demo.world import Booking, Frequency, Handling, MailKind, NewMail, Processing, Recurrence, World
from agent.errors import AccessDenied, SourceError, SourceUnavailable, WriteConflict
from agent.model.directory import Mailbox
from agent.model.event import Response, ShowAs
from agent.model.requests import Reply, Request, RequestKind
from agent.sources.graph.inbox import GraphInbox
from tests.contracts.request_box import (
    ACCEPT,
    ANN,
    DAILY,
    DECLINE,
    FOREIGN,
    ROOM,
    TEN,
    UNTIL,
    RequestBoxContract,
    Told,
    at,
    span,
)
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.exchange import graph_settings, make_world


class GraphPost:
    """The demo's mail behind `Post`: the room's mailbox updates its calendar by itself and answers nothing."""

    def __init__(self, server: DemoServer, clock: FakeClock) -> None:
        self.server = server
        self.world = server.world
        self.world.add_user(FOREIGN, "The Boss")
        self.process(Processing.UPDATE)
        self._clock = clock
        self._uids: dict[str, str] = {}
        self._open: list[GraphInbox] = []

    def process(self, processing: Processing) -> None:
        self.world.mail.set_handling(ROOM, Handling(processing))

    def box(self, mailbox: str = ROOM) -> GraphInbox:
        self._open.append(GraphInbox(graph_settings(self.server, mailbox=mailbox), self._clock))
        return self._open[-1]

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
        more: dict[str, Any] = {"recurrence": recurrence, "timezone": timezone, "all_day": all_day}
        booking = Booking(
            subject=subject,
            start=start,
            end=start + timedelta(minutes=minutes),
            organizer_name="Ann Lee",
            organizer_address=ANN,
            show_as=ShowAs.FREE if free else ShowAs.BUSY,
            **more,
        )
        self._uids[subject] = self.world.mail.invite(ROOM, booking, culture=culture).uid

    def update(self, subject: str, start: datetime, minutes: int = 30) -> None:
        def moved(booking: Booking) -> Booking:
            return replace(booking, start=start, end=start + timedelta(minutes=minutes))

        self.world.mail.update(ROOM, self._uids[subject], moved)

    def cancel(self, subject: str) -> None:
        self.world.mail.withdraw(ROOM, self._uids[subject])

    def mail(self, subject: str) -> None:
        ann, room = Mailbox("Ann Lee", ANN), Mailbox("San Jose", ROOM)
        self.world.mail.send(NewMail(kind=MailKind.NOTE, subject=subject, sender=ann, recipients=(room,)))

    def person_answers(self, subject: str, response: Response) -> None:
        uid = self._uids[subject]
        (request,) = [each for each in self.world.mailbox(ROOM).inbox() if each.meeting and each.meeting.uid == uid]
        self.world.mail.answer(ROOM, request.item_id, response)

    def told(self) -> list[Told]:
        found = []
        for each in self.world.mailbox(ANN).inbox():
            if each.kind is MailKind.RESPONSE and each.meeting:
                meeting = each.meeting
                found.append(Told(meeting.booking.subject, each.answer, each.body, meeting.original_start))
        return found

    def kept(self) -> list[tuple[str, datetime, Response]]:
        items = self.world.calendar(ROOM).view(NOON, NOON + timedelta(days=40))
        return [(each.booking.subject, each.booking.start, each.booking.response) for each in items]

    def inbox(self) -> int:
        return len(self.world.mailbox(ROOM).inbox())

    def throttle(self, seconds: int) -> None:
        self.server.faults.add(GraphSays(429, "ApplicationThrottled", retry_after=str(seconds)), times=1)

    def go_down(self) -> None:
        self.server.down()

    def come_back(self) -> None:
        self.server.up()

    def close(self) -> None:
        for box in self._open:
            box.close()


@pytest.fixture
def post(demo_certificates: Path) -> Iterator[GraphPost]:
    clock = FakeClock()
    with DemoServer(make_world(clock), directory=demo_certificates) as server:
        post = GraphPost(server, clock)
        yield post
        post.close()


@pytest.fixture
def box(post: GraphPost) -> GraphInbox:
    return post.box()


def only(box: GraphInbox) -> Request:
    (request,) = box.pending(UNTIL, 50)
    return request


class TestGraphInbox(RequestBoxContract):
    """Over HTTPS, with an app's token."""
