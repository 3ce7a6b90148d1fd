"""What the display needs of the world, as interfaces. A fake of each passes the same contract suite as the real one
(tests/contracts)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from display.model import Connector, Geometry, Mode, Reading, Source


class InputDriver(Protocol):
    """One capture device of a content input.

    `read` asks the device now; it never blocks for long and never raises: what goes wrong is a Reading with a code.
    `fileno` is ready when the device has something to say, None where it never does; `drain` takes that in.
    `interval` are the seconds after which it is asked again at the latest. `release` lets go of what hinders a player
    (the device's stream), `resume` takes it back; `prepare` sets the device to the picture it sees, before a player
    opens it, and gives what the player is told. `close` ends it; closing twice is allowed. `problems` are lasting ones,
    by code, that do not keep it from working.
    """

    @property
    def interval(self) -> float: ...
    @property
    def problems(self) -> tuple[str, ...]: ...
    def read(self) -> Reading: ...
    def fileno(self) -> int | None: ...
    def drain(self) -> None: ...
    def prepare(self) -> Source: ...
    def release(self) -> None: ...
    def resume(self) -> None: ...
    def close(self) -> None: ...


class PlayerEvents(Protocol):
    """Told by a Player, in the event loop's thread."""

    def started(self, source: Source) -> None:
        """The first picture of `source` is there."""

    def failed(self, source: Source, code: str) -> None:
        """`source` cannot be shown. It is given up: "player.busy", "player.format", "player.gone", "player.refused".
        It is tried again until `stop`, with pauses that grow: "player.hung", "player.died", "player.missing"."""

    def black(self, source: Source, *, is_black: bool) -> None:
        """The picture has been black for a while, or is no more. Only for a source that is watched."""


class Player(Protocol):
    """A window that shows a Source, there only while it has a picture. `play` replaces what is shown; `stop` takes it
    away and lets go of the device before it returns. Both never raise; failures come as events. `pids` are the
    processes whose windows are the player's. `run` keeps it alive until cancelled; one that dies or hangs is started
    again, with what it showed."""

    @property
    def pids(self) -> frozenset[int]: ...
    @property
    def version(self) -> str | None: ...
    async def run(self) -> None: ...
    async def play(self, source: Source) -> None: ...
    async def stop(self) -> None: ...


class Screens(Protocol):
    """Sockets for screens (RandR). `connectors(probe=True)` asks the hardware, else what the server knows.
    `apply` enables exactly the connectors of `layout` with these modes and places; False where the server refused."""

    def connectors(self, *, probe: bool = False) -> Sequence[Connector]: ...
    def apply(self, layout: Mapping[str, tuple[Mode, Geometry]]) -> bool: ...


class ScreenPower(Protocol):
    """Sleep of the screen (DPMS). `capable` is False where there is none: a black picture stands in for it."""

    @property
    def capable(self) -> bool: ...
    def sleep(self) -> None: ...
    def wake(self) -> None: ...
    def asleep(self) -> bool: ...


class Page(Protocol):
    """One page of a browser, over the DevTools protocol. `call` raises BrowserError. `url` is its present address.
    `frames` are the pages of frames from other sites, themselves pages."""

    @property
    def url(self) -> str: ...
    @property
    def frames(self) -> Sequence[Page]: ...
    async def call(self, method: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]: ...


class Mixer(Protocol):
    """The room's loudspeaker: `volume` 0 to 100, None where there is no sound."""

    async def volume(self) -> int | None: ...
    async def set_volume(self, percent: int) -> None: ...
