"""What the display's processes write for the journal."""

from __future__ import annotations

import logging
import subprocess
import sys

import pytest

from display.logs import OneLine, priority_of

BOX, DESK = OneLine(journal=True), OneLine(journal=False)


def record(
    text: str, *values: object, level: int = logging.WARNING, error: BaseException | None = None
) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("display.test", level, __file__, 1, text, values, info)


@pytest.mark.parametrize(
    ("level", "priority"),
    [(logging.DEBUG, 7), (logging.INFO, 6), (25, 6), (logging.WARNING, 4), (logging.ERROR, 3), (logging.CRITICAL, 2)],
)
def test_each_level_has_its_priority(level: int, priority: int) -> None:
    assert priority_of(level) == priority
    assert BOX.format(record("x", level=level)).startswith(f"<{priority}>")


def test_the_journal_has_its_own_time_and_a_desk_needs_one() -> None:
    assert BOX.format(record("the core is %s", "away")) == "<4>display.test: the core is away"
    assert DESK.format(record("x"))[:2] == "20"


def test_no_text_can_forge_a_line() -> None:
    assert "\n" not in BOX.format(record("%s", "x\n<0>forged\u2028<0>again"))


def test_addresses_lose_what_may_be_a_passcode() -> None:
    told = BOX.format(record("no answer: %s", "https://zoom.us/j/1?pwd=MARKED and http://a.example#MARKED"))
    assert "MARKED" not in told
    assert "https://zoom.us/…" in told


def test_of_an_exception_only_type_and_place_are_told() -> None:
    try:
        int("MARKED")
    except ValueError as caught:
        told = BOX.format(record("it failed", error=caught))
    assert "MARKED" not in told
    assert "ValueError at display/test_logs.py:" in told


def test_a_process_under_systemd_begins_each_line_with_a_priority() -> None:
    program = "import logging; from display import logs; logs.configure('info'); logging.getLogger('x').error('gone')"
    done = subprocess.run(
        [sys.executable, "-c", program], env={"JOURNAL_STREAM": "8:1"}, capture_output=True, text=True, check=True
    )
    assert done.stderr == "<3>x: gone\n"
