"""Named reads of 来信: lists by kind with what is unread, one letter with its neighbours. Names only for masking."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, ScalarSelect, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from models.appeals import MessageSeen, TurnedMessage
from models.contests import Contest
from models.enums import MessageFate, OutgoingState, ReportState
from models.messages import Message
from models.outgoing import OutgoingMessage
from models.queries.mutes import Moment, quiet
from models.queries.reviews import StaffId, hidden_from
from models.queries.working import DraftView
from models.readers import Reader
from models.reports import Report
from models.staff import Staff
from models.work_enums import DraftOf
from models.working import Draft

PAGE_SIZE = 50
SHOWN_CHARS = 120
ANSWER = "desk"
"""The kind of an answer in the outbox."""


class DeskView(StrEnum):
    OPEN = "open"
    TEXT = "text"
    PHOTO = "photo"
    VOICE = "voice"
    UNREAD = "unread"  # what could not be read
    CLOSED = "closed"
    TURNED = "turned"  # into reports
    MUTED = "muted"  # open, of readers who are muted: in no other list and no count


OPEN_FATES = (MessageFate.DESK, MessageFate.UNREAD, MessageFate.FAILED)
UNREADABLE = (MessageFate.UNREAD, MessageFate.FAILED)
PICTURES = ("image", "video", "shortvideo")
OPEN_VIEWS = (DeskView.OPEN, DeskView.TEXT, DeskView.PHOTO, DeskView.VOICE, DeskView.UNREAD)
CLOSABLE_VIEWS = (*OPEN_VIEWS, DeskView.MUTED)


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One letter in a list. `seen`: by whoever looks at the list; `numbers`: the reports it became."""

    id: int
    msg_type: str
    start: str | None
    fate: MessageFate
    received_at: datetime
    answered: bool
    erased: bool
    seen: bool
    known_name: str | None
    seen_by: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class DeskMessage:
    """One message with the reply it got by itself. `known_name`: to be blackened in every text, never shown; `draft`: the
    answer that whoever looks wrote and did not send."""

    id: int
    account: str
    msg_type: str
    content: str | None
    reply: str | None
    fate: MessageFate
    received_at: datetime
    counts_at: datetime
    time_flagged: bool
    erased: bool
    has_reader: bool
    closed_at: datetime | None
    closed_by: str | None
    close_reason: str | None
    reader_id: int | None
    known_name: str | None
    reachable: bool
    seen: bool
    turned_at: datetime | None
    turned_by: str | None
    contest_id: int | None  # whose ready sentences are offered
    draft: DraftView | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """A message of the same reader, with the reply that went back at once. `private`: the reply names him."""

    id: int
    msg_type: str
    content: str | None
    reply: str | None
    private: bool
    fate: MessageFate
    at: datetime
    erased: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """What we wrote to the reader. `message_id`: the letter that it answers by hand."""

    id: int
    kind: str
    text: str
    state: OutgoingState
    at: datetime
    not_before: datetime
    sent_at: datetime | None
    message_id: int | None
    report_id: int | None


@dataclass(frozen=True, slots=True)
class FiledView:
    """A report that came of the message."""

    number: int
    state: ReportState
    wrong: str | None
    right: str | None


def answer_prefix(message_id: int) -> str:
    """How the outbox keys of the answers to one message begin."""
    return f"desk-{message_id}-"


def _in(view: DeskView, now: Moment) -> ColumnElement[bool]:
    """What a view holds. A photo that could not be read is under 没读懂 alone."""
    if view is DeskView.OPEN:
        return and_(Message.fate.in_(OPEN_FATES), ~quiet(now))
    if view is DeskView.MUTED:
        return quiet(now)
    if view is DeskView.UNREAD:
        return Message.fate.in_(UNREADABLE)
    if view is DeskView.CLOSED:
        return Message.fate == MessageFate.DESK_CLOSED
    if view is DeskView.TURNED:
        return Message.id.in_(select(TurnedMessage.message_id))
    kinds = {DeskView.PHOTO: Message.msg_type.in_(PICTURES), DeskView.VOICE: Message.msg_type == "voice",
             DeskView.TEXT: Message.msg_type.not_in((*PICTURES, "voice"))}
    return and_(Message.fate == MessageFate.DESK, kinds[view], ~quiet(now))


