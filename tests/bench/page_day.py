"""A day of the home screen in two minutes, after an hour to warm up: news twice a minute, and what the page keeps.

Every sixth half-minute passes second by second, the others at once: 17,000 of a day's 86,400 ticks.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from datetime import timedelta

from playwright.sync_api import Browser, CDPSession, Page

from agent.wire import Meeting, RoomState, instant
from tests.agent.front.conftest import Running
from tests.agent.front.states import NOW, meeting, room_state
from tests.bench.figures import Figure
from tests.bench.page_probe import opened

STEP_S = 30  # the page gives a silent core up after 40
STEPS_AN_HOUR = 3600 // STEP_S
HOURS = 24
SLOTS = 40  # meetings on show, one an hour
MB = 1_000_000


@dataclass(frozen=True)
class Held:
    """What a page holds on to after its garbage is collected."""

    heap: float
    nodes: float
    listeners: float


def figures(browser: Browser, front: Running) -> list[Figure]:
    front.core.show(room_at(0))
    with opened(browser, "about:blank", "") as page:
        page.clock.install(time=NOW)
        page.goto(front.url)
        devtools = page.context.new_cdp_session(page)
        devtools.send("Performance.enable")
        _hour(page, front, 0)
        held = [_held(devtools)]
        for hour in range(1, HOURS + 1):
            sys.stderr.write(f"  home screen: hour {hour} of {HOURS}\n")
            _hour(page, front, hour)
            held.append(_held(devtools))
    before, halfway, after = held[0], held[HOURS // 2], held[-1]
    grown, lately = after.heap - before.heap, after.heap - halfway.heap
    name = f"{HOURS} h of ticks and news"
    return [
        Figure(f"{name}: heap growth", f"{grown / MB:.2f} MB ({grown / before.heap:.2f} of it)", "≤ 2 MB"),
        Figure(f"{name}: of that in the second half", f"{lately / MB:.2f} MB", "about 0: caches are full"),
        Figure(
            f"{name}: more nodes, listeners",
            f"{after.nodes - before.nodes:.0f}, {after.listeners - before.listeners:.0f}",
            f"0, 0 (there are {before.nodes:.0f}, {before.listeners:.0f})",
        ),
    ]


def room_at(step: int) -> RoomState:
    """The room after so many steps: what is long over has gone, as much has come, and one meeting is not as before."""
    now = NOW + timedelta(seconds=step * STEP_S)
    first = step // STEPS_AN_HOUR - 4
    shown = [_slot(hour) for hour in range(first, first + SLOTS)]
    place = 6 + step // 4 % (SLOTS - 8)
    changed = shown[place]
    match step % 4:
        case 0:
            shown[place] = replace(changed, subject=f"Changed in step {step}")
        case 1:
            shown[place] = _slot(first + place, later=20)
        case 2:
            shown.insert(place + 1, meeting(f"new{step}", (first + place) * 60 + 5, subject=f"New in step {step}"))
        case 3:
            shown.remove(changed)
    state = room_state(shown)
    return replace(state, now=instant(now), calendar=replace(state.calendar, as_of=instant(now)))


def _slot(hour: int, later: int = 0) -> Meeting:
    return meeting(f"m{hour}", hour * 60 + later, 40, subject=f"Meeting of hour {hour}")


def _hour(page: Page, front: Running, hour: int) -> None:
    """News, until the page has reported that it shows it; then the ticks until the next."""
    for step in range(hour * STEPS_AN_HOUR, (hour + 1) * STEPS_AN_HOUR):
        front.core.show(room_at(step))
        revision = front.core.state.revision
        front.core.wait_for(lambda: any(report.revision == revision for report in front.core.reports))  # noqa: B023
        front.core.reports.clear()
        let_pass = page.clock.run_for if step % 6 == 0 else page.clock.fast_forward
        let_pass(STEP_S * 1000)


def _held(devtools: CDPSession) -> Held:
    for _ in range(2):  # what the first round lets go may hold more
        devtools.send("HeapProfiler.collectGarbage")
    metrics = {each["name"]: float(each["value"]) for each in devtools.send("Performance.getMetrics")["metrics"]}
    return Held(metrics["JSHeapUsedSize"], metrics["Nodes"], metrics["JSEventListeners"])
