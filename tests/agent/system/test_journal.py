"""Lines as journald takes them, on a real socket that stands in for its own."""

from __future__ import annotations

import array
import logging
import os
import shutil
import socket
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from agent.system import logs
from agent.system.journal import JournalHandler, encode, is_journal, message_id
from agent.system.log_memory import MEMORY

REMOTE = next((path for path in ("/usr/lib/systemd/systemd-journal-remote", "/lib/systemd/systemd-journal-remote")
               if Path(path).exists()), None)  # fmt: skip


class Journal:
    """What journald would have been sent."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._socket.settimeout(5)

    def raw(self) -> bytes:
        """The next datagram, or the file that was passed in its place."""
        data, ancillary, _, _ = self._socket.recvmsg(1 << 20, socket.CMSG_SPACE(4))
        for _, _, passed in ancillary:
            with os.fdopen(array.array("i", passed)[0], "rb") as file:
                file.seek(0)
                assert not data
                return file.read()
        return data

    def entry(self) -> dict[str, str]:
        """Its fields, by the protocol."""
        rest, found = self.raw(), {}
        while rest:
            line, _, rest = rest.partition(b"\n")
            name, sign, value = line.partition(b"=")
            if not sign:
                (length,) = struct.unpack_from("<Q", rest)
                value, rest = rest[8 : 8 + length], rest[8 + length + 1 :]
            found[name.decode()] = value.decode()
        return found

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Journal]:
    """In place of journald, for a process whose stderr is the journal's."""
    before = (logging.root.handlers[:], logging.root.level)
    found = os.fstat(2)
    monkeypatch.setenv("JOURNAL_STREAM", f"{found.st_dev}:{found.st_ino}")
    standing_in = Journal(tmp_path / "socket")
    logs.configure("debug", standing_in.path)
    yield standing_in
    for handler in logging.root.handlers:
        handler.close()
    logging.root.handlers[:], level = before[0], before[1]
    logging.root.setLevel(level)
    structlog.reset_defaults()
    standing_in.close()


def test_a_line_has_fields_to_look_for_and_a_message_to_read(journal: Journal) -> None:
    structlog.get_logger("agent.sync.worker").warning("calendar.failing", code="calendar.unreachable", attempt=3)
    assert journal.entry() == {
        "MESSAGE": "calendar.failing code=calendar.unreachable attempt=3",
        "PRIORITY": "4",
        "SYSLOG_IDENTIFIER": "room-agent",
        "MESSAGE_ID": message_id("calendar.failing"),
        "ROOM_AGENT_EVENT": "calendar.failing",
        "ROOM_AGENT_COMPONENT": "sync",
        "ROOM_AGENT_CODE": "calendar.unreachable",
        "ROOM_AGENT_ATTEMPT": "3",
    }


@pytest.mark.parametrize(("level", "priority"), [("debug", 7), ("info", 6), ("warning", 4), ("error", 3)])
def test_each_level_has_its_priority(journal: Journal, level: str, priority: int) -> None:
    getattr(structlog.get_logger("agent.test"), level)("part.ended")
    assert journal.entry()["PRIORITY"] == str(priority)


def test_a_librarys_line_is_no_event_of_ours(journal: Journal) -> None:
    logging.getLogger("uvicorn.error").warning("port %d is taken", 8080)
    found = journal.entry()
    assert (found["ROOM_AGENT_COMPONENT"], "MESSAGE_ID" in found) == ("uvicorn", False)
    assert "port 8080 is taken" in found["MESSAGE"]


def test_no_value_can_forge_a_field(journal: Journal) -> None:
    log = structlog.get_logger("agent.test")
    log.warning("page.script_error", text="x\nPRIORITY=0\nMESSAGE=forged", **{"a=b\nMESSAGE": "1", "PRIORITY": "0"})
    found = journal.entry()
    assert (found["PRIORITY"], found["ROOM_AGENT_PRIORITY"]) == ("4", "0")
    assert found["MESSAGE"].startswith("page.script_error")
    assert found["ROOM_AGENT_TEXT"] == "x\nPRIORITY=0\nMESSAGE=forged"


def test_a_value_with_line_breaks_is_told_by_its_length() -> None:
    assert encode([("MESSAGE", "a\nb"), ("PRIORITY", "6")]) == b"MESSAGE\n\x03\0\0\0\0\0\0\0a\nb\nPRIORITY=6\n"


def test_what_is_too_large_for_a_datagram_comes_as_a_file(journal: Journal) -> None:
    log = structlog.get_logger("agent.test")
    log.error("large.one", **{f"field_{number}": "x" * 16_000 for number in range(40)})
    found = journal.entry()
    assert found["ROOM_AGENT_FIELD_39"] == "x" * 16_000
    assert len(found["MESSAGE"]) == 16 * 1024


def test_a_journal_that_takes_nothing_is_never_waited_for_and_hears_of_what_it_missed(tmp_path: Path) -> None:
    handler = JournalHandler(tmp_path / "socket")
    for _ in range(3):
        handler.handle(logging.makeLogRecord({"msg": "lost"}))
    journal = Journal(tmp_path / "socket")
    handler.handle(logging.makeLogRecord({"msg": "kept"}))
    assert journal.entry()["ROOM_AGENT_LOST"] == "3"
    handler.close()
    journal.close()


def test_a_stderr_that_was_sent_elsewhere_is_not_the_journals(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_journal({"JOURNAL_STREAM": "8:1"})
    assert not is_journal({})


def test_the_last_lines_are_remembered_with_their_time(journal: Journal) -> None:
    before = max((each.n for each in MEMORY.entries()), default=0)
    structlog.get_logger("agent.test").info("stream.live", since=1)
    (line,) = MEMORY.entries(before)
    assert (line.event, line.level, line.fields) == ("stream.live", "info", {"since": "1", "logger": "agent.test"})
    assert line.at.endswith("Z")


@pytest.mark.skipif(REMOTE is None or not shutil.which("journalctl"), reason="needs the package systemd-journal-remote")
def test_journalctl_finds_a_line_by_its_fields(journal: Journal, tmp_path: Path) -> None:
    structlog.get_logger("agent.sync.worker").warning("calendar.failing", code="calendar.tls")
    file, stamp = tmp_path / "test.journal", b"__REALTIME_TIMESTAMP=1764000000000000\n"
    assert REMOTE is not None
    subprocess.run([REMOTE, f"--output={file}", "-"], input=stamp + journal.raw() + b"\n", check=True, timeout=20,
                   capture_output=True)  # fmt: skip
    found = subprocess.run(
        ["journalctl", f"--file={file}", "--output=cat", "--priority=warning", "ROOM_AGENT_CODE=calendar.tls",
         f"MESSAGE_ID={message_id('calendar.failing')}"], capture_output=True, text=True, check=True, timeout=20,
    )  # fmt: skip
    assert found.stdout == "calendar.failing code=calendar.tls\n"
