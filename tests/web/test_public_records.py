"""The public page of a round's record: released rounds only, names as printed and nothing else of anybody."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from bot.audit import SCHEDULER, by_staff
from bot.clock import FrozenClock
from bot.contest import rounds
from bot.contest.after_pick import amends
from bot.contest.record.checking import verify
from bot.contest.standing import compute
from bot.members import sign_in
from bot.recording import records
from models.contests import Award, Round
from models.enums import NameState
from models.readers import Reader
from models.session import writing
from models.staff import Staff
from tests.support.databases import Databases
from tests.support.settings import reached
from tests.support.staff import BROWSER
from tests.support.town import Town, at
from web.public_records import FILES_A_MINUTE, NOT_YET, PAGES_A_MINUTE

EXTRA_OVER = at("2023-06-02 00:15")
NAMES = {"甲": "早起鸟", "乙": "=1+1", "丙": "<script>alert(1)</script>"}


def play(engine: Engine) -> Town:
    """A picked round of three winners with names to print."""
    with Session(engine, expire_on_commit=False) as session:
        town = Town.founded(session)
        for place, (name, printed) in enumerate(NAMES.items(), 1):
            for number in range(4 - place):
                town.grade(town.file(name, town.said(place * 5 + number)).report_id)
            session.execute(update(Reader).where(Reader.id == town.reader(name)).values(
                name_state=NameState.GIVEN, printed_name=printed, name_is_nickname=True))
        assert rounds.close_round(session, town.round().id, actor=SCHEDULER, now=town.round().closes_at)
        assert rounds.pick_round(session, town.round().id, actor=SCHEDULER, now=EXTRA_OVER)
        session.commit()
        return town


@pytest.fixture
def begun(databases: Databases) -> tuple[str, Town]:
    """Played once, for each test here a copy of its own."""
    return databases.begun(play)


@pytest.fixture
def town(begun: tuple[str, Town], engine: Engine) -> Town:
    return begun[1].again(Session(engine, expire_on_commit=False))


@pytest.fixture
def released(town: Town, engine: Engine) -> Town:
    with writing(engine) as session:
        round_ = session.scalars(select(Round).where(Round.month == "2023-05")).one()
        assert rounds.release_round(session, round_.id, actor=by_staff(town.chief), now=EXTRA_OVER + timedelta(hours=1))
    return town


def address(town: Town, more: str = "") -> str:
    return f"/records/{town.contest_id}/2023-05{more}"


def test_a_round_that_is_not_released_is_not_there(town: Town, client: FlaskClient) -> None:
    for path in (address(town), address(town, "/record-1.json")):
        answer = client.get(path)
        assert (answer.status_code, NOT_YET in answer.text) == (404, True)


@pytest.mark.sampled
@pytest.mark.parametrize("path", ["/records/99/2023-05", "/records/1/2023-13", "/records/1/2023-06", "/records/1/x",
                                  "/records/1/2023-05/record-2.json", "/records/1/２０２３-05"])
def test_what_there_is_not_is_not_there(released: Town, client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_page_shows_the_names_as_printed_and_the_digest(released: Town, client: FlaskClient, engine: Engine) -> None:
    page = client.get(address(released)).text
    with writing(engine) as session:
        row = records.find(session, "啄木鸟", "2023-05")
        assert [one in page for one in (row.digest, row.sha256)] == [True, True]
    assert [one in page for one in ("早起鸟", "&lt;script&gt;alert(1)&lt;/script&gt;", "<script>", "=1+1")] == [
        True, True, False, True]
    # 乙 stands before 丙; that is nobody's business.
    assert page.index("&lt;script&gt;") < page.index("=1+1")


def test_corrections_of_the_list_stand_on_the_page(released: Town, client: FlaskClient, engine: Engine) -> None:
    with writing(engine) as session:
        award_id = session.scalars(select(Award.id).where(Award.printed_name == "=1+1")).one()
        change = amends.draft_name(session, award_id, "一加一", "登报时打错了", actor=by_staff(released.second),
                                   now=EXTRA_OVER + timedelta(hours=1))
    assert "公布以后的更正" not in client.get(address(released)).text
    with writing(engine) as session:
        amends.release(session, change, amends.plan(session, change).seen, actor=by_staff(released.chief),
                       now=EXTRA_OVER + timedelta(hours=2))
    page = client.get(address(released)).text
    assert "“一加一”" in page
    assert "公布以后的更正" in page


def test_page_says_nothing_of_anybody_but_the_printed_names(released: Town, client: FlaskClient, engine: Engine) -> None:
    page = client.get(address(released)).text
    with writing(engine) as session:
        openids = session.scalars(select(Reader.openid)).all()
    assert [one for one in (*openids, "编辑甲", "主编") if one and one in page.replace("主编决定", "")] == []


def test_file_is_the_one_that_was_kept_and_verifies(released: Town, client: FlaskClient, engine: Engine) -> None:
    answer = client.get(address(released, "/record-1.json"))
    with writing(engine) as session:
        row = records.find(session, "啄木鸟", "2023-05")
        assert hashlib.sha256(answer.data).hexdigest() == row.sha256
        assert answer.headers["ETag"] == f'"{row.sha256}"'
    assert verify(answer.data).whole
    assert client.get(address(released, "/record-1.json"), headers={"If-None-Match": answer.headers["ETag"]}
                      ).status_code == 304


def test_chiefs_reason_is_said_without_readers_names_and_numbers(released: Town, client: FlaskClient, engine: Engine) -> None:
    with writing(engine) as session:
        round_ = session.scalars(select(Round).where(Round.month == "2023-05")).one()
        round_.pick_reason = "早起鸟那条明天才有答复，电话13800138000。"
    assert "没做完的事" not in client.get(address(released)).text  # a remark at a pick that left nothing open
    with writing(engine) as session:
        round_ = session.scalars(select(Round).where(Round.month == "2023-05")).one()
        round_.result = (round_.result or {}) | {"open": [{"kind": "ungraded", "count": 1}]}
    assert "照评，理由是：〔略〕那条明天才有答复，电话〔略〕。" in client.get(address(released)).text


def test_all_versions_are_offered_with_their_reasons(released: Town, client: FlaskClient, engine: Engine) -> None:
    with writing(engine) as session:
        round_id = session.scalars(select(Round.id).where(Round.month == "2023-05")).one()
        standing = compute(session.connection(), round_id)
        row = records.keep(session, round_id, records.Picked(standing=standing), actor=SCHEDULER,
                           now=EXTRA_OVER, version_reason="一条申诉改了结果")
        session.execute(update(Round).values(pick_reason="一条申诉改了结果"))
        digest = row.digest
    page = client.get(address(released)).text
    assert [one in page for one in ("record-1.json", "record-2.json", "一条申诉改了结果", digest)] == [True] * 4
    assert page.index(digest) < page.index("record-1.json")
    assert page.count("一条申诉改了结果") == 1


ELSEWHERE = ["/records/99/2023-05", "/records/x", "/records/1/2023-06", "/records/1/2023-05/record-2.json",
             "/records/1/2023-05/more", "/claim/1/2/3", "/my/1-0123/claim/1"]


@pytest.mark.sampled
@pytest.mark.parametrize("path", ELSEWHERE)
def test_what_there_is_not_is_said_on_a_readers_page(released: Town, client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert ("readers.css" in answer.text, "<a " in answer.text, "<nav" in answer.text, "console" in answer.text) == (
        True, False, False, False)
    assert ("Vary" in answer.headers, "Set-Cookie" in answer.headers) == (False, False)
    assert answer.headers["Cache-Control"] == "no-store"


def test_wrong_method_and_a_crowd_are_said_kindly(released: Town, client: FlaskClient) -> None:
    wrong = client.post(address(released))
    assert (wrong.status_code, "回到公众号里再试一次" in wrong.text, "<a " in wrong.text) == (405, True, False)
    for _ in range(PAGES_A_MINUTE):
        client.get(address(released))
    crowd = client.get(address(released))
    assert (crowd.status_code, "请过一会儿再试" in crowd.text, "readers.css" in crowd.text) == (429, True, True)


def test_what_breaks_is_said_without_the_way_into_the_console(
        released: Town, app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a secret")

    app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr("models.queries.public_records.released", broken)
    answer = client.get(address(released))
    assert (answer.status_code, "出了点问题" in answer.text, "<code>" in answer.text) == (500, True, True)
    assert [one in answer.text for one in ("secret", "<a ", "管理员")] == [False] * 3


@pytest.mark.parametrize("path", ["", "/record-1.json"])
def test_page_is_the_same_for_whoever_is_signed_in(
        released: Town, app: Flask, client: FlaskClient, engine: Engine, clock: FrozenClock, path: str) -> None:
    plain = client.get(address(released, path))
    assert ("Vary" in plain.headers, "Set-Cookie" in plain.headers) == (False, False)
    staff = app.test_client()
    with staff.session_transaction() as cookie:
        cookie["_user_id"] = "ended long ago"
    signed = staff.get(address(released, path))
    assert (signed.data, "Vary" in signed.headers, "Set-Cookie" in signed.headers) == (plain.data, False, False)


def test_anybody_may_keep_the_page_for_minutes_and_no_cookie_goes_with_it(released: Town, client: FlaskClient) -> None:
    answer = client.get(address(released))
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert "Set-Cookie" not in answer.headers
    again = client.get(address(released), headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_whoever_comes_too_often_waits_a_minute(released: Town, client: FlaskClient, clock: FrozenClock) -> None:
    file = address(released, "/record-1.json")
    assert {client.get(file).status_code for _ in range(FILES_A_MINUTE)} == {200}
    assert client.get(file).status_code == 429
    assert client.get(file, environ_base={"REMOTE_ADDR": "198.51.100.7"}).status_code == 200
    assert client.get(address(released)).status_code == 200  # pages are counted by themselves
    clock.advance(minutes=1)
    assert client.get(file).status_code == 200
    assert PAGES_A_MINUTE > FILES_A_MINUTE


def test_names_of_an_award_without_one_are_left_out(released: Town, client: FlaskClient, engine: Engine) -> None:
    with writing(engine) as session:
        session.execute(update(Award).values(printed_name=None))
    assert client.get(address(released)).status_code == 200


def test_address_is_that_of_the_configuration_or_none(app: Flask) -> None:
    settings = app.extensions["woodpecker"].settings
    assert records.public_address(settings, 1, "2023-05") is None
    assert records.public_address(reached(settings), 1, "2023-05") == "https://desk.example.org/records/1/2023-05"


def chiefs_page(app: Flask, town: Town, engine: Engine, clock: FrozenClock) -> str:
    """What the round's page says of its record."""
    with writing(engine) as session:
        token = sign_in.start_session(session, session.get_one(Staff, town.editor), BROWSER, now=clock.now())
    client = app.test_client()
    client.environ_base["HTTP_USER_AGENT"] = BROWSER
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
    with writing(engine) as session:
        number = session.scalars(select(Round.id).where(Round.month == "2023-05")).one()
    return client.get(f"/rounds/{number}").text.partition('id="record"')[2]


def test_rounds_own_page_says_what_is_printed_and_that_there_is_no_code(
        released: Town, app: Flask, engine: Engine, clock: FrozenClock) -> None:
    page = chiefs_page(app, released, engine, clock)
    assert ("public_url" in page, "<svg" in page) == (True, False)


def test_rounds_own_page_shows_the_code_where_there_is_an_address(
        released: Town, app: Flask, engine: Engine, clock: FrozenClock) -> None:
    deps = app.extensions["woodpecker"]
    app.extensions["woodpecker"] = replace(deps, settings=reached(deps.settings))
    page = chiefs_page(app, released, engine, clock)
    assert ("https://desk.example.org/records/1/2023-05" in page, "<svg" in page) == (True, True)
