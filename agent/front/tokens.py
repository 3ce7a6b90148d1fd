"""Who may send commands: this front's page, and programs of this machine that read `STATE/api-token`."""

from __future__ import annotations

import hmac
import secrets

from agent.front.core import Core

MAX_TOKEN_SIZE = 256


class Tokens:
    """`page` is new with every start of the front and lives in the home page only."""

    def __init__(self, core: Core) -> None:
        self.page = secrets.token_urlsafe(32)
        self._core = core

    async def accepts(self, given: str) -> bool:
        """Whether this is the page's token or one the core knows. Raises `CoreUnreachable`."""
        if hmac.compare_digest(given.encode(), self.page.encode()):
            return True
        return 0 < len(given) <= MAX_TOKEN_SIZE and await self._core.knows_token(given)
