"""Between core and display: its configuration, its orders, its report. Keys may be added; readers ignore unknown ones.

`GET /api/v1/display/config` answers a DisplayConfig. `GET /api/v1/display/orders?as=NAME` is a stream of server-sent
events to one of the display's processes, "shell", "home" or "meeting"; one without a name counts for all of them. Each
gets every order: `open` (Open), `show_input` (ShowInput), `home` (Home), `restart_home` (Home: make the home browser
anew), `config` (DisplayConfig: what holds from now on; one comes first). `POST /api/v1/display/report` takes a
DisplayReport; each of its keys is a whole of its own, and what is left out stays as it was reported before.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from agent.wire.room import Input

DISPLAY_CONFIG = "/api/v1/display/config"
DISPLAY_ORDERS = "/api/v1/display/orders"
DISPLAY_REPORT = "/api/v1/display/report"


@dataclass(frozen=True, slots=True, kw_only=True)
class InputConfig:
    """`[inputs.NAME]`: one socket where a guest plugs in. `match`: a device path, ID_PATH, ID_SERIAL, vendor:product
    or part of the device's name; empty takes the first capture device nobody else matches. `audio`: "off", "auto" or
    an ALSA device. `edid_file`: absolute path or empty for the one that ships."""

    name: str
    label: str = ""
    kind: str = "hdmi"  # "hdmi" | "vga"
    match: str = ""
    audio: str = "off"
    edid_file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From `start` to `end`, both instants on the wire."""

    start: str
    end: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayConfig:
    """What the display needs to know. `cameras` are the room's own devices, by what `match` knows them by: never an
    input. `content`: whether a picture pops up by itself or is offered first. `awake`: when meetings want the screen
    on, lead time included. `sleep_after_min`: minutes without touch, picture or meeting; 0 never. `nightly`: "HH:MM" of
    the room's clock when the home browser is made anew, or empty."""

    version: int = 1
    room_name: str = ""
    language: str = "en"
    timezone: str = "UTC"
    home_url: str = "http://127.0.0.1:8080/"
    inputs: list[InputConfig] = field(default_factory=list)
    cameras: list[str] = field(default_factory=list)
    content: str = "popup"  # "popup" | "preview"
    prepare_meeting: bool = True
    sleep_after_min: int = 0
    awake: list[Span] = field(default_factory=list)
    nightly: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """Join: open `url`, whose host is `host`. `launcher`: "browser", or "command" with `command` as its argument list.
    `left_patterns`: of host and path, lower case, `*` for anything: where the page goes when the meeting was left.
    `steps`: help before joining, as `display/prejoin` reads it. `until`: when the meeting is closed by itself."""

    order_id: str
    url: str
    host: str
    launcher: str = "browser"
    left_patterns: list[str] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)
    until: str | None = None
    provider: str = ""
    provider_name: str = ""
    room_name: str = ""
    command: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowInput:
    order_id: str
    input: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    order_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of an order. `state`: "done" | "failed"; a failed one has a dotted `code`."""

    order_id: str
    state: str
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayProblem:
    """Something wrong at the display: a dotted code the core has a sentence for, the part it is about ("hdmi",
    "HDMI-1", "meeting"), and since when."""

    code: str
    part: str = ""
    since: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputReport:
    """A socket for a screen. `screen`: maker and name by its EDID; `mode` such as "1920x1080@60"."""

    name: str
    connected: bool
    enabled: bool
    mode: str | None = None
    screen: str | None = None
    primary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowReport:
    """A window of a role, without its title: that is a page's text."""

    role: str  # "home" | "meeting" | "content" | "overlay"
    pid: int
    geometry: str  # "1920x1080+0+0"


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayReport:
    """Each key that is not None replaces what was reported before. `screen` as in RoomState; `shown` is the input whose
    picture is on the screen; `awake` False while the screen sleeps; `meeting` "none" | "opening" | "running".
    `touched_s_ago`: whole seconds since somebody touched the screen or used a keyboard, while that is not long ago."""

    version: int = 1
    screen: str | None = None
    shown: str | None = None
    awake: bool | None = None
    meeting: str | None = None
    inputs: list[Input] | None = None
    outputs: list[OutputReport] | None = None
    windows: list[WindowReport] | None = None
    orders: list[Outcome] | None = None
    problems: list[DisplayProblem] | None = None
    meeting_problems: list[DisplayProblem] | None = None
    home_problems: list[DisplayProblem] | None = None
    touched_s_ago: int | None = None
    versions: dict[str, str] | None = None
