"""Asking a running agent from the shell, over its unix socket."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from agent.errors import RoomAgentError

KNOWN_S = 10.0  # what an agent knows by itself: one that hangs is asked about just then
WORK_S = 200.0  # a read of the calendar may take its whole deadline
SILENCE_S = 60.0  # of a streamed answer, which has signs of life


def ask(
    core_socket: Path,
    method: str,
    path: str,
    body: Mapping[str, Any] | None = None,
    *,
    timeout_s: float = WORK_S,
) -> dict[str, Any] | None:
    """The JSON answer of the agent behind a socket, empty where it has nothing to say; None when none listens there.

    Raises RoomAgentError with the agent's own code and sentence when it refuses, `agent.no_answer` when it says nothing
    for `timeout_s` seconds.
    """
    if not _listens(core_socket):
        return None
    with _asking(core_socket, timeout_s) as client:
        answer = client.request(method, path, json=body)
        _refusal(answer)
        said: dict[str, Any] = answer.json() if answer.content else {}
        return said


def fetch(core_socket: Path, path: str) -> bytes | None:
    """The content behind a path, as it is; None when no agent listens. Raises as `ask`."""
    if not _listens(core_socket):
        return None
    with _asking(core_socket, SILENCE_S) as client:
        answer = client.get(path)
        _refusal(answer)
        return answer.content


def ask_lines(core_socket: Path, path: str, body: Mapping[str, Any]) -> Iterator[dict[str, Any]] | None:
    """The objects of a streamed answer to a POST, each as it comes; None when no agent listens. Raises as `ask`, also
    while it is read."""
    return _lines(core_socket, path, body) if _listens(core_socket) else None


def _lines(core_socket: Path, path: str, body: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    with _asking(core_socket, SILENCE_S) as client, client.stream("POST", path, json=body) as answer:
        if answer.status_code != httpx.codes.OK:
            answer.read()
            _refusal(answer)
        for line in answer.iter_lines():
            if line:  # an empty one is a sign of life
                yield json.loads(line)


@contextmanager
def _asking(core_socket: Path, timeout_s: float) -> Iterator[httpx.Client]:
    """A client of the socket. Trouble with it is ours to name."""
    transport = httpx.HTTPTransport(uds=str(core_socket))
    try:
        with httpx.Client(transport=transport, base_url="http://core", timeout=timeout_s) as client:
            yield client
    except httpx.HTTPError as error:
        why = f"within {timeout_s:g} s" if isinstance(error, httpx.TimeoutException) else f"({error})"
        raise RoomAgentError(
            "agent.no_answer",
            f"The agent at {core_socket} did not answer {why}; look at its log (journalctl -u room-agent) "
            "and start it anew if it hangs.",
        ) from error


def _refusal(answer: httpx.Response) -> None:
    if answer.headers.get("content-type", "").startswith("application/problem+json"):
        problem = answer.json()
        raise RoomAgentError(problem["code"], problem["detail"])


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
