"""How each winner's notice would reach him now, before the release and after it: by the outbox's own choice. Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from bot.contest.announcing import drafts
from bot.outbox import channels
from bot.outbox.channels import Account, Choice, Reached
from bot.outbox.ledger import Channel, Why
from models.enums import Prize
from models.queries import release as queries

NOTICE = "award"
"""The kind of the notice, as `drafts.tell_winners` queues it."""


class How(StrEnum):
    """What the chief can expect of one notice. `told`: he has it; `call`: he came by telephone or letter and follows no
    account."""

    TOLD = "told"
    CUSTOMER = "customer"
    TEMPLATE = "template"
    SUBSCRIPTION = "subscription"
    LATER = "later"
    NEXT_LETTER = "next_letter"
    CALL = "call"
    GONE = "gone"


AT_ONCE = (How.CUSTOMER, How.TEMPLATE, How.SUBSCRIPTION)
BY_HAND = (How.CALL, How.GONE)
"""Nothing that is written here reaches them, however long one waits."""


@dataclass(frozen=True, slots=True)
class Told:
    """One winner in the order of places. `name`: as it would be printed; `label`: what staff call a caller;
    `why`: no channel is open now; `again_at`: when the outbox would look again."""

    award_id: int
    prize: Prize
    name: str
    how: How
    label: str | None = None
    why: Why | None = None
    again_at: datetime | None = None


def winners(session: Session, round_id: int, accounts: Mapping[str, Account], *, now: datetime) -> tuple[Told, ...]:
    """Ten queries at most, whatever number of winners and where all write to one account."""
    found = queries.winners(session, round_id)
    readers = [Reached(one.award.reader_id, one.award.reader.account, one.award.reader.openid) for one in found]
    choices = channels.choose(session.connection(), accounts, readers, kind=NOTICE, now=now) if readers else {}
    names = drafts.winners_of(session, [one.award for one in found])
    return tuple(_told(one, names[one.award.id].name, choices[one.award.reader_id]) for one in found)


def counts(told: Sequence[Told]) -> dict[How, int]:
    """How many of each, in the order of `How`; only those that there are."""
    found = Counter(one.how for one in told)
    return {how: found[how] for how in How if found[how]}


def _told(one: queries.WinnerRow, name: str, choice: Choice) -> Told:
    if one.knows:
        return Told(one.award.id, one.award.prize, name, How.TOLD, one.label)
    return Told(one.award.id, one.award.prize, name, _how(choice, is_caller=one.label is not None), one.label,
                choice.why, choice.again_at)


def _how(choice: Choice, *, is_caller: bool) -> How:
    if choice.channel is not None:
        return {Channel.CUSTOMER: How.CUSTOMER, Channel.TEMPLATE: How.TEMPLATE,
                Channel.SUBSCRIPTION: How.SUBSCRIPTION}[choice.channel]
    if choice.why is Why.GONE:
        return How.CALL if is_caller else How.GONE
    return How.LATER if choice.again_at is not None else How.NEXT_LETTER
