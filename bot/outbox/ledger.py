"""Windows, quotas and daily caps, counted before the platform refuses. Reads and counts; sends nothing.

The platform keeps the same books by its own clock and tells nobody. Ours are the stricter: an act of the
reader counts from the second the platform says it happened, what may have been sent counts as sent, and a
margin makes up for clocks that differ. A refusal that comes all the same closes the channel until he acts again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, and_, case, func, literal, or_, select, update

from bot.clock import SHANGHAI
from bot.wechat.profiles import Call
from models.enums import AttemptOutcome
from models.messages import Message
from models.outgoing import CallUse, DeliveryAttempt, OutgoingMessage
from models.session import insert_new_row


class Channel(StrEnum):
    """How words reach a reader; stored with each attempt."""

    CUSTOMER = "customer"
    TEMPLATE = "template"
    SUBSCRIPTION = "subscription"
    PASSIVE = "passive"


class Why(StrEnum):
    """Why no channel is open now; stored as the message's last error and shown in the console."""

    GONE = "gone"
    NO_CHANNEL = "no_channel"
    SWITCHED_OFF = "switched_off"
    WINDOW = "window"
    QUOTA = "quota"
    REFUSED = "refused"
    NO_CONSENT = "no_consent"
    RESTING = "resting"
    DAILY = "daily"
    EXPIRED = "expired"
    RESTORED = "restored"
    NIGHT = "night"
    TOGETHER = "together"


@dataclass(frozen=True, slots=True)
class Window:
    """After an act of the reader so many customer messages, for so long (客服消息)."""

    lasts: timedelta
    count: int


MESSAGE, TAP = Window(timedelta(hours=48), 5), Window(timedelta(minutes=1), 3)
TAPS = ("click", "scancode_push", "scancode_waitmsg", "subscribe", "scan")
"""Events that open the short window."""
LEFT = "unsubscribe"
_ACT = case((and_(Message.event.is_(None), Message.fields["bizmsgmenuid"].as_string().is_not(None)), literal("click")),
            else_=Message.event)
"""What a message with words to tap sends when it is tapped looks like a message and counts as a tap."""
MARGIN = timedelta(seconds=5)
"""Clocks differ and a call takes time: a window ends so much earlier, and earlier sends count so much longer."""
LOOK_BACK = 100
"""So many of a reader's newest attempts are looked at; no window holds a tenth of them."""
USED = (AttemptOutcome.SENT, AttemptOutcome.UNKNOWN, None)
_WHY_REFUSED = {45015: Why.WINDOW, 45047: Why.QUOTA, 43101: Why.NO_CONSENT}


@dataclass(frozen=True, slots=True)
class Heard:
    """When a reader last wrote, and last tapped or followed, since he last unfollowed."""

    message_at: datetime | None
    tap_at: datetime | None

    @property
    def last(self) -> datetime | None:
        return max((at for at in (self.message_at, self.tap_at) if at is not None), default=None)


@dataclass(frozen=True, slots=True)
class Tried:
    channel: str
    outcome: AttemptOutcome | None
    errcode: int | None
    at: datetime


def heard(db: Connection, reader_id: int, *, now: datetime) -> Heard:
    """Of one reader, see `heard_of`."""
    return heard_of(db, [reader_id], now=now)[reader_id]


def heard_of(db: Connection, reader_ids: Collection[int], *, now: datetime) -> Mapping[int, Heard]:
    """From the deliveries as received; what the platform says to have happened in the future happened now. One query."""
    rows = db.execute(
        select(Message.reader_id, _ACT.label("event"), func.max(Message.create_time).label("at"))
        .where(Message.reader_id.in_(reader_ids), or_(Message.event.is_(None), Message.event.in_((*TAPS, LEFT))))
        .group_by(Message.reader_id, _ACT)
    ).all()
    newest: dict[int, dict[str | None, datetime]] = {reader_id: {} for reader_id in reader_ids}
    for row in rows:
        newest[row.reader_id][row.event] = datetime.fromtimestamp(min(row.at, int(now.timestamp())), UTC)
    return {reader_id: _heard(acts) for reader_id, acts in newest.items()}


def _heard(newest: dict[str | None, datetime]) -> Heard:
    """Of the newest act of each kind."""
    left = newest.pop(LEFT, None)
    since = {event: at for event, at in newest.items() if left is None or at > left}
    return Heard(since.get(None), max((at for event, at in since.items() if event is not None), default=None))


