"""The connection to the X server: waited for at the start, lost for good when it breaks."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

from Xlib import X, error
from Xlib.display import Display
from Xlib.protocol.rq import Event
from Xlib.xobject.drawable import Window

log = logging.getLogger(__name__)

WAIT_S = 30.0
AGAIN_S = 0.2
_STORM = 2_000
"""Events taken in one go; the loop gets its turn between."""


class ScreenError(Exception):
    """The screen cannot be had, or is gone. `code` is stable; the message says what happened and what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


async def connect(name: str | None, wait_s: float = WAIT_S) -> Display:
    """The X server of `name` or $DISPLAY; it gives no sign when it is ready, so it is asked until it answers.

    Raises ScreenError.
    """
    loop = asyncio.get_running_loop()
    until = loop.time() + wait_s
    while True:
        try:
            return Display(name)
        except (error.DisplayError, error.ConnectionClosedError, OSError) as problem:
            if isinstance(problem, error.DisplayNameError) or loop.time() >= until:
                where = name or "$DISPLAY"
                raise ScreenError(
                    "display.no_screen", f"No X server answers at {where}; start one, or name it in DISPLAY."
                ) from None
        await asyncio.sleep(AGAIN_S)


def tolerate_races(display: Display) -> None:
    """Windows vanish between an event and our answer to it: errors about them are no news."""
    display.set_error_handler(lambda problem, _: log.debug("X: %s", type(problem).__name__))


def become_manager(display: Display) -> None:
    """Be the window manager of the screen. Raises ScreenError where there is one already."""
    refused = error.CatchError(error.BadAccess)
    mask = X.SubstructureRedirectMask | X.SubstructureNotifyMask | X.PropertyChangeMask
    display.screen().root.change_attributes(event_mask=mask, onerror=refused)
    display.sync()
    if refused.get_error() is not None:
        raise ScreenError(
            "display.other_manager", "Another window manager runs on this screen; stop it, or use another screen."
        )


class _Queue(list[Event]):
    """Python-xlib's queue of events, that says when one comes in."""

    def __init__(self, came: Callable[[], None]) -> None:
        super().__init__()
        self._came = came

    def append(self, event: Event) -> None:
        super().append(event)
        self._came()


class Pump:
    """Takes in the events of the connection, whoever reads them: python-xlib does that too at every flush and while it
    waits for an answer. Such an event makes no file descriptor ready any more, and would lie there until the next."""

    def __init__(self, display: Display, handle: Callable[[Event], None], lost: Callable[[], None]) -> None:
        self._display = display
        self._handle = handle
        self._lost = lost
        self._soon: asyncio.Handle | None = None
        self._started = self._pumping = False
        self._fileno = display.fileno()

    def start(self) -> None:
        """Begin; call it inside the loop."""
        asyncio.get_running_loop().add_reader(self._fileno, self.pump)
        self._started = True
        queue = _Queue(self.look)
        queue.extend(self._display.display.event_queue)
        self._display.display.event_queue = queue
        self.look()

    def stop(self) -> None:
        asyncio.get_running_loop().remove_reader(self._fileno)
        self._started = False
        if self._soon is not None:
            self._soon.cancel()
            self._soon = None

    def look(self) -> None:
        """Have what is queued taken in soon."""
        if self._started and self._soon is None and not self._pumping:
            self._soon = asyncio.get_running_loop().call_soon(self.pump)

    def pump(self) -> None:
        """Take in what is there."""
        self._soon, self._pumping = None, True
        try:
            for _ in range(_STORM):
                if not self._display.pending_events():
                    break
                self._handle(self._display.next_event())
            self._display.flush()
        except (error.ConnectionClosedError, OSError):
            self.stop()
            self._lost()
            return
        finally:
            self._pumping = False
        if self._display.display.event_queue:
            self.look()


def owner(display: Display, window: Window) -> int:
    """The process that made a window, as the server knows it (XRes 1.2, which nobody can fake); 0 where it does not.
    Only a server without that extension leaves it to the window's own claim (_NET_WM_PID)."""
    if display.has_extension("X-Resource"):
        with suppress(error.XError, AttributeError, IndexError):
            answer = display.res_query_client_ids([{"client": window.id, "mask": 2}])
            return int(answer.ids[0].value[0])
        return 0
    with suppress(error.XError, AttributeError, IndexError):
        claimed = window.get_full_property(display.intern_atom("_NET_WM_PID"), X.AnyPropertyType)
        return int(claimed.value[0]) if claimed else 0
    return 0
