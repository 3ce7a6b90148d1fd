"""The page for operations in Chromium: every state at every size, by keyboard alone, and what befalls the line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

from agent.front.app import create_front
from agent.front.sessions import OPS
from agent.front.settings import FrontSettings
from agent.front.texts import catalogue
from agent.model.control import Act
from agent.wire.ops import OpsState, OpsTimeline
from tests.agent.front.ops_states import (
    CALM,
    HOSTILE,
    LOGS,
    NEW,
    NOTHING,
    ODD,
    ODD_DAY,
    REFUSED,
    TROUBLED,
    a_day,
    at,
    item,
    operations,
)
from tests.agent.front.states import room_state
from tests.fakes.core import Answer, served_core, served_front
from tests.fakes.ops_core import BUNDLE, PIN, ROOT, TOKEN, OpsCore
from tests.marks import LONG

PHONE: ViewportSize = {"width": 390, "height": 844}
SMALL: ViewportSize = {"width": 1280, "height": 720}
FULL_HD: ViewportSize = {"width": 1920, "height": 1080}
UHD: ViewportSize = {"width": 3840, "height": 2160}
WIDER = "() => document.documentElement.scrollWidth - innerWidth"
CUT = """() => [...document.querySelectorAll("h1, h2, h3, button, .tab, .segment, .chip, dd, .check-word")]
  .filter((node) => node.offsetParent && getComputedStyle(node).display !== "inline")
  .filter((node) => node.scrollWidth > node.clientWidth + 2)
  .map((node) => node.className + " " + node.textContent.slice(0, 40))"""
STATES: dict[str, tuple[OpsState, OpsTimeline]] = {
    "calm": (CALM, a_day()),
    "troubled": (TROUBLED, a_day()),
    "new": (NEW, NOTHING),
    "odd": (ODD, ODD_DAY),
}


@dataclass(frozen=True)
class Desk:
    """The core, and the page as a signed-in browser sees it."""

    core: OpsCore
    url: str
    page: Page

    def open(self, state: OpsState = CALM, timeline: OpsTimeline | None = None, *, view: str = "", **more: Any) -> Page:
        """Signed in, this state on the page."""
        language = more.pop("language", "en")
        self.core.begin(operations(state, timeline, **more))
        self.core.ops.sessions.add("ops-0")
        self.page.context.add_cookies([{"name": OPS.plain, "value": "ops-0", "url": self.url}])
        self.page.goto("about:blank")
        self.page.goto(f"{self.url}/ops?language={language}{f'#{view}' if view else ''}")
        expect(self.page.locator(".hero-word")).to_be_visible()
        return self.page

    def chart(self) -> Page:
        """The timeline has been drawn."""
        expect(self.page.locator(".lane").first).to_be_visible()
        return self.page


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[OpsCore, str]]:
    core, path = OpsCore(room_state(), operations()), tmp_path_factory.mktemp("core") / "core.sock"
    with served_core(core, path), served_front(create_front(FrontSettings(), path)) as url:
        yield core, url


@pytest.fixture
def desk(started: tuple[OpsCore, str], page: Page) -> Desk:
    return Desk(*started, page)


@pytest.mark.parametrize("name", ["troubled", LONG("calm"), LONG("new"), LONG("odd")])
def test_every_state_fits_every_size_in_light_and_dark(desk: Desk, axe: Callable[[str], None], name: str) -> None:
    page = desk.open(*STATES[name])
    desk.chart()
    for size in (PHONE, SMALL, FULL_HD, UHD):
        page.set_viewport_size(size)
        assert page.evaluate(WIDER) <= 0, size
        assert page.evaluate(CUT) == [], size
    page.set_viewport_size(SMALL)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        axe(f"{name} {scheme}")
    page.emulate_media(contrast="more")
    axe(f"{name} contrast")


@pytest.mark.parametrize("language", ["ar", LONG("de"), LONG("ru"), LONG("ja")])
def test_it_speaks_and_runs_as_its_reader_does(desk: Desk, axe: Callable[[str], None], language: str) -> None:
    page = desk.open(TROUBLED, language=language)
    desk.chart()
    for size in (PHONE, SMALL):
        page.set_viewport_size(size)
        assert page.evaluate(WIDER) <= 0, size
        assert page.evaluate(CUT) == [], size
    axe(language)
    axis = page.locator(".axis text").all()
    first, last = (each.bounding_box() for each in (axis[0], axis[-1]))
    assert first
    assert last
    assert (first["x"] > last["x"]) == (language == "ar"), "time runs with the writing"


@pytest.mark.parametrize("view", ["calendar", "logs", "audit"])
def test_the_other_views_fit_and_have_no_violation(desk: Desk, axe: Callable[[str], None], view: str) -> None:
    page = desk.open(view=view)
    if view == "calendar":
        page.get_by_role("button", name="Ask the server").click()
        page.locator(".raw-item summary").first.click()
    expect(page.locator(".raw-body, .log-line, .entries td").first).to_be_visible()
    for size in (PHONE, SMALL, UHD):
        page.set_viewport_size(size)
        assert page.evaluate(WIDER) <= 0, size
    axe(view)
    page.emulate_media(color_scheme="dark")
    axe(f"{view} dark")


def test_one_signs_in_with_the_pin_or_the_token_and_out_again(desk: Desk, axe: Callable[[str], None]) -> None:
    desk.core.begin(operations())
    page = desk.page
    page.goto(f"{desk.url}/ops")
    expect(page.get_by_label("PIN").last).to_be_focused()
    axe("sign in")
    page.keyboard.type("000000")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("The PIN is wrong")
    page.keyboard.type(PIN)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Everything works")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("Your session has ended")).to_be_hidden()
    page.locator("input[value=token]").check()
    page.locator("#secret").fill(TOKEN)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Everything works")
    assert desk.core.ops.sessions == {"ops-2"}
    assert TOKEN not in page.content()


def test_too_many_wrong_tries_are_waited_for(desk: Desk) -> None:
    desk.core.begin(operations(locked_s=2))
    page = desk.page
    page.goto(f"{desk.url}/ops")
    page.locator("#secret").fill("000000")
    page.keyboard.press("Enter")
    expect(page.locator(".countdown")).to_contain_text("Try again in")
    expect(page.locator("#secret")).to_be_hidden()
    expect(page.locator("#secret")).to_be_focused()


def test_what_is_wrong_stands_first_with_its_cure(desk: Desk) -> None:
    page = desk.open(TROUBLED)
    assert page.title() == "✕ San Jose · Operations"
    expect(page.get_by_role("heading", level=1)).to_have_text("Something is broken")
    first = page.locator(".todo-item").first
    for text in (REFUSED.title, REFUSED.detail, REFUSED.cure, "For the Exchange administrator", "auth.rejected"):
        expect(first).to_contain_text(text)
    expect(first.locator(".severity")).to_have_text("Error")
    expect(first.locator("time")).to_have_attribute("title", "2026-11-22 16:40:12 UTC")
    expect(page.locator(".todo-item").last).to_contain_text("Heals by itself")
    expect(page.locator(".part-head bdi").first).to_have_text("Calendar")
    expect(page.locator(".check-line").first).to_contain_text("24 min")


def test_it_changes_by_itself_and_keeps_what_a_person_has_opened(desk: Desk) -> None:
    long = replace(REFUSED, detail="It is a long story. " * 60)
    page = desk.open(replace(TROUBLED, todo=[long]))
    page.get_by_role("button", name="Show all").click()
    desk.core.tell(todo=[long, replace(long, code="disk.full", title="The disk is full", detail="")])
    expect(page.locator(".todo-item")).to_have_count(2)
    expect(page.get_by_role("button", name="Show less")).to_be_visible()
    desk.core.tell(todo=[], status="pass")
    expect(page.get_by_role("heading", level=1)).to_have_text("Everything works")
    expect(page.get_by_text("What to do first")).to_be_hidden()


def test_a_lost_line_is_told_and_comes_back(desk: Desk) -> None:
    page = desk.open()
    desk.core.instead[f"{ROOT}/stream"] = Answer.problem(503, "core.unreachable")
    desk.core.cut()
    expect(page.get_by_text("Out of date: last heard from the room system at 9:04:12")).to_be_visible()
    expect(page.locator(".live")).to_have_text("Connecting…")
    desk.core.instead.clear()
    expect(page.get_by_text("Out of date")).to_be_hidden()
    expect(page.locator(".live")).to_have_text("Live")


def test_without_a_core_it_says_what_to_look_at_and_goes_on_by_itself(desk: Desk, axe: Callable[[str], None]) -> None:
    desk.core.begin(operations())
    desk.core.ops.sessions.add("ops-0")
    desk.core.instead[f"{ROOT}/stream"] = Answer.problem(503, "core.unreachable")
    desk.page.context.add_cookies([{"name": OPS.plain, "value": "ops-0", "url": desk.url}])
    desk.page.goto(f"{desk.url}/ops")
    expect(desk.page.get_by_text("systemctl status room-agent")).to_be_visible()
    axe("no core")
    desk.core.instead.clear()
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("Everything works")


def test_a_session_that_has_ended_asks_to_sign_in_again(desk: Desk) -> None:
    page = desk.open()
    desk.chart()  # nothing is being asked for any more
    desk.core.ops.sessions.clear()
    page.get_by_role("link", name="Audit").click()
    expect(page.get_by_text("Your session has ended. Sign in again.")).to_be_visible()
    page.keyboard.type(PIN)
    page.keyboard.press("Enter")
    expect(page.get_by_text("The log is as it was written.")).to_be_visible()


def test_the_chart_is_walked_through_with_the_keyboard(desk: Desk) -> None:
    page = desk.open(TROUBLED)
    desk.chart()
    page.locator("input[name=period][value='24']").focus()
    page.keyboard.press("Tab")
    tip = page.locator(".tip")
    expect(tip).to_contain_text("Calendar reads")
    expect(tip).to_contain_text("UTC")
    page.keyboard.press("End")
    expect(page.locator(".mark:focus")).to_have_attribute("aria-label", "9:00 AM – 9:15 AM, 2 failed, slowest 0.3 sec")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    expect(tip).to_contain_text("The service account cannot sign in")
    expect(tip).to_contain_text("8:40 AM until now")
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_the_chart_tells_what_is_pointed_at(desk: Desk) -> None:
    page = desk.open(TROUBLED)
    desk.chart()
    page.locator(".lane", has_text="Google Meet").locator(".mark").hover()
    expect(page.locator(".tip")).to_contain_text("Google Meet")
    expect(page.locator(".tip")).to_contain_text("Joined")
    page.locator(".hero").hover()
    expect(page.locator(".tip")).to_be_hidden()


def test_the_chart_is_a_table_too(desk: Desk) -> None:
    page = desk.open(TROUBLED)
    desk.chart()
    page.locator(".timeline summary").click()
    table = page.get_by_role("table", name="Outages")
    expect(table.get_by_role("row").nth(1)).to_contain_text("The calendar is not reached · calendar.unreachable")
    expect(page.get_by_role("table", name="Starts")).to_contain_text("After a power cut")


def test_another_period_is_asked_for(desk: Desk) -> None:
    page = desk.open()
    desk.chart()
    page.get_by_role("radio", name="7 days").check(force=True)
    desk.core.wait_for(lambda: desk.core.ops.hours[-1:] == ["168"])


def test_a_timeline_that_fails_says_so_and_can_be_asked_again(desk: Desk) -> None:
    desk.core.begin(operations())
    page = desk.page
    page.goto("about:blank")
    desk.open(view="logs")
    desk.core.instead[f"{ROOT}/timeline"] = Answer.problem(500, "history.unreadable", detail="The history is damaged.")
    page.get_by_role("link", name="Overview").click()
    expect(page.get_by_text("The history is damaged.")).to_be_visible()
    desk.core.instead.clear()
    page.get_by_role("button", name="Try again").click()
    desk.chart()
    expect(page.get_by_text("The history is damaged.")).to_be_hidden()


def test_freshness_is_told_in_figures_and_as_a_table(desk: Desk) -> None:
    page = desk.open()
    expect(page.locator(".figure").first).to_contain_text("1.3 sec")
    expect(page.locator(".figure").last).to_contain_text("8.4 sec")
    page.locator(".freshness summary").click()
    expect(page.get_by_role("table", name="From an edit to the screen")).to_contain_text("19 edits")
    desk.open(NEW)
    expect(page.get_by_text("No edit has been seen yet.")).to_be_visible()


def test_the_raw_view_asks_when_it_is_told_to_and_shows_both_sides(desk: Desk) -> None:
    page = desk.open(view="calendar")
    expect(page.get_by_text("Design review")).to_be_hidden()
    page.get_by_role("button", name="Ask the server").click()
    expect(page.get_by_text("5 items")).to_be_visible()
    page.get_by_label("Filter").fill("board")
    expect(page.locator(".raw-item")).to_have_count(1)
    page.locator(".raw-item summary").click()
    expect(page.locator(".raw-body")).to_contain_text("The link stands in the body.")
    expect(page.locator(".raw-body")).to_contain_text("body_deleted")
    page.get_by_label("Filter").fill("nobody has this")
    expect(page.get_by_text("Nothing fits.")).to_be_visible()


def test_a_raw_view_that_fails_says_why(desk: Desk) -> None:
    page = desk.open(view="calendar")
    desk.core.instead[f"{ROOT}/raw"] = Answer.problem(504, "calendar.timeout", detail="No answer in time.")
    page.get_by_role("button", name="Ask the server").click()
    expect(page.get_by_role("alert")).to_contain_text("No answer in time.")
    expect(page.get_by_role("button", name="Ask the server")).to_be_enabled()


@pytest.mark.parametrize("act", [act.value for act in Act] + ["check_in", "answer"])
def test_what_was_done_to_the_calendar_is_said_in_words(desk: Desk, act: str) -> None:
    entry = {"n": 1, "at": "2026-11-22T17:00:00Z", "who": "screen", "act": f"room.{act}", "facts": {}, "hash": "0" * 64}
    page = desk.open(view="audit", audit={"intact": True, "problem": None, "entries": [entry]})
    row = page.locator("table.entries tbody tr")
    expect(row).to_contain_text(str(catalogue("en")[f"ops.act.room.{act}"]))
    expect(row).to_contain_text(f"room.{act}")


def test_an_audit_log_that_was_changed_is_told(desk: Desk) -> None:
    broken = {"intact": False, "problem": "Entry 3 does not follow entry 2.", "entries": []}
    page = desk.open(view="audit", audit=broken)
    expect(page.locator(".verdict")).to_contain_text("The log is not as it was written.")
    expect(page.locator(".verdict")).to_contain_text("Entry 3 does not follow entry 2.")
    expect(page.get_by_text("Nothing was written down yet.")).to_be_visible()


def test_the_log_follows_pauses_and_starts_over_with_the_agent(desk: Desk) -> None:
    page = desk.open(view="logs")
    lines = page.locator(".log-line:visible")
    expect(lines).to_have_count(25)
    desk.core.ops.logs.append(replace(LOGS[0], n=31, event="agent.noticed"))
    expect(lines.last).to_contain_text("agent.noticed")
    page.get_by_role("button", name="Pause").click()
    desk.core.ops.logs.append(replace(LOGS[0], n=32, event="agent.waited"))
    expect(page.get_by_text("Paused: new lines wait.")).to_be_visible()
    expect(lines).to_have_count(26)
    page.get_by_role("button", name="Follow").click()
    expect(lines.last).to_contain_text("agent.waited")
    page.get_by_label("From level").select_option("error")
    expect(lines).to_have_count(5)
    page.get_by_label("Filter").fill("auth 401")
    expect(lines).to_have_count(5)
    page.get_by_label("Filter").fill("")
    desk.core.ops.logs = [replace(LOGS[4], n=1, event="calendar.failed_again")]
    desk.core.tell(started=at(0))
    expect(page.get_by_text("The agent has started anew.")).to_be_visible()
    expect(lines.last).to_contain_text("calendar.failed_again")


def test_the_bundle_is_saved_and_a_refusal_is_told(desk: Desk) -> None:
    page = desk.open()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save").click()
    assert saved.value.suggested_filename == "room-agent-support.zip"
    assert saved.value.path().read_bytes() == BUNDLE
    expect(page.get_by_text("Saved as room-agent-support.zip.")).to_be_visible()
    desk.core.instead[f"{ROOT}/bundle"] = Answer.problem(429, "ops.busy", detail="A bundle is being made already.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("A bundle is being made already.")


def test_hostile_text_is_text(desk: Desk) -> None:
    hostile_raw = {"window": {"start": at(1), "end": at(-1)}, "complete": False, "requests": 1, "server_time": None,
                   "items": [item(HOSTILE, 0, provider=None, reason=HOSTILE[:200])],
                   "unread": [{"item_id": HOSTILE, "reason": HOSTILE}]}  # fmt: skip
    odd_logs = [replace(LOGS[0], event=HOSTILE, fields={HOSTILE[:99]: HOSTILE})]
    page = desk.open(ODD, ODD_DAY, raw=hostile_raw, logs=odd_logs)
    desk.chart()
    page.locator(".timeline summary").click()
    page.locator(".lane[data-key=outages] .mark").focus()
    for name in ("Calendar", "Log", "Overview"):
        page.get_by_role("link", name=name, exact=True).click()
        if name == "Calendar":
            page.get_by_role("button", name="Ask the server").click()
            page.locator(".raw-item summary").click()
        for size in (PHONE, SMALL):
            page.set_viewport_size(size)
            assert page.evaluate(WIDER) <= 0, (name, size)
    assert page.locator("img[src=x]").count() == 0
    page.get_by_role("button", name="Show all").first.click()
    assert page.evaluate(WIDER) <= 0


def test_everything_is_reached_by_keyboard(desk: Desk) -> None:
    page = desk.open(TROUBLED)
    desk.chart()
    seen: list[str] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.textContent || document.activeElement.className.toString()"))
        if page.evaluate("document.activeElement.matches('.bundle button')"):
            break
    else:
        pytest.fail(f"the last button was not reached: {seen}")
    page.keyboard.press("Shift+Tab")
    page.locator(".tab").last.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Audit log")).to_be_focused()
    page.go_back()
    expect(page.locator(".lane").first).to_be_visible()


def test_one_looks_at_it_in_another_language_where_one_was(desk: Desk, context: BrowserContext) -> None:
    page = desk.open(view="logs")
    page.get_by_label("Language").select_option("de")
    expect(page.get_by_role("heading", name="Protokoll des Agenten")).to_be_visible()
    assert page.url.endswith("/ops?language=de#logs")
    assert context.pages == [page]


def test_the_next_try_is_told_while_it_is_waited_for_and_a_version_stands_in_one_place(desk: Desk) -> None:
    page = desk.open(TROUBLED)
    expect(page.get_by_text("Next try", exact=True)).to_be_visible()
    desk.core.tell(checks=CALM.checks)
    expect(page.get_by_text("Next try", exact=True)).to_be_hidden()
    expect(page.get_by_text("11 checks")).to_be_visible()
    expect(page.get_by_role("heading", name="Versions")).to_have_count(1)
    wrong = replace(CALM.checks[-1], status="warn", code="versions.differ")
    desk.core.tell(checks=[*CALM.checks[:-1], wrong])
    expect(page.locator(".part").first).to_contain_text("versions.differ")
