"""What the demo's newsroom did besides grading: layouts, its own finds, causes, correction notices. By the editors' verbs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.audit import Actor
from bot.catalogue.exchange import ArticleFile, IssueFile
from bot.catalogue.library import Library
from bot.demo.material import Month
from bot.house import house_finds, layouts
from bot.house import newsroom as desks
from bot.house.house_finds import Entry
from bot.publishing import corrections
from models.enums import DeskCause, Doubling
from models.newsroom import CorrectionNotice
from models.papers import Issue, Paper
from models.reports import Report

PER_LINE, LINES = 48, 42
"""Characters across a page and lines down it, as bot.demo.press sets them on a full page."""
HOUSE_FINDS = ("E24", "E41", "E57")
"""Errors of the running month that the newsroom sees first; of the last one readers write as well."""
CAUSES = {"E01": DeskCause.PROOFREADING, "E04": DeskCause.EDITING, "E06": DeskCause.WRITING, "E09": DeskCause.PROOFREADING}
CORRECTED, DRAFTED = "E04", "E07"
"""An error of last month whose notice was printed, and one of this month whose notice is drafted."""
CORRECTED_ON_PAGE = "02"


@dataclass(frozen=True, slots=True)
class ToPrint:
    """A released notice of a paper."""

    id: int
    paper: str
    text: str


def lay_out(session: Session, month: str, *, actor: Actor, now: datetime) -> None:
    """Every paper's layout from this month on, so that the ledger counts by it."""
    for paper_id in session.scalars(select(Paper.id)):
        layouts.set_paper_layout(session, paper_id, month, PER_LINE, LINES, actor=actor, now=now)


def find_in_house(session: Session, material: Month, month: str, *, actor: Actor, now: datetime) -> None:
    """Enters what the newsroom found in the issues of this month (YYYY-MM)."""
    index = Library().index(session.connection())
    issues = {row.name: row.id for row in session.execute(select(Paper.name, Issue.id).join(Paper).where(Issue.month == month))}
    for n, number in enumerate(HOUSE_FINDS):
        one = material.errata[number]
        entry = Entry(issues[one["paper"]], one["wrong"], one["right"], one["row"], page=one["page"],
                      doubling=Doubling(one["doubling"]), note=one["note"])
        at = now + timedelta(minutes=7 * n)
        house_finds.enter(session, entry, house_finds.seek(session.connection(), entry, index=index, now=at), actor=actor, now=at)


def say_causes(session: Session, filed: Mapping[str, Iterable[int]], *, actor: Actor, now: datetime) -> None:
    """`filed`: the reports about each planted error."""
    for number, cause in CAUSES.items():
        for erratum_id in _errata(session, filed[number]):
            desks.set_cause(session, erratum_id, cause, actor=actor, now=now)


def draft(session: Session, reports: Iterable[int], *, actor: Actor, now: datetime) -> int:
    """Drafts the notice about the error that these reports are about; its id."""
    return corrections.draft(session, _errata(session, reports), actor=actor, now=now)


def release(session: Session, notice_id: int, *, chief: Actor, now: datetime) -> ToPrint:
    """A chief released it; what is to be printed, and in which paper."""
    notice = session.get_one(CorrectionNotice, notice_id)
    corrections.release(session, notice_id, actor=chief, now=now, expected_version=notice.version)
    paper = session.scalars(select(Paper.name).join(Issue, Issue.paper_id == Paper.id).where(Issue.id == notice.issue_id)).one()
    return ToPrint(notice_id, paper, notice.text)


def with_notice(issue: IssueFile, notice: ToPrint) -> IssueFile:
    """The issue with the notice on its page, if it is that paper's."""
    if issue.edition != notice.paper:
        return issue
    title, _, words = notice.text.partition("：")
    small = ArticleFile("correction", "notice", title, None, None, (words,))
    return replace(issue, pages=tuple(replace(page, articles=(*page.articles, small)) if page.number == CORRECTED_ON_PAGE
                                      else page for page in issue.pages))


def print_notice(session: Session, notice_id: int, on: date, *, chief: Actor, now: datetime) -> None:
    """It stood in the issue of that day."""
    notice = session.get_one(CorrectionNotice, notice_id)
    paper_id = session.get_one(Issue, notice.issue_id).paper_id
    corrections.mark_printed(session, notice_id, paper_id=paper_id, printed_on=on, page=CORRECTED_ON_PAGE, actor=chief,
                             now=now, expected_version=notice.version)


def _errata(session: Session, reports: Iterable[int]) -> list[int]:
    """The errors that these reports are about, each once."""
    found = session.scalars(select(Report.erratum_id).where(Report.id.in_(list(reports)), Report.erratum_id.is_not(None)))
    return sorted({one for one in found if one is not None})
