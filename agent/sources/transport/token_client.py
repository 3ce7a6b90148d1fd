"""The HTTP client MSAL is given: our transport, no redirects, and only answers MSAL can read."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import requests

from agent.errors import SourceThrottled, SourceUnavailable
from agent.ports import Clock
from agent.sources.transport.session import Transport
from agent.sources.transport.waits import retry_after

UNREACHABLE = "calendar.token_service_unreachable"


class TokenClient:
    """Raises `SourceThrottled` and `SourceUnavailable`, which pass through MSAL."""

    def __init__(self, transport: Transport, authority: str, clock: Clock) -> None:
        self._session = transport.session(authority)
        self._host = urlsplit(authority).hostname or authority
        self._clock = clock

    def get(self, url: str, **options: Any) -> requests.Response:
        return self._request("GET", url, options)

    def post(self, url: str, **options: Any) -> requests.Response:
        return self._request("POST", url, options)

    def close(self) -> None:
        self._session.close()

    def _request(self, method: str, url: str, options: dict[str, Any]) -> requests.Response:
        try:
            response = self._session.request(method, url, **options, allow_redirects=False)
        except SourceUnavailable as error:
            raise SourceUnavailable(UNREACHABLE, f"token service: {error}") from error
        status = response.status_code
        wait = retry_after(response.headers, self._clock.now())
        if status == 429 or (status == 503 and wait is not None):
            raise SourceThrottled("calendar.throttled", f"{self._host}: the token service asks us to wait", wait)
        if not (status < 300 or 400 <= status < 500) or not _is_object(response.content):
            raise SourceUnavailable(UNREACHABLE, f"{self._host}: HTTP {status} is no answer of a token service")
        return response


def _is_object(content: bytes) -> bool:
    try:
        return isinstance(json.loads(content), dict)
    except (ValueError, RecursionError):
        return False
