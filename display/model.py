"""Values of the display: what is plugged in, what is on the screen, who is in front. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Signal(StrEnum):
    """What a content input says about its cable; the words of RoomState."""

    ABSENT = "absent"  # no device
    NO_CABLE = "no_cable"
    NO_SIGNAL = "no_signal"
    UNSTABLE = "unstable"
    UNSUPPORTED = "unsupported"
    PROTECTED = "protected"  # a picture that stays black: copy protection, or a black screen
    LIVE = "live"


@dataclass(frozen=True, slots=True)
class Reading:
    """One look at an input: its signal, the size of its picture (0 while unknown), and why it cannot be used
    ("device.busy", "device.gone", "device.refused"), if so."""

    signal: Signal
    width: int = 0
    height: int = 0
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """What a player is given: its address, the demuxer's options, and where its sound comes from, if wanted."""

    url: str  # "av://v4l2:/dev/video0"
    options: tuple[tuple[str, str], ...] = ()  # ("input_format", "mjpeg")
    audio: str | None = None  # "av://alsa:hw:1"
    watch_black: bool = False  # the player looks for black pictures: the device itself cannot tell


@dataclass(frozen=True, slots=True)
class Geometry:
    """A rectangle of the screen, in pixels."""

    width: int
    height: int
    x: int = 0
    y: int = 0

    def __str__(self) -> str:
        return f"{self.width}x{self.height}+{self.x}+{self.y}"


class Role(StrEnum):
    """What a window is for; also the order from bottom to top."""

    HOME = "home"
    MEETING = "meeting"
    CONTENT = "content"
    OVERLAY = "overlay"


@dataclass(frozen=True, slots=True)
class Mode:
    """A picture's size and rate. `id`: the X server's, 0 outside it."""

    width: int
    height: int
    refresh: float = 0.0
    id: int = 0

    def __str__(self) -> str:
        return f"{self.width}x{self.height}@{self.refresh:.0f}" if self.refresh else f"{self.width}x{self.height}"


@dataclass(frozen=True, slots=True)
class Connector:
    """A socket for a screen as X sees it. `modes`: best first, as the screen prefers; `screen`: its name by EDID."""

    name: str  # "HDMI-1"
    connected: bool
    mode: Mode | None = None  # None: not enabled
    geometry: Geometry | None = None
    modes: tuple[Mode, ...] = ()
    preferred: int = 0  # how many of `modes`, from the first on, the screen prefers
    screen: str | None = None
    primary: bool = False
    id: int = 0


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something wrong, by code, and the part it is about."""

    code: str
    part: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """The meeting as its driver tells it. `pids`: whose windows are the meeting's; `program`: those of them that are a
    program of its own, which may have no window at all."""

    state: str = "none"  # "none" | "opening" | "running"
    order_id: str = ""
    provider_name: str = ""
    pids: frozenset[int] = field(default_factory=frozenset)
    ready: bool = False  # its first picture is painted, or its program runs
    program: frozenset[int] = field(default_factory=frozenset)
