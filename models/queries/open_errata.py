"""What open pages say of errors in print, issue by issue. No reader, no word of a reader's that is not in print.

Of a round that is not released nothing is read but which articles somebody has pointed at. What was escalated (RULES 6) is
in no answer, and neither is a place that an escalated report points at.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from models.contests import Round
from models.enums import SCORING_VERDICTS, CorrectionState, ReportState, RoundState, Verdict
from models.ledger import HouseFind
from models.newsroom import CorrectionItem, CorrectionNotice
from models.notes import CannedReason
from models.papers import Article, Issue, Page, PageGeometry, Paper
from models.queries.ledger import REFUSALS
from models.queries.mutes import muted_readers
from models.queries.page import LEAF, Leaf, leaf_of
from models.queries.reviews import in_review
from models.reports import Erratum, Report, ReportVersion

FOUND = "found"
"""Of Report.located: its words stand in print, at one place."""
LIVE = (ReportState.FILED, ReportState.NEEDS_MORE, ReportState.DECIDED)
WAITING = (ReportState.FILED, ReportState.NEEDS_MORE)
PAGE_SIZE = 30
ISSUES = 40
MOST_ARTICLES = 200


@dataclass(frozen=True, slots=True)
class IssueLine:
    """One issue that is out. `confirmed` and `corrected` count only once its round is released."""

    id: int
    paper: str
    month: str
    published_on: date | None
    released: bool
    confirmed: int
    corrected: int


@dataclass(frozen=True, slots=True)
class Pointed:
    """An article that somebody has pointed at."""

    page: str
    title: str


@dataclass(frozen=True, slots=True)
class Place:
    """Words in print."""

    page: str | None
    article_id: int | None
    title: str | None
    paragraph: int | None
    start: int | None
    end: int | None


@dataclass(frozen=True, slots=True)
class ErratumLine:
    """A confirmed erratum. `right`: the correction of its first accepted report, which only
    bot.publishing.errata_calendar may judge fit for show; `affirmed`: an editor ticked that it is right."""

    id: int
    place: Place
    row_code: str
    report_id: int | None
    right: str | None
    affirmed: bool


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A place that somebody pointed at and that is no error. `reason` as written to him."""

    place: Place
    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True)
class Printed:
    """A correction notice that is in print, with the confirmed errata that it is about."""

    id: int
    text: str
    paper_id: int
    paper: str
    other_paper: bool
    printed_on: date
    page: str
    errata: frozenset[int]


@dataclass(frozen=True, slots=True)
class Text:
    """An article as printed."""

    title: str
    subtitle: str | None
    byline: str | None
    paragraphs: list[str]


def issues(session: Session, contest_id: int, *, today: date, before: str | None = None) -> tuple[list[IssueLine], str | None]:
    """Issues that are out, the newest month first; and before which month an older page begins. Months stay whole."""
    wanted = [Paper.contest_id == contest_id, _is_out(today)] + ([Issue.month < before] if before else [])
    rows = session.execute(
        select(Issue.id, Paper.name, Issue.month, Issue.published_on, Round.state, _counted().label("confirmed"),
               _counted_corrected().label("corrected"))
        .join(Paper, Paper.id == Issue.paper_id).join(Round, _its_round(contest_id)).where(*wanted)
        .order_by(Issue.month.desc(), Paper.id).limit(ISSUES + 1)).all()
    shown = rows[:ISSUES]
    if len(rows) > ISSUES and rows[ISSUES].month == shown[-1].month and shown[0].month != shown[-1].month:
        shown = [row for row in shown if row.month != rows[ISSUES].month]
    found = [_line(row) for row in shown]
    return found, found[-1].month if len(rows) > len(shown) else None


def issue(session: Session, contest_id: int, issue_id: int, *, today: date) -> IssueLine | None:
    """None for one that is not out, or of another contest."""
    row = session.execute(
        select(Issue.id, Paper.name, Issue.month, Issue.published_on, Round.state, _counted().label("confirmed"),
               _counted_corrected().label("corrected"))
        .join(Paper, Paper.id == Issue.paper_id).join(Round, _its_round(contest_id))
        .where(Issue.id == issue_id, Paper.contest_id == contest_id, _is_out(today))).first()
    return _line(row) if row else None


def _line(row: Any) -> IssueLine:
    released = row.state is RoundState.RELEASED
    return IssueLine(row.id, row.name, row.month, row.published_on, released, row.confirmed if released else 0,
                     row.corrected if released else 0)


def _its_round(contest_id: int) -> ColumnElement[bool]:
    return and_(Round.contest_id == contest_id, Round.month == Issue.month)


def _is_out(today: date) -> ColumnElement[bool]:
    return func.coalesce(Issue.published_on, Round.published_on) <= today


def _counted() -> Any:
    return select(func.count()).where(Erratum.issue_id == Issue.id, confirmed()).correlate(Issue).scalar_subquery()


