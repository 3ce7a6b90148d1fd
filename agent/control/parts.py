"""What the parts of room control know of each other."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from agent.model.control import NewOperation, Operation, Outcome
from agent.state.agenda import Slot


class Sends(Protocol):
    """What sends operations, one after the other (`agent.control.pusher`). All methods belong to the event loop."""

    async def submit(self, new: Sequence[NewOperation]) -> Sequence[Operation]:
        """Put them into the outbox, all or none: durable and on the screen when this returns. Raises StoreError."""

    async def ended(self, number: int) -> Outcome:
        """Wait until an operation has an outcome."""

    async def withdraw(self, number: int) -> bool:
        """Take back what was never begun; False when it was."""

    @property
    def waiting(self) -> Sequence[Operation]:
        """Those without an outcome, by number, out of memory."""

    @property
    def recent(self) -> Sequence[Operation]:
        """Those that ended in the last 15 minutes at least, by number, out of memory."""

    async def of_command(self, command_id: str) -> Sequence[Operation]:
        """A command's operations, however old."""


class Attends(Protocol):
    """Who came, and what will be released (`agent.control.releasing`). All methods belong to the event loop."""

    @property
    def asks(self) -> bool:
        """Whether people are asked to check in at all."""

    def checked_in(self, meeting_id: str) -> bool | None:
        """Whether somebody is known to have come; None where nobody is asked."""

    def release_at(self, slot: Slot, now: datetime) -> datetime | None:
        """When the meeting will be released if nobody comes; None: never, or nothing is known against it yet."""

    async def check_in(self, slot: Slot, actor: str, command_id: str) -> None:
        """Somebody says that he is there. Audited. Raises StoreError."""

    def seen(self, slots: Collection[Slot], evidence: str) -> None:
        """Something shows that people are in these meetings (one of `agent.model.control.EVIDENCE`)."""

    async def kept(self, meeting_id: str) -> None:
        """The release of this meeting was taken back: it is not released again."""


class Releases(Protocol):
    """What cuts a meeting that nobody came to (`agent.control.room`)."""

    async def release(self, meeting_id: str, strikes: int) -> None:
        """Let it end now, with a notice that takes it back for 10 minutes. Raises CommandError when it is not running
        any more. `strikes`: releases of its series so far, this one included, for the audit log."""
