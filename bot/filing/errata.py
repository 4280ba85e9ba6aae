"""Erratum 差错: which reports point at the same error in print, and who found it first. Writes; never commits.

By place where the words were found, by the words as stated where nothing is imported (RULES 7, 9).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, or_, select, update

from bot.filing import elsewhere, erratum_work
from bot.filing.erratum_group import NO_POINTS as NO_POINTS
from bot.filing.erratum_group import Points as Points
from bot.filing.erratum_group import carry_points as carry_points
from bot.filing.erratum_group import forget_points as forget_points
from bot.filing.erratum_group import group_of as group_of
from bot.filing.erratum_group import link as link
from bot.filing.erratum_group import points_of as points_of
from bot.filing.erratum_group import root_of as root_of
from bot.filing.erratum_group import same_for_readers as same_for_readers
from bot.filing.erratum_group import unlink as unlink
from bot.understanding.duplicates import Likeness, alike, core_place, same_error, same_words
from bot.understanding.values import SUBTITLE, TITLE, Finding, Located, Place
from models.ledger import HouseFind
from models.papers import Article, Page
from models.prepared import InsertInto, Prepared
from models.reports import Erratum, Report
from models.session import lock_for_writing, lock_parts


@dataclass(frozen=True, slots=True)
class Match:
    """`erratum_id` is certain; `maybe_id` is a likeness that an editor settles. `is_new`: nobody can have reported it."""

    erratum_id: int
    maybe_id: int | None
    is_new: bool = False


def match_or_make(db: Connection, *, contest_id: int, issue_id: int | None, finding: Finding, now: datetime,
                  in_house: bool = False) -> Match:
    """The erratum that `finding` points at, made where there is none. Until the commit nobody else matches words of the
    same paragraph, or words of no place of the same issue (and, from `elsewhere` on, none of the same line or change).

    `in_house`: the newsroom found it. Such an erratum sleeps until a reader reports it: it is linked to no other and
    takes the shape of that first report, so that readers are ranked as if the newsroom had found nothing (RULES 9).
    """
    if finding.place is not None:
        return _by_place(db, contest_id, finding, finding.place, now, in_house)
    return _by_words(db, contest_id, issue_id, finding, now, in_house)


def _by_place(db: Connection, contest_id: int, finding: Finding, place: Place, now: datetime,
              in_house: bool = False) -> Match:
    core = core_of(db, finding)
    lock_parts(db, contest_id, _part(core.article_id, core.paragraph, None))
    known = _at(db, core)
    if known is not None:
        if not in_house and is_asleep(db, known):
            _wake(db, known, {"issue_id": core.issue_id, **_place_columns(db, core)}, finding)
        return Match(known, None)
    made = int(_INSERT.scalar(
        db, contest_id=contest_id, issue_id=place.issue_id, **_place_columns(db, core), wrong=finding.wrong,
        right=finding.right, created_at=now))
    if not in_house:
        elsewhere.link_new(db, made)
    return Match(made, None, is_new=True)


def _part(article_id: int | None, paragraph: int | None, issue_id: int | None) -> str:
    """What of a contest is locked while an erratum is looked for: by place, else by words in its issue."""
    return f"paragraph {article_id} {paragraph}" if article_id is not None else f"words {issue_id}"


def hold(db: Connection, erratum_id: int) -> None:
    """Until the commit nobody matches a report to this erratum: one that a report leaves may be dropped."""
    row = _STANDS.first(db, erratum_id=erratum_id)
    lock_parts(db, row.contest_id, _part(row.article_id, row.paragraph, row.issue_id))


def _asleep() -> ColumnElement[bool]:
    """Only the newsroom has found it so far."""
    return and_(select(HouseFind.id).where(HouseFind.erratum_id == Erratum.id).exists(),
                ~select(Report.id).where(Report.erratum_id == Erratum.id).exists())


_INSERT = InsertInto(Erratum)
_DROP = Prepared(delete(Erratum).where(Erratum.id == bindparam("erratum_id"), Erratum.row_code.is_(None)))
_STANDS = Prepared(select(Erratum.contest_id, Erratum.issue_id, Erratum.article_id, Erratum.paragraph)
                   .where(Erratum.id == bindparam("erratum_id")))
_PLACED_AT = Prepared(select(Erratum.article_id).where(Erratum.id == bindparam("erratum_id")))
_OTHERS = Prepared(select(Report.id).where(Report.erratum_id == bindparam("erratum_id"), Report.id != bindparam("but")).limit(1))
_HOUSE_FIND = Prepared(select(HouseFind.id).where(HouseFind.erratum_id == bindparam("erratum_id")).limit(1))
_NAMED_BY = Prepared(select(Report.id).where(or_(Report.erratum_id == bindparam("erratum_id"),
                                                 Report.maybe_erratum_id == bindparam("erratum_id"))).limit(1))
_LINKED = Prepared(select(Erratum.id).where(Erratum.same_as_id == bindparam("erratum_id")).limit(1))
_SLEEPER = Prepared(select(Erratum.id).where(Erratum.id == bindparam("erratum_id"), _asleep()))
_UNPLACED = Prepared(
    select(Erratum.id, Erratum.page_label, Erratum.wrong, Erratum.right)
    .where(Erratum.issue_id == bindparam("issue_id"), Erratum.wrong.is_not(None), Erratum.article_id.is_(None))
    .order_by(Erratum.id))
_AT = Prepared(
    select(Erratum.id, Erratum.span_start, Erratum.span_end)
    .where(Erratum.article_id == bindparam("article_id"), Erratum.paragraph == bindparam("paragraph"))
    .order_by(_asleep(), Erratum.id))
_ARTICLE = Prepared(select(Article.title, Article.subtitle, Article.paragraphs).where(Article.id == bindparam("article_id")))
_PAGE = Prepared(select(Page.number).join(Article).where(Article.id == bindparam("article_id")))


def is_asleep(db: Connection, erratum_id: int) -> bool:
    """Whether only the newsroom has found this erratum so far: it counts for no reader yet."""
    return _SLEEPER.first(db, erratum_id=erratum_id) is not None


def _wake(db: Connection, erratum_id: int, values: dict[str, Any], finding: Finding) -> None:
    """The first report of an erratum that only the newsroom knew makes it anew, as if it had not been there."""
    db.execute(update(Erratum).where(Erratum.id == erratum_id).values(
        wrong=finding.wrong, right=finding.right, **values))
    if finding.place is not None or finding.located is Located.SEVERAL:
        elsewhere.link_new(db, erratum_id)


def core_of(db: Connection, finding: Finding) -> Place:
    """The printed characters that a located finding objects to."""
    core = core_place(finding, _printed(db, finding.place) if finding.place else None)
    assert core is not None
    return core


def hold_article(db: Connection, place: Place) -> bool:
    """Whether the article of a place is still there; an import that takes it away waits for the commit."""
    return db.scalar(select(Article.id).where(Article.id == place.article_id).with_for_update(read=True)) is not None


def _printed(db: Connection, place: Place) -> str | None:
    """The words as printed at a place: what the reader typed may differ in width, spaces or marks."""
    row = _ARTICLE.first(db, article_id=place.article_id)
    if place.paragraph >= 0:
        line = row.paragraphs[place.paragraph] if place.paragraph < len(row.paragraphs) else None
    else:
        line = {TITLE: row.title, SUBTITLE: row.subtitle}.get(place.paragraph)
    return None if line is None else str(line[place.start:place.end])


def _at(db: Connection, core: Place) -> int | None:
    """The erratum that overlaps these characters; one that readers reported before one that only we found."""
    for row in _AT.all(db, article_id=core.article_id, paragraph=core.paragraph):
        if same_error(core, replace(core, start=row.span_start, end=row.span_end)):
            return int(row.id)
    return None


def _place_columns(db: Connection, core: Place) -> dict[str, Any]:
    page = _PAGE.scalar(db, article_id=core.article_id)
    return {"page_label": page, "article_id": core.article_id, "paragraph": core.paragraph,
            "span_start": core.start, "span_end": core.end}


def _by_words(
    db: Connection, contest_id: int, issue_id: int | None, finding: Finding, now: datetime, in_house: bool
) -> Match:
    maybe = None
    if issue_id is not None and finding.wrong:
        lock_parts(db, contest_id, _part(None, None, issue_id))
        for asleep, number, likeness in _alike(db, issue_id, finding, finding.wrong):
            if likeness == "same":
                if not asleep or in_house:
                    return Match(number, None)
                _wake(db, number, {"page_label": finding.page}, finding)
                return Match(number, maybe)  # sleepers come last: as it would be had there been no find
            if likeness == "maybe" and maybe is None and not asleep:
                maybe = number
    made = int(_INSERT.scalar(db, contest_id=contest_id, issue_id=issue_id, page_label=finding.page,
                              wrong=finding.wrong, right=finding.right, created_at=now))
    if finding.located is Located.SEVERAL and not in_house:  # in several places: all of them are one slip (RULES 7)
        elsewhere.link_new(db, made)
    return Match(made, maybe, is_new=True)


def _alike(db: Connection, issue_id: int, finding: Finding, wrong: str) -> list[tuple[bool, int, Likeness]]:
    """(only we found it, its number, how alike) of an issue's errata that have no place, those that readers found first."""
    found = []
    for row in _UNPLACED.all(db, issue_id=issue_id):
        if alike(wrong, row.wrong):  # of hundreds hardly any is
            other = Finding(page=row.page_label, wrong=row.wrong, right=row.right, issue_id=issue_id)
            found.append((is_asleep(db, row.id), row.id, same_words(finding, other)))
    return sorted(found)


