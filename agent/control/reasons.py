"""Sentences for organizers: what the room answers, in the language of the request or of the room. Pure.

A catalogue is `texts/<language>.json`, `{code: sentence}` with `{name}` placeholders for what the policy says. Nothing
that a request says ever stands in a sentence.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from agent.control.request_policy import RequestPolicy

FALLBACK = "en"
FOLDER = "texts"


def reason(code: str, policy: RequestPolicy, language: str) -> str:
    """The sentence for a code. `language`: a tag out of the request ("de-CH"), "" or nonsense for none: then it is in
    the room's language, else in English. "" for a code without a sentence."""
    for tag in (language, policy.language, FALLBACK):
        sentence = catalogue(_base(tag)).get(code)
        if sentence is not None:
            return sentence.format_map(_values(policy))
    return ""


@cache
def languages() -> frozenset[str]:
    """Those that have a catalogue, by their base tags."""
    return frozenset(each.name.removesuffix(".json") for each in (files(__package__) / FOLDER).iterdir())


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """The sentences of a language by code; empty when there are none."""
    if language not in languages():
        return {}
    sentences: dict[str, str] = json.loads((files(__package__) / FOLDER / f"{language}.json").read_text("utf-8"))
    return sentences


def _base(tag: str) -> str:
    return tag[:16].replace("_", "-").split("-", maxsplit=1)[0].strip().lower()


def _values(policy: RequestPolicy) -> Mapping[str, object]:
    opens, closes = policy.hours or ("", "")
    return {
        "days": policy.days_ahead,
        "minutes": int(policy.longest.total_seconds() // 60),
        "opens": f"{opens:%H:%M}" if opens else "",
        "closes": f"{closes:%H:%M}" if closes else "",
    }
