"""Longer ways through the screen: a clock over midnight and over a change of time, a broken line, Arabic, and a page
that must mend itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from agent.wire import Room, RoomState, instant
from tests.agent.front.conftest import Running
from tests.agent.front.scenes import DESIGN, ENDED, RICH, all_day, workday
from tests.agent.front.states import join, meeting, room_state
from tests.fakes.core import Answer

PATHS = ("/api/v1/room", "/api/v1/stream")


def at(moment: datetime, state: RoomState) -> RoomState:
    """The state, sent at another time."""
    return replace(state, now=instant(moment))


def cut(front: Running) -> None:
    """From here on the page is alone."""
    for path in PATHS:
        front.core.instead[path] = Answer.problem(503, "core.busy")
    front.core.hang_up()


def test_midnight_comes_without_any_news(page: Page, front: Running) -> None:
    before = datetime(2026, 11, 23, 7, 58, tzinfo=UTC)  # 23:58 on Sunday in Los Angeles
    tomorrow = all_day("fair", 23, "Trade fair")
    page.clock.install(time=before)
    late = meeting("late", 14 * 60 + 30, 60, subject="Night shift handover")
    front.core.show(at(before, room_state([*ENDED, late, tomorrow, *workday()[3:]])))
    page.goto(front.url)
    date = page.locator(".clock-date")
    expect(date).to_have_text("Sunday, November 22")
    expect(page.locator(".day-heading")).to_have_text(["Today", "Tomorrow", "Tuesday, November 24"])
    cut(front)
    page.clock.fast_forward("02:05")
    expect(date).to_have_text("Monday, November 23")
    expect(page.locator(".clock-digits")).to_have_text("12:00")
    expect(page.locator(".day-heading")).to_have_text(["Today", "Tomorrow"])
    expect(page.locator(".day").first).to_contain_text("Trade fair")


@pytest.mark.parametrize(
    ("zone", "before", "first", "then"),
    [
        ("America/Los_Angeles", datetime(2026, 11, 1, 8, 59, 30, tzinfo=UTC), "1:59", "1:00"),
        ("America/Los_Angeles", datetime(2027, 3, 14, 9, 59, 30, tzinfo=UTC), "1:59", "3:00"),
        ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 29, 30, tzinfo=UTC), "1:59", "2:30"),
    ],
)
def test_the_clocks_change_without_any_news(
    page: Page, front: Running, zone: str, before: datetime, first: str, then: str
) -> None:
    page.clock.install(time=before)
    room = Room(name="Room", mailbox="room@contoso.example", timezone=zone, language="en")
    front.core.show(at(before, room_state([], room=room)))
    page.goto(front.url)
    digits = page.locator(".clock-digits")
    expect(digits).to_have_text(first)
    cut(front)
    page.clock.run_for(40_000)
    expect(digits).to_have_text(then)


def test_the_browsers_own_clock_is_not_believed(page: Page, front: Running) -> None:
    page.clock.install(time=datetime(2016, 2, 11, tzinfo=UTC))  # a box without a battery
    front.core.show(room_state([DESIGN]))
    page.goto(front.url)
    expect(page.locator(".clock-digits")).to_have_text("9:00")
    expect(page.locator(".availability-word")).to_have_text("Busy")
    expect(page.locator(".join")).to_be_visible()


def test_offline_everything_stays_and_join_works(page: Page, front: Running) -> None:
    page.clock.install(time=datetime(2026, 11, 22, 17, 0, tzinfo=UTC))
    front.core.show(room_state([DESIGN, meeting("n2", 30, 30, subject="Sprint planning")]))
    page.goto(front.url)
    expect(page.locator(".row")).to_have_count(2)
    cut(front)
    front.core.instead["/api/v1/commands/join"] = Answer.problem(503, "core.unreachable")
    page.clock.run_for(5_000)
    expect(page.get_by_text("No connection to the room system")).to_be_visible()
    expect(page.get_by_text("Calendar as of 9:00")).to_be_visible()
    with page.context.expect_event("request", lambda sent: sent.url == join().url):
        page.locator(".join").first.click()
    page.clock.run_for(31 * 60_000)
    expect(page.locator(".card-subject").first).to_have_text("Sprint planning")
    expect(page.locator(".join").first).to_be_visible()


def test_an_arabic_walk(page: Page, front: Running) -> None:
    front.core.show(room_state([meeting("d", -10, 60, subject="Release review", join=RICH), *workday()]))
    page.goto(f"{front.url}/?language=ar")
    html = page.locator("html")
    expect(html).to_have_attribute("dir", "rtl")
    stage, panel = page.locator(".stage").bounding_box(), page.locator(".panel").bounding_box()
    assert stage
    assert panel
    assert stage["x"] > panel["x"]
    page.locator(".card-open").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("رمز المرور")).to_be_visible()
    dialog.get_by_role("button", name="إظهار").click()
    expect(dialog.locator(".secret")).to_have_text("428913")
    dialog.get_by_role("button", name="إغلاق").click()
    page.get_by_role("button", name="الانضمام بمعرّف أو رابط").click()
    page.get_by_role("textbox").fill("https://zoom.us/j/98765432101")
    expect(page.locator(".way")).to_contain_text("Zoom")
    field = page.get_by_role("textbox")
    expect(field).to_have_attribute("dir", "ltr")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_a_screen_whose_parts_are_damaged_is_made_anew(page: Page, front: Running) -> None:
    front.core.show(room_state([DESIGN]))
    page.goto(front.url)
    expect(page.locator(".row")).to_have_count(1)
    page.evaluate("document.querySelector('.row .row-times').remove()")  # as an extension or a bug might
    page.evaluate("document.querySelector('.days').replaceChildren = null")
    page.evaluate("document.querySelector('.card').remove(); document.querySelector('.rows').insertBefore = null")
    front.core.show(room_state([DESIGN, meeting("b", 60, subject="Second")]))
    expect(page.locator(".row-subject")).to_have_text(["Design review", "Second"])
    front.core.wait_for(lambda: any(r.errors for r in front.core.reports))
    expect(page.locator(".row-times")).to_have_count(2)


def test_a_page_the_core_finds_wrong_loads_itself_anew_once(page: Page, front: Running) -> None:
    front.core.show(room_state([DESIGN]))
    page.goto(front.url)
    expect(page.locator(".row")).to_have_count(1)
    page.evaluate("window.sameDocument = true")
    with page.expect_navigation():
        front.core.repair()
    expect(page.locator(".row")).to_have_count(1)
    assert page.evaluate("window.sameDocument") is None


def test_another_page_that_is_wrong_does_not_concern_this_one(page: Page, front: Running) -> None:
    front.core.show(room_state([DESIGN]))
    page.goto(front.url)
    expect(page.locator(".row")).to_have_count(1)
    page.evaluate("window.sameDocument = true")
    front.core.repair("another page")
    front.core.show(room_state([DESIGN, meeting("b", 60)]))
    expect(page.locator(".row")).to_have_count(2)
    assert page.evaluate("window.sameDocument")


def test_a_state_that_cannot_be_drawn_costs_no_list_not_even_by_a_repair(page: Page, front: Running) -> None:
    front.core.show(room_state([DESIGN]))
    page.goto(front.url)
    expect(page.locator(".row")).to_have_count(1)
    front.core.show(replace(room_state(), meetings=None))  # type: ignore[arg-type]  # what no core should ever send
    front.core.wait_for(lambda: any(r.errors for r in front.core.reports))
    front.core.repair(front.core.reports[-1].page_id)
    front.core.show(replace(room_state(), meetings=None))  # type: ignore[arg-type]
    expect(page.locator(".row")).to_have_count(1)
    front.core.show(room_state([DESIGN, meeting("b", 60)]))
    expect(page.locator(".row")).to_have_count(2)


def test_the_ring_goes_when_nobody_is_here_and_stays_away(page: Page, front: Running) -> None:
    page.clock.install(time=datetime(2026, 11, 22, 17, 0, tzinfo=UTC))
    front.core.show(room_state([DESIGN]))
    page.goto(front.url)
    expect(page.locator(".row")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement !== document.body")
    page.clock.run_for(125_000)
    page.evaluate("document.body.dataset.touched = '1'")
    page.clock.run_for(2_000)
    assert page.evaluate("document.activeElement === document.body")


def test_a_sheet_is_called_by_its_title(page: Page, front: Running) -> None:
    front.core.show(room_state([DESIGN]))
    page.goto(front.url)
    page.locator(".row-open").click()
    expect(page.get_by_role("dialog", name="Design review")).to_be_visible()


def test_a_moved_meeting_glides_and_only_where_motion_is_welcome(page: Page, front: Running) -> None:
    first, second = meeting("a", 60), meeting("b", 120)
    count = "document.getAnimations().filter((each) => each.effect.getKeyframes()[0].transform !== undefined).length"
    for motion, gliding in (("no-preference", True), ("reduce", False)):
        page.emulate_media(reduced_motion="reduce" if motion == "reduce" else "no-preference")
        front.core.show(room_state([first, second]))
        page.goto(front.url)
        expect(page.locator(".row-subject")).to_have_text(["Meeting a", "Meeting b"])
        page.evaluate("window.seen = 0")
        page.evaluate(f"""() => {{
          const observer = new MutationObserver(() => requestAnimationFrame(() => (window.seen += {count})));
          observer.observe(document.querySelector('.rows'), {{ childList: true }});
        }}""")
        front.core.show(room_state([second, replace(meeting("a", 180))]))
        expect(page.locator(".row-subject")).to_have_text(["Meeting b", "Meeting a"])
        page.evaluate("new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))")
        assert (page.evaluate("window.seen") > 0) is gliding
