"""The home screen in Chromium: what it shows, and that it says so truthfully."""

from __future__ import annotations

import json
from dataclasses import replace

from playwright.sync_api import Page, expect

from agent.meetings.cures import cure_of
from agent.model.join import NoJoinReason
from agent.wire import NoJoin, RoomState, list_hash, to_dict
from tests.agent.front.conftest import Running
from tests.agent.front.scenes import DESIGN, scenes
from tests.agent.front.states import NOW, join, meeting, room_state
from tests.fakes.core import Answer, served_core

SIZES = [(1280, 720), (1920, 1080), (3840, 2160), (1024, 600), (1080, 1920)]
CLIPPED = """async () => {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  await frame(); // in which the page sees its new size
  await frame();
  const inside = (node) => node.scrollHeight <= node.clientHeight + 1 && node.scrollWidth <= node.clientWidth + 1;
  const watched = "html, .stage, .setup, .panel, .cards, .card, .join, .availability, .clock, .notice";
  const boxes = [...document.querySelectorAll(watched)];
  return boxes.filter((node) => !inside(node)).map((node) => node.className || node.tagName);
}"""


def open_page(page: Page, front: Running) -> None:
    page.goto(front.url)
    page.wait_for_selector("[data-screen]")


def wait_for_report(front: Running, state: RoomState) -> str:
    """The hash the page reported for this state's revision."""
    front.core.wait_for(lambda: any(r.revision == state.revision for r in front.core.reports))
    return next(report.hash for report in front.core.reports if report.revision == state.revision)


def test_every_scene_fits_every_screen_and_is_acknowledged_as_shown(page: Page, front: Running) -> None:
    open_page(page, front)
    for name, scene in scenes().items():
        front.core.show(scene)
        assert wait_for_report(front, front.core.state) == list_hash(scene.meetings), name
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate(CLIPPED) == [], (name, width, height)
    assert [error for report in front.core.reports for error in report.errors] == []


def test_the_core_is_told_that_somebody_touched_the_page_and_of_what_it_shows_by_itself_it_is_not(
    page: Page, front: Running
) -> None:
    open_page(page, front)
    front.core.show(room_state([meeting("a", 60, subject="Design review")]))
    wait_for_report(front, front.core.state)
    assert not any(report.touched for report in front.core.reports)
    page.mouse.click(20, 20)
    front.core.wait_for(lambda: any(report.touched for report in front.core.reports))
    page.mouse.click(20, 20)
    page.keyboard.press("Shift")
    front.core.show(room_state([meeting("b", 60, subject="Planning")]))
    wait_for_report(front, front.core.state)
    front.core.show(room_state([meeting("c", 60, subject="Review")]))
    wait_for_report(front, front.core.state)
    told = [report.touched for report in front.core.reports]
    assert told[told.index(True) :] == [True, True, False]


def test_a_new_meeting_appears_without_a_reload(page: Page, front: Running) -> None:
    open_page(page, front)
    expect(page.get_by_text("No meetings today")).to_be_visible()
    page.evaluate("window.sameDocument = true")
    front.core.show(room_state([meeting("a", 60, subject="Design review")]))
    expect(page.get_by_role("heading", name="Design review")).to_be_visible()
    expect(page.locator(".row-subject")).to_have_text("Design review")
    assert page.evaluate("window.sameDocument")
    assert wait_for_report(front, front.core.state) == list_hash(front.core.state.meetings)


def test_a_moved_meeting_keeps_its_row_and_a_cancelled_one_leaves(page: Page, front: Running) -> None:
    first, second = meeting("a", 60), meeting("b", 120)
    front.core.show(room_state([first, second]))
    open_page(page, front)
    page.evaluate("document.querySelector('[data-meeting=a]').moved = true")
    front.core.show(room_state([second, meeting("a", 180)]))
    expect(page.locator(".row-subject")).to_have_text(["Meeting b", "Meeting a"])
    assert page.evaluate("document.querySelector('[data-meeting=a]').moved")
    front.core.show(room_state([second]))
    expect(page.locator(".row-subject")).to_have_text(["Meeting b"])


