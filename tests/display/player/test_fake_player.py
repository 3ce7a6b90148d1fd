from __future__ import annotations

import pytest

from display.model import Source
from tests.contracts.player import PlayerContract
from tests.fakes.player import FakePlayer, Told


class FakeStage:
    picture, other, missing = Source("a"), Source("b"), Source("missing")

    def player(self, told: Told) -> FakePlayer:
        self._player = FakePlayer(told, broken={"missing": "player.gone"})
        return self._player

    def die(self) -> None:
        self._player.fail("player.died")

    def hang(self) -> None:
        self._player.fail("player.hung")

    def is_black(self, source: Source) -> Source:
        return source

    def turn_black(self) -> None:
        self._player.black(is_black=True)


class TestFakePlayer(PlayerContract):
    @pytest.fixture
    def stage(self) -> FakeStage:
        return FakeStage()
