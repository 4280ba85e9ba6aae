"""The four digits guessed all at once: five tries are counted of a burst, and the reader's pages rest."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select

from bot.chat import chat_links
from bot.clock import FrozenClock
from bot.readers import page_codes
from bot.settings import Settings
from models.own_pages import CodeTry
from models.readers import Reader
from models.session import reading, writing
from tests.support import factories, own_pages

AT_ONCE = 12


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return own_pages.with_pages(settings)


def test_guesses_sent_at_once_from_many_addresses_are_counted_like_those_in_a_row(
    engine: Engine, app: Flask, settings: Settings, clock: FrozenClock
) -> None:
    with writing(engine) as session:
        him = factories.reader(session, now=clock.now())
    key = own_pages.token(settings, him, now=clock.now())
    right = own_pages.code(settings, him, now=clock.now())
    guesses = [one for one in (f"{number:04d}" for number in range(4000, 4100))
               if one != right and not chat_links.is_code(
                   one, him, settings.server.secret_key, now=clock.now())][:AT_ONCE]
    start = Barrier(AT_ONCE)

    def guess(number: int) -> int:
        client = app.test_client()
        start.wait()
        return client.post(f"/my/{key}/privacy/delete", data={"code": guesses[number]},
                           environ_base={"REMOTE_ADDR": f"10.0.{number}.1"}).status_code

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = Counter(pool.map(guess, range(AT_ONCE)))
    assert answers == {400: page_codes.MOST, 429: AT_ONCE - page_codes.MOST}
    with reading(engine) as session:
        assert session.scalar(select(func.count(CodeTry.id))) == page_codes.MOST
        assert session.get_one(Reader, him).erased_at is None
