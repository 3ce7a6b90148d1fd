"""A whole box under test: an X server, the shell with its browsers and its player, drawn cables, and a core that gives
orders."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import pytest
from Xlib import X
from Xlib.display import Display
from Xlib.error import ConnectionClosedError
from Xlib.ext import xtest

from agent.wire import DisplayConfig, InputConfig, Open
from display.browsers import chromium
from display.channel import Teller
from display.model import Geometry
from display.overlay.layout import Layout
from display.overlay.overlays import GUARD_S
from display.overlay.state import Action, OverlayState
from display.overlay.typeset import Typesetter
from display.overlay.views import layouts
from tests.display.pages import Pages, served
from tests.display.xserver import Server, Xvfb, pixel, wait_until
from tests.fakes.display_core import FakeDisplayCore

ROOT = Path(__file__).parents[3]
HOME, MEETING, LEFT = (0x12, 0x34, 0x56), (0x00, 0x88, 0x22), (0x88, 0x22, 0x00)
_PAGE = "<body style='margin:0;background:rgb{color}'><p>A page"  # Chromium waits 0.5 s for one that says nothing
PAGES = {
    "/": _PAGE.format(color=HOME),
    "/meeting": _PAGE.format(color=MEETING),
    "/left": _PAGE.format(color=LEFT),
    "/closing": _PAGE.format(color=MEETING) + "<script>setTimeout(() => location = '/left', 1500)</script>",
}
SPOT = (1_000, 300)
"""A point of the screen that no bar covers."""
MEASURE = Typesetter("en", rtl=False).width


class Cables:
    """Drawn cables, told to the shell by a thread of their own."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._loop = asyncio.new_event_loop()
        self._teller = Teller(lambda _: None)
        self._over = asyncio.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        wait_until(self._socket.exists)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        async with self._teller.serving(self._socket):
            await self._over.wait()

    def set(self, **inputs: Mapping[str, Any] | str) -> None:
        """The state of all inputs: a signal, or a signal with its size and picture."""
        told = {
            name: {
                "width": 1280,
                "height": 720,
                "picture": "bars",
                **(how if isinstance(how, dict) else {"signal": how}),
            }
            for name, how in inputs.items()
        }
        self._loop.call_soon_threadsafe(self._teller.tell, {"inputs": told})


