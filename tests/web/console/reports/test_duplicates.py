"""Two reports side by side, and what both histories say afterwards."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from bot.audit import by_staff
from bot.errors import BadInput
from bot.judging import grading, linking
from bot.judging.grading import GradeInput
from models.audit import AuditEntry
from models.enums import Role, Verdict
from models.notes import Note
from models.reports import Report
from models.session import reading, writing
from tests.support import factories
from tests.support.factories import DISCOUNT, HEADLINE, NOW, VOLUNTEERS, House
from tests.support.world import Chat


def filed(engine: Engine, text: str = HEADLINE, **given: Any) -> int:
    with writing(engine) as session:
        return factories.report(session, text, **given)


def own(engine: Engine) -> tuple[int, int]:
    """Two reports of one reader about two places."""
    with writing(engine) as session:
        reader = factories.reader(session)
        return (factories.report(session, HEADLINE, reader_id=reader),
                factories.report(session, DISCOUNT, reader_id=reader, at=NOW + timedelta(minutes=1)))


def told(engine: Engine, number: int) -> list[tuple[str, object]]:
    with reading(engine) as session:
        rows = session.execute(select(AuditEntry.verb, AuditEntry.details).where(
            AuditEntry.object_kind == "report", AuditEntry.object_id == number).order_by(AuditEntry.id))
        return [(row.verb, row.details.get("report", row.details.get("reports"))) for row in rows]


def test_both_stand_side_by_side_with_what_differs(engine: Engine, house: House, editor: FlaskClient) -> None:
    one, other = filed(engine), filed(engine, DISCOUNT)
    page = editor.get(f"/reports/{one}/compare/{other}").text
    assert page.count("不同</span>") == 3
    assert "<mark>食唐</mark>" in page
    assert "八五折优慧" in page
    assert "是同一处" in page


def test_reports_near_by_are_offered_and_a_number_opens_the_comparison(
    engine: Engine, house: House, editor: FlaskClient
) -> None:
    one, other, far = filed(engine), filed(engine, DISCOUNT), filed(engine, VOLUNTEERS)
    page = editor.get(f"/reports/{one}/compare").text
    assert f"/reports/{one}/compare/{other}" in page
    assert f"compare/{far}" not in page
    assert editor.get(f"/reports/{one}/compare?other={far}").location == f"/reports/{one}/compare/{far}"


@pytest.mark.sampled
@pytest.mark.parametrize("text", ["abc", "一二三", "9" * 20])
def test_what_is_no_number_is_said_so(engine: Engine, house: House, editor: FlaskClient, text: str) -> None:
    answer = editor.get(f"/reports/{filed(engine)}/compare?other={text}")
    assert answer.status_code == 400
    assert "编号是几位数字" in answer.text


def test_a_number_that_no_report_has_is_said_beside_the_field(engine: Engine, house: House, editor: FlaskClient) -> None:
    number = filed(engine)
    answer = editor.get(f"/reports/{number}/compare?other=99999")
    assert answer.status_code == 400
    assert "没有编号 99999 的纠错" in answer.text
    assert 'value="99999"' in answer.text
    assert "请填另一条的编号" in editor.get(f"/reports/{number}/compare?other={number}").text


@pytest.mark.slow
def test_whoever_joins_or_parts_is_told_how_to_take_it_back(engine: Engine, house: House, editor: FlaskClient) -> None:
    one, other = filed(engine), filed(engine, DISCOUNT)

    def said(verb: str, **fields: str) -> str:
        with reading(engine) as session:
            version = str(session.get_one(Report, one).version)
        page = editor.post(f"/reports/{one}/{verb}", data={"expected_version": version, **fields}, follow_redirects=True).text
        return page.split('class="flashes"')[1].split("</div>")[0]

    assert "归错了，按“本条不是同一处”就分开" in said("join", other=str(other))
    assert f"填 {other}，再按“是同一处”" in said("split")
    assert "连错了，按“本条不是同样的错，分开”" in said("link", other=str(other))
    assert f"填 {other}，再按“同样的错印在两处”" in said("unlink")


@pytest.mark.slow
def test_a_slip_elsewhere_is_taken_apart_as_one_though_its_place_is_not_known(
    engine: Engine, house: House, editor: FlaskClient
) -> None:
    one, other = filed(engine), filed(engine, "东城版2版《社区食唐开张》，“没有印过的话”应为“没有印过的画”")
    editor.post(f"/reports/{other}/link", data={"expected_version": "1", "other": str(one)})
    page = editor.get(f"/reports/{other}").text
    assert f'action="/reports/{other}/unlink"' in page
    assert f'action="/reports/{other}/split"' not in page  # no other report points at its own place
    compared = editor.get(f"/reports/{other}/compare/{one}").text
    assert "同样的错，印在两处" in compared
    assert f'action="/reports/{other}/unlink"' in compared
    assert f'action="/reports/{other}/split"' not in compared


def test_comparison_with_itself_or_with_nothing_is_not_there(engine: Engine, house: House, editor: FlaskClient) -> None:
    number = filed(engine)
    assert editor.get(f"/reports/{number}/compare/{number}").status_code == 404
    assert editor.get(f"/reports/{number}/compare/99").status_code == 404


@pytest.mark.slow
def test_comparison_takes_few_queries(
    engine: Engine, house: House, editor: FlaskClient, count_queries: Callable[[], Any]
) -> None:
    one, other = filed(engine), filed(engine, DISCOUNT)
    editor.get(f"/reports/{one}/compare/{other}")
    with count_queries() as sent:
        editor.get(f"/reports/{one}/compare/{other}")
    assert len(sent) <= 14


@pytest.mark.slow
def test_joined_and_parted_without_loss_and_both_histories_say_so(
    engine: Engine, house: House, editor: FlaskClient
) -> None:
    one, other = filed(engine), filed(engine, DISCOUNT)
    editor.post(f"/reports/{one}/notes", data={"note": "留着我"})
    editor.post(f"/reports/{one}/join", data={"expected_version": "1", "other": str(other)})
    assert told(engine, other) == [("join_erratum", one)]
    page = editor.get(f"/reports/{other}").text
    assert "并入同一差错" in page
    assert f'href="/reports/{one}">编号 {one}</a>' in page
    editor.post(f"/reports/{one}/split", data={"expected_version": "2"})
    assert told(engine, other)[-1] == ("split_erratum", one)
    assert told(engine, one)[-1] == ("split_erratum", [other])
    with reading(engine) as session:
        assert session.scalars(select(Note.text)).all() == ["留着我"]
        errata = session.scalars(select(Report.erratum_id).where(Report.id.in_((one, other)))).all()
        assert len(set(errata)) == 2


@pytest.mark.slow
def test_repeat_is_offered_only_for_one_reader_and_named_in_both_histories(
    engine: Engine, house: House, editor: FlaskClient
) -> None:
    first, second = own(engine)
    assert "评为重复" in editor.get(f"/reports/{second}/compare/{first}").text
    assert "评为重复" not in editor.get(f"/reports/{second}/compare/{filed(engine, VOLUNTEERS)}").text
    editor.post(f"/reports/{second}/grade", data={
        "expected_version": "1", "verdict": "repeated", "original": str(first), "reason": "前面报过。"})
    assert told(engine, first) == [("mark_repeat", second)]
    editor.post(f"/reports/{second}/undo", data={"expected_version": "2"})
    assert told(engine, first)[-1] == ("unmark_repeat", second)
    with reading(engine) as session:
        assert session.get_one(Report, second).original_id is None


@pytest.mark.slow
@pytest.mark.parametrize(("numbers", "sentence"), [
    ("none", "要填它重复的那一条的编号"), ("self", "不能是它自己的重复"), ("stranger", "同一位读者")])
def test_repeat_without_a_fitting_original_is_refused(
    engine: Engine, house: House, editor: FlaskClient, numbers: str, sentence: str
) -> None:
    first, second = own(engine)
    original = {"none": "", "self": str(second), "stranger": str(filed(engine, VOLUNTEERS))}[numbers]
    answer = editor.post(f"/reports/{second}/grade", data={
        "expected_version": "1", "verdict": "repeated", "original": original, "reason": "前面报过。"})
    assert answer.status_code == 400
    assert sentence in answer.text
    assert told(engine, first) == []


@pytest.mark.slow
def test_repeats_make_no_chain_and_no_circle(engine: Engine, house: House, staff: dict[Role, int]) -> None:
    with writing(engine) as session:
        reader = factories.reader(session)
        a, b, c = (factories.report(session, text, reader_id=reader) for text in (HEADLINE, DISCOUNT, VOLUNTEERS))
    actor = by_staff(staff[Role.EDITOR])

    def repeat(number: int, original: int) -> None:
        with writing(engine) as session:
            grading.grade(session, number, GradeInput(Verdict.REPEATED, original_id=original, reason="报过"), actor=actor,
                          now=NOW, expected_version=factories.version_of(session, number))

    repeat(b, a)
    for number, original in ((c, b), (a, b)):
        with pytest.raises(BadInput):
            repeat(number, original)
    with pytest.raises(BadInput, match="已经评为这一条的重复"):
        repeat(a, c)


def test_slips_linked_and_told_apart_stand_in_both_histories(
    engine: Engine, house: House, staff: dict[Role, int]
) -> None:
    one, other = filed(engine), filed(engine, DISCOUNT)
    actor = by_staff(staff[Role.EDITOR])
    with writing(engine) as session:
        grading.link_slip(session, one, other, actor=actor, now=NOW, expected_version=1)
        linking.unlink_slip(session, one, actor=actor, now=NOW, expected_version=2)
    assert told(engine, other) == [("link_erratum", one), ("unlink_erratum", one)]


@pytest.mark.slow
def test_what_the_reader_says_later_of_a_repeat_stands_at_the_original_and_at_the_repeat(
    engine: Engine, house: House, editor: FlaskClient
) -> None:
    chat = Chat(engine, account=factories.ACCOUNT)
    for text in (HEADLINE, DISCOUNT):
        chat.say("oA", text)
    with reading(engine) as session:
        first, second = session.scalars(select(Report.id).order_by(Report.id))
    editor.post(f"/reports/{second}/grade", data={
        "expected_version": "1", "verdict": "repeated", "original": str(first), "reason": "前面报过。"})
    chat.say("oA", "补充第2条：依据是饭店门口的价目表")
    chat.close()
    original, repeat = (editor.get(f"/reports/{number}").text for number in (first, second))
    assert ("饭店门口的价目表" in original, "饭店门口的价目表" in repeat) == (True, True)
    assert told(engine, first) == [("mark_repeat", second)]
    with reading(engine) as session:
        kept = {number: session.get_one(Report, number).reason or "" for number in (first, second)}
    assert ("价目表" in kept[first], "价目表" in kept[second]) == (True, False)


@pytest.mark.slow
@pytest.mark.parametrize("turn", range(3))
def test_two_editors_marking_each_the_repeat_of_the_other_at_once_make_no_circle(
    engine: Engine, house: House, editor: FlaskClient, chief: FlaskClient, turn: int
) -> None:
    one, other = own(engine)
    start = Barrier(2)

    def mark(client: FlaskClient, number: int, original: int) -> int:
        start.wait(timeout=20)
        return client.post(f"/reports/{number}/grade", data={
            "expected_version": "1", "verdict": "repeated", "original": str(original), "reason": "前面报过。"}).status_code

    with ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(mark, editor, one, other), pool.submit(mark, chief, other, one)]
        statuses = sorted(answer.result() for answer in answers)
    assert (statuses[0], statuses[1] in (400, 409)) == (302, True)
    with reading(engine) as session:
        links = {row.id: row.original_id for row in session.execute(select(Report.id, Report.original_id))}
    assert sorted(links.values(), key=bool) in ([None, one], [None, other])
    assert [told(engine, number) for number, original in links.items() if original is None] == [
        [("mark_repeat", next(number for number, original in links.items() if original is not None))]]
