"""Orders and browsers that wait, without a browser."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.wire import Open
from display.browsers import prepared
from display.browsers.addresses import MeetingRules
from display.browsers.home import LOOP, MISSING, HomeSupervisor
from display.browsers.kiosk import Kiosk
from display.browsers.meeting import MeetingDriver
from display.browsers.prepared import Stock

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def order(number: str) -> Open:
    return Open(order_id=number, url="", host="", launcher="command", command=["sleep", "60"])


def test_an_order_that_waits_and_is_overtaken_or_left_is_answered_for(tmp_path: Path) -> None:
    outcomes: dict[str, str | None] = {}

    async def main() -> None:
        driver = MeetingDriver(
            Stock(tmp_path, lambda: None), changed=lambda: None, outcome=outcomes.__setitem__, clock=lambda: NOON
        )
        driver.open(order("1"))
        driver.open(order("2"))
        assert outcomes == {"1": None}
        driver.open(order("2"))  # the same again is no other one
        assert outcomes == {"1": None}
        driver.leave()
        assert outcomes == {"1": None, "2": None}

    asyncio.run(main())


def test_no_browser_is_prepared_beside_the_one_that_a_meeting_took_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []
    x_is_there = asyncio.Event()

    async def wait_for_x(_: object) -> None:
        await x_is_there.wait()

    class Still(Kiosk):
        async def close(self) -> None:
            """Nothing runs."""

    async def start(_stock: Stock, rules: MeetingRules) -> Kiosk:
        started.append(rules.host)
        return Still(rules)

    monkeypatch.setattr(prepared, "wait_for_x", wait_for_x)
    monkeypatch.setattr(Stock, "_start", start)

    async def main() -> None:
        stock = Stock(tmp_path, lambda: None)
        keeping = asyncio.create_task(stock.keep())
        stock.want(one_ready=True)
        await asyncio.sleep(0)
        await stock.take(MeetingRules(host="meet.example"))
        x_is_there.set()
        for _ in range(5):
            await asyncio.sleep(0)
        keeping.cancel()

    asyncio.run(main())
    assert started == ["meet.example"]


def test_a_home_browser_that_stays_ends_every_problem_of_before(tmp_path: Path) -> None:
    home = HomeSupervisor(tmp_path, changed=lambda: None, clock=lambda: NOON)
    home._problems.add(MISSING, "")
    home._problems.add(LOOP, "")
    home._sound()
    assert home.report.home_problems == []
