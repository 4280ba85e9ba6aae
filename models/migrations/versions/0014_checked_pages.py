"""Pages whose articles an editor has checked: when, and who.

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision: str | None = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("page_geometry") as table:
        table.add_column(sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("checked_by_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_page_geometry_checked_by_id"), "staff", ["checked_by_id"], ["id"])
        table.create_check_constraint(
            op.f("ck_page_geometry_checked_by_somebody"), "(checked_at IS NULL) = (checked_by_id IS NULL)"
        )


def downgrade() -> None:
    with op.batch_alter_table("page_geometry") as table:
        table.drop_constraint(op.f("ck_page_geometry_checked_by_somebody"), type_="check")
        table.drop_constraint(op.f("fk_page_geometry_checked_by_id"), type_="foreignkey")
        table.drop_column("checked_by_id")
        table.drop_column("checked_at")
