"""The screen sleeps when nobody is there, and is on when somebody is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from agent.wire import DisplayConfig, Span, instant
from display.ports import ScreenPower
from display.shell.awake import UNAVAILABLE, Waking
from tests.builders import MORNING
from tests.fakes.screens import FakeScreenPower

STARTED = 1_000.0
TEN_MIN = 600.0
CONFIG = DisplayConfig(sleep_after_min=10)


class Room:
    """A screen that falls asleep after ten minutes."""

    def __init__(self, config: DisplayConfig = CONFIG, *, capable: bool = True) -> None:
        self.power = FakeScreenPower(capable=capable)
        self.waking = Waking(_protocol(self.power), STARTED)
        self.waking.configure(config)
        self.touched = float("-inf")

    def after(self, seconds: float, *, live: bool = False, meeting: bool = False) -> bool:
        """Whether the screen is awake so long after the start."""
        awake = self.waking.decide(
            STARTED + seconds,
            MORNING + timedelta(seconds=seconds),
            touched=self.touched,
            live=live,
            meeting=meeting,
        )
        assert self.power.asleep() is not awake
        return awake


def _protocol(power: ScreenPower) -> ScreenPower:
    return power


def test_it_sleeps_after_quiet_and_says_when_to_look() -> None:
    room = Room()
    assert room.after(0)
    assert room.waking.due == STARTED + TEN_MIN
    assert not room.after(TEN_MIN)
    assert room.waking.due is None


def test_a_touch_wakes_it_and_quiet_begins_anew() -> None:
    room = Room()
    room.after(0)
    room.after(TEN_MIN)
    room.touched = STARTED + 900
    assert room.after(900)
    assert room.after(900 + TEN_MIN - 1)
    assert not room.after(900 + TEN_MIN)


def test_a_laptop_wakes_it_and_when_it_goes_quiet_begins() -> None:
    room = Room()
    room.after(0)
    assert not room.after(TEN_MIN)
    assert room.after(700, live=True)
    assert room.after(5_000, live=True)
    assert room.after(5_001)
    assert not room.after(5_001 + TEN_MIN)


def test_a_meeting_keeps_it_awake() -> None:
    room = Room()
    assert room.after(5_000, meeting=True)


def test_it_is_on_before_a_booked_meeting_and_for_a_while_after_it() -> None:
    start, end = MORNING + timedelta(seconds=3_000), MORNING + timedelta(seconds=6_000)
    room = Room(DisplayConfig(sleep_after_min=10, awake=[Span(start=instant(start), end=instant(end))]))
    assert not room.after(TEN_MIN)
    assert room.waking.due == STARTED + 3_000
    assert room.after(3_000)
    assert room.after(6_000)
    assert not room.after(6_000 + TEN_MIN)


@pytest.mark.parametrize(
    "span",
    [
        Span(start="soon", end="late"),
        Span(start="2026-11-23T17:00:00", end="2026-11-23T18:00:00"),  # of no zone
        Span(start="", end=""),
        Span(start=instant(MORNING + timedelta(hours=9)), end=instant(MORNING)),
    ],
)
def test_a_span_that_makes_no_sense_is_none(span: Span) -> None:
    room = Room(DisplayConfig(sleep_after_min=10, awake=[span]))
    assert not room.after(TEN_MIN)


def test_a_room_that_never_sleeps_is_awake_and_asks_nothing_of_the_hardware() -> None:
    room = Room(DisplayConfig(), capable=False)
    assert room.after(1_000_000)
    assert (room.waking.due, room.waking.troubles) == (None, [])


def test_a_sleeping_screen_wakes_when_the_room_is_told_not_to_sleep() -> None:
    room = Room()
    room.after(TEN_MIN)
    room.waking.configure(DisplayConfig())
    assert room.after(TEN_MIN + 1)


def test_a_screen_that_cannot_sleep_is_told() -> None:
    assert Room(capable=False).waking.troubles == [UNAVAILABLE]
    assert Room().waking.troubles == []


def test_a_shell_that_ends_leaves_the_screen_on() -> None:
    room = Room()
    room.after(TEN_MIN)
    room.waking.wake()
    assert not room.power.asleep()
