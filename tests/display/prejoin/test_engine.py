"""The engine over pages that do not answer, refuse, or went elsewhere; time is a number here."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from display.prejoin import finding
from display.prejoin.engine import ELSEWHERE_S, help_to_join
from display.prejoin.plan import Ending, Outcome
from display.prejoin.rules import TOTAL_S, Find, Step

_JOIN = Step(id="join", do="click", find=(Find(css="#join"),), hosts=("meet.example",), within_s=45)


class FakePage:
    """A page with one frame that shows the join button where `spot` says, until it was pressed."""

    def __init__(self, url: str = "https://meet.example/room") -> None:
        self.url = url
        self.frames: Sequence[FakePage] = ()
        self.spots = [(10.0, 10.0)]
        self.touched = False
        self.calls: list[str] = []

    async def call(self, method: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
        self.calls.append(method)
        if method == "Page.getFrameTree":
            return {"frameTree": {"frame": {"id": "F", "url": self.url, "securityOrigin": self.url}}}
        if method == "Page.createIsolatedWorld":
            return {"executionContextId": 1}
        if method == "Runtime.evaluate":
            assert params is not None
            aims = '"mode": "aim"' in str(params["expression"])
            x, y = self.spots[0]
            if aims:
                self.spots = self.spots[1:] + self.spots[:1]
            pressed = "Input.dispatchMouseEvent" in self.calls
            found = {} if pressed else {"join": False}
            value = (
                {"touched": self.touched, "spot": {"x": x, "y": y}}
                if aims
                else {"touched": self.touched, "found": found}
            )
            return {"result": {"value": value}}
        return {}


def _help(page: FakePage, *, interrupted: bool = False) -> tuple[Outcome, float]:
    """How the help ended, and after how many seconds."""
    now = 0.0

    async def pause(seconds: float) -> None:
        nonlocal now
        now += seconds
        await asyncio.sleep(0)

    outcome = asyncio.run(
        help_to_join(page, [_JOIN], {}, clock=lambda: now, pause=pause, interrupted=lambda: interrupted)
    )
    return outcome, now


def test_the_button_is_pressed_and_that_is_all() -> None:
    page = FakePage()

    assert _help(page)[0] == Outcome(Ending.DONE)
    assert page.calls.count("Input.dispatchMouseEvent") == 2


def test_a_page_of_another_host_is_not_even_asked() -> None:
    page = FakePage("https://evil.example/")

    assert _help(page) == (Outcome(Ending.ELSEWHERE), ELSEWHERE_S)
    assert page.calls == []


def test_a_page_that_says_another_host_than_its_frame_is_left_alone() -> None:
    class Moved(FakePage):
        async def call(self, method: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
            answer = await super().call(method, params)
            if method == "Page.getFrameTree":
                answer["frameTree"]["frame"].update(url="https://evil.example/", securityOrigin="https://evil.example")
            return answer

    page = Moved()

    assert _help(page)[0] == Outcome(Ending.STUCK, "join")
    assert set(page.calls) == {"Page.getFrameTree"}


def test_a_page_that_goes_elsewhere_between_look_and_press_is_not_pressed() -> None:
    class Leaving(FakePage):
        async def call(self, method: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
            answer = await super().call(method, params)
            if params and '"mode": "aim"' in str(params.get("expression")):
                self.url = "https://evil.example/"
            return answer

    page = Leaving()

    assert _help(page)[0] == Outcome(Ending.ELSEWHERE)
    assert "Input.dispatchMouseEvent" not in page.calls


def test_an_element_that_moves_is_not_pressed_and_the_help_ends() -> None:
    page = FakePage()
    page.spots = [(10.0, 10.0), (200.0, 10.0)]

    outcome, seconds = _help(page)

    assert outcome == Outcome(Ending.STUCK, "join")
    assert seconds <= TOTAL_S
    assert "Input.dispatchMouseEvent" not in page.calls


def test_nothing_is_done_once_a_person_took_over() -> None:
    page = FakePage()
    assert _help(page, interrupted=True)[0] == Outcome(Ending.TOUCHED)
    page.touched = True
    assert _help(page)[0] == Outcome(Ending.TOUCHED)
    assert "Input.dispatchMouseEvent" not in page.calls


def test_a_page_that_refuses_everything_ends_as_stuck() -> None:
    class Broken(FakePage):
        async def call(self, method: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
            raise RuntimeError(f"secret words of the page: {method} {params}")

    outcome, seconds = _help(Broken())

    assert outcome == Outcome(Ending.STUCK, "join")
    assert seconds <= 46


def test_a_page_that_never_answers_costs_a_bounded_time(monkeypatch: Any) -> None:
    class Silent(FakePage):
        async def call(self, method: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
            await asyncio.sleep(3600)
            return await super().call(method, params)

    monkeypatch.setattr(finding, "ANSWER_S", 0.001)

    assert _help(Silent())[0] == Outcome(Ending.STUCK, "join")


def test_answers_of_another_shape_are_no_answers() -> None:
    class Odd(FakePage):
        async def call(self, method: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
            answer = await super().call(method, params)
            return (
                {"result": {"value": {"found": ["join"], "spot": "here"}}} if method == "Runtime.evaluate" else answer
            )

    assert _help(Odd())[0] == Outcome(Ending.STUCK, "join")
