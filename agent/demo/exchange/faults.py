"""What Exchange can say of itself when something is wrong, and how its answers can be damaged: effects of EWS alone."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass

from agent.demo.exchange import soap
from agent.demo.exchange.errors import EwsError, SoapFault, server_busy
from agent.demo.exchange.names import Element, mt, xml_text
from agent.demo.exchange.responses import whole_failure
from agent.demo.http.faults import EWS, Instead, Reply, Reshape


class InsteadOfSoap(Instead):
    """Of EWS alone."""

    @property
    def faces(self) -> frozenset[str]:
        return frozenset({EWS})


class ReshapeSoap(Reshape):
    """Of EWS alone."""

    @property
    def faces(self) -> frozenset[str]:
        return frozenset({EWS})


@dataclass(frozen=True, slots=True)
class Fault(InsteadOfSoap):
    """A SOAP fault with HTTP 500, by response code."""

    code: str
    text: str | None = None

    def reply(self, _operation: str, /) -> Reply:
        return Reply(500, soap.fault(SoapFault(self.code, self.text)))


@dataclass(frozen=True, slots=True)
class ServerBusy(InsteadOfSoap):
    """ErrorServerBusy with the time to stay away."""

    back_off_ms: int = 30_000

    def reply(self, _operation: str, /) -> Reply:
        return Reply(500, soap.fault(server_busy(self.back_off_ms)))


@dataclass(frozen=True, slots=True)
class ErrorCode(InsteadOfSoap):
    """HTTP 200 with one response message of class Error, by response code."""

    code: str

    def reply(self, operation: str, /) -> Reply:
        return Reply(200, soap.envelope(whole_failure(operation, EwsError(self.code))))


class LockedOut(InsteadOfSoap):
    """A bare 401 whose page says that the account is locked."""

    def reply(self, _operation: str, /) -> Reply:
        page = b"<html><body>The referenced account is currently locked out and may not be logged on to.</body></html>"
        return Reply(401, page, "text/html", [("WWW-Authenticate", "NTLM"), ("WWW-Authenticate", "Basic")])


@dataclass(frozen=True, slots=True)
class NoStart(ReshapeSoap):
    """Items without Start; only the first of an answer, or all."""

    every: bool = False

    def damage(self, answer: Element) -> None:
        for start in list(answer.iter(mt("t:Start")))[: None if self.every else 1]:
            parent = start.getparent()
            if parent is not None:
                parent.remove(start)


@dataclass(frozen=True, slots=True)
class BigBody(ReshapeSoap):
    """Every body is `kilobytes` long."""

    kilobytes: int = 600

    def damage(self, answer: Element) -> None:
        for body in [*answer.iter(mt("t:Body")), *answer.iter(mt("t:TextBody"))]:
            body.text = xml_text((body.text or "") + "<p>lorem ipsum dolor</p>\n" * (self.kilobytes * 1024 // 25 + 1))


@dataclass(frozen=True, slots=True)
class CustomZone(ReshapeSoap):
    """Items in a zone nobody can name."""

    name: str = "tzone://Microsoft/Custom"

    def damage(self, answer: Element) -> None:
        for zone in [*answer.iter(mt("t:StartTimeZone")), *answer.iter(mt("t:EndTimeZone"))]:
            zone.set("Id", self.name)
            zone.set("Name", self.name)


@dataclass(frozen=True, slots=True)
class TruncatedView(ReshapeSoap):
    """A view that lists only the first items and says so."""

    keep: int = 1

    def damage(self, answer: Element) -> None:
        for items in answer.iter(mt("t:Items")):
            del items[self.keep :]
            parent = items.getparent()
            if parent is not None:
                parent.set("IncludesLastItemInRange", "false")


@dataclass(frozen=True, slots=True)
class EmptyCalendar(ReshapeSoap):
    """A view that is suddenly empty and says it is complete."""

    def damage(self, answer: Element) -> None:
        for items in answer.iter(mt("t:Items")):
            del items[:]
            parent = items.getparent()
            if parent is not None:
                parent.set("TotalItemsInView", "0")
                parent.set("IncludesLastItemInRange", "true")


@dataclass(frozen=True, slots=True)
class Duplicates(ReshapeSoap):
    """A view that lists its first item twice."""

    def damage(self, answer: Element) -> None:
        for items in answer.iter(mt("t:Items")):
            if len(items):
                items.append(deepcopy(items[0]))
