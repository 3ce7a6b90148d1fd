"""Readings → a steady picture: tables, and properties over whatever a source does."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from display.debounce import BLACK_S, LINGER_S, STABLE_S, UNSUPPORTED_S, Phase, Steady
from display.model import Reading, Signal

HD = Reading(Signal.LIVE, 1920, 1080)
SMALL = Reading(Signal.LIVE, 1280, 720)
NONE = Reading(Signal.NO_SIGNAL)
NO_CABLE = Reading(Signal.NO_CABLE)
GONE = Reading(Signal.ABSENT, code="device.gone")


def seen(*looks: tuple[float, Reading], start: Steady | None = None) -> Steady:
    steady = start or Steady()
    for now, reading in looks:
        steady = steady.see(reading, now)
    return steady


def live(at: float = 0.0, reading: Reading = HD) -> Steady:
    steady = seen((at, reading), (at + 0.15, reading), (at + 0.3, reading))
    assert steady.phase is Phase.LIVE
    return steady


def test_a_picture_is_live_after_300_ms_of_the_same_timings() -> None:
    first = seen((0, NO_CABLE), (1, NO_CABLE), (2.0, HD))
    assert (first.phase, first.likely, first.reason) == (Phase.CANDIDATE, False, Signal.NO_CABLE)

    second = first.see(HD, 2.15)
    assert (second.phase, second.likely, second.shows) == (Phase.CANDIDATE, True, False)

    third = second.see(HD, 2.3)
    assert (third.phase, third.picture, third.reason) == (Phase.LIVE, (1920, 1080), Signal.LIVE)


def test_it_says_when_it_wants_to_be_read_next() -> None:
    assert seen((0, NONE), (1, NONE)).due(1) is None
    assert seen((2.0, HD)).due(2.0) == 2.15
    assert seen((2.0, HD), (2.15, HD)).due(2.15) == 2.3
    assert live().due(1.0) is None
    assert seen((1.0, NONE), (1.3, NONE), start=live()).due(1.3) == 3.0


def test_a_laptop_that_renegotiates_when_plugged_in_does_not_flicker() -> None:
    looks = [(0.0, HD), (0.15, NONE), (0.3, SMALL), (0.45, NONE), (0.6, HD), (0.75, HD)]
    steady = Steady()
    for now, reading in looks:
        steady = steady.see(reading, now)
        assert not steady.shows

    assert steady.see(HD, 0.9).shows


def test_a_signal_lost_for_a_second_stays_on_the_screen_and_is_opened_anew() -> None:
    before = live()
    lost = seen((1.0, NONE), (1.5, NONE), (1.9, HD), (2.05, HD), start=before)
    assert lost.phase is Phase.LINGERING

    back = lost.see(HD, 2.2)
    assert (back.phase, back.generation) == (Phase.LIVE, before.generation + 1)


def test_an_unplugged_laptop_is_gone_after_two_seconds_with_the_reason() -> None:
    lost = seen((1.0, NO_CABLE), (2.0, NO_CABLE), (2.9, NO_CABLE), start=live())
    assert lost.shows

    gone = lost.see(NO_CABLE, 3.0)
    assert (gone.phase, gone.reason, gone.picture) == (Phase.ABSENT, Signal.NO_CABLE, (0, 0))


def test_a_grabber_pulled_out_is_absent_after_two_seconds() -> None:
    gone = seen((1.0, GONE), (3.0, GONE), start=live())

    assert (gone.phase, gone.reason, gone.code) == (Phase.ABSENT, Signal.ABSENT, "device.gone")


def test_a_signal_that_comes_back_at_the_last_moment_may_settle() -> None:
    steady = seen((1.0, NONE), (2.9, HD), (3.05, HD), start=live())
    assert steady.phase is Phase.LINGERING

    assert steady.see(HD, 3.2).phase is Phase.LIVE


def test_a_new_resolution_is_opened_anew_without_leaving_the_screen() -> None:
    before = live()
    steady = before
    for now in (1.0, 1.15, 1.3):
        steady = steady.see(SMALL, now)
        assert steady.shows

    assert (steady.picture, steady.generation) == ((1280, 720), before.generation + 1)


def test_a_source_that_never_settles_is_called_unstable() -> None:
    steady = Steady()
    for step in range(30):
        steady = steady.see((HD, SMALL)[step % 2], step * 0.1)

    assert (steady.phase, steady.reason) == (Phase.CANDIDATE, Signal.UNSTABLE)


def test_reasons_are_told_when_two_readings_agree() -> None:
    steady = seen((0, NO_CABLE), (1, NO_CABLE), (2, NONE))
    assert steady.reason is Signal.NO_CABLE
    assert steady.see(NONE, 2.15).reason is Signal.NO_SIGNAL


def test_a_reading_after_a_long_pause_is_not_unstable() -> None:
    assert seen((0, NONE), (1, NONE), (100, NO_CABLE)).reason is Signal.NO_SIGNAL


def test_a_busy_device_says_nothing_about_the_picture_its_player_shows() -> None:
    busy = Reading(Signal.NO_SIGNAL, code="device.busy")

    assert seen((1, busy), (9, busy), start=live()).phase is Phase.LIVE
    assert seen((1, busy), (2, busy)).code == "device.busy"


def test_a_black_picture_is_called_protected_and_goes_after_a_minute() -> None:
    black = live().turn_black(10.0, is_black=True)
    assert (black.shows, black.reason) == (True, Signal.PROTECTED)
    assert black.see(HD, 10.0 + BLACK_S - 1).shows

    gone = black.see(HD, 10.0 + BLACK_S)
    assert (gone.phase, gone.reason) == (Phase.ABSENT, Signal.PROTECTED)
    assert not seen((80, HD), (81, HD), (90, HD), start=gone).shows
    assert seen((80, HD), (81, NONE), (82, HD), (83, HD), start=gone).shows


def test_a_picture_that_was_black_for_a_while_goes_on() -> None:
    before = live()
    after = before.turn_black(10.0, is_black=True).see(HD, 20.0).turn_black(21.0, is_black=False)

    assert (after.phase, after.reason, after.generation) == (Phase.LIVE, Signal.LIVE, before.generation)
    assert after.see(HD, 200.0).shows


def test_a_laptop_unplugged_while_black_is_gone_after_two_seconds() -> None:
    black = live().turn_black(10.0, is_black=True)

    assert seen((11.0, NO_CABLE), (13.0, NO_CABLE), start=black).phase is Phase.ABSENT


def test_three_failures_in_ten_seconds_are_unsupported_for_five_and_then_it_has_to_change() -> None:
    steady = live()
    now = 1.0
    for _ in range(2):
        steady = steady.fail(now)
        assert steady.shows
        steady = seen((now + 0.15, HD), (now + 0.3, HD), start=steady)
        assert steady.phase is Phase.LIVE
        now += 1.0
    steady = steady.fail(now)
    assert (steady.phase, steady.reason, steady.shows) == (Phase.UNSUPPORTED, Signal.UNSUPPORTED, False)

    after = seen((now + UNSUPPORTED_S, HD), (now + 6, HD), (now + 7, HD), start=steady)
    assert (after.phase, after.reason) == (Phase.ABSENT, Signal.UNSUPPORTED)
    assert seen((20, SMALL), (20.15, SMALL), (20.3, SMALL), start=after).shows
    assert seen((20, HD), (21, HD), start=after.try_again()).shows


def test_failures_that_are_far_apart_are_forgiven() -> None:
    steady = live()
    for now in (10.0, 30.0, 50.0, 70.0):
        steady = seen((now + 0.15, HD), (now + 0.3, HD), start=steady.fail(now))

    assert steady.phase is Phase.LIVE


READINGS = st.sampled_from([HD, SMALL, NONE, NO_CABLE, GONE, Reading(Signal.UNSTABLE), Reading(Signal.UNSUPPORTED)])
STEPS = st.lists(st.tuples(st.sampled_from([0.02, 0.1, 0.15, 0.3, 1.0, 3.0, 61.0]), READINGS), max_size=60)
ACTS = st.lists(st.sampled_from(["see", "see", "see", "black", "bright", "fail", "again"]), min_size=60, max_size=60)


@given(STEPS)
def test_nothing_is_shown_that_was_not_the_same_for_300_ms(steps: list[tuple[float, Reading]]) -> None:
    steady, now, since, last = Steady(), 0.0, 0.0, NONE
    for wait, reading in steps:
        now += wait
        if reading != last:
            since, last = now, reading
        before, steady = steady, steady.see(reading, now)
        if steady.phase is Phase.LIVE and before.phase is not Phase.LIVE:
            assert reading.signal is Signal.LIVE
            assert now - since >= STABLE_S - 0.01
            assert steady.generation == before.generation + 1


@given(STEPS, ACTS)
def test_whatever_happens_the_state_makes_sense(steps: list[tuple[float, Reading]], acts: list[str]) -> None:
    steady, now = Steady(), 0.0
    for (wait, reading), act in zip(steps, acts, strict=False):
        now += wait
        before = steady
        match act:
            case "see":
                steady = steady.see(reading, now)
            case "black" | "bright":
                steady = steady.turn_black(now, is_black=act == "black")
            case "fail":
                steady = steady.fail(now)
            case _:
                steady = steady.try_again()
        assert (steady.picture != (0, 0)) == steady.shows
        assert steady.generation in (before.generation, before.generation + 1)
        assert (steady.reason is Signal.LIVE) <= steady.shows
        assert steady.due(now) is None or steady.due(now) > now  # type: ignore[operator]


@given(STEPS)
def test_a_signal_that_stays_away_leaves_the_screen_in_time(steps: list[tuple[float, Reading]]) -> None:
    steady, now = Steady(), 0.0
    for wait, reading in steps:
        now += wait
        steady = steady.see(reading, now)
    lost_at = now + 0.1
    for at, _ in pairwise([lost_at, lost_at + LINGER_S / 2, lost_at + LINGER_S, lost_at + LINGER_S + 1]):
        steady = steady.see(NONE, at)

    assert not steady.shows
    assert steady.reason in (Signal.NO_SIGNAL, Signal.UNSTABLE)


@given(STEPS)
def test_a_signal_that_stays_is_shown(steps: list[tuple[float, Reading]]) -> None:
    steady, now = Steady(), 0.0
    for wait, reading in steps:
        now += wait
        steady = steady.see(reading, now)
    for _ in range(25):
        now += 0.15
        steady = steady.see(HD, now)

    assert (steady.phase, steady.picture) == (Phase.LIVE, (1920, 1080))
