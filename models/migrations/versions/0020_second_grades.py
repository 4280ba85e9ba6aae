"""Second opinions and how they are combined; who made which page.

Revision ID: 0020
Revises: 0019
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision: str | None = "0019"
branch_labels = None
depends_on = None

OPEN = "state IN ('waiting_second', 'waiting_third', 'waiting_chief')"


def upgrade() -> None:
    with op.batch_alter_table("grade") as table:
        table.add_column(sa.Column("opinion", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("why", sa.Text(), nullable=True))
    with op.batch_alter_table("grade") as table:
        table.alter_column("opinion", existing_type=sa.Boolean(), server_default=None)
        table.create_check_constraint(op.f("ck_grade_opinion_replaces_nothing"), "NOT opinion OR replaces_id IS NULL")
    _review()
    _makers()


def _review() -> None:
    op.create_table(
        "review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("held_back", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_grade_id", sa.Integer(), nullable=False),
        sa.Column("second_grade_id", sa.Integer(), nullable=True),
        sa.Column("third_grade_id", sa.Integer(), nullable=True),
        sa.Column("result_grade_id", sa.Integer(), nullable=True),
        sa.Column("result", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'settled') = (result_grade_id IS NOT NULL)", name=op.f("ck_review_settled_has_grade")),
        sa.CheckConstraint("(state = 'settled') = (result IS NOT NULL)", name=op.f("ck_review_settled_has_result")),
        sa.CheckConstraint("(state IN ('settled', 'dropped')) = (closed_at IS NOT NULL)", name=op.f("ck_review_closed_has_time")),
        sa.CheckConstraint("third_grade_id IS NULL OR second_grade_id IS NOT NULL", name=op.f("ck_review_second_before_third")),
        sa.CheckConstraint("state <> 'waiting_second' OR second_grade_id IS NULL", name=op.f("ck_review_second_not_given")),
        sa.CheckConstraint(
            "state <> 'waiting_third' OR (second_grade_id IS NOT NULL AND third_grade_id IS NULL)",
            name=op.f("ck_review_third_not_given"),
        ),
        sa.CheckConstraint("state <> 'waiting_chief' OR second_grade_id IS NOT NULL", name=op.f("ck_review_chief_has_two")),
        sa.CheckConstraint(
            "result IS NULL OR result <> 'chief' OR (reason IS NOT NULL AND length(reason) > 0)",
            name=op.f("ck_review_chief_has_reason"),
        ),
        sa.CheckConstraint("cause IN ('random', 'contender', 'appeal')", name=op.f("ck_review_review_cause")),
        sa.CheckConstraint(
            "state IN ('waiting_second', 'waiting_third', 'waiting_chief', 'settled', 'dropped')",
            name=op.f("ck_review_review_state"),
        ),
        sa.CheckConstraint("result IN ('agreed', 'two_of_three', 'chief')", name=op.f("ck_review_review_result")),
        *(sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_review_{column}"))
          for column, target in (
              ("report_id", "report.id"), ("first_grade_id", "grade.id"), ("second_grade_id", "grade.id"),
              ("third_grade_id", "grade.id"), ("result_grade_id", "grade.id"))),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
    )
    op.create_index("uq_review_one_open", "review", ["report_id"], unique=True, sqlite_where=sa.text(OPEN),
                    postgresql_where=sa.text(OPEN))
    op.create_index("ix_review_state_report_id", "review", ["state", "report_id"], unique=False)
    op.create_index("ix_review_report_id", "review", ["report_id"], unique=False)


def _makers() -> None:
    for table, owner in (("usual_page_maker", "paper"), ("page_maker", "issue")):
        op.create_table(
            table,
            sa.Column(f"{owner}_id", sa.Integer(), nullable=False),
            sa.Column("page", sa.String(length=20), nullable=False),
            sa.Column("staff_id", sa.Integer(), nullable=False),
            sa.CheckConstraint("length(page) > 0", name=op.f(f"ck_{table}_has_page")),
            sa.ForeignKeyConstraint([f"{owner}_id"], [f"{owner}.id"], name=op.f(f"fk_{table}_{owner}_id"), ondelete="CASCADE"),
            sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f(f"fk_{table}_staff_id")),
            sa.PrimaryKeyConstraint(f"{owner}_id", "page", "staff_id", name=op.f(f"pk_{table}")),
        )


def downgrade() -> None:
    for table in ("page_maker", "usual_page_maker", "review"):
        op.drop_table(table)
    with op.batch_alter_table("grade") as table:
        table.drop_constraint(op.f("ck_grade_opinion_replaces_nothing"), type_="check")
        table.drop_column("why")
        table.drop_column("opinion")
