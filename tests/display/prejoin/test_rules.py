"""Steps from the wire: whatever comes, what is usable is used and nothing breaks."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.prejoin.hosts import expected, host_of
from display.prejoin.rules import TOTAL_S, Find, Rules, Step, read

_CLICK: dict[str, Any] = {
    "id": "join",
    "do": "click",
    "hosts": ["meet.example"],
    "find": [{"role": "button", "names": ["Join"]}],
}


def test_a_step_is_read_with_its_defaults() -> None:
    assert read([_CLICK]) == Rules(
        (Step(id="join", do="click", hosts=("meet.example",), find=(Find(role="button", names=("Join",)),)),), ()
    )


def test_a_sign_of_having_left_is_no_step() -> None:
    rules = read([{**_CLICK, "do": "left", "without": [{"css": "#leave"}]}])

    assert rules.steps == ()
    assert rules.left[0].without == (Find(css="#leave"),)


@pytest.mark.parametrize(
    "bad",
    [
        None,
        "click",
        {},
        {**_CLICK, "do": "run"},
        {**_CLICK, "do": ["click"]},
        {**_CLICK, "id": "../join"},
        {**_CLICK, "hosts": ["*"]},
        {**_CLICK, "hosts": ["https://meet.example"]},
        {**_CLICK, "hosts": []},
        {**_CLICK, "find": []},
        {**_CLICK, "find": [{"css": "x" * 400}]},
        {**_CLICK, "find": [{"role": "button"}]},
    ],
)
def test_a_step_that_is_not_understood_is_left_out_and_the_others_stay(bad: object) -> None:
    assert [step.id for step in read([bad, {**_CLICK, "id": "good"}]).steps] == ["good"]


def test_numbers_have_limits() -> None:
    step = read([{**_CLICK, "within_s": 10**400, "times": float("inf")}]).steps[0]

    assert (step.within_s, step.times) == (TOTAL_S, 5)
    assert read([{**_CLICK, "within_s": float("nan"), "times": True}]).steps[0].times == 1


def test_a_step_waits_for_earlier_ones_only() -> None:
    steps = read([{**_CLICK, "id": "one", "after": ["two", "one"]}, {**_CLICK, "id": "two", "after": ["one"]}]).steps

    assert [step.after for step in steps] == [(), ("one",)]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*_CLICK, "after", "x"]), inner, max_size=5)
    ),
    max_leaves=25,
)


@given(st.lists(_JSON, max_size=5) | _JSON)
def test_no_json_breaks_the_reading(raw: object) -> None:
    assert isinstance(read(raw), Rules)


@given(st.dictionaries(st.sampled_from([*_CLICK, "within_s", "times", "after", "optional", "value", "state"]), _JSON))
def test_what_is_read_is_within_its_limits(changed: dict[str, Any]) -> None:
    for step in read([{**_CLICK, **changed}]).steps:
        assert 1 <= step.within_s <= TOTAL_S
        assert 1 <= step.times <= 5
        assert step.hosts
        assert step.find


def test_hosts_are_compared_whole() -> None:
    assert expected("acme.zoom.us", ["*.zoom.us"])
    assert not expected("zoom.us", ["*.zoom.us"])
    assert not expected("evilzoom.us", ["*.zoom.us", "zoom.us"])
    assert not expected("zoom.us.evil.example", ["*.zoom.us", "zoom.us"])
    assert not expected("", [""])


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Meet.Example/x", "meet.example"),
        ("https://meet.example:8443/x", "meet.example"),
        ("https://meet.example@evil.example/", "evil.example"),
        ("http://meet.example/", ""),
        ("about:blank", ""),
        ("data:text/html,meet.example", ""),
        ("https://[broken", ""),
    ],
)
def test_only_https_has_a_host(url: str, host: str) -> None:
    assert host_of(url) == host
