"""What the home and the meeting process tell of themselves → values. Whatever is missing or of another type counts as
not told. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from display.model import Call

State = Mapping[str, Any]


def call_of(state: State) -> Call:
    """The meeting."""
    told = state.get("state")
    return Call(
        state=told if told in ("opening", "running") else "none",
        order_id=_text(state, "order_id"),
        provider_name=_text(state, "provider_name"),
        pids=pids_of(state),
        ready=state.get("ready") is True,
        program=_pids(state.get("program")),
    )


def pids_of(state: State) -> frozenset[int]:
    """The processes whose windows are the sibling's."""
    return _pids(state.get("pids", [state.get("pid")]))


def _pids(told: object) -> frozenset[int]:
    return frozenset(each for each in told if type(each) is int) if isinstance(told, list) else frozenset()


def code_of(state: State) -> str | None:
    """Its first problem, if it has one."""
    problems = state.get("problems")
    first = problems[0] if isinstance(problems, list) and problems else None
    return _text(first, "code") or None if isinstance(first, dict) else None


def _text(state: State, key: str) -> str:
    value = state.get(key)
    return value if isinstance(value, str) else ""
