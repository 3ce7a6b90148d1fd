"""When an event loop looks at an input next: after a while, or when its device has something to say."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Attention:
    """Timers and readers by name. `look` is called when a while is over, `event` when a device speaks."""

    def __init__(self, look: Callable[[str], None], event: Callable[[str], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._look = look
        self._event = event
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._readers: dict[str, int] = {}

    def now(self) -> float:
        """The monotonic time."""
        return self._loop.time()

    def at(self, name: str, when: float) -> None:
        """Look at this time, and not at the one that was meant before."""
        self._stop(name)
        self._timers[name] = self._loop.call_at(when, self._look, name)

    def listen(self, name: str, fd: int | None) -> None:
        """Wait for this file descriptor, and for no other."""
        if fd == self._readers.get(name):
            return
        if (old := self._readers.pop(name, None)) is not None:
            self._loop.remove_reader(old)
        if fd is not None:
            self._loop.add_reader(fd, self._event, name)
            self._readers[name] = fd

    def forget(self, name: str) -> None:
        """Neither look nor listen."""
        self._stop(name)
        self.listen(name, None)

    def close(self) -> None:
        """Forget all."""
        for name in {*self._timers, *self._readers}:
            self.forget(name)

    def _stop(self, name: str) -> None:
        if timer := self._timers.pop(name, None):
            timer.cancel()
