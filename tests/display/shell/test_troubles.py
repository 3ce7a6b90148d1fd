"""What is wrong, since when, and for how long."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from agent.wire import instant
from display.model import Signal, Trouble
from display.shell.troubles import LIMIT, Troubles, lasts
from tests.builders import MORNING
from tests.display.shell.test_view import LIVE

LATER = MORNING + timedelta(minutes=5)
BUSY, DIED = Trouble("player.busy", "hdmi"), Trouble("player.died", "hdmi")


def test_a_trouble_keeps_the_instant_at_which_it_came() -> None:
    troubles = Troubles()
    troubles.update([BUSY], MORNING)

    busy, screen = troubles.update([Trouble("display.no_output"), BUSY], LATER)

    assert (busy.code, busy.part, busy.since) == ("display.input_busy", "hdmi", instant(MORNING))
    assert (screen.code, screen.since) == ("display.no_output", instant(LATER))


def test_one_that_went_and_came_back_is_a_new_one() -> None:
    troubles = Troubles()
    troubles.update([BUSY], MORNING)
    assert troubles.update([], MORNING) == []

    (busy,) = troubles.update([BUSY], LATER)

    assert busy.since == instant(LATER)


def test_two_parts_that_say_the_same_of_one_input_are_one_trouble() -> None:
    found = Troubles().update([BUSY, Trouble("device.busy", "hdmi"), Trouble("device.busy", "vga")], MORNING)

    assert [(each.code, each.part) for each in found] == [("display.input_busy", "hdmi"), ("display.input_busy", "vga")]


def test_there_are_never_more_than_the_core_takes_in_and_the_oldest_are_told() -> None:
    troubles = Troubles()
    old = [Trouble("device.busy", f"old{n}") for n in range(LIMIT)]
    troubles.update(old, MORNING)

    found = troubles.update([*(Trouble("device.busy", f"new{n}") for n in range(50)), *old], LATER)

    assert {each.part for each in found} == {each.part for each in old}


@pytest.mark.parametrize(
    ("trouble", "signal", "expected"),
    [
        (DIED, Signal.LIVE, True),
        (BUSY, Signal.UNSUPPORTED, True),
        (DIED, Signal.NO_CABLE, False),
        (DIED, Signal.NO_SIGNAL, False),
        (DIED, Signal.ABSENT, False),
        (Trouble("player.died", "another"), Signal.LIVE, False),
        (Trouble("player.died"), Signal.LIVE, False),
        (Trouble("player.missing"), Signal.NO_CABLE, True),
    ],
)
def test_a_trouble_of_the_player_goes_with_the_laptop(trouble: Trouble, signal: Signal, expected: bool) -> None:
    assert lasts(trouble, [replace(LIVE, signal=signal)]) is expected
