"""A black window over everything: while the screen sleeps, and between two pictures of the same laptop."""

from __future__ import annotations

from Xlib import X
from Xlib.display import Display

from display.model import Geometry


class Curtain:
    """Not managed, so that nothing is above it. It takes the touch and the key that wake the screen: nothing is pressed
    that nobody saw."""

    def __init__(self, display: Display) -> None:
        self._display = display
        screen = display.screen()
        self._window = screen.root.create_window(
            0, 0, 1, 1, 0, X.CopyFromParent, override_redirect=True, background_pixel=screen.black_pixel
        )
        self._window.set_wm_class("room-curtain", "room-overlay")
        self._closed = False
        self._typed_into: int = X.PointerRoot

    def draw(self, screen: Geometry, *, closed: bool) -> None:
        """Cover the screen, above whatever came up meanwhile; or show what is under it."""
        if closed and not self._closed:
            focus = self._display.get_input_focus().focus
            self._typed_into = focus if isinstance(focus, int) else focus.id
        if closed:
            self._window.configure(x=screen.x, y=screen.y, width=screen.width, height=screen.height, stack_mode=X.Above)
            self._window.map()
            self._window.set_input_focus(X.RevertToPointerRoot, X.CurrentTime)
        elif self._closed:
            self._display.set_input_focus(self._typed_into, X.RevertToPointerRoot, X.CurrentTime)
            self._window.unmap()
        if closed or self._closed:
            self._display.flush()
        self._closed = closed
