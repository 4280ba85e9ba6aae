"""In a dump of the database without the key nothing that was given in a claim stands in clear; nor does the code word."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, text

from bot.claiming import chat, claims, keys
from bot.claiming.terms import Terms
from bot.clock import FrozenClock
from bot.settings import Settings
from models.contests import Award
from models.enums import Role
from models.readers import Reader
from models.session import reading, writing
from models.tables import metadata
from models.work_enums import ContactKind
from tests.support import factories
from tests.support.claims import CHILD, IN_CLEAR, POSTED, claiming, released, send
from web import create_app


def dump(engine: Engine) -> str:
    """All that the database holds: what SQLite dumps, and every row of every table as text on PostgreSQL."""
    with engine.connect() as db:
        if db.dialect.name == "sqlite":
            raw = db.connection.driver_connection
            assert raw is not None
            return "\n".join(raw.iterdump())
        return "\n".join(str(row[0]) for table in metadata.sorted_tables
                         for row in db.execute(text(f'SELECT CAST(t AS text) FROM "{table.name}" AS t')))


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    return claiming(settings, tmp_path)


def test_nothing_of_a_claim_stands_in_clear_in_a_dump(
    engine: Engine, settings: Settings, clock: FrozenClock
) -> None:
    with writing(engine) as session:
        house = factories.build(session)
        chief = factories.staff(session, "chief", Role.CHIEF)
    best, souvenir = released(engine, house, clock, chief, settings)
    client: FlaskClient = create_app(settings, clock=clock, engine=engine).test_client()
    shown = [re.findall(r"data-word>([^<]+)<", send(client, award_id, data).text)
             for award_id, data in ((best, CHILD), (souvenir, POSTED))]
    held = dump(engine)
    assert "notice_version" in held or "pick_up" in held
    assert [word for word in IN_CLEAR if word in held] == []
    assert [word for words in shown for word in words if word in held] == []
    with reading(engine) as session:
        opened = claims.contact_of(session, souvenir, keys.load(settings.claims.keys))
    assert {opened[kind] for kind in (ContactKind.PHONE, ContactKind.RECIPIENT, ContactKind.ADDRESS)} == {
        "13912345678", "季小满", "银杏小区3栋2单元501室"}


def test_key_file_holds_nothing_of_the_database_and_the_database_nothing_of_it(
    engine: Engine, settings: Settings, clock: FrozenClock
) -> None:
    with writing(engine) as session:
        house = factories.build(session)
        chief = factories.staff(session, "chief", Role.CHIEF)
    best, _ = released(engine, house, clock, chief, settings)
    client = create_app(settings, clock=clock, engine=engine).test_client()
    send(client, best, CHILD)
    assert settings.claims.keys is not None
    key_id, key = settings.claims.keys.read_text(encoding="ascii").split()
    held = dump(engine)
    assert key_id in held
    assert key not in held


def test_chat_tells_the_word_again_and_not_without_the_key(
    engine: Engine, settings: Settings, clock: FrozenClock
) -> None:
    with writing(engine) as session:
        house = factories.build(session)
        chief = factories.staff(session, "chief", Role.CHIEF)
    best, _ = released(engine, house, clock, chief, settings)
    word = re.findall(r"data-word>([^<]+)<", send(create_app(settings, clock=clock, engine=engine).test_client(),
                                                  best, CHILD).text)[0]
    with reading(engine) as session:
        person = session.scalars(select(Reader.person_id).join(Award, Award.reader_id == Reader.id)
                                 .where(Award.id == best)).one()
        told = chat.answer(session.connection(), person, Terms.of(settings))
        assert settings.claims.keys is not None
        settings.claims.keys.unlink()
        without = chat.answer(session.connection(), person, Terms.of(settings))
    assert f"领奖暗号：{word}。" in told
    assert (word in without, "来领的时候说登报的名字也行" in without) == (False, True)
