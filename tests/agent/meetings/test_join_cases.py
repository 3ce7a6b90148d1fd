"""Every invitation we have, through the extractor."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from agent.meetings.conferences import CONFERENCES
from tests.agent.meetings.cases import INVITES, differences, load

_OURS = sorted(INVITES.glob("*/*.json"))
_CHECKOUT = Path(__file__).parents[3]


@pytest.mark.parametrize("path", _OURS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_our_case_comes_out_as_expected(path: Path) -> None:
    case = load(path)

    assert differences(case) == {}, case["why"]


def test_there_is_a_case_for_every_service_of_the_table() -> None:
    covered = {
        case["expect"].get("provider") for path in _OURS if isinstance((case := json.loads(path.read_text())), dict)
    }

    assert {conference.slug for conference in CONFERENCES} - covered == set()


def test_every_shared_development_case_comes_out_as_expected() -> None:
    shared = Path(os.environ.get("ROOM_AGENT_SHARED", _CHECKOUT.parent / "shared"))
    cases = shared / "data" / "join" / "dev-cases.jsonl"
    if not cases.is_file():
        pytest.skip(f"the shared development cases are not on this machine: {cases}")

    lines = cases.read_text("utf-8").splitlines()
    wrong = {case["id"]: found for line in lines if (found := differences(case := json.loads(line)))}

    assert wrong == {}
