"""What an HTTP status means, decided before exchangelib looks at the answer.

exchangelib does not know 429, ignores Retry-After, takes any answer with `Connection: close` for a busy server and
puts whole answers into messages (exchange.md 3.9). Here every status is ours but 200, and 500 or 503 with a SOAP fault.
"""

from __future__ import annotations

import re

import requests
from exchangelib.protocol import FailFast

from agent.errors import AccessDenied, SignInFailed, SourceError, SourceThrottled, SourceUnavailable
from agent.ports import Clock
from agent.sources.ews.settings import Auth
from agent.sources.ews.signin import split_handshake
from agent.sources.ews.soap import looks_like_soap
from agent.sources.transport.waits import retry_after

_LOCKED = b"The referenced account is currently locked out"
_CHALLENGES = {Auth.BASIC: ("basic",), Auth.NTLM: ("ntlm", "negotiate"), Auth.OAUTH: ("bearer",)}


class RoomPolicy(FailFast):  # type: ignore[misc]  # exchangelib has no annotations
    """Never waits and never repeats: the sync decides when to try again."""

    def __init__(self, host: str, auth: Auth, clock: Clock) -> None:
        self._host = host
        self._auth = auth
        self._clock = clock

    def raise_response_errors(self, response: requests.Response) -> None:
        """Returns for an answer exchangelib shall parse; raises the `SourceError` the status stands for otherwise."""
        status = response.status_code
        if status == 200 or (status in (500, 503) and looks_like_soap(response.content)):
            return
        raise self._error(status, response)

    def _error(self, status: int, response: requests.Response) -> SourceError:
        where = f"{self._host}: HTTP {status}"
        if status == 401:
            return self._unauthorized(where, response)
        if status == 403:
            return AccessDenied("calendar.ews_blocked", f"{where}: EWS is blocked for this tenant, app or account")
        if status == 407:
            return SourceUnavailable("calendar.proxy", f"{where}: the proxy wants to be signed in to")
        if status in (429, 503):
            wait = retry_after(response.headers, self._clock.now())
            return SourceThrottled("calendar.throttled", f"{where}: the server asks us to wait", wait)
        if status >= 500 and status != 511:
            return SourceUnavailable("calendar.server_error", f"{where}: the server failed without saying why")
        return SourceUnavailable("calendar.not_exchange", f"{where}: not how Exchange answers; check the endpoint")

    def _unauthorized(self, where: str, response: requests.Response) -> SourceError:
        if split_handshake(response):
            return SourceUnavailable("calendar.ntlm_broken", f"{where}: the connection was closed within the handshake")
        if _LOCKED in response.content:
            return SignInFailed("calendar.account_locked", f"{where}: the service account is locked out")
        offered = response.headers.get("WWW-Authenticate", "").lower()
        if offered and not any(scheme in offered for scheme in _CHALLENGES[self._auth]):
            what = f"{where}: the server does not offer {self._auth} sign-in"
            return SignInFailed("calendar.auth_not_offered", what).hinting(offered=_schemes(offered))
        return SignInFailed("calendar.sign_in_failed", f"{where}: user name or secret refused")


def _schemes(challenges: str) -> str:
    """The schemes of joined WWW-Authenticate headers (RFC 9110, 11.6.1), such as "ntlm, negotiate"."""
    known = ("basic", "bearer", "digest", "negotiate", "ntlm")
    return ", ".join(scheme for scheme in known if re.search(rf"(?:^|,\s*){scheme}\b", challenges))
