"""What happens to winners after the pick: picked anew, further prizes, moved-on prizes, open corrections (RULES 18, 19)."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, text, update
from sqlalchemy.orm import Session

from bot.audit import OPERATOR, SCHEDULER, by_staff
from bot.catalogue.library import Library
from bot.contest import prizes, public, rounds
from bot.contest.after_pick import amends, moving_on, repicks, since_pick
from bot.contest.after_pick.amends import plan
from bot.contest.after_pick.since_pick import Since
from bot.contest.announcing import drafts
from bot.contest.record.canonical import encode
from bot.contest.record.checking import verify
from bot.contest.standing import compute
from bot.errors import BadInput, NotAllowed, Stale
from bot.judging import appeals, grading, linking
from bot.judging.grading import GradeInput
from bot.personal import privacy
from bot.readers import persons
from bot.recording import records
from bot.understanding.values import Amendment, Field
from models.audit import AuditEntry
from models.contests import Award, Contest
from models.enums import (
    AwardOrigin,
    Bar,
    ChangeKind,
    CorrectionState,
    NameState,
    Prize,
    PrizeState,
    Relation,
    Role,
    RoundState,
    Verdict,
)
from models.links import ReaderLink
from models.outgoing import OutgoingMessage
from models.queries import round_changes as queries
from models.readers import Reader
from models.round_changes import RoundCorrection
from models.session import writing
from models.staff import Staff
from models.work_enums import LapseReason
from tests.support.site import until
from tests.support.town import ALL_MARKS, ALONE, MORNING, Town, at, at_once

EXTRA_OVER = at("2023-06-02 00:15")
LATER = at("2023-06-03 09:00")
RELEASED = at("2023-06-04 09:00")
AFTER = at("2023-06-05 09:00")
NAMES = "甲乙丙丁戊己庚辛壬癸子丑寅"
WHY = "二审查了词典，应当采纳"


@pytest.fixture
def town(begun: tuple[str, Town], session: Session) -> Town:
    return begun[1].again(session)


def reported(town: Town, names: str = NAMES) -> dict[str, int]:
    """Each finds another erratum, one after the other: they tie, and the earlier comes first."""
    return {name: town.file(name, town.said(n), MORNING + timedelta(minutes=n)).report_id for n, name in enumerate(names, 1)}


def picked(town: Town, names: str = NAMES, *, refused: str = "") -> dict[str, int]:
    """A picked round; reports of `refused` were turned down."""
    numbers = reported(town, names)
    for name, number in numbers.items():
        if name in refused:
            town.refuse(number, now=LATER - timedelta(days=5))
        else:
            town.grade(number)
        town.session.execute(update(Reader).where(Reader.id == town.reader(name)).values(
            name_state=NameState.GIVEN, printed_name=f"{name}先生", name_is_nickname=True))
    assert rounds.close_round(town.session, town.round().id, actor=SCHEDULER, now=town.round().closes_at)
    assert rounds.pick_round(town.session, town.round().id, actor=SCHEDULER, now=EXTRA_OVER)
    return numbers


def released(town: Town, names: str = NAMES, *, refused: str = "") -> dict[str, int]:
    numbers = picked(town, names, refused=refused)
    assert rounds.release_round(town.session, town.round().id, actor=by_staff(town.chief), now=RELEASED)
    return numbers


def award(town: Town, name: str, origin: AwardOrigin = AwardOrigin.PICKED) -> Award:
    town.session.expire_all()
    return town.session.scalars(select(Award).where(Award.reader_id == town.reader(name), Award.origin == origin)).one()


def appeal(town: Town, name: str, number: int, *, now: Any = LATER - timedelta(days=1)) -> None:
    words = appeals.file(town.session.connection(), town.coming(name, now), [town.report(number).ordinal], now=now)
    assert "申诉" in words


def regrade(town: Town, number: int, *, by: int, why: str = "", verdict: Verdict = Verdict.ACCEPTED, now: Any = LATER) -> None:
    scoring = verdict is Verdict.ACCEPTED
    given = GradeInput(verdict, row_code="N-05" if scoring else None, marks=ALL_MARKS if scoring else (False,) * 3,  # type: ignore[arg-type]
                       reason="" if scoring else "词典两种写法都收", why=why)
    grading.grade(town.session, number, given, actor=by_staff(by), now=now, expected_version=town.report(number).version)


def lapse(town: Town, name: str, origin: AwardOrigin = AwardOrigin.PICKED) -> int:
    """Nobody claimed it in time."""
    held = award(town, name, origin)
    prizes.lapse(town.session, held.id, reason=LapseReason.NOT_CLAIMED, actor=SCHEDULER, now=AFTER)
    return held.id


def move_on(town: Town, award_id: int) -> int:
    """Drafted by the scheduler, let go by the chief."""
    made = moving_on.draft(town.session, award_id, actor=SCHEDULER, now=AFTER)
    assert made is not None
    amends.release(town.session, made, plan(town.session, made).seen, actor=by_staff(town.chief), now=AFTER)
    return made


def holding(town: Town) -> dict[str, tuple[Prize, AwardOrigin]]:
    """Who has a prize now."""
    town.session.expire_all()
    names = {reader: name for name, reader in town.readers.items()}
    return {names[one.reader_id]: (one.prize, one.origin) for one in town.session.scalars(select(Award).order_by(Award.place))
            if one.state is not PrizeState.LAPSED and one.vacated_at is None}


def told(town: Town, name: str) -> list[str]:
    return list(town.session.scalars(select(OutgoingMessage.text).where(
        OutgoingMessage.reader_id == town.reader(name), OutgoingMessage.kind == "award").order_by(OutgoingMessage.id)))


# picked anew before the release


def test_grade_after_the_pick_needs_an_appeal_or_a_chief_with_a_reason(town: Town) -> None:
    numbers = picked(town, refused="甲")
    with pytest.raises(NotAllowed, match="主编写明理由"):
        regrade(town, numbers["甲"], by=town.second, why=WHY)
    with pytest.raises(BadInput, match="写一句为什么"):
        regrade(town, numbers["甲"], by=town.chief)
    with pytest.raises(NotAllowed, match="补充"):
        grading.grade(town.session, numbers["甲"], GradeInput(Verdict.NEEDS_MORE, reason="哪一版"),
                      actor=by_staff(town.chief), now=LATER, expected_version=town.report(numbers["甲"]).version)
    regrade(town, numbers["甲"], by=town.chief, why=WHY)
    assert town.report(numbers["甲"]).verdict is Verdict.ACCEPTED


@pytest.mark.slow
def test_appeal_upheld_after_the_pick_shows_who_moves_and_holds_the_release_up(town: Town) -> None:
    numbers = picked(town, refused="甲")
    appeal(town, "甲", numbers["甲"])
    regrade(town, numbers["甲"], by=town.second)
    held = repicks.proposal(town.session, town.round().id)
    assert held is not None
    assert held.since == (Since.REGRADED,)
    assert held.change.came_in == ((town.person("甲"), Prize.BEST),)
    assert held.change.went_out == ((town.person("丑"), Prize.EXCELLENT),)
    assert held.change.moved == ((town.person("乙"), Prize.BEST, Prize.EXCELLENT),)
    with pytest.raises(NotAllowed, match="重新评出"):
        rounds.release_round(town.session, town.round().id, actor=by_staff(town.chief), now=RELEASED)


def test_grade_after_the_pick_is_seen_by_whatever_clock_it_was_given(town: Town) -> None:
    """A web node's clock may be a minute behind the one of the scheduler that picked, or the request waited for the pick."""
    numbers = picked(town, "甲乙")
    regrade(town, numbers["甲"], by=town.chief, why=WHY, verdict=Verdict.NOT_AN_ERROR, now=EXTRA_OVER - timedelta(minutes=1))
    assert since_pick.found(town.session, town.round()) == (Since.REGRADED,)
    held = repicks.proposal(town.session, town.round().id)
    assert held is not None
    repicks.pick_again(town.session, town.round().id, held.seen, reason=WHY, actor=by_staff(town.chief), now=LATER)
    assert since_pick.found(town.session, town.round()) == ()
    regrade(town, numbers["甲"], by=town.chief, why=WHY, now=LATER - timedelta(seconds=1))
    assert since_pick.found(town.session, town.round()) == (Since.REGRADED,)


