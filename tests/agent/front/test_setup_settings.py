"""The settings in Chromium: opened by a PIN, each change checked before it comes into effect; and the reset."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from playwright.sync_api import Page, expect

from tests.agent.front.scenes import scenes
from tests.agent.front.setting_up import PIN, Box, field, resumed
from tests.fakes.setup_core import REFUSED


def test_a_managed_box_says_where_to_change_it(page: Page, box: Box, axe: Callable[[str], None]) -> None:
    box.core.begin(mode="managed")
    page.goto(f"{box.screen}/setup")
    expect(page.get_by_role("heading")).to_have_text("This box is managed by a file")
    axe("managed")
    page.get_by_role("button", name="To the room's screen").click()
    page.wait_for_url(f"{box.screen}/")


def settings(page: Page, box: Box) -> None:
    resumed(box.core, "summary", mode="settings")
    page.goto(f"{box.screen}/setup")
    page.locator(field(page, "pin_entry")).fill(PIN)
    page.keyboard.press("Enter")
    page.wait_for_selector(".menu")


def test_a_change_is_checked_and_comes_into_effect(page: Page, box: Box, axe: Callable[[str], None]) -> None:
    settings(page, box)
    axe("menu")
    page.get_by_role("button", name="Account").click()
    page.locator(field(page, "password")).fill("rotated")
    page.locator(field(page, "username")).fill("new@contoso.example")
    page.get_by_role("button", name="Check and apply").click()
    expect(page.get_by_text("The change is in effect.")).to_be_visible()
    assert (box.core.setup.activated, box.core.setup.secrets["account.password"]) == (1, "rotated")
    assert box.core.setup.runs == [{"scope": "room", "write": False, "other_mailbox": ""}]


def test_a_change_that_fails_its_check_is_not_in_effect(page: Page, box: Box) -> None:
    settings(page, box)
    box.core.setup.scripts["room"] = [REFUSED]
    page.get_by_role("button", name="Account").click()
    page.locator(field(page, "username")).fill("new@contoso.example")
    page.get_by_role("button", name="Check and apply").click()
    expect(page.get_by_role("alert").filter(has_text="Not in effect")).to_contain_text(
        "the room goes on with what it had"
    )
    expect(page.get_by_text("The service account cannot sign in")).to_be_visible()
    assert box.core.setup.activated == 0
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The account that reads the calendar")


def test_a_wrong_pin_opens_nothing(page: Page, box: Box) -> None:
    resumed(box.core, "summary", mode="settings")
    page.goto(f"{box.screen}/setup")
    page.locator(field(page, "pin_entry")).fill("000000")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("The PIN is wrong")
    page.get_by_role("button", name="Leave").click()
    page.wait_for_selector("#app[data-screen]")


def test_a_reset_needs_the_pin_and_the_word(page: Page, box: Box, axe: Callable[[str], None]) -> None:
    settings(page, box)
    page.get_by_role("button", name="Reset this box").click()
    dialog = page.get_by_role("dialog")
    axe("reset")
    dialog.locator(field(page, "pin_entry")).fill(PIN)
    dialog.get_by_role("button", name="Reset this box").click()
    expect(dialog).to_contain_text("Type RESET to go on.")
    dialog.locator(field(page, "reset_word")).fill("RESET")
    dialog.locator(field(page, "pin_entry")).fill("000000")
    dialog.get_by_role("button", name="Reset this box").click()
    expect(dialog).to_contain_text("The PIN is wrong")
    dialog.locator(field(page, "pin_entry")).fill(PIN)
    dialog.get_by_role("button", name="Reset this box").click()
    expect(page.get_by_role("heading", name="The box has forgotten everything")).to_be_visible()
    assert box.core.setup.answers == {}


def test_the_way_to_the_settings_is_beside_the_language(page: Page, box: Box) -> None:
    resumed(box.core, "summary", mode="settings")
    box.core.show(replace(scenes()["free"]))
    page.goto(f"{box.screen}/?language=de")
    page.locator(".language").click()
    page.get_by_role("button", name="Einstellungen").click()
    expect(page.get_by_role("heading")).to_have_text("Einstellungen")
