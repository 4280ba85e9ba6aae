"""Named reads of re-scorings: the versions of a contest's rules, and what was changed in a round and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from models.contests import Round, RuleSet
from models.rescoring import Rescoring
from models.staff import Staff


class VersionRow(NamedTuple):
    """One version of a contest's rules; `used`: the round runs under it."""

    number: int
    rules: str
    created_at: datetime
    used: bool


@dataclass(frozen=True, slots=True)
class RescoringRow:
    """One change that was looked at and applied: of a report, or of the rules from one version to another."""

    at: datetime
    who: str
    reason: str
    report_id: int | None
    before: int | None
    after: int | None
    moved: int
    crossing: int


MOST = 50
"""The newest changes of a round that its page lists."""


def versions(session: Session, round_id: int) -> tuple[VersionRow, ...]:
    """All versions of the rules of a round's contest, the newest first."""
    rows = session.execute(
        select(RuleSet.number, RuleSet.rules, RuleSet.created_at, RuleSet.id == Round.rule_set_id)
        .join(Round, Round.contest_id == RuleSet.contest_id).where(Round.id == round_id).order_by(RuleSet.number.desc()))
    return tuple(VersionRow(*row) for row in rows)


def changes(session: Session, round_id: int) -> tuple[RescoringRow, ...]:
    """What was changed in a round after it was looked at, the newest first."""
    before, after = aliased(RuleSet), aliased(RuleSet)
    rows = session.execute(
        select(Rescoring.at, Staff.display_name, Rescoring.reason, Rescoring.report_id, before.number, after.number,
               Rescoring.moved, Rescoring.crossing)
        .join(Staff, Staff.id == Rescoring.staff_id).outerjoin(before, before.id == Rescoring.before_rules_id)
        .outerjoin(after, after.id == Rescoring.after_rules_id)
        .where(Rescoring.round_id == round_id).order_by(Rescoring.id.desc()).limit(MOST))
    return tuple(RescoringRow(*row) for row in rows)
