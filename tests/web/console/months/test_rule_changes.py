"""A changed rule set: who moves is seen before it is applied, a chief applies it with a reason, the old version stays."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from bot.audit import SCHEDULER
from bot.clock import FrozenClock
from bot.contest import rounds
from bot.contest.rules import from_json, to_json
from bot.contest.standing import compute
from models.audit import AuditEntry
from models.contests import Round, RuleSet
from models.enums import Role
from models.reports import Erratum
from models.rescoring import Rescoring
from models.session import reading, writing
from tests.support import factories
from tests.support.factories import ALONE, HEADLINE, VOLUNTEERS, House

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
NUMBERS = {
    "second_share": "1", "third_share": "1", "small_erratum": "1", "usage_cap": "1", "doubling_factor": "2",
    "clarity_base": "7", "clarity_step": "1", "qualify_accepted": "1", "qualify_decided": "2", "best_rest_rounds": "0",
    "best_yuan": "100", "tax": "paper", "excellent_count": "10", "souvenir": "纪念品一份",
}


@pytest.fixture
def numbers(engine: Engine, house: House) -> list[int]:
    """The first reader finds the headline, the second comes after him and finds another one with no mark besides."""
    with writing(engine) as session:
        second = factories.reader(session)
        found = [factories.report(session, HEADLINE),
                 factories.report(session, HEADLINE, reader_id=second, at=factories.NOW + timedelta(minutes=1)),
                 factories.report(session, VOLUNTEERS, reader_id=second, at=factories.NOW + timedelta(minutes=2))]
        for number in found[:2]:
            factories.accept(session, number, house)
        factories.accept(session, found[2], house, marks=(False, False, False))
    return found


@pytest.fixture
def address(house: House, numbers: list[int]) -> str:
    return f"/rounds/{house.round_id}/rules"


def again(page: str, reason: str = "第二位发现的也认真写了") -> dict[str, str]:
    return {name: unescape(value) for name, value in HIDDEN.findall(page) if name != "csrf_token"} | {"look_reason": reason}


def used(engine: Engine, house: House) -> RuleSet:
    with reading(engine) as session:
        return session.get_one(RuleSet, session.get_one(Round, house.round_id).rule_set_id)


def totals(engine: Engine, house: House) -> list[int]:
    with reading(engine) as session:
        return [one.total_milli for one in compute(session.connection(), house.round_id).standings]


def test_who_moves_is_seen_before_anything_is_changed(engine: Engine, house: House, address: str, chief: FlaskClient) -> None:
    page = chief.get(address).text
    assert "第 1 版" in page
    look = chief.post(address, data=NUMBERS | {"second_share": "4"})
    assert look.status_code == 200
    assert "第 1、2、3…位发现的各得：全部、四分之一、四分之一 → <strong>全部、全部、四分之一</strong>" in look.text
    assert "0.950 分" in look.text
    assert "1.700 分" in look.text
    assert factories.NICKNAME not in look.text
    with reading(engine) as session:
        assert len(session.scalars(select(RuleSet)).all()) == 1
    assert totals(engine, house) == [1000, 950]


def test_it_is_applied_with_a_reason_and_the_old_version_stays(
        engine: Engine, house: House, address: str, chief: FlaskClient) -> None:
    before = used(engine, house)
    look = chief.post(address, data=NUMBERS | {"second_share": "4"})
    for reason in ("", " "):
        assert chief.post(address, data=again(look.text, reason)).status_code == 400
    done = chief.post(address, data=again(look.text), follow_redirects=True)
    assert "第 2 版" in done.text
    assert "理由：第二位发现的也认真写了" in done.text
    assert totals(engine, house) == [1700, 1000]
    after = used(engine, house)
    with reading(engine) as session:
        old = session.get_one(RuleSet, before.id)
        kept = session.scalars(select(Rescoring)).one()
        entry = session.scalars(select(AuditEntry).where(AuditEntry.verb == "change_rules")).one()
    assert (old.number, old.rules, after.number) == (1, before.rules, 2)
    assert (kept.before_rules_id, kept.after_rules_id, kept.moved, kept.crossing) == (before.id, after.id, 2, 2)
    assert (entry.before, entry.after, entry.object_id) == ("1", "2", house.round_id)
    back = chief.post(address, data={"version": "1"})
    assert chief.post(address, data=again(back.text)).status_code == 302
    assert used(engine, house).number == 1
    assert totals(engine, house) == [1000, 950]


def test_another_value_of_a_kind_is_that_of_every_erratum_of_the_round(
        engine: Engine, house: House, address: str, chief: FlaskClient) -> None:
    look = chief.post(address, data=NUMBERS | {"row-N-05": "1.5"})
    assert chief.post(address, data=again(look.text)).status_code == 302
    with reading(engine) as session:
        assert set(session.scalars(select(Erratum.points_milli).where(Erratum.row_code == "N-05"))) == {1500}
    assert totals(engine, house) == [1500, 1425]


def test_a_grade_given_meanwhile_shows_the_look_anew(
        engine: Engine, house: House, numbers: list[int], address: str, chief: FlaskClient) -> None:
    look = chief.post(address, data=NUMBERS | {"second_share": "4"})
    with writing(engine) as session:
        factories.accept(session, numbers[2], house)
    stale = chief.post(address, data=again(look.text))
    assert (stale.status_code, "您看过以后又有了改动" in stale.text) == (409, True)
    assert used(engine, house).number == 1
    assert chief.post(address, data=again(stale.text)).status_code == 302
    assert used(engine, house).number == 2


@pytest.mark.slow
def test_other_numbers_than_those_looked_at_are_looked_at_anew(
        engine: Engine, house: House, address: str, chief: FlaskClient) -> None:
    look = chief.post(address, data=NUMBERS | {"second_share": "4"})
    assert chief.post(address, data=again(look.text) | {"second_share": "2"}).status_code == 409
    assert used(engine, house).number == 1


@pytest.mark.slow
def test_a_closed_round_is_scored_anew_as_well(
        engine: Engine, house: House, address: str, clock: FrozenClock, browser: Callable[[Role], FlaskClient]) -> None:
    with writing(engine) as session:
        clock.moment = factories.closed(session, house)
    chief = browser(Role.CHIEF)
    look = chief.post(address, data=NUMBERS | {"second_share": "4"})
    assert chief.post(address, data=again(look.text)).status_code == 302
    assert totals(engine, house) == [1700, 1000]


@pytest.mark.slow
def test_after_the_pick_it_is_refused_with_what_to_do_instead(
        engine: Engine, house: House, address: str, clock: FrozenClock, browser: Callable[[Role], FlaskClient],
        staff: dict[Role, int]) -> None:
    with writing(engine) as session:
        clock.moment = factories.closed(session, house)
    chief = browser(Role.CHIEF)
    look = chief.post(address, data=NUMBERS | {"second_share": "4"})
    with writing(engine) as session:
        assert rounds.pick_round(session, house.round_id, actor=SCHEDULER, now=clock.now())
    refused = chief.post(address, data=again(look.text))
    assert refused.status_code == 403
    assert "新的规则请从下一轮用起" in refused.text
    assert "看看谁会变</button>" not in chief.get(address).text
    with writing(engine) as session:
        rounds.release_round(session, house.round_id, actor=factories.audit.by_staff(staff[Role.CHIEF]), now=clock.now())
    released = chief.post(address, data=NUMBERS | {"second_share": "4"})
    assert (released.status_code, "用更正写明" in released.text) == (403, True)


@pytest.mark.slow
@pytest.mark.parametrize("change", [{"best_yuan": "50"}, {"excellent_count": "5"}, {"souvenir": "钥匙扣"}, {"tax": "reader"}])
def test_what_the_paper_has_printed_is_not_changed(
        engine: Engine, house: House, address: str, chief: FlaskClient, change: dict[str, str]) -> None:
    refused = chief.post(address, data=NUMBERS | change)
    assert refused.status_code == 400
    assert "对读者的承诺" in refused.text
    assert used(engine, house).number == 1


@pytest.mark.slow
def test_price_of_a_souvenir_moves_nobody_and_may_be_said_after_the_print(
        engine: Engine, house: House, address: str, chief: FlaskClient) -> None:
    assert "请填多少元" in chief.post(address, data=NUMBERS | {"souvenir_yuan": "-1"}).text
    look = chief.post(address, data=NUMBERS | {"souvenir_yuan": "35.5"})
    assert "一份奖品多少钱：没有写 → <strong>35.5 元</strong>" in look.text
    before = totals(engine, house)
    assert chief.post(address, data=again(look.text, "按发票填")).status_code == 302
    assert from_json(used(engine, house).rules).souvenir_fen == 3_550
    assert totals(engine, house) == before
    assert 'value="35.50"' in chief.get(address).text


@pytest.mark.slow
def test_before_the_paper_is_out_the_prize_may_change_unless_its_box_says_otherwise(
        engine: Engine, house: House, chief: FlaskClient) -> None:
    with reading(engine) as session:
        later = session.scalars(select(Round).where(Round.month == "2026-12")).one()
    address = f"/rounds/{later.id}/rules"
    assert chief.post(address, data=NUMBERS | {"best_yuan": "200"}).status_code == 200
    with writing(engine) as session:
        session.get_one(Round, later.id).box_text = f"{later.deadline_on:%m月%d日}截止，奖励100元"
    refused = chief.post(address, data=NUMBERS | {"best_yuan": "200"})
    assert (refused.status_code, "请先改报上印的启事" in refused.text) == (400, True)


@pytest.mark.slow
def test_who_bears_the_tax_is_chosen_before_the_paper_is_out_and_its_box_must_say_so(
        engine: Engine, house: House, chief: FlaskClient) -> None:
    with reading(engine) as session:
        later = session.scalars(select(Round).where(Round.month == "2026-12")).one()
    address, withheld = f"/rounds/{later.id}/rules", NUMBERS | {"tax": "reader"}
    assert '<option selected value="paper">' in chief.get(address).text
    look = chief.post(address, data=withheld)
    assert "奖金、奖品的税：报社另外出 → <strong>获奖读者出</strong>" in look.text
    box = f"{later.deadline_on:%m月%d日}截止，奖励100元"
    with writing(engine) as session:
        session.get_one(Round, later.id).box_text = box
    refused = chief.post(address, data=withheld)
    assert (refused.status_code, "没有写明奖金要扣税，读者到手是80元。请先改报上印的启事" in refused.text) == (400, True)
    with writing(engine) as session:
        rounds.set_box(session, later.id, f"{box}（税前）", actor=factories.audit.OPERATOR, now=factories.NOW)
    assert chief.post(address, data=again(look.text, "财务定的")).status_code == 302
    assert '<option selected value="reader">' in chief.get(address).text
    with reading(engine) as session:
        rules = session.get_one(RuleSet, session.get_one(Round, later.id).rule_set_id).rules
    assert from_json(rules).tax_borne_by_payer is False


@pytest.mark.slow
@pytest.mark.parametrize(("change", "said"), [
    ({}, "没有要改的"), ({"tax": "nobody"}, "个人所得税谁出"),
    ({"second_share": "0"}, "不能比先发现的得得多"), ({"small_erratum": "很多"}, "请填 0 到 100 的分数"),
    ({"qualify_accepted": "3"}, "分子不能比分母大"), ({"usage_cap": "0.0001"}, "请填 0 到 100 的分数"),
    ({"doubling_factor": "0"}, "请填 1 到 10 的整数"), ({"row-N-05": "NaN"}, "请填 0 到 100 的分数"),
    ({"version": "9"}, "没有这一版"), ({"version": "1"}, "没有要改的")])
def test_what_cannot_be_is_said(address: str, chief: FlaskClient, change: dict[str, str], said: str) -> None:
    answer = chief.post(address, data=change if "version" in change else NUMBERS | change)
    assert answer.status_code in (400, 404)
    assert said in answer.text


@pytest.mark.slow
def test_editors_neither_see_nor_change_it(address: str, editor: FlaskClient) -> None:
    assert editor.get(address).status_code == 403
    assert editor.post(address, data=NUMBERS | {"second_share": "4"}).status_code == 403


def test_no_such_round(house: House, chief: FlaskClient) -> None:
    assert chief.get("/rounds/99/rules").status_code == 404
    assert chief.post("/rounds/99/rules", data=NUMBERS).status_code == 404


@pytest.mark.slow
def test_what_the_newest_version_says_besides_stays_for_later_rounds(
        engine: Engine, house: House, address: str, chief: FlaskClient) -> None:
    with writing(engine) as session:
        session.add(RuleSet(contest_id=house.contest_id, number=2, rules=to_json(replace(ALONE, compares_pairs=True)),
                            created_at=factories.NOW))
    look = chief.post(address, data=NUMBERS | {"second_share": "4"})
    assert chief.post(address, data=again(look.text)).status_code == 302
    with reading(engine) as session:
        rules = {row.number: from_json(row.rules) for row in session.scalars(select(RuleSet))}
    assert used(engine, house).number == 3
    assert [(rules[n].shares_quarters, rules[n].compares_pairs) for n in (1, 2, 3, 4)] == [
        ((4, 1, 1), False), ((4, 1, 1), True), ((4, 4, 1), False), ((4, 4, 1), True)]
