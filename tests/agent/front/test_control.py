"""The room's own calendar changed from its screen: booked, extended, ended, cancelled, checked in, taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from agent.wire import RoomState, instant
from tests.agent.front.conftest import Running
from tests.agent.front.keyboard import open_page
from tests.agent.front.scenes import LONG, control_scenes, controlled, running, undone_release
from tests.agent.front.states import NOW, meeting
from tests.fakes.control import PlayedControl
from tests.fakes.core import Answer, Sent


@pytest.fixture
def play(front: Running) -> PlayedControl:
    return PlayedControl(front.core)


def sent(front: Running) -> list[Sent]:
    """What was asked for, once something was."""
    front.core.wait_for(lambda: bool(front.core.commands))
    return front.core.commands


def settle(front: Running, play: PlayedControl, code: str | None = None) -> None:
    """The server answers the command that is on its way."""
    front.core.wait_for(lambda: bool(play.waiting))
    play.settle(code)


def end_of(state: RoomState, id_: str) -> str:
    return next(each.end for each in state.meetings if each.id == id_)


def test_the_room_is_taken_with_two_taps_and_can_be_cancelled(page: Page, front: Running, play: PlayedControl) -> None:
    open_page(page, front, control_scenes()["free-bookable"])
    page.get_by_role("button", name="Meet now").click()
    page.get_by_role("button", name="30 minutes").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator(".availability-word")).to_have_text("Busy")
    expect(page.locator(".availability-until")).to_have_text("until 9:30 AM")
    assert sent(front) == [Sent("book", {"minutes": 30})]
    expect(page.locator(".card-subject").first).to_have_text("Ad-hoc meeting")
    expect(page.locator(".card-mark-pending")).to_have_text("Saving…")
    settle(front, play)
    expect(page.locator(".card-mark-pending")).to_have_count(0)
    expect(page.locator(".offers")).to_be_hidden()  # its card says it all
    expect(page.locator(".notice")).to_contain_text("10:00 left")
    page.get_by_role("button", name="Cancel booking").click()
    expect(page.get_by_role("dialog")).to_contain_text("booked until 9:30 AM")
    page.get_by_role("dialog").get_by_role("button", name="Cancel booking").click()
    expect(page.locator(".availability-word")).to_have_text("Available")
    front.core.wait_for(lambda: front.core.commands[-1] == Sent("cancel", {"meeting_id": "made"}))


def test_a_booking_reaches_up_to_the_next_meeting(page: Page, front: Running, play: PlayedControl) -> None:
    open_page(page, front, controlled([meeting("n", 40, 30)]))
    page.get_by_role("button", name="Meet now").click()
    expect(page.locator(".choice b")).to_have_text(["15 minutes", "30 minutes", "Until the next meeting"])
    page.get_by_role("button", name="Until the next meeting").click()
    expect(page.locator(".availability-word")).to_have_text("Busy")
    assert sent(front) == [Sent("book", {"minutes": 40})]


def test_a_meeting_is_extended_until_the_next(page: Page, front: Running, play: PlayedControl) -> None:
    following = meeting("n", 70, 30)
    open_page(page, front, controlled([running(extend_until=following.start), following]))
    page.get_by_role("button", name="Extend").click()
    expect(page.locator(".choice b")).to_have_text(["15 more minutes", "30 more minutes", "Until the next meeting"])
    expect(page.locator(".choice").last).to_contain_text("until 10:10")
    page.get_by_role("button", name="Until the next meeting").click()
    expect(page.locator(".card-line").first).to_contain_text("10:10")
    assert sent(front) == [Sent("extend", {"meeting_id": "n1", "minutes": 40})]
    settle(front, play)
    expect(page.locator(".row-end").first).to_have_text("10:10 AM")
    expect(page.locator(".card-mark-pending")).to_have_count(0)


def test_nothing_is_offered_beyond_what_is_free(page: Page, front: Running) -> None:
    open_page(page, front, controlled([running(extend_until=instant(NOW + timedelta(minutes=50)))]))
    page.get_by_role("button", name="Extend").click()
    expect(page.locator(".choice b")).to_have_text(["15 more minutes"])  # no meeting begins then
    page.get_by_role("button", name="Cancel").click()
    front.core.show(controlled([running(actions=["end"], extend_until=None)]))
    expect(page.get_by_role("button", name="Extend")).to_be_hidden()


def test_a_meeting_is_ended_after_one_question_and_taken_back(page: Page, front: Running, play: PlayedControl) -> None:
    open_page(page, front, control_scenes()["control"])
    page.get_by_role("button", name="End now").click()
    expect(page.get_by_role("dialog")).to_contain_text("Design review")
    expect(page.get_by_role("dialog")).to_contain_text("booked until 9:30 AM")
    page.get_by_role("button", name="Keep the room").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert front.core.commands == []
    page.get_by_role("button", name="End now").click()
    page.get_by_role("dialog").get_by_role("button", name="End now").click()
    expect(page.locator(".availability-word")).to_have_text("Available")
    assert sent(front) == [Sent("end", {"meeting_id": "n1"})]
    settle(front, play)
    expect(page.locator(".offer-rest")).to_have_text("10:00 left")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".offers")).to_be_hidden()
    expect(page.locator(".availability-word")).to_have_text("Busy")
    assert front.core.commands[-1] == Sent("undo", {"command_id": "c-1"})


def test_who_is_asked_answers_with_one_tap_before_the_release(page: Page, front: Running, play: PlayedControl) -> None:
    open_page(page, front, control_scenes()["release"])
    expect(page.locator(".release-detail")).to_have_text("Otherwise the room becomes free at 9:04 AM.")
    expect(page.locator(".release-rest")).to_have_text("4:12")
    expect(page.get_by_role("button", name="We're here")).to_have_count(1)  # and none on the card beside it
    page.get_by_role("button", name="We're here").click()
    expect(page.locator(".release")).to_be_hidden()
    assert sent(front) == [Sent("check-in", {"meeting_id": "n1"})]
    expect(page.locator(".card-mark-checked_in").first).to_have_text("Checked in")


def test_nobody_is_asked_before_it_matters(page: Page, front: Running) -> None:
    early = running(actions=["check-in"], checked_in=False, release_at=instant(NOW + timedelta(minutes=6)))
    open_page(page, front, controlled([early]))
    expect(page.locator(".act")).to_have_text(["We're here"])
    expect(page.locator(".release")).to_be_hidden()


def test_the_countdown_goes_on_and_ends(page: Page, front: Running) -> None:
    page.clock.install()
    soon = running(actions=["check-in", "end"], checked_in=False, release_at=instant(NOW + timedelta(seconds=5)))
    open_page(page, front, controlled([soon]))
    expect(page.locator(".release-rest")).to_have_text("0:05")
    page.clock.run_for(2_000)
    expect(page.locator(".release-rest")).to_have_text("0:03")
    page.clock.run_for(4_000)
    expect(page.locator(".release")).to_be_hidden()


def test_what_the_server_refuses_is_taken_back_with_a_sentence(page: Page, front: Running, play: PlayedControl) -> None:
    open_page(page, front, control_scenes()["control"])
    before = page.locator(".card-line").first.text_content() or ""
    page.get_by_role("button", name="Extend").click()
    page.get_by_role("button", name="15 more minutes").click()
    expect(page.locator(".card-line").first).to_contain_text("9:45")
    settle(front, play, "extend.conflict")
    expect(page.locator(".card-line").first).to_have_text(before)
    expect(page.locator(".offer")).to_contain_text("The meeting could not be extended")
    expect(page.locator(".offer")).to_contain_text("Somebody else has just booked the time after it.")
    expect(page.locator(".notice")).to_have_count(0)  # it is said once


def test_a_tap_is_seen_before_anybody_answers_and_taken_back_when_nobody_does(page: Page, front: Running) -> None:
    page.route("**/commands/extend", lambda _: None)  # a line that is dead
    open_page(page, front, control_scenes()["control"])
    page.get_by_role("button", name="Extend").click()
    page.get_by_role("button", name="15 more minutes").click()
    expect(page.locator(".card-line").first).to_contain_text("9:45")
    expect(page.locator(".card-mark-pending")).to_be_visible()
    expect(page.locator(".offer")).to_contain_text("The room system does not answer.", timeout=10_000)
    expect(page.locator(".card-line").first).to_contain_text("9:30")
    assert front.core.commands == []


def test_what_the_room_refuses_at_once_is_never_sent_on(page: Page, front: Running) -> None:
    open_page(page, front, control_scenes()["free-bookable"])
    front.core.instead["/api/v1/commands/book"] = Answer.problem(409, "book.conflict", "Taken", "In English.")
    page.get_by_role("button", name="Meet now").click()
    page.get_by_role("button", name="15 minutes").click()
    expect(page.locator(".offer")).to_contain_text("The room could not be booked")
    expect(page.locator(".availability-word")).to_have_text("Available")
    expect(page.get_by_role("button", name="Meet now")).to_be_visible()


def test_a_reason_the_page_does_not_know_is_told_as_it_came(page: Page, front: Running) -> None:
    open_page(page, front, control_scenes()["control"])
    front.core.instead["/api/v1/commands/end"] = Answer.problem(409, "of.tomorrow", "Not so", "Because of <b>this</b>.")
    page.get_by_role("button", name="End now").click()
    page.get_by_role("dialog").get_by_role("button", name="End now").click()
    expect(page.locator(".offer")).to_contain_text("Because of <b>this</b>.")
    expect(page.locator(".card").first).to_contain_text("Design review")


def test_a_tap_with_no_core_is_taken_back(page: Page, front: Running) -> None:
    open_page(page, front, control_scenes()["check-in"])
    front.core.instead["/api/v1/commands/check-in"] = Answer.problem(503, "core.unreachable")
    page.get_by_role("button", name="We're here").click()
    expect(page.locator(".offer")).to_contain_text("The room system does not answer.")
    expect(page.get_by_role("button", name="We're here")).to_be_visible()


def test_a_release_is_taken_back_while_there_is_time(page: Page, front: Running) -> None:
    open_page(page, front, control_scenes()["undo"])
    expect(page.locator(".offer")).to_contain_text("Nobody had come to “Design review” by 9:00.")
    expect(page.locator(".notice")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".offers")).to_be_hidden()
    assert sent(front) == [Sent("undo", {"command_id": "c-7"})]
    over = undone_release()
    action = {"command": "undo", "body": {"command_id": "c-6"}, "until": instant(NOW - timedelta(seconds=1))}
    front.core.show(controlled([], notices=[replace(over, action=action)]))
    expect(page.locator(".notice")).to_contain_text("The room was given free")
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)


def test_another_mailbox_is_ended_from_the_screen_too(page: Page, front: Running) -> None:
    late = {"command": "undo", "body": {"command_id": "c-9"}, "until": instant(NOW + timedelta(hours=3))}
    notice = replace(undone_release(), code="hot_desk.active", title="Another calendar is shown", action=late)
    open_page(page, front, controlled([], notices=[notice]))
    expect(page.locator(".offer-rest")).to_have_text("until 12:00 PM")
    page.get_by_role("button", name="Undo").click()
    assert sent(front) == [Sent("undo", {"command_id": "c-9"})]


def test_what_is_hoped_for_is_never_reported_as_the_list(page: Page, front: Running) -> None:
    """The core compares the page with what it sent; a tap must not look like a wrong screen."""
    open_page(page, front, control_scenes()["control"])
    page.get_by_role("button", name="End now").click()
    page.get_by_role("dialog").get_by_role("button", name="End now").click()
    expect(page.locator(".availability-word")).to_have_text("Available")
    expect(page.locator(".row[data-meeting=n1] time").last).to_have_attribute(
        "datetime", end_of(front.core.state, "n1")
    )


def test_a_card_on_its_way_to_its_place_makes_no_word_smaller(page: Page, front: Running) -> None:
    """What glides counts as overflow, and what was measured meanwhile would stay."""
    open_page(page, front, control_scenes()["checked-in"])
    page.evaluate("document.querySelector('.card').animate([{ translate: '0 900px' }, { translate: 'none' }], 60_000)")
    front.core.show(control_scenes()["pending"])
    expect(page.locator(".card-mark-pending")).to_be_visible()
    measured = page.locator(".stage").get_attribute("data-crowd")
    page.reload()
    expect(page.locator(".card-mark-pending")).to_be_visible()
    assert page.locator(".stage").get_attribute("data-crowd") == measured


def test_what_the_core_says_of_a_refusal_is_not_told_twice_meanwhile(page: Page, front: Running) -> None:
    page.route("**/api/v1/commands/c-*", lambda _: None)  # the page does not hear of it yet
    open_page(page, front, control_scenes()["control"])
    page.get_by_role("button", name="End now").click()
    page.get_by_role("dialog").get_by_role("button", name="End now").click()
    assert sent(front) == [Sent("end", {"meeting_id": "n1"})]
    failed = replace(undone_release(), code="control.end_failed", title="Not ended", action=None)
    front.core.show(replace(control_scenes()["check-in"], notices=[failed, replace(failed, code="of.tomorrow")]))
    expect(page.locator(".notice")).to_have_count(1)


WHOLE = """[...document.querySelectorAll(".cards, .availability")]
  .every((node) => node.scrollHeight <= node.clientHeight + 1)"""


@pytest.mark.parametrize("size", [(1920, 1080), (1024, 600), (1080, 1920)])
def test_overlapping_meetings_stand_whole_with_what_can_be_done(
    page: Page, front: Running, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    acts = ["check-in", "extend", "end"]
    first = running(subject=LONG, conflict=True, actions=acts, checked_in=False)
    others = [replace(meeting(name, -5, 35), conflict=True, actions=acts) for name in ("o1", "o2")]
    open_page(page, front, controlled([first, others[0]]))
    assert page.evaluate(WHOLE)
    expect(page.get_by_role("button", name="End now")).to_have_count(2)
    front.core.show(controlled([first, *others]))
    expect(page.locator(".card")).to_have_count(3)
    assert page.evaluate(WHOLE)
