"""荣誉证书 as PDF: one A4 sheet, landscape, for each winner. Knows names and words, no award and no reader.

Whatever a name holds, it stays inside its field: it is set smaller, then on more lines, at the very last cut. What the
typeface lacks stands as an empty box, to be filled in by hand, and `missing` says what it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from bot.printing import breaking, faces
from bot.printing.values import Face
from models.enums import Prize

if TYPE_CHECKING:
    from fpdf import FPDF
    from fpdf.fonts import TTFFont

FONT = "serif"
WIDTH, HEIGHT = 297.0, 210.0
"""A4 landscape, in millimetres, as everything here but sizes of type, which are in points."""
POINT = 25.4 / 72
RED, GOLD, INK, GREY = (158, 27, 30), (181, 142, 71), (40, 36, 32), (150, 146, 140)
LEFT, TEXT_WIDTH = 42.0, WIDTH - 84.0
LONGEST_TEXT = 400
"""Characters of a name or a title; more fit nowhere, and breaking them into lines would take seconds."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What one certificate says. `papers`: 《社区晨报》; `issuer`: 社区晨报; `month`: 2026-05 or whatever an issue is called."""

    name: str
    prize: Prize
    month: str
    contest: str
    papers: str
    issuer: str
    on: date


def draw(certificates: Sequence[Certificate], *, made_at: datetime) -> bytes:
    """One PDF, a page for each. The same values give the same bytes."""
    from fpdf import (
        FPDF,  # a third of a second, and with numpy twenty megabytes, that not every worker is to pay for
    )

    pdf = FPDF(orientation="L", unit="mm", format="A4")
    pdf.set_auto_page_break(False)
    pdf.set_creation_date(made_at)
    pdf.set_title("荣誉证书")
    pdf.set_lang("zh-CN")
    with _typeface(pdf):
        for one in certificates:
            pdf.add_page()
            _frame(pdf)
            _words(pdf, one)
        return bytes(pdf.output())


def missing(name: str) -> str:
    """The characters of a name that the typeface lacks, each once, in their order."""
    return "".join(dict.fromkeys(one for one in breaking.one_line(name) if one != " " and not faces.has(one, Face.BODY)))


@contextmanager
def _typeface(pdf: FPDF) -> Iterator[TTFFont]:
    """The Chinese typeface is the document's until the end of the block, when its file is closed."""
    pdf.add_font(FONT, fname=faces.path(Face.BODY))
    font = pdf.fonts[FONT]
    from fpdf.fonts import TTFFont

    assert isinstance(font, TTFFont), "of a file"
    try:
        yield font
    finally:
        font.close()


def _printable(text: str) -> str:
    shown = breaking.one_line(text)
    if len(shown) > LONGEST_TEXT:
        shown = shown[: LONGEST_TEXT - 1] + "…"
    return "".join(one if faces.has(one, Face.BODY) else faces.LACKING for one in shown)


def _words(pdf: FPDF, one: Certificate) -> None:
    _line(pdf, "荣 誉 证 书", middle=WIDTH / 2, base=56, size=52, colour=RED, bold=0.5)
    _diamond_rule(pdf, 64)
    _named(pdf, _printable(one.name))
    said = (f"　　在{_printable(one.papers)}{month_words(one.month)}“{_printable(one.contest)}”活动中，"
            "您细读报纸，热心指正，荣获：")
    body = _Setting.fitting(pdf, said, TEXT_WIDTH, 28, sizes=range(20, 8, -1))
    body.left_aligned(pdf, LEFT, 108)
    _line(pdf, PRIZES[one.prize], middle=WIDTH / 2, base=150, size=34, colour=RED, bold=0.35)
    _line(pdf, "特发此证，以表谢意。", left=LEFT + 14, base=164, size=18)
    _signed(pdf, one)


def _named(pdf: FPDF, name: str) -> None:
    """The name in the middle of a line for it, which is as long as a name needs, and not shorter than some."""
    rule, room = 100.0, TEXT_WIDTH - 36
    set_ = _Setting.fitting(pdf, name, room, 26, sizes=range(32, 6, -1))
    long = max(set_.width + 8, 64)
    set_.centred(pdf, LEFT + long / 2, rule - 1 - set_.height, bold=0.2 * set_.size / 32)
    pdf.set_draw_color(*GOLD)
    pdf.set_line_width(0.35)
    pdf.line(LEFT, rule, LEFT + long, rule)
    _line(pdf, "读者：", left=LEFT + long + 4, base=rule - 3.5, size=20)


PRIZES = {Prize.BEST: "最佳“啄木鸟”", Prize.EXCELLENT: "优秀“啄木鸟”"}


