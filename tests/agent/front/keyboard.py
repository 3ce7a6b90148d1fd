"""The page worked by keys alone, for tests."""

from __future__ import annotations

from playwright.sync_api import Page

from agent.wire import RoomState
from tests.agent.front.conftest import Running
from tests.agent.front.states import meeting, room_state

CROWD = room_state([meeting(f"x{number}", -5 - number, 60) for number in range(5)])  # more than there are cards
REMOTE = {
    key: {"windowsVirtualKeyCode": code, "nativeVirtualKeyCode": code}
    for key, code in {"BrowserBack": 166, "BrowserForward": 167, "BrowserRefresh": 168, "BrowserHome": 172}.items()
}


def open_page(page: Page, front: Running, state: RoomState, path: str = "/") -> None:
    front.core.show(state)
    page.goto(f"{front.url}{path}")
    page.wait_for_selector("[data-screen]")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        if key.startswith("Browser"):  # what Playwright's keyboard does not have
            session = page.context.new_cdp_session(page)
            session.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", "key": key, "code": key, **REMOTE[key]})
            session.send("Input.dispatchKeyEvent", {"type": "keyUp", "key": key, "code": key, **REMOTE[key]})
        else:
            page.keyboard.press(key)


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.className"))


def focused_row(page: Page) -> str:
    return str(page.evaluate("document.activeElement.closest('.row')?.dataset.meeting"))
