"""我的帐号: a member of staff shows by a code which WeChat is his own; it wins nothing any more."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from bot import link_codes
from bot.clock import FrozenClock
from models.enums import Bar, Role
from models.links import LinkTry
from models.readers import Person, Reader
from models.reports import Report
from models.session import reading, writing
from models.staff import Staff
from tests.support import factories
from tests.support.factories import HEADLINE, House


@pytest.fixture
def code(engine: Engine, house: House, clock: FrozenClock) -> str:
    """As 关联 in the chat gives it to a reader."""
    with writing(engine) as session:
        number = factories.report(session, HEADLINE)
        reader_id = session.get_one(Report, number).reader_id
        return link_codes.new_code(session.connection(), reader_id, now=clock.now())


def test_code_from_the_chat_links_the_own_wechat(
    engine: Engine, editor: FlaskClient, staff: dict[Role, int], code: str
) -> None:
    page = editor.post("/account/link", data={"code": code.lower()}, follow_redirects=True).text
    assert "已关联" in page
    assert "公众号“社区发布1”" in page
    with reading(engine) as session:
        member = session.get_one(Staff, staff[Role.EDITOR])
        assert session.get_one(Person, member.person_id).bar is Bar.STAFF
        assert session.scalars(select(Reader.person_id)).first() == member.person_id


@pytest.mark.parametrize(("typed", "sentence"), [("", "请填关联码"), ("12", "6位字母和数字"), ("222222", "不对，或者已经过期")])
def test_wrong_code_says_what_to_do(editor: FlaskClient, code: str, typed: str, sentence: str) -> None:
    answer = editor.post("/account/link", data={"code": typed})
    assert answer.status_code == 400
    assert sentence in answer.text


def test_guesses_are_kept_and_stopped(engine: Engine, editor: FlaskClient, code: str) -> None:
    for _ in range(link_codes.WRONG_TRIES):
        editor.post("/account/link", data={"code": "222222"})
    with reading(engine) as session:
        assert len(session.scalars(select(LinkTry.id)).all()) == link_codes.WRONG_TRIES
    answer = editor.post("/account/link", data={"code": code})
    assert answer.status_code == 403
    assert "一小时后再试" in answer.text


def test_everybody_is_asked_once_on_his_page(editor: FlaskClient, code: str) -> None:
    assert "在公众号里发“关联”" in editor.get("/account").text