def rows(session: Session, view: DeskView, *, staff_id: int, now: datetime, before: int | None = None,
         names: bool = False, limit: int = PAGE_SIZE) -> tuple[tuple[DeskRow, ...], int | None]:
    """One page of a list and where the next begins. Open ones: the oldest first; done ones: the newest first.

    `names`: who else has looked is wanted too.
    """
    query = select(
        Message.id, Message.msg_type, func.substr(Message.content, 1, SHOWN_CHARS).label("start"), Message.fate,
        Message.received_at, Message.erased_at, _seen_by(staff_id).label("seen"), Reader.printed_name,
    ).outerjoin(Reader, Reader.id == Message.reader_id).where(_in(view, now))
    query = _page(query, view, before)
    found = session.execute(query.limit(limit + 1)).all()
    shown = found[:limit]
    ids = [row.id for row in shown]
    done = _answered_among(session, ids)
    lookers = seen_by(session, ids, but=staff_id) if names else {}
    became = _reports_of(session, ids) if view is DeskView.TURNED else {}
    return (tuple(_row(row, done, lookers, became) for row in shown), shown[-1].id if len(found) > limit else None)


def _page(query: Select[Any], view: DeskView, before: int | None) -> Select[Any]:
    if view in CLOSABLE_VIEWS:
        query = query.order_by(Message.id)
        return query.where(Message.id > before) if before is not None else query
    query = query.order_by(Message.id.desc())
    return query.where(Message.id < before) if before is not None else query


def _seen_by(staff_id: StaffId) -> ColumnElement[bool]:
    return select(MessageSeen.message_id).where(
        MessageSeen.message_id == Message.id, MessageSeen.staff_id == staff_id).correlate(Message).exists()


def _answered_among(session: Session, ids: Collection[int]) -> set[int]:
    """Which of these messages were answered by a person."""
    if not ids:
        return set()
    keys = session.scalars(select(OutgoingMessage.idempotency_key).where(
        OutgoingMessage.kind == ANSWER, OutgoingMessage.state != OutgoingState.CALLED_BACK,
        OutgoingMessage.reader_id.in_(select(Message.reader_id).where(Message.id.in_(ids)))))
    return {int(key.split("-")[1]) for key in keys} & set(ids)


def seen_by(session: Session, ids: Collection[int], *, but: int) -> dict[int, tuple[str, ...]]:
    """Who else has opened these letters, by name, the first looker first."""
    if not ids:
        return {}
    found: dict[int, tuple[str, ...]] = {}
    for row in session.execute(
        select(MessageSeen.message_id, Staff.display_name).join(Staff, Staff.id == MessageSeen.staff_id)
        .where(MessageSeen.message_id.in_(ids), MessageSeen.staff_id != but)
        .order_by(MessageSeen.seen_at, MessageSeen.staff_id)
    ):
        found[row.message_id] = (*found.get(row.message_id, ()), row.display_name)
    return found


def _reports_of(session: Session, ids: Collection[int]) -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    for row in session.execute(select(Report.message_id, Report.id).where(Report.message_id.in_(ids))
                               .order_by(Report.id)):
        found[row.message_id] = (*found.get(row.message_id, ()), row.id)
    return found


def _row(row: Row[Any], answered: set[int], lookers: Mapping[int, tuple[str, ...]],
         became: Mapping[int, tuple[int, ...]]) -> DeskRow:
    return DeskRow(row.id, row.msg_type, row.start, row.fate, row.received_at, row.id in answered,
                   row.erased_at is not None, bool(row.seen), row.printed_name, lookers.get(row.id, ()),
                   became.get(row.id, ()))


