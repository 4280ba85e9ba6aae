"""Photos and voices from the platform's door to the editor's screen, and to a graded report."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from bot import jobs
from bot.audit import SCHEDULER
from bot.catalogue.library import Library
from bot.clock import FrozenClock
from bot.media import sources
from bot.media.collecting import Sources
from bot.outbox.delivery import Delivery
from bot.settings import Settings
from bot.wechat.media import Given
from bot.work import Work
from models.attachments import Attachment
from models.enums import AttachmentState, MessageFate, ReportSource, ReportState, Role
from models.messages import Message
from models.reports import Report
from models.session import reading
from tests.support.files import bomb, picture, seconds_of, voice
from tests.support.hosts import reply, serving
from tests.support.platform import Platform
from tests.support.world import CANTEEN, LIUWAN, open_contest

WORDS = "柳湾版3版《社区食堂开张》，“优慧”应为“优惠”"


class Api:
    def __init__(self, data: bytes | None) -> None:
        self.data = data

    def get(self, media_id: str, *, most_bytes: int, seconds: float) -> Given:
        return Given(self.data, None if self.data else 40007)


@dataclass
class Newsroom:
    """The door, the jobs and an editor's browser of one installation."""

    engine: Engine
    settings: Settings
    clock: FrozenClock
    platform: Platform
    editor: FlaskClient

    def send(self, msg_type: str, account: str = "main", **fields: Any) -> str:
        answer = self.platform.post(self.platform.fields(msg_type, fields), account=account)
        assert answer.status_code == 200
        return str(self.platform.opened(answer, account=account)["Content"])

    def fetch(self, apis: dict[str, Any], *, hosts: tuple[str, ...] = (), lines: list[str] | None = None) -> None:
        plain = sources.sources(self.settings, {})
        made = Sources(plain.store, apis, hosts or plain.hosts, plain.limits, plain.most_pixels)
        work = Work(self.engine, self.settings, self.clock, Library(), Delivery({}, self.clock.now), SCHEDULER, sources=made,
                    read_lines=None if lines is None else lambda _: lines)
        jobs.run("fetch_media", work)
        jobs.run("read_photos", work)

    def attachment(self) -> Attachment:
        with reading(self.engine) as session:
            return session.scalars(select(Attachment).order_by(Attachment.id.desc())).first()  # type: ignore[return-value]

    def letter(self) -> str:
        return self.editor.get(f"/desk/{self.attachment().message_id}").text

    def report(self) -> Report:
        with reading(self.engine) as session:
            return session.scalars(select(Report)).one()


@pytest.fixture
def newsroom(request: pytest.FixtureRequest, app: Flask, engine: Engine, settings: Settings, clock: FrozenClock,
             browser: Callable[[Role], FlaskClient]) -> Iterator[Newsroom]:  # fmt: skip
    """The contest runs on the account that a test is about."""
    case = getattr(request.node, "callspec", None)
    open_contest(engine, account=case.params.get("account", "main") if case else "main")
    yield Newsroom(engine, settings, clock, Platform(app.test_client(), settings, clock.now()), browser(Role.EDITOR))
    app.extensions["woodpecker-door"].intake.close()


def grade(newsroom: Newsroom, number: int) -> None:
    page = newsroom.editor.post(f"/reports/{number}/grade", data={
        "expected_version": str(newsroom.report().version), "verdict": "accepted", "row_code": "N-05", "doubling": "none",
        "place_mark": "y", "correction_mark": "y"})
    assert page.status_code == 302
    assert newsroom.report().state is ReportState.DECIDED


