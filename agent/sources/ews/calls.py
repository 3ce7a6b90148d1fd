"""Calls into exchangelib: secrets read before them, their errors made ours."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from agent.errors import SignInFailed, SourceError
from agent.ports import Clock
from agent.sources.ews.account import RoomAccount, open_account
from agent.sources.ews.faults import translate
from agent.sources.ews.settings import EwsSettings
from agent.sources.ews.signin import SignIn
from agent.sources.transport.session import Transport

_Answer = TypeVar("_Answer")
_LOGGERS = {
    "exchangelib": logging.WARNING,
    "exchangelib.util": logging.CRITICAL,  # its errors print the whole request, headers included (exchange.md 3.10)
    "exchangelib.util.xml": logging.CRITICAL,
    "msal": logging.WARNING,
    "oauthlib": logging.WARNING,
    "requests_oauthlib": logging.WARNING,
    "spnego": logging.WARNING,
    "urllib3": logging.WARNING,
}


class Calls:
    """One account with connections of its own. No network traffic before the first call."""

    def __init__(self, settings: EwsSettings, clock: Clock) -> None:
        for logger, level in _LOGGERS.items():
            logging.getLogger(logger).setLevel(level)
        self._host = settings.host
        self.transport = Transport(settings.http)
        self._sign_in = SignIn(settings, self.transport, clock)
        self.account: RoomAccount = open_account(settings, self.transport, self._sign_in, clock)

    def __call__(self, call: Callable[[], _Answer]) -> _Answer:
        """The answer of one call. Raises `SourceError` and nothing else. Secrets are read before it, never within."""
        traffic = self.transport.traffic
        traffic.request_id = ""
        try:
            self.transport.prepare()
            if self._sign_in.prepare():
                self.close()
            return call()
        except Exception as error:
            # The border to the library: a hostile answer can make it raise anything, AttributeError included.
            problem = self.translate(error).hinting(request_id=traffic.request_id)
            if isinstance(problem, SignInFailed):
                self._sign_in_again()
            if problem is error:
                raise
            raise problem from None  # the library's texts hold whole answers

    def translate(self, error: Exception) -> SourceError:
        return translate(error, self._host)

    def close(self) -> None:
        self.account.protocol.close()

    def _sign_in_again(self) -> None:
        """Forgets secret and connections: the next call signs in with what is stored by then."""
        self._sign_in.forget()
        self.transport.forget()
        self.close()
