"""Where things lie: state directory, configuration, sockets (order of design 3.1)."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from agent.errors import ConfigError, UsageError

PACKAGE_STATE = Path("/var/lib/room-agent")
PACKAGE_RUNTIME = Path("/run/room-agent")
SOCKET_PATH_LIMIT = 107  # bytes of sun_path without its NUL, unix(7)
FIRST_PASSED_FD = 3  # sd_listen_fds(3)


@dataclass(frozen=True, slots=True)
class Places:
    """Absolute paths. `config` is None in set-up mode: no file was named and the state directory holds none."""

    state: Path
    config: Path | None
    core_socket: Path

    @property
    def own_config(self) -> Path:
        """What the wizard writes, and `run` reads where no file is named."""
        return self.state / "config.toml"

    @property
    def managed(self) -> bool:
        """Whether the configuration is in a file that somebody named: it is theirs to change."""
        return self.config not in (None, self.own_config)

    @property
    def database(self) -> Path:
        return self.state / "room.db"

    @property
    def audit(self) -> Path:
        return self.state / "audit.jsonl"

    @property
    def api_token(self) -> Path:
        return self.state / "api-token"


def find(config: Path | None, state_dir: Path | None, environment: Mapping[str, str] = os.environ) -> Places:
    """The places for a command: flag, environment, then the usual directories. Creates nothing.

    Raises ConfigError for a configuration file that was named and is not there.
    """
    named, asked_state = asked_for(config, state_dir, environment)
    state = (asked_state or _state_dir(environment)).absolute()
    if named is not None and not named.is_file():
        raise ConfigError(
            f"{named}: there is no such file; name the configuration with --config FILE.", "config.missing"
        )
    found = Places(state, named.absolute() if named else None, _runtime_dir(state, environment) / "core.sock")
    return replace(found, config=found.own_config) if named is None and found.own_config.is_file() else found


def asked_for(
    config: Path | None, state_dir: Path | None, environment: Mapping[str, str] = os.environ
) -> tuple[Path | None, Path | None]:
    """Configuration file and state directory that somebody named, by flag or by our own variables; None where not."""
    file, directory = environment.get("ROOM_AGENT_CONFIG"), environment.get("ROOM_AGENT_STATE_DIR")
    return config or (Path(file) if file else None), state_dir or (Path(directory) if directory else None)


def _runtime_dir(state: Path, environment: Mapping[str, str]) -> Path:
    """Where the socket is: as a service in its runtime directory, which a command on that box has to know too; else in
    the state directory."""
    if environment.get("RUNTIME_DIRECTORY"):
        return Path(environment["RUNTIME_DIRECTORY"].split(":")[0])
    return PACKAGE_RUNTIME if state == PACKAGE_STATE and PACKAGE_RUNTIME.is_dir() else state


def _state_dir(environment: Mapping[str, str]) -> Path:
    if environment.get("STATE_DIRECTORY"):
        return Path(environment["STATE_DIRECTORY"].split(":")[0])
    if os.access(PACKAGE_STATE, os.W_OK):
        return PACKAGE_STATE
    base = environment.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(base) / "room-agent"


def prepare(places: Places) -> None:
    """Make the state directory (0700) where it is missing. Raises UsageError when it cannot be used."""
    try:
        places.state.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"{places.state}: {error.strerror}; choose another with --state-dir DIR.", "state.unusable"
        ) from error
    if not os.access(places.state, os.W_OK | os.X_OK):
        raise UsageError(f"{places.state}: not writable; choose another with --state-dir DIR.", "state.unusable")
    if len(os.fsencode(places.core_socket)) > SOCKET_PATH_LIMIT:
        raise UsageError(
            f"{places.core_socket}: too long for a socket (at most {SOCKET_PATH_LIMIT} bytes); shorten --state-dir.",
            "state.path_too_long",
        )


def passed_sockets(environment: Mapping[str, str] = os.environ) -> list[tuple[str, socket.socket]]:
    """Listening sockets that systemd passed to this process (sd_listen_fds(3)), each with the name that its unit gave
    it (FileDescriptorName=); empty when it passed none. Raises UsageError for what is no socket."""
    if environment.get("LISTEN_PID") != str(os.getpid()):
        return []
    said = environment.get("LISTEN_FDS", "")
    names = environment.get("LISTEN_FDNAMES", "").split(":")
    try:
        count = int(said or 0)
        passed = [socket.socket(fileno=fd) for fd in range(FIRST_PASSED_FD, FIRST_PASSED_FD + count)]
    except (ValueError, OSError):
        raise UsageError(
            f"LISTEN_FDS = {said[:20]!r}: not so many sockets were passed; start it by its unit, or unset LISTEN_PID.",
            "sockets.not_passed",
        ) from None
    for listener in passed:
        listener.setblocking(False)
        os.set_inheritable(listener.fileno(), False)
    return list(zip([*names, *[""] * count], passed, strict=False))
