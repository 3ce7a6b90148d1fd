"""What has the focus is seen, and news does not take it away."""

from __future__ import annotations

import io
from collections import Counter
from functools import cache

import pytest
from PIL import Image
from playwright.sync_api import FloatRect, Locator, Page, expect

from tests.agent.front.conftest import Running
from tests.agent.front.keyboard import CROWD, focused_row, open_page, press
from tests.agent.front.scenes import RICH, scenes
from tests.agent.front.states import meeting, room_state
from tests.marks import LONG

KINDS = (".join", ".card-open", ".ended-toggle", ".row-open", ".row-join", ".language")
Colour = tuple[int, int, int]


def pixels(page: Page, around: Locator) -> list[Colour]:
    """The colours of what is around, row by row."""
    box = around.bounding_box()
    assert box is not None
    clip = FloatRect(x=box["x"] - 12, y=box["y"] - 12, width=box["width"] + 24, height=box["height"] + 24)
    data = Image.open(io.BytesIO(page.screenshot(clip=clip))).convert("RGB").tobytes()
    return list(zip(data[0::3], data[1::3], data[2::3], strict=True))


@cache
def luminance(colour: Colour) -> float:
    parts = (part / 255 for part in colour)
    red, green, blue = (part / 12.92 if part <= 0.04 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def assert_ring(page: Page, node: Locator, name: str) -> None:
    """WCAG 2.4.13: as many pixels change by 3:1 as a line 2 pixels thick around it has."""
    press(page, "Shift")
    node.evaluate("(node) => node.scrollIntoView({ block: 'nearest' })")
    node.focus()
    after = pixels(page, node)
    node.evaluate("(node) => Object.assign(node.style, { outline: 'none', boxShadow: 'none' })")
    before = pixels(page, node)
    node.evaluate("(node) => Object.assign(node.style, { outline: '', boxShadow: '' })")
    pairs = Counter(zip(before, after, strict=True))
    changed = sum(number for (one, other), number in pairs.items() if one != other and contrast(one, other) >= 3)
    box = node.bounding_box()
    assert box is not None
    assert changed >= 2 * 2 * (box["width"] + box["height"]), name


@pytest.mark.parametrize("scheme", ["light", LONG("dark")])
def test_the_focus_is_seen_on_every_colour(page: Page, front: Running, scheme: str) -> None:
    page.emulate_media(color_scheme="light" if scheme == "light" else "dark")
    open_page(page, front, room_state())
    rooms = {"crowd": CROWD, **scenes()}
    seen = set()
    for scene, tone in (("free", "free"), ("soon", "soon"), ("crowd", "busy"), ("unknown", "unknown")):
        front.core.show(rooms[scene])
        expect(page.locator("html")).to_have_attribute("data-tone", tone)
        for kind in KINDS:
            node = page.locator(f"{kind}:visible").first
            if node.count():
                assert_ring(page, node, f"{scene} {kind}")
                seen.add(kind)
    assert len(seen) == len(KINDS)
    front.core.show(room_state([meeting("b", -5, join=RICH)]))
    page.locator(".row-open").first.click()
    buttons = page.get_by_role("dialog").get_by_role("button")
    for index in range(buttons.count()):
        assert_ring(page, buttons.nth(index), f"sheet {index}")


def test_the_focus_outlives_news_and_goes_to_the_next_row_when_its_own_leaves(page: Page, front: Running) -> None:
    day = [meeting(name, 60 * (number + 2)) for number, name in enumerate("abcd")]
    open_page(page, front, room_state(day))
    press(page, "ArrowDown", "ArrowDown")
    assert focused_row(page) == "b"
    front.core.show(room_state([meeting("z", 30), *day]))
    expect(page.locator(".row")).to_have_count(5)
    assert focused_row(page) == "b"
    front.core.show(room_state([day[0], day[2], day[3], meeting("b", 600)]))
    expect(page.locator(".row-subject").last).to_have_text("Meeting b")
    assert focused_row(page) == "b", "it has only moved"
    press(page, "Home", "ArrowDown")
    front.core.show(room_state([day[0], day[3]]))
    expect(page.locator(".row")).to_have_count(2)
    assert focused_row(page) == "d"
    press(page, "Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()  # the press was meant for the one that has gone
    front.core.show(room_state([day[0]]))
    expect(page.locator(".row")).to_have_count(1)
    assert focused_row(page) == "a"


def test_details_of_a_meeting_that_has_gone_lead_back_to_the_next(page: Page, front: Running) -> None:
    day = [meeting(name, 60 * (number + 2)) for number, name in enumerate("abc")]
    open_page(page, front, room_state(day))
    press(page, "ArrowDown", "ArrowDown", "Enter")
    front.core.show(room_state([day[0], day[2]]))
    expect(page.locator(".row")).to_have_count(2)
    press(page, "Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert focused_row(page) == "c"


def test_a_finger_leaves_no_ring(page: Page, front: Running) -> None:
    open_page(page, front, CROWD)
    ring = "document.activeElement.matches(':focus-visible')"
    page.locator(".row-open").first.click()
    expect(page.get_by_role("dialog").get_by_role("button").first).to_be_focused()
    assert not page.evaluate(ring)
    page.get_by_role("button", name="Close").click()
    expect(page.locator(".row-open").first).to_be_focused()
    assert not page.evaluate(ring)
