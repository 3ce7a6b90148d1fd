"""The pointer: seen while a mouse moves, gone a moment later, and gone with every touch."""

from __future__ import annotations

import asyncio

from Xlib.display import Display

SHOWN_S = 3.0


class Cursor:
    """Hides the pointer of the whole screen (XFixes)."""

    def __init__(self, display: Display) -> None:
        self._display = display
        self._root = display.screen().root
        self._timer: asyncio.TimerHandle | None = None
        self._shown = True
        display.xfixes_query_version()

    @property
    def shown(self) -> bool:
        return self._shown

    def hide(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._shown:
            self._shown = False
            self._root.xfixes_hide_cursor()
            self._display.flush()

    def moved(self) -> None:
        """A mouse has moved."""
        if not self._shown:
            self._shown = True
            self._root.xfixes_show_cursor()
            self._display.flush()
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(SHOWN_S, self.hide)
