"""Leftovers of quoted-printable in a text that should have been decoded long ago: `=3D`, `=` at line ends.

`=3D` alone proves little (`?pwd=3Dabc` may be a token), so nothing is decoded while some other `=` contradicts it.
"""

from __future__ import annotations

import re

_SOFT_BREAK = re.compile("=(?<=[^=\\s]=)[ \t]*\n(?![\"' \t])")
_LONG_LINE = re.compile("^[^\n]{59,77}(?<==)$", re.MULTILINE)
_ESCAPES = re.compile("(?:=[0-9A-F]{2})++")
_BARE = re.compile("[?&][\\w.-]{1,40}=(?![0-9A-F]{2}|[ \t]*\n)")
_ATTRIBUTE = re.compile("[ \n][A-Za-z]{1,20}=3D")


def repair(text: str, *, markup: bool) -> str:
    """The text without such leftovers. In markup only an attribute written `href=3D"` is proof enough to decode all."""
    if "=" not in text:
        return text
    broken = _SOFT_BREAK.search(text) is not None and any(mark.search(text) for mark in (_ESCAPES, _LONG_LINE))
    if broken:
        text = _SOFT_BREAK.sub("", text)
    if markup and not ("=3D" in text and _ATTRIBUTE.search(text)):
        return text
    if not (broken or "=3D" in text) or _BARE.search(text):
        return text
    return _decoded(text)


def repair_url(url: str) -> str:
    """One URL with `=3D` for every `=` of it."""
    return _decoded(url) if "=3D" in url and not _BARE.search(url) else url


def _decoded(text: str) -> str:
    return _ESCAPES.sub(lambda run: bytes.fromhex(run[0].replace("=", "")).decode("utf-8", "replace"), text)
