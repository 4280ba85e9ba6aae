"""The name of the database, and what left the house before a backup was brought back.

Revision ID: 0033
Revises: 0032
"""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision: str | None = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    installation = op.create_table(
        "installation",
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_installation")),
    )
    op.bulk_insert(installation, [{"token": secrets.token_hex(16)}])
    op.create_table(
        "lost_notice",
        sa.Column("idempotency_key", sa.String(length=120), nullable=False),
        sa.Column("reader_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["reader_id"], ["reader.id"], name=op.f("fk_lost_notice_reader_id")),
        sa.PrimaryKeyConstraint("idempotency_key", name=op.f("pk_lost_notice")),
    )
    op.create_index("ix_lost_notice_reader_id", "lost_notice", ["reader_id", "kind"])
    op.create_table(
        "lost_pick",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=19), nullable=False),
        sa.Column("winners", sa.JSON(), nullable=False),
        sa.Column("picked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_lost_pick_round_id")),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_lost_pick")),
    )


def downgrade() -> None:
    op.drop_table("lost_pick")
    op.drop_index("ix_lost_notice_reader_id", table_name="lost_notice")
    op.drop_table("lost_notice")
    op.drop_table("installation")
