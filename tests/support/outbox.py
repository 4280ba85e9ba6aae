"""One reader of one account, an outbox, and a platform that answers as it is told. No HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, func, select, update

from bot.claiming.terms import OFFLINE, Terms
from bot.clock import FrozenClock
from bot.outbox import passive, queue
from bot.outbox.channels import Account
from bot.outbox.delivery import Delivery
from bot.outbox.quiet import NEVER, Hours
from bot.wechat.client import Answer
from bot.wechat.profiles import Kind
from bot.wechat.template import Template
from models.enums import MessageFate
from models.messages import Message
from models.outgoing import CallRight, DeliveryAttempt, OutgoingMessage
from models.readers import Person, Reader
from models.session import reading, writing

START = datetime(2026, 11, 10, 1, 0, tzinfo=UTC)
LATER = START + timedelta(seconds=10)
SENT = Answer(0, "")
SILENCE = Answer(None, "ReadTimeout")
NO_CONNECTION = Answer(None, "connect timeout", never_left=True)
TEMPLATE = Template("T1", subscription=False, page="", fields={"thing1": "text"})


class FakeSender:
    """Answers as told and keeps what it was given; `during` runs while a call is under way."""

    def __init__(self, *answers: Answer, during: Callable[[], None] = lambda: None, always: Answer = SENT) -> None:
        self.answers, self.during, self.always = list(answers), during, always
        self.calls: list[tuple[str, str]] = []
        self.notices: list[tuple[str, Mapping[str, Any]]] = []
        self.menus: list[Sequence[tuple[str, str]]] = []
        self.probes = 0
        self.probed = SENT

    def send_text(self, openid: str, text: str) -> Answer:
        self.calls.append((openid, text))
        return self._answer()

    def send_menu(self, openid: str, head: str, items: Sequence[tuple[str, str]], tail: str) -> Answer:
        self.menus.append(items)
        self.calls.append((openid, "\n".join(filter(None, (head, *(words for _, words in items), tail)))))
        return self._answer()

    def send_notice(self, path: str, body: Mapping[str, Any]) -> Answer:
        self.notices.append((path, body))
        return self._answer()

    def probe(self) -> Answer:
        self.probes += 1
        return self.probed

    def _answer(self) -> Answer:
        self.during()
        return self.answers.pop(0) if self.answers else self.always

    @property
    def texts(self) -> list[str]:
        return [text for _, text in self.calls]


@dataclass
class Outbox:
    """The account `main` with readers 1, 2, … who wrote at START."""

    engine: Engine
    sender: FakeSender | None = field(default_factory=FakeSender)
    kind: Kind = "subscription"
    verified: bool = True
    templates: Mapping[str, Template] = field(default_factory=dict)
    messages: int = 0
    terms: Terms = OFFLINE
    hours: Hours = NEVER

    def reader(self, number: int = 1, *, wrote_at: datetime | None = START) -> None:
        with writing(self.engine) as session:
            session.add(Person(id=number, created_at=START))
            session.flush()
            session.add(Reader(id=number, account="main", openid=f"o{number}", person_id=number, first_seen_at=START))
        if wrote_at is not None:
            self.hear(wrote_at, reader=number)

    def hear(self, at: datetime, *, reader: int = 1, event: str | None = None, **fields: Any) -> None:
        """The reader writes, or taps."""
        self.messages += 1
        with writing(self.engine) as session:
            session.add(Message(
                account="main", dedupe_key=f"d{self.messages}", reader_id=reader, event=event,
                msg_type="event" if event else "text", fields=fields, create_time=int(at.timestamp()), received_at=at,
                counts_at=at, fate=MessageFate.EVENT if event else MessageFate.READ))
            session.execute(update(Reader).where(Reader.id == reader).values(last_message_at=at))

    def put(self, key: str = "k1", text: str | None = None, *, now: datetime = START, reader: int = 1,
            kind: str = "desk", expires_at: datetime | None = None) -> int | None:
        with writing(self.engine) as session:
            return queue.enqueue(session.connection(), reader_id=reader, kind=kind, text=text or f"话{key}", key=key,
                                 now=now, expires_at=expires_at)

    def run(self, now: datetime = LATER) -> dict[str, int]:
        account = Account("main", "社区发布", self.kind, self.verified, self.sender, self.templates)
        return Delivery({"main": account}, FrozenClock(now).now, self.terms, self.hours).run(self.engine, now=now)

    def reply(self, text: str | None, now: datetime = LATER, *, reader: int | None = 1) -> str | None:
        """A passive reply with what rides on it."""
        with writing(self.engine) as session:
            return passive.ride(session.connection(), reader, text, now=now)

    def call_back(self, key: str) -> bool:
        with writing(self.engine) as session:
            return queue.call_back(session.connection(), key)

    def message(self, key: str = "k1") -> OutgoingMessage:
        with reading(self.engine) as session:
            return session.scalars(select(OutgoingMessage).where(OutgoingMessage.idempotency_key == key)).one()

    def state(self, key: str = "k1") -> tuple[str, str | None]:
        found = self.message(key)
        return found.state.value, found.last_error

    def states(self) -> dict[str, int]:
        """How many messages are in each state."""
        with reading(self.engine) as session:
            rows = session.execute(select(OutgoingMessage.state, func.count()).group_by(OutgoingMessage.state))
            return {state.value: count for state, count in rows}

    def attempts(self, key: str = "k1") -> list[tuple[str, str | None, int | None]]:
        """Channel, outcome and code of each, in order."""
        with reading(self.engine) as session:
            rows = session.scalars(select(DeliveryAttempt).join(
                OutgoingMessage, OutgoingMessage.id == DeliveryAttempt.outgoing_id,
            ).where(OutgoingMessage.idempotency_key == key).order_by(DeliveryAttempt.id))
            return [(row.channel, row.outcome.value if row.outcome else None, row.errcode) for row in rows]

    def rights(self) -> dict[str, tuple[str, int | None, datetime | None]]:
        """State, code and end of each call that something was learnt of."""
        with reading(self.engine) as session:
            return {row.call: (row.state.value, row.errcode, row.until) for row in session.scalars(select(CallRight))}

    def set(self, table: type, **values: object) -> None:
        with writing(self.engine) as session:
            session.execute(update(table).values(**values))
