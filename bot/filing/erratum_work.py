"""What the newsroom made of an error: its cause, a waiver, notices. It goes where the accepted reports of the error go.

Writes; never commits. Knows no points, no place and no reader.
"""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from bot.understanding.words.normalise import strict_key
from models.enums import SCORING_VERDICTS, CorrectionState
from models.newsroom import CorrectionItem, CorrectionNotice, CorrectionWaiver, ErratumCause
from models.reports import Erratum, Report


def follow(db: Connection, from_id: int, to_id: int) -> None:
    """After a report went from one erratum to another: with the last accepted one goes what was made of the error.

    Only where the words are still the same ones: a report mended into another error takes nothing along.
    """
    if _accepted(db, from_id):
        return
    words = _accepted(db, to_id)
    known = db.execute(select(Erratum.wrong, Erratum.right).where(Erratum.id == from_id)).first()
    if known is not None and _among(known.wrong, known.right, words):
        _move_once(db, ErratumCause, from_id, to_id)
        _move_once(db, CorrectionWaiver, from_id, to_id)
    _move_items(db, from_id, to_id, words)


def _accepted(db: Connection, erratum_id: int) -> list[tuple[str | None, str | None]]:
    """The words of the accepted reports of an erratum."""
    rows = db.execute(select(Report.wrong, Report.right).where(
        Report.erratum_id == erratum_id, Report.verdict.in_(SCORING_VERDICTS)))
    return [(row.wrong, row.right) for row in rows]


def _among(wrong: str | None, right: str | None, words: list[tuple[str | None, str | None]]) -> bool:
    """Whether one of these reports names the same words, or more or fewer of them."""
    return any(_alike(wrong or right, reported[0] or reported[1]) for reported in words)


def _alike(one: str | None, other: str | None) -> bool:
    here, there = strict_key(one or ""), strict_key(other or "")
    return bool(here and there) and (here in there or there in here)


def _move_once(db: Connection, table: type[ErratumCause] | type[CorrectionWaiver], from_id: int, to_id: int) -> None:
    """What was said of the other erratum itself stands."""
    if db.scalar(select(table.erratum_id).where(table.erratum_id == to_id)) is None:
        db.execute(update(table).where(table.erratum_id == from_id).values(erratum_id=to_id))


def _move_items(db: Connection, from_id: int, to_id: int, words: list[tuple[str | None, str | None]]) -> None:
    """The items of notices, but of two notices that stand only one speaks of an erratum: nobody is told twice."""
    standing = select(CorrectionItem.id).join(
        CorrectionNotice, CorrectionNotice.id == CorrectionItem.notice_id).where(
        CorrectionItem.erratum_id == to_id, CorrectionNotice.state != CorrectionState.WITHDRAWN).limit(1)
    if db.scalar(standing) is not None:
        return
    for item in db.execute(select(CorrectionItem.id, CorrectionItem.wrong, CorrectionItem.right)
                           .where(CorrectionItem.erratum_id == from_id)).all():
        if _among(item.wrong, item.right, words):
            db.execute(update(CorrectionItem).where(CorrectionItem.id == item.id).values(erratum_id=to_id))
