"""What the shell needs of the parts it holds together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from agent.wire import InputConfig
from display.inputs.watched import InputNow
from display.model import Call, Connector, Geometry, Role, Trouble
from display.overlay.state import OverlayState
from display.ports import Mixer
from display.shell.awake import Waking
from display.shell.playing import Playing
from display.windows.manager import Managed


class Inputs(Protocol):
    """The content inputs (display.inputs.watch)."""

    @property
    def inputs(self) -> tuple[InputNow, ...]: ...
    @property
    def troubles(self) -> tuple[Trouble, ...]: ...
    def reconfigure(self, inputs: Sequence[InputConfig], cameras: Sequence[str]) -> None: ...
    def failed(self, name: str, code: str) -> None: ...
    def black(self, name: str, is_black: bool) -> None: ...
    def dismissed(self, name: str) -> None: ...
    def tapped(self, name: str) -> None: ...


class Outputs(Protocol):
    """The sockets for screens (display.outputs.watch)."""

    @property
    def connectors(self) -> Sequence[Connector]: ...
    @property
    def geometry(self) -> Geometry: ...
    @property
    def troubles(self) -> Sequence[Trouble]: ...


class Windows(Protocol):
    """The window manager (display.windows.manager)."""

    @property
    def windows(self) -> Mapping[int, Managed]: ...
    @property
    def strangers(self) -> frozenset[int]: ...
    def has(self, role: Role, pids: frozenset[int] = frozenset(), /) -> bool: ...
    def reconsider(self) -> None: ...
    def arrange(self, front: Role, screen: Geometry) -> None: ...


class Overlay(Protocol):
    """What is drawn over the windows (display.overlay)."""

    def show(self, state: OverlayState, screen: Geometry, language: str) -> None: ...


class Curtain(Protocol):
    """A black window over everything (display.windows.curtain)."""

    def draw(self, screen: Geometry, *, closed: bool) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the shell holds together. `meeting` and `home_code` give the newest state of the two other processes;
    `leave` and `restart_home` ask them for it. `now` is monotonic, `clock` the time of the day in UTC.
    `reset` takes the answer to whether everything is to be set up anew."""

    windows: Windows
    inputs: Inputs
    outputs: Outputs
    playing: Playing
    overlay: Overlay
    curtain: Curtain
    waking: Waking
    mixer: Mixer
    meeting: Callable[[], Call]
    home_code: Callable[[], str | None]
    leave: Callable[[], bool]
    restart_home: Callable[[], bool]
    versions: Callable[[], Mapping[str, str]]
    now: Callable[[], float]
    clock: Callable[[], datetime]
    reset: Callable[[bool], None] = lambda _: None
