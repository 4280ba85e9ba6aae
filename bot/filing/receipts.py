"""What a receipt shows of one report: the record put together with what stands in print. Reads only."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select

from bot.chat import chat_links
from bot.dialogue import page_phrases, phrases
from bot.dialogue.phrases import ReceiptItem
from bot.filing import cited, finders, reports
from bot.filing.cited import Printed
from bot.filing.reports import Filed
from bot.understanding.cited.papers import is_another
from bot.understanding.thresholds import SHORT
from bot.understanding.values import Field, Finding, Located
from bot.understanding.words.normalise import loose_key, strict_key
from models.papers import Article, Issue, Paper
from models.prepared import Prepared

_MONTH = Prepared(select(Issue.month).where(Issue.id == bindparam("issue_id")))
_PAPER = Prepared(select(Paper.name).where(Paper.id == bindparam("paper_id")))
_TITLE = Prepared(select(Article.title).where(Article.id == bindparam("article_id")))


def item(db: Connection, one: Filed, person_id: int) -> ReceiptItem:
    """The values for `phrases.receipt`: what was stated as stated, what print says otherwise, the rank for now."""
    finding = one.finding
    not_so = cited.impossible(db, finding, one.issue_id, sent_at=one.sent_at)
    found = finders.among(db, one.erratum_id, person_id) if one.erratum_id else None
    return ReceiptItem(
        ordinal=one.ordinal, number=one.report_id, wrong=finding.wrong, right=finding.right, reason=finding.reason,
        **_citation(db, one), found=_told(finding).value, late=one.late,
        rank=found.rank if found else 0, first_number=found.first_number if found else None,
        first_at=found.first_at if found else None, elsewhere=found is not None and found.elsewhere,
        same_as_own=_own_elsewhere(db, one, person_id), repeat_of=one.repeat_of,
        told_otherwise=one.repeat_of and _told_otherwise(db, one),
        unknown_paper=finding.paper_id is None and finding.place is None and is_another(finding.paper_text or ""),
        unknown_page=not_so is not None and not_so.page is not None,
        unknown_issue=_name(not_so.issue) if not_so else None, not_out=not_so is not None and not_so.not_out,
    )


def with_link(text: str, filed: Sequence[Filed], public_url: str) -> str:
    """The receipt with the link to the reader's pages below, where there are pages and it fits."""
    if not public_url or not filed:
        return text
    if len(filed) > 1:
        return chat_links.below(text, page_phrases.these(chat_links.unsigned(public_url)))
    address = chat_links.unsigned(public_url, str(filed[0].ordinal))
    return chat_links.below(text, page_phrases.this_one(address))


def _told(finding: Finding) -> Located:
    """How the search ended, as the reader is told: a word or two that no page narrows was not sought everywhere, so
    nothing is said of not finding it."""
    narrowed = finding.page is not None or finding.article_id is not None
    too_short = finding.located is Located.NOT_FOUND and len(loose_key(finding.wrong or "")) < SHORT
    return Located.NO_QUOTE if too_short and not narrowed else finding.located


def _citation(db: Connection, one: Filed) -> dict[str, str | None]:
    """The four fields as stated, filled in from print where it agrees; else beside them where the words stand."""
    finding = one.finding
    there = cited.printed_at(db, finding.place, stated=finding.page) if finding.place else None
    paper, article = _stated_paper(db, finding), _stated_article(db, finding)
    against = {found.field: found for found in cited.contradictions(finding, there, paper=paper, article=article)
               } if there else {}  # fmt: skip
    stated = {"paper": paper, "issue": _name(finding.issue_label), "page": finding.page, "article": article}
    filled = _filled(db, one.issue_id, finding, there) | {name: value for name, value in stated.items() if value}
    if there is None or not against:
        return filled
    astray = bool({Field.PAPER, Field.ISSUE} & against.keys())
    issue = against[Field.ISSUE].printed if Field.ISSUE in against else None
    return (stated if astray else filled | {"page": finding.page, "article": article}) | {
        "found_paper": there.paper if Field.PAPER in against else None, "found_issue": _name(issue),
        "found_page": there.page if astray or finding.page is None or Field.PAGE in against else None,
        "found_article": there.article if astray or article is None or Field.ARTICLE in against else None,
    }


def _filled(db: Connection, issue_id: int | None, finding: Finding, there: Printed | None) -> dict[str, str | None]:
    """What print says of the citation; else the issue that the report was counted to, and the reader's own words."""
    if there is not None:
        return {"paper": there.paper, "issue": _name(there.month), "page": there.page, "article": there.article,
                "found_page": None}
    month = _MONTH.scalar(db, issue_id=issue_id) if issue_id is not None else None
    return {"paper": finding.paper_text, "issue": _name(month), "page": None, "article": finding.article_text,
            "found_page": None}


def _own_elsewhere(db: Connection, one: Filed, person_id: int) -> int | None:
    """The reader's own count of his report of the same slip at another place."""
    if one.erratum_id is None or one.repeat_of:
        return None
    number = finders.own_elsewhere(db, one.erratum_id, person_id, but=one.report_id)
    return reports.get(db, number).ordinal if number is not None else None


def _told_otherwise(db: Connection, one: Filed) -> bool:
    """Whether the reader gives another right form for what he reported, and may still change it."""
    known, told = reports.get(db, one.report_id), one.finding
    if known.state not in reports.OPEN or not (known.wrong and known.right and told.wrong and told.right):
        return False
    before, now = strict_key(known.wrong), strict_key(told.wrong)
    return before == now and strict_key(known.right) != strict_key(told.right)


def _name(label: str | None) -> str | None:
    return phrases.issue_name(label) if label else None


def _stated_paper(db: Connection, finding: Finding) -> str | None:
    return _PAPER.scalar(db, paper_id=finding.paper_id) if finding.paper_id is not None else None


def _stated_article(db: Connection, finding: Finding) -> str | None:
    if finding.article_id is None:
        return None
    title: str | None = _TITLE.scalar(db, article_id=finding.article_id)
    return title
