"""What is drawn can be read: every letter has its glyph, every ink stands out from its ground."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont, features

from display.model import Geometry
from display.overlay import icons
from display.overlay.corners import rounded
from display.overlay.draw import FILLS, HAIR, INK, INSET, PAGE_HIGH, PAGE_LOW, PANEL_HIGH, PANEL_LOW, SOFT, TRACK, paint
from display.overlay.fonts import face_for
from display.overlay.layout import Kind
from display.overlay.state import MeetingBar, OverlayState, SafePage
from display.overlay.typeset import Colour, Typesetter
from display.overlay.views import layouts
from display.overlay.window import bands
from display.texts import catalogue, languages, right_to_left
from tests.gallery.overlay import SCREENS, STATES

NOWHERE = "\U0010fffd"  # a character no font has


def luminance(colour: Colour) -> float:
    """Relative luminance by WCAG 2.2."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("language", sorted(languages()))
@pytest.mark.parametrize("bold", [False, True])
def test_no_letter_of_any_language_is_an_empty_box(language: str, bold: bool) -> None:
    letters = {char for text in catalogue(language).values() for char in text if char.isalnum()}
    for char in sorted(letters):
        face = face_for(char, language, bold=bold)
        if not face.path:
            pytest.skip("no Noto or DejaVu fonts on this machine: install fonts-noto-core and fonts-noto-cjk")
        font = ImageFont.truetype(face.path, 24, index=face.index)
        glyph, box = font.getmask(char), font.getmask(NOWHERE)
        assert glyph.getbbox(), (char, face)
        assert (glyph.size, bytes(glyph)) != (box.size, bytes(box)), (char, face)


def test_han_characters_look_as_their_language_writes_them() -> None:
    if not face_for("直", "ja").path.endswith(".ttc"):
        pytest.skip("Noto Sans CJK is not installed: install fonts-noto-cjk")
    assert face_for("直", "ja") != face_for("直", "zh")


def test_arabic_letters_join() -> None:
    if not features.check_feature("raqm"):
        pytest.skip("Pillow has no raqm here: install libfribidi0")
    setter = Typesetter("ar", rtl=True)
    assert setter.width("ببب", 40) < 0.9 * 3 * setter.width("ب", 40)


def test_scripts_from_all_over_the_world_do_not_fail() -> None:
    setter = Typesetter("en", rtl=False)
    image = Image.new("RGB", (900, 60))
    text = "Zoom ไทย עברית हिन्दी 한국어 \U0001f3a5 ⇒ \x00\ud800 end"
    setter.draw(ImageDraw.Draw(image), 0, 30, text, 24, INK, bold=True)
    assert image.getbbox()


def test_every_ink_meets_aa_on_its_ground() -> None:
    for ground in (PANEL_HIGH, PANEL_LOW, INSET, PAGE_HIGH, PAGE_LOW):
        assert contrast(INK, ground) >= 4.5
    assert min(contrast(SOFT, PANEL_HIGH), contrast(SOFT, PANEL_LOW)) >= 4.5
    for ground, ink in FILLS.values():
        assert contrast(ink, ground) >= 4.5
    assert contrast(INK, TRACK) >= 3


@pytest.mark.parametrize("state", STATES)
def test_a_picture_in_bands_is_the_whole_picture(state: str) -> None:
    setter = Typesetter("en", rtl=False)
    for layout in layouts(STATES[state], SCREENS["720p"], "en", setter.width):
        whole = paint(layout, setter)
        for band in bands(layout.box, 53):
            part = whole.crop((0, band.y - layout.box.y, band.width, band.y - layout.box.y + band.height))
            difference = ImageChops.difference(part, paint(layout, setter, band=band)).convert("L")
            assert difference.point(lambda value: 255 * (value > 1)).getbbox() is None, band  # but for rounding


def test_a_page_gets_darker_downwards_without_steps() -> None:
    setter = Typesetter("en", rtl=False)
    (page,) = layouts(OverlayState(message=SafePage(room_name="", time="")), SCREENS["720p"], "en", setter.width)
    image = paint(page, setter)
    column = [image.getpixel((1270, y)) for y in range(0, 720, 10)]
    shades = [pixel[0] for pixel in column if isinstance(pixel, tuple)]
    assert all(0 <= above - below <= 1 for above, below in pairwise(shades))


@pytest.mark.parametrize("name", icons.ICONS)
def test_every_icon_is_drawn_within_its_square(name: str) -> None:
    mask = icons.icon(name, 48)
    box = mask.getbbox()
    assert box is not None
    assert box[0] >= 1
    assert box[2] <= 47
    assert box[2] - box[0] >= 24


def test_arrows_turn_around_with_the_text_and_speakers_do_not() -> None:
    assert icons.icon("back", 48) != icons.icon("back", 48, mirrored=True)
    assert icons.icon("louder", 48) == icons.icon("louder", 48, mirrored=True)


def test_volume_is_filled_from_where_the_language_begins() -> None:
    def filled(language: str) -> tuple[bool, bool]:
        setter = Typesetter(language, rtl=right_to_left(language))
        (bar,) = layouts(OverlayState(bar=MeetingBar(volume=30)), SCREENS["1080p"], language, setter.width)
        box = next(part.box for part in bar.parts if part.kind is Kind.LEVEL)
        line = paint(bar, setter, band=Geometry(box.width, 1, box.x, box.y + box.height // 2))
        return line.getpixel((12, 0)) == INK, line.getpixel((box.width - 12, 0)) == INK

    assert filled("en") == (True, False)
    assert filled("ar") == (False, True)


@pytest.mark.parametrize(("width", "height", "radius"), [(100, 40, 12), (10, 10, 30), (50, 20, 0), (1, 1, 5)])
def test_round_corners_leave_a_whole_rectangle_but_for_the_corners(width: int, height: int, radius: int) -> None:
    rows = rounded(width, height, radius)
    assert sum(row[3] for row in rows) == height
    assert [row[1] for row in rows] == sorted(row[1] for row in rows)
    assert all(x >= 0 and x + across <= width and across > 0 for x, _, across, tall in rows if tall)


def test_the_hair_line_follows_the_edge() -> None:
    setter = Typesetter("en", rtl=False)
    (bar,) = layouts(OverlayState(bar=MeetingBar()), SCREENS["1080p"], "en", setter.width)
    assert paint(bar, setter).getpixel((bar.box.width // 2, 0)) == HAIR
