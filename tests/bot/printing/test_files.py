"""The files open again with the libraries that read them, and say what was said."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime
from io import BytesIO
from xml.etree import ElementTree

import pypdfium2
import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm

from bot.contest.announcing import printed_box
from bot.printing import files
from bot.printing.files import Printed
from bot.printing.values import COLUMNS, Block, FileKind, Kind, Section, Width
from tests.support.printed import TEXT

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
HOSTILE = "</w:t><script>&amp;=cmd|x 😀 A-Lin_2009"
URL = "http://weixin.qq.com/q/kZgfwMTm72WWPkovabbI"
PRINTED = Printed("启事 <&>", printed_box.sections(
    f"{TEXT}\n优秀“啄木鸟”：{HOSTILE}\n评选记录校验码：7Q4M-0XKD-N2VA-H8TC", account=files.code(URL, "关注“社区发布”"),
    record=files.code("https://paper.example/records/1/2023-05", "扫码看评选记录")))
XLINK = "{http://www.w3.org/1999/xlink}"
SVG = "{http://www.w3.org/2000/svg}"
BOTH = pytest.mark.parametrize("width", list(Width))


def made(width: Width, kind: FileKind) -> bytes:
    return files.write(PRINTED, width, kind, made_at=NOW)


@BOTH
def test_pdf_is_one_page_of_the_box_and_its_words_are_the_set_ones(width: Width) -> None:
    document = pypdfium2.PdfDocument(made(width, FileKind.PDF))
    sheet = files.sheet(PRINTED, width)
    assert len(document) == 1
    assert document[0].get_size() == pytest.approx((sheet.width * 72 / 25.4, sheet.height * 72 / 25.4), abs=0.02)
    read = document[0].get_textpage().get_text_range()
    assert "".join(read.split()) == "".join(sheet.text.split())
    assert document.get_metadata_dict()["Title"] == "启事 <&>"


@pytest.mark.slow
@BOTH
def test_pdf_holds_its_faces_as_subsets(width: Width) -> None:
    data = made(width, FileKind.PDF)
    assert data.count(b"/FontFile3") == 2
    assert set(re.findall(rb"/BaseFont /([A-Z]{6}\+)?", data)) - {b""} != set()
    assert len(data) < 200_000


@pytest.mark.slow
@BOTH
def test_pdf_shows_the_squares_of_the_codes(width: Width) -> None:
    document, sheet = pypdfium2.PdfDocument(made(width, FileKind.PDF)), files.sheet(PRINTED, width)
    dots = 20  # a millimetre
    picture = document[0].render(scale=dots * 25.4 / 72).to_pil().convert("L")
    for placed in sheet.codes:
        for y, row in enumerate(placed.code.squares):
            for x, dark in enumerate(row):
                at = (int((placed.x + (x + 0.5) * placed.step) * dots), int((placed.y + (y + 0.5) * placed.step) * dots))
                assert (picture.getpixel(at) < 128) == bool(dark)


def ink(*blocks: Block) -> int:
    """How many dots the last line of these takes in the PDF."""
    printed = Printed("", (Section(blocks),))
    line = files.sheet(printed, Width.NARROW).lines[-1]
    dots = 40  # a millimetre
    picture = pypdfium2.PdfDocument(files.write(printed, Width.NARROW, FileKind.PDF, made_at=NOW))[0].render(
        scale=dots * 25.4 / 72).to_pil().convert("L")
    row = picture.crop((int(line.left * dots), int((line.baseline - line.size) * dots), int(line.right * dots),
                        int((line.baseline + 0.2 * line.size) * dots)))
    return sum(row.histogram()[:128])


@pytest.mark.slow
def test_headlines_are_thick_and_what_follows_them_is_not() -> None:
    body, head = Block(Kind.NAMES, "早起鸟"), Block(Kind.NAMES, "早起鸟", strong=3)
    assert ink(Block(Kind.HEADLINE, "欢迎"), body) == pytest.approx(ink(body), rel=0.01)
    assert ink(head) > 1.5 * ink(body)


@pytest.mark.slow
def test_making_a_pdf_says_nothing_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        made(Width.NARROW, FileKind.PDF)
    assert caplog.messages == []


@pytest.mark.slow
def test_same_words_make_the_same_file() -> None:
    assert made(Width.NARROW, FileKind.PDF) == made(Width.NARROW, FileKind.PDF)
    assert made(Width.WIDE, FileKind.SVG) == made(Width.WIDE, FileKind.SVG)


@BOTH
def test_svg_is_outlines_and_nothing_that_runs_or_loads(width: Width) -> None:
    root = ElementTree.fromstring(made(width, FileKind.SVG))
    sheet = files.sheet(PRINTED, width)
    assert {one.tag.removeprefix(SVG) for one in root.iter()} == {"svg", "title", "rect", "path", "defs", "use", "g"}
    assert root.findtext(f"{SVG}title") == "启事 <&>"
    assert float(root.attrib["width"].removesuffix("mm")) == pytest.approx(sheet.width, abs=0.001)
    assert float(root.attrib["viewBox"].split()[3]) == pytest.approx(sheet.height, abs=0.001)
    held = {one.attrib["id"] for one in root.iter(f"{SVG}path") if "id" in one.attrib}
    used = [one.attrib[f"{XLINK}href"].removeprefix("#") for one in root.iter(f"{SVG}use")]
    assert set(used) == held
    assert len(used) == sum(len(line.glyphs) for line in sheet.lines)


@BOTH
def test_svg_begins_every_line_where_the_sheet_has_it(width: Width) -> None:
    sheet = files.sheet(PRINTED, width)
    moves = re.findall(r'matrix\(\S+ 0 0 -\S+ (\S+) (\S+)\)', made(width, FileKind.SVG).decode())
    starts = {(f"{line.glyphs[0].x:.3f}".rstrip("0").rstrip("."), f"{line.baseline:.3f}".rstrip("0").rstrip("."))
              for line in sheet.lines}
    assert starts <= set(moves)



@pytest.mark.slow
@BOTH
def test_word_file_opens_again_with_every_paragraph_in_a_frame_of_the_column(width: Width) -> None:
    document = Document(BytesIO(made(width, FileKind.WORD)))
    cell = document.tables[0].cell(0, 0)
    said = [one.text for one in cell.paragraphs if one.text]
    assert said == [
        *(block.text for block in PRINTED.sections[0].blocks), "关注“社区发布”",
        *(block.text for block in PRINTED.sections[1].blocks), "扫码看评选记录"]
    assert abs(cell.width - Mm(COLUMNS[width].width)) < Mm(0.1)
    assert len(document.inline_shapes) == 2
    assert {run.font.name for one in cell.paragraphs for run in one.runs if run.text} == {"宋体", "黑体"}
    assert document.core_properties.created == NOW
    assert [one.get(qn("w:eastAsia")) for one in document.styles.element.iter(qn("w:lang"))] == ["zh-CN"]


def test_characters_that_the_faces_lack_are_named() -> None:
    assert files.lacking(PRINTED) == ("😀",)
    assert "□" in files.sheet(PRINTED, Width.WIDE).text
    assert "😀" in made(Width.WIDE, FileKind.TEXT).decode("utf-8-sig"), "whoever sets it has other fonts"


@pytest.mark.slow
def test_correction_notice_has_a_head_and_its_sentence() -> None:
    sections = printed_box.correction("更正：本报公布的5月最佳“啄木鸟”“早起乌”，应为“早起鸟”。特此更正，并致歉意。")
    assert [(block.kind, block.text) for block in sections[0].blocks] == [
        (Kind.HEAD, "更正"), (Kind.PARAGRAPH, "本报公布的5月最佳“啄木鸟”“早起乌”，应为“早起鸟”。特此更正，并致歉意。")]
    for width in Width:
        for kind in FileKind:
            assert len(files.write(Printed("更正", sections), width, kind, made_at=NOW)) > 50
