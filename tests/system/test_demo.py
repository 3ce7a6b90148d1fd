"""The main job end to end: a meeting booked in Exchange appears on the home screen, is joined, moves and goes."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.system.conftest import Demo

FOLLOWS_MS = 15_000


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 1920, "height": 1080})
    context.set_default_timeout(20_000)
    yield context
    context.close()


@pytest.fixture
def home(context: BrowserContext, demo: Demo) -> Iterator[Page]:
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if "Content Security" in message.text else None)
    page.goto(demo.home)
    yield page
    assert complaints == []


@pytest.fixture
def control(context: BrowserContext, demo: Demo) -> Page:
    page = context.new_page()
    page.goto(demo.control)
    return page


def book(control: Page, subject: str, service: str = "Zoom") -> None:
    control.get_by_label("Subject").first.fill(subject)
    control.get_by_role("radio", name="In 5 min").check(force=True)
    control.get_by_role("radio", name=service).check(force=True)
    control.get_by_role("button", name="Book", exact=True).click()


def test_a_meeting_booked_in_exchange_appears_moves_and_goes_without_a_reload(home: Page, control: Page) -> None:
    book(control, "Budget round")
    row = home.get_by_role("listitem").filter(has_text="Budget round")
    expect(row).to_have_count(1, timeout=FOLLOWS_MS)
    before = row.inner_text()
    line = control.locator("#meetings").get_by_role("listitem").filter(has_text="Budget round")
    line.locator('[data-action="later"]').click()
    expect(row).not_to_have_text(before, timeout=FOLLOWS_MS)
    line.locator('[data-action="edit"]').click()
    line.get_by_role("button", name="Cancel", exact=True).click()
    expect(row).to_have_count(0, timeout=FOLLOWS_MS)


def test_join_opens_the_meeting_in_the_browser(home: Page, context: BrowserContext) -> None:
    opened: list[str] = []

    def meeting(route: Route) -> None:
        opened.append(route.request.url)
        route.fulfill(status=200, content_type="text/html", body="<title>the meeting</title>")

    context.route(re.compile(r"^https://"), meeting)
    with context.expect_page() as waiting:
        home.get_by_role("button", name=re.compile("^Join")).first.click()
    waiting.value.wait_for_load_state()
    assert opened
    assert opened[0].startswith("https://teams.")


def test_the_list_stays_while_exchange_is_down_and_the_notice_goes_when_it_is_back(home: Page, control: Page) -> None:
    rows = [home.get_by_role("listitem").filter(has_text=subject) for subject in ("Design review", "Customer call")]
    for row in rows:
        expect(row).to_be_visible(timeout=FOLLOWS_MS)
    control.get_by_role("button", name="Take Exchange down").click()
    notice = home.get_by_text(re.compile("calendar (is )?offline", re.IGNORECASE)).first
    expect(notice).to_be_visible(timeout=FOLLOWS_MS)
    for row in rows:
        expect(row).to_be_visible()
    expect(home.get_by_role("button", name=re.compile("^Join")).first).to_be_enabled()
    control.get_by_role("button", name="Bring Exchange back").click()
    expect(notice).to_be_hidden(timeout=60_000)


def test_what_the_page_shows_is_acknowledged_as_the_agents_own_list(home: Page, demo: Demo) -> None:
    expect(home.get_by_role("listitem").first).to_be_visible(timeout=FOLLOWS_MS)
    with home.expect_request(lambda request: request.url.endswith("/api/v1/page"), timeout=40_000):
        pass
    status = httpx.get(f"{demo.home}api/v1/status").json()
    assert status["checks"]["page:rendered"][0]["code"] == "page.ok"


def test_the_calendar_came_over_the_protocol_that_was_asked_for(demo: Demo) -> None:
    home = httpx.get(demo.home).text
    token = re.search(r'name="room-agent-token" content="([^"]+)"', home)
    assert token is not None
    asked = httpx.post(f"{demo.home}api/v1/commands/refresh", json={}, headers={"X-Room-Agent-Token": token[1]})
    assert asked.status_code == 202
    assert httpx.get(f"{demo.home}api/v1/room").json()["calendar"]["source"] == demo.source
    deadline = time.monotonic() + 20
    wanted = "sjroom@contoso.example", {"ews": "GetItem", "graph": "calendarView"}[demo.source]
    while not all(word in str(httpx.get(f"{demo.control}api/state").json()["requests"]) for word in wanted):
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_the_control_page_links_to_the_home_screen(control: Page, context: BrowserContext) -> None:
    with context.expect_page() as waiting:
        control.get_by_role("link", name=re.compile("home screen", re.IGNORECASE)).click()
    expect(waiting.value.get_by_role("heading", name="San Jose")).to_be_visible(timeout=FOLLOWS_MS)
