"""Second opinions: opened, given, taken back, combined, settled, decided by a chief (RULES 10, 19, 21). Never commits.

The first grade decides for the time being; whoever is asked next grades without seeing it. Which reports are asked
for again around the cut lines stands in `bot.judging.contenders`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.contest import aim as aims
from bot.errors import BadInput, NotAllowed, NotFound
from bot.filing import reports
from bot.judging import appealed, decisions, outcomes
from bot.judging.second_grades import Combined, Opinion, Step, combine, is_drawn
from bot.judging.verdicts import GradeInput, rules_of
from models.contests import Round
from models.enums import SCORING_VERDICTS, ReportState, Role, Verdict
from models.grades import Grade
from models.queries import paper_of, team
from models.queries import reviews as queries
from models.queries.team import editors
from models.reports import Erratum, Report
from models.reviews import Review
from models.staff import Staff
from models.work_enums import OPEN_REVIEWS, REVIEW_MOVES, ReviewCause, ReviewResult, ReviewState

FEWEST_EDITORS = 2
"""With one editor nobody could be asked (RULES 21)."""
RESULTS = {Step.AGREED: ReviewResult.AGREED, Step.TWO_OF_THREE: ReviewResult.TWO_OF_THREE}


def open_of(db: Connection, report_id: int) -> Row[Any] | None:
    """The review of a report that is not settled."""
    return db.execute(select(Review.__table__).where(
        Review.report_id == report_id, Review.state.in_(OPEN_REVIEWS))).first()


def draw(session: Session, report: Row[Any], given: GradeInput, grade_id: int, *, now: datetime) -> bool:
    """Asks for a second opinion on a decision just written, where the report is among the random ones.

    Late reports are worth nothing and a question back decides nothing: neither is looked at twice.
    """
    db = session.connection()
    if given.verdict is Verdict.NEEDS_MORE or report.late or report.round_id is None:
        return False
    if aims.is_settled(db, report.round_id):
        return False  # whoever is asked after the pick is asked by an appeal, or is a chief
    month = db.scalar(select(Round.month).where(Round.id == report.round_id)) or ""
    percent = rules_of(db, report)[1].second_share_percent
    if not is_drawn(month, report.id, percent) or not _may_be_asked(db, report.id):
        return False
    _open(db, report.id, ReviewCause.RANDOM, grade_id, held_back=True, now=now)
    return True


def open_for_appeal(db: Connection, report_id: int, *, now: datetime) -> int | None:
    """A rejected report whose reader appeals is graded by somebody else; the review's id.

    An open review is taken over. None where nobody else could look, or the round is picked: then words answer.
    """
    report = reports.get(db, report_id)
    state = db.scalar(select(Round.state).where(Round.id == report.round_id))
    if report.state is not ReportState.DECIDED or (state in aims.SETTLED and not report.late):
        return None
    held = open_of(db, report_id)
    if held is not None:
        db.execute(update(Review).where(Review.id == held.id).values(cause=ReviewCause.APPEAL))
        return int(held.id)
    first = _decision(db, report_id)
    if first is None or not _may_be_asked(db, report_id):
        return None
    return _open(db, report_id, ReviewCause.APPEAL, first, held_back=False, now=now)


def open_contender(session: Session, report_id: int, *, actor: Actor, now: datetime) -> int | None:
    """A report on whose grade the names hang is graded by somebody else; None where nobody else could."""
    db = session.connection()
    first = _decision(db, report_id)
    if first is None or open_of(db, report_id) is not None or not _may_be_asked(db, report_id):
        return None
    review_id = _open(db, report_id, ReviewCause.CONTENDER, first, held_back=False, now=now)
    audit.record(session, actor=actor, verb="open_review", object_kind="report", object_id=report_id, now=now,
                 after=ReviewCause.CONTENDER)
    return review_id


def _open(db: Connection, report_id: int, cause: ReviewCause, grade_id: int, *, held_back: bool, now: datetime) -> int:
    made = db.execute(insert(Review).values(
        report_id=report_id, cause=cause, state=ReviewState.WAITING_SECOND, held_back=held_back, opened_at=now,
        first_grade_id=grade_id))
    return int(made.inserted_primary_key[0])  # type: ignore[index]


def _may_be_asked(db: Connection, report_id: int) -> bool:
    row = db.execute(select(editors().label("many"), queries.somebody_else().label("other"))
                     .select_from(Report).where(Report.id == report_id)).one()
    return row.many >= FEWEST_EDITORS and bool(row.other)


def _decision(db: Connection, report_id: int) -> int | None:
    return db.scalar(select(Grade.id).where(
        Grade.report_id == report_id, Grade.opinion.is_(False), Grade.taken_back.is_(False))
        .order_by(Grade.id.desc()).limit(1))


def give(session: Session, report: Row[Any], held: Row[Any], given: GradeInput, *, actor: Actor, now: datetime,
         same_person: bool = False) -> int:
    """Keeps an independent opinion and says what follows from all of them; the id of its Grade."""
    db = session.connection()
    decisions.touch(db, report, now)
    rules_id, _ = rules_of(db, report)
    grade_id = decisions.add_grade(session, report, given, rules_id, actor, now, opinion=True)
    second = held.state is ReviewState.WAITING_SECOND
    db.execute(update(Review).where(Review.id == held.id).values(
        {"second_grade_id" if second else "third_grade_id": grade_id,
         "state": ReviewState.WAITING_THIRD if second else ReviewState.WAITING_CHIEF}))
    audit.record(session, actor=actor, verb="give_opinion", object_kind="report", object_id=report.id, now=now,
                 details={"nth": 2 if second else 3, "same_person": same_person or None})
    _combine(session, held.id, actor=actor, now=now)
    return grade_id


def _combine(session: Session, review_id: int, *, actor: Actor, now: datetime) -> None:
    """Settles a review where two agree, else asks on."""
    db = session.connection()
    held = _review(db, review_id)
    grades = _grades(db, held)
    combined = combine([_opinion(one) for one in grades])
    if combined.stands is not None:
        _settle(session, held, grades, combined, RESULTS[combined.step], actor=actor, now=now)
    elif combined.step is Step.THIRD and not db.scalar(
            select(queries.somebody_else()).select_from(Report).where(Report.id == held.report_id)):
        _state(db, held, ReviewState.WAITING_CHIEF)


def _state(db: Connection, held: Row[Any], state: ReviewState, **values: Any) -> None:
    assert state in REVIEW_MOVES[held.state]
    db.execute(update(Review).where(Review.id == held.id).values(state=state, **values))


def _review(db: Connection, review_id: int) -> Row[Any]:
    return db.execute(select(Review.__table__).where(Review.id == review_id)).one()


def _grades(db: Connection, held: Row[Any]) -> list[Row[Any]]:
    """What was said in a review, in order."""
    ids = [one for one in (held.first_grade_id, held.second_grade_id, held.third_grade_id) if one is not None]
    rows = {row.id: row for row in db.execute(select(Grade.__table__).where(Grade.id.in_(ids)))}
    return [rows[one] for one in ids]


def _opinion(grade: Row[Any]) -> Opinion:
    return Opinion(grade.verdict, grade.row_code, grade.doubling,
                   (grade.place_mark, grade.correction_mark, grade.reason_mark))


def _settle(session: Session, held: Row[Any], grades: list[Row[Any]], combined: Combined, result: ReviewResult, *,
            actor: Actor, now: datetime, reason: str | None = None) -> None:
    """What stands is written where it differs from the first grade, and the reader hears what he has not heard."""
    db = session.connection()
    report = reports.get(db, held.report_id)
    chosen = grades[combined.stands or 0]
    given = GradeInput(chosen.verdict, chosen.row_code, chosen.doubling, combined.marks, chosen.original_id,
                       _to_reader(held, grades, chosen), why=reason or "")
    result_id, changed = held.first_grade_id, _differs(db, report, given)
    if changed or held.cause is ReviewCause.APPEAL:
        # An answered appeal is a decision of its own even where nothing changes: the reader hears of it once more.
        result_id = decisions.write(session, report, given, *rules_of(db, report), actor=actor, now=now)
    else:
        decisions.touch(db, report, now)
    _state(db, held, ReviewState.SETTLED, result=result, result_grade_id=result_id, reason=reason, closed_at=now)
    audit.record(session, actor=actor, verb="settle_review", object_kind="report", object_id=report.id, now=now,
                 before=report.verdict, after=given.verdict, details={"result": result, "changed": changed})
    appealed.settle(session, report.id, actor=actor, now=now)
    if held.held_back or changed or held.cause is ReviewCause.APPEAL:
        outcomes.tell(db, report, given, result_id, now)


def _to_reader(held: Row[Any], grades: list[Row[Any]], chosen: Row[Any]) -> str:
    """The words that go with what stands. Who appealed has read the first editor's: he hears whoever looked again."""
    if held.cause is ReviewCause.APPEAL:
        agreeing = (one.reason_text for one in reversed(grades) if one.verdict is chosen.verdict and one.reason_text)
        return next(agreeing, "")
    return chosen.reason_text or ""


