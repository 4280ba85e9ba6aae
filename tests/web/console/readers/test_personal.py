"""个人信息 for chiefs: periods and what went, a reader's copy and erasure on his word by phone or letter, with a trail."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from bot import jobs
from bot.audit import by_staff
from bot.clock import FrozenClock
from bot.personal import erasing
from bot.readers import persons
from bot.settings import Settings
from models.audit import AuditEntry
from models.enums import Role
from models.readers import Reader
from models.session import reading, writing
from tests.support.claims import claiming
from tests.support.databases import Databases
from tests.support.one_person import (
    LETTER,
    NAME,
    OPENID,
    PHONE,
    SECRETS,
    Among,
    Planted,
    again,
    among_members,
    where,
)
from tests.support.work import work_of
from tests.web.conftest import Browser

ASKED = {"asked": "by_call", "himself": "y"}


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
def path(him: Planted) -> str:
    return f"/readers/{him.reader_id}"


@pytest.fixture
def chief(browser: Browser, him: Planted) -> FlaskClient:
    """Signed in once the month is over."""
    return browser(Role.CHIEF)


def test_the_page_names_nobody_and_says_what_he_gives_up(chief: FlaskClient, path: str) -> None:
    page = chief.get(f"{path}/personal").text
    assert "他有 1 份奖品还没登记领取" in page
    assert [word for word in (NAME, OPENID, PHONE, LETTER) if word in page] == []
    assert f"{path}/personal" in chief.get(path).text


def test_the_copy_is_given_after_staff_made_sure_and_the_trail_knows(
    engine: Engine, chief: FlaskClient, him: Planted, path: str
) -> None:
    refused = chief.post(f"{path}/copy", data={"asked": "by_call"})
    assert refused.status_code == 400
    assert "先核对是不是他本人" in refused.text
    with chief.post(f"{path}/copy", data=ASKED) as answer:
        assert answer.mimetype == "application/zip"
        with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
            assert LETTER in packed.read("我的信息.html").decode()
            assert len([name for name in packed.namelist() if name.startswith(("照片/", "语音/"))]) == 3
    with reading(engine) as session:
        [entry] = session.scalars(select(AuditEntry).where(AuditEntry.verb == erasing.COPIED)).all()
        assert entry.staff_id is not None
    assert (entry.object_id, entry.details) == (him.reader_id, {"accounts": 1, "asked": "by_call"})
    trail = chief.get("/audit").text
    assert "导出读者的信息" in trail
    assert "怎么提出的 打电话" in trail


@pytest.mark.sampled
@pytest.mark.parametrize(("missing", "said"), [
    ({"asked": "by_letter", "sure": "删除"}, "先核对是不是他本人"),
    (ASKED, "请填“删除”两个字"),
    (ASKED | {"sure": "是"}, "请填“删除”两个字"),
    ({"asked": "by_magic", "himself": "y", "sure": "删除"}, "他怎么提出的：不是有效的选择"),
])
def test_nothing_goes_by_a_slip_of_the_hand(
    engine: Engine, chief: FlaskClient, path: str, missing: dict[str, str], said: str
) -> None:
    answer = chief.post(f"{path}/erase", data=missing)
    assert answer.status_code == 400
    assert said in answer.text
    assert where(engine, OPENID) != {}


def test_a_reader_is_erased_and_the_proof_is_shown(engine: Engine, chief: FlaskClient, him: Planted, path: str) -> None:
    answer = chief.post(f"{path}/erase", data=ASKED | {"sure": "“删除”"}, follow_redirects=True)
    assert "这位读者的信息已经删除" in answer.text
    assert "删除的证明" in answer.text
    assert "来信 5" in answer.text
    assert where(engine, *SECRETS) == {}
    every = chief.get("/personal").text
    assert f"读者 {him.reader_id}" in every
    assert "在这里办的，测试chief" in every
    trail = chief.get("/audit").text
    assert "删除读者的信息" in trail
    again = chief.post(f"{path}/erase", data=ASKED | {"sure": "删除"})
    assert again.status_code == 404


@pytest.mark.slow
def test_accounts_that_staff_linked_go_together_from_the_console(
    engine: Engine, chief: FlaskClient, clock: FrozenClock, him: Planted, path: str, staff: dict[Role, int]
) -> None:
    with writing(engine) as session:
        persons.link(session, him.reader_id, him.other_id, "同一位", actor=by_staff(staff[Role.CHIEF]), now=clock.now())
    assert "这几个帐号算作同一个人，一起导出，一起删除" in chief.get(f"{path}/personal").text
    chief.post(f"{path}/erase", data=ASKED | {"sure": "删除"})
    with reading(engine) as session:
        assert session.scalars(select(Reader.openid)).all() == [None, None]


@pytest.mark.slow
def test_the_screen_says_how_long_and_what_went(
    engine: Engine, settings: Settings, chief: FlaskClient, clock: FrozenClock, him: Planted, browser: Browser
) -> None:
    page = chief.get("/personal").text
    assert "那一轮公布满 12 个月" in page
    assert "奖品发完或过期后 30 天" in page
    assert page.count("还没有要删的") == 8
    with writing(engine) as session:
        session.connection().exec_driver_sql("UPDATE message SET fate = 'read' WHERE fate = 'desk'")
    clock.advance(days=800)
    work = work_of(engine, settings, clock.now())
    gone = jobs.run("forget_old", work)
    later = browser(Role.CHIEF).get("/personal").text
    assert f'<td data-label="一年里删了" class="number">{gone["messages"]}</td>' in later
    assert later.count("还没有要删的") == 4


@pytest.mark.slow
@pytest.mark.parametrize("role", [Role.EDITOR, Role.PRIZES])
def test_others_may_not(browser: Browser, path: str, role: Role) -> None:
    for address in ("/personal", f"{path}/personal"):
        assert browser(role).get(address).status_code == 403
    for address in (f"{path}/copy", f"{path}/erase"):
        assert browser(role).post(address, data=ASKED | {"sure": "删除"}).status_code == 403


def test_a_reader_who_is_not_there(chief: FlaskClient, him: Planted) -> None:
    assert chief.get("/readers/999/personal").status_code == 404
    assert chief.post("/readers/999/copy", data=ASKED).status_code == 404
    assert chief.post("/readers/999/erase", data=ASKED | {"sure": "删除"}).status_code == 404
