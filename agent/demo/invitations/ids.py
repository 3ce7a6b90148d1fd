"""Invented identifiers, the same for the same seed."""

from __future__ import annotations

import base64
import hashlib
import string
from collections.abc import Iterator
from uuid import UUID

LETTERS = string.ascii_lowercase
KEY = string.ascii_letters + string.digits
CAPITALS = string.ascii_uppercase + string.digits


class Ids:
    """A stream of identifiers; two streams of one seed give the same ones in the same order."""

    def __init__(self, seed: str) -> None:
        self._bytes = _endless(seed)

    def text(self, length: int, alphabet: str = KEY) -> str:
        """`length` characters of the alphabet."""
        return "".join(alphabet[next(self._bytes) % len(alphabet)] for _ in range(length))

    def digits(self, length: int) -> str:
        """A number of `length` digits that does not begin with zero."""
        return self.text(1, "123456789") + self.text(length - 1, string.digits)

    def guid(self) -> str:
        """A random (version 4) GUID in lower case."""
        return str(UUID(bytes=bytes(next(self._bytes) for _ in range(16)), version=4))

    def base64_guid(self) -> str:
        """The base64 of a GUID's text, 48 characters: what Teams calls its threads by."""
        return base64.b64encode(self.guid().encode("ascii")).decode("ascii")

    def phone(self) -> str:
        """A North American number out of the range kept for fiction, `2065550123`."""
        return f"{self.text(1, '234789')}{self.digits(1)}{self.digits(1)}55501{self.text(2, string.digits)}"


def grouped(number: str, *sizes: int) -> str:
    """The number in groups of these sizes; the last size repeats: `grouped("1234567", 3)` is "123 456 7"."""
    parts: list[str] = []
    rest, size = number, sizes[0]
    for size in sizes:
        parts.append(rest[:size])
        rest = rest[size:]
    while rest:
        parts.append(rest[:size])
        rest = rest[size:]
    return " ".join(part for part in parts if part)


def _endless(seed: str) -> Iterator[int]:
    block = seed.encode("utf-8", "surrogatepass")
    while True:
        block = hashlib.sha256(block).digest()
        yield from block
