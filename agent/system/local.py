"""Asking a running agent from the shell, over its unix socket."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import httpx

from agent.errors import RoomAgentError

TIMEOUT_S = 200.0  # a read of the calendar may take its whole deadline


def ask(core_socket: Path, method: str, path: str) -> dict[str, Any] | None:
    """The JSON answer of the agent behind a socket; None when none listens there.

    Raises RoomAgentError with the agent's own code and sentence when it refuses.
    """
    if not _listens(core_socket):
        return None
    transport = httpx.HTTPTransport(uds=str(core_socket))
    try:
        with httpx.Client(transport=transport, base_url="http://core", timeout=TIMEOUT_S) as client:
            answer = client.request(method, path)
    except httpx.HTTPError as error:
        raise RoomAgentError("agent.no_answer", f"The agent at {core_socket} did not answer: {error}.") from error
    if answer.headers.get("content-type", "").startswith("application/problem+json"):
        problem = answer.json()
        raise RoomAgentError(problem["code"], problem["detail"])
    body: dict[str, Any] = answer.json()
    return body


def _listens(core_socket: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC) as probe:
        try:
            probe.connect(str(core_socket))
        except (FileNotFoundError, ConnectionRefusedError, NotADirectoryError):
            return False
        except OSError as error:
            raise RoomAgentError(
                "agent.not_allowed",
                f"{core_socket}: {error.strerror or error}; ask as root or as the user of the agent.",
            ) from error
    return True
