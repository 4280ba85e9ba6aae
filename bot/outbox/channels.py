"""The best channel permitted to readers at this moment, or why there is none. Reads only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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

    def send_menu(self, openid: str, head: str, items: Sequence[tuple[str, str]], tail: str) -> Answer: ...

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


@dataclass(frozen=True, slots=True)
class Reached:
    """A reader as the outbox sees him: his account, and his openid while he follows it."""

    reader_id: int
    account: str
    openid: str | None


def choose(db: Connection, accounts: Mapping[str, Account], readers: Sequence[Reached], *, kind: str,
           now: datetime) -> dict[int, Choice]:
    """By reader what is permitted to him. `kind` of the notice: which template there is for it. At most six queries an
    account, whatever number of readers."""
    found = {one.reader_id: Choice(None, Why.GONE if one.openid is None else Why.NO_CHANNEL) for one in readers}
    here: dict[str, list[int]] = {}
    for one in readers:
        if one.openid is not None and one.account in accounts:
            here.setdefault(one.account, []).append(one.reader_id)
    for name, ids in here.items():
        found |= _choose(db, accounts[name], ids, kind, now)
    return found


def _choose(db: Connection, account: Account, readers: Sequence[int], kind: str, now: datetime) -> dict[int, Choice]:
    known = rights.of(db, account.name)
    api, granted = known.get(Call.API), account.profile(known)
    if not granted.may(Call.API):
        return dict.fromkeys(readers, Choice(None, _not_granted(known, Call.API)))
    if api is not None and api.rests(now):
        return dict.fromkeys(readers, Choice(None, Why.RESTING, api.until))
    template = account.templates.get(kind)
    subscribed = template is not None and template.subscription
    heard, tried = ledger.heard_of(db, readers, now=now), ledger.tried_of(db, readers)
    consents = ledger.consents_of(db, readers, template.template_id) if template and subscribed else {}
    used = ledger.used_today(db, account.name, now=now)
    return {one: _Look(template, now, known, granted, heard[one], tried[one], consents.get(one, 0), used).choice()
            for one in readers}


def _not_granted(known: Rights, call: Call) -> Why:
    right = known.get(call)
    return Why.SWITCHED_OFF if right is not None and right.state is RightState.REFUSED else Why.NO_CHANNEL


@dataclass(frozen=True, slots=True)
class _Look:
    """Everything that is asked of each channel to one reader."""

    template: Template | None
    now: datetime
    known: Rights
    granted: Profile
    heard: Heard
    tried: Sequence[Tried]
    consents: int
    used: Mapping[str, int]

    def choice(self) -> Choice:
        """The best channel that is open, else the reason of the one that will open by itself, else of the best."""
        closed = []
        for channel in self._wanted():
            found = self._at(channel)
            if found.channel is not None:
                return found
            closed.append(found)
        return next((one for one in closed if one.again_at is not None), closed[0])

    def _wanted(self) -> Iterator[Channel]:
        """Best first."""
        yield Channel.CUSTOMER
        if self.template is not None:
            yield Channel.SUBSCRIPTION if self.template.subscription else Channel.TEMPLATE

    def _at(self, channel: Channel) -> Choice:
        call = CALLS[channel]
        if not self.granted.may(call):
            return Choice(None, _not_granted(self.known, call))
        why = ledger.refused(self.heard, self.tried, channel) or self._closed(channel)
        if why is not None:
            return Choice(None, why)
        right = self.known.get(call)
        if right is not None and right.rests(self.now):
            return Choice(None, Why.RESTING, right.until)
        cap = self.granted.daily_cap(call)
        if cap is not None and self.used.get(call, 0) >= cap:
            return Choice(None, Why.DAILY, ledger.reset_at(self.now))
        return Choice(channel)

    def _closed(self, channel: Channel) -> Why | None:
        if channel is Channel.CUSTOMER:
            return ledger.customer_closed(self.heard, self.tried, now=self.now)
        return Why.NO_CONSENT if channel is Channel.SUBSCRIPTION and not self.consents else None