def _differs(db: Connection, report: Row[Any], given: GradeInput) -> bool:
    """Whether a decision says anything else than what stands; points stand with the erratum."""
    marks = (report.place_mark, report.correction_mark, report.reason_mark)
    if (report.verdict, report.original_id, report.reason_text or "", marks) != (
            given.verdict, given.original_id, given.reason, given.marks):
        return True
    if given.verdict not in SCORING_VERDICTS:
        return False
    row = db.execute(select(Erratum.row_code, Erratum.doubling).where(Erratum.id == report.erratum_id)).one()
    return (row.row_code, row.doubling) != (given.row_code, given.doubling)


def decide(session: Session, report_id: int, grade_id: int | None, reason: str, *, actor: Actor, now: datetime,
           expected_version: int) -> None:
    """A chief picks one of the grades that differ, with a reason. Where nobody else is left to ask, so may whoever is.

    BadInput without a reason or with a grade that is not of this review; NotAllowed says who is to decide.
    """
    db = session.connection()
    report = decisions.opened(db, report_id, expected_version)
    held = open_of(db, report_id)
    if held is None:
        raise NotFound("这一条没有等着定的分歧。")
    same_person = _check_decider(db, held, report_id, actor)
    grades = _grades(db, held)
    stands = next((n for n, one in enumerate(grades) if one.id == grade_id), None)
    if stands is None:
        raise BadInput("请选一位的评分。")
    if not reason.strip():
        raise BadInput("请写一句为什么这样定，只在编辑部里看到。")
    audit.record(session, actor=actor, verb="decide_review", object_kind="report", object_id=report.id, now=now,
                 details={"nth": stands + 1, "same_person": same_person or None})
    _settle(session, held, grades, Combined(Step.CHIEF, stands, _opinion(grades[stands]).marks), ReviewResult.CHIEF,
            actor=actor, now=now, reason=reason.strip())


