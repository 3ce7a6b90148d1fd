"""Sentences the display draws by itself, one catalogue per language, with `{name}` places.

English is complete; what another catalogue misses is said in English. All but English are made from
`deploy/texts/display` by `make texts`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

FALLBACK = "en"
RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"})
FOLDER = Path(__file__).parent
_ISOLATE, _END = "\u2068", "\u2069"  # FSI, PDI: a name keeps its own direction and does not turn the sentence around it

Say = Callable[..., str]


def languages() -> frozenset[str]:
    """The catalogues there are."""
    return frozenset(path.stem for path in FOLDER.glob("*.json"))


def choose(asked: str) -> str:
    """The catalogue for a language tag: itself, else its first parts, else English."""
    parts = asked.lower().replace("_", "-").split("-")
    candidates = ("-".join(parts[:count]) for count in range(len(parts), 0, -1))
    return next((tag for tag in candidates if tag in languages()), FALLBACK)


def right_to_left(language: str) -> bool:
    """Whether a language is written from right to left."""
    return language.lower().replace("_", "-").partition("-")[0] in RIGHT_TO_LEFT


@lru_cache(maxsize=2)
def catalogue(language: str) -> Mapping[str, str]:
    """All sentences in one of `languages()`, gaps filled with English."""
    own: dict[str, str] = json.loads((FOLDER / f"{language}.json").read_text("utf-8"))
    return own if language == FALLBACK else {**catalogue(FALLBACK), **own}


def speaker(language: str) -> Say:
    """A function that says a sentence in a language tag's catalogue: `say("bar.show", label="HDMI")`. KeyError where
    English lacks the key. Values come from outside: each is set `apart`."""
    texts = catalogue(choose(language))

    def say(key: str, **values: object) -> str:
        return texts[key].format_map({name: apart(value) for name, value in values.items()})

    return say


def apart(value: object) -> str:
    """Words from outside, set apart from those around them by Unicode's isolates."""
    return f"{_ISOLATE}{value}{_END}"
