"""What the shell makes of what its siblings say, whatever they say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.model import Call
from display.shell.siblings import call_of, code_of, pids_of

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
KEYS = st.sampled_from(["state", "order_id", "provider_name", "pids", "pid", "ready", "problems", "news"])


def test_a_running_meeting_is_taken_as_it_is_told() -> None:
    told = {"state": "running", "order_id": "1", "provider_name": "Zoom", "pids": [7, 8], "ready": True}

    assert call_of(told) == Call("running", "1", "Zoom", frozenset({7, 8}), ready=True)


@pytest.mark.parametrize("told", [{}, {"state": "dancing", "pids": "all", "ready": 1, "order_id": 1}])
def test_nothing_told_is_no_meeting(told: dict[str, object]) -> None:
    assert call_of(told) == Call()


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"pid": 7}, {7}),
        ({"pid": None}, set()),
        ({"pids": [7, True, "8", 9.0, None]}, {7}),
        ({"pids": {"7": 7}}, set()),
        ({}, set()),
    ],
)
def test_only_numbers_are_processes(told: dict[str, object], expected: set[int]) -> None:
    assert pids_of(told) == expected


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"problems": [{"code": "display.home_loop", "part": "home"}, {"code": "display.other"}]}, "display.home_loop"),
        ({"problems": []}, None),
        ({"problems": [{"part": "home"}]}, None),
        ({"problems": ["display.home_loop"]}, None),
        ({"problems": "display.home_loop"}, None),
        ({}, None),
    ],
)
def test_the_first_problem_counts(told: dict[str, object], expected: str | None) -> None:
    assert code_of(told) == expected


@given(st.dictionaries(KEYS, ANYTHING))
def test_whatever_a_sibling_says_is_survived(told: dict[str, object]) -> None:
    assert call_of(told).state in ("none", "opening", "running")
    assert all(isinstance(pid, int) for pid in pids_of(told))
    assert isinstance(code_of(told), str | None)
