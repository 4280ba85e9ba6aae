"""Reports are found by the time that counts: the statistics of a period read no others.

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision: str | None = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_report_counts_at", "report", ["counts_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_report_counts_at", table_name="report")
