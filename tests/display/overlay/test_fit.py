"""Text is cut where it must be and broken where it may be."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from display.overlay.fit import lines, one_line


def measure(text: str, size: float, *, bold: bool = False) -> float:
    return len(text) * size / 2


def test_what_fits_stays_as_it_is() -> None:
    assert one_line("Zoom", 100, 20, measure) == "Zoom"


def test_what_does_not_fit_ends_in_an_ellipsis() -> None:
    assert one_line("Microsoft Teams", 100, 20, measure) == "Microsoft…"


def test_no_room_at_all_leaves_nothing() -> None:
    assert one_line("Zoom", 3, 20, measure) == ""


def test_lines_are_about_equally_long() -> None:
    text = "Wake the laptop, or switch its display on."
    assert lines(text, 400, 20, measure) == ("Wake the laptop, or", "switch its display on.")


def test_the_last_line_is_cut_where_there_is_more_to_say() -> None:
    assert lines("one two three four five six", 60, 20, measure, most=2) == ("one", "two t…")


def test_japanese_breaks_anywhere_but_before_a_full_stop() -> None:
    broken = lines("画面に戻ります。", 70, 20, measure)
    assert "".join(broken) == "画面に戻ります。"
    assert not any(line.startswith("。") for line in broken)


def test_a_no_break_space_does_not_break() -> None:
    assert lines("starts in 5\u00a0s.", 110, 20, measure) == ("starts", "in 5\u00a0s.")


@given(st.text(max_size=600), st.floats(min_value=0, max_value=900))
def test_no_text_is_wider_than_its_room(text: str, width: float) -> None:
    assert measure(one_line(text, width, 20, measure), 20) <= width
    assert all(measure(line, 20) <= width for line in lines(text, width, 20, measure))
