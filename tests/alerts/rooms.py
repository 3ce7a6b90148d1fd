"""A box for the alerts: a real agent behind its listener for the network, an Exchange of its own, somebody who reports
like the home screen's page and the display service, and what can happen to them."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Self

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from agent.demo.http.options import Options, StreamTimes
from agent.demo.server import DemoServer
from agent.errors import RoomAgentError
from agent.setup.pin import hashed
from agent.system.addresses import own_addresses
from agent.system.clock import SystemClock
from agent.system.local import ask
from agent.wire import DISPLAY_REPORT
from tests.alerts.altered import environment_with
from tests.alerts.server import Target
from tests.fakes.exchange import PASSWORD, ROOM, booking, make_world
from tests.system.agent_process import AgentProcess, agent_command, free_port, write_config
from tests.system.technician import TOKEN as PAGE_TOKEN
from tests.waiting import wait_until

TOKEN = "a-token-for-those-who-watch"
REPORT_EVERY_S = 0.5
STARTS, START_WITHIN_S = 4, 120
FILLER = "filler"


class ShiftedClock(SystemClock):
    """The machine's clock, wrong by a while."""

    shift = timedelta()

    def now(self) -> datetime:
        return super().now() + self.shift


class LoggedAgent(AgentProcess):
    """Runs for minutes, and says more than fits into a pipe."""

    config: Path

    def __enter__(self) -> Self:
        with (self.config.parent / "log").open("ab") as log:
            command = agent_command("run", "--config", str(self.config), "--state-dir", str(self.state_dir))
            self.process = subprocess.Popen(command, stderr=log, text=True, env={**os.environ, **self.environment})
        return self


@dataclass
class Screen:
    """What the page and the display service say; each can be silenced."""

    page: bool = True
    right: bool = True
    errors: list[str] = field(default_factory=list)
    display: bool = True
    connected: bool = True
    input_state: str = "no_cable"


