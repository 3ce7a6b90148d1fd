"""Secrets from files and systemd credentials, read when they are needed and kept nowhere."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

import structlog

from agent.errors import ConfigError, SecretLost
from agent.system.durable import make_directory, replace_whole

_MAX_BYTES = 64 * 1024
_log = structlog.get_logger(__name__)


class Secret(str):
    """A secret on its way through the program: a string that does not show itself in a repr or a traceback."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret(…)"


class FileSecrets:
    """`agent.ports.Secrets` over files and `$CREDENTIALS_DIRECTORY`.

    A relative file belongs to `folder` (STATE/secrets); `agent.config.load` makes those of a configuration absolute.
    A file in that folder may have been sealed: root's room-seal encrypts it as the credential of its key path and takes
    the plain one away. Where it is missing the credential counts, then; a file anywhere else must be there.
    """

    def __init__(self, folder: Path, environ: Mapping[str, str] = os.environ) -> None:
        self._folder = folder
        self._credentials = environ.get("CREDENTIALS_DIRECTORY")
        self._warned: set[Path] = set()

    def read(self, key_path: str, file: str) -> Secret:
        """The secret for a key path without `_file`: its file if one is named and not sealed, else the systemd
        credential.

        Files are read anew each time, so a changed one counts at once. Raises `ConfigError` (codes `secret.missing`,
        `secret.unreadable`, `secret.empty`) whose message names key path and file, never content; `SecretLost` for one
        that was in `folder`.
        """
        return _text(*self._content(key_path, file))

    def read_bytes(self, key_path: str, file: str) -> bytes:
        """The same for a file that need not be text, unchanged."""
        return self._content(key_path, file)[1]

    def kept(self, name: str) -> str:
        """What `keep` wrote; "" for nothing, and for what cannot be read."""
        try:
            return (self._folder / name).read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            return ""

    def keep(self, name: str, text: str) -> None:
        """Written beside the other secrets, 0600, whole or not at all. Raises `ConfigError` when it cannot be."""
        target = self._folder / name
        try:
            make_directory(self._folder)
            replace_whole(target, text.encode())
        except OSError as error:
            raise ConfigError(f"{target} cannot be written: {error.strerror}", "secret.unwritable") from error

    def _content(self, key_path: str, file: str) -> tuple[str, bytes]:
        """The secret's name for messages, and its bytes."""
        credential = Path(self._credentials, key_path) if self._credentials else None
        given = credential is not None and credential.exists()
        path = self._folder / file
        if file and not given and self._sealed(path):
            raise SecretLost(f"{key_path}_file: there is no file {path}", "secret.missing")
        if file and not (given and self._sealed(path)):
            self._warn_when_shared(key_path, path)
            return _bytes(f"{key_path}_file", path)
        if credential is not None and given:
            return _bytes(f"systemd credential {key_path}", credential)
        hint = f'set {key_path}_file to the path of a file, or pass the systemd credential "{key_path}"'
        raise ConfigError(f"{key_path}: there is no secret; {hint}", "secret.missing")

    def _sealed(self, path: Path) -> bool:
        """Whether it is one of those that root seals, and is not there. What cannot be looked at is there."""
        return path.parent == self._folder and not os.path.lexists(path)

    def _warn_when_shared(self, key_path: str, path: Path) -> None:
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
        except OSError:
            return  # reading it says why
        if mode & (stat.S_IROTH | stat.S_IWOTH) and path not in self._warned:
            self._warned.add(path)
            _log.warning("secret.readable_by_everybody", key=f"{key_path}_file", path=str(path), mode=f"{mode:04o}")


def _bytes(name: str, path: Path) -> tuple[str, bytes]:
    try:
        with open(path, "rb", opener=_without_waiting) as file:
            if stat.S_ISFIFO(os.fstat(file.fileno()).st_mode):
                raise ConfigError(f"{name}: {path} is a pipe, expected a file", "secret.unreadable")
            content = file.read(_MAX_BYTES + 1)
    except FileNotFoundError:
        raise ConfigError(f"{name}: there is no file {path}", "secret.missing") from None
    except OSError as error:
        raise ConfigError(f"{name}: {path} cannot be read: {error.strerror}", "secret.unreadable") from error
    if len(content) > _MAX_BYTES:
        raise ConfigError(f"{name}: {path} is larger than {_MAX_BYTES // 1024} KiB", "secret.unreadable")
    if not content:
        raise ConfigError(f"{name}: {path} is empty", "secret.empty")
    return f"{name}: {path}", content


def _without_waiting(path: str, flags: int) -> int:
    """A pipe that nobody writes to opens at once, too; for files it makes no difference."""
    return os.open(path, flags | os.O_NONBLOCK)


def _text(name: str, content: bytes) -> Secret:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError(f"{name} is not UTF-8 text", "secret.unreadable") from None
    text = text.removesuffix("\n").removesuffix("\r") if text.endswith("\n") else text
    if not text:
        raise ConfigError(f"{name} is empty", "secret.empty")
    return Secret(text)
