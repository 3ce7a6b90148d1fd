"""The home page."""

from __future__ import annotations

from agent.front.first_bytes import FirstBytes
from agent.front.texts import catalogue, languages

OTHER_PAGES = ("setup.", "ops.")


class HomePage:
    """Renders `/`."""

    def __init__(self, first: FirstBytes) -> None:
        self._first = first

    async def render(self, asked: str = "") -> str:
        """The page in the language that was asked for, if there is such a catalogue, else in the room's."""
        language = asked if asked in languages() else await self._first.language_at("/api/v1/room", "room", "language")
        texts = {key: text for key, text in catalogue(language).items() if not key.startswith(OTHER_PAGES)}
        return self._first.render("page", language, "page.title", texts)
