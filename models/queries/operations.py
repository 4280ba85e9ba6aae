"""Named reads of 运行: how each job went last, and what waits to leave the house. Nothing of readers, nobody's address."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from models.audit import JobRun
from models.cockpit import Reminder
from models.contests import Round
from models.enums import JobOutcome, OutgoingState
from models.outgoing import DeliveryAttempt, OutgoingCall, OutgoingMessage
from models.queries import notices
from models.queries.notices import NoticeView
from models.readers import Reader
from models.staff import ResetRequest, Staff
from models.work_enums import ReminderState

PAGE_SIZE = 50
LETTERS_KEPT = timedelta(days=14)
"""A letter that did not leave longer ago helps nobody any more."""


@dataclass(frozen=True, slots=True)
class Run:
    """The newest run of one job that left a row."""

    name: str
    outcome: JobOutcome
    started_at: datetime
    finished_at: datetime | None
    result: dict[str, Any]


class Post(StrEnum):
    """What leaves the house: messages to readers, letters to members, mails with a link for a new password,
    and what is said to addresses of the configuration."""

    NOTICE = "notice"
    LETTER = "letter"
    RESET = "reset"
    CALL = "call"


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One thing that waits. `ref`: of the post, as the address of its buttons takes it; `kind` of the notice, or the
    moment of the letter; `about`: number of a report or month of a round."""

    post: Post
    ref: str
    kind: str
    about: str | None
    to: str | None  # the account, or the member's name
    state: OutgoingState
    why: str | None
    errcode: int | None
    tries: int | None
    created_at: datetime
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Moments:
    """Before which moment something is stuck, out of use, or out of date."""

    stuck: datetime
    letters: datetime
    resets: datetime


def last_runs(session: Session, names: Iterable[str]) -> dict[str, Run]:
    """By the index, one look a name: the table grows by every run that did something."""
    by_age = select(JobRun.id).order_by(JobRun.started_at.desc(), JobRun.id.desc()).limit(1)
    newest: list[Any] = [by_age.where(JobRun.name == name).scalar_subquery() for name in names]
    rows = session.execute(select(JobRun.name, JobRun.outcome, JobRun.started_at, JobRun.finished_at, JobRun.result)
                           .where(JobRun.id.in_(newest)))
    return {row.name: Run(*row) for row in rows}


def outbox(session: Session, view: NoticeView, post: Post | None, *, at: Moments, page: int = 1,
           limit: int = PAGE_SIZE) -> tuple[Sequence[OutboxRow], bool]:
    """One page, the oldest first, and whether more follow."""
    parts = [one for kind, one in _parts(view, at).items() if post in (None, kind)]
    every = union_all(*parts).subquery() if parts else None
    if every is None:
        return (), False
    rows = session.execute(select(every).order_by(every.c.created_at, every.c.post, every.c.ref)
                           .limit(limit + 1).offset((page - 1) * limit)).all()
    found = [OutboxRow(Post(row[0]), row[1], row[2], row[3], row[4], OutgoingState(row[5]), *row[6:]) for row in rows]
    return found[:limit], len(found) > limit


def counts(session: Session, *, at: Moments) -> dict[tuple[NoticeView, Post], int]:
    """How much each list holds."""
    parts = [select(literal(view.value, String), literal(post.value, String), func.count()).select_from(one.subquery())
             for view in NoticeView for post, one in _parts(view, at).items()]
    return {(NoticeView(view), Post(post)): many for view, post, many in session.execute(union_all(*parts))}


def _parts(view: NoticeView, at: Moments) -> dict[Post, Select[Any]]:
    """The same columns of each kind of post."""
    parts = {Post.NOTICE: _notices(view)}
    if view is not NoticeView.UNREACHABLE:
        parts |= {Post.LETTER: _letters(view, at), Post.CALL: _calls(view)}
    if view is NoticeView.QUEUED:
        parts[Post.RESET] = _resets(at)
    return parts


