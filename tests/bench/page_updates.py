"""How soon news is seen on the home screen, and whether the page stays smooth while it comes."""

from __future__ import annotations

import statistics
import time
from dataclasses import replace

from playwright.sync_api import Browser, CDPSession, Page

from agent.system.clock import SystemClock
from agent.wire import Meeting, RoomState
from tests.agent.front.conftest import Running
from tests.agent.front.states import meeting, room_state
from tests.bench.figures import Figure
from tests.bench.page_probe import median_and_p95, meetings, moved, opened
from tests.fakes.core import FakeCore

UPDATES = 60
MANY = 100
APART_MS = 5
ARM = """(expected) => {
  if (probe.shows(expected)) throw new Error("it is there already");
  window.seen = probe.painted(() => probe.shows(expected));
  return probe.stamp();
}"""
Expected = tuple[str, str | None, str | None]  # id; subject, None: gone; start, None: any


def changed_pixels(browser: Browser, front: Running, bare_url: str, bare: FakeCore) -> list[Figure]:
    shown = front.core.state.meetings
    with opened(browser, front.url) as page:
        page.wait_for_selector(f"[data-meeting={shown[-1].id}]")
        ours = [_until_seen(page, front.core, *_news(shown, number)) for number in range(UPDATES)]
    with opened(browser, bare_url) as page:
        bare.wait_for(lambda: bare.streams > 0)
        least = [_until_seen(page, bare, *_retitled(shown, number)) for number in range(UPDATES)]
    ratio = statistics.median(ours) / statistics.median(least)
    return [
        Figure(f"event → changed pixels, {UPDATES} updates", median_and_p95(ours), "≤ 100 ms, median"),
        Figure("the same, to a bare page without a front", f"{ratio:.1f} times", "sets one text"),
    ]


def long_tasks(browser: Browser, front: Running) -> list[Figure]:
    """Loading counts too."""
    shown = meetings(MANY)
    front.core.show(room_state(shown))
    with opened(browser, front.url) as page:
        page.wait_for_selector(f"[data-meeting={shown[-1].id}]")
        devtools = page.context.new_cdp_session(page)
        devtools.send("Performance.enable")
        before = _main_thread_s(devtools)
        for number in range(MANY):
            _until_seen(page, front.core, *_news(shown, number))
        busy = _main_thread_s(devtools) - before
        tasks = page.evaluate("probe.longTasks")
    longest = f", longest {max(tasks):.0f} ms" if tasks else ""
    return [
        Figure(f"tasks > 50 ms, {MANY} meetings, {MANY} updates", f"{len(tasks)}{longest}", "0"),
        Figure("main thread for one of these updates", f"{busy / MANY * 1000:.1f} ms", "layout and paint included"),
    ]


def _until_seen(page: Page, core: FakeCore, state: RoomState, expected: Expected) -> float:
    """Milliseconds from just before the core writes to the end of the frame that shows it; one clock for both."""
    before = _now_ms()
    armed = float(page.evaluate(ARM, expected))
    told = _now_ms()
    assert before - APART_MS < armed < told + APART_MS, "the page's clock is not this process's"
    core.show(state)
    seen = float(page.evaluate("window.seen"))
    time.sleep(0.03 + core.state.revision % 7 * 0.007)  # the page's report is away, and no frame is favoured
    return seen - told


def _now_ms() -> float:
    return SystemClock().now().timestamp() * 1000


def _news(shown: list[Meeting], number: int) -> tuple[RoomState, Expected]:
    """A meeting retitled, moved, added or gone, in turn; what the news before changed is as it was."""
    kind = (_retitled, _moved, _added, _removed)[number % 4]
    return kind(shown, number)


def _retitled(shown: list[Meeting], number: int) -> tuple[RoomState, Expected]:
    old = shown[number * 7 % len(shown)]
    new = replace(old, subject=f"Changed {number}")
    return _state([new if entry is old else entry for entry in shown]), (new.id, new.subject, None)


def _moved(shown: list[Meeting], number: int) -> tuple[RoomState, Expected]:
    old = shown[1 + number * 7 % (len(shown) - 1)]
    new = moved(old, 25 + number * 60 % 1440)
    return _state([new if entry is old else entry for entry in shown]), (new.id, new.subject, new.start)


def _added(shown: list[Meeting], number: int) -> tuple[RoomState, Expected]:
    new = meeting(f"new{number}", 25 + number * 60 % 1440, subject=f"New {number}")
    return _state([*shown, new]), (new.id, new.subject, new.start)


def _removed(shown: list[Meeting], number: int) -> tuple[RoomState, Expected]:
    old = shown[1 + number * 7 % (len(shown) - 1)]
    return _state([entry for entry in shown if entry is not old]), (old.id, None, None)


def _state(entries: list[Meeting]) -> RoomState:
    return room_state(sorted(entries, key=lambda entry: entry.start))


def _main_thread_s(devtools: CDPSession) -> float:
    metrics = devtools.send("Performance.getMetrics")["metrics"]
    return next(float(metric["value"]) for metric in metrics if metric["name"] == "TaskDuration")
