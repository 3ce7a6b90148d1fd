"""One change of the set-up at a time, and none where a file of the administrator's counts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from agent.errors import CommandError
from agent.setup.effect import InEffect
from agent.setup.flow import MANAGED


class Turns:
    """Whose turn it is to change draft or configuration. In the event loop only."""

    def __init__(self, effect: InEffect) -> None:
        self._effect = effect
        self.one = asyncio.Lock()
        """For what changes nothing that the administrator's file says: results, a reset that was asked for."""

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[None]:
        """For what somebody asked for. Raises CommandError where it cannot be."""
        async with self.one:
            if self._effect.mode == MANAGED:
                raise CommandError(
                    "setup.managed", "A configuration file named on the command line counts; change that one.", 409
                )
            yield
