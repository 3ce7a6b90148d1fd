"""The screen in other languages: the room's, or for a while that of who stands before it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from playwright.sync_api import Page, expect

from agent.front.texts import direction, languages
from agent.wire import Meeting, Room, RoomState
from tests.agent.front.conftest import Running
from tests.agent.front.scenes import RICH, scenes
from tests.agent.front.states import NOW, join, meeting, room_state
from tests.agent.front.test_page import CLIPPED
from tests.marks import LONG

IDLE_MS = 10 * 60_000
DAY = [
    meeting("all", -17 * 60, 24 * 60, subject="Visitors from Adventure Works, badges", all_day=True),
    meeting("a", -5, subject="Design review", join=RICH),
    meeting("b", 40, subject="Weekly", join=join(), conflict=True, tentative=True),
    meeting("c", 90, subject="Lunch", join=None, no_join_reason="no_link"),
]

TOO_WIDE = """() => [...document.querySelectorAll(".row-times")]
  .filter((node) => node.scrollWidth > node.clientWidth + 1).map((node) => node.textContent)"""


def room(language: str, meetings: Sequence[Meeting] = DAY) -> RoomState:
    where = Room(name="San Jose", mailbox="sj@contoso.example", timezone="America/Los_Angeles", language=language)
    return room_state(meetings, room=where)


def open_room(page: Page, front: Running, language: str = "en", path: str = "/") -> None:
    front.core.show(room(language))
    page.goto(f"{front.url}{path}")
    page.wait_for_selector("[data-screen]")


def choose(page: Page, name: str) -> None:
    page.locator(".language").click()
    page.get_by_role("dialog").get_by_role("button", name=name, exact=True).click()
    page.wait_for_selector("[data-screen]")


def test_somebody_chooses_a_language_and_it_outlives_the_next_change(page: Page, front: Running) -> None:
    open_room(page, front)
    choose(page, "العربية")
    html = page.locator("html")
    expect(html).to_have_attribute("lang", "ar")
    expect(html).to_have_attribute("dir", "rtl")
    front.core.show(room("en", [meeting("z", -5, subject="Another one")]))
    expect(page.get_by_text("Another one").first).to_be_visible()
    expect(html).to_have_attribute("lang", "ar")
    panel, stage = page.locator(".panel").bounding_box(), page.locator(".stage").bounding_box()
    assert panel is not None
    assert stage is not None
    assert panel["x"] < stage["x"] + stage["width"] / 2, "the list is at the left of a right-to-left screen"


def test_the_rooms_language_comes_back_when_nobody_has_touched_the_screen(page: Page, front: Running) -> None:
    page.clock.install(time=NOW)
    open_room(page, front)
    choose(page, "Deutsch")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    page.clock.run_for(IDLE_MS - 60_000)
    page.keyboard.press("Tab")
    page.clock.run_for(IDLE_MS - 60_000)
    expect(page.locator("html")).to_have_attribute("lang", "de")
    page.clock.run_for(120_000)
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_an_unknown_language_is_the_rooms(page: Page, front: Running) -> None:
    open_room(page, front, "fr", "/?language=xx")
    expect(page.locator("html")).to_have_attribute("lang", "fr")


FEW = ("ar", "de", "ja", "ru")
"""Right to left, long words, no spaces, other letters."""


@pytest.mark.parametrize("language", [each if each in FEW else LONG(each) for each in sorted(languages())])
def test_every_language_fits(page: Page, front: Running, language: str) -> None:
    page.set_viewport_size({"width": 1024, "height": 600})
    open_room(page, front, language)
    expect(page.locator("html")).to_have_attribute("dir", direction(language))
    assert page.evaluate(CLIPPED) == []
    assert page.evaluate(TOO_WIDE) == []
    page.locator(".row-open").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    assert dialog.evaluate("(node) => node.scrollWidth <= node.clientWidth + 1")


def test_trouble_is_told_in_the_pages_language_where_the_core_does_not_speak_it(page: Page, front: Running) -> None:
    front.core.show(scenes()["offline"])
    page.goto(f"{front.url}/?language=fr")
    expect(page.locator(".notice-title")).to_have_text("Le calendrier ne peut pas être lu pour le moment")
    expect(page.locator(".notice-code")).to_have_text("calendar.offline")
    page.goto(front.url)
    expect(page.locator(".notice-title")).to_have_text("The calendar server cannot be reached")
