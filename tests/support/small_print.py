"""Two small pages with their letters' boxes, laid out by hand: no font and no PDF needed.

01: 头版两篇, the first of which has its last lines on 02; a running head in no article. 02: one article and that rest.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import audit
from bot.catalogue import importer
from bot.catalogue.exchange import IssueFile
from bot.catalogue.pdf.issue import pages_of
from bot.catalogue.pdf.values import Box, Draft, Glyph, Laid, Line
from bot.catalogue.sources import ReadIssue
from models.papers import Page
from tests.support.factories import NOW

PAPER = "河畔社区报"
SIZE = 10.0


def line(text: str, left: float, top: float, size: float = SIZE, *, begins: bool = False) -> Line:
    """Letters of equal width from `left` on."""
    glyphs = tuple(Glyph(letter, Box(left + n * size, top, left + (n + 1) * size, top + size), size)
                   for n, letter in enumerate(text))  # fmt: skip
    return Line(glyphs, Box(left, top, left + len(text) * size, top + size), size, begins)


def laid() -> list[Laid]:
    """Lines of 01: 0 title, 1–2 text, 3 （下转2版）, 4 title, 5–6 text, 7 head; of 02: 0 （上接1版）, 1–2, 3 title, 4, 5 head."""
    first = Laid(300, 200, (
        line("食堂开张了", 20, 20, 20), line("河畔食堂昨天开张。", 20, 50, begins=True), line("头一天来了二百人，", 20, 62),
        line("（下转2版）", 20, 74), line("跳绳比赛", 160, 20, 16), line("比赛在操场举行。", 160, 50, begins=True),
        line("小李跳了三百下。", 160, 62, begins=True), line("第一版", 20, 4, 8),
    ), (Draft("news", (0,), (), (1, 2, 3)), Draft("news", (4,), (), (5, 6))), number="01")
    second = Laid(300, 200, (
        line("（上接1版）", 20, 40), line("菜有十二样。", 20, 52), line("老人打八折。", 20, 64, begins=True),
        line("垃圾房换新颜", 160, 20, 16), line("箱房门前不再有水。", 160, 50, begins=True), line("第二版", 20, 4, 8),
    ), (Draft("continued", (), (), (0, 1, 2)), Draft("news", (3,), (), (4,))), number="02")
    return [first, second, Laid(300, 200, (), (), number="03")]


def issue() -> IssueFile:
    """Three pages; on the third no letter could be read."""
    pages = pages_of(laid(), (None,) * 3)
    return IssueFile("手排.pdf", PAPER, ("河畔报",), "2026-11", date(2026, 11, 6), pages, keys_are_ours=True)


def bring(session: Session) -> list[int]:
    """Imports them; the ids of the pages."""
    read = ReadIssue(issue(), "0" * 64)
    importer.apply(session, importer.plan(session, [read]), actor=audit.OPERATOR, now=NOW)
    session.flush()
    return list(session.scalars(select(Page.id).order_by(Page.position)))