def test_pick_again_is_a_second_version_with_its_reason(town: Town) -> None:
    numbers = picked(town, refused="甲")
    first = records.versions(town.session, town.round().id)[0].sha256
    ids = {one.person_id: one.id for one in town.session.scalars(select(Award))}
    appeal(town, "甲", numbers["甲"])
    regrade(town, numbers["甲"], by=town.second)
    held = repicks.proposal(town.session, town.round().id)
    assert held is not None
    repicks.pick_again(town.session, town.round().id, held.seen, reason=WHY, actor=by_staff(town.chief), now=LATER)
    assert town.winners() == (["甲"], list("乙丙丁戊己庚辛壬癸子"))
    round_ = town.round()
    assert "甲先生" in (round_.print_block or "")
    assert "丑先生" not in (round_.print_block or "")
    assert (round_.state, round_.picked_at, round_.pick_reason) == (RoundState.PICKED, LATER, WHY)
    kept = records.versions(town.session, round_.id)
    assert [(one.version, one.reason) for one in kept] == [(1, None), (2, WHY)]
    assert kept[0].sha256 == first
    for one in kept:
        found = verify(records.body(one))
        assert (found.differences, found.version) == ((), one.version)
    stayed = {one.person_id: one.id for one in town.session.scalars(select(Award)) if one.person_id in ids}
    assert {person: ids[person] for person in stayed} == stayed
    assert since_pick.found(town.session, round_) == ()
    assert rounds.release_round(town.session, round_.id, actor=by_staff(town.chief), now=RELEASED)
    entry = town.session.scalars(select(AuditEntry).where(AuditEntry.verb == "pick_again")).one()
    assert entry.details == {"version": 2, "came_in": 1, "went_out": 1, "moved": 1, "same_person": None}


@pytest.mark.slow
def test_second_version_that_names_another_chief_than_the_trail_is_found_out(town: Town) -> None:
    numbers = picked(town, "甲乙", refused="甲")
    regrade(town, numbers["甲"], by=town.chief, why=WHY)
    held = repicks.proposal(town.session, town.round().id)
    assert held is not None
    repicks.pick_again(town.session, town.round().id, held.seen, reason=WHY, actor=by_staff(town.chief), now=LATER)
    body = json.loads(records.body(records.versions(town.session, town.round().id)[1]))
    body["body"]["pick"]["staff"] = town.editor
    differences = verify(encode(body).encode()).differences
    assert "pick.staff" in {one.path for one in differences}


@pytest.mark.slow
def test_version_two_holds_where_no_name_changes(town: Town) -> None:
    numbers = picked(town, "甲乙")
    regrade(town, numbers["甲"], by=town.chief, why=WHY)
    held = repicks.proposal(town.session, town.round().id)
    assert held is not None
    assert not held.change
    repicks.pick_again(town.session, town.round().id, held.seen, reason=WHY, actor=by_staff(town.chief), now=LATER)
    assert [one.version for one in records.versions(town.session, town.round().id)] == [1, 2]