@pytest.mark.parametrize("account", ["main", "service"])
def test_a_voice_is_heard_typed_and_graded(newsroom: Newsroom, account: str) -> None:
    assert newsroom.send("voice", account, MediaId="m", Format="amr").startswith("语音收到")
    newsroom.clock.advance(hours=2)
    newsroom.fetch({account: Api(voice(2))})
    page = newsroom.letter()
    one = newsroom.attachment()
    assert f'<audio controls preload="none" src="/attachments/{one.id}/shown">' in page
    assert f'href="/attachments/{one.id}/original"' in page
    heard = newsroom.editor.get(f"/attachments/{one.id}/shown")
    assert (heard.status_code, heard.mimetype) == (200, "audio/mpeg")
    assert seconds_of(heard.data) == pytest.approx(2, abs=0.2)
    newsroom.editor.post(f"/desk/{one.message_id}/report", data={"words": WORDS})
    report = newsroom.report()
    assert (report.source, report.wrong, report.counts_at) == (ReportSource.VOICE, "优慧", newsroom.platform.now)
    grade(newsroom, report.id)


@pytest.mark.parametrize("account", ["main", "plain"])
def test_a_photo_is_recognised_answered_and_graded(newsroom: Newsroom, account: str) -> None:
    """`plain` has no right to fetch media: its photo comes from PicUrl."""
    with serving(reply(picture(exif=True))) as host:
        newsroom.send("image", account, MediaId="m", PicUrl=f"{host.address}/p/0")
        newsroom.fetch({"main": Api(picture(exif=True))}, hosts=(host.name,), lines=[CANTEEN["title"], *CANTEEN["paragraphs"]])
    assert len(host.requests) == (0 if account == "main" else 1)
    one = newsroom.attachment()
    page = newsroom.letter()
    assert f'<img src="/attachments/{one.id}/shown"' in page
    assert f"像是：{LIUWAN} 2026年11月 03版《{CANTEEN['title']}》" in page
    shown = newsroom.editor.get(f"/attachments/{one.id}/shown")
    assert (shown.mimetype, shown.data[:3], b"Exif" in shown.data) == ("image/jpeg", b"\xff\xd8\xff", False)
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Cache-Control"] == "no-store"
    newsroom.send("text", account, Content="“优慧”应为“优惠”")
    report = newsroom.report()
    assert (report.state, report.source, report.wrong, report.located) == (ReportState.FILED, ReportSource.PHOTO, "优慧", "found")
    grade(newsroom, report.id)


@pytest.mark.sampled
@pytest.mark.parametrize("account", ["main", "plain", "compat", "json", "service"])
def test_a_voice_with_words_is_read_as_text(newsroom: Newsroom, account: str, engine: Engine) -> None:
    """In every mode and format, with the media right and without."""
    said = newsroom.send("voice", account, MediaId="m", Format="amr", Recognition=WORDS)
    assert "记为第1条" in said
    assert newsroom.attachment() is None
    with reading(engine) as session:
        assert session.scalars(select(Message.fate)).one() is MessageFate.READ


@pytest.mark.sampled
@pytest.mark.parametrize("account", ["plain", "compat", "json"])
def test_without_the_media_right_a_voice_is_answered_with_how_to_dictate(newsroom: Newsroom, account: str) -> None:
    assert "转成文字" in newsroom.send("voice", account, MediaId="m", Format="amr", Recognition="")
    newsroom.fetch({})
    assert "语音没有取到：这个公众号没有取语音的权限" in newsroom.letter()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "why"),
    [
        (reply(b"<html></html>"), "这不是图片，或者图片坏了"),
        (reply(bomb(60_000, 60_000)), "图片的像素太多"),
        (reply(b"", status="302 Found", headers="Location: http://10.0.0.1/\r\n"), "图片地址转向了别处"),
        (reply(b"x", length=3 * 1024**3), "文件太大，超过 10 MB"),
    ],
    ids=["HTML named .jpg", "a bomb of pixels", "a redirect", "3 GB"],
)
def test_a_hostile_picture_is_shown_as_refused(newsroom: Newsroom, body: Any, why: str) -> None:
    with serving(body) as host:
        newsroom.send("image", "plain", MediaId="m", PicUrl=f"{host.address}/photo.jpg")
        newsroom.fetch({}, hosts=(host.name,))
    assert newsroom.attachment().state is AttachmentState.REFUSED
    assert f"图片没有取到：{why}" in newsroom.letter()
    assert newsroom.editor.get(f"/attachments/{newsroom.attachment().id}/shown").status_code == 404


