"""What every `display.ports.Screens` and `display.ports.ScreenPower` does. Subclass it and give it a `screens` fixture
with two connected outputs that have 1024x768 and 800x600 at 60 Hz in common, or a `power` fixture."""

from __future__ import annotations

from dataclasses import replace

from display.model import Connector, Geometry, Mode
from display.ports import ScreenPower, Screens


def connected(screens: Screens) -> list[Connector]:
    return [each for each in screens.connectors(probe=True) if each.connected]


def mode(connector: Connector, width: int, height: int) -> tuple[Mode, Geometry]:
    found = next(
        each for each in connector.modes if (each.width, each.height) == (width, height) and round(each.refresh) == 60
    )
    return found, Geometry(width, height)


class ScreensContract:
    """Run by every way to screens."""

    def test_two_screens_show_the_same(self, screens: Screens) -> None:
        first, second = connected(screens)
        layout = {each.name: mode(each, 1024, 768) for each in (first, second)}
        assert screens.apply(layout)
        assert {each.name: (each.mode, each.geometry) for each in screens.connectors() if each.mode} == layout

    def test_what_is_not_in_the_layout_is_switched_off(self, screens: Screens) -> None:
        first, second = connected(screens)
        assert screens.apply({each.name: mode(each, 800, 600) for each in (first, second)})
        assert screens.apply({first.name: mode(first, 1024, 768)})
        now = {each.name: each for each in screens.connectors()}
        assert now[first.name].geometry == Geometry(1024, 768)
        assert now[second.name].mode is None
        assert now[second.name].geometry is None

    def test_the_screen_grows_and_shrinks(self, screens: Screens) -> None:
        first = connected(screens)[0]
        for size in ((800, 600), (1024, 768), (800, 600)):
            assert screens.apply({first.name: mode(first, *size)})
            assert next(each for each in screens.connectors() if each.name == first.name).geometry == Geometry(*size)

    def test_a_socket_that_is_not_there_is_refused_and_nothing_changes(self, screens: Screens) -> None:
        first = connected(screens)[0]
        assert screens.apply({first.name: mode(first, 800, 600)})
        before = list(screens.connectors())
        assert not screens.apply({first.name: mode(first, 1024, 768), "HDMI-77": mode(first, 1024, 768)})
        assert list(screens.connectors()) == before

    def test_a_mode_that_a_screen_does_not_have_is_refused_and_nothing_changes(self, screens: Screens) -> None:
        first = connected(screens)[0]
        assert screens.apply({first.name: mode(first, 800, 600)})
        before = list(screens.connectors())
        right, place = mode(first, 1024, 768)
        assert not screens.apply({first.name: (replace(right, id=424242), place)})
        assert list(screens.connectors()) == before


class ScreenPowerContract:
    """Run by every screen's power."""

    def test_a_screen_sleeps_and_wakes(self, power: ScreenPower) -> None:
        assert not power.asleep()
        power.sleep()
        power.sleep()
        assert power.asleep()
        power.wake()
        power.wake()
        assert not power.asleep()
