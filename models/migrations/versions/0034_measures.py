"""What was laid on a reader, kept with its reason: mutes, and from now on bars too.

Revision ID: 0034
Revises: 0033
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision: str | None = "0033"
branch_labels = None
depends_on = None

BARS_THAT_STAND = """
    INSERT INTO reader_measure (reader_id, kind, bar, reason, made_at, made_by_id)
    SELECT e.object_id, 'bar', p.bar, p.bar_reason, e.at, e.staff_id
    FROM audit_entry e JOIN reader r ON r.id = e.object_id LEFT JOIN reader_tie t ON t.reader_id = r.id
    JOIN person p ON p.id = COALESCE(t.own_person_id, r.person_id)
    WHERE p.bar IS NOT NULL AND length(trim(p.bar_reason)) > 0 AND e.id = (
        SELECT max(l.id) FROM audit_entry l
        WHERE l.verb = 'bar_person' AND l.object_kind = 'reader' AND l.object_id = r.id)
"""


def upgrade() -> None:
    op.create_table(
        "reader_measure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reader_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("bar", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_reason", sa.Text(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('bar', 'mute')", name=op.f("ck_reader_measure_measure_kind")),
        sa.CheckConstraint("bar IN ('staff', 'relative', 'blocked')", name=op.f("ck_reader_measure_bar_kind")),
        sa.CheckConstraint("length(trim(reason)) > 0", name=op.f("ck_reader_measure_has_reason")),
        sa.CheckConstraint("(kind = 'bar') = (bar IS NOT NULL)", name=op.f("ck_reader_measure_bar_has_kind")),
        sa.CheckConstraint("kind = 'bar' OR made_by_id IS NOT NULL", name=op.f("ck_reader_measure_mute_by_somebody")),
        sa.CheckConstraint("until_at IS NULL OR (kind = 'mute' AND until_at > made_at)",
                           name=op.f("ck_reader_measure_mute_ends_later")),
        sa.CheckConstraint("ended_at IS NOT NULL OR (ended_by_id IS NULL AND ended_reason IS NULL)",
                           name=op.f("ck_reader_measure_ended_has_time")),
        sa.ForeignKeyConstraint(["reader_id"], ["reader.id"], name=op.f("fk_reader_measure_reader_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["staff.id"], name=op.f("fk_reader_measure_made_by_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["staff.id"], name=op.f("fk_reader_measure_ended_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reader_measure")),
    )
    op.create_index("ix_reader_measure_reader_id", "reader_measure", ["reader_id"])
    op.create_index("uq_reader_measure_one_that_stands", "reader_measure", ["reader_id", "kind"], unique=True,
                    sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL"))
    op.execute(BARS_THAT_STAND)


def downgrade() -> None:
    op.drop_index("uq_reader_measure_one_that_stands", table_name="reader_measure")
    op.drop_index("ix_reader_measure_reader_id", table_name="reader_measure")
    op.drop_table("reader_measure")
