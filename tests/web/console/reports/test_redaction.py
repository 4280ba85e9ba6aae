"""A reader's photo is covered by hand: the shown picture is black there, the stored one untouched."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import Engine

from bot.media.sources import store
from bot.settings import Settings
from models.attachments import Attachment
from models.cockpit import PictureBox
from models.enums import AttachmentKind, AttachmentState, MessageFate, Role
from models.session import reading, writing
from tests.support import factories
from tests.support.factories import HEADLINE, NOW, House
from tests.support.files import picture

CORNER = "[[0,0,5000,5000]]"


@pytest.fixture
def photo(engine: Engine, house: House, settings: Settings) -> int:
    """A photo that belongs to a report."""
    with writing(engine) as session:
        reader_id = factories.reader(session)
        number = factories.report(session, HEADLINE, reader_id=reader_id)
        message = factories.message(session, reader_id, None, msg_type="image", fate=MessageFate.DESK)
        row = Attachment(
            message_id=message,
            reader_id=reader_id,
            kind=AttachmentKind.PICTURE,
            state=AttachmentState.KEPT,
            received_at=NOW,
            due_at=NOW,
            digest=store(settings).put(picture(200, 150)),
            content_type="image/jpeg",
            kept_at=NOW,
            report_id=number,
        )
        session.add(row)
        session.flush()
        return row.id


@pytest.fixture
def report(engine: Engine, photo: int) -> str:
    """The address of the report that it belongs to."""
    with reading(engine) as session:
        return f"/reports/{session.get_one(Attachment, photo).report_id}"


def dark(data: bytes, x: int, y: int) -> bool:
    with Image.open(BytesIO(data)) as image:
        pixel = image.convert("RGB").getpixel((x, y))
    assert isinstance(pixel, tuple)
    return max(pixel) < 60


def draw(client: FlaskClient, photo: int, **fields: str) -> int:
    return client.post(f"/attachments/{photo}/cover", data=fields).status_code


def test_what_is_covered_is_black_for_everybody(
    editor: FlaskClient, chief: FlaskClient, photo: int, engine: Engine, settings: Settings
) -> None:
    before = editor.get(f"/attachments/{photo}/shown").data
    assert draw(editor, photo, boxes=CORNER) == 302
    for client in (editor, chief):
        shown = client.get(f"/attachments/{photo}/shown")
        assert (shown.headers["Cache-Control"], shown.mimetype) == ("no-store", "image/jpeg")
        assert (dark(shown.data, 20, 20), dark(shown.data, 150, 120)) == (True, False)
    with reading(engine) as session:
        digest = session.get_one(Attachment, photo).digest
    assert digest
    assert store(settings).get(digest) == before


def test_a_box_can_be_given_in_numbers_without_a_script(
    editor: FlaskClient, photo: int, engine: Engine
) -> None:
    assert draw(editor, photo, boxes="[]", left="10", top="20", width="30", height="95") == 302
    with reading(engine) as session:
        box = session.query(PictureBox).one()
        assert (box.left_, box.top, box.right_, box.bottom) == (1000, 2000, 4000, 10_000)


@pytest.mark.sampled
@pytest.mark.parametrize("fields", [
    {}, {"boxes": "[]"}, {"boxes": "nonsense"}, {"boxes": "{}"}, {"boxes": "[[1,2,3]]"}, {"boxes": '[["a",0,9000,9000]]'},
    {"boxes": "[[true,0,9000,9000]]"}, {"boxes": "[[0.5,0,9000,9000]]"}, {"boxes": "[[0,0,99999999999999999999,9000]]"},
    {"boxes": "[" * 3000}, {"boxes": json.dumps([[0, 0, 9000, 9000]] * 400)}, {"left": "1", "top": "1"},
    {"left": "1", "top": "1", "width": "101", "height": "1"}, {"left": "x", "top": "1", "width": "9", "height": "9"},
])  # fmt: skip
def test_what_is_no_box_is_said_and_nothing_is_kept(
    editor: FlaskClient, photo: int, engine: Engine, fields: dict[str, str]
) -> None:
    assert draw(editor, photo, **fields) == 400
    with reading(engine) as session:
        assert session.query(PictureBox).count() == 0


def test_the_author_and_a_chief_may_take_it_away_others_not(
    browser: Callable[[Role], FlaskClient], editor: FlaskClient, chief: FlaskClient, photo: int, engine: Engine
) -> None:
    assert draw(chief, photo, boxes=CORNER) == 302
    assert "要去掉请找主编" in editor.get(f"/attachments/{photo}/cover").text
    assert editor.post(f"/attachments/{photo}/cover/1/remove").status_code == 403
    assert dark(editor.get(f"/attachments/{photo}/shown").data, 20, 20)
    assert chief.post(f"/attachments/{photo}/cover/1/remove").status_code == 302
    assert not dark(editor.get(f"/attachments/{photo}/shown").data, 20, 20)
    assert draw(editor, photo, boxes=CORNER) == 302
    assert editor.post(f"/attachments/{photo}/cover/2/remove").status_code == 302
    assert editor.post(f"/attachments/{photo}/cover/9/remove").status_code == 404
    assert browser(Role.PRIZES).get(f"/attachments/{photo}/cover").status_code == 403


def test_the_page_of_the_report_leads_there_and_says_how_much_is_covered(
    editor: FlaskClient, photo: int, report: str
) -> None:
    assert f"/attachments/{photo}/cover" in editor.get(report).text
    draw(editor, photo, boxes=CORNER)
    assert "已遮 1 块" in editor.get(report).text


@pytest.mark.parametrize("number", [99])
def test_no_picture_no_page(editor: FlaskClient, house: House, number: int) -> None:
    assert editor.get(f"/attachments/{number}/cover").status_code == 404
    assert draw(editor, number, boxes=CORNER) == 404


def test_the_way_back_leads_nowhere_else(editor: FlaskClient, photo: int) -> None:
    assert 'href="//elsewhere' not in editor.get(f"/attachments/{photo}/cover?back=//elsewhere.example").text
    assert 'href="/reports/1"' in editor.get(f"/attachments/{photo}/cover?back=/reports/1").text


def test_a_picture_that_cannot_be_covered_is_not_shown(
    editor: FlaskClient, photo: int, engine: Engine, settings: Settings
) -> None:
    draw(editor, photo, boxes=CORNER)
    with writing(engine) as session:
        session.get_one(Attachment, photo).digest = store(settings).put(b"no picture")
    assert editor.get(f"/attachments/{photo}/shown").status_code == 404


def test_a_chief_sees_it_uncovered_once_and_everybody_reads_why(
    editor: FlaskClient, chief: FlaskClient, photo: int, report: str
) -> None:
    draw(editor, photo, boxes=CORNER)
    answer = chief.post(
        f"{report}/reveal", data={"attachment_id": str(photo), "cause": "duty", "reason": "派出所来函要求核对"}
    )
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert "data:image/jpeg;base64," in answer.text
    page = editor.get(report).text
    assert "看了照片：法律或职责要求。派出所来函要求核对" in page
    assert "data:image" not in page
    assert dark(chief.get(f"/attachments/{photo}/shown").data, 20, 20)
