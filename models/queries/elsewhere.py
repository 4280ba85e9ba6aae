"""Named reads for the same slip elsewhere: errata of one month by their line or their change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    case,
    func,
    null,
    or_,
    select,
    union,
)
from sqlalchemy.orm import aliased

from models.papers import Article, Issue, Paper
from models.prepared import Prepared
from models.reports import Erratum, ErratumApart, ErratumSlip, Report

TITLE, SUBTITLE = -1, -2
"""The paragraph numbers of a title and a subtitle in a place."""


@dataclass(frozen=True, slots=True)
class LocatedErratum:
    """One erratum where it stands. `root_id` is the erratum that counts for readers; `line` the printed line.

    Of one that stands in several places of its issue, none of them chosen, `line` is the word itself.
    """

    id: int
    root_id: int
    contest_id: int
    issue_id: int
    paper: str
    month: str
    page: str
    article: str
    placed: bool
    line: str
    start: int
    end: int
    wrong: str | None
    right: str | None
    change: str | None
    line_digest: str | None
    first_report: int | None = None


def located(db: Connection, erratum_id: int) -> LocatedErratum | None:
    """One erratum with its line; None where it has no issue and no words, or the print has changed under it."""
    row = _LOCATED.first(db, erratum_id=erratum_id)
    return _view(row) if row is not None else None


def alike(db: Connection, one: LocatedErratum, *, limit: int) -> list[LocatedErratum]:
    """Errata of the same contest and month in the same line or with the same change: those of the line first, then
    those of the issue, then the oldest. Those that an editor kept apart from it are left out.
    """
    return _views(_ALIKE.all(db, own_id=one.id, contest_id=one.contest_id, issue_id=one.issue_id, month=one.month,
                             line_digest=one.line_digest or None, change=one.change or None, most=limit))


def around(db: Connection, own_id: int, root_id: int, *, limit: int) -> list[LocatedErratum]:
    """In one read: the errata that count as one with this root, and those that are alike to `own_id`, each with its
    first report; at most `limit` of either. Those of the group first, then as `alike` orders them.
    """
    mine, slip, own = aliased(ErratumSlip), aliased(ErratumSlip), aliased(Erratum)
    like = (select(slip.erratum_id).join(mine, mine.month == slip.month).where(
        mine.erratum_id == own_id, or_(slip.line_digest == mine.line_digest, slip.change == mine.change)))
    # A union of ids, each found by its index, before anything is joined.
    ids = union(select(own.id).where(own.id == root_id), select(own.id).where(own.same_as_id == root_id), like)
    in_group = or_(Erratum.id == root_id, func.coalesce(Erratum.same_as_id, 0) == root_id)
    contest = select(own.contest_id).where(own.id == own_id).scalar_subquery()
    digest = select(mine.line_digest).where(mine.erratum_id == own_id).scalar_subquery()
    issue = select(own.issue_id).where(own.id == own_id).scalar_subquery()
    nearest = case((in_group, -1), (ErratumSlip.line_digest == digest, 0), (Erratum.issue_id == issue, 1), else_=2)
    first = (select(func.min(Report.id)).where(Report.erratum_id == Erratum.id).correlate(Erratum).scalar_subquery())
    return _views(db.execute(
        _places(first).where(Erratum.id.in_(ids), or_(in_group, and_(Erratum.contest_id == contest, ~_apart(own_id))))
        .order_by(nearest, Erratum.id).limit(2 * limit)))


def _apart(own_id: int | BindParameter[int]) -> ColumnElement[bool]:
    """An editor told this erratum and that one apart."""
    return select(ErratumApart.one_id).where(or_(
        and_(ErratumApart.one_id == own_id, ErratumApart.other_id == Erratum.id),
        and_(ErratumApart.other_id == own_id, ErratumApart.one_id == Erratum.id))).correlate(Erratum).exists()


def _places(first: Any = None) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Erratum.id, func.coalesce(Erratum.same_as_id, Erratum.id).label("root_id"), Erratum.contest_id,
            Erratum.issue_id, Erratum.article_id, Erratum.paragraph, Erratum.span_start, Erratum.span_end,
            Erratum.page_label, Erratum.wrong, Erratum.right, ErratumSlip.change, ErratumSlip.line_digest,
            Article.title, Article.subtitle, Article.paragraphs, Issue.month, Paper.name.label("paper"),
            (null() if first is None else first).label("first_report"),
        )
        .join(Issue, Issue.id == Erratum.issue_id).join(Paper, Paper.id == Issue.paper_id)
        .outerjoin(Article, Article.id == Erratum.article_id)
        .outerjoin(ErratumSlip, ErratumSlip.erratum_id == Erratum.id)
    )


_LOCATED = Prepared(_places().where(Erratum.id == bindparam("erratum_id")))
_SAME_LINE = ErratumSlip.line_digest == bindparam("line_digest")  # a key that is NULL finds nothing
_ALIKE = Prepared(
    # Named ids first: an OR over two indexes of one small table, before anything is joined.
    _places().where(
        Erratum.id.in_(select(ErratumSlip.erratum_id).where(
            ErratumSlip.month == bindparam("month"), or_(_SAME_LINE, ErratumSlip.change == bindparam("change")))),
        Erratum.id != bindparam("own_id"), Erratum.contest_id == bindparam("contest_id"), ~_apart(bindparam("own_id")))
    .order_by(case((_SAME_LINE, 0), (Erratum.issue_id == bindparam("issue_id"), 1), else_=2), Erratum.id)
    .limit(bindparam("most")))


def _views(rows: Iterable[Any]) -> list[LocatedErratum]:
    return [view for row in rows if (view := _view(row)) is not None]


def _view(row: Row[Any]) -> LocatedErratum | None:
    line = row.wrong if row.article_id is None else _line(row)
    start, end = (0, len(line or "")) if row.article_id is None else (row.span_start, row.span_end)
    if line is None or not 0 <= start <= end <= len(line):
        return None
    return LocatedErratum(
        row.id, row.root_id, row.contest_id, row.issue_id, row.paper, row.month, row.page_label or "",
        row.title or "", row.article_id is not None, line, start, end, row.wrong, row.right, row.change,
        row.line_digest, row.first_report)


def _line(row: Row[Any]) -> str | None:
    """The printed line that the place names; None for a whole article, or where there are fewer lines now."""
    if row.paragraph >= 0:
        return str(row.paragraphs[row.paragraph]) if row.paragraph < len(row.paragraphs) else None
    line = {TITLE: row.title, SUBTITLE: row.subtitle}.get(row.paragraph)
    return None if line is None else str(line)
