"""What is on the screen, as JPEG pictures for who looks: a new one only when something has changed."""

from __future__ import annotations

import asyncio
import io
from contextlib import suppress
from dataclasses import dataclass

from PIL import Image
from Xlib import X, error
from Xlib.display import Display
from Xlib.ext import damage

from display.demo.screen import Screen

APART_S = 1 / 15
"""Between two pictures. One costs 16 ms of a core at 1280x720: 11 to fetch it, 4 to encode it."""
_QUALITY = 85


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture. Numbers of two that differ, differ."""

    number: int
    jpeg: bytes


class Picture:
    """The screen's picture. The server says when it changes (DAMAGE); without someone who looks nothing is done."""

    def __init__(self, screen: Screen) -> None:
        self._told = screen.connect()
        self._asked = screen.connect()  # used by one thread at a time
        self._damage = _watch(self._told)
        self._changed = asyncio.Event()
        self._changed.set()
        self._turn = asyncio.Lock()
        self._frame: Frame | None = None
        self._pixels = b""
        self._taken_at = 0.0
        self._over = False

    def start(self) -> None:
        """Begin; call it inside the loop."""
        asyncio.get_running_loop().add_reader(self._told.fileno(), self._hear)
        self._hear()

    def end(self) -> None:
        """Who waits for a picture gets none, from now on."""
        self._over = True
        self._changed.set()
        with suppress(ValueError, OSError):
            asyncio.get_running_loop().remove_reader(self._told.fileno())

    async def newer(self, than: int, within_s: float) -> Frame | None:
        """A picture with another number than `than`; None where the screen stays as it was, or is gone."""
        try:
            async with asyncio.timeout(within_s):
                while not self._over:
                    if self._frame is not None and self._frame.number != than and not self._changed.is_set():
                        return self._frame
                    async with self._turn:
                        await self._next(than)
        except (TimeoutError, OSError, error.ConnectionClosedError):
            pass
        return None

    async def _next(self, than: int) -> None:
        """Have a newer picture in `_frame`, unless another who looks had one taken meanwhile."""
        if not self._changed.is_set() and self._frame is not None and self._frame.number != than:
            return
        await self._changed.wait()
        if self._over:
            return
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(0.0, self._taken_at + APART_S - loop.time()))
        self._taken_at = loop.time()
        self._changed.clear()
        self._told.damage_subtract(self._damage)
        self._told.flush()
        pixels, jpeg = await asyncio.to_thread(self._take)
        if jpeg:
            self._pixels = pixels
            self._frame = Frame(self._frame.number + 1 if self._frame else 1, jpeg)

    def _take(self) -> tuple[bytes, bytes]:
        """Pixels and picture; no picture where it is the same as the last one."""
        root = self._asked.screen().root
        size = root.get_geometry()
        pixels = bytes(root.get_image(0, 0, size.width, size.height, X.ZPixmap, 0xFFFFFFFF).data)
        if pixels == self._pixels:
            return pixels, b""
        file = io.BytesIO()
        image = Image.frombytes("RGB", (size.width, size.height), pixels, "raw", "BGRX")
        image.save(file, "JPEG", quality=_QUALITY, subsampling=0)
        return pixels, file.getvalue()

    def _hear(self) -> None:
        try:
            while self._told.pending_events():
                self._told.next_event()
                self._changed.set()
        except (error.ConnectionClosedError, OSError):
            self._changed.set()  # who waits finds out
            with suppress(ValueError, OSError):
                asyncio.get_running_loop().remove_reader(self._told.fileno())


def _watch(display: Display) -> int:
    display.damage_query_version()
    found: int = display.screen().root.damage_create(damage.DamageReportNonEmpty)
    display.flush()
    return found
