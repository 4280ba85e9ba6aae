"""A decision on a report as it is written: state, marks, points of its erratum, the Grade row. Writes; never commits.

Who may decide, what is asked again and what the reader hears stand in `bot.judging.grading` and `bot.judging.reviews`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.contest import aim as aims
from bot.contest.rules import RuleSet as Rules
from bot.errors import BadInput, NotAllowed, Stale
from bot.filing import errata, histories, reports
from bot.judging import appealed
from bot.judging.verdicts import GradeInput
from models.contests import Round
from models.enums import SCORING_VERDICTS, Doubling, ReportState, Role, RoundState, Verdict
from models.grades import Grade
from models.messages import Conversation
from models.reports import Erratum, Report
from models.staff import Staff

AFTER_PICK = "这一轮已经评出名单，不能再改这条的评分。"
AFTER_RELEASE = "名单已经公布，只有读者申诉的才能再评。"
CHIEF_AFTER_PICK = "这一轮已经评出名单，不能再改这条的评分：读者申诉的、或主编写明理由，才能再评。"


def opened(db: Connection, report_id: int, expected_version: int) -> Row[Any]:
    """A report that may be decided or changed now. Stale, or NotAllowed once its round is picked."""
    report, state = _opened(db, report_id, expected_version)
    if state in aims.SETTLED and not report.late:
        raise NotAllowed(AFTER_PICK)
    return report


def check_group(db: Connection, report: Row[Any]) -> None:
    """NotAllowed where errata of a round that is picked would count as one, or as two, from now on: a late report is open
    to editors longer than its round."""
    if aims.is_settled(db, report.round_id):
        raise NotAllowed(AFTER_PICK)


def opened_to_grade(db: Connection, report_id: int, expected_version: int, given: GradeInput, *, actor: Actor) -> Row[Any]:
    """The same for a grade, which may come after the pick too: as the answer to an appeal, or until the release from a
    chief who says why. The names are picked anew then, or a further prize is awarded (RULES 19)."""
    report, state = _opened(db, report_id, expected_version)
    if state not in aims.SETTLED or report.late:
        return report
    if given.verdict is Verdict.NEEDS_MORE:
        raise NotAllowed("名单已经评出，不能再请读者补充。")
    if appealed.open_of(db, report_id) is not None:
        return report
    if state is RoundState.RELEASED:
        raise NotAllowed(AFTER_RELEASE)
    if not acts_as(db, actor, Role.CHIEF):
        raise NotAllowed(CHIEF_AFTER_PICK)
    if not given.why.strip():
        raise BadInput("名单已经评出，要改请写一句为什么。")
    return report


def acts_as(db: Connection, actor: Actor, role: Role) -> bool:
    """Whether this member holds the role, or nobody does (RULES 21)."""
    held = db.scalars(select(Staff.id).where(Staff.role == role, Staff.active.is_(True))).all()
    return not held or actor.staff_id in held


def _opened(db: Connection, report_id: int, expected_version: int) -> tuple[Row[Any], RoundState | None]:
    report = reports.get(db, report_id)
    if report.version != expected_version:
        raise Stale(f"编号 {report_id} 刚刚有人改过，请看过新的内容再评。")
    # Shared lock: a pick under way is waited for, and the pick waits for grades under way.
    state = db.scalar(select(Round.state).where(Round.id == report.round_id).with_for_update(read=True))
    return report, state


def write(session: Session, report: Row[Any], given: GradeInput, rules_id: int, rules: Rules, *, actor: Actor,
          now: datetime) -> int:
    """Decides the report so; the id of the new Grade. `report` is the row as `opened` gave it."""
    db = session.connection()
    if given.verdict in SCORING_VERDICTS:
        _set_points(db, session, report, given, rules, actor=actor, now=now)
    state = ReportState.NEEDS_MORE if given.verdict is Verdict.NEEDS_MORE else ReportState.DECIDED
    _move(db, report, state, now, actor, given)
    histories.repeat_changed(session, report, given.original_id, actor=actor, now=now)
    if given.verdict not in SCORING_VERDICTS and report.erratum_id is not None:
        errata.forget_points(db, report.erratum_id, by_late=report.late)
    return add_grade(session, report, given, rules_id, actor, now)


def _set_points(
    db: Connection, session: Session, report: Row[Any], given: GradeInput, rules: Rules, *, actor: Actor, now: datetime
) -> None:
    """Points belong to the erratum: all its reports share row and doubling."""
    erratum_id = report.erratum_id
    if erratum_id is None:
        finding = reports.current_finding(db, report.id)
        erratum_id = errata.match_or_make(db, contest_id=report.contest_id, issue_id=report.issue_id,
                                          finding=finding, now=now).erratum_id
        db.execute(update(Report).where(Report.id == report.id).values(erratum_id=erratum_id))
    row = rules.row(given.row_code or "")
    points = row.base_milli * (rules.doubling_factor if given.doubling is not Doubling.NONE else 1)
    root = errata.root_of(db, erratum_id)
    before = db.execute(select(Erratum.row_code, Erratum.doubling).where(Erratum.id == root)).one()
    if report.late and before.row_code is not None and aims.is_settled(db, report.round_id):
        return  # what comes late changes no points of a round that is picked (RULES 3, 5)
    db.execute(update(Erratum).where(Erratum.id.in_(errata.group_of(db, erratum_id))).values(
        row_code=row.code, doubling=given.doubling, points_milli=points))
    if before.row_code is not None and (before.row_code, before.doubling) != (row.code, given.doubling):
        audit.record(session, actor=actor, verb="regrade_erratum", object_kind="erratum", object_id=root, now=now,
                     before=before.row_code, after=row.code, details={"doubling": given.doubling})


def _move(db: Connection, report: Row[Any], state: ReportState, now: datetime, actor: Actor,
          given: GradeInput) -> None:
    place, correction, reason = given.marks if given.verdict in SCORING_VERDICTS else (False, False, False)
    touch(db, report, now, state=state, verdict=given.verdict, original_id=given.original_id, place_mark=place,
          correction_mark=correction, reason_mark=reason, reason_text=given.reason.strip() or None,
          decided_at=now, decided_by_id=actor.staff_id)
    stop_waiting(db, report)


def touch(db: Connection, report: Row[Any], now: datetime, **values: Any) -> None:
    """Writes these columns and raises the version. Stale where somebody was quicker."""
    done = db.execute(update(Report).where(Report.id == report.id, Report.version == report.version).values(
        updated_at=now, version=report.version + 1, **values))
    if done.rowcount != 1:
        raise Stale(f"编号 {report.id} 刚刚有人改过，请看过新的内容再评。")


def stop_waiting(db: Connection, report: Row[Any]) -> None:
    """What an editor decided is not waited for any more: the reader's next words are about something else."""
    if report.state is ReportState.HALF_TOLD:
        db.execute(update(Conversation).where(Conversation.report_id == report.id).values(
            report_id=None, waiting_for=None))


