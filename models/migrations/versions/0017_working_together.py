"""Who is at a report, who has it, what waits until when; drafts.

Revision ID: 0017
Revises: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision: str | None = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "presence",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("doing", sa.String(length=32), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("doing IN ('viewing', 'idle', 'editing')", name=op.f("ck_presence_doing_kind")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_presence_report_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_presence_staff_id")),
        sa.PrimaryKeyConstraint("report_id", "staff_id", name=op.f("pk_presence")),
    )
    op.create_index("ix_presence_seen_at", "presence", ["seen_at"], unique=False)
    op.create_table(
        "claim",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("claimed_at < held_until", name=op.f("ck_claim_ends_later")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_claim_report_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_claim_staff_id")),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_claim")),
    )
    op.create_index("ix_claim_staff_id", "claim", ["staff_id"], unique=False)
    op.create_table(
        "assignment",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assigned_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_assignment_report_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_assignment_staff_id")),
        sa.ForeignKeyConstraint(["assigned_by_id"], ["staff.id"], name=op.f("fk_assignment_assigned_by_id")),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_assignment")),
    )
    op.create_index("ix_assignment_staff_id", "assignment", ["staff_id"], unique=False)
    op.create_table(
        "snooze",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("snoozed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("snoozed_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("snoozed_at < until", name=op.f("ck_snooze_ends_later")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_snooze_report_id")),
        sa.ForeignKeyConstraint(["snoozed_by_id"], ["staff.id"], name=op.f("fk_snooze_snoozed_by_id")),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_snooze")),
    )
    op.create_index("ix_snooze_snoozed_by_id", "snooze", ["snoozed_by_id"], unique=False)
    op.create_table(
        "draft",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("form IN ('grade', 'mend', 'note', 'answer')", name=op.f("ck_draft_draft_form")),
        sa.CheckConstraint("length(fields) <= 20000", name=op.f("ck_draft_has_bound")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_draft_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", "form", "subject_id", name=op.f("pk_draft")),
    )
    op.create_index("ix_draft_saved_at", "draft", ["saved_at"], unique=False)


def downgrade() -> None:
    op.drop_table("draft")
    op.drop_table("snooze")
    op.drop_table("assignment")
    op.drop_table("claim")
    op.drop_table("presence")
