"""Letters to members about their own sign-in, in the queue of calls; whoever has left has no address any more.

Revision ID: 0041
Revises: 0040
"""

from __future__ import annotations

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision: str | None = "0040"
branch_labels = None
depends_on = None

TARGET, NEEDED = "ck_outgoing_call_call_target", "ck_outgoing_call_address_while_needed"
BEFORE = "'robot', 'webhook', 'mail', 'events'"


def upgrade() -> None:
    with op.batch_alter_table("outgoing_call", recreate=_copied()) as table:
        table.add_column(sa.Column("address", sa.String(length=254), nullable=True))
        table.drop_constraint(op.f(TARGET), type_="check")
        table.create_check_constraint(op.f(TARGET), sa.text(f"target IN ({BEFORE}, 'member')"))
        table.create_check_constraint(op.f(NEEDED), sa.text(
            "(address IS NOT NULL) = (target = 'member' AND state IN ('queued', 'sending', 'failed'))"))
    op.execute("UPDATE staff SET email = NULL WHERE NOT active")


def downgrade() -> None:
    op.execute("DELETE FROM outgoing_call WHERE target = 'member'")
    with op.batch_alter_table("outgoing_call", recreate=_copied()) as table:
        table.drop_constraint(op.f(NEEDED), type_="check")
        table.drop_constraint(op.f(TARGET), type_="check")
        table.create_check_constraint(op.f(TARGET), sa.text(f"target IN ({BEFORE})"))
        table.drop_column("address")


def _copied() -> Literal["always", "auto"]:
    """SQLite would write an added column beside the last constraint, and not as the models write it."""
    return "always" if op.get_bind().dialect.name == "sqlite" else "auto"
