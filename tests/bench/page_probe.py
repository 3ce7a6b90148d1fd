"""What every benchmark of the home screen has: a front before a fake core, a bare page to compare with, and a probe."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route

from agent.wire import Meeting, RoomState, instant
from tests.agent.front.conftest import Running, running
from tests.agent.front.states import NOW, join, meeting, room_state
from tests.fakes.core import FakeCore, served_core, served_front

VIEWPORT: ViewportSize = {"width": 1280, "height": 720}
SUBJECTS = ("Design review", "Customer call: Northwind rollout", "1:1 Tom / Mei", "Weekly planning", "Hiring panel")

# `painted`: the second frame after a change begins when the first one, which shows it, has been handed over.
# `interactive`: rows and Join are painted, a click on Join is done and has been answered by the page.
PROBE = """
window.probe = {
  stamp: () => performance.timeOrigin + performance.now(),
  longTasks: [],
  painted: (reached) => new Promise((resolve) => {
    const observer = new MutationObserver(look);
    let found = false;
    function look() {
      if (found || !reached()) return;
      found = true;
      observer.disconnect();
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(probe.stamp())));
    }
    observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
    look();
  }),
  row: (id) => document.querySelector(`[data-meeting="${id}"]`),
  shows: ([id, subject, start]) => {
    const row = probe.row(id);
    if (subject === null) return row === null;
    return row?.querySelector("[data-subject]").textContent === subject
      && (start === null || row.querySelector("time").dateTime === start);
  },
  usable: (rows) => document.querySelectorAll("[data-meeting]").length >= rows
    && document.querySelector(".join:not([hidden])") !== null,
  interactive: async (rows) => {
    await probe.painted(() => probe.usable(rows));
    const join = document.querySelector(".join:not([hidden])");
    join.click();
    if (join.ariaBusy !== "true") throw new Error("the click was not handled");
    return performance.now();
  },
};
new PerformanceObserver((list) => probe.longTasks.push(...list.getEntries().map((entry) => entry.duration)))
  .observe({ type: "longtask", buffered: true });
"""

BARE_START = """<!doctype html><title>bare</title><h1>Room</h1>
<button class="join" onclick="this.ariaBusy = 'true'">Join</button><ol>"""
BARE_END = """</ol><script>
new EventSource("/api/v1/stream").addEventListener("room", (event) => {
  for (const { id, subject } of JSON.parse(event.data).meetings) {
    const text = probe.row(id)?.querySelector("[data-subject]");
    if (text && text.textContent !== subject) text.textContent = subject;
  }
});
</script>"""


def meetings(count: int) -> list[Meeting]:
    """One is on and can be joined; the others follow, an hour apart, over days."""
    shown_by_core = join(launcher="display")
    return [
        meeting(f"m{n}", -10 + n * 60, 40, subject=f"{SUBJECTS[n % len(SUBJECTS)]} {n}", join=shown_by_core)
        for n in range(count)
    ]


def moved(entry: Meeting, minutes: int) -> Meeting:
    """The same meeting, later."""
    start = NOW + timedelta(minutes=minutes)
    end, opens = start + timedelta(minutes=30), start - timedelta(minutes=10)
    return replace(entry, start=instant(start), end=instant(end), joinable_from=instant(opens), phase="later")


@contextmanager
def home_screen(directory: Path, state: RoomState) -> Iterator[Running]:
    """The real front; the core behind it is in this state."""
    core, core_socket = FakeCore(state), directory / "page-core.sock"
    with served_core(core, core_socket), running(core, core_socket) as front:
        yield front


@contextmanager
def bare_page(count: int) -> Iterator[tuple[str, FakeCore]]:
    """The least that could be called a list with a button: one static file that puts news into its rows."""
    core = FakeCore(room_state(meetings(count)))
    rows = "".join(
        f'<li data-meeting="{entry.id}"><time>{entry.start}</time> <b data-subject>{entry.subject}</b>'
        for entry in core.state.meetings
    )

    def page(_: Request) -> HTMLResponse:
        return HTMLResponse(BARE_START + rows + BARE_END)

    with served_front(Starlette(routes=[Route("/", page), Mount("/", core.app)])) as url:
        yield url, core


@contextmanager
def opened(browser: Browser, url: str, probe: str = PROBE) -> Iterator[Page]:
    """This address in a window of its own, where nothing is cached; an error in the page fails the benchmark."""
    context = browser.new_context(viewport=VIEWPORT, reduced_motion="reduce")
    context.add_init_script(probe)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(url)
    yield page
    context.close()
    assert not errors, errors


def median_and_p95(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.0f} ms (p95 {statistics.quantiles(values, n=20)[-1]:.0f})"
