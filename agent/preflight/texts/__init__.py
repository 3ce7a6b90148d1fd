"""Sentences of the preflight by code and language: `{code: {"title", "detail", "cure"}}` with `{name}` placeholders."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from agent.model.preflight import Check, Finding
from agent.texts import say

FALLBACK = "en"


@cache
def catalogue(language: str) -> Mapping[str, Mapping[str, str]]:
    """The catalogue of a language ("de-CH" finds "de"); empty when there is none."""
    base = language.replace("_", "-").split("-", maxsplit=1)[0].lower()
    source = files(__name__) / f"{base}.json"
    if not base.isalpha() or not source.is_file():
        return {}
    data: Mapping[str, Mapping[str, str]] = json.loads(source.read_text("utf-8"))
    return data


def described(id_: str, finding: Finding, language: str) -> Check:
    """The finding in sentences of a language. Codes of the sources (`calendar.…`) have theirs in `agent/texts`."""
    return Check(
        id=id_,
        status=finding.status,
        code=finding.code,
        title=_sentence(finding, language, "title"),
        detail=_sentence(finding, language, "detail"),
        cure=_sentence(finding, language, "cure"),
        who=finding.who,
        command=finding.command,
    )


def _sentence(finding: Finding, language: str, part: str) -> str:
    for spoken in (language, FALLBACK):
        known = catalogue(spoken).get(finding.code)
        if known is not None:
            return known.get(part, "").format_map(finding.values)
    found = say(language, finding.code, part)
    return "" if part != "title" and found == finding.code else found
