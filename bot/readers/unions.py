"""Readers whom the platform itself knows as one: asks for unionids, keeps digests, links. No call in a transaction.

Only where several accounts may ask, for one account alone has nobody to link with. The unionid is kept as a
keyed digest and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, or_, select, update
from sqlalchemy.orm import Session

from bot.outbox import account_calls
from bot.outbox.account_calls import May
from bot.outbox.channels import Account
from bot.personal import privacy
from bot.readers import persons
from bot.wechat import followers
from bot.wechat.client import Answer
from bot.wechat.codes import Action
from bot.wechat.followers import Caller
from bot.wechat.profiles import Call
from models.enums import LinkedBy
from models.links import ReaderTie
from models.readers import Reader
from models.session import reading, writing

BATCH = 50
ASKED_AGAIN = timedelta(days=30)
"""An account may be bound later: who had no unionid is asked for again when he writes after so long."""
SCOPE = "unionid"


def run(engine: Engine, accounts: Mapping[str, Account], callers: Mapping[str, Caller], *, secret: str,
        clock_now: Callable[[], datetime], now: datetime) -> dict[str, int]:
    """Asks for some readers of each account; gives how many were asked for and how many links came of it."""
    with reading(engine) as session:
        db = session.connection()
        able = [one for one in accounts.values() if one.name in callers and account_calls.may(
            db, one, Call.USERS, now=now) is not May.NO]
        due = _due(db, [one.name for one in able], now) if len(able) > 1 else []
    counts = {"asked": 0, "linked": 0}
    by_name = {one.name: one for one in able}
    for reader_id, name, openid in due:
        if not _may(engine, by_name[name], clock_now()):
            continue
        answer = followers.user_info(callers[name], openid)
        with writing(engine) as session:
            counts["asked"] += 1
            counts["linked"] += _note(session, by_name[name], reader_id, openid, answer, secret=secret, now=clock_now())
    return counts if counts["asked"] else {}


def _may(engine: Engine, account: Account, now: datetime) -> bool:
    with reading(engine) as session:
        return account_calls.may(session.connection(), account, Call.USERS, now=now) is May.YES


def _due(db: Connection, accounts: list[str], now: datetime) -> list[tuple[int, str, str]]:
    rows = db.execute(
        select(Reader.id, Reader.account, Reader.openid).outerjoin(ReaderTie, ReaderTie.reader_id == Reader.id)
        .where(Reader.account.in_(accounts), Reader.openid.is_not(None), Reader.last_message_at.is_not(None), or_(
            ReaderTie.union_asked_at.is_(None),
            (ReaderTie.union_digest.is_(None)) & (ReaderTie.union_asked_at <= now - ASKED_AGAIN)
            & (Reader.last_message_at > ReaderTie.union_asked_at)))
        .order_by(Reader.id).limit(BATCH)
    )
    return [(row.id, row.account, row.openid) for row in rows]


def _note(session: Session, account: Account, reader_id: int, openid: str, answer: Answer, *, secret: str,
          now: datetime) -> int:
    db = session.connection()
    action = account_calls.note(db, account, Call.USERS, answer, now=now)
    if action in (None, Action.BACK_OFF, Action.WAIT_FOR_QUOTA, Action.SWITCH_OFF):
        return 0
    if db.scalar(select(Reader.openid).where(Reader.id == reader_id)) != openid:
        return 0  # he went while we asked
    unionid = followers.unionid_in(answer) if answer.errcode == 0 else None
    digest = privacy.digest(secret, SCOPE, unionid) if unionid else None
    persons.keep_tie(db, reader_id)
    db.execute(update(ReaderTie).where(ReaderTie.reader_id == reader_id).values(
        union_digest=digest, union_asked_at=now))
    return _link(db, reader_id, digest, now) if digest else 0


def _link(db: Connection, reader_id: int, digest: str, now: datetime) -> int:
    others = db.scalars(
        select(Reader.id).join(ReaderTie, ReaderTie.reader_id == Reader.id)
        .where(ReaderTie.union_digest == digest, Reader.id != reader_id, Reader.erased_at.is_(None)).order_by(Reader.id)
    ).all()
    return sum(persons.join(db, reader_id, other, how=LinkedBy.UNION, now=now) for other in others
               if not persons.were_parted(db, reader_id, other))