def _counted_corrected() -> Any:
    item, notice = aliased(CorrectionItem), aliased(CorrectionNotice)
    return (select(func.count(item.erratum_id.distinct())).join(notice, notice.id == item.notice_id)
            .where(notice.issue_id == Issue.id, notice.state == CorrectionState.PRINTED).correlate(Issue).scalar_subquery())


def confirmed() -> ColumnElement[bool]:
    """Of an erratum: graded, a report of the very place accepted and not looked at again, none of it escalated."""
    accepted = select(Report.id).where(Report.erratum_id == Erratum.id, Report.state == ReportState.DECIDED,
                                       Report.verdict.in_(SCORING_VERDICTS), ~in_review())
    escalated = select(Report.id).where(Report.erratum_id == Erratum.id, Report.state == ReportState.ESCALATED)
    return and_(Erratum.row_code.is_not(None), accepted.exists(), ~escalated.exists())


def pointed(session: Session, contest_id: int, issue_id: int, *, now: datetime, waiting: bool = False) -> list[Pointed]:
    """The articles that reports point at by words in print, in the order of the paper; `waiting`: by such as are still to
    be decided. What a muted reader says does not count."""
    states = WAITING if waiting else LIVE
    here = select(Report.article_id).where(
        Report.contest_id == contest_id, Report.issue_id == issue_id, Report.located == FOUND, Report.state.in_(states),
        Report.reader_id.not_in(muted_readers(now)))
    rows = session.execute(
        select(Page.number, Article.title).join(Page, Page.id == Article.page_id).where(Article.id.in_(here))
        .order_by(Page.position, Article.position).limit(MOST_ARTICLES))
    return [Pointed(row.number, row.title) for row in rows]


def errata(session: Session, contest_id: int, issue_id: int, *, page: int) -> tuple[list[ErratumLine], bool]:
    """One page of the confirmed errata of an issue, in the order of the paper; whether there are more."""
    first = aliased(Report)
    number = (select(func.min(Report.id)).where(
        Report.erratum_id == Erratum.id, Report.state == ReportState.DECIDED, Report.verdict.in_(SCORING_VERDICTS))
        .correlate(Erratum).scalar_subquery())
    rows = session.execute(
        select(Erratum.id, Erratum.article_id, Erratum.paragraph, Erratum.span_start, Erratum.span_end, Erratum.row_code,
               Page.number, Article.title, first.id.label("report_id"), first.right, first.correction_mark, first.located,
               first.article_id.label("told_article"), first.paragraph.label("told_paragraph"), first.quote_start,
               first.quote_end)
        .outerjoin(Article, Article.id == Erratum.article_id).outerjoin(Page, Page.id == Article.page_id)
        .outerjoin(first, first.id == number)
        .where(Erratum.contest_id == contest_id, Erratum.issue_id == issue_id, confirmed())
        .order_by(Page.position.is_(None), Page.position, Article.position, Erratum.paragraph, Erratum.span_start, Erratum.id)
        .offset(page * PAGE_SIZE).limit(PAGE_SIZE + 1)).all()
    return [_erratum(row) for row in rows[:PAGE_SIZE]], len(rows) > PAGE_SIZE


def _erratum(row: Any) -> ErratumLine:
    """The words that the report quoted, where they are those of the erratum's article: its correction is of these."""
    told = row.located == FOUND and row.told_article == row.article_id and row.told_paragraph == row.paragraph
    start, end = (row.quote_start, row.quote_end) if told else (row.span_start, row.span_end)
    place = Place(row.number, row.article_id, row.title, row.paragraph, start, end)
    return ErratumLine(row.id, place, row.row_code, row.report_id, row.right if told else None, bool(row.correction_mark))


def refused(session: Session, contest_id: int, issue_id: int, *, page: int) -> tuple[list[RefusedLine], bool]:
    """One page of the places in print that are no errors, each once; whether there are more."""
    accepted, escalated = aliased(Report), aliased(Report)
    newest = (
        select(func.max(Report.id))
        .where(Report.contest_id == contest_id, Report.issue_id == issue_id, Report.located == FOUND,
               Report.article_id.is_not(None), Report.quote_start.is_not(None), Report.state == ReportState.DECIDED,
               Report.verdict.in_(sorted(REFUSALS)), ~in_review(),
               ~select(accepted.id).where(accepted.erratum_id == Report.erratum_id, accepted.state == ReportState.DECIDED,
                                          accepted.verdict.in_(SCORING_VERDICTS)).exists(),
               ~select(escalated.id).where(escalated.state == ReportState.ESCALATED, escalated.article_id == Report.article_id,
                                           escalated.paragraph == Report.paragraph).exists())
        .group_by(Report.article_id, Report.paragraph, Report.quote_start, Report.quote_end))
    rows = session.execute(
        select(Page.number, Report.article_id, Article.title, Report.paragraph, Report.quote_start, Report.quote_end,
               Report.verdict, Report.reason_text)
        .join(Article, Article.id == Report.article_id).join(Page, Page.id == Article.page_id)
        .where(Report.id.in_(newest))
        .order_by(Page.position, Article.position, Report.paragraph, Report.quote_start, Report.id)
        .offset(page * PAGE_SIZE).limit(PAGE_SIZE + 1)).all()
    found = [RefusedLine(Place(*row[:6]), row.verdict, row.reason_text or "") for row in rows[:PAGE_SIZE]]
    return found, len(rows) > PAGE_SIZE


