"""Causes of errata and correction notices.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision: str | None = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erratum_cause",
        sa.Column("erratum_id", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=32), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "cause IN ('reporting', 'writing', 'editing', 'proofreading', 'layout', 'printing')",
            name=op.f("ck_erratum_cause_desk_cause"),
        ),
        sa.ForeignKeyConstraint(
            ["erratum_id"], ["erratum.id"], name=op.f("fk_erratum_cause_erratum_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_erratum_cause_staff_id")),
        sa.PrimaryKeyConstraint("erratum_id", name=op.f("pk_erratum_cause")),
    )
    _notices()
    _items()


def _notices() -> None:
    op.create_table(
        "correction_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("page_label", sa.String(length=40), nullable=True),
        sa.Column("article", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("discovered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drafted_by_id", sa.Integer(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_by_id", sa.Integer(), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("release_reason", sa.String(length=300), nullable=True),
        sa.Column("printed_paper_id", sa.Integer(), nullable=True),
        sa.Column("printed_on", sa.Date(), nullable=True),
        sa.Column("printed_page", sa.String(length=40), nullable=True),
        sa.Column("printed_by_id", sa.Integer(), nullable=True),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdraw_reason", sa.String(length=300), nullable=True),
        sa.CheckConstraint("length(text) > 0", name=op.f("ck_correction_notice_has_text")),
        sa.CheckConstraint(
            "(released_at IS NULL) = (released_by_id IS NULL)", name=op.f("ck_correction_notice_release_whole")
        ),
        sa.CheckConstraint(
            "state <> 'draft' OR released_at IS NULL", name=op.f("ck_correction_notice_draft_not_released")
        ),
        sa.CheckConstraint(
            "state NOT IN ('released', 'printed') OR released_at IS NOT NULL",
            name=op.f("ck_correction_notice_released_has_time"),
        ),
        sa.CheckConstraint(
            "released_by_id IS NULL OR released_by_id <> drafted_by_id"
            " OR (release_reason IS NOT NULL AND length(release_reason) > 0)",
            name=op.f("ck_correction_notice_own_release_has_reason"),
        ),
        sa.CheckConstraint(
            "(state = 'printed') = (printed_on IS NOT NULL)", name=op.f("ck_correction_notice_printed_has_day")
        ),
        sa.CheckConstraint(
            "(printed_on IS NULL) = (printed_paper_id IS NULL) AND (printed_on IS NULL) = (printed_page IS NULL)"
            " AND (printed_on IS NULL) = (printed_by_id IS NULL) AND (printed_on IS NULL) = (printed_at IS NULL)",
            name=op.f("ck_correction_notice_print_whole"),
        ),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)",
            name=op.f("ck_correction_notice_withdrawn_has_time"),
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL) AND (withdrawn_at IS NULL) = (withdraw_reason IS NULL)",
            name=op.f("ck_correction_notice_withdrawal_whole"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'released', 'printed', 'withdrawn')",
            name=op.f("ck_correction_notice_correction_state"),
        ),
        *(sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_correction_notice_{column}"))
          for column, target in (
              ("issue_id", "issue.id"), ("drafted_by_id", "staff.id"), ("released_by_id", "staff.id"),
              ("printed_paper_id", "paper.id"), ("printed_by_id", "staff.id"), ("withdrawn_by_id", "staff.id"))),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_notice")),
    )
    op.create_index("ix_correction_notice_state_id", "correction_notice", ["state", "id"], unique=False)


def _items() -> None:
    op.create_table(
        "correction_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("erratum_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("wrong", sa.Text(), nullable=True),
        sa.Column("right", sa.Text(), nullable=True),
        sa.CheckConstraint('wrong IS NOT NULL OR "right" IS NOT NULL', name=op.f("ck_correction_item_has_words")),
        sa.CheckConstraint(
            "kind IN ('wording', 'title', 'deletion', 'insertion', 'fact')",
            name=op.f("ck_correction_item_correction_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["correction_notice.id"], name=op.f("fk_correction_item_notice_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["erratum_id"], ["erratum.id"], name=op.f("fk_correction_item_erratum_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_item")),
        sa.UniqueConstraint("notice_id", "position", name=op.f("uq_correction_item_notice_id_position")),
    )
    op.create_index(op.f("ix_correction_item_erratum_id"), "correction_item", ["erratum_id"], unique=False)
    op.create_table(
        "correction_waiver",
        sa.Column("erratum_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("waived_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["erratum_id"], ["erratum.id"], name=op.f("fk_correction_waiver_erratum_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_correction_waiver_staff_id")),
        sa.PrimaryKeyConstraint("erratum_id", name=op.f("pk_correction_waiver")),
    )


def downgrade() -> None:
    for table in ("correction_waiver", "correction_item", "correction_notice", "erratum_cause"):
        op.drop_table(table)
