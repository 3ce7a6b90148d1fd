"""A front that knows the core's socket and nothing else: systemd's sockets, a new certificate, a core that goes."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import ssl
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

import httpx
import pytest
from cryptography import x509
from structlog.testing import capture_logs

from agent.api import peer
from agent.app.agent import Agent
from agent.app.box import open_box, read_box
from agent.app.for_fronts import ForFronts, require_fronts
from agent.app.fronts import Fronts
from agent.app.lasting import Lasting
from agent.app.listeners import Listeners, passed_listeners
from agent.app.programs import make_core
from agent.errors import ConfigError, UsageError
from agent.supervise import Supervisor
from agent.system import places
from agent.system.addresses import own_addresses
from agent.system.certificate import self_signed
from agent.system.clock import SystemClock
from agent.system.serve import listen_tcp

pytestmark = pytest.mark.anyio

NOBODYS = '[web]\nsetup_listen = "127.0.0.1:8443"\n'
DEMO = f'[room]\ntimezone = "Europe/Berlin"\n[calendar]\nsource = "demo"\n{NOBODYS}'
REMOTE = 'remote_listen = "0.0.0.0:8444"\nhosts = ["room7.example"]\nstatus_token_file = "token"\n'
PATIENCE_S = 20.0
T = TypeVar("T")


def names_of(certificate: str) -> list[str]:
    """The host names that a certificate is for."""
    found = x509.load_pem_x509_certificate(certificate.encode())
    return found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value.get_values_for_type(x509.DNSName)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A state directory for its owner alone; the core's socket lies where others get to."""
    with tempfile.TemporaryDirectory(prefix="room-agent-") as folder:
        Path(folder).chmod(0o755)
        made = Path(folder, "state")
        made.mkdir(mode=0o700)
        (made / "token").write_text("s3cret\n")
        (made / "token").chmod(0o600)
        monkeypatch.setenv("RUNTIME_DIRECTORY", folder)
        yield made


@asynccontextmanager
async def core(state: Path, text: str) -> AsyncIterator[Agent]:
    """An agent without a front, as `run --no-front`."""
    (state / "config.toml").write_text(text)
    box = open_box(None, state)
    agent: Agent
    make = partial(make_core, lasting=Lasting(fronts=ForFronts(lambda: agent.box)))
    agent = Agent(box, make, partial(read_box, None, state))
    supervisor = Supervisor()
    for part in (*agent.parts(), *agent.last_parts()):
        await supervisor.start(part)
    box.places.core_socket.chmod(0o666)
    try:
        yield agent
    finally:
        supervisor.stop()
        assert await supervisor.wait() == 0


@asynccontextmanager
async def front(state: Path, listeners: Listeners) -> AsyncIterator[Fronts]:
    fronts = Fronts(state.parent / "core.sock", listeners, look_every_s=0.1, last_answer_s=0.2)
    supervisor = Supervisor()
    await supervisor.start(fronts.part())
    try:
        yield fronts
    finally:
        supervisor.stop()
        assert await supervisor.wait() == 0


async def until(ask: Callable[[], Awaitable[T]], so: Callable[[T], bool]) -> T:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                answer = await ask()
            except httpx.TransportError:
                pass
            else:
                if so(answer):
                    return answer
            await asyncio.sleep(0.05)


def client(base: str, *, verify: ssl.SSLContext | bool = False) -> httpx.AsyncClient:
    limits = httpx.Limits(max_keepalive_connections=0)
    return httpx.AsyncClient(base_url=base, verify=verify, trust_env=False, timeout=10, limits=limits)


async def test_a_passed_wizard_is_open_until_the_box_is_set_up_then_says_that_it_is_closed(state: Path) -> None:
    listener = listen_tcp("127.0.0.1", 0)
    port = listener.getsockname()[1]
    async with core(state, NOBODYS) as agent, front(state, Listeners(wizard=[listener], passed=True)) as fronts:
        assert fronts.setup_port == port
        trusting = ssl.create_default_context(cafile=str(state / "tls" / "server.pem"))
        async with client(f"https://localhost:{port}", verify=trusting) as technician:
            assert (await technician.get("/setup")).status_code == 200
            assert (await technician.get("/api/v1/room")).json()["code"] == "peer.refused"
            (state / "config.toml").write_text(DEMO)

            await agent.reconfigure()

            closed = await until(partial(technician.get, "/setup"), lambda answer: answer.status_code == 403)
            assert closed.json()["code"] == "front.closed"
            assert (await technician.get("/livez")).json()["code"] == "front.closed"
            assert fronts.setup_port is None
            (state / "config.toml").write_text(NOBODYS)

            await agent.reconfigure()

            await until(partial(technician.get, "/setup"), lambda answer: answer.status_code == 200)


