"""What leaves the box for support is looked through once more. Pure.

Nothing that is packed should hold a secret, a person or a link in the first place; programs of others, whose lines are
in the journal too, promise nothing.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, quote_plus, urlsplit

ADDRESS, LINK, REMOVED = "[address]", "[link]", "[removed]"
SHORTEST = 5
"""Characters of a value that is looked for: shorter ones are found everywhere."""
MOST = 4_000
_ADDRESS = re.compile(r"[^\s@<>\"'(),;:=\[\]\\/]{1,64}(?:@|%40)[^\s@<>\"'(),;:=\[\]\\/]{1,255}")
_LINK = re.compile(r"\b[A-Za-z][A-Za-z0-9+.-]{1,20}:(?://|%2F%2F)[^\s\"'<>\\]+", re.IGNORECASE)


class Scrub:
    """`secrets` are removed from everything, in the usual encodings too; `content` (subjects, names, passcodes of the
    room's calendar) from texts of others. Links stay where their host is one of `hosts`, without their query."""

    def __init__(self, secrets: Iterable[str] = (), content: Iterable[str] = (), hosts: Iterable[str] = ()) -> None:
        self._secrets = _longest_first(variant for value in secrets for variant in _variants(value))
        self._content = _longest_first(content)
        self._hosts = frozenset(host.lower() for host in hosts if host)

    def text(self, text: str) -> str:
        """A text of whatever origin."""
        for value in self._content:
            text = text.replace(value, REMOVED)
        return self._ours(text)

    def data(self, value: Any) -> Any:
        """Data of ours, ready for JSON: every text in it, names included."""
        if isinstance(value, str):
            return self._ours(value)
        if isinstance(value, Mapping):
            return {self._ours(str(name)): self.data(each) for name, each in value.items()}
        if isinstance(value, list | tuple):
            return [self.data(each) for each in value]
        return value

    def _ours(self, text: str) -> str:
        for value in self._secrets:
            text = text.replace(value, REMOVED)
        return _ADDRESS.sub(ADDRESS, _LINK.sub(self._link, text))

    def _link(self, found: re.Match[str]) -> str:
        try:
            parts = urlsplit(found[0])
            known = parts.hostname in self._hosts and parts.username is None
        except ValueError:
            return LINK
        return f"{parts.scheme}://{parts.netloc}{parts.path}" if known else LINK


def _longest_first(values: Iterable[str]) -> list[str]:
    return sorted({value for value in values if len(value) >= SHORTEST}, key=len, reverse=True)[:MOST]


def _variants(value: str) -> Iterator[str]:
    raw = value.encode("utf-8", "surrogateescape")
    yield value
    yield quote(raw, safe="")
    yield quote_plus(raw)
    yield json.dumps(value)[1:-1]
    yield base64.b64encode(raw).decode().rstrip("=")
    yield base64.urlsafe_b64encode(raw).decode().rstrip("=")
    yield raw.hex()
