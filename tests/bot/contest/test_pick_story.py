"""A whole pick with everything that may precede it in force: contenders graded twice, finalists compared, the record.

From reports to the sealed record; what was picked can be worked out again from the rows and from the record alone.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.audit import SCHEDULER, by_staff
from bot.contest import rounds
from bot.contest.blockers import BlockerKind
from bot.contest.pairs import Comparison, settle
from bot.contest.rules import DEFAULT_RULES
from bot.contest.selection import intake_seed
from bot.contest.standing import compute
from bot.errors import NotAllowed
from bot.judging import pairs
from bot.recording import audit_chain
from models.audit import AuditEntry
from models.contests import Award
from models.enums import Prize, RoundState, Verdict
from models.outgoing import OutgoingMessage
from models.reviews import Review
from models.work_enums import ReviewCause, ReviewResult, ReviewState
from tests.support.town import MORNING, NO_MARKS, Town, at

RULES = replace(DEFAULT_RULES, second_share_percent=0, seconds_contenders=True, compares_pairs=True, excellent_count=1)
EXTRA_OVER = at("2023-06-02 00:15")
LATER = at("2023-06-03 10:00")


@pytest.fixture
def town(session: Session) -> Town:
    return Town.founded(session, rules=RULES)


def pick(town: Town) -> bool:
    return rounds.pick_round(town.session, town.round().id, actor=SCHEDULER, now=EXTRA_OVER)


def waiting(town: Town) -> list[tuple[BlockerKind, tuple[int, ...], tuple[int, ...]]]:
    return [(one.kind, one.report_ids, one.staff_ids) for one in rounds.open_work(town.session, town.round().id)]


def reported(town: Town) -> dict[str, int]:
    """甲, 乙 and 丙 wrote in the same minute, each about another error; all are accepted, 丙 with one mark less."""
    numbers = {name: town.file(name, town.said(n)).report_id for n, name in enumerate("甲乙丙", 1)}
    for name, number in numbers.items():
        town.grade(number, marks=(True, True, name != "丙"))
    rounds.close_round(town.session, town.round().id, actor=SCHEDULER, now=town.round().closes_at)
    return numbers


def second_grades(town: Town, numbers: dict[str, int]) -> None:
    """The second editor sees 乙's otherwise, the third (the chief) as the first did."""
    for name, number in numbers.items():
        if name == "乙":
            town.refuse(number, by=town.second, now=EXTRA_OVER)
            town.grade(number, marks=NO_MARKS, by=town.chief, now=EXTRA_OVER)
        elif name == "甲":
            town.grade(number, by=town.second, now=EXTRA_OVER)


def compared(town: Town, better: int, editors: list[int]) -> None:
    standing = compute(town.session.connection(), town.round().id)
    one, other = sorted(pairs.contest_of(town.session, standing, RoundState.CLOSED).persons)
    for editor in editors:
        pairs.choose(town.session, town.round().id, one, other, better, actor=by_staff(editor), now=EXTRA_OVER)
        pairs.seal(town.session, town.round().id, actor=by_staff(editor), now=EXTRA_OVER)


def test_contenders_are_graded_again_then_finalists_compared_then_the_names_stand(town: Town) -> None:
    numbers = reported(town)
    editors = [town.editor, town.second, town.chief]
    assert pick(town) is False
    asked = {one.report_id: one.cause for one in town.session.scalars(select(Review))}
    near = (numbers["甲"], numbers["乙"])  # without either 丙 would be a name; 丙's own can only fall
    assert asked == dict.fromkeys(near, ReviewCause.CONTENDER)
    assert waiting(town) == [(BlockerKind.REVIEW, near, ())]
    second_grades(town, numbers)
    results = {one.report_id: (one.state, one.result) for one in town.session.scalars(select(Review))}
    assert results == {near[0]: (ReviewState.SETTLED, ReviewResult.AGREED),
                       near[1]: (ReviewState.SETTLED, ReviewResult.TWO_OF_THREE)}
    assert pick(town) is False
    assert waiting(town) == [(BlockerKind.PAIRS, (), tuple(editors))]
    with pytest.raises(NotAllowed, match="并列第一还没比完的编辑3"):
        rounds.pick_round(town.session, town.round().id, actor=by_staff(town.chief), now=EXTRA_OVER)
    [drawn] = compute(town.session.connection(), town.round().id).select().best
    preferred = next(name for name in "甲乙" if town.person(name) != drawn)
    compared(town, numbers[preferred], editors)
    assert (waiting(town), pick(town), pick(town)) == ([], True, False)
    assert town.winners() == ([preferred], ["乙" if preferred == "甲" else "甲"])


