"""Commands given at a shell to the agent that runs: sent, and waited for."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agent.errors import RoomAgentError
from agent.ports import Clock
from agent.system import local, places
from agent.system.clock import SystemClock

ANSWERED_WITHIN_S = 60.0
"""A server that answers at all takes seconds; what is still pending then goes on by itself."""
LOOK_EVERY_S = 0.2


class RunningAgent:
    """The agent on a state directory. All methods raise RoomAgentError: its own refusals, or that none runs."""

    def __init__(self, config_file: Path | None, state_dir: Path | None, clock: Clock | None = None) -> None:
        self._socket = places.find(config_file, state_dir).core_socket
        self._clock = clock or SystemClock()

    def room(self) -> dict[str, Any]:
        """The RoomState."""
        return self._ask("GET", "/api/v1/room")

    def command(self, name: str, body: Mapping[str, Any], within_s: float = ANSWERED_WITHIN_S) -> dict[str, Any]:
        """What became of a command: its state, pending where nobody has answered in time."""
        accepted = self._ask("POST", f"/api/v1/commands/{name}", body)
        until = self._clock.monotonic() + within_s
        while True:
            state = self._ask("GET", f"/api/v1/commands/{accepted['id']}")
            if state["state"] != "pending" or self._clock.monotonic() >= until:
                return state
            time.sleep(LOOK_EVERY_S)

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        answer = local.ask(self._socket, method, path, body, timeout_s=local.KNOWN_S)
        if answer is None:
            raise RoomAgentError(
                "agent.not_running", "No agent runs on this state directory; start it with room-agent run."
            )
        return answer
