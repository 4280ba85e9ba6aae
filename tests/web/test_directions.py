"""Marks that turn the direction of writing, in what readers wrote: what people look at is turned round by none."""

from __future__ import annotations

import io
import re

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook  # type: ignore[import-untyped]
from sqlalchemy import Engine

from bot import directions
from bot.exports import FileKind, Sheet, write
from models.enums import Role
from models.messages import Message
from models.reports import Report
from models.session import reading, writing
from tests.support import factories
from tests.support.factories import House
from tests.web.conftest import Browser
from web.directions import shown

EVERY = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
TURNED = "东城版2版《社区食唐开张》，“食唐”应为“食堂”，题目\u202e里的错字\u2066"


@pytest.fixture
def number(engine: Engine, house: House) -> int:
    with writing(engine) as session:
        made = factories.report(session, TURNED)
        session.get_one(Report, made).reason = "题目\u202e里的错字"
        return made


@pytest.fixture
def house(engine: Engine, staff: dict[Role, int]) -> House:
    with writing(engine) as session:
        return factories.build(session, editor_id=staff[Role.EDITOR])


@pytest.fixture
def editor(browser: Browser, house: House) -> FlaskClient:
    return browser(Role.EDITOR)


def outside_boxes(page: str) -> str:
    """The page without what forms send back."""
    return re.sub(r'<textarea.*?</textarea>| value="[^"]*"| data-(?!confirm)[a-z-]+="[^"]*"', "", page, flags=re.DOTALL)


@pytest.mark.parametrize("path", ["/reports/{}", "/queue?view=all", "/search?q={}", "/desk/{}"])
def test_staff_see_where_a_mark_stands_and_nothing_is_turned(
    editor: FlaskClient, engine: Engine, number: int, path: str
) -> None:
    with reading(engine) as session:
        letter = session.get_one(Report, number).message_id
    page = editor.get(path.format(letter if "desk" in path else number)).text
    assert not directions.MARKS.search(outside_boxes(page))
    if "reports" in path or "desk" in path:
        assert "［U+202E］里的错字" in page


def test_what_is_stored_and_what_a_form_sends_back_keeps_the_marks(editor: FlaskClient, engine: Engine, number: int) -> None:
    editor.get(f"/reports/{number}")
    with reading(engine) as session:
        report = session.get_one(Report, number)
        assert (session.get_one(Message, report.message_id).content, report.reason) == (TURNED, "题目\u202e里的错字")


@pytest.mark.parametrize(("page", "there"), [
    ("<title>甲\u202e乙</title>", "<title>甲［U+202E］乙</title>"),
    ("<p>甲\u202e乙</p>丙\u2066", "<p>甲［U+202E］乙</p>丙［U+2066］"),
    ('<a title="甲\u202e" data-confirm=\'乙\u202e\' href="/x">丙</a>',
     '<a title="甲［U+202E］" data-confirm=\'乙［U+202E］\' href="/x">丙</a>'),
    ('<option value="甲\u202e">甲\u202e</option>', '<option value="甲\u202e">甲［U+202E］</option>'),
    ('<textarea name="a">甲\u202e\n</textarea>乙\u202e', '<textarea name="a">甲\u202e\n</textarea>乙［U+202E］'),
    ('<input name="title=\u202e" value="甲\u202e title=">', '<input name="title=\u202e" value="甲\u202e title=">'),
    ("<script>'\u202e'</script>\u202e", "<script>'\u202e'</script>［U+202E］"),
])
def test_texts_lose_the_marks_and_values_keep_them(page: str, there: str) -> None:
    assert shown(page, staff=True) == there


def test_every_mark_is_named_for_staff_and_gone_for_readers() -> None:
    assert shown(f"<p>甲{EVERY}乙</p>", staff=False) == "<p>甲乙</p>"
    assert shown(EVERY, staff=True) == "".join(f"［U+{ord(one):04X}］" for one in EVERY)


def test_public_pages_and_readers_pages_show_none(client: FlaskClient, engine: Engine, house: House) -> None:
    with writing(engine) as session:
        contest = factories.contest_of(session, house)
        contest.name = "纠错\u202e大赛"
    page = client.get(f"/c/{house.contest_id}/").text
    assert "纠错大赛" in page
    assert not directions.MARKS.search(page)


def test_a_table_turns_no_row_round() -> None:
    sheets = [Sheet("甲\u202e", ["名\u202e", "数"], [["食\u202e堂", 1]])]
    assert write(sheets, FileKind.CSV).decode("utf-8-sig") == "名［U+202E］,数\r\n食［U+202E］堂,1\r\n"
    book = load_workbook(io.BytesIO(write(sheets, FileKind.XLSX)))
    assert [[cell.value for cell in row] for row in book.active] == [["名［U+202E］", "数"], ["食［U+202E］堂", 1]]
