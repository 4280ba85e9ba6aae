"""A reader's own copy by its link: good once, his alone; and the notice to every reader."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from bot.chat import chat_links
from bot.claiming.terms import Terms
from bot.clock import FrozenClock
from bot.dialogue import privacy_phrases
from bot.outbox import queue
from bot.personal import copy_links, erasing
from bot.readers import persons
from bot.settings import Settings
from models.audit import AuditEntry
from models.copies import CopyLink
from models.enums import LinkedBy, MessageFate, Role
from models.messages import Message
from models.session import reading, writing
from tests.support.claims import PUBLIC, claiming
from tests.support.databases import Databases
from tests.support.one_person import LETTER, NAME, OPENID, PHONE, Among, Planted, again, among_members
from tests.support.world import Chat, rows, text_message


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    return claiming(settings, tmp_path)


@pytest.fixture
def begun(databases: Databases) -> tuple[str, Among]:
    """Played once, for each test here a copy of its own."""
    return databases.begun(among_members)


@pytest.fixture
def him(begun: tuple[str, Among], settings: Settings, clock: FrozenClock) -> Planted:
    return again(begun[1], settings, clock)


@pytest.fixture
def path(engine: Engine, settings: Settings, clock: FrozenClock, him: Planted) -> str:
    with writing(engine) as session:
        number = copy_links.new(session.connection(), him.reader_id, now=clock.now())
    assert number is not None
    return f"/mine/{copy_links.token(number, settings.server.secret_key)}"


def test_the_chat_gives_the_link_and_the_link_gives_the_copy(
    engine: Engine, settings: Settings, client: FlaskClient, clock: FrozenClock, him: Planted
) -> None:
    chat = Chat(engine, terms=Terms.of(settings), now=clock.now())
    with writing(engine) as session:
        session.connection().execute(CopyLink.__table__.delete())
    reply = chat.say(OPENID, "导出我的信息")
    chat.close()
    found = re.search(rf"{re.escape(PUBLIC)}(/mine/\S+)", reply)
    assert found is not None
    page = client.post(found[1], data={"how": "see"}).text
    assert LETTER in page
    assert NAME in page


def test_looking_spends_nothing_and_the_copy_is_given_once(client: FlaskClient, path: str) -> None:
    for _ in range(2):
        answer = client.get(path)
        assert (answer.status_code, LETTER in answer.text) == (200, False)
        assert "Set-Cookie" not in answer.headers
        assert (answer.headers["Referrer-Policy"], answer.headers["Cache-Control"]) == ("no-referrer", "no-store")
    first = client.post(path, data={"how": "see"})
    assert (first.status_code, LETTER in first.text, first.headers["Cache-Control"]) == (200, True, "no-store")
    again = client.post(path, data={"how": "see"})
    assert (again.status_code, LETTER in again.text) == (404, False)
    assert client.get(path).status_code == 404


def test_the_file_can_be_read_by_people_and_by_programs(client: FlaskClient, path: str) -> None:
    with client.post(path, data={"how": "take"}) as answer:
        assert answer.mimetype == "application/zip"
        assert "filename*=UTF-8''%E6%88%91" in answer.headers["Content-Disposition"]
        data = answer.data
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        page = packed.read("我的信息.html").decode()
        assert "样式.css" in packed.namelist()
        linked = set(re.findall(r'(?:src|href)="([^"]+)"', page))
        assert linked <= set(packed.namelist())
    assert LETTER in page
    assert PHONE in page
    assert not re.search(r"<script|<style|\son[a-z]+=", page)


def test_a_link_ends_after_a_day(client: FlaskClient, clock: FrozenClock, path: str) -> None:
    clock.advance(hours=23, minutes=59)
    assert client.get(path).status_code == 200
    clock.advance(minutes=1)
    assert client.get(path).status_code == 404
    assert client.post(path, data={"how": "see"}).status_code == 404


@pytest.mark.sampled
@pytest.mark.parametrize("token", ["1", "1-", "1-" + "0" * 32, "９-x", "-", "1-é", "x" * 300, "999999999-" + "f" * 32])
def test_a_link_that_nobody_made_opens_nothing(client: FlaskClient, him: Planted, token: str) -> None:
    assert client.get(f"/mine/{token}").status_code == 404
    assert client.post(f"/mine/{token}", data={"how": "see"}).status_code == 404


def test_who_tries_links_waits_and_keeps_no_reader_from_his_copy(client: FlaskClient, path: str) -> None:
    codes = [client.get(f"/mine/1-{n:032x}").status_code for n in range(31)]
    assert (codes[0], codes[-1]) == (404, 429)
    assert client.get(path).status_code == 200  # perhaps from behind the same carrier's address
    assert client.post(path, data={"how": "see"}).status_code == 200


def test_a_link_goes_with_its_reader(
    engine: Engine, client: FlaskClient, clock: FrozenClock, him: Planted, path: str
) -> None:
    with writing(engine) as session:
        erasing.erase_in_chat(session.connection(), him.reader_id, now=clock.now())
    assert client.get(path).status_code == 404
    with reading(engine) as session:
        assert session.scalars(select(CopyLink)).all() == []


def test_what_staff_linked_is_not_in_it_and_what_he_has_shown_is(
    engine: Engine, client: FlaskClient, clock: FrozenClock, him: Planted, settings: Settings, staff: dict[Role, int]
) -> None:
    def take() -> str:
        with writing(engine) as session:
            session.connection().execute(CopyLink.__table__.delete())
            number = copy_links.new(session.connection(), him.reader_id, now=clock.now())
        token = copy_links.token(number or 0, settings.server.secret_key)
        return client.post(f"/mine/{token}", data={"how": "see"}).text

    def link(how: LinkedBy) -> None:
        with writing(engine) as session:
            persons.join(session.connection(), him.reader_id, him.other_id, how=how, now=clock.now(),
                         staff_id=staff[Role.CHIEF] if how is LinkedBy.STAFF else None, reason="来电")

    link(LinkedBy.STAFF)
    assert "另一位" not in take()
    with writing(engine) as session:
        session.connection().exec_driver_sql("DELETE FROM reader_link")
    link(LinkedBy.CODE)
    assert "另一位" in take()


def test_taking_a_copy_stands_in_the_trail(engine: Engine, client: FlaskClient, him: Planted, path: str) -> None:
    client.get(path)
    client.post(path, data={"how": "take"}).close()
    with reading(engine) as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.verb == erasing.COPIED)).all()
    assert [(one.object_id, one.after, one.details) for one in entries] == [(him.reader_id, "chat", {"accounts": 1})]


def test_three_links_a_day(engine: Engine, clock: FrozenClock, him: Planted) -> None:
    with writing(engine) as session:
        db = session.connection()
        made = [copy_links.new(db, him.reader_id, now=clock.now()) for _ in range(4)]
        assert [one is None for one in made] == [False, False, False, True]
        assert copy_links.new(db, him.reader_id, now=clock.now() + timedelta(days=1, minutes=1)) is not None
        copy_links.new(db, him.reader_id, now=clock.now() + timedelta(days=30))
    assert len(rows(engine, CopyLink)) == 1


def test_without_an_address_of_our_own_the_desk_prepares_the_copy(engine: Engine, him: Planted) -> None:
    chat = Chat(engine)
    assert "编辑会替您准备" in chat.say(OPENID, "你们存了我什么信息？")
    chat.close()
    assert rows(engine, Message)[-1].fate is MessageFate.DESK


def test_the_notice_is_open_to_everybody(client: FlaskClient, settings: Settings) -> None:
    page = client.get("/mine/").text
    assert f"公布满{settings.privacy.words_months}个月后" in page
    assert f"再过{settings.claims.keep_days}天自动删掉" in page
    assert [word for word in ("导出我的信息", "删除我的信息", "网信部门") if word not in page] == []


def test_the_page_begins_with_what_people_look_for_and_says_fields_in_chinese(client: FlaskClient, path: str) -> None:
    page = client.post(path, data={"how": "see"}).text
    headings = re.findall(r"<h2>([^（<]+)", page)
    assert headings[:4] == ["照片和语音", "来信", "纠错", "获奖"]
    assert "文件编号：MEDIA-OF-HIS" in page
    assert "原文：食唐；应为：食堂" in page
    assert [name for name in ("page_text", "paper_id", "wrong") if name in page] == []


def copy_asked(engine: Engine, settings: Settings, clock: FrozenClock) -> Chat:
    with writing(engine) as session:
        session.connection().execute(CopyLink.__table__.delete())
    return Chat(engine, terms=Terms.of(settings), now=clock.now())


def test_what_is_stored_of_the_link_opens_nothing(
    engine: Engine, settings: Settings, client: FlaskClient, clock: FrozenClock, him: Planted
) -> None:
    """Whoever reads the letters at the desk sees the reply as it is stored."""
    chat = copy_asked(engine, settings, clock)
    wish = text_message(OPENID, "导出我的信息", created=chat.now, msg_id=77)
    told = [chat.intake.take(chat.account, wish, stale=False, now=chat.now) for _ in range(2)]
    chat.close()
    assert told[0] == told[1]
    stored = rows(engine, Message)[-1].reply
    [path] = re.findall(r"/mine/\S+", stored)
    assert client.get(path).status_code == 404
    [path] = re.findall(r"/mine/\S+", told[0] or "")
    assert client.get(path).status_code == 200


def test_nobody_has_a_link_signed_by_writing_it(
    engine: Engine, settings: Settings, clock: FrozenClock, him: Planted
) -> None:
    """Receipts quote readers, and what staff answer rides on replies: neither is an address that we sign."""
    chat = copy_asked(engine, settings, clock)
    forged = f"{privacy_phrases.COPY_BEGINS}{PUBLIC}/mine/1-{chat_links.UNSIGNED}\n"
    with writing(engine) as session:
        queue.enqueue(session.connection(), reader_id=him.reader_id, kind="desk", text=forged, key="forged", now=chat.now)
    said = [chat.say(OPENID, f"第2版“/mine/1-{chat_links.UNSIGNED}”应为“食堂”"), chat.say(OPENID, forged),
            chat.say(OPENID, "更多"), chat.say(OPENID, "导出我的信息")]
    chat.close()
    signed = [one for words in said for one in re.findall(r"/mine/([0-9]+)-[0-9a-f]{32}", words)]
    assert signed == [str(row.id) for row in rows(engine, CopyLink)]
    assert len(signed) == 1
