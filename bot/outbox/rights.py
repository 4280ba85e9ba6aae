"""What was learnt of an account's calls: refused ones are switched off, failing ones rest. Never commits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from bot.wechat.profiles import Call
from models.enums import RightState
from models.outgoing import CallRight
from models.session import insert_new_row

FIRST_REST, LONGEST_REST = timedelta(minutes=1), timedelta(hours=1)
"""A call that fails rests, twice as long each time in a row."""


@dataclass(frozen=True, slots=True)
class Right:
    state: RightState
    errcode: int | None
    until: datetime | None
    failures: int

    def rests(self, now: datetime) -> bool:
        return self.until is not None and self.until > now


Rights = Mapping[Call, Right]


def of(db: Connection, account: str) -> Rights:
    rows = db.execute(select(CallRight.call, CallRight.state, CallRight.errcode, CallRight.until, CallRight.failures)
                      .where(CallRight.account == account))
    known = {call.value for call in Call}
    return {Call(row.call): Right(row.state, row.errcode, row.until, row.failures) for row in rows if row.call in known}


def learnt(rights: Rights) -> dict[Call, bool]:
    """For `profiles.profile`: what rests was granted once."""
    return {call: right.state is not RightState.REFUSED for call, right in rights.items()}


def refuse(db: Connection, account: str, call: Call, *, errcode: int, now: datetime, noted: bool = False) -> None:
    """Switches the call off until a person has looked. `noted`: a person sees it right now."""
    _set(db, account, call, {"state": RightState.REFUSED, "errcode": errcode, "since": now, "until": None,
                             "failures": 0, "noted_at": now if noted else None})


def grant(db: Connection, account: str, call: Call, *, now: datetime) -> None:
    """The call works, whatever the account's type says."""
    _set(db, account, call, {"state": RightState.GRANTED, "errcode": None, "since": now, "until": None,
                             "failures": 0, "noted_at": None})


def rest(db: Connection, account: str, call: Call, *, errcode: int | None, now: datetime,
         until: datetime | None = None) -> datetime:
    """Asks nothing of the call for a while, or until the given time; gives when it is over."""
    before = of(db, account).get(call)
    failures = before.failures if before is not None else 0
    until = until or now + min(FIRST_REST * 2 ** min(failures, 10), LONGEST_REST)
    if before is None or before.state is not RightState.REFUSED:
        _set(db, account, call, {"state": RightState.RESTING, "errcode": errcode, "since": now, "until": until,
                                 "failures": failures + 1, "noted_at": None})
    return until


def works(db: Connection, account: str, *calls: Call, now: datetime) -> None:
    """After a success nothing rests any more."""
    db.execute(update(CallRight).where(
        CallRight.account == account, CallRight.call.in_(calls), CallRight.state == RightState.RESTING,
    ).values(state=RightState.GRANTED, errcode=None, since=now, until=None, failures=0))


def forget(db: Connection, account: str, call: Call) -> bool:
    """Nothing is known of the call any more: what its type may do holds again."""
    done = db.execute(delete(CallRight).where(CallRight.account == account, CallRight.call == call))
    return done.rowcount == 1


def _set(db: Connection, account: str, call: Call, values: dict[str, object]) -> None:
    if not insert_new_row(db, CallRight, {"account": account, "call": call.value, **values}):
        db.execute(update(CallRight).where(CallRight.account == account, CallRight.call == call).values(**values))
