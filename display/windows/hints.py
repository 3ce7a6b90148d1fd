"""What a window manager tells its clients, and what they tell it (EWMH, ICCCM)."""

from __future__ import annotations

from collections.abc import Sequence

from Xlib import X, Xatom, error
from Xlib.display import Display
from Xlib.protocol import event
from Xlib.xobject.drawable import Window

from display.model import Geometry
from display.windows.roles import claim_of

NORMAL_STATE = 1
_SUPPORTED = (
    "_NET_SUPPORTED",
    "_NET_SUPPORTING_WM_CHECK",
    "_NET_CLIENT_LIST",
    "_NET_ACTIVE_WINDOW",
    "_NET_WM_STATE",
    "_NET_WM_STATE_FULLSCREEN",
    "_NET_WM_NAME",
    "_NET_WM_PID",
    "_NET_WM_WINDOW_TYPE",
    "_NET_WM_WINDOW_TYPE_DIALOG",
)
_DIALOGS = ("_NET_WM_WINDOW_TYPE_DIALOG", "_NET_WM_WINDOW_TYPE_UTILITY", "_NET_WM_WINDOW_TYPE_SPLASH")


class Hints:
    """The properties of the root and of the windows."""

    def __init__(self, display: Display) -> None:
        self._display = display
        self._root = display.screen().root
        self._check = self._root.create_window(-1, -1, 1, 1, 0, X.CopyFromParent, override_redirect=True)

    def atom(self, name: str) -> int:
        return self._display.intern_atom(name)

    def introduce(self) -> None:
        """Say that a window manager is here, and what it understands."""
        for window in (self._root, self._check):
            window.change_property(self.atom("_NET_SUPPORTING_WM_CHECK"), Xatom.WINDOW, 32, [self._check.id])
        self._check.change_property(self.atom("_NET_WM_NAME"), self.atom("UTF8_STRING"), 8, b"room-display")
        self._root.change_property(self.atom("_NET_SUPPORTED"), Xatom.ATOM, 32, [self.atom(one) for one in _SUPPORTED])

    def clients(self, windows: Sequence[int]) -> None:
        self._root.change_property(self.atom("_NET_CLIENT_LIST"), Xatom.WINDOW, 32, list(windows))

    def active(self, window: int) -> None:
        self._root.change_property(self.atom("_NET_ACTIVE_WINDOW"), Xatom.WINDOW, 32, [window])

    def full_screen(self, window: Window) -> None:
        """Tell a window that it is shown, and fills the screen: what Chromium asks for and nobody else grants."""
        state = self.atom("_NET_WM_STATE")
        window.change_property(state, Xatom.ATOM, 32, [self.atom("_NET_WM_STATE_FULLSCREEN")])
        self.shown(window)

    def shown(self, window: Window) -> None:
        state = self.atom("WM_STATE")
        window.change_property(state, state, 32, [NORMAL_STATE, 0])

    def awaits_manager(self, window: Window) -> bool:
        """Whether a window that is not mapped may have asked a manager for it that died before it answered. X keeps no
        such request; what a browser of ours has made and no manager ever had (WM_STATE, ICCCM 4.1.3.1) is one."""
        try:
            state = self.atom("WM_STATE")
            return claim_of(*self.claim(window)) is not None and window.get_full_property(state, state) is None
        except error.XError:
            return False

    def is_dialog(self, window: Window) -> bool:
        """Whether it belongs above another window, not in its place."""
        try:
            if window.get_wm_transient_for() is not None:
                return True
            kinds = window.get_full_property(self.atom("_NET_WM_WINDOW_TYPE"), Xatom.ATOM)
        except error.XError:
            return False
        return kinds is not None and any(self.atom(one) in kinds.value for one in _DIALOGS)

    def claim(self, window: Window) -> tuple[str, str]:
        """WM_CLASS, (instance, class); empty where there is none."""
        try:
            given = window.get_wm_class()
        except (error.XError, UnicodeDecodeError):
            return "", ""
        return (str(given[0]), str(given[1])) if given else ("", "")

    def placed(self, window: Window, place: Geometry) -> None:
        """Tell a window where it is, as ICCCM 4.1.5 wants it after a refused wish."""
        window.send_event(
            event.ConfigureNotify(
                event=window,
                window=window,
                x=place.x,
                y=place.y,
                width=place.width,
                height=place.height,
                border_width=0,
                above_sibling=X.NONE,
                override=False,
            ),
            event_mask=X.StructureNotifyMask,
        )
