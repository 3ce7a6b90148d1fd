"""Who is at the other end: Basic, NTLM and bearer, judged in one place."""

from __future__ import annotations

import base64
import binascii
from asyncio import Transport
from dataclasses import dataclass, field

from agent.demo import world as w
from agent.demo.exchange.callers import Principal
from agent.demo.exchange.ntlm import NtlmHandshake, NtlmRefused
from agent.demo.http.tokens import Tokens

Headers = list[tuple[str, str]]


@dataclass(slots=True)
class Connection:
    """What we know of one TCP connection; NTLM signs in connections, not requests."""

    transport: Transport
    handshake: NtlmHandshake | None = None
    signed_in: w.ServiceAccount | None = None


@dataclass(frozen=True, slots=True)
class Admission:
    """`who` is None for a refusal, which `challenges` (headers of a 401) explain. `scheme` is what the client tried."""

    who: Principal | None
    scheme: str
    challenges: Headers = field(default_factory=list)


class Gate:
    """`schemes`: what is offered, of basic, ntlm and bearer; it may be changed while the server runs."""

    def __init__(self, directory: w.Directory, tokens: Tokens) -> None:
        self.schemes: tuple[str, ...] = ("ntlm", "basic", "bearer")
        self._directory = directory
        self._tokens = tokens

    def admit(self, authorization: str | None, connection: Connection) -> Admission:
        """Judge one request by its Authorization header, or by what its connection has shown before."""
        if authorization is None:
            if connection.signed_in is not None and "ntlm" in self.schemes:
                return Admission(connection.signed_in, "ntlm")
            return Admission(None, "anonymous", self._challenges())
        scheme, _, value = authorization.partition(" ")
        scheme = scheme.lower()
        if scheme not in self.schemes:
            return Admission(None, scheme, self._challenges())
        if scheme == "ntlm":
            return self._ntlm(value.strip(), connection)
        who = self._basic(value.strip()) if scheme == "basic" else self._tokens.application(value.strip())
        return Admission(who, scheme, [] if who else self._challenges())

    def _challenges(self) -> Headers:
        offers = {
            "ntlm": "NTLM",
            "basic": 'Basic realm="demo.contoso.example"',
            "bearer": 'Bearer client_id="00000002-0000-0ff1-ce00-000000000000"',
        }
        return [("WWW-Authenticate", offers[scheme]) for scheme in self.schemes]

    def _basic(self, value: str) -> w.ServiceAccount | None:
        try:
            name, _, password = base64.b64decode(value, validate=True).decode("utf-8").partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        found = (a for a in self._directory.accounts if a.answers_to(name) and a.password == password)
        return next(found, None)

    def _ntlm(self, value: str, connection: Connection) -> Admission:
        connection.signed_in = None
        handshake = connection.handshake or NtlmHandshake(self._directory.accounts)
        connection.handshake = None
        try:
            outcome = handshake.step(base64.b64decode(value, validate=True))
        except (binascii.Error, NtlmRefused):
            return Admission(None, "ntlm", self._challenges())
        if isinstance(outcome, bytes):
            connection.handshake = handshake
            challenge = base64.b64encode(outcome).decode()
            return Admission(None, "ntlm-handshake", [("WWW-Authenticate", f"NTLM {challenge}")])
        connection.signed_in = outcome
        return Admission(outcome, "ntlm")
