"""The join case format's scorer: what differs between an answer and what a case expects."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import unquote

from agent.meetings.case_format import Json, invitation_of, result
from agent.meetings.extract import extract
from agent.model.event import Invitation

INVITES = Path(__file__).parents[2] / "data" / "invites"


def expand(case: dict[str, Json]) -> dict[str, Json]:
    """The case with its `repeat` written out."""
    repeat = case.get("repeat")
    if not isinstance(repeat, dict):
        return case
    padding = str(repeat["text"]) * int(str(repeat["times"]))
    body = str(case["body"])
    return {**case, "body": padding + body if repeat["where"] == "before" else body + padding}


def invitation(case: dict[str, Json]) -> Invitation:
    return invitation_of(expand(case))


def differences(case: dict[str, Json]) -> dict[str, tuple[Json, Json]]:
    """Expected and given value of every expected key that differs; addresses compared after one percent-decoding."""
    answer = result(case.get("id"), extract(invitation(case)))
    expect = case["expect"]
    assert isinstance(expect, dict)
    return {
        key: (value, answer[key])
        for key, value in expect.items()
        if _comparable(key, value) != _comparable(key, answer[key])
    }


def load(path: Path) -> dict[str, Json]:
    case: dict[str, Json] = json.loads(path.read_text("utf-8"))
    return case


def _comparable(key: str, value: Json) -> Json:
    if key == "url" and isinstance(value, str):
        return unquote(value)
    if key == "dial_in" and isinstance(value, list):
        return sorted(json.dumps(one, sort_keys=True) for one in value)  # type: ignore[return-value]
    return value
