"""QEMU's monitor (QMP): pictures of the screens, a cable drawn from the network, the end."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

ANSWER_S = 60.0


class Monitor:
    """One connection. Raises MonitorError for what QEMU refuses, OSError when it is gone."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(ANSWER_S)
        self._socket.connect(str(path))
        self._lines = self._socket.makefile("r", encoding="utf-8")
        self._lines.readline()  # the greeting
        self.ask("qmp_capabilities")

    def ask(self, command: str, **arguments: Any) -> Any:
        """What QEMU returns; events that come in between are passed over."""
        self._socket.sendall(json.dumps({"execute": command, "arguments": arguments}).encode() + b"\n")
        while line := self._lines.readline():
            answer = json.loads(line)
            if "error" in answer:
                raise MonitorError(f"{command}: {answer['error']['desc']}")
            if "return" in answer:
                return answer["return"]
        raise ConnectionResetError("QEMU is gone")

    def picture(self, file: Path, head: int = 0) -> None:
        """Write what a screen shows as PNG."""
        self.ask("screendump", filename=str(file), device="screen", head=head, format="png")

    def network(self, *, plugged: bool) -> None:
        """Draw or plug in the network's cable."""
        self.ask("set_link", name="network", up=plugged)

    def close(self) -> None:
        self._lines.close()
        self._socket.close()


class MonitorError(Exception):
    """QEMU refused. The message says what."""
