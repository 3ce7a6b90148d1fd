"""The shell's own windows on a real X server: seen, touched, gone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from Xlib import X
from Xlib.display import Display
from Xlib.ext import xtest

from display.model import Geometry
from display.overlay.overlays import GUARD_S, PRESSED_S, TURN_S, Overlays
from display.overlay.slide import SLIDE_S
from display.overlay.state import Action, MeetingBar, Offer, Opening, OverlayState, SafePage
from tests.display.xserver import Server, Xvfb, picture, pixel, wait_until

SCREEN = Geometry(1280, 720)
BAR = OverlayState(bar=MeetingBar(provider_name="Zoom", volume=64))
GROUND = 0x3366CC
GROUND_PIXEL = (0x33, 0x66, 0xCC)
FAR = 1000.0


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Xvfb("1280x720") as server:
        yield server


@pytest.fixture
def x(server: Server) -> Iterator[Display]:
    """A connection, and a plain window over the whole screen such as a meeting is."""
    display = Display(server.name)
    screen = display.screen()
    below = screen.root.create_window(
        0, 0, SCREEN.width, SCREEN.height, 0, screen.root_depth, background_pixel=GROUND, override_redirect=True
    )
    below.map()
    display.sync()
    yield display
    below.destroy()
    display.sync()
    display.close()


@pytest.fixture
def overlays(x: Display) -> Iterator[Overlays]:
    overlays = Overlays(x, SCREEN)
    yield overlays
    overlays.close()
    x.sync()


def settled(overlays: Overlays, x: Display, now: float = FAR) -> None:
    overlays.tick(now)
    x.sync()


def dark(x: Display) -> int:
    """How many of the screen's pixels are not the window below."""
    return sum(count for count, colour in picture(x).getcolors(2**20) or [] if colour != GROUND_PIXEL)


def press(server: Server, x: Display, overlays: Overlays, place: tuple[int, int], now: float) -> Action | None:
    """A click at a place, by another client; what it asks for."""
    other = Display(server.name)
    xtest.fake_input(other, X.MotionNotify, x=place[0], y=place[1])
    xtest.fake_input(other, X.ButtonPress, 1)
    xtest.fake_input(other, X.ButtonRelease, 1)
    other.sync()
    other.close()
    wait_until(x.pending_events, what="no event came")
    return overlays.pressed(x.next_event(), now)


def middle(box: Geometry) -> tuple[int, int]:
    return box.x + box.width // 2, box.y + box.height // 2


def place_of(overlays: Overlays, action: Action) -> tuple[int, int]:
    parts = [part for shown in overlays._shown.values() for part in shown.window.layout.parts]
    return middle(next(part.box for part in parts if part.action is action))


def test_the_bar_slides_in_and_stands_at_the_lower_edge(x: Display, overlays: Overlays) -> None:
    overlays.show(BAR, 10.0)
    x.sync()
    assert dark(x) == 0
    due = overlays.tick(10.0 + SLIDE_S / 5)
    x.sync()
    half = dark(x)
    assert due is not None
    assert overlays.tick(10.0 + SLIDE_S) is None
    x.sync()
    assert 0 < half < dark(x)
    assert pixel(x, 640, 620) != GROUND_PIXEL
    assert pixel(x, 640, 100) == GROUND_PIXEL


def test_the_bar_slides_out_and_its_window_is_gone(x: Display, overlays: Overlays) -> None:
    overlays.show(BAR, 10.0)
    settled(overlays, x, 11.0)
    overlays.show(OverlayState(), 12.0)
    assert overlays.windows
    settled(overlays, x, 12.0 + SLIDE_S)
    assert not overlays.windows
    assert dark(x) == 0


def test_with_reduced_motion_nothing_moves(x: Display) -> None:
    overlays = Overlays(x, SCREEN, reduced_motion=True)
    overlays.show(BAR, 10.0)
    x.sync()
    assert dark(x) > 10_000
    assert overlays.tick(10.0) is None
    overlays.show(OverlayState(message=Opening()), 10.0)
    assert overlays.tick(10.0) is None
    overlays.show(OverlayState(), 10.0)
    x.sync()
    assert dark(x) == 0


