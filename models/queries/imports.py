"""Named reads for the screens of imports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.enums import ImportState, ImportStep
from models.imports import ImportUpload
from models.papers import Issue, Page, Paper
from models.staff import Staff

RECENT = 20


@dataclass(frozen=True, slots=True)
class UploadLine:
    """One import in the list. `names`: its files'."""

    id: int
    by: str
    sent_at: datetime
    names: tuple[str, ...]
    state: ImportState
    state_at: datetime


@dataclass(frozen=True, slots=True)
class UploadView:
    """One import as its page shows it."""

    id: int
    by: str
    sent_at: datetime
    files: tuple[tuple[str, int], ...]
    files_kept: bool
    token: str
    paper: str | None
    issue: str | None
    state: ImportState
    state_at: datetime
    step: ImportStep | None
    pages_done: int
    pages_all: int
    problems: tuple[str, ...]
    result: str | None
    issue_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ImportedPage:
    id: int
    number: str
    name: str | None


@dataclass(frozen=True, slots=True)
class ImportedIssue:
    """An issue that came of an import, with its pages."""

    id: int
    paper: str
    month: str
    pages: tuple[ImportedPage, ...]


def recent(session: Session) -> list[UploadLine]:
    """The newest ones first."""
    rows = session.execute(
        select(ImportUpload.id, Staff.display_name, ImportUpload.sent_at, ImportUpload.files, ImportUpload.state,
               ImportUpload.state_at)
        .join(Staff, Staff.id == ImportUpload.staff_id).order_by(ImportUpload.id.desc()).limit(RECENT))  # fmt: skip
    return [UploadLine(row.id, row.display_name, row.sent_at, tuple(one["name"] for one in row.files), row.state,
                       row.state_at) for row in rows]  # fmt: skip


def load(session: Session, upload_id: int) -> UploadView | None:
    found = session.execute(select(ImportUpload, Staff.display_name).join(Staff, Staff.id == ImportUpload.staff_id)
                            .where(ImportUpload.id == upload_id)).first()  # fmt: skip
    if found is None:
        return None
    row, by = found
    return UploadView(
        row.id, by, row.sent_at, tuple((one["name"], one["size"]) for one in row.files), row.files_kept, row.token,
        row.paper, row.issue, row.state, row.state_at, row.step, row.pages_done, row.pages_all, tuple(row.problems),
        row.result, tuple(row.issue_ids))  # fmt: skip


def imported(session: Session, issue_ids: Sequence[int]) -> list[ImportedIssue]:
    """The issues, each with its pages in their order; what is gone since is left out."""
    rows = session.execute(
        select(Issue.id, Paper.name, Issue.month, Page.id.label("page_id"), Page.number, Page.name.label("page_name"))
        .join(Paper, Paper.id == Issue.paper_id).join(Page, Page.issue_id == Issue.id)
        .where(Issue.id.in_(issue_ids)).order_by(Issue.month, Issue.id, Page.position)).all()  # fmt: skip
    issues = {row.id: (row.name, row.month) for row in rows}
    return [ImportedIssue(key, paper, month, tuple(ImportedPage(row.page_id, row.number, row.page_name)
                                                   for row in rows if row.id == key))
            for key, (paper, month) in issues.items()]  # fmt: skip


def paper_names(session: Session) -> list[str]:
    return list(session.scalars(select(Paper.name).order_by(Paper.name)))
