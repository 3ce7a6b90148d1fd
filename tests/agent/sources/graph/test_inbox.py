"""The contract of request boxes against the demo's Graph, and what `GraphInbox` makes of Graph's own oddities."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from agent.demo.graph.errors import GraphSays
from agent.demo.http.faults import Wire
from agent.demo.server import DemoServer
from agent.demo.world import Booking, Frequency, Handling, Processing, Recurrence
from agent.errors import AccessDenied, SourceError, SourceUnavailable, WriteConflict
from agent.model.event import Response
from agent.model.requests import Reply, Request, RequestKind
from agent.sources.graph.inbox import GraphInbox
from agent.sources.transport.settings import HttpSettings
from tests.agent.sources.organizer import Organizer
from tests.contracts.request_box import (
    ACCEPT,
    DAILY,
    DECLINE,
    FOREIGN,
    ROOM,
    UNTIL,
    RequestBoxContract,
    at,
    span,
)
from tests.fakes.clock import FakeClock
from tests.fakes.exchange import graph_settings, make_world


class GraphPost(Organizer):
    """The demo's mail behind `Post`: the room's mailbox updates its calendar by itself and answers nothing."""

    def __init__(self, server: DemoServer, clock: FakeClock) -> None:
        super().__init__(server, clock)
        self.world.add_user(FOREIGN, "The Boss")
        self.process(Processing.UPDATE)
        self._open: list[GraphInbox] = []

    def process(self, processing: Processing) -> None:
        self.world.mail.set_handling(ROOM, Handling(processing))

    def box(self, mailbox: str = ROOM, **more: Any) -> GraphInbox:
        self._open.append(GraphInbox(graph_settings(self.server, mailbox=mailbox, **more), self.clock))
        return self._open[-1]

    def move_one(self, subject: str, original_start: datetime, start: datetime) -> None:
        """Ann moves one occurrence of her series and sends an update."""

        def moved(booking: Booking) -> Booking:
            return replace(booking, start=start, end=start + (booking.end - booking.start))

        self.world.mail.update(ROOM, self._uids[subject], moved, original_start)

    def inbox(self) -> int:
        return len(self.world.mailbox(ROOM).inbox())

    def throttle(self, seconds: int) -> None:
        self.server.faults.add(GraphSays(429, "ApplicationThrottled", retry_after=str(seconds)), times=1)

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

    def test_an_update_knows_the_meeting_it_moves(self, post: GraphPost, box: GraphInbox) -> None:  # type: ignore[override]
        """Exchange has moved the meeting by itself, and with that taken the answer back."""
        post.invite("Planning")
        first = only(box)
        box.answer(first, ACCEPT)
        post.update("Planning", at(15))
        update = only(box)
        assert (update.kind, update.uid, update.answered) == (RequestKind.UPDATE, first.uid, Response.NONE)
        assert (update.item_id, update.occurrences) == (first.item_id, (span(at(15)),))
        box.answer(update, ACCEPT)
        assert post.kept() == [("Planning", at(15), Response.ACCEPTED)]


class TestPending:
    def test_language_of_the_senders_program_is_told(self, post: GraphPost, box: GraphInbox) -> None:
        post.invite("Planung", culture="de-DE")
        post.invite("?", at(12), culture="xx-XX")
        assert [each.language for each in box.pending(UNTIL, 50)] == ["de-DE", ""]

    def test_request_without_an_event_is_left_to_people_and_said_once(self, post: GraphPost, box: GraphInbox) -> None:
        post.process(Processing.NONE)
        post.invite("Planning")
        with capture_logs() as logs:
            assert [list(box.pending(UNTIL, 50)) for _ in range(3)] == [[], [], []]
        said = {"event": "requests.left_to_people", "code": "requests.no_event", "log_level": "warning"}
        assert logs == [said]
        assert post.inbox() == 1

    def test_where_types_cannot_be_asked_for_the_messages_tell_them(self, post: GraphPost, box: GraphInbox) -> None:
        post.server.faults.add(GraphSays(400, "InefficientFilter"), operation="messages", times=1)
        post.mail("Lunch?")
        post.invite("Planning")
        assert [only(box).subject, only(box).subject] == ["Planning"] * 2
        assert [each.status for each in post.server.requests.records("messages")] == [400, 200, 200]

    def test_many_are_read_page_by_page(self, post: GraphPost, box: GraphInbox) -> None:
        for number in range(45):
            post.invite(f"meeting {number}", at(0, 20 * number), 20)
        assert len(box.pending(UNTIL, 100)) == 45
        assert len(post.server.requests.records("messages")) == 3

    def test_page_that_is_too_large_is_read_message_by_message(self, post: GraphPost) -> None:
        for number in range(6):
            post.invite(f"meeting {number}", at(10 + number))
        box = post.box(http=HttpSettings(ca_file=str(post.server.ca_file), max_answer=10_000))
        assert len(box.pending(UNTIL, 100)) == 6
        assert len(post.server.requests.records("messages")) == 7

    def test_series_without_end_and_one_that_outlasts_the_window(self, post: GraphPost, box: GraphInbox) -> None:
        weekly = Recurrence(frequency=Frequency.WEEKLY, until=at(0, day=21).date())
        post.invite("Until a day", recurrence=weekly)
        (request,) = box.pending(at(0, day=10), 50)
        assert [each.start for each in request.occurrences] == [at(10), at(10, day=7)]
        assert request.until == at(10, 30, day=21)

    def test_series_that_is_over_has_an_end(self, post: GraphPost, box: GraphInbox) -> None:
        post.invite("Long ago", at(10, day=-30), recurrence=DAILY)
        request = only(box)
        assert (request.series, request.occurrences, request.until) == (True, (), post.clock.now())

    def test_one_occurrence_is_asked_for_by_its_place_in_the_series(self, post: GraphPost, box: GraphInbox) -> None:
        post.invite("Daily", recurrence=DAILY)
        series = only(box)
        box.answer(series, ACCEPT)
        post.move_one("Daily", at(10, day=1), at(15, day=1))
        request = only(box)
        assert (request.uid, request.occurrence, request.series) == (series.uid, at(10, day=1), False)
        assert request.occurrences == (span(at(15, day=1)),)
        box.answer(request, DECLINE)
        assert [start for _, start, _ in post.kept()] == [at(10), at(10, day=2)]

    def test_app_without_the_right_to_mail_is_told_so(self, post: GraphPost, box: GraphInbox) -> None:
        applications = post.world.directory.applications
        applications[:] = [replace(each, handles_mail=False) for each in applications]
        with pytest.raises(AccessDenied) as denied:
            box.pending(UNTIL, 50)
        assert denied.value.code == "requests.denied"


class TestAnswer:
    @pytest.mark.parametrize("leaves", [False, True])
    def test_message_is_gone_whoever_removes_it(self, post: GraphPost, box: GraphInbox, *, leaves: bool) -> None:
        post.server.graph.mail.requests_leave = leaves
        post.invite("Planning")
        assert box.answer(only(box), ACCEPT).request_id
        assert post.inbox() == 0
        assert len(post.told()) == 1

    @pytest.mark.parametrize("reply", [ACCEPT, DECLINE])
    def test_lost_answer_is_finished_and_given_once(self, post: GraphPost, box: GraphInbox, reply: Reply) -> None:
        post.invite("Planning")
        request = only(box)
        post.server.faults.add(Wire(lost=True), operation="respond", times=1)
        with pytest.raises(SourceUnavailable):
            box.answer(request, reply)
        assert only(box) == request
        box.answer(only(box), reply)
        assert post.inbox() == 0
        assert [each.response for each in post.told()] == [reply.response]

    def test_lost_removal_is_made_up_for(self, post: GraphPost, box: GraphInbox) -> None:
        post.invite("Planning")
        request = only(box)
        post.server.faults.add(GraphSays(500, "UnknownError"), operation="deleteMessage", times=1)
        with pytest.raises(SourceUnavailable):
            box.answer(request, ACCEPT)
        box.answer(only(box), ACCEPT)
        assert post.inbox() == 0
        assert len(post.told()) == 1

    def test_meeting_that_is_gone_is_not_answered(self, post: GraphPost, box: GraphInbox) -> None:
        post.invite("Planning")
        request = only(box)
        post.world.calendar(ROOM).delete(post.world.calendar(ROOM).items()[0].item_id)
        with pytest.raises(WriteConflict):
            box.answer(request, ACCEPT)
        assert post.told() == []

    def test_answer_that_a_person_gave_in_the_calendar_stands(self, post: GraphPost, box: GraphInbox) -> None:
        post.invite("Planning")
        request = only(box)
        (item,) = post.world.calendar(ROOM).items()
        post.world.mail.answer_item(ROOM, item, Response.TENTATIVE)
        with pytest.raises(WriteConflict) as answered:
            box.answer(request, DECLINE)
        assert answered.value.code == "requests.answered"
        assert [each.response for each in post.told()] == [Response.TENTATIVE]
        assert only(box).answered is Response.TENTATIVE

    def test_message_that_is_out_of_date_by_now_is_not_answered(self, post: GraphPost, box: GraphInbox) -> None:
        post.invite("Planning")
        request = only(box)
        post.update("Planning", at(15))
        with pytest.raises(WriteConflict) as changed:
            box.answer(request, ACCEPT)
        assert changed.value.code == "requests.changed"
        assert post.told() == []

    def test_message_that_is_superseded_after_a_lost_answer_is_seen_to_be(
        self, post: GraphPost, box: GraphInbox
    ) -> None:
        post.invite("Planning")
        post.server.faults.add(GraphSays(500, "UnknownError"), operation="respond", times=1)
        with pytest.raises(SourceUnavailable):
            box.answer(only(box), ACCEPT)
        post.update("Planning", at(15))
        old, new = box.pending(UNTIL, 50)
        assert (old.out_of_date, new.out_of_date) == (True, False)
        box.carry_out(old)
        box.answer(new, ACCEPT)
        assert post.inbox() == 0

    def test_cancellation_that_was_taken_back_meanwhile_removes_no_meeting(
        self, post: GraphPost, box: GraphInbox
    ) -> None:
        post.invite("Planning")
        box.answer(only(box), ACCEPT)
        post.cancel("Planning")
        cancellation = only(box)
        post.update("Planning", at(15))
        box.carry_out(cancellation)
        assert [start for _, start, _ in post.kept()] == [at(15)]

    def test_request_without_an_event_cannot_be_answered(self, post: GraphPost, box: GraphInbox) -> None:
        post.invite("Planning")
        request = replace(only(box), item_id=None, answered=Response.NONE)
        with pytest.raises(SourceError) as refused:
            box.answer(request, ACCEPT)
        assert refused.value.code == "requests.no_event"

    def test_series_goes_on_where_it_had_stopped(self, post: GraphPost, box: GraphInbox) -> None:
        post.invite("Daily", recurrence=DAILY)
        mixed = replace(ACCEPT, declined=(span(at(10)), span(at(10, day=2))))
        post.server.faults.add(GraphSays(429, "ApplicationThrottled"), operation="instances", times=2)
        for _ in range(3):
            try:
                box.answer(only(box), mixed)
            except SourceError:
                continue
        assert [start for _, start, _ in post.kept()] == [at(10, day=1)]
        assert [each.response for each in post.told()] == [Response.ACCEPTED, Response.DECLINED, Response.DECLINED]
