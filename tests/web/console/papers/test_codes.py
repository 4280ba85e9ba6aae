"""二维码 in the console: shown and downloaded where there is one, one sentence where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, update

from bot.clock import FrozenClock
from bot.outbox import rights
from bot.publishing import code_pictures
from bot.settings import Settings, parse_settings
from bot.wechat.profiles import Call
from models.codes import PaperCode
from models.enums import Role
from models.papers import Paper
from models.session import writing
from tests.support.factories import House
from tests.support.settings import raw_settings
from tests.web.conftest import Browser
from web.console.papers.codes import COMING, NO_CONTEST, NOT_GRANTED

URL = "http://weixin.qq.com/q/kZgfwMTm72WWPkovabbI"


@pytest.fixture
def settings(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Settings:
    """The account `main` of the kind that the test names; a verified service account where it names none."""
    kind, verified = getattr(request, "param", ("service", True))
    raw = raw_settings(tmp_path, database_url)
    raw["accounts"]["main"] |= {"kind": kind, "verified": verified}
    return parse_settings(raw, base=tmp_path, source="test settings")


def made(engine: Engine, house: House, clock: FrozenClock, *, account: str = "main") -> str:
    """The first paper has its code; gives the address of its page."""
    with writing(engine) as session:
        session.add(PaperCode(account=account, paper_id=house.paper_id, ticket="t", url=URL, created_at=clock.now()))
    return f"/papers/{house.paper_id}/code"


def text(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_the_page_shows_the_code_and_the_papers_name(
    editor: FlaskClient, engine: Engine, house: House, clock: FrozenClock
) -> None:
    address = made(engine, house, clock)
    page = text(editor, address)
    assert f'href="{address}"' in text(editor, "/papers")
    assert code_pictures.inline_svg(URL) in page
    assert "社区晨报·东城的二维码" in page
    for name in ("svg", "png"):
        assert f'href="{address}.{name}"' in page


@pytest.mark.parametrize(("name", "kind"), [("svg", "image/svg+xml"), ("png", "image/png")])
def test_the_files_are_downloads_of_the_same_code(
    editor: FlaskClient, engine: Engine, house: House, clock: FrozenClock, name: str, kind: str
) -> None:
    answer = editor.get(f"{made(engine, house, clock)}.{name}")
    assert (answer.status_code, answer.mimetype) == (200, kind)
    assert answer.get_data() == getattr(code_pictures, name)(URL)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="paper-{house.paper_id}.{name}"'


def test_a_code_that_is_still_to_come_is_said(editor: FlaskClient, house: House) -> None:
    assert text(editor, "/papers").count(COMING) == 2
    assert COMING in text(editor, f"/papers/{house.paper_id}/code")
    for name in ("svg", "png"):
        assert editor.get(f"/papers/{house.paper_id}/code.{name}").status_code == 404


@pytest.mark.parametrize("settings", [("subscription", False), ("subscription", True), ("service", False)], indirect=True,
                         ids=["subscription", "verified subscription", "service"])  # fmt: skip
def test_an_account_that_may_have_none_is_said_to_print_its_ordinary_code(editor: FlaskClient, house: House) -> None:
    page = text(editor, "/papers")
    assert page.count(NOT_GRANTED) == 2
    assert "/code" not in page
    assert NOT_GRANTED in text(editor, f"/papers/{house.paper_id}/code")


def test_a_right_that_was_refused_in_life_is_said(
    editor: FlaskClient, engine: Engine, house: House, clock: FrozenClock
) -> None:
    with writing(engine) as session:
        rights.refuse(session.connection(), "main", Call.QRCODE, errcode=48001, now=clock.now())
    assert text(editor, "/papers").count(NOT_GRANTED) == 2


def test_a_code_made_before_the_right_was_lost_is_still_shown(
    editor: FlaskClient, engine: Engine, house: House, clock: FrozenClock
) -> None:
    address = made(engine, house, clock)
    with writing(engine) as session:
        rights.refuse(session.connection(), "main", Call.QRCODE, errcode=48001, now=clock.now())
    assert code_pictures.inline_svg(URL) in text(editor, address)


def test_the_code_of_another_account_is_not_printed(
    editor: FlaskClient, engine: Engine, house: House, clock: FrozenClock
) -> None:
    assert COMING in text(editor, made(engine, house, clock, account="service"))


def test_a_paper_without_a_contest_has_none(editor: FlaskClient, engine: Engine, house: House) -> None:
    with writing(engine) as session:
        session.execute(update(Paper).where(Paper.id == house.paper_id).values(contest_id=None))
    assert NO_CONTEST in text(editor, f"/papers/{house.paper_id}/code")
    assert text(editor, "/papers").count(COMING) == 1


def test_a_paper_that_is_not_there_is_not_found(editor: FlaskClient) -> None:
    for name in ("code", "code.svg", "code.png"):
        assert editor.get(f"/papers/999/{name}").status_code == 404


def test_strangers_sign_in_first_and_the_prize_desk_has_no_codes(
    app: Flask, browser: Browser, engine: Engine, house: House, clock: FrozenClock
) -> None:
    address = made(engine, house, clock)
    for name in ("", ".svg", ".png"):
        assert (app.test_client().get(address + name).location or "").startswith("/sign-in")
        assert browser(Role.PRIZES).get(address + name).status_code == 403
