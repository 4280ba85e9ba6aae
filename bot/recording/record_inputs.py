"""What a round's record is written from, read in its own order and in pieces. Reads only; no name, no reader's word."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, String, and_, or_, select, type_coerce
from sqlalchemy.orm import Session, aliased

from bot.contest.record.canonical import time_text
from bot.contest.record.values import (
    OPINION,
    TAKEN_BACK,
    AuditRow,
    GradeRow,
    IssueFacts,
    PaperFacts,
    RoundFacts,
)
from models.appeals import CallerEntry
from models.audit import AuditEntry
from models.base import stored_utc
from models.contests import Contest, Round, RuleSet
from models.grades import Grade
from models.messages import Message
from models.papers import Issue, Paper
from models.reports import Erratum, Report
from models.reviews import Review

AT_ONCE = 5000
GRADE = "grade"
"""The audit's verb for a decision: the table of grades says the same and more, so it is not taken over twice."""
LONGEST_TIME, WHOLE_SECOND = len("2026-11-10 01:00:00.000000"), ".000000"


def facts(session: Session, round_id: int) -> RoundFacts:
    """The round, its contest and what was printed in its month."""
    round_ = session.get_one(Round, round_id)
    contest = session.get_one(Contest, round_.contest_id)
    number = session.scalars(select(RuleSet.number).where(RuleSet.id == round_.rule_set_id)).one()
    return RoundFacts(
        contest=contest.name, account=contest.account_title, papers=_papers(session.connection(), contest.id, round_.month),
        month=round_.month, published_on=round_.published_on, deadline_on=round_.deadline_on,
        closes_at=round_.closes_at, closed_at=round_.closed_at, grading_until=round_.grading_until,
        print_by=round_.print_by, rule_set=number)


def _papers(db: Connection, contest_id: int, month: str) -> tuple[PaperFacts, ...]:
    """The papers of the contest, and all papers of which a report of the round may be: each with its issues."""
    issues: dict[int, list[IssueFacts]] = {}
    for row in db.execute(select(Issue.paper_id, Issue.id, Issue.month, Issue.published_on, Issue.deadline_on).where(
            Issue.month == month).order_by(Issue.published_on, Issue.id)):
        issues.setdefault(row.paper_id, []).append(IssueFacts(row.id, row.month, row.published_on, row.deadline_on))
    return tuple(PaperFacts(row.id, row.name, tuple(issues.get(row.id, ()))) for row in db.execute(
        select(Paper.id, Paper.name).where(Paper.contest_id == contest_id).order_by(Paper.id)))


def create_times(db: Connection, round_id: int) -> Iterator[tuple[int, int]]:
    """Every report of the round by number, with WeChat's time of the message that it came with."""
    rows = db.execute(select(Report.id, Message.create_time).join(Message, Message.id == Report.message_id)
                      .where(Report.round_id == round_id).order_by(Report.id).execution_options(yield_per=AT_ONCE))
    return ((number, create_time) for number, create_time in rows)


def grades(db: Connection, round_id: int) -> Iterator[GradeRow]:
    """Every grade of the round's reports in order, with what it came from."""
    causes = _causes(db, round_id)
    rows = db.execute(
        select(Grade.id, Grade.report_id, Grade.grader_id, type_coerce(Grade.verdict, String), Grade.row_code,
               type_coerce(Grade.doubling, String), Grade.place_mark, Grade.correction_mark, Grade.reason_mark,
               type_coerce(Grade.created_at, String), Grade.taken_back, Grade.opinion, Grade.replaces_id,
               Grade.original_id, RuleSet.number)
        .join(Report, Report.id == Grade.report_id).join(RuleSet, RuleSet.id == Grade.rule_set_id)
        .where(Report.round_id == round_id).order_by(Grade.id).execution_options(yield_per=AT_ONCE))
    for (number, report, grader, verdict, row, doubling, place, correction, reason, at, taken_back, opinion, replaces,
         original, rule_set) in rows:
        cause = causes.get(number) or "none"
        if taken_back:
            cause = TAKEN_BACK
        elif opinion:
            cause = OPINION + cause
        elif number not in causes:
            cause = "first" if replaces is None else "again"
        else:
            cause = "settled:" + cause
        yield GradeRow(number, report, grader, verdict, row, doubling, (place, correction, reason), _time_text(at), cause,
                       replaces, original, rule_set)


def _time_text(stored: str | datetime) -> str:
    """The canonical text of a time as it is stored: what SQLite keeps as text is one already, but for two signs."""
    if isinstance(stored, str) and len(stored) == LONGEST_TIME:
        return f"{stored[:10]}T{stored[11:19] if stored.endswith(WHOLE_SECOND) else stored[11:]}Z"
    return time_text(stored_utc(stored))


def _causes(db: Connection, round_id: int) -> dict[int, str]:
    """Grade → why it was asked for, where it is an opinion in a review or what settled one."""
    found: dict[int, str] = {}
    for row in db.execute(
        select(Review.first_grade_id, Review.second_grade_id, Review.third_grade_id, Review.result_grade_id, Review.cause)
        .join(Report, Report.id == Review.report_id).where(Report.round_id == round_id).order_by(Review.id)
    ):
        for grade in (row.second_grade_id, row.third_grade_id, row.result_grade_id):
            if grade is not None and grade != row.first_grade_id:
                found[grade] = row.cause.value
    return found


def audit(db: Connection, round_id: int) -> Iterator[AuditRow]:
    """The audit entries of the round, of its reports, their errata and the calls they came by, in order of their ids."""
    rows = db.execute(
        select(AuditEntry.id, AuditEntry.at, type_coerce(AuditEntry.actor_kind, String), AuditEntry.staff_id,
               AuditEntry.verb, AuditEntry.object_kind, AuditEntry.object_id, AuditEntry.before, AuditEntry.after,
               AuditEntry.details)
        .where(_about(round_id), or_(AuditEntry.verb != GRADE, AuditEntry.details["same_person"].as_boolean()))
        .order_by(AuditEntry.id).execution_options(yield_per=AT_ONCE))
    for row in rows:
        yield AuditRow(*row)


def _about(round_id: int) -> ColumnElement[bool]:
    own = aliased(Erratum)
    of_round = Report.round_id == round_id
    errata = select(Report.erratum_id).where(of_round, Report.erratum_id.is_not(None)).union(
        select(own.same_as_id).join(Report, Report.erratum_id == own.id).where(of_round, own.same_as_id.is_not(None)))
    calls = select(CallerEntry.message_id).join(Report, Report.message_id == CallerEntry.message_id).where(of_round)
    kind, number = AuditEntry.object_kind, AuditEntry.object_id
    return or_(
        and_(kind == "round", number == round_id),
        and_(kind == "report", number.in_(select(Report.id).where(of_round))),
        and_(kind == "erratum", number.in_(errata)),
        and_(kind == "message", number.in_(calls)))
