"""Taking a meeting to a phone: the code on the screen is read as a camera would, and it does not stay."""

from __future__ import annotations

import io

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from agent.wire import DialIn
from tests.agent.front.conftest import Running
from tests.agent.front.scenes import RICH
from tests.agent.front.states import join, meeting, room_state
from tests.fakes.core import Answer

OFF = Answer.problem(503, "display.off", "The display is off", "Turn it on.")


def open_details(page: Page, front: Running) -> Locator:
    front.core.show(room_state([meeting("a", -5, subject="Design review", join=RICH)]))
    page.clock.install()
    page.goto(front.url)
    page.locator(".row-open").click()
    return page.get_by_role("dialog")


def read(page: Page) -> str:
    """What a camera sees in the code on the screen."""
    image = page.locator(".qr-code")
    expect(image).to_be_visible()
    expect(image).to_have_js_property("complete", True)  # without eval, which the page's policy refuses
    picture = Image.open(io.BytesIO(page.locator(".qr").screenshot()))
    (found,) = zxingcpp.read_barcodes(picture)
    return found.text


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_meetings_link_is_read_from_the_screen(page: Page, front: Running, scheme: str) -> None:
    page.emulate_media(color_scheme="light" if scheme == "light" else "dark")
    dialog = open_details(page, front)
    expect(page.locator(".qr-code")).to_have_count(0)
    dialog.get_by_role("button", name="Continue on a phone").click()
    assert read(page) == RICH.url


def test_a_number_is_read_with_its_conference(page: Page, front: Running) -> None:
    open_details(page, front).get_by_role("button", name="Call with a phone").click()
    assert read(page) == "tel:+14085550100,,98765432101#"


def test_the_code_goes_away_by_itself_and_says_when(page: Page, front: Running) -> None:
    dialog = open_details(page, front)
    dialog.get_by_role("button", name="Continue on a phone").click()
    expect(dialog).to_contain_text("It goes away in 30 seconds.")
    page.clock.run_for(29_000)
    expect(dialog).to_contain_text("It goes away in 1 second.")
    page.clock.run_for(1_000)
    expect(page.locator(".qr-code")).to_have_count(0)
    expect(dialog.get_by_role("button", name="Continue on a phone")).to_be_visible()


def test_the_code_is_hidden_by_a_press_and_gone_with_the_details(page: Page, front: Running) -> None:
    dialog = open_details(page, front)
    dialog.get_by_role("button", name="Continue on a phone").click()
    page.locator(".qr-place").get_by_role("button", name="Hide").click()
    expect(page.locator(".qr-code")).to_have_count(0)
    dialog.get_by_role("button", name="Continue on a phone").click()
    page.keyboard.press("Escape")
    expect(page.locator(".qr-code")).to_have_count(0)


def test_a_code_that_cannot_be_made_says_so(page: Page, front: Running) -> None:
    front.core.instead["/api/v1/meetings/a/qr/link"] = Answer.problem(409, "join.none")
    dialog = open_details(page, front)
    dialog.get_by_role("button", name="Continue on a phone").click()
    expect(dialog.get_by_role("button", name="The code could not be made. Try again.")).to_be_visible()


def test_without_a_link_nothing_is_offered(page: Page, front: Running) -> None:
    front.core.show(room_state([meeting("a", -5, join=join(url=None, sip="1@x.example", launcher="display"))]))
    page.goto(front.url)
    page.locator(".row-open").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.get_by_role("button", name="Continue on a phone")).to_have_count(0)


def test_a_failed_join_leads_to_the_next_way(page: Page, front: Running) -> None:
    front.core.instead["/api/v1/commands/join"] = Answer.problem(
        503, "display.off", "The display is off", "Turn it on."
    )
    front.core.show(room_state([meeting("a", -5, subject="Design review", join=RICH)]))
    page.goto(front.url)
    expect(page.locator(".card-others")).to_be_hidden()
    page.locator(".join").click()
    page.get_by_role("button", name="Other ways to join").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".details-failed")).to_contain_text("The display is off. Turn it on. Try another way below.")
    for way in ("By SIP", "Second link", "Call with a phone", "Continue on a phone"):
        expect(dialog.get_by_role("button", name=way)).to_be_visible()


def test_a_failed_join_without_another_way_offers_none(page: Page, front: Running) -> None:
    front.core.instead["/api/v1/commands/join"] = Answer.problem(
        503, "display.off", "The display is off", "Turn it on."
    )
    front.core.show(room_state([meeting("a", -5, join=join(launcher="display"))]))
    page.goto(front.url)
    page.locator(".join").click()
    expect(page.locator(".card-note")).to_contain_text("The display is off")
    expect(page.locator(".card-others")).to_be_hidden()


def test_paths_of_codes_are_checked_before_the_core_is_asked(front: Running) -> None:
    front.core.show(room_state([meeting("a", -5, join=join(dial_in=[DialIn(number="+1", conference_id=None)]))]))
    assert front.http.get("/api/v1/meetings/a/qr/link").headers["content-type"] == "image/svg+xml"
    for path in ("a/qr/LINK", "a%2Fb/qr/link", "a/qr/link-9999", "a b/qr/link", f"{'a' * 101}/qr/link"):
        assert front.http.get(f"/api/v1/meetings/{path}").status_code == 404
