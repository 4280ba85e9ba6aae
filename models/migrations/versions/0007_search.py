"""Full-text search: the bigrams of articles and reports, and how far they are kept.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision: str | None = "0006"
branch_labels = None
depends_on = None

KINDS = ("article", "report")


def upgrade() -> None:
    op.create_table(
        "search_gram",
        sa.Column("gram", sa.String(length=2).with_variant(sa.String(length=2, collation="C"), "postgresql"), nullable=False),
        sa.Column("kind", sa.Enum(*KINDS, name="search_kind", native_enum=False, create_constraint=True, length=32),
                  nullable=False),
        sa.Column("ref_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("gram", "kind", "ref_id", name=op.f("pk_search_gram")),
        sqlite_with_rowid=False,
    )  # fmt: skip
    op.create_table(
        "search_mark",
        sa.Column("kind", sa.Enum(*KINDS, name="search_mark_kind", native_enum=False, create_constraint=True, length=32),
                  nullable=False),
        sa.Column("upto", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_search_mark")),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("search_mark")
    op.drop_table("search_gram")
