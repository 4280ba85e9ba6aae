"""Rounds planned around holidays, in the database: what is found to look at, what a chief does about it."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.audit import OPERATOR, SCHEDULER, by_staff
from bot.contest import contests, public, rounds
from bot.contest.days import planned
from bot.contest.days.workdays import WEEKENDS, Workdays
from bot.errors import BadInput, NotAllowed, NotFound
from models.audit import AuditEntry
from models.contests import Contest, Round
from models.papers import Issue
from models.queries import rounds as queries
from tests.support.town import EARLY, MORNING, Town, at

TODAY = date(2023, 5, 1)
ANNOUNCED = Workdays(frozenset({2023}), frozenset({date(2023, 9, 1)}), frozenset({date(2023, 7, 1)}))
"""An arrangement of its own: a Friday off in September, a Saturday worked in July."""


@pytest.fixture
def town(session: Session) -> Town:
    """Rounds May to August 2023 with deadlines on the first of the next month, made when nothing was announced."""
    town = Town.founded(session, rounds=0)
    contests.set_weekend_rule(session, town.contest_id, "next_workday", actor=OPERATOR, now=EARLY)
    contests.make_rounds(session, town.contest_id, months_ahead=3, first="2023-05", actor=OPERATOR, now=EARLY, workdays=WEEKENDS)
    session.flush()
    return town


def seen(town: Town, workdays: Workdays, today: date = TODAY) -> dict[str, tuple[tuple[int, ...], date | None]]:
    return {one.month: (one.found.years, one.found.would_be)
            for one in planned.checks(town.session, today=today, workdays=workdays)}


def test_rounds_are_made_by_what_is_known_then(town: Town) -> None:
    found = town.session.execute(select(Round.month, Round.deadline_on).order_by(Round.month)).all()
    assert [tuple(row) for row in found] == [
        ("2023-05", date(2023, 6, 1)), ("2023-06", date(2023, 7, 3)), ("2023-07", date(2023, 8, 1)),
        ("2023-08", date(2023, 9, 1))]
    # the library knows 2023: the National Day ends on the 6th, the 7th is a Saturday worked in exchange
    contests.make_rounds(town.session, town.contest_id, months_ahead=0, first="2023-09", actor=SCHEDULER, now=EARLY)
    assert town.round("2023-09").deadline_on == date(2023, 10, 7)


def test_while_nothing_is_announced_every_round_is_to_be_looked_at(town: Town) -> None:
    assert seen(town, WEEKENDS) == {f"2023-0{month}": ((2023,), None) for month in (5, 6, 7, 8)}
    words = planned.unknown_words(planned.checks(town.session, today=TODAY, workdays=WEEKENDS))
    assert words == ("2023 年的放假安排还没公布，只按周末算，请到时核对这几轮的日子："
                     "2023年5月、2023年6月、2023年7月、2023年8月。")


def test_once_announced_only_the_rounds_that_would_move_are_left(town: Town) -> None:
    assert seen(town, ANNOUNCED) == {"2023-06": ((), date(2023, 7, 1)), "2023-08": ((), date(2023, 9, 4))}
    assert planned.unknown_words(planned.checks(town.session, today=TODAY, workdays=ANNOUNCED)) == ""
    assert town.round("2023-08").deadline_on == date(2023, 9, 1)


def test_a_round_read_by_itself_says_the_same(town: Town) -> None:
    all_of_them = {one.round_id: one.found for one in planned.checks(town.session, today=TODAY, workdays=ANNOUNCED)}
    for month in ("2023-05", "2023-06", "2023-07", "2023-08"):
        round_ = queries.load(town.session, town.round(month).id)
        assert round_ is not None
        assert planned.check(round_, today=TODAY, workdays=ANNOUNCED) == all_of_them.get(round_.id)
        assert planned.check(round_, today=date(2023, 9, 2), workdays=ANNOUNCED) is None


def test_rounds_past_their_deadline_are_left_alone(town: Town) -> None:
    assert seen(town, WEEKENDS, date(2023, 8, 2)).keys() == {"2023-08"}


def test_a_moved_round_and_a_kept_one_are_settled(town: Town) -> None:
    chief = by_staff(town.chief)
    rounds.move_deadline(town.session, town.round("2023-08").id, date(2023, 9, 4), "按放假安排", actor=chief, now=MORNING)
    rounds.keep_deadline(town.session, town.round("2023-06").id, " 启事已付排 ", actor=chief, now=MORNING)
    town.session.flush()
    assert seen(town, ANNOUNCED) == {}
    assert (town.round("2023-06").deadline_on, town.round("2023-06").deadline_reason) == (date(2023, 7, 3), "启事已付排")


def test_keeping_wants_a_reason_and_an_open_round(town: Town) -> None:
    number, chief = town.round("2023-05").id, by_staff(town.chief)
    with pytest.raises(BadInput, match="理由"):
        rounds.keep_deadline(town.session, number, " ", actor=chief, now=MORNING)
    rounds.close_round(town.session, number, actor=SCHEDULER, now=at("2023-06-02 00:00"))
    with pytest.raises(NotAllowed, match="已经截止"):
        rounds.keep_deadline(town.session, number, "好", actor=chief, now=at("2023-06-02 00:01"))


# the press day


def test_press_day_moves_with_the_deadline_or_alone(town: Town) -> None:
    chief, number = by_staff(town.chief), town.round("2023-05").id  # out on 10 May; press day 9 June
    with pytest.raises(BadInput, match="付印日"):
        rounds.move_deadline(town.session, number, date(2023, 6, 9), "水灾", actor=chief, now=MORNING)
    rounds.move_deadline(town.session, number, date(2023, 6, 9), "水灾", actor=chief, now=MORNING, print_by=date(2023, 7, 9))
    found = town.round("2023-05")
    assert (found.deadline_on, found.print_by, found.grading_until) == (
        date(2023, 6, 9), date(2023, 7, 9), at("2023-06-15 00:00"))
    rounds.move_deadline(town.session, number, date(2023, 6, 9), "改版", actor=chief, now=MORNING, print_by=date(2023, 6, 12))
    found = town.round("2023-05")
    assert (found.print_by, found.grading_until, found.deadline_reason) == (date(2023, 6, 12), at("2023-06-12 00:00"), "改版")
    with pytest.raises(BadInput, match="只能往后"):
        rounds.move_deadline(town.session, number, date(2023, 6, 8), "早些", actor=chief, now=MORNING, print_by=date(2023, 7, 9))
    with pytest.raises(BadInput, match="付印日"):
        rounds.move_deadline(town.session, number, date(2023, 6, 9), "早些", actor=chief, now=MORNING, print_by=date(2023, 6, 9))
    assert town.session.scalar(select(Issue.deadline_on).where(Issue.month == "2023-05")) == date(2023, 6, 9)


# the rule


def test_another_rule_is_kept_on_record_and_moves_no_round(town: Town) -> None:
    contests.set_weekend_rule(town.session, town.contest_id, "previous_workday", actor=by_staff(town.chief), now=MORNING)
    contests.set_weekend_rule(town.session, town.contest_id, "previous_workday", actor=by_staff(town.chief), now=MORNING)
    town.session.flush()
    entries = town.session.scalars(select(AuditEntry).where(AuditEntry.verb == "set_weekend_rule")).all()
    assert [(one.before, one.after) for one in entries] == [("none", "next_workday"), ("next_workday", "previous_workday")]
    assert town.round("2023-06").deadline_on == date(2023, 7, 3)
    assert seen(town, ANNOUNCED) == {"2023-06": ((), date(2023, 7, 1)), "2023-08": ((), date(2023, 8, 31))}


def test_what_is_no_rule_or_no_contest_is_refused(town: Town) -> None:
    with pytest.raises(BadInput, match="规则"):
        contests.set_weekend_rule(town.session, town.contest_id, "sometimes", actor=OPERATOR, now=MORNING)
    with pytest.raises(NotFound):
        contests.set_weekend_rule(town.session, 999, "none", actor=OPERATOR, now=MORNING)


def test_a_rule_that_no_month_can_keep_is_passed_over(town: Town) -> None:
    town.session.get_one(Contest, town.contest_id).deadline_day = 99
    town.session.flush()
    assert seen(town, WEEKENDS) == {}


# the frozen standing


def test_months_are_frozen_from_the_deadline_to_the_release(town: Town) -> None:
    db, number = town.session.connection(), town.round("2023-05").id
    moments = [at("2023-06-01 23:59"), at("2023-06-02 00:00")]
    assert [public.frozen_months(db, "main", now=one) for one in moments] == [(), ("2023-05",)]
    rounds.close_round(town.session, number, actor=SCHEDULER, now=moments[1])
    rounds.pick_round(town.session, number, actor=SCHEDULER, now=at("2023-06-02 00:20"))
    assert public.frozen_months(db, "main", now=at("2023-06-02 00:21")) == ("2023-05",)
    assert public.frozen_months(db, "main", now=at("2023-07-04 00:00")) == ("2023-05", "2023-06")
    assert public.frozen_months(db, "elsewhere", now=moments[1]) == ()
    rounds.release_round(town.session, number, actor=by_staff(town.chief), now=at("2023-06-03 08:00"))
    assert public.frozen_months(db, "main", now=at("2023-06-03 09:00")) == ()


def test_another_press_day_alone_makes_no_late_report_count(town: Town) -> None:
    """An issue keeps its own printed deadline, which may lie before the round's."""
    town.session.execute(update(Issue).where(Issue.month == "2023-05").values(deadline_on=date(2023, 5, 25)))
    number = town.file("甲", town.said(1), at("2023-05-28 08:00")).report_id
    assert town.report(number).late
    rounds.move_deadline(town.session, town.round().id, date(2023, 6, 1), "改版", actor=by_staff(town.chief),
                         now=at("2023-05-29 08:00"), print_by=date(2023, 7, 9))
    assert town.session.scalar(select(Issue.deadline_on).where(Issue.month == "2023-05")) == date(2023, 5, 25)
    assert town.report(number).late
