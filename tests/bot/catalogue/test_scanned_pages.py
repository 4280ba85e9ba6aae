"""A page that is only a picture, recognised by the real models of the extra `ocr`: its articles, and where they stand."""

from __future__ import annotations

import io
import os
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image
from rapidfuzz.distance import Levenshtein
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy import Engine, select

from bot.catalogue import sources
from bot.catalogue.boxes import decode
from bot.catalogue.exchange import PageFile
from bot.catalogue.pdf.reading import opened, picture_of
from bot.catalogue.sources import Hint
from bot.cli import main
from bot.media import ocr
from models.papers import Article
from models.session import reading
from tests.support.newsprint import Sheet, Story, cannot_typeset
from tests.support.press import printed
from tests.support.settings import config_file

missing = "the extra ocr is not installed" if not ocr.available() else (
    "no Chinese font on this machine" if cannot_typeset() else "")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(missing) and os.environ.get("CI") != "true", reason=missing or "all is here"),
]
PAGE = 1  # 柳湾's second page: four columns, a headline over each story


@cache
def scanned() -> bytes:
    """The page as a PDF that holds nothing but its picture."""
    with opened("a.pdf", printed()[0].data) as document:
        picture, width, height = picture_of(document, PAGE)
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(680, 680 * height / width), invariant=1)
    canvas.drawImage(ImageReader(Image.open(io.BytesIO(picture))), 0, 0, 680, 680 * height / width)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def stories() -> list[Story]:
    sheet = printed()[0].pages["02"]
    return [printed()[0].stories[key] for key in dict.fromkeys(letter.article for letter in sheet.letters) if key]


@cache
def recognised() -> PageFile:
    hint = Hint("社区晨报·柳湾", "2026-11")
    (issue,) = sources.read([("02.pdf", scanned())], hint, recognise=ocr.page_reader())
    assert issue.notes == ("02版是扫描的图，文字由机器识别，请对着版面图核对。",)
    (page,) = issue.file.pages
    return page


def wrong(found: str, meant: str) -> float:
    """Share of letters that are wrong, blanks not counted."""
    found, meant = "".join(found.split()), "".join(meant.split())
    return Levenshtein.distance(found, meant) / len(meant)


def test_nine_letters_in_ten_are_right_and_in_their_article() -> None:
    rates = []
    for story in stories():
        texts = ["".join([one.title, one.subtitle or "", *one.paragraphs, one.byline or ""]) for one in recognised().articles]
        meant = "".join([story.title, story.subtitle, *story.paragraphs, story.byline])
        rates.append((min(wrong(text, meant) for text in texts), len(meant)))
    assert len(rates) >= 4
    assert sum(rate * size for rate, size in rates) / sum(size for _, size in rates) <= 0.1


def test_letters_stand_where_they_are_printed() -> None:
    page = recognised()
    assert page.form is not None
    sheet: Sheet = printed()[0].pages["02"]
    boxes = decode(page.form.boxes)
    places: dict[str, list[tuple[float, float]]] = {}
    for text, box in zip(boxes.text, boxes.boxes, strict=True):
        places.setdefault(text, []).append(((box[0] + box[2]) / 131070 * 680, (box[1] + box[3]) / 131070 * page.form.height))
    letters = [letter for letter in sheet.letters if letter.article and letter.size < 12 and letter.text.isalpha()]
    near = sum(any(abs(x - (one.box.left + one.box.right) / 2) < one.size and abs(y - (one.box.top + one.box.bottom) / 2)
                   < one.size for x, y in places.get(one.text, ())) for one in letters)  # fmt: skip
    assert near / len(letters) >= 0.9


@pytest.mark.one_database  # what was recognised is stored by the verb that stores every PDF page
def test_command_recognises_too(tmp_path: Path, database_url: str, engine: Engine) -> None:
    (tmp_path / "02.pdf").write_bytes(scanned())
    config = str(config_file(tmp_path, database_url))
    result = CliRunner().invoke(main, ["--config", config, "papers", "import", str(tmp_path / "02.pdf"),
                                       "--paper", "社区晨报·柳湾", "--issue", "2026-11"])  # fmt: skip
    assert "02版是扫描的图，文字由机器识别" in result.output
    with reading(engine) as session:
        assert any("阳春面" in title for title in session.scalars(select(Article.title)))
