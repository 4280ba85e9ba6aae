"""Erratum 差错: which reports point at the same error in print, and who found it first. Writes; never commits.

By place where the words were found, by the words as stated where nothing is imported (RULES 7, 9).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update

from bot.understanding.duplicates import core_span, same_error, same_words
from bot.understanding.values import Finding, Place
from models.enums import SCORING_VERDICTS, ReportState
from models.papers import Article, Page
from models.readers import Person, Reader
from models.reports import Erratum, Report
from models.session import lock_for_writing

LOOK_AT = 200
"""At most so many errata of one issue are compared for a report that is not located."""

STANDING_STATES = (ReportState.FILED, ReportState.NEEDS_MORE, ReportState.DECIDED, ReportState.ESCALATED)


@dataclass(frozen=True, slots=True)
class Match:
    """`erratum_id` is certain; `maybe_id` is a likeness that an editor settles."""

    erratum_id: int
    maybe_id: int | None
    is_new: bool


@dataclass(frozen=True, slots=True)
class Finders:
    """Who found an erratum, for now. `rank` counts persons from 1; 0: in nobody's way (late, barred)."""

    rank: int
    first_number: int
    first_at: datetime
    persons: int


def match_or_make(db: Connection, *, contest_id: int, issue_id: int | None, finding: Finding, now: datetime) -> Match:
    """The erratum that `finding` points at, made where there is none. Serialised per issue until the commit."""
    lock_for_writing(db, issue_id or 0)
    if finding.place is not None:
        return _by_place(db, contest_id, finding, finding.place, now)
    return _by_words(db, contest_id, issue_id, finding, now)


def _by_place(db: Connection, contest_id: int, finding: Finding, place: Place, now: datetime) -> Match:
    start, end = core_span(finding.wrong, finding.right, place)
    core = _span(place, start, end)
    for row in db.execute(select(Erratum).where(
        Erratum.article_id == place.article_id, Erratum.paragraph == place.paragraph
    ).order_by(Erratum.id)):
        if same_error(core, _span(place, row.span_start, row.span_end)):
            return Match(row.id, None, is_new=False)
    page = db.scalar(select(Page.number).join(Article).where(Article.id == place.article_id))
    made = db.execute(insert(Erratum).values(
        contest_id=contest_id, issue_id=place.issue_id, page_label=page, article_id=place.article_id,
        paragraph=place.paragraph, span_start=start, span_end=end, wrong=finding.wrong, right=finding.right,
        created_at=now,
    ))
    return Match(_key(made), None, is_new=True)


def _span(place: Place, start: int, end: int) -> Place:
    return Place(place.paper_id, place.issue_id, place.page_id, place.article_id, place.paragraph, start, end)


def _by_words(
    db: Connection, contest_id: int, issue_id: int | None, finding: Finding, now: datetime
) -> Match:
    maybe = None
    if issue_id is not None and finding.wrong:
        for row in db.execute(
            select(Erratum).where(Erratum.issue_id == issue_id, Erratum.wrong.is_not(None),
                                  Erratum.article_id.is_(None)).order_by(Erratum.id).limit(LOOK_AT)
        ):
            likeness = same_words(finding, Finding(page=row.page_label, wrong=row.wrong, right=row.right,
                                                   issue_id=issue_id))
            if likeness == "same":
                return Match(row.id, None, is_new=False)
            if likeness == "maybe" and maybe is None:
                maybe = row.id
    made = db.execute(insert(Erratum).values(
        contest_id=contest_id, issue_id=issue_id, page_label=finding.page, wrong=finding.wrong,
        right=finding.right, created_at=now,
    ))
    return Match(_key(made), maybe, is_new=True)


def _key(made: Any) -> int:
    return int(made.inserted_primary_key[0])


def root_of(db: Connection, erratum_id: int) -> int:
    """The one erratum that counts for readers (the same slip elsewhere is linked to it)."""
    return db.scalar(select(Erratum.same_as_id).where(Erratum.id == erratum_id)) or erratum_id


