"""A round closes, is picked and is released exactly once; what blocks it; names, box and deadline; on both databases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from bot.audit import OPERATOR, SCHEDULER, Actor, by_staff
from bot.catalogue.papers import paper_named
from bot.chat import answers
from bot.contest import contests, prizes, public, rounds
from bot.contest.announcing import drafts
from bot.contest.blockers import BlockerKind, blockers
from bot.contest.selection import intake_seed
from bot.errors import BadInput, NotAllowed, NotFound
from bot.judging import grading
from bot.judging.grading import GradeInput
from bot.personal import privacy
from bot.readers import hall
from models.audit import AuditEntry
from models.contests import Award, Contest, Round
from models.enums import Bar, MessageFate, NameState, PrizeState, Relation, ReportState, RoundState, Verdict
from models.outgoing import OutgoingMessage
from models.papers import CatalogueVersion, Issue
from models.readers import Person, Reader
from models.records import RoundRecord
from models.staff import Staff
from tests.support.town import ALONE, EARLY, MORNING, PAPER, Town, at, at_once

DEADLINE = at("2023-06-02 00:00")
EXTRA_OVER = at("2023-06-02 00:15")
UNTIL = at("2023-06-07 00:00")


@pytest.fixture
def town(begun: tuple[str, Town], session: Session) -> Town:
    return begun[1].again(session)


def close(town: Town, month: str = "2023-05") -> None:
    assert rounds.close_round(town.session, town.round(month).id, actor=SCHEDULER, now=town.round(month).closes_at)


def pick(town: Town, now: datetime = EXTRA_OVER, *, actor: Actor = SCHEDULER, reason: str | None = None) -> bool:
    return rounds.pick_round(town.session, town.round().id, actor=actor, now=now, reason=reason)


def release(town: Town, now: datetime = UNTIL) -> bool:
    return rounds.release_round(town.session, town.round().id, actor=by_staff(town.chief), now=now)


def give_name(town: Town, name: str, printed: str, *, nickname: bool = True) -> None:
    town.session.execute(update(Reader).where(Reader.id == town.reader(name)).values(
        name_state=NameState.GIVEN, printed_name=printed, name_is_nickname=nickname))


def outgoing(town: Town, kind: str) -> list[tuple[int, str]]:
    return [(row.reader_id, row.text) for row in town.session.scalars(
        select(OutgoingMessage).where(OutgoingMessage.kind == kind).order_by(OutgoingMessage.id))]


def accepted(town: Town, name: str, number: int = 1) -> int:
    report_id = town.file(name, town.said(number)).report_id
    town.grade(report_id)
    return report_id


# exactly once


def test_round_closes_at_its_deadline_and_not_before(town: Town) -> None:
    round_id = town.round().id
    assert not rounds.close_round(town.session, round_id, actor=SCHEDULER, now=DEADLINE - timedelta(seconds=1))
    assert rounds.close_round(town.session, round_id, actor=SCHEDULER, now=DEADLINE)
    assert not rounds.close_round(town.session, round_id, actor=SCHEDULER, now=DEADLINE)
    assert (town.round().state, town.round().closed_at) == (RoundState.CLOSED, DEADLINE)


def test_close_seals_the_seed_of_the_intake_list(town: Town) -> None:
    numbers = [town.file("甲", town.said(n)).report_id for n in (1, 2)]
    close(town)
    assert town.round().seed == intake_seed([(number, int(MORNING.timestamp())) for number in numbers])


ACTS: dict[str, Callable[[int, int], Callable[[Session], Any]]] = {
    "close": lambda round_id, chief: lambda session: rounds.close_round(
        session, round_id, actor=SCHEDULER, now=DEADLINE),
    "pick": lambda round_id, chief: lambda session: rounds.pick_round(
        session, round_id, actor=SCHEDULER, now=EXTRA_OVER),
    "release": lambda round_id, chief: lambda session: rounds.release_round(
        session, round_id, actor=by_staff(chief), now=UNTIL),
}


@pytest.mark.sampled
@pytest.mark.parametrize("step", ["close", "pick", "release"])
def test_step_happens_once_when_three_try_at_once(town: Town, engine: Engine, step: str) -> None:
    for n, name in enumerate("甲乙丙", 1):
        accepted(town, name, n)
    if step != "close":
        close(town)
    if step == "release":
        assert pick(town)
    round_id = town.round().id
    town.session.commit()
    results = at_once(engine, [ACTS[step](round_id, town.chief)] * 3)
    assert sorted(results) == [False, False, True]
    verbs = town.session.scalars(select(AuditEntry.verb).where(AuditEntry.verb == f"{step}_round")).all()
    assert verbs == [f"{step}_round"]
    assert town.count(Award) == (0 if step == "close" else 3)
    assert len(outgoing(town, "award")) == (3 if step == "release" else 0)


def test_nothing_is_picked_before_the_extra_minutes_are_over(town: Town) -> None:
    close(town)
    assert not pick(town, EXTRA_OVER - timedelta(seconds=1))
    with pytest.raises(NotAllowed, match="15分钟"):
        pick(town, EXTRA_OVER - timedelta(seconds=1), actor=by_staff(town.chief))
    assert pick(town)


def test_open_round_is_not_picked_and_closed_round_is_not_released(town: Town) -> None:
    assert not pick(town)
    close(town)
    assert not release(town)


def test_two_rounds_overdue_after_downtime_are_caught_up(town: Town) -> None:
    now = at("2023-07-20 09:00")
    assert rounds.due_to_close(town.session, now) == [town.round("2023-05").id, town.round("2023-06").id]
    for round_id in rounds.due_to_close(town.session, now):
        assert rounds.close_round(town.session, round_id, actor=SCHEDULER, now=now)
    for round_id in rounds.due_to_pick(town.session):
        assert rounds.pick_round(town.session, round_id, actor=SCHEDULER, now=now)
    assert [town.round(month).state for month in ("2023-05", "2023-06", "2023-07")] == ["picked", "picked", "open"]


# what blocks


def test_each_kind_of_open_work_blocks_by_name(session: Session) -> None:
    town = Town.founded(session, imported=False)
    unread = town.message("甲", MORNING, fate=MessageFate.UNREAD)
    failed = town.message("甲", MORNING, fate=MessageFate.FAILED)
    photo = town.message("甲", MORNING, fate=MessageFate.DESK, msg_type="image")
    voice = town.message("甲", MORNING, fate=MessageFate.DESK, msg_type="voice")
    town.message("甲", MORNING, fate=MessageFate.DESK)  # words for the desk hold no error
    town.message("甲", DEADLINE, fate=MessageFate.UNREAD)  # belongs to the next round
    half = town.file("甲", town.stated(9), complete=False).report_id
    ungraded = town.file("甲", town.stated(1)).report_id
    maybe = town.file("乙", town.stated(1, right="饭堂01号")).report_id
    town.file("丙", town.stated(3, month="2023-05"), DEADLINE)  # late
    found = {one.kind: (one.report_ids, one.message_ids, one.count) for one in blockers(session.connection(), town.round().id)}
    assert found == {
        BlockerKind.UNREAD: ((), (unread,), 1), BlockerKind.FAILED: ((), (failed,), 1),
        BlockerKind.MEDIA: ((), (photo, voice), 2), BlockerKind.HALF_TOLD: ((half,), (), 1),
        BlockerKind.UNGRADED: ((ungraded, maybe), (), 2), BlockerKind.MAYBE_SAME: ((maybe,), (), 1),
    }


def test_blocked_pick_is_refused_to_a_person_by_name_and_passed_over_by_the_scheduler(town: Town) -> None:
    town.file("甲", town.said())
    close(town)
    assert not pick(town)
    with pytest.raises(NotAllowed, match="还没评的纠错1"):
        pick(town, actor=by_staff(town.chief), reason="等不及")
    assert town.round().state is RoundState.CLOSED


def test_round_is_picked_as_soon_as_nothing_blocks(town: Town) -> None:
    number = town.file("甲", town.said()).report_id
    close(town)
    assert not pick(town)
    town.grade(number, now=EXTRA_OVER)
    assert pick(town, EXTRA_OVER + timedelta(minutes=1))
    assert town.winners() == (["甲"], [])


def test_late_reports_block_nothing(town: Town) -> None:
    town.file("甲", town.said(), DEADLINE)
    close(town)
    assert pick(town)


def test_at_grading_until_open_work_that_changes_no_name_does_not_hold_up(town: Town) -> None:
    accepted(town, "甲")
    town.file("甲", town.said(2))  # more points for the only winner change no name
    close(town)
    assert not pick(town, UNTIL - timedelta(seconds=1))
    assert pick(town, UNTIL)


def test_at_grading_until_open_work_that_could_change_a_name_needs_a_chief_with_a_reason(town: Town) -> None:
    accepted(town, "甲")
    open_one = town.file("乙", town.said(2)).report_id
    close(town)
    assert rounds.preview(town.session, town.round().id).could_change == (open_one,)
    assert not pick(town, UNTIL)
    for actor, reason in ((by_staff(town.editor), "等不及"), (by_staff(town.chief), " "), (OPERATOR, "等不及")):
        with pytest.raises(NotAllowed, match="主编"):
            pick(town, UNTIL, actor=actor, reason=reason)
    assert pick(town, UNTIL, actor=by_staff(town.chief), reason="乙的一条已电话核实不是差错")
    assert (town.round().pick_reason, town.winners()) == ("乙的一条已电话核实不是差错", (["甲"], []))


def test_where_nobody_is_chief_another_may_pick_with_a_reason_and_the_record_says_so(town: Town) -> None:
    accepted(town, "甲")
    town.file("乙", town.said(2))
    close(town)
    town.session.get_one(Staff, town.chief).active = False
    town.session.flush()
    with pytest.raises(NotAllowed):
        pick(town, UNTIL, actor=by_staff(town.editor), reason=" ")
    assert pick(town, UNTIL, actor=by_staff(town.editor), reason="编辑部只有一个人")
    entry = town.session.scalars(select(AuditEntry).where(AuditEntry.verb == "pick_round")).one()
    assert entry.details["same_person"] is True


@pytest.mark.parametrize("fate", [MessageFate.UNREAD, MessageFate.FAILED])
def test_letter_that_nobody_has_read_could_hold_a_winner(town: Town, fate: MessageFate) -> None:
    accepted(town, "甲")
    town.message("乙", MORNING, fate=fate)
    close(town)
    assert not pick(town, UNTIL)
    assert pick(town, UNTIL, actor=by_staff(town.chief), reason="来信内容已另行核对")


def test_likeness_that_nobody_settled_could_change_a_name(session: Session) -> None:
    # If both mean one error, 乙 is its second finder and 丙 comes before him.
    town = Town.founded(session, imported=False, rules=replace(ALONE, excellent_count=1))
    first, second = town.file("甲", town.stated(1)).report_id, town.file("乙", town.stated(1, right="饭堂01号")).report_id
    third, more = town.file("丙", town.stated(3)).report_id, town.file("甲", town.stated(4)).report_id
    for number, row, marks in ((first, "N-05", (True,) * 3), (second, "N-05", (True,) * 3), (more, "N-05", (True,) * 3),
                               (third, "N-05", (False,) * 3)):
        town.grade(number, row=row, marks=marks)
    close(town)
    assert rounds.preview(session, town.round().id).could_change == (second,)
    assert not pick(town, UNTIL)


def test_grade_given_while_the_round_is_picked_either_counts_or_is_refused(town: Town, engine: Engine) -> None:
    accepted(town, "甲")
    number = town.file("乙", town.said(2)).report_id
    close(town)
    round_id, chief, editor = town.round().id, by_staff(town.chief), by_staff(town.editor)
    town.session.commit()
    graded, picked = at_once(engine, [
        lambda session: grading.grade(session, number, GradeInput(Verdict.ACCEPTED, "N-05"), actor=editor, now=UNTIL,
                                      expected_version=1),
        lambda session: rounds.pick_round(session, round_id, actor=chief, now=UNTIL, reason="到期"),
    ])
    assert picked is True
    best, excellent = town.winners()
    assert isinstance(graded, NotAllowed) is not ("乙" in [*best, *excellent])


def test_asked_back_reports_lapse_at_the_pick_without_penalty(town: Town) -> None:
    accepted(town, "甲")
    number = town.file("甲", town.said(2)).report_id
    town.refuse(number, Verdict.NEEDS_MORE, "哪一段？")
    close(town)
    assert pick(town)
    assert town.report(number).state is ReportState.LAPSED
    assert town.round().result is not None
    assert [(s["accepted"], s["decided"]) for s in town.round().result["standings"]] == [(1, 1)]  # type: ignore[index]


def test_pick_that_is_put_off_lapses_nothing(town: Town) -> None:
    town.file("乙", town.said(3))
    number = town.file("甲", town.said(2)).report_id
    town.refuse(number, Verdict.NEEDS_MORE, "哪一段？")
    close(town)
    assert not pick(town, UNTIL)
    assert town.report(number).state is ReportState.NEEDS_MORE


# who wins


def test_barred_staff_and_erased_readers_win_nothing(town: Town) -> None:
    for n, name in enumerate(["职工", "亲属", "拉黑", "编辑", "注销", "甲"], 1):
        accepted(town, name, n)
    for name, bar in (("职工", Bar.STAFF), ("亲属", Bar.RELATIVE), ("拉黑", Bar.BLOCKED)):
        town.session.execute(update(Person).where(Person.id == town.person(name)).values(bar=bar, bar_reason="已核实"))
    town.session.execute(update(Staff).where(Staff.id == town.second).values(person_id=town.person("编辑")))
    privacy.erase(town.session.connection(), town.reader("注销"), now=MORNING)
    close(town)
    assert pick(town)
    assert town.winners() == (["甲"], [])


def test_linked_readers_are_one_person_with_one_prize(town: Town) -> None:
    accepted(town, "甲", 1)
    accepted(town, "甲的小号", 2)
    accepted(town, "乙", 3)
    town.session.execute(update(Reader).where(Reader.id == town.reader("甲的小号")).values(
        person_id=town.person("甲"), last_message_at=MORNING + timedelta(days=1)))
    close(town)
    assert pick(town)
    assert town.winners() == (["甲的小号"], ["乙"])  # the notice goes to the reader who wrote last


def test_notice_goes_to_the_linked_reader_who_can_be_reached(town: Town) -> None:
    accepted(town, "甲", 1)
    accepted(town, "甲的小号", 2)
    town.session.execute(update(Reader).where(Reader.id == town.reader("甲的小号")).values(
        person_id=town.person("甲"), openid=None))
    close(town)
    assert pick(town)
    assert town.winners() == (["甲"], [])


def test_nobody_qualified_is_said_in_the_box(town: Town) -> None:
    town.refuse(town.file("甲", town.said()).report_id)
    close(town)
    assert pick(town)
    assert "最佳“啄木鸟”：本期空缺\n（本期没有符合条件的优秀“啄木鸟”）" in (town.round().print_block or "")


def test_best_of_the_last_round_rests_where_the_rules_say_so(session: Session) -> None:
    town = Town.founded(session, imported=False, rules=replace(ALONE, best_rest_rounds=1))
    for month, moment in (("2023-05", MORNING), ("2023-06", at("2023-06-20 08:00"))):
        for name, n in (("甲", 1), ("甲", 2), ("乙", 3)):
            town.grade(town.file(name, town.stated(n, month=month), moment).report_id)
        close(town, month)
        round_ = town.round(month)
        assert rounds.pick_round(session, round_.id, actor=SCHEDULER, now=round_.closes_at + timedelta(minutes=15))
    assert [town.winners(month) for month in ("2023-05", "2023-06")] == [(["甲"], ["乙"]), (["乙"], ["甲"])]


# names and the release


def test_winner_without_a_name_is_asked_without_giving_the_result_away(town: Town) -> None:
    accepted(town, "甲")
    give_name(town, "乙", "早起鸟")
    accepted(town, "乙", 2)
    close(town)
    pick(town)
    assert outgoing(town, "ask_name") == [
        (town.reader("甲"), "若获奖，登报用什么名字？回“署名 早起鸟”这样的话；不愿登就回“不登名字”。")]


def test_names_are_fixed_at_the_release(town: Town) -> None:
    number = accepted(town, "甲")
    close(town)
    pick(town)
    placeholder = f"微信读者{number % 10000:04d}"
    assert f"最佳“啄木鸟”：{placeholder}" in (town.round().print_block or "")
    give_name(town, "甲", "季女士", nickname=False)
    assert release(town)
    give_name(town, "甲", "改了名")
    assert [award.printed_name for award in town.session.scalars(select(Award))] == ["季女士"]
    assert "最佳“啄木鸟”：季女士\n（本期" in (town.round().print_block or "")
    assert public.latest_winners(town.session.connection(), "main") == public.LatestWinners("2023-05", ("季女士",), ())
    hall.leave(town.session.connection(), town.reader("甲"), actor=SCHEDULER, now=MORNING)  # nor does the chat name him then
    assert public.latest_winners(town.session.connection(), "main") == public.LatestWinners("2023-05", (), (), best_unlisted=1)
    assert "最佳：1位不列名字的读者" in answers.winners(town.session.connection(), "main", now=MORNING)
    assert [text for _, text in outgoing(town, "award")] == [
        ("恭喜！您被评为5月最佳“啄木鸟”，奖励现金100元（个人所得税由报社出，到手就是100元）。登报名字：季女士。"
        "请在8月6日前到编辑部来，说一声登报的名字。")]


def test_box_is_that_of_the_next_issue(town: Town) -> None:
    give_name(town, "甲", "早起鸟")
    accepted(town, "甲")
    close(town)
    pick(town)
    assert town.round().print_block == (
        "欢迎来当“啄木鸟”\n"
        "亲爱的读者，您在本期《社区晨报》上发现了差错吗？请关注微信公众号“社区发布”，直接留言告诉我们："
        "报纸名称、所在版面、文章名称和差错细节。\n"
        "本期截止日期：2023年7月1日。\n"
        "纠错质量最高的一位读者为最佳“啄木鸟”，奖励现金100元；另有十位优秀“啄木鸟”，各得纪念品一份。名单在下一期公布。\n\n"
        "5月“啄木鸟”名单\n最佳“啄木鸟”：早起鸟\n（以上部分为昵称）\n（本期没有符合条件的优秀“啄木鸟”）\n"
        f"评选记录校验码：{town.session.scalars(select(RoundRecord.digest)).one()}")


def test_names_are_not_told_before_the_release(town: Town) -> None:
    accepted(town, "甲")
    close(town)
    pick(town)
    assert public.latest_winners(town.session.connection(), "main") is None


@pytest.mark.parametrize("actor", [SCHEDULER, OPERATOR])
def test_only_staff_release(town: Town, actor: Actor) -> None:
    close(town)
    pick(town)
    with pytest.raises(NotAllowed, match="主编"):
        rounds.release_round(town.session, town.round().id, actor=actor, now=UNTIL)
    assert rounds.due_to_release(town.session) == []


def test_auto_announce_lets_the_scheduler_release(town: Town) -> None:
    town.session.execute(update(Contest).values(auto_announce=True))
    close(town)
    pick(town)
    assert rounds.due_to_release(town.session) == [town.round().id]
    assert rounds.release_round(town.session, town.round().id, actor=SCHEDULER, now=UNTIL)
    assert (town.round().state, town.round().released_by_id) == (RoundState.RELEASED, None)


def test_unsuitable_name_is_not_printed_and_another_is_asked_for(town: Town) -> None:
    give_name(town, "甲", "某某酒家")
    number = accepted(town, "甲")
    close(town)
    pick(town)
    award = town.session.scalars(select(Award)).one()
    with pytest.raises(BadInput, match="理由"):
        drafts.mark_unsuitable(town.session, award.id, " ", actor=by_staff(town.chief), now=UNTIL)
    drafts.mark_unsuitable(town.session, award.id, "是广告", actor=by_staff(town.chief), now=UNTIL)
    assert f"最佳“啄木鸟”：微信读者{number % 10000:04d}\n" in (town.round().print_block or "")
    reader = town.session.get_one(Reader, town.reader("甲"), populate_existing=True)
    assert (reader.name_state, reader.printed_name, reader.name_reason) == (NameState.UNSUITABLE, None, "是广告")
    assert outgoing(town, "ask_name")[-1][1] == "您登报用的名字不大合适（是广告），请换一个：回“署名 早起鸟”这样的话。"
    release(town)
    with pytest.raises(NotAllowed, match="已经发布"):
        drafts.mark_unsuitable(town.session, award.id, "是广告", actor=by_staff(town.chief), now=UNTIL)


def test_prize_is_handed_over_once_and_after_the_release(town: Town) -> None:
    accepted(town, "甲")
    close(town)
    pick(town)
    award = town.session.scalars(select(Award)).one()
    with pytest.raises(NotAllowed, match="发布后"):
        prizes.hand_over(town.session, award.id, Relation.NEITHER, actor=by_staff(town.chief), now=UNTIL)
    release(town)
    prizes.hand_over(town.session, award.id, Relation.NEITHER, actor=by_staff(town.chief), now=UNTIL)
    with pytest.raises(NotAllowed, match="登记过"):
        prizes.hand_over(town.session, award.id, Relation.NEITHER, actor=by_staff(town.chief), now=UNTIL)
    with pytest.raises(NotFound):
        prizes.hand_over(town.session, 999, Relation.NEITHER, actor=by_staff(town.chief), now=UNTIL)
    assert town.session.scalar(select(Award.state)) is PrizeState.HANDED_OVER


# the printed box and the deadline


def test_box_that_promises_otherwise_is_refused(town: Town) -> None:
    chief = by_staff(town.chief)
    with pytest.raises(BadInput, match="截止日期“6月1日”"):
        rounds.set_box(town.session, town.round().id, "本期截止日期：6月2日，奖100元", actor=chief, now=MORNING)
    with pytest.raises(BadInput, match="奖金“100元”"):
        rounds.set_box(town.session, town.round().id, "本期截止日期：6月1日，奖200元", actor=chief, now=MORNING)
    with pytest.raises(NotFound):
        rounds.set_box(town.session, 999, "字", actor=chief, now=MORNING)
    rounds.set_box(town.session, town.round().id, " 本期截止日期：6月1日，奖100元 ", actor=chief, now=MORNING)
    assert town.round().box_text == "本期截止日期：6月1日，奖100元"


def move(town: Town, day: str, reason: str = "印刷延误", now: datetime = MORNING) -> None:
    rounds.move_deadline(town.session, town.round().id, date.fromisoformat(day), reason, actor=by_staff(town.chief),
                         now=now)


@pytest.mark.parametrize(
    ("day", "reason", "words"),
    [("2023-05-30", "印刷延误", "只能往后"), ("2023-06-01", "印刷延误", "只能往后"), ("2023-06-03", " ", "理由"),
     ("2023-06-09", "印刷延误", "付印日")],
)
def test_deadline_moves_only_later_with_a_reason_and_before_the_press(
    town: Town, day: str, reason: str, words: str
) -> None:
    with pytest.raises(BadInput, match=words):
        move(town, day, reason)
    assert town.round().deadline_on == date(2023, 6, 1)


def test_moved_deadline_makes_late_reports_in_between_in_time(town: Town) -> None:
    between = town.file("甲", town.said(1), at("2023-06-02 10:00")).report_id
    after = town.file("甲", town.said(2), at("2023-06-04 00:00")).report_id
    move(town, "2023-06-03", now=at("2023-06-02 12:00"))
    assert (town.report(between).late, town.report(after).late) == (False, True)
    round_ = town.round()
    assert (round_.closes_at, round_.grading_until, round_.deadline_reason) == (
        at("2023-06-04 00:00"), at("2023-06-09 00:00"), "印刷延误")
    assert not town.file("乙", town.said(1), at("2023-06-03 10:00")).late


def test_deadline_of_an_issue_not_yet_out_may_also_move_earlier(town: Town) -> None:
    rounds.move_deadline(town.session, town.round("2023-06").id, date(2023, 6, 28), "改期", now=MORNING,
                         actor=by_staff(town.chief))
    assert town.session.scalar(select(Issue.deadline_on).where(Issue.month == "2023-06")) == date(2023, 6, 28)


def test_deadline_of_a_closed_round_stays(town: Town) -> None:
    close(town)
    with pytest.raises(NotAllowed, match="已经截止"):
        move(town, "2023-06-03")


# made in advance


def test_rounds_and_planned_issues_are_made_once(town: Town) -> None:
    before = town.session.scalar(select(CatalogueVersion.version))
    again = contests.make_rounds(town.session, town.contest_id, months_ahead=2, first="2023-05", actor=SCHEDULER,
                                 now=EARLY)
    assert (again, town.count(Round), town.count(Issue)) == (0, 3, 3)
    assert town.session.scalar(select(CatalogueVersion.version)) == before
    more = contests.make_rounds(town.session, town.contest_id, months_ahead=3, actor=SCHEDULER, now=EARLY)
    assert (more, town.round("2023-08").deadline_on) == (1, date(2023, 9, 1))


def test_rounds_made_by_three_at_once_are_made_once(town: Town, engine: Engine) -> None:
    town.session.commit()
    results = at_once(engine, [lambda session: contests.make_rounds(
        session, town.contest_id, months_ahead=5, actor=SCHEDULER, now=EARLY)] * 3)
    assert sorted(results) == [0, 0, 3]
    made = town.session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.verb == "make_round"))
    assert (town.count(Round), made) == (6, 6)


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"name": " "}, "名字"), ({"name": "啄木鸟"}, "已经有"), ({"paper_ids": []}, "一份报纸"),
     ({}, "已经属于"), ({"publication_day": 0}, "1 至 31")],
)
def test_contest_that_cannot_be_is_refused(town: Town, changes: dict[str, Any], words: str) -> None:
    paper = paper_named(town.session, PAPER, actor=OPERATOR, now=EARLY)
    given = {"name": "另一个", "account": "main", "account_title": "社区发布", "paper_ids": [paper.id],
             "publication_day": 10, "deadline_day": 1} | changes
    with pytest.raises(BadInput, match=words):
        contests.create_contest(town.session, **given, actor=OPERATOR, now=EARLY)


def test_paper_joins_one_contest_only(town: Town) -> None:
    other = paper_named(town.session, "社区晨报·梧桐里", actor=OPERATOR, now=EARLY)
    contests.join_paper(town.session, town.contest_id, other.id, actor=OPERATOR, now=EARLY)
    contests.make_rounds(town.session, town.contest_id, months_ahead=2, first="2023-05", actor=SCHEDULER, now=EARLY)
    second = contests.create_contest(
        town.session, name="另一个", account="main", account_title="社区发布", publication_day=10, deadline_day=1,
        paper_ids=[paper_named(town.session, "别报", actor=OPERATOR, now=EARLY).id], actor=OPERATOR, now=EARLY)
    with pytest.raises(BadInput, match="另一个活动"):
        contests.join_paper(town.session, second.id, other.id, actor=OPERATOR, now=EARLY)


def test_terms_are_those_of_the_round_that_is_open_now(town: Town) -> None:
    db = town.session.connection()
    assert public.terms(db, "main", now=MORNING) == public.Terms("2023-05", date(2023, 6, 1), "100元", 10)
    assert public.terms(db, "main", now=DEADLINE) == public.Terms("2023-06", date(2023, 7, 1), "100元", 10)
    assert public.terms(db, "elsewhere", now=MORNING) == public.Terms(None, None, "100元", 10)
