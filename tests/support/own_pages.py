"""Readers' own pages for tests: an installation that readers reach, a token as the chat tells it, the four digits."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.chat import chat_links
from bot.settings import Settings
from tests.support.settings import OUTSIDE, reached

URL = OUTSIDE


def with_pages(settings: Settings) -> Settings:
    return reached(settings, URL)


def token(settings: Settings, reader_id: int, *, now: datetime, ago: timedelta = timedelta(0)) -> str:
    """As told so long ago."""
    return chat_links.token(reader_id, now - ago + chat_links.LIVES, settings.server.secret_key)


def code(settings: Settings, reader_id: int, *, now: datetime) -> str:
    return chat_links.code(reader_id, now, settings.server.secret_key)


def wrong_code(settings: Settings, reader_id: int, *, now: datetime) -> str:
    """Four digits that do not fit."""
    return next(given for given in ("0000", "1111", "2222", "3333") if not chat_links.is_code(
        given, reader_id, settings.server.secret_key, now=now))
