"""The window manager: every window of ours fills the screen, and who is in front is decided elsewhere."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from Xlib import X, error
from Xlib.display import Display
from Xlib.protocol.rq import Event
from Xlib.xobject.drawable import Window

from display.model import Geometry, Role
from display.windows.hints import Hints
from display.windows.roles import Known, role_of
from display.windows.server import owner
from display.windows.stacking import Placed, centred, moves, order

log = logging.getLogger(__name__)

_LIMIT = 64
"""Windows that wait to be known; more are refused."""


_NOWHERE = Geometry(0, 0)


@dataclass(slots=True)
class Managed:
    """A window of ours. `placed`: where it is to be."""

    window: Window
    pid: int
    role: Role
    born: int
    dialog: bool
    mapped: bool = False
    placed: Geometry = _NOWHERE


class WindowManager:
    """Windows by id. `known` gives the processes of each role; `changed` is called when a window comes or goes."""

    def __init__(self, display: Display, known: Callable[[], Known], changed: Callable[[], None]) -> None:
        self._display = display
        self._root = display.screen().root
        self._known = known
        self._changed = changed
        self._hints = Hints(display)
        self._managed: dict[int, Managed] = {}
        self._waiting: dict[int, int] = {}
        self._stack: list[int] = []
        self._born = 0
        self._front = Role.HOME
        self._screen = Geometry(display.screen().width_in_pixels, display.screen().height_in_pixels)
        self._focused = 0
        self._handlers: Mapping[int, Callable[[Event], None]] = {
            X.MapRequest: lambda event: self._take(event.window, mapped=False),
            X.ConfigureRequest: self._configure,
            X.MapNotify: self._mapped,
            X.UnmapNotify: self._unmapped,
            X.DestroyNotify: lambda event: self._forget(event.window.id),
            X.ClientMessage: self._answer,
        }

    @property
    def screen(self) -> Geometry:
        """What windows are fitted to."""
        return self._screen

    @property
    def windows(self) -> Mapping[int, Managed]:
        return self._managed

    @property
    def strangers(self) -> frozenset[int]:
        """Processes that want a window and are nobody's: they get none."""
        return frozenset(self._waiting.values())

    def has(self, role: Role, pids: frozenset[int] = frozenset()) -> bool:
        """Whether a window of this role is there to be seen; of these processes, where any are named."""
        found = [each.pid for each in self._managed.values() if each.role is role and each.mapped and not each.dialog]
        return bool(pids.intersection(found) if pids else found)

    def start(self) -> None:
        """Introduce ourselves and adopt what is there already: a restarted manager costs nothing, and moves nothing
        until `arrange` says who is in front."""
        self._hints.introduce()
        for window in self._root.query_tree().children:
            attributes = _attributes(window)
            if attributes is None or attributes.override_redirect or attributes.win_class == X.InputOnly:
                continue
            if attributes.map_state == X.IsViewable:
                self._take(window, mapped=True, lower=False)
            elif self._hints.awaits_manager(window):
                self._take(window, mapped=False)

    def reconsider(self) -> None:
        """Other processes are known now: look again at those that wait, and at those that have changed hands."""
        for id_ in list(self._waiting):
            window = self._display.create_resource_object("window", id_)
            attributes = _attributes(window)  # one that was there before us is shown already, and tells it no more
            self._take(window, mapped=attributes is not None and attributes.map_state == X.IsViewable)

    def handle(self, event: Event) -> None:
        """Take in one event of the root or of a window."""
        handler = self._handlers.get(event.type)
        if handler is not None:
            handler(event)

    def arrange(self, front: Role, screen: Geometry) -> None:
        """Bring a role to the front, in one step, and fit everything to the screen."""
        self._front = front
        if screen != self._screen:
            self._screen = screen
            for managed in self._managed.values():
                self._place(managed)
        self._restack()
        self._focus()
        self._display.flush()

    def _take(self, window: Window, *, mapped: bool, lower: bool = True) -> None:
        if window.id in self._managed:
            window.map()
            return
        pid = owner(self._display, window)
        role = role_of(pid, self._known())
        if role is None:
            if len(self._waiting) < _LIMIT:
                self._waiting[window.id] = pid
                self._changed()
            if mapped and lower:
                window.configure(stack_mode=X.Below)
            return
        self._waiting.pop(window.id, None)
        self._born += 1
        managed = Managed(window, pid, role, self._born, self._floats(window, role), mapped)
        self._managed[window.id] = managed
        window.change_attributes(event_mask=X.PropertyChangeMask, background_pixmap=X.NONE)
        self._place(managed)
        if not mapped:  # before it is seen; one that is seen already stays where it is until `arrange`
            self._restack()
        window.map()
        self._changed()

    def _floats(self, window: Window, role: Role) -> bool:
        """Whether it belongs above its role's window, not in its place: a dialog, or one more without a class, such as
        a video that was taken out of its page (Chromium's picture-in-picture)."""
        return self._hints.is_dialog(window) or (self.has(role) and not any(self._hints.claim(window)))

    def _mapped(self, event: Event) -> None:
        managed = self._managed.get(event.window.id)
        if managed is not None:
            managed.mapped = True
            self._focus()
            self._changed()

    def _unmapped(self, event: Event) -> None:
        if not event.from_configure:
            self._forget(event.window.id)

    def _place(self, managed: Managed) -> None:
        window = managed.window
        managed.placed = self._screen
        if managed.dialog:
            size = _size(window) or (self._screen.width // 2, self._screen.height // 2)
            managed.placed = centred(*size, self._screen)
            self._hints.shown(window)
        else:
            self._hints.full_screen(window)
        self._put(managed)

    def _put(self, managed: Managed) -> None:
        place = managed.placed
        managed.window.configure(x=place.x, y=place.y, width=place.width, height=place.height, border_width=0)

    def _restack(self) -> None:
        placed = [Placed(id_, one.role, one.born, one.dialog) for id_, one in self._managed.items()]
        wanted = order(placed, self._front)
        for id_, above in moves(self._stack, wanted):
            window = self._managed[id_].window
            if above is None:
                window.configure(stack_mode=X.Above)
            else:
                window.configure(sibling=above, stack_mode=X.Below)
        if wanted != self._stack:
            self._stack = wanted
            self._hints.clients(wanted)

    def _focus(self) -> None:
        front = [id_ for id_ in self._stack if self._managed[id_].role is self._front and self._managed[id_].mapped]
        if front and front[-1] != self._focused:
            self._focused = front[-1]
            self._managed[self._focused].window.set_input_focus(X.RevertToPointerRoot, X.CurrentTime)
            self._hints.active(self._focused)

    def _configure(self, event: Event) -> None:
        managed = self._managed.get(event.window.id)
        if managed is None:  # not shown yet: as it likes
            mask = event.value_mask
            wishes = {name: getattr(event, name) for name, bit in _WISHES.items() if mask & bit}
            event.window.configure(**wishes)
            return
        if managed.dialog and event.value_mask & (X.CWWidth | X.CWHeight):
            managed.placed = centred(event.width, event.height, self._screen)
        self._put(managed)
        self._hints.placed(managed.window, managed.placed)

    def _answer(self, event: Event) -> None:
        """A window's wish for another state: it stays as it is. Wishes to be in front are not heard."""
        managed = self._managed.get(event.window.id)
        if managed and not managed.dialog and event.client_type == self._hints.atom("_NET_WM_STATE"):
            self._hints.full_screen(managed.window)

    def _forget(self, id_: int) -> None:
        waited = self._waiting.pop(id_, None) is not None
        if self._managed.pop(id_, None) is None:
            if waited:
                self._changed()
            return
        self._stack = [each for each in self._stack if each != id_]
        if id_ == self._focused:
            self._focused = 0
        self._restack()
        self._focus()
        self._changed()


_WISHES = {"x": X.CWX, "y": X.CWY, "width": X.CWWidth, "height": X.CWHeight, "border_width": X.CWBorderWidth}


def _attributes(window: Window) -> Event | None:
    try:
        return window.get_attributes()  # type: ignore[return-value]
    except error.XError:
        return None


def _size(window: Window) -> tuple[int, int] | None:
    try:
        geometry = window.get_geometry()
    except error.XError:
        return None
    return geometry.width, geometry.height
