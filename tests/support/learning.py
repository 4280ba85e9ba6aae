"""What three editors need to learn together: rounds that are over, doubly graded reports, finalists that tie."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot import audit
from bot.contest import contests
from bot.contest.rules import from_json, to_json
from bot.judging import grading
from bot.judging.grading import GradeInput
from models.contests import Contest, Round, RuleSet
from models.enums import Doubling, Role, RoundState, Verdict
from models.grades import Grade
from models.reports import Report
from models.reviews import Review
from models.work_enums import ReviewCause, ReviewResult, ReviewState
from tests.support import factories
from tests.support.factories import DISCOUNT, HEADLINE, NOW, VOLUNTEERS, House

EARLIER = "2026-10"
SAID = (
    ("东城版2版《社区食唐开张》，“食唐”应为“食堂”，题目里的错字", "accepted", "N-05"),
    ("东城版2版《社区食唐开张》，“八五折优慧”应为“八五折优惠”", "accepted_with_edits", "N-05"),
    ("东城版3版《垃圾箱房换新颜》，“值首”应为“值守”", "accepted", "N-04"),
    ("东城版2版《社区食唐开张》，“热乎饭”应为“热饭”", "suggestion", None),
    ("东城版2版《社区食唐开张》，“就坐”应为“就座”", "both_forms", None),
    ("东城版3版《垃圾箱房换新颜》，“箱房”应为“厢房”", "not_an_error", None),
    ("东城版3版《垃圾箱房换新颜》，“洗手池”应为“洗手间”", "cannot_check", None),
)
"""Reports of a round that is over, with what was decided."""


def more_editors(session: Session, many: int = 2) -> list[int]:
    """Further editors, so that there are three with the one of `factories.build`."""
    return [factories.staff(session, f"more{n}", Role.EDITOR) for n in range(many)]


def switched(session: Session, house: House, **on: bool) -> None:
    """`shows_agreement`, `calibrates`."""
    session.execute(update(Contest).where(Contest.id == house.contest_id).values(**on))


def archive(session: Session, house: House, said: tuple[tuple[str, str, str | None], ...] = SAID) -> list[int]:
    """A round of the month before, released, with these reports; their numbers."""
    contest = session.get_one(Contest, house.contest_id)
    contests.make_rounds(session, contest.id, months_ahead=0, first=EARLIER, actor=audit.OPERATOR, now=NOW)
    round_id = session.scalars(select(Round.id).where(Round.month == EARLIER)).one()
    numbers = []
    for text, verdict, row in said:
        number = factories.report(session, text)
        given = GradeInput(Verdict(verdict), row_code=row, marks=(True, True, False), reason="" if row else "查过词典。")
        grading.grade(session, number, given, actor=audit.by_staff(house.editor_id), now=NOW,
                      expected_version=factories.version_of(session, number))
        numbers.append(number)
    session.execute(update(Report).where(Report.id.in_(numbers)).values(round_id=round_id))
    session.execute(update(Round).where(Round.id == round_id).values(
        state=RoundState.RELEASED, closed_at=NOW, picked_at=NOW, released_at=NOW, result={"selection": {}}))
    session.flush()
    return numbers


def doubly_graded(session: Session, house: House, second: int, many: int, *, apart: int = 3) -> None:
    """Settled reviews of one report each; every `apart`th time the second grader says no, else both say N-05."""
    rule_id = session.get_one(Round, house.round_id).rule_set_id
    for n in range(many):
        number = factories.report(session, HEADLINE)
        refuses = apart and n % apart == 0
        first = _grade(session, number, house.editor_id, rule_id, Verdict.ACCEPTED)
        other = _grade(session, number, second, rule_id, Verdict.NOT_AN_ERROR if refuses else Verdict.ACCEPTED,
                       opinion=True)
        session.add(Review(report_id=number, cause=ReviewCause.RANDOM, state=ReviewState.SETTLED, opened_at=NOW,
                           first_grade_id=first, second_grade_id=other, result_grade_id=first,
                           result=ReviewResult.AGREED, closed_at=NOW))
    session.flush()


def _grade(session: Session, number: int, grader: int, rule_id: int, verdict: Verdict, *, opinion: bool = False) -> int:
    row = Grade(report_id=number, report_version=1, grader_id=grader, rule_set_id=rule_id, verdict=verdict,
                row_code="N-05" if verdict is Verdict.ACCEPTED else None, doubling=Doubling.NONE, opinion=opinion,
                reason_text=None if verdict is Verdict.ACCEPTED else "没有错。", created_at=NOW)
    session.add(row)
    session.flush()
    return row.id


def compared_by_rule(session: Session, house: House) -> None:
    """The running round's rules have finalists compared."""
    row = session.get_one(RuleSet, session.get_one(Round, house.round_id).rule_set_id)
    # Second opinions are another subject: none is asked for here.
    rules = replace(from_json(row.rules), compares_pairs=True, second_share_percent=0, seconds_contenders=False)
    row.rules = to_json(rules)
    session.flush()


def tie(session: Session, house: House, texts: tuple[str, ...] = (HEADLINE, DISCOUNT, VOLUNTEERS)) -> tuple[list[int], datetime]:
    """A closed round in which these reports, each of another reader, tie for place 1 but for the draw."""
    numbers = [factories.report(session, text) for text in texts]
    for number in numbers:
        factories.accept(session, number, house)
    return numbers, factories.closed(session, house)
