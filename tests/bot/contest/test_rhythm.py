"""Papers that do not come out every month: which issues and rounds are planned, on both databases."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.audit import OPERATOR, SCHEDULER, by_staff
from bot.catalogue.papers import paper_named
from bot.contest import contests, rounds
from bot.contest.days import planning
from bot.contest.days.calendar import CalendarRule, Rhythm, round_dates
from bot.errors import BadInput, NotAllowed, NotFound
from models.audit import AuditEntry
from models.contests import Contest, Round
from models.papers import Issue, Paper
from tests.support.town import EARLY, PAPER, Town, at

OTHER = "社区晨报·梧桐里"
YEAR = [f"2023-{month:02}" for month in range(1, 13)]


def found(session: Session, rhythm: Rhythm, *more: Rhythm, ahead: int = 7, now: datetime = EARLY) -> Contest:
    """A contest over a paper of each rhythm, its rounds made from May 2023 on."""
    papers = [paper_named(session, f"{PAPER}{n}", actor=OPERATOR, now=EARLY) for n in range(len(more) + 1)]
    for paper, one in zip(papers, (rhythm, *more), strict=True):
        paper.months_between, paper.first_month = one.months_between, one.first_month
    contest = contests.create_contest(
        session, name="啄木鸟", account="main", account_title="社区发布", paper_ids=[paper.id for paper in papers],
        publication_day=10, deadline_day=1, actor=OPERATOR, now=EARLY)
    contests.make_rounds(session, contest.id, months_ahead=ahead, first="2023-05", actor=OPERATOR, now=now)
    session.flush()
    return contest


def months(session: Session, paper: Paper | None = None) -> list[str]:
    query = select(Issue.month).order_by(Issue.month)
    return list(session.scalars(query if paper is None else query.where(Issue.paper_id == paper.id)))


def round_months(session: Session) -> list[str]:
    return list(session.scalars(select(Round.month).order_by(Round.month)))


# pure


@pytest.mark.parametrize(
    ("rhythm", "shown"),
    [
        (Rhythm(), YEAR),
        (Rhythm(1, "2023-04"), YEAR[3:]),
        (Rhythm(2, "2023-01"), YEAR[::2]),
        (Rhythm(2, "2022-12"), YEAR[1::2]),
        (Rhythm(3, "2022-12"), ["2023-03", "2023-06", "2023-09", "2023-12"]),
        (Rhythm(3, "2023-08"), ["2023-08", "2023-11"]),
        (Rhythm(12, "2020-05"), ["2023-05"]),
        (Rhythm(0), []),
        (Rhythm(0, "2023-01"), []),
    ],
)
def test_paper_comes_out_in_the_months_of_its_rhythm(rhythm: Rhythm, shown: list[str]) -> None:
    assert [month for month in YEAR if rhythm.has(month)] == shown


@pytest.mark.parametrize("bad", [(2, None), (13, "2023-01"), (-1, None), (1, "2023-1"), (2, "二月")])
def test_rhythm_that_cannot_be_is_refused(bad: tuple[int, str | None]) -> None:
    with pytest.raises(BadInput):
        Rhythm(*bad)


def test_names_are_printed_in_the_next_issue_that_comes_out() -> None:
    (dates,) = round_dates(CalendarRule(10, 1), ["2023-05"], Rhythm(3, "2023-05").has)
    assert dates.print_by == date(2023, 8, 9)


def test_names_of_a_paper_that_ends_are_printed_by_the_calendar() -> None:
    (dates,) = round_dates(CalendarRule(10, 1), ["2023-05"], lambda month: month <= "2023-05")
    assert dates.print_by == date(2023, 6, 9)


# planned


def test_nothing_changes_for_monthly_papers(session: Session) -> None:
    town = Town.founded(session, rounds=4)
    assert [(r.month, r.published_on, r.deadline_on, r.print_by) for r in session.scalars(
        select(Round).order_by(Round.month))] == [
        ("2023-05", date(2023, 5, 10), date(2023, 6, 1), date(2023, 6, 9)),
        ("2023-06", date(2023, 6, 10), date(2023, 7, 1), date(2023, 7, 9)),
        ("2023-07", date(2023, 7, 10), date(2023, 8, 1), date(2023, 8, 9)),
        ("2023-08", date(2023, 8, 10), date(2023, 9, 1), date(2023, 9, 9)),
    ]
    assert months(session) == ["2023-05", "2023-06", "2023-07", "2023-08"]
    assert contests.make_rounds(session, town.contest_id, months_ahead=3, first="2023-05", actor=SCHEDULER, now=EARLY) == 0


def test_quarterly_paper_has_rounds_in_its_months_only(session: Session) -> None:
    found(session, Rhythm(3, "2023-02"))
    assert round_months(session) == months(session) == ["2023-05", "2023-08", "2023-11"]
    assert session.scalars(select(Round.print_by).order_by(Round.month)).all() == [
        date(2023, 8, 9), date(2023, 11, 9), date(2024, 2, 9)]


def test_round_exists_where_any_of_its_papers_comes_out(session: Session) -> None:
    contest = found(session, Rhythm(2, "2023-05"), Rhythm(3, "2023-06"))
    two, three = contest.papers
    assert months(session, two) == ["2023-05", "2023-07", "2023-09", "2023-11"]
    assert months(session, three) == ["2023-06", "2023-09", "2023-12"]
    assert round_months(session) == ["2023-05", "2023-06", "2023-07", "2023-09", "2023-11", "2023-12"]


def test_paper_beside_a_monthly_one_leaves_its_months_out(session: Session) -> None:
    contest = found(session, Rhythm(), Rhythm(2, "2023-05"), ahead=3)
    assert months(session, contest.papers[1]) == ["2023-05", "2023-07"]
    assert round_months(session) == ["2023-05", "2023-06", "2023-07", "2023-08"]


def test_no_issue_is_planned_before_the_first_month(session: Session) -> None:
    found(session, Rhythm(1, "2023-07"), ahead=3)
    assert round_months(session) == ["2023-07", "2023-08"]


def test_rounds_are_made_once_whatever_the_rhythm(session: Session) -> None:
    contest = found(session, Rhythm(2, "2023-05"))
    assert contests.make_rounds(session, contest.id, months_ahead=7, first="2023-05", actor=SCHEDULER, now=EARLY) == 0


def test_issue_that_was_imported_beside_the_rhythm_has_its_round(session: Session) -> None:
    contest = found(session, Rhythm(2, "2023-05"), ahead=0)
    session.add(Issue(paper_id=contest.papers[0].id, month="2023-06"))
    session.flush()
    assert contests.make_rounds(session, contest.id, months_ahead=1, first="2023-05", actor=SCHEDULER, now=EARLY) == 1
    assert round_months(session) == ["2023-05", "2023-06"]


# by hand


def plan(session: Session, contest: Contest, month: str, **dates: date) -> int:
    return planning.plan_issue(session, contest.papers[0].id, month, actor=OPERATOR, now=EARLY, **dates)


def test_paper_without_a_rhythm_has_the_issues_planned_by_hand(session: Session) -> None:
    contest = found(session, Rhythm(0))
    assert round_months(session) == []
    issue_id = plan(session, contest, "2023-06")
    issue, round_ = session.get_one(Issue, issue_id), session.scalars(select(Round)).one()
    assert (issue.published_on, issue.deadline_on) == (date(2023, 6, 10), date(2023, 7, 1))
    assert (round_.month, round_.deadline_on, round_.print_by) == ("2023-06", date(2023, 7, 1), date(2023, 7, 9))
    assert [entry.verb for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id))][-2:] == [
        "plan_issue", "make_round"]


def test_dates_given_by_hand_are_those_of_the_round(session: Session) -> None:
    contest = found(session, Rhythm(0))
    plan(session, contest, "2023-06", published_on=date(2023, 6, 15), deadline_on=date(2023, 7, 3))
    round_ = session.scalars(select(Round)).one()
    assert (round_.deadline_on, round_.closes_at) == (date(2023, 7, 3), at("2023-07-04 00:00"))


def test_issue_by_hand_joins_the_round_of_the_other_papers(session: Session) -> None:
    contest = found(session, Rhythm(0), Rhythm(), ahead=1)
    plan(session, contest, "2023-06")
    assert round_months(session) == ["2023-05", "2023-06"]
    assert session.scalars(select(Round.deadline_on).where(Round.month == "2023-06")).one() == date(2023, 7, 1)


@pytest.mark.parametrize(
    ("month", "dates", "words"),
    [
        ("2023-05", {}, "已经有一期"),
        ("2023-13", {}, "月份"),
        ("2023-08", {"published_on": date(2023, 8, 10), "deadline_on": date(2023, 8, 9)}, "早于出报日"),
        ("2023-08", {"deadline_on": date(2024, 9, 9)}, "付印日"),
        ("2023-06", {"deadline_on": date(2023, 7, 2)}, "推迟截止"),
    ],
)
def test_issue_that_cannot_be_planned_is_refused_with_a_sentence(
    session: Session, month: str, dates: dict[str, date], words: str
) -> None:
    contest = found(session, Rhythm(2, "2023-05"), Rhythm(1, "2023-06"), ahead=1)
    with pytest.raises(BadInput, match=words):
        plan(session, contest, month, **dates)


def test_round_that_is_closed_takes_no_further_issue(session: Session) -> None:
    contest = found(session, Rhythm(0), Rhythm(), ahead=0)
    round_ = session.scalars(select(Round)).one()
    rounds.close_round(session, round_.id, actor=SCHEDULER, now=round_.closes_at)
    with pytest.raises(NotAllowed, match="已经截止"):
        plan(session, contest, "2023-05")


def test_issue_of_no_paper_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        planning.plan_issue(session, 99, "2023-05", actor=OPERATOR, now=EARLY)


def test_paper_in_no_contest_can_have_issues_all_the_same(session: Session) -> None:
    paper = paper_named(session, PAPER, actor=OPERATOR, now=EARLY)
    planning.plan_issue(session, paper.id, "2023-05", published_on=date(2023, 5, 10), actor=OPERATOR, now=EARLY)
    assert (months(session), round_months(session)) == (["2023-05"], [])


# taken back


def by_hand(town: Town) -> None:
    """Whatever was planned so far, from now on its papers' issues are planned by hand."""
    town.session.execute(update(Paper).values(months_between=0))


