"""Rows of the annex that a paper added or called otherwise: by their names wherever a kind is said."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from bot.contest.annex import AnnexRow
from bot.contest.rules import DEFAULT_RULES, from_json, to_json
from models.contests import Round, RuleSet
from models.session import writing
from tests.support import factories
from tests.support.factories import HEADLINE, VOLUNTEERS, House

OWN = replace(DEFAULT_RULES.row("N-20"), code="L-01", name="版式串行")


def ruled(engine: Engine, house: House, *rows: AnnexRow) -> None:
    """The running rounds' rule set has these rows, in place of those of the same code or besides."""
    with writing(engine) as session:
        kept = session.get_one(RuleSet, session.get_one(Round, house.round_id).rule_set_id)
        rules = from_json(kept.rules)
        codes = {row.code for row in rows}
        kept.rules = to_json(replace(rules, annex=(*(row for row in rules.annex if row.code not in codes), *rows)))


def offered(page: str) -> dict[str, str]:
    select_ = re.search(r'<select[^>]*id="row".*?</select>', page, re.S)
    assert select_ is not None
    return dict(re.findall(r'<option value="([^"]+)"[^>]*>([^<]+)</option>', select_.group()))


def test_the_filter_offers_every_kind_of_the_rubric_in_use_by_its_name(
    engine: Engine, house: House, editor: FlaskClient
) -> None:
    usual = offered(editor.get("/queue").text)
    assert (usual["N-05"], usual["N-18"], len(usual)) == ("错 1 字", "标点", 18)
    ruled(engine, house, OWN, replace(DEFAULT_RULES.row("N-19"), name="符号与单位连写"))
    assert offered(editor.get("/queue").text) == usual | {"L-01": "版式串行", "N-19": "符号与单位连写"}


def test_a_kind_of_the_papers_own_is_found_and_named_in_the_list_and_in_a_saved_filter(
    engine: Engine, house: House, editor: FlaskClient
) -> None:
    ruled(engine, house, OWN)
    with writing(engine) as session:
        number = factories.report(session, HEADLINE)
        factories.report(session, VOLUNTEERS)
        factories.accept(session, number, house, row_code="L-01")
    page = editor.get("/queue?view=all&row=L-01").text
    assert re.findall(r'class="row-link"[^>]*>(\d+)<', page) == [str(number)]
    assert page.count("版式串行") == 2  # in the filter and in the row
    editor.post("/queue/filters", data={"name": "串行", "view": "all", "row": "L-01"})
    assert "全部 · 版式串行" in editor.get("/queue/filters").text


GRADED = {"verdict": "accepted", "row_code": "L-01", "doubling": "none", "expected_version": "1"}


@pytest.fixture
def number(engine: Engine, house: House) -> int:
    ruled(engine, house, OWN)
    with writing(engine) as session:
        return factories.report(session, HEADLINE)


def test_the_history_and_the_month_of_the_desks_say_its_name(editor: FlaskClient, number: int) -> None:
    assert editor.post(f"/reports/{number}/grade", data=GRADED).status_code == 302
    page = editor.get(f"/reports/{number}").text
    assert re.search(r"评为“采纳”（版式串行，0 项说明）", page)
    month = editor.get("/papers/newsroom/").text
    assert "版式串行" in month
    assert "L-01" not in month


def test_a_save_that_came_too_late_and_its_draft_say_its_name(editor: FlaskClient, chief: FlaskClient, number: int) -> None:
    assert chief.post(f"/reports/{number}/grade", data=GRADED | {"row_code": "N-05"}).status_code == 302
    refused = editor.post(f"/reports/{number}/grade", data=GRADED)
    assert refused.status_code == 409
    assert "版式串行</" in refused.text.partition("处不同")[2].partition("</section>")[0]
    offered_back = editor.get(f"/reports/{number}").text
    assert "差错种类 版式串行" in offered_back
