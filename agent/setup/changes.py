"""A new configuration under a program that runs: on disk, then served; what cannot be served does not stay."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog

from agent.errors import CommandError, RoomAgentError
from agent.setup import reset
from agent.setup.apply import Activation
from agent.setup.ports import Surroundings

log = structlog.get_logger()

Plan = Callable[[int], tuple[dict[str, Any], dict[str, bytes]]]
"""The data of the file of this generation, and the secrets that are new with it. Blocking."""


class Changes:
    """Over a state directory. One at a time; the caller sees to that."""

    def __init__(self, state: Path, around: Surroundings) -> None:
        self._state = state
        self._around = around
        self._activation = Activation(state)

    async def put(self, plan: Plan) -> None:
        """Put a configuration into effect. Raises CommandError with the reason when the box cannot serve with it; the
        one before is then served again."""
        written = await asyncio.to_thread(self._commit, plan)
        try:
            await self._around.reconfigure()
        except RoomAgentError as error:
            await asyncio.to_thread(self._activation.revert, written)
            log.warning("setup.reverted", code=error.code)
            raise CommandError(error.code, str(error), 409) from error
        await asyncio.to_thread(self._activation.settle)

    async def ask_to_forget(self) -> None:
        """From now on everything is to be forgotten, over every power cut."""
        await asyncio.to_thread(reset.ask, self._state)

    async def forget(self) -> None:
        """Do so, under the hands of the core that runs, which then makes place for one that knows nothing. What the old
        one wrote on its way out goes as well."""
        try:
            await asyncio.to_thread(reset.finish, self._state)
            await self._around.reconfigure()
            await asyncio.to_thread(reset.sweep, self._state)
        except (RoomAgentError, OSError) as error:
            log.error("setup.reset_unfinished", reason=str(error))  # noqa: TRY400  the sentence says it all

    def _commit(self, plan: Plan) -> Any:
        generation = self._activation.next_generation()
        data, secrets = plan(generation)
        return self._activation.commit(data, generation, secrets)
