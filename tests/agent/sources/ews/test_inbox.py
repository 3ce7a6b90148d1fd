"""The inbox over EWS where servers, people and networks are not as they should be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from agent.demo.exchange.faults import ErrorCode, ReshapeSoap
from agent.demo.exchange.names import mt
from agent.demo.http.faults import HttpStatus, Wire
from agent.demo.server import DemoServer
from agent.demo.world import World
from agent.errors import AccessDenied, SourceUnavailable, WriteConflict
from agent.model.event import Response
from agent.model.requests import Reply
from agent.ports import RequestBox
from tests.agent.sources.ews.post import DemoPost
from tests.contracts.request_box import ACCEPT, DAILY, DECLINE, TEN, UNTIL, Told, at, span
from tests.fakes.clock import FakeClock
from tests.fakes.ews_schema import SchemaCheck


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture
def post(certificates: Path) -> Iterator[DemoPost]:
    clock, schema = FakeClock(), SchemaCheck()
    with DemoServer(World(clock), directory=certificates, observe=schema) as server:
        post = DemoPost(server, clock)
        yield post
        post.close()
    assert not schema.violations


@pytest.fixture
def box(post: DemoPost) -> RequestBox:
    return post.box()


def operations(post: DemoPost) -> list[str]:
    return [str(record.operation) for record in post.server.requests.records()]


def test_an_empty_inbox_costs_one_request_and_a_page_two(post: DemoPost, box: RequestBox) -> None:
    box.pending(UNTIL, 50)
    assert operations(post) == ["FindItem"]
    for number in range(50):
        post.invite(f"meeting {number}", at(number))
    assert len(box.pending(UNTIL, 50)) == 50
    assert operations(post)[1:] == ["FindItem", "GetItem"]


def test_a_server_that_cannot_choose_is_asked_for_all(post: DemoPost, box: RequestBox) -> None:
    for number in range(3):
        post.mail(f"mail {number}")
        post.invite(f"meeting {number}", at(10 + number))
    post.server.faults.add(ErrorCode("ErrorUnsupportedPathForQuery"), operation="FindItem", times=1)
    assert [each.subject for each in box.pending(UNTIL, 2)] == ["meeting 0", "meeting 1"]
    assert operations(post) == ["FindItem", "FindItem", "GetItem"]
    assert len(box.pending(UNTIL, 50)) == 3
    assert operations(post)[3:] == ["FindItem", "GetItem"]


def test_requests_behind_much_other_mail_are_found(post: DemoPost, box: RequestBox) -> None:
    for number in range(450):
        post.mail(f"mail {number}")
    post.invite("Planning")
    post.server.faults.add(ErrorCode("ErrorInvalidRestriction"), operation="FindItem", times=1)
    assert [each.subject for each in box.pending(UNTIL, 50)] == ["Planning"]


def test_a_message_that_cannot_be_read_does_not_hide_the_others(post: DemoPost, box: RequestBox) -> None:
    post.invite("gone meanwhile")
    post.invite("Planning", at(12))
    first, second = box.pending(UNTIL, 50)
    post.world.mailbox("sjroom@contoso.example").remove(first.message_id)
    assert [each.subject for each in box.pending(UNTIL, 50)] == ["Planning"]
    with pytest.raises(WriteConflict):
        box.answer(first, ACCEPT)
    box.answer(second, ACCEPT)


class MeetingUnreadable(ReshapeSoap):
    """What is in the calendar cannot be read for now."""

    def damage(self, answer: etree._Element) -> None:
        for item in list(answer.iter(mt("t:CalendarItem"))):
            items = item.getparent()
            message = items.getparent() if items is not None else None
            assert items is not None
            assert message is not None
            items.remove(item)
            message.set("ResponseClass", "Error")
            for code in message.iter(mt("m:ResponseCode")):
                code.text = "ErrorInternalServerError"


def spoil(post: DemoPost, code: str) -> None:
    """The next content of a message is this error alone."""
    post.server.faults.add(ErrorCode(code), operation="GetItem", times=1)


def test_what_is_missing_for_a_moment_does_not_look_gone(post: DemoPost, box: RequestBox) -> None:
    post.invite("Planning")
    spoil(post, "ErrorInternalServerError")
    with pytest.raises(SourceUnavailable):
        box.pending(UNTIL, 50)
    assert [each.subject for each in box.pending(UNTIL, 50)] == ["Planning"]


def test_an_answer_that_cannot_be_seen_for_a_moment_is_not_taken_for_none(post: DemoPost, box: RequestBox) -> None:
    post.invite("Planning")
    box.answer(box.pending(UNTIL, 50)[0], ACCEPT)
    post.update("Planning", at(15))
    number = post.server.faults.add(MeetingUnreadable(), operation="GetItem")
    with pytest.raises(SourceUnavailable):
        box.pending(UNTIL, 50)
    post.server.faults.remove(number)
    assert [each.answered for each in box.pending(UNTIL, 50)] == [Response.ACCEPTED]


def test_what_nobody_can_read_is_left_where_it_is(post: DemoPost, box: RequestBox) -> None:
    post.invite("Planning")
    spoil(post, "ErrorCorruptData")
    assert list(box.pending(UNTIL, 50)) == []


def test_an_answer_whose_reply_is_lost_is_given_once(post: DemoPost, box: RequestBox) -> None:
    post.invite("Planning")
    (request,) = box.pending(UNTIL, 50)
    post.server.faults.add(Wire(drop_after=0), operation="CreateItem", times=1)
    with pytest.raises(SourceUnavailable):
        box.answer(request, ACCEPT)
    assert post.told() == [Told("Planning", Response.ACCEPTED, "Booked for you.")]
    assert list(box.pending(UNTIL, 50)) == []


def test_a_request_that_a_newer_one_replaces_meanwhile_was_answered_by_nobody(post: DemoPost, box: RequestBox) -> None:
    post.invite("Planning")
    (request,) = box.pending(UNTIL, 50)
    post.update("Planning", at(15))
    with pytest.raises(WriteConflict) as caught:
        box.answer(request, ACCEPT)
    assert caught.value.code == "requests.changed"
    assert post.told() == []


def test_an_occurrence_that_could_not_be_declined_is_declined_later(post: DemoPost, box: RequestBox) -> None:
    post.invite("Daily", recurrence=DAILY)
    (request,) = box.pending(UNTIL, 50)
    post.server.faults.add(HttpStatus(500), operation="FindItem", times=1)
    with pytest.raises(SourceUnavailable):
        box.answer(request, replace(ACCEPT, declined=(span(at(10, day=1)), span(at(10, day=2)))))
    assert len(post.kept()) == 3
    assert list(box.pending(UNTIL, 50)) == []
    assert [start for _, start, _ in post.kept()] == [TEN]
    assert [each.response for each in post.told()] == [Response.ACCEPTED, Response.DECLINED, Response.DECLINED]


def test_an_occurrence_that_is_not_there_needs_no_declining(post: DemoPost, box: RequestBox) -> None:
    post.invite("Daily", recurrence=DAILY)
    (request,) = box.pending(UNTIL, 50)
    box.answer(request, replace(ACCEPT, declined=(span(at(11, day=1)),)))
    assert len(post.kept()) == 3


def test_one_cancelled_occurrence_leaves_the_series(post: DemoPost, box: RequestBox) -> None:
    post.invite("Daily", recurrence=DAILY)
    box.answer(box.pending(UNTIL, 50)[0], ACCEPT)
    post.world.mail.withdraw("sjroom@contoso.example", post._uids["Daily"], at(10, day=1))
    (cancellation,) = box.pending(UNTIL, 50)
    assert cancellation.occurrence == at(10, day=1)
    box.carry_out(cancellation)
    assert [start for _, start, _ in post.kept()] == [TEN, at(10, day=2)]


@pytest.mark.parametrize("code", ["ErrorCalendarIsCancelledForAccept", "ErrorCalendarIsOrganizerForAccept"])
def test_a_message_that_has_nothing_to_answer_is_put_away(post: DemoPost, box: RequestBox, code: str) -> None:
    post.invite("Planning")
    post.server.faults.add(ErrorCode(code), operation="CreateItem", times=1)
    with pytest.raises(WriteConflict) as caught:
        box.answer(box.pending(UNTIL, 50)[0], ACCEPT)
    assert caught.value.code == "requests.changed"
    assert list(box.pending(UNTIL, 50)) == []
    assert post.told() == []


@pytest.mark.parametrize("there", [True, False])
def test_where_the_server_removes_nothing_the_meeting_is_put_away(post: DemoPost, box: RequestBox, there: bool) -> None:
    post.invite("Planning")
    post.invite("Other", at(12))
    planning, other = box.pending(UNTIL, 50)
    box.answer(planning, ACCEPT if there else DECLINE)
    box.answer(other, ACCEPT)
    post.cancel("Planning")
    post.server.faults.add(ErrorCode("ErrorCalendarIsCancelledForRemove"), operation="CreateItem", times=1)
    box.carry_out(box.pending(UNTIL, 50)[0])
    assert [subject for subject, _, _ in post.kept()] == ["Other"]
    assert list(box.pending(UNTIL, 50)) == []


def test_a_series_is_never_put_away_for_one_of_its_occurrences(post: DemoPost, box: RequestBox) -> None:
    post.invite("Daily", recurrence=DAILY)
    box.answer(box.pending(UNTIL, 50)[0], ACCEPT)
    post.world.mail.withdraw("sjroom@contoso.example", post._uids["Daily"], at(10, day=1))
    post.server.faults.add(ErrorCode("ErrorInvalidOperation"), operation="CreateItem", times=1)
    (cancellation,) = box.pending(UNTIL, 50)
    with pytest.raises(SourceUnavailable):
        box.carry_out(cancellation)
    assert len(post.kept()) == 3
    box.carry_out(cancellation)
    assert [start for _, start, _ in post.kept()] == [TEN, at(10, day=2)]


def test_the_right_to_write_is_named_when_it_is_missing(post: DemoPost, box: RequestBox) -> None:
    post.invite("Planning")
    (request,) = box.pending(UNTIL, 50)
    post.server.faults.add(ErrorCode("ErrorAccessDenied"), operation="CreateItem", times=1)
    with pytest.raises(AccessDenied) as caught:
        box.answer(request, ACCEPT)
    assert caught.value.code == "calendar.write_denied"


def test_a_comment_may_hold_anything(post: DemoPost, box: RequestBox) -> None:
    post.invite("Planning")
    (request,) = box.pending(UNTIL, 50)
    comment = "</t:Body>&amp; \u0001\ud800 会議室は使用中です。"
    box.answer(request, Reply(response=Response.DECLINED, code="requests.conflict", comment=comment))
    assert post.told()[0].comment == "</t:Body>&amp;  会議室は使用中です。"


def test_the_language_of_the_sender_is_told(post: DemoPost, box: RequestBox) -> None:
    post.invite("Planning")
    assert box.pending(UNTIL, 50)[0].language == "en-US"
