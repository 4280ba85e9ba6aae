"""Named reads for 个人信息: how many readers there are, and what the jobs that delete have done. Names nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.audit import JobRun
from models.claims import ClaimContact
from models.enums import JobOutcome
from models.readers import Reader

RUNS = 400
"""So many runs of a job are looked at: more than a year of one that runs daily."""


@dataclass(frozen=True, slots=True)
class Held:
    readers: int
    left: int  # unfollowed, and known again by a digest only
    erased: int
    contacts: int  # prizes of which something sealed is kept


@dataclass(frozen=True, slots=True)
class Done:
    """What one kind of deletion came to. `last_at`: the last run that says anything of it, be it 0."""

    last_at: datetime | None
    gone: int


def held(session: Session) -> Held:
    row = session.execute(select(
        func.count(Reader.id), func.count(Reader.openid_digest), func.count(Reader.erased_at))).one()
    contacts = session.scalar(select(func.count(func.distinct(ClaimContact.award_id)))) or 0
    return Held(row[0] - row[2], row[1], row[2], contacts)


def runs(session: Session, job: str, since: datetime) -> list[tuple[datetime, dict[str, object]]]:
    """Runs of a job that left a row since, the newest first."""
    found = session.execute(select(JobRun.started_at, JobRun.result).where(
        JobRun.name == job, JobRun.outcome == JobOutcome.DONE, JobRun.started_at >= since)
        .order_by(JobRun.started_at.desc()).limit(RUNS))
    return [(row.started_at, row.result) for row in found]


def done(found: Sequence[tuple[datetime, dict[str, object]]], keys: Sequence[str]) -> Done:
    """Sums what the runs say under these words."""
    told = [(at, sum(int(str(result[key])) for key in keys if key in result)) for at, result in found
            if any(key in result for key in keys)]
    return Done(told[0][0] if told else None, sum(many for _, many in told))
