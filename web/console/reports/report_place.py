"""Where the words of a report stand in print, on the pages' pictures and elsewhere, and what of the citation does not fit.

Reads; names nobody.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from bot.catalogue import geometry
from bot.filing import cited, elsewhere
from bot.filing.cited import Contradiction
from bot.filing.elsewhere import Around
from bot.understanding.values import Finding, Located
from models.queries import page as page_queries
from models.queries.report import PrintedArticle, ReportView
from web import present
from web.console.papers import page_pictures
from web.console.papers.page_pictures import Sheet
from web.console.reports import printed
from web.console.reports.printed import PlaceView


@dataclass(frozen=True, slots=True)
class StatedSheet:
    """The picture of the page that the reader named."""

    paper: str
    month: str
    name: str | None
    sheet: Sheet


def places(db: Connection, report: ReportView, finding: Finding, articles: dict[int, PrintedArticle]
           ) -> tuple[list[PlaceView], list[str]]:  # fmt: skip
    """Where the words stand, on the pages' pictures too, and the numbers of the pages that hold the words of the first."""
    found = printed.found_at(report, finding, articles)
    homes = {number: (article.key, article.leaf) for number, article in articles.items()}
    marked = geometry.marks_of(db, [place for _, place in found], homes)
    views = printed.places(found, articles, [page_pictures.on_pages(one) for one in marked])
    return views, [one.number for one in marked[0]] if marked else []


def stated_page(session: Session, report: ReportView) -> StatedSheet | None:
    """The page to look at where the words were not found; None where it is not known or has no picture."""
    if report.issue_id is None or not report.page_label:
        return None
    page = page_queries.stated(session, report.issue_id, report.page_label)
    sheet = page_pictures.sheet_of(page.leaf) if page else None
    return StatedSheet(page.paper, page.month, page.name, sheet) if page and sheet else None


def stated_paper(report: ReportView, finding: Finding) -> str:
    """Paper and issue as stated, whatever the place found says; what was not stated is filled in."""
    astray = finding.paper_id is not None and finding.place is not None and finding.paper_id != finding.place.paper_id
    paper = finding.paper_text if astray else report.paper or report.paper_text
    return " ".join(part for part in (paper, present.month(report.issue_label or report.month or "")) if part)


def around(db: Connection, report: ReportView) -> Around:
    """Nothing is known of where it stands elsewhere unless it is known where it stands."""
    if report.erratum_id is None or report.root_id is None or report.located not in (Located.FOUND, Located.SEVERAL):
        return Around()
    return elsewhere.around(db, report.erratum_id, report.root_id)


def contradictions(db: Connection, report: ReportView, finding: Finding, against: list[Contradiction],
                    articles: dict[int, PrintedArticle]) -> list[str]:
    """What the reader cited and print does not bear out."""
    found = printed.contradictions(report, against, articles)
    cannot = cited.impossible(db, finding, report.issue_id, sent_at=report.sent_at)
    return [*found, printed.impossible_words(cannot)] if cannot else found
