"""Sends what is queued, by the best channel permitted now. No transaction is open during a call.

A customer message has no idempotency key: `sending` is written before the call, and what stays there
after a crash goes to a person (`uncertain`), never out again by itself.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, select, update

from bot.chat import chat_links
from bot.claiming.terms import OFFLINE, Terms
from bot.dialogue import outcome_phrases
from bot.dialogue.person_phrases import Desk
from bot.errors import without_words
from bot.outbox import aftermath, asking, channels, ledger, rights, together
from bot.outbox.channels import CALLS, Account, Choice, Reached, Sender
from bot.outbox.ledger import Channel, Why
from bot.outbox.quiet import NEVER, Hours, awake
from bot.outside import journal
from bot.wechat import template
from bot.wechat.client import Answer
from bot.wechat.profiles import Call
from bot.wechat.replies import MAX_TEXT_BYTES
from bot.wechat.template import Notice
from models.enums import UNSENT, AttemptOutcome, OutgoingState
from models.outgoing import DeliveryAttempt, OutgoingMessage
from models.readers import Reader
from models.reports import Report
from models.session import insert_new, reading, writing

log = logging.getLogger(__name__)

STUCK_AFTER = timedelta(minutes=10)
"""Longer than two calls for a token and two for a message can take at the longest timeouts."""
BATCH = 50
NO_SUCH_TYPE = 40008
LAST = OutgoingMessage.kind == "month"
"""Comes after all else, so that it takes nobody's place within a window."""
ANSWERS, JUST_WROTE = ("desk", "late_answer", "receipt"), timedelta(minutes=30)
"""What answers a reader's own words goes at night too, where he wrote them just now."""
CHANNELS = 3
"""A message that one channel refuses goes to the next at once; so many looks at the most."""
KIND_NAMES = {"outcome": "纠错结果", "award": "获奖通知", "ask_name": "署名确认", "desk": "编辑回复", "receipt": "纠错登记",
              "late_answer": "纠错登记", "linked": "帐号关联", "correction": "更正告知",
              "appeal": "申诉答复", "month": "本月小结"}


@dataclass(frozen=True, slots=True)
class Menu:
    """A customer message with words to tap."""

    head: str
    items: asking.Items
    tail: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """Messages that are `sending` now in one call, each with the attempt that was noted before it; the first leads."""

    attempts: Mapping[int, int]
    account: Account
    channel: Channel
    openid: str
    kind: str
    notice: Notice
    menu: Menu | None = None

    @property
    def call(self) -> Call:
        return CALLS[self.channel]


