"""Characters that are not what they seem: invisible ones go, odd digits, spaces and dashes become plain."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

from agent.meetings import limits

OBJECT = "\ufffc"
"""Stands in a text where a link stood. Never part of an input after `clean`."""

_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_OTHER_LINE_ENDS = "\r\v\f\x85\u2028\u2029"
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\uffa0\ufff9-\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
_DROPPED = dict.fromkeys(code for code in (*range(0x10000), *range(0xE0000, 0xE1000)) if _INVISIBLE.match(chr(code)))
_COMBINED = re.compile("\\w[\u0300-\u036f\u3099\u309a]{1,2}")
_ENTITY = re.compile("&(?:amp;){0,8}(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ZEROS = (
    0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xE50, 0xED0, 0xF20, 0x1040,
    0x17E0, 0x1810,
)  # fmt: skip
_PLAIN: dict[int, str] = {
    **{zero + n: str(n) for zero in _ZEROS for n in range(10)},
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    **dict.fromkeys((0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " "),
    **dict.fromkeys((*range(0x2010, 0x2016), 0x2212, 0xFE58, 0xFE63), "-"),
    **dict.fromkeys((0x2018, 0x2019, 0x02BC, 0x00B4), "'"),
    **dict.fromkeys((0x02D0, 0x2236, 0xA789, 0xFE55), ":"),
    0x130: "I",  # its lower case would be two characters, and offsets would shift
}

_ODD = re.compile("[" + re.escape("".join(map(chr, sorted(_PLAIN)))) + "]")


def clean(text: str) -> str:
    """Without invisible, control and bidi characters, surrogates and link marks; every line end is a newline."""
    if text.isascii() and text.replace("\n", " ").isprintable():
        return text
    if any(end in text for end in _OTHER_LINE_ENDS):
        text = _LINE_ENDS.sub("\n", text)
    return text.translate(_DROPPED) if _INVISIBLE.search(text) is not None else text


def unescape(text: str) -> str:
    """Character references decoded, those of references too. Only those with a semicolon: `?a=1&copy=2` is a query."""
    return _ENTITY.sub(lambda found: _decoded(found[0]), text) if "&" in text else text


@lru_cache(2_048)
def _decoded(reference: str) -> str:
    for _ in range(limits.TEXT_ROUNDS):
        reference = html.unescape(reference)
    return clean(reference)


def plain(text: str) -> str:
    """For reading labels and values: digits of every script, full-width forms, spaces and dashes as ASCII, accents
    composed. Roughly NFKC, but linear and never longer than the input."""
    if text.isascii() or text.replace(OBJECT, " ").isascii():
        return text
    composed = _COMBINED.sub(lambda found: _composed(found[0]), text)
    return composed.translate(_PLAIN) if _ODD.search(composed) is not None else composed


@lru_cache(2_048)
def _composed(letter: str) -> str:
    return unicodedata.normalize("NFC", letter)
