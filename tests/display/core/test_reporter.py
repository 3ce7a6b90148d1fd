"""What the core is told, and when."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from agent.wire import DisplayReport
from display.core import reporter
from display.core.client import CoreClient, CoreUnreachable
from display.core.reporter import Reporter


class Core(CoreClient):
    """A core that keeps what it is posted, and may be away."""

    def __init__(self) -> None:
        super().__init__(Path("/nowhere"))
        self.away = False
        self.tries = 0
        self.taken: list[Mapping[str, Any]] = []

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        self.tries += 1
        if self.away:
            raise CoreUnreachable(path)
        self.taken.append(body)


class Box:
    def __init__(self) -> None:
        self.core = Core()
        self.screen = "home"
        self.touched: int | None = None
        self.reporter = Reporter(self.core, lambda: DisplayReport(screen=self.screen, touched_s_ago=self.touched))

    async def until(self, predicate: Callable[[], object]) -> None:
        async with asyncio.timeout(5):
            while not predicate():  # noqa: ASYNC110
                await asyncio.sleep(0.005)


def on_a_box(test: Callable[[Box], Awaitable[None]]) -> None:
    async def run() -> None:
        box = Box()
        task = asyncio.create_task(box.reporter.run())
        await test(box)
        task.cancel()

    asyncio.run(run())


def test_the_first_report_comes_at_once_and_the_next_with_a_change() -> None:
    async def test(box: Box) -> None:
        await box.until(lambda: box.core.taken)
        box.reporter.changed()
        box.screen = "meeting"
        box.reporter.changed()
        await box.until(lambda: len(box.core.taken) == 2)

        assert [body["screen"] for body in box.core.taken] == ["home", "meeting"]

    on_a_box(test)


def test_nothing_new_is_not_told_again() -> None:
    async def test(box: Box) -> None:
        await box.until(lambda: box.core.taken)
        box.reporter.changed()
        await asyncio.sleep(reporter.SOON_S * 3)

        assert len(box.core.taken) == 1

    on_a_box(test)


def test_a_core_that_was_started_anew_is_told_everything_though_nothing_changed() -> None:
    async def test(box: Box) -> None:
        await box.until(lambda: box.core.taken)
        box.reporter.again()
        await box.until(lambda: len(box.core.taken) == 2)

        assert box.core.taken[1] == box.core.taken[0]

    on_a_box(test)


def test_changes_that_come_to_nothing_do_not_put_the_regular_report_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporter, "EVERY_S", 0.3)
    monkeypatch.setattr(reporter, "SOON_S", 0.01)

    async def test(box: Box) -> None:
        async def restless() -> None:
            while True:
                box.reporter.changed()
                await asyncio.sleep(0.02)

        task = asyncio.create_task(restless())
        await box.until(lambda: len(box.core.taken) == 3)
        task.cancel()

    on_a_box(test)


def test_outcomes_are_told_once_and_wait_for_a_core_that_is_away() -> None:
    async def test(box: Box) -> None:
        await box.until(lambda: box.core.taken)
        box.core.away = True
        box.reporter.done("1")
        box.reporter.done("2", "player.busy")
        await box.until(lambda: box.core.tries > 1)
        box.core.away = False
        await box.until(lambda: len(box.core.taken) == 2)
        box.screen = "content"
        box.reporter.changed()
        await box.until(lambda: len(box.core.taken) == 3)

        assert box.core.taken[1]["orders"] == [
            {"order_id": "1", "state": "done", "code": None},
            {"order_id": "2", "state": "failed", "code": "player.busy"},
        ]
        assert "orders" not in box.core.taken[2]

    on_a_box(test)


def test_a_touch_is_told_at_once_and_that_it_lies_further_back_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporter, "SOON_S", 0.01)

    async def test(box: Box) -> None:
        await box.until(lambda: box.core.taken)
        for ago in (0, 0, 1, 4):
            box.touched = ago
            box.reporter.changed()
            await asyncio.sleep(0.05)

        assert [body.get("touched_s_ago") for body in box.core.taken] == [None, 0]

    on_a_box(test)


def test_touches_one_after_the_other_are_told_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporter, "SOON_S", 0.01)
    monkeypatch.setattr(reporter, "TOUCHED_EVERY_S", 0.2)

    async def test(box: Box) -> None:
        await box.until(lambda: box.core.taken)
        box.touched, begun = 0, asyncio.get_running_loop().time()
        while len(box.core.taken) < 4:
            box.reporter.changed()
            await asyncio.sleep(0.01)

        assert asyncio.get_running_loop().time() - begun >= 0.4
        assert [body.get("touched_s_ago") for body in box.core.taken] == [None, 0, 0, 0]

    on_a_box(test)
