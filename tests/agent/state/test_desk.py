"""Where display and core meet: streams of orders, and those who wait for what becomes of one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from agent.errors import CommandError, OrderFailed
from agent.state.desk import ANSWER_WITHIN_S, Desk
from agent.state.orders import MOST_STREAMS, MOST_WAITING, Order, OrderStreams
from agent.state.page import PageFacts, Reaction
from agent.state.project import Inputs, project
from agent.wire import DisplayConfig, DisplayReport, Home, Meeting, Open, Outcome, RoomState, ShowInput
from display.browsers import cdp, kiosk
from tests.builders import MORNING, at, joinable, occurrence, policy, stored
from tests.fakes.clock import FakeClock

pytestmark = pytest.mark.anyio
OPEN = Open(order_id="c-0", url="https://zoom.us/j/1", host="zoom.us", provider_name="Zoom")
SHOW = ShowInput(order_id="c-1", input="hdmi")
SOON_S = 5.0
STATE = project(Inputs(policy=policy(), entries=[stored(occurrence("m", at(9)), joinable())]), at(9)).state
MEETING = STATE.meetings[0]


def listing(*meetings: Meeting) -> RoomState:
    return replace(STATE, meetings=list(meetings))


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Room:
    """A desk, the clock it lives by, and how often it said that something changed."""

    def __init__(self) -> None:
        self.clock = FakeClock(MORNING)
        self.config = DisplayConfig()
        self.changes = 0
        self.desk = Desk(
            {"hdmi": "HDMI on the table"}, self.clock, lambda *_: self.config, self._changed, lambda one, _: one.end
        )

    def _changed(self) -> None:
        self.changes += 1

    def pass_time(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.desk.look()

    def report(self, **keys: object) -> None:
        self.desk.take(DisplayReport(**keys))  # type: ignore[arg-type]  # by name


@pytest.fixture
def room() -> Room:
    return Room()


async def following(stream: AsyncIterator[Order | None]) -> Order | None:
    async with asyncio.timeout(SOON_S):
        return await anext(stream)


async def test_the_configuration_comes_first_and_again_when_it_changed(room: Room) -> None:
    stream = room.desk.events()
    assert await following(stream) == Order("config", DisplayConfig())
    room.config = DisplayConfig(content="preview")
    room.pass_time(60)
    assert await following(stream) == Order("config", DisplayConfig(content="preview"))
    assert room.desk.config.content == "preview"


async def test_a_quiet_stream_says_that_it_lives() -> None:
    stream = OrderStreams(DisplayConfig(), lambda: None, keep_alive_s=0.01).events()
    await following(stream)
    assert await following(stream) is None


async def test_an_open_stream_is_a_display_and_its_end_is_seen_at_once(room: Room) -> None:
    stream = room.desk.events()
    await following(stream)
    assert (room.desk.facts.launcher, room.changes) == ("display", 1)
    await stream.aclose()  # type: ignore[attr-defined]  # a generator
    assert (room.desk.facts.launcher, room.changes) == ("browser", 2)


async def test_a_shell_alone_shows_inputs_and_joins_nothing(room: Room) -> None:
    stream = room.desk.events("shell")
    await following(stream)
    assert room.desk.facts.launcher == "browser"
    assert (await failure_of(asyncio.create_task(room.desk.open(OPEN))))[0] == "display.absent"
    waiting = asyncio.create_task(room.desk.show_input(SHOW))
    assert await following(stream) == Order("show_input", SHOW)
    waiting.cancel()


async def test_what_drives_meetings_alone_joins_and_shows_no_input(room: Room) -> None:
    stream = room.desk.events("meeting")
    await following(stream)
    assert room.desk.facts.launcher == "display"
    assert (await failure_of(asyncio.create_task(room.desk.show_input(SHOW))))[0] == "display.absent"
    waiting = asyncio.create_task(room.desk.open(OPEN))
    assert await following(stream) == Order("open", OPEN)
    waiting.cancel()


async def test_every_process_gets_every_order_and_the_outcome_of_one_ends_the_wait(room: Room) -> None:
    streams = [room.desk.events(), room.desk.events()]
    for stream in streams:
        await following(stream)
    waiting = asyncio.create_task(room.desk.show_input(SHOW))
    for stream in streams:
        assert await following(stream) == Order("show_input", SHOW)
    room.report(orders=[Outcome(order_id="another", state="failed"), Outcome(order_id="c-1", state="done")])
    await waiting
    room.report(orders=[Outcome(order_id="c-1", state="failed")])


async def test_a_process_that_starts_anew_hears_of_what_somebody_waits_for(room: Room) -> None:
    room.report(meeting="none")
    room.desk.look()
    task = asyncio.create_task(room.desk.open(OPEN))
    await asyncio.sleep(0)
    late = room.desk.events()
    assert await following(late) == Order("config", DisplayConfig())
    assert await following(late) == Order("open", OPEN)
    room.report(orders=[Outcome(order_id=OPEN.order_id, state="done")])
    await task
    later = room.desk.events()
    await following(later)
    room.config = DisplayConfig(content="preview")
    room.pass_time(60)
    assert await following(later) == Order("config", DisplayConfig(content="preview"))


async def failure_of(task: asyncio.Task[None]) -> tuple[str, str]:
    with pytest.raises(OrderFailed) as caught:
        async with asyncio.timeout(SOON_S):
            await task
    return caught.value.code, caught.value.part


async def test_a_failed_order_says_why_and_what_it_was_about(room: Room) -> None:
    stream = room.desk.events()
    await following(stream)
    waiting = asyncio.create_task(room.desk.show_input(SHOW))
    await following(stream)
    room.report(orders=[Outcome(order_id="c-1", state="failed", code="display.input_busy")])
    assert await failure_of(waiting) == ("display.input_busy", "HDMI on the table")


async def test_an_order_that_nobody_answers_fails(room: Room) -> None:
    stream = room.desk.events()
    await following(stream)
    waiting = asyncio.create_task(room.desk.show_input(SHOW))
    await following(stream)
    room.pass_time(ANSWER_WITHIN_S - 1)
    assert not waiting.done()
    room.pass_time(1)
    assert (await failure_of(waiting))[0] == "display.no_answer"


async def test_a_display_that_goes_meanwhile_leaves_nobody_waiting(room: Room) -> None:
    stream = room.desk.events()
    await following(stream)
    waiting = asyncio.create_task(room.desk.show_input(SHOW))
    await following(stream)
    await stream.aclose()  # type: ignore[attr-defined]  # a generator
    assert (await failure_of(waiting))[0] == "display.absent"
    assert (await failure_of(asyncio.create_task(room.desk.show_input(SHOW))))[0] == "display.absent"


async def test_a_reader_that_is_too_slow_is_let_go_and_the_others_are_not() -> None:
    streams = OrderStreams(DisplayConfig(), lambda: None)
    slow, quick = streams.events("slow"), streams.events("quick")
    for stream in (slow, quick):
        await following(stream)
    for number in range(MOST_WAITING + 1):
        streams.send("home", Home(order_id=str(number)))
        assert await following(quick) == Order("home", Home(order_id=str(number)))
    assert streams.names == {"quick"}
    with pytest.raises(StopAsyncIteration):
        await following(slow)


async def test_there_are_not_more_streams_than_processes_that_could_need_one(room: Room) -> None:
    streams = [room.desk.events() for _ in range(MOST_STREAMS)]
    for stream in streams:
        await following(stream)
    with pytest.raises(CommandError) as caught:
        room.desk.events()
    assert (caught.value.code, caught.value.status) == ("display.too_many", 503)


async def test_all_streams_end_with_the_desk(room: Room) -> None:
    running = asyncio.create_task(room.desk.run())
    stream = room.desk.events()
    await following(stream)
    room.desk.end()
    with pytest.raises(StopAsyncIteration):
        await following(stream)
    with pytest.raises(StopAsyncIteration):
        await following(room.desk.events())
    async with asyncio.timeout(SOON_S):
        await running


async def test_a_display_whose_page_says_nothing_makes_its_browser_anew(room: Room) -> None:
    stream = room.desk.events("home")
    await following(stream)
    room.desk.page_reported(Reaction(PageFacts(MORNING, 1, matches=True, errors=0), False, False, ()))
    room.pass_time(90)
    room.pass_time(1)
    order = await following(stream)
    assert order is not None
    assert order.name == "restart_home"


async def joined(room: Room) -> AsyncIterator[Order | None]:
    """A stream of orders, after a meeting of the list was opened: it is closed at its end, by this desk."""
    stream = room.desk.events("meeting")
    await following(stream)
    opening = asyncio.create_task(room.desk.open(OPEN, MEETING))
    assert await following(stream) == Order("open", OPEN)
    room.report(meeting="running", orders=[Outcome(order_id="c-0", state="done")])
    await opening
    return stream


def test_who_waits_does_so_until_the_display_has_given_up() -> None:
    assert ANSWER_WITHIN_S > kiosk.START_S + cdp.ANSWER_S + kiosk.OPEN_S + kiosk.PAINT_S


async def test_a_meeting_that_is_extended_is_closed_later(room: Room) -> None:
    stream = await joined(room)
    room.desk.published(listing(MEETING))
    room.desk.published(listing(replace(MEETING, end="2026-11-23T19:00:00Z")))
    assert await following(stream) == Order("open", replace(OPEN, until="2026-11-23T19:00:00Z"))
    room.desk.published(listing())  # the calendar has lost it, people are in it
    room.desk.published(listing(MEETING))
    assert await following(stream) == Order("open", replace(OPEN, until=MEETING.end))


@pytest.mark.parametrize("how", ["left", "typed", "gone"])
async def test_one_that_is_over_or_not_of_the_list_is_not_ordered_again(room: Room, how: str) -> None:
    stream = await joined(room)
    if how == "left":
        room.report(meeting="none")
    elif how == "typed":
        typed = asyncio.create_task(room.desk.open(replace(OPEN, order_id="c-2")))
        await following(stream)
        room.report(meeting="running", orders=[Outcome(order_id="c-2", state="done")])
        await typed
    else:
        await stream.aclose()  # type: ignore[attr-defined]  # a generator
        room.pass_time(91)
        stream = room.desk.events("meeting")
        await following(stream)
    room.desk.published(listing(replace(MEETING, end="2026-11-23T19:00:00Z")))
    room.config = DisplayConfig(content="preview")
    room.pass_time(60)
    following_one = await following(stream)
    assert following_one is not None
    assert following_one.name == "config"
