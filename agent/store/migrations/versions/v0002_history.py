"""The history of the last days: outages, reads, joins, inputs, starts. Adds tables and changes none."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "outage",
        sa.Column("since", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("until", sa.Text()),
        sa.PrimaryKeyConstraint("since", "code", name="pk_outage"),
    )
    op.create_table(
        "sync_quarter",
        sa.Column("since", sa.Text(), nullable=False),
        sa.Column("ok", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("slowest_s", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("since", name="pk_sync_quarter"),
    )
    op.create_table(
        "join_press",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("since", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_join_press"),
    )
    op.create_table(
        "input_span",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("since", sa.Text(), nullable=False),
        sa.Column("until", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", "since", name="pk_input_span"),
    )
    op.create_table(
        "agent_start",
        sa.Column("since", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("since", name="pk_agent_start"),
    )
