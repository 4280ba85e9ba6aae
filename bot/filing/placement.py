"""The place of reports after an import: given where the words now stand, taken away where they stood before.

Writes; never commits. The place in time stays whatever the catalogue does.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, or_, select, update

from bot.contest.aim import aim, is_settled
from bot.contest.waiting_calls import counts_from
from bot.filing import elsewhere, errata, reports
from bot.understanding.values import SUBTITLE, TITLE, WHOLE, Finding, Located
from models.enums import SCORING_VERDICTS, ReportState
from models.papers import Page
from models.readers import Reader
from models.reports import Erratum, Report

Lines = dict[int, str]
SOUGHT = (Located.NOT_IMPORTED, Located.NOT_FOUND, Located.SEVERAL)
OVER = (ReportState.WITHDRAWN, ReportState.LAPSED)


def unplaced(db: Connection, *, after: int, limit: int, since: datetime | None = None) -> list[int]:
    """Numbers above `after` of reports whose words an import may have brought, decided or not.

    `since`: only those changed since then (what was read while an import was under way).
    """
    has_pages = select(Page.id).where(Page.issue_id == Report.issue_id).exists()
    query = select(Report.id).where(
        Report.id > after, Report.located.in_(SOUGHT), Report.state.not_in(OVER),
        or_(Report.issue_id.is_(None), has_pages)).order_by(Report.id).limit(limit)
    if since is not None:
        query = query.where(Report.updated_at >= since, Report.located == Located.NOT_IMPORTED)
    return list(db.scalars(query))


def place_again(db: Connection, report_id: int, finding: Finding, *, now: datetime) -> bool:
    """Writes what a later import says of a report's place; False where it says nothing new, or nobody waits for it any more.

    The first report to be placed takes its erratum along, with its grade. It moves to the round of its issue
    unless one of the two rounds is picked (RULES 3); a pick under way is waited for.
    """
    old = reports.get(db, report_id)
    if old.state in OVER or finding == reports.current_finding(db, report_id):
        return False
    values = reports.columns_of(finding) | _round_of(db, old, finding)
    if old.erratum_id is not None and finding.place is not None:
        values["erratum_id"] = _erratum(db, old, finding, now)
    _write(db, old, finding, values, now)
    return True


def _round_of(db: Connection, old: Row[Any], finding: Finding) -> dict[str, Any]:
    account = str(db.scalar(select(Reader.account).where(Reader.id == old.reader_id)))
    target = aim(db, account, finding, counts_from(db, old), sent_at=old.sent_at)
    rounds = sorted({one for one in (old.round_id, target.round_id) if one is not None})  # in one order, so that nobody crosses
    settled = any(is_settled(db, one, hold=True) for one in rounds)
    if target.round_id == old.round_id:
        # Of two papers of a month one may have the earlier deadline; after the pick nothing becomes late any more.
        return {"issue_id": target.issue_id} | ({} if settled else {"late": target.late})
    if settled:
        return {}
    return {"issue_id": target.issue_id, "round_id": target.round_id, "contest_id": target.contest_id, "late": target.late}


def _erratum(db: Connection, old: Row[Any], finding: Finding, now: datetime) -> int:
    before = errata.points_of(db, old.erratum_id)
    # What a round was picked with stays: its errata are told apart as they were then.
    joins = old.late or not is_settled(db, old.round_id)
    matched = errata.place(db, old.erratum_id, finding, now=now, joins=joins)
    if old.verdict in SCORING_VERDICTS and before.row_code is not None:
        errata.carry_points(db, old.erratum_id, matched)
    return matched


def _write(db: Connection, old: Row[Any], finding: Finding, values: dict[str, Any], now: datetime) -> None:
    version = old.version + 1
    db.execute(update(Report).where(Report.id == old.id).values(version=version, updated_at=now, **values))
    reports.keep_placed_version(db, old.id, version, finding, message_id=old.message_id, now=now)
    if values.get("erratum_id", old.erratum_id) != old.erratum_id:
        errata.leave(db, old.erratum_id, values["erratum_id"], by_late=old.late)


def release(db: Connection, article_id: int, before: Lines, after: Lines | None, *, now: datetime) -> None:
    """Takes the place from reports and errata of an article where its words changed; `after` None: it has gone.

    A job then looks for their words anew. What still stands where it stood keeps its place.
    """
    for row in db.execute(select(Report.__table__).where(
            or_(Report.article_id == article_id, Report.stated_article_id == article_id))).all():
        finding = _without(reports.current_finding(db, row.id), article_id, before, after)
        if finding is not None:
            _write(db, row, finding, reports.columns_of(finding), now)
    for row in db.execute(select(Erratum.id, Erratum.paragraph, Erratum.span_start, Erratum.span_end)
                          .where(Erratum.article_id == article_id)).all():
        if not stands(row.paragraph, row.span_start, row.span_end, before, after):
            db.execute(update(Erratum).where(Erratum.id == row.id).values(
                article_id=None, paragraph=None, span_start=None, span_end=None))
            elsewhere.forget(db, [row.id])


def lines_of(title: str, subtitle: str | None, paragraphs: Iterable[str]) -> Lines:
    """An article's text by paragraph number, as places count."""
    return dict(enumerate(paragraphs)) | {TITLE: title, SUBTITLE: subtitle or ""}


def _without(finding: Finding, article_id: int, before: Lines, after: Lines | None) -> Finding | None:
    """The finding without what is no longer true of the article; None where all of it still is."""
    place = finding.place
    lost = place is not None and place.article_id == article_id and not stands(
        place.paragraph, place.start, place.end, before, after)
    gone = after is None and finding.article_id == article_id
    if not lost and not gone:
        return None
    changed = finding._replace(article_id=None if after is None else finding.article_id)
    if not lost:
        return changed
    located = Located.NOT_FOUND if finding.located is Located.FOUND else Located.NOT_IMPORTED
    return changed._replace(place=None, places=(), located=located)


def stands(paragraph: int, start: int, end: int, before: Lines, after: Lines | None) -> bool:
    """Whether the words of a place, one character around them included, are printed where they were."""
    if after is None:
        return False
    if paragraph == WHOLE:
        return True
    old, new = before.get(paragraph, ""), after.get(paragraph, "")
    return old[max(start - 1, 0):end + 1] == new[max(start - 1, 0):end + 1]
