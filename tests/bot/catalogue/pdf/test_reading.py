"""Opening PDFs: letters with boxes on the base line, and one clear sentence for every file that cannot be read."""

from __future__ import annotations

import io

import pytest
from reportlab.pdfgen.canvas import Canvas

from bot.catalogue.pdf.reading import content_of, opened, picture_of
from bot.catalogue.pdf.values import MOST_PAGES
from bot.errors import ImportProblem
from tests.support.pdfs import made_pdf


def test_letters_stand_where_they_were_drawn() -> None:
    with opened("a.pdf", made_pdf((50, 500, "Ap"))) as document:
        content = content_of("a.pdf", document, 0)
    assert (content.width, content.height) == (400, 600)
    assert [glyph.text for glyph in content.glyphs] == ["A", "p"]
    assert [round(glyph.box.left) for glyph in content.glyphs] == [50, 63]
    assert {(round(glyph.box.top, 1), round(glyph.box.bottom, 1), glyph.size) for glyph in content.glyphs} == {(82.8, 102.8, 20)}


def test_rules_frames_and_pictures_are_told_apart() -> None:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(400, 600), invariant=1)
    canvas.line(50, 500, 350, 500)
    canvas.rect(50, 100, 200, 150)
    canvas.rect(0, 0, 400, 600, fill=1)  # a coloured ground
    canvas.showPage()
    canvas.save()
    with opened("a.pdf", out.getvalue()) as document:
        content = content_of("a.pdf", document, 0)
    assert (len(content.rules), len(content.frames), content.pictures) == (1, 1, ())
    assert round(content.frames[0].top) == 349
    assert round(content.rules[0].middle) == 100


def test_picture_of_a_spread_is_twice_as_wide() -> None:
    sizes = []
    for size in ((400.0, 600.0), (800.0, 600.0)):
        with opened("a.pdf", made_pdf(size=size)) as document:
            data, width, height = picture_of(document, 0)
        assert data[8:12] == b"WEBP"
        sizes.append((width, height))
    assert sizes == [(1700, 2550), (3400, 2550)]


@pytest.mark.parametrize(("data", "sentence"), [
    (b"", "版面.pdf：文件是空的，请重新导出一次。"),
    (b"hello", "版面.pdf：这不是PDF文件，只是名字像。请从排版软件里重新导出PDF。"),
    (b"%PDF-1.4 and nothing more", "版面.pdf：文件坏了，打不开。请重新导出一次。"),
    (made_pdf((50, 500, "A"))[:300], "版面.pdf：文件坏了，打不开。请重新导出一次。"),
    (made_pdf((50, 500, "A"), password="secret"), "版面.pdf：文件加了密码，打不开。请导出一份不带密码的再导入。"),
    (made_pdf(pages=500), f"版面.pdf：有500页，一期报纸最多{MOST_PAGES}版，是不是选错了文件？"),
])  # fmt: skip
def test_file_that_cannot_be_read_is_one_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(ImportProblem) as found, opened("版面.pdf", data):
        pass
    assert found.value.problems == [sentence]


def test_page_of_an_absurd_size_is_said() -> None:
    with opened("a.pdf", made_pdf(size=(9000, 9000))) as document, pytest.raises(ImportProblem, match="第1页的版面大小不对"):
        content_of("a.pdf", document, 0)