def _columns(post: Post, ref: Any, kind: Any, about: Any, to: Any, state: Any, why: Any, errcode: Any, tries: Any,
             created_at: Any, next_at: Any) -> Select[Any]:
    return select(literal(post.value, String).label("post"), ref.label("ref"), kind.label("kind"), about.label("about"),
                  to.label("to"), state.label("state"), why.label("why"), errcode.label("errcode"), tries.label("tries"),
                  created_at.label("created_at"), next_at.label("next_at"))


def _notices(view: NoticeView) -> Select[Any]:
    newest = (select(DeliveryAttempt.errcode).where(DeliveryAttempt.outgoing_id == OutgoingMessage.id)
              .order_by(DeliveryAttempt.id.desc()).limit(1).scalar_subquery())
    tries = (select(func.count()).select_from(DeliveryAttempt).where(DeliveryAttempt.outgoing_id == OutgoingMessage.id)
             .scalar_subquery())
    later: ColumnElement[Any] = case((OutgoingMessage.state == OutgoingState.QUEUED, OutgoingMessage.not_before))
    return _columns(
        Post.NOTICE, cast(OutgoingMessage.id, String), OutgoingMessage.kind, cast(OutgoingMessage.report_id, String),
        Reader.account, type_coerce(OutgoingMessage.state, String), OutgoingMessage.last_error, newest, tries,
        OutgoingMessage.created_at, later,
    ).join(Reader, Reader.id == OutgoingMessage.reader_id).where(notices.VIEWS[view])


def _letters(view: NoticeView, at: Moments) -> Select[Any]:
    stuck = and_(Reminder.state == ReminderState.SENDING, Reminder.made_at < at.stuck)
    wanted = (or_(Reminder.state == ReminderState.FAILED, stuck) if view is NoticeView.PERSON
              else and_(Reminder.state == ReminderState.SENDING, Reminder.made_at >= at.stuck))
    ref = cast(Reminder.round_id, String) + "-" + type_coerce(Reminder.moment, String) + "-" + cast(Reminder.staff_id, String)
    state = case((Reminder.state == ReminderState.FAILED, OutgoingState.FAILED.value),
                 (Reminder.made_at < at.stuck, OutgoingState.UNCERTAIN.value), else_=OutgoingState.SENDING.value)
    return _columns(
        Post.LETTER, ref, type_coerce(Reminder.moment, String), Round.month, Staff.display_name, state, null(),
        _no(DeliveryAttempt.errcode), _no(DeliveryAttempt.errcode), Reminder.made_at, _no(Reminder.made_at),
    ).join(Round, Round.id == Reminder.round_id).join(Staff, Staff.id == Reminder.staff_id).where(
        wanted, Reminder.dismissed_at.is_(None), Reminder.made_at > at.letters)


def _resets(at: Moments) -> Select[Any]:
    """Of a request nothing is told but its age: the login may be nobody's."""
    return _columns(
        Post.RESET, cast(ResetRequest.id, String), literal("reset", String), cast(null(), String), cast(null(), String),
        literal(OutgoingState.QUEUED.value, String), cast(null(), String), _no(DeliveryAttempt.errcode),
        _no(DeliveryAttempt.errcode), ResetRequest.at, _no(ResetRequest.at),
    ).where(ResetRequest.handled_at.is_(None), ResetRequest.at > at.resets)


def _calls(view: NoticeView) -> Select[Any]:
    states = (OutgoingState.FAILED,) if view is NoticeView.PERSON else (OutgoingState.QUEUED, OutgoingState.SENDING)
    later: ColumnElement[Any] = case((OutgoingCall.state == OutgoingState.QUEUED, OutgoingCall.not_before))
    to = func.coalesce(OutgoingCall.address, type_coerce(OutgoingCall.target, String))
    return _columns(
        Post.CALL, cast(OutgoingCall.id, String), OutgoingCall.kind, cast(null(), String), to,
        type_coerce(OutgoingCall.state, String), OutgoingCall.last_error,
        _no(DeliveryAttempt.errcode), OutgoingCall.tries, OutgoingCall.created_at, later,
    ).where(OutgoingCall.state.in_(states))


def _no(like: Any) -> ColumnElement[Any]:
    """Nothing, of this column's type: PostgreSQL wants every part of a union to have the same."""
    return cast(null(), like.type)