@pytest.mark.slow
def test_pick_again_happens_once_when_three_try_at_once(town: Town, engine: Engine) -> None:
    numbers = picked(town, "甲乙丙", refused="甲")
    regrade(town, numbers["甲"], by=town.chief, why=WHY)
    round_id, chief = town.round().id, town.chief
    held = repicks.proposal(town.session, round_id)
    assert held is not None
    town.session.commit()
    results = at_once(engine, [lambda session: repicks.pick_again(
        session, round_id, held.seen, reason=WHY, actor=by_staff(chief), now=LATER)] * 3)
    assert sorted(type(one).__name__ for one in results) == ["NoneType", "NotAllowed", "NotAllowed"]
    assert [one.version for one in records.versions(town.session, round_id)] == [1, 2]


@pytest.mark.slow
def test_pick_again_is_refused_without_reason_change_or_chief(town: Town) -> None:
    numbers = picked(town, "甲乙", refused="甲")
    with pytest.raises(NotAllowed, match="没有什么变化"):
        repicks.pick_again(town.session, town.round().id, "", reason=WHY, actor=by_staff(town.chief), now=LATER)
    regrade(town, numbers["甲"], by=town.chief, why=WHY)
    with pytest.raises(Stale):
        repicks.pick_again(town.session, town.round().id, "other", reason=WHY, actor=by_staff(town.chief), now=LATER)
    with pytest.raises(BadInput):
        repicks.pick_again(town.session, town.round().id, "", reason=" ", actor=by_staff(town.chief), now=LATER)
    with pytest.raises(NotAllowed, match="主编"):
        repicks.pick_again(town.session, town.round().id, "", reason=WHY, actor=by_staff(town.editor), now=LATER)


@pytest.mark.slow
def test_winner_who_is_barred_or_linked_before_the_release_holds_it_up(town: Town) -> None:
    picked(town, "甲乙丙")
    persons.bar(town.session, town.reader("甲"), Bar.STAFF, "是本报职工", actor=by_staff(town.chief), now=LATER)
    persons.link(town.session, town.reader("乙"), town.reader("丙"), "同一个手机号", actor=by_staff(town.chief), now=LATER)
    held = repicks.proposal(town.session, town.round().id)
    assert held is not None
    assert held.since == (Since.BARRED, Since.LINKED)
    repicks.pick_again(town.session, town.round().id, held.seen, reason="查明情况", actor=by_staff(town.chief), now=LATER)
    assert len(holding(town)) == 1
    assert verify(records.body(records.versions(town.session, town.round().id)[1])).whole


@pytest.mark.slow
def test_two_who_were_one_person_at_the_pick_each_have_a_prize_of_the_second(town: Town) -> None:
    """The prize of both hangs on the one who wrote last, under the number of the other."""
    numbers = reported(town, "甲乙丙")
    for number in numbers.values():
        town.grade(number)
    town.session.execute(update(Reader).where(Reader.id == town.reader("乙")).values(last_message_at=LATER))
    persons.link(town.session, town.reader("甲"), town.reader("乙"), "同一人", actor=by_staff(town.chief), now=MORNING)
    rounds.close_round(town.session, town.round().id, actor=SCHEDULER, now=town.round().closes_at)
    assert rounds.pick_round(town.session, town.round().id, actor=SCHEDULER, now=EXTRA_OVER)
    assert award(town, "乙").person_id == town.person("甲")
    link_id = town.session.scalars(select(ReaderLink.id)).one()
    persons.unlink(town.session, link_id, "是两位", actor=by_staff(town.chief), now=LATER)
    regrade(town, numbers["丙"], by=town.chief, why=WHY)
    held = repicks.proposal(town.session, town.round().id)
    assert held is not None
    repicks.pick_again(town.session, town.round().id, held.seen, reason=WHY, actor=by_staff(town.chief), now=LATER)
    assert town.winners() == (["甲"], ["乙", "丙"])
    assert [award(town, name).person_id for name in "甲乙丙"] == [town.person(name) for name in "甲乙丙"]
    assert {origin for _, origin in holding(town).values()} == {AwardOrigin.PICKED}


# a further prize


def test_appeal_upheld_after_the_release_gives_a_further_prize(town: Town) -> None:
    numbers = released(town, refused="甲")
    appeal(town, "甲", numbers["甲"], now=AFTER)
    before = holding(town)
    regrade(town, numbers["甲"], by=town.second, now=AFTER)
    draft = town.session.scalars(select(RoundCorrection)).one()
    assert (draft.kind, draft.prize, draft.drafted_by_id) == (ChangeKind.FURTHER, Prize.BEST, town.second)
    assert holding(town) == before
    amends.release(town.session, draft.id, plan(town.session, draft.id).seen, actor=by_staff(town.chief), now=AFTER)
    assert holding(town) == before | {"甲": (Prize.BEST, AwardOrigin.FURTHER)}
    assert award(town, "甲", AwardOrigin.FURTHER).standing_milli == 1000
    assert draft.print_text == "更正：经读者申诉复核，5月增加一位最佳“啄木鸟”：“甲先生”。原来公布的名单不变。特此更正。"
    assert "您的申诉经复核成立" in told(town, "甲")[-1]


@pytest.mark.slow
def test_upheld_appeal_that_wins_nothing_changes_nothing(town: Town) -> None:
    numbers = released(town, refused="寅")
    appeal(town, "寅", numbers["寅"], now=AFTER)
    regrade(town, numbers["寅"], by=town.second, now=AFTER)
    assert town.count(RoundCorrection) == 0
    counts = queries.appeals(town.session.connection(), town.round().id)
    assert (counts.filed, counts.upheld, counts.refused, counts.open) == (1, 1, 0, 0)
    assert queries.appeals(town.session.connection()) == queries.appeals(town.session.connection(), account="main") == counts


