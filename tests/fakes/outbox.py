"""An outbox in memory. Passes the contract suite, so it may stand for the real one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import count

from agent.errors import StoreError
from agent.model.control import NewOperation, Operation, OpState, Outcome


class MemoryOutbox:
    """`fail` is raised by the next call of the method it is for ("*": by all), until it is taken out."""

    def __init__(self) -> None:
        self.fail: dict[str, StoreError] = {}
        self._rows: dict[int, Operation] = {}
        self._numbers = count(1)

    def add(self, new: Sequence[NewOperation], now: datetime) -> Sequence[Operation]:
        self._may_fail("add")
        keys = [row.new.key for row in self._rows.values()] + [each.key for each in new]
        if len(set(keys)) < len(keys):
            raise StoreError("store.damaged", "a key twice")
        added = [Operation(number=next(self._numbers), new=each, created=now, next_at=now) for each in new]
        self._rows |= {each.number: each for each in added}
        return added

    def waiting(self) -> Sequence[Operation]:
        self._may_fail("waiting")
        return self._those(lambda row: row.outcome is None)

    def finished(self, since: datetime) -> Sequence[Operation]:
        self._may_fail("finished")
        return self._those(lambda row: row.outcome is not None and row.outcome.at >= since)

    def of_command(self, command_id: str) -> Sequence[Operation]:
        self._may_fail("of_command")
        return self._those(lambda row: row.new.command_id == command_id)

    def begin(self, number: int) -> Operation:
        self._may_fail("begin")
        row = self._rows[number]
        if row.outcome is None:
            self._rows[number] = row = replace(row, attempts=row.attempts + 1)
        return row

    def postpone(self, number: int, next_at: datetime, code: str) -> None:
        self._may_fail("postpone")
        if self._rows[number].outcome is None:
            self._rows[number] = replace(self._rows[number], next_at=next_at, code=code)

    def finish(self, number: int, outcome: Outcome) -> None:
        self._may_fail("finish")
        row = self._rows[number]
        if row.outcome is None:
            self._rows[number] = replace(row, outcome=outcome, new=replace(row.new, mail=None))

    def withdraw(self, number: int, now: datetime) -> bool:
        self._may_fail("withdraw")
        row = self._rows.get(number)
        if row is None or row.outcome is not None or row.attempts:
            return False
        self.finish(number, Outcome(state=OpState.WITHDRAWN, at=now, code="write.withdrawn"))
        return True

    def unaudited(self) -> Sequence[Operation]:
        self._may_fail("unaudited")
        return self._those(lambda row: row.outcome is not None and not row.audited)

    def audited(self, number: int) -> None:
        self._may_fail("audited")
        self._rows[number] = replace(self._rows[number], audited=True)

    def forget(self, before: datetime) -> int:
        self._may_fail("forget")
        old = self._those(lambda row: row.audited and row.outcome is not None and row.outcome.at < before)
        for each in old:
            del self._rows[each.number]
        return len(old)

    def _those(self, wanted: Callable[[Operation], bool]) -> list[Operation]:
        return [row for _, row in sorted(self._rows.items()) if wanted(row)]

    def _may_fail(self, method: str) -> None:
        error = self.fail.get(method, self.fail.get("*"))
        if error is not None:
            raise error
