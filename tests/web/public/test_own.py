"""The door of readers' own pages: who is let in, what others see, and what stays in the log."""

from __future__ import annotations

import logging
import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, update

from bot.clock import FrozenClock
from bot.personal import privacy
from bot.readers import page_codes
from bot.settings import Settings
from models.claims import ClaimTry
from models.own_pages import CodeTry
from models.readers import Reader
from models.reports import Report
from models.session import writing
from tests.support import factories, own_pages
from tests.support.factories import DISCOUNT
from tests.support.one_person import everything
from tests.support.world import rows
from web.access import PUBLIC
from web.public import own

WORDS = "优慧"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return own_pages.with_pages(settings)


@pytest.fixture
def reader_id(engine: Engine) -> int:
    with writing(engine) as session:
        factories.build(session)
        reader_id = factories.reader(session)
        factories.report(session, DISCOUNT, reader_id=reader_id)
    return reader_id


@pytest.fixture
def token(settings: Settings, clock: FrozenClock, reader_id: int) -> str:
    return own_pages.token(settings, reader_id, now=clock.now())


PAGES = ("", "1", "1/change/wrong")
ACTS = ("1/withdraw", "1/change/wrong", "1/answer", "1/appeal")


def every(client: FlaskClient, token: str) -> list[tuple[int, bool]]:
    """Status of every page and act, and whether anything of the reader's is shown."""
    answers = [client.get(f"/my/{token}/{page}") for page in PAGES]
    answers += [client.post(f"/my/{token}/{act}", data={"value": "x", "words": "x", "code": "1234"}) for act in ACTS]
    return [(answer.status_code, WORDS in answer.text) for answer in answers]


def test_the_right_link_opens_and_goes_nowhere_else(client: FlaskClient, token: str) -> None:
    for page in PAGES:
        answer = client.get(f"/my/{token}/{page}")
        assert (answer.status_code, WORDS in answer.text, "Set-Cookie" in answer.headers) == (200, True, False)
        assert (answer.headers["Referrer-Policy"], answer.headers["Cache-Control"]) == ("no-referrer", "no-store")
        assert len(answer.data) < 50_000


def test_the_list_leads_to_the_open_pages_and_its_foot_can_be_dialled(client: FlaskClient, app: Flask, token: str) -> None:
    here = app.extensions["woodpecker"]
    desk = here.settings.desk.model_copy(update={"phone": "021-5555 0100", "hours": "9:00<17:00"})
    app.extensions["woodpecker"] = replace(here, settings=here.settings.model_copy(update={"desk": desk}))
    page = client.get(f"/my/{token}/").text
    assert 'href="/c/1/"' in page
    assert '也可以打编辑部电话 <a href="tel:021-5555 0100">021-5555 0100</a>（9:00&lt;17:00）。' in page


@pytest.mark.slow
def test_looking_changes_nothing_however_often(
    engine: Engine, client: FlaskClient, clock: FrozenClock, token: str
) -> None:
    before = everything(engine)
    for _ in range(3):
        for page in PAGES:
            assert client.get(f"/my/{token}/{page}").status_code == 200
            clock.advance(minutes=1)
        for act in ("1/withdraw", "1/answer", "1/appeal"):
            assert client.get(f"/my/{token}/{act}").status_code == 405
    assert everything(engine) == before


@pytest.mark.sampled
@pytest.mark.parametrize("alter", [
    lambda token: token[:-1] + ("0" if token[-1] != "0" else "1"), lambda token: "9" + token, lambda token: token.upper() + "x",
    lambda token: re.sub(r"^[0-9]+", "2", token), lambda token: re.sub(r"-([0-9]+)-", lambda m: f"-{int(m[1]) + 1}-", token),
    lambda token: "______", lambda token: "1", lambda token: "x" * 300, lambda token: token.replace("-", "－"),
])
def test_an_altered_link_shows_nothing(client: FlaskClient, token: str, alter: object) -> None:
    with_another = alter(token)  # type: ignore[operator]
    assert every(client, with_another) == [(404, False)] * (len(PAGES) + len(ACTS))
    assert "链接打不开" in client.get(f"/my/{with_another}/").text


def test_a_link_ends_after_half_an_hour_and_tells_how_to_get_another(
    engine: Engine, client: FlaskClient, clock: FrozenClock, token: str
) -> None:
    clock.advance(minutes=29, seconds=59)
    assert client.get(f"/my/{token}/").status_code == 200
    clock.advance(seconds=1)
    assert every(client, token) == [(410, False)] * (len(PAGES) + len(ACTS))
    assert "回“我的”两个字" in client.get(f"/my/{token}/").text
    assert rows(engine, ClaimTry) == []  # an old link is no guess


def test_a_reader_who_has_gone_has_no_pages(
    engine: Engine, client: FlaskClient, clock: FrozenClock, reader_id: int, token: str
) -> None:
    with writing(engine) as session:
        session.execute(update(Reader).where(Reader.id == reader_id).values(openid=None, openid_digest="x"))
    assert every(client, token) == [(410, False)] * (len(PAGES) + len(ACTS))
    with writing(engine) as session:
        privacy.erase(session.connection(), reader_id, now=clock.now())
    assert every(client, token) == [(410, False)] * (len(PAGES) + len(ACTS))