class Delivery:
    """`accounts` by name; an account without a sender may not send by itself (no secret)."""

    def __init__(self, accounts: Mapping[str, Account], clock_now: Callable[[], datetime], terms: Terms = OFFLINE,
                 hours: Hours = NEVER) -> None:
        """`hours`: of the night, when nobody is written to who did not just write himself."""
        self._accounts = accounts
        self._desk = Desk(terms.phone, terms.hours)
        self._now = clock_now
        self._terms, self._hours = terms, hours

    def run(self, engine: Engine, *, now: datetime) -> dict[str, Any]:
        """Sends what is due; counts by what became of it."""
        counts: dict[str, Any] = {}
        with writing(engine) as session:
            db = session.connection()
            counts |= {word: number for word, number in (
                ("uncertain", _give_up_stuck(db, now)), ("expired", _expire(db, now))) if number}
            _wake(db, now)
            due = _due(db, now)
        if due:
            self._ask_after_rest(engine)
        done: set[int] = set()
        for outgoing_id in due:
            if outgoing_id not in done:
                carried, state = self._one(engine, outgoing_id)
                done.update(carried)
                counts[state] = counts.get(state, 0) + len(carried)
        return counts

    def _ask_after_rest(self, engine: Engine) -> None:
        """Before a message is risked on a platform that gave no answer, something harmless is asked."""
        for account in self._accounts.values():
            with reading(engine) as session:
                api = rights.of(session.connection(), account.name).get(Call.API)
            if account.sender is None or api is None or api.until is None or api.rests(self._now()):
                continue
            answer = account.sender.probe()
            if answer.errcode != 0:
                with writing(engine) as session:
                    aftermath.of_the_account(session.connection(), account.name, answer, now=self._now())

    def _one(self, engine: Engine, outgoing_id: int) -> tuple[Sequence[int], str]:
        """A message with what goes along; which of them moved, and to what state."""
        state = ""
        for _ in range(CHANNELS):
            with writing(engine) as session:
                claimed, state = self._claim(session.connection(), outgoing_id, self._now())
            if claimed is None:
                return [outgoing_id], state
            answer = _call(claimed)
            with writing(engine) as session:
                state, again = aftermath.note(session.connection(), claimed.attempts, account=claimed.account.name,
                                              call=claimed.call, answer=answer, now=self._now())
            if not again:
                return list(claimed.attempts), state
        return [outgoing_id], state

    def _claim(self, db: Connection, outgoing_id: int, now: datetime) -> tuple[Claimed | None, str]:
        row = _row(db, outgoing_id)
        openid = row.openid if row.text else None  # words that were erased have nobody to go to
        reader = Reached(row.reader_id, row.account, openid)
        choice = channels.choose(db, self._accounts, [reader], kind=row.kind, now=now)[row.reader_id]
        if choice.channel is not None and not _answers(row, now):
            choice = self._by_day(choice, now)
        if choice.channel is Channel.CUSTOMER:
            choice = self._with_others(db, row, reader, choice, now)
        if choice.channel is None or openid is None:
            return None, _hold(db, outgoing_id, choice, now)
        account = self._accounts[row.account]
        if not _take(db, outgoing_id, now):
            return None, "taken"
        along = self._along(db, row, now) if choice.channel is Channel.CUSTOMER else []
        carried = [row, *(one for one in along if _take(db, one.id, now))]
        ledger.count(db, account.name, CALLS[choice.channel], now=now)
        attempts = {one.id: _attempt(db, one, choice.channel, now, along=one is not row) for one in carried}
        text, menu = together.words([*map(together.said, carried)]), None
        if choice.channel is Channel.CUSTOMER:
            menu = self._menu(text, carried)
            text = asking.typed(text, carried, public_url=self._terms.public_url, room=MAX_TEXT_BYTES - self._desk.room)
            text = self._desk.beside(text, due=any(map(together.says_no, carried)))
        text = chat_links.signed(text, public_url=self._terms.public_url, secret_key=self._terms.secret_key,
                                 reader_id=row.reader_id, at=now)
        notice = Notice(KIND_NAMES.get(row.kind, "通知"), text, row.report_id, row.created_at, account.title)
        return Claimed(attempts, account, choice.channel, openid, row.kind, notice, menu), ""

    def _by_day(self, choice: Choice, now: datetime) -> Choice:
        """At night, that it waits for the morning. What the window does not last for rides then, or goes as a template."""
        morning = awake(now, self._hours)
        return choice if morning == now else Choice(None, Why.NIGHT, morning)

    def _with_others(self, db: Connection, row: Any, reader: Reached, choice: Choice, now: datetime) -> Choice:
        """Shortly after results that it waits for others, unless it could not go any more then."""
        until = together.rests_until(db, row)
        if until is None or until <= now:
            return choice
        then = channels.choose(db, self._accounts, [reader], kind=row.kind, now=until)[row.reader_id]
        return Choice(None, Why.TOGETHER, until) if then.channel is Channel.CUSTOMER else choice

    def _menu(self, text: str, carried: Sequence[Any]) -> Menu | None:
        """The same words with what can be tapped below them; None where nothing is asked, or it is too much for one."""
        tail = self._desk.beside("", due=any(map(together.says_no, carried))).strip()
        menu = Menu(f"{text}\n\n{outcome_phrases.ASK}", asking.items(carried), tail)
        return menu if menu.items and asking.fits(menu.head, menu.items, tail) else None

    def _along(self, db: Connection, row: Any, now: datetime) -> list[Any]:
        return together.companions(db, row, room=MAX_TEXT_BYTES - self._desk.room - together.ASK_ROOM, now=now)


def _answers(row: Any, now: datetime) -> bool:
    """Whether it answers what its reader wrote a moment ago: he is awake."""
    wrote = row.last_message_at
    return row.kind in ANSWERS and wrote is not None and now - wrote <= JUST_WROTE


def _attempt(db: Connection, row: Any, channel: Channel, now: datetime, *, along: bool) -> int:
    """Notes here and in the journal that the message is on its way."""
    attempt_id = insert_new(db, DeliveryAttempt.__table__, {  # type: ignore[arg-type]
        "outgoing_id": row.id, "channel": channel.value, "started_at": now, "along": along})
    journal.note(db, "sending", at=now, durable=True, key=row.idempotency_key, r=row.reader_id, kind=row.kind,
                 p=row.report_id)
    assert attempt_id is not None
    return attempt_id


