"""A running agent takes another configuration without being started again."""

from __future__ import annotations

import asyncio
import sqlite3
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from agent.app.agent import Agent
from agent.app.box import open_box, read_box
from agent.app.for_fronts import ForFronts
from agent.app.fronts import Fronts
from agent.app.lasting import Lasting
from agent.app.listeners import Listeners
from agent.app.programs import make_core
from agent.app.setup import make_setup
from agent.errors import CommandError, ConfigError
from agent.setup import pin
from agent.supervise import Supervisor
from agent.system.serve import listen_tcp
from agent.wire import SCREEN
from tests.fakes.pins import CHEAP

pytestmark = pytest.mark.anyio

DEMO = '[room]\ntimezone = "Europe/Berlin"\n[calendar]\nsource = "demo"\n[web]\nsetup_listen = "127.0.0.1:0"\n'
FIRST_RELEASE = Path(__file__).parents[2] / "data" / "store" / "0001.sql"
NOBODYS = '[web]\nsetup_listen = "127.0.0.1:0"\n'


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Running:
    """An agent with its front, both in this process."""

    def __init__(self, state: Path) -> None:
        self.file = state / "config.toml"
        state.mkdir(exist_ok=True)
        self.file.write_text(NOBODYS)
        box = open_box(None, state)
        self.listener = listen_tcp("127.0.0.1", 0)
        self.port = self.listener.getsockname()[1]
        self.fronts = Fronts(box.places.core_socket, Listeners([self.listener]), last_answer_s=0.2)
        self.setup = make_setup(box, self.again)
        make = partial(make_core, lasting=Lasting(setup=self.setup, fronts=ForFronts(lambda: self.agent.box)))
        self.agent = Agent(box, make, partial(read_box, None, state), lambda _: self.fronts.look())
        self.client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}")

    async def again(self) -> None:
        await self.agent.reconfigure()

    async def room(self) -> dict[str, Any]:
        answer = await self.client.get("/api/v1/room")
        room: dict[str, Any] = answer.raise_for_status().json()
        return room

    async def until(self, so: Callable[[dict[str, Any]], object], within: float = 10.0) -> dict[str, Any]:
        async with asyncio.timeout(within):
            while not so(room := await self.room()):  # noqa: ASYNC110  polled as a technician's page does
                await asyncio.sleep(0.02)
            return room


@asynccontextmanager
async def running(state: Path) -> AsyncIterator[Running]:
    supervisor = Supervisor()
    made = Running(state)
    for part in (*made.agent.parts(), made.fronts.part(), *made.agent.last_parts()):
        await supervisor.start(part)
    try:
        yield made
    finally:
        await made.client.aclose()
        supervisor.stop()
        assert await supervisor.wait() == 0


async def test_what_is_saved_is_in_effect_and_the_list_fills(tmp_path: Path) -> None:
    async with running(tmp_path / "state") as box:
        assert (await box.room())["screen"] == "setup"
        box.file.write_text(DEMO)

        await box.agent.reconfigure()

        assert (await box.room())["screen"] == "home"
        room = await box.until(lambda room: room["meetings"])
        assert room["room"]["timezone"] == "Europe/Berlin"
        box.file.write_text(DEMO.replace("Europe/Berlin", "Asia/Tokyo"))
        await box.agent.reconfigure()
        room = await box.room()
        assert room["room"]["timezone"] == "Asia/Tokyo"
        assert room["meetings"]  # of the store: nobody sees an empty list in between


async def test_a_stream_ends_and_the_next_one_tells_of_the_new_room(tmp_path: Path) -> None:
    async with running(tmp_path / "state") as box:
        async with box.client.stream("GET", "/api/v1/stream", timeout=10) as stream:
            lines = stream.aiter_lines()
            assert await anext(lines) == "event: room"
            box.file.write_text(DEMO)
            changing = asyncio.create_task(box.agent.reconfigure())
            async for _ in lines:
                pass  # to its end
        await changing

        async with box.client.stream("GET", "/api/v1/stream", timeout=10) as stream:
            data = [line async for line in _until_data(stream)]
        assert '"screen":"home"' in data[-1].replace(" ", "")


async def _until_data(stream: httpx.Response) -> AsyncIterator[str]:
    async for line in stream.aiter_lines():
        yield line
        if line.startswith("data:"):
            return


WITHOUT_SECRET = """
[room]
mailbox = "a@contoso.example"
[calendar.ews]
endpoint = "https://mail.contoso.example/EWS/Exchange.asmx"
username = "svc"
password_file = "missing"
"""


