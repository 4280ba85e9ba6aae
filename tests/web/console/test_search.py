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
    assert "少写几个字试试" in editor.get("/search?q=没有这些字").get_data(as_text=True)
