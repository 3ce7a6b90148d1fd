"""A room's own messages through Graph: each once at most."""

from __future__ import annotations

from collections import OrderedDict
from typing import TypeVar

from agent.errors import (
    AccessDenied,
    MailboxNotFound,
    SignInFailed,
    SourceError,
    SourceThrottled,
    SourceUnavailable,
)
from agent.model.control import Mail
from agent.ports import Clock
from agent.sources.graph.client import GraphClient
from agent.sources.graph.faults import REQUEST_REFUSED, WRITE_REFUSED
from agent.sources.graph.fields import objects
from agent.sources.graph.written import has_key, message
from agent.sources.transport.failures import TIMEOUT

MAIL_DENIED = "calendar.mail_denied"
SETTLES_S = 120.0
"""A message that was sent is among the sent items by then."""
_KEPT = 1_000
T = TypeVar("T", float, str)


class GraphMail:
    """Sends as one mailbox. What was sent is found among its sent items, where the app may read them (Mail.Read);
    where it may not, a message whose answer was lost counts as sent: of two evils the smaller.
    """

    def __init__(self, client: GraphClient, user: str, clock: Clock) -> None:
        self._client = client
        self._user = user
        self._clock = clock
        self._tried: OrderedDict[str, float] = OrderedDict()
        self._sent: OrderedDict[str, str] = OrderedDict()

    def send(self, key: str, mail: Mail) -> str:
        """The request's id, "" for a message that was or may have been sent before. Raises `SourceError`; AccessDenied
        where the room may not send."""
        if key in self._sent:
            return self._sent[key]
        found = self._found(key)
        if found or (found is None and key in self._tried):
            return ""
        if self._clock.monotonic() - self._tried.get(key, -SETTLES_S) < SETTLES_S:
            what = f"{self._client.host}: whether an earlier attempt sent the message is not known yet"
            raise SourceUnavailable(TIMEOUT, what)
        self._post(key, mail)
        _remember(self._sent, key, self._client.request_id)
        return self._client.request_id

    def _found(self, key: str) -> bool | None:
        """Whether it is among the sent items; None when nobody can tell."""
        asked = {"$filter": has_key(key), "$select": "id", "$top": "1"}
        try:
            answer = self._client.get(f"{self._user}/mailFolders/sentitems/messages", asked)
        except AccessDenied:
            return None
        except SourceUnavailable as error:
            if error.code != REQUEST_REFUSED:
                raise
            return None
        return bool(objects(answer, "value"))

    def _post(self, key: str, mail: Mail) -> None:
        _remember(self._tried, key, self._clock.monotonic())
        try:
            self._client.act(f"{self._user}/sendMail", message(key, mail))
        except SourceError as error:
            if isinstance(error, SourceThrottled | SignInFailed | MailboxNotFound):
                del self._tried[key]
            if isinstance(error, AccessDenied):
                del self._tried[key]
                raise AccessDenied(MAIL_DENIED, f"{error}, to send mail").hinting(**error.hints) from error
            if error.code == REQUEST_REFUSED:
                raise SourceError(WRITE_REFUSED, str(error)).hinting(**error.hints) from error
            raise


def _remember(kept: OrderedDict[str, T], key: str, value: T) -> None:
    kept[key] = value
    while len(kept) > _KEPT:
        kept.popitem(last=False)
