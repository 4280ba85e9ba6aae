"""Contests: made once, their rounds made ahead from the calendar rule. Writes; never commits."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.catalogue.importer import raise_version
from bot.contest import phases
from bot.contest.days.calendar import (
    Appears,
    CalendarRule,
    Rhythm,
    RoundDates,
    WeekendRule,
    every_month,
    month_range,
    round_dates,
)
from bot.contest.days.workdays import OFFICIAL, Workdays
from bot.contest.rules import DEFAULT_RULES, from_json, to_json
from bot.contest.rules import RuleSet as Rules
from bot.errors import BadInput, NotFound
from models.contests import Contest, Round, RuleSet
from models.enums import RoundState
from models.papers import Issue, Paper
from models.session import insert_new


def create_contest(
    session: Session, *, name: str, account: str, account_title: str, paper_ids: list[int], publication_day: int,
    deadline_day: int, weekend_rule: str = WeekendRule.NONE, published_months: int = 0, deadline_months: int = 1,
    rules: Rules = DEFAULT_RULES, actor: Actor, now: datetime,
) -> Contest:
    """A contest over papers that belong to none yet, with its first rule set. BadInput says what is wrong."""
    CalendarRule(publication_day, deadline_day, WeekendRule(weekend_rule), published_months, deadline_months)
    papers = _papers_for(session, name.strip(), paper_ids)
    contest = Contest(
        name=name.strip(), account=account, account_title=account_title.strip(), publication_day=publication_day,
        deadline_day=deadline_day, weekend_rule=weekend_rule, published_months=published_months,
        deadline_months=deadline_months, auto_announce=rules.auto_announce, created_at=now)
    session.add(contest)
    session.flush()
    for paper in papers:
        paper.contest_id = contest.id
    session.add(RuleSet(contest_id=contest.id, number=1, rules=to_json(rules), created_at=now))
    session.flush()
    audit.record(session, actor=actor, verb="create_contest", object_kind="contest", object_id=contest.id, now=now,
                 details={"papers": sorted(paper.id for paper in papers)})
    return contest


def _papers_for(session: Session, name: str, paper_ids: list[int]) -> list[Paper]:
    """The papers of a new contest of that name; BadInput when name or papers are taken or missing."""
    if not name:
        raise BadInput("请给活动起个名字。")
    if session.scalar(select(Contest.id).where(Contest.name == name)):
        raise BadInput(f"已经有一个活动叫“{name}”。")
    papers = list(session.scalars(select(Paper).where(Paper.id.in_(paper_ids))))
    if not papers:
        raise BadInput("请至少选一份报纸。")
    taken = [paper.name for paper in papers if paper.contest_id is not None]
    if taken:
        raise BadInput(f"{'、'.join(taken)}已经属于另一个活动。")
    return papers


def make_rounds(
    session: Session, contest_id: int, *, months_ahead: int, actor: Actor, now: datetime, first: str | None = None,
    workdays: Workdays = OFFICIAL,
) -> int:
    """Makes the missing rounds and planned issues from `first` (default: this month) on; how many rounds are new.

    A month in which no paper comes out, and for which no issue was planned by hand, has no round. `workdays`: the
    holidays known when they are made.
    """
    contest = session.get_one(Contest, contest_id)
    local = phases.local_day(now)
    months = month_range(first or f"{local:%Y-%m}", months_ahead + 1)
    new = 0
    for dates in round_dates(calendar_of(contest, workdays), months, appears_in(contest)):
        new += make_round(session, contest, dates, actor=actor, now=now)
    if new:
        raise_version(session)
    return new


def rhythm_of(paper: Paper) -> Rhythm:
    return Rhythm(paper.months_between, paper.first_month)


def appears_in(contest: Contest) -> Appears:
    """In which months an issue of the contest comes out by itself; every month where all are planned by hand."""
    rhythms = [rhythm_of(paper) for paper in contest.papers if paper.months_between]
    if not rhythms:
        return every_month
    return lambda month: any(rhythm.has(month) for rhythm in rhythms)


class KeptRule(Protocol):
    """The calendar rule of a contest, as its row or a read of it has it."""

    @property
    def publication_day(self) -> int: ...
    @property
    def deadline_day(self) -> int: ...
    @property
    def weekend_rule(self) -> str: ...
    @property
    def published_months(self) -> int: ...
    @property
    def deadline_months(self) -> int: ...


def calendar_of(contest: KeptRule, workdays: Workdays = OFFICIAL) -> CalendarRule:
    return CalendarRule(contest.publication_day, contest.deadline_day, WeekendRule(contest.weekend_rule),
                        contest.published_months, contest.deadline_months, workdays=workdays)


def set_weekend_rule(session: Session, contest_id: int, rule: str, *, actor: Actor, now: datetime) -> None:
    """What becomes of deadlines on days off, from the next round made on; rounds that exist stay as they are."""
    contest = session.get(Contest, contest_id)
    if contest is None:
        raise NotFound("没有这个活动。")
    if rule not in set(WeekendRule):
        raise BadInput("没有这一种规则。")
    if rule == contest.weekend_rule:
        return
    before, contest.weekend_rule = contest.weekend_rule, rule
    audit.record(session, actor=actor, verb="set_weekend_rule", object_kind="contest", object_id=contest_id, now=now,
                 before=before, after=rule)


def newest_rules(session: Session, contest_id: int) -> tuple[int, Rules]:
    row = session.scalars(select(RuleSet).where(RuleSet.contest_id == contest_id)
                          .order_by(RuleSet.number.desc()).limit(1)).one()
    return row.id, from_json(row.rules)


def make_round(session: Session, contest: Contest, dates: RoundDates, *, actor: Actor, now: datetime) -> bool:
    """Plans the issues of one month and makes its round; False where there is one already, or no issue."""
    deadline = _plan_issues(session, contest, dates)
    if deadline is None:
        return False
    rule_id, rules = newest_rules(session, contest.id)
    times = phases.RoundTimes(dates.published_on, deadline, dates.print_by)
    made = insert_new(session.connection(), Round.__table__, {  # type: ignore[arg-type]
        "contest_id": contest.id, "month": dates.month, "rule_set_id": rule_id, "state": RoundState.OPEN,
        "published_on": dates.published_on, "deadline_on": deadline, "closes_at": phases.closes_at(deadline),
        "grading_until": phases.grading_until(times, rules), "print_by": dates.print_by,
    })
    if made is None:
        return False
    audit.record(session, actor=actor, verb="make_round", object_kind="round", object_id=made, now=now,
                 details={"month": dates.month, "deadline_on": deadline.isoformat()})
    return True


def _plan_issues(session: Session, contest: Contest, dates: RoundDates) -> date | None:
    """Every paper that comes out that month has an issue, imported or not; the latest printed deadline closes the
    round. None: there is no issue that month."""
    db = session.connection()
    for paper in contest.papers:
        if rhythm_of(paper).has(dates.month):
            insert_new(db, Issue.__table__, {"paper_id": paper.id, "month": dates.month})  # type: ignore[arg-type]
    ids = [paper.id for paper in contest.papers]
    mine = (Issue.paper_id.in_(ids), Issue.month == dates.month)
    db.execute(update(Issue).where(*mine, Issue.published_on.is_(None)).values(published_on=dates.published_on))
    db.execute(update(Issue).where(*mine, Issue.deadline_on.is_(None)).values(deadline_on=dates.deadline_on))
    return db.scalar(select(func.max(Issue.deadline_on)).where(*mine))


def join_paper(session: Session, contest_id: int, paper_id: int, *, actor: Actor, now: datetime) -> None:
    """Takes one more paper into a contest; its issues are planned with the next `make_rounds`."""
    paper = session.get_one(Paper, paper_id)
    if paper.contest_id is not None and paper.contest_id != contest_id:
        raise BadInput(f"{paper.name}已经属于另一个活动。")
    paper.contest_id = contest_id
    session.flush()
    audit.record(session, actor=actor, verb="join_paper", object_kind="contest", object_id=contest_id, now=now,
                 details={"paper": paper_id})
