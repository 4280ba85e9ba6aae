"""The outbox on real accounts: what came of a try, what was learnt of an account's calls, daily use, token lease.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision: str | None = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("delivery_attempt") as table:
        table.add_column(sa.Column("outcome", sa.String(length=32), nullable=True))
        table.create_check_constraint(
            op.f("ck_delivery_attempt_attempt_outcome"),
            "outcome IN ('sent', 'refused', 'never_left', 'unknown')",
        )
    _outcomes_of_old_attempts()
    op.create_table(
        "call_right",
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("call", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("errcode", sa.Integer(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'resting') = (until IS NOT NULL)", name=op.f("ck_call_right_resting_has_end")
        ),
        sa.CheckConstraint(
            "state IN ('granted', 'refused', 'resting')", name=op.f("ck_call_right_right_state")
        ),
        sa.PrimaryKeyConstraint("account", "call", name=op.f("pk_call_right")),
    )
    op.create_table(
        "call_use",
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("call", sa.String(length=20), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("account", "call", "used_on", name=op.f("pk_call_use")),
    )
    op.create_table(
        "token_lease",
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("holder", sa.String(length=40), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("force", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_token_lease")),
    )


def _outcomes_of_old_attempts() -> None:
    """From what was noted: 0 and 45065 were sent, other codes refused, no code is unknown."""
    op.execute(
        "UPDATE delivery_attempt SET outcome = CASE WHEN errcode IN (0, 45065) THEN 'sent' "
        "WHEN errcode IS NOT NULL THEN 'refused' ELSE 'unknown' END WHERE finished_at IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_table("token_lease")
    op.drop_table("call_use")
    op.drop_table("call_right")
    with op.batch_alter_table("delivery_attempt") as table:
        table.drop_constraint(op.f("ck_delivery_attempt_attempt_outcome"), type_="check")
        table.drop_column("outcome")