def only_of(db: Connection, erratum_id: int, report_id: int) -> bool:
    """Whether an erratum known by words has no report but this one, and the newsroom did not find it itself."""
    placed, others = _PLACED_AT.scalar(db, erratum_id=erratum_id), _OTHERS.scalar(db, erratum_id=erratum_id, but=report_id)
    return placed is None and others is None and not found_in_house(db, erratum_id)


def found_in_house(db: Connection, erratum_id: int) -> bool:
    """Whether the newsroom put this erratum on record, withdrawn since or not."""
    return _HOUSE_FIND.scalar(db, erratum_id=erratum_id) is not None


def leave(db: Connection, erratum_id: int, to_id: int | None = None, *, by_late: bool = False) -> None:
    """After a report went over to another erratum: what the newsroom made of the error goes with its last accepted
    report; points nobody stands behind go, and so does a bare erratum. `by_late`: the report is late."""
    if to_id is not None:
        erratum_work.follow(db, erratum_id, to_id)
    forget_points(db, erratum_id, by_late=by_late)
    drop_if_bare(db, erratum_id)


def drop_if_bare(db: Connection, erratum_id: int) -> None:
    """Removes an erratum that no report hangs on any more, never graded and not on record as found in-house."""
    if _is_named(db, erratum_id):
        return
    if found_in_house(db, erratum_id):  # it sleeps again, in nobody's way
        elsewhere.forget(db, [erratum_id])
        db.execute(update(Erratum).where(Erratum.id == erratum_id).values(same_as_id=None))
    else:
        _DROP.run(db, erratum_id=erratum_id)


