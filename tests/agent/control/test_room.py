"""Commands from the refusal to the notice, over stored entries and scripted sending."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from agent import wire
from agent.control.policy import ControlPolicy
from agent.control.room import RoomControl, Work
from agent.control.undoing import undoable
from agent.errors import CommandError, RoomAgentError, StoreError
from agent.meetings.extract import Extractor
from agent.model.control import Kind, OpState
from agent.model.event import Response, Sensitivity
from agent.model.sync import SourceHealth
from agent.ports import StoredEntry
from agent.state import agenda
from agent.state.agenda import Slot
from agent.state.project import Inputs, project
from tests.builders import at, occurrence, policy, stored
from tests.fakes.clock import FakeClock
from tests.fakes.sends import FakeAttends, FakeSends, present_after

pytestmark = pytest.mark.anyio

NOW = at(9, 10)
MEETING = stored(occurrence("m", at(9), at(10), organizer_address="ann.lee@contoso.example"))


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Box:
    """A room with RoomControl over entries that a test sets."""

    def __init__(self, *entries: StoredEntry, now: datetime = NOW, **rules: Any) -> None:
        self.entries = [*entries]
        self.clock = FakeClock(now)
        self.as_of = now
        self.sends, self.attends = FakeSends(self.clock), FakeAttends()
        self.denied = self.hot_desking = False
        self.again(**rules)

    def again(self, **rules: Any) -> None:
        """As after a new start of the process."""
        self.control = RoomControl(
            self.sends, self.attends, ControlPolicy(**rules), policy(), self.clock,
            state=lambda: self.state, slots=self.slots, as_of=lambda: self.as_of, denied=lambda: self.denied,
            hot_desking=lambda: self.hot_desking, extract=Extractor(), earlier=[],
        )  # fmt: skip

    def slots(self, now: datetime) -> Sequence[Slot]:
        return agenda.slots(self.control.overlay(self.entries, now), now, policy().zone)

    @property
    def state(self) -> wire.RoomState:
        now, entries = self.clock.now(), self.control.overlay(self.entries, self.clock.now())
        inputs = Inputs(
            policy=policy(), entries=entries, health=SourceHealth(as_of=self.as_of, contact_since_start=True),
            notices=(*self.control.notices(now),), control=self.control.facts(self.slots(now), now),
        )  # fmt: skip
        return project(inputs, now).state

    def meeting(self, meeting_id: str = "m") -> wire.Meeting:
        return next(each for each in self.state.meetings if each.id == meeting_id)

    def undoable(self) -> str | None:
        """The command that can be taken back next."""
        found = undoable([*self.sends.waiting, *self.sends.recent], self.clock.now())
        return found[0].new.command_id if found else None

    @property
    def notice(self) -> wire.Notice:
        (notice,) = self.state.notices
        return notice


async def code_of(work: Work) -> str | None:
    try:
        await work()
    except RoomAgentError as error:
        return error.code
    return None


async def test_a_booking_is_shown_at_once_and_can_be_taken_back_when_it_is_done() -> None:
    box = Box()
    assert box.state.commands == ["join", "refresh", "book", "extend", "end", "cancel"]
    work = await box.control.book(30, "", "screen", "c-1")
    assert box.state.availability == "busy"
    (booked,) = box.state.meetings
    assert (booked.subject, booked.end, booked.pending) == ("Booked on the screen", wire.instant(at(9, 40)), True)
    assert booked.actions == ["extend", "end", "cancel"]
    assert box.attends.heard == [("booked", booked.id)]
    assert box.state.notices == []
    box.sends.done()
    assert await code_of(work) is None
    assert not box.meeting(booked.id).pending
    assert (box.notice.code, box.notice.detail) == ("control.book_done", "It is booked until 09:40.")
    assert box.notice.action == {
        "command": "undo", "body": {"command_id": "c-1"}, "until": wire.instant(at(9, 20)),
    }  # fmt: skip
    undo = await box.control.undo("c-1", "screen", "c-2")
    assert (box.state.meetings, box.state.notices) == ([], [])
    assert (box.sends.last.new.kind, box.sends.last.new.undoes) == (Kind.DELETE, "c-1")
    box.sends.done()
    assert await code_of(undo) is None
    assert box.state.meetings == []


@pytest.mark.parametrize(
    ("state", "code", "severity"),
    [
        (OpState.FAILED, "book.conflict", "warning"),
        (OpState.FAILED, "write.denied", "error"),
        (OpState.GIVEN_UP, "write.given_up", "error"),
    ],
)
async def test_what_the_server_refuses_is_taken_back_and_said(state: OpState, code: str, severity: str) -> None:
    box = Box()
    work = await box.control.book(30, "", "screen", "c-1")
    box.sends.end(1, state, code)
    assert await code_of(work) == code
    assert box.state.availability == "free"
    assert (box.notice.code, box.notice.severity, box.notice.action) == ("control.book_failed", severity, None)
    box.clock.advance(600)
    assert box.state.notices == []


async def test_a_failure_is_no_longer_told_when_the_same_was_asked_for_again() -> None:
    box = Box()
    await box.control.book(30, "", "screen", "c-1")
    box.sends.end(1, OpState.FAILED, "book.conflict")
    await box.control.book(15, "", "screen", "c-2")
    assert box.state.notices == []


async def test_two_taps_at_once_book_once() -> None:
    box = Box()
    first, second = await asyncio.gather(
        box.control.book(30, "", "screen", "c-1"), box.control.book(30, "", "screen", "c-2"), return_exceptions=True
    )
    assert not isinstance(first, BaseException)
    assert isinstance(second, CommandError)
    assert second.code == "book.conflict"
    assert len(box.sends.rows) == 1


@pytest.mark.parametrize(
    ("given", "rules", "subject"),
    [
        ("", {}, "Booked on the screen"),
        ("", {"language": "de"}, "Am Bildschirm gebucht"),
        ("", {"title": "Ad-hoc"}, "Ad-hoc"),
        ("Budget", {"title": "Ad-hoc"}, "Budget"),
    ],
)
async def test_a_booking_has_a_title(given: str, rules: dict[str, Any], subject: str) -> None:
    box = Box(**rules)
    await box.control.book(30, given, "local", "c-1")
    assert box.sends.last.new.booking is not None
    assert box.sends.last.new.booking.subject == subject
    assert box.attends.heard == []  # nobody stands before the screen


async def test_a_booking_has_a_new_link_that_can_be_joined() -> None:
    box = Box(link="https://meet.jit.si/{id}")
    await box.control.book(30, "", "screen", "c-1")
    (booked,) = box.state.meetings
    assert booked.join is not None
    assert booked.join.url is not None
    assert booked.join.url.startswith("https://meet.jit.si/")
    booking = box.sends.last.new.booking
    assert booking is not None
    assert booking.location in booking.body
    assert "{id}" not in booking.location


async def test_a_meeting_is_extended_and_set_back() -> None:
    box = Box(MEETING)
    work = await box.control.extend("m", 30, "screen", "c-1")
    assert (box.meeting().end, box.meeting().pending) == (wire.instant(at(10, 30)), True)
    box.sends.done()
    assert await code_of(work) is None
    assert box.notice.detail == "It now lasts until 10:30."
    await box.control.undo("c-1", "screen", "c-2")
    assert box.meeting().end == wire.instant(at(10))
    assert box.sends.last.new.target is not None
    assert box.sends.last.new.target.end == at(10, 30)


async def test_a_meeting_is_ended_and_goes_on() -> None:
    box = Box(MEETING)
    await box.control.end("m", "local", "c-1")
    assert (box.state.current, box.meeting().end) == (None, wire.instant(at(9, 10)))
    box.sends.done()
    assert box.notice.code == "control.end_done"
    await box.control.undo("c-1", "screen", "c-2")
    assert (box.state.current, box.meeting().end) == ("m", wire.instant(at(10)))


async def test_a_booking_is_cancelled_and_booked_again() -> None:
    box = Box()
    box.sends.at_once = True
    await box.control.book(30, "Budget", "screen", "c-1")
    (booked,) = box.state.meetings
    await box.control.cancel(booked.id, "screen", "c-2")
    assert box.state.meetings == []
    assert [each.code for each in box.state.notices] == ["control.cancel_done"]
    await box.control.undo("c-2", "screen", "c-3")
    (again,) = box.state.meetings
    assert (again.subject, again.end, again.id != booked.id) == ("Budget", booked.end, True)
    assert "cancel" in again.actions
    assert [each.code for each in box.state.notices] == []
    with pytest.raises(CommandError, match="undone"):
        await box.control.undo("c-1", "screen", "c-4")


async def test_what_was_never_begun_is_withdrawn() -> None:
    box = Box(MEETING)
    work = await box.control.extend("m", 30, "screen", "c-1")
    undo = await box.control.undo("c-1", "screen", "c-2")
    assert await code_of(undo) is None
    assert await code_of(work) == "write.withdrawn"
    assert (len(box.sends.rows), box.meeting().end, box.state.notices) == (1, wire.instant(at(10)), [])


async def test_what_was_begun_is_set_back_behind_it() -> None:
    box = Box(MEETING)
    await box.control.extend("m", 30, "screen", "c-1")
    box.sends.begin(1)
    await box.control.undo("c-1", "screen", "c-2")
    assert (box.sends.last.new.kind, box.sends.last.new.end) == (Kind.SET_END, at(10))
    assert box.meeting().end == wire.instant(at(10))


async def test_what_was_done_last_is_taken_back_first() -> None:
    box = Box(MEETING)
    box.sends.at_once = True
    await box.control.extend("m", 30, "screen", "c-1")
    await box.control.end("m", "screen", "c-2")
    assert [each.code for each in box.state.notices] == ["control.end_done"]
    with pytest.raises(CommandError, match="undone"):
        await box.control.undo("c-1", "screen", "c-3")
    await box.control.undo("c-2", "screen", "c-4")
    assert [each.code for each in box.state.notices] == ["control.extend_done"]
    await box.control.undo("c-1", "screen", "c-5")
    assert (box.meeting().end, box.state.notices) == (wire.instant(at(10)), [])
    with pytest.raises(CommandError):
        await box.control.undo("c-1", "screen", "c-6")


async def test_nothing_is_taken_back_after_ten_minutes_or_of_a_meeting_that_is_another_one() -> None:
    box = Box(MEETING)
    box.sends.at_once = True
    await box.control.extend("m", 30, "screen", "c-1")
    box.entries = [stored(occurrence("m", at(9), at(9, 50)))]
    with pytest.raises(CommandError) as caught:
        await box.control.undo("c-1", "screen", "c-2")
    assert (caught.value.code, caught.value.status) == ("undo.nothing", 404)
    box.clock.advance(600)
    assert "undo" not in box.state.commands
    with pytest.raises(CommandError):
        await box.control.undo("c-1", "screen", "c-3")


@pytest.mark.parametrize("state", [OpState.DONE, OpState.FAILED])
async def test_a_clock_that_was_set_back_offers_nothing_for_hours(state: OpState) -> None:
    box = Box()
    await box.control.book(30, "", "screen", "c-1")
    box.sends.begin(1)
    box.sends.end(1, state, None if state is OpState.DONE else "book.conflict")
    assert len(box.state.notices) == 1
    box.clock.set(NOW - timedelta(hours=3))
    assert (box.state.notices, "undo" in box.state.commands) == ([], False)


async def test_a_booking_that_the_sync_met_first_is_still_the_one_that_was_booked_here() -> None:
    box = Box()
    await box.control.book(30, "", "screen", "c-1")
    (booked,) = box.state.meetings
    box.sends.begin(1)
    met = occurrence("other", NOW, at(9, 40), subject="Booked on the screen", response=Response.ORGANIZER)
    box.entries = [stored(met)]
    assert [(each.id, each.actions) for each in box.state.meetings] == [(booked.id, booked.actions)]
    made = present_after(box.sends.rows[1].new)
    assert made is not None
    box.sends.end(1, OpState.DONE, None, replace(made, uid=met.key.uid))
    assert [(each.id, each.actions) for each in box.state.meetings] == [(booked.id, booked.actions)]
    await box.control.undo("c-1", "screen", "c-2")
    target = box.sends.last.new.target
    assert target is not None
    assert (target.item_id, box.state.meetings) == (met.item_id, [])


async def test_an_end_is_not_taken_back_where_the_room_is_taken_by_now() -> None:
    box = Box(MEETING)
    box.sends.at_once = True
    await box.control.end("m", "screen", "c-1")
    await box.control.book(15, "", "screen", "c-2")
    with pytest.raises(CommandError) as caught:
        await box.control.undo("c-1", "screen", "c-3")
    assert (caught.value.code, caught.value.status) == ("undo.conflict", 409)


async def test_somebody_says_that_he_is_there() -> None:
    box = Box(MEETING)
    box.attends.asks = True
    assert box.meeting().actions == ["check-in", "extend", "end"]
    assert await code_of(await box.control.check_in("m", "screen", "c-1")) is None
    assert box.attends.heard == [("check_in by screen", "m")]
    assert (box.meeting().checked_in, box.meeting().actions) == (True, ["extend", "end"])


async def test_a_meeting_that_nobody_came_to_is_released_and_kept_when_that_is_taken_back() -> None:
    box = Box(MEETING, booking=False)
    box.attends.releases["m"] = at(9, 20)
    assert box.meeting().release_at == wire.instant(at(9, 20))
    await box.control.release("m", 3)
    new = box.sends.last.new
    assert (new.act, new.actor, new.reason, new.end, new.strikes) == (
        "release", "agent", "release.nobody_came", at(9, 10), 3,
    )  # fmt: skip
    box.sends.done()
    assert box.state.current is None
    assert box.notice.code == "control.release_done"
    assert "undo" in box.state.commands
    await box.control.undo(new.command_id, "screen", "c-2")
    assert box.attends.heard == [("kept", "m"), ("touch", "m")]
    assert box.state.current == "m"


async def test_nothing_is_released_that_does_not_run() -> None:
    box = Box(MEETING, now=at(10))
    with pytest.raises(CommandError) as caught:
        await box.control.release("m", 1)
    assert caught.value.code == "meeting.not_running"


async def test_the_organizer_is_told_by_the_same_command() -> None:
    box = Box(MEETING, inform=True)
    await box.control.end("m", "screen", "c-1")
    ended, mail = (each.new for each in box.sends.rows.values())
    assert mail.mail is not None
    assert (mail.kind, mail.mail.to, mail.mail.subject) == (Kind.MAIL, "ann.lee@contoso.example", "Ended early: m")
    assert (mail.command_id, mail.meeting_id, ended.kind) == ("c-1", "m", Kind.SET_END)
    assert "2026-11-23, 09:00, in San Jose was ended" in mail.mail.body
    assert not box.control.pending("talk")
    assert box.control.pending("m")
    box.sends.done(1)
    assert not box.control.pending("m")
    assert [each.code for each in box.state.notices] == ["control.end_done"]
    await box.control.undo("c-1", "screen", "c-2")
    assert box.sends.rows[2].state is OpState.WITHDRAWN


@pytest.mark.parametrize(
    ("entry", "rules"),
    [
        (MEETING, {}),
        (stored(occurrence("m", at(9), at(10))), {"inform": True}),
        (stored(occurrence("m", at(9), at(10), organizer_address="SJroom@contoso.example")), {"inform": True}),
    ],
    ids=["not wanted", "nobody known", "the room itself"],
)
async def test_nobody_is_told_who_need_not_be(entry: StoredEntry, rules: dict[str, Any]) -> None:
    box = Box(entry, **rules)
    box.sends.at_once = True
    await box.control.end("m", "screen", "c-1")
    assert len(box.sends.rows) == 1


async def test_a_message_about_a_private_meeting_does_not_name_it() -> None:
    private = occurrence("Surgery", at(9), at(10), organizer_address="ann.lee@contoso.example",
                         sensitivity=Sensitivity.PRIVATE)  # fmt: skip
    box = Box(stored(private), inform=True)
    box.sends.at_once = True
    await box.control.end("Surgery", "screen", "c-1")
    mail = box.sends.last.new.mail
    assert mail is not None
    assert "Surgery" not in mail.subject + mail.body
    assert mail.subject == "Ended early: 09:00"


async def test_what_became_of_a_command_is_known_after_a_restart() -> None:
    box = Box(MEETING)
    assert await box.control.state_of("c-1") is None
    await box.control.extend("m", 30, "screen", "c-1")
    box.again()
    pending = await box.control.state_of("c-1")
    assert pending == wire.CommandState(id="c-1", name="extend", state="pending", problem=None)
    box.sends.end(1, OpState.FAILED, "meeting.gone")
    failed = await box.control.state_of("c-1")
    assert failed is not None
    assert failed.problem is not None
    assert (failed.state, failed.problem.title) == ("failed", "The meeting is gone")
    await box.control.end("m", "screen", "c-2")
    box.sends.done()
    done = await box.control.state_of("c-2")
    assert done is not None
    assert (done.name, done.state) == ("end", "done")


async def test_a_command_that_cannot_be_written_down_is_refused_and_shows_nothing() -> None:
    box = Box(MEETING)
    box.sends.refuses = StoreError("store.full", "the disk is full")
    with pytest.raises(StoreError):
        await box.control.end("m", "screen", "c-1")
    assert box.state.current == "m"


async def test_the_state_changes_by_itself_when_time_takes_something_away() -> None:
    box = Box(MEETING)
    await box.control.extend("m", 30, "screen", "c-1")
    box.sends.done()
    now = box.clock.now()
    assert box.control.facts(box.slots(now), now).changes_at == now + timedelta(minutes=10)


async def test_nothing_is_taken_while_another_calendar_is_shown() -> None:
    box = Box(MEETING)
    box.sends.at_once = True
    await box.control.extend("m", 30, "screen", "c-1")
    box.hot_desking = True
    assert box.control.facts((), box.clock.now()).commands == ()
    for act in (box.control.undo("c-1", "screen", "c"), box.control.release("m", 1), box.control.book(5, "", "x", "c")):
        with pytest.raises(CommandError) as caught:
            await act
        assert caught.value.code == "hot_desk.active_no_control"


async def test_nothing_is_promised_of_a_calendar_that_nobody_has_read_for_hours() -> None:
    box = Box(MEETING)
    box.as_of = at(7)
    for act in (box.control.extend("m", 5, "screen", "c"), box.control.book(5, "", "screen", "c")):
        with pytest.raises(CommandError) as caught:
            await act
        assert (caught.value.code, caught.value.status) == ("calendar.not_known", 503)
    await box.control.end("m", "screen", "c-1")
    assert box.sends.last.new.end == at(9, 10)
