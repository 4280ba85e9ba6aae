"""The deputy in the console: named in 设置, sees what is to be released, releases it, and no more."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update

from bot.clock import FrozenClock
from models.audit import AuditEntry
from models.contests import Contest, Round
from models.enums import Role, RoundState
from models.session import reading, writing
from models.staff import Staff
from tests.support.factories import NICKNAME, House
from tests.web.conftest import Browser

Counter = Callable[[], AbstractContextManager[list[str]]]


def name(chief: FlaskClient, house: House, deputy: object) -> int:
    return chief.post(f"/settings/{house.contest_id}/deputy", data={"deputy": deputy}).status_code


def state(engine: Engine, house: House) -> RoundState:
    with reading(engine) as session:
        return session.get_one(Round, house.round_id).state


@pytest.fixture
def named(picked: House, chief: FlaskClient, staff: dict[Role, int]) -> House:
    assert name(chief, picked, staff[Role.EDITOR]) == 302
    return picked


def test_the_deputy_sees_the_list_and_releases_it(
    engine: Engine, named: House, editor: FlaskClient, chief: FlaskClient, staff: dict[Role, int]
) -> None:
    page = editor.get(f"/rounds/{named.round_id}").text
    assert "主编请您代理" in page
    assert NICKNAME in page
    assert "记为不宜刊出" not in page
    assert editor.get(f"/rounds/{named.round_id}/reach").status_code == 200
    assert NICKNAME in editor.get(f"/rounds/{named.round_id}/announcement/").text
    assert editor.post(f"/rounds/{named.round_id}/release", data={"confirm": "发布"}).status_code == 302
    assert state(engine, named) is RoundState.RELEASED
    with reading(engine) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.verb == "release_round")).one()
        assert (entry.staff_id, entry.details) == (staff[Role.EDITOR], {"deputy": True})
    trail = chief.get("/audit").text
    assert "由代理人 是" in trail
    assert "请人代理发布" in trail


@pytest.mark.sampled
@pytest.mark.parametrize("path", ["pick", "move", "keep", "box", "unsuitable", "tick", "rules", "changes/pick-again",
                                  "changes/1/release"])
def test_the_deputy_changes_nothing_else(named: House, editor: FlaskClient, path: str) -> None:
    assert editor.post(f"/rounds/{named.round_id}/{path}").status_code == 403


def test_the_deputy_of_another_contest_is_none_here(engine: Engine, named: House, editor: FlaskClient) -> None:
    with writing(engine) as session:
        session.execute(update(Contest).values(deputy_id=None))
        contest = Contest(name="别的活动", account="main", account_title="x", publication_day=1, deadline_day=1,
                          deputy_id=session.scalars(select(Staff.id).where(Staff.role == Role.EDITOR)).one(),
                          created_at=session.get_one(Contest, named.contest_id).created_at)
        session.add(contest)
    page = editor.get(f"/rounds/{named.round_id}").text
    assert NICKNAME not in page
    assert editor.get(f"/rounds/{named.round_id}/reach").status_code == 403
    assert editor.get(f"/rounds/{named.round_id}/announcement/").status_code == 403
    assert editor.post(f"/rounds/{named.round_id}/release", data={"confirm": "发布"}).status_code == 403
    assert state(engine, named) is RoundState.PICKED


@pytest.mark.parametrize("end", ["", "other"])
def test_a_chief_ends_or_replaces_it_at_once(
    engine: Engine, named: House, editor: FlaskClient, chief: FlaskClient, end: str
) -> None:
    with writing(engine) as session:
        other = Staff(login="other", display_name="编辑乙", password_hash="x", role=Role.EDITOR,
                      created_at=session.get_one(Contest, named.contest_id).created_at)
        session.add(other)
        session.flush()
        chosen = other.id
    assert name(chief, named, chosen if end else "") == 302
    assert editor.post(f"/rounds/{named.round_id}/release", data={"confirm": "发布"}).status_code == 403
    assert editor.get(f"/rounds/{named.round_id}/reach").status_code == 403
    assert NICKNAME not in editor.get(f"/rounds/{named.round_id}").text


@pytest.mark.sampled
@pytest.mark.parametrize("chosen", ["abc", "-1", "999999", "9" * 40, "1 OR 1"])
def test_what_is_no_editor_is_refused_and_ends_nothing(
    engine: Engine, named: House, chief: FlaskClient, staff: dict[Role, int], chosen: str
) -> None:
    assert name(chief, named, chosen) == 400
    assert name(chief, named, staff[Role.PRIZES]) == 400
    with reading(engine) as session:
        assert session.get_one(Contest, named.contest_id).deputy_id == staff[Role.EDITOR]


def test_only_a_chief_names(engine: Engine, house: House, editor: FlaskClient, staff: dict[Role, int]) -> None:
    assert name(editor, house, staff[Role.EDITOR]) == 403


@pytest.mark.slow
@pytest.mark.parametrize("alone", [Role.CHIEF, Role.EDITOR])
def test_to_whoever_works_alone_nothing_of_it_shows(
    engine: Engine, house: House, browser: Browser, alone: Role
) -> None:
    admin = browser(Role.ADMIN)
    assert "主编不在时谁发布名单" in admin.get("/settings").text
    with writing(engine) as session:
        session.execute(update(Staff).where(Staff.role.in_({Role.CHIEF, Role.EDITOR} - {alone})).values(active=False))
    assert "主编不在时谁发布名单" not in admin.get("/settings").text


def test_a_deputy_who_is_no_editor_any_more_is_pointed_out(engine: Engine, named: House, chief: FlaskClient) -> None:
    with writing(engine) as session:
        session.execute(update(Staff).where(Staff.role == Role.EDITOR).values(active=False))
    assert "不再是在用的编辑" in chief.get("/settings").text


@pytest.mark.slow
def test_being_deputy_costs_no_query(
    picked: House, chief: FlaskClient, editor: FlaskClient, staff: dict[Role, int], count_queries: Counter, clock: FrozenClock
) -> None:
    def asked() -> int:
        with count_queries() as sent:
            editor.get("/rounds/")
        return len(sent)

    editor.get("/rounds/")
    before = asked()
    name(chief, picked, staff[Role.EDITOR])
    assert asked() == before
