"""The core, as far as the front knows it: HTTP over a unix socket, same paths on both sides."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import fields
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx

from agent.front.guard.bearers import LOCKED, UNREACHABLE, UNREADABLE, WRONG, Bearing
from agent.wire import FRONT_HEADER
from agent.wire.front import FRONT_FACTS, FRONT_TLS, FRONT_TOKEN, STATUS, FrontFacts, FrontTls

if find_spec("sniffio") is None:
    # httpcore asks for it six times a request, and each time Python would look through its whole path: half a
    # millisecond; an entry of None ends the search (the import system, 5.3.1)
    sys.modules["sniffio"] = None  # type: ignore[assignment]  # as documented there

ANSWER_TIMEOUT_S = 10.0
PROMPT_TIMEOUT_S = 1.5
FACTS_TIMEOUT_S = 3.0  # the core may have to make a certificate first; an end of the front does not wait longer
STREAM_SILENCE_S = 40.0  # the core says something every 15 s


class CoreUnreachable(ConnectionError):
    """Nobody listens, or the answer did not come in time or in full."""


class Core:
    """One connection per request: on a unix socket that costs nothing, and none is stale after the core restarted."""

    def __init__(self, socket: Path) -> None:
        transport = httpx.AsyncHTTPTransport(
            uds=str(socket),
            verify=False,  # no TLS on a unix socket; spares reading the system's certificates
            trust_env=False,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
        )
        identity = {"Accept-Encoding": "identity", FRONT_HEADER: "1"}
        self._client = httpx.AsyncClient(transport=transport, base_url="http://core", headers=identity, trust_env=False)

    async def ask(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout_s: float = ANSWER_TIMEOUT_S,
    ) -> httpx.Response:
        """The whole answer, whatever its status. Raises `CoreUnreachable`."""
        try:
            return await self._client.request(method, path, headers=encoded(headers), content=body, timeout=timeout_s)
        except httpx.TransportError as error:
            raise CoreUnreachable(str(error)) from error

    @asynccontextmanager
    async def listen(self, path: str, headers: Mapping[str, str]) -> AsyncIterator[httpx.Response]:
        """An answer that goes on, its status known, its body not yet read. Raises `CoreUnreachable`, also inside."""
        timeout = httpx.Timeout(ANSWER_TIMEOUT_S, read=STREAM_SILENCE_S)
        try:
            async with self._client.stream("GET", path, headers=encoded(headers), timeout=timeout) as answer:
                yield answer
        except httpx.TransportError as error:
            raise CoreUnreachable(str(error)) from error

    async def knows_token(self, token: str) -> bool:
        """Whether the core gave this token to programs of this machine. Raises `CoreUnreachable`."""
        body = json.dumps({"token": token}).encode()
        answer = await self.ask("POST", FRONT_TOKEN, headers={"Content-Type": "application/json"}, body=body)
        return answer.status_code == httpx.codes.NO_CONTENT

    async def knows_bearer(self, token: str, peer: str) -> Bearing:
        """Whether this peer of the network bears the box's token."""
        body = json.dumps({"token": token, "surface": STATUS, "peer": peer}).encode()
        try:
            answer = await self.ask("POST", FRONT_TOKEN, headers={"Content-Type": "application/json"}, body=body)
        except CoreUnreachable:
            return UNREACHABLE
        if answer.status_code == httpx.codes.NO_CONTENT:
            return Bearing(None)
        refusals = {httpx.codes.FORBIDDEN: WRONG, httpx.codes.TOO_MANY_REQUESTS: LOCKED}
        return Bearing(refusals.get(httpx.codes(answer.status_code), UNREADABLE), answer.headers.get("retry-after"))

    async def facts(self, wizard_port: int | None) -> FrontFacts:
        """How this front is to serve; `wizard_port`: where it serves the wizard. Raises `CoreUnreachable`."""
        said = {} if wizard_port is None else {"wizard_port": wizard_port}
        return FrontFacts(**await self._told(f"{FRONT_FACTS}?{urlencode(said)}", FrontFacts))

    async def tls(self) -> FrontTls:
        """For listeners to the network. Raises `CoreUnreachable`, also where there is none."""
        return FrontTls(**await self._told(FRONT_TLS, FrontTls))

    async def _told(self, path: str, shape: type[FrontFacts | FrontTls]) -> dict[str, Any]:
        answer = await self.ask("GET", path, timeout_s=FACTS_TIMEOUT_S)
        if answer.status_code != httpx.codes.OK:
            raise CoreUnreachable(f"{path}: {answer.status_code}")
        said, known = json.loads(answer.content), {each.name for each in fields(shape)}
        return {name: said[name] for name in said if name in known}

    async def close(self) -> None:
        """End every connection."""
        await self._client.aclose()


def encoded(headers: Mapping[str, str] | None) -> httpx.Headers:
    """Header values as they came from the client: httpx by itself insists on ASCII."""
    return httpx.Headers(headers, encoding="latin-1")


def kept_headers(answer: httpx.Response) -> dict[str, str]:
    """The headers of an answer that are handed on."""
    return {name: answer.headers[name] for name in ("content-type", "retry-after") if name in answer.headers}
