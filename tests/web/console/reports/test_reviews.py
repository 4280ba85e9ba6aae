"""Second opinions through HTTP: blind pages, the story of three editors and their chief, who may, 各版编辑."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from bot.audit import OPERATOR, by_staff
from bot.clock import FrozenClock
from bot.contest.rules import DEFAULT_RULES
from bot.house import page_makers
from bot.judging import grading
from bot.judging.grading import GradeInput
from bot.members import sign_in
from models.enums import Doubling, OutgoingState, Role, Verdict
from models.outgoing import OutgoingMessage
from models.papers import Article
from models.reports import Report
from models.reviews import Review
from models.session import reading, writing
from models.staff import Staff
from models.work_enums import ReviewResult, ReviewState
from tests.support import factories
from tests.support.factories import HEADLINE, House
from tests.support.staff import BROWSER, PASSWORD_HASH

EVERY = replace(DEFAULT_RULES, second_share_percent=100, seconds_contenders=False)
ACCEPT = {"verdict": "accepted", "row_code": "N-05", "doubling": "headline", "place_mark": "y",
          "correction_mark": "y", "reason_mark": "y", "reason": "", "original": ""}
REFUSE = {"verdict": "not_an_error", "reason": "招牌上就是这么写的"}
SECRET_REASON = "查了第六版词典第一百二十页"
FIRST_NAME = "头一位甲某某"


@dataclass(frozen=True)
class Team:
    """Three editors and a chief, each with a browser; the first has graded nothing yet."""

    house: House
    ids: dict[str, int]
    browsers: dict[str, FlaskClient]

    def get(self, who: str, address: str) -> str:
        return self.browsers[who].get(address).text


@pytest.fixture
def team(app: Flask, engine: Engine, clock: FrozenClock, staff: dict[Role, int],
         browser: Callable[[Role], FlaskClient]) -> Team:
    ids, browsers = {"chief": staff[Role.CHIEF]}, {"chief": browser(Role.CHIEF)}
    with writing(engine) as session:
        session.get_one(Staff, staff[Role.EDITOR]).active = False
        for login, name in (("jia", FIRST_NAME), ("yi", "编辑乙"), ("bing", "编辑丙")):
            member = Staff(login=login, display_name=name, password_hash=PASSWORD_HASH, role=Role.EDITOR,
                           created_at=clock.now())
            session.add(member)
            session.flush()
            ids[login] = member.id
            client = app.test_client()
            client.environ_base["HTTP_USER_AGENT"] = BROWSER
            with client.session_transaction() as cookie:
                cookie["_user_id"] = sign_in.start_session(session, member, BROWSER, now=clock.now())
            browsers[login] = client
        house = factories.build(session, editor_id=ids["jia"], rules=EVERY)
    return Team(house, ids, browsers)


def filed(engine: Engine, text: str = HEADLINE) -> int:
    with writing(engine) as session:
        return factories.report(session, text)


def version(engine: Engine, number: int) -> int:
    with reading(engine) as session:
        return session.get_one(Report, number).version


def send(team: Team, engine: Engine, who: str, number: int, act: str = "grade", **fields: str) -> Any:
    return team.browsers[who].post(f"/reports/{number}/{act}",
                                   data={"expected_version": str(version(engine, number)), **fields})


def graded(team: Team, engine: Engine, number: int, given: GradeInput, *, who: str = "jia") -> int:
    with writing(engine) as session:
        return grading.grade(session, number, given, actor=by_staff(team.ids[who]), now=factories.NOW,
                             expected_version=version(engine, number))


def review(engine: Engine, number: int) -> Review:
    with reading(engine) as session:
        return session.scalars(select(Review).where(Review.report_id == number)).one()


def told(engine: Engine, number: int) -> list[str]:
    with reading(engine) as session:
        return list(session.scalars(select(OutgoingMessage.text).where(
            OutgoingMessage.report_id == number, OutgoingMessage.state != OutgoingState.CALLED_BACK)))


def main_part(page: str) -> str:
    """The page without what stands around it and without lists of members to choose from."""
    return re.sub(r"<select.*?</select>|<option.*?</option>|<datalist.*?</datalist>", "", page.split("<main", 1)[-1],
                  flags=re.DOTALL)


NO = GradeInput(Verdict.NOT_AN_ERROR, reason=SECRET_REASON)
YES = GradeInput(Verdict.ACCEPTED, "N-08", Doubling.HEADLINE, (True, True, True), reason=SECRET_REASON)


@pytest.mark.slow
@pytest.mark.parametrize("given", [NO, YES], ids=["no", "yes"])
@pytest.mark.parametrize("who", ["yi", "bing", "chief"])
def test_nothing_of_the_first_grade_stands_in_any_page_of_whoever_is_asked_next(
    engine: Engine, team: Team, given: GradeInput, who: str
) -> None:
    number, again = filed(engine), filed(engine)
    graded(team, engine, number, given)
    with reading(engine) as session:
        page_id = session.scalars(select(Article.page_id).join(Report, Report.article_id == Article.id)
                                  .where(Report.id == number)).one()
    pages = {
        address: team.get(who, address) for address in (
            f"/reports/{again}/compare/{number}", f"/reports/{again}", f"/papers/pages/{page_id}",
            f"/papers/pages/{page_id}/marks", "/papers/newsroom/", "/papers/corrections/",
            f"/reports/{number}", f"/reports/{number}?view=decided", "/queue?view=all", "/queue?view=decided",
            "/queue?view=mine_to_grade", "/search?in=report&q=食唐", "/search?in=article&q=食唐", "/standings/",
            f"/rounds/{team.house.round_id}", "/notices/", "/notices/?view=queued", "/desk/", "/audit",
        )
    }
    own = pages[f"/reports/{number}"]
    assert "请独立再评一次，别人的评分评完才看得到" in own
    for address, page in pages.items():
        assert SECRET_REASON not in page, address
        assert "已采纳" not in page, address
        if address.startswith(f"/reports/{number}"):
            assert FIRST_NAME not in main_part(page), address
            for verdict in ("采纳", "非差错"):
                assert not re.search(rf'class="badge[^"]*">\s*{verdict}', page), (address, verdict)
            assert "2.000" not in page, address
            assert "＝ 2 分" not in page.replace("1 分 × 2 ＝ 2 分", ""), address  # which the machine proposes
            assert not re.search(r'name="verdict"[^>]*checked', page), address
            assert "评为" not in page, address
            assert "重定差错" not in page, address


def test_list_says_that_it_is_for_him_and_nothing_of_the_verdict(engine: Engine, team: Team) -> None:
    number = filed(engine)
    graded(team, engine, number, NO)
    mine = team.get("yi", "/queue?view=mine_to_grade")
    assert f"/reports/{number}" in mine
    assert "非差错</span>" not in mine
    assert f"/reports/{number}" not in main_part(team.get("jia", "/queue?view=mine_to_grade"))


def test_three_editors_differ_and_the_chief_decides(engine: Engine, team: Team) -> None:
    number = filed(engine)
    assert send(team, engine, "jia", number, **ACCEPT).status_code == 302
    assert "请了第二位编辑独立再评。评定以后才告诉读者。" in team.get("jia", f"/reports/{number}")
    assert told(engine, number) == []

    blind = team.get("yi", f"/reports/{number}")
    assert "请独立再评一次" in blind
    assert FIRST_NAME not in main_part(blind)
    answer = send(team, engine, "yi", number, **REFUSE)
    assert answer.status_code == 302
    assert f"/reports/{number}" in answer.location
    seen = team.get("yi", f"/reports/{number}")
    assert "有分歧，等第三位编辑独立再评" in seen
    assert FIRST_NAME in seen
    assert "招牌上就是这么写的" in seen
    assert f"/reports/{number}" in team.get("yi", "/queue?view=disagreed")

    assert "招牌上就是这么写的" not in team.get("bing", f"/reports/{number}")
    send(team, engine, "bing", number, **{**ACCEPT, "row_code": "N-08"})
    assert review(engine, number).state is ReviewState.WAITING_CHIEF
    assert "有分歧，等主编定" in team.get("bing", f"/reports/{number}")

    page = team.get("chief", f"/reports/{number}")
    assert "评分不一样，请您定" in page
    ids = re.findall(r'name="grade" id="side-(\d+)"', page)
    assert len(ids) == 3
    assert send(team, engine, "bing", number, "decide", grade=ids[0], decide_reason="我说了算").status_code == 302
    assert review(engine, number).state is ReviewState.WAITING_CHIEF
    send(team, engine, "chief", number, "decide", grade=ids[1], decide_reason="门头照片就是这样")
    held = review(engine, number)
    assert (held.state, held.result, held.reason) == (ReviewState.SETTLED, ReviewResult.CHIEF, "门头照片就是这样")
    after = team.get("yi", f"/reports/{number}")
    assert "评分不一样，主编已定" in after
    assert "门头照片就是这样" in after
    assert "以此为准" in after
    assert len(told(engine, number)) == 1
    assert "门头照片" not in told(engine, number)[0]


def test_two_that_agree_go_on_to_the_next_and_say_so(engine: Engine, team: Team) -> None:
    number = filed(engine)
    send(team, engine, "jia", number, **ACCEPT)
    answer = send(team, engine, "yi", number, **ACCEPT)
    assert "和另一位评得一样" in team.browsers["yi"].get(answer.location).text
    assert "两位评得一样，已经评定" in team.get("yi", f"/reports/{number}")
    assert len(told(engine, number)) == 1


@pytest.mark.slow
def test_what_a_chief_wrote_is_kept_when_it_could_not_be_saved(engine: Engine, team: Team) -> None:
    number = filed(engine)
    ids = [graded(team, engine, number, NO), graded(team, engine, number, YES, who="yi"),
           graded(team, engine, number, replace(YES, row_code="N-05"), who="bing")]
    old = version(engine, number)
    with writing(engine) as session:
        session.get_one(Report, number).version = old + 1
    team.browsers["chief"].post(f"/reports/{number}/decide", data={
        "expected_version": str(old), "grade": str(ids[2]), "decide_reason": "写了好久的理由"})
    page = team.get("chief", f"/reports/{number}")
    assert "刚刚有人改过" in page
    assert "写了好久的理由</textarea>" in page
    assert re.search(rf'value="{ids[2]}" required checked', page)


@pytest.mark.slow
def test_undo_takes_back_ones_own_opinion_and_not_the_others(engine: Engine, team: Team) -> None:
    number = filed(engine)
    send(team, engine, "jia", number, **ACCEPT)
    send(team, engine, "yi", number, **REFUSE)
    assert "已经有别人独立再评过" in send(team, engine, "jia", number, "undo").text
    assert send(team, engine, "yi", number, "undo").status_code == 302
    assert review(engine, number).state is ReviewState.WAITING_SECOND
    assert "也许看过了别人的评分" in team.get("yi", f"/reports/{number}")


@pytest.mark.slow
def test_first_grader_sees_his_own_and_no_form_that_would_be_refused(engine: Engine, team: Team) -> None:
    number = filed(engine)
    send(team, engine, "jia", number, **ACCEPT)
    send(team, engine, "yi", number, **REFUSE)
    page = team.get("jia", f"/reports/{number}")
    assert "您已经评过，请另一位编辑独立再评" in page
    assert 'id="grade-form"' not in page


@pytest.mark.slow
def test_own_page_is_said_and_another_editor_grades_it(engine: Engine, team: Team) -> None:
    number = filed(engine)
    with writing(engine) as session:
        page_makers.set_usual(session, team.house.paper_id, {"02": [team.ids["yi"]]}, actor=OPERATOR, now=factories.NOW)
    page = team.get("yi", f"/reports/{number}")
    assert "这一版是您编的，请别的编辑来评" in page
    assert 'id="grade-form"' not in page
    assert "这一版是您编的" in send(team, engine, "yi", number, **ACCEPT).text
    assert send(team, engine, "bing", number, **ACCEPT).status_code == 302


@pytest.mark.slow
def test_where_everybody_made_the_page_the_form_asks_why(engine: Engine, team: Team) -> None:
    number = filed(engine)
    with writing(engine) as session:
        page_makers.set_usual(session, team.house.paper_id, {"2": list(team.ids.values())}, actor=OPERATOR,
                              now=factories.NOW)
    assert 'name="why" form="grade-form"' in team.get("yi", f"/reports/{number}")
    assert send(team, engine, "yi", number, **ACCEPT).status_code == 400
    assert send(team, engine, "yi", number, why="都编过这一版", **ACCEPT).status_code == 302


@pytest.mark.slow
def test_with_one_editor_there_is_no_word_of_second_opinions(engine: Engine, team: Team) -> None:
    with writing(engine) as session:
        for who in ("yi", "bing", "chief"):
            session.get_one(Staff, team.ids[who]).active = False
    number = filed(engine)
    send(team, engine, "jia", number, **ACCEPT)
    page = team.get("jia", f"/reports/{number}")
    assert "second-opinions" not in page
    assert len(told(engine, number)) == 1


# 各版编辑


@pytest.mark.slow
def test_chief_says_who_makes_which_page(engine: Engine, team: Team) -> None:
    address = f"/papers/{team.house.paper_id}/makers"
    page = team.get("chief", address)
    assert "谁编哪一版，谁就不评那一版的纠错" in page
    assert FIRST_NAME in page
    answer = team.browsers["chief"].post(address, data={"page-2": [str(team.ids["jia"]), str(team.ids["yi"])]})
    assert answer.location == f"/papers/{team.house.paper_id}"
    again = team.get("chief", address)
    assert re.search(rf'value="{team.ids["jia"]}" id="maker-2-{team.ids["jia"]}" checked', again)
    with reading(engine) as session:
        assert page_makers.usual(session, team.house.paper_id) == {"2": sorted([team.ids["jia"], team.ids["yi"]])}


@pytest.mark.slow
def test_an_issue_offers_its_own_pages_and_says_who_is_usual(engine: Engine, team: Team) -> None:
    with writing(engine) as session:
        page_makers.set_usual(session, team.house.paper_id, {"2": [team.ids["jia"]]}, actor=OPERATOR, now=factories.NOW)
        issue_id = session.scalars(select(Report.issue_id).where(
            Report.id == factories.report(session, HEADLINE))).one()
    page = team.get("chief", f"/papers/issues/{issue_id}/makers")
    assert re.findall(r"<legend>(\d+)版", page) == ["2", "3"]
    assert f"平时：{FIRST_NAME}" in page


@pytest.mark.slow
@pytest.mark.parametrize(("fields", "status"), [({"page-2": "99"}, 400), ({"page-2": "x"}, 400), ({"page-": "1"}, 400)])
def test_forged_makers_are_refused(team: Team, fields: dict[str, str], status: int) -> None:
    answer = team.browsers["chief"].post(f"/papers/{team.house.paper_id}/makers", data=fields)
    assert answer.status_code == status


@pytest.mark.slow
def test_only_a_chief_says_who_makes_which_page(team: Team) -> None:
    assert team.browsers["yi"].get(f"/papers/{team.house.paper_id}/makers").status_code == 403
