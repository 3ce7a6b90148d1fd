"""Mixed text stands in the order in which it is read."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.overlay.bidi import Run, begins_rtl, runs
from display.texts import apart

ARABIC = "جارٍ فتح"


def test_latin_text_is_one_run() -> None:
    assert runs("Back to meeting", rtl=False) == (Run("Back to meeting", rtl=False),)


def test_a_latin_name_in_an_arabic_sentence_stands_before_what_follows() -> None:
    assert runs(f"{ARABIC} {apart('Zoom')}…", rtl=True) == (
        Run("…", rtl=True),
        Run("Zoom", rtl=False),
        Run(f"{ARABIC} ", rtl=True),
    )


def test_an_arabic_name_in_an_english_sentence_does_not_turn_it() -> None:
    said = runs(f"Opening {apart(ARABIC)} …", rtl=False)
    assert [run.rtl for run in said] == [False, True, False]
    assert said[0].text == "Opening "


def test_a_size_set_apart_reads_from_left_to_right_in_arabic() -> None:
    assert Run("1920×1080", rtl=False) in runs(f"اختر {apart('1920×1080')} على", rtl=True)


def test_a_number_after_arabic_letters_stands_on_their_left() -> None:
    assert runs("العدد 12", rtl=True) == (Run("12", rtl=False), Run("العدد ", rtl=True))


def test_an_isolate_that_never_ends_is_harmless() -> None:
    assert runs("a\u2068b", rtl=False) == (Run("a", rtl=False), Run("b", rtl=False))


def test_isolates_within_isolates_are_harmless() -> None:
    deep = "\u2068" * 400 + "a" + "\u2069" * 400
    assert "".join(run.text for run in runs(deep, rtl=True)) == "a"


@pytest.mark.parametrize(("text", "rtl"), [("HDMI", False), (ARABIC, True), ("12 " + ARABIC, True), ("12", False)])
def test_a_text_begins_as_its_first_letter_runs(text: str, rtl: bool) -> None:
    assert begins_rtl(text) is rtl


@given(st.text(max_size=80), st.booleans())
def test_no_character_is_lost_or_made_up(text: str, rtl: bool) -> None:
    def seen(some: str) -> list[str]:
        return sorted(char for char in some if unicodedata.category(char)[0] != "C")

    assert seen("".join(run.text for run in runs(text, rtl=rtl))) == seen(text)
