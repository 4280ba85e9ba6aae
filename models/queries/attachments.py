"""Named reads of photos and voices for the console. No column of a reader is ever selected here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import Session

from models.attachments import Attachment
from models.cockpit import PictureBox
from models.enums import AttachmentKind, AttachmentState
from models.papers import Article, Issue, Page, Paper
from models.reports import Report, ReportVersion
from models.staff import Staff


@dataclass(frozen=True, slots=True)
class AttachmentView:
    """One photo or voice. `recognised`: paper, month and page, or page and article, that a machine
    saw on the photo."""

    id: int
    message_id: int
    kind: AttachmentKind
    state: AttachmentState
    received_at: datetime
    content_type: str | None
    has_original: bool
    problem: str | None
    report_id: int | None
    recognised: tuple[str, str, str] | None
    covered: int = 0  # so many boxes lie over it

    @property
    def is_picture(self) -> bool:
        return self.kind is AttachmentKind.PICTURE

    @property
    def plays(self) -> bool:
        return self.content_type == "audio/mpeg"


@dataclass(frozen=True, slots=True)
class FileView:
    """What is needed to hand out a file. `boxes`: the parts of a picture that are shown black, in ten-thousandths."""

    kind: AttachmentKind
    digest: str
    content_type: str
    original_digest: str | None
    boxes: tuple[tuple[int, int, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class BoxView:
    """One box over a picture: left, top, right, bottom in ten-thousandths."""

    id: int
    left: int
    top: int
    right: int
    bottom: int
    by_id: int
    by: str
    at: datetime

    @property
    def edges(self) -> tuple[int, int, int, int]:
        return self.left, self.top, self.right, self.bottom


def of_message(session: Session, message_id: int) -> tuple[AttachmentView, ...]:
    return _views(session, _select().where(Attachment.message_id == message_id))


def of_report(session: Session, number: int) -> tuple[AttachmentView, ...]:
    """Its evidence: what was attached to it or to another report of the same message, and what its messages brought."""
    same = select(Report.message_id).where(Report.id == number).scalar_subquery()
    own = select(ReportVersion.message_id).where(ReportVersion.report_id == number, ReportVersion.message_id.is_not(None))
    siblings = select(Report.id).where(Report.message_id == same)
    return _views(session, _select().where(or_(
        Attachment.report_id.in_(siblings), Attachment.message_id == same, Attachment.message_id.in_(own))))


def file(session: Session, attachment_id: int) -> FileView | None:
    """None: there is no such file, or not any more."""
    row = session.execute(
        select(Attachment.kind, Attachment.digest, Attachment.content_type, Attachment.original_digest).where(
            Attachment.id == attachment_id, Attachment.state == AttachmentState.KEPT)).first()
    if row is None or row.digest is None:
        return None
    covered = tuple(one.edges for one in boxes(session, attachment_id)) if row.kind is AttachmentKind.PICTURE else ()
    return FileView(row.kind, row.digest, row.content_type or "", row.original_digest, covered)


def boxes(session: Session, attachment_id: int) -> tuple[BoxView, ...]:
    """What lies over a picture now, oldest first."""
    rows = session.execute(
        select(PictureBox.id, PictureBox.left_, PictureBox.top, PictureBox.right_, PictureBox.bottom, PictureBox.drawn_by_id,
               Staff.display_name, PictureBox.drawn_at)
        .join(Staff, Staff.id == PictureBox.drawn_by_id)
        .where(PictureBox.attachment_id == attachment_id, PictureBox.removed_at.is_(None)).order_by(PictureBox.id))
    return tuple(BoxView(*row) for row in rows)


def one(session: Session, attachment_id: int) -> AttachmentView | None:
    """One photo or voice; None when there is none, or not any more."""
    return next(iter(_views(session, _select().where(Attachment.id == attachment_id))), None)


def _select() -> Any:
    covered = (select(func.count(PictureBox.id)).where(
        PictureBox.attachment_id == Attachment.id, PictureBox.removed_at.is_(None)).correlate(Attachment).scalar_subquery())
    return (
        select(Attachment, Paper.name, Issue.month, Page.number, Article.title, covered.label("covered"))
        .outerjoin(Page, Page.id == Attachment.page_id).outerjoin(Issue, Issue.id == Page.issue_id)
        .outerjoin(Paper, Paper.id == Issue.paper_id).outerjoin(Article, Article.id == Attachment.article_id)
        .where(Attachment.state != AttachmentState.ERASED).order_by(Attachment.id)
    )


def _views(session: Session, query: Any) -> tuple[AttachmentView, ...]:
    return tuple(_view(row) for row in session.execute(query))


def _view(row: Row[Any]) -> AttachmentView:
    one: Attachment = row[0]
    recognised = (row.name, row.month, f"{row.number}版" + (f"《{row.title}》" if row.title else "")) if row.number else None
    return AttachmentView(one.id, one.message_id, one.kind, one.state, one.received_at, one.content_type,
                          one.original_digest is not None, one.problem, one.report_id, recognised, row.covered)
