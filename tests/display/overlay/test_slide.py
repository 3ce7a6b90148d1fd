"""What slides in."""

from __future__ import annotations

from display.overlay.slide import SLIDE_S, Slide


def test_a_slide_is_short_and_never_goes_back() -> None:
    slide = Slide(0.0, 1.0, since=5.0)
    way = [slide.at(5.0 + SLIDE_S * step / 20) for step in range(22)]
    assert SLIDE_S <= 0.2
    assert way[0] == 0.0
    assert way[-1] == 1.0
    assert way == sorted(way)
    assert slide.over(5.0 + SLIDE_S)
    assert slide.at(4.0) == 0.0
