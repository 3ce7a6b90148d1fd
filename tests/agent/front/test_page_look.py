"""Theme, a room's own colour, logo and picture, and care for the panel."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from agent.wire import Look, RoomState, instant
from tests.agent.front.conftest import Running
from tests.agent.front.scenes import DESIGN, workday
from tests.agent.front.states import NOW, meeting, room_state
from tests.fakes.core import Answer
from tests.marks import LONG

LOGO = "/api/v1/look/logo?v=0123456789ab"
PICTURE = "/api/v1/look/background?v=0123456789ab"
STYLE = "([selector, name]) => getComputedStyle(document.querySelector(selector))[name]"
NIGHT = Look(dim_from="20:00", dim_until="06:30")


def looking(look: Look, state: RoomState | None = None) -> RoomState:
    return replace(state or room_state(workday()), look=look)


def at_hour(hour: int, look: Look, meetings: bool = False) -> RoomState:
    """The room at a full hour of its Sunday: `NOW` is nine there."""
    now = NOW + timedelta(hours=hour - 9)
    running = [meeting("n", (hour - 9) * 60 - 5, 60)] if meetings else []
    return replace(looking(look, room_state(running)), now=instant(now))


def picture(width: int, height: int, colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "PNG")
    return out.getvalue()


def luminance(colour: tuple[int, ...]) -> float:
    parts = [value / 255 for value in colour[:3]]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def pixels(page: Page, selector: str) -> Image.Image:
    return Image.open(io.BytesIO(page.locator(selector).screenshot())).convert("RGB")


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_the_configured_theme_wins_over_the_browsers(page: Page, front: Running, theme: str) -> None:
    front.core.show(looking(Look(theme=theme)))
    page.goto(front.url)
    expect(page.locator(".panel")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-theme", theme)
    expected = {"light": "rgb(246, 245, 241)", "dark": "rgb(18, 21, 24)", "contrast": "rgb(0, 0, 0)"}
    assert page.evaluate(STYLE, [".panel", "backgroundColor"]) == expected[theme]


def test_without_a_configured_theme_the_browsers_wishes_are_followed(page: Page, front: Running) -> None:
    page.goto(front.url)
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.emulate_media(color_scheme="dark")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.emulate_media(contrast="more")
    expect(page.locator("html")).to_have_attribute("data-theme", "contrast")


SOFT = 0.9  # of white: the palest text on the stage
TONES = {
    "free": room_state(workday()),
    "soon": room_state([meeting("s", 8, 30), *workday()]),
    "busy": room_state([DESIGN, *workday()]),
    "unknown": room_state(workday(), availability="unknown"),
}


def assert_readable(page: Page) -> None:
    """The palest text has a contrast of 4.5 wherever it may stand: WCAG 2.2, 1.4.3, on gradients and pictures too."""
    page.evaluate("document.querySelectorAll('.stage *').forEach((node) => (node.style.color = 'transparent'))")
    page.evaluate("document.querySelectorAll('.join, .logo').forEach((node) => (node.style.visibility = 'hidden'))")
    for place in (".card >> nth=0", ".stage"):
        image = pixels(page, place)
        spots = [(x, y) for x in range(30, image.width - 30, 40) for y in range(20, image.height - 20, 20)]
        for spot in spots:
            back = image.getpixel(spot)
            assert isinstance(back, tuple)
            text = tuple(round(SOFT * 255 + (1 - SOFT) * value) for value in back)
            assert (luminance(text) + 0.05) / (luminance(back) + 0.05) >= 4.5, (place, spot, back)
        page.evaluate("document.querySelectorAll('.stage > *').forEach((node) => (node.style.visibility = 'hidden'))")


@pytest.mark.parametrize("theme", ["light", LONG("dark")])
@pytest.mark.parametrize("behind", [None, "#ffffff", LONG("#ffee00")])
def test_the_palest_words_are_readable(page: Page, front: Running, theme: str, behind: str | None) -> None:
    front.core.images["background"] = (picture(64, 64, behind or "#000000"), "image/png")
    look = Look(theme=theme, background=PICTURE if behind else None)
    for tone, state in TONES.items():
        front.core.show(looking(look, state))
        if behind:
            with page.expect_response("**/api/v1/look/background*"):
                page.goto(front.url)
        else:
            page.goto(front.url)
        expect(page.locator("html")).to_have_attribute("data-tone", tone)
        assert_readable(page)


@pytest.mark.parametrize("theme", ["light", LONG("dark")])
def test_any_colour_of_a_room_leaves_the_words_readable(page: Page, front: Running, theme: str) -> None:
    for colour in ("#ffd400", "#0a1f5c", "#ff0000", "#ffffff", "#7fd1ae", "#000000", "#00ffff"):
        front.core.show(looking(Look(color=colour, theme=theme)))
        page.goto(front.url)
        expect(page.locator(".availability-word")).to_have_text("Available")
        assert_readable(page)


def test_a_room_that_is_taken_is_red_whatever_its_colour(page: Page, front: Running) -> None:
    front.core.show(looking(Look(color="#0a1f5c"), room_state([DESIGN])))
    page.goto(front.url)
    expect(page.locator(".availability-word")).to_have_text("Busy")
    assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--tone-high')") != ""
    red, green, blue = pixels(page, ".stage").getpixel((2, 300))  # type: ignore[misc]
    assert red > green + 40
    assert red > blue + 40


def test_logo_and_picture_are_the_agents_own(page: Page, front: Running) -> None:
    front.core.images["logo"] = (picture(300, 100, "#ff8800"), "image/png")
    front.core.images["background"] = (picture(64, 64, "#ffffff"), "image/png")
    front.core.show(looking(Look(logo=LOGO, background=PICTURE)))
    page.goto(front.url)
    expect(page.locator(".logo")).to_be_visible()
    assert page.evaluate("document.querySelector('.logo').naturalWidth") == 300
    assert "look/background" in page.evaluate(STYLE, [".stage", "backgroundImage"])


@pytest.mark.parametrize("address", ["https://elsewhere.example/logo.png", "//elsewhere.example/x", "/api/v1/room"])
def test_a_picture_from_anywhere_else_is_not_fetched(page: Page, front: Running, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    front.core.show(looking(Look(logo=address, background=address)))
    page.goto(front.url)
    expect(page.locator(".row").first).to_be_visible()
    expect(page.locator(".logo")).to_be_hidden()
    assert not [url for url in asked if "elsewhere" in url or url.endswith("/api/v1/room")]


def test_a_logo_that_does_not_come_leaves_no_gap(page: Page, front: Running) -> None:
    front.core.show(looking(Look(logo=LOGO)))
    page.goto(front.url)
    expect(page.locator(".row").first).to_be_visible()
    expect(page.locator(".logo")).to_be_hidden()


@pytest.mark.parametrize(
    ("hour", "busy", "dim"), [(12, False, "false"), (21, False, "true"), (3, False, "true"), (21, True, "false")]
)
def test_the_screen_is_dim_at_night_unless_somebody_meets(
    page: Page, front: Running, hour: int, busy: bool, dim: str
) -> None:
    front.core.show(at_hour(hour, NIGHT, busy))
    page.goto(front.url)
    expect(page.locator("html")).to_have_attribute("data-night", dim)


def test_a_touch_at_night_wakes_the_screen_for_a_while(page: Page, front: Running) -> None:
    page.clock.install(time=NOW)
    front.core.show(at_hour(22, NIGHT))
    page.goto(front.url)
    html = page.locator("html")
    expect(html).to_have_attribute("data-night", "true")
    page.mouse.click(5, 5)
    expect(html).to_have_attribute("data-night", "false")
    page.clock.run_for(121_000)
    expect(html).to_have_attribute("data-night", "true")


def test_the_picture_walks_a_few_pixels_and_nothing_is_cut(page: Page, front: Running) -> None:
    page.clock.install(time=NOW)
    front.core.show(looking(Look(shift=True)))
    page.goto(front.url)
    expect(page.locator(".row").first).to_be_visible()
    for path in ("/api/v1/room", "/api/v1/stream"):  # whose `now` would stand still
        front.core.instead[path] = Answer.problem(503, "core.busy")
    places = set()
    for _ in range(18):  # twice around: a busy machine's own time may make it skip one
        page.clock.run_for(60_000)
        box = page.locator(".room").bounding_box()
        assert box
        places.add((round(box["x"]), round(box["y"])))
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert len(places) == 9
    assert max(x for x, _ in places) - min(x for x, _ in places) <= 16
