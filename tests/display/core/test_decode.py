"""JSON of a core of any age, or of none, becomes values or Malformed."""

from __future__ import annotations

import dataclasses
import json
from typing import Any, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.wire import DisplayConfig, Home, InputConfig, Open, ShowInput, Span
from display.core.decode import Malformed, decode

KINDS = (DisplayConfig, Open, ShowInput, Home, InputConfig, Span)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
KEYS = sorted({each.name for kind in KINDS for each in dataclasses.fields(kind)})
OPEN = {"order_id": "1", "url": "https://zoom.us/j/1", "host": "zoom.us"}


def of_its_types(value: Any) -> bool:
    """Whether the fields of a dataclass are what they are annotated as, at their outside."""
    for name, wanted in get_type_hints(type(value)).items():
        shape = get_origin(wanted) or wanted
        found = getattr(value, name)
        if isinstance(shape, type) and type(found) is not shape:
            return False
        if isinstance(found, list) and any(dataclasses.is_dataclass(each) and not of_its_types(each) for each in found):
            return False
    return True


@given(st.sampled_from(KINDS), ANYTHING | st.dictionaries(st.sampled_from(KEYS), ANYTHING))
def test_whatever_json_comes_is_a_value_or_malformed(kind: Any, data: object) -> None:
    try:
        value = decode(kind, data)
    except Malformed:
        return
    assert isinstance(value, kind)
    assert of_its_types(value)


@given(st.dictionaries(st.text(), ANYTHING))
def test_what_a_newer_core_adds_is_ignored(news: dict[str, Any]) -> None:
    assert decode(Home, {**{f"new_{key}": value for key, value in news.items()}, "order_id": "1"}) == Home(order_id="1")


def test_what_is_told_and_read_is_the_same() -> None:
    config = DisplayConfig(
        room_name="Turing",
        inputs=[InputConfig(name="hdmi", audio="auto")],
        cameras=["046d:082d"],
        awake=[Span(start="2026-11-23T17:00:00Z", end="2026-11-23T18:00:00Z")],
        prepare_meeting=False,
    )
    assert decode(DisplayConfig, json.loads(json.dumps(dataclasses.asdict(config)))) == config


@pytest.mark.parametrize(
    "told",
    [
        {"room_name": 1},
        {"inputs": {}},
        {"inputs": None},
        {"sleep_after_min": "10"},
        {"sleep_after_min": True},
        {"sleep_after_min": 1.5},
        {"prepare_meeting": 1},
        {"nightly": ["03:00"]},
        {},
    ],
)
def test_a_value_of_another_type_counts_as_left_out(told: dict[str, object]) -> None:
    assert decode(DisplayConfig, told) == DisplayConfig()


def test_an_entry_that_makes_no_sense_is_left_out_and_the_others_stay() -> None:
    told = {"inputs": [{"label": "nameless"}, "hdmi", None, {"name": "vga", "label": 1}], "cameras": ["a", 1, "b"]}
    config = decode(DisplayConfig, told)
    assert (config.inputs, config.cameras) == ([InputConfig(name="vga")], ["a", "b"])


@pytest.mark.parametrize("missing", ["order_id", "url", "host"])
def test_without_what_it_needs_an_order_is_none(missing: str) -> None:
    assert decode(Open, OPEN).until is None
    for value in ({}, {missing: None}, {missing: 1}):
        with pytest.raises(Malformed):
            decode(Open, {**{key: told for key, told in OPEN.items() if key != missing}, **value})


def test_an_optional_value_may_be_null_or_of_its_type() -> None:
    assert decode(Open, {**OPEN, "until": None}).until is None
    assert decode(Open, {**OPEN, "until": "2026-11-23T18:00:00Z"}).until == "2026-11-23T18:00:00Z"
    assert decode(Open, {**OPEN, "until": 5}).until is None


def test_a_list_without_end_is_read_up_to_its_bound() -> None:
    assert len(decode(DisplayConfig, {"cameras": ["x"] * 100_000}).cameras) == 1_000
