"""What an editor says of the same slip elsewhere: taken out of its group, or told apart. Writes; never commits.

Linking by hand is `bot.judging.grading.link_slip`; what is linked without anybody, `bot.filing.elsewhere`.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, update
from sqlalchemy.orm import Session

from bot.audit import Actor
from bot.errors import BadInput, NotAllowed
from bot.filing import elsewhere, erratum_group, histories, reports
from bot.judging.decisions import check_group
from bot.judging.grading import opened
from models.reports import Report


def unlink_slip(session: Session, report_id: int, *, actor: Actor, now: datetime, expected_version: int) -> list[int]:
    """Says that this report's error is not the slip that stands elsewhere, whoever linked them; for good. Gives the reports
    of the other places."""
    db = session.connection()
    report = opened(db, report_id, expected_version)
    check_group(db, report)
    others = erratum_group.unlink(db, report.erratum_id) if report.erratum_id is not None else []
    if not others:
        raise NotAllowed("这一处没有和别处连在一起。")
    elsewhere.keep_apart(db, report.erratum_id, others)
    _changed(db, report_id, report.version, now)
    left = histories.reports_on(db, others, but=report_id)
    histories.of_those(session, "unlink_erratum", report_id, left, actor=actor, now=now,
                       details={"erratum": report.erratum_id, "from": others})
    return left


def keep_apart(session: Session, report_id: int, other_id: int, *, actor: Actor, now: datetime,
               expected_version: int) -> None:
    """Says that report `other_id` points at another slip, so that it is not proposed again."""
    db = session.connection()
    report, other = opened(db, report_id, expected_version), reports.get(db, other_id)
    if report.erratum_id is None or other.erratum_id is None:
        raise BadInput("两条都要先有对应的差错。")
    if erratum_group.same_for_readers(db, report.erratum_id, other.erratum_id):
        raise NotAllowed("这两处已经连在一起，要先分开。")
    elsewhere.keep_apart(db, report.erratum_id, erratum_group.group_of(db, other.erratum_id))
    _changed(db, report_id, report.version, now)
    histories.of_both(session, "keep_apart", report_id, other_id, actor=actor, now=now,
                      details={"erratum": other.erratum_id})


def _changed(db: Connection, report_id: int, version: int, now: datetime) -> None:
    db.execute(update(Report).where(Report.id == report_id).values(updated_at=now, version=version + 1))
