"""What a chief ticks off once a round is released.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision: str | None = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "round_tick",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("ticked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "step IN ('typeset', 'article_in_account', 'mass_sent', 'winners_told')",
            name=op.f("ck_round_tick_release_step"),
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_round_tick_round_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_round_tick_staff_id")),
        sa.PrimaryKeyConstraint("round_id", "step", name=op.f("pk_round_tick")),
    )


def downgrade() -> None:
    op.drop_table("round_tick")
