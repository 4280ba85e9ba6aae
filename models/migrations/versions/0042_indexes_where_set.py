"""Indexes of columns that few rows have a value in hold these rows alone: a delivery writes a page less for each.

Revision ID: 0042
Revises: 0041
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision: str | None = "0041"
branch_labels = None
depends_on = None

COLUMNS = (("attachment", "digest"), ("attachment", "original_digest"), ("attachment", "report_id"),
           ("erratum", "same_as_id"))


def upgrade() -> None:
    for table, column in COLUMNS:
        op.drop_index(op.f(f"ix_{table}_{column}"), table_name=table)
        there = sa.text(f"{column} IS NOT NULL")
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], sqlite_where=there, postgresql_where=there)


def downgrade() -> None:
    for table, column in COLUMNS:
        op.drop_index(op.f(f"ix_{table}_{column}"), table_name=table)
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
