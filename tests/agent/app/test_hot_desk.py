"""Another mailbox is shown for a while in place of the room, and nothing of it stays."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.app.box import Box
from agent.app.hot_desk import FOLDER, HotDesks
from agent.config import Config, load
from agent.errors import CommandError, RoomAgentError
from agent.model.sync import SourceHealth
from agent.ports import CalendarStore
from agent.setup import pin
from agent.setup.guard import Guard
from agent.state.hot_desk import Wanted
from agent.state.policy import RoomPolicy
from agent.state.room import RoomInputs
from agent.store.audit import AuditLog
from agent.store.opening import open_store
from agent.system.places import Places
from agent.system.secrets import FileSecrets
from tests.fakes.clock import NOON
from tests.fakes.exchange import (
    ACCOUNT,
    CLIENT_ID,
    CLIENT_SECRET,
    OTHER_ROOM,
    PASSWORD,
    TENANT,
    USER,
    DemoExchange,
    booking,
)
from tests.fakes.pins import CHEAP

pytestmark = pytest.mark.anyio
PIN = "739154"
HASH = pin.hashed(PIN, CHEAP).decode()
SUBJECT = "Quarterly figures of Fabrikam"
GUEST = Wanted(mailbox=OTHER_ROOM, minutes=30)
ALLOWED = f'[hot_desk]\nallowed = ["@fabrikam.example", "{OTHER_ROOM}", "{USER}", "nobody@contoso.example"]\n'


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(params=["ews", "graph"])
def source(request: pytest.FixtureRequest) -> str:
    return str(request.param)


class Room:
    """The part with its neighbours: a real store, a real source, a clock that the test moves."""

    def __init__(self, exchange: DemoExchange, directory: Path, source: str, more: str = ALLOWED) -> None:
        self.exchange, self.clock, self.state = exchange, exchange.clock, directory / "state"
        self.state.mkdir(mode=0o700, exist_ok=True)
        secrets = FileSecrets(self.state / "secrets", {})
        for name, text in ((pin.FILE, HASH), ("password", PASSWORD), ("secret", CLIENT_SECRET)):
            secrets.keep(name, text)
        file = directory / "config.toml"
        file.write_text(_config(exchange, self.state / "secrets", source) + more)
        places = Places(self.state, file, self.state / "core.sock")
        self.box = Box(load(file), places, self.clock, secrets)
        self.audit = AuditLog(places.audit, self.clock)
        self.store = open_store(self.state, self.box.config.room.mailbox)
        self.health = SourceHealth()
        self.woken = 0
        self.desk = self.started()

    def started(self) -> HotDesks:
        guard = Guard(self.clock, self.state)
        return HotDesks(self.box, self.audit, guard, lambda: self.health, self._inputs, self._wake)

    def _inputs(self, config: Config, store: CalendarStore, health: Callable[[], SourceHealth]) -> RoomInputs:
        return RoomInputs(RoomPolicy.of(config), store, health, self.box.window, lambda _: self.desk.notices())

    def _wake(self) -> None:
        self.woken += 1

    def shown(self) -> tuple[str, list[str | None]]:
        """Whose calendar is shown, and its subjects."""
        assert self.desk.inputs is not None
        state = self.desk.inputs.project(self.clock.now()).state
        return state.room.mailbox, [meeting.subject for meeting in state.meetings]

    def acts(self) -> list[str]:
        return [entry.act for entry in self.audit.entries(100)]

    def on_disk(self, text: str) -> list[str]:
        """Files of the state directory that hold a text."""
        found = [path for path in self.state.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]
        return [path.name for path in found]


def _config(exchange: DemoExchange, secrets: Path, source: str) -> str:
    server = exchange.server
    room = '[room]\nmailbox = "sjroom@contoso.example"\n'
    if source == "ews":
        sign_in = f'username = "{ACCOUNT}"\npassword_file = "{secrets}/password"\n'
        return f'{room}[calendar.ews]\nendpoint = "{server.http_url}"\n{sign_in}'
    sign_in = 'auth = "device_code"' if source == "device_code" else f'client_secret_file = "{secrets}/secret"'
    return (
        f'{room}[calendar]\nsource = "graph"\n[calendar.graph]\nendpoint = "{server.authority}"\n'
        f'authority = "{server.authority}"\ntenant_id = "{TENANT}"\nclient_id = "{CLIENT_ID}"\n'
        f'{sign_in}\nca_file = "{server.ca_file}"\n'
    )


@pytest.fixture
def room(demo_exchange: DemoExchange, tmp_path: Path, source: str) -> Any:
    demo_exchange.world.calendar(OTHER_ROOM).book(booking(SUBJECT, NOON, NOON + timedelta(hours=1)))
    with ExitStack() as resources:
        room = Room(demo_exchange, tmp_path, source)
        resources.callback(room.store.close)
        yield room


@asynccontextmanager
async def showing(room: Room, wanted: Wanted = GUEST) -> AsyncIterator[None]:
    """The mailbox is shown; at the end the part ends, as with the process."""
    running = asyncio.create_task(room.desk.run())
    try:
        await room.desk.allow(wanted, PIN)
        await room.desk.show("c-1", wanted)
        yield
    finally:
        running.cancel()
        await asyncio.wait([running])


async def test_the_mailbox_is_shown_for_its_time_and_then_nothing_of_it_is_left(room: Room) -> None:
    async with showing(room):
        assert room.shown() == (OTHER_ROOM, [SUBJECT])
        assert room.on_disk(SUBJECT)  # the search below would find it
        assert (room.state / FOLDER / "room.db").stat().st_mode & 0o777 == 0o600
        assert room.desk.commands == ("show-mailbox", "undo")

        room.clock.advance(30 * 60 - 1)
        await room.desk.look()
        assert room.desk.inputs is not None
        room.clock.advance(1)
        await room.desk.look()

        assert room.desk.inputs is None
        assert (room.desk.commands, room.desk.notices()) == (("show-mailbox",), [])
        assert (room.on_disk(SUBJECT), (room.state / FOLDER).exists()) == ([], False)
    shown, ended = room.audit.entries(2)
    assert (shown.act, shown.facts) == ("hot_desk.shown", {"mailbox": OTHER_ROOM, "minutes": 30})
    assert (ended.act, ended.facts) == ("hot_desk.ended", {"why": "over"})


async def test_the_screen_says_whose_calendar_it_is_until_when_and_how_to_go_back(room: Room) -> None:
    async with showing(room):
        (notice,) = room.desk.notices()
        assert (notice.code, notice.severity) == ("hot_desk.active", "info")
        assert OTHER_ROOM in notice.detail
        assert "12:30" in notice.detail
        assert notice.action == {"command": "undo", "body": {"command_id": "c-1"}, "until": "2026-11-23T12:30:00Z"}

        await room.desk.undo("c-1")

        assert (room.desk.inputs, room.on_disk(SUBJECT)) == (None, [])
    assert room.audit.entries(1)[0].facts == {"why": "asked"}


async def test_a_clock_that_is_set_back_does_not_make_the_time_longer(room: Room) -> None:
    async with showing(room):
        room.clock.set(NOON - timedelta(days=1))
        room.clock.advance(30 * 60)
        await room.desk.look()
        assert room.desk.inputs is None


async def test_the_end_of_the_process_ends_it_too(room: Room) -> None:
    async with showing(room):
        pass
    assert (room.desk.inputs, room.on_disk(SUBJECT), room.audit.entries(1)[0].facts) == (None, [], {"why": "stopped"})


async def test_after_a_crash_the_room_is_shown_at_once_and_what_was_left_is_erased(room: Room) -> None:
    async with showing(room):
        left = {path.name: path.read_bytes() for path in (room.state / FOLDER).iterdir()}
    (room.state / FOLDER).mkdir()
    for name, content in left.items():
        (room.state / FOLDER / name).write_bytes(content)
    assert room.on_disk(SUBJECT)

    again = room.started()

    assert (again.inputs, room.on_disk(SUBJECT), (room.state / FOLDER).exists()) == (None, [], False)
    assert room.audit.entries(1)[0].facts == {"why": "restart"}


@pytest.mark.parametrize("mailbox", [USER, "nobody@contoso.example"])
async def test_a_mailbox_that_exchange_does_not_open_fails_with_the_sources_code(room: Room, mailbox: str) -> None:
    wanted = Wanted(mailbox=mailbox, minutes=5)
    await room.desk.allow(wanted, PIN)

    with pytest.raises(RoomAgentError) as refused:
        await room.desk.show("c-1", wanted)

    codes = {"calendar.impersonation_denied", "calendar.graph_access_denied", "calendar.mailbox_not_found"}
    assert refused.value.code in codes
    assert (room.desk.inputs, (room.state / FOLDER).exists()) == (None, False)
    assert room.acts() == ["hot_desk.failed"]
    await room.desk.allow(GUEST, PIN)  # the next one may be tried at once


@pytest.mark.parametrize("source", ["ews"])
class TestRefused:
    """Who asks is told why, before anything is read."""

    async def refused(self, room: Room, wanted: Wanted = GUEST, given: str = PIN) -> tuple[str, int]:
        with pytest.raises(CommandError) as refused:
            await room.desk.allow(wanted, given)
        return refused.value.code, refused.value.status

    async def test_a_mailbox_that_is_not_named(self, room: Room) -> None:
        for mailbox in ("ann@sub.fabrikam.example", "ann@contoso.example", "fabrikam.example@evil.example"):
            assert await self.refused(room, Wanted(mailbox=mailbox, minutes=5)) == ("hot_desk.not_allowed", 403)
        await room.desk.allow(Wanted(mailbox="Ann@Fabrikam.example", minutes=5), PIN)

    async def test_while_another_one_is_shown(self, room: Room) -> None:
        async with showing(room):
            assert await self.refused(room) == ("hot_desk.busy", 409)
            with pytest.raises(RoomAgentError, match="already"):  # both were allowed before either was shown
                await room.desk.show("c-2", GUEST)
            with pytest.raises(CommandError, match="can be undone") as unknown:
                await room.desk.undo("c-2")
            assert unknown.value.status == 404
            assert room.shown()[0] == OTHER_ROOM

    async def test_with_a_wrong_pin_ten_times_and_then_not_at_all_for_a_while(self, room: Room) -> None:
        for _ in range(9):
            assert await self.refused(room, given="000000") == ("pin.wrong", 403)
        await room.desk.allow(GUEST, PIN)  # a right one begins anew
        for _ in range(10):
            assert await self.refused(room, given="000000") == ("pin.wrong", 403)
        assert await self.refused(room) == ("pin.locked", 429)

        room.desk = room.started()  # over a restart
        room.clock.advance(59)
        assert await self.refused(room) == ("pin.locked", 429)
        room.clock.advance(1)
        assert await self.refused(room, given="000000") == ("pin.wrong", 403)
        room.clock.advance(119)
        assert await self.refused(room) == ("pin.locked", 429)
        room.clock.advance(1)
        await room.desk.allow(GUEST, PIN)
        assert room.acts().count("pin.wrong") == 20
        assert "000000" not in json.dumps([entry.facts for entry in room.audit.entries(100)])

    async def test_many_tries_at_once_count_each(self, room: Room) -> None:
        tried = await asyncio.gather(*(self.refused(room, given="000000") for _ in range(14)))
        assert tried.count(("pin.wrong", 403)) == 10

    async def test_without_a_pin_and_without_a_list(self, room: Room, tmp_path: Path) -> None:
        (room.state / "secrets" / pin.FILE).unlink()
        assert await self.refused(room) == ("pin.none", 409)
        room.store.close()
        off = Room(room.exchange, tmp_path, "ews", more="")
        assert await self.refused(off) == ("hot_desk.off", 403)
        assert off.desk.commands == ()
        off.store.close()

    async def test_while_the_rooms_own_account_is_refused(self, room: Room) -> None:
        room.health = SourceHealth(code="calendar.sign_in_failed")
        with pytest.raises(RoomAgentError) as refused:
            await room.desk.show("c-1", GUEST)
        assert refused.value.code == "calendar.sign_in_failed"
        assert not room.exchange.server.requests.records()


async def test_a_person_who_signed_in_cannot_show_others(demo_exchange: DemoExchange, tmp_path: Path) -> None:
    room = Room(demo_exchange, tmp_path, "device_code")
    with pytest.raises(CommandError) as refused:
        await room.desk.allow(GUEST, PIN)
    assert (refused.value.code, refused.value.status) == ("hot_desk.delegated", 409)
    room.store.close()


async def test_a_disk_that_keeps_something_is_told(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(_: Path) -> None:
        raise PermissionError(13, "Permission denied", "room.db")

    async with showing(room):
        monkeypatch.setattr("agent.app.hot_desk.erase", refuses)
        await room.desk.undo("c-1")
        assert [notice.code for notice in room.desk.notices()] == ["hot_desk.not_erased"]
