from __future__ import annotations

import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from Xlib import X, Xatom
from Xlib.display import Display

from display.model import Connector, Geometry
from display.outputs.power import DpmsPower
from display.outputs.randr import RandrScreens
from display.ports import ScreenPower, Screens
from tests.contracts.screens import ScreenPowerContract, ScreensContract, connected, mode
from tests.display.outputs.screens import edid
from tests.display.xserver import DummyXorg, Server, Xvfb, wait_until
from tests.fakes.screens import FakeScreenPower, FakeScreens, modes


def second_screen(server: Server) -> None:
    """Plug one into DUMMY1: with the dummy driver, an output is connected once it has been on."""
    for size in ("1024x768", "800x600"):
        subprocess.run(["xrandr", "--addmode", "DUMMY1", size], env=server.environment(), check=True)
    subprocess.run(["xrandr", "--output", "DUMMY1", "--mode", "800x600"], env=server.environment(), check=True)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with DummyXorg() as server:
        second_screen(server)
        yield server


@pytest.fixture
def display(server: Server) -> Iterator[Display]:
    opened = Display(server.name)
    yield opened
    opened.close()


class TestRandrScreens(ScreensContract):
    @pytest.fixture
    def screens(self, display: Display) -> Screens:
        return RandrScreens(display)


class TestFakeScreens(ScreensContract):
    @pytest.fixture
    def screens(self) -> Screens:
        common = modes((1024, 768), (800, 600))
        return FakeScreens(*(Connector(name, connected=True, modes=common) for name in ("HDMI-1", "HDMI-2")))


class TestDpmsPower(ScreenPowerContract):
    """Neither Xvfb nor the dummy driver has DPMS: this is the way without."""

    @pytest.fixture
    def power(self, display: Display) -> ScreenPower:
        power = DpmsPower(display)
        assert not power.capable
        return power


class TestFakeScreenPower(ScreenPowerContract):
    @pytest.fixture
    def power(self) -> ScreenPower:
        return FakeScreenPower()


def test_the_servers_own_blanking_is_off(display: Display) -> None:
    display.set_screen_saver(600, 600, X.PreferBlanking, X.AllowExposures)
    DpmsPower(display)
    assert display.get_screen_saver().timeout == 0


@pytest.mark.parametrize(("data", "name"), [(edid("DEL", name="DELL U2720Q"), "DELL U2720Q"), (b"garbage", None)])
def test_a_screen_is_named_by_its_edid(display: Display, data: bytes, name: str | None) -> None:
    screens = RandrScreens(display)
    first = connected(screens)[0]
    atom = display.intern_atom("EDID")
    display.xrandr_change_output_property(first.id, atom, Xatom.INTEGER, X.PropModeReplace, (8, data))
    assert connected(screens)[0].screen == name


def test_what_the_server_refuses_after_all_leaves_what_was_shown(
    display: Display, monkeypatch: pytest.MonkeyPatch
) -> None:
    screens = RandrScreens(display)
    first, second = connected(screens)
    assert screens.apply({first.name: mode(first, 800, 600)})
    real = screens._set

    def refuse(found: Any, crtc: int, place: Geometry, number: int, outputs: list[int]) -> bool:
        return second.id not in outputs and real(found, crtc, place, number, outputs)

    monkeypatch.setattr(screens, "_set", refuse)
    assert not screens.apply({each.name: mode(each, 1024, 768) for each in (first, second)})
    assert {each.name: str(each.geometry) for each in screens.connectors() if each.mode} == {first.name: "800x600+0+0"}


def test_a_socket_that_goes_meanwhile_does_not_keep_the_others_from_their_picture(
    display: Display, monkeypatch: pytest.MonkeyPatch
) -> None:
    screens = RandrScreens(display)
    first = connected(screens)[0]
    real = screens._resources

    def with_one_more(*, probe: bool) -> Any:
        found = real(probe=probe)
        found._data["outputs"] = [0xDEAD, *found.outputs]
        return found

    monkeypatch.setattr(screens, "_resources", with_one_more)
    assert screens.apply({first.name: mode(first, 800, 600)})


def test_a_place_outside_the_largest_screen_is_refused(display: Display) -> None:
    screens = RandrScreens(display)
    first = connected(screens)[0]
    picture, _ = mode(first, 1024, 768)
    assert not screens.apply({first.name: (picture, Geometry(1024, 768, x=60_000))})


def test_the_server_tells_of_changes(display: Display) -> None:
    screens = RandrScreens(display)
    first = connected(screens)[0]
    for size in ((800, 600), (1024, 768)):
        screens.apply({first.name: mode(first, *size)})
    kinds: set[str] = set()

    def told() -> bool:
        while display.pending_events():
            kinds.add(type(display.next_event()).__name__)
        return "ScreenChangeNotify" in kinds

    wait_until(told)


def test_xvfb_has_one_screen() -> None:
    with Xvfb("1280x720") as server:
        display = Display(server.name)
        (only,) = RandrScreens(display).connectors()
        assert only.connected
        assert str(only.geometry) == "1280x720+0+0"
        display.close()
