"""The winners' article on its way into the account: drafted by itself after the release, published at a chief's word.

No transaction is open during a call. `drafting` and `submitting` are written before it: what stays there, or got no
answer, goes to a person, for a second draft or a second publishing is seen by readers. Verbs never commit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, func, select, update
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.errors import NotAllowed, NotFound
from bot.outbox import account_calls, ledger
from bot.outbox.account_calls import May
from bot.outbox.channels import Account
from bot.outside import journal
from bot.publishing import cover
from bot.wechat import article as wechat
from bot.wechat.article import Caller
from bot.wechat.client import Answer
from bot.wechat.codes import Action, advise, request_id
from bot.wechat.profiles import Call
from models.articles import RoundArticle
from models.contests import Contest, Round
from models.enums import ARTICLE_MOVES, ArticleState, MessageFate, RoundState
from models.messages import Message
from models.session import insert_new_row, reading, writing

STUCK_AFTER = timedelta(minutes=10)
WAITS, LOOKS_AGAIN = timedelta(minutes=5), timedelta(minutes=1)
ASKS_AFTER, ASKS_EVERY = timedelta(minutes=2), timedelta(minutes=10)
"""The event of a publishing may never come: then it is asked for."""
FROM_NOW_ON = timedelta(days=30)
"""Older releases had their articles long ago."""
UNDER_WAY = (ArticleState.WAITING, ArticleState.WANTED, ArticleState.SUBMITTED)
PUT_OFF = "put_off"
NO_ANSWER = "微信没有回音，不知道成了没有。请到公众号后台看一眼。"
NO_RIGHT = "这个公众号没有发布权限，请在公众号后台点发布。"


@dataclass(frozen=True, slots=True)
class Going:
    """One article as a step needs it."""

    round_id: int
    state: ArticleState
    state_at: datetime
    account: Account
    caller: Caller
    words: str
    cover: str | None
    draft: str | None
    publish_id: str | None
    after_message_id: int | None
    by_itself: bool  # the contest announces without a person


class Articles:
    """The job. `accounts` by name; `callers` holds those that have a secret."""

    def __init__(self, engine: Engine, accounts: Mapping[str, Account], callers: Mapping[str, Caller],
                 clock_now: Callable[[], datetime]) -> None:
        self._engine, self._accounts, self._callers, self._now = engine, accounts, callers, clock_now

    def run(self, *, now: datetime) -> dict[str, int]:
        """Takes every article one step on; counts by the state that it came to."""
        with writing(self._engine) as session:
            db = session.connection()
            _take_up(db, now)
            _give_up_stuck(db, now)
            due = list(db.scalars(select(RoundArticle.round_id).where(
                RoundArticle.state.in_(UNDER_WAY), RoundArticle.due_at <= now).order_by(RoundArticle.round_id)))
        counts: dict[str, int] = {}
        for round_id in due:
            state = self._step(round_id)
            if state != PUT_OFF:
                counts[state] = counts.get(state, 0) + 1
        return counts

    def _step(self, round_id: int) -> str:
        going = self._load(round_id)
        if going is None or going.state not in UNDER_WAY:  # another scheduler, or a person, was faster
            return PUT_OFF
        if going.state is ArticleState.WAITING:
            return self._draft(going)
        return self._submit(going) if going.state is ArticleState.WANTED else self._look(going)

    def _load(self, round_id: int) -> Going | None:
        """None, and by hand from now on, where the account makes no calls."""
        with writing(self._engine) as session:
            row = session.execute(
                select(RoundArticle.__table__, Round.article, Contest.account, Contest.auto_announce)
                .join(Round, Round.id == RoundArticle.round_id).join(Contest, Contest.id == Round.contest_id)
                .where(RoundArticle.round_id == round_id)
            ).one()
            account, caller = self._accounts.get(row.account), self._callers.get(row.account)
            if account is None or caller is None:
                if row.state is ArticleState.WAITING:
                    _move(session.connection(), round_id, row.state, ArticleState.NOT_GRANTED, self._now())
                else:
                    _put_off(session.connection(), round_id, self._now() + WAITS)
                return None
            return Going(round_id, row.state, row.state_at, account, caller, row.article or "", row.cover_media_id,
                         row.draft_media_id, row.publish_id, row.after_message_id, row.auto_announce)

    # drafting

    def _draft(self, going: Going) -> str:
        allowed = self._claim(going, ArticleState.DRAFTING, Call.MEDIA, Call.DRAFT, refused=ArticleState.NOT_GRANTED)
        if allowed is not None:
            return allowed
        picture = going.cover
        if picture is None:
            answer = wechat.upload_cover(going.caller, cover.jpeg())
            if answer.errcode != 0:
                # A picture that lies there twice is in nobody's way: no answer is as good as a no.
                return self._refused(going, Call.MEDIA, answer, ArticleState.DRAFTING, ArticleState.WAITING, safe=True)
            picture = wechat.text_of(answer, "media_id")
            self._keep(going, Call.MEDIA, answer, cover_media_id=picture)
        answer = wechat.add_draft(going.caller, wechat.article(going.words, author=going.account.title), cover=picture)
        if answer.errcode != 0:
            return self._refused(going, Call.DRAFT, answer, ArticleState.DRAFTING, ArticleState.WAITING)
        with writing(self._engine) as session:
            db = session.connection()
            account_calls.note(db, going.account, Call.DRAFT, answer, now=self._now())
            to = ArticleState.WANTED if going.by_itself and account_calls.may(
                db, going.account, Call.PUBLISH, now=self._now()) is not May.NO else ArticleState.DRAFTED
            return _move(db, going.round_id, ArticleState.DRAFTING, to, self._now(),
                         draft_media_id=wechat.text_of(answer, "media_id"), errcode=None, problem=None)

    # publishing

    def _submit(self, going: Going) -> str:
        assert going.draft is not None
        allowed = self._claim(going, ArticleState.SUBMITTING, Call.PUBLISH, refused=ArticleState.DRAFTED)
        if allowed is not None:
            return allowed
        answer = wechat.submit(going.caller, going.draft)
        if answer.errcode != 0:
            return self._refused(going, Call.PUBLISH, answer, ArticleState.SUBMITTING, ArticleState.WANTED)
        with writing(self._engine) as session:
            db = session.connection()
            account_calls.note(db, going.account, Call.PUBLISH, answer, now=self._now())
            return _move(db, going.round_id, ArticleState.SUBMITTING, ArticleState.SUBMITTED, self._now(),
                         publish_id=wechat.text_of(answer, "publish_id"), errcode=None, problem=None)

    def _look(self, going: Going) -> str:
        """How the publishing ended: by its event, else by asking now and then."""
        assert going.publish_id is not None
        with reading(self._engine) as session:
            end = _event(session.connection(), going)
        asked = end is None and self._now() >= going.state_at + ASKS_AFTER
        if asked:
            answer = wechat.ask(going.caller, going.publish_id)
            end = wechat.end_in(answer.content) if answer.errcode == 0 else None
        with writing(self._engine) as session:
            db = session.connection()
            if asked:
                account_calls.note(db, going.account, Call.PUBLISH, answer, now=self._now())
            if end is None or end.status == wechat.UNDER_WAY:
                return _put_off(db, going.round_id, self._now() + (ASKS_EVERY if asked else timedelta()))
            if end.status == wechat.PUBLISHED:
                return _move(db, going.round_id, ArticleState.SUBMITTED, ArticleState.PUBLISHED, self._now(),
                             address=end.address)
            return _move(db, going.round_id, ArticleState.SUBMITTED, ArticleState.FAILED, self._now(),
                         problem=f"发布没有成功：{wechat.ENDS.get(end.status, f'状态 {end.status}')}。")

    # what both share

    def _claim(self, going: Going, to: ArticleState, *needed: Call, refused: ArticleState) -> str | None:
        """None: the call may be made now, by us. Else the state that the article is in instead."""
        now = self._now()
        with writing(self._engine) as session:
            db = session.connection()
            allowed = account_calls.may(db, going.account, *needed, now=now)
            if allowed is May.LATER:
                return _put_off(db, going.round_id, now + LOOKS_AGAIN)
            if allowed is May.NO:
                return _move(db, going.round_id, going.state, refused, now,
                             problem=NO_RIGHT if refused is ArticleState.DRAFTED else None)
            last = db.scalar(select(func.max(Message.id))) or 0
            moved = _move(db, going.round_id, going.state, to, now, after_message_id=last)
            journal.note(db, "article", at=now, durable=True, round=going.round_id, step=to.value)
            return None if moved == to else moved

    def _refused(self, going: Going, call: Call, answer: Answer, from_: ArticleState, again: ArticleState, *,
                 safe: bool = False) -> str:
        now = self._now()
        with writing(self._engine) as session:
            db = session.connection()
            action = account_calls.note(db, going.account, call, answer, now=now)
            values: dict[str, Any] = {"errcode": answer.errcode, "problem": _problem(answer)}
            if action is None and not safe:
                return _move(db, going.round_id, from_, ArticleState.UNCERTAIN, now, **values)
            if action is None or action is Action.BACK_OFF:
                return _move(db, going.round_id, from_, again, now, due=WAITS, **values)
            if action is Action.WAIT_FOR_QUOTA:
                return _move(db, going.round_id, from_, again, now, due=ledger.reset_at(now) - now, **values)
            if action is Action.SWITCH_OFF:
                back = ArticleState.DRAFTED if from_ is ArticleState.SUBMITTING else ArticleState.NOT_GRANTED
                return _move(db, going.round_id, from_, back, now, **values)
            # 40007: the cover is gone; the next try brings a new one.
            return _move(db, going.round_id, from_, ArticleState.FAILED, now, cover_media_id=None, **values)

    def _keep(self, going: Going, call: Call, answer: Answer, **values: Any) -> None:
        with writing(self._engine) as session:
            db = session.connection()
            account_calls.note(db, going.account, call, answer, now=self._now())
            db.execute(update(RoundArticle).where(RoundArticle.round_id == going.round_id).values(**values))


def _problem(answer: Answer) -> str:
    """For the chief: what the code means, and what the platform's support asks for."""
    if answer.errcode is None:
        return NO_ANSWER if not answer.never_left else "连不上微信，过一会儿再试。"
    rid = request_id(answer.error)
    return f"{advise(answer.errcode).meaning}（{answer.errcode}{f'，rid {rid}' if rid else ''}）。"


