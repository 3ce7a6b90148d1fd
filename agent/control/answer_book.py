"""What the room has answered: on disk before it is sent, in the audit log once when it has ended. Blocking."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from uuid import NAMESPACE_OID, uuid5

from agent.model.event import ItemId, Response
from agent.model.requests import Answer, Answered, Request
from agent.ports import Clock
from agent.store.answers import SqliteAnswers
from agent.store.audit import AGENT, AuditLog
from agent.wire import instant

ACT = "room.answer"
DONE = "done"
LOOKED_AT = 1000
"""Entries of the audit log among which an answer is looked for that may stand there already."""


class AnswerBook:
    """Methods raise `StoreError`. Not thread-safe."""

    def __init__(self, store: SqliteAnswers, audit: AuditLog, clock: Clock) -> None:
        self._store = store
        self._audit = audit
        self._clock = clock
        self._known: dict[ItemId, Answer] = {}
        self.untidy = True
        """Whether something may have ended that does not stand in the audit log."""

    def open_at(self, message_ids: Sequence[ItemId]) -> None:
        """These messages are about to be looked at."""
        self._known = dict(self._store.of(message_ids))

    def about(self, request: Request) -> Answer | None:
        """What was said to this message before."""
        return self._known.get(request.message_id)

    def begin(self, request: Request, code: str, response: Response, *, before: str = "", after: str = "") -> None:
        """It is about to be sent."""
        answer = Answer(
            message_id=request.message_id,
            uid=request.uid,
            response=response,
            code=code,
            begun=self._clock.now(),
            before=before,
            after=after,
        )
        self._store.begin(answer)
        self._known[request.message_id] = answer

    def withdraw(self, request: Request) -> None:
        """It was certainly not sent."""
        self._store.withdraw(request.message_id)
        self._known.pop(request.message_id, None)

    def end(self, request: Request, outcome: str = DONE, answered: Answered | None = None) -> None:
        """What was begun has ended."""
        self._ended(self._known[request.message_id], outcome, answered or Answered())

    def settle(self, pending: Collection[ItemId], finish: Callable[[Answer], None]) -> None:
        """An answer removes its message: what was begun and is no longer pending has been given. `finish`: what else it
        was to do."""
        for answer in self._store.begun():
            if answer.message_id not in pending:
                finish(answer)
                self._ended(answer, DONE, Answered())

    def tidy(self) -> None:
        """Bring into the audit log what an earlier process, or a full disk, has left out. Raises OSError when the log
        cannot be read."""
        left = self._store.unaudited()
        there = {entry.facts.get("op") for entry in self._audit.entries(LOOKED_AT)} if left else set()
        for answer in left:
            if op_of(answer.message_id) in there:
                self._store.audited(answer.message_id)
            else:
                self._note(answer)
        self.untidy = bool(self._store.unaudited())

    def _ended(self, begun: Answer, outcome: str, answered: Answered) -> None:
        now, untidy = self._clock.now(), self.untidy
        self.untidy = True
        self._store.end(begun.message_id, now, outcome, answered.request_id)
        ended = replace(begun, ended=now, outcome=outcome, request_id=answered.request_id)
        self._known[begun.message_id] = ended
        self.untidy = not self._note(ended) or untidy

    def _note(self, answer: Answer) -> bool:
        op = op_of(answer.message_id)
        written = self._audit.add(
            ACT,
            AGENT,
            op=op,
            command=op,
            reason=answer.code,
            response=answer.response.value,
            before=answer.before,
            after=answer.after,
            answer=answer.outcome,
            request_id=answer.request_id,
        )
        if written:
            self._store.audited(answer.message_id)
        return written


def op_of(message_id: ItemId) -> str:
    """The id of the act: says nothing about the message, and is the same for the same one."""
    return str(uuid5(NAMESPACE_OID, message_id))


def first_time(request: Request) -> str:
    """The first time a message names, "" where it names none."""
    span = next(iter(request.occurrences), None)
    return f"{instant(span.start)}/{instant(span.end)}" if span is not None else ""
