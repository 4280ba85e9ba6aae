"""Roles on single papers: whoever has rows works on those papers only; who has none, everywhere."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, select

from bot import search
from bot.audit import OPERATOR, by_staff
from bot.clock import FrozenClock
from bot.contest.rules import from_json, to_json
from bot.errors import NotAllowed
from bot.judging import grading
from bot.judging.grading import GradeInput
from bot.members import second_factor as factors
from bot.members import staff as accounts
from bot.outbox import queue
from bot.publishing import corrections
from bot.settings import Settings
from models.contests import Round, RuleSet
from models.enums import MessageFate, Role, Verdict
from models.grades import Grade
from models.messages import Message
from models.notes import Note
from models.reports import Report
from models.reviews import Review
from models.session import writing
from models.work_enums import ReviewState
from tests.support import factories
from tests.support.factories import ELSEWHERE, HEADLINE, House
from tests.support.staff import second_factor
from tests.web.conftest import Browser
from web.paper_access import OF_NO_PAPER, PAPER_OF, PAPERS_OF


@dataclass(frozen=True)
class Desk:
    """Two papers with a report each."""

    house: House
    east: int
    west: int


@pytest.fixture
def desk(engine: Engine, staff: dict[Role, int]) -> Desk:
    with writing(engine) as session:
        house = factories.build(session, editor_id=staff[Role.EDITOR])
        return Desk(house, factories.report(session, HEADLINE), factories.report(session, ELSEWHERE))


def telephone(engine: Engine, settings: Settings, clock: FrozenClock, staff_id: int) -> None:
    """His second factor: whoever is a chief, be it of one paper, must have one."""
    with writing(engine) as session:
        session.add(second_factor(staff_id, secret_key=settings.server.secret_key, now=clock.now()))


def give(engine: Engine, clock: FrozenClock, staff_id: int, **roles: Role) -> None:
    with writing(engine) as session:
        accounts.set_paper_roles(session, staff_id, {int(key[1:]): role for key, role in roles.items()},
                                 actor=OPERATOR, now=clock.now())


@pytest.fixture
def eastern(browser: Browser, engine: Engine, clock: FrozenClock, desk: Desk, staff: dict[Role, int]) -> FlaskClient:
    """An editor who works on the first paper only."""
    give(engine, clock, staff[Role.EDITOR], **{f"p{desk.house.paper_id}": Role.EDITOR})
    return browser(Role.EDITOR)


def test_every_name_in_an_address_says_its_paper_or_that_it_has_none(app: Flask) -> None:
    names = {name for rule in app.url_map.iter_rules() for name in rule.arguments}
    assert names - PAPER_OF.keys() - PAPERS_OF.keys() - OF_NO_PAPER == set()


def test_member_without_rows_works_everywhere_at_no_cost(browser: Browser, desk: Desk) -> None:
    editor = browser(Role.EDITOR)
    assert [editor.get(f"/reports/{number}").status_code for number in (desk.east, desk.west)] == [200, 200]


def test_report_of_another_paper_is_refused_with_whom_to_ask(eastern: FlaskClient, desk: Desk) -> None:
    assert eastern.get(f"/reports/{desk.east}").status_code == 200
    refused = eastern.get(f"/reports/{desk.west}")
    assert refused.status_code == 403
    assert "《社区晨报·西城》不归您管。需要的话，请找测试chief。" in refused.get_data(as_text=True)


@pytest.mark.sampled
@pytest.mark.parametrize("act", ["grade", "undo", "mend", "escalate", "place"])
def test_nothing_is_done_to_a_report_of_another_paper(eastern: FlaskClient, desk: Desk, act: str) -> None:
    assert eastern.post(f"/reports/{desk.west}/{act}", data={"expected_version": "1"}).status_code == 403


def test_list_holds_the_own_papers_reports_only(eastern: FlaskClient, desk: Desk) -> None:
    page = eastern.get("/queue?view=all").get_data(as_text=True)
    assert f"/reports/{desk.east}" in page
    assert f"/reports/{desk.west}" not in page


def test_search_finds_the_own_papers_reports_only(eastern: FlaskClient, engine: Engine, desk: Desk) -> None:
    with writing(engine) as session:
        search.refresh(session, now=factories.NOW)
    assert f"/reports/{desk.east}" in eastern.get("/search?q=食堂&in=report").get_data(as_text=True)
    for query in ("q=汤元&in=report", f"q={desk.west}"):
        page = eastern.get(f"/search?{query}").get_data(as_text=True)
        assert f"/reports/{desk.west}" not in page
        assert "没有找到" in page


@pytest.mark.slow
def test_what_is_printed_may_be_looked_at_and_not_changed(eastern: FlaskClient, desk: Desk) -> None:
    assert eastern.get(f"/papers/{desk.house.other_paper_id}").status_code == 200
    assert eastern.post(f"/papers/{desk.house.other_paper_id}/edit").status_code == 403


@pytest.mark.slow
def test_role_on_the_paper_holds_there(
    browser: Browser, engine: Engine, settings: Settings, clock: FrozenClock, desk: Desk, staff: dict[Role, int]
) -> None:
    telephone(engine, settings, clock, staff[Role.EDITOR])
    east, west = desk.house.paper_id, desk.house.other_paper_id
    give(engine, clock, staff[Role.EDITOR], **{f"p{east}": Role.CHIEF, f"p{west}": Role.EDITOR})
    editor = browser(Role.EDITOR)
    assert editor.post(f"/papers/{east}/plan", data={}).status_code == 400  # let in, the form is empty
    refused = editor.post(f"/papers/{west}/plan", data={})
    assert refused.status_code == 403
    assert "在《社区晨报·西城》，您的角色做不了这一步" in refused.get_data(as_text=True)
    assert editor.get("/staff").status_code == 403  # a thing of no paper goes by the role itself


@pytest.mark.slow
def test_chief_is_an_editor_where_his_row_says_so(
    browser: Browser, engine: Engine, clock: FrozenClock, desk: Desk, staff: dict[Role, int]
) -> None:
    give(engine, clock, staff[Role.CHIEF], **{f"p{desk.house.paper_id}": Role.EDITOR})
    chief = browser(Role.CHIEF)
    assert chief.post(f"/papers/{desk.house.paper_id}/plan", data={}).status_code == 403
    assert chief.get(f"/reports/{desk.east}").status_code == 200


@pytest.mark.slow
def test_whom_to_ask_is_a_chief_of_that_paper(
    browser: Browser, eastern: FlaskClient, engine: Engine, clock: FrozenClock, desk: Desk, staff: dict[Role, int]
) -> None:
    give(engine, clock, staff[Role.CHIEF], **{f"p{desk.house.paper_id}": Role.CHIEF})
    assert "请找测试admin" in eastern.get(f"/reports/{desk.west}").get_data(as_text=True)


@pytest.mark.slow
def test_letter_that_tells_a_report_of_another_paper_is_refused_like_the_report(
    eastern: FlaskClient, engine: Engine, desk: Desk
) -> None:
    with writing(engine) as session:
        east, west = (session.get_one(Report, number).message_id for number in (desk.east, desk.west))
    assert eastern.get(f"/desk/{east}").status_code == 200
    assert eastern.get(f"/desk/{west}").status_code == 403
    for act in ("answer", "close", "reopen", "report", "preview"):
        assert eastern.post(f"/desk/{west}/{act}", data={"text": "您好", "reason": "x"}).status_code == 403


@pytest.mark.parametrize("sure", [{}, {"sure": "1", "reason": "看过了"}])
def test_letters_closed_together_are_none_of_another_paper(
    eastern: FlaskClient, engine: Engine, desk: Desk, sure: dict[str, str]
) -> None:
    with writing(engine) as session:
        east, west = (session.get_one(Report, number).message_id for number in (desk.east, desk.west))
        for number in (east, west):
            letter = session.get_one(Message, number)
            letter.fate, letter.content = MessageFate.DESK, "报上的照片印反了"
    answer = eastern.post("/desk/close-many", data={"message": [str(east), str(west)], **sure})
    assert (answer.status_code, "照片印反了" in answer.text, "不归您管" in answer.text) == (403, False, True)
    with writing(engine) as session:
        assert {session.get_one(Message, number).fate for number in (east, west)} == {MessageFate.DESK}
    assert eastern.post("/desk/close-many", data={"message": str(east), **sure}).status_code == (302 if sure else 200)


@pytest.mark.parametrize("act", ["sent", "again", "drop"])
def test_a_notice_about_a_report_of_another_paper_is_not_his_to_stop(
    eastern: FlaskClient, engine: Engine, desk: Desk, clock: FrozenClock, act: str
) -> None:
    ids = {}
    for number in (desk.east, desk.west):
        with writing(engine) as session:
            reader_id = session.get_one(Report, number).reader_id
            assert reader_id is not None
            ids[number] = queue.enqueue(session.connection(), reader_id=reader_id, kind="verdict", text="采纳了", now=clock.now(),
                                        key=f"verdict-{number}", report_id=number)
    assert eastern.post(f"/notices/{ids[desk.west]}/{act}").status_code == 403
    assert eastern.post(f"/notices/{ids[desk.east]}/{act}").status_code == 302


@pytest.mark.slow
def test_what_does_not_exist_is_not_found(eastern: FlaskClient) -> None:
    assert eastern.get("/reports/99999999").status_code == 404


@pytest.mark.slow
def test_rows_of_whoever_does_not_grade_count_for_nothing(
    browser: Browser, engine: Engine, clock: FrozenClock, desk: Desk, staff: dict[Role, int]
) -> None:
    give(engine, clock, staff[Role.EDITOR], **{f"p{desk.house.paper_id}": Role.EDITOR})
    with writing(engine) as session:
        accounts.set_role(session, staff[Role.EDITOR], Role.PRIZES, expected=Role.EDITOR, actor=OPERATOR, now=clock.now())
    assert browser(Role.EDITOR).get("/prizes/").status_code == 200


@pytest.mark.slow
def test_resolving_costs_one_query_and_only_those_with_rows(
    browser: Browser, eastern: FlaskClient, engine: Engine, desk: Desk
) -> None:
    def queries(client: FlaskClient) -> int:
        sent: list[str] = []

        def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
            sent.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        try:
            client.get(f"/papers/pages/{1}/marks")
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return sum("SELECT" in one for one in sent)

    assert queries(eastern) - queries(browser(Role.CHIEF)) <= 1


# A chief of one paper


@pytest.fixture
def eastern_chief(
    browser: Browser, engine: Engine, settings: Settings, clock: FrozenClock, desk: Desk, staff: dict[Role, int]
) -> FlaskClient:
    """An editor who is the chief of the first paper and an editor of the second."""
    telephone(engine, settings, clock, staff[Role.EDITOR])
    give(engine, clock, staff[Role.EDITOR],
         **{f"p{desk.house.paper_id}": Role.CHIEF, f"p{desk.house.other_paper_id}": Role.EDITOR})
    return browser(Role.EDITOR)


@pytest.mark.slow
def test_a_papers_chief_needs_a_second_factor_like_any_chief(
    browser: Browser, engine: Engine, settings: Settings, clock: FrozenClock, desk: Desk, staff: dict[Role, int]
) -> None:
    give(engine, clock, staff[Role.EDITOR], **{f"p{desk.house.paper_id}": Role.CHIEF})
    editor = browser(Role.EDITOR)
    assert editor.get("/queue").location == "/account/second-factor"
    assert "主编的帐号权限大" in editor.get("/account/second-factor").text
    telephone(engine, settings, clock, staff[Role.EDITOR])
    assert editor.get("/queue").status_code == 200
    assert "关掉" not in editor.get("/account/").text
    with writing(engine) as session, pytest.raises(NotAllowed, match="不能关掉"):
        factors.switch_off(session, staff[Role.EDITOR], now=clock.now())


def disputed(engine: Engine, desk: Desk, number: int) -> None:
    """Three editors said three different things of it."""
    said = [GradeInput(Verdict.ACCEPTED, "N-05", marks=(True, True, True)), GradeInput(Verdict.NOT_AN_ERROR, reason="没有错"),
            GradeInput(Verdict.BOTH_FORMS, reason="两种写法都收")]
    with writing(engine) as session:
        one = session.get_one(Round, desk.house.round_id)
        row = session.get_one(RuleSet, one.rule_set_id)
        row.rules = to_json(replace(from_json(row.rules), second_share_percent=100))
        for n, given in enumerate(said):
            member = factories.staff(session, f"g{number}-{n}", Role.EDITOR)
            grading.grade(session, number, given, actor=by_staff(member), now=factories.NOW,
                          expected_version=factories.version_of(session, number))


def first_grade(engine: Engine, number: int) -> int:
    with writing(engine) as session:
        return session.scalars(select(Grade.id).where(Grade.report_id == number).order_by(Grade.id).limit(1)).one()


@pytest.mark.slow
def test_a_papers_chief_decides_what_three_grade_differently_on_his_paper_only(
    eastern_chief: FlaskClient, engine: Engine, desk: Desk
) -> None:
    for number in (desk.east, desk.west):
        disputed(engine, desk, number)
    east, west = (eastern_chief.get(f"/reports/{number}").text for number in (desk.east, desk.west))
    assert ("请您定" in east, "请您定" in west, "等主编定" in west) == (True, False, True)
    answers = []
    for number in (desk.east, desk.west):
        with writing(engine) as session:
            version = factories.version_of(session, number)
        answers.append(eastern_chief.post(f"/reports/{number}/decide", data={
            "expected_version": str(version), "grade": str(first_grade(engine, number)), "decide_reason": "词典以第七版为准"}))
    with writing(engine) as session:
        states = {one.report_id: one.state for one in session.scalars(select(Review))}
    assert states == {desk.east: ReviewState.SETTLED, desk.west: ReviewState.WAITING_CHIEF}
    assert answers[0].status_code == 302


@pytest.mark.slow
def test_a_papers_chief_sees_and_uses_the_unblackened_words_on_his_paper_only(
    eastern_chief: FlaskClient, engine: Engine, desk: Desk
) -> None:
    east, west = (eastern_chief.get(f"/reports/{number}").text for number in (desk.east, desk.west))
    assert (f"/reports/{desk.east}/reveal" in east, f"/reports/{desk.west}/reveal" in west) == (True, False)
    data = {"cause": "duty", "reason": "警方来函要核对"}
    assert "警方来函要核对" in eastern_chief.post(f"/reports/{desk.east}/reveal", data=data).text
    assert eastern_chief.post(f"/reports/{desk.west}/reveal", data=data).status_code == 403


@pytest.mark.slow
def test_a_papers_chief_releases_the_notices_of_his_paper_only(
    eastern_chief: FlaskClient, engine: Engine, desk: Desk, staff: dict[Role, int]
) -> None:
    notices = {}
    with writing(engine) as session:
        for number in (desk.east, desk.west):
            factories.accept(session, number, desk.house)
            erratum = session.get_one(Report, number).erratum_id
            notices[number] = corrections.draft(session, [erratum or 0], actor=by_staff(staff[Role.CHIEF]), now=factories.NOW)
    pages = {number: eastern_chief.get(f"/papers/corrections/{notice}").text for number, notice in notices.items()}
    assert ["/release" in pages[number] for number in (desk.east, desk.west)] == [True, False]
    answers = [eastern_chief.post(f"/papers/corrections/{notices[number]}/release", data={"expected_version": "1"}).status_code
               for number in (desk.east, desk.west)]
    assert answers == [302, 403]


@pytest.mark.slow
def test_what_is_of_no_paper_goes_by_the_members_own_role(eastern_chief: FlaskClient, engine: Engine, desk: Desk) -> None:
    with writing(engine) as session:
        letter = factories.message(session, factories.reader(session), "报纸怎么订？", fate=MessageFate.DESK)
    assert f"/desk/{letter}/reveal" not in eastern_chief.get(f"/desk/{letter}").text
    assert eastern_chief.post(f"/desk/{letter}/reveal", data={}).status_code == 403
    page = eastern_chief.get(f"/rounds/{desk.house.round_id}").text
    assert ("改截止日" in page, eastern_chief.post(f"/rounds/{desk.house.round_id}/pick").status_code) == (False, 403)
    assert "共用" not in eastern_chief.get("/queue?view=all").text


@pytest.mark.slow
def test_many_at_once_leaves_out_what_is_of_another_paper(eastern: FlaskClient, engine: Engine, desk: Desk) -> None:
    numbers = [str(desk.east), str(desk.west)]
    page = eastern.post("/queue/bulk/preview", data={"verb": "note", "number": numbers}).text
    assert "不是您负责的报纸" in page
    eastern.post("/queue/bulk", data={"verb": "note", "text": "看过", "item": [f"{number}.1" for number in numbers]})
    with writing(engine) as session:
        assert [one.report_id for one in session.scalars(select(Note))] == [desk.east]


@pytest.mark.slow
def test_a_chief_who_is_an_editor_of_one_paper_decides_nothing_there(
    browser: Browser, engine: Engine, clock: FrozenClock, desk: Desk, staff: dict[Role, int]
) -> None:
    give(engine, clock, staff[Role.CHIEF], **{f"p{desk.house.paper_id}": Role.EDITOR})
    disputed(engine, desk, desk.east)
    page = browser(Role.CHIEF).get(f"/reports/{desk.east}").text
    assert (f"/reports/{desk.east}/reveal" in page) is False
    with writing(engine) as session:
        assert accounts.role_on(session, staff[Role.CHIEF], desk.house.paper_id) is Role.EDITOR
        assert accounts.role_on(session, staff[Role.CHIEF], desk.house.other_paper_id) is None
        assert accounts.role_on(session, staff[Role.CHIEF], None) is Role.CHIEF


# The admin's screen


@pytest.mark.slow
def test_admin_divides_the_papers(browser: Browser, engine: Engine, desk: Desk, staff: dict[Role, int]) -> None:
    admin, editor = browser(Role.ADMIN), browser(Role.EDITOR)
    address = f"/staff/{staff[Role.EDITOR]}"
    page = admin.get(address).get_data(as_text=True)
    assert "分管的报纸" in page
    chosen = {"which": "some", f"paper-{desk.house.paper_id}": "editor", f"paper-{desk.house.other_paper_id}": ""}
    assert admin.post(f"{address}/papers", data=chosen).location == address
    assert editor.get(f"/reports/{desk.west}").status_code == 403
    admin.post(f"{address}/papers", data=chosen | {"which": "all"})
    assert editor.get(f"/reports/{desk.west}").status_code == 200


@pytest.mark.slow
def test_no_paper_chosen_is_told(browser: Browser, desk: Desk, staff: dict[Role, int]) -> None:
    answer = browser(Role.ADMIN).post(f"/staff/{staff[Role.EDITOR]}/papers", data={"which": "some"})
    assert answer.status_code == 400
    assert "请至少给一份报纸选上角色" in answer.get_data(as_text=True)


@pytest.mark.slow
@pytest.mark.parametrize("data", [
    {"which": "some", "paper-999": "editor"}, {"which": "some", "paper-x": "editor"}, {"which": "some", "paper-1": "admin"},
    {"which": "some", "paper-1": "king"}, {"which": "some", "paper-" + "9" * 30: "chief"},
])  # fmt: skip
def test_rows_that_mean_nothing_are_refused(
    browser: Browser, desk: Desk, staff: dict[Role, int], data: dict[str, str]
) -> None:
    assert browser(Role.ADMIN).post(f"/staff/{staff[Role.EDITOR]}/papers", data=data).status_code == 400


def test_with_one_paper_there_is_nothing_to_divide(browser: Browser, staff: dict[Role, int]) -> None:
    assert "分管的报纸" not in browser(Role.ADMIN).get(f"/staff/{staff[Role.EDITOR]}").get_data(as_text=True)


@pytest.mark.slow
def test_admins_and_prize_givers_are_not_divided(browser: Browser, desk: Desk, staff: dict[Role, int]) -> None:
    admin = browser(Role.ADMIN)
    assert "分管的报纸" not in admin.get(f"/staff/{staff[Role.PRIZES]}").get_data(as_text=True)
    refused = admin.post(f"/staff/{staff[Role.PRIZES]}/papers",
                         data={"which": "some", f"paper-{desk.house.paper_id}": "editor"})
    assert refused.status_code == 400


@pytest.mark.parametrize("role", [Role.EDITOR, Role.CHIEF])
def test_only_admins_divide(browser: Browser, desk: Desk, staff: dict[Role, int], role: Role) -> None:
    assert browser(role).post(f"/staff/{staff[Role.EDITOR]}/papers", data={"which": "all"}).status_code == 403
