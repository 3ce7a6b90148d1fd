"""Invitations made in numbers: every kept case, with other digits and names, wrapped, framed and padded at random."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from urllib.parse import quote

from tests.agent.meetings.cases import INVITES, expand, load

_WRAPPERS = (
    "https://eur01.safelinks.protection.outlook.com/?url={quoted}&data=05%7C01&reserved=0",
    "https://urldefense.com/v3/__{plain}__;!!abc$",
    "https://www.google.com/url?q={quoted}&sa=D",
)
_NOISE = ("\u200b", "&nbsp;", "\u202e", "=\n", "<br>", "=3D", "\x00", "&amp;amp;", "<!--", "</a>", "%", "\\")


def generated(count: int, seed: int = 1) -> Iterator[str]:
    """`count` lines in the join case format; the same ones for the same seed."""
    rng = random.Random(seed)  # no secret
    cases = [expand(load(path)) for path in sorted(INVITES.rglob("*.json"))]
    for number in range(count):
        case = dict(cases[number % len(cases)])
        for field in ("subject", "location", "body"):
            if isinstance(case.get(field), str):
                case[field] = _varied(str(case[field]), rng)
        yield json.dumps({key: case.get(key) for key in _KEYS} | {"id": str(number)})


_KEYS = ("id", "subject", "location", "body", "body_type", "properties")


def _varied(text: str, rng: random.Random) -> str:
    other = dict(zip("123456789", rng.sample("123456789", 9), strict=True))
    text = "".join(other.get(letter, letter) if rng.random() < 0.9 else letter for letter in text)
    for _ in range(rng.randrange(4)):
        at = rng.randrange(len(text) + 1)
        match rng.randrange(4):
            case 0:
                text = text[:at] + rng.choice(_NOISE) + text[at:]
            case 1:
                text = text[:at] + text[at + rng.randrange(40) :]
            case 2:
                text = _wrapped(text, rng)
            case _:
                text = text[:at] + text[at : at + 80] * rng.randrange(1, 4) + text[at:]
    return text


def _wrapped(text: str, rng: random.Random) -> str:
    at = text.find("https://")
    if at < 0:
        return text
    end = next((n for n in range(at, len(text)) if text[n] in " \n\"'<>"), len(text))
    link = text[at:end]
    return text[:at] + rng.choice(_WRAPPERS).format(quoted=quote(link, safe=""), plain=link) + text[end:]
