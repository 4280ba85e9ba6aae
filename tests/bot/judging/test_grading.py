"""Verdicts, undo, mending, joining and linking, on both databases."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from bot.audit import by_staff
from bot.catalogue.library import Library
from bot.contest import rounds
from bot.contest.standing import compute
from bot.errors import BadInput, NotAllowed, NotFound, Stale
from bot.filing import errata, reports
from bot.judging import grading
from bot.judging.grading import GradeInput
from bot.understanding.values import Amendment, Field, Finding
from models.audit import AuditEntry
from models.enums import Doubling, OutgoingState, ReportState, Verdict
from models.messages import Conversation
from models.outgoing import OutgoingMessage
from models.reports import ReportVersion
from tests.support.town import MORNING, NO_MARKS, PAPER, Town, at, at_once, issue_file

NOON = at("2023-05-20 12:00")


@pytest.fixture
def town(begun: tuple[str, Town], session: Session) -> Town:
    return begun[1].again(session)


def outcomes(town: Town) -> list[tuple[str, str]]:
    return [(row.state.value, row.text) for row in town.session.scalars(
        select(OutgoingMessage).where(OutgoingMessage.kind == "outcome").order_by(OutgoingMessage.id)
        .execution_options(populate_existing=True))]


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("verdict", "row", "reason", "state"),
    [
        (Verdict.ACCEPTED, "N-05", "", ReportState.DECIDED),
        (Verdict.ACCEPTED_WITH_EDITS, "N-04", "宜作“食堂”", ReportState.DECIDED),
        (Verdict.BOTH_FORMS, None, "两种写法都可以", ReportState.DECIDED),
        (Verdict.SUGGESTION, None, "这样更好，但不算错", ReportState.DECIDED),
        (Verdict.NOT_AN_ERROR, None, "词典收了这个词", ReportState.DECIDED),
        (Verdict.OUT_OF_SCOPE, None, "是公众号文章", ReportState.DECIDED),
        (Verdict.CANNOT_CHECK, None, "原稿已不在", ReportState.DECIDED),
        (Verdict.NEEDS_MORE, None, "请问是哪一段？", ReportState.NEEDS_MORE),
    ],
)
def test_each_verdict_sets_state_decider_and_time(
    town: Town, verdict: Verdict, row: str | None, reason: str, state: ReportState
) -> None:
    number = town.file("甲", town.said()).report_id
    town.grade(number, verdict, row, reason=reason, now=NOON)
    found = town.report(number)
    assert (found.state, found.verdict, found.decided_at, found.decided_by_id) == (state, verdict, NOON, town.editor)
    assert found.reason_text == (reason or None)


@pytest.mark.parametrize("verdict", [v for v in Verdict if v not in (Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_EDITS)])
def test_every_no_needs_a_reason(town: Town, verdict: Verdict) -> None:
    number = town.file("甲", town.said()).report_id
    with pytest.raises(BadInput, match="理由"):
        town.grade(number, verdict, None, reason="  ")
    assert town.report(number).state is ReportState.FILED


@pytest.mark.parametrize(
    ("row", "doubling", "words"),
    [
        (None, Doubling.NONE, "请选差错种类"),
        ("N-99", Doubling.NONE, "请选差错种类"),
        ("N-22", Doubling.NONE, "上报"),
        ("N-01", Doubling.NONE, "不能单独选用"),
        ("N-18", Doubling.HEADLINE, "不加倍"),
        ("N-10", Doubling.IMPORTANT, "不加倍"),
    ],
)
def test_accepted_needs_a_row_that_gives_points(
    town: Town, row: str | None, doubling: Doubling, words: str
) -> None:
    number = town.file("甲", town.said()).report_id
    with pytest.raises(BadInput, match=words):
        town.grade(number, Verdict.ACCEPTED, row, doubling=doubling)


def test_doubled_row_gives_its_points_to_the_erratum(town: Town) -> None:
    number = town.file("甲", town.found("h1", "印措", "印错")).report_id
    town.grade(number, row="N-05", doubling=Doubling.HEADLINE)
    erratum = town.erratum(number)
    assert (erratum.row_code, erratum.doubling, erratum.points_milli) == ("N-05", Doubling.HEADLINE, 2000)


def test_marks_of_a_no_are_not_kept(town: Town) -> None:
    number = town.file("甲", town.said()).report_id
    town.grade(number, Verdict.NOT_AN_ERROR, None, reason="不是错", marks=(True, True, True))
    report, grade = town.report(number), town.grades(number)[0]
    assert (report.place_mark, report.correction_mark, report.reason_mark) == NO_MARKS
    assert (grade.place_mark, grade.correction_mark, grade.reason_mark) == NO_MARKS


def test_unknown_number_is_said(town: Town) -> None:
    with pytest.raises(NotFound, match="99999"):
        grading.grade(town.session, 99999, GradeInput(Verdict.ACCEPTED, "N-05"), actor=by_staff(town.editor),
                      now=NOON, expected_version=1)


# repeated


def pair(town: Town) -> tuple[int, int]:
    """Two reports of one reader on one erratum, joined by an editor."""
    first = town.file("甲", town.said(1)).report_id
    second = town.file("甲", town.said(2)).report_id
    grading.join(town.session, second, first, actor=by_staff(town.editor), now=NOON, expected_version=1)
    return first, second


def test_repeated_names_its_original(town: Town) -> None:
    first, second = pair(town)
    town.refuse(second, Verdict.REPEATED, original=first)
    assert (town.report(second).original_id, town.grades(second)[0].original_id) == (first, first)


def test_repeated_without_original_and_original_without_repeated_are_refused(town: Town) -> None:
    first, second = pair(town)
    with pytest.raises(BadInput, match="编号"):
        town.refuse(second, Verdict.REPEATED)
    with pytest.raises(BadInput, match="编号"):
        town.refuse(second, Verdict.NOT_AN_ERROR, original=first)


def test_repeated_is_only_for_the_same_person(town: Town) -> None:
    first = town.file("甲", town.said()).report_id
    other = town.file("乙", town.said()).report_id
    with pytest.raises(BadInput, match="同一位读者"):
        town.refuse(other, Verdict.REPEATED, original=first)


def test_report_cannot_repeat_itself_or_a_repeat(town: Town) -> None:
    first, second = pair(town)
    third = town.file("甲", town.said(3)).report_id
    with pytest.raises(BadInput, match="自己"):
        town.refuse(first, Verdict.REPEATED, original=first)
    town.refuse(second, Verdict.REPEATED, original=first)
    with pytest.raises(BadInput, match=f"请填编号 {first}"):
        town.refuse(third, Verdict.REPEATED, original=second)


def test_original_of_a_repeat_cannot_become_a_repeat_itself(town: Town) -> None:
    first, second = pair(town)
    third = town.file("甲", town.said(3)).report_id
    town.refuse(second, Verdict.REPEATED, original=first)
    with pytest.raises(BadInput, match=f"{second}"):
        town.refuse(first, Verdict.REPEATED, original=third)


def test_withdrawn_report_is_no_original(town: Town) -> None:
    first, second = pair(town)
    town.withdraw(first)
    with pytest.raises(BadInput, match="已撤回"):
        town.refuse(second, Verdict.REPEATED, original=first)


# once, again, back


def test_stale_version_is_refused(town: Town) -> None:
    number = town.file("甲", town.said()).report_id
    town.grade(number)
    with pytest.raises(Stale, match=str(number)):
        town.grade(number, version=1)
    assert len(town.grades(number)) == 1


def test_two_editors_at_once_give_one_grade_and_one_stale(town: Town, engine: Engine) -> None:
    number = town.file("甲", town.said()).report_id
    town.session.commit()

    def act(staff_id: int, row: str) -> Any:
        return lambda session: grading.grade(session, number, GradeInput(Verdict.ACCEPTED, row), now=NOON,
                                             actor=by_staff(staff_id), expected_version=1)

    results = at_once(engine, [act(town.editor, "N-05"), act(town.second, "N-06")])
    assert sorted(type(result).__name__ for result in results) == ["Stale", "int"]
    assert [grade.id for grade in town.grades(number)] == [r for r in results if isinstance(r, int)]
    assert town.erratum(number).row_code == town.grades(number)[0].row_code


def test_regrade_replaces_and_never_edits(town: Town) -> None:
    number = town.file("甲", town.said()).report_id
    first = town.grade(number, row="N-05")
    second = town.grade(number, row="N-06", by=town.second)
    old, new = town.grades(number)
    assert (old.id, old.row_code, old.replaces_id, old.grader_id) == (first, "N-05", None, town.editor)
    assert (new.id, new.row_code, new.replaces_id, new.grader_id) == (second, "N-06", first, town.second)
    assert town.erratum(number).points_milli == 2000
    assert [state for state, _ in outcomes(town)] == ["called_back", "queued"]


def test_changed_row_of_an_erratum_is_in_the_audit(town: Town) -> None:
    number = town.file("甲", town.said()).report_id
    town.grade(number, row="N-05")
    town.grade(number, row="N-06")
    town.session.flush()
    entry = town.session.scalars(select(AuditEntry).where(AuditEntry.verb == "regrade_erratum")).one()
    assert (entry.before, entry.after) == ("N-05", "N-06")


def test_regrade_to_a_no_takes_the_points_from_the_erratum(town: Town) -> None:
    number = town.file("甲", town.said()).report_id
    town.grade(number)
    town.refuse(number)
    assert (town.erratum(number).row_code, town.erratum(number).points_milli) == (None, None)


def test_points_stay_while_another_accepted_report_stands_behind_them(town: Town) -> None:
    first, second = (town.file(name, town.said()).report_id for name in "甲乙")
    town.grade(first)
    town.grade(second)
    town.refuse(first)
    assert town.erratum(second).points_milli == 1000


@pytest.mark.sampled
@pytest.mark.parametrize("how", ["refused", "asked back", "undone", "escalated", "split"])
def test_points_of_a_grade_that_no_longer_stands_give_way_to_those_that_do(town: Town, how: str) -> None:
    """Of three who found the error one was graded by mistake as another kind: nothing of it stays (RULES 10)."""
    first, second, third = (town.file(name, town.said()).report_id for name in "甲乙丙")
    town.grade(first, row="N-06", doubling=Doubling.IMPORTANT)
    town.grade(second, row="N-06", doubling=Doubling.IMPORTANT)
    town.refuse(second)
    town.grade(third, row="N-07")
    do = {"actor": by_staff(town.editor), "now": NOON, "expected_version": town.report(third).version}
    if how == "refused":
        town.refuse(third)
    elif how == "asked back":
        town.refuse(third, Verdict.NEEDS_MORE)
    elif how == "undone":
        grading.undo(town.session, third, **do)
    elif how == "escalated":
        grading.escalate(town.session, third, "请主编看", **do)
    else:
        grading.split(town.session, third, **do)
    erratum = town.erratum(first)
    assert (erratum.row_code, erratum.doubling, erratum.points_milli) == ("N-06", Doubling.IMPORTANT, 4000)
    assert how != "split" or town.erratum(third).row_code == "N-07"


def test_points_that_a_grade_stands_behind_stay_whoever_was_graded_last(town: Town) -> None:
    first, second = (town.file(name, town.said()).report_id for name in "甲乙")
    third = town.file("丙", town.said()).report_id
    town.grade(second, row="N-05")
    town.grade(first, row="N-06")
    town.grade(third, row="N-06")
    town.refuse(third)
    assert town.erratum(first).row_code == "N-06"


def test_undo_opens_the_report_and_calls_the_outcome_back(town: Town) -> None:
    number = town.file("甲", town.said()).report_id
    town.grade(number)
    grading.undo(town.session, number, actor=by_staff(town.editor), now=NOON, expected_version=2)
    report = town.report(number)
    assert (report.state, report.verdict, report.decided_at, report.decided_by_id) == (ReportState.FILED, None, None, None)
    assert [state for state, _ in outcomes(town)] == [OutgoingState.CALLED_BACK]
    assert [grade.taken_back for grade in town.grades(number)] == [True]
    assert town.erratum(number).row_code is None


def test_nothing_to_undo_is_said(town: Town) -> None:
    number = town.file("甲", town.said()).report_id
    with pytest.raises(NotAllowed, match="没有可以撤销的"):
        grading.undo(town.session, number, actor=by_staff(town.editor), now=NOON, expected_version=1)


def test_outcome_repeats_words_place_and_reason(town: Town) -> None:
    number = town.file("甲", town.said(7)).report_id
    town.refuse(number, reason="招牌上就是这样写的。")
    assert outcomes(town) == [("queued", (
        "您的第1条：02版“食唐07号”→“食堂07号”\n结果：不是差错。\n招牌上就是这样写的。\n"
        "不同意？10天内回“申诉 1 理由”，编辑会重新看。"))]


def test_after_the_pick_nothing_is_graded_undone_or_mended(town: Town) -> None:
    number = town.file("甲", town.said()).report_id
    town.grade(number)
    close_and_pick(town)
    for act in (
        lambda: town.refuse(number),
        lambda: grading.undo(town.session, number, actor=by_staff(town.editor), now=NOON, expected_version=2),
        lambda: mend(town, number, Field.PAGE, "02"),
        lambda: grading.escalate(town.session, number, "涉政", actor=by_staff(town.editor), now=NOON,
                                 expected_version=2),
    ):
        with pytest.raises(NotAllowed, match="名单"):
            act()
    assert town.report(number).version == 2


def test_late_report_is_graded_after_the_pick_and_is_worth_nothing(town: Town) -> None:
    close_and_pick(town)
    number = town.file("甲", town.said(), at("2023-06-05 10:00")).report_id
    town.grade(number)
    assert town.report(number).late
    assert compute(town.session.connection(), town.round().id).scores[number].total_milli == 0


def test_late_report_graded_otherwise_after_the_pick_leaves_the_points_of_the_round(town: Town) -> None:
    first, second = (town.file(name, town.said()).report_id for name in "甲乙")
    for number in (first, second):
        town.grade(number, row="N-05")
    close_and_pick(town)
    late = town.file("丙", town.said(), at("2023-06-10 08:00")).report_id
    town.grade(late, row="N-07")
    assert (town.report(late).verdict, town.erratum(first).points_milli) == (Verdict.ACCEPTED, 1000)


def close_and_pick(town: Town, month: str = "2023-05") -> None:
    round_ = town.round(month)
    assert rounds.close_round(town.session, round_.id, actor=by_staff(town.chief), now=round_.closes_at)
    assert rounds.pick_round(town.session, round_.id, actor=by_staff(town.chief), now=round_.grading_until,
                             reason="到期")


# half told, needs more, escalated


def test_half_told_report_can_be_decided_by_an_editor(town: Town) -> None:
    number = town.file("甲", town.said(), complete=False).report_id
    assert town.report(number).erratum_id is None
    town.grade(number)
    assert (town.report(number).state, town.erratum(number).points_milli) == (ReportState.DECIDED, 1000)


@pytest.mark.parametrize("decided", ["graded", "escalated"])
def test_half_told_report_that_was_decided_is_not_waited_for_any_more(town: Town, decided: str) -> None:
    number = town.file("甲", town.said(), complete=False).report_id
    town.session.add(Conversation(reader_id=town.readers["甲"], report_id=number, waiting_for="page", asked_at=MORNING))
    town.session.flush()
    if decided == "graded":
        town.grade(number)
    else:
        grading.escalate(town.session, number, "涉政", actor=by_staff(town.editor), now=NOON, expected_version=1)
    town.session.expire_all()
    row = town.session.scalars(select(Conversation)).one()
    assert (row.report_id, row.waiting_for) == (None, None)


def test_half_told_report_cannot_be_asked_back_twice(town: Town) -> None:
    number = town.file("甲", town.said(), complete=False).report_id
    with pytest.raises(NotAllowed, match="还缺内容"):
        town.refuse(number, Verdict.NEEDS_MORE)


def test_answer_to_needs_more_opens_the_report_again(town: Town) -> None:
    number = town.file("甲", town.said()).report_id
    town.refuse(number, Verdict.NEEDS_MORE, "请问是哪一段？")
    assert outcomes(town)[0][1] == "您的第1条（“食唐01号”），编辑想再问一句：请问是哪一段？"
    town.change("甲", number, town.said(), at("2023-05-20 18:00"))
    report = town.report(number)
    assert (report.state, report.verdict, report.decided_at, report.reason_text) == (ReportState.FILED, None, None, None)
    assert report.counts_at == MORNING


@pytest.mark.parametrize("end", ["withdraw", "lapse"])
def test_asked_back_report_can_be_withdrawn_and_lapses(town: Town, end: str) -> None:
    number = town.file("甲", town.said()).report_id
    town.refuse(number, Verdict.NEEDS_MORE, "请问是哪一段？")
    getattr(reports, end)(town.session.connection(), number, now=NOON)
    state = {"withdraw": ReportState.WITHDRAWN, "lapse": ReportState.LAPSED}[end]
    assert (town.report(number).state, town.report(number).verdict, town.report(number).version) == (state, None, 3)


def test_escalated_report_scores_nothing_and_its_reader_is_told_nothing(town: Town) -> None:
    number = town.file("甲", town.said()).report_id
    town.grade(number)
    grading.escalate(town.session, number, "涉及政治性差错", actor=by_staff(town.editor), now=NOON, expected_version=2)
    assert (town.report(number).state, town.report(number).verdict) == (ReportState.ESCALATED, None)
    assert [state for state, _ in outcomes(town)] == ["called_back"]
    assert town.erratum(number).row_code is None
    grading.undo(town.session, number, actor=by_staff(town.chief), now=NOON, expected_version=3)
    assert town.report(number).state is ReportState.FILED


def test_escalation_needs_a_reason(town: Town) -> None:
    number = town.file("甲", town.said()).report_id
    with pytest.raises(BadInput, match="理由"):
        grading.escalate(town.session, number, " ", actor=by_staff(town.editor), now=NOON, expected_version=1)


# mending the record


def mend(town: Town, number: int, field: Field, value: str) -> None:
    index = Library().index(town.session.connection())
    grading.mend(town.session, number, (Amendment(field, value),), index=index, actor=by_staff(town.editor), now=NOON,
                 expected_version=town.report(number).version)


def test_mending_keeps_the_readers_original_as_the_first_version(town: Town) -> None:
    number = town.file("甲", town.said(right="饭堂01号")).report_id
    mend(town, number, Field.RIGHT, "食堂01号")
    versions = town.session.scalars(select(ReportVersion).where(ReportVersion.report_id == number)
                                    .order_by(ReportVersion.number)).all()
    assert [(v.number, v.fields["right"], v.staff_id) for v in versions] == [
        (1, "饭堂01号", None), (2, "食堂01号", town.editor)]
    assert town.report(number).right == "食堂01号"


def test_mended_place_moves_the_report_to_the_round_of_that_issue(town: Town) -> None:
    town.bring(issue_file(month="2023-06", date="2023-06-10"))
    number = town.file("甲", Finding(paper_id=town.said().place.paper_id, wrong="食唐01号", right="食堂01号")).report_id
    mend(town, number, Field.ISSUE, "2023年6月")
    assert (town.report(number).round_id, town.report(number).located) == (town.round("2023-06").id, "found")


def test_mended_report_takes_its_grade_along(town: Town) -> None:
    number = town.file("甲", town.said(1)).report_id
    before = town.erratum(number).id
    town.grade(number, row="N-06")
    mend(town, number, Field.WRONG, "食唐02号")
    assert (town.erratum(number).row_code, town.erratum(number).points_milli) == ("N-06", 2000)
    assert before not in town.errata()
    assert compute(town.session.connection(), town.round().id).scores[number].total_milli == 2000


def test_report_is_not_mended_into_a_picked_round(town: Town) -> None:
    town.bring(issue_file(month="2023-06", date="2023-05-25"))
    close_and_pick(town)
    number = town.file("甲", town.said(month="2023-06"), at("2023-05-30 10:00")).report_id
    with pytest.raises(NotAllowed, match="已经评出"):
        mend(town, number, Field.ISSUE, "2023年5月")
    assert town.report(number).round_id == town.round("2023-06").id


def test_half_told_report_can_be_mended_without_an_error_yet(town: Town) -> None:
    number = town.file("甲", Finding(paper_text=PAPER, page="03"), complete=False).report_id
    mend(town, number, Field.PAGE, "02")
    assert (town.report(number).page_label, town.report(number).erratum_id, town.errata()) == ("02", None, [])


# joining, splitting, likenesses, links


def test_joined_report_hangs_on_the_other_erratum_and_the_bare_one_goes(town: Town) -> None:
    first, second = town.file("甲", town.said(1)).report_id, town.file("乙", town.said(2)).report_id
    grading.join(town.session, second, first, actor=by_staff(town.editor), now=NOON, expected_version=1)
    assert town.errata() == [town.report(first).erratum_id] == [town.report(second).erratum_id]


def test_joined_accepted_report_takes_its_points_along(town: Town) -> None:
    first, second = town.file("甲", town.said(1)).report_id, town.file("乙", town.said(2)).report_id
    town.grade(second, row="N-06")
    grading.join(town.session, second, first, actor=by_staff(town.editor), now=NOON, expected_version=2)
    assert town.erratum(first).points_milli == 2000


def test_split_report_has_an_erratum_of_its_own_with_its_points(town: Town) -> None:
    first, second = (town.file(name, town.said()).report_id for name in "甲乙")
    town.grade(first)
    town.grade(second)
    grading.split(town.session, second, actor=by_staff(town.editor), now=NOON, expected_version=2)
    assert town.report(first).erratum_id != town.report(second).erratum_id
    scores = compute(town.session.connection(), town.round().id).scores
    assert (scores[first].total_milli, scores[second].total_milli) == (1000, 1000)


@pytest.mark.parametrize("same", [True, False])
def test_likeness_is_settled_once(session: Session, same: bool) -> None:
    town = Town.founded(session, imported=False)
    first = town.file("甲", town.stated(1)).report_id
    second = town.file("乙", town.stated(1, right="饭堂01号")).report_id
    assert town.report(second).maybe_erratum_id == town.report(first).erratum_id
    grading.settle_maybe(session, second, same=same, actor=by_staff(town.editor), now=NOON, expected_version=1)
    assert town.report(second).maybe_erratum_id is None
    assert (town.report(second).erratum_id == town.report(first).erratum_id) is same
    assert len(town.errata()) == (1 if same else 2)
    with pytest.raises(NotAllowed, match="没有待定"):
        grading.settle_maybe(session, second, same=same, actor=by_staff(town.editor), now=NOON, expected_version=2)


def test_linked_slip_counts_once_for_a_reader(town: Town) -> None:
    numbers = [town.file("甲", town.said(n)).report_id for n in range(1, 10)]
    for number in numbers:
        town.grade(number)
    for number in numbers[1:]:
        grading.link_slip(town.session, number, numbers[0], actor=by_staff(town.editor), now=NOON,
                          expected_version=town.report(number).version)
    standing = compute(town.session.connection(), town.round().id).standings
    assert [(one.person_id, one.total_milli) for one in standing] == [(town.person("甲"), 1000)]


@pytest.mark.parametrize("graded", [0, 1])
def test_linked_errata_share_the_points_of_the_one_that_has_them(town: Town, graded: int) -> None:
    numbers = [town.file("甲", town.said(1)).report_id, town.file("乙", town.said(2)).report_id]
    town.grade(numbers[graded], row="N-06")
    grading.link_slip(town.session, numbers[1], numbers[0], actor=by_staff(town.editor), now=NOON,
                      expected_version=town.report(numbers[1]).version)
    assert [town.erratum(number).points_milli for number in numbers] == [2000, 2000]
    assert compute(town.session.connection(), town.round().id).scores[numbers[graded]].total_milli == 2000


def test_links_never_go_in_a_circle(town: Town) -> None:
    a, b, c = (town.file("甲", town.said(n)).report_id for n in (1, 2, 3))
    for one, other in ((a, b), (b, c), (c, a), (a, c), (b, a)):
        grading.link_slip(town.session, one, other, actor=by_staff(town.editor), now=NOON,
                          expected_version=town.report(one).version)
        ids = [town.report(number).erratum_id for number in (a, b, c)]
        roots = {errata.root_of(town.session.connection(), id_) for id_ in ids}
        assert all(errata.root_of(town.session.connection(), root) == root for root in roots)
    assert len(roots) == 1
    assert sorted(errata.group_of(town.session.connection(), ids[0])) == sorted(ids)


def test_slips_of_different_rounds_are_not_linked(town: Town) -> None:
    town.bring(issue_file(month="2023-06", date="2023-06-10"))
    first = town.file("甲", town.said(1)).report_id
    second = town.file("甲", town.said(2, month="2023-06")).report_id
    with pytest.raises(BadInput, match="同一轮"):
        grading.link_slip(town.session, second, first, actor=by_staff(town.editor), now=NOON, expected_version=1)


def test_every_act_of_an_editor_leaves_an_entry_without_words_of_the_reader(town: Town) -> None:
    number = town.file("甲", town.said()).report_id
    town.grade(number)
    grading.undo(town.session, number, actor=by_staff(town.editor), now=NOON, expected_version=2)
    mend(town, number, Field.RIGHT, "饭堂01号")
    grading.split(town.session, number, actor=by_staff(town.editor), now=NOON, expected_version=4)
    town.session.flush()
    entries = town.session.scalars(select(AuditEntry).where(AuditEntry.staff_id == town.editor)
                                   .order_by(AuditEntry.id)).all()
    assert [entry.verb for entry in entries] == ["grade", "undo_grade", "mend", "split_erratum"]
    assert not any("食" in str((e.before, e.after, e.details)) or "堂" in str(e.details) for e in entries)
    assert town.session.scalar(select(func.count()).select_from(ReportVersion)) == 2
