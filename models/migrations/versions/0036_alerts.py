"""Calls to addresses of the configuration, what is wrong and was told, how deliveries were answered.

Revision ID: 0036
Revises: 0035
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision: str | None = "0035"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "outgoing_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("target", sa.Enum("robot", "webhook", "mail", "events", name="call_target", native_enum=False,
                                    create_constraint=True, length=32), nullable=False),
        sa.Column("idempotency_key", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("state", sa.Enum("queued", "sending", "sent", "failed", "uncertain", "unreachable", "called_back",
                                   name="outgoing_state", native_enum=False, create_constraint=True, length=32),
                  nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("not_before", MOMENT, nullable=False),
        sa.Column("claimed_at", MOMENT, nullable=True),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("last_error", sa.String(length=60), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_outgoing_call_sent_has_time")),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_outgoing_call_tries_counted")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_call")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_outgoing_call_idempotency_key")),
    )
    op.create_index("ix_outgoing_call_state_not_before", "outgoing_call", ["state", "not_before"])
    op.create_table(
        "alert",
        sa.Column("code", sa.String(length=100), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("raised_at", MOMENT, nullable=False),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("cleared_at", MOMENT, nullable=True),
        sa.CheckConstraint("(times = 0) = (told_at IS NULL)", name=op.f("ck_alert_told_has_time")),
        sa.CheckConstraint("times >= 0", name=op.f("ck_alert_times_counted")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_alert")),
    )
    op.create_table(
        "answer_count",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("many", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("many >= 0", name=op.f("ck_answer_count_counted")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_answer_count")),
    )


def downgrade() -> None:
    op.drop_table("answer_count")
    op.drop_table("alert")
    op.drop_index("ix_outgoing_call_state_not_before", table_name="outgoing_call")
    op.drop_table("outgoing_call")
