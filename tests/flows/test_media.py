"""A photo and a voice from the stand-in's chat to the editor's letter: real delivery, real API, real fetching."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from bot.clock import FrozenClock
from models.attachments import Attachment
from models.enums import AttachmentState
from models.session import reading
from tests.support.files import picture, voice
from tests.support.newsroom import Newsroom, open_newsroom
from tests.support.world import open_contest

pytestmark = pytest.mark.slow


@pytest.fixture
def newsroom(engine: Engine, database_url: str, clock: FrozenClock, tmp_path: Path) -> Iterator[Newsroom]:
    open_contest(engine)
    with open_newsroom(engine, database_url, clock, tmp_path) as newsroom:
        yield newsroom


def kept(newsroom: Newsroom) -> list[tuple[AttachmentState, str | None]]:
    with reading(newsroom.engine) as session:
        return [(one.state, one.content_type or one.problem)
                for one in session.scalars(select(Attachment).order_by(Attachment.id))]


@pytest.mark.parametrize("account", ["main", "service", "plain"])
def test_a_photo_is_kept_with_the_media_right_and_without(newsroom: Newsroom, account: str) -> None:
    newsroom.platform.send_picture(newsroom.reader(account), picture(exif=True))
    assert newsroom.run("fetch_media") == {"kept": 1}
    assert kept(newsroom) == [(AttachmentState.KEPT, "image/jpeg")]


@pytest.mark.parametrize("account", ["main", "service"])
def test_a_voice_is_kept_as_mp3(newsroom: Newsroom, account: str) -> None:
    newsroom.platform.send_voice(newsroom.reader(account), data=voice())
    assert newsroom.run("fetch_media") == {"kept": 1}
    assert kept(newsroom) == [(AttachmentState.KEPT, "audio/mpeg")]


def test_a_voice_without_the_media_right_is_answered_at_once(newsroom: Newsroom) -> None:
    reader = newsroom.reader("plain")
    newsroom.platform.send_voice(reader, data=voice())
    assert "转成文字" in newsroom.platform.chat(reader)[-1].text
    assert newsroom.run("fetch_media") == {"lost": 1}


def test_a_file_fetched_after_three_days_is_gone(newsroom: Newsroom) -> None:
    newsroom.platform.send_voice(newsroom.reader("main"), data=voice())
    newsroom.clock.advance(days=3, hours=1)
    assert newsroom.run("fetch_media") == {"lost": 1}
    assert kept(newsroom) == [(AttachmentState.LOST, "微信上已经没有这个文件")]


@pytest.mark.parametrize("kind", ["html", "redirect", "endless", "bomb", "empty", "missing"])
def test_a_picture_that_lies_is_not_kept(newsroom: Newsroom, kind: str) -> None:
    address = f"{newsroom.platform.picture_base}/hostile/{kind}.jpg"
    newsroom.platform.send_picture(newsroom.reader("plain"), picture(), address=address)
    [(state, count)] = newsroom.run("fetch_media").items()
    assert (state in ("refused", "lost"), count) == (True, 1)
    assert kept(newsroom)[0][1]
