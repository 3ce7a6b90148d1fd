"""The agent, asked over its socket; and its services."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

from room_upgrade import health
from room_upgrade.health import Health

SOCKET = Path("/run/room-agent/core.sock")
LARGEST = 4 * 1024 * 1024
ANSWER_S = 10
SERVICE = "room-agent.service"
STEADY = 3  # answers in a row, so that an agent that starts again and again is not taken for a ready one
BETWEEN_S = 3.0


class _OverSocket(http.client.HTTPConnection):
    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(ANSWER_S)
        self.sock.connect(str(SOCKET))


def ask(path: str) -> tuple[int, Any]:
    """Status and JSON of the answer; (0, None) without one."""
    connection = _OverSocket("localhost", timeout=ANSWER_S)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        content = answer.read(LARGEST)
        return answer.status, json.loads(content)
    except (OSError, http.client.HTTPException, ValueError, RecursionError):
        return 0, None
    finally:
        connection.close()


def look() -> Health:
    """How the agent is now."""
    ready, _ = ask("/readyz")
    return health.read(ready == 200, ask("/api/v1/status")[1]) if ready else health.NONE


def wait_well(before: Health, within_s: float) -> str | None:
    """Until the agent serves as well as `before` and goes on to; else the code of what was wrong at the end."""
    end = time.monotonic() + within_s
    in_a_row, wrong = 0, "agent.not_ready"
    while time.monotonic() < end:
        found = health.why_worse(before, look())
        in_a_row = 0 if found else in_a_row + 1
        if in_a_row == STEADY:
            return None
        if found in ("store.not_migrated", "store.rebuilt"):
            return found  # waiting mends neither
        wrong = found or wrong
        time.sleep(BETWEEN_S)
    return wrong


def is_running() -> bool:
    """Whether the service is there, answering or not."""
    return _systemctl("is-active", "--quiet", SERVICE)


def stop() -> bool:
    """Stop the agent; whoever shows it goes on."""
    return _systemctl("stop", SERVICE)


def start() -> bool:
    """Start it, also after a crash loop."""
    _systemctl("reset-failed", SERVICE)
    return _systemctl("start", SERVICE)


def reboot() -> bool:
    """Start the machine anew, by its service manager."""
    return _systemctl("reboot")


def _systemctl(*arguments: str) -> bool:
    try:
        return subprocess.run(["systemctl", *arguments], timeout=120, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
