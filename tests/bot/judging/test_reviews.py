"""Second opinions through the verbs: drawn, given, combined, taken back, decided; who may; what blocks. Both databases."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from bot.audit import SCHEDULER, by_staff
from bot.contest import rounds
from bot.contest.blockers import BlockerKind, blockers
from bot.contest.rules import DEFAULT_RULES, RuleSet
from bot.contest.standing import compute
from bot.errors import BadInput, NotAllowed, Stale
from bot.house import page_makers
from bot.judging import contenders, eligible, grading, reviews
from bot.judging.second_grades import is_drawn
from models.audit import AuditEntry
from models.enums import Doubling, OutgoingState, ReportState, Role, RoundState, Verdict
from models.outgoing import OutgoingMessage
from models.queries import reviews as queries
from models.reports import Report
from models.reviews import Review
from models.staff import Staff
from models.work_enums import ReviewCause, ReviewResult, ReviewState
from tests.support.town import EARLY, NO_MARKS, Town, at, at_once

NOON = at("2023-05-20 12:00")
LATER = at("2023-05-20 15:00")
EVENING = at("2023-05-20 19:00")
EXTRA_OVER = at("2023-06-02 00:15")
UNTIL = at("2023-06-07 00:00")
EVERY = replace(DEFAULT_RULES, second_share_percent=100, seconds_contenders=False)
NEAR = replace(DEFAULT_RULES, second_share_percent=0, best_count=1, excellent_count=1)


def founded(session: Session, rules: RuleSet = EVERY) -> Town:
    return Town.founded(session, rules=rules)


@pytest.fixture
def town(session: Session) -> Town:
    """Two editors and a chief; every decision is looked at twice."""
    return founded(session)


def filed(town: Town, name: str = "甲", n: int = 1) -> int:
    return town.file(name, town.said(n)).report_id


def told(town: Town, number: int) -> list[str]:
    """What the reader was, or is to be, told of a report."""
    return [row.text for row in town.session.scalars(select(OutgoingMessage).where(
        OutgoingMessage.report_id == number, OutgoingMessage.kind == "outcome",
        OutgoingMessage.state != OutgoingState.CALLED_BACK).order_by(OutgoingMessage.id)
        .execution_options(populate_existing=True))]


def review(town: Town, number: int) -> Review:
    town.session.expire_all()
    return town.session.scalars(select(Review).where(Review.report_id == number).order_by(Review.id.desc()).limit(1)).one()


def stands(town: Town, number: int) -> tuple[Any, ...]:
    row = town.report(number)
    return row.state, row.verdict, (row.place_mark, row.correction_mark, row.reason_mark)


def entries(town: Town, verb: str) -> list[AuditEntry]:
    return list(town.session.scalars(select(AuditEntry).where(AuditEntry.verb == verb).order_by(AuditEntry.id)))


def decide(town: Town, number: int, grade_id: int, reason: str = "词典以第七版为准", *, by: int | None = None) -> None:
    reviews.decide(town.session, number, grade_id, reason, actor=by_staff(by or town.chief), now=EVENING,
                   expected_version=town.report(number).version)


def undo(town: Town, number: int, *, by: int) -> None:
    grading.undo(town.session, number, actor=by_staff(by), now=EVENING, expected_version=town.report(number).version)


# drawn

def test_first_grade_decides_for_the_time_being_and_the_reader_waits(town: Town) -> None:
    number = filed(town)
    town.grade(number, now=NOON)
    held = review(town, number)
    assert (held.cause, held.state, held.held_back, held.opened_at) == (
        ReviewCause.RANDOM, ReviewState.WAITING_SECOND, True, NOON)
    assert stands(town, number) == (ReportState.DECIDED, Verdict.ACCEPTED, (True, True, True))
    assert told(town, number) == []
    assert compute(town.session.connection(), town.round().id).standings[0].total_milli == 1000


def test_only_the_drawn_ones_are_asked_for_again(session: Session) -> None:
    town = founded(session, replace(EVERY, second_share_percent=50))
    numbers = [filed(town, f"读者{n}", n) for n in range(1, 9)]
    for number in numbers:
        town.grade(number)
    asked = set(session.scalars(select(Review.report_id)))
    assert asked == {number for number in numbers if is_drawn("2023-05", number, 50)}
    assert {number for number in numbers if told(town, number)} == set(numbers) - asked


@pytest.mark.parametrize("kind", ["late", "question"])
def test_what_is_worth_nothing_or_decides_nothing_is_not_looked_at_twice(town: Town, kind: str) -> None:
    if kind == "late":
        number = town.file("甲", town.said(), at("2023-06-05 08:00")).report_id
        town.grade(number)
    else:
        number = filed(town)
        town.refuse(number, Verdict.NEEDS_MORE, "请问是哪一段？")
    assert town.count(Review) == 0
    assert len(told(town, number)) == 1


def test_one_editor_is_never_asked_for_a_second_opinion(town: Town) -> None:
    town.session.execute(update(Staff).where(Staff.id != town.editor).values(active=False))
    number = filed(town)
    town.grade(number)
    assert town.count(Review) == 0
    assert len(told(town, number)) == 1


# combined

@pytest.mark.slow
def test_two_that_agree_settle_it_with_the_higher_marks_and_the_reader_hears_once(town: Town) -> None:
    number = filed(town)
    town.grade(number, marks=(True, False, False), now=NOON)
    town.grade(number, marks=(False, True, False), by=town.second, now=LATER)
    held = review(town, number)
    assert (held.state, held.result, held.closed_at) == (ReviewState.SETTLED, ReviewResult.AGREED, LATER)
    assert stands(town, number) == (ReportState.DECIDED, Verdict.ACCEPTED, (True, True, False))
    assert len(told(town, number)) == 1
    assert [(one.opinion, one.grader_id) for one in town.grades(number)] == [
        (False, town.editor), (True, town.second), (False, town.second)]


@pytest.mark.slow
def test_two_that_agree_in_everything_leave_the_first_decision_as_it_is(town: Town) -> None:
    number = filed(town)
    first = town.grade(number, now=NOON)
    town.grade(number, by=town.second, now=LATER)
    assert (review(town, number).result_grade_id, town.report(number).decided_by_id) == (first, town.editor)
    assert len(town.grades(number)) == 2
    assert len(told(town, number)) == 1


@pytest.mark.slow
def test_two_that_differ_wait_for_a_third_and_nothing_changes_meanwhile(town: Town) -> None:
    number = filed(town)
    town.grade(number)
    town.refuse(number, by=town.second)
    assert review(town, number).state is ReviewState.WAITING_THIRD
    assert stands(town, number)[:2] == (ReportState.DECIDED, Verdict.ACCEPTED)
    assert told(town, number) == []


@pytest.mark.slow
@pytest.mark.parametrize("third_accepts", [True, False])
def test_two_of_three_decide(town: Town, third_accepts: bool) -> None:
    number = filed(town)
    town.grade(number)
    town.refuse(number, by=town.second, reason="词典两种写法都收")
    if third_accepts:
        town.grade(number, by=town.chief)
    else:
        town.refuse(number, by=town.chief, reason="两种都对")
    assert review(town, number).result is ReviewResult.TWO_OF_THREE
    verdict = Verdict.ACCEPTED if third_accepts else Verdict.NOT_AN_ERROR
    assert stands(town, number)[:2] == (ReportState.DECIDED, verdict)
    assert town.report(number).reason_text == (None if third_accepts else "词典两种写法都收")
    assert len(told(town, number)) == 1
    assert [row.details["changed"] for row in entries(town, "settle_review")] == [not third_accepts]


def differing(town: Town) -> tuple[int, list[int]]:
    number = filed(town)
    ids = [town.grade(number), town.refuse(number, by=town.second), town.grade(number, row="N-18", by=town.chief)]
    assert review(town, number).state is ReviewState.WAITING_CHIEF
    return number, ids


@pytest.mark.slow
@pytest.mark.parametrize("chosen", [0, 1, 2])
def test_three_different_ones_are_decided_by_the_chief_with_a_reason(town: Town, chosen: int) -> None:
    number, ids = differing(town)
    decide(town, number, ids[chosen])
    held = review(town, number)
    assert (held.state, held.result, held.reason) == (ReviewState.SETTLED, ReviewResult.CHIEF, "词典以第七版为准")
    assert town.report(number).verdict == (Verdict.ACCEPTED, Verdict.NOT_AN_ERROR, Verdict.ACCEPTED)[chosen]
    assert town.erratum(number).row_code == ("N-05", None, "N-18")[chosen]
    assert len(told(town, number)) == 1
    # The chief was one of the three and there is no other: the record says so (RULES 21).
    assert entries(town, "decide_review")[0].details == {"nth": chosen + 1, "same_person": True}


@pytest.mark.slow
def test_deciding_needs_a_reason_a_grade_of_the_three_and_a_chief(town: Town) -> None:
    number, ids = differing(town)
    with pytest.raises(BadInput, match="为什么这样定"):
        decide(town, number, ids[0], " ")
    with pytest.raises(BadInput, match="选一位"):
        decide(town, number, 99)
    with pytest.raises(NotAllowed, match="由主编定"):
        decide(town, number, ids[0], by=town.editor)
    with pytest.raises(NotAllowed, match="等主编定"):
        town.grade(number)


@pytest.mark.slow
def test_another_chief_decides_where_there_is_one(town: Town) -> None:
    number, ids = differing(town)
    other = Staff(login="chief2", display_name="副主编", password_hash="x", role=Role.CHIEF, created_at=EARLY)
    town.session.add(other)
    town.session.flush()
    with pytest.raises(NotAllowed, match="另一位主编"):
        decide(town, number, ids[0])
    decide(town, number, ids[0], by=other.id)
    assert entries(town, "decide_review")[0].details == {"nth": 1, "same_person": None}


@pytest.mark.slow
def test_with_nobody_left_for_a_third_the_chief_decides_between_two(town: Town) -> None:
    town.session.execute(update(Staff).where(Staff.id == town.second).values(active=False))
    number = filed(town)
    town.grade(number)
    second = town.refuse(number, by=town.chief)
    assert review(town, number).state is ReviewState.WAITING_CHIEF
    decide(town, number, second)
    assert town.report(number).verdict is Verdict.NOT_AN_ERROR


@pytest.mark.slow
def test_a_colleague_who_left_holds_up_nothing(town: Town) -> None:
    number = filed(town)
    first = town.grade(number)
    with pytest.raises(NotAllowed, match="先等另一位"):
        decide(town, number, first)
    town.session.execute(update(Staff).where(Staff.id != town.editor).values(active=False))
    decide(town, number, first, "只剩我一位编辑", by=town.editor)
    assert review(town, number).result is ReviewResult.CHIEF
    assert entries(town, "decide_review")[0].details == {"nth": 1, "same_person": True}


# the erratum

@pytest.mark.slow
def test_another_row_in_the_end_changes_the_erratum_and_all_its_reports(town: Town) -> None:
    number, again = filed(town), filed(town, "乙")
    town.grade(number)
    town.grade(again, by=town.second)
    for by in (town.second, town.chief):
        town.grade(number, row="N-18", doubling=Doubling.NONE, by=by)
    assert (town.erratum(number).row_code, town.erratum(again).row_code) == ("N-18", "N-18")
    assert [(row.before, row.after) for row in entries(town, "regrade_erratum")] == [("N-05", "N-18")]


@pytest.mark.slow
def test_what_two_agree_on_is_written_to_an_erratum_that_was_regraded_meanwhile(town: Town) -> None:
    number, again = filed(town), filed(town, "乙")
    town.grade(number)
    town.grade(again, row="N-18", by=town.second)  # the erratum is a comma for the time being
    town.grade(number, by=town.second)
    assert town.erratum(number).row_code == "N-05"


@pytest.mark.slow
def test_an_accepted_report_that_two_refuse_leaves_no_points_behind(town: Town) -> None:
    number = filed(town)
    town.grade(number)
    town.refuse(number, by=town.second)
    town.refuse(number, by=town.chief)
    assert town.erratum(number).row_code is None
    assert compute(town.session.connection(), town.round().id).standings[0].total_milli == 0


# who may

@pytest.mark.slow
def test_whoever_graded_first_gives_no_second_opinion_but_may_change_his_mind(town: Town) -> None:
    number = filed(town)
    town.grade(number)
    changed = town.refuse(number)
    assert (review(town, number).first_grade_id, review(town, number).state) == (changed, ReviewState.WAITING_SECOND)
    assert told(town, number) == []
    town.grade(number, by=town.second)
    with pytest.raises(NotAllowed, match="您已经评过"):
        town.grade(number)
    with pytest.raises(NotAllowed, match="您已经评过"):
        town.grade(number, by=town.second)


@pytest.mark.slow
def test_what_two_settled_is_changed_only_with_a_reason(town: Town) -> None:
    number = filed(town)
    town.grade(number)
    town.grade(number, by=town.second)
    with pytest.raises(BadInput, match="已经评定"):
        town.refuse(number)
    with pytest.raises(NotAllowed, match="已经评定"):
        undo(town, number, by=town.editor)
    given = grading.GradeInput(Verdict.NOT_AN_ERROR, reason="核对原稿，没有错", why="原稿如此")
    grading.grade(town.session, number, given, actor=by_staff(town.editor), now=EVENING,
                  expected_version=town.report(number).version)
    assert town.report(number).verdict is Verdict.NOT_AN_ERROR
    assert town.grades(number)[-1].why == "原稿如此"
    assert review(town, number).state is ReviewState.SETTLED
    assert len(told(town, number)) == 1  # the former had not left yet and was called back


def set_makers(town: Town, *staff: int) -> None:
    report = town.session.scalars(select(Report).order_by(Report.id).limit(1)).one()
    assert report.paper_id is not None
    page_makers.set_usual(town.session, report.paper_id, {"2": list(staff)}, actor=by_staff(town.chief), now=EARLY)


@pytest.mark.slow
def test_the_pages_own_editor_does_not_grade_it(session: Session) -> None:
    town = founded(session, replace(EVERY, second_share_percent=0))
    number = filed(town)
    set_makers(town, town.editor)
    with pytest.raises(NotAllowed, match="这一版是您编的"):
        town.grade(number)
    town.grade(number, by=town.second)
    assert town.report(number).decided_by_id == town.second


@pytest.mark.slow
def test_what_an_issue_says_of_a_page_goes_before_what_is_usual(session: Session) -> None:
    town = founded(session, replace(EVERY, second_share_percent=0))
    number = filed(town)
    set_makers(town, town.editor)
    issue_id = town.report(number).issue_id
    page_makers.set_issue(session, issue_id, {"02": [town.second]}, actor=by_staff(town.chief), now=EARLY)
    with pytest.raises(NotAllowed, match="这一版是您编的"):
        town.grade(number, by=town.second)
    town.grade(number)


@pytest.mark.slow
def test_where_everybody_made_the_page_one_of_them_grades_and_says_why(session: Session) -> None:
    town = founded(session, replace(EVERY, second_share_percent=0))
    number = filed(town)
    set_makers(town, town.editor, town.second, town.chief)
    with pytest.raises(BadInput, match="没有别人能评"):
        town.grade(number)
    given = grading.GradeInput(Verdict.ACCEPTED, "N-05", marks=NO_MARKS, why="三人合编一版")
    grading.grade(session, number, given, actor=by_staff(town.editor), now=NOON,
                  expected_version=town.report(number).version)
    assert (town.grades(number)[0].why, entries(town, "grade")[0].details["same_person"]) == ("三人合编一版", True)


@pytest.mark.slow
def test_the_pages_editor_is_asked_for_a_second_opinion_only_where_nobody_else_can(town: Town) -> None:
    number = filed(town)
    set_makers(town, town.chief)
    town.grade(number)
    assert waiting(town) == {town.second: [number]}
    with pytest.raises(NotAllowed, match="这一版是您编的"):
        town.grade(number, by=town.chief)
    town.refuse(number, by=town.second)
    assert waiting(town) == {town.chief: [number]}
    with pytest.raises(BadInput, match="没有别人能评"):
        town.grade(number, by=town.chief)
    found = eligible.hindrance(town.session.connection(), number, town.chief)
    assert found is not None
    assert found.with_reason


def waiting(town: Town) -> dict[int, list[int]]:
    """Whom a report waits for, asked for all members in one query."""
    rows = town.session.execute(select(Staff.id, Report.id).join(Report, queries.waits_for(Staff.id)).order_by(Report.id))
    found: dict[int, list[int]] = {}
    for staff_id, number in rows:
        found.setdefault(staff_id, []).append(number)
    return found


@pytest.mark.slow
def test_grades_are_hidden_from_everybody_who_may_still_be_asked(town: Town) -> None:
    number = filed(town)
    town.grade(number)

    def blind() -> list[int]:
        return [one for one in (town.editor, town.second, town.chief) if queries.hidden_numbers(town.session, one)]

    assert blind() == [town.second, town.chief]
    town.refuse(number, by=town.second)
    assert blind() == [town.chief]
    assert waiting(town) == {town.chief: [number]}
    town.grade(number, row="N-18", by=town.chief)
    assert blind() == []  # the chief decides: no further opinion is asked for
    assert waiting(town) == {}


# taken back

@pytest.mark.slow
def test_an_opinion_is_taken_back_and_given_by_somebody_else(town: Town) -> None:
    number = filed(town)
    town.grade(number)
    town.refuse(number, by=town.second)
    with pytest.raises(NotAllowed, match="已经有别人独立再评过"):
        undo(town, number, by=town.editor)
    undo(town, number, by=town.second)
    assert (review(town, number).state, review(town, number).second_grade_id) == (ReviewState.WAITING_SECOND, None)
    assert stands(town, number)[1] is Verdict.ACCEPTED
    with pytest.raises(NotAllowed, match="也许看过了别人的评分"):
        town.grade(number, by=town.second)
    town.grade(number, by=town.chief)
    assert review(town, number).result is ReviewResult.AGREED


@pytest.mark.slow
def test_the_first_grade_is_undone_while_nobody_else_has_graded(town: Town) -> None:
    number = filed(town)
    town.grade(number)
    with pytest.raises(NotAllowed, match="独立再评"):
        undo(town, number, by=town.second)
    undo(town, number, by=town.editor)
    assert (town.report(number).state, review(town, number).state) == (ReportState.FILED, ReviewState.DROPPED)
    town.grade(number, by=town.second)
    assert review(town, number).state is ReviewState.WAITING_SECOND
    town.grade(number)
    assert review(town, number).result is ReviewResult.AGREED


@pytest.mark.slow
def test_an_escalated_report_is_asked_for_no_more(town: Town) -> None:
    number = filed(town)
    town.grade(number)
    grading.escalate(town.session, number, "涉及政治", actor=by_staff(town.second), now=LATER,
                     expected_version=town.report(number).version)
    assert review(town, number).state is ReviewState.DROPPED


@pytest.mark.slow
def test_a_second_opinion_that_asks_back_counts_as_one(town: Town) -> None:
    number = filed(town)
    town.grade(number)
    for by in (town.second, town.chief):
        town.refuse(number, Verdict.NEEDS_MORE, "请问是哪一段？", by=by)
    assert town.report(number).state is ReportState.NEEDS_MORE
    assert review(town, number).result is ReviewResult.TWO_OF_THREE
    assert len(told(town, number)) == 1


@pytest.mark.slow
def test_of_two_second_opinions_at_once_one_is_told_that_the_other_was_quicker(engine: Engine) -> None:
    with Session(engine) as session:
        town = founded(session)
        number = filed(town)
        town.grade(number)
        version = town.report(number).version
        members = (town.second, town.chief)
        session.commit()

    def give(member: int) -> Any:
        return lambda session: grading.grade(
            session, number, grading.GradeInput(Verdict.NOT_AN_ERROR, reason="没有错"), actor=by_staff(member), now=LATER,
            expected_version=version)

    results = at_once(engine, [give(member) for member in members])
    assert sorted(type(one) for one in results if isinstance(one, Exception)) == [Stale]


# contenders, appeals, the pick

def close(town: Town) -> None:
    rounds.close_round(town.session, town.round().id, actor=SCHEDULER, now=town.round().closes_at)


def pick(town: Town, now: Any = EXTRA_OVER, **more: Any) -> bool:
    return rounds.pick_round(town.session, town.round().id, **{"actor": SCHEDULER, "now": now} | more)


def race(session: Session) -> tuple[Town, list[int]]:
    """甲 has 2.000, 乙 1.000, 丙 (who wrote earlier) 0.900; one best, one excellent."""
    town = founded(session, NEAR)
    said = [("丙", 1, "07:00"), ("甲", 2, "08:00"), ("甲", 3, "08:10"), ("乙", 4, "08:20")]
    numbers = [town.file(name, town.said(n), at(f"2023-05-20 {hour}")).report_id for name, n, hour in said]
    for number in numbers:
        town.grade(number, marks=(True, True, number != numbers[0]))
    return town, numbers


@pytest.mark.slow
def test_reports_near_the_cut_lines_are_asked_for_again_after_the_close(session: Session) -> None:
    town, numbers = race(session)
    assert town.count(Review) == 0
    close(town)
    assert pick(town) is False
    near = [one.report_id for one in session.scalars(select(Review).order_by(Review.report_id))]
    # With one report less 甲 is not the best; without his 乙 is no name; with its third mark 丙 is one.
    assert near == numbers
    assert {one.cause for one in session.scalars(select(Review))} == {ReviewCause.CONTENDER}
    assert [len(told(town, number)) for number in numbers] == [1, 1, 1, 1]
    found = blockers(session.connection(), town.round().id)
    assert [(one.kind, list(one.report_ids)) for one in found] == [(BlockerKind.REVIEW, numbers)]


@pytest.mark.slow
def test_a_round_is_picked_once_its_contenders_are_settled(session: Session) -> None:
    town, numbers = race(session)
    close(town)
    assert pick(town) is False
    for number in numbers:
        town.grade(number, marks=NO_MARKS, by=town.second)
    assert pick(town) is True
    assert town.winners() == (["甲"], ["乙"])
    assert contenders.seek(session, town.round().id, actor=SCHEDULER, now=UNTIL).numbers == []


@pytest.mark.slow
def test_an_open_review_that_could_change_a_name_leaves_the_pick_to_a_chief(session: Session) -> None:
    town, numbers = race(session)
    close(town)
    pick(town)
    assert pick(town, UNTIL) is False
    with pytest.raises(NotAllowed, match="可能改变名单"):
        pick(town, UNTIL, actor=by_staff(town.chief))
    assert pick(town, UNTIL, actor=by_staff(town.chief), reason="等不到第二位") is True
    assert town.round().state is RoundState.PICKED
    assert {review(town, number).state for number in numbers} == {ReviewState.DROPPED}


@pytest.mark.slow
def test_an_open_review_that_can_change_no_name_does_not_hold_the_pick_at_the_end(session: Session) -> None:
    town = founded(session, replace(EVERY, excellent_count=0))
    numbers = [filed(town, "甲", n) for n in (1, 2, 3)] + [filed(town, "乙", 4)]
    for number in numbers:
        town.grade(number)
    for number in numbers[:3]:
        town.grade(number, by=town.second)
    close(town)
    assert pick(town) is False
    assert pick(town, UNTIL) is True
    assert (review(town, numbers[3]).state, len(told(town, numbers[3]))) == (ReviewState.DROPPED, 1)


@pytest.mark.slow
def test_an_appealed_no_is_graded_by_somebody_else_and_answered(session: Session) -> None:
    town = founded(session, replace(EVERY, second_share_percent=0))
    number = filed(town)
    town.refuse(number)
    review_id = reviews.open_for_appeal(session.connection(), number, now=LATER)
    assert (review(town, number).id, review(town, number).cause) == (review_id, ReviewCause.APPEAL)
    assert waiting(town) == {town.second: [number], town.chief: [number]}
    town.grade(number, by=town.second)
    town.grade(number, by=town.chief)
    assert town.report(number).verdict is Verdict.ACCEPTED
    assert len(told(town, number)) == 1


@pytest.mark.slow
def test_an_appeal_against_what_two_settled_needs_a_third(town: Town) -> None:
    number = filed(town)
    town.refuse(number)
    town.refuse(number, by=town.second)
    reviews.open_for_appeal(town.session.connection(), number, now=LATER)
    assert waiting(town) == {town.chief: [number]}


@pytest.mark.slow
def test_an_appeal_that_nobody_else_could_look_at_opens_nothing(town: Town) -> None:
    number = filed(town)
    town.session.execute(update(Staff).where(Staff.id != town.editor).values(active=False))
    town.refuse(number)
    assert reviews.open_for_appeal(town.session.connection(), number, now=LATER) is None
