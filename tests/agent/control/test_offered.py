"""What is offered is taken, what is not offered is refused, and what is taken back was never there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from agent import wire
from agent.control.room import Work
from agent.errors import CommandError
from agent.model.control import OpState
from agent.model.event import ShowAs
from agent.ports import StoredEntry
from tests.agent.control.test_room import Box
from tests.builders import all_day, at, occurrence, stored

MINUTE = timedelta(minutes=1)


@st.composite
def entries(draw: st.DrawFn, *, apart: bool = False) -> list[StoredEntry]:
    """A day's meetings; `apart`: they do not overlap."""
    found: list[StoredEntry] = []
    for number in range(draw(st.integers(0, 4))):
        name, free = f"m{number}", draw(st.sampled_from([ShowAs.BUSY, ShowAs.BUSY, ShowAs.FREE]))
        if apart:
            start = at(8) + (number * 60 + draw(st.integers(0, 30))) * MINUTE
            found.append(stored(occurrence(name, start, start + draw(st.sampled_from([5, 30])) * MINUTE)))
        elif draw(st.integers(0, 6)) == 0:
            found.append(stored(all_day(name, date(2026, 11, 23), show_as=free)))
        else:
            start = at(8) + draw(st.integers(0, 180)) * MINUTE
            end = start + draw(st.sampled_from([0, 1, 5, 30, 60, 120])) * MINUTE
            found.append(stored(occurrence(name, start, end, show_as=free)))
    return found


def begin(box: Box, act: str, meeting_id: str, minutes: int) -> Callable[[], Coroutine[Any, Any, Work]]:
    return {
        "extend": lambda: box.control.extend(meeting_id, minutes, "screen", f"c-{len(box.sends.rows)}"),
        "end": lambda: box.control.end(meeting_id, "screen", f"c-{len(box.sends.rows)}"),
        "cancel": lambda: box.control.cancel(meeting_id, "screen", f"c-{len(box.sends.rows)}"),
        "check-in": lambda: box.control.check_in(meeting_id, "screen", "c"),
    }[act]


async def taken(begins: Callable[[], Coroutine[Any, Any, Work]]) -> bool:
    try:
        await begins()
    except CommandError:
        return False
    return True


@settings(deadline=None, max_examples=50)
@given(entries(), st.integers(0, 60), st.sampled_from(["extend", "end", "cancel", "check-in"]), st.booleans())
def test_exactly_what_is_offered_for_a_meeting_is_taken(
    listed: list[StoredEntry], seconds: int, act: str, asks: bool
) -> None:
    async def tried() -> None:
        moment = at(9, 30) + timedelta(seconds=seconds)
        for meeting in Box(*listed, now=moment).state.meetings:
            box = Box(*listed, now=moment)
            box.attends.asks = asks
            seen = box.meeting(meeting.id)
            assert await taken(begin(box, act, meeting.id, 5)) == (act in seen.actions), (meeting, act)

    asyncio.run(tried())


@settings(deadline=None, max_examples=50)
@given(entries(), st.integers(5, 720))
def test_the_room_is_booked_exactly_while_it_is_free(listed: list[StoredEntry], minutes: int) -> None:
    async def tried() -> None:
        box = Box(*listed, now=at(9, 30))
        state = box.state
        until = state.free_until
        free = state.availability == "free" and (until is None or wire.instant(at(9, 30) + minutes * MINUTE) <= until)
        assert await taken(lambda: box.control.book(minutes, "", "screen", "c-1")) == free
        assert not any(each.conflict for each in box.state.meetings if each.pending)

    asyncio.run(tried())


ACTS = st.tuples(st.sampled_from(["book", "extend", "end"]), st.sampled_from([None, *OpState]))


@settings(deadline=None, max_examples=50)
@given(entries(apart=True), st.lists(ACTS, max_size=5), st.booleans())
def test_whatever_was_done_can_be_taken_back_step_by_step(
    listed: list[StoredEntry], acts: list[tuple[str, OpState | None]], begun: bool
) -> None:
    async def tried() -> None:
        box = Box(*listed, now=at(9, 30))
        before = spans(box)
        for act, ended in acts:
            current = box.state.current
            if act == "book":
                await taken(lambda: box.control.book(5, "", "screen", f"c-{len(box.sends.rows)}"))
            elif current is not None:
                await taken(begin(box, act, current, 5))
            answer(box, ended, begun=begun)
        for _ in range(2 * len(acts)):
            last = box.undoable()
            if last is None:
                break
            await box.control.undo(last, "screen", f"u-{len(box.sends.rows)}")
        assert box.undoable() is None
        assert spans(box) == before

    asyncio.run(tried())


def answer(box: Box, ended: OpState | None, *, begun: bool) -> None:
    """The server's, to all that waits; None: none."""
    for each in [*box.sends.waiting]:
        if ended is OpState.DONE:
            box.sends.done(each.number)
        elif ended not in (None, OpState.WAITING):
            assert ended is not None
            box.sends.end(each.number, ended, "write.refused")
        elif begun:
            box.sends.begin(each.number)


def spans(box: Box) -> list[tuple[str, str]]:
    return sorted((each.start, each.end) for each in box.state.meetings)
