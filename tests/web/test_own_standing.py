"""排行 and 光荣榜 of a reader's own pages: his own place, nobody's name, nothing while a round is graded."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot.audit import SCHEDULER, by_staff
from bot.clock import FrozenClock
from bot.contest import rounds
from bot.readers import hall, persons
from bot.settings import Settings
from models.audit import AuditEntry
from models.contests import Round
from models.enums import LinkedBy
from models.session import reading, writing
from tests.support import own_pages
from tests.support.databases import Databases
from tests.support.open_pages import FIRST, JUNE, NEVER, Played, again, play
from tests.support.town import Town, at

NEXT_DAY = at("2023-06-13 08:00")


@pytest.fixture
def begun(databases: Databases) -> tuple[str, Played]:
    """Played once, for all tests here a copy of its own."""
    return databases.begun(play)


@pytest.fixture
def played(begun: tuple[str, Played], engine: Engine, clock: FrozenClock) -> Played:
    clock.moment = NEXT_DAY
    return again(begun[1], engine)


def page(client: FlaskClient, settings: Settings, played: Played, name: str, *, of: str = "甲", now: FrozenClock) -> str:
    token = own_pages.token(settings, played.town.reader(of), now=now.now())
    answer = client.get(f"/my/{token}/{name}")
    assert answer.status_code == 200
    return answer.text


def plain(text: str) -> str:
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", text.split("<h1>")[1]))


def grade(engine: Engine, played: Played, *, many: int = 1, when: str = "2023-06-12 15:00") -> None:
    """So many of June's first reports are accepted, the first of the reader 甲, then of 乙."""
    with Session(engine, expire_on_commit=False) as session:
        town = Town(session, readers=played.town.readers, contest_id=played.contest_id, editor=played.town.editor)
        for report in [one for one in town.reports() if one.issue_id == played.june][:many]:
            town.grade(report.id, now=at(when))
        session.commit()


def test_a_running_round_is_told_as_of_yesterday(
        played: Played, client: FlaskClient, settings: Settings, clock: FrozenClock, engine: Engine) -> None:
    grade(engine, played)
    told = plain(page(client, settings, played, "standing", now=clock))
    assert "2023年6月，2023年7月1日截止第1名，1分。一共1人得分。得分的人不多" in told
    assert "先不分档。按2023年6月12日以前评完的算" in told
    other = plain(page(client, settings, played, "standing", of="丙", now=clock))
    assert "您还没有得分，所以没有名次。一共1人得分" in other


def test_what_is_graded_today_is_not_told_before_tomorrow(
        played: Played, client: FlaskClient, settings: Settings, clock: FrozenClock, engine: Engine) -> None:
    grade(engine, played)
    grade(engine, played, many=2, when="2023-06-13 07:00")
    before = plain(page(client, settings, played, "standing", of="乙", now=clock))
    assert "您还没有得分，所以没有名次。一共1人得分" in before
    grade(engine, played, many=2, when="2023-06-13 08:30")
    assert plain(page(client, settings, played, "standing", of="乙", now=clock)) == before
    clock.moment = NEXT_DAY + timedelta(days=1)
    assert "第1名（有人和您同分），1分。一共2人得分" in plain(page(client, settings, played, "standing", of="乙", now=clock))


def test_from_the_deadline_to_the_release_nothing_is_told(
        played: Played, client: FlaskClient, settings: Settings, clock: FrozenClock, engine: Engine) -> None:
    grade(engine, played)
    clock.moment = at("2023-07-02 00:00")
    late = plain(page(client, settings, played, "standing", now=clock)).split("2023年5月（已公布）")[0]
    assert "2023年6月停报已经截止，正在评定。名单公布以前，谁都不报名次。" in late
    with writing(engine) as session:
        row = session.scalars(select(Round).where(Round.month == "2023-06")).one()
        assert rounds.close_round(session, row.id, actor=SCHEDULER, now=row.closes_at)
    assert plain(page(client, settings, played, "standing", now=clock)).split("2023年5月（已公布）")[0] == late
    assert "名，" not in late


def test_the_last_list_is_told_with_bands(played: Played, client: FlaskClient, settings: Settings, clock: FrozenClock) -> None:
    told = plain(page(client, settings, played, "standing", now=clock)).split("2023年5月（已公布）")[1]
    assert "第1名，3分。" in told
    assert "先不分档" in told


