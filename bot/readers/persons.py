"""Which readers are one person: linked, unlinked, barred from prizes (RULES 11, 12). Writes; never commits.

All readers that hang together by links that stand share a person: of their own persons the lowest number, one
that is barred before the others, so that a link never frees anybody and undoing it restores what was.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, or_, select, update
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.errors import BadInput, NotAllowed, NotFound
from bot.readers import measures
from models.enums import Bar, LinkedBy, Measure
from models.links import LinkCode, ReaderLink, ReaderTie
from models.readers import Person, Reader
from models.session import insert_new, insert_new_row, lock_for_writing
from models.staff import Staff

LOCK = 7_011_000_001
"""Of the advisory lock: links change one after the other, so that no two of them settle the same persons."""
LONGEST_REASON = 300


def join(db: Connection, one: int, other: int, *, how: LinkedBy, now: datetime, staff_id: int | None = None,
         reason: str | None = None) -> bool:
    """Makes two readers one person; False where they are already. NotFound where one of them is gone for good."""
    if one == other:
        raise BadInput("这是同一位读者。")
    lock_for_writing(db, LOCK)
    first, second = min(one, other), max(one, other)
    here = set(db.scalars(select(Reader.id).where(Reader.id.in_((one, other)), Reader.erased_at.is_(None))))
    if here != {one, other}:
        raise NotFound("没有这位读者，或者他已经删除了信息。")
    if second in _together(db, [first]):
        return False
    for reader_id in (first, second):
        keep_tie(db, reader_id)
    insert_new(db, ReaderLink.__table__, {  # type: ignore[arg-type]
        "one_id": first, "other_id": second, "how": how, "staff_id": staff_id, "reason": reason, "made_at": now})
    _settle(db, [first])
    return True


def keep_tie(db: Connection, reader_id: int) -> None:
    """Notes whose own person a reader is, before any link moves him."""
    person_id = db.scalar(select(Reader.person_id).where(Reader.id == reader_id))
    insert_new_row(db, ReaderTie, {"reader_id": reader_id, "own_person_id": person_id})


def were_parted(db: Connection, one: int, other: int) -> bool:
    """Whether somebody undid a link between the two: nothing links them by itself again."""
    return db.scalar(select(ReaderLink.id).where(
        ReaderLink.one_id == min(one, other), ReaderLink.other_id == max(one, other),
        ReaderLink.undone_at.is_not(None)).limit(1)) is not None


def linked_with(db: Connection, reader_id: int) -> list[int]:
    """All readers of the same person, himself first."""
    return [reader_id, *sorted(_together(db, [reader_id]) - {reader_id})]


def proved_with(db: Connection, reader_id: int) -> list[int]:
    """The readers whom he himself, or the platform, has shown to be he; himself first. What staff linked may be a
    mistake, and a copy or an erasure asked for in the chat must not reach somebody else."""
    proved = ReaderLink.how.in_((LinkedBy.CODE, LinkedBy.UNION))
    return [reader_id, *sorted(_together(db, [reader_id], proved) - {reader_id})]


def _together(db: Connection, readers: Collection[int], *only: ColumnElement[bool]) -> set[int]:
    """The readers who hang together with any of these."""
    known, new = set(readers), set(readers)
    while new:
        rows = db.execute(select(ReaderLink.one_id, ReaderLink.other_id).where(
            ReaderLink.undone_at.is_(None), or_(ReaderLink.one_id.in_(new), ReaderLink.other_id.in_(new)), *only))
        new = {reader for row in rows for reader in row} - known
        known |= new
    return known


def _settle(db: Connection, readers: Iterable[int]) -> None:
    """Gives every group of readers its person."""
    left = set(readers)
    while left:
        group = _together(db, [left.pop()])
        left -= group
        owns = db.execute(
            select(Person.id, Person.bar).join(ReaderTie, ReaderTie.own_person_id == Person.id)
            .where(ReaderTie.reader_id.in_(group))
        ).all()
        person_id = min(owns, key=lambda row: (row.bar is None, row.id)).id
        db.execute(update(Reader).where(Reader.id.in_(group)).values(person_id=person_id))


def forget(db: Connection, reader_id: int) -> None:
    """What must go when a reader stops following: his code. The links wait for him to come back (RULES 20)."""
    db.execute(delete(LinkCode).where(LinkCode.reader_id == reader_id))


def leave(db: Connection, reader_id: int) -> None:
    """At his word for good: nothing leads from a reader to who he was. A bar stays on what he reported."""
    forget(db, reader_id)
    lock_for_writing(db, LOCK)
    together = _together(db, [reader_id])
    if len(together) > 1:
        bar = db.execute(select(Person.bar, Person.bar_reason).join(Reader, Reader.person_id == Person.id)
                         .where(Reader.id == reader_id)).one()
        own = select(ReaderTie.own_person_id).where(ReaderTie.reader_id == reader_id)
        if bar.bar is not None:
            db.execute(update(Person).where(Person.id.in_(own), Person.bar.is_(None)).values(
                bar=bar.bar, bar_reason=bar.bar_reason))
    db.execute(delete(ReaderLink).where(or_(ReaderLink.one_id == reader_id, ReaderLink.other_id == reader_id)))
    if len(together) > 1:
        _settle(db, together)
    db.execute(update(ReaderTie).where(ReaderTie.reader_id == reader_id).values(union_digest=None, union_asked_at=None))


# what staff do


def link(session: Session, one: int, other: int, reason: str, *, actor: Actor, now: datetime) -> None:
    """Staff know that two readers are one person, and write why. A link before the pick re-scores its round."""
    reason = stated(reason)
    if actor.staff_id is None:
        raise NotAllowed("请登录后再关联。")
    made = join(session.connection(), one, other, how=LinkedBy.STAFF, now=now, staff_id=actor.staff_id, reason=reason)
    if not made:
        raise NotAllowed("这两位已经是同一位读者了。")
    session.expire_all()
    audit.record(session, actor=actor, verb="link_readers", object_kind="reader", object_id=one, now=now,
                 details={"with": other})


def unlink(session: Session, link_id: int, reason: str, *, actor: Actor, now: datetime, of: int | None = None) -> None:
    """The link was wrong: each goes back to the person he was, with his own reports, name and bar. `of`: one of the
    readers who hang together by it; NotFound where he is none of them."""
    reason = stated(reason)
    db = session.connection()
    lock_for_writing(db, LOCK)
    row = db.execute(select(ReaderLink.one_id, ReaderLink.other_id).where(ReaderLink.id == link_id)).first()
    if row is None:
        raise NotFound("没有这个关联。")
    together = _together(db, [row.one_id])
    if of is not None and of not in together:
        raise NotFound("没有这个关联。")
    done = db.execute(update(ReaderLink).where(ReaderLink.id == link_id, ReaderLink.undone_at.is_(None)).values(
        undone_at=now, undone_by_id=actor.staff_id, undone_reason=reason))
    if done.rowcount != 1:
        raise NotAllowed("这个关联已经解除了，请刷新看看。")
    _settle(db, together)
    session.expire_all()
    audit.record(session, actor=actor, verb="unlink_readers", object_kind="reader", object_id=row.one_id, now=now,
                 details={"with": row.other_id})


def bar(session: Session, reader_id: int, kind: Bar, reason: str, *, actor: Actor, now: datetime) -> None:
    """From now on the person wins nothing and is in no finder's way (RULES 9, 12); all his readers with him."""
    _bar(session.connection(), reader_id, kind, stated(reason), actor=actor, now=now)
    session.expire_all()
    audit.record(session, actor=actor, verb="bar_person", object_kind="reader", object_id=reader_id, now=now,
                 after=kind)


