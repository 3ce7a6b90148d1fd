"""Outcomes onto the disk, then into the audit log, each exactly once over crashes and full disks."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from agent.control.entries import act_of, facts_of, noted
from agent.errors import StoreError
from agent.model.control import Operation, Outcome
from agent.ports import Outbox
from agent.store.audit import AuditLog
from agent.store.audit_chain import AuditEntry

LAST = 1000
"""Entries of the log that are searched after a start for what the last process may have written."""


class Trail:
    """All methods belong to the event loop; `follow` and `take_up` may be called again after a `StoreError`."""

    def __init__(self, outbox: Outbox, audit: AuditLog) -> None:
        self._outbox = outbox
        self._audit = audit
        self._unwritten: dict[int, tuple[Operation, Outcome]] = {}
        self._unaudited: dict[int, Operation] = {}
        self._noted: set[str] = set()

    async def take_up(self) -> None:
        """What an earlier process has not audited, or was not known to have."""
        left = await asyncio.to_thread(self._outbox.unaudited)
        if left:
            self._noted = noted(await asyncio.to_thread(self._entries))
        self._unaudited.update((each.number, each) for each in left)

    def finish(self, operation: Operation, outcome: Outcome) -> None:
        """Let this outcome be written down."""
        self._unwritten[operation.number] = (operation, outcome)

    def ended(self, operation: Operation) -> None:
        """Let an operation be audited whose outcome is on disk."""
        self._unaudited[operation.number] = operation

    async def follow(self) -> None:
        """Write down what can be written."""
        for number, (operation, outcome) in list(self._unwritten.items()):
            await asyncio.to_thread(self._outbox.finish, number, outcome)
            del self._unwritten[number]
            self.ended(replace(operation, outcome=outcome))
        for number, operation in list(self._unaudited.items()):
            if await asyncio.to_thread(self._add, operation):
                await asyncio.to_thread(self._outbox.audited, number)
            del self._unaudited[number]

    def _add(self, operation: Operation) -> bool:
        """Whether it stands in the log. One that could not be written is tried once more by the next process: the log
        itself says that it is missing."""
        key = operation.new.key
        if key not in self._noted and not self._audit.add(
            act_of(operation), operation.new.actor, **facts_of(operation)
        ):
            return False
        self._noted.add(key)
        return True

    def _entries(self) -> list[AuditEntry]:
        try:
            return self._audit.entries(LAST)
        except OSError as error:
            raise StoreError("store.unavailable", f"audit log: {error.strerror}") from error
