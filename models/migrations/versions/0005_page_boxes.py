"""How pages look, letter by letter, and which paragraphs editions share.

Issues that stand in the database already have neither until they are imported again.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision: str | None = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "page_geometry",
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("width", sa.Float(), nullable=False),
        sa.Column("height", sa.Float(), nullable=False),
        sa.Column("boxes", sa.LargeBinary(), nullable=False),
        sa.Column("picture", sa.String(length=64), nullable=True),
        sa.Column("picture_width", sa.Integer(), nullable=True),
        sa.Column("picture_height", sa.Integer(), nullable=True),
        sa.CheckConstraint("width > 0 AND height > 0", name=op.f("ck_page_geometry_has_size")),
        sa.CheckConstraint(
            "(picture IS NULL) = (picture_width IS NULL)", name=op.f("ck_page_geometry_picture_has_width")
        ),
        sa.CheckConstraint(
            "(picture IS NULL) = (picture_height IS NULL)", name=op.f("ck_page_geometry_picture_has_height")
        ),
        sa.ForeignKeyConstraint(
            ["page_id"], ["page.id"], name=op.f("fk_page_geometry_page_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("page_id", name=op.f("pk_page_geometry")),
    )
    op.create_table(
        "paragraph_digest",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("paragraph", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_paragraph_digest_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", "paragraph", name=op.f("pk_paragraph_digest")),
    )
    op.create_index(op.f("ix_paragraph_digest_digest"), "paragraph_digest", ["digest"], unique=False)


def downgrade() -> None:
    op.drop_table("paragraph_digest")
    op.drop_table("page_geometry")
