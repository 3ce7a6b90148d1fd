"""Who keeps which meeting id."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from agent.model.event import ItemId, Occurrence, OccurrenceKey
from agent.store.identity import Known, inherit
from tests.builders import at, occurrence

WEEK = timedelta(days=7)


def known(number: int, start: datetime, *, gone: bool = False) -> Known:
    key = OccurrenceKey("series", start)
    return Known(f"m{number}", key) if gone else Known(f"m{number}", key, ItemId(f"old{number}"), start)


def new(number: int, start: datetime) -> Occurrence:
    return occurrence(f"new{number}", start, key=OccurrenceKey("series", start))


def passed(old: list[Known], upserts: list[Occurrence]) -> dict[datetime | None, str]:
    removed = [each.item_id for each in old if each.item_id is not None]
    return {key.original_start: meeting_id for key, meeting_id in inherit(old, removed, upserts).items()}


def test_series_that_moves_keeps_its_order_however_far_it_moves() -> None:
    days = [at(9, day=day) for day in (2, 9, 16)]
    moved = [each + timedelta(days=4, hours=3) for each in days]
    found = passed([known(n, day) for n, day in enumerate(days)], [new(n, day) for n, day in enumerate(moved)])
    assert found == dict(zip(moved, ["m0", "m1", "m2"], strict=True))


def test_series_that_moves_with_one_more_at_the_end_keeps_its_distance() -> None:
    days = [at(9, day=day) for day in (2, 9)]
    moved = [each + timedelta(hours=5) for each in (*days, days[-1] + WEEK)]
    found = passed([known(n, day) for n, day in enumerate(days)], [new(n, day) for n, day in enumerate(moved)])
    assert found == {moved[0]: "m0", moved[1]: "m1"}


def test_series_whose_first_occurrence_moves_out_of_the_window_does_not_shift_by_one() -> None:
    days = [at(9, day=day) for day in (9, 16, 23)]
    moved = [each - timedelta(days=1) for each in days[1:]]
    found = passed([known(n, day) for n, day in enumerate(days)], [new(n, day) for n, day in enumerate(moved)])
    assert found == {moved[0]: "m1", moved[1]: "m2"}


def test_change_to_summer_time_between_occurrences_does_not_matter() -> None:
    days = [at(9, day=2), at(9, day=9), at(10, day=16)]
    moved = [at(14, day=2), at(14, day=9), at(14, day=16), at(14, day=23)]
    found = passed([known(n, day) for n, day in enumerate(days)], [new(n, day) for n, day in enumerate(moved)])
    assert found == dict(zip(moved[:3], ["m0", "m1", "m2"], strict=True))


def test_single_that_becomes_a_series_is_its_nearest_occurrence() -> None:
    single = Known("m", OccurrenceKey("series"), ItemId("old"), at(9, day=2))
    starts = [at(9, day=day) for day in (2, 9, 16)]
    assert passed([single], [new(n, start) for n, start in enumerate(starts)]) == {starts[0]: "m"}


def test_what_is_over_does_not_keep_the_rest_from_moving() -> None:
    over, ahead = known(0, at(9, day=2)), known(1, at(9, day=9))
    moved = new(1, at(12, day=9))
    found = inherit([over, ahead], [ItemId("old1")], [moved])
    assert found == {moved.key: "m1"}


def test_remembered_id_is_given_to_its_own_key_alone() -> None:
    old = [known(0, at(9, day=2), gone=True), known(1, at(9, day=9))]
    assert passed(old, [new(0, at(12, day=2)), new(1, at(12, day=9))]) == {at(12, day=9): "m1"}


STARTS = st.integers(0, 40).map(lambda hours: at(0, day=2) + timedelta(hours=12 * hours))


@given(
    st.lists(st.tuples(STARTS, st.booleans()), unique_by=lambda each: each[0], max_size=8),
    st.lists(STARTS, unique=True, max_size=8),
    st.sets(st.integers(0, 8)),
    st.data(),
)
def test_no_id_is_given_twice_and_same_keys_keep_theirs(
    old: list[tuple[datetime, bool]], fresh: list[datetime], removed: set[int], data: st.DataObject
) -> None:
    stored = [known(n, start, gone=gone) for n, (start, gone) in enumerate(old)]
    items = st.sampled_from([each.item_id for each in stored if each.item_id] or [ItemId("x")])
    upserts = []
    for number, start in enumerate(fresh):
        item_id = data.draw(items) if data.draw(st.booleans()) else ItemId(f"new{number}")
        upserts.append(occurrence("o", start, key=OccurrenceKey("series", start), item_id=item_id))
    found = inherit(stored, [ItemId(f"old{n}") for n in removed], upserts)
    assert len(set(found.values())) == len(found)
    for each in stored:
        if each.key in {item.key for item in upserts}:
            assert found[each.key] == each.meeting_id
