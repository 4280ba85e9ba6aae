"""After a backup was brought back: numbers go on behind the last one told, nothing leaves twice. Writes; never commits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, text, update
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.outbox.ledger import Why
from bot.outside.journal import BLOCK, Line
from bot.outside.lost import Lost, Notice, Pick
from bot.personal import erasing, privacy
from bot.personal.erasing import Way
from models.articles import RoundArticle
from models.enums import ArticleState, NameState, OutgoingState
from models.outgoing import OutgoingMessage
from models.outside import LostNotice, LostPick
from models.readers import Person, Reader
from models.session import insert_new, insert_new_row

ARTICLE = "恢复备份之前，这篇文章可能已经送进公众号后台，请到后台看一眼。"


def mend(session: Session, lost: Lost, *, actor: Actor, now: datetime) -> None:
    """Makes what is missing known to the database, as far as it must be; twice does no harm."""
    db = session.connection()
    _skip(db, "report", lost.last_report)
    _skip(db, "message", lost.last_message + BLOCK if lost.last_message else 0)
    for line in lost.readers:
        _make_again(db, line)
    _skip(db, "reader", max((line["r"] for line in lost.readers), default=0))
    for reader_id, ordinal in lost.ordinals.items():
        db.execute(update(Reader).where(Reader.id == reader_id, Reader.last_ordinal < ordinal).values(last_ordinal=ordinal))
    for notice in lost.notices:
        _tell(db, notice)
    for pick in lost.picks:
        _remember(db, pick)
    for reader_id, line in lost.gone.items():
        if line["erased"]:
            erasing.erase(db, [reader_id], way=Way.RESTORED, actor=actor, now=now)
        else:
            privacy.unfollowed(db, reader_id, digest=line["w"], now=now)
    if lost.articles:
        db.execute(update(RoundArticle).where(RoundArticle.round_id.in_(lost.articles)).values(
            state=ArticleState.UNCERTAIN, state_at=now, problem=ARTICLE))
    session.expire_all()
    audit.record(session, actor=actor, verb="check_restored", object_kind="database", object_id=None, now=now, details={
        "messages": len(lost.messages), "reports": len(lost.reports), "notices": len(lost.notices),
        "picks": len(lost.picks), "gone": len(lost.gone), "next_number": lost.last_report + 1})


def _skip(db: Connection, table: str, last: int) -> None:
    """No id up to `last` is given out any more."""
    if not last:
        return
    if db.dialect.name == "postgresql":
        db.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), GREATEST(:last,"  # noqa: S608
                        f" (SELECT COALESCE(MAX(id), 1) FROM {table})))"), {"last": last})
        return
    # A table without AUTOINCREMENT has no row there and needs none: its ids follow the highest one it holds.
    done = db.execute(text("UPDATE sqlite_sequence SET seq = MAX(seq, :last) WHERE name = :name"),
                      {"last": last, "name": table})
    if done.rowcount == 0 and table != "reader":
        db.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"), {"last": last, "name": table})


def _make_again(db: Connection, line: Line) -> None:
    """A reader who came after the backup: whoever writes with that openid is he, and counts on where he was."""
    person_id = insert_new(db, Person.__table__, {"created_at": datetime.fromisoformat(line["at"])})  # type: ignore[arg-type]
    insert_new(db, Reader.__table__, {  # type: ignore[arg-type]
        "id": line["r"], "account": line["a"], "openid": None, "openid_digest": line["w"], "person_id": person_id,
        "first_seen_at": datetime.fromisoformat(line["at"]), "last_ordinal": 0, "name_state": NameState.NOT_ASKED,
        "name_is_nickname": True})


def _tell(db: Connection, notice: Notice) -> None:
    """Of a row that the database has: what became of it. Else it is remembered, so that its like waits for a person."""
    if notice.row_id is not None:
        sent = {"state": OutgoingState.SENT, "sent_at": notice.left_at, "last_error": None}
        perhaps = {"state": OutgoingState.UNCERTAIN, "last_error": Why.RESTORED}
        db.execute(update(OutgoingMessage).where(OutgoingMessage.id == notice.row_id)
                   .values(**sent if notice.certain else perhaps))
        return
    known = db.execute(text("SELECT 1 FROM reader WHERE id = :id"), {"id": notice.reader_id}).first()
    if known is not None:
        insert_new_row(db, LostNotice, {
            "idempotency_key": notice.key, "reader_id": notice.reader_id, "kind": notice.kind,
            "report_id": notice.report_id, "left_at": notice.left_at})


def _remember(db: Connection, pick: Pick) -> None:
    insert_new_row(db, LostPick, {
        "round_id": pick.round_id, "digest": pick.digest, "winners": list(pick.winners), "picked_at": pick.picked_at,
        "released_at": pick.released_at})
