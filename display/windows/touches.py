"""Touches, clicks and the mouse anywhere on the screen, whoever's window they are for: raw XInput 2 events.

Raw events come to whoever selects them on the root window; nothing is grabbed and nobody misses his own. From version
2.1 on they come during others' grabs too, and from 2.2 on there are touches (XI2proto.txt, "RawEvent").
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from Xlib.display import Display
from Xlib.error import XError
from Xlib.ext import ge, xinput
from Xlib.protocol.rq import Event

RAW_TOUCH_BEGIN = 22  # XI2.h; python-xlib ends at 2.0
_VERSION = (2, 2)
_BUTTONS = frozenset({1, 2, 3})  # 4 to 7 are the wheel
_LOOK_S = 0.05  # where the pointer is costs a round trip, and a mouse moves a thousand times a second
_DETAIL = slice(6, 10)  # of what follows a generic event's type: deviceid, time, detail
FAR = 0.02  # of the screen's height: less is a table that was bumped


@dataclass(frozen=True, slots=True)
class Touch:
    """Where the pointer is on the root window, in pixels. `pressed`: by a finger or a button; else a mouse moved."""

    x: int
    y: int
    pressed: bool


class Touches:
    """Tells `touched` of every press on any window, and of the mouse once it has moved far enough; `typed` of every
    key, but not which. False in `capable`: the server has no XInput 2, and nothing is ever told; X's idle counter
    tells less, but always."""

    def __init__(
        self, display: Display, touched: Callable[[Touch], None], typed: Callable[[], None] = lambda: None
    ) -> None:
        self._display = display
        self._touched = touched
        self._typed = typed
        self._root = display.screen().root
        self._far = FAR * display.screen().height_in_pixels
        self._moving = True
        self._from = self._pointer()
        self._looked = 0.0
        self._opcode = 0
        self._version = (0, 0)
        if display.has_extension(xinput.extname):
            self._opcode = display.display.get_extension_major(xinput.extname)
            self._version = self._asked_version()
        self._select()

    @property
    def capable(self) -> bool:
        """Whether anything can be told."""
        return self._version >= (2, 0)

    def motion(self, wanted: bool) -> None:
        """Whether the mouse's way matters: while a bar is there it need not wake this process."""
        if wanted != self._moving:
            self._moving, self._from = wanted, self._pointer()
            self._select()

    def handle(self, event: Event, now: float) -> bool:
        """Take in one of the display's events at a monotonic time; False for one that is not ours."""
        if event.type != ge.GenericEventCode or event.extension != self._opcode:
            return False
        if event.evtype == RAW_TOUCH_BEGIN or (event.evtype == xinput.RawButtonPress and _button(event) in _BUTTONS):
            self._tell(self._pointer(), pressed=True)
        elif event.evtype == xinput.RawMotion and now >= self._looked + _LOOK_S:
            self._looked = now
            self._moved(self._pointer())
        elif event.evtype == xinput.RawKeyPress:
            self._typed()
        return event.evtype in {RAW_TOUCH_BEGIN, xinput.RawButtonPress, xinput.RawKeyPress, xinput.RawMotion}

    def _moved(self, place: tuple[int, int]) -> None:
        if max(abs(place[0] - self._from[0]), abs(place[1] - self._from[1])) >= self._far:
            self._tell(place, pressed=False)

    def _tell(self, place: tuple[int, int], *, pressed: bool) -> None:
        self._from = place
        self._touched(Touch(*place, pressed=pressed))

    def _pointer(self) -> tuple[int, int]:
        found = self._root.query_pointer()
        return int(found.root_x), int(found.root_y)

    def _asked_version(self) -> tuple[int, int]:
        """The version both sides speak; (0, 0) for none. A client gets the events of the version it asked for."""
        try:
            answer = xinput.XIQueryVersion(
                display=self._display.display, opcode=self._opcode, major_version=_VERSION[0], minor_version=_VERSION[1]
            )
        except XError:
            return 0, 0
        return answer.major_version, answer.minor_version

    def _select(self) -> None:
        if not self.capable:
            return
        mask = xinput.RawButtonPressMask | xinput.RawKeyPressMask
        mask |= xinput.RawMotionMask if self._moving else 0
        mask |= 1 << RAW_TOUCH_BEGIN if self._version >= _VERSION else 0
        xinput.select_events(self._root, [(xinput.AllMasterDevices, [mask])])
        self._display.flush()


def _button(event: Event) -> int:
    return int.from_bytes(event.data[_DETAIL], "little")
