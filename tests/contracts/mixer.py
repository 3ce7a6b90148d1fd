"""What every `display.ports.Mixer` does. Subclass it and give it a `mixer` at 40 percent and a `silent` one."""

from __future__ import annotations

import asyncio

import pytest

from display.ports import Mixer


class MixerContract:
    """Run by every mixer."""

    def test_it_tells_its_volume(self, mixer: Mixer) -> None:
        assert asyncio.run(mixer.volume()) == 40

    @pytest.mark.parametrize(("wanted", "is_then"), [(0, 0), (7, 7), (29, 29), (100, 100), (900, 100), (-5, 0)])
    def test_it_is_as_loud_as_told_within_its_limits(self, mixer: Mixer, wanted: int, is_then: int) -> None:
        async def scene() -> int | None:
            await mixer.set_volume(wanted)
            return await mixer.volume()

        assert asyncio.run(scene()) == is_then

    def test_without_sound_there_is_no_volume(self, silent: Mixer) -> None:
        async def scene() -> int | None:
            await silent.set_volume(50)
            return await silent.volume()

        assert asyncio.run(scene()) is None
