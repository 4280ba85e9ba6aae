"""The screen 记录."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import Engine

from bot.audit import SCHEDULER, by_staff, record
from bot.clock import FrozenClock
from models.enums import Role
from models.session import writing
from tests.support.factories import House
from tests.web.conftest import Browser


def fill(engine: Engine, clock: FrozenClock, staff: dict[Role, int], count: int) -> None:
    with writing(engine) as session:
        for number in range(1, count + 1):
            record(session, actor=by_staff(staff[Role.EDITOR]), verb="grade", object_kind="report",
                   object_id=10000 + number, now=clock.now() + timedelta(seconds=number),
                   before="filed", after="decided", details={"row": "N-05"})
            session.flush()


def numbers(page: str) -> list[int]:
    return [int(found) for found in re.findall(r">纠错 (\d+)<", page)]


def test_entries_are_told_in_chinese_newest_first(
    browser: Browser, engine: Engine, clock: FrozenClock, staff: dict[Role, int]
) -> None:
    fill(engine, clock, staff, 2)
    page = browser(Role.CHIEF).get("/audit").get_data(as_text=True)
    assert numbers(page) == [10002, 10001]
    for words in ("测试editor", "评分", "待评 → 已定", "差错类别 错字、别字", "11月10日 09:00"):
        assert words in page


def test_acts_of_the_scheduler_name_it(browser: Browser, engine: Engine, clock: FrozenClock) -> None:
    with writing(engine) as session:
        record(session, actor=SCHEDULER, verb="close_round", object_kind="round", object_id=1, now=clock.now())
    assert "定时任务" in browser(Role.ADMIN).get("/audit").get_data(as_text=True)


def test_people_papers_and_rounds_go_by_their_names(
    browser: Browser, engine: Engine, clock: FrozenClock, staff: dict[Role, int], house: House
) -> None:
    chief, editor = by_staff(staff[Role.CHIEF]), staff[Role.EDITOR]
    with writing(engine) as session:
        for verb, kind, number, details in (
            ("set_role", "staff", editor, {"papers": [house.paper_id, 999]}),
            ("assign_report", "report", 10007, {"to": editor, "was": "x"}),
            ("hand_over_work", "staff", 998, {"to": editor, "papers": 1}),
            ("close_round", "round", house.round_id, {}),
        ):
            record(session, actor=chief, verb=verb, object_kind=kind, object_id=number, now=clock.now(), details=details)
    page = browser(Role.CHIEF).get("/audit").get_data(as_text=True)
    for words in (">人员 测试editor<", ">纠错 10007<", "分给人员 测试editor", ">人员 998<", "报纸 1<", ">轮次 2026年11月<"):
        assert words in page
    assert re.search(r">报纸 社区晨报[^<]*、999<", page)


def test_filters_narrow_the_list(
    browser: Browser, engine: Engine, clock: FrozenClock, staff: dict[Role, int]
) -> None:
    fill(engine, clock, staff, 3)
    chief = browser(Role.CHIEF)
    assert numbers(chief.get("/audit?verb=sign_in").get_data(as_text=True)) == []
    assert numbers(chief.get("/audit?object=report&number=10002").get_data(as_text=True)) == [10002]
    assert "没有这样的记录" in chief.get("/audit?verb=release_round").get_data(as_text=True)


def test_older_pages_follow_without_gap_or_repeat_while_new_entries_come(
    browser: Browser, engine: Engine, clock: FrozenClock, staff: dict[Role, int]
) -> None:
    fill(engine, clock, staff, 70)
    chief = browser(Role.CHIEF)
    page = chief.get("/audit?verb=grade").get_data(as_text=True)
    first = numbers(page)
    fill(engine, clock, staff, 5)
    older = re.search(r'href="(/audit\?[^"]*before=\d+)"', page)
    assert older is not None
    second = numbers(chief.get(older[1].replace("&amp;", "&")).get_data(as_text=True))
    assert first + second == list(range(10070, 10000, -1))
    assert (len(first), len(second)) == (50, 20)


def test_nonsense_in_the_address_is_no_error(browser: Browser) -> None:
    chief = browser(Role.CHIEF)
    assert chief.get("/audit?before=x&number=y&verb=zzz").status_code == 200
    assert chief.get("/audit?verb=%00").status_code == 400
