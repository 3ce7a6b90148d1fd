"""The first bytes of a page: its language, texts and token. What is the matter in the room comes over its stream."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from jinja2 import Environment

from agent.front.core import PROMPT_TIMEOUT_S, Core, CoreUnreachable
from agent.front.texts import FALLBACK, Text, choose, direction, languages

LONGEST_HEADER = 200
TAG = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*", re.ASCII)


class FirstBytes:
    """Renders `page.html`. `token` is what the page sends with its commands."""

    def __init__(self, environment: Environment, core: Core, token: str) -> None:
        self._template = environment.get_template("page.html")
        self._core = core
        self._token = token

    def render(self, bundle: str, language: str, title: str, texts: Mapping[str, Text], place: str = "") -> str:
        """The page of this script bundle; `title` is the key of its text."""
        return self._template.render(
            bundle=bundle,
            place=place,
            language=language,
            direction=direction(language),
            languages=sorted(languages()),
            title=texts[title],
            texts=texts,
            token=self._token,
        )

    async def language_at(self, path: str, *keys: str, headers: Mapping[str, str] | None = None) -> str:
        """The catalogue for the language that an answer of the core has under these keys; English while the core cannot
        be asked."""
        try:
            answer = await self._core.ask("GET", path, headers=headers or {}, timeout_s=PROMPT_TIMEOUT_S)
        except CoreUnreachable:
            return FALLBACK
        return choose(language_in(answer.content, *keys))


def language_in(body: bytes, *keys: str) -> str:
    """The text under these keys of a JSON object; English for anything else."""
    try:
        found = json.loads(body)
        for key in keys:
            found = found[key]
    except (ValueError, KeyError, TypeError):
        return FALLBACK
    return found if isinstance(found, str) else FALLBACK


def accepted(header: str) -> str:
    """The first language of an Accept-Language header there is a catalogue for; empty for none. Weights are not looked
    at: browsers send their order (RFC 9110, 12.5.4)."""
    for entry in header[:LONGEST_HEADER].split(","):
        tag = entry.partition(";")[0].strip()
        if TAG.fullmatch(tag) and tag.partition("-")[0].lower() in {FALLBACK, choose(tag).partition("-")[0]}:
            return choose(tag)
    return ""