def _take_up(db: Connection, now: datetime) -> None:
    """Every round released lately has an article that is to be drafted."""
    released = select(Round.id).where(
        Round.state == RoundState.RELEASED, Round.released_at > now - FROM_NOW_ON,
        ~select(RoundArticle.round_id).where(RoundArticle.round_id == Round.id).exists())
    for round_id in db.scalars(released).all():
        insert_new_row(db, RoundArticle, {"round_id": round_id, "state": ArticleState.WAITING, "state_at": now,
                                          "due_at": now})


def _give_up_stuck(db: Connection, now: datetime) -> None:
    """The process died during a call: it may have been done."""
    db.execute(update(RoundArticle).where(
        RoundArticle.state.in_((ArticleState.DRAFTING, ArticleState.SUBMITTING)),
        RoundArticle.state_at <= now - STUCK_AFTER,
    ).values(state=ArticleState.UNCERTAIN, state_at=now, problem=NO_ANSWER))


def _event(db: Connection, going: Going) -> wechat.End | None:
    rows = db.scalars(select(Message.fields).where(
        Message.fate == MessageFate.EVENT, Message.id > (going.after_message_id or 0),
        Message.account == going.account.name, Message.event == wechat.FINISHED).order_by(Message.id.desc()))
    ends = (wechat.end_of_event(fields, going.publish_id or "") for fields in rows)
    return next((end for end in ends if end is not None), None)