def group_of(db: Connection, erratum_id: int) -> list[int]:
    """All errata that count as one with this one, itself included."""
    root = root_of(db, erratum_id)
    return list(db.scalars(select(Erratum.id).where(or_(Erratum.id == root, Erratum.same_as_id == root))))


def finder_rows(db: Connection, erratum_id: int) -> list[Row[int, int, datetime]]:
    """Reports that count as finds of an erratum, one a person, in order of RULES 2: id, person_id, counts_at."""
    rows = db.execute(
        select(Report.id, Reader.person_id, Report.counts_at)
        .join(Reader, Reader.id == Report.reader_id).join(Person, Person.id == Reader.person_id)
        .where(
            Report.erratum_id.in_(group_of(db, erratum_id)), Report.late.is_(False), Person.bar.is_(None),
            Report.state.in_(STANDING_STATES),
            or_(Report.verdict.is_(None), Report.verdict.in_(SCORING_VERDICTS)),
        )
        .order_by(Report.counts_at, Report.sequence, Report.id)
    )
    seen: set[int] = set()
    firsts: list[Row[int, int, datetime]] = []
    for row in rows:
        if row.person_id not in seen:
            seen.add(row.person_id)
            firsts.append(row)
    return firsts


def finders(db: Connection, erratum_id: int, person_id: int) -> Finders | None:
    """Where a person stands among the finders of an erratum for now; None when nobody counts yet."""
    rows = finder_rows(db, erratum_id)
    if not rows:
        return None
    rank = next((n for n, row in enumerate(rows, 1) if row.person_id == person_id), 0)
    return Finders(rank, rows[0].id, rows[0].counts_at, len(rows))


def own_report(db: Connection, erratum_id: int, person_id: int, *, but: int | None = None) -> int | None:
    """The person's earlier report of the same erratum, if any stands."""
    query = (
        select(Report.id).join(Reader, Reader.id == Report.reader_id)
        .where(Reader.person_id == person_id, Report.erratum_id.in_(group_of(db, erratum_id)),
               Report.state.in_(STANDING_STATES))
        .order_by(Report.id)
    )
    return db.scalar(query if but is None else query.where(Report.id != but))


def drop_if_bare(db: Connection, erratum_id: int) -> None:
    """Removes an erratum that no report hangs on any more and that was never graded."""
    used = db.scalar(select(Report.id).where(or_(Report.erratum_id == erratum_id,
                                                 Report.maybe_erratum_id == erratum_id)).limit(1))
    linked = db.scalar(select(Erratum.id).where(Erratum.same_as_id == erratum_id).limit(1))
    if used is None and linked is None:
        db.execute(Erratum.__table__.delete().where(  # type: ignore[attr-defined]
            Erratum.id == erratum_id, Erratum.row_code.is_(None)))


def link(db: Connection, erratum_id: int, root_id: int) -> None:
    """Says that two errata are the same slip elsewhere: they count once for readers (RULES 7)."""
    root = root_of(db, root_id)
    mine = group_of(db, erratum_id)
    db.execute(update(Erratum).where(Erratum.id.in_(mine), Erratum.id != root).values(same_as_id=root))
    db.execute(update(Erratum).where(Erratum.id == root).values(same_as_id=None))


def place(db: Connection, erratum_id: int, finding: Finding, *, now: datetime) -> int:
    """Gives an erratum known by words the place that an import found; joins the one already there."""
    assert finding.place is not None
    row = db.execute(select(Erratum).where(Erratum.id == erratum_id)).one()
    if row.article_id is not None:
        return erratum_id
    matched = _by_place(db, row.contest_id, finding, finding.place, now)
    target = db.execute(select(Erratum.row_code).where(Erratum.id == matched.erratum_id)).one()
    if target.row_code is None and row.row_code is not None:
        # The grade given while nothing was imported goes with the error.
        db.execute(update(Erratum).where(Erratum.id == matched.erratum_id).values(
            row_code=row.row_code, doubling=row.doubling, points_milli=row.points_milli))
    return matched.erratum_id
