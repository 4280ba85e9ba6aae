"""Reminders before the close of a round and before the end of its grading, once for each member. Never commits by itself,
but for `remind`, which claims, sends outside any transaction, and writes what became of it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from bot.audit import Actor, record
from bot.contest import cockpit
from bot.contest.cockpit import Share
from bot.contest.days.finish import countdown
from bot.contest.days.moments import HOURS, Due, due, press_alert
from bot.errors import NotAllowed, NotFound
from bot.mail import Mailer, MailError
from models.cockpit import Reminder
from models.contests import Round
from models.queries import cockpit as queries
from models.queries.cockpit import RoundDates
from models.session import reading, writing
from models.work_enums import GiveUpReason, ReminderMoment, ReminderState

log = logging.getLogger(__name__)

WITHIN = timedelta(hours=72)
STUCK_AFTER = timedelta(minutes=10)
"""A letter whose sending began so long ago ended with its process: nobody knows whether it went."""
MONTH_AGAIN_AFTER, MONTH_AGAIN_FOR = timedelta(hours=2), timedelta(days=2)
"""A month that the relay did not take is tried again, for so long; other letters are overtaken by the next one."""
DEADLINE_NAMES = {True: "截止", False: "评分结束"}


@dataclass(frozen=True, slots=True)
class Bar:
    """What stands on a member's first page. `share` None: nothing of the round waits for him."""

    round: RoundDates
    due: Due
    share: Share | None


@dataclass(frozen=True, slots=True)
class Letter:
    """One e-mail to be sent; its row is claimed already."""

    round_id: int
    moment: ReminderMoment
    staff_id: int
    to: str
    subject: str
    text: str


def due_of(round_: RoundDates, now: datetime) -> Due | None:
    return due(closes_at=round_.closes_at, grading_until=round_.grading_until, now=now)


def bar(session: Session, staff_id: int, *, now: datetime) -> Bar | None:
    """The nearest deadline within 72 hours that this member has not put away. One query where there is none, else four."""
    rounds = queries.running(session, now, WITHIN)
    if not rounds:
        return None
    gone = queries.dismissed(session, staff_id, [one.id for one in rounds])
    coming = [(found.deadline, one, found) for one in rounds
              if (found := due_of(one, now)) and (one.id, found.moment) not in gone]
    if not coming:
        return None
    _, round_, found = min(coming, key=lambda one: one[0])
    shares = cockpit.shares(queries.members(session), queries.heaps(session, round_.id, now=now))
    own = next((one for one in shares if one.member.id == staff_id and one.owed), None)
    return Bar(round_, found, own)


def dismiss(session: Session, round_id: int, moment: ReminderMoment, *, actor: Actor, now: datetime) -> None:
    """Puts the bar away for this member. Whoever has seen it needs no e-mail about the same moment any more."""
    assert actor.staff_id is not None
    if moment not in HOURS:
        raise NotFound("没有这样的提醒。")
    if session.scalar(select(Round.id).where(Round.id == round_id)) is None:
        raise NotFound("没有这一轮。")
    take(session, round_id, moment, actor.staff_id, ReminderState.CONSOLE, 0, now)
    session.execute(update(Reminder).where(
        Reminder.round_id == round_id, Reminder.moment == moment, Reminder.staff_id == actor.staff_id,
        Reminder.dismissed_at.is_(None)).values(dismissed_at=now))


def remind(engine: Engine, mailer: Mailer | None, clock_now: Callable[[], datetime], *, now: datetime) -> dict[str, Any]:
    """Reminds everybody to whom something falls, each once a moment, whatever number of schedulers runs."""
    with reading(engine) as session:
        rounds = [(one, found) for one in queries.running(session, now, WITHIN) if (found := due_of(one, now))]
    made, letters = 0, []
    for round_, found in rounds:
        with writing(engine) as session:
            claimed, own = claim(session, round_, found, mailer, now=now)
        made += claimed
        letters += own
    sent = post_all(engine, mailer, letters, clock_now) if mailer else 0
    return ({"reminded": made} if made else {}) | ({"sent": sent, "failed": len(letters) - sent} if letters else {})


def claim(session: Session, round_: RoundDates, found: Due, mailer: Mailer | None, *, now: datetime) -> tuple[int, list[Letter]]:
    """Rows for those not reminded of this moment yet: how many, and the letters that now wait to be sent."""
    known = set(session.scalars(select(Reminder.staff_id).where(
        Reminder.round_id == round_.id, Reminder.moment == found.moment)))
    members = queries.members(session)
    if all(one.id in known for one in members):
        return 0, []
    made, letters = 0, []
    for share in cockpit.shares(members, queries.heaps(session, round_.id, now=now)):
        if share.member.id in known or not share.owed:
            continue
        to = share.member.email if mailer else None
        state = ReminderState.SENDING if to else ReminderState.CONSOLE
        if not take(session, round_.id, found.moment, share.member.id, state, share.owed, now):
            continue  # another scheduler was faster
        made += 1
        if mailer and to:
            subject, text = words(round_, found, share, now=now, link=mailer.link(f"/rounds/{round_.id}/cockpit"))
            letters.append(Letter(round_.id, found.moment, share.member.id, to, subject, text))
    return made, letters


