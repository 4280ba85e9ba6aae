"""The finance ledger: prizes count in the month of their hand-over, what was not given has no tax (RULES 18)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from bot.audit import SCHEDULER, by_staff
from bot.claiming import payouts
from bot.claiming.payouts import Book, Part, Period
from bot.clock import SHANGHAI
from bot.contest import prizes, rounds
from bot.contest.after_pick import amends, moving_on
from bot.contest.finance import Payout, Total
from bot.contest.prizes import Receipt
from bot.contest.rules import from_json, to_json
from bot.errors import BadInput, NotAllowed
from models.audit import AuditEntry
from models.claims import PrizeReceipt
from models.contests import Award, RuleSet
from models.enums import AwardOrigin, NameState, Prize, PrizeState, Relation
from models.readers import Reader
from models.work_enums import LapseReason
from tests.support.databases import Databases
from tests.support.town import MORNING, Town, at

NAMES = "甲乙丙丁戊己庚辛壬癸子丑寅"
RELEASED = at("2023-06-04 09:00")
JULY = at("2023-07-03 10:00")
ALL = Period(2023)
CASH = Payout(12_500, 2_500, 10_000, borne_by_payer=True)


def play(engine: Engine) -> Town:
    """甲 is best, the next ten have souvenirs, 丑 and 寅 wait. Released on 4 June 2023."""
    with Session(engine, expire_on_commit=False) as session:
        made = Town.founded(session)
        for n, name in enumerate(NAMES, 1):
            made.grade(made.file(name, made.said(n), MORNING + timedelta(minutes=n)).report_id)
            session.execute(update(Reader).where(Reader.id == made.reader(name)).values(
                name_state=NameState.GIVEN, printed_name=f"{name}先生", name_is_nickname=True))
        session.commit()
        return made


@pytest.fixture
def begun(databases: Databases) -> tuple[str, Town]:
    """Played once, for each test here a copy of its own."""
    return databases.begun(play)


@pytest.fixture
def town(begun: tuple[str, Town], session: Session) -> Town:
    return begun[1].again(session)


def released(town: Town, **rules: Any) -> Town:
    """`rules`: what the rule set of the round says otherwise."""
    session, round_ = town.session, town.round()
    stored = session.get_one(RuleSet, round_.rule_set_id)
    if rules:
        stored.rules = to_json(replace(from_json(stored.rules), **rules))
        session.flush()
    assert rounds.close_round(session, round_.id, actor=SCHEDULER, now=round_.closes_at)
    assert rounds.pick_round(session, round_.id, actor=SCHEDULER, now=at("2023-06-02 00:15"))
    assert rounds.release_round(session, round_.id, actor=by_staff(town.chief), now=RELEASED)
    return town


def award(town: Town, name: str, origin: AwardOrigin = AwardOrigin.PICKED) -> Award:
    return town.session.scalars(select(Award).where(Award.reader_id == town.reader(name), Award.origin == origin)).one()


def hand(town: Town, name: str, now: datetime = JULY, *, origin: AwardOrigin = AwardOrigin.PICKED,
         receipt: Receipt = prizes.NO_RECEIPT) -> int:
    """Handed over to him at that moment; the award."""
    found = award(town, name, origin)
    assert prizes.hand_over(town.session, found.id, Relation.NEITHER, actor=by_staff(town.chief), now=now, receipt=receipt)
    return found.id


def book(town: Town, part: Part = Part.HANDED_OVER, period: Period = ALL, **page: int) -> Book:
    town.session.expire_all()
    return payouts.read(town.session, part, period, **page)


def names(found: Book) -> list[str | None]:
    return [line.award.printed_name for line in found.lines]


def entries(town: Town, verb: str) -> list[dict[str, Any]]:
    return list(town.session.scalars(select(AuditEntry.details).where(AuditEntry.verb == verb).order_by(AuditEntry.id)))


def test_a_prize_counts_in_the_month_of_its_hand_over_whatever_round_it_is_of(town: Town) -> None:
    hand(released(town), "甲")
    found = book(town)
    assert [(line.award.month, line.handed_on, line.what, line.payout) for line in found.lines] == [
        ("2023-05", date(2023, 7, 3), "现金", CASH)]
    assert found.months == {"2023-07": Total(1, 1, 0, 12_500, 2_500, 10_000)}
    assert found.counts == {Part.HANDED_OVER: 1, Part.STILL_OWED: 10, Part.NOT_GIVEN: 0}
    assert book(town, period=Period(2023, 7)).total == found.total
    assert book(town, period=Period(2023, 5)).lines == book(town, period=Period(2023, 6)).lines == ()


@pytest.mark.sampled
@pytest.mark.parametrize(("moment", "period", "day"), [
    ("2023-12-31 23:59", "2023-12", date(2023, 12, 31)), ("2024-01-01 00:00", "2024-01", date(2024, 1, 1)),
    ("2024-02-29 23:59", "2024-02", date(2024, 2, 29))])
def test_months_begin_and_end_in_shanghai(town: Town, moment: str, period: str, day: date) -> None:
    hand(released(town), "甲", at(moment))
    found = book(town, period=Period.read(period))
    assert [line.handed_on for line in found.lines] == [day]
    assert list(found.months) == [period]
    assert payouts.usual_period(town.session, RELEASED) == Period(day.year)
    assert found.years == tuple(range(day.year, 2022, -1))


def test_what_is_still_owed_says_what_it_will_be_and_is_in_no_sum(town: Town) -> None:
    found = book(released(town, souvenir_fen=4_000, souvenir="布袋一只"), Part.STILL_OWED)
    assert len(found.lines) == 11
    assert {(line.what, line.payout, line.handed_on) for line in found.lines} == {
        ("现金", CASH, None), ("布袋一只", Payout(5_000, 1_000, 4_000, borne_by_payer=True), None)}
    assert found.total == Total()
    assert found.lines[0].award.prize is Prize.BEST
    assert names(found)[1:] == sorted(str(name) for name in names(found)[1:])


def test_lapsed_prize_that_moved_on_has_no_tax_and_the_one_who_has_it_now_has(town: Town) -> None:
    released(town, souvenir_fen=4_000)
    first = award(town, "甲")
    prizes.lapse(town.session, first.id, reason=LapseReason.NOT_CLAIMED, actor=SCHEDULER, now=JULY)
    made = moving_on.draft(town.session, first.id, actor=SCHEDULER, now=JULY)
    assert made is not None
    amends.release(town.session, made, amends.plan(town.session, made).seen, actor=by_staff(town.chief), now=JULY)
    hand(town, "乙", origin=AwardOrigin.MOVED_ON)
    hand(town, "丑", origin=AwardOrigin.MOVED_ON)
    found = book(town)
    assert {(line.award.printed_name, line.award.prize, line.payout and line.payout.tax_fen) for line in found.lines} == {
        ("乙先生", Prize.BEST, 2_500), ("丑先生", Prize.EXCELLENT, 1_000)}
    gone = book(town, Part.NOT_GIVEN)
    assert {(line.award.printed_name, line.award.vacated, line.award.lapsed_because, line.payout, line.handed_on)
            for line in gone.lines} == {("甲先生", False, LapseReason.NOT_CLAIMED, None, None),
                                        ("乙先生", True, None, None, None)}
    assert found.total.tax_fen == 3_500
    assert found.counts == {Part.HANDED_OVER: 2, Part.STILL_OWED: 9, Part.NOT_GIVEN: 2}


@pytest.mark.slow
def test_souvenir_handed_over_stays_in_the_ledger_when_its_winner_moves_up(town: Town) -> None:
    released(town, souvenir_fen=4_000)
    hand(town, "乙", at("2023-06-20 10:00"))
    moving_on.leave(town.session, award(town, "乙").id, now=JULY)
    found = book(town)
    assert [(line.award.vacated, line.payout and line.payout.net_fen) for line in found.lines] == [(True, 4_000)]
    assert book(town, Part.NOT_GIVEN).lines == ()


@pytest.mark.slow
def test_further_prize_is_paid_and_taxed_like_any_other(town: Town) -> None:
    released(town)
    with_both = moving_on.give(town.session, town.round(), town.reader("丑"), Prize.BEST, AwardOrigin.FURTHER,
                               standing_milli=0, now=JULY)
    hand(town, "甲")
    hand(town, "丑", origin=AwardOrigin.FURTHER)
    found = book(town)
    assert found.total == Total(2, 2, 0, 25_000, 5_000, 20_000)
    assert {line.award.award_id: line.award.origin for line in found.lines}[with_both.id] is AwardOrigin.FURTHER


@pytest.mark.slow
def test_who_may_not_have_a_prize_has_none_in_the_ledger(town: Town) -> None:
    released(town)
    assert not prizes.hand_over(town.session, award(town, "甲").id, Relation.RELATIVE, actor=by_staff(town.chief), now=JULY,
                                receipt=Receipt("签收单 1"))
    assert book(town).lines == ()
    assert [(line.award.relation, line.award.note) for line in book(town, Part.NOT_GIVEN).lines] == [(Relation.RELATIVE, "")]


@pytest.mark.slow
def test_who_was_not_entitled_is_said_and_what_was_paid_stays_paid(town: Town) -> None:
    released(town)
    hand(town, "甲")
    for name in "甲丙":
        made = amends.draft_not_entitled(town.session, award(town, name).id, "查明是本报工作人员", actor=by_staff(town.chief),
                                         now=JULY)
        amends.release(town.session, made, amends.plan(town.session, made).seen, actor=by_staff(town.second), now=JULY)
    assert [(line.award.printed_name, line.award.not_entitled, line.payout) for line in book(town).lines] == [
        ("甲先生", True, CASH)]
    assert ("丙先生", True, None) in [(line.award.printed_name, line.award.not_entitled, line.payout)
                                   for line in book(town, Part.NOT_GIVEN).lines]


@pytest.mark.slow
def test_tax_borne_by_the_winner_comes_off_what_the_rules_say(town: Town) -> None:
    hand(released(town, tax_borne_by_payer=False), "甲")
    assert book(town).lines[0].payout == Payout(10_000, 2_000, 8_000, borne_by_payer=False)


@pytest.mark.slow
def test_souvenir_without_a_price_is_counted_and_in_no_sum_until_somebody_says_it(town: Town) -> None:
    number = hand(released(town), "乙")
    found = book(town)
    assert (found.lines[0].payout, found.lines[0].unpriced, found.total) == (None, True, Total(1, 0, 1))
    prizes.enter_receipt(town.session, number, Receipt("", 3_550), actor=by_staff(town.chief), now=JULY)
    found = book(town)
    assert found.total == Total(1, 0, 0, 4_438, 888, 3_550)
    assert found.lines[0].payout == Payout(4_438, 888, 3_550, borne_by_payer=True)


@pytest.mark.slow
def test_rounds_not_released_are_in_no_ledger(town: Town) -> None:
    round_ = town.round()
    rounds.close_round(town.session, round_.id, actor=SCHEDULER, now=round_.closes_at)
    rounds.pick_round(town.session, round_.id, actor=SCHEDULER, now=at("2023-06-02 00:15"))
    assert town.session.scalar(select(func.count()).select_from(Award)) == 11
    assert [book(town, part).counts[part] for part in Part] == [0, 0, 0]
    assert payouts.usual_period(town.session, RELEASED) == ALL


@pytest.mark.slow
def test_lines_come_page_by_page_and_sums_are_of_all(town: Town) -> None:
    released(town, souvenir_fen=4_000)
    for n, name in enumerate("甲乙丙丁戊"):
        hand(town, name, at(f"2023-07-0{n + 1} 10:00"))
    pages = [book(town, limit=2, offset=offset) for offset in (0, 2, 4, 6)]
    assert [names(one) for one in pages] == [["戊先生", "丁先生"], ["丙先生", "乙先生"], ["甲先生"], []]
    assert {one.total for one in pages} == {Total(5, 1, 0, 32_500, 6_500, 26_000)}
    lines = book(town).lines
    assert sum(line.payout.gross_fen for line in lines if line.payout) == 32_500


# the receipt


@pytest.mark.slow
def test_receipt_is_kept_with_the_hand_over_and_mended_after_it(town: Town) -> None:
    number = hand(released(town), "甲", receipt=Receipt(" 签收单\n 0012\x00\u202e "))
    assert book(town).lines[0].award.note == "签收单 0012"
    kept = town.session.get_one(PrizeReceipt, number)
    assert (kept.staff_id, kept.entered_at) == (town.chief, JULY)
    doer = by_staff(town.chief)
    assert not prizes.enter_receipt(town.session, number, Receipt("签收单 0012"), actor=doer, now=JULY)
    assert prizes.enter_receipt(town.session, number, Receipt("本人签字，单子 13"), actor=doer, now=JULY)
    assert book(town).lines[0].award.note == "本人签字，单子 13"
    assert prizes.enter_receipt(town.session, number, Receipt(), actor=doer, now=JULY)
    town.session.expire_all()
    assert town.session.get(PrizeReceipt, number) is None
    assert entries(town, "enter_receipt") == [{"noted": True, "price_fen": None}] * 2 + [{"noted": False, "price_fen": None}]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "receipt", "words"), [
    ("甲", Receipt("字" * 61), "最多写 60 个字"), ("甲", Receipt("电话 139 1234-5678"), "不写电话"),
    ("甲", Receipt("１３９１２３４５６７８"), "不写电话"), ("甲", Receipt("单", 3_500), "奖金是定好的"),
    ("乙", Receipt("单", 0), "价钱要大于 0"), ("乙", Receipt("单", -1), "价钱要大于 0"),
    ("乙", Receipt("单", 10**12), "价钱要大于 0"),
])  # fmt: skip
def test_what_is_no_receipt_is_refused_and_nothing_is_handed_over(town: Town, name: str, receipt: Receipt, words: str) -> None:
    number = award(released(town), name).id
    with pytest.raises(BadInput, match=words), town.session.begin_nested():
        prizes.hand_over(town.session, number, Relation.NEITHER, actor=by_staff(town.chief), now=JULY, receipt=receipt)
    town.session.expire_all()
    assert town.session.get_one(Award, number).state is PrizeState.TO_BE_CLAIMED


@pytest.mark.slow
def test_a_number_of_a_slip_is_no_telephone(town: Town) -> None:
    hand(released(town), "甲", receipt=Receipt("顺丰 SF1391234567890"))
    assert book(town).lines[0].award.note == "顺丰 SF1391234567890"


@pytest.mark.slow
def test_nothing_is_signed_before_the_hand_over(town: Town) -> None:
    with pytest.raises(NotAllowed, match="发出去以后"):
        prizes.enter_receipt(town.session, award(released(town), "甲").id, Receipt("单"), actor=by_staff(town.chief), now=JULY)


# downloads


@pytest.mark.slow
def test_a_download_is_kept_on_record_without_names(town: Town) -> None:
    hand(released(town), "甲", receipt=Receipt("单 1"))
    found = payouts.take(town.session, Part.HANDED_OVER, Period(2023, 7), "xlsx", actor=by_staff(town.chief), now=JULY)
    assert names(found) == ["甲先生"]
    assert entries(town, "take_payouts") == [{"part": "handed_over", "period": "2023-07", "rows": 1, "file": "xlsx"}]


# periods


@pytest.mark.parametrize("text", ["", "1999", "3000", "26", "2026-", "2026-00", "2026-13", "2026-1", "2026-011", "２０２６",
                                  "2026-１１", "2026-11-01", "abcd", "=1+1", "9" * 5_000])  # fmt: skip
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        Period.read(text)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2999, 12, 31)))  # noqa: DTZ001 - given its zone below
def test_every_moment_is_in_its_own_month_and_year_only(moment: datetime) -> None:
    here = moment.replace(tzinfo=SHANGHAI)
    for period in (Period.read(f"{moment:%Y-%m}"), Period.read(f"{moment:%Y}")):
        first, end = period.bounds()
        assert first <= here.astimezone(UTC) < end
        assert Period.read(period.text) == period
    assert Period(moment.year, 12).bounds()[1] == Period(moment.year).bounds()[1]
