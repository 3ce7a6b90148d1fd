"""The control page in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from agent.demo.day import ROOM
from tests.agent.demo_control.conftest import Demo


@pytest.fixture
def page(demo: Demo, chromium: Browser) -> Iterator[Page]:
    """The page, loaded; whatever the browser complains about fails the test."""
    complaints: list[str] = []
    page = chromium.new_page(viewport={"width": 1440, "height": 900}, timezone_id="Europe/Berlin")
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(demo.url)
    yield page
    page.close()
    assert complaints == []


def test_a_visitor_books_moves_renames_cancels_and_breaks_exchange(demo: Demo, page: Page) -> None:
    running = page.locator(".meeting", has_text="Design review: lobby displays")
    expect(running).to_have_attribute("data-phase", "running")
    expect(running).to_contain_text("9:45 AM – 10:30 AM")

    page.get_by_label("Subject").fill("Kick-off <b>bold</b>")
    page.get_by_text("At", exact=True).click()
    page.get_by_role("button", name="Book", exact=True).click()
    expect(page.get_by_label("Start time")).to_be_focused()
    page.get_by_text("In 5 min", exact=True).click()
    page.get_by_role("button", name="Book", exact=True).click()
    booked = page.locator(".meeting", has_text="Kick-off <b>bold</b>")
    expect(booked).to_contain_text("10:15 AM – 10:45 AM")

    booked.get_by_role("button", name="15 minutes later").click()
    expect(booked).to_contain_text("10:30 AM – 11:00 AM")
    expect(booked.get_by_role("button", name="15 minutes later")).to_be_focused()

    booked.get_by_role("button", name="Change").click()
    subject = booked.get_by_label("Subject")
    expect(subject).to_be_focused()
    subject.fill("Renamed")
    subject.press("Enter")
    renamed = page.locator(".meeting", has_text="Renamed")
    expect(renamed.locator(".editor")).to_have_count(0)
    renamed.get_by_role("button", name="Change").click()
    renamed.get_by_role("button", name="Cancel").click()
    expect(page.locator(".meeting.cancelled", has_text="Canceled: Renamed")).to_be_visible()

    page.get_by_role("button", name="Take Exchange down").click()
    expect(page.get_by_role("alert")).to_contain_text("Exchange is down")
    page.get_by_role("switch", name="Server busy").click()
    expect(page.get_by_role("switch", name="Server busy")).to_be_checked()
    page.get_by_role("button", name="Heal everything").click()
    expect(page.get_by_role("alert")).to_be_hidden()
    expect(page.locator("#exchange-state")).to_have_text("Running")
    assert demo.exchange.is_up


def test_what_changes_elsewhere_appears_without_a_reload_and_an_open_editor_stays(demo: Demo, page: Page) -> None:
    line = page.locator(".meeting", has_text="Partner call: Tailspin Toys")
    line.get_by_role("button", name="Change").click()
    line.get_by_label("Subject").fill("Half-written")
    item = next(item for item in demo.calendar.items() if item.booking.subject.startswith("Vendor"))
    demo.calendar.rename(item.item_id, "Vendor onboarding, take two")
    expect(page.locator(".meeting", has_text="Vendor onboarding, take two")).to_be_visible()
    expect(line.get_by_label("Subject")).to_have_value("Half-written")
    expect(line.get_by_label("Subject")).to_be_focused()


def test_days_rooms_and_the_reset_can_be_chosen(demo: Demo, page: Page) -> None:
    page.get_by_role("button", name="Next day").click()
    expect(page.get_by_role("heading", level=2).first).to_have_text("Tuesday, November 24")
    page.get_by_role("button", name="Today").click()
    expect(page.locator(".now-line")).to_be_visible()
    page.get_by_label("Room", exact=True).select_option(label="Oakland")
    expect(page.get_by_text("Nothing is booked on this day.")).to_be_visible()
    page.get_by_label("Room", exact=True).select_option(value=ROOM.address)
    before = {item.item_id for item in demo.calendar.items()}
    page.get_by_role("button", name="Reset the day").click()
    page.get_by_role("dialog").get_by_role("button", name="Reset the day").click()
    expect(page.get_by_text("A fresh day is in the room")).to_be_visible()
    assert not before & {item.item_id for item in demo.calendar.items()}


def test_a_day_can_be_stepped_from_once_there_is_one(demo: Demo, chromium: Browser) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    fresh = chromium.new_page()
    fresh.route("**/api/state*", hold)
    fresh.goto(demo.url)
    button = fresh.get_by_role("button", name="Next day")
    expect(button).to_be_disabled()
    held[0].continue_()
    fresh.unroute("**/api/state*")
    button.click()
    expect(fresh.locator("#day-title")).to_have_text("Tuesday, November 24")
    fresh.close()


def test_the_page_fits_its_window_and_links_to_the_home_screen(page: Page) -> None:
    expect(page.locator(".meeting").first).to_be_visible()
    for width in (1280, 1440, 1920):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    expect(page.get_by_role("link", name=re.compile("home screen"))).to_have_attribute("href", "http://127.0.0.1:8080/")
