"""A drawn cable as a device: what the simulator says about it is what it reads."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from display.inputs.faults import GONE
from display.inputs.simulated_pictures import Picture, address
from display.model import Reading, Signal, Source

_USUAL, _LARGEST = (1280, 720), 4096

Told = Mapping[str, Any]


class Bell:
    """A file descriptor that is ready once `ring` was called, until `silence`."""

    def __init__(self) -> None:
        self._fd = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)

    def fileno(self) -> int | None:
        return self._fd if self._fd >= 0 else None

    def ring(self) -> None:
        if self._fd >= 0:
            os.eventfd_write(self._fd, 1)

    def silence(self) -> None:
        if self._fd >= 0:
            with suppress(BlockingIOError):
                os.eventfd_read(self._fd)

    def close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


class SimulatedDriver:
    """An InputDriver. `told` gives what the simulator says about it now, None while it says nothing."""

    def __init__(self, told: Callable[[], Told | None]) -> None:
        self.interval = 1.0
        self.problems: tuple[str, ...] = ()
        self._told = told
        self.bell = Bell()

    def read(self) -> Reading:
        told = self._told()
        if told is None or self.bell.fileno() is None:
            return Reading(Signal.ABSENT, code=GONE)
        signal = signal_of(told)
        if signal is Signal.ABSENT:
            return Reading(signal, code=GONE)
        return Reading(signal, *_size(told)) if signal is Signal.LIVE else Reading(signal)

    def fileno(self) -> int | None:
        return self.bell.fileno()

    def drain(self) -> None:
        self.bell.silence()

    def prepare(self) -> Source:
        told = self._told() or {}
        return Source(address(_picture(told), *_size(told)), watch_black=True)

    def release(self) -> None:
        """Nothing of a drawn cable hinders a player."""

    def resume(self) -> None:
        """Nothing was released."""

    def close(self) -> None:
        self.bell.close()


def signal_of(told: Told) -> Signal:
    try:
        return Signal(told.get("signal", ""))
    except ValueError:
        return Signal.ABSENT


def _picture(told: Told) -> Picture:
    try:
        return Picture(told.get("picture", ""))
    except ValueError:
        return Picture.BARS


def _size(told: Told) -> tuple[int, int]:
    width, height = told.get("width"), told.get("height")
    if type(width) is int and type(height) is int and 0 < width <= _LARGEST and 0 < height <= _LARGEST:
        return width, height
    return _USUAL
