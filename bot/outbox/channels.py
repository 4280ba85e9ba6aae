"""The best channel permitted to one reader at this moment, or why there is none. Reads only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection

from bot.outbox import ledger, rights
from bot.outbox.ledger import Channel, Heard, Tried, Why
from bot.outbox.rights import Rights
from bot.wechat.client import Answer
from bot.wechat.profiles import Call, Kind, Profile, profile
from bot.wechat.template import Template
from models.enums import RightState

CALLS = {Channel.CUSTOMER: Call.CUSTOMER, Channel.TEMPLATE: Call.TEMPLATE, Channel.SUBSCRIPTION: Call.SUBSCRIPTION}


class Sender(Protocol):
    """An account's calls out; see `bot.wechat.client.Client`."""

    def send_text(self, openid: str, text: str) -> Answer: ...

    def send_notice(self, path: str, body: Mapping[str, Any]) -> Answer: ...

    def probe(self) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Account:
    """One account as delivery sees it. `sender` is None where it has no secret; templates by kind of notice."""

    name: str
    title: str
    kind: Kind
    verified: bool
    sender: Sender | None
    templates: Mapping[str, Template] = field(default_factory=dict)

    def profile(self, known: Rights) -> Profile:
        return profile(self.kind, verified=self.verified, has_secret=self.sender is not None,
                       learnt=rights.learnt(known))


@dataclass(frozen=True, slots=True)
class Choice:
    """A channel; or why there is none, and when it is worth looking again (None: when the reader acts)."""

    channel: Channel | None
    why: Why | None = None
    again_at: datetime | None = None


def choose(db: Connection, account: Account, *, reader_id: int, kind: str, now: datetime) -> Choice:
    """`kind` of the notice: which template there is for it."""
    known = rights.of(db, account.name)
    api, granted = known.get(Call.API), account.profile(known)
    if not granted.may(Call.API):
        return Choice(None, _not_granted(known, Call.API))
    if api is not None and api.rests(now):
        return Choice(None, Why.RESTING, api.until)
    look = _Look(db, account, reader_id, kind, now, known, granted,
                 ledger.heard(db, reader_id, now=now), ledger.tried(db, reader_id))
    closed = []
    for channel in look.wanted():
        found = look.at(channel)
        if found.channel is not None:
            return found
        closed.append(found)
    return next((one for one in closed if one.again_at is not None), closed[0])


def _not_granted(known: Rights, call: Call) -> Why:
    right = known.get(call)
    return Why.SWITCHED_OFF if right is not None and right.state is RightState.REFUSED else Why.NO_CHANNEL


@dataclass(frozen=True, slots=True)
class _Look:
    """Everything that is asked of each channel."""

    db: Connection
    account: Account
    reader_id: int
    kind: str
    now: datetime
    known: Rights
    granted: Profile
    heard: Heard
    tried: list[Tried]

    def wanted(self) -> Iterator[Channel]:
        """Best first."""
        yield Channel.CUSTOMER
        template = self.account.templates.get(self.kind)
        if template is not None:
            yield Channel.SUBSCRIPTION if template.subscription else Channel.TEMPLATE

    def at(self, channel: Channel) -> Choice:
        call = CALLS[channel]
        if not self.granted.may(call):
            return Choice(None, _not_granted(self.known, call))
        why = ledger.refused(self.heard, self.tried, channel) or self._closed(channel)
        if why is not None:
            return Choice(None, why)
        right = self.known.get(call)
        if right is not None and right.rests(self.now):
            return Choice(None, Why.RESTING, right.until)
        if ledger.used_up(self.db, self.account.name, call, cap=self.granted.daily_cap(call), now=self.now):
            return Choice(None, Why.DAILY, ledger.reset_at(self.now))
        return Choice(channel)

    def _closed(self, channel: Channel) -> Why | None:
        if channel is Channel.CUSTOMER:
            return ledger.customer_closed(self.heard, self.tried, now=self.now)
        if channel is Channel.SUBSCRIPTION:
            template = self.account.templates[self.kind]
            return None if ledger.consents(self.db, self.reader_id, template.template_id) else Why.NO_CONSENT
        return None
