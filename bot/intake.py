"""One delivery in, one reply out: stored and answered in one commit, once however often it comes.

Reading is pure and happens before the write begins. If it fails, the message is stored all the same
and a job reads it again; if nothing can be stored, `CannotStore` makes the platform send it again.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from types import SimpleNamespace
from typing import Any, NamedTuple
from weakref import WeakSet

from sqlalchemy import Connection, Engine, bindparam, delete, select, update
from sqlalchemy.exc import DBAPIError

from bot import clock
from bot.catalogue.library import Library
from bot.chat import chat_links, contexts, held_papers, turns
from bot.chat.contexts import Context
from bot.claiming.terms import OFFLINE, Terms
from bot.contest import phases
from bot.contest.rules import DEFAULT_RULES
from bot.dialogue import media_phrases, person_phrases, phrases
from bot.dialogue.menu import PRESSES
from bot.dialogue.person_phrases import EVERY
from bot.errors import without_words
from bot.filing.reports import Coming
from bot.media import keeping
from bot.outbox import passive
from bot.outside import journal
from bot.personal import privacy
from bot.readers import mutes
from bot.settings import REPORTS_A_DAY
from bot.together import Task, Together, TookTooLong, alone, passes
from bot.understanding.in_print.locate import Index
from bot.understanding.read import read
from bot.understanding.values import Intent, Reading
from bot.wechat.messages import Incoming
from models.enums import MessageFate, ReportState
from models.messages import Message
from models.prepared import InsertInto, Prepared
from models.readers import Person, Reader

log = logging.getLogger(__name__)

TRY_FOR_SECONDS = 4.0
"""The platform hangs up after 5 s; a wrong status makes it send again at once, silence only then."""
PAUSE_SECONDS = 0.05
CLOCK_SKEW_SECONDS = 3600
READER_EVENTS = frozenset({"subscribe", "click", "scan"})
"""Events that make a reader of whoever is not known yet. Others may be the account's own, or say nothing to us."""
PHOTO = "image"


class CannotStore(Exception):
    """The database or the journal took nothing for four seconds, or not this; the answer must be an HTTP error."""


class Answer(NamedTuple):
    """The reply to a delivery (None: nothing to say) and when it was first received: the same for every resend."""

    reply: str | None
    at: datetime
    intent: str | None = None
    reader_id: int | None = None


class Arrival(NamedTuple):
    """One delivery with the times that count."""

    account: str
    incoming: Incoming
    stale: bool
    received_at: datetime
    counts_at: datetime
    time_flagged: bool
    key: str  # keyed digest of the delivery's unique key, so that no openid outlives its reader (RULES 20)

    @property
    def sent_at(self) -> datetime:
        return sent_at(self.incoming.created, self.received_at)


class Known(NamedTuple):
    """Who sends a delivery. `answered`: how often we answered him, this time too; `awaited`: whether words wait for him."""

    id: int
    person_id: int
    answered: int
    awaited: bool


@dataclass(frozen=True, slots=True)
class Told:
    """The words of a message, understood before the write begins. `reading` None: that failed."""

    context: Context
    index: Index | None
    reading: Reading | None


def sent_at(create_time: int, received_at: datetime) -> datetime:
    """When the reader wrote. A forged CreateTime may lie outside what a datetime holds: then the receipt."""
    if 0 <= create_time <= received_at.timestamp() + CLOCK_SKEW_SECONDS:
        return datetime.fromtimestamp(create_time, UTC)
    return received_at


