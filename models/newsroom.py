"""What the newsroom makes of confirmed errata: where each was caused, and the correction notices 更正 in print."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UtcDateTime, stored_enum
from models.enums import CorrectionKind, CorrectionState, DeskCause
from models.papers import Issue, Paper
from models.staff import Staff


class ErratumCause(Base):
    """The step of the work at which an erratum came about. No row: not said, or that of the slip it is linked to."""

    __tablename__ = "erratum_cause"

    erratum_id: Mapped[int] = mapped_column(ForeignKey("erratum.id", ondelete="CASCADE"), primary_key=True)
    cause: Mapped[DeskCause] = mapped_column(stored_enum(DeskCause, "desk_cause"))
    note: Mapped[str | None] = mapped_column(String(200))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CorrectionNotice(Base):
    """One notice about one article of one issue. `text` is what goes to print; CHECKs tie each state to who and when.

    `page_label` and `article` are where the error stood; `printed_…` where the notice did. `discovered_at`: when the
    first of its errors was confirmed; from then the next issue is the one to print it in.
    """

    __tablename__ = "correction_notice"
    __table_args__ = (
        CheckConstraint("length(text) > 0", name="has_text"),
        CheckConstraint("(released_at IS NULL) = (released_by_id IS NULL)", name="release_whole"),
        CheckConstraint("state <> 'draft' OR released_at IS NULL", name="draft_not_released"),
        CheckConstraint("state NOT IN ('released', 'printed') OR released_at IS NOT NULL", name="released_has_time"),
        # A CHECK that comes out NULL passes, hence the IS NULL first.
        CheckConstraint(
            "released_by_id IS NULL OR released_by_id <> drafted_by_id"
            " OR (release_reason IS NOT NULL AND length(release_reason) > 0)",
            name="own_release_has_reason",
        ),
        CheckConstraint("(state = 'printed') = (printed_on IS NOT NULL)", name="printed_has_day"),
        CheckConstraint(
            "(printed_on IS NULL) = (printed_paper_id IS NULL) AND (printed_on IS NULL) = (printed_page IS NULL)"
            " AND (printed_on IS NULL) = (printed_by_id IS NULL) AND (printed_on IS NULL) = (printed_at IS NULL)",
            name="print_whole",
        ),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_has_time"),
        CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL) AND (withdrawn_at IS NULL) = (withdraw_reason IS NULL)",
            name="withdrawal_whole",
        ),
        Index("ix_correction_notice_state_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"))
    page_label: Mapped[str | None] = mapped_column(String(40))
    article: Mapped[str | None] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[CorrectionState] = mapped_column(
        stored_enum(CorrectionState, "correction_state"), default=CorrectionState.DRAFT
    )
    version: Mapped[int] = mapped_column(default=1)
    discovered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    drafted_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    drafted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    release_reason: Mapped[str | None] = mapped_column(String(300))
    printed_paper_id: Mapped[int | None] = mapped_column(ForeignKey("paper.id"))
    printed_on: Mapped[date | None]
    printed_page: Mapped[str | None] = mapped_column(String(40))
    printed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    printed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdraw_reason: Mapped[str | None] = mapped_column(String(300))

    issue: Mapped[Issue] = relationship()
    printed_paper: Mapped[Paper | None] = relationship()
    drafted_by: Mapped[Staff] = relationship(foreign_keys=[drafted_by_id])
    released_by: Mapped[Staff | None] = relationship(foreign_keys=[released_by_id])
    printed_by: Mapped[Staff | None] = relationship(foreign_keys=[printed_by_id])
    withdrawn_by: Mapped[Staff | None] = relationship(foreign_keys=[withdrawn_by_id])
    items: Mapped[list[CorrectionItem]] = relationship(order_by="CorrectionItem.position")


class CorrectionItem(Base):
    """One error that a notice corrects, in the words of the notice. `erratum_id` NULL: its reports went elsewhere."""

    __tablename__ = "correction_item"
    __table_args__ = (
        UniqueConstraint("notice_id", "position"),
        CheckConstraint('wrong IS NOT NULL OR "right" IS NOT NULL', name="has_words"),  # a reserved word
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("correction_notice.id", ondelete="CASCADE"))
    position: Mapped[int]
    erratum_id: Mapped[int | None] = mapped_column(ForeignKey("erratum.id", ondelete="SET NULL"), index=True)
    kind: Mapped[CorrectionKind] = mapped_column(stored_enum(CorrectionKind, "correction_kind"))
    wrong: Mapped[str | None] = mapped_column(Text)
    right: Mapped[str | None] = mapped_column(Text)


class CorrectionWaiver(Base):
    """An editor said that this error needs no notice: it is not suggested again."""

    __tablename__ = "correction_waiver"

    erratum_id: Mapped[int] = mapped_column(ForeignKey("erratum.id", ondelete="CASCADE"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    waived_at: Mapped[datetime] = mapped_column(UtcDateTime)
