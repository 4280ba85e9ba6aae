"""Telephone numbers that readers wrote into their messages stand in no file that leaves the console."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from bot.recording import records
from models.records import RoundRecord
from models.session import reading, writing
from tests.support import factories
from tests.support.factories import DISCOUNT, HEADLINE, VOLUNTEERS, House

NUMBERS = ("13912345678", "139 1234 5678", "一三九一二三四五六七八", "021-63456789")


def unpacked(body: bytes) -> str:
    """What a file says, zipped or not."""
    if not body.startswith(b"PK"):
        return body.decode("utf-8")
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        return "".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())


@pytest.fixture
def told(engine: Engine, house: House) -> House:
    """Reports with telephone numbers in every place where a reader puts them, accepted."""
    with writing(engine) as session:
        for text in (f"{HEADLINE}，理由：打我{NUMBERS[0]}", f"{DISCOUNT} 联系我{NUMBERS[1]}",
                     f"{VOLUNTEERS}。手机{NUMBERS[2]}，座机{NUMBERS[3]}"):
            factories.accept(session, factories.report(session, text), house)
    return house


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_export_holds_a_readers_number(chief: FlaskClient, told: House, kind: str) -> None:
    page = "".join(chief.get(path).text for path in (
        "/statistics", "/statistics?part=errata", "/statistics?part=graded", "/statistics?part=rate", "/ledger/"))
    page += "".join(chief.get(link).text for link in sorted(set(re.findall(r'href="(/ledger/[^"?#]+)"', page))))
    links = sorted({link.replace("&amp;", "&") for link in re.findall(r'href="([^"]+)"', page) if kind in link})
    files = [chief.get(link) for link in links]
    assert len(files) >= 1
    assert {one.status_code for one in files} == {200}
    texts = [unpacked(one.data) for one in files]
    assert [number for number in NUMBERS for text in texts if number in text] == []


def test_record_holds_no_readers_number(engine: Engine, told: House) -> None:
    with writing(engine) as session:
        factories.picked(session, told)
    with reading(engine) as session:
        body = records.body(session.query(RoundRecord).one()).decode("utf-8")
    assert [number for number in NUMBERS if number in body] == []