class Intake:
    """The way in, one a process. `engine` should give up on a busy database well within four seconds."""

    def __init__(self, engine: Engine, library: Library, *, secret: str, deaf: Collection[str] = (),
                 reports_a_day: int = REPORTS_A_DAY, terms: Terms = OFFLINE) -> None:
        """`deaf`: accounts that may not fetch voices; their readers are told at once how to dictate."""
        self._engine = engine
        self._library = library
        self._secret = secret
        self._deaf = frozenset(deaf)
        self._reports_a_day = reports_a_day
        self._terms = terms
        self._checked = False
        self._together: Together[Answer | Told | None, Answer] | None = (
            Together(self._connection) if engine.dialect.name == "sqlite" else None)
        self._kept: Any = SimpleNamespace() if self._together else threading.local()
        # Weakly, so that the connection of a thread that has ended goes back to the pool.
        self._all_kept: WeakSet[Connection] = WeakSet()

    def close(self) -> None:
        """Gives up the kept connections and the pool; only where nobody delivers any more."""
        for db in list(self._all_kept):
            db.close()
        self._engine.dispose()

    def take(self, account: str, incoming: Incoming, *, stale: bool, now: datetime) -> str | None:
        """`answer`, the reply only."""
        return self.answer(account, incoming, stale=stale, now=now).reply

    def answer(self, account: str, incoming: Incoming, *, stale: bool, now: datetime) -> Answer:
        """Stores the message, acts on it and gives the answer. CannotStore if it cannot."""
        counts_at, flagged = phases.counts_at(incoming.created, now, DEFAULT_RULES)
        key = privacy.digest(self._secret, account, incoming.dedupe_key)
        arrival = Arrival(account, incoming, stale, now, counts_at, flagged, key)
        until = clock.monotonic() + TRY_FOR_SECONDS
        while True:
            try:
                return self._signed(self._done(arrival, until))
            except DBAPIError as problem:
                if not passes(problem) or clock.monotonic() >= until:
                    log.error("cannot store a delivery on %s: %s", account, type(problem.orig).__name__)
                    raise CannotStore from problem
                clock.pause(PAUSE_SECONDS)
            except OSError as problem:
                log.error("cannot note a delivery on %s: %s", account, problem.strerror)
                raise CannotStore from problem
            except TookTooLong as problem:
                log.error("cannot store a delivery on %s: those before it took too long", account)
                raise CannotStore from problem

    def _done(self, arrival: Arrival, until: float) -> Answer:
        """Stored and committed, on SQLite together with what other threads have. TookTooLong after `until`."""
        task = Task(partial(self._look, arrival), partial(self._store, arrival))
        return self._together.do(task, until) if self._together else alone(self._connection(), task)

    def _signed(self, found: Answer) -> Answer:
        """What is stored of a link to a reader's pages or copy opens nothing; what he gets does."""
        if found.reply is None or found.reader_id is None:
            return found
        return found._replace(reply=chat_links.signed(
            found.reply, public_url=self._terms.public_url, secret_key=self._terms.secret_key,
            reader_id=found.reader_id, at=found.at, copy=found.intent == Intent.COPY))

    def _look(self, arrival: Arrival, db: Connection) -> Answer | Told | None:
        """Its answer, where it is a resend, or what it means. None: it has no words, and is known again when it is kept."""
        if arrival.incoming.content is None:
            return None
        known = _saved(db, arrival)
        if known is not None:
            return known
        return self._told(db, arrival, contexts.whole(db, arrival.account, arrival.incoming.sender))

    def _check(self, db: Connection) -> None:
        """Once a process: a backup that was brought back gives no number before an operator has looked."""
        if not self._checked and journal.is_behind(db):
            log.error("%s", journal.OLDER)
            raise CannotStore
        self._checked = True

    def _connection(self) -> Connection:
        """The kept connection, on PostgreSQL the thread's own; thrown away when anything goes wrong on it."""
        db: Connection | None = getattr(self._kept, "db", None)
        if db is None or db.closed or db.invalidated:
            db = self._engine.connect()
            self._kept.db = db
            self._all_kept.add(db)
        return db

    def _told(self, db: Connection, arrival: Arrival, context: Context) -> Told:
        index = None
        try:
            index = self._library.index(db)
            return Told(context, index, read(arrival.incoming.content or "", sent_at=arrival.sent_at, index=index,
                                             waiting=context.waiting(arrival.received_at)))
        except DBAPIError:  # not the text's fault; and after it PostgreSQL takes nothing more in this transaction
            raise
        except Exception as problem:  # noqa: BLE001 - the edge: whatever a text does to the reader, the message itself is kept
            log.error("reading a message failed: %s", without_words(problem))
            return Told(context, index, None)

    def _store(self, arrival: Arrival, db: Connection, seen: Answer | Told | None, own: bool) -> Answer:
        """`own`: whether nothing but this is in the transaction."""
        # Beside others there is no going back from what is found to be known when it is kept.
        known = seen if isinstance(seen, Answer) else None if own else _saved(db, arrival)
        if known is not None:
            return known
        self._check(db)
        told = seen if isinstance(seen, Told) else None
        failed = told is not None and told.reading is None
        try:
            return self._write(db, arrival, told, failed=failed)
        except Exception as problem:  # the edge: acting on it failed, so it is stored unread and a job tries again
            if not own or isinstance(problem, OSError) or passes(problem):
                raise
            log.error("acting on a message failed: %s", without_words(problem))
            db.rollback()
            return self._write(db, arrival, None, failed=True)

    def _write(self, db: Connection, arrival: Arrival, told: Told | None, *, failed: bool) -> Answer:
        reader = self._reader(db, arrival)
        message_id: int | None = _KEEP.scalar(db, **_row(arrival, reader.id if reader else None))
        if message_id is None:
            db.rollback()
            return _saved(db, arrival) or Answer(None, arrival.received_at)
        journal.note(db, "message", at=arrival.received_at, m=message_id, d=arrival.key, r=reader.id if reader else None)
        fate, intent, reply = (
            (MessageFate.UNREAD, None, phrases.READ_LATER) if failed
            else self._act(db, arrival, reader, message_id, told)
        )
        if reader is not None and not failed:
            reply = passive.ride(db, reader.id, reply, now=arrival.received_at, terms=self._terms,
                                 due=reader.answered % EVERY == 0 or _for_a_person(fate, reply), awaited=reader.awaited)
        _ANSWERED.run(db, message_id=message_id, fate=fate, intent=intent, reply=reply)
        return Answer(reply, arrival.received_at, intent, reader.id if reader else None)

    def _reader(self, db: Connection, arrival: Arrival) -> Known | None:
        """Made at the first message. None where the sender is no reader."""
        incoming = arrival.incoming
        found = _heard(db, arrival)
        if found is None and (incoming.event is None or incoming.event in READER_EVENTS):
            digest = privacy.digest(self._secret, arrival.account, incoming.sender)
            if not privacy.restore(db, arrival.account, incoming.sender, digest=digest):
                _make_reader(db, arrival, digest)
            found = _heard(db, arrival)
        return found

    def _act(
        self, db: Connection, arrival: Arrival, reader: Known | None, message_id: int, told: Told | None,
    ) -> tuple[MessageFate, str | None, str | None]:
        if reader is None:
            return MessageFate.EVENT, None, None
        coming = Coming(message_id, arrival.account, reader.id, reader.person_id, arrival.sent_at,
                        arrival.counts_at, arrival.time_flagged)
        if arrival.incoming.event is not None:
            return self._event(db, arrival, coming)
        if told is None or told.reading is None or told.index is None:
            return self._media(db, arrival, coming)
        return self._words(db, arrival, coming, told.context, told.index, told.reading)

    def _words(self, db: Connection, arrival: Arrival, coming: Coming, context: Context, index: Index,
               reading: Reading) -> tuple[MessageFate, str | None, str | None]:
        """A message read: in the light of what another message of the same reader changed while it was."""
        now = arrival.received_at
        fresh = contexts.whole(db, arrival.account, arrival.incoming.sender, known=context)
        if fresh.waiting(now) != context.waiting(now):
            reading = self._told(db, arrival, fresh).reading or reading
        turn = turns.take(db, coming, fresh, reading, index=index, now=now, reports_a_day=self._reports_a_day,
                          terms=self._terms)
        keeping.adopt(db, reader_id=coming.reader_id, now=now)
        intent = (turn.intent or reading.intent).value
        return turn.fate, intent, mutes.answer(db, coming.person_id, turn.fate, intent, turn.reply, now=now)

    def _media(
        self, db: Connection, arrival: Arrival, coming: Coming
    ) -> tuple[MessageFate, str | None, str | None]:
        """A message without words: a letter for the desk; a photo beside an open report is evidence of that."""
        kind, now = arrival.incoming.msg_type, arrival.received_at
        beside = asked = None
        if kind == PHOTO:
            waits = contexts.standing(db, arrival.account, arrival.incoming.sender)
            beside = keeping.report_for(db, coming.reader_id, waits.open_report(now), now=now)
            asked = waits.waiting(now).field if beside and waits.report_id == beside.id else None
        keeping.note(db, message_id=coming.message_id, reader_id=coming.reader_id, msg_type=kind,
                     report_id=beside.id if beside else None, now=now)
        if beside is None:
            heard = arrival.account not in self._deaf
            reply = mutes.hushed(db, coming.person_id, media_phrases.for_media(kind, heard=heard), now=now)
            return MessageFate.DESK, None, reply
        # A report still waiting for its reader may lapse unseen: until it is whole, the photo is a letter too.
        fate = MessageFate.READ if beside.state is ReportState.FILED else MessageFate.DESK
        return fate, None, media_phrases.photo_with_report(beside.ordinal, phrases.ASKS.get(asked) if asked else None)

    def _event(
        self, db: Connection, arrival: Arrival, coming: Coming
    ) -> tuple[MessageFate, str | None, str | None]:
        event, key = arrival.incoming.event, arrival.incoming.event_key
        if event in ("subscribe", "scan"):
            paper = held_papers.scanned(db, coming.reader_id, key, now=arrival.received_at)
            return MessageFate.EVENT, None, phrases.welcome(paper, new=event == "subscribe")
        if event == "unsubscribe":
            digest = privacy.digest(self._secret, arrival.account, arrival.incoming.sender)
            privacy.unfollowed(db, coming.reader_id, digest=digest, now=arrival.received_at)
            return MessageFate.EVENT, None, None
        intent = PRESSES.get(key) if event == "click" else None
        if intent is None:
            return MessageFate.EVENT, None, None
        context = contexts.whole(db, arrival.account, arrival.incoming.sender)
        turn = turns.take(db, coming, context, Reading(intent), index=self._library.index(db),
                          now=arrival.received_at, terms=self._terms)
        return MessageFate.EVENT, intent.value, turn.reply


