"""Notes on reports, mentions, canned reasons; what a reader says of a report after its decision.

Revision ID: 0019
Revises: 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision: str | None = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _notes()
    op.create_table(
        "canned_reason",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(text) > 0", name=op.f("ck_canned_reason_has_text")),
        sa.CheckConstraint(
            "kind IN ('accepted', 'accepted_with_edits', 'both_forms', 'suggestion', 'not_an_error',"
            " 'out_of_scope', 'cannot_check', 'repeated', 'needs_more', 'desk')",
            name=op.f("ck_canned_reason_canned_kind"),
        ),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_canned_reason_contest_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_reason")),
        sa.UniqueConstraint("contest_id", "kind", "text", name=op.f("uq_canned_reason_contest_id_kind_text")),
    )
    op.create_table(
        "further_words",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_further_words_message_id")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_further_words_report_id")),
        sa.PrimaryKeyConstraint("message_id", "report_id", name=op.f("pk_further_words")),
    )
    op.create_index(op.f("ix_further_words_report_id"), "further_words", ["report_id"], unique=False)
    op.create_index("ix_erratum_same_as_id", "erratum", ["same_as_id"], unique=False)


def _notes() -> None:
    op.create_table(
        "note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(taken_back_at IS NULL) = (length(text) > 0)", name=op.f("ck_note_taken_back_is_empty")
        ),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_note_report_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_note_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    op.create_index("ix_note_report_id_id", "note", ["report_id", "id"], unique=False)
    op.create_table(
        "note_mention",
        sa.Column("note_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name=op.f("fk_note_mention_note_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_note_mention_staff_id")),
        sa.PrimaryKeyConstraint("note_id", "staff_id", name=op.f("pk_note_mention")),
    )
    op.create_index("ix_note_mention_staff_id_read_at", "note_mention", ["staff_id", "read_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_erratum_same_as_id", table_name="erratum")
    for table in ("further_words", "canned_reason", "note_mention", "note"):
        op.drop_table(table)
