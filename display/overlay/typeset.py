"""Lines of text, shaped and antialiased, in whatever scripts they mix."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

from PIL import ImageDraw, ImageFont, features

from display.overlay import bidi
from display.overlay.fonts import Face, face_for

Font = ImageFont.FreeTypeFont
Colour = tuple[int, int, int]
_MIDDLE = 0.36  # half the height of Noto Sans' capitals, in ems: where a line looks centred
_STAYS = frozenset(" \u00a0\u200c\u200d")


class Typesetter:
    """Measures and draws for one language. Keeps the fonts it used; let go of it to free them."""

    def __init__(self, language: str, *, rtl: bool) -> None:
        self._language = language
        self._rtl = rtl
        self._shapes = features.check_feature("raqm") is True  # else no Arabic letters join, but nothing fails
        self._font = lru_cache(maxsize=24)(_opened)

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """A line's width in pixels."""
        return sum(font.getlength(piece, direction=way) for piece, font, way in self._pieces(text, size, bold=bold))

    def draw(
        self, on: ImageDraw.ImageDraw, x: float, middle: float, text: str, size: float, colour: Colour, *, bold: bool
    ) -> None:
        """Draw a line from its left edge, centred on the height `middle`."""
        baseline = middle + _MIDDLE * size
        for piece, font, way in self._pieces(text, size, bold=bold):
            on.text((x, baseline), piece, fill=colour, font=font, anchor="ls", direction=way)
            x += font.getlength(piece, direction=way)

    def _pieces(self, text: str, size: float, *, bold: bool) -> Iterator[tuple[str, Font, str | None]]:
        """The line's parts of one font and direction, from left to right."""
        for run in bidi.runs(text, rtl=self._rtl):
            pieces = list(self._by_face(run.text, bold=bold))
            for piece, face in reversed(pieces) if run.rtl else pieces:
                way = ("rtl" if run.rtl else "ltr") if self._shapes else None
                yield piece, self._font(face, round(size)), way

    def _by_face(self, text: str, *, bold: bool) -> Iterator[tuple[str, Face]]:
        faces: list[Face | None] = []
        for char in text:
            stays = char in _STAYS and bool(faces)
            faces.append(faces[-1] if stays else face_for(char, self._language, bold=bold))
        for face, group in groupby(zip(text, faces, strict=True), key=lambda pair: pair[1]):
            assert face is not None
            yield "".join(char for char, _ in group), face


def _opened(face: Face, size: int) -> Font:
    for path, index in ((face.path, face.index), (face_for("a").path, 0)):
        try:
            if path:
                return ImageFont.truetype(path, size, index=index)
        except OSError:  # gone meanwhile, or a font of pictures in one size
            continue
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font
