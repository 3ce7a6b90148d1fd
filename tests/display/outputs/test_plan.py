from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.model import Connector, Geometry, Mode
from display.outputs.plan import NO_OUTPUT, area, plan
from tests.fakes.screens import modes

FULL_HD = modes((1920, 1080), (1280, 720), (800, 600))
UHD = modes((3840, 2160), (1920, 1080), (1280, 720))


def screen(name: str, *has: Mode, preferred: int = 1, shows: Mode | None = None, primary: bool = False) -> Connector:
    place = Geometry(shows.width, shows.height) if shows is not None else None
    return Connector(name, bool(has), shows, place, has, preferred, primary=primary)


def sizes(*connectors: Connector) -> dict[str, str] | None:
    layout = plan(connectors).layout
    return None if layout is None else {name: str(mode) for name, (mode, _) in layout.items()}


def test_one_screen_shows_what_it_prefers() -> None:
    assert sizes(screen("HDMI-1", *FULL_HD), screen("HDMI-2")) == {"HDMI-1": "1920x1080@60"}


def test_a_screen_that_prefers_nothing_shows_its_largest_picture_at_no_more_than_60_hz() -> None:
    has = (Mode(800, 600, 60), Mode(1280, 1024, 75), Mode(1280, 1024, 60), Mode(1280, 1024, 50))
    assert sizes(screen("VGA-1", *has, preferred=0)) == {"VGA-1": "1280x1024@60"}


def test_two_screens_show_the_same_at_the_best_size_of_both() -> None:
    both = screen("HDMI-1", *UHD), screen("HDMI-2", *FULL_HD)
    assert sizes(*both) == {"HDMI-1": "1920x1080@60", "HDMI-2": "1920x1080@60"}
    assert {place for _, place in (plan(both).layout or {}).values()} == {Geometry(1920, 1080)}


def test_a_screen_is_not_given_more_than_it_prefers() -> None:
    small = modes((1280, 720), (1920, 1080))
    assert sizes(screen("HDMI-1", *FULL_HD), screen("HDMI-2", *small)) == {
        "HDMI-1": "1280x720@60",
        "HDMI-2": "1280x720@60",
    }


@pytest.mark.parametrize("other", [(1366, 768), (320, 240)])
def test_without_a_common_size_the_primary_screen_alone_has_a_picture(other: tuple[int, int]) -> None:
    first, second = screen("HDMI-1", *modes(other)), screen("HDMI-2", *UHD, primary=True)
    assert sizes(first, second) == {"HDMI-2": "3840x2160@60"}


def test_what_is_right_already_is_not_touched() -> None:
    shown = replace(FULL_HD[0], id=77)
    assert plan([screen("HDMI-1", *FULL_HD, shows=shown)]).layout is None


def test_a_socket_that_lost_its_screen_is_switched_off_when_another_one_has_one() -> None:
    gone = Connector("HDMI-1", connected=False, mode=FULL_HD[0], geometry=Geometry(1920, 1080))
    there = screen("HDMI-2", *FULL_HD, shows=FULL_HD[0])
    assert sizes(gone, there) == {"HDMI-2": "1920x1080@60"}


def test_without_a_screen_the_last_picture_stays_and_that_is_told() -> None:
    gone = Connector("HDMI-1", connected=False, mode=FULL_HD[0], geometry=Geometry(1920, 1080))
    assert plan([gone]).layout is None
    assert plan([gone]).troubles == (NO_OUTPUT,)
    assert area([gone]) == Geometry(1920, 1080)
    assert area([screen("HDMI-1")]) is None


ANY_MODE = st.builds(Mode, st.integers(1, 5000), st.integers(1, 5000), st.floats(0, 240), st.integers(1, 9))
ANY = st.builds(
    Connector,
    st.sampled_from(["HDMI-1", "HDMI-2", "VGA-1"]),
    connected=st.booleans(),
    modes=st.lists(ANY_MODE, max_size=4).map(tuple),
    preferred=st.integers(0, 4),
    primary=st.booleans(),
)


@given(st.lists(ANY, max_size=3, unique_by=lambda each: each.name))
def test_whatever_is_plugged_in_there_is_a_plan_that_holds(connectors: list[Connector]) -> None:
    layout = plan(connectors).layout
    screens = {each.name: each for each in connectors if each.connected and each.modes}
    assert bool(layout) == bool(screens)
    for name, (mode, _) in (layout or {}).items():
        assert mode in screens[name].modes
    done = [
        replace(each, mode=layout[each.name][0], geometry=layout[each.name][1])
        if layout and each.name in layout
        else each
        for each in connectors
    ]
    assert plan(done).layout is None
