"""A layout as a picture, whole or in bands of rows, so that a 4K page never stands in memory at once."""

from __future__ import annotations

from functools import lru_cache

from PIL import Image, ImageDraw

from display.model import Geometry
from display.overlay import icons
from display.overlay.layout import Kind, Layout, Part
from display.overlay.typeset import Colour, Typesetter

RADIUS, RADIUS_SMALL = 1.125, 0.625  # rem, as on the home page
PHASES = 12  # pictures of the spinner's round

# The dark tones of the home page (tokens.css).
PANEL_HIGH: Colour = (0x2B, 0x33, 0x3B)
PANEL_LOW: Colour = (0x1D, 0x22, 0x26)
HAIR: Colour = (0x4B, 0x56, 0x61)
PAGE_HIGH: Colour = (0x46, 0x52, 0x5F)
PAGE_LOW: Colour = (0x32, 0x3C, 0x47)
INSET: Colour = (0x2A, 0x32, 0x3B)
INK: Colour = (0xFF, 0xFF, 0xFF)
SOFT: Colour = (0xC9, 0xD1, 0xD8)
TRACK: Colour = (0x6C, 0x77, 0x82)
FILLS: dict[Kind, tuple[Colour, Colour]] = {  # ground and ink
    Kind.BUTTON: ((0x3E, 0x48, 0x52), INK),
    Kind.PRIMARY: (INK, (0x1D, 0x22, 0x26)),
    Kind.DANGER: ((0x94, 0x33, 0x41), INK),
}
PRESSED = 0.22  # how far a pressed button's ground moves towards the middle


def paint(
    layout: Layout, setter: Typesetter, *, band: Geometry | None = None, phase: int = 0, pressed: Part | None = None
) -> Image.Image:
    """The layout's picture ("RGB"), or what of it lies in `band`, a rectangle of the screen."""
    band = band or layout.box
    image = Image.new("RGB", (band.width, band.height))
    brush = _Brush(image, band, layout, setter, phase)
    for part in layout.parts:
        if _meets(part.box, band):
            brush.part(part, pressed=part == pressed)
    return image


def corner_radius(layout: Layout) -> int:
    """How round the corners of the layout's window are, in pixels."""
    return 0 if layout.name == "page" else round(RADIUS * layout.rem)


def _meets(box: Geometry, band: Geometry) -> bool:
    return (
        box.x < band.x + band.width
        and band.x < box.x + box.width
        and box.y < band.y + band.height
        and band.y < box.y + box.height
    )


