"""Writes to organizers whose meetings were ended, once that has been done."""

from __future__ import annotations

import asyncio

import structlog

from agent.control.letters import letter
from agent.control.operations import sending
from agent.control.parts import Sends
from agent.control.policy import ControlPolicy
from agent.control.undoing import ALIVE
from agent.errors import StoreError
from agent.model.control import Act, Kind, Operation, OpState
from agent.model.event import Occurrence
from agent.ports import Clock
from agent.state.policy import RoomPolicy

log = structlog.get_logger()


class Letters:
    """Belongs to the event loop. Nothing is written where the administrator does not want it, and nothing twice."""

    def __init__(self, sends: Sends, policy: ControlPolicy, room: RoomPolicy, clock: Clock) -> None:
        self._sends = sends
        self._policy = policy
        self._room = room
        self._clock = clock
        self._waiting: set[asyncio.Task[None]] = set()

    def inform(self, operation: Operation, occurrence: Occurrence) -> None:
        """Tell the organizer when this operation has ended the meeting."""
        if self._policy.inform:
            task = asyncio.create_task(self._write(operation, occurrence))
            self._waiting.add(task)
            task.add_done_callback(self._waiting.discard)

    async def is_owed(self, operation: Operation) -> bool:
        """Whether an operation of an earlier process still has to be told."""
        new = operation.new
        if new.kind is not Kind.SET_END or new.act not in (Act.END, Act.RELEASE) or operation.state not in ALIVE:
            return False
        return all(each.new.kind is not Kind.MAIL for each in await self._sends.of_command(new.command_id))

    async def take_back(self, command_id: str) -> None:
        """What was not sent yet of this command need not be sent any more."""
        for each in self._sends.waiting:
            if each.new.command_id == command_id and each.new.kind is Kind.MAIL:
                await self._sends.withdraw(each.number)

    async def _write(self, operation: Operation, occurrence: Occurrence) -> None:
        outcome, new = await self._sends.ended(operation.number), operation.new
        if outcome.state is not OpState.DONE or new.end is None:
            return
        room = self._room
        mail = letter(new.act, occurrence, new.end, room.name, room.zone, self._policy.language)
        if mail is None or mail.to.lower() == room.mailbox.lower():
            return
        try:
            await self._sends.submit([sending(new, mail, self._clock.now())])
        except StoreError as error:
            log.warning("organizer.not_informed", meeting=new.meeting_id, code=error.code)
