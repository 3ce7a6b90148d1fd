"""A fault does not flood the log."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from agent.system.log_counts import LogCounts
from agent.system.log_repeats import MOST_CAUSES, QUIET_S, SUM_UP_S, Repeats


class Log:
    """What a handler would have written, as event and count of repeats."""

    def __init__(self) -> None:
        self.now = 0.0
        self.written: list[tuple[str, int]] = []
        self.counts = LogCounts()
        self.repeats = Repeats(self._write, lambda: self.now, self.counts)

    def _write(self, record: logging.LogRecord) -> None:
        message: Any = record.msg
        self.written.append((message["code"], getattr(record, "repeated", 0)))

    def says(self, code: str, level: int = logging.WARNING) -> None:
        record = logging.makeLogRecord({"msg": {"event": "calendar.failing", "code": code}, "levelno": level})
        if self.repeats.filter(record):
            self._write(record)


@pytest.fixture
def log() -> Log:
    return Log()


def test_a_line_a_minute_is_no_flood(log: Log) -> None:
    for _ in range(5):
        log.says("a")
        log.now += QUIET_S
    assert log.written == [("a", 0)] * 5


def test_a_flood_is_one_line_and_then_a_sum_every_quarter_of_an_hour(log: Log) -> None:
    for _ in range(int(SUM_UP_S) + 1):
        log.says("a")
        log.now += 1
    assert log.written == [("a", 0), ("a", SUM_UP_S - 2)]


def test_the_sum_comes_also_when_it_has_stopped(log: Log) -> None:
    log.says("a")
    log.says("a")
    log.now += SUM_UP_S
    log.repeats.sum_up()
    assert log.written == [("a", 0), ("a", 0)]


def test_at_the_end_nothing_is_held_back(log: Log) -> None:
    for _ in range(4):
        log.says("a")
    log.repeats.sum_up(all_of_it=True)
    assert log.written == [("a", 0), ("a", 2)]


def test_another_cause_is_another_line(log: Log) -> None:
    for code in ("a", "b", "a", "b"):
        log.says(code)
    assert log.written == [("a", 0), ("b", 0)]


def test_what_is_no_warning_always_passes(log: Log) -> None:
    for _ in range(3):
        log.says("healed", logging.INFO)
    assert len(log.written) == 3


def test_all_lines_are_counted_by_level(log: Log) -> None:
    for _ in range(3):
        log.says("a")
    log.says("b", logging.ERROR)
    log.says("c", 25)
    assert log.counts.counts() == {"debug": 0, "info": 1, "warning": 3, "error": 1, "critical": 0}


def test_causes_are_remembered_within_a_bound(log: Log) -> None:
    for number in range(MOST_CAUSES + 10):
        log.says(str(number))
    log.says("0")
    assert len(log.written) == MOST_CAUSES + 11
