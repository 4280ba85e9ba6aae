"""A contest as whoever reads the paper may see it: its name, its papers, the rules that run now, its released months."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.contests import Award, Contest, Round, RuleSet
from models.enums import RoundState
from models.papers import Paper


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above every open page of a contest."""

    id: int
    name: str
    account: str  # its title


@dataclass(frozen=True, slots=True)
class RulesNow:
    """`rules` as stored: of the round that is open, else of the newest. `month` and what follows: of the open one only."""

    rules: str
    month: str | None
    deadline_on: date | None
    box: str | None


@dataclass(frozen=True, slots=True)
class Month:
    """A released round. `unnamed`: winners of whom no name was ever printed."""

    round_id: int
    month: str
    released_at: datetime
    unnamed: int


def head(session: Session, contest_id: int) -> Head | None:
    row = session.execute(select(Contest.id, Contest.name, Contest.account_title).where(Contest.id == contest_id)).first()
    return Head(*row) if row else None


def papers(session: Session, contest_id: int) -> list[tuple[str, str | None]]:
    """(name, what is printed with it and yet does not count) of its papers."""
    rows = session.execute(select(Paper.name, Paper.outside_scope).where(Paper.contest_id == contest_id).order_by(Paper.id))
    return [(row.name, row.outside_scope) for row in rows]


def rules_now(session: Session, contest_id: int, *, now: datetime) -> RulesNow | None:
    """None for a contest that never had rules."""
    runs = session.execute(
        select(RuleSet.rules, Round.month, Round.deadline_on, Round.box_text).join(Round, Round.rule_set_id == RuleSet.id)
        .where(Round.contest_id == contest_id, Round.state == RoundState.OPEN, Round.closes_at > now)
        .order_by(Round.closes_at).limit(1)).first()
    if runs is not None:
        return RulesNow(*runs)
    newest = session.scalar(select(RuleSet.rules).where(RuleSet.contest_id == contest_id)
                            .order_by(RuleSet.number.desc()).limit(1))
    return RulesNow(newest, None, None, None) if newest is not None else None


def months(session: Session, contest_id: int, *, years: Collection[str]) -> list[Month]:
    """The released rounds of these years, the newest first."""
    unnamed = (select(func.count()).where(Award.round_id == Round.id, Award.printed_name.is_(None)).scalar_subquery())
    rows = session.execute(
        select(Round.id, Round.month, Round.released_at, unnamed).where(
            Round.contest_id == contest_id, Round.state == RoundState.RELEASED,
            func.substr(Round.month, 1, 4).in_(sorted(years)))
        .order_by(Round.month.desc()))
    return [Month(row[0], row[1], row[2], row[3]) for row in rows if row[2] is not None]


def together(found: Iterable[Month]) -> dict[str, list[Month]]:
    """By year, in the order they come in."""
    years: dict[str, list[Month]] = {}
    for one in found:
        years.setdefault(one.month[:4], []).append(one)
    return years
