"""Acts on many reports: preview, each item done or skipped with its reason, undone item by item; the last decisions undone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select, update

from bot import audit
from bot.clock import FrozenClock
from bot.contest.standing import compute
from bot.errors import BadInput, NotFound
from bot.judging import grading
from bot.judging.grading import GradeInput
from bot.teamwork import assignments, bulk, notes
from bot.teamwork.bulk_undoing import SOMEBODY_MOVES
from models.enums import OutgoingState, ReportState, Role, Verdict
from models.grades import Grade
from models.lists import BulkAct, BulkItem
from models.notes import Note
from models.outgoing import OutgoingMessage
from models.reports import Report
from models.session import reading, writing
from models.work_enums import BulkFate, BulkVerb
from models.working import Assignment, Snooze
from tests.support import factories
from tests.support.factories import DISCOUNT, ELSEWHERE, HEADLINE, NOW, VOLUNTEERS, House

TEXT = "说的不是报上印出来的内容。"


@pytest.fixture
def four(engine: Engine, house: House) -> list[int]:
    """Three reports that wait and one that is decided."""
    with writing(engine) as session:
        numbers = [factories.report(session, text) for text in (HEADLINE, DISCOUNT, ELSEWHERE, VOLUNTEERS)]
        factories.accept(session, numbers[3], house)
    return numbers


def items(engine: Engine, numbers: list[int]) -> list[str]:
    with reading(engine) as session:
        found = session.execute(select(Report.id, Report.version).where(Report.id.in_(numbers)))
        versions = {row.id: row.version for row in found}
    return [f"{number}.{versions[number]}" for number in numbers]


def begin(client: FlaskClient, engine: Engine, verb: str, numbers: list[int], **fields: str) -> str:
    """Starts an act; the address of its page."""
    answer = client.post("/queue/bulk", data={"verb": verb, "item": items(engine, numbers), **fields})
    assert answer.status_code == 302, answer.text
    return answer.location


def fates(engine: Engine) -> dict[int, tuple[BulkFate, str | None]]:
    with reading(engine) as session:
        return {row.report_id: (row.fate, row.why) for row in session.execute(
            select(BulkItem.report_id, BulkItem.fate, BulkItem.why).order_by(BulkItem.position))}


def states(engine: Engine, numbers: list[int]) -> list[ReportState]:
    with reading(engine) as session:
        return [session.get_one(Report, number).state for number in numbers]


def test_preview_counts_and_says_what_is_skipped_and_changes_nothing(
    engine: Engine, editor: FlaskClient, four: list[int]
) -> None:
    page = editor.post("/queue/bulk/preview", data={"verb": "refuse", "number": [str(n) for n in four] + ["77777", "x"]}).text
    assert "会办 3 条" in page
    assert "跳过 1 条：现在是“已评”" in page.replace("已定", "已评")
    assert "读者会看到" in page
    assert states(engine, four[:3]) == [ReportState.FILED] * 3
    with reading(engine) as session:
        assert session.scalar(select(func.count(BulkAct.id))) == 0


def test_the_same_no_for_many_is_told_item_by_item_and_undone_as_a_whole(
    engine: Engine, editor: FlaskClient, four: list[int]
) -> None:
    place = begin(editor, engine, "refuse", four, text=TEXT, verdict="out_of_scope")
    page = editor.get(place).text
    assert "办了 3 条，跳过 1 条" in page
    assert [fate for fate, _ in fates(engine).values()] == [BulkFate.DONE] * 3 + [BulkFate.SKIPPED]
    assert fates(engine)[four[3]][1] == "现在是“已评”"
    with reading(engine) as session:
        assert set(session.scalars(select(Report.verdict).where(Report.id.in_(four[:3])))) == {Verdict.OUT_OF_SCOPE}
        texts = session.scalars(select(OutgoingMessage.text).where(OutgoingMessage.report_id == four[0])).all()
        assert any(TEXT in text and "食唐" in text for text in texts)
    after = editor.post(place.split("?")[0] + "/undo", follow_redirects=True).text
    assert "撤销了 3 条，1 条本来就没有办" in after
    assert states(engine, four) == [ReportState.FILED] * 3 + [ReportState.DECIDED]
    with reading(engine) as session:
        waiting = session.scalars(select(OutgoingMessage.state).where(OutgoingMessage.report_id.in_(four[:3]))).all()
        assert set(waiting) == {OutgoingState.CALLED_BACK}
        assert session.scalar(select(func.count(Grade.id)).where(Grade.taken_back.is_(True))) == 3


def test_after_the_close_what_would_move_somebody_stays_to_be_looked_at_by_itself(
    engine: Engine, house: House, editor: FlaskClient, clock: FrozenClock, browser: Callable[[Role], FlaskClient]
) -> None:
    """One accepted of four decided does not qualify; two of the refusals must stand, or the reader wins."""
    with writing(engine) as session:
        reader = factories.reader(session)
        four = [factories.report(session, text, reader_id=reader) for text in (HEADLINE, DISCOUNT, ELSEWHERE, VOLUNTEERS)]
        factories.accept(session, four[3], house)
    place = begin(editor, engine, "refuse", four[:3], text=TEXT, verdict="not_an_error").split("?")[0]
    with writing(engine) as session:
        clock.moment = factories.closed(session, house)
        before = compute(session.connection(), house.round_id).standings[0]
    grader = browser(Role.EDITOR)
    page = grader.post(place + "/undo", follow_redirects=True).text
    assert "撤销了 1 条，2 条没能撤销" in page
    assert "撤销它会有人的名次变，请点开这一条撤销，先看看谁会变" in page
    assert list(fates(engine).values()) == [(BulkFate.UNDONE, None), *[(BulkFate.STAYS, SOMEBODY_MOVES)] * 2]
    assert states(engine, four) == [ReportState.FILED, *[ReportState.DECIDED] * 3]
    with reading(engine) as session:
        after = compute(session.connection(), house.round_id).standings[0]
        version = session.get_one(Report, four[1]).version
    assert (before.qualified, after.qualified) == (False, False)
    look = grader.post(f"/reports/{four[1]}/undo", data={"expected_version": version})
    assert (look.status_code, "看看谁会变" in look.text) == (200, True)


def test_after_the_close_a_slip_of_a_moment_ago_is_taken_back_for_all(
    engine: Engine, house: House, four: list[int], clock: FrozenClock, browser: Callable[[Role], FlaskClient]
) -> None:
    with writing(engine) as session:
        clock.moment = factories.closed(session, house)
    grader = browser(Role.EDITOR)
    place = begin(grader, engine, "refuse", four[:3], text=TEXT, verdict="not_an_error").split("?")[0]
    assert "撤销了 3 条" in grader.post(place + "/undo", follow_redirects=True).text
    assert states(engine, four) == [ReportState.FILED] * 3 + [ReportState.DECIDED]


@pytest.mark.slow
def test_what_was_changed_since_stays_and_says_why(
    engine: Engine, house: House, editor: FlaskClient, four: list[int]
) -> None:
    place = begin(editor, engine, "ask_back", four[:2], text="请问是哪几个字错了？")
    assert states(engine, four[:2]) == [ReportState.NEEDS_MORE] * 2
    with writing(engine) as session:
        factories.accept(session, four[0], house)
        session.execute(update(OutgoingMessage).where(OutgoingMessage.report_id == four[1]).values(
            state=OutgoingState.SENT, sent_at=NOW))
    page = editor.post(place.split("?")[0] + "/undo", follow_redirects=True).text
    assert "撤销了 1 条，1 条没能撤销" in page
    assert fates(engine)[four[0]][0] is BulkFate.STAYS
    assert "刚刚有人改过" in (fates(engine)[four[0]][1] or "")
    assert fates(engine)[four[1]] == (BulkFate.UNDONE, "通知读者的话已经发出，收不回来")
    assert states(engine, four[:2]) == [ReportState.DECIDED, ReportState.FILED]


@pytest.mark.slow
def test_changed_between_preview_and_doing_is_skipped(
    engine: Engine, house: House, editor: FlaskClient, four: list[int]
) -> None:
    seen = items(engine, four[:2])
    with writing(engine) as session:
        session.execute(update(Report).where(Report.id == four[0]).values(version=9))
    place = editor.post("/queue/bulk", data={"verb": "escalate", "item": seen, "text": "请主编看"}).location
    assert "办了 1 条，跳过 1 条" in editor.get(place).text
    assert "刚刚有人改过" in (fates(engine)[four[0]][1] or "")
    assert states(engine, four[:2]) == [ReportState.FILED, ReportState.ESCALATED]


@pytest.mark.slow
@pytest.mark.parametrize(("verb", "fields", "table"), [
    ("assign", {"member": "1"}, Assignment), ("snooze", {"until": "2026-11-20"}, Snooze), ("note", {"text": "一起看"}, Note)])
def test_acts_that_decide_nothing_are_done_and_undone(
    engine: Engine, house: House, editor: FlaskClient, four: list[int], verb: str, fields: dict[str, str], table: Any
) -> None:
    place = begin(editor, engine, verb, four[:3], **fields)
    assert "办了 3 条" in editor.get(place).text

    def many() -> int:
        query = select(func.count()).select_from(table)
        with reading(engine) as session:
            return session.scalar(query.where(Note.taken_back_at.is_(None)) if table is Note else query) or 0

    assert many() == 3
    assert "撤销了 3 条" in editor.post(place.split("?")[0] + "/undo", follow_redirects=True).text
    assert many() == 0


@pytest.mark.slow
def test_given_to_another_since_or_already_so_is_told(
    engine: Engine, house: House, editor: FlaskClient, four: list[int], staff: dict[Role, int]
) -> None:
    chief = audit.by_staff(staff[Role.CHIEF])
    with writing(engine) as session:
        assignments.assign(session, four[0], staff[Role.EDITOR], actor=chief, now=NOW)
    place = begin(editor, engine, "assign", four[:2], member=str(staff[Role.EDITOR]))
    assert fates(engine)[four[0]] == (BulkFate.SKIPPED, "原来就是这样分派的")
    with writing(engine) as session:
        assignments.assign(session, four[1], staff[Role.CHIEF], actor=chief, now=NOW)
    editor.post(place.split("?")[0] + "/undo")
    assert fates(engine)[four[1]] == (BulkFate.STAYS, "后来又改派了")


@pytest.mark.slow
def test_not_the_same_for_many_and_back(engine: Engine, house: House, editor: FlaskClient, four: list[int]) -> None:
    with writing(engine) as session:
        session.execute(update(Report).where(Report.id == four[0]).values(maybe_erratum_id=1))
    place = begin(editor, engine, "not_same", four[:2])
    assert {number: fate for number, (fate, _) in fates(engine).items()} == {
        four[0]: BulkFate.DONE, four[1]: BulkFate.SKIPPED}
    editor.post(place.split("?")[0] + "/undo")
    with reading(engine) as session:
        assert session.get_one(Report, four[0]).maybe_erratum_id == 1


@pytest.mark.slow
def test_nothing_done_is_never_called_done(engine: Engine, house: House, editor: FlaskClient, four: list[int]) -> None:
    place = begin(editor, engine, "not_same", four[:2])
    page = editor.get(place).text
    assert "一条也没有办成" in page
    assert "办了" not in page.replace("一条也没有办成", "")


@pytest.mark.slow
@pytest.mark.parametrize(("verb", "fields"), [
    ("refuse", {"text": "", "verdict": "out_of_scope"}), ("refuse", {"text": "好", "verdict": "accepted"}),
    ("refuse", {"text": "好"}), ("refuse", {"text": "字" * 301, "verdict": "out_of_scope"}),
    ("snooze", {"until": "2020-01-01"}), ("snooze", {"until": "明天"}), ("snooze", {"until": "9999-12-31"}),
    ("note", {"text": " "}), ("assign", {"member": "999"}), ("escalate", {"text": ""}),
])  # fmt: skip
def test_act_that_says_nothing_is_refused_and_what_was_entered_stays(
    engine: Engine, editor: FlaskClient, four: list[int], verb: str, fields: dict[str, str]
) -> None:
    answer = editor.post("/queue/bulk", data={"verb": verb, "item": items(engine, four), **fields})
    assert answer.status_code == 400
    assert "还什么都没有改" in answer.text
    if fields.get("text", "").strip():
        assert fields["text"] in answer.text
    assert fates(engine) == {}


@pytest.mark.parametrize("data", [{"verb": "nonsense"}, {}, {"verb": "assign", "item": "1.1"}])
def test_hostile_acts_are_refused(editor: FlaskClient, data: dict[str, str]) -> None:
    assert editor.post("/queue/bulk", data=data).status_code == 400


@pytest.mark.sampled
@pytest.mark.parametrize("item", ["x", "1", "1.x", "-1.1", "99999999999.1", "1.99999999999", "１.１"])
def test_strange_items_are_left_out(editor: FlaskClient, item: str) -> None:
    answer = editor.post("/queue/bulk", data={"verb": "note", "text": "好", "item": item})
    assert answer.status_code == 400
    assert "请先在列表里选几条" in answer.text


@pytest.mark.slow
def test_acts_of_others_are_not_mine_to_go_on_with(
    engine: Engine, house: House, editor: FlaskClient, chief: FlaskClient, four: list[int]
) -> None:
    place = begin(chief, engine, "note", four[:1], text="主编的").split("?")[0]
    assert editor.get(place).status_code == 403
    assert editor.post(place + "/step").status_code == 404
    editor.post(place + "/undo")
    assert fates(engine)[four[0]][0] is BulkFate.DONE
    own = begin(editor, engine, "note", four[:1], text="编辑的")
    assert chief.get(own).status_code == 200
    assert "编辑的" not in editor.get("/queue/bulk").text
    assert "留便签" in editor.get("/queue/bulk").text


@pytest.mark.slow
def test_more_than_a_request_does_goes_on_step_by_step(
    engine: Engine, house: House, editor: FlaskClient
) -> None:
    with writing(engine) as session:
        one = factories.reader(session)
        numbers = [factories.report(session, f"西城版5版，“错字第{n}处啊”应为“对字第{n}处啊”", reader_id=one,
                                    at=NOW + timedelta(minutes=n)) for n in range(30)]
    place = begin(editor, engine, "note", numbers, text="看")
    page = editor.get(place).text
    assert "还剩 5 条" in page
    assert "办了 25 条" in page
    step = editor.post(place.split("?")[0] + "/step", headers={"Accept": "application/json"})
    assert step.get_json() == {"left": 0}
    assert "办了 30 条" in editor.get(place).text
    everything = editor.post("/queue/bulk/preview", data={"verb": "note", "scope": "all", "page": "5"}).text
    assert "选了 30 条" in everything


def test_too_many_at_once_are_refused(engine: Engine, house: House, staff: dict[Role, int]) -> None:
    with writing(engine) as session, pytest.raises(BadInput, match="最多 200 条"):
        bulk.begin(session, BulkVerb.NOTE, {"text": "看"}, [(n, 1) for n in range(1, 202)],
                   actor=audit.by_staff(staff[Role.EDITOR]), now=NOW)


@pytest.mark.slow
def test_act_done_twice_at_once_is_done_once(engine: Engine, house: House, four: list[int], staff: dict[Role, int]) -> None:
    actor, other = audit.by_staff(staff[Role.EDITOR]), audit.by_staff(staff[Role.CHIEF])
    with writing(engine) as session:
        act_id = bulk.begin(session, BulkVerb.NOTE, {"text": "看"}, [(four[0], 1)], actor=actor, now=NOW)
        for _ in range(2):
            bulk.do(session, act_id, four[0], actor=actor, now=NOW)
        bulk.skip(session, act_id, four[0], "晚了", actor=actor)
        assert session.scalar(select(func.count(Note.id))) == 1
        with pytest.raises(NotFound):
            bulk.undo(session, act_id, four[0], actor=other, now=NOW)
        bulk.ask_undo(session, act_id, actor=actor, now=NOW)
        for _ in range(2):
            bulk.undo(session, act_id, four[0], actor=actor, now=NOW)
        notes.add(session, four[0], "再写", actor=actor, now=NOW)
    assert fates(engine) == {four[0]: (BulkFate.UNDONE, None)}


# --- the last decisions, one after the other ---


def decide(client: FlaskClient, number: int, verdict: str = "not_an_error") -> None:
    answer = client.post(f"/reports/{number}/grade", data={
        "expected_version": "1", "verdict": verdict, "reason": "原文就是这样", "doubling": "none"})
    assert answer.status_code == 302, answer.text


def offered(page: str) -> tuple[str, str] | None:
    found = re.search(r'name="number" value="(\d+)"><input type="hidden" name="kind" value="(\w+)"', page)
    return (found[1], found[2]) if found else None


@pytest.mark.slow
def test_decisions_are_undone_one_after_the_other_from_the_list_too(
    engine: Engine, editor: FlaskClient, four: list[int]
) -> None:
    decide(editor, four[0])
    decide(editor, four[1])
    assert offered(editor.get("/queue").text) == (str(four[1]), "report")
    first = editor.post("/undo", data={"number": str(four[1]), "kind": "report", "back": "list"})
    assert first.location.startswith("/queue")
    page = editor.get(first.location).text
    assert f"编号 {four[1]} 的决定已撤销" in page
    assert offered(page) == (str(four[0]), "report")
    second = editor.post("/undo", data={"number": str(four[0]), "kind": "report"})
    assert second.location == f"/reports/{four[0]}"
    assert offered(editor.get("/queue").text) is None
    assert states(engine, four[:2]) == [ReportState.FILED] * 2


@pytest.mark.slow
def test_undo_that_somebody_overtook_says_so_and_is_offered_no_more(
    engine: Engine, house: House, editor: FlaskClient, four: list[int], staff: dict[Role, int]
) -> None:
    decide(editor, four[0])
    with writing(engine) as session:
        grading.grade(session, four[0], GradeInput(Verdict.SUGGESTION, reason="是建议"), actor=audit.by_staff(staff[Role.CHIEF]),
                      now=NOW, expected_version=2)
    page = editor.post("/undo", data={"number": str(four[0]), "kind": "report"}, follow_redirects=True).text
    assert "没能撤销" in page
    assert offered(editor.get("/queue").text) is None
    assert states(engine, four[:1]) == [ReportState.DECIDED]


@pytest.mark.slow
@pytest.mark.parametrize("number", ["", "x", "99999", "-1", "99999999999999"])
def test_undo_of_what_was_never_done_here_does_nothing(editor: FlaskClient, number: str) -> None:
    page = editor.post("/undo", data={"number": number}, follow_redirects=True).text
    assert "没有可以撤销的了" in page


@pytest.mark.slow
def test_act_on_many_is_undone_by_the_same_button(engine: Engine, editor: FlaskClient, four: list[int]) -> None:
    begin(editor, engine, "note", four[:2], text="看")
    act = offered(editor.get("/queue").text)
    assert act is not None
    assert act[1] == "bulk"
    answer = editor.post("/undo", data={"number": act[0], "kind": "bulk"}, follow_redirects=True)
    assert "撤销了 2 条" in answer.text
    assert offered(editor.get("/queue").text) is None
