"""Keeps a fault from flooding the log: at most a line a minute for a cause, and what comes oftener is summed up every
quarter of an hour. What is no warning always passes: state changes, the audit, and that something has healed."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any

from agent.system.log_counts import COUNTS, LogCounts

QUIET_S = 60.0
SUM_UP_S = 15 * 60.0
MOST_CAUSES = 500
Cause = tuple[str, str, str]


@dataclass(slots=True)
class _Seen:
    """A cause: when its last line was written, and what was held back since."""

    written: float
    held: int = 0
    last: logging.LogRecord | None = None


class Repeats(logging.Filter):
    """A filter of a handler. `write` writes a record, past the filter; the record that sums up has `repeated`, the
    number of lines that it stands for beside itself."""

    def __init__(
        self,
        write: Callable[[logging.LogRecord], None],
        clock: Callable[[], float] = monotonic,
        counts: LogCounts = COUNTS,
    ) -> None:
        super().__init__()
        self._write = write
        self._clock = clock
        self._counts = counts
        self._seen: OrderedDict[Cause, _Seen] = OrderedDict()
        self._lock = threading.Lock()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is to be written now."""
        self._counts.add(record.levelno)
        self.sum_up()
        if record.levelno < logging.WARNING:
            return True
        with self._lock:
            return self._passes(record, self._clock())

    def sum_up(self, *, all_of_it: bool = False) -> None:
        """Write a line for each cause that was held back for long enough."""
        due = []
        with self._lock:
            now = self._clock()
            for seen in self._seen.values():
                if seen.last is not None and (all_of_it or now - seen.written >= SUM_UP_S):
                    due.append(_told(seen.last, seen.held - 1))
                    seen.written, seen.held, seen.last = now, 0, None
        for record in due:
            self._write(record)

    def _passes(self, record: logging.LogRecord, now: float) -> bool:
        cause = cause_of(record)
        seen = self._seen.get(cause)
        if seen is None or (seen.held == 0 and now - seen.written >= QUIET_S):
            self._seen[cause] = _Seen(now)
            self._seen.move_to_end(cause)
            while len(self._seen) > MOST_CAUSES:
                self._seen.popitem(last=False)
            return True
        seen.held, seen.last = seen.held + 1, record
        return False


def cause_of(record: logging.LogRecord) -> Cause:
    """What makes two lines tell the same: our event and its code, a library's sentence without its values."""
    message: Any = record.msg
    if isinstance(message, dict):
        return record.name, str(message.get("event")), str(message.get("code", ""))
    return record.name, str(message)[:200], ""


def _told(record: logging.LogRecord, others: int) -> logging.LogRecord:
    if others:
        record.repeated = others
    return record
