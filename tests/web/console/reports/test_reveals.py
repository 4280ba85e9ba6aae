"""A chief's look without blackening: by POST, shown once, written on the report's page for everybody."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from models.cockpit import IdentityReveal
from models.enums import MessageFate, Role
from models.reports import Report
from models.session import reading, writing
from tests.support import factories
from tests.support.factories import HEADLINE, House

WORDS = f"{HEADLINE}。我叫季小满，手机13912345678"
GOOD = {"cause": "threat", "reason": "信里有威胁的话，要报警"}


@pytest.fixture
def number(engine: Engine, house: House) -> int:
    with writing(engine) as session:
        return factories.report(session, WORDS)


def test_the_words_are_shown_once_and_the_look_is_everybodys_to_read(
    editor: FlaskClient, chief: FlaskClient, number: int
) -> None:
    assert "季小满" not in chief.get(f"/reports/{number}").text
    answer = chief.post(f"/reports/{number}/reveal", data=GOOD)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert "我叫季小满，手机13912345678" in answer.text
    for client in (editor, chief):
        page = client.get(f"/reports/{number}").text
        assert "看了原话：有人身安全的危险。信里有威胁的话，要报警" in page
        assert "看了读者没有遮的原话" in page  # in the history
        assert "评出以前" in page
        assert "季小满" not in page
    assert chief.get(f"/reports/{number}/reveal").status_code == 405


@pytest.mark.sampled
@pytest.mark.parametrize("fields", [
    {}, {"cause": "threat"}, {"cause": "threat", "reason": "  "}, {"cause": "prize", "reason": "想看看是谁写的"},
    {"cause": "curiosity", "reason": "想看看是谁写的"}, GOOD | {"attachment_id": "77"},
])  # fmt: skip
def test_without_a_good_reason_nothing_is_shown(
    chief: FlaskClient, engine: Engine, number: int, fields: dict[str, str]
) -> None:
    answer = chief.post(f"/reports/{number}/reveal", data=fields)
    assert (answer.status_code, answer.location) == (302, f"/reports/{number}")
    assert "季小满" not in answer.text
    with reading(engine) as session:
        assert session.query(IdentityReveal).count() == 0


@pytest.mark.parametrize("role", [Role.EDITOR, Role.PRIZES])
def test_nobody_else_may_ask(browser: Callable[[Role], FlaskClient], number: int, role: Role) -> None:
    assert browser(role).post(f"/reports/{number}/reveal", data=GOOD).status_code == 403


def test_an_editor_is_not_offered_it(editor: FlaskClient, chief: FlaskClient, number: int) -> None:
    assert "看没有遮的" not in editor.get(f"/reports/{number}").text
    page = chief.get(f"/reports/{number}").text
    assert "看没有遮的原话" in page
    assert 'value="prize"' not in page  # not before the pick


def test_after_the_pick_the_other_reasons_are_offered(
    browser: Callable[[Role], FlaskClient], engine: Engine, picked: House
) -> None:
    with reading(engine) as session:
        number = session.scalars(select(Report.id).order_by(Report.id)).first()
    assert 'value="prize"' in browser(Role.CHIEF).get(f"/reports/{number}").text


def test_a_reason_that_names_the_reader_is_masked_too(
    editor: FlaskClient, chief: FlaskClient, number: int
) -> None:
    chief.post(f"/reports/{number}/reveal", data={"cause": "duty", "reason": "核对手机13912345678是不是本人"})
    page = editor.get(f"/reports/{number}").text
    assert "13912345678" not in page
    assert "核对手机▇▇▇是不是本人" in page


def test_a_letter_can_be_looked_at_too(chief: FlaskClient, engine: Engine, house: House) -> None:
    with writing(engine) as session:
        message = factories.message(
            session, factories.reader(session), "我叫季小满，再不登就来砸门", fate=MessageFate.DESK
        )
    answer = chief.post(f"/desk/{message}/reveal", data=GOOD)
    assert (answer.status_code, "我叫季小满，再不登就来砸门" in answer.text) == (200, True)
    assert chief.post("/desk/99/reveal", data=GOOD).status_code == 302


def test_no_other_site_is_the_way_back(chief: FlaskClient, number: int) -> None:
    answer = chief.post(f"/reports/{number}/reveal", data={"back": "//elsewhere.example"})
    assert answer.location == f"/reports/{number}"
