"""What one can do besides joining what is booked: an id or a link, the room now, a laptop's picture."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from agent.wire import Input
from tests.agent.front.conftest import Running
from tests.agent.front.scenes import LIVE, RICH, SHOWING, workday
from tests.agent.front.states import meeting, room_state
from tests.fakes.core import Answer, Sent

BOOKABLE = room_state(workday(), commands=["join", "refresh", "book"])


def open_typed(page: Page, front: Running) -> None:
    page.goto(front.url)
    page.get_by_role("button", name="Join with an ID or link").click()
    expect(page.get_by_role("textbox")).to_be_focused()


def test_a_link_is_recognised_while_it_is_typed_and_joined_with_enter(page: Page, front: Running) -> None:
    open_typed(page, front)
    expect(page.get_by_text("The service is recognised as you type")).to_be_visible()
    page.keyboard.type("zoom.us/j/987")
    expect(page.get_by_text("No meeting service is recognised yet")).to_be_visible()
    page.keyboard.type("65432101")
    expect(page.locator(".way")).to_contain_text("Zoom")
    with page.context.expect_event("request", lambda sent: sent.url.startswith("https://zoom.us/")):
        page.keyboard.press("Enter")
    front.core.wait_for(lambda: bool(front.core.commands))
    assert front.core.commands == [Sent("join", {"text": "zoom.us/j/98765432101", "way": 0})]
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_enter_right_after_an_edit_joins_what_stands_there_and_nothing_older(page: Page, front: Running) -> None:
    open_typed(page, front)
    page.get_by_role("textbox").fill("https://zoom.us/j/12345678901")
    expect(page.locator(".way")).to_have_count(1)
    with page.context.expect_event("request", lambda sent: sent.url.startswith("https://zoom.us/")) as opened:
        page.evaluate("""() => {
          const field = document.querySelector(".typed-field");
          field.value = "https://zoom.us/j/99999999999";
          field.dispatchEvent(new Event("input"));
          field.form.requestSubmit();
        }""")
    assert opened.value.url.endswith("/j/99999999999")
    assert front.core.commands == [Sent("join", {"text": "https://zoom.us/j/99999999999", "way": 0})]


def test_an_input_is_named_but_not_offered_while_nobody_can_show_it(page: Page, front: Running) -> None:
    front.core.show(room_state(workday(), inputs=[LIVE]))
    page.goto(front.url)
    expect(page.locator(".tile")).to_be_disabled()
    expect(page.locator(".tile-act")).to_be_hidden()


def test_an_id_is_typed_on_the_screens_own_keyboard(page: Page, front: Running) -> None:
    open_typed(page, front)
    for sign in ("m", "e", "e", "t", ".", "g", "o", "o", "g", "l", "e", ".", "c", "o", "m", "/"):
        page.get_by_role("button", name=sign, exact=True).click()
    page.get_by_role("button", name="Capital letter").click()
    page.get_by_role("button", name="A", exact=True).click()
    for sign in "bcx":
        page.get_by_role("button", name=sign, exact=True).click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("textbox")).to_have_value("meet.google.com/Abc")
    page.get_by_role("textbox").fill("meet.google.com/abc-defg-hij")
    expect(page.locator(".way")).to_contain_text("Google Meet")
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_role("textbox")).to_have_value("")
    expect(page.locator(".way")).to_have_count(0)


def test_an_unknown_host_is_named_before_it_is_joined(page: Page, front: Running) -> None:
    open_typed(page, front)
    page.get_by_role("textbox").fill("https://jitsi.unknown.example/Standup")
    page.locator(".way").first.click()
    expect(page.locator(".confirm-host")).to_have_text("jitsi.unknown.example")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("textbox")).to_be_visible()
    assert front.core.commands == []


def test_a_refused_join_says_why_and_keeps_what_was_typed(page: Page, front: Running) -> None:
    open_typed(page, front)
    refusal = Answer.problem(409, "join.changed", "The ways to join have changed", "Choose again.")
    front.core.instead["/api/v1/commands/join"] = refusal
    page.get_by_role("textbox").fill("https://zoom.us/j/98765432101")
    page.locator(".way").first.click()
    expect(page.get_by_text("The ways to join have changed. Choose again.")).to_be_visible()
    expect(page.get_by_role("textbox")).to_have_value("https://zoom.us/j/98765432101")


def test_what_a_browser_cannot_open_is_named_and_not_offered(page: Page, front: Running) -> None:
    open_typed(page, front)
    page.get_by_role("textbox").fill("sip:standup@vc.contoso.example")
    way = page.locator(".way").first
    expect(way).to_be_disabled()
    expect(way).to_contain_text("Dial it from another device")


def test_meet_now_is_offered_only_where_the_agent_books(page: Page, front: Running) -> None:
    page.goto(front.url)
    expect(page.get_by_role("button", name="Meet now")).to_be_hidden()
    front.core.show(BOOKABLE)
    expect(page.get_by_role("button", name="Meet now")).to_be_visible()
    front.core.show(room_state([meeting("n", -5, 30)], commands=["join", "refresh", "book"]))
    expect(page.get_by_role("button", name="Meet now")).to_be_hidden()


def test_a_plugged_laptop_is_one_tap_away(page: Page, front: Running) -> None:
    front.core.show(room_state(workday(), inputs=[LIVE], commands=SHOWING))
    page.goto(front.url)
    tile = page.locator(".tile")
    expect(tile).to_contain_text(re.compile("HDMI on the table.? is connected"))
    tile.click()
    front.core.wait_for(lambda: bool(front.core.commands))
    assert front.core.commands == [Sent("show-input", {"input": "hdmi"})]
    front.core.show(room_state(workday(), inputs=[replace(LIVE, showing=True)], commands=SHOWING, screen="content"))
    expect(tile).to_contain_text(re.compile("HDMI on the table.? is on the screen"))
    expect(tile).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text("A laptop's picture is on this screen")).to_be_visible()
    front.core.show(room_state(workday()))
    expect(page.locator(".tile")).to_have_count(0)


def test_a_picture_that_cannot_be_shown_says_why(page: Page, front: Running) -> None:
    front.core.show(room_state(workday(), inputs=[LIVE], commands=SHOWING))
    front.core.instead["/api/v1/commands/show-input"] = Answer.problem(503, "display.absent", "No display", "Wait.")
    page.goto(front.url)
    page.locator(".tile").click()
    expect(page.locator(".tiles-why")).to_have_text("No display. Wait.")


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("no_signal", "no signal"),
        ("unstable", "unstable"),
        ("unsupported", "cannot be shown. Choose"),
        ("protected", "copy-protected"),
        ("absent", None),
        ("no_cable", None),
        ("of-tomorrow", None),
    ],
)
def test_an_input_without_a_picture_has_a_reason(page: Page, front: Running, state: str, words: str | None) -> None:
    front.core.show(room_state(workday(), inputs=[Input(name="v", label="", kind="vga", state=state, showing=False)]))
    page.goto(front.url)
    expect(page.locator(".row").first).to_be_visible()
    if words is None:
        expect(page.locator(".tiles-why")).to_be_hidden()
    else:
        expect(page.locator(".tiles-why")).to_contain_text(words)


def test_what_stayed_black_can_be_shown_again(page: Page, front: Running) -> None:
    black = Input(name="v", label="VGA", kind="vga", state="protected", showing=False)
    front.core.show(room_state(workday(), inputs=[black], commands=SHOWING))
    page.goto(front.url)
    expect(page.locator(".tile")).to_contain_text("is connected")
    expect(page.locator(".tiles-why")).to_contain_text("copy-protected")


def test_a_meeting_on_top_is_named_and_the_next_one_can_still_be_joined(page: Page, front: Running) -> None:
    front.core.show(room_state([meeting("n", -5, 30, join=RICH)], screen="meeting"))
    page.goto(front.url)
    expect(page.get_by_text("A meeting is open on this screen")).to_be_visible()
    expect(page.locator(".join")).to_be_visible()
