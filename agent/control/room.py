"""The room's calendar as people and the box change it: each command is checked, put into the outbox and waited for."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Collection, Coroutine, Iterable, Sequence
from datetime import datetime
from functools import lru_cache, partial
from typing import Any
from uuid import uuid4

import structlog

from agent import wire
from agent.control import offers, undoing
from agent.control.bookings import invitation_of, new_booking
from agent.control.letters import letter
from agent.control.notices import failures, notices, said_until, told_from, unanswered
from agent.control.offers import Scene
from agent.control.operations import Asked, creating, deleting, ending, sending, target_of
from agent.control.overlay import KEPT, overlaid
from agent.control.parts import Attends, Sends
from agent.control.policy import ControlPolicy
from agent.control.record import Record
from agent.errors import RoomAgentError
from agent.model.control import BOOKED, TOUCH, Act, ControlFacts, Kind, Mark, NewOperation, Operation, OpState
from agent.ports import Clock, JoinExtractor, StoredEntry
from agent.state.agenda import Slot
from agent.state.commands import new_command_id, problem_of
from agent.state.hot_desk import nothing_to_undo
from agent.state.policy import RoomPolicy
from agent.store.audit import AGENT
from agent.store.calendar import new_meeting_id

log = structlog.get_logger()

SCREEN = "screen"
"""The actor that stands before the room's screen."""
_WITHDRAWN = "write.withdrawn"

_REASONS = {Act.UNDO: "control.undone", Act.RELEASE: "release.nobody_came"}
"""Why, where it is not that somebody asked for it."""

Work = Callable[[], Coroutine[Any, Any, None]]
"""Waits for what a command has begun. Raises RoomAgentError with the code of what kept it from being done."""


