"""Learning the rules together: practice 练习, calibration 校准 at the start of a round, and finalists compared pair by pair.

None of it touches a grade: what is decided here decides no report.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UtcDateTime, stored_enum
from models.enums import Doubling, Verdict


class PracticeRun(Base):
    """One member's way through the practice reports; the newest is the one under way, or the last one done."""

    __tablename__ = "practice_run"
    __table_args__ = (UniqueConstraint("staff_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    number: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PracticeAnswer(Base):
    """What a member answered to one practice report. No verdict: handed to the chief (上报)."""

    __tablename__ = "practice_answer"

    run_id: Mapped[int] = mapped_column(ForeignKey("practice_run.id", ondelete="CASCADE"), primary_key=True)
    item: Mapped[str] = mapped_column(String(40), primary_key=True)  # its code in bot/practice/data
    verdict: Mapped[Verdict | None] = mapped_column(stored_enum(Verdict, "practice_verdict"))
    row_code: Mapped[str | None] = mapped_column(String(8))
    doubling: Mapped[Doubling] = mapped_column(stored_enum(Doubling, "practice_doubling"), default=Doubling.NONE)
    place_mark: Mapped[bool] = mapped_column(default=False)
    correction_mark: Mapped[bool] = mapped_column(default=False)
    reason_mark: Mapped[bool] = mapped_column(default=False)
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Calibration(Base):
    """The archived reports that every editor grades before the work on a round; one set a round."""

    __tablename__ = "calibration"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))


class CalibrationItem(Base):
    """One archived report of a set."""

    __tablename__ = "calibration_item"
    __table_args__ = (UniqueConstraint("round_id", "position"), UniqueConstraint("round_id", "report_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("calibration.round_id", ondelete="CASCADE"))
    position: Mapped[int]
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))


class CalibrationGrade(Base):
    """What one editor gives one of them, without seeing what was decided or what the others gave."""

    __tablename__ = "calibration_grade"

    item_id: Mapped[int] = mapped_column(ForeignKey("calibration_item.id", ondelete="CASCADE"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    verdict: Mapped[Verdict] = mapped_column(stored_enum(Verdict, "calibration_verdict"))
    row_code: Mapped[str | None] = mapped_column(String(8))
    doubling: Mapped[Doubling] = mapped_column(stored_enum(Doubling, "calibration_doubling"), default=Doubling.NONE)
    place_mark: Mapped[bool] = mapped_column(default=False)
    correction_mark: Mapped[bool] = mapped_column(default=False)
    reason_mark: Mapped[bool] = mapped_column(default=False)
    reason_text: Mapped[str | None] = mapped_column(Text)
    graded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CalibrationSkip(Base):
    """A chief let a member go on to the work without it."""

    __tablename__ = "calibration_skip"

    round_id: Mapped[int] = mapped_column(ForeignKey("calibration.round_id", ondelete="CASCADE"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    skipped_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    skipped_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PairChoice(Base):
    """One editor's comparison of two finalists of a round, each named by the number of his first scoring report,
    as in the draw. `better_id` NULL: equally good."""

    __tablename__ = "pair_choice"
    __table_args__ = (
        CheckConstraint("one_id < other_id", name="in_order"),
        CheckConstraint("better_id IS NULL OR better_id = one_id OR better_id = other_id", name="better_of_the_two"),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    one_id: Mapped[int] = mapped_column(ForeignKey("report.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("report.id"), primary_key=True)
    better_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"))
    chosen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PairSeal(Base):
    """An editor is done comparing, or a chief does not wait for him: his choices stand as they are."""

    __tablename__ = "pair_seal"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    sealed_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    sealed_at: Mapped[datetime] = mapped_column(UtcDateTime)
