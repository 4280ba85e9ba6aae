"""Practice, calibration and the comparison of finalists.

Revision ID: 0023
Revises: 0022
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision: str | None = "0022"
branch_labels = None
depends_on = None

VERDICTS = (
    "'accepted', 'accepted_with_edits', 'both_forms', 'suggestion', 'not_an_error', 'out_of_scope', "
    "'cannot_check', 'repeated', 'needs_more'"
)
DOUBLINGS = "'none', 'headline', 'important'"
SWITCHES = ("shows_agreement", "calibrates")


def upgrade() -> None:
    with op.batch_alter_table("contest") as table:
        # The default is for the contests there are already; new rows bring their own.
        for name in SWITCHES:
            table.add_column(sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("contest") as table:
        for name in SWITCHES:
            table.alter_column(name, existing_type=sa.Boolean(), server_default=None)
    _practice()
    _calibration()
    _pairs()


def _given() -> list[sa.Column[object]]:
    """What an editor gives: row, doubling, marks; the verdict stands before it."""
    return [
        sa.Column("row_code", sa.String(length=8), nullable=True),
        sa.Column("doubling", sa.String(length=32), nullable=False),
        sa.Column("place_mark", sa.Boolean(), nullable=False),
        sa.Column("correction_mark", sa.Boolean(), nullable=False),
        sa.Column("reason_mark", sa.Boolean(), nullable=False),
    ]


def _practice() -> None:
    op.create_table(
        "practice_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_practice_run_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_run")),
        sa.UniqueConstraint("staff_id", "number", name=op.f("uq_practice_run_staff_id_number")),
    )
    op.create_table(
        "practice_answer",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("verdict", sa.String(length=32), nullable=True),
        *_given(),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"verdict IN ({VERDICTS})", name=op.f("ck_practice_answer_practice_verdict")),
        sa.CheckConstraint(f"doubling IN ({DOUBLINGS})", name=op.f("ck_practice_answer_practice_doubling")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["practice_run.id"], name=op.f("fk_practice_answer_run_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "item", name=op.f("pk_practice_answer")),
    )


def _calibration() -> None:
    op.create_table(
        "calibration",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["staff.id"], name=op.f("fk_calibration_made_by_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_calibration_round_id")),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_calibration")),
    )
    op.create_table(
        "calibration_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_calibration_item_report_id")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["calibration.round_id"], name=op.f("fk_calibration_item_round_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration_item")),
        sa.UniqueConstraint("round_id", "position", name=op.f("uq_calibration_item_round_id_position")),
        sa.UniqueConstraint("round_id", "report_id", name=op.f("uq_calibration_item_round_id_report_id")),
    )
    op.create_table(
        "calibration_grade",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=32), nullable=False),
        *_given(),
        sa.Column("reason_text", sa.Text(), nullable=True),
        sa.Column("graded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"verdict IN ({VERDICTS})", name=op.f("ck_calibration_grade_calibration_verdict")),
        sa.CheckConstraint(f"doubling IN ({DOUBLINGS})", name=op.f("ck_calibration_grade_calibration_doubling")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["calibration_item.id"], name=op.f("fk_calibration_grade_item_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_calibration_grade_staff_id")),
        sa.PrimaryKeyConstraint("item_id", "staff_id", name=op.f("pk_calibration_grade")),
    )
    op.create_table(
        "calibration_skip",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("skipped_by_id", sa.Integer(), nullable=False),
        sa.Column("skipped_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["calibration.round_id"], name=op.f("fk_calibration_skip_round_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["skipped_by_id"], ["staff.id"], name=op.f("fk_calibration_skip_skipped_by_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_calibration_skip_staff_id")),
        sa.PrimaryKeyConstraint("round_id", "staff_id", name=op.f("pk_calibration_skip")),
    )


def _pairs() -> None:
    op.create_table(
        "pair_choice",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("one_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("better_id", sa.Integer(), nullable=True),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "better_id IS NULL OR better_id = one_id OR better_id = other_id",
            name=op.f("ck_pair_choice_better_of_the_two"),
        ),
        sa.CheckConstraint("one_id < other_id", name=op.f("ck_pair_choice_in_order")),
        sa.ForeignKeyConstraint(["better_id"], ["report.id"], name=op.f("fk_pair_choice_better_id")),
        sa.ForeignKeyConstraint(["one_id"], ["report.id"], name=op.f("fk_pair_choice_one_id")),
        sa.ForeignKeyConstraint(["other_id"], ["report.id"], name=op.f("fk_pair_choice_other_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_pair_choice_round_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_pair_choice_staff_id")),
        sa.PrimaryKeyConstraint("round_id", "staff_id", "one_id", "other_id", name=op.f("pk_pair_choice")),
    )
    op.create_table(
        "pair_seal",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("sealed_by_id", sa.Integer(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_pair_seal_round_id")),
        sa.ForeignKeyConstraint(["sealed_by_id"], ["staff.id"], name=op.f("fk_pair_seal_sealed_by_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_pair_seal_staff_id")),
        sa.PrimaryKeyConstraint("round_id", "staff_id", name=op.f("pk_pair_seal")),
    )


def downgrade() -> None:
    for name in ("pair_seal", "pair_choice", "calibration_skip", "calibration_grade", "calibration_item",
                 "calibration", "practice_answer", "practice_run"):
        op.drop_table(name)
    with op.batch_alter_table("contest") as table:
        for name in reversed(SWITCHES):
            table.drop_column(name)
