"""journald's native protocol: lines of the log with fields, one datagram each.

The protocol is documented and stable (systemd.io/JOURNAL_NATIVE_PROTOCOL), and its 40 lines need no library: Debian's
python3-systemd is not for our own environment, and PyPI's systemd-python has no wheels.
"""

from __future__ import annotations

import array
import errno
import fcntl
import json
import logging
import os
import re
import socket
import struct
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from pathlib import Path
from typing import Any

SOCKET = Path("/run/systemd/journal/socket")
IDENTIFIER = "room-agent"
PREFIX = "ROOM_AGENT_"
EVENTS = uuid.UUID("f2f6a1f0-8f0c-5a53-9f0b-6a5f3d0c5b11")
"""Namespace of our message ids: `MESSAGE_ID` is the UUID, version 5, of the event's name in it."""
LONGEST = 16 * 1024
"""Characters of a value."""
PRIORITIES = {"debug": 7, "info": 6, "warning": 4, "error": 3, "critical": 2}
_EVENT = re.compile(r"[a-z][a-z_]*(\.[a-z_]+)*")
_PLAIN = re.compile(r"[^\s\"=]+")
_OWN = frozenset({"event", "level", "logger", "timestamp"})
_TOO_LARGE = frozenset({errno.EMSGSIZE, errno.ENOBUFS})


def message_id(event: str) -> str:
    """What `journalctl MESSAGE_ID=…` finds all lines of an event by."""
    return uuid.uuid5(EVENTS, event).hex


def encode(fields: Iterable[tuple[str, str]]) -> bytes:
    """`NAME=value` in a line; what has a line break in it is told by its length."""
    return b"".join(_encoded(name.encode(), value.encode("utf-8", "replace")) for name, value in fields)


def _encoded(name: bytes, value: bytes) -> bytes:
    if b"\n" in value:
        return name + b"\n" + struct.pack("<Q", len(value)) + value + b"\n"
    return name + b"=" + value + b"\n"


def fields_of(message: str, event: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The fields of a line: `message` as people read it, `event` as it was logged."""
    name, logger = str(event.get("event", "")), str(event.get("logger", ""))
    yield "MESSAGE", message[:LONGEST]
    yield "PRIORITY", str(PRIORITIES.get(str(event.get("level")), 6))
    yield "SYSLOG_IDENTIFIER", IDENTIFIER
    if _EVENT.fullmatch(name) and logger.startswith("agent"):
        yield "MESSAGE_ID", message_id(name)
        yield f"{PREFIX}EVENT", name
    yield f"{PREFIX}COMPONENT", logger.removeprefix("agent.").partition(".")[0] or "agent"
    for key, value in event.items():
        if key not in _OWN and not key.startswith("_"):
            yield f"{PREFIX}{re.sub('[^A-Z0-9_]', '_', key.upper())[:48]}", str(value)[:LONGEST]


def message_of(event: Mapping[str, Any]) -> str:
    """A line for people: the event, then `key=value`, quoted where that would be read wrongly."""
    pairs = (f"{_word(str(key))}={_word(str(value))}" for key, value in event.items() if key not in _OWN)
    return " ".join([str(event.get("event", "")), *pairs])


def _word(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


class JournalHandler(logging.Handler):
    """Sends to journald and never waits for it: a line that it does not take is counted, and the next one tells."""

    def __init__(self, path: Path = SOCKET) -> None:
        super().__init__()
        self._path = str(path)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        self._socket.setblocking(False)
        self._event: dict[str, Any] = {}
        self._lost = 0

    def keep(self, _: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        """A processor of the formatter: keeps the fields, for which `format` has no room. Called under the lock."""
        self._event = dict(event)
        return event

    def emit(self, record: logging.LogRecord) -> None:
        """Called under the handler's lock. Raises nothing."""
        try:
            fields = [*fields_of(self.format(record), self._event)]
            if self._lost:
                fields.append((f"{PREFIX}LOST", str(self._lost)))
            self._send(encode(fields))
        except Exception:  # noqa: BLE001  a line that cannot be written must not end what wanted to write it
            self._lost += 1
        else:
            self._lost = 0

    def close(self) -> None:
        self._socket.close()
        super().close()

    def _send(self, datagram: bytes) -> None:
        try:
            self._socket.sendto(datagram, self._path)
        except OSError as error:
            if error.errno not in _TOO_LARGE:
                raise
            self._send_file(datagram)

    def _send_file(self, datagram: bytes) -> None:
        """What is too large for a datagram goes as a sealed file in memory."""
        descriptor = os.memfd_create("room-agent-log", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        with os.fdopen(descriptor, "wb") as file:
            file.write(datagram)
            file.flush()
            seals = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE
            fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, seals)
            passed = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [descriptor]))]
            self._socket.sendmsg([b""], passed, 0, self._path)


def is_journal(environ: Mapping[str, str], stat: Callable[[int], os.stat_result] = os.fstat) -> bool:
    """Whether our stderr is the journal's: systemd tells its device and inode (systemd.exec(5))."""
    try:
        found = stat(2)
    except OSError:
        return False
    return environ.get("JOURNAL_STREAM") == f"{found.st_dev}:{found.st_ino}"
