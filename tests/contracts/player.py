"""What every `display.ports.Player` does. Subclass it and give it a `stage` fixture."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from typing import Protocol

from display.model import Source
from display.ports import Player
from tests.display.waiting import until
from tests.fakes.player import Told


class Stage(Protocol):
    """A player, and what can happen to it."""

    picture: Source
    other: Source
    missing: Source

    def player(self, told: Told) -> Player: ...
    def die(self) -> None: ...
    def hang(self) -> None: ...
    def is_black(self, source: Source) -> Source:
        """A source like this one whose picture is black from the start, or soon."""

    def turn_black(self) -> None: ...


Scene = Callable[[Player, Told], Awaitable[None]]


def run(stage: Stage, scene: Scene) -> None:
    """Play a scene with a living player."""

    async def whole() -> None:
        told = Told()
        player = stage.player(told)
        life = asyncio.create_task(player.run())
        try:
            await until(lambda: player.pids)
            await scene(player, told)
        finally:
            life.cancel()
            with suppress(asyncio.CancelledError):
                await life
        assert player.pids == frozenset()

    asyncio.run(whole())


class PlayerContract:
    """Run by every player."""

    def test_a_source_is_told_when_its_first_picture_is_there(self, stage: Stage) -> None:
        async def scene(player: Player, told: Told) -> None:
            await player.play(stage.picture)
            await until(lambda: told.events)
            assert told.events == [("started", stage.picture)]
            assert player.version

        run(stage, scene)

    def test_another_source_takes_its_place(self, stage: Stage) -> None:
        async def scene(player: Player, told: Told) -> None:
            await player.play(stage.picture)
            await until(lambda: told.events)
            await player.play(stage.other)
            await until(lambda: len(told.events) > 1)
            assert told.events == [("started", stage.picture), ("started", stage.other)]

        run(stage, scene)

    def test_a_mode_change_is_a_stop_and_the_same_source_again(self, stage: Stage) -> None:
        async def scene(player: Player, told: Told) -> None:
            for count in (1, 2, 3):
                await player.play(stage.picture)
                await until(told.count(count))
                await player.stop()
            assert told.words() == ["started"] * 3

        run(stage, scene)

    def test_stopping_what_does_not_play_does_nothing(self, stage: Stage) -> None:
        async def scene(player: Player, told: Told) -> None:
            await player.stop()
            await player.play(stage.picture)
            await player.stop()
            await player.stop()
            assert set(told.words()) <= {"started"}

        run(stage, scene)

    def test_a_source_that_does_not_exist_fails_and_is_given_up(self, stage: Stage) -> None:
        async def scene(player: Player, told: Told) -> None:
            await player.play(stage.missing)
            await until(lambda: told.events)
            assert told.events == [("player.gone", stage.missing)]
            await player.play(stage.picture)
            await until(lambda: len(told.events) > 1)
            assert told.events[1] == ("started", stage.picture)

        run(stage, scene)

    def test_a_player_that_dies_shows_again_what_it_showed(self, stage: Stage) -> None:
        async def scene(player: Player, told: Told) -> None:
            await player.play(stage.picture)
            await until(lambda: told.events)
            before = player.pids
            stage.die()
            await until(lambda: len(told.events) == 3)
            assert told.words() == ["started", "player.died", "started"]
            assert player.pids != before

        run(stage, scene)

    def test_a_player_that_dies_with_nothing_to_show_shows_nothing(self, stage: Stage) -> None:
        async def scene(player: Player, told: Told) -> None:
            await player.play(stage.picture)
            await until(lambda: told.events)
            await player.stop()
            before = player.pids
            stage.die()
            await until(lambda: player.pids and player.pids != before)
            assert told.words() == ["started"]

        run(stage, scene)

    def test_a_player_that_hangs_is_replaced(self, stage: Stage) -> None:
        async def scene(player: Player, told: Told) -> None:
            await player.play(stage.picture)
            await until(lambda: told.events)
            stage.hang()
            await until(lambda: len(told.events) == 3, within=8)
            assert told.words() == ["started", "player.hung", "started"]

        run(stage, scene)

    def test_black_is_told_of_a_source_that_is_watched(self, stage: Stage) -> None:
        async def scene(player: Player, told: Told) -> None:
            await player.play(stage.is_black(replace(stage.picture, watch_black=True)))
            await until(lambda: told.events)
            stage.turn_black()
            await until(lambda: len(told.events) == 2)
            assert told.words() == ["started", "black"]

        run(stage, scene)

    def test_black_is_not_told_of_a_source_that_is_not_watched(self, stage: Stage) -> None:
        async def scene(player: Player, told: Told) -> None:
            await player.play(stage.is_black(stage.picture))
            await until(lambda: told.events)
            stage.turn_black()
            await player.play(stage.other)
            await until(lambda: len(told.events) == 2)
            assert told.words() == ["started", "started"]

        run(stage, scene)
