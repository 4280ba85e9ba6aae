"""The winners' article of a released round on its way into the public account."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UtcDateTime, stored_enum
from models.enums import ArticleState


class RoundArticle(Base):
    """One a round. `drafting` and `submitting` are written before the call; what stays there goes to a person."""

    __tablename__ = "round_article"
    __table_args__ = (
        CheckConstraint("state NOT IN ('drafted', 'wanted', 'submitting', 'submitted', 'published')"
                        " OR draft_media_id IS NOT NULL", name="drafted_has_draft"),
        CheckConstraint("state <> 'submitted' OR publish_id IS NOT NULL", name="submitted_has_number"),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    state: Mapped[ArticleState] = mapped_column(stored_enum(ArticleState, "article_state"))
    state_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)  # when the job looks at it again
    cover_media_id: Mapped[str | None] = mapped_column(String(200))
    draft_media_id: Mapped[str | None] = mapped_column(String(200))
    publish_id: Mapped[str | None] = mapped_column(String(40))
    after_message_id: Mapped[int | None] = mapped_column(BigInteger)  # the result's event came after this message
    address: Mapped[str | None] = mapped_column(Text)
    errcode: Mapped[int | None]
    problem: Mapped[str | None] = mapped_column(Text)