def _is_named(db: Connection, erratum_id: int) -> bool:
    """Whether a report hangs on an erratum, or may, or another erratum is linked to it."""
    return any(one.scalar(db, erratum_id=erratum_id) is not None for one in (_NAMED_BY, _LINKED))


def place(db: Connection, erratum_id: int, finding: Finding, *, now: datetime, joins: bool = True) -> int:
    """Gives an erratum known by words the place that an import found; joins the one already there. `joins` False: where
    there is one, both stay as they are.

    Gives the erratum that the report hangs on from now on; the grade goes with the error.
    """
    assert finding.place is not None
    row = db.execute(select(Erratum.contest_id, Erratum.article_id).where(Erratum.id == erratum_id)).one()
    lock_for_writing(db, row.contest_id)
    core = core_of(db, finding)
    there = _at(db, core)
    asleep = there is not None and is_asleep(db, there) and not _is_named(db, there)
    if row.article_id is None and (there is None or asleep):
        db.execute(update(Erratum).where(Erratum.id == erratum_id).values(
            issue_id=core.issue_id, **_place_columns(db, core)))
        if there is not None:  # the newsroom's find joins the readers' erratum, as if that had been there alone
            _hand_finds_over(db, there, erratum_id)
        elsewhere.link_new(db, erratum_id)
        return erratum_id
    if not joins:
        return erratum_id
    matched = _by_place(db, row.contest_id, finding, finding.place, now).erratum_id
    if matched != erratum_id:
        carry_points(db, erratum_id, matched)
    return matched


def _hand_finds_over(db: Connection, from_id: int, to_id: int) -> None:
    """The newsroom's finds of one erratum hang on another from now on."""
    db.execute(update(HouseFind).where(HouseFind.erratum_id == from_id).values(erratum_id=to_id))
    drop_if_bare(db, from_id)


def place_asleep(db: Connection, erratum_id: int, finding: Finding) -> bool:
    """Gives an erratum that only the newsroom found the place that an import brought; it sleeps on.

    Its finds join the erratum known there, if there is one. False where a reader has reported it meanwhile.
    """
    contest_id = db.scalar(select(Erratum.contest_id).where(Erratum.id == erratum_id))
    assert contest_id is not None
    lock_for_writing(db, contest_id)
    if not is_asleep(db, erratum_id):
        return False
    core = core_of(db, finding)
    known = _at(db, core)
    if known is None:
        db.execute(update(Erratum).where(Erratum.id == erratum_id).values(
            issue_id=core.issue_id, **_place_columns(db, core)))
    else:
        _hand_finds_over(db, erratum_id, known)
    return True
