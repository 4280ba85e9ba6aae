"""个人信息 on a reader's own page: what is held, the copy and the erasure, for which the digits of the chat are asked."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select

from bot.chat import chat_links
from bot.clock import FrozenClock
from bot.readers import page_codes, persons
from bot.settings import Settings
from models.audit import AuditEntry
from models.copies import CopyLink
from models.enums import LinkedBy
from models.own_pages import CodeTry
from models.readers import Reader
from models.reports import Report
from models.session import reading, writing
from tests.support import factories
from tests.support.claims import claiming
from tests.support.databases import Databases
from tests.support.one_person import LETTER, NAME, OPENID, PHONE, Among, Planted, again, among_members_claimed
from web.public import own

Place = tuple[str, str]
"""The page's address and the digits that were told with it."""


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    return claiming(settings, tmp_path)


@pytest.fixture
def begun(databases: Databases) -> tuple[str, Among]:
    """Played once, for each test here a copy of its own."""
    return databases.begun(among_members_claimed)


@pytest.fixture
def him(begun: tuple[str, Among], engine: Engine, settings: Settings, clock: FrozenClock) -> Planted:
    found = again(begun[1], settings, clock)
    with writing(engine) as session:
        session.execute(CodeTry.__table__.delete())
        session.execute(CopyLink.__table__.delete())
    return found


@pytest.fixture
def place(settings: Settings, clock: FrozenClock, him: Planted) -> Place:
    return told(settings, clock, him.reader_id)


def told(settings: Settings, clock: FrozenClock, reader_id: int) -> Place:
    key = settings.server.secret_key
    token = chat_links.token(reader_id, clock.now() + chat_links.LIVES, key)
    return f"/my/{token}/privacy", chat_links.code(reader_id, clock.now(), key)


def erased(engine: Engine, reader_id: int) -> bool:
    with reading(engine) as session:
        return session.get_one(Reader, reader_id).erased_at is not None


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10_000:04d}"


def test_page_says_how_much_is_held_and_none_of_it(
    engine: Engine, client: FlaskClient, place: Place, him: Planted
) -> None:
    answer = client.get(place[0])
    with reading(engine) as session:
        many = session.scalar(select(func.count(Report.id)).where(Report.reader_id == him.reader_id))
    said = dict(re.findall(r"<span>([^<]+)</span><span class=\"value\">([^<]+)</span>", answer.text))
    assert (said["纠错"], said["登报用的名字"], said["领奖留的电话、地址"]) == (f"{many} 条", "有", "1 份奖的")
    assert not any(one in answer.text for one in (LETTER, NAME, OPENID, PHONE, place[1]))
    assert len(answer.data) < 20_000


def test_looking_changes_nothing(engine: Engine, client: FlaskClient, place: Place, him: Planted) -> None:
    for path in (place[0], f"{place[0]}/delete"):
        for _ in range(2):
            assert client.get(path).status_code == 200
    assert client.get(f"{place[0]}/copy").status_code == 405
    with reading(engine) as session:
        assert session.scalars(select(CopyLink)).all() == []
    assert not erased(engine, him.reader_id)


def test_copy_is_reached_with_the_digits_and_is_good_once(
    engine: Engine, client: FlaskClient, place: Place
) -> None:
    refused = client.post(f"{place[0]}/copy", data={"code": wrong(place[1])})
    assert (refused.status_code, own.CODE_WRONG in refused.text) == (400, True)
    sent = client.post(f"{place[0]}/copy", data={"code": place[1]})
    assert (sent.status_code, sent.headers["Location"].startswith("/mine/")) == (303, True)
    assert "这一页只给您一个人" in client.get(sent.headers["Location"]).text
    taken = client.post(sent.headers["Location"], data={"how": "see"})
    assert LETTER in taken.text
    assert client.post(sent.headers["Location"], data={"how": "see"}).status_code == 404


def test_copies_a_day_are_counted_with_those_of_the_chat(client: FlaskClient, place: Place) -> None:
    answers = [client.post(f"{place[0]}/copy", data={"code": place[1]}).status_code for _ in range(4)]
    assert answers == [303, 303, 303, 429]


