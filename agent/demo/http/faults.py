"""What can go wrong, on demand. A fault is an effect, maybe for one operation only, maybe only the next N times.

>>> server.faults.add(HttpStatus(503, retry_after_s=7), times=2)
>>> server.faults.add(NoStart(), operation="GetItem")
>>> server.faults.clear()

Operations are those of EWS, those of `agent.demo.graph.app`, and `token`, `devicecode` and `openid-configuration` of
OAuth. Effects come in kinds: `Instead` answers in the operation's place, `Reshape` damages its answer, `Truncated` and
`Wire` the bytes on their way. "Down" is no effect: see `DemoServer.down`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from threading import Lock
from typing import Any, TypeVar

Headers = list[tuple[str, str]]
EWS, GRAPH, OAUTH = "ews", "graph", "oauth"
FACES = frozenset({EWS, GRAPH, OAUTH})


@dataclass(frozen=True, slots=True)
class Reply:
    """A complete HTTP answer."""

    status: int
    body: bytes
    content_type: str = "text/xml; charset=utf-8"
    headers: Headers = field(default_factory=list)

    @property
    def is_answer(self) -> bool:
        """Whether an Exchange could have said this: SOAP, not a page of some web server."""
        return self.content_type.startswith("text/xml")


class Effect:
    """What goes wrong."""

    @property
    def faces(self) -> frozenset[str]:
        """Of which faces of the server it can be; every one unless an effect says otherwise."""
        return FACES


class Instead(Effect):
    """Answers in place of the operation, before sign-in is looked at."""

    def reply(self, operation: str, /) -> Reply:
        raise NotImplementedError


class Reshape(Effect):
    """Damages an answer in place: the body element of SOAP, the object of JSON."""

    def damage(self, answer: Any, /) -> None:
        raise NotImplementedError


@dataclass(slots=True)
class Wire(Effect):
    """How bytes travel: wait first, in pieces with pauses, and break the connection after so many bytes, or, when the
    answer is `lost`, before its first word. What was asked for has been done by then."""

    delay_s: float = 0.0
    piece: int | None = None
    pause_s: float = 0.0
    drop_after: int | None = None
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Truncated(Effect):
    """A well-formed HTTP answer whose content breaks off after so many bytes."""

    after: int = 200


@dataclass(frozen=True, slots=True)
class HttpStatus(Instead):
    """An answer of the web server instead of the service: 401, 403, 429, 500, 503 … `only`: at one face alone."""

    status: int
    retry_after_s: float | None = None
    only: str | None = None

    @property
    def faces(self) -> frozenset[str]:
        return FACES if self.only is None else frozenset({self.only})

    def reply(self, _operation: str, /) -> Reply:
        headers = [] if self.retry_after_s is None else [("Retry-After", str(self.retry_after_s))]
        page = f"<html><body><h1>Error {self.status}</h1></body></html>".encode()
        return Reply(self.status, page, "text/html", headers)


@dataclass(frozen=True, slots=True)
class NotXml(Instead):
    """200 with something else: by default the log-in page of a captive portal; `b""` for an empty answer."""

    body: bytes = b"<!DOCTYPE html><html><head><title>Guest Wi-Fi</title></head><body>Accept the terms.</body></html>"
    content_type: str = "text/html"

    def reply(self, _operation: str, /) -> Reply:
        return Reply(200, self.body, self.content_type)


T = TypeVar("T", Instead, Reshape, Wire, Truncated)


@dataclass(slots=True)
class _Armed:
    effect: Effect
    operation: str | None
    left: int | None


class Faults:
    """The faults that are armed now; thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._numbers = count(1)
        self._armed: dict[int, _Armed] = {}

    def add(self, effect: Effect, *, operation: str | None = None, times: int | None = None) -> int:
        """Arm an effect for every request, or those of one operation, for ever or `times` times; its number."""
        with self._lock:
            number = next(self._numbers)
            self._armed[number] = _Armed(effect, operation, times)
            return number

    def remove(self, number: int) -> None:
        """Harmless when it is gone already."""
        with self._lock:
            self._armed.pop(number, None)

    def clear(self) -> None:
        with self._lock:
            self._armed.clear()

    def armed(self) -> Sequence[tuple[int, Effect]]:
        """Numbers and effects, oldest first."""
        with self._lock:
            return [(number, armed.effect) for number, armed in self._armed.items()]

    def take(self, kind: type[T], operation: str, face: str) -> Sequence[T]:
        """The effects of this kind that hit this request to a face, used up once."""
        hits: list[T] = []
        with self._lock:
            for number, armed in list(self._armed.items()):
                if not isinstance(armed.effect, kind) or armed.operation not in (None, operation):
                    continue
                if face not in armed.effect.faces:
                    continue
                hits.append(armed.effect)
                if armed.left is not None:
                    armed.left -= 1
                    if armed.left <= 0:
                        del self._armed[number]
        return hits
