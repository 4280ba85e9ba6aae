"""Saved filters and bulk acts; the list of reports is read from two wider indexes.

Revision ID: 0018
Revises: 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision: str | None = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_filter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_saved_filter_has_name")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_saved_filter_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filter")),
    )
    op.create_index("ix_saved_filter_staff_id_name", "saved_filter", ["staff_id", "name"], unique=False)
    _bulk()
    # Wider, not more: what intake writes stays two indexes, the list is read from them alone.
    op.drop_index("ix_report_state_id", table_name="report")
    op.create_index("ix_report_state_id", "report", ["state", "id", "erratum_id", "counts_at"], unique=False)
    op.drop_index("ix_report_erratum_id", table_name="report")
    op.create_index("ix_report_erratum_id", "report", ["erratum_id", "state", "reader_id"], unique=False)
    some = sa.text("maybe_erratum_id IS NOT NULL")
    op.create_index("ix_report_maybe_erratum_id", "report", ["maybe_erratum_id"], unique=False,
                    sqlite_where=some, postgresql_where=some)


def _bulk() -> None:
    op.create_table(
        "bulk_act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("verb", sa.String(length=32), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undo_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "verb IN ('assign', 'snooze', 'note', 'ask_back', 'refuse', 'not_same', 'escalate')",
            name=op.f("ck_bulk_act_bulk_verb"),
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_bulk_act_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_act")),
    )
    op.create_index(op.f("ix_bulk_act_staff_id"), "bulk_act", ["staff_id"], unique=False)
    op.create_table(
        "bulk_item",
        sa.Column("act_id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("fate", sa.String(length=32), nullable=False),
        sa.Column("why", sa.String(length=300), nullable=True),
        sa.Column("after_version", sa.Integer(), nullable=True),
        sa.Column("kept", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "fate NOT IN ('skipped', 'stays') OR why IS NOT NULL", name=op.f("ck_bulk_item_skipped_with_reason")
        ),
        sa.CheckConstraint(
            "fate NOT IN ('done', 'undone', 'stays') OR after_version IS NOT NULL",
            name=op.f("ck_bulk_item_done_has_version"),
        ),
        sa.CheckConstraint(
            "fate IN ('waiting', 'done', 'skipped', 'undone', 'stays')", name=op.f("ck_bulk_item_bulk_fate")
        ),
        sa.ForeignKeyConstraint(["act_id"], ["bulk_act.id"], name=op.f("fk_bulk_item_act_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_bulk_item_report_id")),
        sa.PrimaryKeyConstraint("act_id", "report_id", name=op.f("pk_bulk_item")),
    )
    op.create_index(op.f("ix_bulk_item_report_id"), "bulk_item", ["report_id"], unique=False)
    op.create_index("ix_report_article_id", "report", ["article_id"], unique=False)
    op.drop_index("ix_message_fate_id", table_name="message")
    op.create_index("ix_message_fate_account", "message", ["fate", "account", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_message_fate_account", table_name="message")
    op.create_index("ix_message_fate_id", "message", ["fate", "id"], unique=False)
    op.drop_index("ix_report_article_id", table_name="report")
    op.drop_index("ix_report_maybe_erratum_id", table_name="report")
    op.drop_index("ix_report_erratum_id", table_name="report")
    op.create_index("ix_report_erratum_id", "report", ["erratum_id"], unique=False)
    op.drop_index("ix_report_state_id", table_name="report")
    op.create_index("ix_report_state_id", "report", ["state", "id"], unique=False)
    for table in ("bulk_item", "bulk_act", "saved_filter"):
        op.drop_table(table)
