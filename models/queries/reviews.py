"""Second opinions as conditions on reports and as named reads: whom a report waits for, from whom a grade is hidden."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Integer, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from models.enums import Doubling, ReportState, Role, Verdict
from models.grades import Grade
from models.papers import Article, Page
from models.queries.team import EDITING, holds
from models.reports import Erratum, Report
from models.reviews import PageMaker, Review, UsualPageMaker
from models.staff import PaperRole, Staff
from models.work_enums import BLIND_REVIEWS, OPEN_REVIEWS, ReviewCause, ReviewResult, ReviewState

StaffId = int | ColumnElement[int] | InstrumentedAttribute[int] | Column[int]
"""A number, or a column of the query around: then one query answers for every member of staff."""


def waits_for(staff_id: StaffId) -> ColumnElement[bool]:
    """Reports of which this member may give the second or third opinion. His own page only where nobody else can."""
    return and_(
        _in_review(BLIND_REVIEWS), ~graded(staff_id),
        or_(and_(~own_page(staff_id), ~took_back(staff_id)), ~somebody_clean()))


def disagreed() -> ColumnElement[bool]:
    """Reports on which two grades differ and that nobody has settled yet."""
    return _in_review((ReviewState.WAITING_THIRD, ReviewState.WAITING_CHIEF))


def hidden_from(staff_id: StaffId) -> ColumnElement[bool]:
    """Reports whose grades this member must not see yet: a further opinion is asked for and he has given none."""
    return and_(_in_review(BLIND_REVIEWS), ~graded(staff_id))


def erratum_hidden_from(staff_id: StaffId) -> ColumnElement[bool]:
    """Errata of which a report's grades are hidden from this member: that they are confirmed would tell."""
    # An IN over a NULL is NULL: reports without an erratum are left out.
    return Erratum.id.in_(select(Report.erratum_id).where(Report.erratum_id.is_not(None), hidden_from(staff_id)))


def in_review() -> ColumnElement[bool]:
    """Reports with a review that is not settled."""
    return _in_review(OPEN_REVIEWS)


def held_back() -> ColumnElement[bool]:
    """Reports whose decision their reader is not told before a second opinion is there."""
    return and_(Report.state == ReportState.DECIDED, Report.id.in_(
        select(Review.report_id).where(Review.state.in_(OPEN_REVIEWS), Review.held_back.is_(True))))


def _in_review(states: Collection[ReviewState]) -> ColumnElement[bool]:
    # Not correlated: the few open reviews are read once, whatever the number of reports.
    return and_(Report.state == ReportState.DECIDED,
                Report.id.in_(select(Review.report_id).where(Review.state.in_(states))))


def graded(staff_id: StaffId) -> ColumnElement[bool]:
    """Reports that this member has graded, whether decided or as an opinion. Correlated to Report."""
    return (select(Grade.id).where(Grade.report_id == Report.id, Grade.grader_id == staff_id,
                                   Grade.taken_back.is_(False)).correlate_except(Grade).exists())


def took_back(staff_id: StaffId) -> ColumnElement[bool]:
    """Reports of which this member took an opinion back: he may have seen the others' since."""
    return (select(Grade.id).where(Grade.report_id == Report.id, Grade.grader_id == staff_id, Grade.opinion.is_(True),
                                   Grade.taken_back.is_(True)).correlate_except(Grade).exists())


def own_page(staff_id: StaffId) -> ColumnElement[bool]:
    """Reports about a page that this member made. What an issue says of a page goes before what is usual."""
    page = _page()
    here = and_(PageMaker.issue_id == Report.issue_id, PageMaker.page == page)
    made = select(PageMaker.page).where(here, PageMaker.staff_id == staff_id).correlate_except(PageMaker)
    said = select(PageMaker.page).where(here).correlate_except(PageMaker)
    usual = select(UsualPageMaker.page).where(
        UsualPageMaker.paper_id == Report.paper_id, UsualPageMaker.page == page,
        UsualPageMaker.staff_id == staff_id).correlate_except(UsualPageMaker)
    return or_(made.exists(), and_(~said.exists(), usual.exists()))


def _page() -> ColumnElement[str]:
    """The number of a report's page without leading zeros: where it stands in print, else as stated."""
    printed = (select(Page.number).join(Article, Article.page_id == Page.id).where(Article.id == Report.article_id)
               .correlate_except(Page, Article).scalar_subquery())
    return func.ltrim(func.coalesce(printed, Report.page_label), "0")


def somebody_clean(*, but: StaffId | None = None) -> ColumnElement[bool]:
    """There is an active editor whom nothing keeps from grading this report; `but` himself does not count."""
    other = aliased(Staff)
    query = select(other.id).where(_editing(other), ~graded(other.id), ~own_page(other.id), ~took_back(other.id))
    if but is not None:
        query = query.where(other.id != but)
    return query.correlate_except(other).exists()


def somebody_off_page(staff_id: StaffId) -> ColumnElement[bool]:
    """There is another active editor who did not make the report's page."""
    other = aliased(Staff)
    return (select(other.id).where(_editing(other), other.id != staff_id, ~own_page(other.id))
            .correlate_except(other).exists())


def somebody_else() -> ColumnElement[bool]:
    """There is an active editor who has not graded this report."""
    other = aliased(Staff)
    return select(other.id).where(_editing(other), ~graded(other.id)).correlate_except(other).exists()


def _editing(staff: Any) -> ColumnElement[bool]:
    """Active editors and chiefs who work on the report's paper; who works on no paper in particular does on all."""
    here = select(PaperRole.paper_id).where(PaperRole.staff_id == staff.id).correlate_except(PaperRole)
    return and_(staff.active.is_(True), staff.role.in_(EDITING),
                or_(~here.exists(), Report.paper_id.is_(None), here.where(PaperRole.paper_id == Report.paper_id).exists()))


