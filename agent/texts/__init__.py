"""Sentences for people, by stable code and language.

A catalogue is `<language>.json`: `{code: {"title": …, "detail": …}}` with `{name}` placeholders. A language without a
sentence falls back to English; a code without one in English is a bug that tests/agent/test_texts.py catches.
Words of one report stand in a folder of its own: `<report>/<language>.json`, `{key: text}`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

FALLBACK = "en"
Catalogue = Mapping[str, Mapping[str, str]]


@cache
def catalogue(language: str) -> Catalogue:
    """The catalogue of a language ("de-CH" finds "de"); empty when there is none."""
    data: Catalogue = _read(files(__name__), language)
    return data


def say(language: str, code: str, part: str = "title", /, **values: object) -> str:
    """The sentence for a code in a language, placeholders filled; the code itself when nobody wrote one."""
    for catalogue_language in (language, FALLBACK):
        text = catalogue(catalogue_language).get(code, {}).get(part)
        if text is not None:
            return text.format_map(values) if values else text
    return code


@cache
def words(report: str, language: str) -> Mapping[str, str]:
    """The words of a report by key; English where the language has none."""
    folder = files(__name__) / report
    return {**_read(folder, FALLBACK), **_read(folder, language)}


def _read(folder: Traversable, language: str) -> dict[str, Any]:
    base = language.replace("_", "-").split("-", maxsplit=1)[0].lower()
    source = folder / f"{base}.json"
    if not base.isalpha() or not source.is_file():
        return {}
    data: dict[str, Any] = json.loads(source.read_text("utf-8"))
    return data
