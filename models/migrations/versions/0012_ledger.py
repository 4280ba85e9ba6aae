"""The layout of pages and what the newsroom found itself.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision: str | None = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "paper_layout",
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("from_month", sa.String(length=7), nullable=False),
        sa.Column("per_line", sa.Integer(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("length(from_month) = 7", name=op.f("ck_paper_layout_month_form")),
        sa.CheckConstraint("per_line > 0 AND lines > 0", name=op.f("ck_paper_layout_has_size")),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_paper_layout_paper_id")),
        sa.ForeignKeyConstraint(["set_by_id"], ["staff.id"], name=op.f("fk_paper_layout_set_by_id")),
        sa.PrimaryKeyConstraint("paper_id", "from_month", name=op.f("pk_paper_layout")),
    )
    op.create_table(
        "page_layout",
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("per_line", sa.Integer(), nullable=True),
        sa.Column("lines", sa.Integer(), nullable=True),
        sa.Column("pictures_percent", sa.Integer(), nullable=False),
        sa.Column("decoration_percent", sa.Integer(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(per_line IS NULL) = (lines IS NULL)", name=op.f("ck_page_layout_both_or_neither")),
        sa.CheckConstraint("per_line IS NULL OR (per_line > 0 AND lines > 0)", name=op.f("ck_page_layout_has_size")),
        sa.CheckConstraint(
            "pictures_percent >= 0 AND decoration_percent >= 0 AND pictures_percent + decoration_percent <= 100",
            name=op.f("ck_page_layout_shares_fit"),
        ),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_page_layout_page_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["set_by_id"], ["staff.id"], name=op.f("fk_page_layout_set_by_id")),
        sa.PrimaryKeyConstraint("page_id", name=op.f("pk_page_layout")),
    )
    op.create_table(
        "house_find",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("erratum_id", sa.Integer(), nullable=False),
        sa.Column("page_label", sa.String(length=40), nullable=True),
        sa.Column("wrong", sa.Text(), nullable=False),
        sa.Column("right", sa.Text(), nullable=False),
        sa.Column("located", sa.String(length=16), nullable=False),
        sa.Column("row_code", sa.String(length=8), nullable=False),
        sa.Column("doubling", sa.String(length=32), nullable=False),
        sa.Column("points_milli", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("found_by_id", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("length(wrong) > 0", name=op.f("ck_house_find_has_words")),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)", name=op.f("ck_house_find_withdrawn_by_somebody")
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_reason IS NULL)", name=op.f("ck_house_find_withdrawn_with_reason")
        ),
        sa.CheckConstraint(
            "doubling IN ('none', 'headline', 'important')", name=op.f("ck_house_find_doubling_kind")
        ),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_house_find_issue_id")),
        sa.ForeignKeyConstraint(["erratum_id"], ["erratum.id"], name=op.f("fk_house_find_erratum_id")),
        sa.ForeignKeyConstraint(["found_by_id"], ["staff.id"], name=op.f("fk_house_find_found_by_id")),
        sa.ForeignKeyConstraint(["withdrawn_by_id"], ["staff.id"], name=op.f("fk_house_find_withdrawn_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_house_find")),
    )
    op.create_index("ix_house_find_issue_id", "house_find", ["issue_id"], unique=False)
    op.create_index("ix_house_find_erratum_id", "house_find", ["erratum_id"], unique=False)


def downgrade() -> None:
    op.drop_table("house_find")
    op.drop_table("page_layout")
    op.drop_table("paper_layout")
