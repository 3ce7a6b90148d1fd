from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from agent.control.occupancy import MOST_PIECES, PIECE, Occupancy
from agent.model.control import Taken
from agent.model.sync import Window
from tests.agent.control.asked import span, taken
from tests.builders import at

YEAR = timedelta(days=365)


class Calendar:
    def __init__(self, *there: Taken) -> None:
        self.there = there
        self.asked: list[Window] = []

    def __call__(self, window: Window) -> Sequence[Taken]:
        self.asked.append(window)
        return [each for each in self.there if each.start < window.end and each.end > window.start]


def opened(*there: Taken) -> tuple[Occupancy, Calendar]:
    calendar = Calendar(*there)
    occupancy = Occupancy(calendar)
    occupancy.forget(at(9))
    return occupancy, calendar


def test_the_calendar_is_asked_once_for_the_same_weeks() -> None:
    meeting = taken(at(10))
    occupancy, calendar = opened(meeting)
    assert occupancy.around([span(at(10))]) == [meeting]
    assert occupancy.around([span(at(11)), span(at(12))]) == [meeting]
    assert len(calendar.asked) == 1
    assert calendar.asked[0].end - calendar.asked[0].start == PIECE


def test_what_the_room_accepts_is_known_without_asking() -> None:
    occupancy, calendar = opened()
    occupancy.around([span(at(10))])
    occupancy.add([taken(at(10))])
    assert occupancy.around([span(at(10))]) == [taken(at(10))]
    occupancy.forget(at(9))
    assert occupancy.around([span(at(10))]) == []
    assert len(calendar.asked) == 2


def test_a_series_asks_for_the_weeks_it_touches() -> None:
    last = taken(at(10) + YEAR)
    occupancy, calendar = opened(taken(at(10)), last)
    spans = [span(at(10)), span(at(10) + YEAR)]
    assert occupancy.around(spans) == [taken(at(10)), last]
    assert len(calendar.asked) == 2


def test_a_meeting_over_the_border_of_two_pieces_is_seen_from_both() -> None:
    occupancy, calendar = opened()
    occupancy.around([span(at(10))])
    border = calendar.asked[0].end
    long = taken(border - timedelta(days=1), border + timedelta(days=1))
    occupancy, _ = opened(long)
    before, after = border - timedelta(hours=1), border + timedelta(hours=1)
    assert occupancy.around([span(before)]) == occupancy.around([span(after)]) == [long]
    occupancy, _ = opened()
    for start in (before, after):
        occupancy.around([span(start)])
    occupancy.add([long])
    assert occupancy.around([span(before)]) == occupancy.around([span(after)]) == [long]


def test_monstrous_spans_end_somewhere_and_begin_in_the_present() -> None:
    occupancy, calendar = opened(taken(at(10)))
    assert taken(at(10)) in occupancy.around([span(at(10) - 50 * YEAR, at(10) + 150 * YEAR)])
    assert len(calendar.asked) == MOST_PIECES
    assert min(window.end for window in calendar.asked) > at(9) - timedelta(days=2)
