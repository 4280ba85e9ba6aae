"""What went along in the call of another message; how often a reader was answered; who is satisfied; months told to readers.

Revision ID: 0039
Revises: 0038
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision: str | None = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("delivery_attempt") as table:
        table.add_column(sa.Column("along", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("delivery_attempt") as table:
        table.alter_column("along", existing_type=sa.Boolean(), server_default=None)
    with op.batch_alter_table("reader") as table:
        table.add_column(sa.Column("answered", sa.Integer(), server_default=sa.text("0"), nullable=False))
    with op.batch_alter_table("reader") as table:
        table.alter_column("answered", existing_type=sa.Integer(), server_default=None)
    op.create_table(
        "satisfaction",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("satisfied", sa.Boolean(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_satisfaction_report_id")),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_satisfaction")),
    )
    op.create_table(
        "month_told",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_month_told_round_id")),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_month_told")),
    )
    # Whoever upgrades does not tell his readers of months gone by.
    op.execute("INSERT INTO month_told (round_id, told_at) SELECT id, released_at FROM round WHERE released_at IS NOT NULL")


def downgrade() -> None:
    op.drop_table("month_told")
    op.drop_table("satisfaction")
    with op.batch_alter_table("reader") as table:
        table.drop_column("answered")
    with op.batch_alter_table("delivery_attempt") as table:
        table.drop_column("along")
