"""A root shell in the machine, over a console that the image knows nothing of (see ramdisk.py)."""

from __future__ import annotations

import base64
import json
import shlex
import socket
import time
from pathlib import Path
from typing import Any

END = "\x1e"  # ASCII's record separator: nothing prints it
LARGEST, PIECE = 3_000, 2_000
"""Bytes of one line, and of a file at a time; a terminal takes 4,095 in a line. Pieces are whole groups of base64."""


class ShellError(AssertionError):
    """A command failed, or did not end in time. The message holds what it printed."""


class Shell:
    """Runs commands one after the other. `path` is the socket of QEMU's console."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(str(path))
        self._read = ""
        self._commands = 0

    def wait(self, within: float) -> None:
        """Until a shell answers. Raises ShellError."""
        end = time.monotonic() + within
        while time.monotonic() < end:
            try:
                self.run("stty -F /dev/hvc0 -echo", 5)
            except ShellError:
                continue
            return
        raise ShellError(f"no shell within {within} s")

    def run(self, command: str, within: float = 60.0, *, check: bool = True) -> str:
        """What it prints, both streams together. Raises ShellError for another status than 0, unless told not to."""
        assert len(command) < LARGEST, "send it as a file"
        self._commands += 1
        mark = f"printf '\\036%s %s\\036' {self._commands} $?"
        self._socket.sendall(f"{{ {command}\n}} 2>&1 </dev/null; {mark}\n".encode())
        end = time.monotonic() + within
        number = 0
        while number != self._commands:  # an answer to a question that nobody waits for any more is passed over
            printed = self._until_end(end, command).replace("\r\n", "\n").strip("\n")
            number, status = (int(part) for part in self._until_end(end, command).split())
        if check and status:
            raise ShellError(f"{command}: status {status}: {printed[-2000:]}")
        return printed

    def ask(self, command: str, within: float = 60.0) -> Any:
        """What it prints, as JSON; whatever its status is."""
        printed = self.run(command, within, check=False)
        try:
            return json.loads(printed)
        except ValueError:
            raise ShellError(f"{command}: no JSON: {printed[-2000:]}") from None

    def write(self, file: str, content: str, mode: str = "600", owner: str = "root:root") -> None:
        """Make a file in the machine, whole or not at all."""
        encoded = base64.b64encode(content.encode()).decode()
        part = shlex.quote(f"{file}.part")
        self.run(f": >{part}")
        for start in range(0, len(encoded), PIECE):
            self.run(f"echo {encoded[start : start + PIECE]} | base64 -d >>{part}")
        self.run(f"chown {owner} {part} && chmod {mode} {part} && mv {part} {shlex.quote(file)}")

    def close(self) -> None:
        self._socket.close()

    def _until_end(self, end: float, what: str) -> str:
        """Everything up to the next mark; what follows stays for the next reader."""
        while END not in self._read:
            self._socket.settimeout(max(0.01, end - time.monotonic()))
            try:
                piece = self._socket.recv(65536)
            except TimeoutError:
                piece = b""
            if not piece:
                raise ShellError(f"{what}: does not end; so far: {self._read[-2000:]}")
            self._read += piece.decode("utf-8", "replace")
        head, _, self._read = self._read.partition(END)
        return head
