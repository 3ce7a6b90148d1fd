from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from agent.model.sync import Window
from agent.sources.ews.items import RawItem
from agent.sources.ews.services import View
from agent.sources.ews.window import MOST_VIEWS, list_window
from agent.wire import instant

START = datetime(2026, 11, 22, tzinfo=UTC)
WINDOW = Window(START, START + timedelta(days=16))


class Server:
    """A calendar of half-hour meetings that lists at most `most` in one view."""

    def __init__(self, starts: list[datetime], most: int) -> None:
        self.starts = sorted(starts)
        self.most = most
        self.views: list[Window] = []

    def __call__(self, window: Window) -> View:
        self.views.append(window)
        length = timedelta(minutes=30)
        found = [start for start in self.starts if start <= window.end and start + length >= window.start]
        items = (
            RawItem(instant(start), "1", {"Start": instant(start), "End": instant(start + length)})
            for start in found[: self.most]
        )
        return View(tuple(items), truncated=len(found) > self.most)


def every(hours: float, count: int) -> list[datetime]:
    return [START + timedelta(hours=hours * number) for number in range(count)]


def test_short_list_is_one_view() -> None:
    server = Server(every(8, 10), most=500)
    listing = list_window(server, WINDOW)
    assert (len(listing.items), listing.complete, len(server.views)) == (10, True, 1)


def test_long_list_is_read_in_halves_and_each_item_once() -> None:
    server = Server(every(1, 300), most=100)
    listing = list_window(server, WINDOW)
    assert (len(listing.items), listing.complete) == (300, True)
    assert listing.pieces[0].start == WINDOW.start
    assert listing.pieces[-1].end == WINDOW.end


def test_next_list_begins_with_the_pieces_of_the_last() -> None:
    server = Server(every(1, 300), most=100)
    pieces = list_window(server, WINDOW).pieces
    server.views.clear()
    assert len(list_window(server, WINDOW, pieces).items) == 300
    assert server.views == list(pieces)


def test_pieces_of_another_window_do_not_count() -> None:
    server = Server(every(8, 10), most=500)
    later = Window(WINDOW.start + timedelta(days=1), WINDOW.end + timedelta(days=1))
    list_window(server, later, (WINDOW,))
    assert server.views == [later]


def test_hour_that_is_too_full_is_incomplete_and_ends() -> None:
    server = Server(every(0.01, 300), most=5)
    listing = list_window(server, WINDOW)
    assert not listing.complete
    assert len(server.views) <= MOST_VIEWS


@given(st.lists(st.integers(-60, 17 * 24 * 60), max_size=60), st.integers(2, 12))
def test_complete_list_misses_nothing_and_invents_nothing(minutes: list[int], most: int) -> None:
    starts = [START + timedelta(minutes=minute) for minute in set(minutes)]
    server = Server(starts, most)
    listing = list_window(server, WINDOW)
    inside = {instant(s) for s in starts if s < WINDOW.end and s + timedelta(minutes=30) > WINDOW.start}
    assert set(listing.items) <= inside
    assert len(server.views) <= MOST_VIEWS
    if listing.complete:
        assert set(listing.items) == inside