@pytest.mark.slow
def test_one_of_the_ten_who_is_a_further_best_leaves_his_souvenir(town: Town) -> None:
    numbers = reported(town, "甲乙")
    more = town.file("乙", town.said(20), MORNING + timedelta(hours=1)).report_id
    for number in numbers.values():
        town.grade(number)
    town.refuse(more, now=LATER - timedelta(days=5))
    rounds.close_round(town.session, town.round().id, actor=SCHEDULER, now=town.round().closes_at)
    rounds.pick_round(town.session, town.round().id, actor=SCHEDULER, now=EXTRA_OVER)
    rounds.release_round(town.session, town.round().id, actor=by_staff(town.chief), now=RELEASED)
    appeal(town, "乙", more, now=AFTER)
    regrade(town, more, by=town.second, now=AFTER)
    draft = town.session.scalars(select(RoundCorrection)).one()
    amends.release(town.session, draft.id, plan(town.session, draft.id).seen, actor=by_staff(town.chief), now=AFTER)
    assert holding(town) == {"甲": (Prize.BEST, AwardOrigin.PICKED), "乙": (Prize.BEST, AwardOrigin.FURTHER)}
    assert moving_on.due(town.session) == []


@pytest.mark.slow
def test_grade_after_the_release_needs_an_appeal(town: Town) -> None:
    numbers = released(town, "甲乙")
    with pytest.raises(NotAllowed, match="读者申诉"):
        regrade(town, numbers["甲"], by=town.chief, why=WHY, now=AFTER)


# a lapsed prize moves on


def test_lapsed_best_moves_on_to_the_ten_and_the_souvenir_to_the_twelfth(town: Town) -> None:
    released(town)
    free = lapse(town, "甲")
    assert moving_on.due(town.session) == [free]
    made = move_on(town, free)
    now = holding(town)
    assert "甲" not in now
    assert (now["乙"], now["丑"]) == ((Prize.BEST, AwardOrigin.MOVED_ON), (Prize.EXCELLENT, AwardOrigin.MOVED_ON))
    assert award(town, "甲").printed_name == "甲先生"
    assert "最佳“啄木鸟”，奖励现金100元" in told(town, "乙")[-1]
    assert "到手就是100元）。登报名字：" in told(town, "乙")[-1]
    assert "有一份奖递补给您" in told(town, "丑")[-1]
    assert "到编辑部来" in told(town, "丑")[-1]  # how he comes to it
    assert len(told(town, "甲")) == 1  # when his time was over he heard of it, and hears no second time
    assert moving_on.due(town.session) == []
    row = town.session.get_one(RoundCorrection, made)
    assert row.print_text == ("更正：5月最佳“啄木鸟”“甲先生”的奖没有领取，由优秀“啄木鸟”“乙先生”递补；"
                              "空出的一名优秀“啄木鸟”由“丑先生”递补。特此更正。")


@pytest.mark.slow
def test_nothing_is_given_before_somebody_lets_it_go(town: Town) -> None:
    released(town)
    before = holding(town)
    made = moving_on.draft(town.session, lapse(town, "甲"), actor=SCHEDULER, now=AFTER)
    before.pop("甲")
    assert holding(town) == before
    assert public.latest_winners(town.session.connection(), "main").corrections == ()  # type: ignore[union-attr]
    with pytest.raises(NotAllowed, match="主编"):
        amends.release(town.session, made or 0, "", actor=SCHEDULER, now=AFTER)


@pytest.mark.slow
def test_best_that_lapses_twice_goes_on_twice(town: Town) -> None:
    released(town)
    move_on(town, lapse(town, "甲"))
    move_on(town, lapse(town, "乙", AwardOrigin.MOVED_ON))
    now = holding(town)
    assert (now["丙"], now["丑"], now["寅"]) == (
        (Prize.BEST, AwardOrigin.MOVED_ON), (Prize.EXCELLENT, AwardOrigin.MOVED_ON), (Prize.EXCELLENT, AwardOrigin.MOVED_ON))
    assert len(now) == 11


@pytest.mark.slow
def test_where_nobody_is_left_the_correction_says_so(town: Town) -> None:
    released(town, "甲乙")
    made = move_on(town, lapse(town, "乙"))
    assert holding(town) == {"甲": (Prize.BEST, AwardOrigin.PICKED)}
    assert "没有符合条件的读者递补" in (town.session.get_one(RoundCorrection, made).print_text or "")


@pytest.mark.slow
def test_barred_linked_and_gone_runners_up_are_passed_over(town: Town) -> None:
    released(town, NAMES + "卯")
    persons.bar(town.session, town.reader("丑"), Bar.RELATIVE, "编辑的家人", actor=by_staff(town.chief), now=AFTER)
    persons.link(town.session, town.reader("寅"), town.reader("乙"), "同一人", actor=by_staff(town.chief), now=AFTER)
    move_on(town, lapse(town, "丙"))
    assert {name for name, (_, origin) in holding(town).items() if origin is AwardOrigin.MOVED_ON} == {"卯"}


@pytest.mark.slow
def test_prize_refused_for_a_relation_moves_on_too_and_says_why(town: Town) -> None:
    released(town, "甲乙丙")
    assert not prizes.hand_over(town.session, award(town, "甲").id, Relation.STAFF, actor=by_staff(town.chief), now=AFTER)
    assert [moving_on.draft(town.session, one, actor=SCHEDULER, now=AFTER) for one in moving_on.due(town.session)] == [1]
    draft = town.session.scalars(select(RoundCorrection)).one()
    assert draft.reason == moving_on.NOT_ENTITLED
    amends.release(town.session, draft.id, plan(town.session, draft.id).seen, actor=by_staff(town.chief), now=AFTER)
    assert holding(town)["乙"] == (Prize.BEST, AwardOrigin.MOVED_ON)


