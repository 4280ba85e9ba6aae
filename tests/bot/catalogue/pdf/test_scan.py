"""Pages that are only a picture, read by whatever recognises print."""

from __future__ import annotations

import pytest

from bot.catalogue.boxes import article_name, boxes_of
from bot.catalogue.pdf.scan import SeenLine, with_seen
from bot.catalogue.pdf.values import Box, Content
from bot.catalogue.sources import Hint, read
from tests.support.pdfs import made_pdf

HINT = Hint("社区晨报·柳湾", "2026-11")


def test_letters_share_their_line_by_their_usual_widths() -> None:
    content = with_seen(Content(500, 700, ()), [SeenLine("5月 八日", 100, 200, 500, 300)], 1000, 1400)
    assert [(glyph.text, glyph.box, glyph.size) for glyph in content.glyphs] == [
        ("5", Box(50, 100, 75, 150), 50), ("月", Box(75, 100, 125, 150), 50), ("八", Box(150, 100, 200, 150), 50),
        ("日", Box(200, 100, 250, 150), 50)]  # fmt: skip


@pytest.mark.parametrize("line", [SeenLine("", 0, 0, 9, 9), SeenLine("字", 9, 0, 9, 9), SeenLine("字", 0, 9, 9, 9)])
def test_line_without_extent_has_no_letters(line: SeenLine) -> None:
    assert with_seen(Content(500, 700, ()), [line], 1000, 1400).glyphs == ()


def seen(_picture: bytes) -> list[SeenLine]:
    rows = ["停业两个月的社区食堂昨天重", "新开门迎客老人凭卡打八折门", "口排起了队。"]
    return [SeenLine("食堂重新开门", 150, 200, 750, 300),
            *(SeenLine(text, 150, 340 + 60 * n, 150 + 40 * len(text), 380 + 60 * n) for n, text in enumerate(rows))]  # fmt: skip


def test_scanned_page_gets_its_articles_and_a_note() -> None:
    (issue,) = read([("02.pdf", made_pdf())], HINT, recognise=seen)
    (page,) = issue.file.pages
    (article,) = page.articles
    assert article.title == "食堂重新开门"
    assert article.paragraphs == ("停业两个月的社区食堂昨天重新开门迎客老人凭卡打八折门口排起了队。",)
    assert issue.notes == ("02版是扫描的图，文字由机器识别，请对着版面图核对。",)
    assert page.form is not None
    (rect,) = boxes_of(page.form.boxes, article_name("02", article.key), 0, 0, 2)
    assert [round(side, 3) for side in (rect.left, rect.right)] == [round(150 / 1700, 3), round(230 / 1700, 3)]


def test_without_recognition_only_the_picture_is_kept() -> None:
    (issue,) = read([("02.pdf", made_pdf())], HINT)
    assert issue.file.pages[0].articles == ()
    assert issue.notes == ("02版没有文字层（可能是扫描的图），只存了版面图，文字要另外录入。",)
