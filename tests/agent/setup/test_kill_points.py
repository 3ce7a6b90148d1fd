"""Power cuts: whatever was under way, a box starts with the old set-up whole or with the new one whole."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
SECRETS = ["admin-pin", "calendar.ews.password.1"]


@pytest.fixture(scope="module")
def every_attempt(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "tests.agent.setup.killed", str(tmp_path_factory.mktemp("killed"))]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=240)
    assert ran.returncode == 0, ran.stderr
    return [json.loads(line) for line in ran.stdout.splitlines() if line.startswith("{")]


@pytest.fixture
def attempts(request: pytest.FixtureRequest, every_attempt: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those at one kind of work, in order; the last one was not killed."""
    return [each for each in every_attempt if each["what"] == request.param]


@pytest.mark.parametrize("attempts", ["first"], indirect=True)
def test_a_first_activation_is_there_or_the_draft_is(attempts: list[dict[str, Any]]) -> None:
    for each in attempts:
        whole = (each["subject"], each["password"], each["pin"], each["draft"], each["secrets"], each["staged"])
        assert whole in (
            (None, None, None, "organizer", [], 2),
            ("organizer", "the old password", "111111", None, SECRETS, 0),
        ), each
        assert [name for name in each["files"] if name.endswith(".new")] == []
    subjects = [each["subject"] for each in attempts]
    assert subjects == sorted(subjects, key=lambda subject: subject is not None)
    assert len(attempts) > 20
    assert not attempts[-1]["killed"]


@pytest.mark.parametrize(("attempts", "last"), [("settings", "busy"), ("revert", "organizer")], indirect=["attempts"])
def test_changed_settings_are_the_old_ones_or_the_new_ones(attempts: list[dict[str, Any]], last: str) -> None:
    for each in attempts:
        whole = (each["subject"], each["password"], each["pin"], each["secrets"], each["staged"])
        assert whole in (
            ("organizer", "the old password", "111111", SECRETS, 0),
            ("busy", "the new password", "222222", ["admin-pin", "calendar.ews.password.2"], 0),
        ), each
    assert {each["subject"] for each in attempts} == {"organizer", "busy"}
    assert attempts[-1]["subject"] == last


@pytest.mark.parametrize("attempts", ["reset"], indirect=True)
def test_a_reset_is_whole_once_it_was_asked_for(attempts: list[dict[str, Any]]) -> None:
    kept = [each for each in attempts if each["subject"] is not None]
    gone = [each for each in attempts if each["subject"] is None]

    assert kept
    assert all(each["password"] == "the old password" and "room.db" in each["files"] for each in kept)
    assert all(each["files"] == [] for each in gone)
    assert [each["number"] for each in (*kept, *gone)] == [each["number"] for each in attempts]
