"""运行: how the jobs go, and what waits to leave the house, for whoever keeps the program running.

The verbs stand in bot.jobs, bot.outbox.people and bot.teamwork.reminders.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, Flask, current_app, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response

from bot import job_words, jobs
from bot.contest.days.finish import countdown
from bot.errors import BadInput
from bot.members import password_resets, sign_in_letters
from bot.outbox import calls, people
from bot.outbox.delivery import KIND_NAMES
from bot.teamwork import reminders
from bot.watching import alerts
from models.enums import JobOutcome, OutgoingState
from models.queries import operations as queries
from models.queries.notices import NoticeView
from models.queries.operations import Moments, OutboxRow, Post, Run
from models.session import reading
from models.work_enums import CallTarget, GiveUpReason, ReminderMoment
from web.console.acting import attempt
from web.console.months.notices import VIEW_NAMES, why_of
from web.deps import deps, now
from web.job_threads import JobThreads
from web.numbers import whole
from web.present import name as told_name
from web.visitor import actor

blueprint = Blueprint("operations", __name__, url_prefix="/operations")

POST_NAMES = {Post.NOTICE: "给读者", Post.LETTER: "给同事的邮件", Post.RESET: "重设密码的邮件", Post.CALL: "送到别处"}
CALL_KINDS = {alerts.KIND: "有事停着的提醒", alerts.OVER: "事情已好的消息",
              "round.closed": "一轮截止", "winners.released": "名单公布", "correction.published": "名单更正",
              "record.published": "评选记录公开", sign_in_letters.KIND: "帐号有改动的信"}
PROBLEMS = {"timeout": "对方没有应答", "no_connection": "连不上", "no_answer": "对方的回答看不懂", "mail": "邮件服务器没有收下",
            calls.OFF: "配置里没有这个地址了", calls.REFUSED: "邮件服务器不收这个地址"}
STANDING, TURNS = timedelta(minutes=5), 10
"""A scheduler that was not through for so long, and for so many turns, stands still."""
LAST_PAGE = 1000
NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)
DONE_AGAIN = "记下了，马上再送。"


@dataclass(frozen=True, slots=True)
class JobView:
    """One job as the screen shows it. `run`: the newest that did something; `trouble`: why somebody should look."""

    name: str
    run: Run | None
    trouble: str
    running: bool


@dataclass(frozen=True, slots=True)
class Turns:
    """When all jobs were last through, how long that took, and when they begin again. `stands`: they do not."""

    last: Run | None
    next_at: datetime | None
    stands: bool


def register(app: Flask) -> None:
    known = app.extensions["woodpecker"]
    app.extensions["woodpecker-jobs"] = JobThreads(known.settings, known.engine, known.clock)
    app.register_blueprint(blueprint)


@blueprint.get("/")
def index() -> str:
    view, only = _view(request.args.get("view")), _post(request.args.get("what"))
    page = max(1, min(request.args.get("page", 1, type=whole), LAST_PAGE))
    at = _moments(now())
    with reading(deps().engine) as session:
        runs = queries.last_runs(session, [*jobs.JOBS, jobs.TURN])
        counts = queries.counts(session, at=at)
        rows, more = queries.outbox(session, view, only, at=at, page=page)
    turns = _turns(runs.get(jobs.TURN), now())
    views = [_job_view(name, runs.get(name), turns) for name in jobs.JOBS]
    return render_template(
        "console/operations.html", turns=turns, troubled=[one for one in views if one.trouble],
        calm=[one for one in views if not one.trouble], words=job_words, took=took,
        every=deps().settings.scheduler.every_seconds, view=view, only=only, page=page, more=more, rows=rows,
        views=VIEW_NAMES, posts=_posts_there(counts), post_names=POST_NAMES,
        counts={one: sum(many for (in_view, _), many in counts.items() if in_view is one) for one in NoticeView},
        kind=kind, to=to, why=why, age=age, reasons=list(GiveUpReason), hurried=hurried, OutgoingState=OutgoingState)


def _view(value: str | None) -> NoticeView:
    return NoticeView(value) if value in list(NoticeView) else NoticeView.PERSON


def _post(value: str | None) -> Post | None:
    return Post(value) if value in list(Post) else None


def _moments(at: datetime) -> Moments:
    return Moments(stuck=at - reminders.STUCK_AFTER, letters=at - queries.LETTERS_KEPT, resets=at - password_resets.GOOD_FOR)


def _posts_there(counts: dict[tuple[NoticeView, Post], int]) -> list[Post]:
    """Kinds of post of which anything waits: a choice of one is none."""
    there = [post for post in Post if any(many for (_, kind), many in counts.items() if kind is post)]
    return there if len(there) > 1 else []


def _turns(last: Run | None, at: datetime) -> Turns:
    every = timedelta(seconds=deps().settings.scheduler.every_seconds)
    if last is None or last.finished_at is None:
        return Turns(last, None, stands=True)
    return Turns(last, max(last.started_at + every, last.finished_at), at - last.finished_at > max(STANDING, TURNS * every))


def _job_view(name: str, run: Run | None, turns: Turns) -> JobView:
    running = run is not None and run.outcome is JobOutcome.RUNNING and run.started_at > now() - jobs.BROKEN_OFF_AFTER
    return JobView(name, run, "" if running else _trouble(name, run, turns.last), running)


def _trouble(name: str, run: Run | None, turn: Run | None) -> str:
    """Why somebody should look at a job; empty: nothing."""
    if run is not None and run.outcome is JobOutcome.RUNNING:
        return "做到一半程序停了，不知道做完没有；再做一遍没有坏处"
    failed = run is not None and run.outcome is JobOutcome.FAILED
    since_then = turn is not None and run is not None and turn.started_at > run.started_at
    # Runs that found nothing to do leave no row: only the turn knows that the job is well again.
    if turn is not None and name in turn.result.get("failed", []):
        return job_words.problem(str(run.result.get("error", ""))) if run is not None and failed else job_words.problem("")
    return job_words.problem(str(run.result.get("error", ""))) if run is not None and failed and not since_then else ""


def took(run: Run) -> str:
    """How long a run lasted."""
    if run.finished_at is None:
        return ""
    seconds = int((run.finished_at - run.started_at) / timedelta(seconds=1))
    return "不到 1 秒" if seconds < 1 else f"{seconds} 秒" if seconds < 120 else f"{seconds // 60} 分钟"


def age(moment: datetime) -> str:
    """等了 3 小时."""
    return countdown(moment, now=now()).replace("已经过了", "等了").replace("还有", "等了")


def kind(row: OutboxRow) -> str:
    if row.post is Post.NOTICE:
        return KIND_NAMES.get(row.kind, "通知")
    if row.post is Post.CALL:
        return CALL_KINDS.get(row.kind, "消息")
    return "重设密码" if row.post is Post.RESET else told_name(ReminderMoment(row.kind))


def to(row: OutboxRow) -> str:
    """The account's title, the member, or what stands behind the address."""
    if row.post is Post.CALL:
        return told_name(CallTarget(row.to)) if row.to in list(CallTarget) else row.to or ""
    account = deps().settings.accounts.get(row.to or "") if row.post is Post.NOTICE else None
    return account.title if account else row.to or ""


