"""查找: what an editor types finds articles and reports, and shows nothing of readers."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from bot import search
from models.session import writing
from tests.support import factories
from tests.support.factories import House


@pytest.fixture(autouse=True)
def indexed(engine: Engine, house: House) -> int:
    """A report whose words are in the index; its number."""
    with writing(engine) as session:
        number = factories.report(session, factories.DISCOUNT)
        search.refresh(session, now=factories.NOW)
        return number


def test_words_of_an_article_lead_to_its_page(editor: FlaskClient) -> None:
    page = editor.get("/search?q=食唐").get_data(as_text=True)
    assert factories.TITLE in page
    assert "<mark>食唐</mark>" in page


def test_words_of_a_report_lead_to_it_without_its_reader(editor: FlaskClient, indexed: int) -> None:
    page = editor.get("/search?q=优惠&in=report").get_data(as_text=True)
    assert f"/reports/{indexed}" in page
    assert factories.OPENID not in page
    assert factories.NICKNAME not in page


@pytest.mark.sampled
@pytest.mark.parametrize("query", ["", "q=", "q=%3Cscript%3Ealert(1)%3C/script%3E", "q=没有这些字", "q=食唐&in=nonsense"])
def test_every_question_has_an_answer(editor: FlaskClient, query: str) -> None:
    answer = editor.get(f"/search?{query}")
    assert answer.status_code == 200
    assert "<script>alert(1)" not in answer.get_data(as_text=True)


def test_an_empty_result_says_what_to_try(editor: FlaskClient) -> None:
    page = editor.get("/search?q=没有这些字").get_data(as_text=True)
    assert "少写几个字试试" in page
    assert 'href="/search?q=%E6%B2%A1%E6%9C%89%E8%BF%99%E4%BA%9B%E5%AD%97&amp;in=report">在纠错里找' in page
    assert "&amp;in=article\">在文章里找" in editor.get("/search?q=没有这些字&in=report").get_data(as_text=True)


@pytest.mark.parametrize("asked", ["{}", " {} ", "编号{}", "编号 {}"])
@pytest.mark.parametrize("where", ["article", "report"])
def test_a_number_leads_to_its_report_wherever_it_is_asked(editor: FlaskClient, indexed: int, asked: str, where: str) -> None:
    page = editor.get("/search", query_string={"q": asked.format(indexed), "in": where}).get_data(as_text=True)
    assert f'<a href="/reports/{indexed}">编号 {indexed}</a>' in page
    assert "没有找到" not in page


@pytest.mark.parametrize("number", ["99999", "9" * 30])
def test_a_number_of_nothing_is_not_found(editor: FlaskClient, number: str) -> None:
    page = editor.get("/search", query_string={"q": number}).get_data(as_text=True)
    assert "没有找到" in page
    assert 'href="/reports/' not in page
