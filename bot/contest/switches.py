"""What a chief switches on for a contest once there are three editors. Writes; never commits."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.contest import phases
from bot.contest.contests import newest_rules
from bot.contest.rules import to_json
from bot.errors import NotAllowed, NotFound
from models.contests import Contest, Round, RuleSet
from models.enums import RoundState
from models.queries import team

FROM_EDITORS = 3


class Switch(StrEnum):
    AGREEMENT = "agreement"
    CALIBRATION = "calibration"
    PAIRS = "pairs"


def turn(session: Session, contest_id: int, switch: Switch, *, on: bool, actor: Actor, now: datetime) -> bool:
    """False where it stands so already. Comparing finalists is a rule of the round (RULES 11): it holds for rounds
    whose paper is not out yet, by a further rule set; those under way keep theirs."""
    contest = session.get(Contest, contest_id)
    if contest is None:
        raise NotFound("没有这个活动。")
    if on and (session.scalar(select(team.editors())) or 0) < FROM_EDITORS:
        raise NotAllowed(f"有 {FROM_EDITORS} 位编辑以后才能打开。")
    if switch is Switch.PAIRS:
        changed = _pairs(session, contest_id, on, now)
    else:
        column = "shows_agreement" if switch is Switch.AGREEMENT else "calibrates"
        changed = getattr(contest, column) != on
        setattr(contest, column, on)
        session.flush()
    if changed:
        audit.record(session, actor=actor, verb="switch_on" if on else "switch_off", object_kind="contest",
                     object_id=contest_id, now=now, after=switch)
    return changed


def _pairs(session: Session, contest_id: int, on: bool, now: datetime) -> bool:
    _, rules = newest_rules(session, contest_id)
    if rules.compares_pairs == on:
        return False
    number = session.scalar(select(func.max(RuleSet.number)).where(RuleSet.contest_id == contest_id)) or 0
    made = RuleSet(contest_id=contest_id, number=number + 1, rules=to_json(replace(rules, compares_pairs=on)),
                   created_at=now)
    session.add(made)
    session.flush()
    session.execute(update(Round).where(
        Round.contest_id == contest_id, Round.state == RoundState.OPEN, Round.published_on > phases.local_day(now),
    ).values(rule_set_id=made.id).execution_options(synchronize_session="fetch"))
    return True


def pairs_from(session: Session, contest_id: int) -> str | None:
    """The month of the first open round whose rules have finalists compared."""
    found = session.execute(
        select(Round.month, RuleSet.rules).join(RuleSet, RuleSet.id == Round.rule_set_id)
        .where(Round.contest_id == contest_id, Round.state == RoundState.OPEN).order_by(Round.month)).all()
    return next((row.month for row in found if '"compares_pairs":true' in row.rules), None)
