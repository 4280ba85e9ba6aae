"""Leads of fair play, the readers they are about, and when they were sought.

Revision ID: 0025
Revises: 0024
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision: str | None = "0024"
branch_labels = None
depends_on = None

KINDS = "'together', 'same_letter', 'early', 'one_maker', 'namesake', 'one_page'"


def upgrade() -> None:
    op.create_table(
        "lead",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=True),
        sa.Column("page", sa.String(length=40), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name=op.f("ck_lead_closed_has_outcome")),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_by_id IS NULL)", name=op.f("ck_lead_closed_has_closer")),
        sa.CheckConstraint("closed_at IS NULL OR (reason IS NOT NULL AND length(reason) > 0)",
                           name=op.f("ck_lead_closed_has_reason")),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_lead_lead_kind")),
        sa.CheckConstraint("outcome IN ('nothing', 'acted')", name=op.f("ck_lead_lead_outcome")),
        sa.CheckConstraint("count >= 1 AND total >= count", name=op.f("ck_lead_counted")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_lead_round_id")),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_lead_issue_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_lead_staff_id")),
        sa.ForeignKeyConstraint(["closed_by_id"], ["staff.id"], name=op.f("fk_lead_closed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead")),
        sa.UniqueConstraint("round_id", "key", name=op.f("uq_lead_round_id_key")),
    )
    op.create_table(
        "lead_reader",
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("reader_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_lead_reader_lead_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["reader_id"], ["reader.id"], name=op.f("fk_lead_reader_reader_id")),
        sa.PrimaryKeyConstraint("lead_id", "reader_id", name=op.f("pk_lead_reader")),
    )
    op.create_index("ix_lead_reader_reader_id", "lead_reader", ["reader_id"])
    op.create_table(
        "lead_search",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_lead_search_round_id")),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_lead_search")),
    )


def downgrade() -> None:
    op.drop_table("lead_search")
    op.drop_table("lead_reader")
    op.drop_table("lead")
