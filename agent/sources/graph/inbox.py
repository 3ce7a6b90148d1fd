"""`agent.ports.RequestBox` over Microsoft Graph, for one room mailbox.

Graph answers events, not messages: what has no event in the room's calendar yet cannot be answered through it and is
left to people. Exchange makes the event where AutomateProcessing is AutoUpdate, not where it is None.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from urllib.parse import quote
from zoneinfo import ZoneInfo

import structlog

from agent.errors import AccessDenied, SourceError, WriteConflict
from agent.model.event import ItemId, Response
from agent.model.requests import Answered, Reply, Request, RequestKind, Span
from agent.ports import Clock
from agent.sources.graph.client import GraphClient
from agent.sources.graph.faults import is_gone
from agent.sources.graph.fields import Json
from agent.sources.graph.inbox_reader import WITH_EVENT, InboxReader
from agent.sources.graph.invitations import event_of
from agent.sources.graph.settings import GraphSettings
from agent.sources.graph.signin import open_tokens
from agent.sources.transport.session import Transport

ANSWERED, CHANGED = "requests.answered", "requests.changed"
DENIED, NO_EVENT = "requests.denied", "requests.no_event"
_KEPT = 10_000
_VERBS = {Response.ACCEPTED: "accept", Response.TENTATIVE: "tentativelyAccept", Response.DECLINED: "decline"}
log = structlog.get_logger()


class GraphInbox:
    """Reads and answers with a connection of its own, made by the first call."""

    def __init__(self, settings: GraphSettings, clock: Clock) -> None:
        self._zone = ZoneInfo(settings.timezone)
        transport = Transport(settings.http)
        self._client = GraphClient(settings.endpoint, open_tokens(settings, transport, clock), transport, clock)
        self._user = f"/users/{quote(settings.mailbox.strip(), safe='@')}"
        self._reader = InboxReader(self._client, self._user, settings.mailbox, self._zone, clock)
        self._begun: dict[ItemId, Request] = {}
        self._passed_over: set[ItemId] = set()

    def pending(self, until: datetime, most: int) -> Sequence[Request]:
        """See `RequestBox`. Requests without an event are passed over, and said once in the log."""
        with _mail():
            found = list(islice(self._wanted(), most))
            return [
                self._as_begun(request) or self._reader.in_full(message, request, until) for message, request in found
            ]

    def answer(self, request: Request, reply: Reply) -> Answered:
        """See `RequestBox`. A repeat of one whose answer was lost goes on where it had stopped."""
        with _mail():
            return self._answer(request, reply)

    def carry_out(self, request: Request) -> Answered:
        """See `RequestBox`."""
        with _mail():
            if request.kind is RequestKind.CANCELLATION and request.item_id and not request.out_of_date:
                message = self._message(request)
                if message is not None and not _is_old(message):
                    self._delete(f"events/{quote(request.item_id, safe='')}")
            return self._removed(request)

    def decline(self, uid: str, item_id: ItemId | None, spans: Sequence[Span], comment: str) -> None:  # noqa: ARG002
        """See `RequestBox`. Without the series' id nothing is left to do: its message goes last."""
        with _mail():
            for span in spans:
                if item_id:
                    self._decline(item_id, span, comment)

    def close(self) -> None:
        self._client.close()

    # -- reading

    def _wanted(self) -> Iterator[tuple[Json, Request]]:
        for message, request in self._reader.requests():
            simple = request.out_of_date or request.own or request.kind is RequestKind.CANCELLATION
            if request.item_id or simple or request.message_id in self._begun:
                yield message, request
            else:
                self._pass_over(request)

    def _as_begun(self, request: Request) -> Request | None:
        """As it was when an attempt to answer it began, whose end nobody knows."""
        return None if request.out_of_date else self._begun.get(request.message_id)

    def _pass_over(self, request: Request) -> None:
        if request.message_id in self._passed_over:
            return
        if len(self._passed_over) >= _KEPT:
            self._passed_over.clear()
        self._passed_over.add(request.message_id)
        log.warning("requests.left_to_people", code=NO_EVENT)

    # -- answering

    def _answer(self, request: Request, reply: Reply) -> Answered:
        if not request.item_id:
            raise SourceError(NO_EVENT, f"{self._client.host}: the request has no event in the room's calendar")
        if not self._is_given(request, reply.response):
            self._begun[request.message_id] = request
            self._respond(request.item_id, reply.response, reply.comment)
        request_id = self._client.request_id
        for span in reply.declined:
            self._decline(request.item_id, span, reply.comment)
        self._removed(request)
        return Answered(request_id=request_id)

    def _is_given(self, request: Request, response: Response) -> bool:
        """Whether an earlier attempt has given this answer. Raises `WriteConflict` where somebody else has given one,
        or the message is out of date."""
        message, begun = self._message(request), request.message_id in self._begun
        meeting = event_of(message, self._zone) if message is not None else None
        if message is not None and begun and (meeting is None or meeting.response is response):
            return True
        if message is not None and _is_old(message):
            raise WriteConflict(CHANGED, f"{self._client.host}: the message is out of date")
        if meeting is None or meeting.response is not request.answered:
            raise WriteConflict(ANSWERED, f"{self._client.host}: somebody has answered the request")
        return False

    def _message(self, request: Request) -> Json | None:
        """The message as it is now, with its event; None when it is gone."""
        path = f"{self._user}/messages/{quote(request.message_id, safe='')}"
        try:
            return self._client.get(path, {"$expand": WITH_EVENT})
        except SourceError as error:
            if is_gone(error):
                return None
            raise

    def _respond(self, item_id: ItemId, response: Response, comment: str) -> None:
        data = {"comment": comment, "sendResponse": True}
        try:
            self._client.act(f"{self._user}/events/{quote(item_id, safe='')}/{_VERBS[response]}", data)
        except SourceError as error:
            if is_gone(error):
                raise WriteConflict(ANSWERED, f"{self._client.host}: the meeting is gone") from error
            raise

    def _decline(self, master: ItemId, span: Span, comment: str) -> None:
        """One occurrence; one that is not there is declined already."""
        for item_id in self._reader.occurrences(master, span):
            self._respond(item_id, Response.DECLINED, comment)

    def _removed(self, request: Request) -> Answered:
        self._delete(f"messages/{quote(request.message_id, safe='')}")
        self._begun.pop(request.message_id, None)
        return Answered(request_id=self._client.request_id)

    def _delete(self, path: str) -> None:
        try:
            self._client.delete(f"{self._user}/{path}")
        except SourceError as error:
            if not is_gone(error):
                raise


def _is_old(message: Json) -> bool:
    return message.get("isOutOfDate") is True


@contextmanager
def _mail() -> Iterator[None]:
    """What is denied here is the right to the room's mail."""
    try:
        yield
    except AccessDenied as error:
        raise AccessDenied(DENIED, f"{error}, or its mail").hinting(**error.hints) from error
