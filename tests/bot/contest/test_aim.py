"""Where a report belongs (RULES 3): issue, round, late or in time; on both databases."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.audit import by_staff
from bot.contest import rounds
from bot.contest.aim import NoContest, aim
from bot.understanding.values import Finding
from models.papers import Issue, Paper
from tests.support.town import ACCOUNT, PAPER, Town, at, issue_file

OTHER = "社区晨报·梧桐里"


@pytest.fixture
def town(session: Session) -> Town:
    """May out on 10 May, June on 31 May (worked example 3); deadlines 1 June, 1 July, 1 August."""
    town = Town.founded(session)
    town.bring(issue_file(month="2023-06", date="2023-05-31"))
    return town


def months(town: Town, finding: Finding, moment: str, *, sent: str | None = None) -> tuple[str | None, str | None, bool]:
    """(month of the round, month of the issue, late)."""
    found = aim(town.session.connection(), ACCOUNT, finding, at(moment), sent_at=at(sent or moment))
    round_ = next((m for m in ("2023-05", "2023-06", "2023-07") if town.round(m).id == found.round_id), None)
    issue = town.session.scalar(select(Issue.month).where(Issue.id == found.issue_id)) if found.issue_id else None
    return round_, issue, found.late


def stated(town: Town, month: str | None) -> Finding:
    paper_id = town.session.scalar(select(Paper.id).where(Paper.name == PAPER))
    return Finding(paper_id=paper_id, issue_label=month, wrong="字")


def test_place_found_decides_before_what_is_stated(town: Town) -> None:
    finding = town.said(month="2023-06")
    told = Finding(**{name: getattr(finding, name) for name in ("wrong", "right", "located", "place")},
                   issue_label="2023-05")
    assert months(town, told, "2023-06-03 10:00") == ("2023-06", "2023-06", False)


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("label", "moment", "expected"),
    [
        ("2023-05", "2023-05-20 10:00", ("2023-05", "2023-05", False)),
        ("2023-05-10", "2023-05-20 10:00", ("2023-05", "2023-05", False)),
        ("2023-06", "2023-06-03 10:00", ("2023-06", "2023-06", False)),
        (None, "2023-05-30 23:59", ("2023-05", "2023-05", False)),
        (None, "2023-05-31 00:00", ("2023-06", "2023-06", False)),
        (None, "2023-06-15 10:00", ("2023-06", "2023-06", False)),
        ("2023-05", "2023-06-01 23:59:58", ("2023-05", "2023-05", False)),
        ("2023-05", "2023-06-02 00:00", ("2023-05", "2023-05", True)),
        ("2023-04", "2023-05-20 10:00", (None, None, True)),  # long over, before the first round
        ("2029-01", "2023-05-20 10:00", (None, None, False)),  # certainly a slip; an editor settles it
    ],
)
def test_issue_stated_or_newest_published_decides(
    town: Town, label: str | None, moment: str, expected: tuple[str | None, str | None, bool]
) -> None:
    assert months(town, stated(town, label), moment) == expected


def test_newest_issue_is_that_of_the_sending_and_lateness_that_of_the_time_that_counts(town: Town) -> None:
    assert months(town, stated(town, None), "2023-06-05 10:00", sent="2023-05-30 23:50") == ("2023-05", "2023-05", True)


def test_nothing_published_yet_waits_in_the_round_that_opens_first(town: Town) -> None:
    assert months(town, Finding(wrong="字"), "2023-05-02 10:00") == ("2023-05", "2023-05", False)


@pytest.mark.slow
def test_only_paper_of_a_contest_need_not_be_named(town: Town) -> None:
    assert months(town, Finding(wrong="字", issue_label="2023-05"), "2023-05-20 10:00") == ("2023-05", "2023-05", False)


def test_with_two_papers_an_unnamed_paper_leaves_the_issue_open(session: Session) -> None:
    town = Town.founded(session, papers=(PAPER, OTHER))
    assert months(town, Finding(wrong="字"), "2023-05-20 10:00") == ("2023-05", None, False)
    assert months(town, Finding(wrong="字", issue_label="2023-05"), "2023-05-20 10:00") == ("2023-05", None, False)


def test_each_issue_keeps_its_own_printed_deadline(session: Session) -> None:
    town = Town.founded(session, papers=(PAPER, OTHER))
    other = session.scalars(select(Paper).where(Paper.name == OTHER)).one()
    session.execute(update(Issue).where(Issue.paper_id == other.id, Issue.month == "2023-05")
                    .values(deadline_on=date(2023, 5, 25)))
    told = Finding(paper_id=other.id, issue_label="2023-05", wrong="字")
    assert months(town, told, "2023-05-25 23:59") == ("2023-05", "2023-05", False)
    assert months(town, told, "2023-05-26 00:00") == ("2023-05", "2023-05", True)
    assert months(town, stated(town, "2023-05"), "2023-05-26 00:00") == ("2023-05", "2023-05", False)


@pytest.mark.slow
def test_what_comes_to_a_picked_round_is_late_whenever_it_was_sent(town: Town) -> None:
    round_ = town.round()
    rounds.close_round(town.session, round_.id, actor=by_staff(town.chief), now=round_.closes_at)
    rounds.pick_round(town.session, round_.id, actor=by_staff(town.chief), now=at("2023-06-02 00:15"))
    assert months(town, stated(town, "2023-05"), "2023-06-01 12:00") == ("2023-05", "2023-05", True)


@pytest.mark.slow
def test_account_without_a_contest_is_said(town: Town) -> None:
    with pytest.raises(NoContest, match="还没有开办"):
        aim(town.session.connection(), "elsewhere", Finding(), at("2023-05-20 10:00"), sent_at=at("2023-05-20 10:00"))