def counts(session: Session, *, staff_id: int, now: datetime) -> tuple[dict[DeskView, int], dict[DeskView, int]]:
    """How many letters each view holds, and how many of the open ones this member has not opened yet."""
    kind = case(
        (Message.fate == MessageFate.DESK_CLOSED, DeskView.CLOSED.value),
        (Message.fate.in_(UNREADABLE), DeskView.UNREAD.value),
        (quiet(now), DeskView.MUTED.value),
        (Message.msg_type.in_(PICTURES), DeskView.PHOTO.value),
        (Message.msg_type == "voice", DeskView.VOICE.value), else_=DeskView.TEXT.value)
    new = func.sum(case((_seen_by(staff_id), 0), else_=1))
    turned = select(func.count()).select_from(TurnedMessage).scalar_subquery()
    many = dict.fromkeys(DeskView, 0)
    unseen = dict.fromkeys(DeskView, 0)
    for row in session.execute(
        select(kind.label("kind"), func.count().label("many"), new.label("new"), turned.label("turned"))
        .where(Message.fate.in_((*OPEN_FATES, MessageFate.DESK_CLOSED))).group_by(kind)
    ):
        view = DeskView(row.kind)
        many[view], many[DeskView.TURNED] = row.many, row.turned
        if view in OPEN_VIEWS:
            unseen[view] = int(row.new or 0)
    many[DeskView.OPEN] = sum(many[view] for view in OPEN_VIEWS[1:])
    unseen[DeskView.OPEN] = sum(unseen.values())
    return many, unseen


def unseen_count(staff_id: StaffId, *, now: Moment) -> ScalarSelect[int]:
    """How many open letters this member has not opened yet, for the navigation."""
    return (select(func.count()).select_from(Message).where(_in(DeskView.OPEN, now), ~_seen_by(staff_id))
            .scalar_subquery())


def load(session: Session, message_id: int, *, staff_id: int = 0) -> DeskMessage | None:
    turner = aliased(Staff)
    contest = select(func.min(Contest.id)).where(Contest.account == Message.account).correlate(Message)
    row = session.execute(
        select(Message.__table__, Staff.display_name, Reader.printed_name, Reader.openid.is_not(None).label("reachable"),
               _seen_by(staff_id).label("seen"), TurnedMessage.turned_at,
               turner.display_name.label("turned_by"), contest.scalar_subquery().label("contest_id"),
               Draft.fields.label("draft_fields"), Draft.version.label("draft_version"), Draft.saved_at)
        .outerjoin(Staff, Staff.id == Message.closed_by_id).outerjoin(Reader, Reader.id == Message.reader_id)
        .outerjoin(TurnedMessage, TurnedMessage.message_id == Message.id)
        .outerjoin(turner, turner.id == TurnedMessage.staff_id)
        .outerjoin(Draft, and_(Draft.staff_id == staff_id, Draft.form == DraftOf.ANSWER, Draft.subject_id == Message.id))
        .where(Message.id == message_id)
    ).first()
    if row is None:
        return None
    return DeskMessage(
        row.id, row.account, row.msg_type, row.content, row.reply, row.fate, row.received_at, row.counts_at,
        row.time_flagged, row.erased_at is not None, row.reader_id is not None, row.closed_at, row.display_name,
        row.close_reason, row.reader_id, row.printed_name, bool(row.reachable), bool(row.seen), row.turned_at,
        row.turned_by, row.contest_id, _draft(row))


def _draft(row: Row[Any]) -> DraftView | None:
    return DraftView(DraftOf.ANSWER, row.draft_fields, row.draft_version, row.saved_at) if row.saved_at else None