def test_corners_are_round(x: Display, overlays: Overlays) -> None:
    overlays.show(BAR, 10.0)
    settled(overlays, x)
    box = next(iter(overlays._shown.values())).window.layout.box
    assert pixel(x, box.x, box.y) == GROUND_PIXEL
    assert pixel(x, box.x + box.width - 1, box.y + box.height - 1) == GROUND_PIXEL
    assert pixel(x, box.x + box.width // 2, box.y + 4) != GROUND_PIXEL


@pytest.mark.parametrize("action", [Action.LEAVE, Action.HOME, Action.VOLUME_UP, Action.VOLUME_DOWN])
def test_a_click_on_a_button_asks_for_what_it_says(
    server: Server, x: Display, overlays: Overlays, action: Action
) -> None:
    overlays.show(BAR, 10.0)
    settled(overlays, x)
    assert press(server, x, overlays, place_of(overlays, action), 11.0) is action


def test_a_click_beside_the_buttons_asks_for_nothing(server: Server, x: Display, overlays: Overlays) -> None:
    overlays.show(BAR, 10.0)
    settled(overlays, x)
    box = next(iter(overlays._shown.values())).window.layout.box
    assert press(server, x, overlays, (box.x + box.width // 2, box.y + 4), 11.0) is None


def test_a_touch_meant_for_what_the_bar_covers_is_not_taken(server: Server, x: Display, overlays: Overlays) -> None:
    overlays.show(BAR, 10.0)
    settled(overlays, x)
    assert press(server, x, overlays, place_of(overlays, Action.LEAVE), 10.0 + GUARD_S / 2) is None


def test_a_second_press_on_join_does_not_cancel_what_the_first_began(
    server: Server, x: Display, overlays: Overlays
) -> None:
    overlays.show(OverlayState(message=Opening(provider_name="Zoom")), 10.0)
    settled(overlays, x, 10.1)
    there = place_of(overlays, Action.LEAVE)
    assert press(server, x, overlays, there, 10.0 + GUARD_S / 2) is None
    assert press(server, x, overlays, there, 10.0 + GUARD_S) is Action.LEAVE


def test_a_bar_called_back_while_it_leaves_is_there_at_once(x: Display, overlays: Overlays) -> None:
    overlays.show(BAR, 10.0)
    settled(overlays, x, 11.0)
    there = picture(x)
    overlays.show(OverlayState(), 12.0)
    settled(overlays, x, 12.0 + SLIDE_S / 2)
    overlays.show(BAR, 12.1)
    x.sync()
    assert overlays.tick(12.1) is None
    assert picture(x) == there


def test_a_bar_comes_from_above_where_it_was_called_from_below(x: Display, overlays: Overlays) -> None:
    overlays.show(BAR, 10.0)
    settled(overlays, x, 11.0)
    overlays.show(OverlayState(bar=BAR.bar, bar_on_top=True), 12.0)
    settled(overlays, x, 13.0)
    assert pixel(x, 640, 60) != GROUND_PIXEL
    assert pixel(x, 640, 620) == GROUND_PIXEL


def test_a_pressed_button_looks_pressed_for_a_moment(server: Server, x: Display, overlays: Overlays) -> None:
    overlays.show(BAR, 10.0)
    settled(overlays, x, 10.5)
    there = place_of(overlays, Action.LEAVE)
    corner = (there[0], there[1] - 15)
    before = pixel(x, *corner)
    press(server, x, overlays, there, 11.0)
    x.sync()
    assert pixel(x, *corner) != before
    settled(overlays, x, 11.0 + PRESSED_S)
    assert pixel(x, *corner) == before


def test_a_new_volume_is_drawn_in_place(x: Display, overlays: Overlays) -> None:
    overlays.show(BAR, 10.0)
    settled(overlays, x)
    windows, before = overlays.windows, picture(x)
    overlays.show(OverlayState(bar=MeetingBar(provider_name="Zoom", volume=10)), FAR)
    x.sync()
    assert overlays.windows == windows
    assert picture(x) != before


def test_what_was_covered_comes_back_by_itself(x: Display, overlays: Overlays) -> None:
    overlays.show(BAR, 10.0)
    settled(overlays, x)
    before = picture(x)
    cover = x.screen().root.create_window(0, 500, 1280, 220, 0, x.screen().root_depth, override_redirect=True)
    cover.map()
    x.sync()
    cover.destroy()
    x.sync()
    assert picture(x) == before


def test_the_bar_comes_above_what_was_raised(x: Display, overlays: Overlays) -> None:
    overlays.show(BAR, 10.0)
    settled(overlays, x)
    before = picture(x)
    cover = x.screen().root.create_window(
        0, 0, 1280, 720, 0, x.screen().root_depth, background_pixel=GROUND, override_redirect=True
    )
    cover.map()
    overlays.above()
    x.sync()
    assert picture(x) == before
    cover.destroy()


def test_a_spinner_turns_only_while_it_is_there(x: Display, overlays: Overlays) -> None:
    overlays.show(OverlayState(message=Opening(provider_name="Zoom")), 10.0)
    x.sync()
    first = picture(x)
    due = overlays.tick(10.0)
    assert due == 10.0 + TURN_S
    overlays.tick(due)
    x.sync()
    assert picture(x) != first
    overlays.show(OverlayState(), 11.0)
    assert overlays.tick(12.0) is None


def test_a_page_covers_everything(x: Display, overlays: Overlays) -> None:
    overlays.show(OverlayState(message=SafePage(room_name="San Jose", time="10:09", code="home.x")), 10.0)
    settled(overlays, x)
    assert dark(x) == SCREEN.width * SCREEN.height


def test_another_language_is_drawn_anew_and_mirrored(x: Display, overlays: Overlays) -> None:
    state = OverlayState(offer=Offer(label="HDMI"))
    overlays.show(state, 10.0)
    settled(overlays, x)
    english = picture(x).point(lambda value: value)
    overlays.place(SCREEN, "ar", 20.0)
    settled(overlays, x)
    assert picture(x) != english
    assert pixel(x, 100, 60) != GROUND_PIXEL
    assert pixel(x, 1100, 60) == GROUND_PIXEL
    assert overlays.over(100, 60)
    assert not overlays.over(1100, 60)


def test_windows_say_whose_they_are_and_leave_window_managers_alone(x: Display, overlays: Overlays) -> None:
    overlays.show(BAR, 10.0)
    (window,) = overlays.windows
    found = x.create_resource_object("window", window)
    assert found.get_wm_class() == ("room-overlay", "room-overlay")
    assert found.get_attributes().override_redirect


def test_drawing_is_quick_and_frees_what_it_took(x: Display, overlays: Overlays) -> None:
    def resident_kb() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4

    overlays.show(BAR, 0.0)
    before, took = resident_kb(), []
    for volume in range(20):
        begun = time.perf_counter()
        overlays.show(OverlayState(bar=MeetingBar(provider_name="Zoom", volume=volume)), 1.0)
        took.append(time.perf_counter() - begun)
    assert min(took) < 0.06
    assert resident_kb() - before < 3_000
