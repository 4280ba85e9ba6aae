"""Imports of files under way: what was dropped, how far it is read, what is wrong.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision: str | None = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("files_kept", sa.Boolean(), nullable=False),
        sa.Column("paper", sa.String(length=80), nullable=True),
        sa.Column("issue", sa.String(length=10), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claim", sa.String(length=32), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=True),
        sa.Column("pages_done", sa.Integer(), nullable=False),
        sa.Column("pages_all", sa.Integer(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("result", sa.String(length=64), nullable=True),
        sa.Column("issue_ids", sa.JSON(), nullable=False),
        sa.CheckConstraint("(state = 'reading') = (claim IS NOT NULL)", name=op.f("ck_import_upload_reading_is_claimed")),
        sa.CheckConstraint("(claim IS NULL) = (claimed_until IS NULL)", name=op.f("ck_import_upload_claim_has_end")),
        sa.CheckConstraint("state NOT IN ('read', 'applied') OR result IS NOT NULL", name=op.f("ck_import_upload_read_has_result")),
        sa.CheckConstraint("state NOT IN ('waiting', 'reading', 'read') OR files_kept", name=op.f("ck_import_upload_open_has_files")),
        sa.CheckConstraint("pages_done >= 0 AND pages_done <= pages_all", name=op.f("ck_import_upload_pages_within")),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_import_upload_tries_counted")),
        sa.CheckConstraint(
            "state IN ('waiting', 'reading', 'read', 'refused', 'applied', 'dropped')",
            name=op.f("ck_import_upload_import_state"),
        ),
        sa.CheckConstraint("step IN ('reading', 'drawing')", name=op.f("ck_import_upload_import_step")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_import_upload_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_upload")),
        sa.UniqueConstraint("token", name=op.f("uq_import_upload_token")),
    )
    op.create_index(op.f("ix_import_upload_state"), "import_upload", ["state"])


def downgrade() -> None:
    op.drop_index(op.f("ix_import_upload_state"), table_name="import_upload")
    op.drop_table("import_upload")
