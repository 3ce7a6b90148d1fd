"""Changes over the stream, and a process that is killed again and again, against the demo Exchange."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from agent.demo.server import DemoServer
from agent.system.clock import SystemClock
from tests.fakes.exchange import PASSWORD, ROOM, booking, make_world
from tests.fakes.other_exchange import Meeting, OtherExchange
from tests.system.agent_process import AgentProcess, free_port, write_config
from tests.system.conftest import noon_zone

SOONER_THAN_A_POLL_S = 20
KILLS = int(os.environ.get("ROOM_AGENT_KILLS", "10"))


class Site:
    def __init__(self, server: DemoServer, directory: Path) -> None:
        self.server = server
        self.calendar = server.world.calendar(ROOM)
        port = free_port()
        config = write_config(directory, server.http_url, PASSWORD, port, room={"timezone": noon_zone()})
        self.agent = AgentProcess(directory / "state", config, port)
        self.now = SystemClock().now().replace(microsecond=0)

    def book(self, subject: str, start: datetime | None = None) -> Any:
        begin = start or self.now
        return self.calendar.book(booking(subject, begin, begin + timedelta(minutes=30)))


@pytest.fixture
def site(tmp_path: Path, demo_certificates: Path) -> Iterator[Site]:
    with DemoServer(make_world(SystemClock()), directory=demo_certificates) as server:
        yield Site(server, tmp_path)


def subjects(state: dict[str, Any]) -> list[str]:
    return [meeting["subject"] for meeting in state["meetings"]]


def stream(status: dict[str, Any]) -> dict[str, Any]:
    check: dict[str, Any] = status["checks"]["calendar:stream"][0]
    return check


def metric(agent: AgentProcess, name: str) -> float:
    line = next(line for line in agent.get("/metrics").text.splitlines() if line.startswith(f"{name} "))
    return float(line.split()[1])


def test_a_change_comes_over_the_stream_and_its_way_to_the_page_is_measured(site: Site) -> None:
    item = site.book("Before")
    with site.agent as agent:
        agent.room(lambda state: subjects(state) == ["Before"])
        agent.status(lambda status: stream(status)["code"] == "stream.live")
        time.sleep(8)  # the round after the connect; what comes later comes by the stream
        asked = len(site.server.requests.records())
        site.calendar.rename(item, "After")
        state = agent.room(lambda state: subjects(state) == ["After"], SOONER_THAN_A_POLL_S)
        assert len(site.server.requests.records()) - asked <= 4
        assert metric(agent, "room_agent_calendar_stream_up") == 1
        assert metric(agent, "room_agent_change_to_screen_seconds_count") == 0
        rows = [[each[key] for key in ("id", "start", "end", "subject")] for each in state["meetings"]]
        text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))  # as JSON.stringify in the page
        digest = hashlib.sha256(text.encode()).hexdigest()
        shown = {"page_id": "p", "revision": state["revision"], "hash": digest, "errors": []}
        assert agent.post("/api/v1/page", {**shown, "rendered_at": state["now"]}).status_code == 204
        assert metric(agent, "room_agent_change_to_screen_seconds_count") == 1
        assert metric(agent, "room_agent_change_to_screen_seconds_sum") < SOONER_THAN_A_POLL_S + 8
        assert agent.stop() < 5
    assert "After" not in agent.log


def test_a_server_that_cannot_stream_is_polled_and_status_says_so(tmp_path: Path) -> None:
    with OtherExchange() as exchange:
        now = SystemClock().now().replace(microsecond=0)
        exchange.book(Meeting(subject="There", start=now, end=now + timedelta(minutes=30), uid="1"))
        port = free_port()
        config = write_config(tmp_path, exchange.url, PASSWORD, port, room={"timezone": noon_zone()})
        with AgentProcess(tmp_path / "state", config, port) as agent:
            agent.room(lambda state: subjects(state) == ["There"])
            check = stream(agent.status(lambda status: stream(status)["output"] is not None))
            assert (check["status"], check["observedValue"]) == ("pass", False)
            assert "every 60 s" in check["output"]
            assert agent.status()["status"] == "pass"
        assert exchange.operations().count("Subscribe") == 1


def test_killed_again_and_again_at_any_moment_the_list_is_right_afterwards(site: Site) -> None:
    chance = Random(20261127)
    items = [site.book(f"Meeting {number}", site.now + timedelta(minutes=30 * number)) for number in range(8)]
    ids: dict[str, str] = {}
    for attempt in range(KILLS):
        site.agent.__enter__()
        ends = time.monotonic() + chance.uniform(0.2, 2.5)
        while time.monotonic() < ends:
            place = chance.randrange(len(items))
            items[place] = site.calendar.rename(items[place], f"Meeting {place}, edition {attempt}")
            time.sleep(chance.uniform(0.0, 0.3))
        site.agent.process.kill()
        site.agent.process.communicate(timeout=10)
        database = site.agent.state_dir / "room.db"
        if database.exists():
            with closing(sqlite3.connect(database)) as opened:
                assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    wanted = sorted(site.calendar.item(item).booking.subject for item in items)
    with site.agent as agent:
        state = agent.room(lambda state: sorted(subjects(state)) == wanted)
        ids = {meeting["id"]: meeting["subject"] for meeting in state["meetings"]}
        assert len(ids) == len(items)
        assert agent.status()["checks"]["store:integrity"][0]["code"] == "store.ok"
