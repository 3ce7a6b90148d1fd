"""The gallery for developers: every state as a live page, in the language, size and theme one chooses."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.agent.front.conftest import Running
from tests.agent.front.scenes import scenes
from tests.fakes.core import served_front
from tests.gallery.app import create_gallery


def test_states_stand_side_by_side_in_what_is_chosen(page: Page) -> None:
    some = {name: state for name, state in scenes().items() if name in ("free", "now")}
    with served_front(create_gallery(some)) as url:
        page.goto(url.replace("127.0.0.1", "localhost"))
        expect(page.locator("figure")).to_have_count(2)
        free, now = (page.frame_locator(f"iframe[title={name}]") for name in some)
        expect(free.locator(".availability-word")).to_have_text("Available", timeout=15_000)
        expect(now.locator(".availability-word")).to_have_text("Busy")
        page.get_by_label("Language").select_option("ja")
        page.get_by_label("Theme").select_option("contrast")
        page.get_by_label("Size").select_option("1080x1920")
        expect(free.locator("html")).to_have_attribute("data-theme", "contrast", timeout=15_000)
        expect(now.locator("html")).to_have_attribute("lang", "ja")
        assert now.locator("html").evaluate("() => [innerWidth, innerHeight]") == [1080, 1920]


def test_the_product_has_no_gallery(front: Running) -> None:
    assert front.http.get("/gallery").status_code == 404
    assert "gallery" not in front.http.get("/openapi.json").text
