"""exchangelib's services for a subscription that streams."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from exchangelib.services import GetStreamingEvents, SubscribeToStreaming
from lxml import etree

from agent.model.sync import Heard
from agent.sources.ews.envelopes import envelopes
from agent.sources.ews.services import RoomService
from agent.sources.ews.soap import MESSAGES, NotSoapError, parse_envelope

EVENTS = ("CopiedEvent", "CreatedEvent", "DeletedEvent", "ModifiedEvent", "MovedEvent")


class OpenSubscription(RoomService, SubscribeToStreaming):  # type: ignore[misc]
    """Subscribe to the room's calendar, and its inbox where that matters."""

    def __call__(self, *, inbox: bool = False) -> str:
        """The subscription's id. Raises exchangelib's errors."""
        folders = [self.account.calendar, *([self.account.inbox] if inbox else [])]
        found = list(self._get_elements(self.get_payload(folders=folders, event_types=EVENTS)))
        if len(found) != 1 or found[0] is None or not (found[0].text or "").strip():
            raise NotSoapError("no subscription")
        return str(found[0].text).strip()


class FollowEvents(RoomService, GetStreamingEvents):  # type: ignore[misc]
    """GetStreamingEvents, one connection. What happened is not read, only that something did."""

    ERRORS_TO_CATCH_IN_RESPONSE = ()

    def __call__(
        self, subscription_id: str, minutes: int, connect_s: float, silence_s: float, monotonic: Callable[[], float]
    ) -> Iterator[Heard]:
        """Signs of life until the server says Closed, or the answer ends without. Raises exchangelib's errors and ours.

        A server that goes on after `minutes` is left a minute later.
        """
        self.timeout = (connect_s, silence_s)
        ends = monotonic() + minutes * 60 + 60
        response = self._get_response(self.get_payload([subscription_id], minutes), self._version_hint.api_version)
        host = str(self.account.protocol.server)
        try:
            for document in envelopes(response.raw, monotonic, silence_s, host):
                sign = self._read(document)
                if sign is None:
                    return
                yield sign
                if monotonic() > ends:
                    return
        finally:
            self.stop_streaming()
        raise NotSoapError("the stream ended before its time")

    def _read(self, document: bytes) -> Heard | None:
        """None for Closed, and after it nothing comes."""
        _, body = parse_envelope(document)
        sign = Heard.ALIVE
        for message in self._get_soap_messages(body):
            self._get_element_container(message=message)
            if message.find(f"{MESSAGES}Notifications") is not None:
                sign = Heard.CHANGED
            if (message.findtext(f"{MESSAGES}ConnectionStatus") or "").strip() == self.CLOSED:
                return None
        return sign

    def _get_soap_messages(self, body: etree._Element) -> Any:
        """As for any other answer, the library's way around its own document reader."""
        return super(GetStreamingEvents, self)._get_soap_messages(body)

    def _get_element_container(self, message: etree._Element, name: str | None = None) -> Any:
        return super(GetStreamingEvents, self)._get_element_container(message=message, name=name)
