"""What the status says of writing, of a second owner, and of invitations."""

from __future__ import annotations

from datetime import timedelta

import pytest

from agent.model.control_health import AnsweringHealth, ControlHealth
from agent.model.owner import SecondOwner
from agent.state.check import Check
from agent.state.control_health import SLOW, control_checks
from tests.fakes.clock import NOON


def checks(**facts: object) -> dict[str, Check]:
    health = ControlHealth(**facts)  # type: ignore[arg-type]
    return {check.key: check for check in control_checks(health, NOON)}


@pytest.mark.parametrize(
    ("facts", "status", "code"),
    [
        ({}, "pass", "write.off"),
        ({"writes": True}, "pass", "write.not_yet"),
        ({"writes": True, "denied": False}, "pass", "write.ok"),
        ({"writes": True, "denied": True, "denied_since": NOON}, "warn", "write.denied"),
        ({"writes": True, "waiting": 1, "oldest": NOON - SLOW}, "pass", "write.not_yet"),
        ({"writes": True, "waiting": 1, "oldest": NOON - SLOW - timedelta(seconds=1)}, "warn", "write.waiting"),
    ],
)
def test_writing(facts: dict[str, object], status: str, code: str) -> None:
    check = checks(**facts)["calendar:write"]

    assert (check.status, check.code) == (status, code)


def test_a_second_owner_is_named() -> None:
    check = checks(second=SecondOwner("room-13", NOON))["calendar:owner"]

    assert (check.status, check.code, check.since) == ("warn", "calendar.second_owner", NOON)
    assert "room-13" in (check.output or "")


@pytest.mark.parametrize(("looked", "code"), [(True, "owner.alone"), (False, "owner.not_yet")])
def test_alone_is_well_and_said_only_when_somebody_has_looked(looked: bool, code: str) -> None:
    check = checks(looked=looked)["calendar:owner"]

    assert (check.status, check.code) == ("pass", code)


def test_where_no_invitations_are_answered_nothing_is_said_of_them() -> None:
    assert "calendar:requests" not in checks()


@pytest.mark.parametrize(
    ("answering", "status", "code"),
    [
        (AnsweringHealth(backlog=0), "pass", "requests.ok"),
        (AnsweringHealth(refused="requests.automatic", since=NOON), "warn", "requests.automatic"),
        (AnsweringHealth(failing="calendar.unreachable", since=NOON), "warn", "calendar.unreachable"),
        (AnsweringHealth(refused="requests.denied", failing="calendar.timeout"), "warn", "requests.denied"),
    ],
)
def test_invitations(answering: AnsweringHealth, status: str, code: str) -> None:
    check = checks(answering=answering)["calendar:requests"]

    assert (check.status, check.code) == (status, code)
