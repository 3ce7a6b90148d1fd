"""Real agents on one mailbox: each says that there is another one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from agent.demo.server import DemoServer
from agent.sources.owner_marks import WINDOW
from agent.system.clock import SystemClock
from tests.fakes.clock import FakeClock
from tests.fakes.exchange import PASSWORD, ROOM, make_world
from tests.system.agent_process import AgentProcess, free_port, write_config
from tests.waiting import wait_until

PATIENCE_S = 400
pytestmark = pytest.mark.long


@pytest.fixture
def server(demo_certificates: Path) -> Iterator[DemoServer]:
    with DemoServer(make_world(FakeClock(SystemClock().now())), directory=demo_certificates) as server:
        yield server


def agent(server: DemoServer, folder: Path, **meetings: Any) -> AgentProcess:
    folder.mkdir(exist_ok=True)
    port = free_port()
    config = write_config(folder, server.http_url, PASSWORD, port, meetings=meetings)
    return AgentProcess(folder / "state", config, port)


def marks(server: DemoServer) -> list[str]:
    """The subjects of what lies in the calendar's second hour of 2001."""
    items = server.world.calendar(ROOM).items()
    return [each.booking.subject for each in items if each.booking.start == WINDOW.start]


def says_so(agent: AgentProcess) -> None:
    """On the screen, in the status and in the figures."""
    agent.room(lambda state: "calendar.second_owner" in [each["code"] for each in state["notices"]], PATIENCE_S)
    (check,) = agent.status()["checks"]["calendar:owner"]
    assert (check["status"], check["code"], check["observedValue"]) == ("warn", "calendar.second_owner", 2)
    assert "room_agent_second_owner 1.0" in agent.get("/metrics").text


def test_boxes_on_one_mailbox_say_so_and_one_that_only_reads_sees_them(server: DemoServer, tmp_path: Path) -> None:
    with ExitStack() as running:
        begin = running.enter_context
        boxes = [begin(agent(server, tmp_path / name)) for name in ("one", "two")]
        boxes.append(begin(agent(server, tmp_path / "reader", allow_booking=False)))
        for each in boxes:
            says_so(each)
        assert len(set(marks(server))) == 2
        assert not [each for each in boxes[0].room()["meetings"] if "room-agent" in (each["subject"] or "")]


def test_a_box_and_one_that_was_made_of_a_copy_of_its_disk_say_so(server: DemoServer, tmp_path: Path) -> None:
    with agent(server, tmp_path / "one") as first:
        wait_until(lambda: bool(marks(server)), within=PATIENCE_S, what="a mark")
        first.stop()
    shutil.copytree(tmp_path / "one", tmp_path / "copy", ignore=shutil.ignore_patterns("*.sock"))
    with agent(server, tmp_path / "one") as first, agent(server, tmp_path / "copy") as copy:
        says_so(first)
        says_so(copy)
