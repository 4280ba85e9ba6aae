"""What finds the same slip elsewhere: the change and the line of each located erratum, and pairs kept apart.

Errata that stand in the database already are not noted; they are linked by hand as before.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision: str | None = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erratum_slip",
        sa.Column("erratum_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("change", sa.String(length=40), nullable=True),
        sa.Column("line_digest", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["erratum_id"], ["erratum.id"], name=op.f("fk_erratum_slip_erratum_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("erratum_id", name=op.f("pk_erratum_slip")),
    )
    op.create_index("ix_erratum_slip_change_month", "erratum_slip", ["change", "month"], unique=False)
    op.create_index(
        "ix_erratum_slip_line_digest_month", "erratum_slip", ["line_digest", "month"], unique=False
    )
    op.create_table(
        "erratum_apart",
        sa.Column("one_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("one_id < other_id", name=op.f("ck_erratum_apart_in_order")),
        sa.ForeignKeyConstraint(
            ["one_id"], ["erratum.id"], name=op.f("fk_erratum_apart_one_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["erratum.id"], name=op.f("fk_erratum_apart_other_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("one_id", "other_id", name=op.f("pk_erratum_apart")),
    )
    op.create_index(op.f("ix_erratum_apart_other_id"), "erratum_apart", ["other_id"], unique=False)


def downgrade() -> None:
    op.drop_table("erratum_apart")
    op.drop_table("erratum_slip")
