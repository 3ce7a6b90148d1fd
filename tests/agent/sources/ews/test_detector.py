"""SyncFolderItems as the cheap question, and what happens where a server cannot answer it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.errors import SourceThrottled, SourceUnavailable, SyncTokenInvalid
from agent.model.sync import Window
from agent.sources.ews.bookmark import Bookmark, FolderState
from agent.sources.ews.detector import MOST_PAGES, ChangeDetector, Changes
from agent.sources.ews.source import LIST_EVERY_S, EwsSource
from tests.agent.sources.ews.answers import contents, failure, head, item, recording, view
from tests.agent.sources.ews.other import WINDOW, a_day, exchange, make_source, read
from tests.agent.sources.loopback import Answer, Loopback
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.other_exchange import OtherExchange
from tests.fakes.other_http import Asked, Reply

__all__ = ["exchange"]

WALKED = FolderState("9", walked=True)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOON)


@pytest.fixture
def other(exchange: OtherExchange, clock: FakeClock) -> EwsSource:
    source = make_source(exchange)
    source._clock = source._detector._breaker._clock = clock
    return source


class Folder:
    """Pages of `size`, states that count; `stuck` never moves on."""

    def __init__(self, changes: int = 0, size: int = 512) -> None:
        self.changes, self.size, self.asked = changes, size, 0
        self.stuck = False
        self.error: Exception | None = None

    def read(self, state: str) -> Changes:
        self.asked += 1
        if self.error is not None:
            raise self.error
        if self.stuck:
            return Changes("AAA", self.changes, complete=True)
        start = int(state or 0)
        end = min(start + self.size, self.changes)
        return Changes(str(end), end - start, complete=end == self.changes)


class TestDetector:
    def test_a_walked_folder_that_is_quiet_costs_one_request(self, clock: FakeClock) -> None:
        folder = Folder(9)
        looked = ChangeDetector(folder.read, clock).look(WALKED)
        assert (looked.quiet, looked.state, folder.asked) == (True, WALKED, 1)

    def test_a_change_is_not_quiet_and_moves_the_state(self, clock: FakeClock) -> None:
        looked = ChangeDetector(Folder(10).read, clock).look(WALKED)
        assert (looked.quiet, looked.state) == (False, FolderState("10", walked=True))

    def test_a_long_calendar_is_walked_over_several_rounds(self, clock: FakeClock) -> None:
        folder = Folder(MOST_PAGES * 10 + 5, size=10)
        detector = ChangeDetector(folder.read, clock)
        first = detector.look(FolderState())
        assert (first.quiet, first.state.walked, folder.asked) == (False, False, MOST_PAGES)
        second = detector.look(first.state)
        assert (second.quiet, second.state.walked) == (False, True)
        assert detector.look(second.state).quiet

    def test_states_that_do_not_move_on_are_not_believed(self, clock: FakeClock) -> None:
        folder = Folder(3)
        folder.stuck = True
        looked = ChangeDetector(folder.read, clock).look(FolderState())
        assert (looked.failed, looked.quiet, looked.state.walked) == (True, False, False)

    def test_a_server_that_cannot_do_it_is_left_alone_for_longer_and_longer(self, clock: FakeClock) -> None:
        folder = Folder(9)
        folder.error = SourceUnavailable("calendar.server_error", "no such operation")
        detector = ChangeDetector(folder.read, clock)
        asked = []
        for _ in range(4 * 3600 // 60):
            before = folder.asked
            if detector.look(WALKED).failed:
                detector.give_up()
            asked.append(folder.asked - before)
            clock.advance(60)
        assert sum(asked) <= 6
        folder.error = None
        clock.advance(3600)
        assert detector.look(WALKED).quiet

    @pytest.mark.parametrize(
        "error",
        [
            SourceUnavailable("calendar.unreachable", "down"),
            SourceThrottled("calendar.throttled", "busy", 9.0),
            SyncTokenInvalid("calendar.sync_token_invalid", "old"),
        ],
    )
    def test_other_trouble_is_the_rounds_trouble(self, clock: FakeClock, error: Exception) -> None:
        folder = Folder(9)
        folder.error = error
        with pytest.raises(type(error)):
            ChangeDetector(folder.read, clock).look(WALKED)


class TestSource:
    def test_quiet_hour_costs_a_request_a_poll(
        self, exchange: OtherExchange, other: EwsSource, clock: FakeClock
    ) -> None:
        a_day(exchange)
        delta = first = read(other)
        exchange.asked.clear()
        for _ in range(60):
            clock.advance(60)
            delta = read(other, delta.token, first)
            assert delta.heads is None
        operations = exchange.operations()
        assert "GetItem" not in operations
        assert operations.count("FindItem") <= 60 * 60 / LIST_EVERY_S + 1
        assert len(operations) <= 63

    def test_change_outside_the_window_lists_but_reads_nothing(self, exchange: OtherExchange, other: EwsSource) -> None:
        meetings = a_day(exchange)
        first = read(other)
        again = read(other, first.token, first)
        exchange.edit(meetings[0], start=NOON.replace(year=2027), end=NOON.replace(year=2027))
        moved_out = read(other, again.token, first)
        assert moved_out.heads is not None
        assert (len(moved_out.heads), moved_out.requests) == (2, 2)
        exchange.edit(meetings[0], subject="still far away")
        far = read(other, moved_out.token, moved_out)
        assert (far.heads, far.requests) == (None, 2)

    def test_another_window_is_listed_and_the_state_is_kept(self, exchange: OtherExchange, other: EwsSource) -> None:
        a_day(exchange)
        first = read(other)
        walked = read(other, first.token, first)
        later = Window(WINDOW.start + (WINDOW.end - WINDOW.start) / 14, WINDOW.end)
        keys = {each.item_id: each.change_key for each in first.heads or ()}
        rolled = other.changes_since(walked.token, later, keys)
        assert rolled.heads is not None
        assert (rolled.fetched, rolled.requests) == ((), 2)
        assert other.changes_since(rolled.token, later, keys).requests == 1

    def test_stuck_server_is_found_out_before_its_silence_counts(
        self, exchange: OtherExchange, other: EwsSource
    ) -> None:
        exchange.sync_states = "stuck"
        a_day(exchange)
        first = read(other)
        again = read(other, first.token, first)
        exchange.meetings.popitem()
        fewer = read(other, again.token, first)
        assert fewer.heads is not None
        assert (len(fewer.heads), fewer.requests) == (2, 1)

    def test_server_without_the_operation_still_works(self, exchange: OtherExchange, other: EwsSource) -> None:
        def refuse(asked: Asked) -> Reply | None:
            if asked.operation != "SyncFolderItems":
                return None
            return Reply(500, exchange.fault("ErrorInvalidRequest"))

        exchange.trouble = refuse
        meetings = a_day(exchange)
        first = read(other)
        again = read(other, first.token, first)
        assert (again.heads, again.requests) == (None, 2)
        assert read(other, again.token, first).requests == 1
        exchange.edit(meetings[0], subject="after")
        changed = read(other, again.token, first)
        assert [each.occurrence.subject for each in changed.fetched] == ["after"]

    def test_lost_state_starts_over(self, exchange: OtherExchange, other: EwsSource) -> None:
        a_day(exchange)
        first = read(other)
        mark = Bookmark.of(first.token)
        assert mark is not None
        lost = replace(mark, state=FolderState("from another server", walked=True)).token()
        with pytest.raises(SyncTokenInvalid):
            read(other, lost, first)
        assert read(other, None, first).fetched == ()


def test_recorded_refusal_of_a_state_starts_over(source: EwsSource, server: Loopback) -> None:
    server.answers.extend([Answer(view(head("a"))), Answer(contents(item("a")))])
    token = source.changes_since(None, WINDOW, {}).token
    server.answers.append(Answer(recording("syncfolderitems-error-syncstate.xml").decode()))
    with pytest.raises(SyncTokenInvalid):
        source.changes_since(token, WINDOW, {})


def test_recorded_first_page_is_understood(source: EwsSource, server: Loopback) -> None:
    recorded = (
        recording("syncfolderitems-initial.xml").decode().replace("https://schemas.xmlsoap", "http://schemas.xmlsoap")
    )
    server.answers.append(Answer(recorded))  # the recording names SOAP by a wrong address
    page = source._changes("")
    assert (page.state, page.count, page.complete) == ("H4sIAAA==", recorded.count("<t:Create>"), True)


@pytest.mark.parametrize("code", ["ErrorServerBusy", "ErrorTooManyObjectsOpened"])
def test_throttled_detector_throttles_the_round(source: EwsSource, server: Loopback, code: str) -> None:
    server.answers.extend([Answer(view(head("a"))), Answer(contents(item("a")))])
    token = source.changes_since(None, WINDOW, {}).token
    server.answers.append(Answer(failure("SyncFolderItems", code)))
    with pytest.raises(SourceThrottled):
        source.changes_since(token, WINDOW, {})


@pytest.mark.parametrize("text", ["", "nonsense", "ews-view-1:abc", "ews-sync-1:a:b:x:c", "ews-sync-1:a:b"])
def test_tokens_of_others_are_none(text: str) -> None:
    assert Bookmark.of(text) is None  # type: ignore[arg-type]


def test_states_may_hold_colons() -> None:
    mark = Bookmark("a", "b", FolderState("H4s:IA=", walked=True))
    assert Bookmark.of(mark.token()) == mark
