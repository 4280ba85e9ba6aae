"""Why the rules, or a grade, of a round under way were changed.

Revision ID: 0026
Revises: 0025
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision: str | None = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rescoring",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.Column("before_rules_id", sa.Integer(), nullable=True),
        sa.Column("after_rules_id", sa.Integer(), nullable=True),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("crossing", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_rescoring_has_reason")),
        sa.CheckConstraint(
            "(report_id IS NULL) = (after_rules_id IS NOT NULL)", name=op.f("ck_rescoring_of_report_or_rules")
        ),
        sa.CheckConstraint(
            "(before_rules_id IS NULL) = (after_rules_id IS NULL)", name=op.f("ck_rescoring_rules_from_and_to")
        ),
        sa.CheckConstraint(
            "0 <= crossing AND crossing <= moved", name=op.f("ck_rescoring_crossing_within_moved")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_rescoring_round_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_rescoring_staff_id")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_rescoring_report_id")),
        sa.ForeignKeyConstraint(["before_rules_id"], ["rule_set.id"], name=op.f("fk_rescoring_before_rules_id")),
        sa.ForeignKeyConstraint(["after_rules_id"], ["rule_set.id"], name=op.f("fk_rescoring_after_rules_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rescoring")),
    )
    op.create_index(op.f("ix_rescoring_round_id"), "rescoring", ["round_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_rescoring_round_id"), table_name="rescoring")
    op.drop_table("rescoring")
