"""A screen without hardware: an X server of our own, to which only those who read its cookie may connect."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import socket
import struct
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from Xlib import error
from Xlib.display import Display

from display.demo.children import ended, spawn

START_S = 15.0
_COOKIE = b"MIT-MAGIC-COOKIE-1"
_FAMILY_LOCAL = 256


class ScreenFailed(Exception):
    """There is no screen; the message says why."""


@dataclass(frozen=True, slots=True)
class Screen:
    """A running X server: its display's name (":7"), the file with its cookie, its process, our connections."""

    name: str
    authority: Path
    process: asyncio.subprocess.Process
    connections: list[Display] = field(default_factory=list)

    def environment(self, mine: Mapping[str, str]) -> dict[str, str]:
        """`mine` for a child that is to use this screen and no other."""
        others = {name: value for name, value in mine.items() if name != "WAYLAND_DISPLAY"}
        return {**others, "DISPLAY": self.name, "XAUTHORITY": str(self.authority)}

    def connect(self) -> Display:
        """A connection to it, open as long as it runs. The library looks for the cookie in the environment alone."""
        before = os.environ.get("XAUTHORITY")
        os.environ["XAUTHORITY"] = str(self.authority)
        try:
            self.connections.append(Display(self.name))
            return self.connections[-1]
        finally:
            if before is None:
                del os.environ["XAUTHORITY"]
            else:
                os.environ["XAUTHORITY"] = before


def can_have_window(environment: Mapping[str, str]) -> bool:
    """Whether the screen can be a window on this computer's desktop."""
    return bool(environment.get("DISPLAY")) and shutil.which("Xephyr") is not None


@asynccontextmanager
async def running(size: str, folder: Path, *, window: bool = False) -> AsyncIterator[Screen]:
    """A screen of `size` ("1280x720"), until left; its cookie lies in `folder`. `window`: also a window on the desktop.

    Raises ScreenFailed.
    """
    authority = folder / "screen.cookie"
    _write_cookie(authority)
    program = ["Xvfb", "-screen", "0", f"{size}x24"]
    if window:
        program = ["Xephyr", "-title", "room-display demo", "-screen", size]
    readable, writable = os.pipe()
    try:
        flags = ["-displayfd", str(writable), "-auth", str(authority), "-noreset", "-nolisten", "tcp"]
        process = await spawn([*program, *flags], os.environ, pass_fds=(writable,))
    except OSError as refused:
        os.close(readable)
        raise ScreenFailed(f"{program[0]} cannot be started: {refused.strerror}.") from None
    finally:
        os.close(writable)
    try:
        screen = Screen(f":{await _number(program[0], readable)}", authority, process)
        try:
            yield screen
        finally:
            for each in screen.connections:
                with suppress(error.ConnectionClosedError, OSError):
                    each.close()
    finally:
        await ended(process)


async def _number(program: str, readable: int) -> str:
    """What the server writes as soon as it takes connections."""
    reader = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(readable, "rb", buffering=0)
    )
    try:
        async with asyncio.timeout(START_S):
            number = (await reader.readline()).strip().decode("ascii", "replace")
    except TimeoutError:
        number = ""
    finally:
        transport.close()
    if not number.isdigit():
        raise ScreenFailed(f"{program} does not start here.")
    return number


def _write_cookie(file: Path) -> None:
    """One entry for every display of this host (Xau(3): family; address, number, name, data, each after its length)."""
    parts = (socket.gethostname().encode(), b"", _COOKIE, secrets.token_bytes(16))
    file.touch(mode=0o600)
    file.write_bytes(struct.pack(">H", _FAMILY_LOCAL) + b"".join(struct.pack(">H", len(one)) + one for one in parts))
