"""A running agent answers the invitations in its room's inbox, over both protocols."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from agent.control.reasons import catalogue
from agent.demo.exchange import faults
from agent.demo.server import DemoServer
from agent.demo.world import Handling, Invitation, MailKind, Processing
from agent.model.event import Response
from agent.system.clock import SystemClock
from tests.fakes.clock import FakeClock
from tests.fakes.exchange import PASSWORD, ROOM, USER, booking, make_world
from tests.system.agent_process import AgentProcess, free_port, write_config, write_graph_config
from tests.system.test_room_control import shell

PATIENCE_S = 60
HOUR = timedelta(hours=1)


class Office:
    """An organizer, and a room whose mailbox leaves answering to its box."""

    def __init__(self, server: DemoServer, directory: Path, source: str) -> None:
        self.server, self.directory, self.source, self.mail = server, directory, source, server.world.mail
        self.noon = SystemClock().now().replace(minute=0, second=0, microsecond=0) + 2 * HOUR
        self.handle(Processing.NONE if source == "ews" else Processing.UPDATE)

    def handle(self, processing: Processing) -> None:
        self.mail.set_handling(ROOM, Handling(processing))

    def agent(self) -> AgentProcess:
        port = free_port()
        meetings = {"process_requests": True}
        if self.source == "ews":
            config = write_config(self.directory, self.server.http_url, PASSWORD, port, meetings=meetings)
        else:
            authority, ca_file = self.server.authority, self.server.ca_file
            graph = {"poll_s": 5}
            config = write_graph_config(
                self.directory, authority, ca_file, port, meetings=meetings, calendar_graph=graph
            )
        return AgentProcess(self.directory / "state", config, port)

    def invite(self, subject: str, start: datetime, culture: str = "en-US") -> Invitation:
        return self.mail.invite(ROOM, booking(subject, start, start + HOUR), culture=culture)

    def now(self, invitation: Invitation) -> Invitation:
        return self.mail.invitation(ROOM, invitation.uid)

    def answered(self, *invitations: Invitation) -> list[tuple[Response, str]]:
        """What the organizer has been told, when he has been about all of them."""
        until(lambda: all(self.now(each).answered for each in invitations))
        return [(found.response, found.comment) for found in map(self.now, invitations)]

    def kept(self) -> list[tuple[str, datetime, Response]]:
        items = self.server.world.calendar(ROOM).view(self.noon - HOUR, self.noon + 20 * HOUR)
        return [(each.booking.subject, each.booking.start, each.booking.response) for each in items]

    def told(self) -> int:
        return sum(each.kind is MailKind.RESPONSE for each in self.server.world.mailbox(USER).inbox())

    def waiting(self) -> int:
        return len(self.server.world.mailbox(ROOM).inbox())


def until(met: Callable[[], bool]) -> None:
    """Wait for it, but not for ever."""
    deadline = time.monotonic() + PATIENCE_S
    while not met():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.05)


@contextmanager
def standing(directory: Path, certificates: Path, source: str) -> Iterator[Office]:
    with DemoServer(make_world(FakeClock(SystemClock().now())), directory=certificates) as server:
        yield Office(server, directory, source)


def subjects(agent: AgentProcess, *wanted: str) -> None:
    """What the screen lists, when it lists just these."""
    agent.room(lambda state: [each["subject"] for each in state["meetings"]] == [*wanted], PATIENCE_S)


def noted(agent: AgentProcess) -> list[tuple[str, str, str]]:
    """Reason, response and outcome of each answer in the audit log, which is whole and names no meeting."""
    code, said = shell(agent, "audit", "--json", "--verify")
    assert code == 0, said
    assert "Budget" not in said
    facts = [each["facts"] for each in json.loads(said)["entries"] if each["act"] == "room.answer"]
    return [(each["reason"], each["response"], each["answer"]) for each in facts]


@pytest.mark.parametrize("source", ["ews", "graph"])
def test_invitations_are_accepted_declined_moved_and_cancelled(
    tmp_path: Path, demo_certificates: Path, source: str
) -> None:
    with standing(tmp_path, demo_certificates, source) as office:
        budget = office.invite("Budget", office.noon)
        late = office.invite("Too late", office.noon + HOUR / 2, "de-DE")
        with office.agent() as agent:
            english, german = catalogue("en"), catalogue("de")
            assert office.answered(budget, late) == [
                (Response.ACCEPTED, english["requests.accepted"]),
                (Response.DECLINED, german["requests.conflict"]),
            ]
            assert office.kept() == [("Budget", office.noon, Response.ACCEPTED)]
            subjects(agent, "Budget")

            office.mail.update(
                ROOM, budget.uid, lambda old: replace(old, start=old.start + HOUR / 2, end=old.end + HOUR / 2)
            )
            assert office.answered(budget) == [(Response.ACCEPTED, english["requests.accepted"])]
            assert office.kept() == [("Budget", office.noon + HOUR / 2, Response.ACCEPTED)]
            subjects(agent, "Budget")

            office.mail.withdraw(ROOM, budget.uid)
            other = office.invite("Planning", office.noon + 2 * HOUR)
            assert office.answered(other) == [(Response.ACCEPTED, english["requests.accepted"])]
            until(lambda: office.waiting() == 0)
            subjects(agent, "Planning")
            until(lambda: len(noted(agent)) == 5)
            assert noted(agent) == [
                ("requests.accepted", "accepted", "done"),
                ("requests.conflict", "declined", "done"),
                ("requests.accepted", "accepted", "done"),
                ("requests.cancelled", "none", "done"),
                ("requests.accepted", "accepted", "done"),
            ]
        assert office.told() == 4


@pytest.mark.parametrize("source", ["ews", "graph"])
def test_an_agent_that_is_killed_while_it_answers_answers_once(
    tmp_path: Path, demo_certificates: Path, source: str
) -> None:
    with standing(tmp_path, demo_certificates, source) as office:
        sent = [office.invite(f"Budget {number}", office.noon + number * HOUR) for number in range(12)]
        for reached in (1, 5, 9):
            with office.agent() as agent:
                until(lambda reached=reached: office.told() >= reached)  # type: ignore[misc]
                agent.stop(signal.SIGKILL)
        with office.agent() as agent:
            assert {response for response, _ in office.answered(*sent)} == {Response.ACCEPTED}
            until(lambda: office.waiting() == 0)
            until(lambda: len(noted(agent)) == 12)
            assert set(noted(agent)) == {("requests.accepted", "accepted", "done")}
        assert office.told() == 12
        assert len(office.kept()) == 12


def test_where_exchange_answers_by_itself_the_box_says_so(tmp_path: Path, demo_certificates: Path) -> None:
    with standing(tmp_path, demo_certificates, "ews") as office:
        sent = [office.invite(f"Budget {number}", office.noon + number * HOUR) for number in range(3)]
        for each in office.server.world.mailbox(ROOM).inbox():
            office.mail.answer(ROOM, each.item_id, Response.ACCEPTED, "by Exchange", remove=False)
        with office.agent() as agent:
            state = agent.status(lambda state: "requests.automatic" in json.dumps(state))
            assert state["status"] in ("pass", "warn")
            assert {comment for _, comment in office.answered(*sent)} == {"by Exchange"}
        assert office.told() == 3


def test_an_inbox_that_may_not_be_read_is_named(tmp_path: Path, demo_certificates: Path) -> None:
    with standing(tmp_path, demo_certificates, "ews") as office:
        office.invite("Budget", office.noon)
        office.server.faults.add(faults.ErrorCode("ErrorAccessDenied"), operation="FindItem")
        with office.agent() as agent:
            agent.status(lambda state: "requests.denied" in json.dumps(state))
        assert office.told() == 0
