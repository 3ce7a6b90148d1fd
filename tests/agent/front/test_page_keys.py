"""The page on the wall by keys alone: it acts and goes back, and nothing leads away from it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.agent.front.conftest import Running
from tests.agent.front.keyboard import focused, focused_row, open_page, press
from tests.agent.front.scenes import DESIGN, RICH, scenes
from tests.agent.front.states import join, meeting, room_state
from tests.fakes.core import Sent

SHORTCUTS = [
    *(f"Control+{key}" for key in "ntwfpsoulhjgkdrbe0-="),
    *(f"Control+Shift+{key}" for key in "IJCNTOR"),
    *(f"Control+{key}" for key in ("Tab", "Shift+Tab", "Shift+Delete", "PageDown", "F4", "F5", "Enter", "Alt+Delete")),
    *(f"Alt+{key}" for key in ("F4", "ArrowLeft", "ArrowRight", "Home", "d", "e", "f")),
    *(f"F{number}" for number in range(1, 13)),
    *("Shift+Escape", "Shift+F10", "Meta+l", "ContextMenu", "Backspace", "/", "'", "a", "Insert", "Delete"),
    *("BrowserBack", "BrowserForward", "BrowserRefresh", "BrowserHome"),
    *("Tab", "Shift+Tab", "ArrowDown", "PageUp", "Home", "End", "Escape", "Enter", "Space"),
]

LISTEN = """(names) => {
  const again = window.heard !== undefined;
  window.heard = [];
  if (again) return;
  const hear = (event) => window.heard.push([event.type, event.key ?? event.button, event.defaultPrevented]);
  for (const name of names) window.addEventListener(name, hear);
}"""


def heard(page: Page) -> list[Any]:
    found: list[Any] = page.evaluate("window.heard")
    return found


def test_no_shortcut_reaches_the_browser(page: Page, front: Running, context: BrowserContext) -> None:
    open_page(page, front, room_state([meeting("a", -5, join=join(launcher="display"))]))
    page.evaluate(LISTEN, ["keydown", "keypress", "keyup"])
    page.evaluate("window.sameDocument = true")
    for shortcut in SHORTCUTS:
        press(page, shortcut)
    downs = [event for event in heard(page) if event[0] == "keydown"]
    assert len(downs) >= len(SHORTCUTS)
    assert [event for event in heard(page) if not event[2]] == []
    assert page.evaluate("window.sameDocument")
    assert len(context.pages) == 1


def test_join_by_arrows_alone(page: Page, front: Running) -> None:
    open_page(page, front, room_state([meeting("a", -5, join=join(launcher="display")), meeting("b", 60)]))
    press(page, "ArrowRight")
    assert focused(page) == "join"
    assert page.evaluate("document.activeElement.matches(':focus-visible')")
    press(page, "Enter")
    front.core.wait_for(lambda: front.core.commands == [Sent("join", {"meeting_id": "a"})])


def test_enter_with_nothing_in_focus_shows_where_it_would_act(page: Page, front: Running) -> None:
    open_page(page, front, room_state([meeting("a", -5, join=join(launcher="display"))]))
    press(page, "Enter")
    assert focused(page) == "join"
    assert front.core.commands == []


def test_a_key_held_down_moves_on_but_acts_once(page: Page, front: Running) -> None:
    open_page(page, front, scenes()["many"])
    press(page, "ArrowDown")
    page.evaluate("window.clicks = 0, addEventListener('click', () => window.clicks++)")
    page.locator(".row-open:visible").first.focus()
    start = focused_row(page)
    for _ in range(3):
        page.keyboard.down("ArrowDown")
    page.keyboard.up("ArrowDown")
    assert focused_row(page) == f"m{int(start[1:]) + 3}"
    for _ in range(3):
        page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    assert page.evaluate("window.clicks") == 1
    expect(page.get_by_role("dialog")).to_be_visible()


@pytest.mark.parametrize("back", ["Escape", "Backspace", "BrowserBack"])
def test_details_by_keys_and_back_to_the_row(page: Page, front: Running, back: str) -> None:
    open_page(page, front, room_state([meeting("a", -5), meeting("b", 60, join=RICH)]))
    press(page, "ArrowDown", "ArrowRight", "End")
    assert focused_row(page) == "b"
    press(page, "Space")
    dialog = page.get_by_role("dialog")
    show = dialog.get_by_role("button", name="Show")
    expect(show).to_be_focused()
    press(page, "Enter")
    expect(dialog).to_contain_text("428913")
    press(page, back)
    expect(dialog).to_be_hidden()
    assert (focused(page), focused_row(page)) == ("row-open", "b")
    press(page, back)
    assert page.url == f"{front.url}/"


def test_another_language_by_keys(page: Page, front: Running) -> None:
    open_page(page, front, room_state([DESIGN]))
    press(page, "End", "ArrowDown")
    assert "language" in focused(page)
    press(page, "Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    press(page, "Home", "ArrowDown", "ArrowRight")
    language = page.evaluate("document.activeElement.lang")
    press(page, "Enter")
    expect(page.locator("html")).to_have_attribute("lang", language)


def test_a_text_field_is_typed_in_and_left(page: Page, front: Running) -> None:
    open_page(page, front, room_state([meeting("a", -5)]))
    page.evaluate("""() => {
      const form = document.createElement("form");
      form.append(Object.assign(document.createElement("input"), { id: "field" }));
      document.querySelector(".trust").append(form);
      form.addEventListener("submit", (event) => (event.preventDefault(), window.submitted = true));
    }""")
    field = page.locator("#field")
    field.focus()
    page.keyboard.type("Grüße 5 x", delay=1)
    press(page, "Backspace", "Home", "Delete", "ArrowRight", "Control+a", "Control+c", "End", "Control+v")
    expect(field).to_have_value("rüße 5 rüße 5 ")
    page.evaluate(LISTEN, ["keydown"])
    press(page, "Control+f", "Control+Shift+c", "Alt+d", "F5")
    keys = [event for event in heard(page) if event[1] not in {"Control", "Shift", "Alt"}]
    assert [event[2] for event in keys] == [True] * 4
    page.evaluate(LISTEN, ["keydown"])
    page.evaluate("""() => {
      for (const init of [
        { key: "@", ctrlKey: true, altKey: true, modifierAltGraph: true },
        { key: "€", modifierAltGraph: true },
        { key: "Process", isComposing: true },
        { key: "Dead" },
      ]) {
        const event = new KeyboardEvent("keydown", { ...init, bubbles: true, cancelable: true });
        document.activeElement.dispatchEvent(event);
      }
    }""")
    assert [event[2] for event in heard(page)] == [False] * 4
    press(page, "Enter")
    assert page.evaluate("window.submitted")
    press(page, "ArrowUp")
    expect(field).not_to_be_focused()


def test_the_pointer_opens_no_menu_and_drags_zooms_and_goes_nowhere(
    page: Page, front: Running, context: BrowserContext
) -> None:
    open_page(page, front, room_state([DESIGN]))
    names = ["contextmenu", "dragstart", "dragover", "drop", "auxclick", "gesturestart", "wheel", "mousedown"]
    page.evaluate(LISTEN, [*names, "mouseup"])
    page.locator(".card").click(button="right", force=True)
    page.locator(".card").click(button="middle", force=True)
    page.evaluate("""() => {
      const send = (event) => document.querySelector(".join").dispatchEvent(event);
      const init = { bubbles: true, cancelable: true };
      for (const name of ["dragstart", "dragover", "drop", "gesturestart"]) send(new Event(name, init));
      send(new WheelEvent("wheel", { ...init, ctrlKey: true }));
      for (const button of [3, 4]) send(new MouseEvent("mouseup", { ...init, button }));
    }""")
    assert {event[0] for event in heard(page)} == {*names, "mouseup"}
    assert [event for event in heard(page) if not event[2]] == []
    page.mouse.wheel(0, 50)
    assert heard(page)[-1] == ["wheel", 0, False], "scrolling is not a pinch"
    assert len(context.pages) == 1


def test_fingers_scroll_and_do_not_zoom(page: Page, front: Running) -> None:
    open_page(page, front, room_state([DESIGN]))
    action = "(node) => getComputedStyle(node).touchAction"
    assert {page.locator(place).evaluate(action) for place in ("html", ".days", ".sheet >> nth=0")} == {"pan-y"}
