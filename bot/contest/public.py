"""What a reader may ask of the contest: its terms now and the last names. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from bot.contest.rules import DEFAULT_RULES, from_json
from models.contests import Award, Contest, Round, RuleSet
from models.enums import Prize, RoundState


@dataclass(frozen=True, slots=True)
class Terms:
    """The round that is open now: its month and deadline (None: none is), and the prizes."""

    month: str | None
    deadline_on: date | None
    best_yuan: int
    excellent: int


@dataclass(frozen=True, slots=True)
class LatestWinners:
    month: str
    best: tuple[str, ...]
    excellent: tuple[str, ...]


def terms(db: Connection, account: str, *, now: datetime) -> Terms:
    row = db.execute(
        select(Round.month, Round.deadline_on, RuleSet.rules)
        .join(Contest, Contest.id == Round.contest_id).join(RuleSet, RuleSet.id == Round.rule_set_id)
        .where(Contest.account == account, Round.state == RoundState.OPEN, Round.closes_at > now)
        .order_by(Round.closes_at).limit(1)
    ).first()
    rules = from_json(row.rules) if row else DEFAULT_RULES
    return Terms(row.month if row else None, row.deadline_on if row else None,
                 rules.best_net_fen // 100, rules.excellent_count)


def latest_winners(db: Connection, account: str) -> LatestWinners | None:
    """The names as released, the ten in no order of places."""
    row = db.execute(
        select(Round.id, Round.month).join(Contest, Contest.id == Round.contest_id)
        .where(Contest.account == account, Round.state == RoundState.RELEASED)
        .order_by(Round.month.desc()).limit(1)
    ).first()
    if row is None:
        return None
    awards = db.execute(select(Award.prize, Award.printed_name).where(Award.round_id == row.id)).all()
    best = sorted(a.printed_name for a in awards if a.prize is Prize.BEST and a.printed_name)
    others = sorted(a.printed_name for a in awards if a.prize is Prize.EXCELLENT and a.printed_name)
    return LatestWinners(row.month, tuple(best), tuple(others))