def newest_review() -> ColumnElement[int]:
    """The id of a report's last review that was not dropped. Correlated to Report."""
    query: ColumnElement[int] = (
        select(func.max(Review.id)).where(Review.report_id == Report.id, Review.state != ReviewState.DROPPED)
        .correlate_except(Review).scalar_subquery())
    return query


@dataclass(frozen=True, slots=True)
class OpinionView:
    """One grade of a review. `nth`: 1 the first, 2 and 3 the independent ones."""

    nth: int
    grade_id: int
    by_id: int
    by: str
    at: datetime
    verdict: Verdict
    row_code: str | None
    doubling: Doubling
    marks: tuple[bool, bool, bool]
    original_id: int | None
    reason_text: str | None


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A review with its grades in order."""

    id: int
    cause: ReviewCause
    state: ReviewState
    held_back: bool
    opened_at: datetime
    closed_at: datetime | None
    result: ReviewResult | None
    reason: str | None
    settled_on: OpinionView | None
    opinions: tuple[OpinionView, ...]

    def stands(self, one: OpinionView) -> bool:
        """Whether it says what was settled on; marks may differ."""
        end = self.settled_on
        return end is not None and (one.verdict, one.row_code, one.doubling) == (end.verdict, end.row_code, end.doubling)


@dataclass(frozen=True, slots=True)
class Seen:
    """One report as one member stands to it. Whether he may see the grades of `review` says `hidden`.

    `clean_other`: another editor whom nothing keeps from grading it; `off_page_other`: one who did not make its page;
    `others`: somebody is left who has not graded it; `chiefs`: how many active chiefs its paper has.
    """

    state: ReportState
    hidden: bool
    graded: bool
    own_page: bool
    took_back: bool
    clean_other: bool
    off_page_other: bool
    others: bool
    chiefs: int
    review: ReviewView | None


def of_report(db: Connection, number: int, staff_id: int) -> Seen:
    """One query about a report that exists."""
    rows = db.execute(_seen(), {"number": number, "staff_id": staff_id}).all()
    one = rows[0]
    return Seen(one.state, bool(one.hidden), bool(one.graded), bool(one.own_page), bool(one.took_back), bool(one.clean),
                bool(one.off_page), bool(one.others), one.chiefs, _review(rows) if one.review_id is not None else None)


@cache  # to put it together takes twenty times as long as to run it, and each grade asks for it several times
def _seen() -> Select[*tuple[Any, ...]]:
    staff_id, chief = bindparam("staff_id", type_=Integer), aliased(Staff)
    return (
        select(
            Report.state, *_named(Review, "review"), *_named(Grade, "grade"), Staff.display_name,
            hidden_from(staff_id).label("hidden"), graded(staff_id).label("graded"),
            own_page(staff_id).label("own_page"), took_back(staff_id).label("took_back"),
            somebody_clean(but=staff_id).label("clean"), somebody_off_page(staff_id).label("off_page"),
            somebody_else().label("others"),
            select(func.count(chief.id)).where(holds(Role.CHIEF, chief, Report.paper_id)).correlate(Report).scalar_subquery()
            .label("chiefs"),
        )
        .select_from(Report).outerjoin(Review, Review.id == newest_review())
        .outerjoin(Grade, Grade.id.in_(
            (Review.first_grade_id, Review.second_grade_id, Review.third_grade_id, Review.result_grade_id)))
        .outerjoin(Staff, Staff.id == Grade.grader_id).where(Report.id == bindparam("number"))
    )


def _named(table: Any, prefix: str) -> list[Any]:
    return [column.label(f"{prefix}_{column.key}") for column in table.__table__.columns]


def _review(rows: Sequence[Any]) -> ReviewView:
    one = rows[0]
    order = {one.review_first_grade_id: 1, one.review_second_grade_id: 2, one.review_third_grade_id: 3}
    opinions = sorted((_opinion(row, order[row.grade_id]) for row in rows if row.grade_id in order),
                      key=lambda said: said.nth)
    end = next((_opinion(row, 0) for row in rows if row.grade_id == one.review_result_grade_id), None)
    return ReviewView(one.review_id, one.review_cause, one.review_state, one.review_held_back, one.review_opened_at,
                      one.review_closed_at, one.review_result, one.review_reason, end, tuple(opinions))


def _opinion(row: Any, nth: int) -> OpinionView:
    return OpinionView(nth, row.grade_id, row.grade_grader_id, row.display_name, row.grade_created_at,
                       row.grade_verdict, row.grade_row_code, row.grade_doubling,
                       (row.grade_place_mark, row.grade_correction_mark, row.grade_reason_mark),
                       row.grade_original_id, row.grade_reason_text)


def hidden_numbers(session: Session, staff_id: int, numbers: Collection[int] | None = None) -> frozenset[int]:
    """Which of these reports (all, when none are named) hide their grades from this member. One query."""
    query = select(Report.id).where(hidden_from(staff_id))
    if numbers is not None:
        query = query.where(Report.id.in_(sorted(numbers)))
    return frozenset(session.scalars(query))


def hidden_objects(session: Session, staff_id: int) -> frozenset[tuple[str, int]]:
    """What entries of the audit trail are about that this member must not read yet: reports and their errata."""
    rows = session.execute(select(Report.id, Report.erratum_id).where(hidden_from(staff_id))).all()
    return frozenset({("report", row.id) for row in rows}
                     | {("erratum", row.erratum_id) for row in rows if row.erratum_id is not None})