def picked(town: Town) -> dict[str, int]:
    numbers = reported(town)
    pick(town)
    second_grades(town, numbers)
    [drawn] = compute(town.session.connection(), town.round().id).select().best
    compared(town, next(numbers[name] for name in "甲乙" if town.person(name) != drawn), [town.editor, town.second, town.chief])
    assert pick(town) is True
    return numbers


def test_what_was_picked_comes_out_again_from_the_rows(town: Town) -> None:
    numbers = picked(town)
    round_ = town.round()
    again = compute(town.session.connection(), round_.id)
    assert _plain(asdict(again.select())) == round_.result["selection"]
    assert [(one.person_id, one.total_milli, one.place) for one in again.standings] == [
        (one["person"], one["total_milli"], one["place"]) for one in round_.result["standings"]]
    assert round_.seed == intake_seed([(number, int(MORNING.timestamp())) for number in numbers.values()])
    assert [(one.person_id, one.prize) for one in town.session.scalars(select(Award).order_by(Award.place))] == [
        (again.select().best[0], Prize.BEST), (again.select().excellent[0], Prize.EXCELLENT)]


def test_what_was_picked_comes_out_again_from_the_record_alone(town: Town) -> None:
    numbers = picked(town)
    record: dict[str, Any] = town.round().result
    assert len(record["comparisons"]) == 3
    assert (record["open"], record["seed"]) == ([], town.round().seed)
    tied = [one for one in record["standings"] if one["total_milli"] == record["standings"][0]["total_milli"]]
    by_draw = [one["person"] for one in sorted(tied, key=lambda one: one["draw"])]
    order = settle(by_draw, [Comparison(**one) for one in record["comparisons"]]).order
    assert (record["selection"]["best"], record["selection"]["excellent"]) == ([order[0]], [order[1]])
    assert {one["person"] for one in record["standings"]} == {town.person(name) for name in numbers}


def test_the_record_is_sealed_with_every_step_and_stays_whole_through_the_release(town: Town) -> None:
    picked(town)
    before = town.round().result
    assert rounds.release_round(town.session, town.round().id, actor=by_staff(town.chief), now=LATER)
    audit_chain.seal(town.session)
    town.session.flush()
    verbs = list(town.session.scalars(select(AuditEntry.verb).where(AuditEntry.object_kind == "round").order_by(AuditEntry.id)))
    assert verbs[-7:] == ["close_round", "seal_pairs", "seal_pairs", "seal_pairs", "pick_round", "keep_record",
                          "release_round"]
    assert (audit_chain.verify(town.session), town.round().result) == (None, before)
    town.session.scalars(select(AuditEntry).where(AuditEntry.verb == "pick_round")).one().details = {"winners": 3}
    town.session.flush()
    assert audit_chain.verify(town.session) is not None


def test_nobody_heard_a_result_twice_and_the_refused_opinion_reached_nobody(town: Town) -> None:
    numbers = picked(town)
    told = list(town.session.scalars(select(OutgoingMessage.report_id).where(OutgoingMessage.kind == "outcome")))
    assert sorted(told) == sorted(numbers.values())
    assert {town.report(number).verdict for number in numbers.values()} == {Verdict.ACCEPTED}


def _plain(value: Any) -> Any:
    """As JSON keeps it."""
    return json.loads(json.dumps(value))