@pytest.mark.slow
def test_rule_set_switches_it_off(session: Session) -> None:
    town = Town.founded(session, rules=replace(ALONE, lapsed_prize_moves_on=False))
    released(town, "甲乙丙")
    free = lapse(town, "甲")
    assert (moving_on.due(session), moving_on.draft(session, free, actor=SCHEDULER, now=AFTER)) == ([], None)


@pytest.mark.slow
def test_prize_moves_on_once_when_two_schedulers_try(town: Town, engine: Engine) -> None:
    released(town)
    town.session.execute(update(Contest).values(auto_announce=True))
    free = lapse(town, "甲")
    town.session.commit()
    results = at_once(engine, [lambda session: amends.move_prizes_on(session, free, actor=SCHEDULER, now=AFTER)] * 3)
    assert sorted(results) == [False, False, True]
    assert town.session.scalar(select(func.count()).select_from(Award)) == 13
    assert holding(town)["乙"] == (Prize.BEST, AwardOrigin.MOVED_ON)


@pytest.mark.slow
def test_two_prizes_of_a_round_move_on_at_once(town: Town, engine: Engine) -> None:
    released(town)
    town.session.execute(update(Contest).values(auto_announce=True))
    free = [lapse(town, "乙"), lapse(town, "丙")]
    town.session.commit()
    assert at_once(engine, [lambda session, one=one: amends.move_prizes_on(  # type: ignore[misc]
        session, one, actor=SCHEDULER, now=AFTER) for one in free * 2]).count(True) == 2
    assert town.session.scalar(select(func.count()).select_from(Award)) == 13


@pytest.mark.slow
def test_operator_moves_a_prize_on_by_hand_where_the_scheduler_does(town: Town) -> None:
    released(town)
    town.session.execute(update(Contest).values(auto_announce=True))
    assert amends.move_prizes_on(town.session, lapse(town, "甲"), actor=OPERATOR, now=AFTER)
    assert holding(town)["乙"] == (Prize.BEST, AwardOrigin.MOVED_ON)


@pytest.mark.slow
def test_souvenir_handed_over_already_stays_with_whoever_moves_up(town: Town) -> None:
    released(town)
    prizes.hand_over(town.session, award(town, "乙").id, Relation.NEITHER, actor=by_staff(town.chief), now=AFTER)
    made = moving_on.draft(town.session, lapse(town, "甲"), actor=SCHEDULER, now=AFTER)
    held = plan(town.session, made or 0)
    assert held.handed_over
    amends.release(town.session, made or 0, held.seen, actor=by_staff(town.chief), now=AFTER)
    assert award(town, "乙").state is PrizeState.HANDED_OVER
    assert holding(town)["丑"] == (Prize.EXCELLENT, AwardOrigin.MOVED_ON)


# open corrections by two persons


@pytest.mark.slow
def test_wrong_name_is_corrected_by_two_persons_and_printed(town: Town) -> None:
    released(town, "甲乙")
    held = award(town, "乙")
    made = amends.draft_name(town.session, held.id, "乙女士", "录入时打错了", actor=by_staff(town.editor), now=AFTER)
    assert award(town, "乙").printed_name == "乙先生"
    amends.release(town.session, made, plan(town.session, made).seen, actor=by_staff(town.chief), now=AFTER)
    assert award(town, "乙").printed_name == "乙女士"
    assert told(town, "乙")[-1].startswith("5月名单里您的名字登错了")
    latest = public.latest_winners(town.session.connection(), "main")
    assert latest is not None
    assert latest.corrections == ("更正：本报公布的5月优秀“啄木鸟”“乙先生”，应为“乙女士”。特此更正，并致歉意。",)
    with pytest.raises(BadInput, match="不会早于"):
        amends.mark_printed(town.session, made, at("2023-05-01 09:00").date(), actor=by_staff(town.chief), now=AFTER)
    amends.mark_printed(town.session, made, AFTER.date(), actor=by_staff(town.chief), now=AFTER)
    seen = public.after_pick(town.session.connection(), town.round().id)
    assert seen is not None
    assert [(one.kind, one.reason, one.printed_on) for one in seen.corrections] == [
        (ChangeKind.NAME, "录入时打错了", AFTER.date())]
    verbs = town.session.scalars(select(AuditEntry.verb).where(AuditEntry.verb.like("%round_correction")).order_by(AuditEntry.id))
    assert list(verbs) == ["draft_round_correction", "release_round_correction", "print_round_correction"]


@pytest.mark.slow
def test_who_drafts_lets_go_only_where_nobody_else_is_a_chief_and_says_why(town: Town) -> None:
    released(town, "甲乙")
    made = amends.draft_name(town.session, award(town, "乙").id, "乙女士", "录错", actor=by_staff(town.chief), now=AFTER)
    seen = plan(town.session, made).seen
    with pytest.raises(BadInput, match="写一句理由"):
        amends.release(town.session, made, seen, actor=by_staff(town.chief), now=AFTER)
    town.session.execute(update(Staff).where(Staff.id == town.second).values(role=Role.CHIEF))
    with pytest.raises(NotAllowed, match="另一位主编"):
        amends.release(town.session, made, seen, reason="急", actor=by_staff(town.chief), now=AFTER)
    town.session.execute(update(Staff).where(Staff.id == town.second).values(role=Role.EDITOR))
    amends.release(town.session, made, seen, reason="只有我一位主编", actor=by_staff(town.chief), now=AFTER)
    entry = town.session.scalars(select(AuditEntry).where(AuditEntry.verb == "release_round_correction")).one()
    assert entry.details["same_person"] is True


