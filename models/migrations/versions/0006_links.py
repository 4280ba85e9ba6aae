"""Readers linked to one person, messages held for the next day, the winners' article, what winners declared.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision: str | None = "0005"
branch_labels = None
depends_on = None

STANDS = sa.text("undone_at IS NULL")


def upgrade() -> None:
    _links()
    _codes()
    op.create_table(
        "held_message",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_held_message_message_id")),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_held_message")),
    )
    _article()
    op.create_table(
        "declaration",
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("relation", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "relation IN ('neither', 'staff', 'relative')", name=op.f("ck_declaration_relation_kind")
        ),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_declaration_award_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_declaration_staff_id")),
        sa.PrimaryKeyConstraint("award_id", name=op.f("pk_declaration")),
    )


def _links() -> None:
    op.create_table(
        "reader_tie",
        sa.Column("reader_id", sa.Integer(), nullable=False),
        sa.Column("own_person_id", sa.Integer(), nullable=False),
        sa.Column("union_digest", sa.String(length=64), nullable=True),
        sa.Column("union_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["own_person_id"], ["person.id"], name=op.f("fk_reader_tie_own_person_id")),
        sa.ForeignKeyConstraint(["reader_id"], ["reader.id"], name=op.f("fk_reader_tie_reader_id")),
        sa.PrimaryKeyConstraint("reader_id", name=op.f("pk_reader_tie")),
    )
    op.create_index(op.f("ix_reader_tie_union_digest"), "reader_tie", ["union_digest"], unique=False)
    op.create_table(
        "reader_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("one_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("how", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("undone_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(undone_at IS NULL) = (undone_reason IS NULL)", name=op.f("ck_reader_link_undone_has_reason")
        ),
        sa.CheckConstraint(
            "how <> 'staff' OR (staff_id IS NOT NULL AND reason IS NOT NULL)",
            name=op.f("ck_reader_link_staff_has_reason"),
        ),
        sa.CheckConstraint("how IN ('code', 'union', 'staff')", name=op.f("ck_reader_link_linked_by")),
        sa.CheckConstraint("one_id < other_id", name=op.f("ck_reader_link_in_order")),
        sa.ForeignKeyConstraint(["one_id"], ["reader.id"], name=op.f("fk_reader_link_one_id")),
        sa.ForeignKeyConstraint(["other_id"], ["reader.id"], name=op.f("fk_reader_link_other_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_reader_link_staff_id")),
        sa.ForeignKeyConstraint(["undone_by_id"], ["staff.id"], name=op.f("fk_reader_link_undone_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reader_link")),
    )
    op.create_index("ix_reader_link_other_id", "reader_link", ["other_id"], unique=False)
    op.create_index("uq_reader_link_one_that_stands", "reader_link", ["one_id", "other_id"], unique=True,
                    sqlite_where=STANDS, postgresql_where=STANDS)


def _codes() -> None:
    op.create_table(
        "link_code",
        sa.Column("reader_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["reader_id"], ["reader.id"], name=op.f("fk_link_code_reader_id")),
        sa.PrimaryKeyConstraint("reader_id", name=op.f("pk_link_code")),
        sa.UniqueConstraint("code", name=op.f("uq_link_code_code")),
    )
    op.create_table(
        "link_try",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reader_id", sa.Integer(), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(reader_id IS NULL) <> (staff_id IS NULL)", name=op.f("ck_link_try_by_reader_or_staff")
        ),
        sa.ForeignKeyConstraint(["reader_id"], ["reader.id"], name=op.f("fk_link_try_reader_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_link_try_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_try")),
    )
    op.create_index("ix_link_try_reader_id_at", "link_try", ["reader_id", "at"], unique=False)
    op.create_index("ix_link_try_staff_id_at", "link_try", ["staff_id", "at"], unique=False)


def _article() -> None:
    op.create_table(
        "round_article",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cover_media_id", sa.String(length=200), nullable=True),
        sa.Column("draft_media_id", sa.String(length=200), nullable=True),
        sa.Column("publish_id", sa.String(length=40), nullable=True),
        sa.Column("after_message_id", sa.BigInteger(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("errcode", sa.Integer(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state <> 'submitted' OR publish_id IS NOT NULL", name=op.f("ck_round_article_submitted_has_number")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'drafting', 'drafted', 'wanted', 'submitting', 'submitted', 'published',"
            " 'not_granted', 'failed', 'uncertain', 'by_hand')",
            name=op.f("ck_round_article_article_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('drafted', 'wanted', 'submitting', 'submitted', 'published')"
            " OR draft_media_id IS NOT NULL",
            name=op.f("ck_round_article_drafted_has_draft"),
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_round_article_round_id")),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_round_article")),
    )


def downgrade() -> None:
    for table in ("declaration", "round_article", "held_message", "link_try", "link_code", "reader_link",
                  "reader_tie"):
        op.drop_table(table)
