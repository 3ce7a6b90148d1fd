"""One round of synchronisation, with a scripted source and the store in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from agent.errors import SourceUnavailable, StoreError, SyncTokenInvalid
from agent.model.event import ChangeKey, Invitation, OccurrenceKey, Sensitivity
from agent.model.join import JoinOutcome, NoJoinReason
from agent.model.sync import Delta, Window
from agent.sync.keep import scope_of
from agent.sync.pull import Puller
from agent.sync.window import room_window
from tests.builders import NOT_ONLINE, at, joinable, occurrence
from tests.fakes.clock import FakeClock
from tests.fakes.source import ScriptedSource, cut, nothing, unreadable
from tests.fakes.store import MemoryStore

ZONE = ZoneInfo("America/Los_Angeles")
ALL = Window(datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
DOWN = SourceUnavailable("calendar.unreachable", "mail.contoso.example: connection refused")


class Extractor:
    """Joinable when the body says so."""

    version = "1"

    def __call__(self, invitation: Invitation) -> JoinOutcome:
        if invitation.body == "poison":
            raise RecursionError("private words")
        return joinable() if invitation.body == "zoom" else NOT_ONLINE


class Room:
    """A puller with everything around it."""

    def __init__(self, *, private_join: bool = True) -> None:
        self.clock = FakeClock(at(9))
        self.source = ScriptedSource(occurrence("a", at(9)), occurrence("b", at(10)))
        self.store = MemoryStore()
        self.puller = self.new_puller(private_join=private_join)

    def new_puller(self, *, private_join: bool = True, mailbox: str = "sjroom@contoso.example") -> Puller:
        return Puller(
            self.source,
            self.store,
            Extractor(),
            self.clock,
            scope=scope_of(mailbox, "ews", "1", private_join=private_join),
            window=lambda now: room_window(now, ZONE, days_behind=1, days_ahead=14),
            private_join=private_join,
        )

    @property
    def names(self) -> list[str | None]:
        return [each.entry.occurrence.subject for each in self.store.entries(ALL)]

    def outcome(self, name: str) -> JoinOutcome:
        (found,) = (e.entry.outcome for e in self.store.entries(ALL) if e.entry.occurrence.item_id == f"item-{name}")
        return found


@pytest.fixture
def room() -> Room:
    room = Room()
    report = room.puller.pull()
    assert (report.ok, report.added, report.changed, report.removed, report.requests) == (True, 2, 0, 0, 2)
    return room


def test_pull_stores_what_is_there_with_the_time_it_began(room: Room) -> None:
    assert room.names == ["a", "b"]
    assert room.store.as_of() == at(9)


def test_pull_with_nothing_changed_makes_one_request_and_moves_as_of(room: Room) -> None:
    room.clock.advance(30)
    report = room.puller.pull()
    assert (report.ok, report.added, report.changed, report.removed, report.requests) == (True, 0, 0, 0, 1)
    assert room.store.as_of() == at(9) + timedelta(seconds=30)
    assert room.source.asked[-1].token is not None


def test_pull_asks_for_the_content_of_what_changed_alone(room: Room) -> None:
    room.source.put(occurrence("a", at(11), change_key=ChangeKey("2")))
    report = room.puller.pull()
    assert (report.added, report.changed, report.removed, report.requests) == (0, 1, 0, 2)
    assert room.source.asked[-1].known == {"item-a": "1", "item-b": "1"}
    assert room.names == ["b", "a"]


def test_pull_removes_what_a_complete_view_no_longer_has(room: Room) -> None:
    del room.source.items[next(iter(room.source.items))]
    report = room.puller.pull()
    assert (report.removed, room.names) == (1, ["b"])


def test_incomplete_view_removes_nothing(room: Room) -> None:
    room.source.put(occurrence("c", at(12)))
    room.source.script = [cut]
    assert room.puller.pull().removed == 0
    assert room.names == ["a", "b", "c"]


def test_unreadable_item_keeps_its_stored_version_and_is_counted(room: Room) -> None:
    room.source.put(occurrence("a", at(11), change_key=ChangeKey("2"), subject="new"))
    room.source.script = [unreadable]
    report = room.puller.pull()
    assert (report.ok, dict(report.skipped), room.names) == (True, {"parse": 1}, ["a", "b"])
    room.source.put(occurrence("c", at(12)))
    room.puller.pull()
    assert room.names == ["b", "new", "c"]


def test_unreadable_item_is_asked_for_again_though_nothing_changed_less_and_less_often(room: Room) -> None:
    room.source.put(occurrence("c", at(12)))
    room.source.script = [unreadable]
    room.puller.pull()
    full = 0
    for _ in range(120):  # an hour
        room.clock.advance(30)
        before = len(room.source.asked)
        room.source.script = [lambda delta: unreadable(delta) if delta.heads is not None else delta]
        assert room.puller.pull().ok
        full += room.source.asked[before].token is None
    assert 6 <= full <= 12
    room.clock.advance(600)
    room.source.script = []
    room.puller.pull()
    assert room.names == ["a", "b", "c"]
    room.puller.pull()
    assert room.source.asked[-1].token is not None


def test_unreadable_item_is_asked_for_again_after_a_restart(room: Room) -> None:
    room.source.put(occurrence("c", at(12)))
    room.source.script = [unreadable]
    room.puller.pull()
    room.new_puller().pull()
    assert room.names == ["a", "b", "c"]


def test_incomplete_view_is_asked_for_again_whole(room: Room) -> None:
    room.source.put(occurrence("c", at(12)))
    room.source.script = [lambda delta: replace(cut(delta), token=delta.token)]
    room.puller.pull()
    room.puller.pull()
    assert room.source.asked[-1].token is None


@pytest.mark.parametrize("error", [DOWN, StoreError("store.full", "disk full")])
def test_failure_is_a_report_and_the_list_stays(room: Room, error: Exception) -> None:
    room.source.put(occurrence("c", at(12)))
    if isinstance(error, StoreError):
        room.store.fail = error
    else:
        room.source.script = [error]
    report = room.puller.pull()
    assert (report.ok, report.error, room.names) == (False, error, ["a", "b"])
    assert room.store.as_of() == at(9)
    assert room.puller.pull().ok
    assert room.names == ["a", "b", "c"]


def test_pull_starts_over_when_the_token_is_no_longer_good(room: Room) -> None:
    room.source.valid_tokens = False
    report = room.puller.pull()
    assert report.ok
    assert [asked.token is None for asked in room.source.asked] == [True, False, True]
    assert len(room.source.asked[-1].known) == 2  # content that is known is not read again


def test_token_refused_even_when_there_is_none_is_a_failure(room: Room) -> None:
    bad = SyncTokenInvalid("calendar.token_invalid", "no")
    room.source.script = [bad, bad]
    assert room.puller.pull().error is bad


class TestSuddenlyEmpty:
    def test_is_not_believed_at_once(self, room: Room) -> None:
        room.source.script = [nothing]
        report = room.puller.pull()
        assert (report.ok, report.doubt_s, report.removed) == (True, 60, 0)
        assert room.names == ["a", "b"]
        assert room.store.as_of() == at(9)

    def test_is_believed_after_a_full_read_a_minute_later(self, room: Room) -> None:
        room.source.items.clear()
        assert room.puller.pull().doubt_s is not None
        room.clock.advance(59)
        assert room.puller.pull().doubt_s is not None
        room.clock.advance(1)
        report = room.puller.pull()
        assert (report.doubt_s, report.removed, room.names) == (None, 2, [])
        assert [asked.token is None for asked in room.source.asked[2:]] == [True, True]

    def test_is_forgotten_when_the_meetings_are_back(self, room: Room) -> None:
        room.source.script = [nothing]
        room.puller.pull()
        room.clock.advance(600)
        assert room.puller.pull().doubt_s is None
        room.source.script = [nothing]
        room.source.put(occurrence("c", at(12)))
        assert room.puller.pull().doubt_s == 60  # doubt begins anew
        assert room.names == ["a", "b"]

    def test_failure_in_between_does_not_confirm_it(self, room: Room) -> None:
        room.source.script = [nothing, DOWN, nothing]
        room.puller.pull()
        room.clock.advance(61)
        assert not room.puller.pull().ok
        assert room.names == ["a", "b"]
        room.clock.advance(61)
        assert room.puller.pull().removed == 2

    def test_is_plain_when_nothing_was_stored(self) -> None:
        room = Room()
        room.source.items.clear()
        assert room.puller.pull().doubt_s is None
        assert room.store.as_of() == at(9)


class TestPrivate:
    item = occurrence("p", at(13), sensitivity=Sensitivity.PRIVATE, organizer_address="ann@contoso.example")

    @pytest.mark.parametrize("private_join", [True, False])
    def test_meeting_is_masked_before_it_is_stored(self, private_join: bool) -> None:
        room = Room(private_join=private_join)
        room.source.put(self.item, Invitation(body="zoom"))
        room.puller.pull()
        (found,) = (e.entry.occurrence for e in room.store.entries(ALL) if e.entry.occurrence.private)
        assert (found.subject, found.organizer, found.organizer_address) == (None, None, None)
        assert room.outcome("p") == (joinable() if private_join else JoinOutcome(None, NoJoinReason.PRIVATE))

    def test_other_policy_reads_everything_again(self) -> None:
        room = Room()
        room.source.put(self.item, Invitation(body="zoom"))
        room.puller.pull()
        room.new_puller(private_join=False).pull()
        assert (room.source.asked[-1].token, room.source.asked[-1].known) == (None, {})
        assert room.outcome("p").reason is NoJoinReason.PRIVATE


def test_text_that_is_no_unicode_does_not_stop_the_calendar(room: Room) -> None:
    room.source.put(occurrence("c", at(12), subject="\ud83d" + "x" * 5000))
    assert room.puller.pull().ok
    assert room.names[-1] == "?" + "x" * 999
    room.source.put(occurrence("d", at(13), key=OccurrenceKey("\ud83d")))
    for _ in range(2):
        assert room.puller.pull().ok
    assert room.names[-1] == "d"
    for each in room.store.entries(ALL):
        assert each.entry.occurrence.key.uid.encode()


def test_extractor_that_breaks_its_promise_costs_one_button_and_logs_no_text(room: Room) -> None:
    room.source.put(occurrence("c", at(12)), Invitation(body="poison"))
    room.source.put(occurrence("d", at(13)), Invitation(body="zoom"))
    with capture_logs() as logs:
        assert room.puller.pull().ok
    assert room.outcome("c") == JoinOutcome(None, NoJoinReason.LINK_UNDECODABLE)
    assert room.outcome("d") == joinable()
    assert [each["event"] for each in logs] == ["join.extractor_failed"]
    assert "private words" not in str(logs)


def test_midnight_moves_the_window_and_forgets_what_is_over(room: Room) -> None:
    room.clock.advance(timedelta(days=2).total_seconds())
    room.source.items.clear()
    room.source.put(occurrence("later", at(9, day=30)))
    report = room.puller.pull()
    assert (report.ok, room.names) == (True, ["later"])
    assert room.source.asked[-1].window == Window(at(0, day=24), at(0, day=24) + timedelta(days=16))


def test_nothing_is_thrown_away_as_old_with_a_clock_that_disagrees_with_the_servers(room: Room) -> None:
    room.source.server_time = at(9)
    room.clock.set(at(9) + timedelta(days=3650))
    assert room.puller.pull().ok
    assert room.names == ["a", "b"]


def test_report_says_what_an_answer_cost(room: Room) -> None:
    def slow(delta: Delta) -> Delta:
        room.clock.advance(2)
        return replace(delta, requests=7)

    room.source.script = [slow]
    report = room.puller.pull()
    assert (report.duration_s, report.requests, report.started) == (2, 7, at(9))
