"""How sure each field of a record is, as the page says it."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, update

from models.messages import Message
from models.reports import Report, ReportVersion
from models.session import writing
from tests.support import factories
from tests.support.factories import ELSEWHERE, HEADLINE, House


def rows(page: str) -> dict[str, tuple[str, str]]:
    """By label what is shown, and how sure."""
    found = re.findall(r'<div class="known-row sure-(\w+)">\s*<dt>(.*?)</dt>\s*<dd><span class="record-words">(.*?)</span>', page)
    return {label: (value, sure) for sure, label, value in found}


def shown(engine: Engine, editor: FlaskClient, text: str) -> dict[str, tuple[str, str]]:
    with writing(engine) as session:
        number = factories.report(session, text)
    return rows(editor.get(f"/reports/{number}").text)


def test_what_print_bears_out_is_told_from_what_was_not_said(engine: Engine, house: House, editor: FlaskClient) -> None:
    found = shown(engine, editor, "东城版《社区食唐开张》，“食唐”应为“食堂”")
    assert found["报纸"][1] == "found"
    assert found["版面"] == ("02版", "found")
    assert found["原文"] == ("食唐", "found")
    assert found["改正"] == ("食堂", "stated")
    assert found["理由"] == ("没有说", "not_said")


def test_what_print_contradicts_is_marked(engine: Engine, house: House, editor: FlaskClient) -> None:
    found = shown(engine, editor, "东城版3版，“六十岁以上老人凭卡享受八五折优慧”应为“六十岁以上老人凭卡享受八五折优惠”")
    assert found["版面"] == ("03版", "contradicted")


def test_of_a_paper_that_is_not_there_all_is_as_said(engine: Engine, house: House, editor: FlaskClient) -> None:
    found = shown(engine, editor, ELSEWHERE)
    assert (found["版面"][1], found["原文"][1], found["改正"][1]) == ("stated", "stated", "stated")


def test_what_an_editor_changed_shows_both(engine: Engine, house: House, editor: FlaskClient) -> None:
    with writing(engine) as session:
        number = factories.report(session, HEADLINE)
    editor.post(f"/reports/{number}/mend", data={"mend-expected_version": "1", "mend-right": "食堂儿"})
    page = editor.get(f"/reports/{number}").text
    assert rows(page)["改正"] == ("食堂儿", "edited")
    assert "读者原来：食堂" in page
    assert "“食唐”应为“食堂”" in page


@pytest.mark.slow
@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", "'\"><img src=x onerror=alert(1)>"])
def test_twenty_thousand_characters_keep_the_page_small_and_are_all_there(
    engine: Engine, house: House, editor: FlaskClient, hostile: str
) -> None:
    endless = hostile + "错" * 20_000 + "完"
    with writing(engine) as session:
        number = factories.report(session, HEADLINE)
        session.execute(update(Message).values(content=endless))
        session.execute(update(Report).where(Report.id == number).values(wrong=endless, reason=endless))
        session.execute(update(ReportVersion).values(fields=ReportVersion.fields))
    answer = editor.get(f"/reports/{number}")
    assert answer.status_code == 200
    assert len(answer.data) < 150_000
    assert hostile not in answer.text
    assert "展开全文" in answer.text
    whole = editor.get(f"/reports/{number}/words").text
    assert "错" * 20_000 + "完" in whole
    assert hostile not in whole
