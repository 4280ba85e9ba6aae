"""What the public page of a released round shows: names as printed, the versions of its record, counts. Nothing personal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.appeals import Appeal
from models.contests import Award, Contest, Round, RuleSet
from models.enums import AwardOrigin, Prize, RoundState
from models.queries.printed_names import listed, without_names
from models.queries.round_changes import OpenCorrection, published
from models.readers import Reader
from models.records import RoundRecord, RoundRecordPart
from models.reports import Report
from models.work_enums import AppealState


@dataclass(frozen=True, slots=True)
class PublicRound:
    """A released round. `versions`: the first one first, without the files. `appeals`: (answered, of these upheld)."""

    id: int
    contest_id: int
    contest: str
    account: str
    month: str
    rules: str
    released_at: datetime
    open: bool  # something was not done when the names were picked
    pick_reason: str | None  # of the newest pick
    best: tuple[str, ...]
    excellent: tuple[str, ...]  # in no order of places (RULES 13)
    corrections: tuple[OpenCorrection, ...]
    versions: Sequence[Any]
    reports: int
    appeals: tuple[int, int]
    unlisted: int  # winners whose printed names are not shown here


def released(session: Session, contest_id: int, month: str) -> PublicRound | None:
    """None for a round that is not released, or that there is not."""
    row = session.execute(
        select(Round.id, Round.month, Round.released_at, Round.pick_reason, Round.result["open"].label("open"), Contest.name,
               Contest.account_title, RuleSet.rules)
        .join(Contest, Contest.id == Round.contest_id).join(RuleSet, RuleSet.id == Round.rule_set_id)
        .where(Round.contest_id == contest_id, Round.month == month, Round.state == RoundState.RELEASED)).first()
    if row is None or row.released_at is None:
        return None
    # Whoever came to a prize later stands in its correction.
    names = session.execute(
        select(Award.prize, Award.printed_name, Award.origin, listed().label("listed"))
        .join(Reader, Reader.id == Award.reader_id)
        .where(Award.round_id == row.id, Award.printed_name.is_not(None))).all()
    shown = [one for one in names if one.listed and one.origin is AwardOrigin.PICKED]
    hidden = [one.printed_name for one in names if not one.listed]
    answered = session.execute(
        select(func.count(), func.count().filter(Appeal.state == AppealState.UPHELD)).select_from(Appeal)
        .join(Report, Report.id == Appeal.report_id)
        .where(Report.round_id == row.id, Appeal.state != AppealState.OPEN)).one()
    return PublicRound(
        row.id, contest_id, row.name, row.account_title, row.month, row.rules, row.released_at, bool(row.open),
        row.pick_reason,
        tuple(sorted(one.printed_name for one in shown if one.prize is Prize.BEST)),
        tuple(sorted(one.printed_name for one in shown if one.prize is Prize.EXCELLENT)),
        without_names(published(session.connection(), row.id), hidden), versions(session, row.id),
        session.scalar(select(func.count()).select_from(Report).where(Report.round_id == row.id)) or 0,
        (answered[0], answered[1]), sum(one.origin is AwardOrigin.PICKED and not one.listed for one in names))


def released_months(session: Session, contest_id: int) -> list[tuple[str, datetime]]:
    """(month, released at) of every round with a public page, the newest month first."""
    rows = session.execute(select(Round.month, Round.released_at).where(
        Round.contest_id == contest_id, Round.state == RoundState.RELEASED).order_by(Round.month.desc()))
    return [(row[0], row[1]) for row in rows if row[1] is not None]


def versions(session: Session, round_id: int) -> Sequence[Any]:
    """Every version, the first one first; not the files, which are large."""
    found: Sequence[Any] = session.execute(
        select(RoundRecord.version, RoundRecord.digest, RoundRecord.sha256, RoundRecord.reason, RoundRecord.made_at,
               RoundRecord.signed_at, Round.contest_id)
        .join(Round, Round.id == RoundRecord.round_id)
        .where(RoundRecord.round_id == round_id).order_by(RoundRecord.version)).all()
    return found


def packed(session: Session, contest_id: int, month: str, version: int) -> tuple[str, Sequence[bytes]] | None:
    """(SHA-256 of the file, the deflated file in parts) of one version of a released round's record; None where there is
    none."""
    found = session.execute(
        select(RoundRecord.sha256, RoundRecord.round_id).join(Round, Round.id == RoundRecord.round_id)
        .where(Round.contest_id == contest_id, Round.month == month, Round.state == RoundState.RELEASED,
               RoundRecord.version == version)).first()
    if found is None:
        return None
    parts = session.scalars(select(RoundRecordPart.data).where(
        RoundRecordPart.round_id == found.round_id, RoundRecordPart.version == version).order_by(RoundRecordPart.number))
    return found.sha256, parts.all()
