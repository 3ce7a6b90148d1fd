"""The home page's first bytes: language, texts and token. What the room is doing comes over the stream."""

from __future__ import annotations

import json

from jinja2 import Environment, PackageLoader, StrictUndefined

from agent.front.core import PROMPT_TIMEOUT_S, Core, CoreUnreachable
from agent.front.texts import FALLBACK, catalogue, choose, direction, languages


class HomePage:
    """Renders `/`."""

    def __init__(self, core: Core, token: str) -> None:
        environment = Environment(
            loader=PackageLoader("agent.front"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        self._template = environment.get_template("home.html")
        self._core = core
        self._token = token

    async def render(self, asked: str = "") -> str:
        """The page in the language that was asked for, if there is such a catalogue, else in the room's.

        While the core cannot be asked for the room's, it is in English.
        """
        language = asked if asked in languages() else choose(await self._language())
        return self._template.render(
            language=language,
            direction=direction(language),
            languages=sorted(languages()),
            texts=catalogue(language),
            token=self._token,
        )

    async def _language(self) -> str:
        try:
            answer = await self._core.ask("GET", "/api/v1/room", timeout_s=PROMPT_TIMEOUT_S)
        except CoreUnreachable:
            return FALLBACK
        return room_language(answer.content)


def room_language(body: bytes) -> str:
    """`room.language` of a RoomState; English for anything else."""
    try:
        language = json.loads(body)["room"]["language"]
    except (ValueError, KeyError, TypeError):
        return FALLBACK
    return language if isinstance(language, str) else FALLBACK
