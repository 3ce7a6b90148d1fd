"""`room-agent run` as a process of its own, configured like an administrator would."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import httpx

from tests.fakes.exchange import CLIENT_ID, CLIENT_SECRET, TENANT

PATIENCE_S = 30
_HTTP = httpx.Client(
    timeout=10,
    trust_env=False,
    verify=False,
    limits=httpx.Limits(max_keepalive_connections=0),
)


def agent_command(*arguments: str) -> list[str]:
    return [sys.executable, "-W", "error", "-m", "agent", *arguments]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def write_config(directory: Path, endpoint: str, password: str, port: int, **more: dict[str, Any]) -> Path:
    """A configuration for a room at an EWS endpoint; `more` adds keys by section ("calendar_ews" for calendar.ews)."""
    secret(directory / "password", password)
    ews = {"endpoint": endpoint, "username": "mailboxservice@contoso.example", "password_file": "password"}
    return _write(directory, port, {"calendar.ews": ews}, more)


def write_graph_config(
    directory: Path,
    authority: str,
    ca_file: Path,
    port: int,
    *,
    app_secret: str = CLIENT_SECRET,
    **more: dict[str, Any],
) -> Path:
    """The same for a room in a demo server's Graph."""
    secret(directory / "app-secret", app_secret)
    graph = {
        "endpoint": authority,
        "authority": authority,
        "tenant_id": TENANT,
        "client_id": CLIENT_ID,
        "client_secret_file": "app-secret",
        "ca_file": str(ca_file),
    }
    return _write(directory, port, {"calendar": {"source": "graph"}, "calendar.graph": graph}, more)


def secret(file: Path, text: str) -> None:
    """A file that only we can read."""
    file.write_text(text + "\n")
    file.chmod(0o600)


def _write(directory: Path, port: int, own: dict[str, dict[str, Any]], more: dict[str, dict[str, Any]]) -> Path:
    sections: dict[str, dict[str, Any]] = {
        "room": {"mailbox": "sjroom@contoso.example", "name": "San Jose", "timezone": "America/Los_Angeles"},
        **own,
        "web": {"listen": f"127.0.0.1:{port}"},
    }
    for name, keys in more.items():
        sections.setdefault(name.replace("_", "."), {}).update(keys)
    text = ""
    for name, keys in sections.items():
        text += f"[{name}]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in keys.items())
    (directory / "config.toml").write_text(text)
    return directory / "config.toml"


@dataclass
class AgentProcess:
    """A running agent. As a context manager it is stopped by SIGTERM at the end, and must have died in peace."""

    state_dir: Path
    config: Path | None
    port: int
    environment: dict[str, str] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    log: str = ""

    def __enter__(self) -> Self:
        named = () if self.config is None else ("--config", str(self.config))
        self.process = subprocess.Popen(
            agent_command("run", *named, "--state-dir", str(self.state_dir), *self.flags),
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **self.environment},
        )
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.stop()
        else:
            self.log = self.log or self.process.communicate()[1]

    def stop(self, by: signal.Signals = signal.SIGTERM) -> float:
        """End it; how long that took, in seconds."""
        begun = time.monotonic()
        self.process.send_signal(by)
        self.log = self.process.communicate(timeout=15)[1]
        return time.monotonic() - begun

    def get(self, path: str) -> httpx.Response:
        return _HTTP.get(f"http://127.0.0.1:{self.port}{path}")

    def post(self, path: str, body: Any) -> httpx.Response:
        token = (self.state_dir / "api-token").read_text().strip()
        headers = {"X-Room-Agent-Token": token}
        return _HTTP.post(f"http://127.0.0.1:{self.port}{path}", json=body, headers=headers)

    def room(
        self, wanted: Callable[[dict[str, Any]], bool] = lambda _: True, patience_s: float = PATIENCE_S
    ) -> dict[str, Any]:
        """The first RoomState that is as wanted."""
        return self._until("/api/v1/room", wanted, patience_s)

    def status(self, wanted: Callable[[dict[str, Any]], bool] = lambda _: True) -> dict[str, Any]:
        """The first status document that is as wanted."""
        return self._until("/api/v1/status", wanted, PATIENCE_S)

    def _until(self, path: str, wanted: Callable[[dict[str, Any]], bool], patience_s: float) -> dict[str, Any]:
        deadline = time.monotonic() + patience_s
        last: Any = None
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.process.communicate()[1]
            try:
                answer = self.get(path)
            except httpx.TransportError:
                answer = None
            if answer is not None and "problem" not in answer.headers["content-type"]:
                last = answer.json()
                if wanted(last):
                    found: dict[str, Any] = last
                    return found
            time.sleep(0.1)
        raise AssertionError(f"{path} never became as wanted; last: {json.dumps(last)[:2000]}")