async def test_a_certificate_that_is_renewed_is_served_at_once_and_a_broken_one_never(state: Path) -> None:
    listener = listen_tcp("127.0.0.1", 0)
    port = listener.getsockname()[1]
    files = [self_signed(state / name, ("localhost",), SystemClock().now()) for name in ("one", "two")]
    for name, source in zip(("web.pem", "web.key"), files[0], strict=True):
        shutil.copy(source, state / name)
    text = f'{DEMO}{REMOTE}certificate_file = "web.pem"\nkey_file = "web.key"\n'

    async def served() -> str:
        _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=unverified)
        der = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        writer.close()
        await writer.wait_closed()
        return ssl.DER_cert_to_PEM_cert(der)

    unverified = ssl.create_default_context()
    unverified.check_hostname, unverified.verify_mode = False, ssl.CERT_NONE

    async def refused() -> bool:
        return any(each["event"] == "front.certificate_unusable" for each in logged)

    passed = Listeners(remote=[listener], passed=True)
    with capture_logs() as logged:
        async with core(state, text), front(state, passed):
            assert await served() == files[0][0].read_text()
            shutil.copy(files[1][0], state / "web.pem")  # its key is not there yet
            await until(refused, bool)
            assert await served() == files[0][0].read_text()
            shutil.copy(files[1][1], state / "web.key")
            await until(served, lambda pem: pem == files[1][0].read_text())


async def test_the_network_finds_the_box_under_its_own_name_and_under_no_other(state: Path) -> None:
    listener = listen_tcp("127.0.0.1", 0)
    port = listener.getsockname()[1]
    async with (
        core(state, f"{DEMO}{REMOTE}"),
        front(state, Listeners(remote=[listener], passed=True)),
        client(f"https://127.0.0.1:{port}") as prometheus,
    ):

        async def asked(host: str) -> int:
            return (await prometheus.get("/livez", headers={"Host": f"{host}:{port}"})).status_code

        for name in ("room7.example", socket.gethostname(), socket.gethostname().upper()):
            assert await asked(name) == 200, name
        assert await asked("evil.example") == 421


