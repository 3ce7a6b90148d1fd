"""A stream's bytes, cut into the envelopes it is made of, with an end to every silence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Protocol

from agent.errors import SourceUnavailable

MOST_BYTES = 1024 * 1024
_CHUNK = 16 * 1024
_END = re.compile(rb"</(?:[\w.-]+:)?Envelope\s*>")
_LONGEST_END = 128


class Raw(Protocol):
    """What urllib3 answers with: `read1` gives what has arrived, at least a byte, or nothing at the end."""

    def read1(self, amt: int, /) -> bytes: ...


def envelopes(raw: Raw, monotonic: Callable[[], float], silence_s: float, host: str) -> Iterator[bytes]:
    """Each envelope as soon as it is whole; ends with the answer.

    Raises `SourceUnavailable` when none came for `silence_s`, dripping bytes or not, and when one is too large. What
    follows the last whole envelope is dropped.
    """
    buffer = bytearray()
    heard = monotonic()
    while chunk := raw.read1(_CHUNK):
        searched = max(0, len(buffer) - _LONGEST_END)
        buffer += chunk
        while end := _END.search(buffer, searched):
            heard, searched = monotonic(), 0
            yield bytes(buffer[: end.end()])
            del buffer[: end.end()]
        if len(buffer) > MOST_BYTES:
            raise SourceUnavailable("calendar.answer_too_large", f"{host}: an event larger than {MOST_BYTES} bytes")
        if monotonic() - heard > silence_s:
            raise SourceUnavailable("stream.silent", f"{host}: the stream of changes has gone silent")
