"""Reports that stand near one another in print, to be compared by an editor. No column of a reader is selected here."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from models.enums import ReportState, Verdict
from models.papers import Article, Page
from models.readers import Reader
from models.reports import Erratum, Report

GONE = (ReportState.WITHDRAWN, ReportState.LAPSED)
MOST = 20


@dataclass(frozen=True, slots=True)
class Near:
    """`same_article`: in the same article, else on the page stated."""

    number: int
    state: ReportState
    verdict: Verdict | None
    page: str | None
    article: str | None
    wrong: str | None
    right: str | None
    same_article: bool


def near(session: Session, number: int) -> list[Near]:
    """Other reports of the same article, or of the same page of the issue, that do not hang on its error; the nearest
    first, at most MOST. One query.
    """
    own, own_erratum = aliased(Report), aliased(Erratum)
    me = (select(own.issue_id, own.article_id, own.page_label, own.paragraph, own.quote_start,
                 func.coalesce(own_erratum.same_as_id, own_erratum.id, 0).label("root"))
          .outerjoin(own_erratum, own_erratum.id == own.erratum_id).where(own.id == number).subquery())
    same_article = and_(me.c.article_id.is_not(None), Report.article_id == me.c.article_id)
    there = func.coalesce(Page.number, Report.page_label)
    same_page = and_(Report.issue_id == me.c.issue_id, me.c.page_label.is_not(None), there == me.c.page_label)
    root = func.coalesce(Erratum.same_as_id, Erratum.id, -1)
    rows = session.execute(
        select(Report.id, Report.state, Report.verdict, there.label("page"),
               func.coalesce(Article.title, Report.article_text).label("article"), Report.wrong, Report.right,
               case((same_article, 1), else_=0).label("same_article"))
        .join(me, Report.issue_id == me.c.issue_id)
        .outerjoin(Erratum, Erratum.id == Report.erratum_id)
        .outerjoin(Article, Article.id == Report.article_id).outerjoin(Page, Page.id == Article.page_id)
        .where(Report.id != number, Report.state.not_in(GONE), root != me.c.root, or_(same_article, same_page))
        .order_by(case((same_article, 0), else_=1), func.abs(func.coalesce(Report.paragraph, 0) - func.coalesce(
            me.c.paragraph, 0)), func.abs(func.coalesce(Report.quote_start, 0) - func.coalesce(me.c.quote_start, 0)),
            Report.id)
        .limit(MOST)
    )
    return [Near(r.id, r.state, r.verdict, r.page, r.article, r.wrong, r.right, bool(r.same_article)) for r in rows]


def is_there(session: Session, number: int) -> bool:
    return session.scalar(select(Report.id).where(Report.id == number)) is not None


def same_person(session: Session, one: int, other: int) -> bool:
    """Whether both reports come from one person, so that one can be the repeat of the other."""
    query = (select(func.count(Reader.person_id.distinct())).join(Report, Report.reader_id == Reader.id)
             .where(Report.id.in_((one, other))))
    return session.scalar(query) == 1 and one != other