_SAVED = Prepared(select(Message.reply, Message.received_at, Message.intent, Message.reader_id).where(
    Message.account == bindparam("account"), Message.dedupe_key == bindparam("key")))
_HEARD = Prepared(update(Reader).where(Reader.account == bindparam("account"), Reader.openid == bindparam("openid"))
                  .values(last_message_at=bindparam("now"), answered=Reader.answered + bindparam("once"))
                  .returning(Reader.id, Reader.person_id, Reader.answered, passive.AWAITED))
_KEEP = InsertInto(Message, unless_known=True)
_ANSWERED = Prepared(update(Message).where(Message.id == bindparam("message_id")), "fate", "intent", "reply")
_NEW_PERSON, _NEW_READER = InsertInto(Person), InsertInto(Reader, unless_known=True)


def _for_a_person(fate: MessageFate, reply: str | None) -> bool:
    """Whether a person has to look: then the reader hears whom he can call meanwhile, unless he is muted."""
    return fate is MessageFate.DESK and reply != person_phrases.HEARD


def _saved(db: Connection, arrival: Arrival) -> Answer | None:
    row = _SAVED.first(db, account=arrival.account, key=arrival.key)
    return Answer(row.reply, row.received_at, row.intent, row.reader_id) if row else None


def _heard(db: Connection, arrival: Arrival) -> Known | None:
    """A known reader, of whom is noted that he wrote."""
    event = arrival.incoming.event
    row = _HEARD.first(db, account=arrival.account, openid=arrival.incoming.sender, now=arrival.received_at,
                       once=int(event is None or event in READER_EVENTS))
    return Known(*row) if row else None


