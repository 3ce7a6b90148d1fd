"""Sentences for people, by stable code and language.

A catalogue is `<language>.json`: `{code: {"title": …, "detail": …}}` with `{name}` placeholders. A language without a
sentence falls back to English; a code without one in English is a bug that tests/agent/test_texts.py catches.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

FALLBACK = "en"
Catalogue = Mapping[str, Mapping[str, str]]


@cache
def catalogue(language: str) -> Catalogue:
    """The catalogue of a language ("de-CH" finds "de"); empty when there is none."""
    base = language.replace("_", "-").split("-", maxsplit=1)[0].lower()
    source = files(__name__) / f"{base}.json"
    if not base.isalpha() or not source.is_file():
        return {}
    data: Catalogue = json.loads(source.read_text("utf-8"))
    return data


def say(language: str, code: str, part: str = "title", **values: object) -> str:
    """The sentence for a code in a language, placeholders filled; the code itself when nobody wrote one."""
    for catalogue_language in (language, FALLBACK):
        text = catalogue(catalogue_language).get(code, {}).get(part)
        if text is not None:
            return text.format_map(values) if values else text
    return code
