"""What the history knows and the disk does not: noted at once, written rarely, tried again when it was refused."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from agent.errors import StoreError
from agent.model.history import InputSpan, JoinPress, Outage, Past, Quarter, Start
from agent.ports import Clock, HistoryStore
from agent.state.timeline import overlaid

log = structlog.get_logger()

MOST_WAITING = 1_000
"""Entries of a kind that wait for a disk; the oldest go."""


@dataclass(slots=True)
class _Waiting:
    """By key: an entry that changes replaces the one before."""

    outages: dict[tuple[datetime, str], Outage] = field(default_factory=dict)
    quarters: dict[datetime, Quarter] = field(default_factory=dict)
    joins: dict[str, JoinPress] = field(default_factory=dict)
    inputs: dict[tuple[str, datetime], InputSpan] = field(default_factory=dict)
    starts: dict[datetime, Start] = field(default_factory=dict)

    def note(self, entry: Outage | Quarter | JoinPress | InputSpan | Start) -> None:
        match entry:
            case Outage():
                self.outages[entry.since, entry.code] = entry
            case Quarter():
                self.quarters[entry.since] = entry
            case JoinPress():
                self.joins[entry.id] = entry
            case InputSpan():
                self.inputs[entry.name, entry.since] = entry
            case Start():
                self.starts[entry.at] = entry

    def past(self) -> Past:
        kinds = (self.outages, self.quarters, self.joins, self.inputs, self.starts)
        return Past(*(tuple(each.values()) for each in kinds))  # type: ignore[arg-type]  # in the order of its fields

    def put_back(self, before: _Waiting) -> None:
        """What could not be written waits again, unless it has changed since."""
        for name in self.__slots__:
            kept = {**getattr(before, name), **getattr(self, name)}
            setattr(self, name, dict([*kept.items()][-MOST_WAITING:]))


class Unwritten:
    """In the event loop only; the disk is asked in threads. `noted` is set with each entry, and its user's to clear;
    `refused`: the last write failed."""

    def __init__(self, store: HistoryStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._waiting = _Waiting()
        self._under_way = Past()
        self.noted = asyncio.Event()
        self.refused = False

    def note(self, entry: Outage | Quarter | JoinPress | InputSpan | Start) -> None:
        """A new entry, or the new state of one."""
        self._waiting.note(entry)
        self.noted.set()

    def over(self, stored: Past) -> Past:
        """What was read from the disk, with what is not there yet or is newer than it."""
        return overlaid(overlaid(stored, self._under_way), self._waiting.past())

    async def write(self) -> None:
        """Write down what waits. What the disk refuses waits again."""
        waiting, self._waiting = self._waiting, _Waiting()
        past = waiting.past()
        if past == Past():
            return
        self._under_way = past
        code = await asyncio.to_thread(self._written, past)
        self._under_way = Past()
        if code is not None:
            self._waiting.put_back(waiting)
        if (code is not None) != self.refused:
            self.refused = code is not None
            log.warning("history.not_written", code=code) if code else log.info("history.written_again")

    def _written(self, past: Past) -> str | None:
        """The code of what went wrong; a defect of ours must not end the process that serves the room."""
        try:
            self._store.write(past, self._clock.now())
        except StoreError as error:
            return error.code
        except Exception:
            log.exception("history.defect")
            return "store.unavailable"
        return None
