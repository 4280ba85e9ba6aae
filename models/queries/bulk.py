"""Named reads of acts on many reports: what is known of each before, what became of each after. Nothing of a reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import false, func, select
from sqlalchemy.orm import Session

from models.contests import Round
from models.enums import ReportState, RoundState
from models.lists import BulkAct, BulkItem
from models.papers import Article, Page, Paper
from models.queries import reviews, working
from models.queries.listed import Viewer
from models.reports import Report
from models.staff import Staff
from models.work_enums import BulkFate, BulkVerb

SHOWN_CHARS = 40


@dataclass(frozen=True, slots=True)
class Line:
    """A report in a few words."""

    number: int
    paper: str | None
    page: str | None
    wrong: str | None
    right: str | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides whether an act can be done to a report. `hidden`: the viewer owes an opinion on it."""

    line: Line
    version: int
    state: ReportState
    round_state: RoundState | None
    late: bool
    maybe: bool
    contest_id: int
    paper_id: int | None
    hidden: bool = False
    in_review: bool = False
    own_page: bool = False
    held: bool = False


@dataclass(frozen=True, slots=True)
class ItemView:
    line: Line
    version: int
    fate: BulkFate
    why: str | None


@dataclass(frozen=True, slots=True)
class ActView:
    """One act with its items in the order of the list they came from."""

    id: int
    staff_id: int
    by: str
    verb: BulkVerb
    details: dict[str, Any]
    made_at: datetime
    undo_asked_at: datetime | None
    items: tuple[ItemView, ...]

    def of(self, fate: BulkFate) -> tuple[ItemView, ...]:
        return tuple(item for item in self.items if item.fate is fate)

    @property
    def left(self) -> int:
        """Items that are still to be done, or to be undone."""
        return len(self.of(BulkFate.WAITING if self.undo_asked_at is None else BulkFate.DONE))


def facts(session: Session, numbers: Sequence[int], viewer: Viewer) -> list[Facts]:
    """In the order of `numbers`; a number of no report is left out. One query."""
    team = viewer.editors > 1
    rows = session.execute(
        select(
            *_line(), Report.version, Report.state, Round.state.label("round_state"), Report.late,
            Report.maybe_erratum_id.is_not(None).label("maybe"), Report.contest_id, Report.paper_id,
            (reviews.hidden_from(viewer.staff_id) if team else false()).label("hidden"),
            (reviews.in_review() if team else false()).label("in_review"),
            (reviews.own_page(viewer.staff_id) if team else false()).label("own_page"),
            (working.held_by_others(viewer.staff_id, viewer.now) if team else false()).label("held"))
        .select_from(Report).outerjoin(Round, Round.id == Report.round_id).outerjoin(Paper, Paper.id == Report.paper_id)
        .outerjoin(Article, Article.id == Report.article_id).outerjoin(Page, Page.id == Article.page_id)
        .where(Report.id.in_(numbers)))
    found = {
        row.number: Facts(
            Line(row.number, row.paper, row.page, row.wrong, row.right), row.version, row.state, row.round_state, row.late,
            bool(row.maybe), row.contest_id, row.paper_id, bool(row.hidden), bool(row.in_review), bool(row.own_page),
            bool(row.held))
        for row in rows
    }
    return [found[number] for number in numbers if number in found]


def act(session: Session, act_id: int) -> ActView | None:
    """Two queries whatever the number of items."""
    head = session.execute(select(BulkAct, Staff.display_name).join(Staff, Staff.id == BulkAct.staff_id)
                           .where(BulkAct.id == act_id)).first()
    if head is None:
        return None
    row = head[0]
    items = session.execute(
        select(*_line(), BulkItem.version, BulkItem.fate, BulkItem.why).select_from(BulkItem)
        .join(Report, Report.id == BulkItem.report_id).outerjoin(Paper, Paper.id == Report.paper_id)
        .outerjoin(Article, Article.id == Report.article_id).outerjoin(Page, Page.id == Article.page_id)
        .where(BulkItem.act_id == act_id).order_by(BulkItem.position))
    return ActView(row.id, row.staff_id, head.display_name, row.verb, row.details, row.made_at, row.undo_asked_at,
                   tuple(ItemView(Line(i.number, i.paper, i.page, i.wrong, i.right), i.version, i.fate, i.why)
                         for i in items))


def next_items(session: Session, act_id: int, fate: BulkFate, *, limit: int) -> list[int]:
    """The numbers of the next reports of an act that stand so."""
    return list(session.scalars(select(BulkItem.report_id).where(BulkItem.act_id == act_id, BulkItem.fate == fate)
                                .order_by(BulkItem.position).limit(limit)))


def mine(session: Session, staff_id: int, *, limit: int = 30) -> list[tuple[int, BulkVerb, datetime, int, int]]:
    """(id, verb, when, reports, done) of a member's last acts, the newest first."""
    done = func.count().filter(BulkItem.fate == BulkFate.DONE)
    rows = session.execute(
        select(BulkAct.id, BulkAct.verb, BulkAct.made_at, func.count().label("many"), done.label("done"))
        .join(BulkItem, BulkItem.act_id == BulkAct.id).where(BulkAct.staff_id == staff_id)
        .group_by(BulkAct.id, BulkAct.verb, BulkAct.made_at).order_by(BulkAct.id.desc()).limit(limit))
    return [(row.id, row.verb, row.made_at, row.many, row.done) for row in rows]


def _line() -> tuple[Any, ...]:
    return (Report.id.label("number"), Paper.name.label("paper"),
            func.coalesce(Page.number, Report.page_label).label("page"),
            func.substr(Report.wrong, 1, SHOWN_CHARS).label("wrong"),
            func.substr(Report.right, 1, SHOWN_CHARS).label("right"))
