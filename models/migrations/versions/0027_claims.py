"""Claims of prizes: their terms, the claims, what was given for them (sealed), tries.

Revision ID: 0027
Revises: 0026
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision: str | None = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "claim_term",
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lapsed_because", sa.String(length=32), nullable=True),
        sa.CheckConstraint(
            "lapsed_because IN ('not_claimed', 'not_fetched', 'not_wanted', 'relation')",
            name=op.f("ck_claim_term_lapse_reason"),
        ),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_claim_term_award_id")),
        sa.PrimaryKeyConstraint("award_id", name=op.f("pk_claim_term")),
    )
    op.create_index(op.f("ix_claim_term_until"), "claim_term", ["until"], unique=False)
    op.create_table(
        "prize_claim",
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("receiving", sa.String(length=32), nullable=False),
        sa.Column("notice_version", sa.String(length=20), nullable=False),
        sa.Column("guardian_agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("contact_deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(way = 'page') = (staff_id IS NULL)", name=op.f("ck_prize_claim_entered_by_staff")),
        sa.CheckConstraint(
            "contact_deleted_at IS NULL OR contact_deleted_at >= claimed_at",
            name=op.f("ck_prize_claim_deleted_after_claim"),
        ),
        sa.CheckConstraint("way IN ('page', 'phone', 'counter')", name=op.f("ck_prize_claim_claim_way")),
        sa.CheckConstraint("receiving IN ('pick_up', 'post')", name=op.f("ck_prize_claim_receiving_kind")),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_prize_claim_award_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_prize_claim_staff_id")),
        sa.PrimaryKeyConstraint("award_id", name=op.f("pk_prize_claim")),
    )
    op.create_table(
        "claim_contact",
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('phone', 'recipient', 'address', 'guardian', 'guardian_phone', 'code_word')",
            name=op.f("ck_claim_contact_contact_kind"),
        ),
        sa.ForeignKeyConstraint(["award_id"], ["prize_claim.award_id"], name=op.f("fk_claim_contact_award_id")),
        sa.PrimaryKeyConstraint("award_id", "kind", name=op.f("pk_claim_contact")),
    )
    op.create_index("ix_claim_contact_key_id", "claim_contact", ["key_id"], unique=False)
    op.create_table(
        "claim_try",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_try")),
    )
    op.create_index("ix_claim_try_address_at", "claim_try", ["address", "at"], unique=False)


def downgrade() -> None:
    op.drop_table("claim_try")
    op.drop_table("claim_contact")
    op.drop_table("prize_claim")
    op.drop_table("claim_term")
