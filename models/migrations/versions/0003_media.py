"""Photos and voices: one row for each message that brought one.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision: str | None = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("reader_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("content_type", sa.String(length=40), nullable=True),
        sa.Column("original_digest", sa.String(length=64), nullable=True),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.Column("page_id", sa.Integer(), nullable=True),
        sa.Column("article_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('picture', 'voice')", name=op.f("ck_attachment_attachment_kind")),
        sa.CheckConstraint(
            "state IN ('waiting', 'fetching', 'kept', 'refused', 'lost', 'erased')",
            name=op.f("ck_attachment_attachment_state"),
        ),
        sa.CheckConstraint("state <> 'kept' OR digest IS NOT NULL", name=op.f("ck_attachment_kept_has_file")),
        sa.CheckConstraint(
            "(state IN ('refused', 'lost')) = (problem IS NOT NULL)", name=op.f("ck_attachment_missing_has_reason")
        ),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_attachment_article_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_attachment_message_id")),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_attachment_page_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["reader_id"], ["reader.id"], name=op.f("fk_attachment_reader_id")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_attachment_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("message_id", name=op.f("uq_attachment_message_id")),
    )
    op.create_index(op.f("ix_attachment_digest"), "attachment", ["digest"], unique=False)
    op.create_index(op.f("ix_attachment_original_digest"), "attachment", ["original_digest"], unique=False)
    op.create_index("ix_attachment_reader_id_received_at", "attachment", ["reader_id", "received_at"], unique=False)
    op.create_index(op.f("ix_attachment_report_id"), "attachment", ["report_id"], unique=False)
    op.create_index("ix_attachment_state_due_at", "attachment", ["state", "due_at"], unique=False)


def downgrade() -> None:
    op.drop_table("attachment")
