"""The page in a real browser, with a box that is none."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources

import pytest
from playwright.sync_api import Browser, Page, expect

from display.demo.accidents import Accident
from display.demo.cables import Laptop, Shows
from tests.display.demo.conftest import Served
from tests.display.xserver import wait_until
from tests.marks import LONG

SIZES = {"desktop": (1440, 900), "phone": (360, 740)}


@pytest.fixture
def page(served: Served, chromium: Browser) -> Iterator[Page]:
    """The page, loaded; whatever the browser complains about fails the test."""
    complaints: list[str] = []
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(served.url)
    expect(page.locator("#television")).to_have_attribute("data-state", "live")
    yield page
    page.close()
    assert complaints == []


def test_a_visitor_plugs_in_chooses_a_picture_and_draws_the_cable(served: Served, page: Page) -> None:
    laptop = page.get_by_role("group", name="HDMI cable")
    expect(laptop.get_by_role("status")).to_have_text("No cable")
    laptop.get_by_role("button", name="Plug in HDMI").click()
    expect(laptop.get_by_role("status")).to_have_text("On the screen")
    expect(page.locator("#front")).to_have_text("Guest's picture")
    expect(page.locator("#facts")).to_contain_text("No cable")  # the other one

    laptop.get_by_role("radio", name="Test picture").check()
    wait_until(lambda: served.box.laptops["hdmi"] == Laptop(plugged=True, shows=Shows.BARS))
    laptop.locator(".plug").click()
    expect(laptop.get_by_role("button", name="Plug in HDMI")).to_be_visible()
    assert not served.box.laptops["hdmi"].plugged


def test_the_keyboard_reaches_everything_and_gets_out_of_the_screen(served: Served, page: Page) -> None:
    screen = page.get_by_role("application")
    screen.focus()
    page.keyboard.press("Enter")
    page.keyboard.type("x")
    page.keyboard.press("Control+k")
    wait_until(lambda: [each["key"] for each in served.box.acts] == ["Enter", "x"])
    page.keyboard.press("Tab")
    plug = page.get_by_role("button", name="Plug in HDMI")
    expect(plug).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Unplug HDMI")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    wait_until(lambda: served.box.laptops["hdmi"].shows is Shows.BARS)


def test_a_press_on_the_picture_is_one_on_the_screen(served: Served, page: Page) -> None:
    place = page.get_by_role("application").bounding_box()
    assert place
    page.mouse.click(place["x"] + place["width"] / 4, place["y"] + place["height"] / 2)
    wait_until(lambda: served.box.acts and served.box.acts[-1]["do"] == "up")
    down = next(each for each in served.box.acts if each["do"] == "down")
    assert (down["x"], down["y"]) == pytest.approx((0.25, 0.5), abs=0.01)


def test_an_accident_happens_at_once_and_one_that_cannot_says_so(served: Served, page: Page) -> None:
    page.get_by_role("button", name="Crash the display").click()
    expect(page.locator(".toast")).to_have_text("The display was killed.")
    assert served.box.caused == [Accident.SHELL]
    served.box.victims.discard(Accident.SHELL)
    expect(page.get_by_role("button", name="Crash the display")).to_have_attribute("aria-disabled", "true")


def test_what_the_core_says_is_text_and_never_markup(served: Served, page: Page) -> None:
    title = "<img src=x onerror=alert(1)>"
    served.box.report |= {"notices": [{"code": "x", "severity": "warning", "title": title, "detail": "<b>d</b>"}]}
    expect(page.locator("#notices")).to_have_text(f"{title}<b>d</b>")


@pytest.mark.parametrize("scheme", ["light", LONG("dark")])
@pytest.mark.parametrize("size", SIZES)
def test_the_page_fits_and_everybody_can_use_it(served: Served, chromium: Browser, scheme: str, size: str) -> None:
    width, height = SIZES[size]
    page = chromium.new_page(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    page.goto(served.url)
    page.get_by_role("button", name="Plug in HDMI").click()
    expect(page.get_by_role("button", name="Unplug HDMI")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("getComputedStyle(document.querySelector('.plug .end')).transitionDuration") == "0s"
    page.evaluate(resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))
    found = page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")["violations"]
    page.close()
    assert [(rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found] == []
