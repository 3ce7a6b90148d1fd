"""The player follows what is wanted."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from display.model import Source
from display.shell.playing import Playing, Wanted


class Projector:
    """A player that notes what it is told, and takes as long as it is made to."""

    pids = frozenset({7})
    version = "1"

    def __init__(self) -> None:
        self.told: list[str] = []
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()

    async def run(self) -> None:
        await asyncio.Event().wait()

    async def play(self, source: Source) -> None:
        self.told.append(source.url)
        await self.may_go_on.wait()

    async def stop(self) -> None:
        self.told.append("stop")
        await self.may_go_on.wait()


class Room:
    def __init__(self) -> None:
        self.player = Projector()
        self.given_back: list[str] = []
        self.changes = 0
        self.playing = Playing(self.player, self.source, self.given_back.append, self._changed)

    def _changed(self) -> None:
        self.changes += 1

    def source(self, name: str) -> Source:
        return Source(f"av://{name}")

    async def until(self, predicate: Callable[[], object]) -> None:
        async with asyncio.timeout(5):
            while not predicate():  # noqa: ASYNC110
                await asyncio.sleep(0)


def in_room(test: Callable[[Room], Awaitable[None]]) -> None:
    async def run() -> None:
        room = Room()
        task = asyncio.create_task(room.playing.run())
        await test(room)
        task.cancel()

    asyncio.run(run())


def test_a_picture_counts_as_shown_when_it_is_there() -> None:
    async def test(room: Room) -> None:
        room.playing.want(Wanted("hdmi"))
        await room.until(lambda: room.player.told == ["av://hdmi"])
        assert room.playing.showing is None

        room.playing.started(Source("av://hdmi"))
        assert room.playing.showing == "hdmi"

    in_room(test)


def test_what_is_wanted_no_more_is_off_the_screen_before_the_player_has_stopped() -> None:
    async def test(room: Room) -> None:
        room.playing.want(Wanted("hdmi"))
        await room.until(lambda: room.player.told)
        room.playing.started(Source("av://hdmi"))
        room.player.may_go_on.clear()

        room.playing.want(None)

        assert room.playing.showing is None
        await room.until(lambda: room.player.told[-1] == "stop")
        assert room.given_back == []
        room.player.may_go_on.set()
        await room.until(lambda: room.given_back == ["hdmi"])

    in_room(test)


def test_another_take_of_the_same_input_opens_it_anew_and_stays_in_front() -> None:
    async def test(room: Room) -> None:
        room.playing.want(Wanted("hdmi", 1))
        await room.until(lambda: room.player.told)
        room.playing.started(Source("av://hdmi"))

        room.playing.want(Wanted("hdmi", 2))

        assert room.playing.showing == "hdmi"
        await room.until(lambda: room.player.told == ["av://hdmi", "stop", "av://hdmi"])

    in_room(test)


def test_of_wishes_in_a_row_the_last_is_followed() -> None:
    async def test(room: Room) -> None:
        room.player.may_go_on.clear()
        room.playing.want(Wanted("hdmi"))
        await room.until(lambda: room.player.told)
        for name in ("vga", "hdmi", "vga"):
            room.playing.want(Wanted(name))
        room.player.may_go_on.set()
        await room.until(lambda: room.playing.opened == "vga")

        assert room.player.told == ["av://hdmi", "stop", "av://vga"]

    in_room(test)


def test_a_failure_says_whose_it_was_and_news_of_another_source_is_no_news() -> None:
    async def test(room: Room) -> None:
        room.playing.want(Wanted("hdmi"))
        await room.until(lambda: room.playing.opened == "hdmi")
        room.playing.started(Source("av://other"))
        assert room.playing.showing is None
        assert room.playing.failed(Source("av://other")) is None
        room.playing.started(Source("av://hdmi"))

        assert room.playing.failed(Source("av://hdmi")) == "hdmi"
        assert room.playing.showing is None

    in_room(test)
