"""The page for operations."""

from __future__ import annotations

from starlette.requests import Request

from agent.front.first_bytes import FirstBytes, accepted
from agent.front.texts import languages, texts_of

AREAS = ("page.", "language.", "no_join.", "ops.", "setup.cure", "setup.who.", "setup.locked", "setup.failed")


class OpsPage:
    """Renders `/ops`."""

    def __init__(self, first: FirstBytes) -> None:
        self._first = first

    async def render(self, request: Request, asked: str = "") -> str:
        """The page in the language that was asked for, else the browser's, else the room's."""
        preferred = accepted(request.headers.get("accept-language", ""))
        wanted = asked if asked in languages() else preferred
        language = wanted or await self._first.language_at("/api/v1/room", "room", "language")
        return self._first.render("ops", language, "ops.page", texts_of(language, *AREAS))
