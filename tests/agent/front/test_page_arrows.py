"""Arrows, pages and Tab on the page: they lead from anything to everything, and never out."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.agent.front.conftest import Running
from tests.agent.front.keyboard import CROWD, focused, focused_row, open_page, press
from tests.agent.front.scenes import RICH, scenes
from tests.agent.front.states import meeting, room_state
from tests.marks import LONG

# Goes wherever arrows lead, from what the first arrow reaches. `stuck`: [from, what cannot be reached from there].
WALK = """() => {
  const press = (key) => {
    const init = { key, bubbles: true, cancelable: true };
    (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent("keydown", init));
  };
  const scope = document.querySelector("dialog[open]") ?? document;
  const seen = (node) => {
    const { left, top, right, bottom } = node.getBoundingClientRect();
    const points = [[(left + right) / 2, (top + bottom) / 2], [left + 9, top + 9], [right - 9, bottom - 9]];
    return points.some(([x, y]) => node.contains(document.elementFromPoint(x, y)));
  };
  const visible = [...scope.querySelectorAll("button")].filter(seen);
  document.activeElement?.blur();
  window.dispatchEvent(new PointerEvent("pointerdown"));
  press("ArrowDown");
  const start = document.activeElement;
  const edges = new Map();
  const open = [start];
  while (open.length > 0) {
    const node = open.pop();
    if (edges.has(node)) continue;
    const next = new Set();
    for (const key of ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"]) {
      node.focus();
      press(key);
      next.add(document.activeElement);
    }
    edges.set(node, next);
    open.push(...next);
  }
  const reach = (from) => {
    const reached = new Set([from]);
    for (const node of reached) for (const next of edges.get(node)) reached.add(next);
    return reached;
  };
  const name = (node) => `${node.className} ${node.ariaLabel ?? ""} ${node.textContent}`;
  const stuck = [...edges.keys()].flatMap((from) => {
    const reached = reach(from);
    return visible.filter((node) => !reached.has(node)).map((node) => [name(from), name(node)]);
  });
  return { count: visible.length, stuck };
}"""


@pytest.mark.parametrize(
    ("path", "size"), [("/", (1280, 720)), LONG("/", (1080, 1920)), LONG("/?language=ar", (1280, 720))]
)
def test_arrows_lead_from_anything_to_everything_in_sight(
    page: Page, front: Running, path: str, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    shown = ("free", "now", "conflict", "inputs", "all-day", "done-today", "empty", "many")
    for name, scene in {"crowd": CROWD, **{name: scenes()[name] for name in shown}}.items():
        open_page(page, front, scene, path)
        walk = page.evaluate(WALK)
        assert walk["stuck"] == [], name
        assert walk["count"] > 0


@pytest.mark.parametrize("path", ["/", "/?language=ar"])
def test_arrows_lead_everywhere_in_a_sheet(page: Page, front: Running, path: str) -> None:
    open_page(page, front, room_state([meeting("b", -5, join=RICH)]), path)
    for opener in (".row-open", ".language"):
        page.locator(opener).click()
        walk = page.evaluate(WALK)
        assert walk["stuck"] == [], opener
        assert walk["count"] > 4
        press(page, "Escape")


def test_in_arabic_left_leads_from_the_stage_to_the_list(page: Page, front: Running) -> None:
    open_page(page, front, scenes()["now"], "/?language=ar")
    press(page, "ArrowDown", "ArrowLeft")
    assert focused(page) in {"row-open", "language plain small"}
    press(page, "ArrowRight")
    assert focused(page) in {"join", "card-open"}


def test_a_hundred_meetings_are_walked_in_order_and_then_the_footer(page: Page, front: Running) -> None:
    open_page(page, front, scenes()["many"])
    page.get_by_role("button", name="8 earlier meetings").click()
    press(page, "Home")
    assert focused(page) == "ended-toggle"
    rows = []
    for _ in range(100):
        press(page, "ArrowDown")
        rows.append(focused_row(page))
    assert rows == [f"m{number}" for number in range(100)]
    press(page, "ArrowDown")
    assert "language" in focused(page)
    press(page, "ArrowUp")
    assert focused_row(page) == "m99"
    press(page, "Home", "ArrowDown", "End")
    assert focused_row(page) == "m99"


def test_pages_turn_and_take_the_focus_along(page: Page, front: Running) -> None:
    open_page(page, front, scenes()["many"])
    press(page, "PageDown")
    assert page.evaluate("document.querySelector('.days').scrollTop") > 200
    press(page, "PageUp", "Home", "PageDown", "PageDown")
    assert int(focused_row(page)[1:]) > 12
    expect(page.locator(":focus")).to_be_in_viewport(ratio=1)


def test_tab_goes_round_and_never_leaves(page: Page, front: Running) -> None:
    open_page(page, front, scenes()["back-to-back"])
    press(page, "Tab")
    first = page.evaluate_handle("document.activeElement")
    steps = 0
    while steps == 0 or not page.evaluate("(first) => document.activeElement === first", first):
        press(page, "Tab")
        assert focused(page)
        steps += 1
        assert steps < 50
    press(page, "Shift+Tab")
    assert "language" in focused(page)
    press(page, "Enter")
    for _ in range(20):
        press(page, "Tab")
        assert page.evaluate("document.activeElement.closest('dialog') !== null")