def take(session: Session, round_id: int, moment: ReminderMoment, staff_id: int, state: ReminderState, owed: int,
           now: datetime) -> bool:
    """Claims one letter or one bar. The key is the claim: False when there is such a row."""
    insert = postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    # RETURNING tells on every database whether the row is ours; a count of rows does not.
    done = session.connection().execute(insert(Reminder.__table__).values(  # type: ignore[arg-type]
        round_id=round_id, moment=moment, staff_id=staff_id, state=state, owed=owed, made_at=now,
    ).on_conflict_do_nothing().returning(Reminder.__table__.c.staff_id)).first()
    return done is not None


def post_all(engine: Engine, mailer: Mailer, letters: Iterable[Letter], clock_now: Callable[[], datetime]) -> int:
    """Sends letters that are claimed, and writes what became of each; how many went. Once the relay has said nothing,
    nobody waits for it again: the others did not leave either."""
    sent, reached = 0, True
    for letter in letters:
        went, reached = _post(engine, mailer, letter, clock_now) if reached else (_gone(engine, letter, None), False)
        sent += went
    return sent


def _post(engine: Engine, mailer: Mailer, letter: Letter, clock_now: Callable[[], datetime]) -> tuple[bool, bool]:
    """Whether it went, and whether the relay said anything."""
    try:
        mailer.send(letter.to, letter.subject, letter.text, now=clock_now())
    except MailError as problem:
        return _gone(engine, letter, None), not problem.unreached
    return _gone(engine, letter, clock_now()), True


def _gone(engine: Engine, letter: Letter, sent_at: datetime | None) -> bool:
    """Writes that it went, or that it did not; whether it went."""
    if sent_at is None:
        log.warning("a reminder of round %d to member %d did not leave", letter.round_id, letter.staff_id)
    state = ReminderState.FAILED if sent_at is None else ReminderState.SENT
    with writing(engine) as session:
        session.execute(update(Reminder).where(
            Reminder.round_id == letter.round_id, Reminder.moment == letter.moment, Reminder.staff_id == letter.staff_id,
            Reminder.state == ReminderState.SENDING).values(state=state, sent_at=sent_at))
    return state is ReminderState.SENT


_TOO_LATE = "这封信说的事已经过了，不用再寄。"


def send_again(session: Session, round_id: int, moment: ReminderMoment, staff_id: int, *, actor: Actor, now: datetime) -> None:
    """A letter that did not leave, or may not have, is claimed anew by the next turn of its job. NotAllowed where it is
    overtaken."""
    letter = _undelivered(session, round_id, moment, staff_id, now)
    round_ = session.get_one(Round, round_id)
    if moment is ReminderMoment.MONTH:
        if round_.released_at is None or round_.released_at <= now - MONTH_AGAIN_FOR:
            raise NotAllowed(_TOO_LATE)
        letter.state, letter.made_at = ReminderState.FAILED, now - MONTH_AGAIN_AFTER
    else:
        if moment not in _coming(round_, now):
            raise NotAllowed(_TOO_LATE)
        session.delete(letter)
    _note(session, "send_letter_again", round_id, moment, staff_id, actor, now)


def give_up(session: Session, round_id: int, moment: ReminderMoment, staff_id: int, reason: GiveUpReason, *, actor: Actor,
            now: datetime) -> None:
    """The letter is not to go; what it says stands in the console all the same."""
    _undelivered(session, round_id, moment, staff_id, now).state = ReminderState.CONSOLE
    _note(session, "drop_letter", round_id, moment, staff_id, actor, now, {"reason": reason.value})


def _undelivered(session: Session, round_id: int, moment: ReminderMoment, staff_id: int, now: datetime) -> Reminder:
    letter = session.get(Reminder, (round_id, moment, staff_id), with_for_update=True)
    if letter is None:
        raise NotFound("没有这封信。")
    stuck = letter.state is ReminderState.SENDING and letter.made_at < now - STUCK_AFTER
    if letter.dismissed_at is not None or (letter.state is not ReminderState.FAILED and not stuck):
        raise NotAllowed("这封信已经不在这个状态，请刷新看看。")
    return letter


def _coming(round_: Round, now: datetime) -> tuple[ReminderMoment | None, ...]:
    """The moments of which a letter would be claimed now."""
    found = due(closes_at=round_.closes_at, grading_until=round_.grading_until, now=now)
    return found.moment if found else None, press_alert(round_.print_by, now)


def _note(session: Session, verb: str, round_id: int, moment: ReminderMoment, staff_id: int, actor: Actor, now: datetime,
          more: dict[str, Any] | None = None) -> None:
    record(session, actor=actor, verb=verb, object_kind="round", object_id=round_id, now=now,
           details={"letter": moment.value, "staff": staff_id, **(more or {})})


def words(round_: RoundDates, found: Due, share: Share, *, now: datetime, link: str) -> tuple[str, str]:
    """Subject and text of the e-mail: kind, short, nothing of readers."""
    month = int(round_.month.partition("-")[2])
    name = DEADLINE_NAMES[found.is_close]
    left = countdown(found.deadline, now=now)
    lines = [f"{share.member.name}，您好：", "", f"{month}月这一轮离{name}{left}。{owes(share)}", "", f"看进度：{link}", "",
             "辛苦了。已经在评的话，不用理会这封信。", "啄木鸟"]
    return f"啄木鸟：{month}月这一轮离{name}{left}", "\n".join(lines)


def owes(share: Share) -> str:
    """One sentence about what waits for a member."""
    own = f"轮到您的有 {share.mine} 条" if share.mine else ""
    second = f"（其中 {share.second} 条要您再评一次）" if share.second else ""
    pool = f"没有指定人的有 {share.common} 条，有空请评几条" if share.common else ""
    return "，".join(part for part in (own + second, pool) if part) + "。"