def _check_decider(db: Connection, held: Row[Any], report_id: int, actor: Actor) -> bool:
    """Whether the one who decides graded as well (同一人). NotAllowed while somebody else is to be asked."""
    left = bool(db.scalar(select(queries.somebody_else()).select_from(Report).where(Report.id == report_id)))
    if held.state is not ReviewState.WAITING_CHIEF and left:
        raise NotAllowed("先等另一位编辑独立评完。")
    mine = db.scalar(select(Report.id).where(Report.id == report_id, queries.graded(actor.staff_id or 0))) is not None
    paper_id = db.scalar(paper_of.report(report_id))
    chiefs = set(db.scalars(select(Staff.id).where(team.holds(Role.CHIEF, Staff, paper_id))))
    if chiefs and actor.staff_id not in chiefs:
        raise NotAllowed("有分歧的由主编定。")
    others = set(db.scalars(select(Staff.id).join(Report, Report.id == report_id).where(
        Staff.id.in_(chiefs), ~queries.graded(Staff.id))))
    if mine and others - {actor.staff_id}:
        raise NotAllowed("您也评过这一条，请另一位主编定。")
    return mine or not chiefs


def take_back(session: Session, report: Row[Any], held: Row[Any], *, actor: Actor, now: datetime) -> bool:
    """Takes one's own opinion back while nothing is settled; False where the first grade is what is to be undone."""
    db = session.connection()
    last = held.third_grade_id or held.second_grade_id
    if last is None:
        return False
    grader = db.scalar(select(Grade.grader_id).where(Grade.id == last))
    if grader != actor.staff_id:
        raise NotAllowed("已经有别人独立再评过，等评定了再改。")
    decisions.touch(db, report, now)
    session.execute(update(Grade).where(Grade.id == last).values(taken_back=True))
    if held.third_grade_id is not None:
        _state(db, held, ReviewState.WAITING_THIRD, third_grade_id=None)
    else:
        _state(db, held, ReviewState.WAITING_SECOND, second_grade_id=None)
    audit.record(session, actor=actor, verb="take_back_opinion", object_kind="report", object_id=report.id, now=now)
    return True


def drop(db: Connection, report_id: int, *, now: datetime) -> None:
    """The decision that a review was about is gone."""
    db.execute(update(Review).where(Review.report_id == report_id, Review.state.in_(OPEN_REVIEWS)).values(
        state=ReviewState.DROPPED, closed_at=now))


def regraded(db: Connection, held: Row[Any], grade_id: int) -> None:
    """The first editor changed his grade before anybody else gave one: it is that which is looked at."""
    db.execute(update(Review).where(Review.id == held.id).values(first_grade_id=grade_id, held_back=True))


def first_grader(db: Connection, held: Row[Any]) -> int | None:
    """Whose decision a review is about."""
    return db.scalar(select(Grade.grader_id).where(Grade.id == held.first_grade_id))


def is_settled(db: Connection, report_id: int) -> bool:
    """Whether the decision that stands now is what a review came to."""
    return db.scalar(select(Review.id).where(
        Review.report_id == report_id, Review.state == ReviewState.SETTLED,
        Review.result_grade_id == _decision(db, report_id))) is not None


def close_at_pick(session: Session, round_id: int, *, now: datetime) -> None:
    """A round that is picked asks nobody any more: first grades stand, and their readers hear of them."""
    db = session.connection()
    rows = db.execute(select(Review.__table__).join(Report, Report.id == Review.report_id).where(
        Report.round_id == round_id, Review.state.in_(OPEN_REVIEWS))).all()
    for held in rows:
        _state(db, held, ReviewState.DROPPED, closed_at=now)
        if held.held_back:
            report, grade = reports.get(db, held.report_id), _grades(db, held)[0]
            opinion = _opinion(grade)
            outcomes.tell(db, report, replace(
                GradeInput(grade.verdict, original_id=grade.original_id, reason=grade.reason_text or ""),
                row_code=opinion.row_code, doubling=opinion.doubling, marks=opinion.marks), grade.id, now)
