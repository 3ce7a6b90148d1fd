"""Inputs that a fuzzer found: each reached code that no other reached, or broke a promise once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.agent.meetings.cases import INVITES, invitation, load
from tests.fuzz.inputs import data_of, invitation_of
from tests.fuzz.invariants import check

_KEPT = sorted((Path(__file__).parents[1] / "data" / "fuzz").iterdir())


def test_there_are_kept_inputs() -> None:
    assert len(_KEPT) >= 20


@pytest.mark.parametrize("path", _KEPT, ids=lambda path: path.name)
def test_a_kept_input_keeps_every_promise(path: Path) -> None:
    check(invitation_of(path.read_bytes()))


def test_an_invitation_survives_the_way_through_bytes() -> None:
    original = invitation(load(next(iter(sorted((INVITES / "zoom").glob("*.json"))))))

    again = invitation_of(data_of(original))

    assert (again.body, again.location, again.body_type) == (original.body, original.location, original.body_type)
