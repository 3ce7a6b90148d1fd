"""The wizard in Chromium: the whole way in three languages on a phone and a large screen, two at once, resuming."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

from tests.agent.front.scenes import scenes
from tests.agent.front.setting_up import (
    FULL_HD,
    PASSWORD,
    PHONE,
    PIN,
    STEPS,
    Box,
    at_step,
    field,
    next_step,
    resumed,
    walk,
)
from tests.fakes.core import Answer
from tests.fakes.setup_core import CODE, ROOT
from tests.marks import LONG

RING = """() => {
  const node = document.activeElement;
  return getComputedStyle(node.closest(".choice-card") ?? node).outlineStyle;
}"""
WIDER = "() => document.documentElement.scrollWidth - innerWidth"


@pytest.mark.parametrize(
    ("language", "size"),
    [("en", FULL_HD), ("ar", PHONE), LONG("en", PHONE), LONG("de", FULL_HD), LONG("de", PHONE), LONG("ar", FULL_HD)],
    ids=["en-full-hd", "ar-phone", "en-phone", "de-full-hd", "de-phone", "ar-full-hd"],
)
def test_the_whole_way(page: Page, box: Box, axe: Callable[[str], None], language: str, size: ViewportSize) -> None:
    dark = language == "de"
    checked = {("en", FULL_HD["width"]): {*STEPS, "pairing", "done"}, ("de", PHONE["width"]): {"account", "preflight"}}
    page.emulate_media(color_scheme="dark" if dark else "light")
    page.set_viewport_size(size)
    page.goto(f"{box.network}/setup?language={language}")

    def look(name: str) -> None:
        assert page.evaluate(WIDER) <= 0, name
        if name in checked.get((language, size["width"]), ()):
            axe(name)

    page.wait_for_selector(".code-input")
    look("pairing")
    page.locator(".code-input").fill("471 920")
    page.keyboard.press("Enter")
    walk(page, box.core, look=look)
    page.wait_for_selector(".done")
    look("done")
    assert box.core.setup.activated == 1
    assert box.core.setup.answers["language"] == {"language": language, "timezone": "America/Los_Angeles"}
    assert box.core.setup.answers["room"] == {"mailbox": "sjroom@contoso.example", "name": "San Jose"}
    assert box.core.setup.answers["screen"]["inputs"][0] == {
        "name": "hdmi",
        "label": "Table",
        "kind": "hdmi",
        "match": "",
    }
    assert box.core.setup.secrets == {"account.password": PASSWORD, "policies.pin": PIN}


def test_the_screen_knows_its_code_and_the_list_fills_before_ones_eyes(page: Page, box: Box) -> None:
    page.goto(f"{box.screen}/")
    page.get_by_role("link", name="Set up on this screen").click()
    walk(page, box.core)
    expect(page.get_by_role("heading", name="The room is ready")).to_be_visible()
    box.core.show(scenes()["free"])
    expect(page.locator(".filling li").first).to_contain_text("Stand-up")
    expect(page.get_by_text("8 meetings are here.")).to_be_visible()
    page.get_by_role("button", name="To the room's screen").click()
    page.wait_for_selector("[data-screen=home]")


def test_a_wrong_code_says_so_and_a_lock_is_waited_for(page: Page, box: Box) -> None:
    page.goto(f"{box.network}/setup")
    page.locator(".code-input").fill("000000")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("alert")).to_contain_text("The code is wrong")
    expect(page.locator(".code-input")).to_be_focused()
    box.core.setup.locked_s = 2
    page.locator(".code-input").fill("000001")
    page.keyboard.press("Enter")
    expect(page.locator(".countdown")).to_contain_text("Try again in")
    expect(page.locator(".code-input")).to_be_hidden()
    box.core.setup.locked_s = None
    page.locator(".code-input").fill(CODE)
    page.keyboard.press("Enter")
    at_step(page, box.core, "language")


def test_one_takes_over_with_the_code_and_the_other_is_told(page: Page, context: BrowserContext, box: Box) -> None:
    page.goto(f"{box.network}/setup")
    page.locator(".code-input").fill(CODE)
    page.keyboard.press("Enter")
    at_step(page, box.core, "language")
    second = context.browser.new_context(locale="en-US").new_page() if context.browser else context.new_page()
    second.goto(f"{box.screen}/setup")
    expect(second.get_by_role("heading")).to_have_text("Somebody else is at it")
    expect(second.locator(".card")).to_contain_text("192.0.2.44")
    second.get_by_role("button", name="Take over").click()
    at_step(second, box.core, "language")
    page.locator(field(page, "timezone")).fill("Europe/Berlin")
    next_step(page)
    expect(page.get_by_text("Somebody else has taken over.")).to_be_visible()
    expect(page.locator(".card")).to_contain_text("room's own screen")
    second.context.close()


def test_a_session_that_has_ended_asks_for_the_code_again(page: Page, box: Box) -> None:
    resumed(box.core, "calendar")
    page.goto(f"{box.network}/setup")
    page.locator(".code-input").fill(CODE)
    page.keyboard.press("Enter")
    at_step(page, box.core, "calendar")
    box.core.setup.session = None
    next_step(page)
    expect(page.get_by_text("Your session has ended.")).to_be_visible()
    page.locator(".code-input").fill(CODE)
    page.keyboard.press("Enter")
    at_step(page, box.core, "calendar")


def test_a_reload_comes_back_to_the_same_step_with_its_answers_and_no_secret(page: Page, box: Box) -> None:
    for step in STEPS:
        resumed(box.core, step)
        page.goto(f"{box.screen}/setup")
        at_step(page, box.core, step)
        page.reload()
        at_step(page, box.core, step)
        assert page.evaluate("[...document.querySelectorAll('input[type=password]')].every(({ value }) => !value)")
        assert PASSWORD not in page.content()
        assert PIN not in page.content()
        if step == "account":
            expect(page.locator(field(page, "username"))).to_have_value("svc@contoso.example")
            kept = "Saved. Leave empty to keep it"
            expect(page.locator(field(page, "password"))).to_have_attribute("placeholder", kept)


def test_what_was_typed_outlives_a_reload_but_for_secrets(page: Page, box: Box) -> None:
    resumed(box.core, "account")
    page.goto(f"{box.screen}/setup")
    page.locator(field(page, "username")).fill("other@contoso.example")
    page.locator(field(page, "password")).fill("typed secret")
    page.reload()
    expect(page.locator(field(page, "username"))).to_have_value("other@contoso.example")
    expect(page.locator(field(page, "password"))).to_have_value("")
    assert "typed secret" not in page.evaluate("JSON.stringify({ ...sessionStorage, ...localStorage })")
    next_step(page)
    at_step(page, box.core, "preflight")
    assert all("password" not in payload for path, payload in box.core.setup.posts)
    assert box.core.setup.secrets["account.password"] == PASSWORD


def test_a_lost_connection_is_told_and_nothing_typed_is_lost(page: Page, box: Box) -> None:
    resumed(box.core, "account")
    page.goto(f"{box.screen}/setup")
    page.locator(field(page, "username")).fill("other@contoso.example")
    for path in (ROOT, f"{ROOT}/steps/account"):
        box.core.instead[path] = Answer.problem(503, "core.unreachable")
    next_step(page)
    expect(page.get_by_text("No connection to the box.")).to_be_visible()
    expect(page.locator(".next")).to_be_enabled()
    box.core.instead.clear()
    next_step(page)
    at_step(page, box.core, "preflight")
    expect(page.get_by_text("No connection to the box.")).to_be_hidden()
    assert box.core.setup.answers["account"]["username"] == "other@contoso.example"


def test_pressing_twice_sends_once(page: Page, box: Box) -> None:
    resumed(box.core, "calendar")
    page.goto(f"{box.screen}/setup")
    page.wait_for_selector(".next")
    page.evaluate("""() => {
      const form = document.querySelector("form.step");
      form.requestSubmit();
      form.requestSubmit();
    }""")
    at_step(page, box.core, "account")
    assert [path for path, _ in box.core.setup.posts].count("/steps/calendar") == 1


def test_one_goes_back_by_the_list_of_steps_and_from_the_summary(page: Page, box: Box) -> None:
    resumed(box.core, "summary")
    page.goto(f"{box.screen}/setup")
    page.get_by_role("button", name="Change: Room").click()
    at_step(page, box.core, "room")
    page.get_by_role("navigation").get_by_role("button", name="Network").click()
    at_step(page, box.core, "network")


def test_answers_that_are_no_longer_checked_cannot_be_activated(page: Page, box: Box) -> None:
    resumed(box.core, "summary", checked="outdated")
    page.goto(f"{box.screen}/setup")
    next_step(page)
    expect(page.get_by_role("alert")).to_contain_text("The checks have not passed")
    assert box.core.setup.activated == 0


def test_the_keyboard_alone_is_enough(page: Page, box: Box) -> None:
    page.goto(f"{box.network}/setup")
    page.wait_for_selector(".code-input")
    page.keyboard.type(CODE)
    page.keyboard.press("Enter")
    at_step(page, box.core, "language")
    for step in ("language", "network"):
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.matches('.next')"):
                break
            assert page.evaluate(RING) == "solid"
        page.keyboard.press("Enter")
        at_step(page, box.core, STEPS[STEPS.index(step) + 1])
        expect(page.get_by_role("heading", level=1)).to_be_focused()
