"""When the home screen's browser is made anew."""

from __future__ import annotations

from agent.state.home import HomeWatch


def sent(watch: HomeWatch, start: int, end: int, *, displayed: bool = True) -> list[int]:
    """The seconds at which it is, looked at each second."""
    return [now for now in range(start, end) if watch.due(now, displayed=displayed)]


def test_a_page_that_reports_is_left_alone() -> None:
    watch = HomeWatch()
    for now in range(0, 600, 30):
        watch.reported(now, wrong=False, repair=False)
        assert sent(watch, now, now + 30) == []


def test_a_display_that_shows_no_page_is_told_after_90_seconds_and_ever_more_rarely() -> None:
    assert sent(HomeWatch(), 0, 3000) == [91, 151, 271, 511, 991, 1591, 2191, 2791]


def test_a_page_that_fell_silent_is_made_anew_and_the_pause_is_short_again_once_that_helped() -> None:
    watch = HomeWatch()
    watch.reported(0, wrong=False, repair=False)
    assert sent(watch, 0, 200) == [91, 151]
    watch.reported(200, wrong=False, repair=False)
    assert sent(watch, 200, 400) == [291, 351]


def test_a_page_that_stays_wrong_after_a_repair_is_made_anew() -> None:
    watch = HomeWatch()
    told = []
    for now in range(0, 400, 10):
        watch.reported(now, wrong=True, repair=now % 70 == 0)
        told += sent(watch, now, now + 10)
    assert told == [70, 210, 350]


def test_one_repair_that_helped_counts_for_nothing_later() -> None:
    watch = HomeWatch()
    for now in range(0, 400, 20):
        watch.reported(now, wrong=now % 100 == 0, repair=now % 100 == 0)
        assert sent(watch, now, now + 20) == []


def test_nobody_is_told_while_no_display_is_there_and_one_that_comes_has_time_to_show_the_page() -> None:
    watch = HomeWatch()
    watch.reported(0, wrong=False, repair=False)
    assert sent(watch, 0, 1000, displayed=False) == []
    assert sent(watch, 1000, 1100) == [1091]
