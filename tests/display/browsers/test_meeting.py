"""Meetings in a real browser."""

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from agent.wire import Open, instant
from display.browsers.addresses import MeetingRules
from display.model import Trouble
from display.ports import Page
from tests.display.browsers.room import NOON, Driven, Room, rooms, until

Rooms = Callable[[Path], Room]


@pytest.fixture(scope="module")
def open_rooms() -> Iterator[Rooms]:
    with rooms() as made:
        yield made


@pytest.fixture
def room(open_rooms: Rooms, tmp_path: Path) -> Room:
    return open_rooms(tmp_path)


def test_a_meeting_is_opened_in_the_browser_that_stands_ready_and_another_one_follows_it(room: Room) -> None:
    async def scenario(driven: Driven) -> None:
        await driven.prepared()
        ready = driven.state["pids"]
        assert (len(ready), driven.state["state"]) == (1, "none")
        started = asyncio.get_running_loop().time()
        await driven.meet("/call", provider_name="Teams")
        assert asyncio.get_running_loop().time() - started < 0.6, "Join is to be there within 600 ms, windows included"
        assert driven.state["pids"] == ready
        assert (driven.state["state"], driven.state["provider_name"]) == ("running", "Teams")
        assert driven.outcomes == {"1": None}
        assert len(driven.profiles()) == 1
        await driven.script("navigator.permissions.query({name: 'camera'}).then((is) => document.title = is.state)")
        await driven.shows("document.title", "granted")
        driven.driver.leave()
        await driven.over()
        await driven.prepared()
        await until(lambda: len(driven.state["pids"]) == 1 and driven.state["pids"] != ready)
        assert [path.name for path in driven.profiles()] == ["2"]

    room.drive(scenario, prepare=True)


@pytest.mark.parametrize("page", ["/leaves", "/leaves-inside", "/closes"])
def test_a_meeting_that_people_left_on_its_page_is_over(room: Room, page: str) -> None:
    async def scenario(driven: Driven) -> None:
        driven.driver.open(driven.order(page))
        await until(lambda: driven.outcomes)
        await driven.over()
        assert driven.problems == []
        await until(lambda: driven.profiles() == [], what="its profile was not wiped")

    room.drive(scenario)


def test_dialogs_are_answered_and_do_not_hold_people_back(room: Room) -> None:
    async def scenario(driven: Driven) -> None:
        await driven.meet("/alerts")
        await driven.noticed("display.dialog_answered")
        await driven.shows("document.title", "on")
        await driven.meet("/stays", order_id="2")
        await driven.script("document.body.click()", gesture=True)
        driven.driver.leave()
        await driven.over()
        await until(lambda: driven.state["pids"] == [])

    room.drive(scenario)


def test_what_a_meeting_may_not_do_is_stopped_and_noticed_and_its_page_stays(room: Room) -> None:
    cases = {
        "/offers": "display.download_blocked",
        "/files": "display.address_blocked",
        "/near": "display.address_blocked",
        "/framed": "display.address_blocked",
    }

    async def scenario(driven: Driven) -> None:
        for page, code in cases.items():
            await driven.meet(page, order_id=page)
            await driven.noticed(code)
            assert await driven.script("location.pathname") == page
        assert "127.0.0.2" not in "".join(driven.pages.asked)

    before = room.pages.asked.count("/call")
    room.drive(scenario)
    assert room.pages.asked.count("/call") == before


def test_a_window_that_a_page_opens_is_closed(room: Room) -> None:
    async def scenario(driven: Driven) -> None:
        await driven.meet("/call")
        assert await driven.script("window.other = window.open('/bye'); 'goes on'", gesture=True) == "goes on"
        await driven.noticed("display.popup_blocked")
        await driven.shows("window.other.closed", value=True)
        targets = await driven.kiosk._browser.pipe.call("Target.getTargets")
        assert [each["url"] for each in targets["targetInfos"] if each["type"] == "page"] == [driven.pages.url("/call")]
        assert driven.state["state"] == "running"

    room.drive(scenario)


def test_another_public_host_is_allowed_and_noticed_and_a_link_for_an_app_does_nothing(room: Room) -> None:
    async def scenario(driven: Driven) -> None:
        await driven.meet("/other")
        await driven.noticed("display.other_host")
        await until(lambda: driven.kiosk.page.url == driven.pages.url("/call", "localhost"))
        await driven.meet("/app", order_id="2")
        await asyncio.sleep(0.4)
        assert await driven.script("location.pathname") == "/app"
        assert driven.problems == []

    room.drive(scenario)


def test_a_page_that_crashes_is_loaded_again_twice_and_then_it_is_over(room: Room) -> None:
    async def scenario(driven: Driven) -> None:
        await driven.meet("/call")
        for _ in range(2):
            loads = driven.pages.asked.count("/call")
            await _crash(driven)
            await driven.asked("/call", loads + 1)
            await driven.shows("document.readyState", "complete")
        await _crash(driven)
        await driven.over()
        assert driven.problems == ["display.meeting_crashed"]

    room.drive(scenario)


async def _crash(driven: Driven) -> None:
    crash = asyncio.create_task(driven.kiosk.page.call("Page.crash"))
    await asyncio.wait((crash,), timeout=0.3)
    crash.cancel()
    await asyncio.wait((crash,))
    crash.cancelled() or crash.exception()