class Box:
    """The shell on a screen, and what one can do to it."""

    def __init__(
        self,
        server: Server,
        state: Path,
        core: FakeDisplayCore,
        pages: Pages,
        cables: Cables,
        environment: Mapping[str, str],
    ) -> None:
        self.server, self.state, self.core, self.pages, self.cables = server, state, core, pages, cables
        self.environment = environment
        self.display = Display(server.name)
        self._shells: list[subprocess.Popen[bytes]] = []
        self._orders = 0

    @property
    def shell(self) -> subprocess.Popen[bytes]:
        return self._shells[-1]

    def start(self) -> None:
        """Start the shell, or another one."""
        environment = {
            **self.server.environment(),
            "ROOM_DISPLAY_SIMULATOR": str(self.state / "cables.sock"),
            "ROOM_DISPLAY_LOCAL_PAGES": "1",
            **self.environment,
        }
        command = [sys.executable, "-m", "display", "run", "--state-dir", str(self.state), "--log-level", "warning"]
        self._shells.append(subprocess.Popen(command, env=environment, cwd=ROOT))

    def stop(self) -> None:
        """End everything, whatever state it is in."""
        with suppress(ConnectionClosedError):  # a test may have ended the server
            self.display.close()
        for shell in self._shells:
            shell.terminate()
        for shell in self._shells:
            shell.wait(20)

    def shows(self, color: tuple[int, int, int], *, within: float = 10.0) -> None:
        try:
            wait_until(lambda: pixel(self.display, *SPOT) == color, within=within)
        except AssertionError:
            seen = pixel(self.display, *SPOT)
            raise AssertionError(f"{seen} instead of {color} on the screen; reported: {self.core.merged}") from None

    def shows_no_longer(self, color: tuple[int, int, int]) -> None:
        """Until the point has another colour: a window that was raised paints itself a moment later."""
        wait_until(lambda: pixel(self.display, *SPOT) != color, what=f"anything but {color}")

    def has_windows(self, *roles: str) -> None:
        self.reported(lambda told: {each["role"] for each in told.get("windows", [])} >= set(roles), f"{roles}")

    def reported(self, predicate: Callable[[dict[str, Any]], bool], what: str, within: float = 15.0) -> None:
        """Until what the core was told is so."""
        try:
            wait_until(lambda: predicate(self.core.merged), within=within)
        except AssertionError:
            raise AssertionError(f"not {what} within {within} s; reported: {self.core.merged}") from None

    def reports(self, within: float = 10.0, **what: Any) -> None:
        """Until the core was told these."""
        self.reported(lambda told: all(told.get(key) == value for key, value in what.items()), f"{what}", within)

    def join(self, path: str = "/meeting", **more: Any) -> str:
        """The order to open a meeting; its id."""
        self._orders += 1
        order = Open(
            order_id=f"order-{self._orders}",
            url=self.pages.url(path),
            host="127.0.0.1",
            left_patterns=["127.0.0.1/left"],
            provider_name="Zoom",
        )
        self.core.order("open", replace(order, **more))
        return order.order_id

    def in_meeting(self) -> None:
        """Join, and wait until the meeting is on the screen."""
        self.has_windows("meeting")
        self.join()
        self.shows(MEETING)
        self.reports(screen="meeting", meeting="running")

    def plug(self) -> None:
        self.cables.set(hdmi="live")
        self.reports(screen="content", shown="hdmi")

    def unplug(self) -> None:
        self.cables.set(hdmi="no_cable")

    def another(self, role: str, than: int) -> None:
        """Until a window of this role is there that belongs to another process."""
        self.reported(
            lambda told: any(each["role"] == role and each["pid"] != than for each in told["windows"]),
            f"another {role}",
        )

    def pid_of(self, role: str) -> int:
        """The process of a role's window."""
        return next(int(each["pid"]) for each in self.core.merged["windows"] if each["role"] == role)

    def problems(self, key: str = "problems") -> set[str]:
        return {each["code"] for each in self.core.merged.get(key) or ()}

    def touch(self, x: int, y: int) -> None:
        xtest.fake_input(self.display, X.MotionNotify, x=x, y=y)
        xtest.fake_input(self.display, X.ButtonPress, 1)
        xtest.fake_input(self.display, X.ButtonRelease, 1)
        self.display.sync()

    def drawn(self, state: OverlayState) -> Layout:
        """Where the overlay of this state is."""
        root = self.display.screen().root.get_geometry()
        (found,) = layouts(state, Geometry(root.width, root.height), "en", MEASURE)
        return found

    def overlaid(self, state: OverlayState, over: tuple[int, int, int], *, there: bool = True) -> None:
        """Until that overlay is there, or is no more, over a page of this colour."""
        box = self.drawn(state).box
        places = [(box.x + box.width // 2, box.y + 4), (box.x + box.width // 2, box.y + box.height - 4)]
        wait_until(
            lambda: all((pixel(self.display, *place) != over) is there for place in places),
            within=10,
            what=f"no {state} on the screen" if there else f"{state} is still there",
        )

    def press(self, state: OverlayState, action: Action) -> None:
        """Touch a button of the overlay of this state, when that has been there long enough to be meant."""
        meant = time.monotonic() + GUARD_S
        wait_until(lambda: time.monotonic() > meant)
        button = next(part.box for part in self.drawn(state).parts if part.action is action)
        self.touch(button.x + button.width // 2, button.y + button.height // 2)

    def kill(self, pid: int, number: int = signal.SIGKILL) -> None:
        os.kill(pid, number)


def alive(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@contextmanager
def a_box(
    state: Path,
    *,
    screen: AbstractContextManager[Server] | None = None,
    environment: Mapping[str, str] | None = None,
    up: bool = True,
    **config: Any,
) -> Iterator[Box]:
    """A box whose home screen is up; without `up`, one that has just been started. `environment`: of the shell, beside
    the test's own."""
    if chromium.find() is None:
        pytest.skip("Chromium is not installed")
    with ExitStack() as stack:
        server = stack.enter_context(screen or Xvfb("1280x720"))
        home = stack.enter_context(served({"/": PAGES["/"]}))
        pages = stack.enter_context(served(PAGES))
        inputs = [InputConfig(name="hdmi", label="HDMI")]
        wanted = DisplayConfig(**{"home_url": home.url("/"), "room_name": "Turing", "inputs": inputs, **config})
        core = stack.enter_context(FakeDisplayCore(wanted).serving(state / "core.sock"))
        cables = stack.enter_context(Cables(state / "cables.sock"))
        cables.set(hdmi="no_cable")
        box = Box(server, state, core, pages, cables, environment or {})
        stack.callback(box.stop)
        box.start()
        if up:
            box.shows(HOME, within=20)
            box.reports(screen="home")
        yield box


def gone(pids: set[int], within: float = 10.0) -> None:
    """Until none of these processes is there."""
    end = time.monotonic() + within
    while any(alive(pid) for pid in pids):
        assert time.monotonic() < end, f"still there: {[pid for pid in pids if alive(pid)]}"
        time.sleep(0.02)
