"""Join outcomes in the database."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.model.join import DialIn, JoinInfo, JoinOutcome, NoJoinReason
from agent.store.outcome import UNREADABLE, dump, load

TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=20)  # lone surrogates too
MAYBE = st.none() | TEXT
PLAIN = st.builds(
    JoinInfo,
    provider=TEXT,
    provider_name=TEXT,
    url=MAYBE,
    meeting_id=MAYBE,
    passcode=MAYBE,
    sip=MAYBE,
    sip_direct=MAYBE,
    h323=MAYBE,
    dial_in=st.lists(st.builds(DialIn, TEXT, MAYBE), max_size=3).map(tuple),
    known_host=st.booleans(),
    alternatives=st.just(()),
)
JOINS = st.builds(
    lambda join, others: JoinInfo(**{name: getattr(join, name) for name in join.__slots__} | {"alternatives": others}),
    PLAIN,
    st.lists(PLAIN, max_size=3).map(tuple),
)
OUTCOMES = st.builds(JoinOutcome, JOINS, st.none()) | st.builds(
    JoinOutcome, st.none(), st.sampled_from(sorted(NoJoinReason))
)


@given(OUTCOMES)
def test_outcome_comes_back_as_it_was(outcome: JoinOutcome) -> None:
    text = dump(outcome)
    assert text.isascii()
    assert load(text) == outcome


def test_keys_of_a_newer_program_are_ignored() -> None:
    join = {"provider": "zoom", "provider_name": "Zoom", "hologram": True}
    assert load(json.dumps({"join": join, "reason": None, "more": 1})).join == JoinInfo(
        provider="zoom", provider_name="Zoom", known_host=False
    )


@pytest.mark.parametrize(
    "text", ["", "null", "[]", "{}", '{"join": null, "reason": "newer"}', '{"join": 1}', '{"join": {"provider": "x"}}']
)
def test_what_cannot_be_read_counts_as_not_yet_read(text: str) -> None:
    assert load(text) == UNREADABLE