@pytest.mark.parametrize("wrong", ["[room]\nmailbox = 7\n", WITHOUT_SECRET], ids=["no configuration", "no secret"])
async def test_what_cannot_be_in_effect_leaves_what_was(wrong: str, tmp_path: Path) -> None:
    async with running(tmp_path / "state") as box:
        box.file.write_text(DEMO)
        await box.agent.reconfigure()
        await box.until(lambda room: room["meetings"])
        box.file.write_text(wrong)

        with pytest.raises(ConfigError):
            await box.agent.reconfigure()

        room = await box.room()
        assert room["screen"] == "home"
        assert room["meetings"]


async def test_a_pin_that_is_guessed_at_two_doors_is_guessed_once(tmp_path: Path) -> None:
    asked = {"mailbox": "other@contoso.example", "minutes": 5, "pin": "000000"}
    async with running(tmp_path / "state") as box:
        (tmp_path / "state" / "secrets").mkdir()
        (tmp_path / "state" / "secrets" / pin.FILE).write_bytes(pin.hashed("739154", CHEAP))
        box.file.write_text(f'{DEMO}[hot_desk]\nallowed = ["@contoso.example"]\n')
        await box.agent.reconfigure()
        local = httpx.AsyncHTTPTransport(uds=str(box.agent.box.places.core_socket))
        async with httpx.AsyncClient(transport=local, base_url="http://core") as core:
            for _ in range(5):
                answer = await core.post("/api/v1/commands/show-mailbox", json=asked)
                assert answer.json()["code"] == "pin.wrong"
                with pytest.raises(CommandError, match="not the administrator's PIN"):
                    await box.setup.pair(SCREEN, code="", pin="000000", take_over=False)
            answer = await core.post("/api/v1/commands/show-mailbox", json={**asked, "pin": "739154"})

    assert (answer.status_code, answer.json()["code"]) == (429, "pin.locked")


async def test_the_wizards_port_is_open_until_the_box_is_set_up(tmp_path: Path) -> None:
    async with running(tmp_path / "state") as box:
        port = box.fronts.setup_port
        assert port is not None
        trusting = ssl.create_default_context(cafile=str(tmp_path / "state" / "tls" / "server.pem"))
        async with httpx.AsyncClient(base_url=f"https://localhost:{port}", verify=trusting) as technician:
            assert (await technician.get("/livez")).status_code == 200
        box.file.write_text(DEMO)

        await box.agent.reconfigure()
        async with asyncio.timeout(10):
            while box.fronts.setup_port is not None:  # noqa: ASYNC110  the last answer leaves through it
                await asyncio.sleep(0.02)

        with pytest.raises(OSError, match=r"refused|Connect"):
            await asyncio.open_connection("127.0.0.1", port)


async def test_a_front_of_its_own_follows_the_core(tmp_path: Path) -> None:
    async with running(tmp_path / "state") as box:
        alone = Fronts(box.agent.box.places.core_socket, Listeners(), look_every_s=0.1, last_answer_s=0.2)
        supervisor = Supervisor()
        await supervisor.start(alone.part())
        assert alone.setup_port is not None
        box.file.write_text(DEMO)

        await box.agent.reconfigure()

        async with asyncio.timeout(10):
            while alone.setup_port is not None:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        supervisor.stop()
        assert await supervisor.wait() == 0


async def test_between_two_cores_nobody_waits_for_ever(tmp_path: Path) -> None:
    async with running(tmp_path / "state") as box:
        box.agent._patience_s = 0.01
        box.agent._serving.clear()
        answer = await box.client.get("/api/v1/room")
        assert (answer.status_code, answer.json()["code"]) == (503, "room.starting")
        assert answer.headers["Retry-After"] == "1"
        box.agent._serving.set()
        assert (await box.room())["version"] == 1


async def test_a_migration_that_fails_is_told_by_the_status(tmp_path: Path) -> None:
    """A table of the next release is there already, of whatever origin."""
    state = tmp_path / "state"
    state.mkdir()
    with closing(sqlite3.connect(state / "room.db")) as database:
        database.executescript(FIRST_RELEASE.read_text() + "CREATE TABLE join_press (id);")
    async with running(state) as box:
        answer = await box.client.get("/api/v1/status")

    (store,) = answer.json()["checks"]["store:integrity"]
    assert (store["status"], store["code"]) == ("warn", "store.not_migrated")
