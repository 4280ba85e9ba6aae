"""The finance ledger: what was signed when a prize was handed over, and what a souvenir cost.

Revision ID: 0031
Revises: 0028
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision: str | None = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "prize_receipt",
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=60), nullable=False),
        sa.Column("price_fen", sa.Integer(), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("note <> '' OR price_fen IS NOT NULL", name=op.f("ck_prize_receipt_says_something")),
        sa.CheckConstraint("price_fen > 0", name=op.f("ck_prize_receipt_price_above_nothing")),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_prize_receipt_award_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_prize_receipt_staff_id")),
        sa.PrimaryKeyConstraint("award_id", name=op.f("pk_prize_receipt")),
    )


def downgrade() -> None:
    op.drop_table("prize_receipt")
