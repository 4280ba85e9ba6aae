"""A save that came too late, without scripts: both texts side by side, the buttons send what they say."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from bot.clock import FrozenClock
from models.reports import Report
from models.session import reading, writing
from models.work_enums import DraftOf
from models.working import Draft
from tests.support import factories
from tests.support.factories import HEADLINE, House

MINE = {"verdict": "both_forms", "reason": "两种写法都见得到。\n“<书>”"}
THEIRS = {"verdict": "not_an_error", "reason": "这样写也对。"}


@pytest.fixture
def number(engine: Engine, house: House) -> int:
    with writing(engine) as session:
        return factories.report(session, HEADLINE)


def grade(client: FlaskClient, number: int, fields: dict[str, str], version: int = 1) -> tuple[int, str]:
    answer = client.post(f"/reports/{number}/grade", data=fields | {"expected_version": str(version)})
    return answer.status_code, answer.get_data(as_text=True)


def standing(engine: Engine, number: int) -> tuple[str | None, str | None]:
    with reading(engine) as session:
        row = session.execute(select(Report.verdict, Report.reason_text).where(Report.id == number)).one()
    return row.verdict, row.reason_text


def drafts(engine: Engine) -> list[DraftOf]:
    with reading(engine) as session:
        return list(session.scalars(select(Draft.form)))


def keep_mine(page: str) -> dict[str, Any]:
    """What the button 留我的再存 sends."""
    form = next(part for part in page.split("<form") if "留我的再存" in part)
    return {name: html.unescape(value) for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', form)}


def test_both_texts_stand_side_by_side_and_mine_is_a_draft_too(editor: FlaskClient, chief: FlaskClient, number: int,
                                                               engine: Engine) -> None:
    assert grade(chief, number, THEIRS)[0] == 302
    status, page = grade(editor, number, MINE)
    assert (status, "测试chief 09:00 已评为非差错" in page, "有 2 处不同" in page) == (409, True, True)
    assert ("这样写也对。" in page, "两种写法都见得到。" in page, "“&lt;书&gt;”" in page) == (True, True, True)
    assert (standing(engine, number), drafts(engine)) == (("not_an_error", "这样写也对。"), [DraftOf.GRADE])


def test_mine_is_saved_over_theirs_on_purpose(editor: FlaskClient, chief: FlaskClient, number: int, engine: Engine) -> None:
    grade(chief, number, THEIRS)
    sent = keep_mine(grade(editor, number, MINE)[1])
    version = int(sent.pop("expected_version"))
    assert grade(editor, number, sent, version)[0] == 302
    verdict, reason = standing(engine, number)
    assert (verdict, (reason or "").replace("\r\n", "\n"), drafts(engine)) == ("both_forms", MINE["reason"], [])


def test_a_changed_record_is_said_and_nothing_of_a_verdict_compared(editor: FlaskClient, chief: FlaskClient, number: int,
                                                                    engine: Engine, clock: FrozenClock) -> None:
    clock.advance(minutes=42)
    chief.post(f"/reports/{number}/mend", data={"mend-reason": "标题里的字", "mend-expected_version": "1"})
    status, page = grade(editor, number, MINE)
    assert (status, "测试chief 09:42 更正记录" in page, "留我的再存" in page) == (409, True, True)
    assert "照选的合起来存" not in page
    assert standing(engine, number) == (None, None)


def test_two_mended_records_are_put_side_by_side(editor: FlaskClient, chief: FlaskClient, number: int, engine: Engine) -> None:
    for client, words in ((chief, "标题里的字"), (editor, "题目错了一个字")):
        answer = client.post(f"/reports/{number}/mend", data={"mend-reason": words, "mend-expected_version": "1"})
    page = answer.get_data(as_text=True)
    assert (answer.status_code, "标题里的字" in page, "题目错了一个字" in page) == (409, True, True)
    assert drafts(engine) == [DraftOf.MEND]
    sent = keep_mine(page)
    assert (sent["mend-expected_version"], sent["mend-reason"]) == ("2", "题目错了一个字")


@pytest.mark.slow
def test_a_draft_is_filled_in_without_script(editor: FlaskClient, number: int) -> None:
    editor.post(f"/drafts/grade/{number}", data=MINE | {"version": "1"})
    page = editor.get(f"/reports/{number}?draft=grade").get_data(as_text=True)
    assert (html.escape(MINE["reason"], quote=False).replace('"', "&#34;") in page, "上次没存的" in page) == (True, False)
    assert re.search(r'value="both_forms"[^>]*checked', page)
