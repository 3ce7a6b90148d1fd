"""What mpv is showing, by its events."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from display.model import Source
from display.player.black import is_black
from display.player.failures import DIED, HUNG, reason
from display.player.ipc import Message
from display.ports import PlayerEvents


@dataclass(frozen=True, slots=True)
class Limits:
    """How long things may take, in seconds."""

    start: float = 20.0  # until the first answer: 200 libraries, from a disk that everything else reads too
    first_picture: float = 10.0  # without GL or warm files; the next player would be no faster
    ping_every: float = 5.0
    stop: float = 1.0
    black: float = 0.5  # a picture that is dark for less, between two slides, is not told


class Showing:
    """The file that mpv has open. `expect` names the source of the next file; `begun` is set once mpv has begun with
    that, `over` while there is none. `broken` is called with a code when mpv had better be killed; everything else goes
    to `events`."""

    def __init__(self, events: PlayerEvents, limits: Limits, broken: Callable[[str], None]) -> None:
        self._events = events
        self._limits = limits
        self._broken = broken
        self._next: Source | None = None
        self._entry: object = None
        self._messages: deque[str] = deque(maxlen=50)
        self._visible = self._black = False
        self._late: asyncio.TimerHandle | None = None
        self._dark: asyncio.TimerHandle | None = None
        self.source: Source | None = None
        self.begun, self.over = asyncio.Event(), asyncio.Event()
        self.over.set()

    def expect(self, source: Source) -> None:
        self._next = source
        self.begun.clear()

    def take(self, message: Message) -> None:
        """An event of mpv's."""
        name = message.get("event")
        if name == "start-file" and self._next is not None:
            self._begin(self._next, message.get("playlist_entry_id"))
        elif self.source is None:
            return
        elif name == "playback-restart":
            self._see(self.source)
        elif name == "end-file" and message.get("playlist_entry_id") == self._entry:
            self._end(self.source, str(message.get("reason")))
        elif name == "log-message":
            self._messages.append(str(message.get("text"))[:500])
        elif name == "property-change" and self.source.watch_black:
            self._look(dark=is_black(message.get("data")))

    def forget(self) -> None:
        """Nothing is shown any more."""
        for timer in (self._late, self._dark):
            if timer is not None:
                timer.cancel()
        self.source = self._late = self._dark = None
        self._visible = self._black = False
        self._messages.clear()
        self.over.set()

    def _begin(self, source: Source, entry: object) -> None:
        self.forget()
        self.source, self._next, self._entry = source, None, entry
        self._late = asyncio.get_running_loop().call_later(self._limits.first_picture, self._broken, HUNG)
        self.over.clear()
        self.begun.set()

    def _see(self, source: Source) -> None:
        if self._late is not None:
            self._late.cancel()
        if not self._visible:
            self._visible = True
            self._events.started(source)

    def _end(self, source: Source, how: str) -> None:
        code = reason(how, self._messages)
        self.forget()
        if code == DIED:
            self._broken(DIED)
        elif code is not None:
            self._events.failed(source, code)

    def _look(self, *, dark: bool) -> None:
        if dark and self._dark is None:
            self._dark = asyncio.get_running_loop().call_later(self._limits.black, self._tell, True)
        elif not dark:
            if self._dark is not None:
                self._dark.cancel()
                self._dark = None
            self._tell(is_black=False)

    def _tell(self, is_black: bool) -> None:
        if self.source is not None and is_black != self._black:
            self._black = is_black
            self._events.black(self.source, is_black=is_black)
