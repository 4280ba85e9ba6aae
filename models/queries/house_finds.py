"""Named reads of what the newsroom found itself, with the entry that seals each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from models.audit import AuditEntry
from models.enums import Doubling
from models.ledger import HouseFind
from models.papers import Article, Issue, Page, Paper
from models.reports import Erratum, Report
from models.staff import Staff

ENTERED = "enter_house_find"
RECLASSED = "reclass_house_find"


@dataclass(frozen=True, slots=True)
class FindLine:
    """One find as listed. `entry` is its number in the audit, `sealed` whether it is in the chain already;
    `entered` what the entry says was entered. `first_report_at`: when the first reader reported the same place.
    `reclassed`: its row or doubling was changed afterwards.
    """

    id: int
    issue_id: int
    paper: str
    month: str
    erratum_id: int
    page: str | None
    stated_page: str | None
    article: str | None
    paragraph: int | None
    wrong: str
    right: str
    row_code: str
    doubling: Doubling
    points_milli: int
    note: str | None
    digest: str
    found_at: datetime
    found_by: str
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    withdrawn_reason: str | None
    entry: int | None
    sealed: bool
    entered: dict[str, Any]
    first_report: int | None
    first_report_at: datetime | None
    reclassed: bool

    @property
    def before_readers(self) -> bool:
        """Whether nobody had reported it when it was found."""
        return self.first_report_at is None or self.found_at < self.first_report_at

    @property
    def as_entered(self) -> bool:
        """Whether the find still says what the sealed entry says."""
        return self.entered.get("sha256") == self.digest


def finds(session: Session, *, issue_id: int | None = None, limit: int, find_id: int | None = None) -> list[FindLine]:
    """The newest first; of one issue where that is asked."""
    by, withdrawn_by, entry = aliased(Staff), aliased(Staff), aliased(AuditEntry)
    first = select(func.min(Report.id)).where(Report.erratum_id == HouseFind.erratum_id).correlate(HouseFind).scalar_subquery()
    first_at = (select(func.min(Report.counts_at)).where(Report.erratum_id == HouseFind.erratum_id)
                .correlate(HouseFind).scalar_subquery())  # fmt: skip
    reclassed = select(AuditEntry.id).where(AuditEntry.object_kind == "house_find", AuditEntry.verb == RECLASSED,
                                            AuditEntry.object_id == HouseFind.id).exists()
    query = (
        select(HouseFind.id, HouseFind.issue_id, Paper.name, Issue.month, HouseFind.erratum_id,
               func.coalesce(Page.number, Erratum.page_label), HouseFind.page_label, Article.title, Erratum.paragraph,
               HouseFind.wrong, HouseFind.right, HouseFind.row_code, HouseFind.doubling, HouseFind.points_milli,
               HouseFind.note, HouseFind.digest, HouseFind.found_at, by.display_name, HouseFind.withdrawn_at,
               withdrawn_by.display_name, HouseFind.withdrawn_reason, entry.id, entry.chain.is_not(None), entry.details,
               first, first_at, reclassed)
        .join(Issue, Issue.id == HouseFind.issue_id).join(Paper, Paper.id == Issue.paper_id)
        .join(Erratum, Erratum.id == HouseFind.erratum_id).join(by, by.id == HouseFind.found_by_id)
        .outerjoin(Article, Article.id == Erratum.article_id).outerjoin(Page, Page.id == Article.page_id)
        .outerjoin(withdrawn_by, withdrawn_by.id == HouseFind.withdrawn_by_id)
        .outerjoin(entry, and_(entry.object_kind == "house_find", entry.object_id == HouseFind.id, entry.verb == ENTERED))
        .order_by(HouseFind.id.desc()).limit(limit)
    )
    if issue_id is not None:
        query = query.where(HouseFind.issue_id == issue_id)
    if find_id is not None:
        query = query.where(HouseFind.id == find_id)
    found = []
    for row in cast("Iterable[Any]", session.execute(query)):
        values: list[Any] = [*row[:22], bool(row[22]), row[23] or {}, *row[24:26], bool(row[26])]
        found.append(FindLine(*values))
    return found


@dataclass(frozen=True, slots=True)
class IssueChoice:
    id: int
    paper: str
    month: str
    published_on: date | None
    imported: bool


def issues(session: Session, *, limit: int, always: int | None = None) -> list[IssueChoice]:
    """Issues of papers in a contest, the newest first; `always` is among them whatever its age."""
    query = (
        select(Issue.id, Paper.name, Issue.month, Issue.published_on, Issue.imported_at.is_not(None))
        .join(Paper, Paper.id == Issue.paper_id).where(Paper.contest_id.is_not(None))
        .order_by(Issue.month.desc(), Issue.paper_id).limit(limit)
    )
    found = [IssueChoice(*row) for row in session.execute(query)]
    if always is not None and all(one.id != always for one in found):
        one = session.execute(
            select(Issue.id, Paper.name, Issue.month, Issue.published_on, Issue.imported_at.is_not(None))
            .join(Paper, Paper.id == Issue.paper_id).where(Issue.id == always)).first()
        found += [IssueChoice(*one)] if one else []
    return found
