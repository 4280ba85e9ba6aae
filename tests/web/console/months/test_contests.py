"""The screen 设置: the first run makes a contest without a terminal."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, func, select

from bot.contest.rules import from_json
from models.contests import Contest, Round, RuleSet
from models.enums import Role
from models.papers import Issue, Paper
from models.session import reading, writing
from tests.web.conftest import Browser

FORM = {
    "name": "河畔啄木鸟", "account": "main", "new_papers": "河畔社区报\r\n 桥南社区报 \r\n\r\n", "published_months": "0",
    "publication_day": "6", "deadline_months": "1", "deadline_day": "1", "weekend_rule": "none", "best_yuan": "200",
    "tax": "paper", "excellent_count": "8", "souvenir": "保温杯一只",
}  # fmt: skip


def test_first_contest_is_made_with_papers_known_by_name_only(browser: Browser, engine: Engine) -> None:
    chief = browser(Role.CHIEF)
    assert "还没有活动" in chief.get("/settings").get_data(as_text=True)
    assert chief.post("/settings", data=FORM).location == "/settings"
    with reading(engine) as session:
        contest = session.scalars(select(Contest)).one()
        assert (contest.account, contest.account_title) == ("main", "社区发布1")
        assert session.scalars(select(Paper.name).order_by(Paper.id)).all() == ["河畔社区报", "桥南社区报"]
        assert session.scalar(select(func.min(Round.month))) == "2026-11"
        assert session.scalar(select(func.count()).select_from(Issue).where(Issue.month == "2026-11")) == 2
        rules = from_json(session.scalars(select(RuleSet.rules)).one())
        assert (rules.best_net_fen, rules.excellent_count, rules.souvenir) == (20000, 8, "保温杯一只")
    page = chief.get("/settings").get_data(as_text=True)
    for words in ("河畔社区报、桥南社区报", "200 元", "优秀 8 名，保温杯一只", "当月 6 日", "下一个月 1 日"):
        assert words in page


@pytest.mark.parametrize("address", ["/queue", "/rounds", "/standings"])
def test_before_the_first_contest_every_list_says_what_to_do(browser: Browser, address: str) -> None:
    led = '<a class="btn btn-primary" href="/settings">去设置</a>'
    for role, leads in ((Role.CHIEF, True), (Role.EDITOR, False)):
        page = browser(role).get(address, follow_redirects=True).text
        assert ("还没有活动" in page, led in page) == (True, leads)
    chief = browser(Role.CHIEF)
    chief.post("/settings", data=FORM)
    assert "还没有活动" not in chief.get(address, follow_redirects=True).text


def test_papers_are_called_other_ones_only_beside_those_there_are(browser: Browser, engine: Engine) -> None:
    chief = browser(Role.CHIEF)
    assert "别的报纸" not in chief.get("/settings").text
    with writing(engine) as session:
        session.add(Paper(name="旧有的报纸"))
    page = chief.get("/settings").text
    assert ("已有的报纸" in page, "别的报纸" in page) == (True, True)


@pytest.mark.parametrize(("typed", "kept"), [("35.5", 3_550), ("", 0)])
def test_price_of_a_souvenir_may_be_said_or_left_out(browser: Browser, engine: Engine, typed: str, kept: int) -> None:
    assert browser(Role.CHIEF).post("/settings", data=FORM | {"souvenir_yuan": typed}).location == "/settings"
    with reading(engine) as session:
        assert from_json(session.scalars(select(RuleSet.rules)).one()).souvenir_fen == kept


@pytest.mark.parametrize(("typed", "borne"), [("paper", True), ("reader", False)])
def test_who_bears_the_tax_is_chosen(browser: Browser, engine: Engine, typed: str, borne: bool) -> None:
    chief = browser(Role.CHIEF)
    assert chief.post("/settings", data=FORM | {"tax": typed}).location == "/settings"
    with reading(engine) as session:
        assert from_json(session.scalars(select(RuleSet.rules)).one()).tax_borne_by_payer is borne
    assert ("200 元（税从里面扣）" in chief.get("/settings").text) is not borne


def test_refusal_about_a_contest_that_is_there_is_not_said_under_the_new_one(browser: Browser) -> None:
    chief = browser(Role.CHIEF)
    chief.post("/settings", data=FORM)
    page = chief.post("/settings/1/switches", data={"switch": "no such", "on": "yes"}).text
    above, below = page.split("<h2>新建活动</h2>")
    assert "没有这一项。" in above
    assert "没有这一项。" not in below
    assert '<details class="panel narrow-form" open' not in above.replace("  ", " ")


def test_a_contest_that_cannot_be_deleted_is_asked_about_first(browser: Browser) -> None:
    page = browser(Role.CHIEF).get("/settings").text
    assert "活动建好以后不能删" in page.split('action="/settings"')[1].split(">")[0]


def test_price_that_is_no_sum_is_refused(browser: Browser, engine: Engine) -> None:
    answer = browser(Role.CHIEF).post("/settings", data=FORM | {"souvenir_yuan": "三十五"})
    assert "请填多少元" in answer.text
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(Contest)) == 0


def test_paper_in_the_catalogue_can_be_chosen(browser: Browser, engine: Engine) -> None:
    with writing(engine) as session:
        session.add(Paper(id=7, name="旧有的报纸"))
    answer = browser(Role.CHIEF).post("/settings", data=FORM | {"new_papers": "", "papers": ["7"]})
    assert answer.status_code == 302
    with reading(engine) as session:
        assert session.get_one(Paper, 7).contest_id is not None


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": " "}, "请给活动起个名字"),
        ({"new_papers": ""}, "请至少选一份报纸"),
        ({"deadline_day": "32"}, "请填 1 到 31 的整数"),
        ({"publication_day": "六"}, "请填 1 到 31 的整数"),
        ({"best_yuan": ""}, "请填 0 到 1000000 的整数"),
        ({"tax": ""}, "个人所得税谁出"),
        ({"account": "nobody"}, "读者写信的公众号"),
        ({"weekend_rule": "sometimes"}, "截止日遇到放假或周末"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(
    browser: Browser, engine: Engine, change: dict[str, str], sentence: str
) -> None:
    answer = browser(Role.CHIEF).post("/settings", data=FORM | change)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert sentence in page.split("alert-danger", 1)[1]
    assert "Not a valid" not in page
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(Contest)) == 0
        assert session.scalar(select(func.count()).select_from(Paper)) == 0


def test_same_name_twice_is_refused(browser: Browser) -> None:
    chief = browser(Role.CHIEF)
    chief.post("/settings", data=FORM)
    answer = chief.post("/settings", data=FORM | {"new_papers": "第三份"})
    assert answer.status_code == 400
    assert "已经有一个活动叫" in answer.get_data(as_text=True)
