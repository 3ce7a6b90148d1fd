"""What a mailbox's settings do to invitations, seen in what is left of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from agent.config import Config
from agent.model.event import Fetched, Invitation, OccurrenceKey, Response, Sensitivity
from agent.model.preflight import Finding, Status, Who
from agent.preflight.context import Notes, Target
from agent.preflight.mailbox.processing import Processing
from agent.preflight.mailbox.signs import ENOUGH, MANY, PLENTY, Sign, meetings_of_others, signs
from agent.preflight.mailbox.visit import Visit
from agent.sources.ews.settings import Auth, EwsSettings
from tests.builders import at, occurrence
from tests.fakes.clock import FakeClock

ROOM = "sjroom@contoso.example"
ANN: dict[str, Any] = {
    "organizer": "Ann Lee",
    "organizer_address": "ann.lee@contoso.example",
    "response": Response.ACCEPTED,
}
TEXT = Invitation(body="<html><body><p>Join: https://zoom.us/j/912</p></body></html>", body_type="html")
EMPTY = Invitation(
    body="<html><head></head>\r\n<body>&nbsp;</body></html>", body_type="html", properties={"IsOnlineMeeting": True}
)


def meeting(number: int, invitation: Invitation = TEXT, **changes: Any) -> Fetched:
    """One of many, an hour after the other."""
    start = at(8) + timedelta(hours=number)
    return Fetched(occurrence(f"meeting {number}", start, **(ANN | changes)), invitation)


def meetings(count: int = ENOUGH, invitation: Invitation = TEXT, **changes: Any) -> list[Fetched]:
    return [meeting(number, invitation, **changes) for number in range(count)]


def test_invitations_as_they_were_sent_show_no_sign() -> None:
    assert signs(meetings(), ROOM) == []


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        (meetings(invitation=EMPTY), [Sign.COMMENTS]),
        (meetings(invitation=Invitation(body=None, location="https://zoom.us/j/1")), [Sign.COMMENTS]),
        (meetings(PLENTY, Invitation()), [Sign.COMMENTS]),  # nothing says online, but ten without a word
        (meetings(response=Response.TENTATIVE), [Sign.TENTATIVE]),
        (meetings(response=Response.NONE), [Sign.TENTATIVE]),
        (meetings(subject=None), [Sign.SUBJECT]),
        (meetings(subject="ANN LEE"), [Sign.SUBJECT]),
        (meetings(subject="Ann Lee Design review"), [Sign.SUBJECT]),
        ([*meetings(), Fetched(occurrence("at the same time", at(8), **ANN), TEXT)], [Sign.CONFLICTS]),
        (meetings(invitation=EMPTY, subject=None), [Sign.COMMENTS, Sign.SUBJECT]),
        (meetings(MANY), [Sign.PRIVATE, Sign.EXTERNAL]),
    ],
)
def test_each_sign_is_seen(items: Sequence[Fetched], expected: list[Sign]) -> None:
    assert signs(items, ROOM) == expected


def test_four_meetings_are_too_few_to_judge_by() -> None:
    assert signs(meetings(ENOUGH - 1, EMPTY), ROOM) == []


def test_a_series_counts_once() -> None:
    key = OccurrenceKey("uid-daily", at(8))
    series = [Fetched(replace(each.occurrence, key=key), each.invitation) for each in meetings(20, EMPTY)]
    assert len(meetings_of_others(series, ROOM)) == 1
    assert signs(series, ROOM) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"organizer_address": ROOM.upper()},
        {"organizer_address": None},
        {"response": Response.ORGANIZER},
        {"cancelled": True},
    ],
)
def test_the_rooms_own_and_cancelled_meetings_say_nothing(changes: dict[str, Any]) -> None:
    assert meetings_of_others(meetings(20, EMPTY, **changes), ROOM) == []


@pytest.mark.parametrize(
    "exception",
    [
        meeting(90),
        meeting(90, replace(EMPTY, body="Bring a pen")),
        meeting(90, replace(EMPTY, body="<p>" + " " * 30_000)),
    ],
)
def test_one_body_that_is_there_takes_the_blame_from_the_mailbox(exception: Fetched) -> None:
    assert Sign.COMMENTS not in signs([*meetings(invitation=EMPTY), exception], ROOM)


def test_one_answer_takes_the_blame_from_the_mailbox() -> None:
    assert signs([*meetings(response=Response.NONE), meeting(90)], ROOM) == []


def test_a_box_that_answers_itself_does_not_blame_the_mailbox() -> None:
    assert signs(meetings(response=Response.NONE), ROOM, answered_by_box=True) == []


def test_one_private_and_one_foreign_meeting_are_proof_enough() -> None:
    guest = meeting(90, organizer_address="guest@fabrikam.example", sensitivity=Sensitivity.PRIVATE)
    assert signs([*meetings(MANY), guest], ROOM) == []


def test_meetings_one_after_the_other_do_not_overlap() -> None:
    assert signs([meeting(number, end=at(9) + timedelta(hours=number)) for number in range(6)], ROOM) == []


def judged(items: Sequence[Fetched], **meetings: Any) -> Finding:
    account = EwsSettings(mailbox=ROOM, endpoint="https://mail.contoso.example/EWS/Exchange.asmx", auth=Auth.BASIC)
    clock = FakeClock()
    visit = Visit(account, clock)
    visit.meetings = items
    target = Target(config=Config.model_validate({"meetings": meetings}), clock=clock, account=account)
    return Processing(visit, ())(target, Notes())


@pytest.mark.parametrize(
    ("items", "code", "setting"),
    [
        (meetings(invitation=EMPTY), "processing.comments", "-DeleteComments $false"),
        (meetings(response=Response.NONE), "processing.tentative", "-AutomateProcessing AutoAccept"),
        (meetings(subject=None), "processing.subject", "-DeleteSubject $false -AddOrganizerToSubject $false"),
        (
            [*meetings(), Fetched(occurrence("at the same time", at(8), **ANN), TEXT)],
            "processing.conflicts",
            "-AllowConflicts $false",
        ),
    ],
)
def test_a_sign_is_a_warning_with_its_cure(items: Sequence[Fetched], code: str, setting: str) -> None:
    finding = judged(items)
    assert (finding.status, finding.code, finding.who) == (Status.WARN, code, Who.EXCHANGE_ADMIN)
    assert finding.command == f"Set-CalendarProcessing -Identity '{ROOM}' {setting}"


def test_one_command_mends_all_there_is() -> None:
    finding = judged(meetings(MANY, EMPTY, subject=""))
    assert finding.code == "processing.comments"
    assert finding.command == (
        f"Set-CalendarProcessing -Identity '{ROOM}' -DeleteComments $false -DeleteSubject $false "
        "-AddOrganizerToSubject $false -RemovePrivateProperty $false -ProcessExternalMeetingMessages $true"
    )


def test_weak_signs_are_told_and_warn_of_nothing() -> None:
    finding = judged(meetings(MANY))
    assert (finding.status, finding.code) == (Status.PASS, "processing.private")
    assert finding.command is not None


def test_a_calendar_that_is_nearly_empty_is_not_judged() -> None:
    finding = judged(meetings(2))
    assert (finding.status, finding.code, finding.values["count"]) == (Status.SKIPPED, "processing.too_few", "2")


def test_the_boxs_own_answering_is_known_to_the_check() -> None:
    assert judged(meetings(response=Response.NONE), process_requests=True).code == "processing.good"
