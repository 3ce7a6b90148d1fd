"""A loudspeaker that makes no sound."""

from __future__ import annotations


class FakeMixer:
    """A `Mixer`; None is a room without sound."""

    def __init__(self, percent: int | None = 40) -> None:
        self.percent = percent

    async def volume(self) -> int | None:
        return self.percent

    async def set_volume(self, percent: int) -> None:
        if self.percent is not None:
            self.percent = min(max(percent, 0), 100)