def texts(session: Session, article_ids: Iterable[int | None]) -> dict[int, Text]:
    """Articles as printed."""
    wanted = sorted({one for one in article_ids if one is not None})
    if not wanted:
        return {}
    rows = session.execute(select(Article.id, Article.title, Article.subtitle, Article.byline, Article.paragraphs)
                           .where(Article.id.in_(wanted)))
    return {row.id: Text(*row[1:]) for row in rows}


def staff_words(session: Session, report_ids: Iterable[int | None], erratum_ids: Collection[int]) -> dict[int, set[str]]:
    """By report and by erratum (as its negative) the corrections that members of staff wrote: in a report that they mended,
    in a find of their own."""
    found: dict[int, set[str]] = {}
    theirs: dict[int, set[str]] = {}
    for row in session.execute(
            select(ReportVersion.report_id, ReportVersion.staff_id, ReportVersion.fields)
            .where(ReportVersion.report_id.in_(sorted({one for one in report_ids if one is not None})))):
        (theirs if row.staff_id is None else found).setdefault(row.report_id, set()).add(row.fields.get("right") or "")
    own = {report: words - theirs.get(report, set()) for report, words in found.items()}
    for row in session.execute(select(HouseFind.erratum_id, HouseFind.right).where(
            HouseFind.erratum_id.in_(sorted(erratum_ids)), HouseFind.withdrawn_at.is_(None))):
        own.setdefault(-row.erratum_id, set()).add(row.right)
    return own


def corrections(session: Session, issue_id: int, *, notice_id: int | None = None) -> list[Printed]:
    """The printed correction notices about an issue, the oldest first; or that one."""
    rows = session.execute(
        select(CorrectionNotice.id, CorrectionNotice.text, CorrectionNotice.printed_paper_id, Paper.name,
               CorrectionNotice.printed_on, CorrectionNotice.printed_page, Issue.paper_id, Erratum.id.label("erratum_id"))
        .join(Issue, Issue.id == CorrectionNotice.issue_id).join(Paper, Paper.id == CorrectionNotice.printed_paper_id)
        .outerjoin(CorrectionItem, CorrectionItem.notice_id == CorrectionNotice.id)
        .outerjoin(Erratum, and_(Erratum.id == CorrectionItem.erratum_id, confirmed()))
        .where(CorrectionNotice.issue_id == issue_id, CorrectionNotice.state == CorrectionState.PRINTED,
               *([CorrectionNotice.id == notice_id] if notice_id is not None else []))
        .order_by(CorrectionNotice.printed_on, CorrectionNotice.id)).all()
    about: dict[int, set[int]] = {}
    for row in rows:
        about.setdefault(row.id, set()).update({row.erratum_id} - {None})
    first = {row.id: row for row in reversed(rows)}
    return [Printed(row.id, row.text, row.printed_paper_id, row.name, row.printed_paper_id != row.paper_id, row.printed_on,
                    row.printed_page, frozenset(about[row.id])) for row in sorted(
                        first.values(), key=lambda row: (row.printed_on, row.id))]


def pages_of(session: Session, printed: Collection[Printed]) -> dict[tuple[int, date], list[Leaf]]:
    """The pages, with their letters and pictures, of the issues that these notices stand in."""
    if not printed:
        return {}
    issues_of = or_(*(and_(Issue.paper_id == one.paper_id, Issue.published_on == one.printed_on) for one in printed))
    rows = session.execute(
        select(*LEAF, Issue.paper_id, Issue.published_on).join(Issue, Issue.id == Page.issue_id)
        .join(PageGeometry, PageGeometry.page_id == Page.id).where(issues_of, PageGeometry.picture.is_not(None))
        .order_by(Page.position))
    found: dict[tuple[int, date], list[Leaf]] = {}
    for row in rows:
        found.setdefault((row.paper_id, row.published_on), []).append(leaf_of(row))
    return found


def ready_sentences(session: Session, contest_id: int) -> set[str]:
    """Sentences that members of staff keep ready for many readers, retired ones too."""
    return set(session.scalars(select(CannedReason.text).where(CannedReason.contest_id == contest_id)))
