"""What a box shows that nobody has set up: where to go, with which code, and how to know that it is this box."""

from __future__ import annotations

import io

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from tests.agent.front.scenes import scenes
from tests.agent.front.setting_up import Box
from tests.agent.front.states import NOW
from tests.agent.front.test_page import CLIPPED, SIZES
from tests.fakes.core import Answer
from tests.fakes.setup_core import FINGERPRINT, ROOT


@pytest.fixture
def welcome(page: Page, box: Box) -> Page:
    page.clock.install(time=NOW)
    page.goto(box.screen)
    expect(page.get_by_role("heading", name="This room is not set up yet")).to_be_visible()
    return page


@pytest.mark.parametrize("language", ["en", "de", "ar"])
def test_address_code_and_fingerprint_fit_every_screen(welcome: Page, box: Box, language: str) -> None:
    welcome.goto(f"{box.screen}/?language={language}")
    expect(welcome.locator(".setup-address")).to_have_text("https://192.0.2.7:8443/setup")
    expect(welcome.locator(".setup-code")).to_have_text("471\u2009920")
    assert welcome.locator(".setup-fingerprint").inner_text().replace(" ", ":").replace("\n", ":") == FINGERPRINT
    for width, height in SIZES:
        welcome.set_viewport_size({"width": width, "height": height})
        assert welcome.evaluate(CLIPPED) == [], (width, height)


def test_a_camera_reads_the_address(welcome: Page) -> None:
    picture = welcome.locator(".setup-qr")
    expect(picture).to_have_js_property("complete", True)
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture.screenshot())))
    assert found.text == "https://192.0.2.7:8443/setup"


def test_it_says_when_the_code_changes_and_shows_the_new_one(welcome: Page, box: Box) -> None:
    expect(welcome.locator(".setup-renews")).to_have_text("A new code comes in 10 minutes.")
    box.core.setup.locked_s = 48
    welcome.clock.run_for(2_500)
    expect(welcome.locator(".setup-code")).to_be_hidden()
    expect(welcome.locator(".setup-renews")).to_have_text("Too many wrong codes. Try again in 48 seconds.")


def test_without_a_network_one_begins_at_the_screen(welcome: Page, box: Box) -> None:
    box.core.setup.urls = []
    welcome.clock.run_for(2_500)
    expect(welcome.get_by_text("The box has no network.")).to_be_visible()
    expect(welcome.locator(".setup-qr")).to_be_hidden()
    expect(welcome.get_by_role("link", name="Set up on this screen")).to_be_visible()


def test_no_old_code_stays_while_the_core_says_nothing(welcome: Page, box: Box) -> None:
    expect(welcome.locator(".setup-code")).to_be_visible()
    box.core.instead[f"{ROOT}/welcome"] = Answer.problem(503, "core.busy")
    welcome.clock.run_for(2_500)
    expect(welcome.locator(".setup-code")).to_be_hidden()
    expect(welcome.get_by_text("The room system is starting.")).to_be_visible()


def test_a_second_address_stands_below_the_first(welcome: Page, box: Box) -> None:
    box.core.setup.urls = ["https://192.0.2.7:8443/setup", "https://[2001:db8::7]:8443/setup"]
    welcome.clock.run_for(2_500)
    expect(welcome.locator(".setup-others")).to_have_text("https://[2001:db8::7]:8443/setup")


def test_the_home_screen_comes_by_itself(welcome: Page, box: Box) -> None:
    box.core.show(scenes()["free"])
    expect(welcome.locator(".availability-word")).to_have_text("Available")
