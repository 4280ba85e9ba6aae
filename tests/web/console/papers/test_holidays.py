"""Deadlines and public holidays: the rule in 设置, rounds whose year is not announced, rounds that would now lie otherwise."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from bot.audit import OPERATOR
from bot.catalogue.papers import paper_named
from bot.clock import FrozenClock
from bot.contest import contests
from bot.contest.days.workdays import WEEKENDS
from models.audit import AuditEntry
from models.contests import Contest, Round
from models.enums import Role
from models.papers import Issue
from models.session import reading, writing
from tests.support import factories
from tests.support.factories import House
from tests.web.conftest import Browser

Counter = Callable[[], AbstractContextManager[list[str]]]
AUGUST = datetime(2026, 8, 20, 1, 0, tzinfo=UTC)
OUT = datetime(2026, 9, 22, 1, 0, tzinfo=UTC)
OFFER = "data-day-check"


@pytest.fixture
def early(engine: Engine, clock: FrozenClock) -> int:
    """The round of September 2026, made before the holidays of that year were known: its deadline is the National Day."""
    clock.moment = AUGUST
    return planned(engine, "2026-09", AUGUST, deadline_day=1)


def planned(engine: Engine, month: str, now: datetime, *, deadline_day: int, publication_day: int = 20) -> int:
    """A round made by weekends alone; its number."""
    with writing(engine) as session:
        contest = contests.create_contest(
            session, name="河畔啄木鸟", account="main", account_title="社区发布",
            paper_ids=[paper_named(session, "河畔社区报", actor=OPERATOR, now=now).id], publication_day=publication_day,
            deadline_day=deadline_day, weekend_rule="next_workday", actor=OPERATOR, now=now)
        contests.make_rounds(session, contest.id, months_ahead=0, first=month, actor=OPERATOR, now=now, workdays=WEEKENDS)
        return session.scalars(select(Round.id).where(Round.month == month)).one()


def deadline(engine: Engine, round_id: int) -> tuple[date, str | None]:
    with reading(engine) as session:
        found = session.get_one(Round, round_id)
        return found.deadline_on, found.deadline_reason


# a year that is not announced


def test_rounds_of_a_year_not_announced_are_named_wherever_days_stand(engine: Engine, browser: Browser) -> None:
    number = planned(engine, "2099-08", AUGUST, deadline_day=5)
    chief = browser(Role.CHIEF)
    words = "2099 年的放假安排还没公布，只按周末算，请到时核对这几轮的日子：2099年8月。"
    for address in ("/rounds/", "/papers/calendar", "/settings"):
        assert words in chief.get(address).text
    assert re.search(r'data-label="截止">2099年9月7日\s*<span class="badge tone-warning">请核对', chief.get("/rounds/").text)
    assert "请核对" in chief.get("/papers/calendar?year=2099").text
    page = chief.get(f"/rounds/{number}").text
    assert "2099 年的放假安排还没公布，截止日只按周末算，请到时核对。" in page
    assert "不改</button>" not in page  # there is nothing to decide yet


@pytest.mark.parametrize("rule", ["none", "next_workday"])
def test_a_year_that_is_known_is_not_mentioned(engine: Engine, browser: Browser, rule: str) -> None:
    with writing(engine) as session:
        planned_by = contests.create_contest(
            session, name="河畔啄木鸟", account="main", account_title="社区发布",
            paper_ids=[paper_named(session, "河畔社区报", actor=OPERATOR, now=AUGUST).id], publication_day=6,
            deadline_day=1, weekend_rule=rule, actor=OPERATOR, now=AUGUST)
        contests.make_rounds(session, planned_by.id, months_ahead=0, first="2026-11", actor=OPERATOR, now=AUGUST)
    chief = browser(Role.CHIEF)
    for address in ("/rounds/", "/papers/calendar", "/settings"):
        assert "还没公布，只按周末算" not in chief.get(address).text


# once it is announced


def test_an_announced_holiday_moves_nothing_by_itself(
    engine: Engine, early: int, browser: Browser, clock: FrozenClock
) -> None:
    with writing(engine) as session:
        contest_id = session.scalars(select(Contest.id)).one()
        assert contests.make_rounds(session, contest_id, months_ahead=0, first="2026-09", actor=OPERATOR, now=clock.now()) == 0
    assert deadline(engine, early) == (date(2026, 10, 1), None)
    chief = browser(Role.CHIEF)
    assert "只按周末算" not in chief.get("/rounds/").text
    assert '<span class="badge tone-warning">该改期</span>' in chief.get("/rounds/").text
    page = chief.get(f"/rounds/{early}").text
    assert "按放假安排（10月1日放假），截止应在10月8日（星期四），现在排在10月1日（星期四）。不会自己改。" in page


@pytest.mark.parametrize("moment", [AUGUST, OUT])
def test_the_offered_move_is_taken_with_its_reason(
    engine: Engine, early: int, browser: Browser, clock: FrozenClock, moment: datetime
) -> None:
    clock.moment = moment
    chief = browser(Role.CHIEF)
    page = chief.get(f"/rounds/{early}").text
    day = re.search(r'name="deadline_on" value="(.+?)"', page)
    reason = re.search(r'name="move_reason" maxlength="300" value="(.+?)"', page)
    assert day is not None
    assert reason is not None
    answer = chief.post(f"/rounds/{early}/move", data={"deadline_on": day[1], "move_reason": reason[1]})
    assert answer.status_code == 302
    assert deadline(engine, early) == (date(2026, 10, 8), "按放假安排（10月1日放假）")
    with reading(engine) as session:
        assert session.scalars(select(Issue.deadline_on).where(Issue.month == "2026-09")).one() == date(2026, 10, 8)
    page = chief.get(f"/rounds/{early}").text
    assert OFFER not in page
    assert "理由：按放假安排（10月1日放假）" in page


@pytest.mark.slow
def test_where_the_press_day_stands_in_the_way_both_are_moved(
    engine: Engine, browser: Browser, clock: FrozenClock
) -> None:
    clock.moment = AUGUST
    number = planned(engine, "2026-09", AUGUST, deadline_day=1, publication_day=6)  # the next paper goes to press on 5 October
    chief = browser(Role.CHIEF)
    page = chief.get(f"/rounds/{number}").text
    assert "那天已经到了付印日（10月5日），请连付印日一起改。" in page
    assert 'name="deadline_on" value=' not in page
    given = {"deadline_on": "2026-10-08", "move_reason": "国庆放假"}
    assert chief.post(f"/rounds/{number}/move", data=given).status_code == 400
    assert chief.post(f"/rounds/{number}/move", data=given | {"print_by": "2026-10-08"}).status_code == 400
    assert chief.post(f"/rounds/{number}/move", data=given | {"print_by": "2026-11-05"}).status_code == 302
    with reading(engine) as session:
        found = session.get_one(Round, number)
        assert (found.deadline_on, found.print_by) == (date(2026, 10, 8), date(2026, 11, 5))
        assert found.grading_until == datetime(2026, 10, 13, 16, tzinfo=UTC)  # five days after the close
        entry = session.scalars(select(AuditEntry).where(AuditEntry.verb == "move_deadline")).one()
        assert entry.details == {"print_by": "2026-11-05"}


@pytest.mark.slow
def test_the_day_may_stay_with_a_reason(engine: Engine, early: int, browser: Browser) -> None:
    chief = browser(Role.CHIEF)
    refused = chief.post(f"/rounds/{early}/keep", data={"keep_reason": " "})
    assert refused.status_code == 400
    assert "请写一句理由" in refused.text
    assert chief.post(f"/rounds/{early}/keep", data={"keep_reason": "启事已经付排"}).status_code == 302
    assert deadline(engine, early) == (date(2026, 10, 1), "启事已经付排")
    assert OFFER not in chief.get(f"/rounds/{early}").text
    assert "该改期" not in chief.get("/rounds/").text
    with reading(engine) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.verb == "keep_deadline")).one()
        assert (entry.object_id, entry.details) == (early, {"deadline_on": "2026-10-01"})


@pytest.mark.slow
def test_after_publication_an_earlier_day_is_not_offered(
    engine: Engine, browser: Browser, clock: FrozenClock
) -> None:
    clock.moment = datetime(2026, 8, 10, 1, 0, tzinfo=UTC)
    # 20 September is a Sunday worked in exchange; by weekends alone the round closes on Monday.
    number = planned(engine, "2026-08", clock.now(), deadline_day=20, publication_day=6)
    chief = browser(Role.CHIEF)
    page = chief.get(f"/rounds/{number}").text
    assert "9月20日调休上班" in page
    assert "报纸已经印出，截止日只能往后改。" in page
    assert 'name="deadline_on" value=' not in page
    assert chief.post(f"/rounds/{number}/move", data={"deadline_on": "2026-09-20", "move_reason": "调休"}).status_code == 400


@pytest.mark.slow
@pytest.mark.parametrize("role", [Role.EDITOR, Role.PRIZES])
def test_only_a_chief_decides_about_days(
    engine: Engine, early: int, browser: Callable[[Role], FlaskClient], role: Role
) -> None:
    member = browser(role)
    assert member.post(f"/rounds/{early}/keep", data={"keep_reason": "好"}).status_code == 403
    with reading(engine) as session:
        contest_id = session.scalars(select(Contest.id)).one()
    assert member.post(f"/settings/{contest_id}/holidays", data={"weekend_rule": "none"}).status_code == 403
    if role is Role.EDITOR:
        page = member.get(f"/rounds/{early}").text
        assert OFFER in page
        assert "不改</button>" not in page


def test_a_round_that_is_closed_keeps_its_day(engine: Engine, house: House, browser: Browser, clock: FrozenClock) -> None:
    with writing(engine) as session:
        clock.moment = factories.closed(session, house)
    assert browser(Role.CHIEF).post(f"/rounds/{house.round_id}/keep", data={"keep_reason": "好"}).status_code == 403


@pytest.mark.slow
def test_the_page_of_a_round_costs_few_queries(house: House, chief: FlaskClient, count_queries: Counter) -> None:
    chief.get(f"/rounds/{house.round_id}")
    with count_queries() as sent:
        chief.get(f"/rounds/{house.round_id}")
    assert len(sent) <= 13, sent


# the rule of a contest


@pytest.mark.slow
def test_another_rule_counts_for_rounds_to_come_and_is_offered_to_those_there_are(
    engine: Engine, house: House, chief: FlaskClient
) -> None:
    assert "遇放假或周末不顺延" in chief.get("/settings").text
    answer = chief.post(f"/settings/{house.contest_id}/holidays", data={"weekend_rule": "next_workday"}, follow_redirects=True)
    assert "已经排好的不会自己改" in answer.text
    assert "遇放假或周末顺延到下一个工作日" in answer.text
    assert deadline(engine, house.round_id) == (date(2026, 12, 5), None)  # a Saturday
    page = chief.get(f"/rounds/{house.round_id}").text
    assert "按现在的规则（12月5日是周末），截止应在12月7日（星期一）" in page
    with writing(engine) as session:
        contests.make_rounds(session, house.contest_id, months_ahead=0, first="2026-10", actor=OPERATOR, now=AUGUST)
        made = session.scalars(select(Round.deadline_on).where(Round.month == "2026-10")).one()
    assert made == date(2026, 11, 5)


@pytest.mark.sampled
@pytest.mark.parametrize(("given", "status"), [("sometimes", 400), ("", 400), ("previous_workday", 302)])
def test_what_is_no_rule_is_refused(engine: Engine, house: House, chief: FlaskClient, given: str, status: int) -> None:
    assert chief.post(f"/settings/{house.contest_id}/holidays", data={"weekend_rule": given}).status_code == status
    with reading(engine) as session:
        kept = session.get_one(Contest, house.contest_id).weekend_rule
    assert kept == ("previous_workday" if status == 302 else "none")


def test_an_unknown_contest_is_not_found(house: House, chief: FlaskClient) -> None:
    assert chief.post("/settings/999/holidays", data={"weekend_rule": "none"}).status_code == 404