def test_linked_accounts_stand_together_in_a_list_from_before_the_link(
        played: Played, client: FlaskClient, settings: Settings, clock: FrozenClock, engine: Engine) -> None:
    with writing(engine) as session:
        persons.join(session.connection(), played.town.reader("丙"), played.town.reader("甲"), how=LinkedBy.CODE, now=JUNE)
    assert "第1名，3分" in plain(page(client, settings, played, "standing", of="丙", now=clock))


@pytest.mark.parametrize("name", ["standing", "hall"])
@pytest.mark.parametrize("of", ["甲", "丙"])
def test_nothing_of_anybody_else_is_there(
        played: Played, client: FlaskClient, settings: Settings, clock: FrozenClock, name: str, of: str) -> None:
    text = page(client, settings, played, name, of=of, now=clock)
    assert [one for one in NEVER if one in text] == []
    assert (FIRST in text) is ((name, of) == ("hall", "甲"))


def test_listing_is_changed_by_a_post_and_shown(
        played: Played, client: FlaskClient, settings: Settings, clock: FrozenClock, engine: Engine) -> None:
    him = played.town.reader("甲")
    path = f"/my/{own_pages.token(settings, him, now=clock.now())}/hall"
    assert "现在：<strong>列</strong>" in client.get(path).text
    answer = client.post(path, data={"how": "leave"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{path}?said=left")
    assert "现在：<strong>不列</strong>" in client.get(path).text
    assert FIRST not in client.get(f"/c/{played.contest_id}/hall").text
    client.post(path, data={"how": "return"})
    with reading(engine) as session:
        assert not hall.is_absent(session.connection(), him)
        assert session.scalars(select(AuditEntry.verb).where(
            AuditEntry.object_id == him, AuditEntry.verb.in_((hall.LEFT, hall.CAME_BACK)))).all() == [hall.LEFT, hall.CAME_BACK]


@pytest.mark.parametrize("form", [{}, {"how": ""}, {"how": "join"}])
def test_a_form_that_says_nothing_puts_nobodys_name_up(
        played: Played, client: FlaskClient, settings: Settings, clock: FrozenClock, form: dict[str, str]) -> None:
    path = f"/my/{own_pages.token(settings, played.town.reader('甲'), now=clock.now())}/hall"
    client.post(path, data={"how": "leave"})
    assert client.post(path, data=form).status_code == 422
    assert "现在：<strong>不列</strong>" in client.get(path).text


def test_who_goes_to_and_fro_is_off_the_list_until_tomorrow(
        played: Played, client: FlaskClient, settings: Settings, clock: FrozenClock, engine: Engine) -> None:
    him = played.town.reader("甲")
    path = f"/my/{own_pages.token(settings, him, now=clock.now())}/hall"
    answers = [client.post(path, data={"how": how}).status_code for _ in range(15) for how in ("leave", "return")]
    assert answers == [303] * 2 * hall.MOST_RETURNS + [303, 429] * 5
    with reading(engine) as session:
        assert hall.is_absent(session.connection(), him)
        assert len(session.scalars(select(AuditEntry.id).where(AuditEntry.object_id == him, AuditEntry.verb.in_(
            (hall.LEFT, hall.CAME_BACK)))).all()) == 2 * hall.MOST_RETURNS + 1
    clock.advance(hours=25)
    path = f"/my/{own_pages.token(settings, him, now=clock.now())}/hall"
    assert client.post(path, data={"how": "return"}).status_code == 303


def test_whom_staff_linked_is_told_why_it_does_not_change(
        played: Played, client: FlaskClient, settings: Settings, clock: FrozenClock, engine: Engine) -> None:
    with writing(engine) as session:
        persons.link(session, played.town.reader("不列"), played.town.reader("甲"), "打来电话说的",
                     actor=by_staff(played.town.chief), now=JUNE)
    answer = client.post(f"/my/{own_pages.token(settings, played.town.reader('甲'), now=clock.now())}/hall",
                         data={"how": "return"})
    assert (answer.status_code, "请用那个帐号改" in answer.text) == (403, True)


def test_looking_changes_nothing(
        played: Played, client: FlaskClient, settings: Settings, clock: FrozenClock, engine: Engine) -> None:
    with reading(engine) as session:
        before = session.scalars(select(AuditEntry.id)).all()
    for name in ("standing", "hall", "hall?how=leave"):
        page(client, settings, played, name, now=clock)
    with reading(engine) as session:
        assert session.scalars(select(AuditEntry.id)).all() == before
        assert not hall.is_absent(session.connection(), played.town.reader("甲"))
