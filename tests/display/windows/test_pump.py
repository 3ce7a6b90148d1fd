"""Events of the X server reach us, whoever has read them from the connection."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from Xlib import X
from Xlib.display import Display
from Xlib.protocol.rq import Event

from display.windows.server import Pump
from tests.display.waiting import until
from tests.display.xserver import Xvfb


@pytest.fixture
def displays() -> Iterator[tuple[Display, Display]]:
    """Ours, which is told of every window, and another program's."""
    with Xvfb("64x64") as server, ExitStack() as stack:
        ours, theirs = Display(server.name), Display(server.name)
        stack.callback(ours.close)
        stack.callback(theirs.close)
        ours.screen().root.change_attributes(event_mask=X.SubstructureNotifyMask)
        ours.sync()
        yield ours, theirs


def _create(display: Display) -> int:
    window = display.screen().root.create_window(0, 0, 9, 9, 0, X.CopyFromParent)
    display.sync()
    return int(window.id)


def test_an_event_that_came_with_an_answer_is_taken_in_at_once(displays: tuple[Display, Display]) -> None:
    ours, theirs = displays
    seen: list[int] = []

    async def run() -> None:
        pump = Pump(ours, lambda event: seen.append(event.window.id), lambda: None)
        pump.start()
        await asyncio.sleep(0)
        created = _create(theirs)
        ours.sync()  # reads the event too: its file descriptor tells of nothing any more
        await until(lambda: seen == [created], within=1.0, what="the event")
        pump.stop()

    asyncio.run(run())


def test_an_event_that_came_with_an_answer_to_a_handler_is_taken_in_at_once(
    displays: tuple[Display, Display],
) -> None:
    ours, theirs = displays
    seen: list[int] = []
    created: list[int] = []

    def handle(event: Event) -> None:
        seen.append(event.window.id)
        if len(created) == 1:
            created.append(_create(theirs))
            ours.sync()

    async def run() -> None:
        pump = Pump(ours, handle, lambda: None)
        pump.start()
        created.append(_create(theirs))
        await until(lambda: len(seen) == 2, within=1.0, what="both events")
        pump.stop()

    asyncio.run(run())
    assert seen == created


def test_events_of_before_the_start_are_not_lost(displays: tuple[Display, Display]) -> None:
    ours, theirs = displays
    created = _create(theirs)
    ours.sync()
    seen: list[int] = []

    async def run() -> None:
        pump = Pump(ours, lambda event: seen.append(event.window.id), lambda: None)
        pump.start()
        await until(lambda: seen == [created], within=1.0, what="the event")
        pump.stop()

    asyncio.run(run())
