"""免打扰: a muted reader is heard, filed and graded like anybody, and takes nobody's time. Writes; never commits.

Nothing that RULES.md promises depends on it: reports, receipts, results, appeals, prizes and the reader's own questions
about them go on. Only talk that is no report waits quietly, and is answered once a day at most.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from sqlalchemy import Connection, bindparam, or_, select, update
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.clock import SHANGHAI
from bot.dialogue import person_phrases
from bot.errors import BadInput, NotAllowed, NotFound
from bot.readers import measures, persons
from bot.understanding.values import Intent
from models.enums import Bar, Measure, MessageFate
from models.measures import ReaderMeasure
from models.prepared import Prepared
from models.queries.mutes import stands
from models.readers import Person, Reader
from models.session import lock_for_writing
from models.staff import Staff

DAYS = (7, 30)
"""How long a mute may last; without an end it stands until it is lifted."""
SILENCE = ""
"""No words of our own; what waits for the reader rides all the same."""

_STANDING = Prepared(
    select(ReaderMeasure.id).join(Reader, Reader.id == ReaderMeasure.reader_id)
    .where(Reader.person_id == bindparam("person_id"), stands(bindparam("now"))).order_by(ReaderMeasure.id).limit(1))
_TELL = Prepared(
    update(ReaderMeasure)
    .where(ReaderMeasure.id == bindparam("measure_id"),
           or_(ReaderMeasure.told_at.is_(None), ReaderMeasure.told_at < bindparam("day_begins"))), "told_at")


def mute(session: Session, reader_id: int, days: int | None, reason: str, *, actor: Actor, now: datetime) -> None:
    """Quiet for so many days (None: until it is lifted), with all accounts of the person."""
    reason = persons.stated(reason)
    if days is not None and days not in DAYS:
        raise BadInput("请选免打扰多久。")
    if actor.staff_id is None:
        raise NotAllowed("请登录后再设免打扰。")
    db = session.connection()
    lock_for_writing(db, persons.LOCK)
    _check(db, reader_id, actor)
    if muted(db, persons.person_of(db, reader_id), now=now):
        raise NotAllowed("这位读者已经设了免打扰，要改请先取消。")
    until = now + timedelta(days=days) if days else None
    measures.lay(db, reader_id, Measure.MUTE, reason, actor=actor, now=now, until=until)
    audit.record(session, actor=actor, verb="mute_reader", object_kind="reader", object_id=reader_id, now=now,
                 details={"days": days} if days else None)


def unmute(session: Session, reader_id: int, *, actor: Actor, now: datetime) -> None:
    """He is heard like anybody again, with all accounts; what waits quietly comes back to the desk."""
    db = session.connection()
    lock_for_writing(db, persons.LOCK)
    if not measures.end(db, persons.linked_with(db, reader_id), Measure.MUTE, actor=actor, now=now):
        raise NotAllowed("这位读者现在没有设免打扰。")
    audit.record(session, actor=actor, verb="unmute_reader", object_kind="reader", object_id=reader_id, now=now)


def _check(db: Connection, reader_id: int, actor: Actor) -> None:
    """Colleagues are spoken to, not muted, and least of all oneself."""
    row = db.execute(select(Reader.erased_at, Person.bar).join(Person, Person.id == Reader.person_id)
                     .where(Reader.id == reader_id)).first()
    if row is None:
        raise NotFound("没有这位读者。")
    if row.erased_at is not None:
        raise NotAllowed("这位读者已经删除了信息，不会再来信。")
    own = persons.own_persons(db, persons.linked_with(db, reader_id))
    staff = set(db.scalars(select(Staff.id).where(Staff.person_id.in_(own), Staff.active.is_(True))))
    if actor.staff_id in staff:
        raise NotAllowed("这是您自己的微信，不能设免打扰。")
    if staff or row.bar is Bar.STAFF:
        raise NotAllowed("这是本报工作人员的微信，有话请当面说。")


def muted(db: Connection, person_id: int, *, now: datetime) -> bool:
    return _STANDING.scalar(db, person_id=person_id, now=now) is not None


def is_idle(fate: MessageFate, intent: str) -> bool:
    """Words that neither report anything nor ask what the rules promise an answer to."""
    return intent == Intent.GREETING or (fate is MessageFate.DESK and intent == Intent.OTHER)


def answer(db: Connection, person_id: int, fate: MessageFate, intent: str, reply: str | None, *,
           now: datetime) -> str | None:
    """The reply to words that were read: `hushed` where they are idle, as it is to all else."""
    return hushed(db, person_id, reply, now=now) if is_idle(fate, intent) else reply


def hushed(db: Connection, person_id: int, reply: str | None, *, now: datetime) -> str | None:
    """The reply to what is no report: to a muted reader one short sentence a day, in Shanghai, then SILENCE."""
    measure_id = _STANDING.scalar(db, person_id=person_id, now=now)
    if measure_id is None:
        return reply
    begins = datetime.combine(now.astimezone(SHANGHAI).date(), time(0), SHANGHAI).astimezone(UTC)
    first = _TELL.run(db, measure_id=measure_id, day_begins=begins, told_at=now)
    return person_phrases.HEARD if first else SILENCE