async def test_the_welcome_screen_names_the_port_that_a_front_was_given(state: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        async with core(state, f'[web]\nsetup_listen = "127.0.0.1:{taken}"\n') as agent:
            told = ForFronts(lambda: agent.box)
            assert told.wizard_urls() == [f"https://127.0.0.1:{taken}/setup"]
            async with front(state, Listeners()) as fronts:
                assert fronts.setup_port not in (None, taken)
                told.facts(fronts.setup_port)
                assert told.wizard_urls() == [f"https://127.0.0.1:{fronts.setup_port}/setup"]
            assert len(told.fingerprint()) == 95


async def test_a_name_with_letters_of_its_language_is_served_as_browsers_send_it(state: Path) -> None:
    config = f"{DEMO}{REMOTE}".replace("room7.example", "räum7.example")
    async with core(state, config) as agent:
        told = ForFronts(lambda: agent.box)
        assert told.facts().hosts == ["xn--rum7-loa.example"]
        found = told.tls()
        assert found is not None
        assert "xn--rum7-loa.example" in names_of(found.certificate)


@pytest.mark.parametrize("missing", ["token", "web.pem"])
def test_a_box_that_could_not_serve_the_network_does_not_start(state: Path, missing: str) -> None:
    self_signed(state, ("localhost",), SystemClock().now())
    (state / "server.pem").rename(state / "web.pem")
    config = f'{DEMO}{REMOTE}certificate_file = "web.pem"\nkey_file = "server.key"\n'
    (state / "config.toml").write_text(config)
    require_fronts(read_box(None, state))
    (state / missing).unlink()
    with pytest.raises(ConfigError, match=missing.replace(".", r"\.")):
        require_fronts(read_box(None, state))


@pytest.mark.parametrize("token", ["two words", "clé", "x" * 257, "a\nb"])
def test_a_token_that_nobody_could_send_is_refused_at_the_start(state: Path, token: str) -> None:
    (state / "config.toml").write_text(f"{DEMO}{REMOTE}")
    (state / "token").write_text(token)
    with pytest.raises(ConfigError, match=r"web\.status_token: expected one word") as refused:
        require_fronts(read_box(None, state))
    assert token not in str(refused.value)


@pytest.mark.parametrize(
    ("names", "alone", "passed"),
    [
        (["screen", "room-web.socket", ""], True, True),
        (["screen", "unknown"], False, False),
        (["screen", "wizard", "remote"], False, True),
        (["wizard"], True, True),
    ],
)
def test_a_socket_without_a_name_of_ours_is_the_screens(
    monkeypatch: pytest.MonkeyPatch, names: list[str], alone: bool, passed: bool
) -> None:
    sockets = [(name, socket.socket()) for name in names]
    monkeypatch.setattr(places, "passed_sockets", lambda: sockets)
    found = passed_listeners(alone=alone)
    assert found is not None
    assert [*found.wizard] == [each for name, each in sockets if name == "wizard"]
    assert [*found.remote] == [each for name, each in sockets if name == "remote"]
    assert len(found.screen) == len(names) - len(found.wizard) - len(found.remote)
    assert found.passed == passed
    found.close()


@pytest.mark.parametrize("count", ["two", "1.5", "99999999999"])
def test_sockets_that_were_not_passed_are_said(count: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "FIRST_PASSED_FD", 100_000)  # none of ours
    with pytest.raises(UsageError, match="LISTEN_FDS") as refused:
        places.passed_sockets({"LISTEN_FDS": count, "LISTEN_PID": str(os.getpid())})
    assert refused.value.code == "sockets.not_passed"


def test_without_systemd_nothing_is_passed() -> None:
    assert places.passed_sockets({"LISTEN_FDS": "2", "LISTEN_PID": "1", "LISTEN_FDNAMES": "screen:remote"}) == []
    assert passed_listeners(alone=True) is None


AS_SYSTEMD = """
import os, sys
core, user, *passed = sys.argv[1:]
for number, fd in enumerate(passed):
    os.dup2(int(fd), 100 + number)
for number in range(len(passed)):
    os.dup2(100 + number, 3 + number)
    os.close(100 + number)
os.environ |= {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": str(len(passed)), "LISTEN_FDNAMES": "screen:remote"}
import encodings.idna, logging.config, ssl, uvicorn.lifespan.on, uvicorn.loops.auto  # what is imported late: this
import anyio._backends._asyncio, typer._adapters, typer.testing  # machine's Python may lie where only root reads
from pathlib import Path
from agent.app import fronts, programs
from agent.cli import main
from agent.front.settings import FrontSettings
fronts.create_front(FrontSettings(), Path(core))
os.setgroups([]); os.setgid(int(user)); os.setuid(int(user))
sys.argv = ["room-agent", "front", "--core", core]
main()
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may start a process as another user")
async def test_a_process_of_another_user_serves_screen_and_network_with_the_sockets_it_is_passed(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = next(iter(own_addresses()), None)
    if address is None:
        pytest.skip("this machine has no address but loopback")
    monkeypatch.setitem(peer.USERS, "nobody", "front")
    screen, remote = listen_tcp("127.0.0.1", 0), listen_tcp("0.0.0.0", 0)
    here = f"http://127.0.0.1:{screen.getsockname()[1]}"
    network = f"https://{address}:{remote.getsockname()[1]}"
    fds = (screen.fileno(), remote.fileno())
    command = (sys.executable, "-W", "error", "-c", AS_SYSTEMD, str(state.parent / "core.sock"), "65534")
    process = await asyncio.create_subprocess_exec(
        *command, *map(str, fds), pass_fds=fds, stderr=asyncio.subprocess.PIPE, env={"PATH": os.environ["PATH"]}
    )
    screen.close()
    remote.close()
    bearer = {"Authorization": "Bearer s3cret"}
    async with client(here) as home, client(network) as scraper:
        page = await until(partial(home.get, "/"), lambda _: True)
        assert page.status_code == 200
        assert (await home.get("/api/v1/room")).json()["code"] == "core.unreachable"
        for _ in range(2):  # the core is found again after it has gone
            async with core(state, DEMO + REMOTE):
                room = await until(partial(home.get, "/api/v1/room"), lambda answer: answer.status_code == 200)
                assert room.json()["screen"] == "home"
                metrics = await until(partial(scraper.get, "/metrics", headers=bearer), lambda _: True)
                assert "room_agent_" in metrics.text
                assert (await scraper.get("/metrics")).json()["code"] == "token.missing"
                assert (await scraper.get("/api/v1/room", headers=bearer)).json()["code"] == "peer.refused"
                for _ in range(10):
                    wrong = await scraper.get("/api/v1/status", headers={"Authorization": "Bearer x"})
                    assert wrong.json()["code"] == "token.wrong"
                locked = await scraper.get("/api/v1/status", headers=bearer)
                assert (locked.status_code, locked.json()["code"]) == (429, "token.locked")
                assert 0 < int(locked.headers["retry-after"]) <= 60
            assert (await home.get("/")).status_code == 200
            assert (await scraper.get("/metrics", headers=bearer)).json()["code"] == "core.unreachable"
    process.terminate()
    _, said = await asyncio.wait_for(process.communicate(), 10)
    assert process.returncode == 0, said.decode()
    assert b"Traceback" not in said
