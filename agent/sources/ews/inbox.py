"""`agent.ports.RequestBox` over EWS, for one impersonated room mailbox."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from exchangelib import errors as ews

from agent.errors import AccessDenied, WriteConflict
from agent.model.event import ItemId, Response
from agent.model.requests import Answered, Reply, Request, RequestKind, Span
from agent.ports import Clock
from agent.sources.ews.calls import Calls
from agent.sources.ews.faults import GONE, READ_DENIED, WRITE_DENIED
from agent.sources.ews.hidden_item import DeleteItems
from agent.sources.ews.inbox_mapping import Looking, to_request
from agent.sources.ews.inbox_reader import InboxReader
from agent.sources.ews.inbox_services import Respond
from agent.sources.ews.settings import EwsSettings

ANSWERED, CHANGED = "requests.answered", "requests.changed"
"""Codes of conflicts: the message is gone; it is out of date by now."""
_HOW = {
    Response.ACCEPTED: "AcceptItem",
    Response.TENTATIVE: "TentativelyAcceptItem",
    Response.DECLINED: "DeclineItem",
}
_CHANGED = (
    ews.ErrorCalendarMeetingRequestIsOutOfDate,
    ews.ErrorIrresolvableConflict,
    ews.ErrorStaleObject,
    ews.ErrorInvalidChangeKey,
)
_POINTLESS = (
    ews.ErrorCalendarIsCancelledForAccept,
    ews.ErrorCalendarIsCancelledForDecline,
    ews.ErrorCalendarIsCancelledForTentative,
    ews.ErrorCalendarIsOrganizerForAccept,
    ews.ErrorCalendarIsOrganizerForDecline,
    ews.ErrorCalendarIsOrganizerForTentative,
)
"""What Exchange says where there is nothing to answer, and never will be."""
_NOT_REMOVED = (
    ews.ErrorCalendarIsCancelledForRemove,
    ews.ErrorInvalidOperation,
    ews.ErrorInvalidRequest,
    ews.ErrorInvalidReferenceItem,
)
"""What Exchange says to a RemoveItem that it does not understand of this message."""


class EwsInbox:
    """Reads and answers through EWS. It has an account of its own, for a thread of its own."""

    def __init__(self, settings: EwsSettings, clock: Clock) -> None:
        self._host = settings.host
        self._mailbox = settings.mailbox
        self._zone = ZoneInfo(settings.timezone)
        self._clock = clock
        self._calls = Calls(settings, clock)
        self._reader = InboxReader(self._calls)
        self._undeclined: list[tuple[str, Span, str]] = []

    def pending(self, until: datetime, most: int) -> Sequence[Request]:
        """See `RequestBox`. An empty inbox: one request; a page: two, a third where meetings are there already."""
        self._decline_rest()
        messages = self._reader.messages(most)
        answers = self._reader.answers(messages)
        looking = Looking(self._mailbox, self._zone, self._clock.now(), until)
        return [to_request(each, looking, answers.get(each.associated)) for each in messages]

    def answer(self, request: Request, reply: Reply) -> Answered:
        """See `RequestBox`. One request; two more for each occurrence that is declined. One that could not be declined
        is when `pending` is asked next."""
        how = _HOW[reply.response]
        service = Respond(account=self._calls.account)
        delete = DeleteItems(account=self._calls.account)

        def respond() -> None:
            try:
                service(how, request.message_id, request.change_key, reply.comment)
            except _POINTLESS:
                delete([request.message_id], "MoveToDeletedItems")
                raise WriteConflict(CHANGED, f"{self._host}: there is nothing to answer") from None

        self._write(respond)
        answered = Answered(request_id=self._request_id)
        self._undeclined += [(request.uid, span, reply.comment) for span in reply.declined]
        self._decline_rest()
        return answered

    def carry_out(self, request: Request) -> Answered:
        """See `RequestBox`. To the room's Deleted Items; Exchange itself knows what a cancellation cancels."""
        delete = DeleteItems(account=self._calls.account)
        if request.kind is RequestKind.CANCELLATION and not request.out_of_date:
            self._unless_gone(partial(self._remove, request, delete))
        answered = Answered(request_id=self._request_id)
        self._unless_gone(lambda: delete([request.message_id], "MoveToDeletedItems"))
        return answered

    def decline(self, uid: str, item_id: ItemId | None, spans: Sequence[Span], comment: str) -> None:  # noqa: ARG002
        """See `RequestBox`. Two requests for each."""
        self._undeclined += [(uid, span, comment) for span in spans]
        self._decline_rest()

    def close(self) -> None:
        self._calls.close()

    @property
    def _request_id(self) -> str:
        return self._calls.transport.traffic.request_id

    def _remove(self, request: Request, delete: DeleteItems) -> None:
        """What a cancellation cancels. Where the server does not do it by itself, the meeting it has named is put away;
        but for one occurrence: what is named may be its series."""
        try:
            Respond(account=self._calls.account)("RemoveItem", request.message_id, request.change_key)
        except _NOT_REMOVED:
            if request.item_id and request.occurrence is not None:
                raise
            if request.item_id:
                delete([request.item_id], "MoveToDeletedItems")

    def _decline_rest(self) -> None:
        """Decline the occurrences of accepted series that are to be declined."""
        decline = Respond(account=self._calls.account)
        while self._undeclined:
            uid, span, comment = self._undeclined[0]
            item = self._reader.occurrence(uid, span)
            if item is not None:
                item_id, change_key = item.item_id, item.change_key
                self._unless_gone(lambda: decline("DeclineItem", item_id, change_key, comment))  # noqa: B023  at once
            self._undeclined.pop(0)

    def _unless_gone(self, call: Callable[[], None]) -> None:
        """A write that is harmless to repeat, since it makes its item go away."""

        def attempt() -> None:
            try:
                call()
            except GONE:
                return

        self._write(attempt)

    def _write(self, call: Callable[[], None]) -> None:
        """One request, sent once: an answer that was lost may have been given. Raises `WriteConflict`."""

        def once() -> None:
            with self._calls.transport.once():
                try:
                    call()
                except GONE:
                    raise WriteConflict(ANSWERED, f"{self._host}: the message is gone") from None
                except _CHANGED:
                    raise WriteConflict(CHANGED, f"{self._host}: the message is out of date") from None

        try:
            self._calls(once)
        except AccessDenied as error:
            if error.code != READ_DENIED:
                raise
            what = f"{self._host}: the room's mailbox may not be written"
            raise AccessDenied(WRITE_DENIED, what).hinting(**error.hints) from None
