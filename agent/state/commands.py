"""What people and programs asked the room to do, and what became of it.

A command is accepted at once and finishes later: pending, then done or failed. The last 200 are remembered, in memory:
what must survive a crash goes through the outbox, which knows it longer.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import structlog

from agent import wire
from agent.errors import CommandError, OrderFailed, RoomAgentError
from agent.state import troubles
from agent.texts import say

log = structlog.get_logger()

REMEMBERED = 200


def new_command_id() -> str:
    """Twelve characters that are safe in a URL."""
    return secrets.token_urlsafe(9)


class CommandLog:
    """States of commands by id. Failures are told in the room's language. `accepted` is called for each one."""

    def __init__(self, language: str, accepted: Callable[[], None] = lambda: None) -> None:
        self._language = language
        self._accepted = accepted
        self._states: OrderedDict[str, wire.CommandState] = OrderedDict()
        self._running: set[asyncio.Task[None]] = set()

    def accept(self, name: str, work: Callable[[str], Coroutine[Any, Any, None]], command_id: str = "") -> str:
        """Start the work of an accepted command; its id, which the work is told: a new one where it has none yet. Work
        that raises one of our errors makes the command fail."""
        command_id = command_id or new_command_id()
        self._accepted()
        self._states[command_id] = wire.CommandState(id=command_id, name=name, state="pending", problem=None)
        while len(self._states) > REMEMBERED:
            self._states.popitem(last=False)
        task = asyncio.create_task(self._finish(command_id, name, work(command_id)))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return command_id

    def get(self, command_id: str) -> wire.CommandState:
        """The state of a command. Raises CommandError `command.unknown` (404) for an id that is not remembered."""
        state = self._states.get(command_id)
        if state is None:
            raise CommandError(
                "command.unknown", "No command has this id; ids are kept for the last 200 commands.", 404
            )
        return state

    async def _finish(self, command_id: str, name: str, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except OrderFailed as error:
            log.warning("command.failed", name=name, code=error.code)
            self._set(command_id, "failed", troubles.problem_of(error.code, self._language, error.part))
        except RoomAgentError as error:
            log.warning("command.failed", name=name, code=error.code)
            self._set(command_id, "failed", problem_of(error.code, self._language))
        else:
            log.info("command.done", name=name)
            self._set(command_id, "done", None)

    def _set(self, command_id: str, state: str, problem: wire.Problem | None) -> None:
        if command_id in self._states:
            self._states[command_id] = replace(self._states[command_id], state=state, problem=problem)


def problem_of(code: str, language: str) -> wire.Problem:
    """A code in words."""
    return wire.Problem(code=code, title=say(language, code), detail=say(language, code, "detail"))