def test_a_browser_that_is_killed_is_replaced_at_the_same_page_once(room: Room) -> None:
    async def scenario(driven: Driven) -> None:
        await driven.meet("/call")
        (first,) = driven.state["pids"]
        os.kill(first, signal.SIGKILL)
        await until(lambda: driven.state["pids"] and driven.state["pids"] != [first] and driven.state["ready"])
        assert driven.state["state"] == "running"
        os.kill(driven.kiosk.pid, signal.SIGKILL)
        await driven.over()
        assert driven.problems == ["display.meeting_crashed"]
        assert driven.outcomes == {"1": None}

    room.drive(scenario)


def test_a_browser_that_hangs_is_ended_and_replaced(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("display.browsers.kiosk.ALIVE_S", 0.2)
    monkeypatch.setattr("display.browsers.kiosk.HUNG_S", 1.0)

    async def scenario(driven: Driven) -> None:
        await driven.meet("/call")
        (first,) = driven.state["pids"]
        os.kill(first, signal.SIGSTOP)
        await until(lambda: driven.state["pids"] and first not in driven.state["pids"] and driven.state["ready"])
        assert driven.state["state"] == "running"

    room.drive(scenario)


def test_a_meeting_ends_when_its_time_is_up_which_may_be_moved(room: Room) -> None:
    async def scenario(driven: Driven) -> None:
        await driven.meet("/call", until=instant(NOON + timedelta(minutes=30)))
        later = instant(NOON + timedelta(minutes=60))
        driven.driver.open(driven.order("/call", until=later))
        assert driven.state["until"] == later
        driven.now = NOON + timedelta(minutes=45)
        await asyncio.sleep(1.2)
        assert driven.state["state"] == "running"
        driven.now = NOON + timedelta(minutes=61)
        await driven.over()

    room.drive(scenario)


def _open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_a_meeting_that_is_left_while_its_browser_starts_leaves_nothing_behind(room: Room) -> None:
    async def scenario(driven: Driven) -> None:
        pipes = _open_files()
        for wait in (0.0, 0.001, 0.002, 0.005, 0.02):
            taking = asyncio.create_task(driven.stock.take(MeetingRules(host="meet.example")))
            await asyncio.sleep(wait)
            taking.cancel()
            await asyncio.wait((taking,))
        await until(lambda: not driven.stock._closing and driven.profiles() == [], within=15)
        assert _open_files() == pipes
        await asyncio.sleep(0.5)
        assert driven.profiles() == [], "a browser that was not ended makes its profile anew"

    room.drive(scenario)


def test_a_new_order_ends_the_meeting_before_it(room: Room) -> None:
    async def scenario(driven: Driven) -> None:
        await driven.meet("/call")
        driven.driver.open(driven.order("/app", order_id="2"))
        await until(lambda: driven.state["order_id"] == "2" and driven.state["ready"])
        assert driven.outcomes == {"1": None, "2": None}
        driven.driver.open(driven.order("/call", order_id="1"))  # an order that comes again, after its meeting
        await asyncio.sleep(0.1)
        assert driven.state["order_id"] == "2"

    room.drive(scenario)


@pytest.mark.parametrize(
    ("url", "host", "code"),
    [
        ("http://127.0.0.1:9/", "127.0.0.1", "display.meeting_unreachable"),
        ("https://no-such-host.invalid/", "no-such-host.invalid", "display.meeting_unreachable"),
        ("https://127.0.0.1:{port}/", "127.0.0.1", "display.meeting_unreachable"),
        ("https://example.com/", "other.example.com", "display.meeting_failed"),
        ("file:///etc/hostname", "", "display.meeting_failed"),
    ],
)
def test_what_cannot_be_opened_fails_by_name(room: Room, url: str, host: str, code: str) -> None:
    async def scenario(driven: Driven) -> None:
        driven.driver.open(Open(order_id="1", url=url.replace("{port}", str(driven.pages.port)), host=host))
        await until(lambda: driven.outcomes)
        assert driven.outcomes == {"1": code}
        await driven.over()
        assert driven.problems == [code]

    room.drive(scenario)


def test_a_browser_that_dies_at_once_fails_the_meeting_and_keeps_nobody_waiting(room: Room, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)

    async def scenario(driven: Driven) -> None:
        await asyncio.sleep(0.3)
        driven.driver.open(driven.order("/call"))
        await until(lambda: driven.outcomes)
        assert driven.outcomes == {"1": "display.meeting_failed"}

    room.drive(scenario, prepare=True, browser=str(broken))


def test_help_is_given_on_the_page_and_in_frames_from_other_sites_and_ends_with_the_meeting(room: Room) -> None:
    ended = []

    async def helper(page: Page, order: Open) -> Trouble | None:
        await until(lambda: page.frames and page.frames[0].url.endswith("/inner"))
        text = {"expression": "document.readyState + document.body?.innerText"}
        assert "value" in (await page.frames[0].call("Runtime.evaluate", text))["result"]
        if order.order_id == "1":
            return Trouble("display.prejoin_manual", "meeting")
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(order.order_id)
        return None

    async def scenario(driven: Driven) -> None:
        await driven.meet("/embeds")
        await driven.noticed("display.prejoin_manual")
        await driven.meet("/embeds", order_id="2")
        await asyncio.sleep(0.3)
        driven.driver.leave()
        await driven.over()
        assert ended == ["2"]

    room.drive(scenario, helper=helper)


def test_a_helper_that_fails_leaves_the_page_to_people(room: Room) -> None:
    async def helper(page: Page, order: Open) -> Trouble | None:
        raise RuntimeError("a fault of ours")

    async def scenario(driven: Driven) -> None:
        await driven.meet("/call")
        await asyncio.sleep(0.1)
        assert driven.state["state"] == "running"

    room.drive(scenario, helper=helper)
