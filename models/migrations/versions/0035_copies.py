"""Links to a reader's own copy of what is held about him.

Revision ID: 0035
Revises: 0034
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision: str | None = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "copy_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reader_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("made_at < expires_at", name=op.f("ck_copy_link_ends_later")),
        sa.ForeignKeyConstraint(["reader_id"], ["reader.id"], name=op.f("fk_copy_link_reader_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_copy_link")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_copy_link_reader_id", "copy_link", ["reader_id"])


def downgrade() -> None:
    op.drop_index("ix_copy_link_reader_id", table_name="copy_link")
    op.drop_table("copy_link")