@pytest.mark.slow
def test_a_private_address_is_shown_as_refused(newsroom: Newsroom) -> None:
    newsroom.send("image", "plain", MediaId="m", PicUrl="http://127.0.0.1:22/photo.jpg")
    newsroom.fetch({})
    assert "图片没有取到：图片地址的端口不对" in newsroom.letter()


@pytest.mark.slow
def test_what_was_not_fetched_yet_says_so(newsroom: Newsroom) -> None:
    newsroom.send("image", MediaId="m", PicUrl="http://mmbiz.qpic.cn/p")
    assert "图片正在取" in newsroom.letter()


@pytest.mark.slow
def test_a_voice_that_no_browser_plays_is_offered_for_saving(newsroom: Newsroom) -> None:
    newsroom.send("voice", MediaId="m", Format="speex")
    newsroom.fetch({"main": Api(b"\x01speex<script>")})
    assert "浏览器放不了" in newsroom.letter()
    one = newsroom.attachment()
    assert newsroom.editor.get(f"/attachments/{one.id}/shown").status_code == 404
    saved = newsroom.editor.get(f"/attachments/{one.id}/original")
    assert (saved.mimetype, saved.data) == ("application/octet-stream", b"\x01speex<script>")
    assert saved.headers["Content-Disposition"] == f"attachment; filename={one.id}.speex"


@pytest.mark.slow
def test_part_of_a_voice_can_be_asked_for(newsroom: Newsroom) -> None:
    newsroom.send("voice", MediaId="m", Format="amr")
    newsroom.fetch({"main": Api(voice())})
    part = newsroom.editor.get(f"/attachments/{newsroom.attachment().id}/shown", headers={"Range": "bytes=0-99"})
    assert (part.status_code, len(part.data)) == (206, 100)


@pytest.mark.slow
def test_files_are_for_graders_only(newsroom: Newsroom, app: Flask, browser: Callable[[Role], FlaskClient]) -> None:
    newsroom.send("voice", MediaId="m", Format="amr")
    newsroom.fetch({"main": Api(voice())})
    for name in ("shown", "original"):
        address = f"/attachments/{newsroom.attachment().id}/{name}"
        assert app.test_client().get(address).status_code == 302
        assert browser(Role.PRIZES).get(address).status_code == 403
        assert browser(Role.CHIEF).get(address).status_code == 200


@pytest.mark.slow
def test_there_is_no_file_without_a_row_or_after_its_reader_has_gone(newsroom: Newsroom) -> None:
    assert newsroom.editor.get("/attachments/99/shown").status_code == 404
    newsroom.send("image", MediaId="m")
    newsroom.fetch({"main": Api(picture())})
    one = newsroom.attachment()
    newsroom.platform.post(newsroom.platform.fields("event", {"Event": "unsubscribe"}))
    assert newsroom.editor.get(f"/attachments/{one.id}/shown").status_code == 404
    assert "attachments" not in newsroom.letter()


@pytest.mark.slow
def test_a_file_that_the_store_lost_is_not_found(newsroom: Newsroom) -> None:
    newsroom.send("image", MediaId="m")
    newsroom.fetch({"main": Api(picture())})
    one = newsroom.attachment()
    assert one.digest
    sources.store(newsroom.settings).drop(one.digest)
    assert newsroom.editor.get(f"/attachments/{one.id}/shown").status_code == 404


@pytest.mark.slow
def test_a_photo_beside_a_report_is_on_its_page(newsroom: Newsroom) -> None:
    newsroom.send("text", Content=WORDS)
    newsroom.clock.advance(minutes=5)
    newsroom.send("image", MediaId="m")
    newsroom.fetch({"main": Api(picture())})
    page = newsroom.editor.get(f"/reports/{newsroom.report().id}").text
    assert f'<img src="/attachments/{newsroom.attachment().id}/shown"' in page