def _row(db: Connection, outgoing_id: int) -> Any:
    """A message and its reader, whom no other deliverer counts meanwhile: his fifth message of five is one."""
    return db.execute(
        select(*together.COLUMNS, Reader.account, Reader.openid,
               Reader.last_message_at)
        .join(Reader, Reader.id == OutgoingMessage.reader_id)
        .outerjoin(Report, Report.id == OutgoingMessage.report_id).where(OutgoingMessage.id == outgoing_id)
        .with_for_update(of=Reader, key_share=True)
    ).one()


def _call(claimed: Claimed) -> Answer:
    """The one call of an attempt."""
    sender, chosen = claimed.account.sender, claimed.channel
    assert sender is not None
    try:
        if chosen is Channel.CUSTOMER:
            return _said(sender, claimed)
        wanted = claimed.account.templates[claimed.kind]
        body = template.body(wanted, claimed.notice, openid=claimed.openid, message_id=f"wp-{next(iter(claimed.attempts))}")
        return sender.send_notice(template.path(wanted), body)
    except Exception as problem:  # noqa: BLE001 - the edge: it may have been sent, so a person looks
        log.error("sending message %d failed: %s", next(iter(claimed.attempts)), without_words(problem))
        return Answer(None, type(problem).__name__)


def _said(sender: Sender, claimed: Claimed) -> Answer:
    """One customer message; where the platform takes none with items to tap, plainly, with words to type."""
    menu = claimed.menu
    if menu is not None:
        answer = sender.send_menu(claimed.openid, menu.head, menu.items, menu.tail)
        if answer.errcode != NO_SUCH_TYPE:
            return answer
    return sender.send_text(claimed.openid, claimed.notice.text)


def _take(db: Connection, outgoing_id: int, now: datetime) -> bool:
    done = db.execute(update(OutgoingMessage).where(
        OutgoingMessage.id == outgoing_id, OutgoingMessage.state == OutgoingState.QUEUED,
    ).values(state=OutgoingState.SENDING, claimed_at=now))
    return done.rowcount == 1


def _hold(db: Connection, outgoing_id: int, choice: Choice, now: datetime) -> str:
    """What can go later waits for that; what nobody can say is shown as unreachable until the reader acts."""
    later = choice.again_at is not None
    values = {"last_error": choice.why, "not_before": choice.again_at or now}
    state = OutgoingState.QUEUED if later else OutgoingState.UNREACHABLE
    done = db.execute(update(OutgoingMessage).where(
        OutgoingMessage.id == outgoing_id, OutgoingMessage.state == OutgoingState.QUEUED,
    ).values(state=state, **values))
    if done.rowcount != 1:
        return "taken"
    return "waiting" if later else state.value


def _due(db: Connection, now: datetime) -> list[int]:
    return list(db.scalars(
        select(OutgoingMessage.id)
        .where(OutgoingMessage.state == OutgoingState.QUEUED, OutgoingMessage.not_before <= now)
        .order_by(LAST, OutgoingMessage.not_before, OutgoingMessage.id).limit(BATCH)
    ))


def _wake(db: Connection, now: datetime) -> None:
    """Readers who acted since their messages were held back may be within a window again."""
    acted = select(Reader.id).where(Reader.id == OutgoingMessage.reader_id, Reader.openid.is_not(None),
                                    Reader.last_message_at > OutgoingMessage.not_before)
    db.execute(update(OutgoingMessage).where(
        OutgoingMessage.state == OutgoingState.UNREACHABLE, acted.exists(),
    ).values(state=OutgoingState.QUEUED, not_before=now).execution_options(synchronize_session=False))


def _give_up_stuck(db: Connection, now: datetime) -> int:
    """Claimed and never noted: the process died in between. It may have been sent, so a person looks."""
    stuck = select(OutgoingMessage.id).where(OutgoingMessage.state == OutgoingState.SENDING,
                                             OutgoingMessage.claimed_at < now - STUCK_AFTER)
    db.execute(update(DeliveryAttempt).where(
        DeliveryAttempt.outgoing_id.in_(stuck), DeliveryAttempt.outcome.is_(None),
    ).values(outcome=AttemptOutcome.UNKNOWN, error="the process ended during the call"))
    done = db.execute(update(OutgoingMessage).where(OutgoingMessage.id.in_(stuck)).values(
        state=OutgoingState.UNCERTAIN, last_error="the process ended during the call"))
    return done.rowcount


def _expire(db: Connection, now: datetime) -> int:
    done = db.execute(update(OutgoingMessage).where(
        OutgoingMessage.state.in_(UNSENT), OutgoingMessage.expires_at <= now,
    ).values(state=OutgoingState.FAILED, last_error=Why.EXPIRED))
    return done.rowcount