def test_an_update_that_changes_nothing_visible_touches_nothing(page: Page, front: Running) -> None:
    front.core.show(scenes()["now"])
    open_page(page, front)
    wait_for_report(front, front.core.state)
    page.evaluate("""() => {
      window.touched = [];
      const all = { subtree: true, childList: true, characterData: true, attributes: true };
      const seen = ({ target, type, attributeName }) => [target.className, type, attributeName].join(" ");
      const observer = new MutationObserver((records) => window.touched.push(...records.map(seen)));
      observer.observe(document.documentElement, all);
    }""")
    front.core.show(front.core.state)
    wait_for_report(front, front.core.state)
    assert page.evaluate("window.touched") == []


def test_time_passes_without_any_news(page: Page, front: Running) -> None:
    page.clock.install(time=NOW)
    front.core.show(room_state([meeting("a", 20, 30, subject="Design review")]))
    open_page(page, front)
    for path in ("/api/v1/room", "/api/v1/stream"):
        front.core.instead[path] = Answer.problem(503, "core.busy")
    word, join = page.locator(".availability-word"), page.locator(".join")
    expect(page.locator(".clock-digits")).to_have_text("9:00")
    expect(page.get_by_text("Join opens at 9:10")).to_be_visible()
    expect(join).to_be_hidden()
    page.clock.fast_forward("10:00")
    expect(join).to_be_visible()
    expect(word).to_have_text("Available")
    page.clock.fast_forward("10:00")
    expect(word).to_have_text("Busy")
    expect(page.locator(".clock-digits")).to_have_text("9:20")
    page.clock.fast_forward("30:00")
    expect(word).to_have_text("Available")
    expect(page.get_by_text("No more meetings today")).to_be_visible()


def test_trouble_with_the_calendar_is_told_while_list_and_join_stay(page: Page, front: Running) -> None:
    front.core.show(scenes()["offline"])
    open_page(page, front)
    expect(page.get_by_text("The calendar server cannot be reached")).to_be_visible()
    expect(page.get_by_text("Calendar as of 8:42")).to_be_visible()
    expect(page.locator(".row").first).to_contain_text("Design review")
    expect(page.locator(".join").first).to_be_enabled()
    front.core.show(scenes()["now"])
    expect(page.locator(".notice")).to_have_count(0)


def test_the_list_outlives_the_core_and_comes_back_by_itself(alone: Running, page: Page) -> None:
    alone.core.show(room_state([DESIGN]))
    with served_core(alone.core, alone.socket):
        open_page(page, alone)
        expect(page.locator(".row")).to_have_count(1)
    expect(page.get_by_text("No connection to the room system")).to_be_visible(timeout=15_000)
    expect(page.locator(".row")).to_have_count(1)
    alone.core.show(room_state([DESIGN, meeting("b", 60)]))
    with served_core(alone.core, alone.socket):
        expect(page.locator(".row")).to_have_count(2, timeout=15_000)
        expect(page.locator(".notice")).to_have_count(0)


def test_a_page_opened_before_the_core_runs_waits_for_it(alone: Running, page: Page) -> None:
    page.goto(alone.url)
    expect(page.get_by_text("Connecting to the room system")).to_be_visible()
    with served_core(alone.core, alone.socket):
        expect(page.locator(".availability-word")).to_have_text("Available", timeout=15_000)


def test_the_page_follows_the_rooms_language(page: Page, front: Running) -> None:
    open_page(page, front)
    front.core.show(scenes()["german"])
    expect(page.locator(".availability-word")).to_have_text("Belegt")
    assert page.locator("html").get_attribute("lang") == "de"


def test_times_are_the_rooms_and_not_the_browsers(page: Page, front: Running) -> None:
    state = room_state([meeting("a", 60)])
    front.core.show(replace(state, room=replace(state.room, timezone="Asia/Tokyo")))
    open_page(page, front)
    expect(page.locator(".clock-digits")).to_have_text("2:00")
    expect(page.locator(".row-start")).to_have_text("3:00\u202fAM")