class RoomControl:
    """`agent.control.parts.Releases`, and `agent.state.control.Control`, whose three methods may be called in any
    thread; all else belongs to the event loop.

    `state` is what is shown, `slots` the room's own meetings, `as_of` when its calendar was last read. `denied`: the
    server has refused to write; `hot_desking`: another calendar is shown. `earlier`: operations that ended in the two
    days before. Commands raise CommandError where they are refused, and StoreError.
    """

    def __init__(
        self,
        sends: Sends,
        attends: Attends,
        policy: ControlPolicy,
        room: RoomPolicy,
        clock: Clock,
        *,
        state: Callable[[], wire.RoomState],
        slots: Callable[[datetime], Sequence[Slot]],
        as_of: Callable[[], datetime | None],
        denied: Callable[[], bool],
        hot_desking: Callable[[], bool],
        extract: JoinExtractor,
        new_id: Callable[[], str] = new_meeting_id,
        earlier: Iterable[Operation] = (),
    ) -> None:
        self._sends = sends
        self._attends = attends
        self._policy = policy
        self._room = room
        self._clock = clock
        self._state = state
        self._slots = slots
        self._as_of = as_of
        self._denied = denied
        self._hot_desking = hot_desking
        self._joins = lru_cache(32)(lambda booking: extract(invitation_of(booking)))
        self._new_id = new_id
        self._record = Record(sends, earlier)
        self._turn = asyncio.Lock()

    def overlay(self, entries: Sequence[StoredEntry], now: datetime) -> Sequence[StoredEntry]:
        """The stored calendar as it will be when the server has taken what is on its way."""
        return overlaid(entries, self._record.operations(), now, self._as_of(), self._joins)

    def facts(self, slots: Sequence[Slot], now: datetime) -> ControlFacts:
        """What is offered now, and what is known of each of these meetings."""
        operations = self._record.operations()
        scene = self._scene(now, slots, operations, known=True)
        pending = _pending(operations)
        marks = {slot.id: self._mark(slot, scene, pending) for slot in slots if slot.end > now or slot.id in pending}
        edges = [
            *(undoing.until(each) for each in undoing.undoable(operations, now)),
            *(said_until(each) for each in failures(operations, now)),
            *(told_from(each) for each in unanswered(operations)),
            *(each.outcome.at + KEPT for each in operations if each.outcome is not None),
        ]
        changes_at = min((edge for edge in edges if edge > now), default=None)
        return ControlFacts(commands=offers.offered(scene), marks=marks, changes_at=changes_at)

    def notices(self, now: datetime) -> list[wire.Notice]:
        """What was done lately and can be taken back, and what failed."""
        return notices(self._record.operations(), now, self._room.zone, self._policy.language)

    async def book(self, minutes: int, title: str, actor: str, command_id: str) -> Work:
        """Book the room from now on."""
        async with self._turn:
            when = offers.booking_of(self._here(known=self._known()), minutes)
            booking, meeting_id = new_booking(self._policy, when, title, secrets.token_hex(8)), self._new_id()
            work = await self._submit(creating(self._asked(Act.BOOK, actor, command_id), meeting_id, booking))
        self._seen(meeting_id, actor, BOOKED)
        return work

    async def extend(self, meeting_id: str, minutes: int, actor: str, command_id: str) -> Work:
        """Let the running meeting last longer."""
        async with self._turn:
            slot, end = offers.extension_of(self._here(known=self._known()), meeting_id, minutes)
            work = await self._submit(_ending(self._asked(Act.EXTEND, actor, command_id), slot, end))
        self._seen(meeting_id, actor, TOUCH)
        return work

    async def end(self, meeting_id: str, actor: str, command_id: str) -> Work:
        """Let the running meeting end now."""
        async with self._turn:
            slot, end = offers.ending_of(self._here(), meeting_id)
            return await self._end(self._asked(Act.END, actor, command_id), slot, end)

    async def cancel(self, meeting_id: str, actor: str, command_id: str) -> Work:
        """Remove what was booked here."""
        async with self._turn:
            slot = offers.cancellation_of(self._here(), meeting_id)
            target = target_of(slot.stored.entry.occurrence)
            return await self._submit(deleting(self._asked(Act.CANCEL, actor, command_id), meeting_id, target))

    async def check_in(self, meeting_id: str, actor: str, command_id: str) -> Work:
        """Somebody says that he is there."""
        slot = offers.arrival_of(self._here(), meeting_id)
        await self._attends.check_in(slot, actor, command_id)
        return _nothing_more

    async def release(self, meeting_id: str, strikes: int) -> None:
        """Nobody came: let the meeting end now."""
        asked = self._asked(Act.RELEASE, AGENT, new_command_id(), strikes=strikes)
        async with self._turn:
            slot, end = offers.end_now(self._here(), meeting_id)
            await self._end(asked, slot, end)
        log.info("meeting.released", meeting=meeting_id, strikes=strikes)

    async def undo(self, undone: str, actor: str, command_id: str) -> Work:
        """Take a command back: what was never begun is withdrawn, else the opposite is done."""
        async with self._turn:
            scene = self._here()
            found = undoing.undoable(self._record.operations(), scene.now)
            done = next((each for each in found if each.new.command_id == undone), None)
            if done is None:
                raise nothing_to_undo()
            offers.on_the_room(scene)
            work = await self._taken_back(done, scene, self._asked(Act.UNDO, actor, command_id, undoes=undone))
        for each in self._sends.waiting:
            if each.new.command_id == undone and each.new.kind is Kind.MAIL:
                await self._sends.withdraw(each.number)
        if done.new.act is Act.RELEASE:
            await self._attends.kept(done.new.meeting_id)
        self._seen(done.new.meeting_id, actor, TOUCH)
        return work

    def pending(self, meeting_id: str) -> bool:
        """Whether a change of this meeting is on its way."""
        return meeting_id in _pending(self._sends.waiting)

    async def state_of(self, command_id: str) -> wire.CommandState | None:
        """What became of a command that nobody remembers but the outbox; None where it does not either."""
        found = [each for each in await self._sends.of_command(command_id) if each.new.kind is not Kind.MAIL]
        if not found:
            return None
        last = found[-1]
        code = _code_of(last)
        problem = problem_of(code, self._policy.language) if code else None
        state = "pending" if last.outcome is None else "failed" if problem else "done"
        return wire.CommandState(id=command_id, name=last.new.act, state=state, problem=problem)

    def _here(self, *, known: bool = True) -> Scene:
        now = self._clock.now()
        return self._scene(now, self._slots(now), self._record.operations(), known=known)

    def _known(self) -> bool:
        """Whether anybody can say if the room is free."""
        return self._state().availability != "unknown"

    def _scene(self, now: datetime, slots: Sequence[Slot], operations: Sequence[Operation], *, known: bool) -> Scene:
        return Scene(
            now=now,
            policy=self._policy,
            slots=slots,
            ours=self._record.ours,
            lead=self._room.join_lead,
            known=known,
            asks=self._attends.asks,
            denied=self._denied(),
            hot_desking=self._hot_desking(),
            undoable=bool(undoing.undoable(operations, now)),
        )

    def _mark(self, slot: Slot, scene: Scene, pending: Collection[str]) -> Mark:
        return Mark(
            checked_in=self._attends.checked_in(slot.id),
            release_at=self._attends.release_at(slot, scene.now),
            ours=slot.id in scene.ours,
            pending=slot.id in pending,
        )

    def _asked(
        self, act: Act, actor: str, command_id: str, *, undoes: str | None = None, strikes: int | None = None
    ) -> Asked:
        return Asked(
            act=act,
            command_id=command_id,
            actor=actor,
            reason=_REASONS.get(act, "control.asked"),
            at=self._clock.now(),
            key=str(uuid4()),
            undoes=undoes,
            strikes=strikes,
        )

    def _seen(self, meeting_id: str, actor: str, evidence: str) -> None:
        """Somebody stands before the screen."""
        if actor == SCREEN:
            now = self._clock.now()
            self._attends.seen([slot for slot in self._slots(now) if slot.id == meeting_id], evidence)

    async def _submit(self, new: NewOperation, *others: NewOperation) -> Work:
        operations = await self._sends.submit([new, *others])
        return partial(self._done, operations[0])

    async def _end(self, asked: Asked, slot: Slot, end: datetime) -> Work:
        new = _ending(asked, slot, end)
        return await self._submit(new, *self._letters(new, slot))

    def _letters(self, new: NewOperation, slot: Slot) -> list[NewOperation]:
        """The message to the organizer, where the administrator wants one: sent when the meeting has been ended, and
        not where that fails."""
        if not self._policy.inform or new.end is None or slot.id in self._record.ours:
            return []
        mail = letter(new.act, slot.stored.entry.occurrence, new.end, self._room, self._policy.language)
        return [sending(new, mail, self._clock.now())] if mail is not None else []

    async def _taken_back(self, done: Operation, scene: Scene, asked: Asked) -> Work:
        if done.outcome is None and await self._sends.withdraw(done.number):
            return _nothing_more
        booking = self._record.booking(done.new.meeting_id)
        return await self._submit(undoing.taking_back(done, scene, asked, booking, self._new_id()))

    async def _done(self, operation: Operation) -> None:
        outcome = await self._sends.ended(operation.number)
        if outcome.state is not OpState.DONE:
            code = outcome.code or _WITHDRAWN
            raise RoomAgentError(code, f"{operation.new.act} was not done: {code}")


def _ending(asked: Asked, slot: Slot, end: datetime) -> NewOperation:
    return ending(asked, slot.id, target_of(slot.stored.entry.occurrence), end)


def _pending(operations: Iterable[Operation]) -> Collection[str]:
    return {each.new.meeting_id for each in operations if each.outcome is None and each.new.kind is not Kind.MAIL}


def _code_of(operation: Operation) -> str | None:
    outcome = operation.outcome
    return None if outcome is None or outcome.state is OpState.DONE else outcome.code or _WITHDRAWN


async def _nothing_more() -> None:
    """It was done before it was accepted."""
