"""The help as the meeting's browser calls it, with an order as it comes over the wire."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from agent.wire import Open
from display.model import Trouble
from display.prejoin import ordered
from display.prejoin.plan import Ending, Outcome
from tests.display.prejoin.test_engine import FakePage

_JOIN: dict[str, Any] = {
    "id": "join",
    "do": "click",
    "hosts": ["meet.example"],
    "within_s": 1,
    "find": [{"css": "#join"}],
}


def _order(*steps: dict[str, Any]) -> Open:
    return Open(
        order_id="1", url="https://meet.example/room", host="meet.example", steps=list(steps), room_name="x" * 200
    )


def test_an_order_without_steps_leaves_the_page_alone() -> None:
    page = FakePage()

    assert asyncio.run(ordered.help_with(page, _order())) is None
    assert page.calls == []


def test_an_order_is_helped_with() -> None:
    page = FakePage()

    assert asyncio.run(ordered.help_with(page, _order(_JOIN))) is None
    assert "Input.dispatchMouseEvent" in page.calls


@pytest.mark.parametrize(
    ("ending", "trouble"),
    [
        (Ending.DONE, None),
        (Ending.TOUCHED, None),
        (Ending.ELSEWHERE, None),
        (Ending.STUCK, Trouble("display.join_help_stuck", "meeting")),
    ],
)
def test_only_a_step_that_did_not_match_is_a_trouble(
    monkeypatch: pytest.MonkeyPatch, ending: Ending, trouble: Trouble | None
) -> None:
    told: dict[str, str] = {}

    async def help_to_join(_page: object, _steps: object, values: dict[str, str], **_rest: object) -> Outcome:
        told.update(values)
        return Outcome(ending, "join")

    monkeypatch.setattr(ordered, "help_to_join", help_to_join)

    assert asyncio.run(ordered.help_with(FakePage(), _order(_JOIN))) == trouble
    assert len(told["room_name"]) == 80


def test_without_a_sign_it_is_never_said_that_the_meeting_was_left() -> None:
    async def watch() -> None:
        async with asyncio.timeout(0.05):
            await ordered.left(FakePage(), _order(_JOIN))

    with pytest.raises(TimeoutError):
        asyncio.run(watch())
