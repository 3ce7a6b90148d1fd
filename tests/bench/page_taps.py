"""How soon a tap that changes the room's calendar is seen: the page does not wait for the core, nor for the server."""

from __future__ import annotations

from dataclasses import replace

from playwright.sync_api import Browser, Page

from agent.wire import Meeting, RoomState
from tests.agent.front.conftest import Running
from tests.agent.front.scenes import control_scenes
from tests.agent.front.states import meeting
from tests.bench.figures import Figure
from tests.bench.page_probe import median_and_p95, opened
from tests.fakes.control import PlayedControl

TAPS = 20
AFTER_THEM = 24 * 60
TAP = """async ([button, seen]) => {
  if (document.querySelector(seen)) throw new Error("it is there already");
  const painted = probe.painted(() => document.querySelector(seen) !== null);
  const tapped = probe.stamp();
  document.querySelector(button).click();
  return (await painted) - tapped;
}"""
BUSY, FREE = 'html[data-tone="busy"]', 'html[data-tone="free"]'
WAYS = {  # by command: the state, what is pressed before, the tap, what it makes
    "book": ("free-bookable", ".action[data-first=true]", "dialog .choice", BUSY),
    "extend": ("control", ".act[data-key=extend]", "dialog .choice", ".card-mark-pending"),
    "end": ("control", ".act[data-key=end]", "dialog .firm", FREE),
    "check-in": ("release", None, ".here", ".release[hidden]"),
}


def figures(browser: Browser, front: Running) -> list[Figure]:
    """With as many meetings listed as a full fortnight has; the core plays its part."""
    PlayedControl(front.core)
    with opened(browser, front.url) as page:
        page.wait_for_selector("[data-screen]")
        taken = {name: [_tapped(page, front, *way) for _ in range(TAPS)] for name, way in WAYS.items()}
    front.core.acting = None
    return [Figure(f"tap → {name} seen, {TAPS} taps", median_and_p95(all_), "≤ 100 ms") for name, all_ in taken.items()]


def _tapped(page: Page, front: Running, scene: str, opener: str | None, button: str, seen: str) -> float:
    """Milliseconds from the tap to the end of the frame that shows what it will do."""
    front.core.show(_full(control_scenes()[scene]))
    revision = front.core.state.revision
    front.core.wait_for(lambda: any(report.revision == revision for report in front.core.reports))
    if opener is not None:
        page.locator(opener).click()
    asked = len(front.core.commands)
    took = float(page.evaluate(TAP, [button, seen]))
    front.core.wait_for(lambda: len(front.core.commands) > asked)
    return took


def _full(state: RoomState) -> RoomState:
    more: list[Meeting] = [meeting(f"f{n}", AFTER_THEM + n * 60, 40, subject=f"Meeting {n}") for n in range(90)]
    return replace(state, meetings=[*state.meetings, *more])
