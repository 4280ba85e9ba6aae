"""Changes of a closed round: what is applied is what was shown, whatever the act; the record names the version and holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot.audit import SCHEDULER, by_staff
from bot.contest import rounds, rule_changes
from bot.contest.after_pick.rescoring import difference
from bot.contest.record.checking import verify
from bot.contest.standing import RoundStanding, compute
from bot.errors import BadInput, NotFound
from bot.judging import grading, rescored, reviews
from bot.judging.rescored import Confirmed, Look, LookFirst
from bot.judging.verdicts import GradeInput
from bot.recording import records
from models.enums import Doubling, Verdict
from models.grades import Grade
from models.records import RoundRecord
from models.rescoring import Rescoring
from tests.support.databases import Databases
from tests.support.town import ALL_MARKS, MORNING, NO_MARKS, Town, at

AFTER = at("2023-06-02 09:00")
EXTRA_OVER = at("2023-06-02 00:15")


def play(engine: Engine) -> Town:
    """A found errors 1 and 2, B comes second on both and found 3, C found 4 and was refused 5. The round is closed."""
    with Session(engine, expire_on_commit=False) as session:
        town = Town.founded(session)
        for minute, (name, word) in enumerate((("A", 1), ("A", 2), ("B", 1), ("B", 2), ("B", 3), ("C", 4), ("C", 5))):
            filed = town.file(name, town.said(word), MORNING + timedelta(minutes=minute))
            if word == 5:
                town.refuse(filed.report_id)
            else:
                town.grade(filed.report_id, marks=ALL_MARKS if word != 3 else NO_MARKS)
        rounds.close_round(session, town.round().id, actor=SCHEDULER, now=town.round().closes_at)
        session.commit()
        return town


@pytest.fixture
def begun(databases: Databases) -> tuple[str, Town]:
    """Played once, for each test here a copy of its own."""
    return databases.begun(play)


@pytest.fixture
def town(begun: tuple[str, Town], session: Session) -> Town:
    return begun[1].again(session)


def numbers(town: Town) -> list[int]:
    return [one.id for one in town.reports()]


def regraded(at_: int, **changes: Any) -> Callable[[Town, Confirmed | None], object]:
    def act(town: Town, confirmed: Confirmed | None) -> object:
        number = numbers(town)[at_]
        given = replace(GradeInput(Verdict.ACCEPTED, "N-05", marks=ALL_MARKS), **changes)
        return rescored.grade(town.session, number, given, confirmed=confirmed, actor=by_staff(town.editor), now=AFTER,
                              expected_version=town.report(number).version)
    return act


def undone(town: Town, confirmed: Confirmed | None) -> object:
    number = numbers(town)[0]
    return rescored.undo(town.session, number, confirmed=confirmed, actor=by_staff(town.editor), now=AFTER,
                         expected_version=town.report(number).version)


def joined(town: Town, confirmed: Confirmed | None) -> object:
    number, other = numbers(town)[4], numbers(town)[5]
    return rescored.apply(town.session, number, lambda: grading.join(
        town.session, number, other, actor=by_staff(town.editor), now=AFTER,
        expected_version=town.report(number).version), confirmed=confirmed, actor=by_staff(town.editor), now=AFTER)


def under_other_rules(town: Town, confirmed: Confirmed | None) -> object:
    rules = replace(compute(town.session.connection(), town.round().id).rules, shares_quarters=(4, 2, 2),
                    clarity_step_tenths=2)
    return rule_changes.change(town.session, town.round().id, rules, confirmed=confirmed, actor=by_staff(town.chief), now=AFTER)


ACTS = {
    "a mark": regraded(0, marks=(True, True, False)), "a verdict": regraded(1, verdict=Verdict.NOT_AN_ERROR, row_code=None,
                                                                            marks=NO_MARKS, reason="原文不错"),
    "accepted after all": regraded(6), "a kind": regraded(2, row_code="N-06"),
    "a doubling": regraded(0, doubling=Doubling.HEADLINE), "taken back": undone, "joined": joined, "rules": under_other_rules,
}


def looked(town: Town, act: Callable[[Town, Confirmed | None], object], confirmed: Confirmed | None = None) -> Look:
    """The look that the act asks for; whatever it tried is rolled back."""
    with pytest.raises(LookFirst) as problem, town.session.begin_nested():
        act(town, confirmed)
    town.session.expire_all()
    return problem.value.look


def standing(town: Town) -> RoundStanding:
    town.session.flush()
    return compute(town.session.connection(), town.round().id)


@pytest.mark.sampled
@pytest.mark.parametrize("name", ACTS)
def test_what_is_applied_is_exactly_what_was_shown(town: Town, name: str) -> None:
    before = standing(town)
    look = looked(town, ACTS[name])
    assert not difference(before, standing(town))
    assert look.difference
    ACTS[name](town, Confirmed(look.seen, "核对过原报"))
    assert difference(before, standing(town)) == look.difference
    kept = town.session.scalars(select(Rescoring)).one()
    assert (kept.reason, kept.moved, kept.crossing) == (
        "核对过原报", len(look.difference.moves), len(look.difference.crossing))
    assert (kept.report_id is None) == (name == "rules")


@pytest.mark.sampled
@pytest.mark.parametrize("name", ACTS)
def test_what_moved_meanwhile_is_looked_at_anew(town: Town, name: str) -> None:
    look = looked(town, ACTS[name])
    town.grade(numbers(town)[5], row="N-07", now=AFTER)
    town.grade(numbers(town)[0], marks=NO_MARKS, now=AFTER)
    again = looked(town, ACTS[name], Confirmed(look.seen, "核对过原报"))
    assert again.seen != look.seen
    assert town.session.scalars(select(Rescoring)).all() == []


@pytest.mark.sampled
@pytest.mark.parametrize("name", ACTS)
def test_a_record_made_afterwards_holds_and_names_the_version(town: Town, name: str) -> None:
    look = looked(town, ACTS[name])
    ACTS[name](town, Confirmed(look.seen, "核对过原报"))
    if name == "taken back":
        town.grade(numbers(town)[0], now=AFTER)
    assert rounds.pick_round(town.session, town.round().id, actor=SCHEDULER, now=AFTER)
    body = records.body(town.session.scalars(select(RoundRecord)).one())
    assert verify(body).whole
    assert f'"rules":{{"number":{2 if name == "rules" else 1},' in body.decode()
    assert "核对过原报" not in body.decode()


def test_the_grades_given_under_the_old_version_stay(town: Town) -> None:
    before = [(one.id, one.rule_set_id) for one in town.session.scalars(select(Grade).order_by(Grade.id))]
    look = looked(town, under_other_rules)
    under_other_rules(town, Confirmed(look.seen, "重新定过"))
    assert [(one.id, one.rule_set_id) for one in town.session.scalars(select(Grade).order_by(Grade.id))] == before


def test_a_slip_of_a_moment_ago_is_taken_back_at_once_and_an_older_one_is_looked_at(town: Town) -> None:
    number = town.file("D", town.said(6), MORNING + timedelta(hours=1)).report_id

    def undo(now: datetime, by: int) -> None:
        rescored.undo(town.session, number, actor=by_staff(by), now=now, expected_version=town.report(number).version)

    town.grade(number, now=AFTER)
    with pytest.raises(LookFirst), town.session.begin_nested():
        undo(AFTER + timedelta(minutes=1), town.second)
    town.session.expire_all()
    with pytest.raises(LookFirst), town.session.begin_nested():
        undo(AFTER + rescored.AT_ONCE + timedelta(seconds=1), town.editor)
    town.session.expire_all()
    undo(AFTER + rescored.AT_ONCE, town.editor)
    assert town.report(number).verdict is None


def disputed(town: Town) -> tuple[int, list[int]]:
    """The first report of the closed round, of which three say three different things; the grades."""
    number = numbers(town)[0]
    reviews.open_contender(town.session, number, actor=SCHEDULER, now=AFTER)
    first = town.grades(number)[0].id
    return number, [first, town.refuse(number, by=town.second, now=AFTER),
                    town.grade(number, row="N-18", by=town.chief, now=AFTER)]


def settled(town: Town, number: int, grade_id: int, confirmed: Confirmed | None = None) -> None:
    rescored.decide(town.session, number, grade_id, "词典以第七版为准", confirmed=confirmed, actor=by_staff(town.chief),
                    now=AFTER, expected_version=town.report(number).version)


@pytest.mark.slow
@pytest.mark.parametrize("chosen", [1, 2])
def test_a_disagreement_settled_so_that_somebody_moves_is_looked_at(town: Town, chosen: int) -> None:
    number, ids = disputed(town)
    before = standing(town)
    look = looked(town, lambda town, confirmed: settled(town, number, ids[chosen], confirmed))
    assert look.difference
    assert not difference(before, standing(town))
    assert reviews.open_of(town.session.connection(), number) is not None
    with pytest.raises(LookFirst, match="写一句为什么改"), town.session.begin_nested():
        settled(town, number, ids[chosen], Confirmed(look.seen, " "))
    town.session.expire_all()
    settled(town, number, ids[chosen], Confirmed(look.seen, "核对过原报"))
    assert difference(before, standing(town)) == look.difference
    kept = town.session.scalars(select(Rescoring)).one()
    assert (kept.report_id, kept.reason, kept.moved) == (number, "核对过原报", len(look.difference.moves))
    assert reviews.open_of(town.session.connection(), number) is None


@pytest.mark.slow
def test_a_disagreement_settled_as_it_stood_moves_nobody_and_is_quick(town: Town) -> None:
    number, ids = disputed(town)
    before = standing(town)
    settled(town, number, ids[0])
    assert not difference(before, standing(town))
    assert town.session.scalars(select(Rescoring)).all() == []
    assert reviews.open_of(town.session.connection(), number) is None


def test_taking_back_that_moves_nobody_is_quick_where_it_need_not_always_be_looked_at(town: Town) -> None:
    refused = numbers(town)[6]

    def undo(always: bool) -> None:
        rescored.undo(town.session, refused, always=always, actor=by_staff(town.editor), now=AFTER,
                      expected_version=town.report(refused).version)

    with pytest.raises(LookFirst), town.session.begin_nested():
        undo(always=True)
    town.session.expire_all()
    before = standing(town)
    undo(always=False)
    assert not difference(before, standing(town))
    assert town.report(refused).verdict is None


def test_a_kind_that_the_round_uses_cannot_leave_the_rules(town: Town) -> None:
    rules = standing(town).rules
    fewer = replace(rules, annex=tuple(row for row in rules.annex if row.code != "N-05"))
    with pytest.raises(BadInput, match="N-05"):
        rule_changes.change(town.session, town.round().id, fewer, actor=by_staff(town.chief), now=AFTER)


def test_no_such_round_and_no_such_version(town: Town) -> None:
    with pytest.raises(NotFound):
        rule_changes.change(town.session, 99, standing(town).rules, actor=by_staff(town.chief), now=AFTER)
    with pytest.raises(NotFound):
        rule_changes.of_version(town.session, town.round().id, 9)


def test_another_number_of_days_to_grade_moves_the_end_of_grading(town: Town) -> None:
    before = town.round().grading_until
    rules = replace(standing(town).rules, grading_days=4)

    def act(town: Town, confirmed: Confirmed | None) -> object:
        return rule_changes.change(town.session, town.round().id, rules, confirmed=confirmed, actor=by_staff(town.chief),
                                   now=AFTER)

    look = looked(town, act)
    act(town, Confirmed(look.seen, "付印提前"))
    assert town.round().grading_until == before - timedelta(days=1)