class _Brush:
    def __init__(self, image: Image.Image, band: Geometry, layout: Layout, setter: Typesetter, phase: int) -> None:
        self._image = image
        self._pen = ImageDraw.Draw(image)
        self._band = band
        self._layout = layout
        self._setter = setter
        self._phase = phase

    def part(self, part: Part, *, pressed: bool) -> None:
        match part.kind:
            case Kind.PANEL | Kind.PAGE:
                self._panel(part)
            case Kind.BUTTON | Kind.PRIMARY | Kind.DANGER:
                self._button(part, pressed=pressed)
            case Kind.TEXT | Kind.SOFT:
                self._text(part, INK if part.kind is Kind.TEXT else SOFT)
            case Kind.ICON:
                self._icon(part.icon, part.box, round(part.size), INK)
            case Kind.LEVEL:
                self._level(part)
            case Kind.SPINNER:
                size = round(part.size)
                self._stamp(icons.spinner(size, self._phase, PHASES), part.box, INK)

    def _at(self, box: Geometry) -> tuple[int, int]:
        return box.x - self._band.x, box.y - self._band.y

    def _panel(self, part: Part) -> None:
        if part.box != self._layout.box:
            self._rounded(part.box, round(RADIUS_SMALL * self._layout.rem), INSET)
        elif part.kind is Kind.PAGE:
            self._image.paste(_slope(PAGE_HIGH, PAGE_LOW, part.box, self._band, across=True), (0, 0))
        else:
            self._image.paste(_slope(PANEL_HIGH, PANEL_LOW, part.box, self._band, across=False), (0, 0))
            x, y = self._at(part.box)
            edge = [x, y, x + part.box.width - 1, y + part.box.height - 1]
            radius, width = corner_radius(self._layout), max(round(self._layout.rem / 16), 1)
            self._pen.rounded_rectangle(edge, radius, outline=HAIR, width=width)

    def _rounded(self, box: Geometry, radius: int, colour: Colour) -> None:
        x, y = self._at(box)
        self._image.paste(colour, (x, y), _disc(box.width, box.height, min(radius, box.height // 2, box.width // 2)))

    def _button(self, part: Part, *, pressed: bool) -> None:
        ground, ink = FILLS[part.kind]
        if pressed:
            ground = mixed(ground, (0x80, 0x88, 0x90), PRESSED)
        self._rounded(part.box, round(RADIUS_SMALL * self._layout.rem), ground)
        side = round(part.size * 1.5)
        if not part.text:
            self._icon(part.icon, part.box, side, ink)
            return
        gap = round(0.625 * self._layout.rem)
        text = self._setter.width(part.text, part.size, bold=part.bold)
        whole = text + (side + gap if part.icon else 0)
        left = part.box.x + (part.box.width - whole) / 2
        if part.icon:
            x = left + text + gap if self._layout.rtl else left
            self._icon(part.icon, Geometry(side, part.box.height, round(x), part.box.y), side, ink)
            left += 0 if self._layout.rtl else side + gap
        self._write(part, left, ink)

    def _text(self, part: Part, ink: Colour) -> None:
        left = float(part.box.x)
        if self._layout.rtl:
            left += part.box.width - self._setter.width(part.text, part.size, bold=part.bold)
        self._write(part, left, ink)

    def _write(self, part: Part, left: float, ink: Colour) -> None:
        middle = part.box.y + part.box.height / 2 - self._band.y
        self._setter.draw(self._pen, left - self._band.x, middle, part.text, part.size, ink, bold=part.bold)

    def _icon(self, name: str, box: Geometry, size: int, ink: Colour) -> None:
        self._stamp(icons.icon(name, size, mirrored=self._layout.rtl), box, ink)

    def _stamp(self, mask: Image.Image, box: Geometry, ink: Colour) -> None:
        x, y = self._at(box)
        self._image.paste(ink, (x + (box.width - mask.width) // 2, y + (box.height - mask.height) // 2), mask)

    def _level(self, part: Part) -> None:
        thick = max(round(self._layout.rem * 0.375), 4)
        y = part.box.y + (part.box.height - thick) // 2
        self._rounded(Geometry(part.box.width, thick, part.box.x, y), thick // 2, TRACK)
        filled = round(part.box.width * part.value / 100)
        if filled >= thick:
            x = part.box.x + part.box.width - filled if self._layout.rtl else part.box.x
            self._rounded(Geometry(filled, thick, x, y), thick // 2, INK)


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """`one` with a share of `other`."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


@lru_cache(maxsize=8)
def _quarter(radius: int) -> Image.Image:
    return icons.corner(radius)


def _disc(width: int, height: int, radius: int) -> Image.Image:
    """A rectangle with round corners ("L")."""
    mask = Image.new("L", (width, height), 255)
    if radius > 0:
        quarter = _quarter(radius)
        flipped = quarter.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        right, low = width - radius, height - radius
        mask.paste(quarter, (0, 0))
        mask.paste(flipped, (right, 0))
        mask.paste(quarter.transpose(Image.Transpose.FLIP_TOP_BOTTOM), (0, low))
        mask.paste(flipped.transpose(Image.Transpose.FLIP_TOP_BOTTOM), (right, low))
    return mask


def _slope(high: Colour, low: Colour, box: Geometry, band: Geometry, *, across: bool) -> Image.Image:
    """What lies in `band` of a gradient over `box`, downwards, and a little across as on the home page."""
    lean = 0.25 if across else 0.0
    seed = Image.new("RGB", (2, 2))
    for place, share in enumerate((0.0, lean, 1 - lean, 1.0)):
        seed.putpixel((place % 2, place // 2), mixed(high, low, share))
    left, top = 0.5 + (band.x - box.x) / box.width, 0.5 + (band.y - box.y) / box.height  # between centres of pixels
    part = (left, top, left + band.width / box.width, top + band.height / box.height)
    return seed.resize((band.width, band.height), Image.Resampling.BILINEAR, box=part)
