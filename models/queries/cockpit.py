"""Named reads for the last days of a round: its dates, what waits for whom, how it went day by day, what exactly blocks it.

Of a reader only his name for print is read, to mask it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, String, cast, func, literal, null, or_, select, union_all
from sqlalchemy.orm import Session

from models.cockpit import Reminder
from models.contests import Contest, Round, RuleSet
from models.enums import MessageFate, ReportState, Role, RoundState
from models.grades import Grade
from models.messages import Message
from models.papers import Article, Issue, Page, Paper, PaperGrader
from models.queries.reviews import in_review, waits_for
from models.queries.statistics import ShanghaiDay
from models.queries.team import EDITING
from models.readers import Reader
from models.reports import Report
from models.staff import PaperRole, Staff
from models.work_enums import ReminderMoment
from models.working import Assignment, Claim

SHOWN_CHARS = 60
COUNTED = (ReportState.FILED, ReportState.DECIDED)
"""What waits and what is decided; the rest waits for the reader, or for nobody."""
RUNNING = (RoundState.OPEN, RoundState.CLOSED)


@dataclass(frozen=True, slots=True)
class RoundDates:
    """A round with its deadlines. `rules`: JSON of the rule set it runs under."""

    id: int
    contest: str
    month: str
    state: RoundState
    published_on: date
    closes_at: datetime
    grading_until: datetime
    print_by: date
    rules: str


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who grades. `papers`: those he is named for; `only`: those he works on, None for all."""

    id: int
    name: str
    email: str | None
    papers: frozenset[int]
    only: frozenset[int] | None


@dataclass(frozen=True, slots=True)
class Heap:
    """So many reports of one kind: waiting ones by paper and by whom they are given to, others by member."""

    kind: str
    staff_id: int | None
    paper_id: int | None
    many: int


@dataclass(frozen=True, slots=True)
class OneReport:
    number: int
    paper: str | None
    month: str | None
    page: str | None
    wrong: str | None
    right: str | None
    counts_at: datetime
    assigned: str | None


@dataclass(frozen=True, slots=True)
class OneMessage:
    id: int
    msg_type: str
    fate: MessageFate
    start: str | None
    received_at: datetime
    known_name: str | None  # for masking only


def dates(session: Session, round_id: int) -> RoundDates | None:
    row = session.execute(_dates().where(Round.id == round_id)).first()
    return RoundDates(*row) if row else None


def running(session: Session, now: datetime, within: timedelta) -> tuple[RoundDates, ...]:
    """Rounds not picked yet of which a deadline, the close or the end of grading, comes `within` this time."""
    found = session.execute(_dates().where(
        Round.state.in_(RUNNING), Round.published_on <= (now + timedelta(days=1)).date(), Round.grading_until > now,
        or_(Round.closes_at.between(now, now + within), Round.grading_until.between(now, now + within)),
    ).order_by(Round.closes_at, Round.id))
    return tuple(RoundDates(*row) for row in found)


def _dates() -> Any:
    return select(
        Round.id, Contest.name, Round.month, Round.state, Round.published_on, Round.closes_at, Round.grading_until,
        Round.print_by,         RuleSet.rules,
    ).join(Contest, Contest.id == Round.contest_id).join(RuleSet, RuleSet.id == Round.rule_set_id)


def members(session: Session) -> tuple[Member, ...]:
    """Active editors and chiefs; where there are none, the admins, who may grade as well."""
    named = (select(func.aggregate_strings(cast(PaperGrader.paper_id, String), ",")).where(PaperGrader.staff_id == Staff.id)
             .correlate(Staff).scalar_subquery())
    only = (select(func.aggregate_strings(cast(PaperRole.paper_id, String), ",")).where(PaperRole.staff_id == Staff.id)
            .correlate(Staff).scalar_subquery())
    rows = session.execute(
        select(Staff.id, Staff.display_name, Staff.email, Staff.role, named.label("named"), only.label("only"))
        .where(Staff.active.is_(True), Staff.role.in_((*EDITING, Role.ADMIN))).order_by(Staff.id)).all()
    editing = [row for row in rows if row.role in EDITING]
    return tuple(Member(row.id, row.display_name, row.email, _numbers(row.named), _numbers(row.only) or None)
                 for row in editing or rows)


def _numbers(text: str | None) -> frozenset[int]:
    return frozenset(int(one) for one in text.split(",")) if text else frozenset()


