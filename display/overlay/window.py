"""One overlay's window: its picture lies in the X server, which shows it again whenever something uncovers it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from PIL import Image
from Xlib import X
from Xlib.display import Display
from Xlib.ext import shape
from Xlib.xobject.drawable import Drawable

from display.model import Geometry
from display.overlay.corners import rounded
from display.overlay.draw import corner_radius, paint
from display.overlay.layout import Layout, Part
from display.overlay.typeset import Typesetter

WM_CLASS = ("room-overlay", "room-overlay")
_BAND_PIXELS = 256 * 1024  # of a picture in memory at once
_PUT_IMAGE_HEAD = 24  # bytes of a PutImage request before its data
_YX_BANDED = 3  # order of the Shape extension's rectangles

Paint = Callable[[Geometry], Image.Image]


class Window:
    """A layout on the screen, out of any window manager's reach (override-redirect), above all others when mapped."""

    def __init__(self, display: Display, layout: Layout, setter: Typesetter, *, shaped: bool) -> None:
        self._display = display
        self.layout = layout
        screen = display.screen()
        self._window = screen.root.create_window(
            layout.box.x,
            layout.box.y,
            layout.box.width,
            layout.box.height,
            0,
            screen.root_depth,
            override_redirect=True,
            event_mask=X.ButtonPressMask,
        )
        self._window.set_wm_class(*WM_CLASS)
        self._gc = self._window.create_gc(graphics_exposures=False)
        self._shaped = shaped
        self.redraw(layout, setter)

    @property
    def id(self) -> int:
        """The window's id."""
        return int(self._window.id)

    def redraw(self, layout: Layout, setter: Typesetter) -> None:
        """Show another layout of the same name, in its place."""
        self.layout = layout
        box = layout.box
        self._window.configure(x=box.x, y=box.y, width=box.width, height=box.height)
        if self._shaped:
            rows = rounded(box.width, box.height, corner_radius(layout))
            shape.rectangles(self._window, shape.SO.Set, shape.SK.Bounding, _YX_BANDED, 0, 0, rows)
        pixmap = self._window.create_pixmap(box.width, box.height, self._display.screen().root_depth)
        put(self._display, pixmap, self._gc.id, box, box, lambda band: paint(layout, setter, band=band))
        self._window.change_attributes(background_pixmap=pixmap)
        self._window.clear_area()
        pixmap.free()

    def slide(self, share: float) -> None:
        """Stand where `share` of the way from outside the screen is done."""
        box, rem = self.layout.box, self.layout.rem
        away = round((1 - share) * (box.height + 2 * rem))
        self._window.configure(y=box.y + (away if self.layout.edge == "bottom" else -away))

    def appear(self, share: float = 1.0) -> None:
        """Be seen, above everything."""
        if self.layout.edge:
            self.slide(share)
        self.raised()
        self._window.map()

    def raised(self) -> None:
        """Stand above every other window."""
        self._window.configure(stack_mode=X.Above)

    def press(self, part: Part, setter: Typesetter) -> None:
        """Show a button as pressed until it is `release`d."""
        self._over(part.box, lambda band: paint(self.layout, setter, band=band, pressed=part))

    def release(self, part: Part) -> None:
        """Show a part as it is painted."""
        box = part.box
        self._window.clear_area(box.x - self.layout.box.x, box.y - self.layout.box.y, box.width, box.height)

    def turn(self, part: Part, setter: Typesetter, phase: int) -> None:
        """Show a spinner's next picture."""
        self._over(part.box, lambda band: paint(self.layout, setter, band=band, phase=phase))

    def _over(self, box: Geometry, painted: Paint) -> None:
        put(self._display, self._window, self._gc.id, box, self.layout.box, painted)

    def close(self) -> None:
        """Be gone."""
        self._gc.free()
        self._window.destroy()


def put(display: Display, target: Drawable, gc: int, box: Geometry, origin: Geometry, painted: Paint) -> None:
    """Draw `box` of the screen into a window or pixmap whose upper left corner is that of `origin`: painted in bands,
    sent in requests the server takes (256 KB: python-xlib speaks no BIG-REQUESTS)."""
    depth = display.screen().root_depth
    most = display.display.info.max_request_length * 4 - _PUT_IMAGE_HEAD
    for band in bands(box, max(_BAND_PIXELS // box.width, 1)):
        image = painted(band)
        data = memoryview(image.tobytes("raw", "BGRX"))
        stride = band.width * 4
        for part in bands(band, max(most // stride, 1)):
            start = (part.y - band.y) * stride
            rows = bytes(data[start : start + part.height * stride])
            x, y = part.x - origin.x, part.y - origin.y
            target.put_image(gc, x, y, part.width, part.height, X.ZPixmap, depth, 0, rows)
            display.flush()  # python-xlib would gather the whole picture before it sends anything


def bands(box: Geometry, rows: int) -> Iterator[Geometry]:
    """The rectangle cut into stripes of at most `rows` rows."""
    for top in range(0, box.height, rows):
        yield replace(box, y=box.y + top, height=min(rows, box.height - top))
