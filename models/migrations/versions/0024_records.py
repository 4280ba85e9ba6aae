"""The record of a round, the intake list it starts from, and the place of an audit entry in its chain.

Revision ID: 0024
Revises: 0023
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision: str | None = "0023"
branch_labels = None
depends_on = None

# What was sealed so far was sealed in the order of its ids.
KEPT = {"sqlite_autoincrement": True}  # a copied table would lose it
NUMBER_THE_SEALED = """
    UPDATE audit_entry SET chain_number = sealed.place
    FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM audit_entry WHERE chain IS NOT NULL) AS sealed
    WHERE sealed.id = audit_entry.id
"""


def upgrade() -> None:
    op.create_table(
        "round_intake",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("entries", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_round_intake_round_id")),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_round_intake")),
    )
    op.create_table(
        "round_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=19), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chain_number", sa.Integer(), nullable=True),
        sa.Column("chain", sa.String(length=64), nullable=True),
        sa.Column("signature", sa.LargeBinary(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("version >= 1", name=op.f("ck_round_record_version_counted")),
        sa.CheckConstraint(
            "version = 1 OR (reason IS NOT NULL AND length(reason) > 0)",
            name=op.f("ck_round_record_new_version_has_reason"),
        ),
        sa.CheckConstraint(
            "(signature IS NULL) = (signed_at IS NULL)", name=op.f("ck_round_record_signed_has_time")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_round_record_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_record")),
        sa.UniqueConstraint("round_id", "version", name=op.f("uq_round_record_round_id_version")),
    )
    with op.batch_alter_table("audit_entry", table_kwargs=KEPT) as table:
        table.add_column(sa.Column("chain_number", sa.Integer(), nullable=True))
    op.execute(NUMBER_THE_SEALED)
    with op.batch_alter_table("audit_entry", table_kwargs=KEPT) as table:
        table.create_check_constraint(
            op.f("ck_audit_entry_link_has_number"), "(chain IS NULL) = (chain_number IS NULL)"
        )
    op.create_index("uq_audit_entry_chain_number", "audit_entry", ["chain_number"], unique=True)


def downgrade() -> None:
    op.drop_index("uq_audit_entry_chain_number", "audit_entry")
    with op.batch_alter_table("audit_entry", table_kwargs=KEPT) as table:
        table.drop_constraint(op.f("ck_audit_entry_link_has_number"), type_="check")
    with op.batch_alter_table("audit_entry", table_kwargs=KEPT) as table:
        table.drop_column("chain_number")
    op.drop_table("round_record")
    op.drop_table("round_intake")
