"""Letters around a release: lists that go to press soon and are not out; the month on one page once they are.

Each goes to each member once, whatever number of schedulers runs: the row of a reminder is the claim. Never commits by
itself, but for `alert` and `send_months`, which claim, send outside any transaction, and write what became of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from bot.contest.days.moments import ALERT_DAYS, press_alert
from bot.contest.phases import local_day
from bot.mail import Mailer
from bot.publishing import release_words, round_month
from bot.publishing.round_month import RoundMonth
from bot.teamwork import reminders
from bot.teamwork.reminders import Letter
from models.cockpit import Reminder
from models.queries import release as queries
from models.queries.release import Recipient, Unreleased
from models.session import reading, writing
from models.staff import Staff
from models.work_enums import ReminderMoment, ReminderState

Clock = Callable[[], datetime]
Words = Callable[[str], tuple[str, str]]
"""Subject and text of a letter to whoever has this name."""
AHEAD = timedelta(days=max(ALERT_DAYS.values()))
AGAIN_AFTER, AGAIN_FOR = reminders.MONTH_AGAIN_AFTER, reminders.MONTH_AGAIN_FOR


def alert(engine: Engine, mailer: Mailer | None, clock_now: Clock, *, now: datetime) -> dict[str, Any]:
    """Chiefs, and the deputy of the contest, about every list that goes to press soon and is not released."""
    today = local_day(now)
    with reading(engine) as session:
        rounds = [(one, moment) for one in queries.unreleased(session, first=today, last=today + AHEAD, now=now)
                  if (moment := press_alert(one.print_by, now))]
    made, letters = 0, []
    for round_, moment in rounds:
        with writing(engine) as session:
            claimed, own = _claim(session, round_.id, moment, queries.chiefs(session, deputy_id=round_.deputy_id),
                                  _alert_words(round_, mailer, now), mailer, now)
        made += claimed
        letters += own
    return ({"alerted": made} if made else {}) | _post(engine, mailer, letters, clock_now)


def _alert_words(round_: Unreleased, mailer: Mailer | None, now: datetime) -> Words:
    link = mailer.link(f"/rounds/{round_.id}") if mailer else ""
    return lambda name: release_words.alert(round_.month, round_.print_by, name, picked=round_.picked,
                                            today=local_day(now), link=link)


def send_months(engine: Engine, mailer: Mailer | None, clock_now: Clock, *, now: datetime) -> dict[str, Any]:
    """The month of every released round that nobody was sent, to every chief; and again what the relay did not take.

    Without a relay it counts as sent all the same: whoever sets one up later is not sent the past.
    """
    with reading(engine) as session:
        due = queries.months_to_send(session)
    letters, rounds = [], []
    for round_id in due:
        with reading(engine) as session:
            found = round_month.gather(session, round_id)
        if found is None:
            continue
        with writing(engine) as session:
            claimed, own = _claim(session, round_id, ReminderMoment.MONTH, queries.chiefs(session),
                                  _month_words(found, mailer), mailer, now)
        letters += own
        rounds += [round_id] if claimed else []
    letters += _again(engine, mailer, now) if mailer else []
    return ({"months": rounds} if rounds else {}) | _post(engine, mailer, letters, clock_now)


def _month_words(found: RoundMonth, mailer: Mailer | None) -> Words:
    link = mailer.link(f"/rounds/{found.it.id}/month") if mailer else ""
    return lambda name: release_words.month(found, name, link=link)


def _claim(session: Session, round_id: int, moment: ReminderMoment, people: Iterable[Recipient], words: Words,
           mailer: Mailer | None, now: datetime) -> tuple[int, list[Letter]]:
    """How many rows are new, and the letters that wait to be sent."""
    known = set(session.scalars(select(Reminder.staff_id).where(Reminder.round_id == round_id, Reminder.moment == moment)))
    made, letters = 0, []
    for one in people:
        to = one.email if mailer else None
        state = ReminderState.SENDING if to else ReminderState.CONSOLE
        if one.id in known or not reminders.take(session, round_id, moment, one.id, state, 0, now):
            continue
        made += 1
        if to:
            letters.append(Letter(round_id, moment, one.id, to, *words(one.name)))
    return made, letters


def _again(engine: Engine, mailer: Mailer, now: datetime) -> list[Letter]:
    """Months that did not leave are claimed anew: of two schedulers one gets each."""
    with reading(engine) as session:
        waiting = queries.months_to_repeat(session, tried_before=now - AGAIN_AFTER, released_after=now - AGAIN_FOR)
    letters = []
    for round_id, staff_id in waiting:
        with reading(engine) as session:
            found = round_month.gather(session, round_id)
        with writing(engine) as session:
            member = session.get_one(Staff, staff_id)
            if found is not None and member.email and _take_again(session, round_id, staff_id, now):
                subject, text = _month_words(found, mailer)(member.display_name)
                letters.append(Letter(round_id, ReminderMoment.MONTH, staff_id, member.email, subject, text))
    return letters


def _take_again(session: Session, round_id: int, staff_id: int, now: datetime) -> bool:
    done = session.execute(update(Reminder).where(
        Reminder.round_id == round_id, Reminder.moment == ReminderMoment.MONTH, Reminder.staff_id == staff_id,
        Reminder.state == ReminderState.FAILED, Reminder.made_at <= now - AGAIN_AFTER,
    ).values(state=ReminderState.SENDING, made_at=now))
    return done.rowcount == 1  # type: ignore[attr-defined, no-any-return]


def _post(engine: Engine, mailer: Mailer | None, letters: list[Letter], clock_now: Clock) -> dict[str, Any]:
    if mailer is None or not letters:
        return {}
    sent = reminders.post_all(engine, mailer, letters, clock_now)
    return {"sent": sent, "failed": len(letters) - sent}
