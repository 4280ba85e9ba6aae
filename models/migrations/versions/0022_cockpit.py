"""Reminders before a deadline; pictures blackened by hand; reveals.

Revision ID: 0022
Revises: 0021
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision: str | None = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reminder",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("moment", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("owed", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dismissed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "moment IN ('closes_72', 'closes_24', 'closes_2', 'grading_72', 'grading_24', 'grading_2')",
            name=op.f("ck_reminder_reminder_moment"),
        ),
        sa.CheckConstraint("state IN ('console', 'sending', 'sent', 'failed')", name=op.f("ck_reminder_reminder_state")),
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_reminder_sent_has_time")),
        sa.CheckConstraint("owed >= 0", name=op.f("ck_reminder_owed_counted")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_reminder_round_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_reminder_staff_id")),
        sa.PrimaryKeyConstraint("round_id", "moment", "staff_id", name=op.f("pk_reminder")),
    )
    op.create_index("ix_reminder_staff_id", "reminder", ["staff_id"])
    _boxes()
    _reveals()


def _boxes() -> None:
    op.create_table(
        "picture_box",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.Column("left_", sa.Integer(), nullable=False),
        sa.Column("top", sa.Integer(), nullable=False),
        sa.Column("right_", sa.Integer(), nullable=False),
        sa.Column("bottom", sa.Integer(), nullable=False),
        sa.Column("drawn_by_id", sa.Integer(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_by_id", sa.Integer(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "left_ >= 0 AND top >= 0 AND right_ <= 10000 AND bottom <= 10000", name=op.f("ck_picture_box_within_picture")
        ),
        sa.CheckConstraint("left_ < right_ AND top < bottom", name=op.f("ck_picture_box_has_size")),
        sa.CheckConstraint(
            "(removed_at IS NULL) = (removed_by_id IS NULL)", name=op.f("ck_picture_box_removal_whole")
        ),
        sa.ForeignKeyConstraint(["attachment_id"], ["attachment.id"], name=op.f("fk_picture_box_attachment_id")),
        sa.ForeignKeyConstraint(["drawn_by_id"], ["staff.id"], name=op.f("fk_picture_box_drawn_by_id")),
        sa.ForeignKeyConstraint(["removed_by_id"], ["staff.id"], name=op.f("fk_picture_box_removed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_picture_box")),
    )
    op.create_index("ix_picture_box_attachment_id", "picture_box", ["attachment_id"])


def _reveals() -> None:
    op.create_table(
        "identity_reveal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("attachment_id", sa.Integer(), nullable=True),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("cause", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("sealed", sa.Boolean(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("what IN ('words', 'picture')", name=op.f("ck_identity_reveal_revealed_kind")),
        sa.CheckConstraint(
            "cause IN ('threat', 'duty', 'prize', 'other')", name=op.f("ck_identity_reveal_reveal_cause")
        ),
        sa.CheckConstraint(
            "(report_id IS NULL) <> (message_id IS NULL)", name=op.f("ck_identity_reveal_of_report_or_message")
        ),
        sa.CheckConstraint(
            "(what = 'picture') = (attachment_id IS NOT NULL)", name=op.f("ck_identity_reveal_picture_is_named")
        ),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_identity_reveal_has_reason")),
        sa.CheckConstraint(
            "sealed OR cause IN ('threat', 'duty')", name=op.f("ck_identity_reveal_necessary_before_the_seal")
        ),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_identity_reveal_report_id")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_identity_reveal_message_id")),
        sa.ForeignKeyConstraint(["attachment_id"], ["attachment.id"], name=op.f("fk_identity_reveal_attachment_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_identity_reveal_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_reveal")),
    )
    op.create_index("ix_identity_reveal_report_id", "identity_reveal", ["report_id"])
    op.create_index("ix_identity_reveal_message_id", "identity_reveal", ["message_id"])


def downgrade() -> None:
    op.drop_table("identity_reveal")
    op.drop_table("picture_box")
    op.drop_table("reminder")
