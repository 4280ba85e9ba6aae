"""二维码 for each paper, and which edition a reader holds because he scanned one.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision: str | None = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "paper_code",
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("ticket", sa.String(length=300), nullable=False),
        sa.Column("url", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_paper_code_paper_id")),
        sa.PrimaryKeyConstraint("account", "paper_id", name=op.f("pk_paper_code")),
    )
    op.create_table(
        "held_paper",
        sa.Column("reader_id", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_held_paper_paper_id")),
        sa.ForeignKeyConstraint(["reader_id"], ["reader.id"], name=op.f("fk_held_paper_reader_id")),
        sa.PrimaryKeyConstraint("reader_id", name=op.f("pk_held_paper")),
    )


def downgrade() -> None:
    op.drop_table("held_paper")
    op.drop_table("paper_code")
