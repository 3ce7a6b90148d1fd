"""What can go wrong, on demand. A fault is an effect, maybe for one operation only, maybe only the next N times.

>>> server.faults.add(HttpStatus(503, retry_after_s=7), times=2)
>>> server.faults.add(NoStart(), operation="GetItem")
>>> server.faults.clear()

Operations are those of EWS, and `token` and `openid-configuration` of OAuth. Effects come in kinds: `Instead` answers
in the operation's place, `Reshape` damages its answer, `Truncated` and `Wire` the bytes on their way. "Down" is no
effect: see `DemoServer.down`.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import count
from threading import Lock
from typing import TypeVar

from agent.demo.exchange import soap
from agent.demo.exchange.errors import EwsError, SoapFault, server_busy
from agent.demo.exchange.names import Element, mt, xml_text
from agent.demo.exchange.responses import whole_failure

Headers = list[tuple[str, str]]


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


class Instead:
    """Answers in place of the operation, before sign-in is looked at."""

    def reply(self, operation: str, /) -> Reply:
        raise NotImplementedError


class Reshape:
    """Damages the answer's body element in place."""

    def damage(self, answer: Element, /) -> None:
        raise NotImplementedError


@dataclass(slots=True)
class Wire:
    """How bytes travel: wait first, in pieces with pauses, and break the connection after so many bytes."""

    delay_s: float = 0.0
    piece: int | None = None
    pause_s: float = 0.0
    drop_after: int | None = None


@dataclass(frozen=True, slots=True)
class HttpStatus(Instead):
    """An answer of the web server instead of Exchange: 401, 403, 429, 500, 503 …"""

    status: int
    retry_after_s: int | None = None

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


@dataclass(frozen=True, slots=True)
class Fault(Instead):
    """A SOAP fault with HTTP 500, by response code."""

    code: str
    text: str | None = None

    def reply(self, _operation: str, /) -> Reply:
        return Reply(500, soap.fault(SoapFault(self.code, self.text)))


@dataclass(frozen=True, slots=True)
class ServerBusy(Instead):
    """ErrorServerBusy with the time to stay away."""

    back_off_ms: int = 30_000

    def reply(self, _operation: str, /) -> Reply:
        return Reply(500, soap.fault(server_busy(self.back_off_ms)))


@dataclass(frozen=True, slots=True)
class ErrorCode(Instead):
    """HTTP 200 with one response message of class Error, by response code."""

    code: str

    def reply(self, operation: str, /) -> Reply:
        return Reply(200, soap.envelope(whole_failure(operation, EwsError(self.code))))


@dataclass(frozen=True, slots=True)
class NoStart(Reshape):
    """Items without Start; only the first of an answer, or all."""

    every: bool = False

    def damage(self, answer: Element) -> None:
        for start in list(answer.iter(mt("t:Start")))[: None if self.every else 1]:
            parent = start.getparent()
            if parent is not None:
                parent.remove(start)


@dataclass(frozen=True, slots=True)
class BigBody(Reshape):
    """Every body is `kilobytes` long."""

    kilobytes: int = 600

    def damage(self, answer: Element) -> None:
        for body in [*answer.iter(mt("t:Body")), *answer.iter(mt("t:TextBody"))]:
            body.text = xml_text((body.text or "") + "<p>lorem ipsum dolor</p>\n" * (self.kilobytes * 1024 // 25 + 1))


@dataclass(frozen=True, slots=True)
class CustomZone(Reshape):
    """Items in a zone nobody can name."""

    name: str = "tzone://Microsoft/Custom"

    def damage(self, answer: Element) -> None:
        for zone in [*answer.iter(mt("t:StartTimeZone")), *answer.iter(mt("t:EndTimeZone"))]:
            zone.set("Id", self.name)
            zone.set("Name", self.name)


@dataclass(frozen=True, slots=True)
class TruncatedView(Reshape):
    """A view that lists only the first items and says so."""

    keep: int = 1

    def damage(self, answer: Element) -> None:
        for items in answer.iter(mt("t:Items")):
            del items[self.keep :]
            parent = items.getparent()
            if parent is not None:
                parent.set("IncludesLastItemInRange", "false")


@dataclass(frozen=True, slots=True)
class EmptyCalendar(Reshape):
    """A view that is suddenly empty and says it is complete."""

    def damage(self, answer: Element) -> None:
        for items in answer.iter(mt("t:Items")):
            del items[:]
            parent = items.getparent()
            if parent is not None:
                parent.set("TotalItemsInView", "0")
                parent.set("IncludesLastItemInRange", "true")


@dataclass(frozen=True, slots=True)
class Duplicates(Reshape):
    """A view that lists its first item twice."""

    def damage(self, answer: Element) -> None:
        for items in answer.iter(mt("t:Items")):
            if len(items):
                items.append(deepcopy(items[0]))


@dataclass(frozen=True, slots=True)
class Truncated:
    """A well-formed HTTP answer whose XML breaks off after so many bytes."""

    after: int = 200


Effect = Instead | Reshape | Wire | Truncated
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

    def take(self, kind: type[T], operation: str) -> Sequence[T]:
        """The effects of this kind that hit this request, used up once."""
        hits: list[T] = []
        with self._lock:
            for number, armed in list(self._armed.items()):
                if not isinstance(armed.effect, kind) or armed.operation not in (None, operation):
                    continue
                hits.append(armed.effect)
                if armed.left is not None:
                    armed.left -= 1
                    if armed.left <= 0:
                        del self._armed[number]
        return hits
