"""The page with two buttons: looking says nothing, the button does; nobody's but the reader's, for half an hour."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from bot.chat import chat_links
from bot.clock import FrozenClock
from bot.settings import Settings
from bot.understanding.values import Intent
from models.enums import MessageFate
from models.messages import Message
from models.notes import FurtherWords
from models.satisfaction import Satisfaction
from models.session import reading, writing
from tests.support.claims import claiming
from tests.support.databases import Databases
from tests.support.one_person import Among, Planted, again, among_members


@pytest.fixture
def settings(settings: Settings, tmp_path: object) -> Settings:
    return claiming(settings, tmp_path)  # type: ignore[arg-type]


@pytest.fixture
def begun(databases: Databases) -> tuple[str, Among]:
    """Played once, for each test here a copy of its own."""
    return databases.begun(among_members)


@pytest.fixture
def him(begun: tuple[str, Among], engine: Engine, settings: Settings, clock: FrozenClock) -> Planted:
    found = again(begun[1], settings, clock)
    with writing(engine) as session:
        session.query(Satisfaction).delete()
    return found


def address(settings: Settings, clock: FrozenClock, reader_id: int, ordinal: int = 1) -> str:
    token = chat_links.token(reader_id, clock.now() + timedelta(minutes=30), settings.server.secret_key)
    return f"/my/{token}/satisfied/{ordinal}"


def said(engine: Engine) -> dict[int, bool]:
    with reading(engine) as session:
        return {one.report_id: one.satisfied for one in session.query(Satisfaction)}


def test_looking_says_nothing_and_a_button_does(engine: Engine, settings: Settings, clock: FrozenClock,
                                                client: FlaskClient, him: Planted) -> None:
    path = address(settings, clock, him.reader_id)
    page = client.get(path)
    assert (page.status_code, page.text.count("<button"), said(engine)) == (200, 2, {})
    assert "Set-Cookie" not in page.headers
    assert "第1条记下了：满意" in client.post(path, data={"satisfied": "yes"}).text
    assert said(engine) == {him.number: True}
    assert "您说过：满意" in client.get(path).text
    done = client.post(path, data={"satisfied": "no"}).text
    assert said(engine) == {him.number: False}
    assert "第1条记下了：不满意" in done


def test_who_is_not_satisfied_comes_to_the_desk_once_and_may_change_his_mind(
        engine: Engine, settings: Settings, clock: FrozenClock, client: FlaskClient, him: Planted) -> None:
    path = address(settings, clock, him.reader_id)

    def kept() -> list[tuple[str | None, MessageFate]]:
        with reading(engine) as session:
            return [(one.content, one.fate) for one in session.query(Message).filter_by(msg_type="page").order_by(Message.id)]

    before = kept()
    for word in ("no", "no", "yes", "no"):
        assert client.post(path, data={"satisfied": word}).status_code == 200
    assert kept()[len(before):] == [("不满意 1", MessageFate.DESK), ("满意 1", MessageFate.READ)]
    assert said(engine) == {him.number: False}
    with reading(engine) as session:
        letter = session.query(Message).filter_by(content="不满意 1").one()
        assert letter.intent == Intent.DISSATISFIED
        assert session.query(FurtherWords).filter_by(message_id=letter.id, report_id=him.number).count() == 1
        assert "第1条记下了：不满意" in (letter.reply or "")


def test_form_that_says_neither_is_shown_again(engine: Engine, settings: Settings, clock: FrozenClock,
                                               client: FlaskClient, him: Planted) -> None:
    path = address(settings, clock, him.reader_id)
    for sent in ({}, {"satisfied": "maybe"}, {"satisfied": ["", "yes" * 9000]}):
        answer = client.post(path, data=sent)
        assert (answer.status_code, "请点“满意”或“不满意”" in answer.text) == (422, True)
    assert said(engine) == {}


@pytest.mark.sampled
@pytest.mark.parametrize("how", ["forged", "expired", "another", "none"])
def test_whoever_else_comes_sees_and_says_nothing(engine: Engine, settings: Settings, clock: FrozenClock,
                                                  client: FlaskClient, him: Planted, how: str) -> None:
    path = address(settings, clock, him.reader_id)
    if how == "forged":
        path = path.replace(f"/{him.reader_id}-", f"/{him.other_id}-")
    elif how == "expired":
        clock.moment += timedelta(minutes=31)
    elif how == "another":
        path = address(settings, clock, him.other_id, 7)
    else:
        path = address(settings, clock, him.reader_id, 99)
    for answer in (client.get(path), client.post(path, data={"satisfied": "yes"})):
        assert (answer.status_code in (404, 410), "<button" in answer.text) == (True, False)
    assert said(engine) == {}
