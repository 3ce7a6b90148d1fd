"""Who is another box, by the marks alone."""

from __future__ import annotations

from datetime import timedelta

from agent.control.owners import ALIVE, KEPT, MOST_OLD, look
from agent.model.event import ItemId
from agent.model.owner import OwnerMark
from tests.fakes.clock import NOON

ME, OTHER = "0123456789abcdef", "fedcba9876543210"
MINUTE = timedelta(minutes=1)


def mark(name: str, owner: str, ago: timedelta = timedelta()) -> OwnerMark:
    return OwnerMark(ItemId(name), owner, "there", NOON - ago)


def test_alone_there_is_nobody_else() -> None:
    seen = look([mark("a", ME)], ME, {ItemId("a")}, timedelta())

    assert (seen.second, seen.litter) == (None, ())


def test_a_young_mark_of_another_box_is_a_second_owner() -> None:
    other = mark("b", OTHER, 10 * MINUTE)

    assert look([mark("a", ME), other], ME, {ItemId("a")}, timedelta()).second == other


def test_a_box_that_is_gone_is_none() -> None:
    other = mark("b", OTHER, ALIVE + MINUTE)

    assert look([mark("a", ME), other], ME, {ItemId("a")}, timedelta()).second is None


def test_time_goes_on_without_new_marks() -> None:
    marks = [mark("a", ME), mark("b", OTHER, 10 * MINUTE)]

    assert look(marks, ME, {ItemId("a")}, 6 * MINUTE).second is None


def test_marks_of_the_last_run_are_this_boxs_own_until_it_has_put_one() -> None:
    assert look([mark("old", ME, MINUTE)], ME, (), None).second is None


def test_a_copy_of_this_boxs_disk_is_another_box() -> None:
    twin = mark("twin", ME, MINUTE)

    assert look([mark("a", ME), twin], ME, {ItemId("a")}, timedelta()).second == twin


def test_own_older_marks_and_those_of_the_long_gone_are_litter() -> None:
    old, gone, alive = mark("old", ME, 6 * MINUTE), mark("gone", OTHER, KEPT + MINUTE), mark("b", OTHER, MINUTE)

    seen = look([mark("a", ME), old, gone, alive], ME, {ItemId("a"), ItemId("old")}, timedelta())

    assert set(seen.litter) == {old, gone}


def test_the_servers_time_counts_for_a_box_without_a_mark() -> None:
    left = mark("b", OTHER)

    assert look([left], ME, (), None, NOON + ALIVE).second == left
    assert look([left], ME, (), None, NOON + ALIVE + MINUTE).second is None
    assert look([left], ME, (), None).second == left


def test_where_there_is_a_mark_of_its_own_no_clock_counts() -> None:
    other = mark("b", OTHER)

    assert look([mark("a", ME), other], ME, {ItemId("a")}, timedelta(), NOON + KEPT).second == other


def test_a_flood_of_old_marks_is_removed_in_parts_and_never_by_a_clock() -> None:
    flood = [mark(f"b{number}", OTHER, KEPT + MINUTE) for number in range(40)]

    assert len(look([mark("a", ME), *flood], ME, {ItemId("a")}, timedelta()).litter) == MOST_OLD
    assert look(flood, ME, (), None, NOON + KEPT).litter == ()
