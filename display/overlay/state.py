"""What there is to tell on the screen beside home, meeting and content. Pure values; the shell makes them.

Names and labels come from outside and may be long, empty or in any script.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    """What a touch asks for. HIDE_CONTENT: the picture is not wanted, whether shown or only offered."""

    LEAVE = "leave"
    VOLUME_UP = "volume_up"
    VOLUME_DOWN = "volume_down"
    SHOW_CONTENT = "show_content"
    HIDE_CONTENT = "hide_content"
    HOME = "home"
    BACK = "back"  # to the meeting
    RESET = "reset"
    KEEP = "keep"  # everything as it is


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingBar:
    """Over a meeting. `volume`: 0 to 100, None where there is no sound; `content`: the label of an input that has a
    picture, None without one; `showing`: whether that picture is on the screen already."""

    provider_name: str = ""
    volume: int | None = None
    content: str | None = None
    showing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentBar:
    """Over a laptop's picture. `black`: it has been black for long."""

    label: str
    in_meeting: bool = False
    volume: int | None = None
    black: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeBar:
    """Over the home screen while a meeting runs. `returns`: it has a window to return to."""

    provider_name: str = ""
    returns: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A laptop's picture is there and waits to be wanted."""

    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A meeting is being opened."""

    provider_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsupported:
    """An input's picture has a size or rate that cannot be shown; 0 where it is not known."""

    label: str
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NoPicture:
    """An input that should show a picture has none."""

    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Protected:
    """An input's picture stays black."""

    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenLost:
    """One of several screens went away; `label` is its socket."""

    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Starting:
    """Nothing else can be shown yet."""

    room_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SafePage:
    """In place of a home screen that is not there. `time`: the room's, as its language writes it; `code`: why, once it
    has taken long."""

    room_name: str
    time: str
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reset:
    """The key for a new set-up is held; the question comes in `seconds`."""

    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetQuestion:
    """Whether everything is to be deleted and set up anew."""


Bar = MeetingBar | ContentBar | HomeBar
Message = Opening | Unsupported | NoPicture | Protected | ScreenLost | Starting | SafePage | Reset | ResetQuestion


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlayState:
    """At most one of each. `bar_on_top`: at the upper edge, because the touch that called it was at the lower one."""

    bar: Bar | None = None
    offer: Offer | None = None
    message: Message | None = None
    bar_on_top: bool = False