def why(row: OutboxRow) -> str:
    """Why it has not arrived, in words."""
    if row.post is Post.NOTICE:
        return why_of(row.state, row.why, row.errcode)
    if row.post is Post.CALL:
        return problem(row.why)
    if row.state is OutgoingState.FAILED:
        return "邮件服务器没有收下，或者连不上"
    return "寄的时候断了，不知道寄到没有" if row.state is OutgoingState.UNCERTAIN else ""


def problem(code: str | None) -> str:
    """What went wrong with a call, in words."""
    kind, _, number = (code or "").rpartition("_")
    if number.isdecimal() and kind in ("http", "answer"):
        return f"对方没有收（{number}）" if kind == "answer" else f"对方回答出错（{number}）"
    return PROBLEMS.get(code or "", "")


def hurried(row: OutboxRow) -> bool:
    """Whether a person may have it tried at once."""
    return row.post is not Post.RESET and row.state is not OutgoingState.SENDING


@blueprint.post("/jobs/<name>/run")
def run_job(name: str) -> Response:
    begun: list[int] = []

    def act(session: Session) -> str:
        begun.append(jobs.begin_by_hand(session, name, actor=actor(), now=now()))
        return f"“{job_words.name(name)}”开始做了，过一会儿刷新看结果。"

    if name not in jobs.JOBS:
        raise NoSuchPage
    if problem := attempt(act):
        flash(str(problem), "danger")
    else:  # only now does the row stand for the thread to find
        threads: JobThreads = current_app.extensions["woodpecker-jobs"]
        threads.start(begun[0], name)
    return redirect(url_for("operations.index"))


@blueprint.post("/outbox/<post>/<ref>/again")
def again(post: str, ref: str) -> Response:
    what = _what(post, ref)

    def act(session: Session) -> str:
        what.again(session)
        return DONE_AGAIN

    return _act(act)


@blueprint.post("/outbox/<post>/<ref>/give-up")
def give_up(post: str, ref: str) -> Response:
    what = _what(post, ref)

    def act(session: Session) -> str:
        try:
            reason = GiveUpReason(request.form.get("reason", ""))
        except ValueError:
            raise BadInput("请选一个理由。") from None
        what.give_up(session, reason)
        return f"不送了，理由：{told_name(reason)}。"

    return _act(act)


def _act(act: Callable[[Session], str]) -> Response:
    if problem := attempt(act):
        flash(str(problem), "danger")
    return redirect(url_for("operations.index", view=request.args.get("view"), what=request.args.get("what"),
                            page=request.args.get("page"), _anchor="outbox"))


@dataclass(frozen=True, slots=True)
class What:
    """One thing in the outbox with what may be done to it."""

    again: Callable[[Session], None]
    give_up: Callable[[Session, GiveUpReason], None]


def _what(post: str, ref: str) -> What:
    kind = _post(post)
    if kind is Post.NOTICE and NUMBER.fullmatch(ref):
        number = int(ref)
        return What(lambda session: _notice_again(session, number),
                    lambda session, reason: people.drop(session, number, actor=actor(), now=now(), reason=reason))
    if kind is Post.CALL and NUMBER.fullmatch(ref):
        number = int(ref)
        return What(lambda session: calls.send_again(session, number, actor=actor(), now=now()),
                    lambda session, reason: calls.give_up(session, number, reason, actor=actor(), now=now()))
    found = re.fullmatch(r"([0-9]{1,9})-([a-z0-9_]+)-([0-9]{1,9})", ref, re.ASCII) if kind is Post.LETTER else None
    if found is None or found[2] not in list(ReminderMoment):
        raise NoSuchPage
    key = int(found[1]), ReminderMoment(found[2]), int(found[3])
    return What(lambda session: reminders.send_again(session, *key, actor=actor(), now=now()),
                lambda session, reason: reminders.give_up(session, *key, reason, actor=actor(), now=now()))


def _notice_again(session: Session, outgoing_id: int) -> None:
    """What failed or may have gone is sent once more; what waits for a time is tried at once."""
    waits = people.waits(session, outgoing_id)
    (people.hurry if waits else people.send_again)(session, outgoing_id, actor=actor(), now=now())
