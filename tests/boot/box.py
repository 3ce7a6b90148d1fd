"""A box: this checkout installed on a minimal Debian, booted in a container by systemd-nspawn."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

from tests.waiting import wait_until

ROOT = Path(__file__).parents[2]
SERVICES = ("room-agent", "room-web", "room-x", "room-display", "room-home", "room-meeting")
SCREEN = "/etc/systemd/system/room-x.service.d/boot-test.conf"
XVFB = """[Service]
ExecStart=
ExecStart=/usr/bin/xinit /usr/share/room-agent/x-session -- /usr/bin/Xvfb :0 -screen 0 1280x720x24 -nolisten tcp
PAMName=
TTYPath=
TTYReset=no
TTYVHangup=no
TTYVTDisallocate=no
StandardInput=null
"""
"""A container has no terminal and no card; all else of the unit stays."""

FETCH = """
import http.client, json, ssl, sys
host, port, tls, path = sys.argv[1:]
context = ssl._create_unverified_context()
made = http.client.HTTPSConnection if tls else http.client.HTTPConnection
connection = made(host, int(port), timeout=10, **({"context": context} if tls else {}))
connection.request("GET", path)
answer = connection.getresponse()
print(json.dumps([answer.status, answer.read().decode()]))
"""
PATIENCE_S = 60.0


class Box:
    """One machine over its boots. `directory` is its file system."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._process: subprocess.Popen[bytes] | None = None
        self._leader = 0

    def install(self) -> None:
        """Raises CalledProcessError with what the script said on stderr."""
        self.remove()
        subprocess.run([ROOT / "tests/boot/root.sh", self.directory], check=True, cwd=ROOT)
        self.write(SCREEN, XVFB)

    def remove(self) -> None:
        """The file system, and what was changed in it."""
        subprocess.run(["umount", self.directory], check=False, capture_output=True)
        shutil.rmtree(self.directory.with_name(f"{self.directory.name}.changes"), ignore_errors=True)
        if self.directory.is_dir():
            self.directory.rmdir()

    def boot(self) -> float:
        """Power on; the seconds until its systemd takes commands."""
        started = time.monotonic()
        command = ["systemd-nspawn", "--quiet", "--directory", str(self.directory), "--private-network"]
        flags = ["--register=no", "--keep-unit", "--console=pipe", "--link-journal=no", "--boot"]
        log = self.directory.with_name("console.log").open("ab")
        self._process = subprocess.Popen(
            [*command, *flags], stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
        log.close()
        wait_until(self._find_leader, within=20, what="the container's start")
        wait_until(
            lambda: self.systemctl("is-system-running") not in ("", "offline"), within=30, what="systemd's answer"
        )
        return time.monotonic() - started

    def power_off(self) -> float:
        """As a person does it; the seconds it takes. Fails when it is not over within a minute."""
        started = time.monotonic()
        self.run("systemctl", "poweroff")
        assert self._process is not None
        assert self._process.wait(PATIENCE_S) == 0
        self._process = None
        return time.monotonic() - started

    def cut_power(self) -> None:
        """Nobody is told."""
        if self._process is not None:
            self.kill_init()
            self._process.kill()
            self._process.wait(PATIENCE_S)
            self._process = None

    def kill_init(self) -> None:
        """With a namespace's first process the kernel ends all others."""
        if self._leader:
            os.kill(self._leader, signal.SIGKILL)

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def run(self, *command: str, check: bool = True, given: str | None = None) -> str:
        """What a command of root's prints on the running box."""
        enter = ["nsenter", f"--target={self._leader}", "--mount", "--uts", "--ipc", "--net", "--pid", "--"]
        done = subprocess.run([*enter, *command], capture_output=True, text=True, timeout=90, check=False, input=given)
        assert not check or done.returncode == 0, f"{' '.join(command)}: {done.stdout}{done.stderr}"
        return done.stdout.strip()

    def systemctl(self, *arguments: str) -> str:
        return self.run("systemctl", *arguments, check=False)

    def show(self, unit: str, name: str) -> str:
        return self.systemctl("show", f"--property={name}", "--value", unit)

    def state(self, unit: str) -> str:
        return self.show(unit, "ActiveState")

    def pid(self, unit: str) -> int:
        """Of the service's main process in the container; 0 while there is none."""
        return int(self.show(f"{unit}.service", "MainPID") or 0)

    def kill(self, unit: str, signal_name: str = "KILL") -> None:
        self.systemctl("kill", f"--signal={signal_name}", "--kill-whom=main", f"{unit}.service")

    def states(self, *properties: str) -> dict[str, dict[str, str]]:
        """Properties of all services, asked at once."""
        units = [f"{name}.service" for name in SERVICES]
        printed = self.systemctl("show", f"--property={','.join(('Id', *properties))}", *units)
        found = [dict(line.split("=", 1) for line in block.splitlines()) for block in printed.split("\n\n")]
        return {each.pop("Id").removesuffix(".service"): each for each in found}

    def wait_ready(self, *units: str, within: float = PATIENCE_S) -> float:
        """Until all of these services (or each there is) say that they are ready; the seconds it took."""
        started, wanted = time.monotonic(), units or SERVICES
        wait_until(
            lambda: all(self.states("ActiveState")[unit]["ActiveState"] == "active" for unit in wanted),
            within=within,
            what=f"{', '.join(wanted)} being active",
        )
        return time.monotonic() - started

    def get(self, path: str, port: int = 8080, host: str = "127.0.0.1", *, tls: bool = False) -> tuple[int, str]:
        """Status and text of an answer; 0 and nothing where nobody answers."""
        printed = self.run("python3", "-I", "-c", FETCH, host, str(port), "tls" if tls else "", path, check=False)
        status, text = json.loads(printed) if printed else (0, "")
        return int(status), str(text)

    def has_address(self, address: str) -> None:
        """From now on, until the next boot."""
        command = [
            "nsenter",
            f"--target={self._leader}",
            "--net",
            "ip",
            "address",
            "replace",
            f"{address}/32",
            "dev",
            "lo",
        ]
        subprocess.run(command, check=True, timeout=10)

    def status(self) -> dict[str, Any]:
        """What the agent says about itself, as `room-agent status --json` prints it for root; empty without one."""
        printed = self.run("room-agent", "status", "--json", check=False)
        answer: dict[str, Any] = json.loads(printed) if printed.startswith("{") else {}
        return answer

    def journal(self, unit: str, lines: int = 400) -> str:
        return self.run("journalctl", "--no-pager", "--boot", f"--lines={lines}", f"--unit={unit}", "--output=cat")

    def write(self, path: str, text: str, owner: str | None = None) -> None:
        """A file of the box, whether it runs or not; an owner while it runs alone."""
        if owner is None:
            file = self.directory / path.lstrip("/")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        else:
            group = f"--group={owner}"
            self.run("install", "-m", "600", f"--owner={owner}", group, "/dev/stdin", f"{path}.new", given=text)
            self.run("mv", f"{path}.new", path)

    def _find_leader(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.directory.with_name("console.log").read_text()[-2000:]
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        self._leader = int(children[0]) if children else 0
        if not self._leader:
            return False
        with Path(f"/proc/{self._leader}/comm").open() as file:
            return file.read().strip() == "systemd"
