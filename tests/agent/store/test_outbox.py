"""The outbox in the store's file, and the one in memory that stands for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from agent.control.entries import facts_of
from agent.errors import StoreError
from agent.model.control import Act, Kind, OpState
from agent.model.event import ItemId, OccurrenceKey
from agent.model.sync import Entry, Window
from agent.store import operations
from agent.store.calendar import SqliteCalendarStore
from agent.store.opening import open_store
from tests.builders import MORNING, NOT_ONLINE, at, occurrence
from tests.contracts.outbox import ALL_KINDS, BOOKING, MINUTE, PRESENT, OutboxContract, done, failed, operation
from tests.fakes.outbox import MemoryOutbox

ROOM = "sjroom@contoso.example"
DAY = Window(at(0), at(23))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteCalendarStore]:
    store = open_store(tmp_path, ROOM)
    yield store
    store.close()


class TestMemoryOutbox(OutboxContract):
    @pytest.fixture
    def outbox(self) -> MemoryOutbox:
        return MemoryOutbox()


class TestSqliteOutbox(OutboxContract):
    @pytest.fixture
    def outbox(self, store: SqliteCalendarStore) -> object:
        return store.outbox


def synced(store: SqliteCalendarStore, uid: str) -> str:
    """The meeting id that an item of this uid gets from the sync."""
    item = occurrence("a", MORNING, key=OccurrenceKey(uid))
    store.apply("s", None, [Entry(item, NOT_ONLINE)], [], MORNING)
    (entry,) = store.entries(DAY)
    return entry.meeting_id


def test_strikes_of_a_series_are_kept_for_the_audit_log(store: SqliteCalendarStore) -> None:
    store.outbox.add([replace(ALL_KINDS[1], strikes=3)], MORNING)
    (waiting,) = store.outbox.waiting()
    assert waiting.new.strikes == 3
    assert facts_of(waiting)["strikes"] == 3


def test_what_waits_outlives_the_process(store: SqliteCalendarStore, tmp_path: Path) -> None:
    added = store.outbox.add(ALL_KINDS, MORNING)
    begun = store.outbox.begin(added[0].number)
    store.close()
    again = open_store(tmp_path, ROOM)
    assert list(again.outbox.waiting()) == [begun, *added[1:]]
    again.close()


def test_a_booking_that_is_done_has_the_id_it_was_announced_with(store: SqliteCalendarStore) -> None:
    (added,) = store.outbox.add([operation(meeting="announced")], MORNING)
    store.outbox.finish(added.number, done())
    assert synced(store, PRESENT.uid) == "announced"


def test_a_booking_that_the_sync_met_first_gets_the_id_it_was_announced_with(store: SqliteCalendarStore) -> None:
    (added,) = store.outbox.add([operation(meeting="announced")], MORNING)
    assert synced(store, PRESENT.uid) != "announced"
    store.outbox.finish(added.number, done())
    assert [each.meeting_id for each in store.entries(DAY)] == ["announced"]
    assert synced(store, PRESENT.uid) == "announced"


def test_a_booking_that_the_sync_met_first_and_lost_gets_its_id_when_it_comes_back(store: SqliteCalendarStore) -> None:
    (added,) = store.outbox.add([operation(meeting="announced")], MORNING)
    synced(store, PRESENT.uid)
    store.apply("s", None, [], [ItemId("item-a")], MORNING)
    store.outbox.finish(added.number, done())
    assert synced(store, PRESENT.uid) == "announced"


def test_a_booking_that_became_a_series_keeps_the_ids_it_has(store: SqliteCalendarStore) -> None:
    (added,) = store.outbox.add([operation(meeting="announced")], MORNING)
    keys = [OccurrenceKey(PRESENT.uid, MORNING), OccurrenceKey(PRESENT.uid, MORNING + MINUTE)]
    items = [Entry(occurrence(str(place), MORNING, key=key), NOT_ONLINE) for place, key in enumerate(keys)]
    store.apply("s", None, items, [], MORNING)
    before = [each.meeting_id for each in store.entries(DAY)]
    store.outbox.finish(added.number, done())
    assert [each.meeting_id for each in store.entries(DAY)] == before


def test_an_id_that_another_meeting_has_is_not_taken_from_it(store: SqliteCalendarStore) -> None:
    synced(store, "another")
    (there,) = store.entries(DAY)
    (added,) = store.outbox.add([operation(meeting=there.meeting_id)], MORNING)
    store.outbox.finish(added.number, done())
    assert synced(store, "another") == there.meeting_id


def test_a_meeting_that_is_booked_again_under_its_id_keeps_it(store: SqliteCalendarStore) -> None:
    (first,) = store.outbox.add([operation(meeting="announced")], MORNING)
    store.outbox.finish(first.number, done())
    synced(store, PRESENT.uid)
    (item,) = store.entries(DAY)
    store.apply("s", None, [], [item.entry.occurrence.item_id], MORNING)
    (again,) = store.outbox.add([operation(Act.UNDO, meeting="announced")], MORNING)
    store.outbox.finish(again.number, done(replace(PRESENT, uid="another")))
    assert synced(store, "another") == "announced"


@pytest.mark.parametrize("kind", [Kind.SET_END, Kind.DELETE])
def test_other_operations_announce_nothing(store: SqliteCalendarStore, kind: Kind) -> None:
    (added,) = store.outbox.add([operation(Act.END, kind, meeting="m9")], MORNING)
    store.outbox.finish(added.number, done())
    assert synced(store, PRESENT.uid) != "m9"


def test_a_booking_that_failed_announces_nothing(store: SqliteCalendarStore) -> None:
    (added,) = store.outbox.add([operation(meeting="announced")], MORNING)
    store.outbox.finish(added.number, replace(failed(), present=PRESENT))
    assert synced(store, PRESENT.uid) != "announced"


def test_a_message_is_nowhere_in_the_file_once_it_has_ended(store: SqliteCalendarStore, tmp_path: Path) -> None:
    (added,) = store.outbox.add([operation(Act.END, Kind.MAIL)], MORNING)
    store.outbox.finish(added.number, done(None))
    store.close()
    assert b"ann@contoso.example" not in (tmp_path / "room.db").read_bytes()


def test_another_rooms_operations_are_not_kept(store: SqliteCalendarStore, tmp_path: Path) -> None:
    store.outbox.add([operation()], MORNING)
    store.close()
    other = open_store(tmp_path, "other@contoso.example")
    assert list(other.outbox.waiting()) == []
    other.close()


def test_a_file_that_was_not_migrated_says_so_and_serves_the_calendar(store: SqliteCalendarStore) -> None:
    def drop(connection: object) -> None:
        for name in ("outbox", "attendance"):
            connection.execute(text(f"DROP TABLE {name}"))  # type: ignore[attr-defined]

    store._database.write(drop)
    with pytest.raises(StoreError):
        store.outbox.add([operation()], MORNING)
    with pytest.raises(StoreError):
        store.outbox.waiting()
    with pytest.raises(StoreError):
        store.attendance.get(["m1"])
    assert list(store.entries(DAY)) == []


@pytest.mark.parametrize("payload", ["", "[]", "{", '{"booking": 3}', '{"booking": {"start": "2026"}}', "[" * 100_000])
def test_a_payload_that_cannot_be_read_is_no_payload(payload: str) -> None:
    assert operations.load(payload) == operations.Payload()


def test_a_payload_of_a_later_version_is_read_as_far_as_it_is_known() -> None:
    text_ = operations.dump(operation()).replace('"booking":{', '"new":1,"booking":{"attendees":[],')
    assert operations.load(text_).booking == BOOKING


def test_ended_operations_keep_everything_but_messages(store: SqliteCalendarStore) -> None:
    added = store.outbox.add(ALL_KINDS, MORNING)
    for each in added:
        store.outbox.finish(each.number, failed("write.given_up", OpState.GIVEN_UP))
    kept = [each.new for each in store.outbox.finished(MORNING + MINUTE)]
    assert kept == [replace(new, mail=None) for new in ALL_KINDS]
