"""Sentences of the home page, one catalogue per language, and those of the API's refusals, in English.

A text is a string with `{name}` places, or, where a number decides the wording, an object from CLDR plural category to
such strings. English is complete; what another catalogue misses is shown in English. All but English are made from
`deploy/texts` by `make texts`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources

Text = str | dict[str, str]
FALLBACK = "en"
RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"})


@cache
def languages() -> frozenset[str]:
    """The catalogues there are."""
    names = (entry.name for entry in resources.files(__name__).iterdir())
    return frozenset(name.removesuffix(".json") for name in names if name.endswith(".json"))


def choose(asked: str) -> str:
    """The catalogue for a language tag: itself, else its first part, else English."""
    parts = asked.split("-")
    candidates = ("-".join(parts[:count]) for count in range(len(parts), 0, -1))
    return next((tag for tag in candidates if tag in languages()), FALLBACK)


def direction(language: str) -> str:
    """The `dir` attribute of a language."""
    return "rtl" if language.partition("-")[0] in RIGHT_TO_LEFT else "ltr"


@cache
def catalogue(language: str) -> Mapping[str, Text]:
    """All texts in one of `languages()`, gaps filled with English."""
    own: dict[str, Text] = json.loads(resources.files(__name__).joinpath(f"{language}.json").read_text("utf-8"))
    return own if language == FALLBACK else {**catalogue(FALLBACK), **own}


def texts_of(language: str, *areas: str) -> Mapping[str, Text]:
    """Those texts whose keys begin with one of `areas`."""
    return {key: text for key, text in catalogue(language).items() if key.startswith(areas)}


def sentence(key: str) -> str:
    """An English text without plural forms; what the API itself says."""
    text = _refusals().get(key) or catalogue(FALLBACK)[key]
    assert isinstance(text, str)
    return text


@cache
def _refusals() -> Mapping[str, str]:
    texts: dict[str, str] = json.loads(resources.files(__name__).joinpath("api", "en.json").read_text("utf-8"))
    return texts
