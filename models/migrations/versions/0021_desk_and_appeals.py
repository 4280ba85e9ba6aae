"""Appeals, and reports entered for callers and letter writers.

Revision ID: 0021
Revises: 0020
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision: str | None = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _appeals()
    _callers()
    _entries()
    _desk()


def _appeals() -> None:
    op.create_table(
        "appeal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("same_person_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("(state = 'open') = (answered_at IS NULL)", name=op.f("ck_appeal_answered_has_time")),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by_id IS NULL)", name=op.f("ck_appeal_answered_by_somebody")
        ),
        sa.CheckConstraint(
            "answered_by_id IS NULL OR answered_by_id <> decided_by_id OR same_person_reason IS NOT NULL",
            name=op.f("ck_appeal_other_person_or_reason"),
        ),
        sa.CheckConstraint(
            "verdict IN ('accepted', 'accepted_with_edits', 'both_forms', 'suggestion', 'not_an_error',"
            " 'out_of_scope', 'cannot_check', 'repeated', 'needs_more')",
            name=op.f("ck_appeal_appealed_verdict"),
        ),
        sa.CheckConstraint("state IN ('open', 'upheld', 'kept')", name=op.f("ck_appeal_appeal_state")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_appeal_report_id")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_appeal_message_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["staff.id"], name=op.f("fk_appeal_decided_by_id")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["staff.id"], name=op.f("fk_appeal_answered_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
        sa.UniqueConstraint("report_id", name=op.f("uq_appeal_report_id")),
    )
    op.create_index("ix_appeal_state_due_on", "appeal", ["state", "due_on"], unique=False)


def _callers() -> None:
    op.create_table(
        "caller",
        sa.Column("reader_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["reader_id"], ["reader.id"], name=op.f("fk_caller_reader_id")),
        sa.ForeignKeyConstraint(["added_by_id"], ["staff.id"], name=op.f("fk_caller_added_by_id")),
        sa.PrimaryKeyConstraint("reader_id", name=op.f("pk_caller")),
        sa.UniqueConstraint("label", name=op.f("uq_caller_label")),
    )


def _entries() -> None:
    op.create_table(
        "caller_entry",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("settle_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("called_at <= entered_at", name=op.f("ck_caller_entry_called_before_entered")),
        sa.CheckConstraint(
            "(state IN ('confirmed', 'refused')) = (settled_at IS NOT NULL)",
            name=op.f("ck_caller_entry_settled_has_time"),
        ),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (settled_by_id IS NULL)", name=op.f("ck_caller_entry_settled_by_somebody")
        ),
        sa.CheckConstraint(
            "settled_by_id IS NULL OR settled_by_id <> entered_by_id OR settle_reason IS NOT NULL",
            name=op.f("ck_caller_entry_other_person_or_reason"),
        ),
        sa.CheckConstraint(
            "state <> 'refused' OR settle_reason IS NOT NULL", name=op.f("ck_caller_entry_refused_has_reason")
        ),
        sa.CheckConstraint(
            "state IN ('counts', 'waiting', 'confirmed', 'refused')", name=op.f("ck_caller_entry_entry_state")
        ),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_caller_entry_message_id")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["staff.id"], name=op.f("fk_caller_entry_entered_by_id")),
        sa.ForeignKeyConstraint(["settled_by_id"], ["staff.id"], name=op.f("fk_caller_entry_settled_by_id")),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_caller_entry")),
    )
    op.create_index("ix_caller_entry_state", "caller_entry", ["state"], unique=False)


def _desk() -> None:
    op.create_table(
        "message_seen",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_message_seen_message_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_message_seen_staff_id")),
        sa.PrimaryKeyConstraint("message_id", "staff_id", name=op.f("pk_message_seen")),
    )
    op.create_table(
        "turned_message",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("turned_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_turned_message_message_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_turned_message_staff_id")),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_turned_message")),
    )
    # What was turned into reports before this table was kept.
    op.execute(
        "INSERT INTO turned_message (message_id, staff_id, turned_at)"
        " SELECT audit_entry.object_id, min(audit_entry.staff_id), max(audit_entry.at) FROM audit_entry"
        " JOIN message ON message.id = audit_entry.object_id"
        " WHERE audit_entry.verb = 'message_to_report' AND audit_entry.object_kind = 'message'"
        " GROUP BY audit_entry.object_id"
    )


def downgrade() -> None:
    for table in ("turned_message", "message_seen", "caller_entry", "caller", "appeal"):
        op.drop_table(table)
