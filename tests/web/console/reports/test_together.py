"""Two editors at one report: who is there, who grades it, whom it is given to, what was entered and not saved."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update

from bot.audit import by_staff
from bot.clock import FrozenClock
from bot.judging.grading import grade, undo
from bot.judging.verdicts import GradeInput
from models.audit import AuditEntry
from models.enums import Role, Verdict
from models.session import writing
from models.staff import Staff
from models.working import Assignment, Claim, Draft, Presence, Snooze
from tests.support import factories
from tests.support.factories import DISCOUNT, HEADLINE, House

Count = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def number(engine: Engine, house: House) -> int:
    with writing(engine) as session:
        return factories.report(session, HEADLINE)


def beat(client: FlaskClient, number: int, **fields: str) -> dict[str, Any]:
    sent = {"doing": "viewing", "version": "1", "held": "no", "holds": "yes"} | fields
    answer = client.post(f"/reports/{number}/here", data=sent)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.get_json()
    return found


def rows(engine: Engine, kind: Any) -> list[Any]:
    with writing(engine) as session:
        return list(session.scalars(select(kind)))


# --- who is there ---


def test_others_at_the_report_are_told_by_name_and_doing(editor: FlaskClient, chief: FlaskClient, number: int) -> None:
    beat(editor, number, doing="editing", opening="yes")
    line = beat(chief, number, opening="yes")["line"]
    assert ("测试editor" in line, "在填" in line, "接过来评" in line, "测试chief" in line) == (True, True, True, False)
    page = chief.get(f"/reports/{number}").get_data(as_text=True)
    assert ("测试editor" in page, "data-beat-url" in page) == (True, True)
    assert "测试chief" in chief.get("/queue/on?numbers=" + str(number)).get_json()[str(number)]


def test_the_list_tells_who_is_at_a_report(editor: FlaskClient, chief: FlaskClient, number: int) -> None:
    beat(editor, number, opening="yes")
    page = chief.get("/queue?view=all").get_data(as_text=True)
    assert ("测试editor</span>" in page, f'data-on="{number}"' in page) == (True, True)


def test_who_went_away_or_fell_silent_is_not_told(editor: FlaskClient, chief: FlaskClient, number: int,
                                                  clock: FrozenClock, engine: Engine) -> None:
    beat(editor, number, opening="yes")
    beat(editor, number, doing="idle")
    assert "走开了" in beat(chief, number)["line"]
    clock.advance(seconds=46)
    assert "走开了" not in beat(chief, number)["line"]
    beat(editor, number)
    assert editor.post(f"/reports/{number}/left", data={"keep": "no"}).status_code == 204
    assert [row.staff_id for row in rows(engine, Presence)] != []
    assert "测试editor" not in beat(chief, number)["line"]


def test_an_editor_alone_sees_nothing_of_a_team(editor: FlaskClient, number: int, engine: Engine, staff: dict[Role, int]) -> None:
    with writing(engine) as session:
        session.execute(update(Staff).where(Staff.id == staff[Role.CHIEF]).values(active=False))
    assert beat(editor, number, opening="yes") == {"alone": True}
    page = editor.get(f"/reports/{number}").get_data(as_text=True)
    assert ("data-beat-url" in page, "分派" in page, "我来评" in page, "搁置" in page) == (False, False, False, True)
    assert "data-on=" not in editor.get("/queue?view=all").get_data(as_text=True)
    assert (rows(engine, Presence), rows(engine, Claim)) == ([], [])


@pytest.mark.slow
def test_a_beat_costs_three_statements_and_writes_every_ten_seconds(
    editor: FlaskClient, number: int, clock: FrozenClock, count_queries: Count) -> None:
    beat(editor, number, opening="yes")
    for seconds, most in ((5, 2), (5, 3), (15, 3), (30, 3), (60, 3), (15, 3)):
        clock.advance(seconds=seconds)
        with count_queries() as sent:
            beat(editor, number, held="yes")
        assert len([one for one in sent if not one.startswith("BEGIN")]) <= most, sent


@pytest.mark.slow
def test_the_page_costs_one_query_for_all_of_it(chief: FlaskClient, editor: FlaskClient, number: int,
                                                count_queries: Count) -> None:
    beat(editor, number, opening="yes")
    editor.post(f"/drafts/grade/{number}", data={"reason": "字"})
    with count_queries() as sent:
        editor.get(f"/reports/{number}")
    assert len([one for one in sent if "presence" in one or "draft" in one]) == 1


def test_a_report_that_is_not_there_is_said(editor: FlaskClient) -> None:
    answer = editor.post("/reports/999999/here", data={"doing": "viewing"})
    assert (answer.status_code, answer.get_json()) == (404, {"gone": True})


# --- who grades it ---


@pytest.mark.slow
def test_opening_claims_and_work_prolongs(editor: FlaskClient, number: int, clock: FrozenClock, engine: Engine) -> None:
    assert beat(editor, number, opening="yes")["mine"]
    began = clock.now()
    for _ in range(20):
        clock.advance(seconds=15)
        beat(editor, number, held="yes")
    [claim] = rows(engine, Claim)
    assert claim.held_until > began + timedelta(minutes=8)


@pytest.mark.slow
def test_a_page_that_nobody_works_on_lets_the_claim_end(editor: FlaskClient, chief: FlaskClient, number: int,
                                                        clock: FrozenClock) -> None:
    beat(editor, number, opening="yes")
    for _ in range(21):
        clock.advance(seconds=15)
        beat(editor, number, doing="idle", held="yes")
    assert beat(chief, number, opening="yes")["mine"]


@pytest.mark.slow
def test_a_get_claims_nothing(editor: FlaskClient, number: int, engine: Engine) -> None:
    page = editor.get(f"/reports/{number}").get_data(as_text=True)
    assert ("我来评" in page, rows(engine, Claim), rows(engine, Presence)) == (True, [], [])


@pytest.mark.slow
def test_without_script_the_claim_is_a_button(editor: FlaskClient, chief: FlaskClient, number: int) -> None:
    assert "您在评这条" in editor.post(f"/reports/{number}/claim", follow_redirects=True).get_data(as_text=True)
    assert "要接过来" in chief.post(f"/reports/{number}/claim", follow_redirects=True).get_data(as_text=True)
    assert "由您接过来评" in chief.post(f"/reports/{number}/steal", follow_redirects=True).get_data(as_text=True)
    assert "放开了" in chief.post(f"/reports/{number}/let-go", follow_redirects=True).get_data(as_text=True)


@pytest.mark.slow
def test_who_is_taken_over_is_told_by_the_next_beat(editor: FlaskClient, chief: FlaskClient, number: int, engine: Engine,
                                                    staff: dict[Role, int]) -> None:
    beat(editor, number, opening="yes")
    stolen = chief.post(f"/reports/{number}/steal", data={"script": "yes", "version": "1"}).get_json()
    assert (stolen["mine"], stolen["done"]) == (True, "这条由您接过来评，记录里有一笔。")
    told = beat(editor, number, held="yes")
    assert (told["mine"], told["taken"]) == (False, "测试chief刚刚接过去评了。您填的都还在。")
    entries = [row for row in rows(engine, AuditEntry) if row.verb == "steal_claim"]
    assert [(row.staff_id, row.object_id, row.details) for row in entries] == [
        (staff[Role.CHIEF], number, {"holder": staff[Role.EDITOR]})]
    assert "接过来评" in chief.get(f"/reports/{number}").get_data(as_text=True)


@pytest.mark.slow
def test_a_report_that_others_hold_is_not_taken_by_looking(editor: FlaskClient, chief: FlaskClient, number: int) -> None:
    beat(editor, number, opening="yes")
    assert (beat(chief, number, opening="yes")["mine"], beat(editor, number, held="yes")["mine"]) == (False, True)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("verdict", "words"),
    [(Verdict.ACCEPTED, "测试chief刚刚评为采纳"), (Verdict.NOT_AN_ERROR, "测试chief刚刚评为非差错")],
)
def test_a_change_by_somebody_else_is_told(editor: FlaskClient, number: int, engine: Engine, staff: dict[Role, int],
                                           clock: FrozenClock, verdict: Verdict, words: str) -> None:
    assert beat(editor, number)["changed"] == ""
    chief = by_staff(staff[Role.CHIEF])
    with writing(engine) as session:
        given = GradeInput(verdict, row_code="N-05" if verdict is Verdict.ACCEPTED else None, reason="看过了。")
        grade(session, number, given, actor=chief, now=clock.now(), expected_version=1)
    assert beat(editor, number)["changed"] == words
    with writing(engine) as session:
        undo(session, number, actor=chief, now=clock.now(), expected_version=2)
    assert beat(editor, number)["changed"] == "测试chief刚刚做了“撤销评分”"
    assert beat(editor, number, version="3")["changed"] == ""


# --- given, laid aside, handed over ---


@pytest.mark.slow
def test_a_report_is_given_to_a_colleague_and_taken_back(editor: FlaskClient, number: int, engine: Engine,
                                                         staff: dict[Role, int]) -> None:
    given = editor.post(f"/reports/{number}/assign", data={"to": str(staff[Role.CHIEF])}, follow_redirects=True)
    assert f"编号 {number} 分给测试chief了。" in given.get_data(as_text=True)
    assert [row.staff_id for row in rows(engine, Assignment)] == [staff[Role.CHIEF]]
    back = editor.post(f"/reports/{number}/assign", data={"to": ""}, follow_redirects=True)
    assert (f"编号 {number} 不再分给谁。" in back.get_data(as_text=True), rows(engine, Assignment)) == (True, [])
    wrong = editor.post(f"/reports/{number}/assign", data={"to": str(staff[Role.PRIZES])}, follow_redirects=True)
    assert "请选一位在用的编辑或主编" in wrong.get_data(as_text=True)


@pytest.mark.slow
def test_a_report_rests_and_is_fetched_back(editor: FlaskClient, number: int, engine: Engine) -> None:
    rested = editor.post(f"/reports/{number}/snooze", data={"rest": "tomorrow"}, follow_redirects=True).get_data(as_text=True)
    assert ("搁置到11月11日 09:00" in rested, "现在就拿回来" in rested) == (True, True)
    editor.post(f"/reports/{number}/wake")
    assert rows(engine, Snooze) == []
    chosen = editor.post(f"/reports/{number}/snooze", data={"rest": "day", "day": "2026-11-20"}, follow_redirects=True)
    assert "搁置到11月20日 09:00" in chosen.get_data(as_text=True)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fields", "words"),
    [({"rest": "day", "day": ""}, "请选一天"), ({"rest": "someday"}, "请选一天"), ({}, "请选一天"),
     ({"rest": "day", "day": "2026-11-10"}, "三个月以内"), ({"rest": "day", "day": "2027-01-30"}, "前要评完")],
)
def test_a_rest_that_cannot_be_is_said(editor: FlaskClient, number: int, engine: Engine, fields: dict[str, str],
                                       words: str) -> None:
    page = editor.post(f"/reports/{number}/snooze", data=fields, follow_redirects=True).get_data(as_text=True)
    assert (words in page, rows(engine, Snooze)) == (True, [])


@pytest.mark.slow
def test_a_leaver_s_work_is_looked_at_and_handed_over(chief: FlaskClient, editor: FlaskClient, number: int, engine: Engine,
                                                      staff: dict[Role, int]) -> None:
    with writing(engine) as session:
        other = factories.report(session, DISCOUNT)
    for one in (number, other):
        chief.post(f"/reports/{one}/assign", data={"to": str(staff[Role.EDITOR])})
    beat(editor, number, opening="yes")
    address = f"/staff/{staff[Role.EDITOR]}/hand-over"
    before = chief.get(address).get_data(as_text=True)
    assert ("分给他的" in before, "2 条：" in before, "正在评的" in before, "交接 2 条" in before) == (True,) * 4
    assert editor.get(address).status_code == 403
    assert "请选交给谁" in chief.post(address, data={"to": ""}).get_data(as_text=True)
    done = chief.post(address, data={"to": str(staff[Role.CHIEF])}).get_data(as_text=True)
    assert ("交给了测试chief" in done, str(other) in done, "要交接的" in done) == (True, True, False)
    assert {row.staff_id for row in rows(engine, Assignment)} == {staff[Role.CHIEF]}
    assert "他手上没有要交接的" in chief.get(address).get_data(as_text=True)
    assert chief.get("/staff/999999/hand-over").status_code == 404


# --- what was entered and not saved ---


@pytest.mark.slow
def test_what_was_typed_is_offered_back_and_dropped(editor: FlaskClient, chief: FlaskClient, number: int, engine: Engine) -> None:
    kept = editor.post(f"/drafts/grade/{number}", data={"verdict": "not_an_error", "reason": "词典收了\n这个词", "version": "1"})
    assert kept.get_json() == {"kept": "09:00 已替您存下"}
    page = editor.get(f"/reports/{number}").get_data(as_text=True)
    assert ("上次没存的评分" in page, "结论 非差错 · " in page, "词典收了 这个词" in page) == (True, True, True)
    assert "上次没存的" not in chief.get(f"/reports/{number}").get_data(as_text=True)
    gone = editor.post(f"/drafts/grade/{number}/drop", follow_redirects=True).get_data(as_text=True)
    assert ("没存的丢掉了" in gone, "上次没存的" in gone, rows(engine, Draft)) == (True, False, [])


@pytest.mark.slow
def test_a_draft_of_an_earlier_version_says_so(editor: FlaskClient, number: int) -> None:
    editor.post(f"/drafts/grade/{number}", data={"reason": "字", "version": "7"})
    assert "那以后这一条有过改动" in editor.get(f"/reports/{number}").get_data(as_text=True)


@pytest.mark.parametrize(("form", "fields", "status"), [
    ("grade", {"reason": "字" * 21_000}, 400), ("letters", {"reason": "字"}, 404), ("grade", {}, 200)])
def test_what_cannot_be_kept_is_said(editor: FlaskClient, number: int, engine: Engine, form: str, fields: dict[str, str],
                                     status: int) -> None:
    answer = editor.post(f"/drafts/{form}/{number}", data=fields)
    assert (answer.status_code, rows(engine, Draft)) == (status, [])


@pytest.mark.slow
def test_drafts_of_the_other_forms_are_told_by_their_names(editor: FlaskClient, number: int) -> None:
    editor.post(f"/drafts/mend/{number}", data={"mend-wrong": "食唐", "mend-reason": "标题"})
    editor.post(f"/drafts/note/{number}", data={"text": "问问校对"})
    page = editor.get(f"/reports/{number}").get_data(as_text=True)
    assert ("上次没存的更正记录" in page, "食唐 · 理由或出处 标题" in page, "问问校对" in page) == (True, True, True)
    fields = {"mend-wrong": "食唐", "mend-reason": "标题"}
    assert json.dumps(fields, ensure_ascii=False).replace('"', "&#34;") in page
