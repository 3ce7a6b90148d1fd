"""Room control without a touch: by keys and remote control, by ear, and in other languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.agent.front.conftest import Running
from tests.agent.front.keyboard import focused, open_page, press
from tests.agent.front.scenes import control_scenes
from tests.fakes.control import PlayedControl
from tests.fakes.core import Sent
from tests.marks import LONG

TARGET = """() => [...document.querySelectorAll("button")]
  .filter((node) => node.checkVisibility() && node.offsetWidth > 0)
  .map((node) => [node.className, node.getBoundingClientRect()])
  .filter(([name, { width, height }]) => !name.includes("card-open") && (width < 44 || height < 44))
  .map(([name]) => name)"""


def after(page: Page, front: Running, count: int) -> None:
    """So many commands have been sent."""
    front.core.wait_for(lambda: len(front.core.commands) == count)


def test_join_stays_first_and_what_else_can_be_done_is_an_arrow_away(page: Page, front: Running) -> None:
    PlayedControl(front.core)
    open_page(page, front, control_scenes()["control"])
    press(page, "ArrowRight")
    assert focused(page) == "join"
    press(page, "ArrowDown")
    expect(page.get_by_role("button", name="End now")).to_be_focused()
    press(page, "ArrowLeft")
    expect(page.get_by_role("button", name="Extend")).to_be_focused()
    press(page, "Enter")
    expect(page.locator(".choice").first).to_be_focused()
    press(page, "ArrowRight", "ArrowDown", "Escape")
    expect(page.get_by_role("button", name="Extend")).to_be_focused()
    press(page, "Enter")
    expect(page.locator(".choice").first).to_be_focused()
    press(page, "Enter")
    after(page, front, 1)
    assert front.core.commands == [Sent("extend", {"meeting_id": "n1", "minutes": 15})]


def test_the_question_before_the_release_is_where_the_first_arrow_leads(page: Page, front: Running) -> None:
    PlayedControl(front.core)
    open_page(page, front, control_scenes()["release"])
    press(page, "ArrowDown")
    assert focused(page) == "here"
    press(page, "Enter")
    after(page, front, 1)
    expect(page.locator(".release")).to_be_hidden()
    assert page.evaluate("document.activeElement !== document.body"), "the focus is on what stands nearest"


def test_ending_by_keys_begins_with_what_does_no_harm(page: Page, front: Running) -> None:
    PlayedControl(front.core)
    open_page(page, front, control_scenes()["control"])
    page.get_by_role("button", name="End now").focus()
    press(page, "Enter")
    expect(page.get_by_role("button", name="Keep the room")).to_be_focused()
    press(page, "ArrowRight")
    press(page, "Enter")
    after(page, front, 1)
    expect(page.locator(".availability-word")).to_have_text("Available")
    assert page.evaluate("document.activeElement !== document.body")


def test_what_happens_is_said_and_seconds_are_not(page: Page, front: Running) -> None:
    open_page(page, front, control_scenes()["release"])
    expect(page.locator(".release").get_by_role("status")).to_contain_text("Otherwise the room becomes free")
    expect(page.get_by_role("timer")).to_have_text("4:12")  # is not live by itself
    expect(page.locator(".offers")).to_have_attribute("aria-live", "polite")


@pytest.mark.parametrize("scene", ["booked-here", "check-in", "release", "undo"])
@pytest.mark.parametrize("size", [LONG((1024, 600)), (1280, 720), LONG((3840, 2160))])
def test_every_button_is_large_enough_for_a_finger(
    page: Page, front: Running, scene: str, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    open_page(page, front, control_scenes()[scene])
    expect(page.locator(".card").first).to_be_visible()
    assert page.evaluate(TARGET) == []


LANGUAGES = ["ar", "de", "ru", "ja", *(LONG(tag) for tag in ("es", "fr", "it", "nl", "pl", "pt", "sv", "tr", "zh"))]
CUT = """() => [...document.querySelectorAll(".act, .here, .undo, .release, .release-detail, .offer, .card")]
  .filter((node) => node.checkVisibility())
  .filter((node) => node.scrollWidth > node.clientWidth + 1 || node.scrollHeight > node.clientHeight + 1)
  .map((node) => node.className + ": " + node.textContent)"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_is_cut(page: Page, front: Running, language: str) -> None:
    for name in ("booked-here", "check-in", "release-long", "undo"):
        open_page(page, front, control_scenes()[name], f"/?language={language}")
        expect(page.locator(".card").first).to_be_visible()
        assert page.evaluate(CUT) == [], name


def test_in_arabic_it_is_the_same_from_right_to_left(page: Page, front: Running, axe: Callable[[str], None]) -> None:
    PlayedControl(front.core)
    open_page(page, front, control_scenes()["release"], "/?language=ar")
    here, rest = page.locator(".here").bounding_box(), page.locator(".release-rest").bounding_box()
    assert here
    assert rest
    assert here["x"] < rest["x"]
    axe("ar")
    press(page, "ArrowLeft", "Enter")
    after(page, front, 1)
    assert front.core.commands == [Sent("check-in", {"meeting_id": "n1"})]
    expect(page.locator(".release")).to_be_hidden()


def test_a_refusal_has_no_violation_either(page: Page, front: Running, axe: Callable[[str], None]) -> None:
    play = PlayedControl(front.core)
    open_page(page, front, control_scenes()["control"])
    page.get_by_role("button", name="Extend").click()
    page.get_by_role("button", name="15 more minutes").click()
    front.core.wait_for(lambda: bool(play.waiting))
    play.settle("extend.conflict")
    expect(page.locator(".offer")).to_be_visible()
    axe("refused")


def test_what_the_core_says_in_english_is_said_in_the_pages_language(page: Page, front: Running) -> None:
    open_page(page, front, control_scenes()["undo"], "/?language=fr")
    expect(page.locator(".offer")).to_contain_text("Personne n’est venu, la salle a été libérée")
    expect(page.locator(".offer")).not_to_contain_text("Nobody")
