"""Letters around the release of a round: alerts before the press day, the month on one page.

Revision ID: 0030
Revises: 0028
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision: str | None = "0028"
branch_labels = None
depends_on = None

BEFORE = "'closes_72', 'closes_24', 'closes_2', 'grading_72', 'grading_24', 'grading_2'"


def upgrade() -> None:
    _moments(f"{BEFORE}, 'print_2', 'print_1', 'month'")
    # Months released before this was here are no news: nobody is to find a year of them in his post.
    op.execute(
        "INSERT INTO reminder (round_id, moment, staff_id, state, owed, made_at)"
        " SELECT round.id, 'month', staff.id, 'console', 0, round.released_at FROM round CROSS JOIN staff"
        " WHERE round.state = 'released' AND staff.role IN ('chief', 'admin')"
    )


def downgrade() -> None:
    op.execute("DELETE FROM reminder WHERE moment IN ('print_2', 'print_1', 'month')")
    _moments(BEFORE)


def _moments(values: str) -> None:
    with op.batch_alter_table("reminder") as table:
        table.drop_constraint(op.f("ck_reminder_reminder_moment"), type_="check")
        table.create_check_constraint(op.f("ck_reminder_reminder_moment"), sa.text(f"moment IN ({values})"))
