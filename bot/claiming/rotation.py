"""A new key for what winners gave: everything is sealed anew with it; the old keys stay for reading. Never commits."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.claiming.keys import Keys, NoKey
from models.claims import ClaimContact


def seal_anew(session: Session, keys: Keys) -> int:
    """How much was sealed with another key than the newest, and is sealed with it now. NoKey where one of them is gone."""
    rows = session.scalars(select(ClaimContact).where(ClaimContact.key_id != keys.newest).order_by(
        ClaimContact.award_id, ClaimContact.kind).with_for_update()).all()
    for row in rows:
        closed = keys.seal(row.award_id, row.kind, keys.open(row.award_id, row.kind, row.key_id, row.sealed))
        row.key_id, row.sealed = closed.key_id, closed.text
    session.flush()
    return len(rows)


def check(session: Session, keys: Keys) -> None:
    """NoKey where something is sealed with a key that is gone: found before a new one is made."""
    for key_id in used(session):
        if key_id not in keys.by_id:
            raise NoKey(f"编号 {key_id} 的钥匙不在钥匙文件里，先放回来再换新的。")


def used(session: Session) -> dict[str, int]:
    """How much each key seals now, by its id."""
    rows = session.execute(select(ClaimContact.key_id, func.count()).group_by(ClaimContact.key_id))
    return {row[0]: row[1] for row in rows}
