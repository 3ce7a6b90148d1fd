"""Stored entries and an answer → what to change."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest

from agent.model.event import ChangeKey, Fetched, Head, Invitation, ItemId, Occurrence, OccurrenceKey, Skipped
from agent.model.sync import Delta, Window
from agent.sync.plan import Plan, Verdict, plan
from tests.builders import at, occurrence

DAY = Window(at(0), at(0, day=24))
A, B, C = (occurrence(name, at(9 + number)) for number, name in enumerate("abc"))
SECOND = ChangeKey("2")


def answer(
    *fresh: Occurrence, same: tuple[Occurrence, ...] = (), skipped: tuple[Occurrence, ...] = (), complete: bool = True
) -> Delta:
    return Delta(
        token=None,
        heads=tuple(Head(item.item_id, item.change_key) for item in (*fresh, *same, *skipped)),
        fetched=tuple(Fetched(item, Invitation()) for item in fresh),
        skipped=tuple(Skipped(item.item_id, item.change_key, "parse") for item in skipped),
        complete=complete,
    )


def made(stored: list[Occurrence], delta: Delta, *, believed: bool = False) -> Plan:
    return plan(stored, delta, DAY, empty_believed=believed)


def upserts(result: Plan) -> list[Occurrence]:
    return [each.occurrence for each in result.upserts]


def moved(item: Occurrence, **changes: object) -> Occurrence:
    values = {name: getattr(item, name) for name in item.__slots__} | {"change_key": SECOND} | changes
    return Occurrence(**values)


def test_nothing_changed_changes_nothing() -> None:
    assert made([A, B], Delta(token=None, heads=None)) == Plan(Verdict.APPLY)
    assert made([A, B], answer(same=(A, B))) == Plan(Verdict.APPLY)


def test_new_changed_and_missing_are_told_apart() -> None:
    edited = moved(B, subject="new")
    result = made([A, B], answer(edited, C))
    assert (upserts(result), result.removals) == ([edited, C], (A.item_id,))
    assert (result.added, result.changed) == (1, 1)


def test_incomplete_answer_deletes_nothing() -> None:
    result = made([A, B], answer(C, complete=False))
    assert (upserts(result), result.removals) == ([C], ())
    assert made([A, B], answer(complete=False)) == Plan(Verdict.APPLY)


def test_skipped_item_keeps_its_stored_version() -> None:
    assert made([A, B], answer(same=(A,), skipped=(moved(B),))) == Plan(Verdict.APPLY)


def test_empty_answer_is_doubted_when_something_was_there() -> None:
    assert made([A], answer()) == Plan(Verdict.DOUBT)
    assert made([A], answer(), believed=True).removals == (A.item_id,)
    assert made([], answer()) == Plan(Verdict.APPLY)


def test_new_item_id_for_a_stored_key_replaces_and_removes_nothing() -> None:
    again = moved(A, item_id=ItemId("again"))
    result = made([A, B], answer(again, same=(B,)))
    assert (upserts(result), result.removals, result.added, result.changed) == ([again], (), 0, 1)


def test_new_key_for_a_stored_item_replaces_and_removes_nothing() -> None:
    other = moved(A, key=OccurrenceKey("other"))
    result = made([A], answer(other))
    assert (upserts(result), result.removals, result.added, result.changed) == ([other], (), 0, 1)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_of_several_items_with_one_key_the_newest_wins_in_any_order(order: tuple[int, ...]) -> None:
    copies = [
        moved(A, item_id=ItemId("old"), last_modified=at(1)),
        moved(A, item_id=ItemId("new"), last_modified=at(2)),
        moved(A, item_id=ItemId("unknown"), last_modified=None),
    ]
    result = made([], answer(*(copies[index] for index in order)))
    assert [item.item_id for item in upserts(result)] == ["new"]


def test_stored_item_that_is_still_there_wins_over_an_older_copy() -> None:
    stored = moved(A, last_modified=at(2))
    copy = moved(A, item_id=ItemId("copy"), last_modified=at(1))
    assert made([stored], answer(copy, same=(stored,))) == Plan(Verdict.APPLY)


def test_older_copy_takes_over_when_the_newer_one_is_gone() -> None:
    stored = moved(A, last_modified=at(2))
    copy = moved(A, item_id=ItemId("copy"), last_modified=at(1))
    result = made([stored], answer(copy))
    assert (upserts(result), result.removals) == ([copy], ())


def test_item_that_takes_the_key_of_a_newer_one_leaves_its_own() -> None:
    newer = moved(B, last_modified=at(2))
    loser = moved(A, key=B.key, last_modified=at(1))
    result = made([A, newer], answer(loser, same=(newer,)))
    assert (upserts(result), result.removals) == ([], (A.item_id,))


def test_item_that_left_the_window_while_we_read_is_removed() -> None:
    result = made([A, B], answer(moved(A, start=at(9, day=25), end=at(10, day=25)), same=(B,)))
    assert (upserts(result), result.removals) == ([], (A.item_id,))


def test_item_that_touches_the_window_is_kept() -> None:
    touching = occurrence("t", DAY.start - timedelta(hours=1), DAY.start)
    assert upserts(made([], answer(touching))) == [touching]


def test_content_without_a_head_and_heads_without_content_change_nothing() -> None:
    delta = Delta(token=None, heads=(Head(B.item_id, SECOND),), fetched=(Fetched(A, Invitation()),))
    assert made([], delta) == Plan(Verdict.APPLY)


def test_one_item_delivered_twice_counts_once() -> None:
    later = moved(A, key=OccurrenceKey("other"), last_modified=at(2))
    result = made([], answer(A, later))
    assert upserts(result) == [later]
