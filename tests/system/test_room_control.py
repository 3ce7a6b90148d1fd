"""The room is booked and its meetings are changed by a running agent, over both protocols, at a shell and by HTTP."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.demo.exchange import faults
from agent.demo.server import DemoServer
from agent.system.clock import SystemClock
from tests.fakes.clock import FakeClock
from tests.fakes.exchange import PASSWORD, ROOM, booking, make_world
from tests.system.agent_process import AgentProcess, agent_command, free_port, write_config, write_graph_config

MINUTE = timedelta(minutes=1)


class House:
    """A server with one room in it, where a meeting began five minutes ago and the next one begins in two hours."""

    def __init__(self, server: DemoServer, directory: Path, source: str) -> None:
        self.server, self.directory, self.source = server, directory, source
        self.calendar = server.world.calendar(ROOM)
        self.now = SystemClock().now().replace(second=0, microsecond=0)
        for subject, start in (("Design review", self.now - 5 * MINUTE), ("Lunch", self.now + 120 * MINUTE)):
            self.calendar.book(booking(subject, start, start + 30 * MINUTE))

    def agent(self) -> AgentProcess:
        port = free_port()
        if self.source == "ews":
            config = write_config(self.directory, self.server.http_url, PASSWORD, port)
        else:
            config = write_graph_config(self.directory, self.server.authority, self.server.ca_file, port)
        return AgentProcess(self.directory / "state", config, port)

    def ends(self) -> dict[str, datetime]:
        """When what is in the calendar ends, by subject."""
        return {each.booking.subject: each.booking.end for each in self.calendar.items()}


@contextmanager
def standing(directory: Path, certificates: Path, source: str) -> Iterator[House]:
    world = make_world(FakeClock(SystemClock().now()))
    with DemoServer(world, directory=certificates) as server:
        yield House(server, directory, source)


def shell(agent: AgentProcess, *arguments: str) -> tuple[int, str]:
    """A command's exit status, and what it said."""
    done = subprocess.run(
        agent_command(*arguments, "--state-dir", str(agent.state_dir)),
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def finished(agent: AgentProcess, name: str, **body: Any) -> dict[str, Any]:
    accepted = agent.post(f"/api/v1/commands/{name}", body)
    assert accepted.status_code == 202, accepted.text
    path = f"/api/v1/commands/{accepted.json()['id']}"
    return agent._until(path, lambda state: bool(state["state"] != "pending"), 30)


@pytest.mark.parametrize("source", ["ews", "graph"])
def test_a_meeting_is_extended_ended_and_goes_on_and_the_room_is_booked(
    tmp_path: Path, demo_certificates: Path, source: str
) -> None:
    with standing(tmp_path, demo_certificates, source) as house, house.agent() as agent:
        state = agent.room(lambda state: state["current"] is not None)
        meeting, end = state["current"], house.ends()["Design review"]
        assert {"book", "extend", "end", "cancel"} <= {*state["commands"]}

        assert finished(agent, "extend", meeting_id=meeting, minutes=15)["state"] == "done"
        assert house.ends()["Design review"] == end + 15 * MINUTE
        assert shell(agent, "end") == (0, "The meeting was ended.\n")
        assert house.ends()["Design review"] < house.now + 2 * MINUTE
        assert shell(agent, "undo") == (0, "It was taken back.\n")
        assert house.ends()["Design review"] == end + 15 * MINUTE
        assert finished(agent, "end", meeting_id=meeting)["state"] == "done"

        booked = finished(agent, "book", minutes=30, title="Budget")
        assert booked["state"] == "done"
        state = agent.room(lambda state: state["current"] not in (None, meeting))
        ours = next(each for each in state["meetings"] if each["id"] == state["current"])
        assert ours["subject"] == "Budget"
        assert house.ends()["Budget"] >= house.now + 30 * MINUTE
        assert finished(agent, "refresh")["state"] == "done"
        assert agent.room()["current"] == ours["id"]  # what was read back is the same meeting

        agent.stop(signal.SIGKILL)
        with house.agent() as again:
            state = again.room(lambda state: state["current"] is not None)
            known = again.get(f"/api/v1/commands/{booked['id']}").json()
            assert known == {"id": booked["id"], "name": "book", "state": "done", "problem": None}
            assert finished(again, "cancel", meeting_id=ours["id"])["state"] == "done"
            assert "Budget" not in house.ends()
            code, said = shell(again, "audit", "--json", "--verify")
            entries = [each for each in json.loads(said)["entries"] if each["act"].startswith("room.")]
            assert (code, [each["act"] for each in entries]) == (
                0, ["room.extend", "room.end", "room.undo", "room.end", "room.book", "room.cancel"],
            )  # fmt: skip
            assert {each["facts"]["answer"] for each in entries} == {"done"}
            assert "Budget" not in said


def test_what_the_server_refuses_is_taken_back_and_no_longer_offered(tmp_path: Path, demo_certificates: Path) -> None:
    with standing(tmp_path, demo_certificates, "ews") as house, house.agent() as agent:
        before = agent.room(lambda state: state["current"] is not None)
        house.server.faults.add(faults.ErrorCode("ErrorAccessDenied"), operation="UpdateItem")
        failed = finished(agent, "extend", meeting_id=before["current"], minutes=15)
        assert (failed["state"], failed["problem"]["code"]) == ("failed", "write.denied")
        state = agent.room(lambda state: bool(state["notices"]))
        assert [each["code"] for each in state["notices"]] == ["control.extend_failed"]
        assert state["commands"] == ["join", "refresh"]
        assert [each["end"] for each in state["meetings"]] == [each["end"] for each in before["meetings"]]
        refused = agent.post("/api/v1/commands/end", {"meeting_id": before["current"]})
        assert (refused.status_code, refused.json()["code"]) == (409, "write.denied")
