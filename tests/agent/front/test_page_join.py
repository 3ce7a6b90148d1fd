"""Joining from the home screen in Chromium: command, tab, questions, failures, tokens."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from agent.front.app import create_front
from agent.front.settings import FrontSettings
from agent.wire import Join, Typed, to_dict
from tests.agent.front.conftest import Running
from tests.agent.front.scenes import RICH, UNTRUSTED
from tests.agent.front.states import join, meeting, room_state
from tests.fakes.core import Answer, Sent, served_core, served_front

JOIN = Sent("join", {"meeting_id": "a"})


def open_meeting(page: Page, front: Running, how: Join) -> None:
    """The page with one current meeting that is joined this way."""
    front.core.show(room_state([meeting("a", -5, subject="Design review", join=how)]))
    page.goto(front.url)
    page.wait_for_selector(".join:visible")


def test_join_tells_the_core_and_opens_the_link_in_a_new_tab(
    page: Page, front: Running, context: BrowserContext
) -> None:
    open_meeting(page, front, join())
    with context.expect_page(), context.expect_event("request", lambda sent: sent.url == join().url) as opened:
        page.get_by_role("button", name="Join Zoom").click()
    assert "referer" not in opened.value.headers
    assert front.core.commands == [JOIN]
    expect(page.locator(".card-note")).to_have_text("Opened in a new tab")


def test_join_works_by_keyboard_alone(page: Page, front: Running, context: BrowserContext) -> None:
    open_meeting(page, front, join())
    focused = "document.activeElement.classList.contains('join')"
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate(focused):
            break
    with context.expect_page():
        page.keyboard.press("Enter")
    assert front.core.commands == [JOIN]


def test_on_a_display_join_waits_for_what_becomes_of_it(page: Page, front: Running) -> None:
    front.core.command_states["c-1"] = {"id": "c-1", "name": "join", "state": "pending", "problem": None}
    open_meeting(page, front, join(launcher="display"))
    page.locator(".join").click()
    expect(page.locator(".join-word")).to_have_text("Joining…")
    problem = {"code": "display.absent", "title": "The display is off", "detail": "Turn it on.", "since": None}
    front.core.command_states["c-1"] = {"id": "c-1", "name": "join", "state": "failed", "problem": problem}
    expect(page.locator(".card-note")).to_have_text("The display is off. Turn it on.")
    expect(page.locator(".join-word")).to_have_text("Join")
    assert len(page.context.pages) == 1


def test_a_display_that_fails_leaves_the_other_ways_one_tap_away(page: Page, front: Running) -> None:
    by_sip = replace(join(launcher="display", url=None, sip="912@zoom.example"), label="By SIP")
    open_meeting(page, front, join(launcher="display", alternatives=[by_sip]))
    problem = {
        "code": "display.no_answer",
        "title": "The display did not answer",
        "detail": "Try again.",
        "since": None,
    }
    front.core.command_states["c-1"] = {"id": "c-1", "name": "join", "state": "failed", "problem": problem}
    page.locator(".join").click()
    expect(page.locator(".card-note")).to_have_text("The display did not answer. Try again.")
    page.locator(".row-open").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("The display did not answer. Try again. Try another way below.")
    dialog.get_by_role("button", name="By SIP").click()
    front.core.wait_for(lambda: Sent("join", {"meeting_id": "a", "alternative": 0}) in front.core.commands)
    assert len(page.context.pages) == 1


def test_a_meeting_that_is_joined_by_hand_shows_its_numbers(page: Page, front: Running) -> None:
    front.core.instead["/api/v1/commands/join"] = Answer.problem(409, "join.by_hand", "Conflict", "Dial it.")
    open_meeting(page, front, replace(RICH, launcher="display"))
    page.locator(".join").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("+1 408 555 0100")
    expect(dialog.get_by_role("button", name="Call with a phone")).to_be_visible()
    expect(dialog).not_to_contain_text("Conflict")
    page.keyboard.press("Escape")
    expect(page.locator(".join-word")).to_have_text("Join")
    expect(page.locator(".card-note")).to_be_hidden()


def test_what_was_typed_and_is_joined_by_hand_says_so(page: Page, front: Running) -> None:
    front.core.instead["/api/v1/commands/join"] = Answer.problem(409, "join.by_hand", "Conflict", "Dial it.")
    by_phone = replace(join(launcher="display", url=None), label="Zoom")
    front.core.instead["/api/v1/typed"] = Answer(200, json.dumps(to_dict(Typed(ways=[by_phone]))).encode())
    open_meeting(page, front, join(launcher="display"))
    page.get_by_role("button", name="Join with an ID or link").click()
    page.get_by_role("textbox").fill("912 3456 7890")
    page.locator(".way").click()
    expect(page.get_by_role("dialog")).to_contain_text("Dial it from another device")


def test_a_refused_command_is_told_in_words_and_opens_nothing(page: Page, front: Running) -> None:
    front.core.instead["/api/v1/commands/join"] = Answer.problem(404, "meeting.unknown", "It is gone", "Look again.")
    open_meeting(page, front, join())
    page.locator(".join").click()
    expect(page.locator(".card-note")).to_have_text("It is gone. Look again.")
    assert len(page.context.pages) == 1


def test_a_lost_core_does_not_keep_anybody_from_joining(alone: Running, page: Page, context: BrowserContext) -> None:
    with served_core(alone.core, alone.socket):
        open_meeting(page, alone, join())
    with context.expect_page():
        page.locator(".join").click()


def test_an_unknown_host_is_named_before_it_is_joined(page: Page, front: Running, context: BrowserContext) -> None:
    open_meeting(page, front, UNTRUSTED)
    page.locator(".join").click()
    expect(page.get_by_role("dialog")).to_contain_text("meet.unknown.example")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert front.core.commands == []
    page.locator(".join").click()
    with context.expect_page():
        page.get_by_role("button", name="Join on meet.unknown.example").click()
    assert front.core.commands == [JOIN]


def test_the_question_is_asked_from_the_details_too(page: Page, front: Running) -> None:
    open_meeting(page, front, replace(UNTRUSTED, launcher="display"))
    page.locator(".row-open").click()
    page.get_by_role("dialog").get_by_role("button", name="Join").click()
    page.get_by_role("button", name="Join on meet.unknown.example").click()
    front.core.wait_for(lambda: front.core.commands == [JOIN])
    page.locator(".row-open").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://zoom.example/j/1", "not a secure web address"),
        ("javascript:alert(1)", "not a secure web address"),
        ("https://u@zoom.example/", "not a secure web address"),
        (None, "no web link"),
    ],
)
def test_a_browser_is_offered_nothing_but_plain_https(page: Page, front: Running, url: str | None, reason: str) -> None:
    front.core.show(room_state([meeting("a", -5, join=join(url=url))]))
    page.goto(front.url)
    expect(page.locator(".card-note")).to_contain_text(reason)
    expect(page.locator(".join")).to_be_hidden()


def test_details_cover_the_passcode_and_offer_other_ways(page: Page, front: Running) -> None:
    open_meeting(page, front, RICH)
    page.locator(".row-open").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("+1 408 555 0100")
    expect(dialog).not_to_contain_text("428913")
    dialog.get_by_role("button", name="Show").click()
    expect(dialog).to_contain_text("428913")
    dialog.get_by_role("button", name="By SIP").click()
    front.core.wait_for(lambda: front.core.commands == [Sent("join", {"meeting_id": "a", "alternative": 0})])


def test_a_page_of_an_earlier_front_fetches_itself_anew_once(front: Running, page: Page) -> None:
    front.core.show(room_state([meeting("a", -5, join=join(launcher="display"))]))
    with served_front(create_front(FrontSettings(), front.socket)) as url:
        page.goto(url)
        page.wait_for_selector(".join:visible")
    port = urlsplit(url).port or 0
    with ExitStack() as stack:
        with page.expect_event("load", timeout=15_000):
            stack.enter_context(served_front(create_front(FrontSettings(), front.socket), port=port))
        page.locator(".join").click()
        front.core.wait_for(lambda: front.core.commands == [JOIN])
        page.goto("about:blank")


def test_a_token_that_stays_stale_does_not_reload_the_page_for_ever(page: Page, front: Running) -> None:
    stale = '{"code": "token.stale", "title": "", "detail": ""}'
    page.route("**/api/v1/commands/join", lambda route: route.fulfill(status=403, body=stale))
    loads: list[str] = []
    page.on("load", lambda loaded: loads.append(loaded.url))
    open_meeting(page, front, join())
    with page.expect_navigation():
        page.locator(".join").click()
    page.locator(".join").click()
    expect(page.locator(".card-note")).to_contain_text("The token is not valid")
    assert len(loads) == 2