def unbar(session: Session, reader_id: int, reason: str, *, actor: Actor, now: datetime) -> None:
    """He may win again. Whoever links his own WeChat as staff stays barred as long as he works here."""
    reason = stated(reason)
    db = session.connection()
    lock_for_writing(db, LOCK)
    together = _together(db, [reader_id])
    own = own_persons(db, together)
    before = db.scalar(select(Person.bar).join(Reader, Reader.person_id == Person.id).where(Reader.id == reader_id))
    if before is None:
        raise NotAllowed("这位读者本来就参加评奖。")
    works_here = select(Staff.id).where(Staff.person_id.in_(own), Staff.active.is_(True)).limit(1)
    if before is Bar.STAFF and db.scalar(works_here) is not None:
        raise NotAllowed("他的人员帐号还在用，不能恢复。")
    db.execute(update(Person).where(Person.id.in_(own)).values(bar=None, bar_reason=None))
    db.execute(update(Staff).where(Staff.person_id.in_(own)).values(person_id=None))
    measures.end(db, together, Measure.BAR, actor=actor, reason=reason, now=now)
    if len(together) > 1:
        _settle(db, together)
    session.expire_all()
    audit.record(session, actor=actor, verb="unbar_person", object_kind="reader", object_id=reader_id, now=now,
                 before=before)


def join_staff(session: Session, staff_id: int, reader_id: int, *, actor: Actor, now: datetime) -> None:
    """A member of staff has shown by a code which WeChat is his own: it wins nothing any more."""
    db = session.connection()
    before = session.scalar(select(Staff.person_id).where(Staff.id == staff_id))
    earlier = session.scalar(select(Reader.id).where(Reader.person_id == before, Reader.erased_at.is_(None))
                             .order_by(Reader.id).limit(1)) if before is not None else None
    if earlier is not None and earlier != reader_id:
        join(db, earlier, reader_id, how=LinkedBy.CODE, now=now)
    _bar(db, reader_id, Bar.STAFF, "工作人员本人关联", actor=actor, now=now)
    person_id = db.scalar(select(Reader.person_id).where(Reader.id == reader_id))
    db.execute(update(Staff).where(Staff.id == staff_id).values(person_id=person_id))
    session.expire_all()
    audit.record(session, actor=actor, verb="link_own_wechat", object_kind="staff", object_id=staff_id, now=now)


def _bar(db: Connection, reader_id: int, kind: Bar, reason: str, *, actor: Actor, now: datetime) -> None:
    """On the person that the reader himself is, so that undoing a link frees only the other."""
    if db.scalar(select(Reader.id).where(Reader.id == reader_id)) is None:
        raise NotFound("没有这位读者。")
    lock_for_writing(db, LOCK)
    keep_tie(db, reader_id)
    own = select(ReaderTie.own_person_id).where(ReaderTie.reader_id == reader_id)
    db.execute(update(Person).where(Person.id.in_(own)).values(bar=kind, bar_reason=reason))
    measures.lay(db, reader_id, Measure.BAR, reason, bar=kind, actor=actor, now=now)
    _settle(db, [reader_id])


def person_of(db: Connection, reader_id: int) -> int:
    """Who the reader is now, links counted. Raises where there is no such reader."""
    return db.execute(select(Reader.person_id).where(Reader.id == reader_id)).scalar_one()


def own_persons(db: Connection, readers: Collection[int]) -> list[int]:
    """Who these readers are, together and apart from any link."""
    ties = select(ReaderTie.own_person_id).where(ReaderTie.reader_id.in_(readers))
    now = select(Reader.person_id).where(Reader.id.in_(readers))
    return list(db.scalars(ties.union(now)))


def stated(reason: str) -> str:
    """A reason without the space around it. BadInput where it is none."""
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise BadInput(f"请写一句理由，不超过{LONGEST_REASON}字。")
    return reason
