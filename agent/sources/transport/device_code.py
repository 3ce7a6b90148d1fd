"""Tokens of a person who signed in once with a code, for tenants that register no secret (RFC 8628).

A refresh token is kept; it lives as long as it is used. Where it is kept is given as two functions, text in and out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msal

from agent.errors import SignInFailed
from agent.ports import Clock
from agent.sources.transport.refusals import SIGN_IN_NEEDED, refused
from agent.sources.transport.session import Transport
from agent.sources.transport.token_client import TokenClient
from agent.sources.transport.tokens import TROUBLE, App


@dataclass(frozen=True, slots=True)
class Kept:
    """Where MSAL's cache, a text with the refresh token, is kept. `load` gives "" when there is none."""

    load: Callable[[], str]
    save: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a person is shown: the page to open anywhere, and the code to enter there."""

    url: str
    code: str
    minutes: int


class DeviceTokens:
    """Tokens without anybody's help, as long as the sign-in lasts. Not thread-safe."""

    def __init__(self, app: App, transport: Transport, clock: Clock, kept: Kept) -> None:
        self._app = app
        self._transport = transport
        self._clock = clock
        self._kept = kept
        self._loaded: str | None = None
        self._msal: Any = None
        self._cache: Any = None

    def token(self) -> str:
        """A valid access token. Raises `SignInFailed` (`calendar.sign_in_needed`) when somebody has to sign in."""
        try:
            self._open()
            accounts = self._msal.get_accounts()
            answer = self._msal.acquire_token_silent_with_error([self._app.scope], accounts[0]) if accounts else None
        except TROUBLE as error:
            raise self._app.unreachable(error.__class__.__name__) from error
        if answer is None:
            raise SignInFailed(SIGN_IN_NEEDED, "nobody has signed in for this room; run room-agent sign-in")
        if "access_token" not in answer:
            self.forget()
            raise refused(answer, self._app.host, self._app.client_id)
        self._save()
        return str(answer["access_token"])

    def forget(self) -> None:
        """The kept sign-in is read again."""
        self._msal = self._loaded = None

    def ask(self) -> tuple[Prompt, Callable[[], None]]:
        """What to show to a person, and a function that waits until it is done. Both raise as `token`."""
        try:
            self._open(fresh=True)
            flow = self._msal.initiate_device_flow(scopes=[self._app.scope])
        except (*TROUBLE, ValueError) as error:  # ValueError: the authority has no such endpoint
            raise self._app.unreachable(error.__class__.__name__) from error
        if "user_code" not in flow:
            raise refused(flow, self._app.host, self._app.client_id)

        def wait() -> None:
            try:
                answer = self._msal.acquire_token_by_device_flow(flow)
            except TROUBLE as error:
                raise self._app.unreachable(error.__class__.__name__) from error
            if "access_token" not in answer:
                raise refused(answer, self._app.host, self._app.client_id)
            self._save()

        return Prompt(
            str(flow["verification_uri"]), str(flow["user_code"]), int(flow.get("expires_in", 900)) // 60
        ), wait

    def _open(self, *, fresh: bool = False) -> None:
        """MSAL over what is kept now: another process may have signed in meanwhile."""
        text = "" if fresh else self._kept.load()
        if self._msal is not None and not fresh and text == self._loaded:
            return
        self._cache = msal.SerializableTokenCache()
        if text:
            try:
                self._cache.deserialize(text)
            except ValueError:
                self._cache = msal.SerializableTokenCache()  # damaged: as if nobody had signed in
        self._loaded = text
        try:
            self._msal = msal.PublicClientApplication(
                self._app.client_id,
                token_cache=self._cache,
                http_client=TokenClient(self._transport, self._app.authority, self._clock),
                **self._app.msal_options,
            )
        except ValueError as error:
            raise self._app.unknown_tenant() from error

    def _save(self) -> None:
        if self._cache.has_state_changed:
            text = str(self._cache.serialize())
            self._kept.save(text)
            self._loaded = text
