"""What leaves the box is looked through once more."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.state.scrub import Scrub

SCRUB = Scrub(["top+secret/ä"], ["Design review"], ["mail.contoso.example"])


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("from ann.lee@contoso.example to us", "from [address] to us"),
        ("<ann@contoso.example>;bob@b.example,", "<[address]>;[address],"),
        ("ann%40contoso.example", "[address]"),
        ("see https://zoom.us/j/1?pwd=2 now", "see [link] now"),
        ("https://user:pw@mail.contoso.example/x", "[link]"),
        ("https://mail.contoso.example/EWS/Exchange.asmx?a=b", "https://mail.contoso.example/EWS/Exchange.asmx"),
        ("https://mail.contoso.example.evil.example/", "[link]"),
        ("https://[::1", "[link]"),
        ("zoommtg://zoom.us/join?confno=1", "[link]"),
        ("https%3A%2F%2Fzoom.us%2Fj%2F1", "https%3A%2F%2Fzoom.us%2Fj%2F1"),
        ("took 12 s, 2026-11-23T17:00:00Z calendar.timeout", "took 12 s, 2026-11-23T17:00:00Z calendar.timeout"),
        ("top+secret/ä top%2Bsecret%2F%C3%A4", "[removed] [removed]"),
        ("of Design review", "of [removed]"),
    ],
)
def test_addresses_links_secrets_and_content_go(text: str, left: str) -> None:
    assert SCRUB.text(text) == left


def test_data_of_ours_keeps_its_shape() -> None:
    data = {"ann@contoso.example": ["x@y.example", 1, None, True, {"a": 1.5}], "subject": "Design review"}

    assert SCRUB.data(data) == {"[address]": ["[address]", 1, None, True, {"a": 1.5}], "subject": "Design review"}


def test_values_too_short_to_be_told_from_other_text_stay() -> None:
    assert Scrub(["1234"], ["All"]).text("1234 All") == "1234 All"


@given(st.text(min_size=5, max_size=40), st.text(max_size=20), st.text(max_size=20))
def test_no_secret_survives_in_any_surroundings(secret: str, before: str, after: str) -> None:
    scrub = Scrub([secret])
    marked = f"\x01{secret}\x01"

    assert secret not in scrub.text(f"{before}{marked}{after}") or secret in "[removed][address][link]"
    assert json.dumps(secret)[1:-1] not in scrub.text(json.dumps(marked)) or secret in "[removed][address][link]"
