"""Whom a message goes to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.control.letters import letter
from agent.model.control import Act
from tests.builders import at, occurrence, policy

MEETING = occurrence("m", at(9), at(10), subject="Review")


@pytest.mark.parametrize("address", ["ann@contoso.example", "o'hara+room@contoso.example", "jürgen@köln.example"])
def test_one_address_gets_it(address: str) -> None:
    mail = letter(Act.END, replace(MEETING, organizer_address=address), at(9, 30), policy(), "en")

    assert mail is not None
    assert mail.to == address


@pytest.mark.parametrize(
    "address",
    [
        "ann@contoso.example; bob@contoso.example",
        "ann@contoso.example,bob@contoso.example",
        "ann@contoso.example bob@contoso.example",
        "Ann Lee <ann@contoso.example>",
        "mailto:ann@contoso.example",
        "ann@contoso.example@evil.example",
        "ann@contoso.example\r\nBcc: bob@contoso.example",
        "@contoso.example",
        "/o=contoso/cn=ann@contoso.example;",
        "ann",
        "",
    ],
)
def test_what_is_not_one_address_gets_nothing(address: str) -> None:
    assert letter(Act.END, replace(MEETING, organizer_address=address), at(9, 30), policy(), "en") is None
