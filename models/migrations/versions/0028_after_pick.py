"""What happens to winners after the pick: prizes that move on or are further ones, open corrections of released lists.

Revision ID: 0028
Revises: 0027
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision: str | None = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("award") as table:
        table.add_column(sa.Column("origin", sa.String(length=32), nullable=True))
        table.add_column(sa.Column("from_award_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("vacated_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE award SET origin = 'picked'")
    op.drop_index("uq_award_one_best", "award")
    with op.batch_alter_table("award") as table:
        table.alter_column("origin", existing_type=sa.String(length=32), nullable=False)
        table.drop_constraint(op.f("uq_award_round_id_person_id"), type_="unique")
        table.create_unique_constraint(op.f("uq_award_from_award_id"), ["from_award_id"])
        table.create_foreign_key(op.f("fk_award_from_award_id"), "award", ["from_award_id"], ["id"])
        table.create_check_constraint(op.f("ck_award_award_origin"), "origin IN ('picked', 'moved_on', 'further')")
        table.create_check_constraint(
            op.f("ck_award_moved_on_from_one"), "(origin = 'moved_on') = (from_award_id IS NOT NULL)"
        )
        table.create_check_constraint(
            op.f("ck_award_only_souvenirs_are_left"), "vacated_at IS NULL OR prize = 'excellent'"
        )
    _one("uq_award_one_person", "award", ["round_id", "person_id"], "origin = 'picked'")
    _one("uq_award_one_best", "award", ["round_id"], "prize = 'best' AND origin = 'picked'")
    _corrections()


def _one(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, unique=True, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _corrections() -> None:
    op.create_table(
        "round_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("award_id", sa.Integer(), nullable=True),
        sa.Column("reader_id", sa.Integer(), nullable=True),
        sa.Column("prize", sa.String(length=32), nullable=True),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.Column("old_name", sa.String(length=40), nullable=True),
        sa.Column("new_name", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("print_text", sa.Text(), nullable=True),
        sa.Column("article_text", sa.Text(), nullable=True),
        sa.Column("drafted_by_id", sa.Integer(), nullable=True),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_by_id", sa.Integer(), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("release_reason", sa.String(length=300), nullable=True),
        sa.Column("printed_on", sa.Date(), nullable=True),
        sa.Column("printed_by_id", sa.Integer(), nullable=True),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdraw_reason", sa.String(length=300), nullable=True),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_round_correction_has_reason")),
        sa.CheckConstraint(
            "(kind = 'name') = (new_name IS NOT NULL) AND (new_name IS NULL) = (old_name IS NULL)",
            name=op.f("ck_round_correction_names_whole"),
        ),
        sa.CheckConstraint(
            "kind = 'further' OR award_id IS NOT NULL", name=op.f("ck_round_correction_about_an_award")
        ),
        sa.CheckConstraint(
            "(kind = 'further') = (reader_id IS NOT NULL) AND (reader_id IS NULL) = (prize IS NULL)"
            " AND (reader_id IS NULL) = (report_id IS NULL)",
            name=op.f("ck_round_correction_further_whole"),
        ),
        sa.CheckConstraint(
            "(state IN ('released', 'printed')) = (released_at IS NOT NULL)",
            name=op.f("ck_round_correction_released_has_time"),
        ),
        sa.CheckConstraint(
            "(released_at IS NULL) = (print_text IS NULL) AND (released_at IS NULL) = (article_text IS NULL)",
            name=op.f("ck_round_correction_released_has_text"),
        ),
        sa.CheckConstraint(
            "released_by_id IS NULL OR released_at IS NOT NULL", name=op.f("ck_round_correction_released_by_has_time")
        ),
        sa.CheckConstraint(
            "released_by_id IS NULL OR drafted_by_id IS NULL OR released_by_id <> drafted_by_id"
            " OR (release_reason IS NOT NULL AND length(release_reason) > 0)",
            name=op.f("ck_round_correction_own_release_has_reason"),
        ),
        sa.CheckConstraint(
            "(state = 'printed') = (printed_on IS NOT NULL)", name=op.f("ck_round_correction_printed_has_day")
        ),
        sa.CheckConstraint(
            "(printed_on IS NULL) = (printed_by_id IS NULL) AND (printed_on IS NULL) = (printed_at IS NULL)",
            name=op.f("ck_round_correction_print_whole"),
        ),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name=op.f("ck_round_correction_withdrawn_has_time")
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL) AND (withdrawn_at IS NULL) = (withdraw_reason IS NULL)",
            name=op.f("ck_round_correction_withdrawal_whole"),
        ),
        sa.CheckConstraint(
            "kind IN ('name', 'not_entitled', 'moved_on', 'further')", name=op.f("ck_round_correction_change_kind")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'released', 'printed', 'withdrawn')",
            name=op.f("ck_round_correction_round_correction_state"),
        ),
        sa.CheckConstraint("prize IN ('best', 'excellent')", name=op.f("ck_round_correction_further_prize")),
        *(sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_round_correction_{column}"))
          for column, target in (
              ("round_id", "round.id"), ("award_id", "award.id"), ("reader_id", "reader.id"),
              ("report_id", "report.id"), ("drafted_by_id", "staff.id"), ("released_by_id", "staff.id"),
              ("printed_by_id", "staff.id"), ("withdrawn_by_id", "staff.id"))),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_correction")),
        sa.UniqueConstraint("report_id", name=op.f("uq_round_correction_report_id")),
    )
    op.create_index("ix_round_correction_round_id", "round_correction", ["round_id"])
    _one("uq_round_correction_moved_on", "round_correction", ["award_id"], "kind = 'moved_on'")
    _one("uq_round_correction_draft", "round_correction", ["award_id", "kind"], "state = 'draft'")


def downgrade() -> None:
    op.drop_table("round_correction")
    op.drop_index("uq_award_one_best", "award")
    op.drop_index("uq_award_one_person", "award")
    # What came after the release has no place in the older schema: one prize a person, one best a round.
    op.execute("DELETE FROM declaration WHERE award_id IN (SELECT id FROM award WHERE origin <> 'picked')")
    op.execute("UPDATE award SET from_award_id = NULL, origin = 'further' WHERE origin = 'moved_on'")
    op.execute("DELETE FROM award WHERE origin <> 'picked'")
    with op.batch_alter_table("award") as table:
        table.drop_constraint(op.f("ck_award_only_souvenirs_are_left"), type_="check")
        table.drop_constraint(op.f("ck_award_moved_on_from_one"), type_="check")
        table.drop_constraint(op.f("ck_award_award_origin"), type_="check")
        table.drop_constraint(op.f("fk_award_from_award_id"), type_="foreignkey")
        table.drop_constraint(op.f("uq_award_from_award_id"), type_="unique")
        table.create_unique_constraint(op.f("uq_award_round_id_person_id"), ["round_id", "person_id"])
    with op.batch_alter_table("award") as table:
        table.drop_column("vacated_at")
        table.drop_column("from_award_id")
        table.drop_column("origin")
    where = sa.text("prize = 'best'")
    op.create_index("uq_award_one_best", "award", ["round_id"], unique=True, sqlite_where=where, postgresql_where=where)