@pytest.mark.slow
def test_winner_who_turns_out_to_be_staff_loses_the_prize_to_the_next(town: Town) -> None:
    released(town)
    made = amends.draft_not_entitled(town.session, award(town, "丙").id, "查明是本报职工", actor=by_staff(town.editor), now=AFTER)
    amends.release(town.session, made, plan(town.session, made).seen, actor=by_staff(town.chief), now=AFTER)
    assert "丙" not in holding(town)
    assert holding(town)["丑"] == (Prize.EXCELLENT, AwardOrigin.MOVED_ON)
    assert (award(town, "丙").state, award(town, "丙").printed_name) == (PrizeState.LAPSED, "丙先生")
    assert moving_on.due(town.session) == []


@pytest.mark.slow
def test_what_changed_since_it_was_looked_at_is_not_let_go(town: Town) -> None:
    released(town)
    made = moving_on.draft(town.session, lapse(town, "甲"), actor=SCHEDULER, now=AFTER) or 0
    seen = plan(town.session, made).seen
    persons.bar(town.session, town.reader("丑"), Bar.BLOCKED, "广告", actor=by_staff(town.chief), now=AFTER)
    with pytest.raises(Stale):
        amends.release(town.session, made, seen, actor=by_staff(town.chief), now=AFTER)
    assert town.session.get_one(RoundCorrection, made).state is CorrectionState.DRAFT


@pytest.mark.slow
def test_withdrawn_draft_changes_nothing_and_does_not_come_back(town: Town) -> None:
    released(town)
    free = lapse(town, "甲")
    made = moving_on.draft(town.session, free, actor=SCHEDULER, now=AFTER) or 0
    amends.withdraw(town.session, made, "他来信说明了情况", actor=by_staff(town.chief), now=AFTER)
    assert (moving_on.due(town.session), moving_on.draft(town.session, free, actor=SCHEDULER, now=AFTER)) == ([], None)
    with pytest.raises(NotAllowed):
        amends.withdraw(town.session, made, "再撤一次", actor=by_staff(town.chief), now=AFTER)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "reason", "refusal"),
    [("", "录错", "正确的名字"), ("乙先生", "录错", "现在登着"), ("乙女士", " ", "理由"),
     ("乙女士", "打 13800138000 说的", "号码")],
)
def test_draft_that_says_nothing_is_refused(town: Town, name: str, reason: str, refusal: str) -> None:
    released(town, "甲乙")
    with pytest.raises(BadInput, match=refusal):
        amends.draft_name(town.session, award(town, "乙").id, name, reason, actor=by_staff(town.editor), now=AFTER)


@pytest.mark.slow
def test_two_drafts_about_the_same_name_are_refused_and_none_before_the_release(town: Town) -> None:
    picked(town, "甲乙")
    with pytest.raises(NotAllowed, match="还没有发布"):
        amends.draft_name(town.session, award(town, "乙").id, "乙女士", "录错", actor=by_staff(town.editor), now=LATER)
    rounds.release_round(town.session, town.round().id, actor=by_staff(town.chief), now=RELEASED)
    amends.draft_name(town.session, award(town, "乙").id, "乙女士", "录错", actor=by_staff(town.editor), now=AFTER)
    with pytest.raises(NotAllowed, match="已经起草"):
        amends.draft_name(town.session, award(town, "乙").id, "乙老师", "录错", actor=by_staff(town.editor), now=AFTER)


def let_go(town: Town, draft_id: int) -> None:
    amends.release(town.session, draft_id, plan(town.session, draft_id).seen, actor=by_staff(town.chief), now=AFTER)


@pytest.mark.slow
def test_prize_handed_over_wrongly_goes_on_once(town: Town) -> None:
    released(town)
    held = award(town, "甲").id
    prizes.hand_over(town.session, held, Relation.NEITHER, actor=by_staff(town.chief), now=AFTER)
    let_go(town, amends.draft_not_entitled(town.session, held, "抄来的", actor=by_staff(town.second), now=AFTER))
    with pytest.raises(NotAllowed, match="已经空出来"):
        amends.draft_not_entitled(town.session, held, "抄来的", actor=by_staff(town.second), now=AFTER)


@pytest.mark.slow
def test_further_prize_given_wrongly_goes_to_nobody_else(town: Town) -> None:
    numbers = released(town, refused="甲")
    appeal(town, "甲", numbers["甲"], now=AFTER)
    regrade(town, numbers["甲"], by=town.second, now=AFTER)
    let_go(town, town.session.scalars(select(RoundCorrection.id)).one())
    further = award(town, "甲", AwardOrigin.FURTHER).id
    before = holding(town)
    made = amends.draft_not_entitled(town.session, further, "抄来的", actor=by_staff(town.second), now=AFTER)
    let_go(town, made)
    before.pop("甲")
    assert holding(town) == before
    assert "不符合获奖条件，这个奖空缺。" in (town.session.get_one(RoundCorrection, made).print_text or "")


@pytest.mark.slow
def test_second_appeal_upheld_before_the_first_is_let_go_gives_the_better_prize(town: Town) -> None:
    """Until somebody lets it go, the draft is only what the first appeal came to."""
    numbers = reported(town, "甲乙")
    more = [town.file("丙", town.said(n), MORNING + timedelta(hours=n)).report_id for n in (20, 21)]
    for number in numbers.values():
        town.grade(number)
    for number in more:
        town.refuse(number, now=LATER - timedelta(days=5))
    rounds.close_round(town.session, town.round().id, actor=SCHEDULER, now=town.round().closes_at)
    rounds.pick_round(town.session, town.round().id, actor=SCHEDULER, now=EXTRA_OVER)
    rounds.release_round(town.session, town.round().id, actor=by_staff(town.chief), now=RELEASED)
    for number in more:
        appeal(town, "丙", number, now=AFTER)
    for number in more:
        regrade(town, number, by=town.second, now=AFTER)
    draft = town.session.scalars(select(RoundCorrection)).one()
    assert draft.prize is Prize.BEST
    let_go(town, draft.id)
    assert holding(town)["丙"] == (Prize.BEST, AwardOrigin.FURTHER)


