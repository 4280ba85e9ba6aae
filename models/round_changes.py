"""RoundCorrection 名单更正: an open change of a released list of winners, with its reason and a second person."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UtcDateTime, stored_enum
from models.enums import ChangeKind, CorrectionState, Prize


class RoundCorrection(Base):
    """One change of one released list. Nothing is changed before somebody else has looked at the draft and let it go.

    `award_id`: the prize it is about (of a further one, once it is there); `reader_id`, `prize`, `report_id`: whom a
    further one goes to and by which upheld appeal. Nobody as `drafted_by_id` or `released_by_id`: the scheduler.
    """

    __tablename__ = "round_correction"
    __table_args__ = (
        # IS NOT NULL first: a CHECK that comes out NULL passes.
        CheckConstraint("length(reason) > 0", name="has_reason"),
        CheckConstraint("(kind = 'name') = (new_name IS NOT NULL) AND (new_name IS NULL) = (old_name IS NULL)",
                        name="names_whole"),
        CheckConstraint("kind = 'further' OR award_id IS NOT NULL", name="about_an_award"),
        CheckConstraint(
            "(kind = 'further') = (reader_id IS NOT NULL) AND (reader_id IS NULL) = (prize IS NULL)"
            " AND (reader_id IS NULL) = (report_id IS NULL)",
            name="further_whole",
        ),
        CheckConstraint("(state IN ('released', 'printed')) = (released_at IS NOT NULL)", name="released_has_time"),
        CheckConstraint("(released_at IS NULL) = (print_text IS NULL) AND (released_at IS NULL) = (article_text IS NULL)",
                        name="released_has_text"),
        CheckConstraint("released_by_id IS NULL OR released_at IS NOT NULL", name="released_by_has_time"),
        CheckConstraint(
            "released_by_id IS NULL OR drafted_by_id IS NULL OR released_by_id <> drafted_by_id"
            " OR (release_reason IS NOT NULL AND length(release_reason) > 0)",
            name="own_release_has_reason",
        ),
        CheckConstraint("(state = 'printed') = (printed_on IS NOT NULL)", name="printed_has_day"),
        CheckConstraint("(printed_on IS NULL) = (printed_by_id IS NULL) AND (printed_on IS NULL) = (printed_at IS NULL)",
                        name="print_whole"),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_has_time"),
        CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL) AND (withdrawn_at IS NULL) = (withdraw_reason IS NULL)",
            name="withdrawal_whole",
        ),
        UniqueConstraint("report_id"),
        Index("ix_round_correction_round_id", "round_id"),
        # A lapsed prize moves on once, and about one prize there is one draft of a kind.
        Index("uq_round_correction_moved_on", "award_id", unique=True,
              sqlite_where=text("kind = 'moved_on'"), postgresql_where=text("kind = 'moved_on'")),
        Index("uq_round_correction_draft", "award_id", "kind", unique=True,
              sqlite_where=text("state = 'draft'"), postgresql_where=text("state = 'draft'")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    kind: Mapped[ChangeKind] = mapped_column(stored_enum(ChangeKind, "change_kind"))
    state: Mapped[CorrectionState] = mapped_column(
        stored_enum(CorrectionState, "round_correction_state"), default=CorrectionState.DRAFT
    )
    award_id: Mapped[int | None] = mapped_column(ForeignKey("award.id"))
    reader_id: Mapped[int | None] = mapped_column(ForeignKey("reader.id"))
    prize: Mapped[Prize | None] = mapped_column(stored_enum(Prize, "further_prize"))
    report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"))
    old_name: Mapped[str | None] = mapped_column(String(40))
    new_name: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(Text)  # public, as the correction itself
    print_text: Mapped[str | None] = mapped_column(Text)
    article_text: Mapped[str | None] = mapped_column(Text)
    drafted_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    drafted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    release_reason: Mapped[str | None] = mapped_column(String(300))
    printed_on: Mapped[date | None]
    printed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    printed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdraw_reason: Mapped[str | None] = mapped_column(String(300))
