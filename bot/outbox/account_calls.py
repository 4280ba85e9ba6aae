"""Calls of an account other than messages: whether one may be made now, and what its answer says of the account.

Never commits, calls nobody itself.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from bot.outbox import aftermath, ledger, rights
from bot.outbox.channels import Account
from bot.wechat.client import Answer
from bot.wechat.codes import Action, advise, closes_account
from bot.wechat.profiles import Call


class May(StrEnum):
    YES = "yes"
    LATER = "later"  # granted, but it rests or today's calls are used up
    NO = "no"  # the account's type has it not, or it was refused


def may(db: Connection, account: Account, *calls: Call, now: datetime) -> May:
    """Whether all of these may be made at this moment."""
    known = rights.of(db, account.name)
    granted = account.profile(known)
    if not all(granted.may(call) for call in calls):
        return May.NO
    asked = [known[call] for call in (Call.API, *calls) if call in known]
    if any(right.rests(now) for right in asked):
        return May.LATER
    full = any(ledger.used_up(db, account.name, call, cap=granted.daily_cap(call), now=now) for call in calls)
    return May.LATER if full else May.YES


def note(db: Connection, account: Account, call: Call, answer: Answer, *, now: datetime) -> Action | None:
    """Counts the call and keeps what its answer says of the account; gives what to do, None where nobody knows."""
    ledger.count(db, account.name, call, now=now)
    if answer.errcode is None:
        aftermath.of_the_account(db, account.name, answer, now=now)
        return Action.BACK_OFF if answer.never_left else None
    action = advise(answer.errcode).action
    if action in (Action.PROCEED, Action.DONE):
        rights.works(db, account.name, Call.API, call, now=now)
    elif action in (Action.BACK_OFF, Action.REFRESH_TOKEN):
        aftermath.of_the_account(db, account.name, answer, now=now)
        return Action.BACK_OFF
    elif action is Action.WAIT_FOR_QUOTA:
        rights.rest(db, account.name, call, errcode=answer.errcode, now=now, until=ledger.reset_at(now))
    elif action is Action.SWITCH_OFF:
        off = Call.API if closes_account(answer.errcode) else call
        rights.refuse(db, account.name, off, errcode=answer.errcode, now=now)
    return action