@pytest.mark.slow
def test_further_souvenir_is_not_given_beside_a_best_that_moved_on_meanwhile(town: Town) -> None:
    numbers = released(town, "甲乙", refused="乙")
    appeal(town, "乙", numbers["乙"], now=AFTER)
    regrade(town, numbers["乙"], by=town.second, now=AFTER)
    further = town.session.scalars(select(RoundCorrection.id)).one()
    move_on(town, lapse(town, "甲"))
    assert holding(town) == {"乙": (Prize.BEST, AwardOrigin.MOVED_ON)}
    with pytest.raises(NotAllowed, match="已经有奖"):
        let_go(town, further)


# while the pick or the release is under way


Act = Callable[[Session], Any]


def meanwhile(town: Town, engine: Engine, first: Act, second: Act) -> BaseException | None:
    """What `second` came to, which waited for the transaction of `first`."""
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time anyway")
    town.session.commit()

    def acts() -> None:
        with writing(engine) as session:
            second(session)

    def waits() -> bool:
        return bool(town.session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))

    with ThreadPoolExecutor(1) as pool:
        with writing(engine) as session:
            first(session)
            acting = pool.submit(acts)
            until(waits, seconds=5, what="the second waits for the first")
        return acting.exception()


@pytest.mark.slow
def test_name_is_not_called_unsuitable_while_the_list_is_released(town: Town, engine: Engine) -> None:
    picked(town, "甲乙")
    round_id, held, chief = town.round().id, award(town, "甲").id, by_staff(town.chief)
    failed = meanwhile(town, engine, lambda session: rounds.release_round(session, round_id, actor=chief, now=RELEASED),
                       lambda session: drafts.mark_unsuitable(session, held, "不雅", actor=chief, now=RELEASED))
    assert isinstance(failed, NotAllowed)
    assert "甲先生" in (town.round().print_block or "")


@pytest.mark.slow
def test_report_is_not_moved_into_a_round_while_that_is_picked(town: Town, engine: Engine) -> None:
    numbers = reported(town, "甲")
    town.grade(numbers["甲"])
    moved = town.file("乙", town.stated(2, month="2023-06")).report_id
    assert town.report(moved).round_id == town.round("2023-06").id
    rounds.close_round(town.session, town.round().id, actor=SCHEDULER, now=town.round().closes_at)
    round_id, version, editor = town.round().id, town.report(moved).version, by_staff(town.editor)
    failed = meanwhile(
        town, engine, lambda session: rounds.pick_round(session, round_id, actor=SCHEDULER, now=EXTRA_OVER),
        lambda session: grading.mend(session, moved, (Amendment(Field.ISSUE, "5月"),), actor=editor, now=EXTRA_OVER,
                                     index=Library().index(session.connection()), expected_version=version))
    assert isinstance(failed, NotAllowed)
    assert town.report(moved).round_id == town.round("2023-06").id


# whoever has gone meanwhile


@pytest.mark.slow
@pytest.mark.parametrize("goes", ["erased", "unfollowed"])
def test_correction_does_not_print_again_the_name_of_a_winner_who_has_gone(town: Town, goes: str) -> None:
    released(town)
    go(town, "甲", goes)
    made = move_on(town, lapse(town, "甲"))
    row = town.session.get_one(RoundCorrection, made)
    assert (row.print_text or "").startswith("更正：5月一名最佳“啄木鸟”的奖没有领取，由优秀“啄木鸟”“乙先生”递补；")
    assert "甲先生" not in f"{row.print_text}{row.article_text}"


@pytest.mark.slow
@pytest.mark.parametrize("goes", ["erased", "unfollowed"])
def test_right_name_of_a_winner_who_has_gone_is_not_printed(town: Town, goes: str) -> None:
    released(town, "甲乙")
    made = amends.draft_name(town.session, award(town, "乙").id, "乙女士", "录错", actor=by_staff(town.second), now=AFTER)
    go(town, "乙", goes)
    with pytest.raises(NotAllowed, match="已经离开"):
        let_go(town, made)
    assert award(town, "乙").printed_name == "乙先生"
    with pytest.raises(NotAllowed, match="已经离开"):
        amends.draft_name(town.session, award(town, "乙").id, "乙老师", "录错", actor=by_staff(town.second), now=AFTER)


def go(town: Town, name: str, how: str) -> None:
    if how == "erased":
        privacy.erase(town.session.connection(), town.reader(name), now=AFTER)
    else:
        privacy.unfollowed(town.session.connection(), town.reader(name), digest="0" * 64, now=AFTER)
    town.session.expire_all()


@pytest.mark.slow
def test_winner_who_does_not_want_his_prize_is_not_said_to_have_let_the_time_pass(town: Town) -> None:
    released(town)
    held = award(town, "甲").id
    prizes.lapse(town.session, held, reason=LapseReason.NOT_WANTED, actor=by_staff(town.chief), now=AFTER)
    row = town.session.get_one(RoundCorrection, move_on(town, held))
    assert row.reason == "获奖者表示不领这份奖"
    assert "没有在期限内" not in (row.article_text or "")