def drop(town: Town, month: str, now: datetime = EARLY) -> None:
    issue_id = town.session.scalars(select(Issue.id).join(Paper).where(Issue.month == month, Paper.name == PAPER)).one()
    planning.drop_planned(town.session, issue_id, actor=by_staff(town.chief), now=now)
    town.session.flush()


def test_planned_issue_goes_with_its_round(session: Session) -> None:
    town = Town.founded(session)
    by_hand(town)
    drop(town, "2023-07")
    assert (months(session), round_months(session)) == (["2023-05", "2023-06"],) * 2


def test_round_stays_while_another_paper_is_in_it_or_its_box_is_kept(session: Session) -> None:
    town = Town.founded(session, papers=(PAPER, OTHER))
    by_hand(town)
    drop(town, "2023-07")
    assert round_months(session) == ["2023-05", "2023-06", "2023-07"]
    single = town.round("2023-06")
    single.box_text = "啄木鸟：7月1日截止"
    planning.drop_planned(session, session.scalars(select(Issue.id).join(Paper).where(
        Issue.month == "2023-06", Paper.name == OTHER)).one(), actor=OPERATOR, now=EARLY)
    drop(town, "2023-06")
    assert round_months(session) == ["2023-05", "2023-06", "2023-07"]


def test_issue_that_is_out_imported_or_written_about_cannot_be_taken_back(session: Session) -> None:
    town = Town.founded(session)
    by_hand(town)
    with pytest.raises(NotAllowed):
        drop(town, "2023-05")  # imported
    with pytest.raises(NotAllowed):
        drop(town, "2023-06", now=at("2023-06-10 08:00"))  # out
    town.file("甲", town.stated(1, month="2023-06"), at("2023-05-20 08:00"))
    session.commit()
    with pytest.raises(NotAllowed):
        drop(town, "2023-06")
    assert months(session) == ["2023-05", "2023-06", "2023-07"]
    with pytest.raises(NotFound):
        planning.drop_planned(session, 99, actor=OPERATOR, now=EARLY)


def test_issue_of_the_rhythm_is_not_taken_back_for_it_would_come_again(session: Session) -> None:
    with pytest.raises(NotAllowed, match="按报纸的间隔"):
        drop(Town.founded(session), "2023-07")