def test_the_page_asks_nobody_but_its_own_server_and_stays_small(page: Page, front: Running) -> None:
    sizes: dict[str, int] = {}
    page.on("response", lambda answer: sizes.update({answer.url: int(answer.headers.get("content-length", 0))}))
    front.core.show(scenes()["hostile"])
    open_page(page, front)
    wait_for_report(front, front.core.state)
    assert {url for url in sizes if not url.startswith(front.url)} == set()
    assert 50_000 < sum(sizes.values()) < 150_000


def test_hostile_text_stays_text(page: Page, front: Running) -> None:
    front.core.show(scenes()["hostile"])
    open_page(page, front)
    expect(page.locator(".card-subject").first).to_contain_text("<img src=x onerror=alert(1)>")
    assert page.locator("#app img:not(.logo), #app b, #app script").count() == 0


def test_a_state_that_cannot_be_shown_is_reported_and_the_one_before_stays(page: Page, front: Running) -> None:
    front.core.show(room_state([DESIGN]))
    open_page(page, front)
    front.core.show(replace(room_state(), meetings=None))  # type: ignore[arg-type]  # what no core should ever send
    front.core.wait_for(lambda: any("TypeError" in error for r in front.core.reports for error in r.errors))
    expect(page.locator(".row")).to_have_count(1)
    front.core.show(room_state([DESIGN, meeting("b", 60)]))
    expect(page.locator(".row")).to_have_count(2)


def test_what_a_newer_core_adds_is_passed_over_and_said(page: Page, front: Running) -> None:
    state = to_dict(room_state([DESIGN]))
    state |= {"version": 2, "weather": {"sky": ["clear"]}, "screen": "hologram"}
    state["meetings"][0] |= {"mood": "good", "phase": "simmering"}
    state["meetings"][0]["join"]["teleport"] = True
    event = f"event: smell\ndata: 1\n\nevent: room\nid: 9\ndata: {json.dumps(state)}\n\n"
    front.core.instead["/api/v1/stream"] = Answer(200, event.encode(), {"content-type": "text/event-stream"})
    front.core.instead["/api/v1/room"] = Answer(503, b"")
    open_page(page, front)
    expect(page.locator(".card-subject").first).to_have_text("Design review")
    expect(page.get_by_text("This screen is older than the room system")).to_be_visible()
    front.core.wait_for(lambda: bool(front.core.reports))
    assert [error for report in front.core.reports for error in report.errors] == []


def test_ten_thousand_characters_are_cut_and_nothing_else_moves(page: Page, front: Running) -> None:
    flood = "Ω\u202e\u2066" + "W" * 5_000 + "🤹" * 2_500
    front.core.show(room_state([meeting("f", -5, 30, subject=flood, organizer=flood, join=join(provider_name=flood))]))
    open_page(page, front)
    assert page.evaluate(CLIPPED) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 1280
    expect(page.locator(".join")).to_be_in_viewport(ratio=1)
    page.locator(".card-open").click(position={"x": 20, "y": 20})
    expect(page.get_by_role("dialog").get_by_role("button").last).to_be_in_viewport(ratio=1)


def test_a_hundred_meetings_scroll_and_now_stands_at_the_top(page: Page, front: Running) -> None:
    front.core.show(scenes()["many"])
    open_page(page, front)
    assert page.locator(".row").count() == 100
    first = page.locator(".row:visible").first
    expect(first).to_contain_text("Slot 8")
    page.get_by_role("button", name="8 earlier meetings").click()
    expect(page.locator(".row:visible").first).to_contain_text("Slot 0")


def test_the_details_say_what_helps_and_give_the_command(page: Page, front: Running) -> None:
    cure = cure_of(NoJoinReason.BODY_DELETED, "en", "sjroom@contoso.example")
    no_join = NoJoin(title=cure.title, detail=cure.detail, command=cure.command)
    entry = meeting("a", -5, subject="Town hall", join=None, no_join_reason="body_deleted", no_join=no_join)
    front.core.show(room_state([entry]))
    page.goto(front.url)
    page.get_by_role("button", name="Details").first.click()
    expect(page.locator(".details-cure")).to_have_text(cure.detail)
    expect(page.locator(".details-command")).to_have_text(str(cure.command))
