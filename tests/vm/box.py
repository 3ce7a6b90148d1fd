"""The box in the machine, as the scenario drives it: what it says of itself, what it shows, what befalls it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image

from tests.vm import pictures
from tests.vm.machine import Machine
from tests.vm.shell import Shell, ShellError

ASK = """\
import http.client, json, socket, sys
class Core(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect("/run/room-agent/core.sock")
core = Core("localhost", timeout=20)
body = sys.argv[3] if len(sys.argv) > 3 else None
core.request(sys.argv[1], sys.argv[2], body, {"Content-Type": "application/json"} if body else {})
answer = core.getresponse()
print(answer.read().decode() or "{}")
"""
STATE = "/var/lib/room-agent"
SLOW = 240.0
"""Seconds that a start may take where the processor is emulated and shared."""
QUICK = 60.0


class Box:
    """A machine and the folder for its pictures."""

    def __init__(self, machine: Machine, folder: Path) -> None:
        self.machine = machine
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def shell(self) -> Shell:
        """Root's shell since the machine was switched on last."""
        return self.machine.shell

    def reachable(self) -> None:
        """Until root's shell answers, with the program that asks the agent in its place."""
        self.shell.wait(SLOW)
        self.shell.write("/run/vm-ask", ASK)

    def ask(self, path: str) -> Any:
        """The agent's answer to a GET; None while it does not answer."""
        printed = self.shell.run(f"python3 -I /run/vm-ask GET {path}", check=False)
        try:
            return json.loads(printed)
        except ValueError:
            return None

    def command(self, name: str, **body: Any) -> None:
        """Something that is done on the screen. Fails where the agent refuses."""
        answer = self.shell.ask(f"python3 -I /run/vm-ask POST /api/v1/commands/{name} '{json.dumps(body)}'")
        assert "id" in answer, answer

    def check(self, key: str) -> dict[str, Any]:
        """One check of the status, empty while there is none."""
        found = ((self.ask("/api/v1/status") or {}).get("checks") or {}).get(key) or [{}]
        return dict(found[0])

    def unit(self, name: str) -> str:
        """The state of a unit: "active", "inactive", "failed" …"""
        return self.shell.run(f"systemctl is-active {name}", check=False).strip()

    def picture(self, name: str, head: int = 0) -> Image.Image:
        """What a screen shows now, kept under this name."""
        file = self._folder / f"{name}.png"
        self.machine.monitor.picture(file.absolute(), head)
        return pictures.load(file)

    def until(self, holds: Callable[[], bool], what: str, within: float = QUICK) -> float:
        """Seconds until it holds. Fails with what is on the screen and in the log."""
        begun = time.monotonic()
        while not holds():
            if time.monotonic() - begun > within:
                self.picture("failed")
                raise AssertionError(f"{what}: not within {within:.0f} s (failed.png)\n{self.complaints()}")
            time.sleep(0.2)
        return time.monotonic() - begun

    def shows(self, name: str, looks: Callable[[Image.Image], bool], within: float = QUICK) -> float:
        """Seconds until the screen looks like that; the picture is kept under this name."""
        return self.until(lambda: looks(self.picture(name)), name, within)

    def complaints(self) -> str:
        """The last warnings of the journal, and what is not running; without a shell what the kernel said last."""
        asked = "systemctl --failed --no-legend --plain; journalctl -b -p warning --no-pager -o cat | tail -n 25"
        try:
            return self.shell.run(asked, check=False)
        except ShellError:
            return self.machine.console[-2000:]