def _put_off(db: Connection, round_id: int, until: datetime) -> str:
    db.execute(update(RoundArticle).where(RoundArticle.round_id == round_id).values(due_at=until))
    return PUT_OFF


def _move(db: Connection, round_id: int, from_: ArticleState, to: ArticleState, now: datetime, *,
          due: timedelta = timedelta(), **values: Any) -> str:
    """The new state, or "taken" where somebody else moved it meanwhile."""
    assert to is from_ or to in ARTICLE_MOVES[from_], (from_, to)
    done = db.execute(update(RoundArticle).where(
        RoundArticle.round_id == round_id, RoundArticle.state == from_,
    ).values(state=to, state_at=now, due_at=now + due, **values))
    return to.value if done.rowcount == 1 else "taken"


# what a chief decides


def publish(session: Session, round_id: int, *, actor: Actor, now: datetime) -> None:
    """The draft is to be published, by the job."""
    _decide(session, round_id, ArticleState.WANTED, "publish_article", actor, now)


def draft_again(session: Session, round_id: int, *, actor: Actor, now: datetime) -> None:
    """A (further) draft is to be made: what stood in the way is mended, or the former one is not there."""
    _decide(session, round_id, ArticleState.WAITING, "draft_article", actor, now)


def done_by_hand(session: Session, round_id: int, *, actor: Actor, now: datetime) -> None:
    """A person put it into the account's console."""
    _decide(session, round_id, ArticleState.BY_HAND, "article_by_hand", actor, now)


def _decide(session: Session, round_id: int, to: ArticleState, verb: str, actor: Actor, now: datetime) -> None:
    db = session.connection()
    before = db.scalar(select(RoundArticle.state).where(RoundArticle.round_id == round_id))
    if before is None:
        raise NotFound("这一轮还没有文章。")
    if to not in ARTICLE_MOVES[before] or _move(db, round_id, before, to, now, errcode=None, problem=None) != to:
        raise NotAllowed("文章已经不在这个状态，请刷新看看。")
    session.expire_all()
    audit.record(session, actor=actor, verb=verb, object_kind="round", object_id=round_id, now=now, before=before,
                 after=to)
