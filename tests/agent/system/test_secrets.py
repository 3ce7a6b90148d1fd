"""Secrets come from files and systemd credentials."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import structlog

from agent.errors import ConfigError, SecretLost
from agent.system.secrets import FileSecrets, Secret

KEY = "calendar.ews.password"


def put(path: Path, content: bytes, mode: int = 0o600) -> str:
    path.write_bytes(content)
    path.chmod(mode)
    return str(path)


@pytest.mark.parametrize(
    ("content", "secret"),
    [
        (b"hunter2", "hunter2"),
        (b"hunter2\n", "hunter2"),
        (b"hunter2\r\n", "hunter2"),
        (b"hunter2\n\n", "hunter2\n"),
        (b" spaces stay \n", " spaces stay "),
        (b"\xef\xbb\xbfhunter2\n", "hunter2"),
        ("pässwörd\n".encode(), "pässwörd"),
    ],
)
def test_one_trailing_newline_is_dropped_and_nothing_else(tmp_path: Path, content: bytes, secret: str) -> None:
    file = put(tmp_path / "password", content)

    assert FileSecrets(tmp_path, {}).read(KEY, file) == secret


def test_a_relative_file_belongs_to_the_folder_of_secrets(tmp_path: Path) -> None:
    put(tmp_path / "ews", b"hunter2")

    assert FileSecrets(tmp_path, {}).read(KEY, "ews") == "hunter2"


def test_without_a_file_the_systemd_credential_counts(tmp_path: Path) -> None:
    put(tmp_path / KEY, b"hunter2\n")

    assert FileSecrets(tmp_path / "none", {"CREDENTIALS_DIRECTORY": str(tmp_path)}).read(KEY, "") == "hunter2"


def test_a_named_file_wins_over_the_credential(tmp_path: Path) -> None:
    put(tmp_path / KEY, b"credential")
    file = put(tmp_path / "file", b"file")

    assert FileSecrets(tmp_path, {"CREDENTIALS_DIRECTORY": str(tmp_path)}).read(KEY, file) == "file"


def credentials(directory: Path, content: bytes = b"sealed") -> dict[str, str]:
    directory.mkdir()
    put(directory / KEY, content)
    return {"CREDENTIALS_DIRECTORY": str(directory)}


def test_a_file_that_was_sealed_away_counts_as_the_credential(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    folder.mkdir()
    secrets = FileSecrets(folder, credentials(tmp_path / "credentials"))

    assert secrets.read(KEY, str(folder / KEY)) == "sealed"
    assert secrets.read(KEY, KEY) == "sealed"
    put(folder / KEY, b"entered again")
    assert secrets.read(KEY, str(folder / KEY)) == "entered again"


def test_a_missing_file_elsewhere_is_still_missing(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    (folder / "more").mkdir(parents=True)
    secrets = FileSecrets(folder, credentials(tmp_path / "credentials"))

    for file in (tmp_path / "password", folder / "more" / "password", folder / ".." / "password"):
        with pytest.raises(ConfigError, match="there is no file") as caught:
            secrets.read(KEY, str(file))
        assert not isinstance(caught.value, SecretLost)


def test_a_file_that_is_there_but_cannot_be_used_is_not_passed_over(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    folder.mkdir()
    secrets = FileSecrets(folder, credentials(tmp_path / "credentials"))
    (folder / "dangling").symlink_to(tmp_path / "nowhere")
    put(folder / "empty", b"")

    for file in ("dangling", "empty"):
        with pytest.raises(ConfigError):
            secrets.read(KEY, file)


def test_without_the_credential_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=f"{KEY}_file: there is no file") as caught:
        FileSecrets(tmp_path, {}).read(KEY, "password")

    assert caught.value.code == "secret.missing"
    assert isinstance(caught.value, SecretLost)


def test_a_changed_file_counts_at_once(tmp_path: Path) -> None:
    secrets = FileSecrets(tmp_path, {})
    file = put(tmp_path / "password", b"old")
    before = secrets.read(KEY, file)
    put(tmp_path / "password", b"new")

    assert (before, secrets.read(KEY, file)) == ("old", "new")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "secret.empty"),
        (b"\n", "secret.empty"),
        (b"x" * 65537, "secret.unreadable"),
        (b"\xff", "secret.unreadable"),
    ],
)
def test_a_file_that_holds_no_secret_is_refused_by_name(tmp_path: Path, content: bytes, code: str) -> None:
    file = put(tmp_path / "password", content)

    with pytest.raises(ConfigError) as caught:
        FileSecrets(tmp_path, {}).read(KEY, file)

    assert caught.value.code == code
    assert str(caught.value).startswith(f"{KEY}_file: {file}")


def test_a_pipe_that_nobody_writes_to_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(ConfigError, match="is a pipe, expected a file") as refused:
        FileSecrets(tmp_path, {}).read(KEY, "pipe")
    assert refused.value.code == "secret.unreadable"


def test_a_missing_file_and_a_directory_are_told_apart(tmp_path: Path) -> None:
    secrets = FileSecrets(tmp_path, {})

    with pytest.raises(ConfigError, match="there is no file") as missing:
        secrets.read(KEY, "password")
    with pytest.raises(ConfigError, match="cannot be read: Is a directory") as directory:
        secrets.read(KEY, str(tmp_path))

    assert (missing.value.code, directory.value.code) == ("secret.missing", "secret.unreadable")


def test_without_file_and_credential_both_ways_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=rf"set {KEY}_file .* systemd credential") as caught:
        FileSecrets(tmp_path, {"CREDENTIALS_DIRECTORY": str(tmp_path)}).read(KEY, "")

    assert caught.value.code == "secret.missing"


def test_a_file_everybody_can_read_is_used_and_warned_about_once(tmp_path: Path) -> None:
    file = put(tmp_path / "password", b"hunter2", 0o644)
    secrets = FileSecrets(tmp_path, {})

    with structlog.testing.capture_logs() as logs:
        assert secrets.read(KEY, file) == "hunter2"
        secrets.read(KEY, file)

    (entry,) = logs
    assert (entry["event"], entry["log_level"], entry["mode"]) == ("secret.readable_by_everybody", "warning", "0644")
    assert "hunter2" not in str(entry)


def test_a_secret_does_not_show_itself() -> None:
    secret = Secret("hunter2")

    assert "hunter2" not in repr({"password": secret})
    assert secret == "hunter2"
