"""How often a paper comes out, its usual pages, who grades it.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision: str | None = "0010"
branch_labels = None
depends_on = None


CHECKS = (
    ("ck_paper_rhythm_within_a_year", "months_between BETWEEN 0 AND 12"),
    ("ck_paper_rhythm_has_first_month", "months_between < 2 OR first_month IS NOT NULL"),
    ("ck_paper_first_month_form", "first_month IS NULL OR length(first_month) = 7"),
    ("ck_paper_has_pages", "usual_pages IS NULL OR usual_pages > 0"),
)


def upgrade() -> None:
    with op.batch_alter_table("paper") as table:
        # The default is for the papers there are already; new rows bring their own.
        table.add_column(sa.Column("months_between", sa.Integer(), nullable=False, server_default="1"))
        table.add_column(sa.Column("first_month", sa.String(length=7), nullable=True))
        table.add_column(sa.Column("usual_pages", sa.Integer(), nullable=True))
        table.add_column(sa.Column("outside_scope", sa.String(length=200), nullable=True))
        table.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("paper") as table:
        table.alter_column("months_between", existing_type=sa.Integer(), server_default=None)
        table.alter_column("version", existing_type=sa.Integer(), server_default=None)
        for name, condition in CHECKS:
            table.create_check_constraint(op.f(name), condition)
    op.create_table(
        "paper_grader",
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["paper.id"], name=op.f("fk_paper_grader_paper_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_paper_grader_staff_id")),
        sa.PrimaryKeyConstraint("paper_id", "staff_id", name=op.f("pk_paper_grader")),
    )
    op.create_index(op.f("ix_paper_grader_staff_id"), "paper_grader", ["staff_id"], unique=False)
    op.create_index("ix_report_issue_id", "report", ["issue_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_report_issue_id", table_name="report")
    op.drop_table("paper_grader")
    with op.batch_alter_table("paper") as table:
        for name, _ in CHECKS:
            table.drop_constraint(op.f(name), type_="check")
        for column in ("version", "outside_scope", "usual_pages", "first_month", "months_between"):
            table.drop_column(column)