def heaps(session: Session, round_id: int, *, now: datetime, since: datetime | None = None,
          today: datetime | None = None) -> tuple[Heap, ...]:
    """waiting, claimed, second; with `since` and `today` (the moments from which to count) also week and today. One query."""
    here = (Report.round_id == round_id, Report.late.is_(False))
    parts = [
        _heap("waiting", Assignment.staff_id, Report.paper_id).select_from(Report)
        .outerjoin(Assignment, Assignment.report_id == Report.id).where(*here, Report.state == ReportState.FILED)
        .group_by(Assignment.staff_id, Report.paper_id),
        _heap("claimed", Claim.staff_id).select_from(Claim).join(Report, Report.id == Claim.report_id)
        .where(*here, Claim.held_until > now).group_by(Claim.staff_id),
        _heap("second", Staff.id).select_from(Staff).join(Report, waits_for(Staff.id))
        .where(*here, in_review(), Staff.active.is_(True), Staff.role.in_(EDITING)).group_by(Staff.id),
    ]
    for kind, moment in (("week", since), ("today", today)):
        if moment is not None:
            parts.append(_heap(kind, Grade.grader_id).select_from(Grade).join(Report, Report.id == Grade.report_id)
                         .where(*here, Grade.created_at >= moment, Grade.taken_back.is_(False)).group_by(Grade.grader_id))
    return tuple(Heap(*row) for row in session.execute(union_all(*parts)))


def _heap(kind: str, staff_id: Any, paper_id: Any = None) -> Select[Any]:
    return select(literal(kind, String(10)).label("kind"), staff_id.label("staff_id"),
                  (cast(null(), Report.id.type) if paper_id is None else paper_id).label("paper_id"), func.count().label("many"))


@dataclass(frozen=True, slots=True)
class OfDay:
    """How many reports came or were decided on a day in Shanghai, and when the first."""

    many: int
    first_at: datetime


def days(session: Session, round_id: int) -> tuple[dict[date, OfDay], dict[date, OfDay]]:
    """What came and what was decided of a round, by day. One query."""
    here = (Report.round_id == round_id, Report.late.is_(False), Report.state.in_(COUNTED))
    came, decided = (
        select(literal(kind, String(10)).label("kind"), ShanghaiDay(at).label("day"), func.count().label("many"),
               func.min(at).label("first_at")).where(*here, *more).group_by(ShanghaiDay(at))
        for kind, at, more in (("came", Report.counts_at, ()),
                               ("decided", Report.decided_at, (Report.state == ReportState.DECIDED,))))
    found: dict[str, dict[date, OfDay]] = {"came": {}, "decided": {}}
    for row in session.execute(union_all(came, decided)):
        found[row.kind][date.fromisoformat(row.day)] = OfDay(row.many, row.first_at)
    return found["came"], found["decided"]


def some_reports(session: Session, numbers: Sequence[int]) -> tuple[OneReport, ...]:
    """These reports by number, without anything of a grade: it may be hidden from whoever looks."""
    rows: Any = session.execute(
        select(Report.id, Paper.name, Issue.month, func.coalesce(Page.number, Report.page_label),
               func.substr(Report.wrong, 1, SHOWN_CHARS), func.substr(Report.right, 1, SHOWN_CHARS), Report.counts_at,
               Staff.display_name)
        .outerjoin(Paper, Paper.id == Report.paper_id).outerjoin(Issue, Issue.id == Report.issue_id)
        .outerjoin(Article, Article.id == Report.article_id).outerjoin(Page, Page.id == Article.page_id)
        .outerjoin(Assignment, Assignment.report_id == Report.id).outerjoin(Staff, Staff.id == Assignment.staff_id)
        .where(Report.id.in_(numbers)).order_by(Report.counts_at, Report.id))
    return tuple(OneReport(*row) for row in rows)


def some_messages(session: Session, ids: Sequence[int]) -> tuple[OneMessage, ...]:
    rows = session.execute(select(Message.id, Message.msg_type, Message.fate, func.substr(Message.content, 1, 2 * SHOWN_CHARS),
                                  Message.received_at, Reader.printed_name)
                           .outerjoin(Reader, Reader.id == Message.reader_id).where(Message.id.in_(ids)).order_by(Message.id))
    return tuple(OneMessage(*row) for row in rows)


def dismissed(session: Session, staff_id: int, round_ids: Sequence[int]) -> set[tuple[int, ReminderMoment]]:
    """Which reminders this member has put away."""
    rows = session.execute(select(Reminder.round_id, Reminder.moment).where(
        Reminder.staff_id == staff_id, Reminder.round_id.in_(round_ids), Reminder.dismissed_at.is_not(None)))
    return {(row.round_id, row.moment) for row in rows}


def reminded(session: Session, round_id: int) -> tuple[Any, ...]:
    """How the reminders of a round went: (moment, state, how many, the first one's time), in order of time."""
    return tuple(session.execute(
        select(Reminder.moment, Reminder.state, func.count().label("many"), func.min(Reminder.made_at).label("at"))
        .where(Reminder.round_id == round_id).group_by(Reminder.moment, Reminder.state)
        .order_by(func.min(Reminder.made_at), Reminder.state)).all())


