"""Until when an initial password is good; whoever is here already has his own.

Revision ID: 0040
Revises: 0039
"""

from __future__ import annotations

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision: str | None = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # SQLite would write an added column beside the last constraint, and not as the models write it.
    copied: Literal["always", "auto"] = "always" if op.get_bind().dialect.name == "sqlite" else "auto"
    with op.batch_alter_table("staff", recreate=copied) as table:
        table.add_column(sa.Column("initial_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("staff") as table:
        table.drop_column("initial_until")
