"""Icons as strokes on a grid of 24, as on the home page, drawn large and made small: smooth at every size."""

from __future__ import annotations

from typing import NamedTuple

from PIL import Image, ImageDraw

GRID = 24
_STROKE = 2.0
_FINER = 4  # how much larger they are drawn
Points = tuple[tuple[float, float], ...]


class Rect(NamedTuple):
    """An outline with round corners."""

    x0: float
    y0: float
    x1: float
    y1: float
    radius: float


class Arch(NamedTuple):
    """The upper half of a circle."""

    x0: float
    y0: float
    x1: float
    y1: float


class Dot(NamedTuple):
    """A filled circle."""

    x: float
    y: float
    radius: float


Stroke = Points | Rect | Arch | Dot

_SPEAKER: Points = ((3.0, 9.5), (6.5, 9.5), (11.0, 5.5), (11.0, 18.5), (6.5, 14.5), (3.0, 14.5), (3.0, 9.5))
ICONS: dict[str, tuple[Stroke, ...]] = {
    "back": (((20.0, 12.0), (4.5, 12.0)), ((11.0, 5.5), (4.5, 12.0), (11.0, 18.5))),
    "close": (((6.0, 6.0), (18.0, 18.0)), ((18.0, 6.0), (6.0, 18.0))),
    "home": (
        ((3.0, 11.0), (12.0, 3.5), (21.0, 11.0)),
        ((5.5, 9.5), (5.5, 20.0), (18.5, 20.0), (18.5, 9.5)),
        ((10.0, 20.0), (10.0, 14.5), (14.0, 14.5), (14.0, 20.0)),
    ),
    "laptop": (
        Rect(3.0, 4.0, 21.0, 16.0, 2.0),
        ((2.0, 20.0), (22.0, 20.0)),
        ((12.0, 13.0), (12.0, 7.5)),
        ((9.5, 10.0), (12.0, 7.5), (14.5, 10.0)),
    ),
    "leave": (
        ((10.0, 4.0), (5.0, 4.0), (5.0, 20.0), (10.0, 20.0)),
        ((10.5, 12.0), (20.5, 12.0)),
        ((16.5, 8.0), (20.5, 12.0), (16.5, 16.0)),
    ),
    "lock": (
        Rect(5.0, 11.0, 19.0, 21.0, 2.0),
        ((8.0, 11.0), (8.0, 7.5)),
        Arch(8.0, 3.5, 16.0, 11.5),
        ((16.0, 7.5), (16.0, 11.0)),
        Dot(12.0, 16.0, 1.4),
    ),
    "louder": (_SPEAKER, ((15.0, 12.0), (22.0, 12.0)), ((18.5, 8.5), (18.5, 15.5))),
    "meeting": (
        Rect(2.0, 6.0, 15.5, 18.0, 3.0),
        ((15.5, 10.8), (22.0, 7.5), (22.0, 16.5), (15.5, 13.2)),
    ),
    "quieter": (_SPEAKER, ((15.0, 12.0), (22.0, 12.0))),
    "warning": (
        ((12.0, 4.0), (21.5, 20.0), (2.5, 20.0), (12.0, 4.0)),
        ((12.0, 10.0), (12.0, 14.2)),
        Dot(12.0, 17.1, 1.2),
    ),
}
POINTING = frozenset({"back", "leave"})  # they turn around where text does


def icon(name: str, size: int, *, mirrored: bool = False) -> Image.Image:
    """An icon's coverage ("L"), `size` pixels square."""
    scale = size * _FINER / GRID
    image = Image.new("L", (size * _FINER, size * _FINER))
    pen = ImageDraw.Draw(image)
    for stroke in ICONS[name]:
        _draw(pen, stroke, scale)
    image = image.reduce(_FINER)
    return image.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if mirrored and name in POINTING else image


def _draw(pen: ImageDraw.ImageDraw, stroke: Stroke, scale: float) -> None:
    width, half = round(_STROKE * scale), _STROKE / 2
    match stroke:
        case Rect(x0, y0, x1, y1, radius):
            box = [(x0 - half) * scale, (y0 - half) * scale, (x1 + half) * scale, (y1 + half) * scale]
            pen.rounded_rectangle(box, (radius + half) * scale, outline=255, width=width)
        case Arch(x0, y0, x1, y1):
            box = [(x0 - half) * scale, (y0 - half) * scale, (x1 + half) * scale, (y1 + half) * scale]
            pen.arc(box, 180, 360, fill=255, width=width)
        case Dot(x, y, radius):
            pen.circle((x * scale, y * scale), radius * scale, fill=255)
        case points:
            places = [(x * scale, y * scale) for x, y in points]
            pen.line(places, fill=255, width=width, joint="curve")
            for place in places:
                pen.circle(place, half * scale, fill=255)


def spinner(size: int, phase: int, phases: int) -> Image.Image:
    """A ring that is open at a place which goes round ("L")."""
    large = size * _FINER
    image = Image.new("L", (large, large))
    pen = ImageDraw.Draw(image)
    width = max(round(large * 0.11), 1)
    pen.ellipse([0, 0, large - 1, large - 1], outline=70, width=width)
    start = 360 * phase / phases - 90
    pen.arc([0, 0, large - 1, large - 1], start, start + 100, fill=255, width=width)
    return image.reduce(_FINER)


def corner(radius: int) -> Image.Image:
    """The upper left quarter of a disc ("L")."""
    large = radius * _FINER
    image = Image.new("L", (large, large))
    ImageDraw.Draw(image).ellipse([0, 0, 2 * large - 1, 2 * large - 1], fill=255)
    return image.reduce(_FINER)
