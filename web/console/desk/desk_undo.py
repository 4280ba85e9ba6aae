"""What was last closed in 来信, to be taken back from the next page: kept in the signed cookie for five minutes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import session as cookie
from sqlalchemy.orm import Session

from bot.audit import Actor
from bot.errors import WoodpeckerError
from bot.letters import desk as verbs
from models.enums import UNSENT
from models.queries import desk as queries
from models.queries.desk import Sent

KEY = "desk_undo"
SHOWN_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Closed:
    """`with_answer`: an answer was queued in the same act."""

    ids: tuple[int, ...]
    sentence: str
    with_answer: bool


def remember(ids: list[int], sentence: str, *, at: datetime, with_answer: bool = False) -> None:
    cookie[KEY] = [ids, sentence, with_answer, int(at.timestamp())]


def take(now: datetime) -> Closed | None:
    """What was closed last and not taken back since."""
    kept = cookie.get(KEY)
    if not isinstance(kept, list) or len(kept) != 4 or now.timestamp() - kept[3] > SHOWN_SECONDS:
        return None
    return Closed(tuple(kept[0]), str(kept[1]), bool(kept[2]))


def back(session: Session, last: Closed, *, actor: Actor, now: datetime) -> str:
    """Opens the letters again, one by one; the sentence that says what came of it."""
    cookie.pop(KEY, None)
    opened: list[int] = []
    problems: list[str] = []
    for message_id in last.ids:
        try:
            verbs.reopen(session, message_id, actor=actor, now=now)
        except WoodpeckerError as problem:
            problems.append(f"来信 {message_id}：{problem}")
        else:
            opened.append(message_id)
    called = last.with_answer and bool(opened) and _call_back(session, opened[0], actor=actor, now=now)
    said = f"重新打开了 {len(opened)} 封。" if len(last.ids) > 1 else ("重新打开了。" if opened else "")
    if last.with_answer and opened:
        said += "回复也撤回了，没有发出。" if called else "回复已经发出，撤不回。"
    return said + "".join(problems)


def _call_back(session: Session, message_id: int, *, actor: Actor, now: datetime) -> bool:
    message = queries.load(session, message_id)
    sent = [one for one in queries.thread(session, message) if isinstance(one, Sent)
            and one.message_id == message_id and one.state in UNSENT] if message else []
    if not sent:
        return False
    verbs.take_back(session, message_id, sent[-1].id, actor=actor, now=now)
    return True
