"""Where a report belongs: contest, round and issue (RULES 3), and whether it is late. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Row, and_, bindparam, func, select

import bot.contest.phases as phases
from bot.clock import SHANGHAI
from bot.errors import NotFound
from bot.understanding.values import Finding
from models.contests import Contest, Round
from models.enums import RoundState
from models.papers import Issue, Paper
from models.prepared import Prepared

SETTLED = (RoundState.PICKED, RoundState.RELEASED)


class NoContest(NotFound):
    """No contest runs on this account."""


@dataclass(frozen=True, slots=True)
class Aim:
    """Contest, round and issue that a finding belongs to (RULES 3)."""

    contest_id: int
    round_id: int | None
    issue_id: int | None
    late: bool


def aim(db: Connection, account: str, finding: Finding, counts_at: datetime, *, sent_at: datetime) -> Aim:
    """By the place found; else the issue stated; else the newest issue published when it was sent.

    `counts_at` decides whether it is late, `sent_at` (the report's first message) which issue is the newest.
    """
    paper_id = finding.place.paper_id if finding.place else finding.paper_id
    contest_id = _contest(db, account, paper_id)
    issue_id = finding.place.issue_id if finding.place else finding.issue_id
    if issue_id is not None:
        return _aim_at_issue(db, contest_id, issue_id, counts_at)
    if finding.issue_label is not None:
        return _aim_at_month(db, contest_id, paper_id, finding.issue_label[:7], counts_at)
    return _aim_at_newest(db, contest_id, paper_id, counts_at, sent_at)


def is_settled(db: Connection, round_id: int | None, *, hold: bool = False) -> bool:
    """Whether the round is picked: nothing moves into it or out of it any more. `hold`: a pick under way is waited for,
    and the pick waits for whoever asked."""
    if round_id is None:
        return False
    query = select(Round.state).where(Round.id == round_id)
    return db.scalar(query.with_for_update(read=True) if hold else query) in SETTLED


_OF_PAPER = Prepared(select(Paper.contest_id).where(Paper.id == bindparam("paper_id")))
_OF_ACCOUNT = Prepared(select(Contest.id).where(Contest.account == bindparam("account")).order_by(Contest.id).limit(1))
_OF_ISSUE = Prepared(
    select(Issue.deadline_on, Round.id, Round.closes_at, Round.state)
    .outerjoin(Round, and_(Round.contest_id == bindparam("contest_id"), Round.month == Issue.month))
    .where(Issue.id == bindparam("issue_id")))
_OF_MONTH = Prepared(select(Issue.id).where(Issue.paper_id == bindparam("paper_id"), Issue.month == bindparam("month")))
_NEWEST = (select(Issue.id, Issue.month).join(Paper).where(Issue.published_on <= bindparam("today"))
           .order_by(Issue.published_on.desc(), Issue.id).limit(1))
_NEWEST_OF_PAPER = Prepared(_NEWEST.where(Issue.paper_id == bindparam("paper_id")))
_NEWEST_OF_ALL = Prepared(_NEWEST.where(Paper.contest_id == bindparam("contest_id")))
_TWO_OF_MONTH = Prepared(select(Issue.id).join(Paper).where(
    Paper.contest_id == bindparam("contest_id"), Issue.month == bindparam("month")).limit(2))
_ROUND = Prepared(select(Round.id, Round.closes_at, Round.state)
                  .where(Round.contest_id == bindparam("contest_id"), Round.month == bindparam("month")))


def _contest(db: Connection, account: str, paper_id: int | None) -> int:
    if paper_id is not None:
        found: int | None = _OF_PAPER.scalar(db, paper_id=paper_id)
        if found is not None:
            return found
    first: int | None = _OF_ACCOUNT.scalar(db, account=account)
    if first is None:
        raise NoContest("这个公众号还没有开办啄木鸟活动。")
    return first


def _aim_at_issue(db: Connection, contest_id: int, issue_id: int, counts_at: datetime) -> Aim:
    found = _OF_ISSUE.first(db, issue_id=issue_id, contest_id=contest_id)
    round_ = found if found.id is not None else None
    return Aim(contest_id, found.id, issue_id, _late(round_, found.deadline_on, counts_at))


def _aim_at_month(db: Connection, contest_id: int, paper_id: int | None, month: str, counts_at: datetime) -> Aim:
    if paper_id is not None:
        issue_id = _OF_MONTH.scalar(db, paper_id=paper_id, month=month)
        if issue_id is not None:
            return _aim_at_issue(db, contest_id, issue_id, counts_at)
    round_ = _round(db, contest_id, month)
    if round_ is None and _lies_ahead(db, contest_id, month):
        return Aim(contest_id, None, None, late=False)
    only = _only_issue(db, contest_id, month) if paper_id is None else None
    return Aim(contest_id, round_.id if round_ else None, only, _late(round_, None, counts_at))


def _lies_ahead(db: Connection, contest_id: int, month: str) -> bool:
    """An issue after every round made so far: stated by mistake, and certainly not past its deadline."""
    last = db.scalar(select(func.max(Round.month)).where(Round.contest_id == contest_id))
    return last is None or month > last


def _aim_at_newest(db: Connection, contest_id: int, paper_id: int | None, counts_at: datetime,
                   sent_at: datetime) -> Aim:
    today = sent_at.astimezone(SHANGHAI).date()
    newest = (_NEWEST_OF_PAPER.first(db, paper_id=paper_id, today=today) if paper_id is not None
              else _NEWEST_OF_ALL.first(db, contest_id=contest_id, today=today))
    if newest is None:
        # Nothing has been published yet: the report waits in the round that opens first.
        month = db.scalar(select(Round.month).where(Round.contest_id == contest_id).order_by(Round.month))
        return _aim_at_month(db, contest_id, paper_id, month, counts_at) if month else Aim(
            contest_id, None, None, late=False)
    if paper_id is not None:
        return _aim_at_issue(db, contest_id, newest.id, counts_at)
    round_ = _round(db, contest_id, newest.month)
    return Aim(contest_id, round_.id if round_ else None, _only_issue(db, contest_id, newest.month),
               _late(round_, None, counts_at))


def _only_issue(db: Connection, contest_id: int, month: str) -> int | None:
    """Where the contest has a single paper, a report without a paper can mean no other."""
    rows = _TWO_OF_MONTH.all(db, contest_id=contest_id, month=month)
    return rows[0].id if len(rows) == 1 else None


def _round(db: Connection, contest_id: int, month: str) -> Row[int, datetime, RoundState] | None:
    found: Row[int, datetime, RoundState] | None = _ROUND.first(db, contest_id=contest_id, month=month)
    return found


def _late(round_: Row[int, datetime, RoundState] | None, deadline_on: date | None, counts_at: datetime) -> bool:
    """About an issue whose printed deadline has passed; without a round the month is long over.

    What comes to a round that is picked is in no finder's way either, whenever it was sent.
    """
    if round_ is not None and round_.state in SETTLED:
        return True
    if deadline_on is not None:
        return counts_at >= phases.closes_at(deadline_on)
    return round_ is None or counts_at >= round_.closes_at