def test_deletion_says_first_what_goes_and_what_stays(client: FlaskClient, place: Place) -> None:
    page = client.get(f"{place[0]}/delete").text
    said = [page.index(words) for words in ("马上删，删了找不回来", "得奖名单", "删之前请想一想", "只留下发奖要用的", "<form")]
    assert said == sorted(said)


@pytest.mark.sampled
@pytest.mark.parametrize("typed", ["", "0", "四位数", "1234567890" * 20, "' OR 1=1", "\u202e1234", "１２"])
def test_deletion_needs_the_digits(
    engine: Engine, client: FlaskClient, place: Place, him: Planted, typed: str
) -> None:
    assert client.post(f"{place[0]}/delete", data={"code": typed}).status_code == 400
    assert not erased(engine, him.reader_id)


def test_deletion_is_the_one_of_the_chat_says_goodbye_and_the_link_is_dead(
    engine: Engine, client: FlaskClient, place: Place, him: Planted
) -> None:
    answer = client.post(f"{place[0]}/delete", data={"code": place[1]})
    assert (answer.status_code, "再见" in answer.text, "只留下发奖要用的" in answer.text) == (200, True, True)
    assert erased(engine, him.reader_id)
    with reading(engine) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.verb == "erase_reader")).one()
        assert (entry.object_id, entry.after) == (him.reader_id, "own_page")
    for path in (place[0], f"{place[0]}/delete"):
        dead = client.get(path)
        assert (dead.status_code, own.GONE in dead.text) == (410, True)
    assert client.post(f"{place[0]}/copy", data={"code": place[1]}).status_code == 410


def test_everybody_linked_with_him_goes_and_nobody_else(
    engine: Engine, client: FlaskClient, settings: Settings, clock: FrozenClock
) -> None:
    with writing(engine) as session:
        one, two, other = (factories.reader(session, now=clock.now()) for _ in range(3))
        persons.join(session.connection(), one, two, how=LinkedBy.CODE, now=clock.now())
    path, code = told(settings, clock, one)
    assert "2 个公众号一起删" in client.get(f"{path}/delete").text
    client.post(f"{path}/delete", data={"code": code})
    assert [erased(engine, reader_id) for reader_id in (one, two, other)] == [True, True, False]


def test_digits_of_another_reader_are_none(
    engine: Engine, client: FlaskClient, settings: Settings, clock: FrozenClock, place: Place, him: Planted
) -> None:
    with writing(engine) as session:
        other = factories.reader(session, now=clock.now())
    _, code = told(settings, clock, other)
    assert code != place[1]
    assert client.post(f"{place[0]}/delete", data={"code": code}).status_code == 400
    assert not erased(engine, him.reader_id)


def test_guessing_the_digits_from_many_addresses_ends_for_his_pages_alone(
    engine: Engine, client: FlaskClient, settings: Settings, clock: FrozenClock, place: Place, him: Planted
) -> None:
    with writing(engine) as session:
        other = factories.reader(session, now=clock.now())
    answers = [client.post(f"{place[0]}/{('copy', 'delete')[number % 2]}", data={"code": wrong(place[1])},
                           environ_base={"REMOTE_ADDR": f"10.0.{number}.1"}) for number in range(page_codes.MOST)]
    assert [one.status_code for one in answers] == [400] * page_codes.MOST
    locked = client.post(f"{place[0]}/delete", data={"code": place[1]}, environ_base={"REMOTE_ADDR": "10.9.9.9"})
    assert (locked.status_code, "021-00000000" in locked.text) == (429, True)
    assert not erased(engine, him.reader_id)
    path, code = told(settings, clock, other)
    assert client.post(f"{path}/copy", data={"code": code}, environ_base={"REMOTE_ADDR": "10.0.1.1"}).status_code == 303
    clock.moment += timedelta(minutes=31)
    path, code = told(settings, clock, him.reader_id)
    assert client.post(f"{path}/delete", data={"code": code}).status_code == 200
