"""Photos and voices fetched by the job: kept, refused, tried again, forgotten. From the delivery to the row."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, update

from bot.catalogue.library import Library
from bot.dialogue import media_phrases
from bot.intake import Intake
from bot.media import keeping
from bot.media.collecting import NO_RIGHT
from bot.media.store import Missing
from bot.wechat.media import Given
from models.attachments import Attachment
from models.enums import AttachmentKind, AttachmentState, MessageFate
from models.session import writing
from tests.support.files import bomb, picture, voice
from tests.support.hosts import Answer, reply, serving
from tests.support.world import ACCOUNT, SECRET, Chat, messages_of


def only(desk: Any) -> Any:
    [one] = desk.attachments()
    return one


def test_a_photo_is_a_row_before_anything_is_fetched(chat: Chat, desk: Any) -> None:
    assert chat.media("oA", "image") == media_phrases.PHOTO_KEPT
    one = only(desk)
    assert (one.kind, one.state, one.report_id) == (AttachmentKind.PICTURE, AttachmentState.WAITING, None)
    [message] = messages_of(chat.engine)
    assert message.fate is MessageFate.DESK


def test_a_resent_photo_is_one_row(chat: Chat, desk: Any) -> None:
    chat.media("oA", "image")
    chat.sent -= 1
    chat.media("oA", "image", "11-10 09:01")
    assert len(desk.attachments()) == 1


@pytest.mark.parametrize("kind", ["video", "location", "link", "file"])
def test_other_kinds_have_no_file(chat: Chat, desk: Any, kind: str) -> None:
    chat.media("oA", kind)
    assert desk.attachments() == []


def test_a_picture_by_its_media_id_is_kept_without_its_notes(chat: Chat, desk: Any) -> None:
    chat.media("oA", "image")
    desk.api.files["media-1"] = Given(picture(exif=True))
    assert desk.fetch(chat.now) == {"kept": 1}
    one = only(desk)
    assert (one.state, one.content_type, one.original_digest) == (AttachmentState.KEPT, "image/jpeg", None)
    kept = desk.store.get(one.digest)
    assert kept.startswith(b"\xff\xd8\xff")
    assert b"Exif" not in kept
    assert desk.fetch(chat.now) == {}
    assert desk.api.asked == ["media-1"]


def test_a_voice_is_kept_as_it_came_and_as_mp3(chat: Chat, desk: Any) -> None:
    chat.media("oA", "voice", pic_url=None)
    recorded = voice()
    desk.api.files["media-1"] = Given(recorded)
    assert desk.fetch(chat.now) == {"kept": 1}
    one = only(desk)
    assert one.content_type == "audio/mpeg"
    assert desk.store.get(one.original_digest) == recorded


def test_without_the_media_right_a_picture_comes_from_its_address(chat: Chat, desk: Any) -> None:
    desk.apis.clear()
    with serving(reply(picture(form="PNG"))) as host:
        desk.hosts = (host.name,)
        chat.media("oA", "image", pic_url=f"{host.address}/p/0")
        assert desk.fetch(chat.now) == {"kept": 1}
    assert [line.split("\r\n")[0] for line in host.requests] == ["GET /p/0 HTTP/1.1"]


@pytest.mark.parametrize("errcode", [48001, 40007, 45009, None])
def test_a_picture_that_media_get_does_not_give_comes_from_its_address(
    chat: Chat, desk: Any, errcode: int | None
) -> None:
    desk.api.files["media-1"] = Given(None, errcode)
    with serving(reply(picture())) as host:
        desk.hosts = (host.name,)
        chat.media("oA", "image", pic_url=f"{host.address}/p")
        assert desk.fetch(chat.now) == {"kept": 1}


def test_without_the_media_right_a_voice_is_not_to_be_had(chat: Chat, desk: Any) -> None:
    desk.apis.clear()
    chat.media("oA", "voice")
    assert desk.fetch(chat.now) == {"lost": 1}
    assert (only(desk).state, only(desk).problem) == (AttachmentState.LOST, NO_RIGHT)
    [message] = messages_of(chat.engine)
    assert message.fate is MessageFate.DESK


def test_a_reader_of_an_account_without_the_right_hears_how_to_dictate(engine: Engine, chat: Chat) -> None:
    chat.close()
    chat.intake = Intake(engine, Library(), secret=SECRET, deaf=[ACCOUNT])
    assert chat.media("oA", "voice") == media_phrases.VOICE_NOT_HEARD
    assert chat.media("oA", "image") == media_phrases.PHOTO_KEPT


HOSTILE: dict[str, tuple[Answer, str]] = {
    "a redirect inside": (reply(b"", status="302 Found", headers="Location: http://169.254.169.254/\r\n"), "转向"),
    "2 GB": (reply(b"x", length=2 * 1024**3), "太大"),
    "a bomb of pixels": (reply(bomb(50_000, 50_000), content_type="image/png"), "像素"),
    "HTML named .jpg": (reply(b"<html><script>alert(1)</script></html>"), "不是图片"),
    "SVG": (reply(b'<svg xmlns="http://www.w3.org/2000/svg"/>', content_type="image/svg+xml"), "不是图片"),
    "a program": (reply(b"\x7fELF" + b"\0" * 200), "不是图片"),
    "nothing": (reply(b""), "不是图片"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_logged_and_never_asked_again(
    chat: Chat, desk: Any, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    answer, why = HOSTILE[name]
    desk.apis.clear()
    with serving(answer) as host:
        desk.hosts = (host.name,)
        chat.media("oA", "image", pic_url=f"{host.address}/p.jpg")
        assert desk.fetch(chat.now) == {"refused": 1}
        assert desk.fetch(chat.now + timedelta(days=1)) == {}
    one = only(desk)
    assert one.state is AttachmentState.REFUSED
    assert why in one.problem
    assert len(host.requests) == 1
    assert f"attachment {one.id} of message {one.message_id} not kept" in caplog.text
    assert host.name not in caplog.text


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:1/p.jpg", "http://169.254.169.254/latest/meta-data", "http://[::1]/p.jpg", "file:///etc/passwd",
        "https://mmbiz.qpic.cn:8443/p.jpg", "http://evil.example/p.jpg", "http://mmbiz.qpic.cn@127.0.0.1/p.jpg",
    ],
)  # fmt: skip
def test_a_hostile_address_is_refused_unasked(chat: Chat, desk: Any, address: str) -> None:
    desk.apis.clear()
    desk.hosts = ("mmbiz.qpic.cn", "*.qpic.cn")
    chat.media("oA", "image", pic_url=address)
    assert desk.fetch(chat.now) == {"refused": 1}
    assert "图片" in only(desk).problem


@pytest.mark.slow
def test_what_breaks_is_tried_again_with_longer_pauses_for_three_days(chat: Chat, desk: Any) -> None:
    desk.api.files["media-1"] = Given(None, -1)
    chat.media("oA", "voice")
    moment, pauses = chat.now, []
    while only(desk).state is AttachmentState.WAITING:
        desk.fetch(moment)
        after = only(desk).due_at
        pauses.append((after - moment).total_seconds() / 60)
        moment = after
    assert pauses[:8] == [1, 2, 4, 8, 16, 32, 60, 60]
    one = only(desk)
    assert (one.state, one.problem) == (AttachmentState.LOST, "微信系统繁忙，稍后再试")
    assert one.received_at + timedelta(days=2, hours=22) < moment <= one.received_at + timedelta(days=3)


def test_a_fetch_that_left_no_word_is_begun_anew(chat: Chat, desk: Any, engine: Engine) -> None:
    chat.media("oA", "image")
    desk.api.files["media-1"] = Given(picture())
    with writing(engine) as session:
        assert keeping.claim(session.connection(), only(desk).id, now=chat.now) is not None
    assert desk.fetch(chat.now + timedelta(minutes=4)) == {}
    assert desk.fetch(chat.now + timedelta(minutes=6)) == {"kept": 1}


def test_two_schedulers_fetch_a_file_once(chat: Chat, desk: Any, engine: Engine) -> None:
    chat.media("oA", "image")
    with writing(engine) as session:
        first = keeping.claim(session.connection(), only(desk).id, now=chat.now)
    with writing(engine) as session:
        second = keeping.claim(session.connection(), only(desk).id, now=chat.now)
    assert (first is None, second) == (False, None)


def test_no_transaction_is_open_while_something_is_fetched(chat: Chat, desk: Any, engine: Engine) -> None:
    """Somebody else can write meanwhile; on SQLite an open one would lock him out."""

    def get(media_id: str, **_: Any) -> Given:
        with writing(engine) as session:
            session.execute(update(Attachment).values(attempts=Attachment.attempts))
        return Given(picture())

    desk.api.get = get
    chat.media("oA", "image")
    assert desk.fetch(chat.now) == {"kept": 1}


def test_erasing_deletes_photo_and_voice(chat: Chat, desk: Any) -> None:
    chat.media("oA", "image")
    desk.api.files["media-1"] = Given(picture())
    desk.fetch(chat.now)
    digest = only(desk).digest
    chat.say("oA", "删除我的信息")
    assert only(desk).state is AttachmentState.ERASED
    assert desk.fetch(chat.now) == {"deleted": 1}
    assert only(desk).digest is None
    with pytest.raises(Missing):
        desk.store.get(digest)
    assert desk.fetch(chat.now) == {}


def test_what_somebody_else_sent_too_stays(chat: Chat, desk: Any) -> None:
    desk.api.files["media-1"] = Given(picture())
    chat.media("oA", "image")
    chat.media("oB", "image")
    desk.fetch(chat.now)
    chat.event("oA", "unsubscribe")
    assert desk.fetch(chat.now) == {"deleted": 0}
    _, other = desk.attachments()
    assert desk.store.get(other.digest)


def test_a_reader_who_leaves_during_the_fetch_leaves_no_file(chat: Chat, desk: Any) -> None:
    def get(media_id: str, **_: Any) -> Given:
        chat.event("oA", "unsubscribe")
        return Given(picture())

    desk.api.get = get
    chat.media("oA", "image")
    assert desk.fetch(chat.now) == {"gone": 1}
    assert [path for path in (desk.settings.server.data_dir / "media").rglob("*") if path.is_file()] == []


def test_nothing_is_fetched_where_no_sources_are_known(chat: Chat, desk: Any) -> None:
    from bot import jobs

    chat.media("oA", "image")
    work = desk.work(chat.now)
    assert jobs.fetch_media(type(work)(work.engine, work.settings, work.clock, work.library, work.delivery), chat.now) == {}
    assert only(desk).state is AttachmentState.WAITING


