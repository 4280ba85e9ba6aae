"""Attachment 附件: a photo or a voice that came with a message, and the copy of it that we keep."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UtcDateTime, index_where_set, stored_enum
from models.enums import AttachmentKind, AttachmentState
from models.messages import Message


class Attachment(Base):
    """Made in the commit that stores its message; a job fetches the file afterwards. One row a message.

    `digest` names what is shown or played, `original_digest` a voice as it came: SHA-256 of the bytes, under
    which the store keeps them. Where it comes from (PicUrl, MediaId) stands in the message's fields only, so
    that it goes when they go. `report_id`: the report that it is evidence for. `article_id`, `page_id`: what
    was recognised on a photo.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        CheckConstraint("state <> 'kept' OR digest IS NOT NULL", name="kept_has_file"),
        CheckConstraint("(state IN ('refused', 'lost')) = (problem IS NOT NULL)", name="missing_has_reason"),
        Index("ix_attachment_state_due_at", "state", "due_at"),
        Index("ix_attachment_reader_id_received_at", "reader_id", "received_at"),
        *(index_where_set("attachment", column) for column in ("digest", "original_digest", "report_id")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), unique=True)
    reader_id: Mapped[int] = mapped_column(ForeignKey("reader.id"))
    kind: Mapped[AttachmentKind] = mapped_column(stored_enum(AttachmentKind, "attachment_kind"))
    state: Mapped[AttachmentState] = mapped_column(stored_enum(AttachmentState, "attachment_state"))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)  # when it is to be fetched next
    attempts: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str | None] = mapped_column(Text)  # why there is no file, in words for editors
    digest: Mapped[str | None] = mapped_column(String(64))
    content_type: Mapped[str | None] = mapped_column(String(40))
    original_digest: Mapped[str | None] = mapped_column(String(64))
    kept_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    looked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # a photo: when its text was read by machine
    report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"))
    page_id: Mapped[int | None] = mapped_column(ForeignKey("page.id", ondelete="SET NULL"))
    article_id: Mapped[int | None] = mapped_column(ForeignKey("article.id", ondelete="SET NULL"))

    message: Mapped[Message] = relationship()
