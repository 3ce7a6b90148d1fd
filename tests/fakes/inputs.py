"""Content inputs without devices."""

from __future__ import annotations

import os
from contextlib import suppress

from display.inputs.device import Device
from display.model import Reading, Signal, Source


class FakeInput:
    """An InputDriver whose `reading` is set by the test; `say` makes it ready."""

    def __init__(self, reading: Reading | None = None, *, interval: float = 0.15, node: str = "/dev/video0") -> None:
        self.reading = reading or Reading(Signal.NO_CABLE)
        self.interval = interval
        self.problems: tuple[str, ...] = ()
        self.done: list[str] = []
        self._node = node
        self._pipe: tuple[int, int] | None = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)

    def say(self) -> None:
        """An event."""
        assert self._pipe is not None
        os.write(self._pipe[1], b"!")

    def read(self) -> Reading:
        return Reading(Signal.ABSENT, code="device.gone") if self._pipe is None else self.reading

    def fileno(self) -> int | None:
        return None if self._pipe is None else self._pipe[0]

    def drain(self) -> None:
        if self._pipe is not None:
            with suppress(BlockingIOError):
                os.read(self._pipe[0], 1024)

    def prepare(self) -> Source:
        self.done.append("prepare")
        return Source(f"av://v4l2:{self._node}", watch_black=True)

    def release(self) -> None:
        self.done.append("release")

    def resume(self) -> None:
        self.done.append("resume")

    def close(self) -> None:
        if self._pipe is not None:
            for end in self._pipe:
                os.close(end)
        self._pipe = None
        self.done.append("close")


class FakeDevices:
    """What udev tells: `listed`, and news when the test says so."""

    def __init__(self, *listed: Device) -> None:
        self.listed = list(listed)
        self.looks = 0
        self.loses = False
        self._pipe = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)

    def say(self) -> None:
        os.write(self._pipe[1], b"!")

    def fileno(self) -> int:
        return self._pipe[0]

    def drain(self) -> bool:
        with suppress(BlockingIOError):
            os.read(self._pipe[0], 1024)
        return not self.loses

    def devices(self) -> list[Device]:
        self.looks += 1
        return list(self.listed)

    def close(self) -> None:
        for end in self._pipe:
            os.close(end)
