"""Makes the QR code of each paper where the account may have some; it is made once and printed for years.

No transaction is open during a call. A code that is made twice does no harm, for both say the same paper: a call
without an answer is simply made again later. Commits after each code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import Connection, Engine, select

from bot import audit
from bot.audit import Actor
from bot.dialogue.scenes import scene_of
from bot.outbox import account_calls, rights
from bot.outbox.account_calls import May
from bot.outbox.channels import Account
from bot.wechat import qrcodes
from bot.wechat.client import Answer
from bot.wechat.codes import Action
from bot.wechat.profiles import Call
from bot.wechat.qrcodes import Caller
from models.codes import PaperCode
from models.contests import Contest
from models.papers import Paper
from models.session import insert_new_row, reading, writing

BATCH = 20
"""Codes of one account in one run."""
LEARNT = (Action.BACK_OFF, Action.WAIT_FOR_QUOTA, Action.SWITCH_OFF, None)
"""After these `account_calls.note` has seen to it that the call rests or is switched off."""


def run(engine: Engine, accounts: Mapping[str, Account], callers: Mapping[str, Caller], *,
        clock_now: Callable[[], datetime], actor: Actor) -> dict[str, int]:
    """The codes that are missing, account by account; gives how many were made and in how many accounts it failed."""
    counts = {"made": 0, "failed": 0}
    for account in accounts.values():
        caller = callers.get(account.name)
        for paper_id in _missing(engine, account, clock_now()) if caller is not None else ():
            if not _may(engine, account, clock_now()):
                break
            assert caller is not None
            answer = qrcodes.create_permanent(caller, scene_of(paper_id))
            if not _keep(engine, account, paper_id, answer, actor=actor, now=clock_now()):
                counts["failed"] += 1  # the next paper would fare no better now
                break
            counts["made"] += 1
    return {name: number for name, number in counts.items() if number}


def _missing(engine: Engine, account: Account, now: datetime) -> list[int]:
    with reading(engine) as session:
        db = session.connection()
        if account_calls.may(db, account, Call.QRCODE, now=now) is not May.YES:
            return []
        made = select(PaperCode.paper_id).where(PaperCode.account == account.name)
        return list(session.scalars(
            select(Paper.id).join(Contest, Contest.id == Paper.contest_id)
            .where(Contest.account == account.name, Paper.id.not_in(made)).order_by(Paper.id).limit(BATCH)))


def _may(engine: Engine, account: Account, now: datetime) -> bool:
    with reading(engine) as session:
        return account_calls.may(session.connection(), account, Call.QRCODE, now=now) is May.YES


def _keep(engine: Engine, account: Account, paper_id: int, answer: Answer, *, actor: Actor, now: datetime) -> bool:
    """Whether there is a code now. Where there is none the call rests, whatever went wrong."""
    code = qrcodes.code_in(answer)
    with writing(engine) as session:
        db = session.connection()
        action = account_calls.note(db, account, Call.QRCODE, answer, now=now)
        if code is None:
            _rest(db, account, answer, action, now)
            return False
        if insert_new_row(db, PaperCode, {"account": account.name, "paper_id": paper_id, "ticket": code.ticket,
                                          "url": code.url, "created_at": now}):  # fmt: skip
            audit.record(session, actor=actor, verb="make_code", object_kind="paper", object_id=paper_id, now=now)
        return True


def _rest(db: Connection, account: Account, answer: Answer, action: Action | None, now: datetime) -> None:
    if action not in LEARNT:
        rights.rest(db, account.name, Call.QRCODE, errcode=answer.errcode, now=now)
