"""Issues planned by hand, and plans that a new rhythm leaves behind. Writes; never commits."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Delete, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.catalogue.importer import raise_version
from bot.contest import contests, phases
from bot.contest.days.calendar import round_dates
from bot.errors import BadInput, NotAllowed, NotFound
from models.contests import Contest, Round
from models.enums import RoundState
from models.papers import Issue, Page, Paper

YEARS = range(1950, 2999)
"""Of an issue; at the ends of the calendar no day can be reckoned on."""


def plan_issue(
    session: Session, paper_id: int, month: str, *, actor: Actor, now: datetime, published_on: date | None = None,
    deadline_on: date | None = None,
) -> int:
    """An issue that comes out beside the paper's rhythm, with its round; dates not given follow the contest's rule.

    The issue's id. BadInput for a month or dates that cannot be, NotAllowed where that month's round is over.
    """
    paper = session.get(Paper, paper_id)
    if paper is None:
        raise NotFound("没有这份报纸。")
    if any(day is not None and day.year not in YEARS for day in (published_on, deadline_on)):
        raise BadInput("日期的年份不对，请再看一看。")
    if session.scalar(select(Issue.id).where(Issue.paper_id == paper_id, Issue.month == month)):
        raise BadInput("这个月已经有一期了：一份报纸一个月只有一期。")
    issue = Issue(paper_id=paper_id, month=month, published_on=published_on, deadline_on=deadline_on)
    contest = session.get(Contest, paper.contest_id) if paper.contest_id is not None else None
    if contest is not None:
        _fit(session, contest, issue)
    _check_order(issue)
    session.add(issue)
    session.flush()
    audit.record(session, actor=actor, verb="plan_issue", object_kind="paper", object_id=paper_id, now=now,
                 details={"month": month})
    if contest is not None:
        (dates,) = round_dates(contests.calendar_of(contest), [month], contests.appears_in(contest))
        contests.make_round(session, contest, dates, actor=actor, now=now)
    raise_version(session)
    return issue.id


def _check_order(issue: Issue) -> None:
    if issue.published_on and issue.deadline_on and issue.deadline_on < issue.published_on:
        raise BadInput("截止日不能早于出报日。")


def _fit(session: Session, contest: Contest, issue: Issue) -> None:
    """Fills in the dates by the contest's rule, and holds them within those of a round that is there already."""
    (dates,) = round_dates(contests.calendar_of(contest), [issue.month], contests.appears_in(contest))
    issue.published_on = issue.published_on or dates.published_on
    issue.deadline_on = issue.deadline_on or dates.deadline_on
    round_ = session.scalar(select(Round).where(Round.contest_id == contest.id, Round.month == issue.month))
    if round_ is None:
        if issue.deadline_on >= dates.print_by:
            raise BadInput(f"截止日要早于刊登名单那一期的付印日（{_day(dates.print_by)}）。")
    elif round_.state is not RoundState.OPEN:
        raise NotAllowed("这个月的一轮已经截止，不能再加一期。")
    elif issue.deadline_on > round_.deadline_on:
        raise BadInput(f"这个月的一轮{_day(round_.deadline_on)}截止；要更晚，请先到那一轮里推迟截止。")


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def drop_planned(session: Session, issue_id: int, *, actor: Actor, now: datetime) -> None:
    """Takes back an issue that is only planned by hand; its round goes too when no other issue is left in it.

    What the paper's rhythm plans would be planned again at once.
    """
    issue = session.get(Issue, issue_id)
    if issue is None:
        raise NotFound("没有这一期。")
    paper = session.get_one(Paper, issue.paper_id)
    month = issue.month
    if paper.contest_id is not None and contests.rhythm_of(paper).has(month):
        raise NotAllowed("这一期是按报纸的间隔排的，取消了还会再排出来；请改“多久出一期”。")
    if not _only_planned(session, issue, now) or not _delete(session, delete(Issue).where(Issue.id == issue_id)):
        raise NotAllowed("这一期已经出报、已经导入，或者已经有来信，不能再取消。")
    _drop_empty_round(session, paper, month, now)
    audit.record(session, actor=actor, verb="drop_issue", object_kind="paper", object_id=paper.id, now=now,
                 details={"month": month})
    raise_version(session)


def drop_misfits(session: Session, paper: Paper, *, now: datetime) -> list[str]:
    """After a change of rhythm: takes back what is only planned and no longer fits; the months."""
    rhythm = contests.rhythm_of(paper)
    gone: list[str] = []
    if not rhythm.months_between:
        return gone  # from now on by hand: what is planned stays until somebody takes it back
    for issue in session.scalars(select(Issue).where(Issue.paper_id == paper.id).order_by(Issue.month)).all():
        fits = rhythm.has(issue.month) or not _only_planned(session, issue, now)
        if not fits and _delete(session, delete(Issue).where(Issue.id == issue.id)):
            _drop_empty_round(session, paper, issue.month, now)
            gone.append(issue.month)
    return gone


def _only_planned(session: Session, issue: Issue, now: datetime) -> bool:
    """Nothing is printed, imported or sent in yet."""
    if issue.imported_at is not None or issue.published_on is None or issue.published_on <= phases.local_day(now):
        return False
    return session.scalar(select(Page.id).where(Page.issue_id == issue.id).limit(1)) is None


def _drop_empty_round(session: Session, paper: Paper, month: str, now: datetime) -> None:
    """A round that has not begun goes with its last issue, unless its printed box is kept already."""
    left = session.scalar(select(Issue.id).join(Paper, Paper.id == Issue.paper_id).where(
        Paper.contest_id == paper.contest_id, Issue.month == month).limit(1))
    if paper.contest_id is None or left is not None:
        return
    _delete(session, delete(Round).where(
        Round.contest_id == paper.contest_id, Round.month == month, Round.state == RoundState.OPEN,
        Round.published_on > phases.local_day(now), Round.box_text.is_(None)))


def _delete(session: Session, statement: Delete) -> bool:
    """False where something hangs on the row already: reports, errata, whatever else points there."""
    session.flush()
    try:
        with session.begin_nested():
            session.execute(statement.execution_options(synchronize_session="fetch"))
    except IntegrityError:
        return False
    return True
