"""The control page in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import resources

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from agent.demo.day import ROOM
from agent.model.event import Response
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


def test_an_invitation_is_sent_waits_is_answered_and_the_answer_comes_back(demo: Demo, page: Page) -> None:
    page.get_by_text("The room’s box", exact=True).click()
    expect(page.get_by_text("Nothing waits.")).to_be_visible()
    page.get_by_label("Subject").fill("Kick-off <b>bold</b>")
    page.get_by_label("Organizer").select_option(label="Omar Haddad")
    page.get_by_role("button", name="Book", exact=True).click()
    waiting = page.locator(".message", has_text="Kick-off <b>bold</b>")
    expect(waiting).to_contain_text("Omar Haddad")
    line = page.locator(".invitation", has_text="Kick-off <b>bold</b>")
    expect(line).to_have_attribute("data-state", "waiting")
    expect(page.locator(".meeting", has_text="Kick-off")).to_have_count(0)

    line.get_by_role("button", name="15 minutes later").click()
    expect(waiting).to_have_count(2)
    expect(waiting.first).to_contain_text("Out of date")
    expect(line.get_by_role("button", name="15 minutes later")).to_be_focused()

    request = next(mail for mail in demo.world.mailbox(ROOM.address).inbox() if not mail.out_of_date)
    demo.world.mail.answer(ROOM.address, request.item_id, Response.DECLINED, "Taken until <i>11</i>.")
    expect(line).to_have_attribute("data-state", "declined")
    expect(line).to_contain_text("Taken until <i>11</i>.")
    expect(page.locator(".toast", has_text="San Jose declined")).to_be_visible()


def test_a_person_answers_by_keyboard_in_the_rooms_inbox(demo: Demo, page: Page) -> None:
    demo.post("mailbox", {"processing": "none"})
    demo.post("meetings", {"subject": "Kick-off", "in_minutes": 5})
    accept = page.locator(".message", has_text="Kick-off").get_by_role("button", name="Accept")
    accept.focus()
    accept.press("Enter")
    expect(page.locator(".meeting", has_text="Kick-off")).to_be_visible()
    expect(page.locator(".message")).to_have_count(0)
    expect(page.locator("#inbox")).to_be_focused()
    cancel = page.locator(".invitation", has_text="Kick-off").get_by_role("button", name="Cancel")
    cancel.press("Enter")
    cancellation = page.locator('.message[data-kind="cancellation"]')
    expect(cancellation).to_contain_text("Canceled: Kick-off")
    cancellation.get_by_role("button", name="Remove").press("Enter")
    expect(page.locator(".meeting", has_text="Kick-off")).to_have_count(0)
    page.get_by_role("radio", name="The room’s box").press("ArrowLeft")
    expect(page.get_by_role("radio", name="Exchange, declining conflicts")).to_be_checked()
    expect(page.locator("#inbox")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_has_nothing_to_say_when_mail_waits(demo: Demo, page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
    demo.post("mailbox", {"processing": "none"})
    for number in range(9):
        demo.post("meetings", {"subject": f"Meeting {number}", "in_minutes": 5, "repeat": {"frequency": "daily"}})
    requests = demo.world.mailbox(ROOM.address).inbox()
    answers = (Response.ACCEPTED, Response.TENTATIVE, Response.DECLINED)
    for request, answer in zip(requests, answers, strict=False):
        demo.world.mail.answer(ROOM.address, request.item_id, answer, "A comment")
    invitations = demo.state()["invitations"]
    demo.post(f"meetings/{invitations[0]['id']}/cancel")
    demo.post(f"meetings/{invitations[1]['id']}/rename", {"subject": "Renamed", "scope": "series"})
    demo.post("inbox", {"subject": "Glasses?"})
    expect(page.locator('.message[data-kind="note"]')).to_be_attached()
    expect(page.locator(".invitation")).to_have_count(9)
    expect(page.locator(".toast")).to_have_count(0, timeout=15_000)
    source = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
    page.evaluate(f"() => {{ {source} }}")
    found = page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")["violations"]
    assert [(rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found] == []
    for width in (1280, 1440, 1920):
        page.set_viewport_size({"width": width, "height": 720})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
