"""The announcement of a picked round: from the next round and its own rules, what is at odds, the invitation kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from bot.audit import SCHEDULER, by_staff
from bot.contest import rounds
from bot.contest.after_pick import amends
from bot.contest.announcing import announced
from bot.contest.announcing.announced import Announcement
from bot.contest.rules import RuleSet as Rules
from bot.contest.rules import to_json
from bot.errors import BadInput, NotAllowed, NotFound
from bot.personal import privacy
from bot.understanding.identity import BLACK
from models.audit import AuditEntry
from models.contests import Award, Round, RuleSet
from models.enums import NameState, RoundState
from models.outgoing import OutgoingMessage
from models.readers import Reader
from models.records import RoundRecord
from models.rescoring import Rescoring
from models.round_changes import RoundCorrection
from tests.support.databases import Databases
from tests.support.town import ALONE, MORNING, Town, at

EXTRA_OVER = at("2023-06-02 00:15")
RELEASED = at("2023-06-04 09:00")
TODAY = date(2023, 6, 4)
BETTER = replace(ALONE, best_net_fen=20_000, souvenir="保温杯一只", excellent_count=12)


def play(engine: Engine) -> Town:
    with Session(engine, expire_on_commit=False) as session:
        town = Town.founded(session)
        town.session.execute(update(Reader).where(Reader.id == town.reader("甲")).values(
            name_state=NameState.GIVEN, printed_name="早起鸟", name_is_nickname=True))
        town.grade(town.file("甲", town.said(1)).report_id)
        rounds.close_round(session, town.round().id, actor=SCHEDULER, now=town.round().closes_at)
        rounds.pick_round(session, town.round().id, actor=SCHEDULER, now=EXTRA_OVER)
        session.commit()
        return town


@pytest.fixture
def begun(databases: Databases) -> tuple[str, Town]:
    """Played once, for each test here a copy of its own."""
    return databases.begun(play)


@pytest.fixture
def town(begun: tuple[str, Town], session: Session) -> Town:
    return begun[1].again(session)


def release(town: Town) -> None:
    assert rounds.release_round(town.session, town.round().id, actor=by_staff(town.chief), now=RELEASED)


def rules_of_june(town: Town, rules: Rules) -> None:
    row = RuleSet(contest_id=town.contest_id, number=2, rules=to_json(rules), created_at=RELEASED)
    town.session.add(row)
    town.session.flush()
    town.round("2023-06").rule_set_id = row.id
    town.session.flush()


def of(town: Town, today: date = TODAY) -> Announcement:
    found = announced.of(town.session, town.round().id, today=today)
    assert found is not None
    return found


def test_invitation_is_drawn_from_the_next_round_and_the_winner_gets_what_his_own_promised(town: Town) -> None:
    rules_of_june(town, BETTER)
    found = of(town)
    assert "奖励现金200元；另有12位优秀“啄木鸟”，各得保温杯一只。" in found.text
    assert found.problems == ()
    release(town)
    assert town.round().print_block == found.text
    told = town.session.scalars(select(OutgoingMessage.text).where(OutgoingMessage.kind == "award")).all()
    assert ["奖励现金100元" in text for text in told] == [True]


def test_box_and_notice_each_say_what_arrives_under_their_own_rules(town: Town) -> None:
    rules_of_june(town, replace(BETTER, tax_borne_by_payer=False))
    found = of(town)
    assert "奖励现金200元（税前，扣个人所得税40元，到手160元）；另有12位" in found.text
    assert "奖金、奖品的个人所得税由获奖读者出。名单在下一期公布。" in found.text
    assert found.problems == ()
    release(town)
    told = town.session.scalars(select(OutgoingMessage.text).where(OutgoingMessage.kind == "award")).all()
    assert ["奖励现金100元（个人所得税由报社出，到手就是100元）" in text for text in told] == [True]


def test_before_the_release_it_follows_names_and_dates_and_afterwards_it_stays(town: Town) -> None:
    town.session.execute(update(Reader).values(printed_name="晚睡鸟"))
    assert "最佳“啄木鸟”：晚睡鸟" in of(town).text
    release(town)
    town.session.execute(update(Reader).values(printed_name="又换了"))
    town.session.execute(update(Award).values(printed_name="更正的名字"))
    town.round("2023-06").deadline_on += timedelta(days=2)
    found = of(town)
    assert "最佳“啄木鸟”：晚睡鸟" in found.text
    assert "晚睡鸟" in found.article
    assert found.problems == ("栏目文字里没有截止日期“7月3日”。",)
    assert found.released_at == RELEASED


def test_digest_and_coming_round_are_said(town: Town) -> None:
    found = of(town)
    assert found.coming is not None
    assert (found.coming.id, found.coming.month, found.coming.deadline_on, found.coming.kept) == (
        town.round("2023-06").id, "2023-06", date(2023, 7, 1), None)
    digest = town.session.scalars(select(RoundRecord.digest)).one()
    assert found.text.endswith(f"评选记录校验码：{digest}")
    assert found.has_record


def test_without_a_next_round_nothing_is_promised(town: Town) -> None:
    town.session.execute(delete(Round).where(Round.month > "2023-05"))
    found = of(town)
    assert (found.coming, found.problems, found.can_keep) == (None, (), False)
    assert "截止" not in found.text
    assert "元" not in found.text
    release(town)
    with pytest.raises(NotFound):
        announced.keep_invitation(town.session, town.round().id, actor=by_staff(town.chief), now=RELEASED)


def test_what_is_promised_beside_date_and_prize_is_at_odds_too(town: Town) -> None:
    release(town)
    rules_of_june(town, replace(ALONE, souvenir="保温杯一只"))
    assert [one[:12] for one in of(town).problems] == ["发布以后，下一轮的日期、"]


def test_deadline_that_is_over_is_said_before_the_release_only(town: Town) -> None:
    assert of(town, date(2023, 7, 1)).problems == ()
    assert of(town, date(2023, 7, 2)).problems == ("下一轮的截止日7月1日已经过了。",)
    release(town)
    assert of(town, date(2023, 7, 2)).problems == ()


def test_invitation_is_kept_for_the_next_round_once(town: Town) -> None:
    chief = by_staff(town.chief)
    with pytest.raises(NotAllowed):
        announced.keep_invitation(town.session, town.round().id, actor=chief, now=RELEASED)
    assert not of(town).can_keep
    release(town)
    assert of(town).can_keep
    announced.keep_invitation(town.session, town.round().id, actor=chief, now=RELEASED)
    kept = town.round("2023-06").box_text
    assert kept is not None
    assert kept.startswith("欢迎来当“啄木鸟”\n亲爱的读者")
    assert kept.endswith("名单在下一期公布。")
    assert "早起鸟" not in kept
    found = of(town)
    assert (found.can_keep, found.problems) == (False, ())
    entries = town.session.scalars(select(AuditEntry).where(AuditEntry.verb == "set_box")).all()
    assert [(one.object_id, one.staff_id) for one in entries] == [(town.round("2023-06").id, town.chief)]


def test_another_invitation_that_is_kept_already_is_said(town: Town) -> None:
    town.round("2023-06").box_text = "7月1日截止，奖100元。"
    release(town)
    found = of(town)
    assert found.problems == ("下一轮已经存着一份启事，和这里的不一样。",)
    assert found.can_keep


def test_kept_invitation_is_checked_like_words_typed_in(town: Town) -> None:
    release(town)
    town.round("2023-06").deadline_on = date(2023, 7, 4)
    with pytest.raises(BadInput, match="7月4日"):
        announced.keep_invitation(town.session, town.round().id, actor=by_staff(town.chief), now=RELEASED)
    assert town.round("2023-06").box_text is None


def test_round_that_is_over_takes_no_other_invitation(town: Town) -> None:
    release(town)
    june = town.round("2023-06")
    june.state, june.closed_at = RoundState.CLOSED, june.closes_at
    town.session.flush()
    assert of(town).problems == ()
    assert not of(town).can_keep
    with pytest.raises(NotAllowed):
        announced.keep_invitation(town.session, town.round().id, actor=by_staff(town.chief), now=RELEASED)


def test_round_that_is_not_picked_has_no_announcement(town: Town) -> None:
    assert announced.of(town.session, town.round("2023-06").id, today=TODAY) is None
    assert announced.of(town.session, 999, today=TODAY) is None


@pytest.mark.sampled
@pytest.mark.parametrize("name", ["\u200b\u202e", "\x07", " "])
def test_name_of_nothing_that_can_be_seen_is_called_by_the_number(town: Town, name: str) -> None:
    town.session.execute(update(Reader).values(printed_name=name))
    assert "最佳“啄木鸟”：微信读者" in of(town).text


def test_names_that_go_into_a_later_issue_stand_under_the_invitation_of_that_issue(session: Session) -> None:
    town = Town.founded(session)
    rounds.move_deadline(session, town.round().id, date(2023, 6, 9), "水灾", actor=by_staff(town.chief), now=MORNING,
                         print_by=date(2023, 7, 9))
    town.grade(town.file("甲", town.said(1)).report_id)
    rounds.close_round(session, town.round().id, actor=SCHEDULER, now=at("2023-06-10 00:00"))
    assert rounds.pick_round(session, town.round().id, actor=SCHEDULER, now=at("2023-06-10 00:15"))
    found = of(town, date(2023, 6, 10))
    assert "本期截止日期：2023年8月1日。" in found.text
    assert found.coming is not None
    assert found.coming.month == "2023-07"


@pytest.mark.parametrize("goes", ["erased", "unfollowed"])
def test_draft_that_was_never_printed_forgets_a_winner_who_goes(town: Town, goes: str) -> None:
    assert "早起鸟" in (town.round().print_block or "")
    db, reader_id = town.session.connection(), town.reader("甲")
    if goes == "erased":
        privacy.erase(db, reader_id, now=RELEASED)
    else:
        privacy.unfollowed(db, reader_id, digest="0" * 64, now=RELEASED)
    assert "早起鸟" not in f"{town.round().print_block}{town.round().article}"
    release(town)
    assert "最佳“啄木鸟”：微信读者0001" in (town.round().print_block or "")
    assert "微信读者0001" in (town.round().article or "")


def test_what_staff_wrote_of_the_round_and_its_list_does_not_name_a_reader_who_goes(town: Town) -> None:
    release(town)
    held = town.session.scalars(select(Award.id)).one()
    draft = amends.draft_not_entitled(town.session, held, "查明不符", actor=by_staff(town.editor), now=RELEASED)
    amends.withdraw(town.session, draft, "早起鸟来电说明了", actor=by_staff(town.chief), now=RELEASED)
    town.session.execute(update(Round).where(Round.id == town.round().id).values(
        pick_reason="早起鸟那条不等了", deadline_reason="早起鸟说报纸没到"))
    town.session.add(Rescoring(round_id=town.round().id, staff_id=town.chief, at=RELEASED, reason="早起鸟提醒的", moved=0,
                               crossing=0, before_rules_id=1, after_rules_id=1))
    town.session.flush()
    privacy.erase(town.session.connection(), town.reader("甲"), now=RELEASED)
    round_ = town.round()
    said = [round_.pick_reason, round_.deadline_reason, *town.session.scalars(select(RoundCorrection.withdraw_reason)),
            *town.session.scalars(select(Rescoring.reason))]
    assert [("早起鸟" in (one or ""), BLACK in (one or "")) for one in said] == [(False, True)] * 4
    assert "早起鸟" in (round_.print_block or "")  # the paper is out


def test_invitation_says_in_which_issue_its_own_names_stand(session: Session) -> None:
    """Where the deadline lies behind the press day of the next issue, the names are in the one after that."""
    town = Town.founded(session, rounds=4)
    june = town.round("2023-06")
    june.deadline_on, june.print_by = date(2023, 7, 9), date(2023, 8, 9)
    town.grade(town.file("甲", town.said(1)).report_id)
    rounds.close_round(session, town.round().id, actor=SCHEDULER, now=town.round().closes_at)
    assert rounds.pick_round(session, town.round().id, actor=SCHEDULER, now=EXTRA_OVER)
    assert "本期截止日期：2023年7月9日。" in of(town).text
    assert of(town).text.split("\n\n")[0].endswith("各得纪念品一份。名单在8月那一期公布。")
