"""Readers who do not want to be listed in the hall of fame.

Revision ID: 0038
Revises: 0037
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision: str | None = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hall_absence",
        sa.Column("reader_id", sa.Integer(), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["reader_id"], ["reader.id"], name=op.f("fk_hall_absence_reader_id")),
        sa.PrimaryKeyConstraint("reader_id", name=op.f("pk_hall_absence")),
    )


def downgrade() -> None:
    op.drop_table("hall_absence")