def tried_of(db: Connection, reader_ids: Collection[int]) -> Mapping[int, Sequence[Tried]]:
    """Each reader's newest calls, newest first: no passive reply, and once where several messages went in one. One query."""
    nth = func.row_number().over(partition_by=OutgoingMessage.reader_id, order_by=DeliveryAttempt.id.desc()).label("nth")
    newest = (
        select(OutgoingMessage.reader_id, DeliveryAttempt.channel, DeliveryAttempt.outcome, DeliveryAttempt.errcode,
               DeliveryAttempt.started_at, nth)
        .join(OutgoingMessage, OutgoingMessage.id == DeliveryAttempt.outgoing_id)
        .where(OutgoingMessage.reader_id.in_(reader_ids), DeliveryAttempt.channel != Channel.PASSIVE,
               DeliveryAttempt.along.is_(False)).subquery())
    found: dict[int, list[Tried]] = {reader_id: [] for reader_id in reader_ids}
    for row in db.execute(select(newest).where(newest.c.nth <= LOOK_BACK).order_by(newest.c.reader_id, newest.c.nth)):
        found[row.reader_id].append(Tried(row.channel, row.outcome, row.errcode, row.started_at))
    return found


def customer_closed(heard: Heard, tried: Sequence[Tried], *, now: datetime) -> Why | None:
    """Why no customer message may go to this reader now; None: one may."""
    sends = [one.at for one in tried if one.channel == Channel.CUSTOMER and one.outcome in USED]
    open_ = [(window, at) for window, at in ((MESSAGE, heard.message_at), (TAP, heard.tap_at))
             if at is not None and now - at <= window.lasts - MARGIN]
    if not open_:
        return Why.WINDOW
    left = any(sum(sent >= at - MARGIN for sent in sends) < window.count for window, at in open_)
    return None if left else Why.QUOTA


def refused(heard: Heard, tried: Sequence[Tried], channel: Channel) -> Why | None:
    """Whether the platform refused this reader on the channel since he last acted, and why."""
    for one in tried:
        since = heard.last is None or one.at >= heard.last
        if one.channel == channel and one.outcome is AttemptOutcome.REFUSED and since and one.errcode in CLOSING:
            return _WHY_REFUSED.get(one.errcode, Why.REFUSED)
    return None


CLOSING = frozenset({45015, 45047, 40003, 43004, 50005, 43019, 43101, 48002})
"""Codes that speak of the reader, not of the message or the account."""


def consents_of(db: Connection, reader_ids: Collection[int], template_id: str) -> Mapping[int, int]:
    """How many subscription notices by this template each reader still allows: one for each time he agreed. Two queries."""
    left: dict[int, int] = defaultdict(int)
    for row in db.execute(
        select(Message.reader_id, Message.fields).where(
            Message.reader_id.in_(reader_ids),
            Message.event.in_(("subscribe_msg_popup_event", "subscribe_msg_change_event")))
        .order_by(Message.id)
    ):
        left[row.reader_id] += _agreed(row.fields, template_id)
    for used in db.execute(
        select(OutgoingMessage.reader_id, func.count().label("times")).select_from(DeliveryAttempt)
        .join(OutgoingMessage, OutgoingMessage.id == DeliveryAttempt.outgoing_id)
        .where(OutgoingMessage.reader_id.in_(reader_ids), DeliveryAttempt.channel == Channel.SUBSCRIPTION,
               or_(DeliveryAttempt.outcome.in_(USED[:2]), DeliveryAttempt.outcome.is_(None)))
        .group_by(OutgoingMessage.reader_id)
    ):
        left[used.reader_id] -= used.times
    return {reader_id: max(0, left[reader_id]) for reader_id in reader_ids}


def _agreed(fields: dict[str, Any], template_id: str) -> int:
    """One item parses as an object, several as a list (platform, subscription events)."""
    found = 0
    for name in ("SubscribeMsgPopupEvent", "SubscribeMsgChangeEvent"):
        inner = fields.get(name)
        items = inner.get("List") if isinstance(inner, dict) else inner
        for item in items if isinstance(items, list) else [items]:
            if isinstance(item, dict) and item.get("TemplateId") == template_id:
                found += item.get("SubscribeStatusString") == "accept"
    return found


def day(now: datetime) -> date:
    """The platform counts by days in Shanghai."""
    return now.astimezone(SHANGHAI).date()


def reset_at(now: datetime) -> datetime:
    """A little after the platform's next midnight."""
    return datetime.combine(day(now) + timedelta(days=1), time(0, 5), SHANGHAI).astimezone(UTC)


def used_up(db: Connection, account: str, call: Call, *, cap: int | None, now: datetime) -> bool:
    """Whether no call is left today."""
    return cap is not None and used_today(db, account, now=now).get(call, 0) >= cap


def used_today(db: Connection, account: str, *, now: datetime) -> Mapping[str, int]:
    """How often each call of an account was made on this day."""
    rows = db.execute(select(CallUse.call, CallUse.calls).where(CallUse.account == account, CallUse.used_on == day(now)))
    return {row.call: row.calls for row in rows}


def count(db: Connection, account: str, call: Call, *, now: datetime) -> None:
    """Notes one call made today."""
    where = {"account": account, "call": call.value, "used_on": day(now)}
    if not insert_new_row(db, CallUse, {**where, "calls": 1}):
        db.execute(update(CallUse).where(CallUse.account == account, CallUse.call == call,
                                         CallUse.used_on == day(now)).values(calls=CallUse.calls + 1))
