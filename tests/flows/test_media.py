"""A photo and a voice from the stand-in's chat to the editor's letter: real delivery, real API, real fetching."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from bot import jobs, wiring
from bot.clock import FrozenClock
from bot.settings import Settings, parse_settings
from models.attachments import Attachment
from models.enums import AttachmentState
from models.session import reading
from tests.support.files import picture, voice
from tests.support.settings import raw_settings
from tests.support.stand_in import served
from tests.support.world import open_contest
from web import create_app
from web.simulator.platform import Platform
from web.simulator.values import Reader, accounts_of
from web.simulator.webhook import Answer

pytestmark = pytest.mark.slow


@dataclass
class Newsroom:
    engine: Engine
    settings: Settings
    clock: FrozenClock
    platform: Platform

    def reader(self, account: str) -> Reader:
        return self.platform.store.readers(account)[0]

    def run(self, job: str) -> dict[str, Any]:
        return jobs.run(job, wiring.work(self.settings, self.engine, self.clock))

    def kept(self) -> list[tuple[AttachmentState, str | None]]:
        with reading(self.engine) as session:
            return [(one.state, one.content_type or one.problem)
                    for one in session.scalars(select(Attachment).order_by(Attachment.id))]


@pytest.fixture
def newsroom(engine: Engine, database_url: str, clock: FrozenClock, tmp_path: Path) -> Iterator[Newsroom]:
    open_contest(engine)
    raw = raw_settings(tmp_path, database_url)
    known = parse_settings(raw, base=tmp_path, source="tests")
    doors: list[Callable[[str, Mapping[str, str], bytes], Answer]] = []
    platform = Platform(
        accounts_of(known), clock=clock, webhook_base="", picture_base="", run=lambda work: work(), wait=lambda _: None,
        measure=lambda: 0.0, post=lambda url, query, body, *, cut_seconds: doors[0](url, query, body),
    )
    with served(platform) as address:
        raw |= {"wechat": {"api_base": address}, "media": {"picture_hosts": [address.removeprefix("http://")]}}
        settings = parse_settings(raw, base=tmp_path, source="tests")
        app = create_app(settings, clock=clock, engine=engine)
        client = app.test_client()

        def deliver(url: str, query: Mapping[str, str], body: bytes) -> Answer:
            answer = client.post(url, query_string=dict(query), data=body)
            return Answer(answer.status_code, answer.get_data())

        doors.append(deliver)
        yield Newsroom(engine, settings, clock, platform)
        app.extensions["woodpecker-door"].intake.close()


@pytest.mark.parametrize("account", ["main", "service", "plain"])
def test_a_photo_is_kept_with_the_media_right_and_without(newsroom: Newsroom, account: str) -> None:
    newsroom.platform.send_picture(newsroom.reader(account), picture(exif=True))
    assert newsroom.run("fetch_media") == {"kept": 1}
    assert newsroom.kept() == [(AttachmentState.KEPT, "image/jpeg")]


@pytest.mark.parametrize("account", ["main", "service"])
def test_a_voice_is_kept_as_mp3(newsroom: Newsroom, account: str) -> None:
    newsroom.platform.send_voice(newsroom.reader(account), data=voice())
    assert newsroom.run("fetch_media") == {"kept": 1}
    assert newsroom.kept() == [(AttachmentState.KEPT, "audio/mpeg")]


def test_a_voice_without_the_media_right_is_answered_at_once(newsroom: Newsroom) -> None:
    reader = newsroom.reader("plain")
    newsroom.platform.send_voice(reader, data=voice())
    assert "转成文字" in newsroom.platform.chat(reader)[-1].text
    assert newsroom.run("fetch_media") == {"lost": 1}


def test_a_file_fetched_after_three_days_is_gone(newsroom: Newsroom) -> None:
    newsroom.platform.send_voice(newsroom.reader("main"), data=voice())
    newsroom.clock.advance(days=3, hours=1)
    assert newsroom.run("fetch_media") == {"lost": 1}
    assert newsroom.kept() == [(AttachmentState.LOST, "微信上已经没有这个文件")]


@pytest.mark.parametrize("kind", ["html", "redirect", "endless", "bomb", "empty", "missing"])
def test_a_picture_that_lies_is_not_kept(newsroom: Newsroom, kind: str) -> None:
    address = f"{newsroom.platform.picture_base}/hostile/{kind}.jpg"
    newsroom.platform.send_picture(newsroom.reader("plain"), picture(), address=address)
    [(state, count)] = newsroom.run("fetch_media").items()
    assert (state in ("refused", "lost"), count) == (True, 1)
    assert newsroom.kept()[0][1]