def _make_reader(db: Connection, arrival: Arrival, digest: str) -> None:
    person_id = _NEW_PERSON.scalar(db, created_at=arrival.received_at)
    made = _NEW_READER.scalar(db, account=arrival.account, openid=arrival.incoming.sender, person_id=person_id,
                              first_seen_at=arrival.received_at)
    if made is None:  # another process made the reader between our look and our insert
        db.execute(delete(Person).where(Person.id == person_id))
    else:
        journal.note(db, "reader", at=arrival.received_at, r=made, a=arrival.account, w=digest)


def _row(arrival: Arrival, reader_id: int | None) -> dict[str, Any]:
    incoming = arrival.incoming
    taken_out = {"MediaId": incoming.media_id, "PicUrl": incoming.pic_url, "EventKey": incoming.event_key}
    fields = dict(incoming.fields) | {name: value for name, value in taken_out.items() if value}
    return {
        "account": arrival.account, "dedupe_key": arrival.key, "reader_id": reader_id,
        "msg_type": incoming.msg_type[:40], "event": incoming.event[:80] if incoming.event else None,
        "content": incoming.content, "fields": fields, "create_time": incoming.created,
        "received_at": arrival.received_at, "counts_at": arrival.counts_at,
        "time_flagged": arrival.time_flagged, "stale": arrival.stale, "fate": MessageFate.EVENT, "attempts": 0,
    }
