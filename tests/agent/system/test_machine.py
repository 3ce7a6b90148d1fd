"""What the machine says of itself, and what it may say without being believed."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.model.machine import Protection
from agent.system import time_sync
from agent.system.disk import size_of, storage_of
from agent.system.protection import protection_of
from agent.system.updates import LARGEST, read_updates
from agent.system.versions import versions

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
TOLD: dict[str, Any] = {
    "checked": "2026-11-23T02:00:00Z",
    "pending": 4,
    "security": 1,
    "reboot_required": True,
    "last": {"at": "2026-11-22T02:00:00Z", "outcome": "rolled_back", "to": "0.1.1", "reason": "not_ready"},
}


def test_free_space_is_that_of_the_state_directory(tmp_path: Path) -> None:
    found = storage_of(tmp_path)
    assert found is not None
    assert 0 < found.free_bytes < found.total_bytes
    assert found.writable
    assert storage_of(tmp_path / "nowhere") is None


def test_a_database_is_as_large_as_its_files_together(tmp_path: Path) -> None:
    (tmp_path / "room.db").write_bytes(b"x" * 4096)
    (tmp_path / "room.db-wal").write_bytes(b"x" * 1000)
    assert size_of(tmp_path / "room.db", tmp_path / "room.db-wal") == 5096
    assert size_of(tmp_path / "nowhere") == 0


def test_the_kernel_is_asked_first() -> None:
    assert time_sync.synchronized(NOW) in (True, False)


@pytest.mark.parametrize(
    ("age", "expected"), [(timedelta(minutes=30), True), (timedelta(hours=7), False), (None, False)]
)
def test_where_it_may_not_be_asked_timesyncds_mark_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, age: timedelta | None, expected: bool
) -> None:
    monkeypatch.setattr(time_sync, "_by_kernel", lambda: None)
    if age is not None:
        (tmp_path / "synchronized").touch()
        moment = (NOW - age).timestamp()
        os.utime(tmp_path / "synchronized", (moment, moment))
    assert time_sync.synchronized(NOW, tmp_path) is expected
    assert time_sync.synchronized(NOW, tmp_path / "chrony") is None


def told(folder: Path, text: str | bytes) -> Path:
    (folder / "state.json").write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder / "state.json"


def test_updates_are_read_as_root_wrote_them(tmp_path: Path) -> None:
    found = read_updates(told(tmp_path, json.dumps(TOLD)))
    assert found is not None
    assert (found.pending, found.security, found.reboot_required) == (4, 1, True)
    assert found.last is not None
    assert (found.last.outcome, found.last.to, found.last.reason) == ("rolled_back", "0.1.1", "not_ready")


@pytest.mark.parametrize(
    "text",
    ["", "null", "[]", "{}", '"x"', "{", '{"checked": 5}', '{"checked": "yesterday"}',
     '{"checked": "2026-11-23T02:00:00"}',
     b"\xff\xfe", "[" * 10_000, '{"checked": "2026-11-23T02:00:00Z", "pending": "many"}', "x" * (LARGEST + 1),
     '{"checked": "2026-11-23T02:00:00Z", "pending": 1e999}'],
    ids=range(14),
)  # fmt: skip
def test_what_makes_no_sense_says_nothing(tmp_path: Path, text: str | bytes) -> None:
    assert read_updates(told(tmp_path, text)) is None


def test_without_updates_nothing_is_known(tmp_path: Path) -> None:
    assert read_updates(tmp_path / "none") is None
    assert read_updates(tmp_path) is None


def test_words_that_are_no_version_and_no_code_are_dropped(tmp_path: Path) -> None:
    last = {"at": "2026-11-22T02:00:00Z", "outcome": "failed", "to": "1\n2", "reason": "Design review at noon"}
    found = read_updates(told(tmp_path, json.dumps({**TOLD, "pending": -3, "last": last})))
    assert found is not None
    assert found.last is not None
    assert (found.pending, found.last.to, found.last.reason) == (0, "", "")
    other = read_updates(told(tmp_path, json.dumps({**TOLD, "last": {"outcome": "exploded"}})))
    assert other is not None
    assert other.last is None


@pytest.mark.parametrize(
    ("plain", "sealed", "key", "expected"),
    [
        (False, False, None, None),
        (True, False, "tpm2", Protection.NONE),
        (False, True, "tpm2", Protection.TPM2),
        (False, True, "host", Protection.HOST),
        (False, True, None, Protection.HOST),
        (True, True, "tpm2", Protection.NONE),
    ],
)
def test_the_weakest_secret_counts(
    tmp_path: Path, plain: bool, sealed: bool, key: str | None, expected: Protection | None
) -> None:
    if plain:
        (tmp_path / "password").write_text("x")
    if sealed:
        (tmp_path / "credentials").mkdir()
        (tmp_path / "credentials" / "web.status_token").write_text("x")
    if key is not None:
        (tmp_path / "key").write_text(json.dumps({"key": key}))
    files = [("calendar.ews.password", "password"), ("web.status_token", "")]
    environ = {"CREDENTIALS_DIRECTORY": str(tmp_path / "credentials")}
    assert protection_of(files, tmp_path, environ, tmp_path / "key") is expected


def test_versions_are_those_of_installed_packages(tmp_path: Path) -> None:
    (tmp_path / "status").write_text(
        "Package: chromium-common\nStatus: install ok installed\nVersion: 1\n\n"
        "Package: chromium\nStatus: install ok installed\nVersion: 150.0.1-1~deb12u1\n\n"
        "Package: mpv\nStatus: deinstall ok config-files\nVersion: 0.35\n"
    )
    found = versions(tmp_path / "status")
    assert found.pop("kernel") == os.uname().release
    assert {name: text for name, text in found.items() if name != "os"} == {"chromium": "150.0.1-1~deb12u1"}
    assert "chromium" not in versions(tmp_path / "none")
