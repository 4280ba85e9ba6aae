"""What a reader may ask of the contest: its terms now and the last names. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, and_, bindparam, func, or_, select

from bot.contest.announcing import prize_words
from bot.contest.rules import DEFAULT_RULES, from_json
from models.contests import Award, Contest, Round, RuleSet
from models.enums import AwardOrigin, Prize, RoundState
from models.prepared import Prepared
from models.queries import printed_names
from models.queries import round_changes as changes
from models.queries.round_changes import AppealCounts, OpenCorrection
from models.readers import Reader


@dataclass(frozen=True, slots=True)
class Terms:
    """The round that is open now: its month and deadline (None: none is), and the prizes. `best`: the cash, in words.
    `shares`: of the first finder, the second and so on, in quarters."""

    month: str | None
    deadline_on: date | None
    best: str
    excellent: int
    shares: tuple[int, ...] = DEFAULT_RULES.shares_quarters


@dataclass(frozen=True, slots=True)
class LatestWinners:
    """What may be told of the last list. `…_unlisted`: so many more, who are not to be named any longer."""

    month: str
    best: tuple[str, ...]
    excellent: tuple[str, ...]
    corrections: tuple[str, ...] = ()
    best_unlisted: int = 0
    excellent_unlisted: int = 0


_OPEN_NOW = Prepared(
    select(Round.month, Round.deadline_on, RuleSet.rules)
    .join(Contest, Contest.id == Round.contest_id).join(RuleSet, RuleSet.id == Round.rule_set_id)
    .where(Contest.account == bindparam("account"), Round.state == RoundState.OPEN, Round.closes_at > bindparam("now"))
    .order_by(Round.closes_at).limit(1))


_NEWEST = Prepared(select(func.max(Contest.id)).where(Contest.account == bindparam("account")))


def contest_id(db: Connection, account: str) -> int | None:
    """Whose open pages a reader of this account is led to: its newest contest's."""
    found = _NEWEST.scalar(db, account=account)
    return None if found is None else int(found)


def terms(db: Connection, account: str, *, now: datetime) -> Terms:
    row = _OPEN_NOW.first(db, account=account, now=now)
    rules = from_json(row.rules) if row else DEFAULT_RULES
    return Terms(row.month if row else None, row.deadline_on if row else None,
                 prize_words.cash_in_print(rules), rules.excellent_count, rules.shares_quarters)


def frozen_months(db: Connection, account: str, *, now: datetime) -> tuple[str, ...]:
    """The months whose round is closed and not released: of these readers are told no standing and no names.

    A round that no job has closed yet counts from its deadline on, while it is still graded.
    """
    found = db.scalars(
        select(Round.month).join(Contest, Contest.id == Round.contest_id)
        .where(Contest.account == account, or_(
            Round.state.in_((RoundState.CLOSED, RoundState.PICKED)),
            and_(Round.state == RoundState.OPEN, Round.closes_at <= now, Round.grading_until > now)))
        .order_by(Round.month))
    return tuple(dict.fromkeys(found))


def latest_winners(db: Connection, account: str) -> LatestWinners | None:
    """The names as released, the ten in no order of places, but for those that open pages do not show either."""
    row = db.execute(
        select(Round.id, Round.month).join(Contest, Contest.id == Round.contest_id)
        .where(Contest.account == account, Round.state == RoundState.RELEASED)
        .order_by(Round.month.desc()).limit(1)
    ).first()
    if row is None:
        return None
    # Whoever a lapsed prize has moved on to stands in the correction; the first names stay.
    awards = db.execute(
        select(Award.prize, Award.printed_name, Award.origin, printed_names.listed().label("listed"))
        .join(Reader, Reader.id == Award.reader_id)
        .where(Award.round_id == row.id, Award.printed_name.is_not(None))).all()
    first, gone = [one for one in awards if one.origin is AwardOrigin.PICKED], [one for one in awards if not one.listed]
    shown, hidden = [[one for one in first if one.listed is yes] for yes in (True, False)]
    best, others = [tuple(sorted(a.printed_name for a in shown if a.prize is prize)) for prize in (Prize.BEST, Prize.EXCELLENT)]
    corrections = printed_names.without_names(changes.published(db, row.id), [one.printed_name for one in gone])
    return LatestWinners(row.month, best, others, tuple(one.text for one in corrections),
                         *(sum(one.prize is prize for one in hidden) for prize in (Prize.BEST, Prize.EXCELLENT)))


@dataclass(frozen=True, slots=True)
class AfterPick:
    """What anybody may know of a released list: its corrections with day and reason, and what became of appeals in its
    round and in all rounds of the account."""

    month: str
    corrections: tuple[OpenCorrection, ...]
    appeals: AppealCounts
    all_appeals: AppealCounts


def after_pick(db: Connection, round_id: int) -> AfterPick | None:
    """None until the list is released."""
    row = db.execute(select(Round.month, Contest.account).join(Contest, Contest.id == Round.contest_id).where(
        Round.id == round_id, Round.state == RoundState.RELEASED)).first()
    if row is None:
        return None
    return AfterPick(row.month, changes.published(db, round_id), changes.appeals(db, round_id),
                     changes.appeals(db, account=row.account))