@pytest.mark.slow
@pytest.mark.parametrize("goes", ["erased", "barred"])
def test_further_prize_is_not_given_to_one_who_may_not_win_any_more(town: Town, goes: str) -> None:
    numbers = released(town, refused="甲")
    appeal(town, "甲", numbers["甲"], now=AFTER)
    regrade(town, numbers["甲"], by=town.second, now=AFTER)
    further = town.session.scalars(select(RoundCorrection.id)).one()
    if goes == "erased":
        go(town, "甲", goes)
    else:
        persons.bar(town.session, town.reader("甲"), Bar.RELATIVE, "编辑的家人", actor=by_staff(town.chief), now=AFTER)
    before = holding(town)
    with pytest.raises(NotAllowed, match="不能获奖"):
        let_go(town, further)
    assert holding(town) == before


# late reports, which editors go on with after the pick


def late(town: Town, number: int, name: str = "寅") -> int:
    """A report of a planted error that came after the deadline."""
    found = town.file(name, town.said(number), at("2023-06-02 08:00"))
    assert found.late
    return found.report_id


def totals(town: Town) -> dict[str, int]:
    names = {town.person(name): name for name in town.readers}
    return {names[one.person_id]: one.total_milli for one in compute(town.session.connection(), town.round().id).standings}


@pytest.mark.slow
@pytest.mark.parametrize("act", ["undo", "escalate", "refuse", "split"])
def test_what_becomes_of_a_late_report_after_the_pick_changes_no_points(town: Town, act: str) -> None:
    """Its grade was the last of the erratum, so it set the row that the pick was made with."""
    first = town.file("甲", town.said(1)).report_id
    town.grade(first, row="N-05")
    rounds.close_round(town.session, town.round().id, actor=SCHEDULER, now=town.round().closes_at)
    number, second = late(town, 1), by_staff(town.second)
    town.grade(number, row="N-06", by=town.second)
    rounds.pick_round(town.session, town.round().id, actor=SCHEDULER, now=EXTRA_OVER + timedelta(days=1))
    before, version = totals(town), town.report(number).version
    assert before["甲"] == 2000
    if act == "undo":
        grading.undo(town.session, number, actor=second, now=LATER, expected_version=version)
    elif act == "escalate":
        grading.escalate(town.session, number, "请主编看", actor=second, now=LATER, expected_version=version)
    elif act == "refuse":
        town.refuse(number, by=town.second, now=LATER)
    else:
        grading.split(town.session, number, actor=second, now=LATER, expected_version=version)
    assert totals(town) == before


@pytest.mark.slow
def test_errata_of_a_round_that_is_picked_are_linked_by_no_late_report(town: Town) -> None:
    for n, name in enumerate("甲乙", 1):
        town.grade(town.file(name, town.said(n), MORNING + timedelta(minutes=n)).report_id)
    rounds.close_round(town.session, town.round().id, actor=SCHEDULER, now=town.round().closes_at)
    one, other = late(town, 1), late(town, 2, "卯")
    rounds.pick_round(town.session, town.round().id, actor=SCHEDULER, now=EXTRA_OVER)
    before = totals(town)
    with pytest.raises(NotAllowed, match="已经评出名单"):
        grading.link_slip(town.session, one, other, actor=by_staff(town.editor), now=LATER,
                          expected_version=town.report(one).version)
    assert totals(town) == before


@pytest.mark.slow
def test_errata_that_counted_as_one_at_the_pick_are_parted_by_no_late_report(town: Town) -> None:
    one, other = (town.file(name, town.said(n), MORNING + timedelta(minutes=n)).report_id for n, name in enumerate("甲乙", 1))
    for graded in (one, other):
        town.grade(graded)
    grading.link_slip(town.session, one, other, actor=by_staff(town.editor), now=MORNING + timedelta(hours=1),
                      expected_version=town.report(one).version)
    rounds.close_round(town.session, town.round().id, actor=SCHEDULER, now=town.round().closes_at)
    number = late(town, 2, "卯")
    assert rounds.pick_round(town.session, town.round().id, actor=SCHEDULER, now=EXTRA_OVER + timedelta(days=1))
    before = totals(town)
    with pytest.raises(NotAllowed, match="已经评出名单"):
        linking.unlink_slip(town.session, number, actor=by_staff(town.editor), now=LATER,
                            expected_version=town.report(number).version)
    assert totals(town) == before


@pytest.mark.slow
def test_name_given_with_one_account_is_printed_for_the_person_whichever_wrote_last(town: Town) -> None:
    for n, name in enumerate("甲乙", 1):
        town.grade(town.file(name, town.said(n), MORNING + timedelta(minutes=n)).report_id)
    town.session.execute(update(Reader).where(Reader.id == town.reader("甲")).values(
        name_state=NameState.GIVEN, printed_name="甲先生", name_is_nickname=False))
    town.session.execute(update(Reader).where(Reader.id == town.reader("乙")).values(last_message_at=LATER))
    persons.link(town.session, town.reader("甲"), town.reader("乙"), "同一人", actor=by_staff(town.chief), now=MORNING)
    rounds.close_round(town.session, town.round().id, actor=SCHEDULER, now=town.round().closes_at)
    assert rounds.pick_round(town.session, town.round().id, actor=SCHEDULER, now=EXTRA_OVER)
    assert "最佳“啄木鸟”：甲先生\n（本期" in (town.round().print_block or "")  # and nobody's nickname
    assert town.session.scalars(select(OutgoingMessage).where(OutgoingMessage.kind == "ask_name")).all() == []
    town.session.execute(update(Reader).where(Reader.id == town.reader("乙")).values(name_state=NameState.DECLINED))
    rounds.release_round(town.session, town.round().id, actor=by_staff(town.chief), now=RELEASED)
    assert award(town, "乙").printed_name == "微信读者0002"  # what he said last with this one
