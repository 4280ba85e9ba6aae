"""How many characters a paper's pages hold: given by a chief, proposed from the print. Writes; never commits.

Of what was given before, the audit keeps every value. The arithmetic stands in bot.house.own_rate.
"""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.catalogue.boxes import decode
from bot.catalogue.measuring import Measured, measure, usual
from bot.errors import BadInput, NotFound
from models.ledger import PageLayout, PaperLayout
from models.papers import Page, Paper
from models.queries import ledger as queries

FEWEST, MOST = 5, 600
"""Characters a line and lines a page that make sense; a slip of a finger is caught here."""
MEASURED_PAGES = 8
"""At most so many pages of an issue are measured for a proposal."""
_MONTH = re.compile(r"(?:19|20)[0-9]{2}-(0[1-9]|1[0-2])")


def set_paper_layout(session: Session, paper_id: int, from_month: str, per_line: int, lines: int, *, actor: Actor,
                     now: datetime) -> None:
    """Gives a paper's layout from the issue of a month (YYYY-MM) on. BadInput, NotFound."""
    _check_size(per_line, lines)
    if not _MONTH.fullmatch(from_month):
        raise BadInput("请写从哪个月起，比如 2026-11。")
    if session.get(Paper, paper_id) is None:
        raise NotFound("没有这份报纸。")
    row = session.get(PaperLayout, (paper_id, from_month))
    before = None if row is None else f"{row.per_line}×{row.lines}"
    if row is None:
        row = PaperLayout(paper_id=paper_id, from_month=from_month)
        session.add(row)
    row.per_line, row.lines, row.set_at, row.set_by_id = per_line, lines, now, actor.staff_id
    session.flush()
    audit.record(session, actor=actor, verb="set_paper_layout", object_kind="paper", object_id=paper_id, now=now,
                 before=before, after=f"{per_line}×{lines}", details={"month": from_month})


def set_page_layout(session: Session, page_id: int, *, per_line: int | None, lines: int | None, pictures_percent: int,
                    decoration_percent: int, actor: Actor, now: datetime) -> None:
    """Says what is particular to one page; without a size of its own it has the paper's. BadInput, NotFound."""
    if (per_line is None) != (lines is None):
        raise BadInput("每行字数和每版行数要一起填，或者都空着。")
    if per_line is not None and lines is not None:
        _check_size(per_line, lines)
    if min(pictures_percent, decoration_percent) < 0 or pictures_percent + decoration_percent > 100:
        raise BadInput("图片和装饰加起来不能超过十成。")
    if session.get(Page, page_id) is None:
        raise NotFound("没有这一版。")
    row = session.get(PageLayout, page_id)
    before = None if row is None else _said(row.per_line, row.lines, row.pictures_percent, row.decoration_percent)
    if row is None:
        row = PageLayout(page_id=page_id)
        session.add(row)
    row.per_line, row.lines, row.set_at, row.set_by_id = per_line, lines, now, actor.staff_id
    row.pictures_percent, row.decoration_percent = pictures_percent, decoration_percent
    session.flush()
    audit.record(session, actor=actor, verb="set_page_layout", object_kind="page", object_id=page_id, now=now,
                 before=before, after=_said(per_line, lines, pictures_percent, decoration_percent))


def _said(per_line: int | None, lines: int | None, pictures: int, decoration: int) -> str:
    size = "" if per_line is None else f"{per_line}×{lines} "
    return f"{size}{pictures}%+{decoration}%"


def _check_size(per_line: int, lines: int) -> None:
    if not (FEWEST <= per_line <= MOST and FEWEST <= lines <= MOST):
        raise BadInput(f"每行字数和每版行数请填 {FEWEST} 到 {MOST} 的整数。")


def proposed(session: Session, issue_id: int) -> Measured | None:
    """The layout as the print of an issue shows it, for a person to accept; None where nothing can be measured."""
    return usual(_measured(row.boxes, row.width, row.height)
                 for row in queries.geometry(session, issue_id, limit=MEASURED_PAGES))


def _measured(blob: bytes, width: float, height: float) -> Measured | None:
    try:
        return measure(decode(blob), width, height)
    except ValueError:  # a damaged blob proposes nothing
        return None
