"""The set-up over the real parts: the demo Exchange's directory, its preflight, the administrator's commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.app.box import Box as Configured
from agent.app.setup import make_setup, settle
from agent.config import Config, load
from agent.errors import CommandError
from agent.system.clock import SystemClock
from agent.system.places import Places
from agent.system.secrets import FileSecrets
from agent.wire import SCREEN
from tests.fakes.exchange import ACCOUNT, PASSWORD, ROOM, ROOM_LIST, DemoExchange

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_a_box_is_set_up_against_an_exchange_and_forgets_it(tmp_path: Path, demo_exchange: DemoExchange) -> None:
    clock, served = SystemClock(), list[str]()
    demo_exchange.clock.set(clock.now())
    box = Configured(
        Config.default(), Places(tmp_path, None, tmp_path / "core.sock"), clock, FileSecrets(tmp_path / "secrets")
    )

    async def again() -> None:
        served.append(load(tmp_path / "config.toml", {}).room.mailbox if (tmp_path / "config.toml").exists() else "")

    setup = make_setup(box, again)
    server = demo_exchange.server
    token = await setup.pair("screen", code=setup.welcome().code or "", pin="", take_over=False)
    account = {"endpoint": server.https_url, "auth": "basic", "username": ACCOUNT, "password": PASSWORD,
               "ca": server.ca_file.read_text(), "mailbox": ROOM}  # fmt: skip
    for step, values in (("language", {"language": "en", "timezone": "UTC"}), ("network", {}),
                         ("calendar", {"source": "ews"}), ("account", account)):  # fmt: skip
        await setup.submit(step, values)
    await setup.checking.start("room", write=False, other_mailbox="")
    checks = [event async for event in setup.checking.events() if event is not None]
    directory = await setup.account.directory.read()
    for step, values in (
        ("preflight", {}),
        ("room", {"mailbox": ROOM}),
        ("screen", {}),
        ("policies", {"pin": "739154"}),
    ):
        await setup.submit(step, values)

    assert setup.state(token, SCREEN).checked == "passed", checks
    assert ROOM_LIST in {each.address for each in directory.lists}
    assert "New-ManagementScope" in setup.account.script("exchange", {"service-account": "svc@contoso.example"})
    with pytest.raises(CommandError, match="there is no such option"):
        setup.account.script("exchange", {"evil": "x"})
    await setup.activate()
    await setup.reset("", admin=True)
    await setup.ended()

    assert served == [ROOM, ""]
    assert not settle(tmp_path)
    assert files_in(tmp_path) == []
