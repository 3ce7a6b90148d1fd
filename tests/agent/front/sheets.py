"""What can be opened over the home screen, and how somebody gets there."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from agent.wire import RoomState
from tests.agent.front.conftest import Running
from tests.agent.front.scenes import RICH, UNTRUSTED, control_scenes, workday
from tests.agent.front.states import meeting, room_state
from tests.fakes.core import Answer

RICH_NOW = room_state([meeting("d", -10, 60, subject="Release review", join=RICH), *workday()])
UNTRUSTED_NOW = room_state([meeting("x", -10, 60, subject="Community call", join=UNTRUSTED)])


def _details(page: Page, _: Running) -> None:
    page.locator(".card-open").first.click()


def _typed(page: Page, _: Running) -> None:
    page.get_by_role("button", name="Join with an ID or link").click()


def _recognised(page: Page, front: Running) -> None:
    _typed(page, front)
    page.get_by_role("textbox").fill("https://zoom.us/j/98765432101?pwd=abc")
    expect(page.locator(".way")).to_have_count(1)


def _languages(page: Page, _: Running) -> None:
    page.locator(".language").click()


def _confirm(page: Page, _: Running) -> None:
    page.locator(".join").first.click()
    expect(page.locator(".confirm-host")).to_be_visible()


def _failed(page: Page, front: Running) -> None:
    front.core.instead["/api/v1/commands/join"] = Answer.problem(409, "join.changed", "Changed", "Choose again.")
    page.locator(".join").first.click()
    page.get_by_role("button", name="Other ways to join").click()


def _booking(page: Page, _: Running) -> None:
    page.get_by_role("button", name="Meet now").click()


def _qr(page: Page, front: Running) -> None:
    _details(page, front)
    page.get_by_role("button", name="Continue on a phone").click()
    expect(page.locator(".qr-code")).to_be_visible()


def _act(name: str) -> Callable[[Page, Running], None]:
    return lambda page, _: page.get_by_role("button", name=name).first.click()


_OPENED: dict[str, tuple[RoomState, Callable[[Page, Running], None]]] = {
    "details": (RICH_NOW, _details),
    "qr": (RICH_NOW, _qr),
    "failed": (RICH_NOW, _failed),
    "confirm": (UNTRUSTED_NOW, _confirm),
    "languages": (RICH_NOW, _languages),
    "typed": (RICH_NOW, _typed),
    "recognised": (RICH_NOW, _recognised),
    "booking": (control_scenes()["free-bookable"], _booking),
    "extend": (control_scenes()["control"], _act("Extend")),
    "end": (control_scenes()["control"], _act("End now")),
    "cancel": (control_scenes()["booked-here"], _act("Cancel booking")),
    "details-control": (control_scenes()["check-in"], _details),
}
SHEETS = tuple(_OPENED)


def open_sheet(page: Page, front: Running, name: str) -> None:
    """Show the state that has this sheet and open it. The page is loaded."""
    state, opened = _OPENED[name]
    front.core.show(state)
    front.core.wait_for(lambda: any(r.revision == front.core.state.revision for r in front.core.reports))
    opened(page, front)
    expect(page.get_by_role("dialog")).to_be_visible()
