"""Where things lie: state directory, configuration, sockets (order of design 3.1)."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from agent.errors import ConfigError, UsageError

PACKAGE_STATE = Path("/var/lib/room-agent")
SOCKET_PATH_LIMIT = 107  # bytes of sun_path without its NUL, unix(7)
FIRST_PASSED_FD = 3  # sd_listen_fds(3)


@dataclass(frozen=True, slots=True)
class Places:
    """Absolute paths. `config` is None in set-up mode: no file was named and the state directory holds none."""

    state: Path
    config: Path | None
    core_socket: Path

    @property
    def database(self) -> Path:
        return self.state / "room.db"

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
    if named is None and (state / "config.toml").is_file():
        named = state / "config.toml"
    runtime = environment.get("RUNTIME_DIRECTORY", "").split(":")[0]
    return Places(state, named.absolute() if named else None, (Path(runtime) if runtime else state) / "core.sock")


def asked_for(
    config: Path | None, state_dir: Path | None, environment: Mapping[str, str] = os.environ
) -> tuple[Path | None, Path | None]:
    """Configuration file and state directory that somebody named, by flag or by our own variables; None where not."""
    file, directory = environment.get("ROOM_AGENT_CONFIG"), environment.get("ROOM_AGENT_STATE_DIR")
    return config or (Path(file) if file else None), state_dir or (Path(directory) if directory else None)


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


def passed_sockets(environment: Mapping[str, str] = os.environ) -> list[socket.socket]:
    """Listening sockets that systemd passed to this process (sd_listen_fds(3)); empty when it passed none."""
    if environment.get("LISTEN_PID") != str(os.getpid()):
        return []
    count = int(environment.get("LISTEN_FDS", "0") or 0)
    passed = [socket.socket(fileno=fd) for fd in range(FIRST_PASSED_FD, FIRST_PASSED_FD + count)]
    for listener in passed:
        listener.setblocking(False)
        os.set_inheritable(listener.fileno(), False)
    return passed
