from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.outputs.sleep import Facts, Rest, rest

QUIET = Facts(now=1000.0, started=0.0, after_min=10)
AWAKE = Rest(asleep=False)


def test_it_sleeps_after_the_minutes_without_anything() -> None:
    assert rest(replace(QUIET, now=599.0)) == Rest(asleep=False, again=600.0)
    assert rest(replace(QUIET, now=600.0)) == Rest(asleep=True)


def test_it_never_sleeps_if_told_so() -> None:
    assert rest(replace(QUIET, now=1e9, after_min=0)) == AWAKE


@pytest.mark.parametrize("facts", [replace(QUIET, touched=990.0), replace(QUIET, signalled=990.0)])
def test_a_touch_or_a_cable_wakes_it(facts: Facts) -> None:
    assert rest(facts) == Rest(asleep=False, again=1590.0)


def test_a_picture_or_a_meeting_keeps_it_awake() -> None:
    assert rest(replace(QUIET, live=True)) == AWAKE
    assert rest(replace(QUIET, meeting=True)) == AWAKE


def test_it_wakes_when_a_meeting_is_near_and_sleeps_after_it() -> None:
    day = replace(QUIET, spans=[(2000.0, 3000.0), (9000.0, 9500.0)])
    assert rest(day) == Rest(asleep=True, again=2000.0)
    assert rest(replace(day, now=2000.0)) == Rest(asleep=False, again=3000.0)
    assert rest(replace(day, now=3000.0)) == Rest(asleep=False, again=3600.0)
    assert rest(replace(day, now=3600.0)) == Rest(asleep=True, again=9000.0)


def test_a_span_without_length_wakes_nothing() -> None:
    assert rest(replace(QUIET, spans=[(1000.0, 1000.0), (1100.0, 900.0)])) == Rest(asleep=True)


INSTANT = st.floats(0, 10_000)


@given(
    st.builds(
        Facts,
        now=INSTANT,
        started=st.just(0.0),
        spans=st.lists(st.tuples(INSTANT, INSTANT), max_size=4),
        touched=st.none() | INSTANT,
        signalled=st.none() | INSTANT,
        after_min=st.integers(0, 60),
    )
)
def test_nothing_changes_before_it_is_looked_at_again(facts: Facts) -> None:
    now = rest(facts)
    assert now.again is None or now.again > facts.now
    until = facts.now + 20_000 if now.again is None else now.again
    for part in (0.25, 0.5, 0.999):
        between = facts.now + (until - facts.now) * part
        if facts.now <= between < until:
            assert rest(replace(facts, now=between)).asleep == now.asleep
