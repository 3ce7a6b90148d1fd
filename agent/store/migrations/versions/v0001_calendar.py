"""The calendar: meetings with their ids, occurrences, the sync state, notes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.execute("PRAGMA application_id = 1380929357")
    op.create_table(
        "meeting",
        sa.Column("meeting_id", sa.Text(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("original_start", sa.Text(), nullable=False),
        sa.Column("gone_since", sa.Text()),
        sa.PrimaryKeyConstraint("meeting_id", name="pk_meeting"),
        sa.UniqueConstraint("uid", "original_start", name="uq_meeting_uid_original_start"),
    )
    op.create_index("ix_meeting_gone_since", "meeting", ["gone_since"])
    _create_occurrence()
    op.create_table(
        "calendar",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text()),
        sa.Column("token", sa.Text()),
        sa.Column("as_of", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_calendar"),
        sa.CheckConstraint("id = 1", name="ck_calendar_one_row"),
    )
    op.create_table(
        "note",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_note"),
    )


def _create_occurrence() -> None:
    op.create_table(
        "occurrence",
        sa.Column("meeting_id", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("change_key", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("start", sa.Text(), nullable=False),
        sa.Column("end", sa.Text(), nullable=False),
        sa.Column("start_date", sa.Text()),
        sa.Column("end_date", sa.Text()),
        sa.Column("subject", sa.Text()),
        sa.Column("organizer", sa.Text()),
        sa.Column("organizer_address", sa.Text()),
        sa.Column("sensitivity", sa.Text(), nullable=False),
        sa.Column("show_as", sa.Text(), nullable=False),
        sa.Column("response", sa.Text(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("last_modified", sa.Text()),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("meeting_id", name="pk_occurrence"),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.meeting_id"], name="fk_occurrence_meeting_id"),
        sa.UniqueConstraint("item_id", name="uq_occurrence_item_id"),
    )
    op.create_index("ix_occurrence_start", "occurrence", ["start"])
