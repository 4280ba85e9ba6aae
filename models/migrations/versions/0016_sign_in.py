"""Second factor, recovery codes, password resets, preferences and roles per paper.

Revision ID: 0016
Revises: 0015
"""

from __future__ import annotations

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision: str | None = "0015"
branch_labels = None
depends_on = None


ROLES = "('editor', 'chief', 'prizes', 'admin')"


def upgrade() -> None:
    # SQLite would write an added column beside the last constraint, and not as the models write it.
    copied: Literal["always", "auto"] = "always" if op.get_bind().dialect.name == "sqlite" else "auto"
    with op.batch_alter_table("staff", recreate=copied) as table:
        table.add_column(sa.Column("email", sa.String(length=254), nullable=True))
    with op.batch_alter_table("staff_session", recreate=copied) as table:
        table.add_column(sa.Column("code_until", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("browser_kind", sa.String(length=20), nullable=True))
    _members()
    _factors()
    _resets()


def _members() -> None:
    op.create_table(
        "staff_preference",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("large_type", sa.Boolean(), nullable=False),
        sa.Column("keys_off", sa.Boolean(), nullable=False),
        sa.Column("stay_here", sa.Boolean(), nullable=False),
        sa.Column("theme", sa.String(length=32), nullable=False),
        sa.CheckConstraint("theme IN ('system', 'light', 'dark')", name=op.f("ck_staff_preference_theme_kind")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_preference_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_staff_preference")),
    )
    op.create_table(
        "paper_role",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.CheckConstraint("role IN ('editor', 'chief')", name=op.f("ck_paper_role_grades")),
        sa.CheckConstraint(f"role IN {ROLES}", name=op.f("ck_paper_role_role_kind")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_paper_role_staff_id")),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_paper_role_paper_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("staff_id", "paper_id", name=op.f("pk_paper_role")),
    )
    op.create_index("ix_paper_role_paper_id", "paper_role", ["paper_id"], unique=False)


def _factors() -> None:
    op.create_table(
        "second_factor",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_second_factor_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_recovery_code_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("digest", name=op.f("uq_recovery_code_digest")),
    )
    op.create_index("ix_recovery_code_staff_id", "recovery_code", ["staff_id"], unique=False)


def _resets() -> None:
    op.create_table(
        "reset_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reset_request")),
    )
    op.create_index("ix_reset_request_login_at", "reset_request", ["login", "at"], unique=False)
    op.create_index("ix_reset_request_address_at", "reset_request", ["address", "at"], unique=False)
    op.create_table(
        "password_reset",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_password_reset_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_reset")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_password_reset_token_digest")),
    )
    op.create_index("ix_password_reset_staff_id", "password_reset", ["staff_id"], unique=False)


def downgrade() -> None:
    for name in ("password_reset", "reset_request", "recovery_code", "second_factor", "paper_role", "staff_preference"):
        op.drop_table(name)
    with op.batch_alter_table("staff_session") as table:
        for column in ("browser_kind", "code_until"):
            table.drop_column(column)
    with op.batch_alter_table("staff") as table:
        table.drop_column("email")