def add_grade(session: Session, report: Row[Any], given: GradeInput, rules_id: int, actor: Actor, now: datetime, *,
              opinion: bool = False) -> int:
    """Keeps what somebody said of a report. An `opinion` stands beside the decisions and replaces none of them."""
    assert actor.staff_id is not None, "only staff grade"
    scoring = given.verdict in SCORING_VERDICTS
    marks = given.marks if scoring else (False, False, False)
    row = Grade(
        report_id=report.id, report_version=report.version, grader_id=actor.staff_id,
        replaces_id=None if opinion else last_grade(session, report.id), rule_set_id=rules_id, verdict=given.verdict,
        row_code=given.row_code if scoring else None, doubling=given.doubling if scoring else Doubling.NONE,
        place_mark=marks[0], correction_mark=marks[1], reason_mark=marks[2],
        original_id=given.original_id, reason_text=given.reason.strip() or None, opinion=opinion,
        why=given.why.strip() or None, created_at=now,
    )
    session.add(row)
    session.flush()
    return row.id


def last_grade(session: Session, report_id: int) -> int | None:
    """The newest decision on a report; opinions are none."""
    return session.scalar(select(Grade.id).where(Grade.report_id == report_id, Grade.opinion.is_(False))
                          .order_by(Grade.id.desc()).limit(1))


def reopen(db: Connection, report: Row[Any], now: datetime) -> None:
    """As if nobody had decided it yet."""
    db.execute(update(Report).where(Report.id == report.id).values(
        state=ReportState.FILED, verdict=None, original_id=None, place_mark=False, correction_mark=False,
        reason_mark=False, reason_text=None, decided_at=None, decided_by_id=None, updated_at=now,
        version=report.version + 1))
