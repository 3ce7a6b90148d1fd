"""The tables as they are now. The file's own history is in `migrations`; a test keeps the two equal.

A *meeting* row is what a person means by a meeting: it holds the id and stays for some days after the occurrence is
gone. An *occurrence* row is what the calendar has for it now. `outage` to `agent_start` are the history:
`agent.model.history`. The last three are room control's: `agent.model.control`, `agent.model.requests`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

REVISION = "0003"
"""The newest migration. Four digits, counted upwards: a greater one was written by a newer program."""

SERVABLE = "0001"
"""The oldest revision whose calendar this program can serve as it is, should the migration of a file fail."""

APPLICATION_ID = 0x52_4F_4F_4D
"""Marks the file as ours (`PRAGMA application_id`): "ROOM"."""


class Instant(TypeDecorator[datetime]):
    """An aware datetime as text of fixed width in UTC, so that it sorts and a person can read it."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else instant_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else datetime.fromisoformat(value)


class Day(TypeDecorator[date]):
    """A calendar date, `YYYY-MM-DD`."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:  # noqa: ARG002
        return None if value is None else date.fromisoformat(value)


def instant_text(value: datetime) -> str:
    """`YYYY-MM-DDTHH:MM:SS.ffffff+00:00`. Raises ValueError for a naive datetime."""
    if value.tzinfo is None:
        raise ValueError("a stored datetime must be aware")
    return value.astimezone(UTC).isoformat(timespec="microseconds")


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

meeting = Table(
    "meeting",
    metadata,
    Column("meeting_id", Text, primary_key=True),
    Column("uid", Text, nullable=False),
    Column("original_start", Text, nullable=False),  # Instant, or empty for a single: NULLs would not be unique
    Column("gone_since", Instant),  # None while there is an occurrence
    UniqueConstraint("uid", "original_start"),
    Index(None, "gone_since"),
)

occurrence = Table(
    "occurrence",
    metadata,
    Column("meeting_id", Text, ForeignKey("meeting.meeting_id"), primary_key=True),
    Column("item_id", Text, nullable=False, unique=True),
    Column("change_key", Text, nullable=False),
    Column("scope", Text, nullable=False),  # under which mailbox, source and policy it was read
    Column("start", Instant, nullable=False),
    Column("end", Instant, nullable=False),
    Column("start_date", Day),
    Column("end_date", Day),
    Column("subject", Text),
    Column("organizer", Text),
    Column("organizer_address", Text),
    Column("sensitivity", Text, nullable=False),
    Column("show_as", Text, nullable=False),
    Column("response", Text, nullable=False),
    Column("cancelled", Boolean, nullable=False),
    Column("last_modified", Instant),
    Column("outcome", Text, nullable=False),  # JSON: agent/store/outcome.py
    Index(None, "start"),
)

calendar = Table(
    "calendar",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("mailbox", Text, nullable=False),
    Column("scope", Text),
    Column("token", Text),
    Column("as_of", Instant),
    CheckConstraint("id = 1", name="one_row"),
)

note = Table(
    "note",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

outage = Table(
    "outage",
    metadata,
    Column("since", Instant, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("until", Instant),
)

sync_quarter = Table(
    "sync_quarter",
    metadata,
    Column("since", Instant, primary_key=True),
    Column("ok", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("changes", Integer, nullable=False),
    Column("slowest_s", Float, nullable=False),
)

join_press = Table(
    "join_press",
    metadata,
    Column("id", Text, primary_key=True),
    Column("since", Instant, nullable=False),
    Column("provider", Text, nullable=False),
    Column("outcome", Text, nullable=False),
)

input_span = Table(
    "input_span",
    metadata,
    Column("name", Text, primary_key=True),
    Column("since", Instant, primary_key=True),
    Column("until", Instant),
    Column("state", Text, nullable=False),
)

agent_start = Table(
    "agent_start",
    metadata,
    Column("since", Instant, primary_key=True),
    Column("previous", Text, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False, unique=True),
    Column("command_id", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("meeting_id", Text, nullable=False),  # of a booking: the one it will have
    Column("actor", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("undoes", Text),
    Column("payload", Text, nullable=False),  # JSON: agent/store/operations.py
    Column("created", Instant, nullable=False),
    Column("expires", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Instant, nullable=False),
    Column("code", Text),
    Column("state", Text, nullable=False),
    Column("ended", Instant),
    Column("result", Text),  # JSON, of an item that was written
    Column("request_id", Text, nullable=False),
    Column("audited", Boolean, nullable=False),
    Index(None, "state"),
    Index(None, "command_id"),
)

attendance = Table(
    "attendance",
    metadata,
    Column("meeting_id", Text, primary_key=True),
    Column("uid", Text, nullable=False),
    Column("start", Instant, nullable=False),
    Column("evidence", Text),
    Column("since", Instant),
    Column("released", Instant),
    Column("kept", Instant),
    Index(None, "uid"),
)

answer = Table(
    "answer",
    metadata,
    Column("message_id", Text, primary_key=True),
    Column("uid", Text, nullable=False),
    Column("response", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("begun", Instant, nullable=False),
    Column("ended", Instant),
    Column("outcome", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("audited", Boolean, nullable=False),
)
