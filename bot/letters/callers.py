"""代录: what staff enter for whoever called or wrote a letter (RULES 2, 21). Writes; never commits.

A caller is a reader without an account, known by a short name that staff chose. No number and no address is kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.catalogue.library import Library
from bot.chat import answers
from bot.contest import phases
from bot.contest.aim import aim, is_settled
from bot.contest.rules import RuleSet as Rules
from bot.contest.rules import from_json
from bot.dialogue import phrases
from bot.errors import BadInput, NotAllowed, NotFound
from bot.filing import finders, receipts, reports
from bot.filing.reports import Coming, Filed
from bot.judging import appealed
from bot.letters import taken_down
from bot.personal import erasing
from bot.personal.erasing import Way
from bot.understanding.values import Amendment
from models.appeals import Caller, CallerEntry
from models.contests import Contest, RuleSet
from models.enums import MessageFate, ReportSource
from models.messages import Message
from models.readers import Person, Reader
from models.reports import Report
from models.work_enums import EntryState

WAYS = ("call", "letter")
"""The kinds of message that staff enter; they stand in `Message.msg_type`."""
REPEATED = "这几处您以前都报过了，已经在册，不用再报。"
LONGEST_LABEL = 20
LONGEST_REASON = 300
_NUMBER = re.compile(r"\d[\d\s-]{4,}\d|@")


@dataclass(frozen=True, slots=True)
class Given:
    """What a member of staff wrote down. `reader_id`: somebody who called before, else `label` names a new one.

    `name`: for print, said aloud and agreed to; None: nothing was said, "": he wants none.
    `nonce` makes a form count once however often it is sent.
    """

    way: str
    called_at: datetime
    words: str
    nonce: str
    contest_id: int
    reader_id: int | None = None
    label: str = ""
    name: str | None = None
    is_nickname: bool = True
    amendments: tuple[Amendment, ...] = ()


@dataclass(frozen=True, slots=True)
class Entered:
    """What became of an entry. `waits`: it overtakes somebody, a second member of staff confirms."""

    message_id: int
    filed: tuple[Filed, ...]
    waits: bool


def enter(session: Session, library: Library, given: Given, *, actor: Actor, now: datetime) -> Entered:
    """Files what a caller said as if he had written it when he called, at most `caller_hours_back` ago."""
    assert actor.staff_id is not None, "only staff enter"
    if given.way not in WAYS:
        raise BadInput("请选电话还是来信。")
    if given.called_at > now:
        raise BadInput("来电的时间不能在将来。")
    db = session.connection()
    contest = db.execute(select(Contest.id, Contest.account).where(Contest.id == given.contest_id)).first()
    if contest is None:
        raise NotFound("没有这个活动。")
    findings = taken_down.complete(db, library, given.words, given.amendments, sent_at=given.called_at)
    counted, cut = phases.caller_counts_at(given.called_at, now, _rules(db, contest.id))
    reader = _reader(db, session, given, contest.account, actor, now)
    if given.name is not None:
        _take_name(db, reader.id, given, now)
    message_id = _message(db, given, contest.account, reader.id, counted, cut=cut, now=now)
    coming = Coming(message_id, contest.account, reader.id, reader.person_id, given.called_at, counted, cut)
    filed = tuple(reports.file(db, coming, one, complete=True, now=now, source=ReportSource.STAFF) for one in findings)
    over = [one for one in filed if _overtakes(db, one, reader.person_id)]
    db.execute(insert(CallerEntry).values(
        message_id=message_id, called_at=given.called_at, entered_at=now, entered_by_id=actor.staff_id,
        state=EntryState.WAITING if over else EntryState.COUNTS))
    for one in over:  # until somebody else has looked, it is in nobody's way
        db.execute(update(Report).where(Report.id == one.report_id).values(counts_at=now))
    _say(db, message_id)
    audit.record(session, actor=actor, verb="enter_call", object_kind="message", object_id=message_id, now=now,
                 details={"reports": [one.report_id for one in filed], "waits": bool(over)})
    return Entered(message_id, filed, bool(over))


def _say(db: Connection, message_id: int) -> None:
    """Keeps, as the reply, words to read out on the phone: numbers, places, whether it was found, the rank for now."""
    rows = db.execute(select(Report.id, Report.ordinal, Report.state, Report.sent_at, Report.issue_id,
                             Report.erratum_id, Report.late, Reader.person_id)
                      .join(Reader, Reader.id == Report.reader_id)
                      .where(Report.message_id == message_id).order_by(Report.id)).all()
    items = [receipts.item(db, Filed(row.id, row.ordinal, reports.current_finding(db, row.id), row.state, row.sent_at,
                                     row.issue_id, row.erratum_id, row.late), row.person_id) for row in rows]
    words = phrases.receipt(items, None, ask_name=False, title="记下了。") if items else REPEATED
    db.execute(update(Message).where(Message.id == message_id, Message.erased_at.is_(None)).values(reply=words))


def _rules(db: Connection, contest_id: int) -> Rules:
    return from_json(db.execute(select(RuleSet.rules).where(RuleSet.contest_id == contest_id)
                                .order_by(RuleSet.number.desc()).limit(1)).scalar_one())


def _message(db: Connection, given: Given, account: str, reader_id: int, counted: datetime, *, cut: bool,
             now: datetime) -> int:
    """The call as a message like any other, so that it has a sequence and a thread."""
    made = db.execute(insert(Message).values(
        account=account, dedupe_key=f"entry-{given.nonce}"[:200], reader_id=reader_id, msg_type=given.way,
        content=given.words.strip()[: taken_down.LONGEST_WORDS], fields={}, create_time=int(given.called_at.timestamp()),
        received_at=now, counts_at=counted, time_flagged=cut, fate=MessageFate.READ))
    db.execute(update(Reader).where(Reader.id == reader_id).values(last_message_at=now))
    return int(made.inserted_primary_key[0])  # type: ignore[index]


def _reader(db: Connection, session: Session, given: Given, account: str, actor: Actor,
            now: datetime) -> Row[int, int]:
    """(id, person_id) of whoever called, made at his first call."""
    reader_id = given.reader_id if given.reader_id is not None else _new(db, session, given.label, account, actor, now)
    row = db.execute(select(Reader.id, Reader.person_id).join(Caller, Caller.reader_id == Reader.id).where(
        Reader.id == reader_id, Reader.account == account, Reader.erased_at.is_(None))).first()
    if row is None:
        raise NotFound("名单里没有这位来电者了，请刷新看看。")
    return row


def _new(db: Connection, session: Session, label: str, account: str, actor: Actor, now: datetime) -> int:
    label = " ".join(label.split())
    if not label or len(label) > LONGEST_LABEL:
        raise BadInput(f"请给来电者起个认得出的短称呼，不超过{LONGEST_LABEL}字。")
    if _NUMBER.search(label):
        raise BadInput("称呼里不要写电话号码或邮箱。")
    person = db.execute(insert(Person).values(created_at=now)).inserted_primary_key[0]  # type: ignore[index]
    reader_id = int(db.execute(insert(Reader).values(
        account=account, person_id=person, first_seen_at=now)).inserted_primary_key[0])  # type: ignore[index]
    try:
        with session.begin_nested():
            db.execute(insert(Caller).values(
                reader_id=reader_id, label=label, added_by_id=actor.staff_id, added_at=now))
    except IntegrityError:
        raise BadInput("已经有这个称呼：是同一位就从名单里选，不是就换一个。") from None
    audit.record(session, actor=actor, verb="add_caller", object_kind="reader", object_id=reader_id, now=now)
    return reader_id


def _take_name(db: Connection, reader_id: int, given: Given, now: datetime) -> None:
    name = (given.name or "").strip()
    if len(name) > answers.LONGEST_NAME:
        raise BadInput(f"登报的名字不超过{answers.LONGEST_NAME}字。")
    answers.take_name(db, reader_id, name, now=now)
    db.execute(update(Reader).where(Reader.id == reader_id).values(name_is_nickname=given.is_nickname))


def _overtakes(db: Connection, one: Filed, person_id: int) -> bool:
    """Whether somebody else who is on record already comes after this one only because the call was earlier."""
    if one.erratum_id is None or one.repeat_of or one.late:
        return False
    rows = finders.first_finds(db, one.erratum_id)
    at = next((n for n, row in enumerate(rows) if row.person_id == person_id), None)
    return at is not None and rows[at].id == one.report_id and at + 1 < len(rows)


# the second pair of eyes


def confirm(session: Session, message_id: int, *, actor: Actor, now: datetime, same_person_reason: str = "") -> None:
    """Somebody else agrees that the call came when the entry says: it counts from then."""
    db = session.connection()
    entry = _open(db, message_id)
    reason = _second(db, entry, same_person_reason, actor)
    if entry.state is EntryState.WAITING:
        _count_from(db, entry, entry.counts_at, now)
    _settle(session, entry, EntryState.CONFIRMED, reason, actor, now)


def refuse(session: Session, message_id: int, reason: str, *, actor: Actor, now: datetime) -> None:
    """The call cannot be vouched for: what it brought counts from its entry, behind whoever was there before."""
    db = session.connection()
    entry = _open(db, message_id)
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise BadInput(f"请写一句理由，不超过{LONGEST_REASON}字。")
    _second(db, entry, reason, actor)
    _count_from(db, entry, entry.entered_at, now)
    _settle(session, entry, EntryState.REFUSED, reason.strip(), actor, now)


def _open(db: Connection, message_id: int) -> Row[Any]:
    row = db.execute(select(CallerEntry.__table__, Message.counts_at, Message.account).join(
        Message, Message.id == CallerEntry.message_id).where(CallerEntry.message_id == message_id)).first()
    if row is None:
        raise NotFound("没有这条代录。")
    if row.state not in (EntryState.WAITING, EntryState.COUNTS):
        raise NotAllowed("这条代录刚刚有人处理过了，请刷新看看。")
    return row


def _second(db: Connection, entry: Row[Any], reason: str, actor: Actor) -> str | None:
    """RULES 21: whoever entered it confirms it himself only where nobody else is there, with a reason."""
    if entry.entered_by_id != actor.staff_id:
        return None
    if appealed.others(db, entry.entered_by_id):
        raise NotAllowed("这条是您自己录的，要请另一位编辑确认。")
    if not reason.strip():
        raise BadInput("这条是您自己录的：请写一句为什么由您确认，记录里会写“同一人”。")
    return reason.strip()[:LONGEST_REASON]


def _count_from(db: Connection, entry: Row[Any], at: datetime, now: datetime) -> None:
    rows = db.execute(
        select(Report.id, Report.round_id, Report.sent_at, Report.version, Report.late)
        .where(Report.message_id == entry.message_id, Report.sequence == entry.message_id)).all()
    settled = {round_id for round_id in sorted({row.round_id for row in rows if row.round_id is not None})
               if is_settled(db, round_id, hold=True)}
    if any(row.round_id in settled and not row.late for row in rows):
        raise NotAllowed("这一轮已经评出名单，先后不能再改。")
    for row in rows:
        target = aim(db, entry.account, reports.current_finding(db, row.id), at, sent_at=row.sent_at)
        db.execute(update(Report).where(Report.id == row.id).values(
            counts_at=at, late=target.late, updated_at=now, version=row.version + 1))


def _settle(session: Session, entry: Row[Any], state: EntryState, reason: str | None, actor: Actor,
            now: datetime) -> None:
    done = session.connection().execute(update(CallerEntry).where(
        CallerEntry.message_id == entry.message_id, CallerEntry.state == entry.state).values(
        state=state, settled_at=now, settled_by_id=actor.staff_id, settle_reason=reason))
    if done.rowcount != 1:
        raise NotAllowed("这条代录刚刚有人处理过了，请刷新看看。")
    _say(session.connection(), entry.message_id)
    audit.record(session, actor=actor, verb="confirm_entry" if state is EntryState.CONFIRMED else "refuse_entry",
                 object_kind="message", object_id=entry.message_id, now=now, before=entry.state, after=state,
                 details={"same_person": entry.entered_by_id == actor.staff_id})


def forget(session: Session, reader_id: int, *, actor: Actor, now: datetime) -> None:
    """A caller wants to be forgotten (RULES 20): his name, words and short name go, his reports stay."""
    db = session.connection()
    if db.scalar(select(Caller.reader_id).where(Caller.reader_id == reader_id)) is None:
        raise NotFound("名单里没有这位来电者。")
    erasing.erase(db, [reader_id], way=Way.CONSOLE, actor=actor, now=now)
    session.expire_all()
    audit.record(session, actor=actor, verb="forget_caller", object_kind="reader", object_id=reader_id, now=now)
