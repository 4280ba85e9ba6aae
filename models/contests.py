"""Contest, its versioned RuleSet, Round 轮 with what is ticked off after its release, and Award 获奖."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import JSON

from models.base import Base, UtcDateTime, stored_enum
from models.enums import AwardOrigin, Prize, PrizeState, Relation, ReleaseStep, RoundState
from models.papers import Paper
from models.readers import Person, Reader


class Contest(Base):
    """One error hunt over a set of papers, with its calendar rule and the words of its printed box."""

    __tablename__ = "contest"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    account: Mapped[str] = mapped_column(String(40))  # the public account readers write to
    account_title: Mapped[str] = mapped_column(String(80))  # its name as printed
    publication_day: Mapped[int]
    deadline_day: Mapped[int]
    published_months: Mapped[int] = mapped_column(default=0)  # -1: the June issue comes out in May
    deadline_months: Mapped[int] = mapped_column(default=1)  # 1: the deadline lies in the month after
    weekend_rule: Mapped[str] = mapped_column(String(20), default="none")
    auto_announce: Mapped[bool] = mapped_column(default=False)
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    shows_agreement: Mapped[bool] = mapped_column(default=False)  # from three editors on
    calibrates: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    papers: Mapped[list[Paper]] = relationship(order_by=Paper.id)


class RuleSet(Base):
    """One version of a contest's numbers; each round keeps the one it ran under."""

    __tablename__ = "rule_set"
    __table_args__ = (UniqueConstraint("contest_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"))
    number: Mapped[int]
    rules: Mapped[str] = mapped_column(Text)  # canonical JSON of the numbers, see bot.contest.rules
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Round(Base):
    """One contest, one issue month. Closes, is picked and is released exactly once (RULES 5)."""

    __tablename__ = "round"
    __table_args__ = (
        UniqueConstraint("contest_id", "month"),
        CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed_has_time"),
        CheckConstraint("(state IN ('picked', 'released')) = (picked_at IS NOT NULL)", name="picked_has_time"),
        CheckConstraint("(state = 'released') = (released_at IS NOT NULL)", name="released_has_time"),
        CheckConstraint("(picked_at IS NULL) = (result IS NULL)", name="picked_has_result"),
        CheckConstraint("closes_at <= grading_until", name="grading_after_close"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"))
    month: Mapped[str] = mapped_column(String(7))
    rule_set_id: Mapped[int] = mapped_column(ForeignKey("rule_set.id"))
    state: Mapped[RoundState] = mapped_column(stored_enum(RoundState, "round_state"), default=RoundState.OPEN)
    published_on: Mapped[date]
    deadline_on: Mapped[date]  # the latest printed deadline of its issues
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    grading_until: Mapped[datetime] = mapped_column(UtcDateTime)
    print_by: Mapped[date]
    box_text: Mapped[str | None] = mapped_column(Text)  # the printed invitation as published
    deadline_reason: Mapped[str | None] = mapped_column(Text)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seed: Mapped[str | None] = mapped_column(String(64))
    picked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    pick_reason: Mapped[str | None] = mapped_column(Text)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    print_block: Mapped[str | None] = mapped_column(Text)
    article: Mapped[str | None] = mapped_column(Text)
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    contest: Mapped[Contest] = relationship()
    rule_set: Mapped[RuleSet] = relationship()
    awards: Mapped[list[Award]] = relationship(back_populates="round", order_by="Award.place")


class RoundTick(Base):
    """A step of the release that a chief says is done; taking the tick back deletes the row."""

    __tablename__ = "round_tick"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    step: Mapped[ReleaseStep] = mapped_column(stored_enum(ReleaseStep, "release_step"), primary_key=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    ticked_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Award(Base):
    """One prize of one round. Of those picked, one prize a person and one best a round.

    After the release a lapsed prize goes to another winner, in a row of his own that names the one it came from; whoever
    moves up so leaves his souvenir (`vacated_at`). `place`: the order of the pick, later ones behind it.
    """

    __tablename__ = "award"
    __table_args__ = (
        UniqueConstraint("round_id", "place"),
        UniqueConstraint("from_award_id"),
        CheckConstraint("(origin = 'moved_on') = (from_award_id IS NOT NULL)", name="moved_on_from_one"),
        CheckConstraint("vacated_at IS NULL OR prize = 'excellent'", name="only_souvenirs_are_left"),
        Index("uq_award_one_person", "round_id", "person_id", unique=True,
              sqlite_where=text("origin = 'picked'"), postgresql_where=text("origin = 'picked'")),
        Index("uq_award_one_best", "round_id", unique=True,
              sqlite_where=text("prize = 'best' AND origin = 'picked'"),
              postgresql_where=text("prize = 'best' AND origin = 'picked'")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reader_id: Mapped[int] = mapped_column(ForeignKey("reader.id"))  # whom the notice goes to
    prize: Mapped[Prize] = mapped_column(stored_enum(Prize, "prize_kind"))
    place: Mapped[int]
    standing_milli: Mapped[int]
    printed_name: Mapped[str | None] = mapped_column(String(40))  # as released
    state: Mapped[PrizeState] = mapped_column(
        stored_enum(PrizeState, "prize_state"), default=PrizeState.TO_BE_CLAIMED
    )
    state_at: Mapped[datetime] = mapped_column(UtcDateTime)
    origin: Mapped[AwardOrigin] = mapped_column(stored_enum(AwardOrigin, "award_origin"), default=AwardOrigin.PICKED)
    from_award_id: Mapped[int | None] = mapped_column(ForeignKey("award.id"))
    vacated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    round: Mapped[Round] = relationship(back_populates="awards")
    person: Mapped[Person] = relationship()
    reader: Mapped[Reader] = relationship()


class Declaration(Base):
    """What the winner of a prize said when he claimed it: whether he is staff or a relative (RULES 12)."""

    __tablename__ = "declaration"

    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"), primary_key=True)
    relation: Mapped[Relation] = mapped_column(stored_enum(Relation, "relation_kind"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))  # who asked
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
