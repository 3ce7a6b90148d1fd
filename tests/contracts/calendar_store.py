"""What every `agent.ports.CalendarStore` does. Subclass it and give it a `store` fixture."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from agent.model.event import ChangeKey, ItemId, Occurrence, OccurrenceKey, Sensitivity
from agent.model.join import DialIn, JoinOutcome, NoJoinReason
from agent.model.sync import Entry, SyncToken, Window
from agent.ports import CalendarStore
from tests.builders import MORNING, NOT_ONLINE, ZOOM, all_day, at, joinable, occurrence

DAY = Window(at(0), at(0, day=24))
WEEK = Window(at(0, day=21), at(0, day=28))
TOKEN = SyncToken("t1")
HOUR = timedelta(hours=1)


def entry(name: str, start: Any = MORNING, **changes: Any) -> Entry:
    return Entry(occurrence(name, start, **changes), NOT_ONLINE)


def series(hour: int, days: list[int], uid: str = "series", items: str = "s") -> list[Entry]:
    """Daily occurrences that keep to their pattern."""
    starts = {day: at(hour, day=day) for day in days}
    return [
        entry(f"{items}{day}", start, key=OccurrenceKey(uid, start), item_id=ItemId(f"{items}{hour}-{day}"))
        for day, start in starts.items()
    ]


def items(entries: list[Entry]) -> list[ItemId]:
    return [each.occurrence.item_id for each in entries]


class CalendarStoreContract:
    """Run by every store."""

    def ids(self, store: CalendarStore) -> dict[OccurrenceKey, str]:
        return {each.entry.occurrence.key: each.meeting_id for each in store.entries(WEEK)}

    def put(self, store: CalendarStore, *upserts: Entry, removed: tuple[ItemId, ...] = (), scope: str = "s") -> None:
        store.apply(scope, TOKEN, upserts, removed, MORNING)

    def test_new_store_has_nothing(self, store: CalendarStore) -> None:
        assert store.token("s") is None
        assert store.known("s", WEEK) == {}
        assert store.entries(WEEK) == []
        assert store.as_of() is None
        assert store.note("n") is None
        assert store.forget_before(MORNING) == 0

    def test_delta_brings_entries_token_and_time(self, store: CalendarStore) -> None:
        self.put(store, entry("a"))
        assert store.token("s") == TOKEN
        assert store.as_of() == MORNING
        assert store.known("s", DAY) == {ItemId("item-a"): ChangeKey("1")}
        assert [each.entry for each in store.entries(DAY)] == [entry("a")]

    def test_everything_of_an_entry_survives(self, store: CalendarStore) -> None:
        info = replace(ZOOM, dial_in=(DialIn("+14155550100", "912"), DialIn("+1415")), sip="912@zoomcrc.com")
        outcome = joinable(replace(info, known_host=False, alternatives=(ZOOM,)))
        timed = occurrence(
            "timed",
            MORNING,
            subject="Übung \u0000 ☎\n'; DROP TABLE meeting; --",
            organizer_address="ann@contoso.example",
            last_modified=MORNING + timedelta(microseconds=1),
            key=OccurrenceKey("uid", MORNING - HOUR),
        )
        days = all_day("days", date(2026, 11, 23), date(2026, 11, 24), sensitivity=Sensitivity.PRIVATE, cancelled=True)
        blank = replace(days, subject=None, organizer=None)
        wanted = [Entry(timed, outcome), Entry(blank, JoinOutcome(None, NoJoinReason.PRIVATE))]
        self.put(store, *wanted)
        found = [each.entry for each in store.entries(WEEK)]
        assert sorted(found, key=lambda each: each.occurrence.key) == sorted(wanted, key=lambda e: e.occurrence.key)

    def test_entries_come_by_start_then_meeting_id(self, store: CalendarStore) -> None:
        self.put(store, entry("late", MORNING + HOUR), *(entry(name) for name in "bca"))
        found = store.entries(DAY)
        assert [each.entry.occurrence.start for each in found] == [MORNING] * 3 + [MORNING + HOUR]
        assert [each.meeting_id for each in found[:3]] == sorted(each.meeting_id for each in found[:3])

    @pytest.mark.parametrize(
        ("start", "end", "inside"),
        [
            (at(0) - HOUR, at(0), False),  # ends as the window begins
            (at(0) - HOUR, at(1), True),
            (at(0), at(0), True),  # without length, at the beginning
            (at(9), at(8), True),  # nonsense still stands where it starts
            (at(0, day=24), at(1, day=24), False),
            (at(0) - HOUR, at(1, day=24), True),
        ],
    )
    def test_window_is_half_open(self, store: CalendarStore, start: Any, end: Any, inside: bool) -> None:
        self.put(store, entry("a", start, end=end))
        assert bool(store.entries(DAY)) is inside
        assert bool(store.known("s", DAY)) is inside

    def test_edit_keeps_the_meeting_id(self, store: CalendarStore) -> None:
        self.put(store, entry("a"))
        (before,) = store.entries(WEEK)
        self.put(store, entry("a", MORNING + HOUR, change_key=ChangeKey("2"), subject="new"))
        (after,) = store.entries(WEEK)
        assert after.meeting_id == before.meeting_id
        assert after.entry.occurrence.subject == "new"

    def test_new_item_id_for_the_same_key_is_the_same_meeting(self, store: CalendarStore) -> None:
        self.put(store, entry("a"))
        before = self.ids(store)
        self.put(store, entry("a", item_id=ItemId("other")), removed=(ItemId("item-a"),))
        assert self.ids(store) == before
        assert list(store.known("s", WEEK)) == ["other"]

    def test_new_key_for_the_same_item_is_the_same_meeting(self, store: CalendarStore) -> None:
        self.put(store, entry("a"))
        (before,) = self.ids(store).values()
        self.put(store, entry("a", key=OccurrenceKey("uid-other")))
        assert self.ids(store) == {OccurrenceKey("uid-other"): before}

    def test_items_that_change_places_keep_their_keys_ids(self, store: CalendarStore) -> None:
        self.put(store, entry("a"), entry("b"))
        before = self.ids(store)
        self.put(store, entry("a", item_id=ItemId("item-b")), entry("b", item_id=ItemId("item-a")))
        assert self.ids(store) == before

    def test_removed_is_gone_and_comes_back_with_its_id(self, store: CalendarStore) -> None:
        self.put(store, entry("a"), entry("b"))
        before = self.ids(store)
        self.put(store, removed=(ItemId("item-a"), ItemId("never-there")))
        assert list(self.ids(store)) == [OccurrenceKey("uid-b")]
        self.put(store, entry("a", MORNING + HOUR, item_id=ItemId("again")))
        assert self.ids(store) == before

    def test_ids_are_short_unique_and_fit_into_a_url(self, store: CalendarStore) -> None:
        self.put(store, *(entry(str(n)) for n in range(50)))
        ids = list(self.ids(store).values())
        assert len(set(ids)) == 50
        assert all(0 < len(each) <= 32 and each.replace("-", "").replace("_", "").isalnum() for each in ids)

    def test_series_that_moves_as_a_whole_keeps_its_ids_in_order(self, store: CalendarStore) -> None:
        old, new = series(9, [23, 24, 25]), series(14, [23, 24, 25])
        self.put(store, *old)
        before = [self.ids(store)[each.occurrence.key] for each in old]
        self.put(store, *new, removed=tuple(items(old)))
        assert [self.ids(store)[each.occurrence.key] for each in new] == before
        self.put(store, *old, removed=tuple(items(new)))
        assert [self.ids(store)[each.occurrence.key] for each in old] == before

    def test_series_that_moves_over_the_edge_of_the_window_keeps_the_ids_that_fit(self, store: CalendarStore) -> None:
        old, new = series(9, [22, 23, 24]), series(14, [23, 24, 25, 26])  # 22 → 23, one more comes into sight
        self.put(store, *old)
        before = [self.ids(store)[each.occurrence.key] for each in old]
        self.put(store, *new, removed=tuple(items(old)))
        found = self.ids(store)
        assert [found[each.occurrence.key] for each in new[:3]] == before
        assert len(set(found.values())) == 4

    def test_cancelled_occurrence_does_not_give_its_id_to_one_that_comes_into_the_window(
        self, store: CalendarStore
    ) -> None:
        old, later = series(9, [23, 24]), series(9, [27])
        self.put(store, *old)
        before = self.ids(store)
        self.put(store, *later, removed=(old[0].occurrence.item_id,))
        after = self.ids(store)
        assert after[old[1].occurrence.key] == before[old[1].occurrence.key]
        assert after[later[0].occurrence.key] not in before.values()

    def test_other_scope_reads_all_again_and_shows_what_there_is(self, store: CalendarStore) -> None:
        self.put(store, entry("a"), entry("b"))
        before = self.ids(store)
        assert store.token("other") is None
        assert store.known("other", WEEK) == {}
        assert len(store.entries(WEEK)) == 2
        self.put(store, entry("a", subject="new"), scope="other")
        assert store.token("s") is None
        assert list(store.known("other", WEEK)) == ["item-a"]  # b was not read in this scope
        assert self.ids(store) == before

    def test_of_two_upserts_with_one_key_the_last_counts(self, store: CalendarStore) -> None:
        self.put(store, entry("a", subject="one"), entry("a", subject="two", item_id=ItemId("x")))
        (found,) = store.entries(WEEK)
        assert found.entry.occurrence.subject == "two"

    def test_of_two_upserts_with_one_item_the_last_counts(self, store: CalendarStore) -> None:
        self.put(store, entry("a", subject="one"), entry("b", subject="two", item_id=ItemId("item-a")))
        (found,) = store.entries(WEEK)
        assert found.entry.occurrence.subject == "two"

    def test_many_entries_at_once(self, store: CalendarStore) -> None:
        many = [entry(str(n), MORNING + timedelta(minutes=n)) for n in range(1200)]
        self.put(store, *many)
        self.put(store, *many[:600], removed=tuple(items(many[600:])))
        assert len(store.entries(WEEK)) == 600

    def test_forget_deletes_what_ended_before(self, store: CalendarStore) -> None:
        self.put(store, entry("old", at(7)), entry("odd", at(6), end=at(5)), entry("now", at(9)))
        assert store.forget_before(at(9)) == 2
        assert store.forget_before(at(9)) == 0
        assert list(self.ids(store)) == [OccurrenceKey("uid-now")]

    def test_notes_are_set_changed_and_deleted(self, store: CalendarStore) -> None:
        store.set_note("n", "1")
        store.set_note("n", "2")
        store.set_note("m", "")
        assert (store.note("n"), store.note("m")) == ("2", "")
        store.set_note("n", None)
        store.set_note("n", None)
        assert store.note("n") is None

    def test_close_twice_is_harmless(self, store: CalendarStore) -> None:
        store.close()
        store.close()

    def test_unread_item_keeps_its_occurrence_type(self, store: CalendarStore) -> None:
        self.put(store, entry("a"))
        (found,) = store.entries(WEEK)
        assert isinstance(found.entry.occurrence, Occurrence)
        assert found.entry.occurrence.start.utcoffset() == timedelta(0)
