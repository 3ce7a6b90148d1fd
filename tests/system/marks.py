"""Marked secrets, and whether one of them shows in a text in any form in which secrets have been seen to leak."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from urllib.parse import quote, quote_plus


def forms(mark: str) -> Iterator[tuple[str, str]]:
    """Name and text of each form."""
    yield "plain", mark
    yield "lower", mark.lower()
    yield "reversed", mark[::-1]
    yield "url", quote(mark, safe="")
    yield "url path", quote(mark)
    yield "form", quote_plus(mark)
    yield "json", json.dumps(mark)[1:-1]
    yield "repr", repr(mark)[1:-1]
    yield "hex", mark.encode().hex()
    for shift in range(3):  # wherever it begins in a longer text, such as user:password
        padded = base64.b64encode(b"\0" * shift + mark.encode()).decode().rstrip("=")
        core = padded[shift + (shift > 0) : -2]
        yield f"base64 at {shift}", core
        yield f"base64url at {shift}", core.replace("+", "-").replace("/", "_")


def leaks(text: str, marks: dict[str, str]) -> list[str]:
    """Which mark shows, in which form."""
    lower = text.lower()
    return [
        f"{name} ({form})"
        for name, mark in marks.items()
        for form, shown in forms(mark)
        if shown in text or (form == "lower" and shown in lower)
    ]
