"""`room-agent status` for people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from agent.cli import asking
from agent.cli.health import measured, status
from agent.errors import RoomAgentError
from agent.state.check import Check
from tests.builders import MORNING


def entry(status: str, code: str, **more: Any) -> list[dict[str, Any]]:
    return [{"status": status, "code": code, "since": None, "observedValue": None, "observedUnit": None,
             "output": None, **more}]  # fmt: skip


ILL = {
    "status": "fail",
    "releaseId": "1.2.3",
    "checks": {
        "store:integrity": entry("pass", "store.ok", observedValue=True),
        "disk:free": entry("warn", "disk.low", observedValue=100_000_000, observedUnit="bytes"),
        "calendar:contact": entry("fail", "calendar.sign_in_failed", since="2026-11-23T16:00:00Z"),
        "account:sign_in": entry("fail", "calendar.sign_in_failed", since="2026-11-23T16:00:00Z"),
    },
}


def test_what_to_do_comes_first_each_cause_once_the_worst_at_the_top() -> None:
    lines = status(ILL, MORNING, width=100).splitlines()
    assert lines[0] == "room-agent 1.2.3: fails"
    assert [line for line in lines if line[:2] in ("1.", "2.", "3.")] == [
        "1. Sign-in to the calendar refused",
        "2. The disk is nearly full",
    ]
    assert "   Who   Exchange administrator   (calendar.sign_in_failed, since 2026-11-23 16:00 UTC)" in lines


def test_the_checks_follow_in_columns_the_worst_first() -> None:
    lines = status(ILL, MORNING, width=100).splitlines()
    assert lines[-4:] == [
        "FAIL  Contact with the calendar server          calendar.sign_in_failed",
        "FAIL  Sign-in of the service account            calendar.sign_in_failed",
        "warn  Free disk space                   100 MB  disk.low",
        "ok    Database                          yes     store.ok",
    ]


@pytest.mark.parametrize("width", [60, 80, 100])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    assert max(len(line) for line in status(ILL, MORNING, width=width).splitlines()) <= width


def test_colours_come_only_where_they_are_wanted() -> None:
    assert "\x1b" not in status(ILL, MORNING)
    assert "\x1b[31mfails\x1b[0m" in status(ILL, MORNING, colors=True)


def test_a_box_that_is_well_has_nothing_to_do() -> None:
    answer = {"status": "pass", "releaseId": "1", "checks": {"store:integrity": entry("pass", "store.ok")}}
    assert status(answer, MORNING).splitlines() == ["room-agent 1: well", "", "ok    Database    store.ok"]


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(None, "s", ""), (True, None, "yes"), (3.21, "s", "3.2 s"), (3700, "s", "1:01:40"), (864_000, "s", "10 days"),
     (2_500_000_000, "bytes", "2.5 GB"), (12.5, "days", "12.5 days"), ("6.1", None, "6.1")],
)  # fmt: skip
def test_values_are_written_as_people_read_them(value: Any, unit: str | None, text: str) -> None:
    assert measured(Check(key="x:y", status="pass", code="x.y", value=value, unit=unit)) == text


@pytest.mark.parametrize(("config", "code"), [("", "agent.not_running"), ('[room]\nmailbx = "x"\n', "config.invalid")])
def test_without_an_agent_a_configuration_that_keeps_it_from_starting_is_named(
    tmp_path: Path, config: str, code: str
) -> None:
    file = tmp_path / "config.toml"
    file.write_text(config)
    with pytest.raises(RoomAgentError) as refused:
        asking.status(file, tmp_path / "state")
    assert refused.value.code == code
