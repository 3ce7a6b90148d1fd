"""`agent.ports.ChangeStream` over EWS: a streaming subscription to the room's calendar."""

from __future__ import annotations

from collections.abc import Callable

from exchangelib import errors as ews

from agent.errors import SourceError, SourceUnavailable
from agent.model.sync import Heard
from agent.ports import Clock
from agent.sources.ews.account import open_account
from agent.sources.ews.faults import translate
from agent.sources.ews.settings import EwsSettings
from agent.sources.ews.signin import SignIn
from agent.sources.ews.subscription import FollowEvents, OpenSubscription
from agent.sources.transport import failures
from agent.sources.transport.session import Transport

MINUTES = 29
"""How long the server keeps one connection; it allows 30 (exchange.md 3.8)."""
SILENCE_S = 100.0
"""Exchange sends a heartbeat about every 45 s; after twice that the connection is dead."""

_LOST = (
    ews.ErrorSubscriptionNotFound,
    ews.ErrorExpiredSubscription,
    ews.ErrorInvalidSubscription,
    ews.ErrorReadEventsFailed,
    ews.ErrorMissedNotificationEvents,
    ews.ErrorInvalidWatermark,
    ews.ErrorSubscriptionUnsubsribed,
    ews.ErrorProxyRequestNotAllowed,
    ews.ErrorNoRespondingCASInDestinationSite,
)
"""The subscription is gone, with the server process that knew it; another one can be had."""


class EwsStream:
    """Tells of changes to the room's calendar, and with `inbox` to its inbox. It has an account of its own: an open
    stream occupies a connection."""

    def __init__(
        self, settings: EwsSettings, clock: Clock, *, inbox: bool = False, silence_s: float = SILENCE_S
    ) -> None:
        self._inbox = inbox
        self._host = settings.host
        self._connect_s = settings.http.connect_timeout_s
        self._silence_s = silence_s
        self._clock = clock
        self._transport = Transport(settings.http)
        self._sign_in = SignIn(settings, self._transport, clock)
        self._account = open_account(settings, self._transport, self._sign_in, clock)
        self._subscription: str | None = None
        self._hung_up = False

    @property
    def requests(self) -> int:
        return self._transport.traffic.requests

    def listen(self, heard: Callable[[Heard], None]) -> None:
        """See `ChangeStream`. One request where the last subscription still lives, else two or three."""
        self._hung_up = False
        try:
            self._transport.prepare()
            if self._sign_in.prepare():
                self._account.protocol.close()
            self._listen(heard)
        except Exception as error:
            # The border to the library, as in `EwsSource`.
            problem = self._translate(error)
            self._transport.forget()
            self._sign_in.forget()
            self._account.protocol.close()
            if problem is error:
                raise
            raise problem from None

    def hang_up(self) -> None:
        self._hung_up = True
        self._transport.shut_down()

    def close(self) -> None:
        self.hang_up()
        self._account.protocol.close()

    def _listen(self, heard: Callable[[Heard], None]) -> None:
        if self._subscription is not None:
            try:
                self._follow(self._subscription, heard)
            except _LOST:
                self._subscription = None
            else:
                return
        self._subscription = OpenSubscription(account=self._account)(inbox=self._inbox)
        self._follow(self._subscription, heard)

    def _follow(self, subscription: str, heard: Callable[[Heard], None]) -> None:
        signs = FollowEvents(account=self._account)(
            subscription, MINUTES, self._connect_s, self._silence_s, self._clock.monotonic
        )
        connected = False
        for sign in signs:
            if not connected:
                connected = True
                heard(Heard.CONNECTED)
            heard(sign)
        if not connected:
            raise SourceUnavailable("stream.ended", f"{self._host}: the stream ended before it began")

    def _translate(self, error: Exception) -> SourceError:
        if self._hung_up:
            return SourceUnavailable("stream.ended", f"{self._host}: hung up")
        if isinstance(error, _LOST):
            self._subscription = None
            return SourceUnavailable("stream.lost", f"{self._host}: the subscription is gone")
        if isinstance(error, ews.ErrorSubscriptionDelegateAccessNotSupported):
            says = "only impersonation may follow a calendar's changes"
            return SourceUnavailable("stream.refused", f"{self._host}: {says} ({error.__class__.__name__})")
        if isinstance(error, failures.NETWORK):
            return failures.translate(error, self._host)
        return translate(error, self._host)
