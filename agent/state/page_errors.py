"""Script errors of the home screen: counted all, told once each. Pure.

An error's words may quote anything the page has seen, links and subjects included. What is told of one is short, plain
ASCII, and holds neither quotations nor addresses, except places in our own files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

LONGEST = 80
MOST_TOLD = 20
_LOOKED_AT = 500  # characters of a report's text
_OWN = re.compile(r"https?://[^\s/]+/(static/[\w./-]+\.js(?::\d+){0,2})(?![\w?#/])", re.ASCII)
_ADDRESS = re.compile(r"\S*://\S*|\S+@\S+")
_MARKS = '"`\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb'
_QUOTED = re.compile(rf"('\w{{1,40}}')|[{_MARKS}].*[{_MARKS}]|[{_MARKS}].*|'[^']*(?:'|$)", re.ASCII | re.DOTALL)
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]+")


def told(text: str) -> str:
    """What may be written into a log of an error's text."""
    plain = _OWN.sub(r"\1", text[:_LOOKED_AT])
    plain = _ADDRESS.sub("[address]", plain)
    plain = _QUOTED.sub(lambda found: found[1] or "[quoted]", plain)  # 'name' is one of the code's
    return " ".join(_UNPRINTABLE.sub(" ", plain).split())[:LONGEST]


class PageErrors:
    """All errors of all pages since the start."""

    def __init__(self) -> None:
        self.total = 0
        self._told: set[str] = set()

    def take(self, texts: Iterable[str]) -> tuple[str, ...]:
        """Count them; those worth telling, which were not told before. After `MOST_TOLD` of them nothing is news."""
        new = []
        for text in texts:
            self.total += 1
            line = told(text)
            if line not in self._told and len(self._told) < MOST_TOLD:
                self._told.add(line)
                new.append(line)
        return tuple(new)
