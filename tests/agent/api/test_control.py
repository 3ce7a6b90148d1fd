"""Room control over the core's real API: what is accepted, refused, finished, and known after a restart."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from agent import wire
from agent.api import peer
from agent.api.parts import Parts
from agent.control.policy import ControlPolicy
from agent.control.room import RoomControl
from agent.errors import StoreError
from agent.front.core import Core
from agent.meetings.extract import Extractor
from agent.model.control import OpState
from agent.model.sync import Window
from agent.state.agenda import Slot
from agent.state.hot_desk import Wanted, nothing_to_undo
from agent.state.room import RoomInputs
from tests.agent.api.test_core_api import Room, serving, until_finished
from tests.builders import MORNING, at, policy
from tests.fakes.sends import FakeAttends, FakeSends

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class ShownMailbox:
    """Hot desking that shows a mailbox for the command c-mailbox."""

    def __init__(self) -> None:
        self.ended = False

    async def allow(self, wanted: Wanted, pin: str) -> None:
        raise AssertionError((wanted, pin))

    async def show(self, command_id: str, wanted: Wanted) -> None:
        raise AssertionError((command_id, wanted))

    async def undo(self, command_id: str) -> None:
        if command_id != "c-mailbox":
            raise nothing_to_undo()
        self.ended = True


class Controlled(Room):
    """A core with room control over scripted sending. The clock stands at 09:00; a meeting runs until 10:00, the next
    one begins at 11:00."""

    def __init__(self, state_dir: Path, **rules: Any) -> None:
        super().__init__(state_dir)
        self.store.apply("all", None, [each.entry for each in self.entries], [], MORNING)
        self.sends, self.attends = FakeSends(self.clock), FakeAttends()
        self.sends.changed = self.hub.wake
        self.shown_mailbox = ShownMailbox()
        self.control = RoomControl(
            self.sends, self.attends, ControlPolicy(**rules), policy(), self.clock, state=lambda: self.hub.state,
            slots=self._slots, as_of=lambda: self.health.as_of, denied=lambda: False, hot_desking=lambda: False,
            extract=Extractor(),
        )  # fmt: skip
        self.inputs = RoomInputs(
            policy(), self.store, lambda: self.health, lambda _: Window(at(0), at(24)), control=self.control
        )

    def _slots(self, now: datetime) -> Sequence[Slot]:
        return self.inputs.slots(now)

    def _make(self, now: datetime) -> Any:
        return self.inputs.project(now)

    def parts(self) -> Parts:
        return replace(super().parts(), control=self.control, hot_desk=self.shown_mailbox)

    @property
    def running(self) -> str:
        assert self.hub.state.current is not None
        return self.hub.state.current


@pytest.fixture
def room(tmp_path: Path) -> Controlled:
    return Controlled(tmp_path)


async def told(client: httpx.AsyncClient, name: str, **body: Any) -> tuple[int, str]:
    answer = await client.post(
        f"/api/v1/commands/{name}", content=json.dumps(body), headers={"Content-Type": "application/json"}
    )
    return answer.status_code, answer.json().get("id") or answer.json()["code"]


async def shown(client: httpx.AsyncClient, until: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    async with asyncio.timeout(5):
        while True:
            state: dict[str, Any] = (await client.get("/api/v1/room")).json()
            if until(state):
                return state


async def test_a_command_is_on_the_screen_when_it_is_accepted_and_pending_until_the_server_has_answered(
    room: Controlled,
) -> None:
    async with serving(room) as client:
        meeting = room.running
        status, command = await told(client, "extend", meeting_id=meeting, minutes=30)
        assert status == 202
        state = await shown(client, lambda state: bool(state["meetings"][0]["pending"]))
        assert state["meetings"][0]["end"] == wire.instant(at(10, 30))
        pending = (await client.get(f"/api/v1/commands/{command}")).json()
        assert pending == {"id": command, "name": "extend", "state": "pending", "problem": None}
        room.sends.done()
        assert (await until_finished(client, command))["state"] == "done"
        state = await shown(client, lambda state: bool(state["notices"]))
        assert state["notices"][0]["action"]["body"] == {"command_id": command}


async def test_every_command_is_carried_out(room: Controlled) -> None:
    room.attends.asks = room.sends.at_once = True
    async with serving(room) as client:
        meeting = room.running
        acts: list[tuple[str, dict[str, Any]]] = [
            ("check-in", {"meeting_id": meeting}),
            ("extend", {"meeting_id": meeting, "minutes": 5.0}),
            ("end", {"meeting_id": meeting}),
        ]
        for name, body in acts:
            status, command = await told(client, name, **body)
            assert (status, (await until_finished(client, command))["state"]) == (202, "done")
        room.clock.advance(60)
        status, _ = await told(client, "book", minutes=30, title=" Budget ")
        assert status == 202
        state = await shown(client, lambda state: state["current"] not in (None, meeting))
        ours = next(each for each in state["meetings"] if each["id"] == state["current"])
        assert (ours["subject"], "cancel" in ours["actions"]) == ("Budget", True)
        status, cancelled = await told(client, "cancel", meeting_id=ours["id"])
        assert (await until_finished(client, cancelled))["state"] == "done"
        status, undone = await told(client, "undo", command_id=cancelled)
        assert (status, (await until_finished(client, undone))["name"]) == (202, "undo")
        assert [each.new.actor for each in room.sends.rows.values()] == ["local"] * 5


async def test_what_the_server_refuses_fails_and_says_why(room: Controlled) -> None:
    async with serving(room) as client:
        _, command = await told(client, "end", meeting_id=room.running)
        room.sends.end(1, OpState.FAILED, "meeting.changed")
        state = await until_finished(client, command)
        assert (state["state"], state["problem"]["code"]) == ("failed", "meeting.changed")
        assert state["problem"]["title"] == "The meeting has been changed"
        notices = (await shown(client, lambda state: bool(state["notices"])))["notices"]
        assert [each["code"] for each in notices] == ["control.end_failed"]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("book", {}),
        ("book", {"minutes": 4}),
        ("book", {"minutes": 721}),
        ("book", {"minutes": "30"}),
        ("book", {"minutes": 30.5}),
        ("book", {"minutes": True}),
        ("book", {"minutes": 30, "title": "x" * 101}),
        ("book", {"minutes": 30, "title": "two\nlines"}),
        ("book", {"minutes": 30, "title": "\u2028"}),
        ("book", {"minutes": 30, "title": "\ud800"}),
        ("book", {"minutes": 30, "title": "Budget \u202emoor"}),
        ("book", {"minutes": 30, "title": "\u2066Budget"}),
        ("book", {"minutes": float("nan")}),
        ("book", {"minutes": float("inf")}),
        ("book", {"minutes": 1e308}),
        ("book", {"minutes": [30]}),
        ("book", {"minutes": 30, "other": 1}),
        ("extend", {"minutes": 30}),
        ("extend", {"meeting_id": "m", "minutes": 0}),
        ("extend", {"meeting_id": "", "minutes": 30}),
        ("end", {"meeting_id": "m" * 101}),
        ("cancel", {}),
        ("check-in", {"meeting_id": None}),
        ("undo", {"command_id": ""}),
    ],
)
async def test_a_payload_that_is_not_what_a_command_needs_is_refused(
    room: Controlled, name: str, body: dict[str, Any]
) -> None:
    async with serving(room) as client:
        assert await told(client, name, **body) == (422, "request.invalid")
        assert room.sends.rows == {}


async def test_a_command_that_makes_no_sense_now_is_refused_at_once(room: Controlled) -> None:
    async with serving(room) as client:
        meeting = room.running
        refusals: list[tuple[str, dict[str, Any], tuple[int, str]]] = [
            ("book", {"minutes": 30}, (409, "book.conflict")),
            ("extend", {"meeting_id": meeting, "minutes": 61}, (409, "extend.conflict")),
            ("extend", {"meeting_id": "nobody", "minutes": 30}, (404, "meeting.unknown")),
            ("end", {"meeting_id": "nobody"}, (404, "meeting.unknown")),
            ("cancel", {"meeting_id": meeting}, (409, "cancel.not_ours")),
            ("check-in", {"meeting_id": meeting}, (409, "check_in.off")),
            ("undo", {"command_id": "c-1"}, (404, "undo.nothing")),
        ]
        for name, body, expected in refusals:
            assert await told(client, name, **body) == expected
        room.sends.refuses = StoreError("store.full", "The disk is full.")
        assert await told(client, "end", meeting_id=meeting) == (503, "store.full")
        assert room.sends.rows == {}


async def test_booking_that_is_off_is_refused_and_not_offered(tmp_path: Path) -> None:
    async with serving(room := Controlled(tmp_path, booking=False)) as client:
        assert await told(client, "end", meeting_id=room.running) == (403, "booking.off")
        assert room.hub.state.commands == ["join", "refresh"]


async def test_the_screen_is_told_from_programs(room: Controlled, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peer, "role_of", lambda _: peer.Role.FRONT)
    async with serving(room) as client:
        await told(client, "extend", meeting_id=room.running, minutes=30)
        assert room.sends.last.new.actor == "screen"
        assert room.attends.heard == [("touch", room.running)]


async def test_a_front_of_the_same_user_says_so_itself(room: Controlled) -> None:
    async with serving(room):
        core = Core(room.socket)
        sent = {"meeting_id": room.running, "minutes": 30}
        kind = {"Content-Type": "application/json"}
        answer = await core.ask("POST", "/api/v1/commands/extend", headers=kind, body=json.dumps(sent).encode())
        assert (answer.status_code, room.sends.last.new.actor) == (202, "screen")
        await core.close()


async def test_another_mailbox_that_is_shown_is_what_undo_means_first(room: Controlled) -> None:
    async with serving(room) as client:
        status, command = await told(client, "undo", command_id="c-mailbox")
        assert (status, (await until_finished(client, command))["state"]) == (202, "done")
        assert room.shown_mailbox.ended


async def test_what_became_of_a_command_is_known_after_a_restart(room: Controlled) -> None:
    async with serving(room) as client:
        _, command = await told(client, "end", meeting_id=room.running)
        room.sends.done()
    again = Controlled(room.socket.parent)
    again.sends.rows = room.sends.rows
    async with serving(again) as client:
        state = (await client.get(f"/api/v1/commands/{command}")).json()
        assert state == {"id": command, "name": "end", "state": "done", "problem": None}
        assert (await client.get("/api/v1/commands/other")).status_code == 404


async def test_an_agent_without_room_control_has_no_such_commands(tmp_path: Path) -> None:
    async with serving(Room(tmp_path)) as client:
        assert await told(client, "book", minutes=30) == (404, "command.not_offered")
        assert await told(client, "undo", command_id="c-1") == (404, "command.not_offered")
