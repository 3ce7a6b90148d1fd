"""The whole play over the control page's API: invitations, who answers them, and the answers that come back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from agent.demo.control.bodies import MailboxBody
from agent.demo.control.desk import Desk
from agent.demo.control.inbox import Inbox
from agent.demo.day import PEOPLE, ROOM
from agent.demo.world import Booking, Handling, Processing
from agent.model.event import Response
from tests.agent.demo_control.conftest import Demo

OMAR = "omar.haddad@contoso.example"
LATER = "Customer call: Adventure Works"


@pytest.fixture
def waiting(demo: Demo) -> Demo:
    """A demo whose room answers nothing by itself."""
    assert demo.post("mailbox", {"processing": "none"}).status_code == 204
    return demo


def invite(demo: Demo, subject: str = "Kick-off", **more: Any) -> str:
    answer = demo.post("meetings", {"subject": subject, "organizer": OMAR, "at": "13:00", **more})
    assert answer.status_code == 201
    meeting_id: str = answer.json()["id"]
    return meeting_id


def single(demo: Demo) -> Booking:
    return next(item.booking for item in demo.calendar.items() if item.booking.recurrence is None)


def sent(demo: Demo) -> list[tuple[str, str, str]]:
    return [(each["subject"], each["state"], each["comment"]) for each in demo.state()["invitations"]]


def kinds(demo: Demo) -> list[tuple[str, str, bool]]:
    return [(each["kind"], each["subject"], each["out_of_date"]) for each in demo.state()["inbox"]]


def subjects(demo: Demo) -> list[str]:
    return [row["subject"] for row in demo.state()["meetings"]]


def test_a_demo_begins_with_a_room_that_accepts_everything(demo: Demo) -> None:
    state = demo.state()
    assert state["mailbox"] == {"processing": "auto", "allow_conflicts": True}
    assert (state["inbox"], state["waiting"], state["invitations"]) == ([], 0, [])
    invite(demo, in_minutes=0, at=None)
    assert sent(demo) == [("Kick-off", "accepted", "")]


def test_exchange_declines_what_overlaps_when_told_to(demo: Demo) -> None:
    demo.post("mailbox", {"processing": "auto"})
    invite(demo, "Clash", in_minutes=0, at=None)
    invite(demo, "Fits", at="06:00")
    assert sent(demo) == [("Fits", "accepted", ""), ("Clash", "declined", "The room is already booked at that time.")]
    assert "Clash" not in subjects(demo)


def test_an_invitation_waits_until_the_room_answers_and_the_comment_comes_back(waiting: Demo) -> None:
    meeting_id = invite(waiting)
    (row,) = waiting.state()["inbox"]
    assert (row["kind"], row["sender"], row["start"]) == ("request", "Omar Haddad", "2026-11-23T21:00:00Z")
    assert sent(waiting) == [("Kick-off", "waiting", "")]
    assert waiting.state()["invitations"][0]["id"] == meeting_id
    assert "Kick-off" not in subjects(waiting)
    request = waiting.world.mailbox(ROOM.address).inbox()[0]
    waiting.world.mail.answer(ROOM.address, request.item_id, Response.DECLINED, "Taken by Maya")
    assert sent(waiting) == [("Kick-off", "declined", "Taken by Maya")]
    assert waiting.state()["inbox"] == []


def test_a_message_declares_its_organizers_language(waiting: Demo) -> None:
    for organizer in ("jonas.weber@contoso.example", "maya.chen@contoso.example"):
        invite(waiting, organizer=organizer)
    waiting.post(f"meetings/{waiting.meeting(LATER)['id']}/move", {"minutes": 15})
    assert [mail.culture for mail in waiting.world.mailbox(ROOM.address).inbox()] == ["de-DE", "en-US", "es-ES"]


def test_updates_and_a_cancellation_wait_too(waiting: Demo) -> None:
    meeting_id = invite(waiting)
    assert waiting.post(f"meetings/{meeting_id}/move", {"minutes": 15}).json() == {"id": meeting_id}
    waiting.post(f"meetings/{meeting_id}/rename", {"subject": "Kick-off II"})
    assert kinds(waiting) == [
        ("request", "Kick-off", True),
        ("update", "Kick-off", True),
        ("update", "Kick-off II", False),
    ]
    assert waiting.post(f"meetings/{meeting_id}/cancel", {}).status_code == 200
    assert kinds(waiting)[-1] == ("cancellation", "Canceled: Kick-off II", False)
    assert sent(waiting) == [("Canceled: Kick-off II", "cancelled", "")]


def test_a_person_may_answer_by_hand_and_only_the_latest_request(waiting: Demo) -> None:
    meeting_id = invite(waiting)
    waiting.post(f"meetings/{meeting_id}/move", {"minutes": 15})
    old, new = [row["id"] for row in waiting.state()["inbox"]]
    refused = waiting.post(f"inbox/{old}/answer", {"response": "accepted"})
    assert (refused.status_code, refused.json()["code"]) == (409, "message.out_of_date")
    assert waiting.post(f"inbox/{new}/answer", {"response": "tentative", "comment": "Perhaps"}).status_code == 204
    assert waiting.post(f"inbox/{old}/remove").status_code == 204
    assert sent(waiting) == [("Kick-off", "tentative", "Perhaps")]
    row = waiting.meeting("Kick-off")
    assert (row["start"], row["tentative"]) == ("2026-11-23T21:15:00Z", True)
    assert waiting.post(f"inbox/{new}/answer", {"response": "accepted"}).json()["code"] == "meeting.unknown"


def test_removing_a_cancellation_takes_its_meeting_along(waiting: Demo) -> None:
    invite(waiting)
    waiting.post(f"inbox/{waiting.state()['inbox'][0]['id']}/answer", {"response": "accepted"})
    waiting.post(f"meetings/{waiting.meeting('Kick-off')['id']}/cancel", {})
    assert "Kick-off" in subjects(waiting)
    (cancellation,) = waiting.state()["inbox"]
    assert waiting.post(f"inbox/{cancellation['id']}/answer", {"response": "declined"}).status_code == 409
    waiting.post(f"inbox/{cancellation['id']}/remove")
    assert "Kick-off" not in subjects(waiting)


def test_the_organizer_of_a_meeting_of_the_day_writes_to_the_room_as_well(waiting: Demo) -> None:
    row = waiting.meeting(LATER)
    waiting.post(f"meetings/{row['id']}/move", {"minutes": 15})
    assert kinds(waiting) == [("update", LATER, False)]
    assert waiting.meeting(LATER)["start"] == row["start"]
    waiting.post(f"inbox/{waiting.state()['inbox'][0]['id']}/answer", {"response": "accepted"})
    assert waiting.meeting(LATER)["start"] == "2026-11-23T18:45:00Z"
    assert waiting.meeting(LATER)["id"] == row["id"]


def test_plain_mail_comes_in_and_goes(demo: Demo) -> None:
    assert demo.post("inbox", {"subject": "Glasses?", "text": "Found", "sender": OMAR}).status_code == 201
    (row,) = demo.state()["inbox"]
    assert (row["kind"], row["subject"], row["sender"], row["start"]) == ("note", "Glasses?", "Omar Haddad", "")
    assert demo.post(f"inbox/{row['id']}/answer", {"response": "accepted"}).json()["code"] == "message.not_answerable"
    demo.post(f"inbox/{row['id']}/remove")
    assert demo.state()["waiting"] == 0


def test_what_the_room_booked_itself_is_marked_and_moves_without_mail(waiting: Demo) -> None:
    calendar = waiting.calendar
    own = replace(single(waiting), organizer_name="", organizer_address="", response=Response.ORGANIZER)
    item_id = calendar.book(own)
    row = next(row for row in waiting.state()["meetings"] if row["own"])
    waiting.post(f"meetings/{row['id']}/rename", {"subject": "Ours"})
    assert calendar.item(item_id).booking.subject == "Ours"
    assert (waiting.state()["inbox"], waiting.state()["invitations"]) == ([], [])


def test_a_reset_forgets_the_mail_and_keeps_the_mode(waiting: Demo) -> None:
    invite(waiting)
    waiting.post("reset")
    state = waiting.state()
    assert (state["inbox"], state["invitations"], state["mailbox"]["processing"]) == ([], [], "none")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("mailbox", {"processing": "maybe"}),
        ("mailbox", {}),
        ("inbox", {"subject": "x", "extra": 1}),
        ("inbox/AAMk/answer", {"response": "organizer"}),
    ],
)
def test_mail_that_makes_no_sense_is_refused(demo: Demo, path: str, body: dict[str, Any]) -> None:
    assert demo.post(path, body).json()["code"] == "request.invalid"


def test_a_full_inbox_is_listed_from_its_oldest_and_counted(waiting: Demo) -> None:
    for number in range(30):
        booking = replace(single(waiting), subject=f"Meeting {number}", organizer_address=PEOPLE[0].address)
        waiting.world.mail.invite(ROOM.address, booking)
    state = waiting.state()
    assert (state["waiting"], len(state["inbox"]), state["inbox"][0]["subject"]) == (30, 20, "Meeting 0")
    assert state["invitations"][0]["subject"] == "Meeting 29"


def test_the_mode_is_the_worlds_own(waiting: Demo) -> None:
    assert waiting.world.mail.handling(ROOM.address) == Handling(Processing.NONE)


def test_a_box_that_needs_requests_in_the_calendar_finds_them_there(demo: Demo) -> None:
    """As over Graph."""
    desk = Desk(demo.world, ROOM.address, "UTC")
    body = MailboxBody(processing=Processing.NONE)

    Inbox(demo.world, desk, Processing.UPDATE).set_mode(body)

    assert demo.world.mail.handling(ROOM.address).processing is Processing.UPDATE