class Box:
    """`tls`: it reads its calendar over TLS; `state`: its state directory; `altered`: how its program differs from the
    product (tests/alerts/altered.py). `more` adds to the configuration as in `write_config`. As a context manager it
    runs until the end."""

    def __init__(
        self,
        name: str,
        folder: Path,
        certificates: Path,
        *,
        password: str = PASSWORD,
        tls: bool = False,
        state: Path | None = None,
        altered: str = "",
        **more: Any,
    ) -> None:
        self.name, self.folder = name, folder
        folder.mkdir()
        self._environment = environment_with(folder / "altered", altered) if altered else {}
        self.state = state or folder / "state"
        self.tls = tls
        self.clock = ShiftedClock()
        world = make_world(self.clock)
        options = Options(times=StreamTimes(heartbeat_s=1.0, minute_s=60.0))
        self.server = DemoServer(world, directory=certificates, options=options)
        self.calendar = world.calendar(ROOM)
        self.screen = Screen()
        self.address = f"{(own_addresses() or ['127.0.0.1'])[0]}:{free_port()}"
        (folder / "token").write_text(TOKEN)
        (folder / "token").chmod(0o600)
        self._password, self._more = password, more
        self._over = threading.Event()
        self._reporter = threading.Thread(target=self._report_on, name=f"screen of {name}")
        self._port = free_port()

    def __enter__(self) -> Self:
        self.server.start()
        self.configure()
        self.start()
        self._reporter.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._reporter.join()
        if self.agent.process.poll() is None:
            self.stop()
        self.server.stop()

    def configure(self, password: str | None = None, **changed: dict[str, Any]) -> None:
        """Write the configuration as it was asked for; with another password, or with other sections."""
        self._password = password or self._password
        self._more |= changed
        web = {"remote_listen": self.address, "status_token_file": "token", "setup_listen": ""}
        more: dict[str, dict[str, Any]] = {"inputs_hdmi": {"kind": "hdmi"}, **self._more}
        more["web"] = web | more.get("web", {})
        if self.tls:
            more["calendar_ews"] = {"ca_file": str(self.server.ca_file), **more.get("calendar_ews", {})}
        endpoint = self.server.https_url if self.tls else self.server.http_url
        self.config = write_config(self.folder, endpoint, self._password, self._port, **more)

    def start(self) -> None:
        """Until it says that all its parts run and it listens to the network; once more, as systemd does, when a busy
        machine made it give up (a part that is not there within ten seconds ends the process)."""
        log, deadline = self.folder / "log", time.monotonic() + START_WITHIN_S
        log.touch()
        before = log.stat().st_size
        self.agent = LoggedAgent(self.state, self.config, self._port, self._environment)
        self.agent.__enter__()
        for _ in range(STARTS):
            while self.agent.process.poll() is None:
                if b"agent.started" in log.read_bytes()[before:] and self._listens():
                    return
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.2)
            self.agent.__enter__()
        raise AssertionError(log.read_text())

    def kill(self) -> None:
        """As a crash, or a plug that is pulled."""
        self.agent.process.kill()
        self.agent.process.wait(timeout=60)

    def stop(self) -> None:
        """As systemd does."""
        self.agent.process.terminate()
        self.agent.process.wait(timeout=60)

    def restart(self) -> None:
        self.stop()
        self.start()

    def restart_as_shipped(self) -> None:
        """With the product's own program from now on."""
        self._environment = {}
        self.restart()

    def crash(self, times: int, mark: str = "") -> None:
        """So many times in a row. All but the last time it is killed as soon as it has counted its start, which on a
        busy machine is long before it serves. `mark`: what the run before has left instead of its own."""
        for number in range(times):
            self.kill()
            if mark:
                (self.state / "running").write_text(mark)
            self.start() if number == times - 1 else self._count_a_start()

    def lose_power(self, times: int) -> None:
        """The plug is pulled and put back: the mark of the run says that it was another boot's."""
        self.crash(times, "00000000-0000-0000-0000-000000000000\n")

    def _count_a_start(self) -> None:
        log = self.folder / "log"
        before = log.stat().st_size
        self.agent.__enter__()
        wait_until(lambda: b"history.started" in log.read_bytes()[before:], within=START_WITHIN_S, what="a start")

    def damage_database(self) -> None:
        """As a disk that returns what nobody wrote."""
        self.stop()
        (self.state / "room.db").write_bytes(b"not what was written " * 4096)
        for name in ("room.db-wal", "room.db-shm"):
            (self.state / name).unlink(missing_ok=True)
        self.start()

    def damage_page(self) -> None:
        """As a disk that returns what nobody wrote, under the running agent: a page of the list of meetings. All of the
        list is in the file itself by then, and another write outdates what the agent still remembers of it."""
        path = self.state / "room.db"
        with closing(sqlite3.connect(path, isolation_level=None)) as database:

            def emptied() -> bool:
                """The log of what is not in the file yet."""
                return bool(database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone() == (0, 0, 0))

            wait_until(emptied, within=START_WITHIN_S, what="all that was written in the file itself")
            (size,) = database.execute("PRAGMA page_size").fetchone()
            (page,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'occurrence'").fetchone()
            with path.open("r+b") as file:
                file.seek((page - 1) * size)
                file.write(b"not what was written " * (size // 21))
            database.execute("UPDATE calendar SET id = id")

    def set_pin(self, pin: str) -> None:
        """An administrator's PIN, as the wizard sets it."""
        path = self.state / "secrets" / "admin-pin"
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.write_bytes(hashed(pin))
        path.chmod(0o600)

    @property
    def certificate(self) -> Path:
        """Of its listener for the network."""
        given = self._more.get("web", {}).get("certificate_file", "")
        return Path(given) if given else self.state / "tls" / "server.pem"

    @property
    def port(self) -> int:
        return self._port

    def target(self, site: str = "HQ", name: str = "", **labels: str) -> Target:
        return Target(self.address, {"room": name or self.name, "site": site, **labels})

    def book(self, subject: str, minutes: int = 30, **more: Any) -> None:
        begin = self.clock.now().replace(microsecond=0) + timedelta(minutes=minutes)
        self.calendar.book(booking(subject, begin, begin + timedelta(minutes=20), **more))

    def refresh(self) -> None:
        """Somebody presses the button that reads the calendar again."""
        with suppress(httpx.HTTPError):
            self.agent.post("/api/v1/commands/refresh", {})

    def remotely(self, method: str, path: str, token: str = TOKEN, *, come_from: str = "") -> int:
        """The status of an answer over the network; the certificate is not looked at."""
        with self._network(come_from) as client:
            return client.request(method, path, headers={"Authorization": f"Bearer {token}"}).status_code

    def guess(self, pins: Iterable[str], come_from: str = "") -> list[int]:
        """Somebody opens the settings over the network and tries PINs: the statuses of the answers."""
        with self._network(come_from) as client:
            token = PAGE_TOKEN.search(client.get("/setup").text)
            assert token is not None
            headers = {"X-Room-Agent-Token": token[1]}
            return [client.post("/api/v1/setup/pair", json={"pin": pin}, headers=headers).status_code for pin in pins]

    def _network(self, come_from: str) -> httpx.Client:
        transport = httpx.HTTPTransport(verify=False, local_address=come_from or None)
        return httpx.Client(base_url=f"https://{self.address}", transport=transport, timeout=10)

    def _listens(self) -> bool:
        with suppress(httpx.TransportError):
            return self.remotely("GET", "/livez") == httpx.codes.OK
        return False

    def _report_on(self) -> None:
        while not self._over.wait(REPORT_EVERY_S):
            with suppress(httpx.HTTPError, RoomAgentError, OSError, ValueError, KeyError):
                if self.screen.display:
                    self._report_display()
                if self.screen.page:
                    self._report_page()

    def _report_page(self) -> None:
        """As `agent/front/static` does after it has drawn a list."""
        room = self.agent.get("/api/v1/room").json()
        errors, self.screen.errors = self.screen.errors, []
        self.agent.post(
            "/api/v1/page",
            {
                "page_id": "alerts",
                "revision": room["revision"],
                "hash": _hash(room["meetings"]) if self.screen.right else "0" * 64,
                "rendered_at": room["now"],
                "errors": errors,
            },
        )

    def _report_display(self) -> None:
        body = {
            "screen": "home",
            "meeting": "none",
            "outputs": [{"name": "HDMI-1", "connected": self.screen.connected, "enabled": True}],
            "inputs": [{"name": "hdmi", "state": self.screen.input_state}],
        }
        ask(self.state / "core.sock", "POST", DISPLAY_REPORT, body)


def fill(place: Path) -> None:
    """Take what is left of a file system, by a file in it that can be deleted."""
    with (place / FILLER).open("ab", buffering=0) as file:
        for size in (64 * 1024, 1024, 1):
            with suppress(OSError):
                while True:
                    file.write(bytes(size))


def short_certificate(folder: Path, name: str, days: int) -> tuple[Path, Path]:
    """A certificate for this machine's addresses that signs itself and ends in so many days, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    addresses = [x509.IPAddress(ip_address(each)) for each in (*own_addresses(), "127.0.0.1")]
    now = SystemClock().now()
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost"), *addresses]), critical=False)
        .sign(key, hashes.SHA256())
    )
    folder.mkdir(exist_ok=True)
    certificate, private = folder / f"{name}.pem", folder / f"{name}.key"
    certificate.write_bytes(signed.public_bytes(Encoding.PEM))
    private.touch(mode=0o600)
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return certificate, private


def _hash(meetings: list[dict[str, Any]]) -> str:
    rows = [[each["id"], each["start"], each["end"], each["subject"]] for each in meetings]
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
