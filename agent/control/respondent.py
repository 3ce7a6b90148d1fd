"""Answers requests one by one: decided, written down, sent. Blocking; all of it runs in one thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from itertools import islice
from zoneinfo import ZoneInfo

from agent.control.answer_book import DONE, AnswerBook, first_time
from agent.control.occupancy import Occupancy
from agent.control.reasons import reason
from agent.control.request_policy import RequestPolicy
from agent.control.requests import ANSWERED, CANCELLED, OUT_OF_DATE, SOME, Decision, conflicts, decide, superseded
from agent.errors import AccessDenied, MailboxNotFound, SignInFailed, SourceThrottled, WriteConflict
from agent.model.control import Taken
from agent.model.event import ItemId, Response
from agent.model.requests import Answer, Reply, Request, RequestKind, Span
from agent.ports import Clock, RequestBox

NOT_SENT = (AccessDenied, MailboxNotFound, SignInFailed, SourceThrottled)
"""After these an answer has certainly taken no effect."""
MOST_LEFT = 1_000
RECENT = timedelta(hours=1)
FRESH_S = 5.0
"""What the calendar holds is believed for so long: others book as well, at the screen too."""
CHANGED = "requests.changed"
"""The code of a conflict with whoever asks: a newer message has taken the place of this one."""


@dataclass(frozen=True, slots=True)
class Handled:
    """What became of a message. `changed`: the room said something, or its calendar is another one. `by_other`:
    somebody else has answered."""

    code: str
    changed: bool = False
    by_other: bool = False


class Respondent:
    """Methods raise `SourceError` and `StoreError`. Not thread-safe."""

    def __init__(
        self,
        box: RequestBox,
        occupancy: Occupancy,
        book: AnswerBook,
        policy: RequestPolicy,
        zone: ZoneInfo,
        clock: Clock,
    ) -> None:
        self._box = box
        self._occupancy = occupancy
        self._book = book
        self._policy = policy
        self._zone = zone
        self._clock = clock
        self._undecided: frozenset[str] = frozenset()
        self._left: set[ItemId] = set()
        self._looked = clock.monotonic()

    def page(self, most: int) -> Sequence[Request]:
        """What is pending, the oldest first. What a newer one of the same page replaces is out of date."""
        now = self._clock.now()
        requests = list(self._box.pending(self._policy.until(now, self._zone), most))
        self._book.open_at([each.message_id for each in requests])
        self._look_again()
        if len(requests) < most:
            self._book.settle({each.message_id for each in requests}, self._finish)
        old = superseded(requests)
        marked = [replace(each, out_of_date=each.out_of_date or each.message_id in old) for each in requests]
        self._undecided = frozenset(each.uid for each in marked if _is_open(each))
        return marked

    def handle(self, request: Request) -> Handled:
        """Answer it, carry it out, or leave it to whoever has answered it."""
        known = self._book.about(request)
        if known is not None and (known.ended is not None or _stands(known, request)):
            return self._clear_away(request, known)
        decision = decide(request, self._policy, partial(self._taken, request), self._clock.now(), self._zone)
        if decision.response is not None:
            return self._answer(request, decision, decision.response, again=known is not None)
        if decision.code == ANSWERED:
            return self._leave(request)
        if decision.code == CANCELLED:
            return self._cancel(request)
        self._remove(request)
        return Handled(decision.code)

    def close(self) -> None:
        self._box.close()

    def _taken(self, request: Request, spans: Sequence[Span]) -> list[Taken]:
        """Without what is only pencilled in for requests that are not decided yet: the oldest of them comes first. Of
        those on later pages only the calendar knows. What was read a while ago is read again."""
        if self._clock.monotonic() - self._looked >= FRESH_S:
            self._look_again()
        there = self._occupancy.around(spans)
        return [each for each in there if each.uid not in self._undecided and not _is_younger(each, request)]

    def _look_again(self) -> None:
        self._looked = self._clock.monotonic()
        self._occupancy.forget(self._clock.now())

    def _answer(self, request: Request, decision: Decision, response: Response, *, again: bool) -> Handled:
        comment = reason(decision.code, self._policy, request.language)
        reply = Reply(response=response, code=decision.code, comment=comment, declined=decision.declined)
        after = first_time(request) if response is not Response.DECLINED else ""
        self._book.begin(request, decision.code, response, after=after)
        try:
            answered = self._box.answer(request, reply)
        except WriteConflict as error:
            if error.code == CHANGED:
                self._book.withdraw(request)
                return Handled(CHANGED)
            self._book.end(request, DONE if again else ANSWERED)
            self._look_again()
            return Handled(decision.code if again else ANSWERED, changed=again, by_other=not again)
        except NOT_SENT:
            if not again:
                self._book.withdraw(request)
            raise
        self._book.end(request, answered=answered)
        self._occupy(request, reply)
        return Handled(decision.code, changed=True)

    def _occupy(self, request: Request, reply: Reply) -> None:
        self._undecided -= {request.uid}
        if request.kind is RequestKind.UPDATE:
            self._look_again()  # its old time may be free, or still a series' own
        elif reply.response is not Response.DECLINED and not request.free:
            wanted = [span for span in request.occurrences if span not in reply.declined]
            item = request.item_id or request.message_id
            self._occupancy.add(Taken(item_id=item, uid=request.uid, start=e.start, end=e.end) for e in wanted)

    def _cancel(self, request: Request) -> Handled:
        self._book.begin(request, CANCELLED, Response.NONE, before=first_time(request))
        try:
            carried_out = self._box.carry_out(request)
        except WriteConflict:
            self._book.withdraw(request)
            return Handled(CHANGED)
        except NOT_SENT:
            self._book.withdraw(request)
            raise
        self._book.end(request, answered=carried_out)
        self._look_again()
        return Handled(CANCELLED, changed=True)

    def _leave(self, request: Request) -> Handled:
        """Whoever has answered may be about to put the message away. When it stays, it is removed. An old one tells of
        nobody who answers now: some mailboxes are full of them."""
        if request.message_id not in self._left:
            self._left = {*islice(self._left, MOST_LEFT), request.message_id}
            return Handled(ANSWERED, by_other=self._clock.now() - request.received <= RECENT)
        self._remove(request)
        self._left.discard(request.message_id)
        return Handled(OUT_OF_DATE)

    def _clear_away(self, request: Request, known: Answer) -> Handled:
        """It was answered here before: never a second time."""
        if known.ended is None:
            self._finish(known, request)
            self._book.end(request)
        self._remove(request)
        return Handled(known.code)

    def _finish(self, begun: Answer, request: Request | None = None) -> None:
        """What was to be declined of a series that is accepted, whatever a crash has left of it."""
        now = self._clock.now()
        if begun.code != SOME or not begun.uid:
            return
        there = self._occupancy.around([Span(start=now, end=self._policy.until(now, self._zone))])
        own = {Span(start=each.start, end=each.end) for each in there if each.uid == begun.uid and each.end > now}
        left = conflicts(list(own), [each for each in there if each.uid != begun.uid and not each.pencilled])
        if left:
            item_id, language = (request.item_id, request.language) if request else (None, "")
            self._box.decline(begun.uid, item_id, left, reason(SOME, self._policy, language))
            self._look_again()

    def _remove(self, request: Request) -> None:
        """The message alone."""
        self._box.carry_out(replace(request, out_of_date=True))


def _stands(known: Answer, request: Request) -> bool:
    """Whether an answer that may or may not have been sent is in the calendar."""
    return request.kind is RequestKind.NEW and request.answered is known.response


def _is_younger(taken: Taken, request: Request) -> bool:
    """Whether it is in the calendar only because somebody asked for it later."""
    return taken.pencilled and (taken.created is None or taken.created >= request.received)


def _is_open(request: Request) -> bool:
    asks = request.kind is not RequestKind.CANCELLATION and not (request.out_of_date or request.own)
    return asks and bool(request.uid) and request.answered is Response.NONE
