"""Whether a reader heard something before a backup was brought back. Reads two small tables; writes nothing."""

from __future__ import annotations

from sqlalchemy import Connection, or_, select
from sqlalchemy.orm import Session

from models.outside import LostNotice, LostPick


def before(db: Connection, *, reader_id: int, kind: str, report_id: int | None, key: str) -> bool:
    """The same message, or one of its kind about the same report (or about none) to the same reader."""
    like = (LostNotice.reader_id == reader_id) & (LostNotice.kind == kind) & (
        LostNotice.report_id.is_(None) if report_id is None else LostNotice.report_id == report_id)
    return db.scalar(select(LostNotice.idempotency_key).where(
        or_(LostNotice.idempotency_key == key, like)).limit(1)) is not None


def lost_pick(session: Session, round_id: int) -> LostPick | None:
    """The pick of this round that the restored database did not know."""
    return session.get(LostPick, round_id)