def test_links_that_nobody_made_are_counted_and_slowed_and_keep_no_true_one_from_opening(
    client: FlaskClient, token: str
) -> None:
    answers = [client.get(f"/my/{token[:-1]}{'0' if token[-1] != '0' else '1'}/").status_code for _ in range(31)]
    assert answers == [404] * 30 + [429]
    assert client.get(f"/my/{token}/").status_code == 200  # a carrier's customers share one address


@pytest.mark.slow
def test_every_refusal_leaves_a_line_without_anybody_in_it(
    client: FlaskClient, clock: FrozenClock, settings: Settings, reader_id: int, token: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    client.get(f"/my/{token[:-1]}x/")
    for _ in range(6):
        client.post(f"/my/{token}/1/withdraw", data={"code": own_pages.wrong_code(settings, reader_id, now=clock.now())})
    clock.advance(minutes=31)
    client.get(f"/my/{token}/1")
    said = [record.getMessage() for record in caplog.records]
    assert said == ["an own page stays shut at own_reports.index: nobody here made it",
                    f"too many wrong codes on the pages of reader {reader_id}",
                    "an own page stays shut at own_reports.show: expired"]
    assert [word for word in (token, token[-32:], factories.OPENID, WORDS) if word in caplog.text] == []


def test_whoever_is_not_the_reader_is_stopped_at_one_place(
    app: Flask, client: FlaskClient, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own, "stranger", lambda visit: own.refused("somebody else", "打不开", "这是别人的页面。", 403))
    assert every(client, token) == [(403, False)] * (len(PAGES) + len(ACTS))


@pytest.mark.slow
def test_every_own_page_goes_through_the_door(app: Flask, client: FlaskClient) -> None:
    """Whatever stands under /my/ refuses a forged token, looked at or sent; only the silent sign-in stands beside it."""
    under = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/my/")]
    routes = [rule for rule in under if "token" in rule.arguments]
    assert {rule.endpoint for rule in under if rule not in routes} == {"follower_sign_in.enter", "follower_sign_in.back"}
    assert len(routes) >= 6
    adapter = app.url_map.bind("localhost")
    for rule in routes:
        assert rule.endpoint in PUBLIC
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            answer = client.open(adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, 1), method), method=method)
            assert (answer.status_code, "链接打不开" in answer.text or answer.status_code == 429) in ((404, True), (429, True))
            assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_codes_are_counted_by_reader_and_by_address(
    engine: Engine, clock: FrozenClock, settings: Settings, reader_id: int
) -> None:
    secret, wrong = settings.server.secret_key, own_pages.wrong_code(settings, reader_id, now=clock.now())

    def tried(code: str, reader: int, address: str) -> bool:
        with writing(engine) as session:
            return page_codes.check(session, reader, code, secret_key=secret, address=address, now=clock.now())

    with writing(engine) as session:
        other = factories.reader(session)
    right = own_pages.code(settings, reader_id, now=clock.now())
    assert tried(right, reader_id, "192.0.2.1")
    assert [tried(wrong, reader_id, f"192.0.2.{n}") for n in range(5)] == [False] * 5
    with pytest.raises(page_codes.CodeLocked):
        tried(right, reader_id, "192.0.2.77")
    assert tried(own_pages.code(settings, other, now=clock.now()), other, "192.0.2.1")
    assert {row.address for row in rows(engine, ClaimTry)} == {f"192.0.2.{n}" for n in range(5)}
    clock.advance(minutes=30)
    assert tried(own_pages.code(settings, reader_id, now=clock.now()), reader_id, "192.0.2.1")
    clock.advance(days=1)
    tried(wrong, other, "192.0.2.1")
    assert [row.reader_id for row in rows(engine, CodeTry)] == [other]


def test_an_erasure_takes_the_tries_along(engine: Engine, clock: FrozenClock, settings: Settings, reader_id: int) -> None:
    with writing(engine) as session:
        session.add(CodeTry(reader_id=reader_id, at=clock.now()))
        session.flush()
        privacy.erase(session.connection(), reader_id, now=clock.now())
    assert rows(engine, CodeTry) == []


@pytest.mark.slow
def test_names_that_are_markup_and_the_longest_words_stay_words(
    engine: Engine, client: FlaskClient, token: str, settings: Settings, clock: FrozenClock, reader_id: int
) -> None:
    hostile = "<img src=x onerror=alert(1)>\u202e" + "🀄" * 2_000
    with writing(engine) as session:
        session.execute(update(Report).values(wrong=hostile, right=hostile, article_text=hostile, page_label="<b>" * 10,
                                              reason=hostile, paper_text=hostile))
    for page in PAGES:
        answer = client.get(f"/my/{token}/{page}")
        assert (answer.status_code, "<img src=x" in answer.text, "<b>" in answer.text) == (200, False, False)
    assert len(client.get(f"/my/{token}/").data) < 50_000