def _signed(pdf: FPDF, one: Certificate) -> None:
    """Who gives it and when, with room for the seal over both."""
    middle, width = 216.0, 84.0
    issuer = _Setting.fitting(pdf, _printable(one.issuer), width, 12, sizes=range(18, 5, -1))
    issuer.centred(pdf, middle, 174 - issuer.height)
    _line(pdf, chinese_day(one.on), middle=middle, base=181.5, size=15)
    _line(pdf, "（盖章）", middle=middle, base=156.5, size=10, colour=GREY)


def month_words(month: str) -> str:
    """2026-05 → 2026年5月; what an issue is called otherwise stays, readable."""
    found = re.fullmatch(r"([0-9]{4})-([0-9]{2})", month)
    return f"{found[1]}年{int(found[2])}月" if found else _printable(month)


_DIGITS = "〇一二三四五六七八九"


def chinese_day(day: date) -> str:
    """二〇二六年六月十五日."""
    return f"{''.join(_DIGITS[int(one)] for one in str(day.year))}年{_tens(day.month)}月{_tens(day.day)}日"


def _tens(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十") + (_DIGITS[ones] if ones else "")


@dataclass(frozen=True, slots=True)
class _Setting:
    """A text broken into lines at a size. `width`, `height`: what it takes."""

    lines: tuple[str, ...]
    size: float
    width: float

    LEADING = 1.45

    @classmethod
    def fitting(cls, pdf: FPDF, text: str, width: float, height: float, *, sizes: range) -> _Setting:
        """The largest size at which the text stays within; at the smallest, what does not fit is cut."""
        for size in sizes:
            lines, most = _broken(text, width, size), int(height / (size * POINT * cls.LEADING)) or 1
            if len(lines) <= most:
                break
        else:
            lines = [*lines[: most - 1], lines[most - 1][:-1] + "…"]
        pdf.set_font(FONT, size=size)
        return cls(tuple(lines), size, max((pdf.get_string_width(one) for one in lines), default=0.0))

    @property
    def height(self) -> float:
        return len(self.lines) * self.size * POINT * self.LEADING

    def left_aligned(self, pdf: FPDF, left: float, top: float) -> None:
        for number, line in enumerate(self.lines):
            _line(pdf, line, left=left, base=self._base(top, number), size=self.size)

    def centred(self, pdf: FPDF, middle: float, top: float, *, bold: float = 0.0) -> None:
        for number, line in enumerate(self.lines):
            _line(pdf, line, middle=middle, base=self._base(top, number), size=self.size, bold=bold)

    def _base(self, top: float, number: int) -> float:
        return top + (number * self.LEADING + 1.08) * self.size * POINT


def _broken(text: str, width: float, size: float) -> list[str]:
    """Lines no wider than `width`."""
    ems = [faces.letter(one, Face.BODY).em for one in text]
    return [text[start:end] for start, end in breaking.lines(text, ems, width / (size * POINT), press=False)] or [""]


def _line(pdf: FPDF, text: str, *, base: float, size: float, left: float = 0.0, middle: float | None = None,
          colour: tuple[int, int, int] = INK, bold: float = 0.0) -> None:
    """One line of type; `bold`: so much is drawn around the strokes."""
    pdf.set_font(FONT, size=size)
    pdf.set_text_color(*colour)
    if middle is not None:
        left = middle - pdf.get_string_width(text) / 2
    from fpdf.enums import TextMode

    with pdf.local_context(text_mode=TextMode.FILL_STROKE if bold else TextMode.FILL, line_width=bold or 0.2,
                           draw_color=colour):
        pdf.text(left, base, text)


def _frame(pdf: FPDF) -> None:
    """A broad band between thin lines, with a fret in each corner."""
    for inset, thick, colour in ((9.0, 1.6, GOLD), (11.6, 0.35, RED), (16.0, 0.35, GOLD)):
        pdf.set_draw_color(*colour)
        pdf.set_line_width(thick)
        pdf.rect(inset, inset, WIDTH - 2 * inset, HEIGHT - 2 * inset)
    pdf.set_draw_color(*RED)
    pdf.set_line_width(0.7)
    for right in (False, True):
        for low in (False, True):
            _fret(pdf, right=right, low=low)


_FRET = ((0, 18), (0, 0), (18, 0), (18, 11), (5, 11), (5, 5), (11, 5), (11, 8))
"""A key pattern winding into the corner, in millimetres from it."""


def _fret(pdf: FPDF, *, right: bool, low: bool) -> None:
    inset = 19.0
    points = [(WIDTH - inset - x if right else inset + x, HEIGHT - inset - y if low else inset + y) for x, y in _FRET]
    pdf.polyline(points)


def _diamond_rule(pdf: FPDF, y: float) -> None:
    pdf.set_draw_color(*GOLD)
    pdf.set_fill_color(*GOLD)
    pdf.set_line_width(0.4)
    middle = WIDTH / 2
    for side in (-1, 1):
        pdf.line(middle + side * 6, y, middle + side * 48, y)
    pdf.polygon([(middle, y - 1.8), (middle + 2.6, y), (middle, y + 1.8), (middle - 2.6, y)], style="F")
