"""`agent.ports.Outbox` in the store's file: worth the spare room of a full disk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, insert, select, update

from agent.model.control import Act, Kind, NewOperation, Operation, OpState, Outcome, Present
from agent.store import operations
from agent.store.database import Database
from agent.store.schema import meeting, occurrence
from agent.store.schema import outbox as table

WITHDRAWN = "write.withdrawn"
_WAITING = and_(table.c.state == OpState.WAITING.value, table.c.ended.is_(None))
_NO_PAYLOAD = "{}"

Values = dict[str, Any]  # a row's columns, for the driver alone


class SqliteOutbox:
    """Safe to use from several threads. Where the schema is not migrated every method raises `StoreError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, new: Sequence[NewOperation], now: datetime) -> Sequence[Operation]:
        def act(connection: Connection) -> list[Operation]:
            return [_inserted(connection, each, now) for each in new]

        return self._database.write(act)

    def waiting(self) -> Sequence[Operation]:
        return self._those(_WAITING)

    def finished(self, since: datetime) -> Sequence[Operation]:
        return self._those(table.c.ended >= since)

    def of_command(self, command_id: str) -> Sequence[Operation]:
        return self._those(table.c.command_id == command_id)

    def begin(self, number: int) -> Operation:
        def act(connection: Connection) -> Operation:
            one = table.c.number == number
            connection.execute(update(table).where(one, _WAITING).values(attempts=table.c.attempts + 1))
            return _read(connection.execute(select(table).where(one)).one())

        return self._database.write(act)

    def postpone(self, number: int, next_at: datetime, code: str) -> None:
        self._change(number, {"next_at": next_at, "code": code})

    def finish(self, number: int, outcome: Outcome) -> None:
        def act(connection: Connection) -> None:
            if _ended(connection, number, outcome) and outcome.state is OpState.DONE and outcome.present is not None:
                _announce(connection, number, outcome.present, outcome.at)

        self._database.write(act)

    def withdraw(self, number: int, now: datetime) -> bool:
        outcome = Outcome(state=OpState.WITHDRAWN, at=now, code=WITHDRAWN)

        def act(connection: Connection) -> bool:
            return _ended(connection, number, outcome, table.c.attempts == 0)

        return self._database.write(act)

    def unaudited(self) -> Sequence[Operation]:
        return self._those(and_(table.c.ended.is_not(None), table.c.audited.is_(False)))

    def audited(self, number: int) -> None:
        def act(connection: Connection) -> None:
            connection.execute(update(table).where(table.c.number == number).values(audited=True))

        self._database.write(act)

    def forget(self, before: datetime) -> int:
        newest = select(func.max(table.c.number)).scalar_subquery()  # stays: its number must not be given again
        old = and_(table.c.ended < before, table.c.audited.is_(True), table.c.number < newest)

        def act(connection: Connection) -> int:
            return connection.execute(delete(table).where(old)).rowcount

        return self._database.write(act)

    def _those(self, wanted: ColumnElement[bool]) -> list[Operation]:
        with self._database.reading() as connection:
            rows = connection.execute(select(table).where(wanted).order_by(table.c.number)).all()
        return [_read(row) for row in rows]

    def _change(self, number: int, values: Values) -> None:
        def act(connection: Connection) -> None:
            connection.execute(update(table).where(table.c.number == number, _WAITING).values(values))

        self._database.write(act)


def _inserted(connection: Connection, new: NewOperation, now: datetime) -> Operation:
    values: Values = {
        "key": new.key,
        "command_id": new.command_id,
        "act": new.act.value,
        "kind": new.kind.value,
        "meeting_id": new.meeting_id,
        "actor": new.actor,
        "reason": new.reason,
        "undoes": new.undoes,
        "payload": operations.dump(new),
        "created": now,
        "expires": new.expires,
        "attempts": 0,
        "next_at": now,
        "state": OpState.WAITING.value,
        "request_id": "",
        "audited": False,
    }
    (number,) = connection.execute(insert(table).values(values)).inserted_primary_key or (0,)
    return Operation(number=number, new=new, created=now, next_at=now)


def _ended(connection: Connection, number: int, outcome: Outcome, *more: ColumnElement[bool]) -> bool:
    """Give it this outcome, the first one; whether it had none. What was to be sent to a person is not kept."""
    present = outcome.present
    values: Values = {
        "state": outcome.state.value,
        "ended": outcome.at,
        "code": outcome.code,
        "result": None if present is None else operations.dump_present(present),
        "request_id": outcome.request_id,
    }
    one = and_(table.c.number == number, _WAITING, *more)
    mail = update(table).where(one, table.c.kind == Kind.MAIL.value)
    connection.execute(mail.values(payload=_NO_PAYLOAD))
    return connection.execute(update(table).where(one).values(values)).rowcount > 0


def _announce(connection: Connection, number: int, present: Present, now: datetime) -> None:
    """The item of a booking is the meeting it was announced as, also where the sync has met it first."""
    row = connection.execute(select(table.c.kind, table.c.meeting_id).where(table.c.number == number)).one()
    if row.kind != Kind.CREATE.value:
        return
    columns = select(meeting.c.meeting_id, meeting.c.gone_since)
    known = connection.execute(columns.where(meeting.c.uid == present.uid)).all()
    announced = connection.execute(columns.where(meeting.c.meeting_id == row.meeting_id)).first()
    taken = announced is not None and (announced.gone_since is None or announced in known)
    if taken or len(known) > 1:
        return
    values: Values = {"uid": present.uid, "original_start": "", "gone_since": now}
    if announced is None:
        connection.execute(insert(meeting).values(meeting_id=row.meeting_id, **values | {"uid": f"-{row.meeting_id}"}))
    for each in known:
        values["gone_since"] = each.gone_since
        its = occurrence.c.meeting_id == each.meeting_id
        connection.execute(update(occurrence).where(its).values(meeting_id=row.meeting_id))
        connection.execute(delete(meeting).where(meeting.c.meeting_id == each.meeting_id))
    connection.execute(update(meeting).where(meeting.c.meeting_id == row.meeting_id).values(values))


def _read(row: Row[Any]) -> Operation:
    payload = operations.load(row.payload)
    new = NewOperation(
        key=row.key,
        command_id=row.command_id,
        act=Act(row.act),
        kind=Kind(row.kind),
        meeting_id=row.meeting_id,
        actor=row.actor,
        reason=row.reason,
        expires=row.expires,
        booking=payload.booking,
        target=payload.target,
        end=payload.end,
        mail=payload.mail,
        strikes=payload.strikes,
        undoes=row.undoes,
    )
    outcome = None
    if row.ended is not None:
        present = operations.load_present(row.result)
        state = OpState(row.state)
        outcome = Outcome(state=state, at=row.ended, code=row.code, present=present, request_id=row.request_id)
    return Operation(
        number=row.number,
        new=new,
        created=row.created,
        attempts=row.attempts,
        next_at=row.next_at,
        code=None if outcome is not None else row.code,
        outcome=outcome,
        audited=row.audited,
    )
