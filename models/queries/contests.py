"""Reads of contests for the console's settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, selectinload

from models.contests import Contest, Round, RuleSet
from models.papers import Paper


@dataclass(frozen=True, slots=True)
class ContestLine:
    """A contest with its newest rules (JSON text as stored)."""

    id: int
    name: str
    account: str
    account_title: str
    publication_day: int
    deadline_day: int
    published_months: int
    deadline_months: int
    weekend_rule: str
    created_at: datetime
    rounds: int
    papers: tuple[str, ...]
    rules: str
    shows_agreement: bool
    calibrates: bool
    deputy_id: int | None


@dataclass(frozen=True, slots=True)
class SwitchedOn:
    """What at least one contest has switched on."""

    shows_agreement: bool
    calibrates: bool


def switched_on(session: Session) -> SwitchedOn:
    row = session.execute(select(
        exists(select(Contest.id).where(Contest.shows_agreement.is_(True))).label("agreement"),
        exists(select(Contest.id).where(Contest.calibrates.is_(True))).label("calibrates"))).one()
    return SwitchedOn(bool(row.agreement), bool(row.calibrates))


def contests(session: Session) -> list[ContestLine]:
    rounds = select(func.count()).where(Round.contest_id == Contest.id).scalar_subquery()
    newest = (select(RuleSet.rules).where(RuleSet.contest_id == Contest.id)
              .order_by(RuleSet.number.desc()).limit(1).scalar_subquery())
    query = select(Contest, rounds, newest).options(selectinload(Contest.papers)).order_by(Contest.id)
    return [_line(*row) for row in session.execute(query)]


def _line(contest: Contest, rounds: int, rules: str) -> ContestLine:
    return ContestLine(
        contest.id, contest.name, contest.account, contest.account_title, contest.publication_day,
        contest.deadline_day, contest.published_months, contest.deadline_months, contest.weekend_rule,
        contest.created_at, rounds, tuple(paper.name for paper in contest.papers), rules,
        contest.shows_agreement, contest.calibrates, contest.deputy_id)


def free_papers(session: Session) -> list[tuple[int, str]]:
    """(id, name) of the papers that belong to no contest."""
    query = select(Paper.id, Paper.name).where(Paper.contest_id.is_(None)).order_by(Paper.id)
    return [(number, name) for number, name in session.execute(query)]


def name_of(session: Session, contest_id: int) -> str | None:
    """None when there is no such contest."""
    return session.scalar(select(Contest.name).where(Contest.id == contest_id))
