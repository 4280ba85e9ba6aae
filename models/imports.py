"""Newspapers' files on their way in: what was dropped, how far it is read, what is wrong with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import JSON

from models.base import Base, UtcDateTime, stored_enum
from models.enums import ImportState, ImportStep


class ImportUpload(Base):
    """One drop of files. `token` names the folder in which files and what was read off them are kept.

    `claim` is whoever reads it now: a random text, valid until `claimed_until`. `result` names what was read, in
    the folder. `files_kept`: the folder is still there. `issue_ids`: what came of it.
    """

    __tablename__ = "import_upload"
    __table_args__ = (
        CheckConstraint("(state = 'reading') = (claim IS NOT NULL)", name="reading_is_claimed"),
        CheckConstraint("(claim IS NULL) = (claimed_until IS NULL)", name="claim_has_end"),
        CheckConstraint("state NOT IN ('read', 'applied') OR result IS NOT NULL", name="read_has_result"),
        CheckConstraint("state NOT IN ('waiting', 'reading', 'read') OR files_kept", name="open_has_files"),
        CheckConstraint("pages_done >= 0 AND pages_done <= pages_all", name="pages_within"),
        CheckConstraint("tries >= 0", name="tries_counted"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    files: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # [{"name": …, "size": bytes}]
    files_kept: Mapped[bool] = mapped_column(default=True)
    paper: Mapped[str | None] = mapped_column(String(80))
    issue: Mapped[str | None] = mapped_column(String(10))  # 2026-11 or 2026-11-08
    state: Mapped[ImportState] = mapped_column(stored_enum(ImportState, "import_state"), index=True)
    state_at: Mapped[datetime] = mapped_column(UtcDateTime)
    claim: Mapped[str | None] = mapped_column(String(32))
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    step: Mapped[ImportStep | None] = mapped_column(stored_enum(ImportStep, "import_step"))
    pages_done: Mapped[int] = mapped_column(default=0)
    pages_all: Mapped[int] = mapped_column(default=0)
    problems: Mapped[list[str]] = mapped_column(JSON, default=list)
    result: Mapped[str | None] = mapped_column(String(64))
    issue_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
