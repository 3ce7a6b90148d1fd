"""What is told of operations that wait, and what is no longer offered back."""

from datetime import datetime, timedelta

import pytest

from agent import wire
from tests.agent.control.test_room import MEETING, NOW, Box, code_of
from tests.builders import at

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def next_change(box: Box) -> datetime | None:
    """When room control will say something else, though nobody does anything."""
    now = box.clock.now()
    return box.control.facts(box.slots(now), now).changes_at


async def test_what_the_server_has_not_taken_is_told_after_a_while_and_can_be_taken_back() -> None:
    box = Box(MEETING)
    work = await box.control.end("m", "screen", "c-1")
    assert next_change(box) == NOW + timedelta(seconds=5)
    box.clock.advance(4)
    assert box.state.notices == []
    box.clock.advance(1)
    assert (box.notice.code, box.notice.severity) == ("control.write_waiting", "warning")
    assert "until 09:25." in box.notice.detail
    assert box.notice.action is not None
    assert (box.notice.action["body"], box.notice.action["until"]) == ({"command_id": "c-1"}, wire.instant(at(9, 25)))
    await box.control.undo("c-1", "screen", "c-2")
    assert (await code_of(work), box.state.notices) == ("write.withdrawn", [])
    assert box.meeting().end == wire.instant(at(10))


async def test_nothing_is_offered_back_whose_time_was_booked_again() -> None:
    box = Box(MEETING)
    await box.control.end("m", "screen", "c-1")
    box.sends.done()
    assert [each.code for each in box.state.notices] == ["control.end_done"]
    for minutes, name in ((15, "c-2"), (30, "c-4")):
        await box.control.book(minutes, "", "screen", name)
        box.sends.done()
        assert [each.code for each in box.state.notices] == ["control.book_done"]
        await box.control.cancel(box.sends.last.new.meeting_id, "screen", f"{name}-off")
        box.sends.done()
        assert [each.code for each in box.state.notices] == ["control.cancel_done", "control.end_done"]
