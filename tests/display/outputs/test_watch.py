from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import pytest
from Xlib.display import Display

from display.model import Connector, Geometry, Mode, Trouble
from display.outputs import settle
from display.outputs.plan import NO_OUTPUT
from display.outputs.randr import RandrScreens
from display.outputs.watch import REFUSED, OutputWatch
from tests.display.outputs.test_screens import second_screen
from tests.display.waiting import until
from tests.display.xserver import DummyXorg
from tests.fakes.screens import FakeScreens

HD, FULL_HD, UHD = (1280, 720), (1920, 1080), (3840, 2160)
START = Geometry(800, 600)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settle, "QUIET_S", 0.03)
    monkeypatch.setattr(settle, "LONGEST_S", 0.1)
    monkeypatch.setattr(settle, "ALONE_S", 0.1)


def run(screens: FakeScreens, scene: Callable[[OutputWatch, list[None]], Awaitable[None]]) -> None:
    async def whole() -> None:
        changes: list[None] = []
        watch = OutputWatch(screens, lambda: changes.append(None), geometry=START)
        watch.start()
        await scene(watch, changes)
        watch.close()

    asyncio.run(whole())


def sockets() -> FakeScreens:
    return FakeScreens(Connector("HDMI-1", connected=False), Connector("HDMI-2", connected=False))


def test_a_screen_that_is_there_at_the_start_gets_its_picture() -> None:
    screens = sockets()
    screens.plug("HDMI-1", FULL_HD, HD)

    async def scene(watch: OutputWatch, changes: list[None]) -> None:
        assert watch.geometry == Geometry(*FULL_HD)
        assert not watch.troubles
        assert len(changes) == len(screens.applied) == 1

    run(screens, scene)


def test_a_screen_that_is_plugged_in_gets_its_picture_once() -> None:
    screens = sockets()

    async def scene(watch: OutputWatch, changes: list[None]) -> None:
        assert watch.troubles == (NO_OUTPUT,)
        assert watch.geometry == START
        screens.plug("HDMI-1", FULL_HD)
        for _ in range(1000):
            watch.hotplug()
        await until(lambda: watch.geometry == Geometry(*FULL_HD))
        watch.output_changed()
        watch.hotplug()
        await asyncio.sleep(0.15)
        assert len(screens.applied) == 1
        assert not watch.troubles

    run(screens, scene)


def test_a_socket_that_tells_the_truth_too_late_is_asked_again() -> None:
    screens = sockets()
    screens.stale = True

    async def scene(watch: OutputWatch, changes: list[None]) -> None:
        screens.plug("HDMI-1", FULL_HD)
        watch.hotplug()
        await until(lambda: watch.geometry == Geometry(*FULL_HD))

    run(screens, scene)


def test_a_vga_screen_that_nobody_tells_of_is_found_while_there_is_no_other() -> None:
    screens = sockets()
    screens.stale = True

    async def scene(watch: OutputWatch, changes: list[None]) -> None:
        screens.plug("HDMI-2", HD)
        await until(lambda: watch.geometry == Geometry(*HD))
        probes = screens.probes
        await asyncio.sleep(0.3)
        assert screens.probes == probes

    run(screens, scene)


def test_a_screen_that_went_away_leaves_its_picture_and_comes_back_without_flicker() -> None:
    screens = sockets()
    screens.plug("HDMI-1", FULL_HD)

    async def scene(watch: OutputWatch, changes: list[None]) -> None:
        screens.unplug("HDMI-1")
        watch.hotplug()
        await until(lambda: watch.troubles == (NO_OUTPUT,))
        assert watch.geometry == Geometry(*FULL_HD)
        screens.plug("HDMI-1", FULL_HD)
        watch.hotplug()
        await until(lambda: not watch.troubles)
        assert len(screens.applied) == 1

    run(screens, scene)


def test_a_second_screen_shows_the_same() -> None:
    screens = sockets()
    screens.plug("HDMI-1", UHD, FULL_HD)

    async def scene(watch: OutputWatch, changes: list[None]) -> None:
        assert watch.geometry == Geometry(*UHD)
        screens.plug("HDMI-2", FULL_HD)
        watch.output_changed()
        await until(lambda: watch.geometry == Geometry(*FULL_HD))
        assert [each.name for each in watch.connectors if each.mode] == ["HDMI-1", "HDMI-2"]

    run(screens, scene)


def test_what_the_server_refuses_is_told_and_not_tried_again_without_news() -> None:
    screens = sockets()
    screens.refuse = {FULL_HD}
    screens.plug("HDMI-1", UHD, FULL_HD)
    screens.plug("HDMI-2", FULL_HD)

    async def scene(watch: OutputWatch, changes: list[None]) -> None:
        assert watch.geometry == Geometry(*UHD)
        assert watch.troubles == (Trouble(REFUSED),)
        tried = len(screens.applied)
        watch._look(probe=False)
        assert len(screens.applied) == tried
        screens.refuse = set()
        watch.hotplug()
        await until(lambda: watch.geometry == Geometry(*FULL_HD))
        assert not watch.troubles

    run(screens, scene)


class Telling(FakeScreens):
    """Screens whose server tells everybody of each attempt, as X does: off, another size, and back to what was."""

    tell: Callable[[], None] = staticmethod(lambda: None)

    def apply(self, layout: Mapping[str, tuple[Mode, Geometry]]) -> bool:
        asyncio.get_running_loop().call_soon(self.tell)
        return super().apply(layout)


def test_an_attempt_that_was_refused_is_no_news_and_the_screen_does_not_flicker() -> None:
    screens = Telling(Connector("HDMI-1", connected=False), Connector("HDMI-2", connected=False))
    screens.refuse = {FULL_HD}
    screens.plug("HDMI-1", UHD, FULL_HD)
    screens.plug("HDMI-2", FULL_HD)

    async def scene(watch: OutputWatch, changes: list[None]) -> None:
        screens.tell = watch.output_changed
        tried = len(screens.applied)
        watch.output_changed()
        await asyncio.sleep(0.3)  # ten times as long as news are waited for
        assert len(screens.applied) == tried
        screens.refuse = set()
        screens.plug("HDMI-2", FULL_HD, HD)
        watch.output_changed()
        await until(lambda: watch.geometry == Geometry(*FULL_HD))
        assert not watch.troubles

    run(screens, scene)


def test_a_second_screen_of_a_real_server_shows_the_same() -> None:
    with DummyXorg() as server:
        display = Display(server.name)

        async def scene() -> None:
            watch = OutputWatch(RandrScreens(display), lambda: None, geometry=START)
            loop = asyncio.get_running_loop()

            def events() -> None:
                while display.pending_events():
                    display.next_event()
                    watch.output_changed()

            watch.start()
            loop.add_reader(display.fileno(), events)
            assert watch.geometry == Geometry(1024, 768)
            await asyncio.to_thread(second_screen, server)
            watch.hotplug()
            await until(lambda: len([each for each in watch.connectors if each.mode]) == 2)
            assert {str(each.geometry) for each in watch.connectors if each.mode} == {"1024x768+0+0"}
            loop.remove_reader(display.fileno())
            watch.close()

        asyncio.run(scene())
        display.close()
