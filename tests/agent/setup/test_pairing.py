"""The code on the screen, and what wrong tries cost."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import CommandError
from agent.setup import reset
from agent.setup.draft import DraftStore
from agent.setup.guard import Guard, Locked, six_digits
from agent.setup.pairing import FREE_TRIES, LONGEST_LOCK_S, Codes, Tries, after_wrong
from agent.setup.sessions import IDLE_S, Sessions
from agent.setup.tries import TriesStore
from tests.fakes.clock import NOON, FakeClock


def wrong(times: int) -> Tries:
    tries = Tries()
    for _ in range(times):
        tries = after_wrong(tries, NOON)
    return tries


def test_the_lock_begins_with_a_minute_and_doubles_to_half_an_hour() -> None:
    locks = [wrong(times).remaining_s(NOON) for times in range(FREE_TRIES - 1, FREE_TRIES + 8)]

    assert locks == [0, 60, 120, 240, 480, 960, LONGEST_LOCK_S, LONGEST_LOCK_S, LONGEST_LOCK_S]


@given(st.integers(0, 40), st.integers(-(10**8), 10**8))
def test_no_clock_makes_a_lock_longer_than_it_is(times: int, seconds: int) -> None:
    assert 0 <= wrong(times).remaining_s(NOON + timedelta(seconds=seconds)) <= LONGEST_LOCK_S


@pytest.mark.parametrize("content", ["", "{", "[]", '{"wrong": "a"}', '{"wrong": 0, "locks": 0, "until": "never"}',
                                     '{"wrong": 0, "locks": 0, "until": 3}', "x" * 5000])  # fmt: skip
def test_tries_that_cannot_be_read_are_no_free_tries(tmp_path: Path, content: str) -> None:
    path = tmp_path / "tries.json"
    path.write_text(content)

    assert TriesStore(path).load(NOON).remaining_s(NOON) == 60


def test_tries_are_kept_over_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "setup" / "tries.json"
    TriesStore(path).save(wrong(11))

    assert TriesStore(path).load(NOON) == wrong(11)
    assert TriesStore(tmp_path / "none").load(NOON) == Tries()


def test_a_code_lasts_ten_minutes_whatever_the_clock_does() -> None:
    numbers = count(1)
    codes = Codes(lambda: f"{next(numbers):06d}")
    first, expires = codes.shown(NOON)

    assert (first, expires - NOON) == ("000001", timedelta(minutes=10))
    assert codes.matches("000001", NOON + timedelta(minutes=9, seconds=59))
    assert not codes.matches("000001", NOON + timedelta(minutes=10))
    assert not codes.matches("000002", NOON - timedelta(days=1))
    assert not codes.matches("\ud800", NOON)


def test_codes_are_six_digits() -> None:
    assert all(len(code) == 6 and code.isdigit() for code in (six_digits() for _ in range(50)))


def test_one_session_at_a_time_known_by_its_id_alone() -> None:
    clock = FakeClock()
    sessions = Sessions(clock)
    first = sessions.open("screen")
    second = sessions.open("192.0.2.20")

    assert not sessions.owns(first)
    assert sessions.owns(second)
    assert not sessions.owns("")
    assert second not in repr(vars(sessions))
    clock.advance(IDLE_S)
    assert (sessions.owns(second), sessions.owner) == (False, None)


@pytest.mark.anyio
@pytest.mark.parametrize("jump", [timedelta(days=-3650), timedelta(hours=-1), timedelta(0), timedelta(days=3650)])
async def test_no_clock_that_is_set_makes_a_lock_shorter_or_longer(tmp_path: Path, jump: timedelta) -> None:
    clock = FakeClock()
    guard = Guard(clock, tmp_path)
    for _ in range(FREE_TRIES):
        with pytest.raises(CommandError):
            await guard.code("", "192.0.2.44")
    clock.set(clock.now() + jump)
    clock.advance(59)
    with pytest.raises(Locked):
        await guard.code(guard.codes.shown(clock.now())[0], "192.0.2.44")
    clock.advance(1)

    await guard.code(guard.codes.shown(clock.now())[0], "192.0.2.44")


@pytest.mark.anyio
async def test_tries_at_the_same_time_are_counted_one_by_one(tmp_path: Path) -> None:
    guard = Guard(FakeClock(), tmp_path)
    ended = await asyncio.gather(*(guard.code("", "192.0.2.44") for _ in range(100)), return_exceptions=True)
    codes = [each.code for each in ended if isinstance(each, CommandError)]

    assert (codes.count("setup.code_wrong"), codes.count("setup.locked")) == (FREE_TRIES, 100 - FREE_TRIES)


def test_emptying_follows_no_link_out_of_the_state_directory(tmp_path: Path) -> None:
    outside, state = tmp_path / "outside", tmp_path / "state"
    outside.mkdir()
    state.mkdir()
    (outside / "theirs").write_text("kept")
    for name in ("secrets", "setup"):
        (state / name).symlink_to(outside)
    DraftStore(state / "setup").discard()
    reset.sweep(state)
    (state / "tls").symlink_to(outside)
    (tmp_path / "linked").symlink_to(state)
    reset.ask(tmp_path / "linked")

    assert reset.finish(tmp_path / "linked")
    assert list(state.iterdir()) == []
    assert (outside / "theirs").read_text() == "kept"
