"""The wizard, later the settings; told whether it runs on the box's own screen."""

from __future__ import annotations

from starlette.requests import Request

from agent.front.first_bytes import FirstBytes, accepted
from agent.front.sessions import identity, place_of
from agent.front.texts import languages, texts_of
from agent.wire import SCREEN

AREAS = ("page.", "dialog.", "language.", "details.show", "details.hide", "setup.")


class SetupPage:
    """Renders `/setup`."""

    def __init__(self, first: FirstBytes) -> None:
        self._first = first

    async def render(self, request: Request, asked: str = "") -> str:
        """The page in the language that was asked for, else that of a technician's browser, else the core's."""
        on_screen = place_of(request) == SCREEN
        preferred = "" if on_screen else accepted(request.headers.get("accept-language", ""))
        wanted = asked if asked in languages() else preferred
        language = wanted or await self._first.language_at("/api/v1/setup", "language", headers=identity(request))
        place = "screen" if on_screen else "network"
        return self._first.render("setup", language, "setup.page", texts_of(language, *AREAS), place)