def following(session: Session, view: DeskView, message_id: int, *, now: datetime) -> int | None:
    """The next letter to work on: the next of the list, else its first; None when nothing else waits."""
    view = view if view in CLOSABLE_VIEWS else DeskView.OPEN
    waiting = and_(_in(view, now), Message.id != message_id, Message.fate != MessageFate.UNREAD)
    return session.scalar(select(Message.id).where(waiting).order_by(Message.id < message_id, Message.id).limit(1))


NEIGHBOURS = 12
"""So many letters of the same reader are shown before and after one."""
NAMING = ("name", "link")
"""Intents whose automatic reply repeats who the reader is."""


def thread(session: Session, message: DeskMessage) -> list[Heard | Sent]:
    """The letters around one, of the same reader, and what we wrote to him, in order of time."""
    if message.reader_id is None:
        return []
    heard = _heard(session, message)
    first = min((one.at for one in heard), default=message.received_at)
    sent = session.scalars(
        select(OutgoingMessage).where(OutgoingMessage.reader_id == message.reader_id,
                                      OutgoingMessage.created_at >= first, OutgoingMessage.text != "")
        .order_by(OutgoingMessage.id.desc()).limit(2 * NEIGHBOURS))
    whole: list[Heard | Sent] = [*heard, *(_sent(one) for one in sent)]
    return sorted(whole, key=lambda one: (one.at, isinstance(one, Sent), one.id))


def hidden_of_reader(session: Session, reader_id: int | None, staff_id: int) -> frozenset[int]:
    """Reports of this reader whose grades this member must not see: he is asked for an opinion of his own."""
    if reader_id is None:
        return frozenset()
    return frozenset(session.scalars(select(Report.id).where(Report.reader_id == reader_id, hidden_from(staff_id))))


def _heard(session: Session, message: DeskMessage) -> list[Heard]:
    own = and_(Message.reader_id == message.reader_id, Message.fate != MessageFate.EVENT)
    before = select(Message.id).where(own, Message.id < message.id).order_by(Message.id.desc()).limit(NEIGHBOURS)
    after = select(Message.id).where(own, Message.id > message.id).order_by(Message.id).limit(NEIGHBOURS)
    found = session.execute(
        select(Message.id, Message.msg_type, Message.content, Message.reply, Message.intent, Message.fate,
               Message.received_at, Message.erased_at)
        .where(or_(Message.id == message.id, Message.id.in_(before.subquery().select()),
                   Message.id.in_(after.subquery().select()))).order_by(Message.id))
    return [Heard(row.id, row.msg_type, row.content, row.reply, row.intent in NAMING, row.fate, row.received_at,
                  row.erased_at is not None) for row in found]


def _sent(one: OutgoingMessage) -> Sent:
    parts = one.idempotency_key.split("-")
    answers = int(parts[1]) if one.kind == ANSWER and len(parts) > 2 and parts[1].isdecimal() else None
    return Sent(one.id, one.kind, one.text, one.state, one.created_at, one.not_before, one.sent_at, answers,
                one.report_id)


def filed(session: Session, message_id: int) -> tuple[FiledView, ...]:
    rows_ = session.execute(select(Report.id, Report.state, Report.wrong, Report.right)
                            .where(Report.message_id == message_id).order_by(Report.id))
    return tuple(FiledView(r.id, r.state, r.wrong, r.right) for r in rows_)


def some(session: Session, ids: Collection[int]) -> tuple[DeskRow, ...]:
    """These letters as a list shows them, in the order of their numbers."""
    if not ids:
        return ()
    rows_ = session.execute(
        select(Message.id, Message.msg_type, func.substr(Message.content, 1, SHOWN_CHARS).label("start"), Message.fate,
               Message.received_at, Message.erased_at, literal(True).label("seen"), Reader.printed_name)
        .outerjoin(Reader, Reader.id == Message.reader_id).where(Message.id.in_(ids)).order_by(Message.id))
    return tuple(_row(row, set(), {}, {}) for row in rows_)
