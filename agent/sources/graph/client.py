"""Requests to Graph: signed, bounded, read as JSON, refusals made our errors."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Iterator, Mapping
from urllib.parse import quote, urlencode, urlsplit

import requests

from agent.errors import ConfigError, SignInFailed, SourceError, SourceUnavailable
from agent.ports import Clock
from agent.sources.graph.faults import problem_of, read_refusal, word_of
from agent.sources.graph.fields import Json
from agent.sources.transport.session import Transport
from agent.sources.transport.tokens import TokenSource

VERSION = "/v1.0"
_LONGEST_LINK = 16_384
_GOOD = (requests.codes.ok, requests.codes.created, requests.codes.accepted, requests.codes.no_content)
_PREFER = 'outlook.timezone="UTC", IdType="ImmutableId"'


class EndlessList(SourceUnavailable):
    """A list had more pages than there can be, or pages that lead in a circle."""


class GraphClient:
    """One connection to one host, the only one that ever sees the token: of links in answers path and query count."""

    def __init__(self, endpoint: str, tokens: TokenSource, transport: Transport, clock: Clock) -> None:
        self._root = endpoint.rstrip("/")
        self._tokens = tokens
        self._transport = transport
        self._clock = clock
        self._session: requests.Session | None = None
        self.request_id = ""
        """Of the last answer, "" when it had none: what support asks for."""

    @property
    def host(self) -> str:
        return urlsplit(self._root).hostname or self._root

    def get(self, link: str, options: Mapping[str, str] | None = None, prefer: str = "") -> Json:
        """The object at a path below /v1.0, or at a link the server gave. Raises `SourceError`.

        A token the server refuses is replaced by a new one, once.
        """
        if options:
            link += "?" + urlencode(options, quote_via=quote, safe="$,:/()'")
        return self._object(self._answer("GET", link, prefer))

    def post(self, link: str, data: Json) -> Json:
        """Creates what `data` says at a path below /v1.0; the new object. Raises as `get`."""
        return self._object(self._answer("POST", link, data=data))

    def patch(self, link: str, data: Json, etag: str) -> Json:
        """Changes what `data` says of the object at a path below /v1.0, if it still is the one of this etag; the object
        afterwards. Raises as `get`, and `WriteConflict`. Sent once, as `act`."""
        with self._transport.once():
            return self._object(self._answer("PATCH", link, data=data, match=etag))

    def act(self, link: str, data: Json) -> None:
        """Has the server do something that it answers with nothing. Raises as `get`. Sent once: where a kept connection
        breaks, any other request is sent again by itself."""
        with self._transport.once():
            self._answer("POST", link, data=data)

    def delete(self, link: str) -> None:
        """Removes the object at a path below /v1.0. Raises as `get`."""
        self._answer("DELETE", link)

    def sign_in(self) -> None:
        """Gets a token, or has one. Raises `SourceError`."""
        self._token()

    def pages(
        self, link: str, options: Mapping[str, str] | None = None, prefer: str = "", *, most: int
    ) -> Iterator[Json]:
        """A list page by page, to the one that names no further. Raises as `get`, and `EndlessList` after `most`."""
        seen = {link}
        for _ in range(most):
            page = self.get(link, options, prefer)
            yield page
            if page.get("@odata.nextLink") is None:
                return
            link, options = self.own_link(page["@odata.nextLink"]), None
            if link in seen:
                break
            seen.add(link)
        raise EndlessList("calendar.wrong_answer", f"{self.host}: a list without end")

    def own_link(self, link: object) -> str:
        """Path and query of a link out of an answer. Raises `SourceUnavailable` for what is none."""
        text = (
            link
            if isinstance(link, str) and len(link) < _LONGEST_LINK and link.isascii() and link.isprintable()
            else ""
        )
        parts = urlsplit(text)
        if not parts.path.startswith(f"{VERSION}/"):
            raise SourceUnavailable("calendar.wrong_answer", f"{self.host}: an answer with a link that leads elsewhere")
        return f"{parts.path}?{parts.query}" if parts.query else parts.path

    def close(self) -> None:
        """Gives up the connection; the next request opens one."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def _answer(
        self, method: str, link: str, prefer: str = "", data: Json | None = None, match: str = ""
    ) -> requests.Response:
        url = self._root + (link if link.startswith(f"{VERSION}/") else VERSION + link)
        headers = {"Prefer": f"{_PREFER}, {prefer}" if prefer else _PREFER, "Accept": "application/json"}
        if match:
            headers["If-Match"] = match
        self.request_id = ""
        response, token = self._send(method, url, headers, data)
        if response.status_code == requests.codes.unauthorized:
            self._tokens.forget()
            response, token = self._send(method, url, headers, data)
        self.request_id = word_of(response.headers.get("request-id"))
        if response.status_code in _GOOD:
            return response
        raise self._problem(response, token)

    def _token(self) -> str:
        try:
            self._transport.prepare()
            return self._tokens.token()
        except ConfigError as error:
            raise SignInFailed("calendar.secret_missing", str(error)) from error

    def _send(
        self, method: str, url: str, headers: Mapping[str, str], data: Json | None
    ) -> tuple[requests.Response, str]:
        token = self._token()
        if self._session is None:
            self._session = self._transport.session(self._root)
        signed = {**headers, "Authorization": f"Bearer {token}", "client-request-id": str(uuid.uuid4())}
        try:
            return self._session.request(method, url, headers=signed, json=data, allow_redirects=False), token
        except requests.RequestException as error:  # what it thinks of a URL; the network's trouble is ours already
            what = f"{self.host}: the request could not be made ({error.__class__.__name__})"
            raise SourceUnavailable("calendar.unreachable", what) from None

    def _object(self, response: requests.Response) -> Json:
        try:
            data = json.loads(response.content)
        except (ValueError, RecursionError):
            data = None
        if not isinstance(data, dict):
            what = f"{self.host}: the answer is not JSON; is this Microsoft Graph?"
            raise SourceUnavailable("calendar.not_graph", what)
        return data

    def _problem(self, response: requests.Response, token: str) -> SourceError:
        refusal = read_refusal(response.status_code, response.headers, response.content)
        problem = problem_of(refusal, self.host, self._clock.now(), consented=_calendar_roles(token))
        if isinstance(problem, SignInFailed):
            self._tokens.forget()
            self._transport.forget()
        return problem


def _calendar_roles(token: str) -> bool:
    """Whether a token says that the app may read calendars in the whole tenant. Tokens are opaque by contract: this
    only makes a message better, and what cannot be read says nothing."""
    parts = token.split(".")
    if len(parts) != 3:
        return False
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, RecursionError):
        return False
    roles = claims.get("roles") if isinstance(claims, dict) else None
    return isinstance(roles, list) and any(isinstance(role, str) and role.startswith("Calendars.") for role in roles)
