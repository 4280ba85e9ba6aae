"""The winners' article: drafted after the release, published at a chief's word, by hand where nothing else is allowed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot import jobs, wiring
from bot.audit import by_staff
from bot.clock import FrozenClock
from bot.contest import rounds
from bot.errors import NotAllowed, NotFound
from bot.outbox import rights
from bot.outbox.channels import Account
from bot.publishing import articles
from bot.publishing.articles import Articles
from bot.settings import Settings
from bot.wechat.client import Answer
from bot.wechat.profiles import Call
from models.articles import RoundArticle
from models.audit import AuditEntry
from models.contests import Contest
from models.enums import ArticleState, MessageFate, RightState
from models.messages import Message
from models.session import reading, writing
from tests.support.databases import Databases
from tests.support.outbox import FakeSender
from tests.support.town import ACCOUNT, Town, at

RELEASED = at("2023-06-02 00:30")
COVER = Answer(0, "", content={"media_id": "cover-1", "url": "http://127.0.0.1/cover"})
DRAFT = Answer(0, "", content={"media_id": "draft-1"})
ACCEPTED = Answer(0, "", content={"errcode": 0, "publish_id": 2247503051, "msg_data_id": 1})
SILENCE = Answer(None, "ReadTimeout")
UNREACHED = Answer(None, "connect timeout", never_left=True)
NOT_GRANTED = Answer(48001, "api unauthorized rid: 66-ab")


class FakeCaller:
    """Answers as told, in turn, and keeps what it was asked; `during` runs while a call is under way."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, Any]] = []
        self.during: Callable[[], None] = lambda: None

    def call(self, method: str, path: str, *, query: Mapping[str, str] | None = None,
             body: Mapping[str, Any] | None = None) -> Answer:
        return self._answer(path, body)

    def upload(self, path: str, *, query: Mapping[str, str], name: str, data: bytes, content_type: str) -> Answer:
        return self._answer(path, (dict(query), content_type, data[:2]))

    def _answer(self, path: str, what: Any) -> Answer:
        self.asked.append((path.removeprefix("cgi-bin/"), what))
        self.during()
        return self.answers.pop(0)

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


@dataclass
class Press:
    """A released round and the job that takes its article on."""

    engine: Engine
    town: Town
    caller: FakeCaller = field(default_factory=FakeCaller)
    clock: FrozenClock = field(default_factory=lambda: FrozenClock(RELEASED + timedelta(minutes=1)))
    verified: bool = True
    has_secret: bool = True
    round_id: int = 0

    def __post_init__(self) -> None:
        self.round_id = self.town.round().id
        self.town.session.commit()  # an open session of SQLite keeps the others from writing

    def run(self, *answers: Answer, **later: float) -> dict[str, int]:
        self.clock.advance(**later)
        self.caller.answers += answers
        sender = FakeSender() if self.has_secret else None
        accounts = {ACCOUNT: Account(ACCOUNT, "社区发布", "subscription", self.verified, sender)}
        callers = {ACCOUNT: self.caller} if self.has_secret else {}
        return Articles(self.engine, accounts, callers, self.clock.now).run(now=self.clock.now())

    def row(self) -> RoundArticle:
        with reading(self.engine) as session:
            return session.scalars(select(RoundArticle)).one()

    @property
    def state(self) -> ArticleState:
        return self.row().state

    def decide(self, act: Callable[..., None]) -> None:
        with writing(self.engine) as session:
            act(session, self.round_id, actor=by_staff(self.town.chief), now=self.clock.now())

    def finish(self, status: str = "0", publish_id: str = "2247503051", **detail: Any) -> None:
        """The platform's event; its sender is no reader."""
        info = {"publish_id": publish_id, "publish_status": status, **detail}
        with writing(self.engine) as session:
            session.add(Message(
                account=ACCOUNT, dedupe_key=f"end-{status}-{publish_id}", msg_type="event", event="publishjobfinish",
                fields={"PublishEventInfo": info}, create_time=1, received_at=self.clock.now(),
                counts_at=self.clock.now(), fate=MessageFate.EVENT))


def released(session: Session, *, auto: bool = False) -> Town:
    town = Town.founded(session)
    town.session.get_one(Contest, town.contest_id).auto_announce = auto
    town.grade(town.file("甲", town.said(1)).report_id)
    for act in (rounds.close_round, rounds.pick_round, rounds.release_round):
        assert act(session, town.round().id, actor=by_staff(town.chief), now=RELEASED)
    session.commit()
    return town


def play(engine: Engine) -> Town:
    with Session(engine, expire_on_commit=False) as session:
        return released(session)


@pytest.fixture
def begun(databases: Databases) -> tuple[str, Town]:
    """Played once, for each test here a copy of its own."""
    return databases.begun(play)


@pytest.fixture
def press(begun: tuple[str, Town], engine: Engine, session: Session) -> Press:
    return Press(engine, begun[1].again(session))


def drafted(press: Press) -> Press:
    assert press.run(COVER, DRAFT) == {"drafted": 1}
    return press


def submitted(press: Press) -> Press:
    drafted(press).decide(articles.publish)
    assert press.run(ACCEPTED) == {"submitted": 1}
    return press


def test_draft_with_its_cover_follows_the_release(press: Press) -> None:
    drafted(press)
    assert press.caller.paths == ["material/add_material", "draft/add"]
    assert press.caller.asked[0][1] == ({"type": "thumb"}, "image/jpeg", b"\xff\xd8")
    draft = press.caller.asked[1][1]["articles"][0]
    assert (draft["title"], draft["thumb_media_id"], draft["author"]) == ("2023年5月“啄木鸟”揭晓", "cover-1", "社区发布")
    assert draft["content"].startswith("<p>感谢每一位")
    assert "微信读者" in draft["content"]
    assert press.row().draft_media_id == "draft-1"


def test_nothing_is_drafted_before_the_release(engine: Engine, session: Session) -> None:
    town = Town.founded(session)
    session.commit()
    press = Press(engine, town)
    assert press.run() == {}
    assert press.caller.asked == []


def test_article_is_drafted_once(press: Press) -> None:
    drafted(press)
    assert [press.run(minutes=30) for _ in range(3)] == [{}, {}, {}]


def test_no_transaction_is_open_during_a_call(press: Press) -> None:
    def writes() -> None:
        with writing(press.engine) as session:
            session.execute(select(RoundArticle))

    press.caller.during = writes
    drafted(press)


def test_old_release_gets_no_draft(press: Press) -> None:
    assert press.run(days=31) == {}
    with reading(press.engine) as session:
        assert session.scalars(select(RoundArticle)).all() == []


@pytest.mark.parametrize(("verified", "has_secret"), [(False, True), (True, False)])
def test_account_without_the_right_is_left_to_a_person(press: Press, verified: bool, has_secret: bool) -> None:
    press.verified, press.has_secret = verified, has_secret
    press.run()
    assert press.state is ArticleState.NOT_GRANTED
    assert press.caller.asked == []


@pytest.mark.parametrize("answers", [(NOT_GRANTED,), (COVER, NOT_GRANTED)])
def test_right_refused_in_life_is_learnt(press: Press, answers: tuple[Answer, ...]) -> None:
    assert press.run(*answers) == {"not_granted": 1}
    call = Call.MEDIA if len(answers) == 1 else Call.DRAFT
    with reading(press.engine) as session:
        assert rights.of(session.connection(), ACCOUNT)[call].state is RightState.REFUSED
    assert press.row().problem == "公众号没有这个接口的权限，或认证已过期（48001，rid 66-ab）。"
    assert press.run(hours=5) == {}


def test_draft_without_an_answer_goes_to_a_person(press: Press) -> None:
    assert press.run(COVER, SILENCE) == {"uncertain": 1}
    assert [press.run(hours=1) for _ in range(3)] == [{}, {}, {}]
    assert press.caller.paths.count("draft/add") == 1
    assert "看一眼" in (press.row().problem or "")


@pytest.mark.sampled
@pytest.mark.parametrize("answers", [(COVER, UNREACHED), (COVER, Answer(-1, "system error")), (SILENCE,)])
def test_what_certainly_made_no_draft_is_tried_again(press: Press, answers: tuple[Answer, ...]) -> None:
    assert press.run(*answers) == {"waiting": 1}
    assert press.run() == {}
    again = (DRAFT,) if len(answers) == 2 else (COVER, DRAFT)
    assert press.run(*again, minutes=6) == {"drafted": 1}


def test_answer_without_a_number_is_no_answer(press: Press) -> None:
    assert press.run(COVER, Answer(0, "", content={"errcode": 0})) == {"uncertain": 1}


def test_quota_waits_for_the_next_day(press: Press) -> None:
    assert press.run(COVER, Answer(45009, "reach max api daily quota limit")) == {"waiting": 1}
    assert press.run(hours=12) == {}
    assert press.run(DRAFT, hours=12) == {"drafted": 1}


def test_cover_that_is_gone_is_brought_anew(press: Press) -> None:
    assert press.run(COVER, Answer(40007, "invalid media_id")) == {"failed": 1}
    assert "media_id 无效" in (press.row().problem or "")
    press.decide(articles.draft_again)
    assert press.run(COVER, DRAFT) == {"drafted": 1}


@pytest.mark.parametrize("state", [ArticleState.DRAFTING, ArticleState.SUBMITTING])
def test_process_that_died_during_the_call_leaves_it_to_a_person(press: Press, state: ArticleState) -> None:
    drafted(press)
    with writing(press.engine) as session:
        session.scalars(select(RoundArticle)).one().state = state
    assert press.run(minutes=9) == {}
    assert press.state is state
    press.run(minutes=2)
    assert press.state is ArticleState.UNCERTAIN


def test_two_schedulers_make_one_draft(press: Press) -> None:
    press.caller.during = lambda: inner.append(press.run())
    inner: list[dict[str, int]] = []
    drafted(press)
    assert inner == [{}, {}]


def test_article_that_another_scheduler_took_meanwhile_is_left_to_it(press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the list of what is due and the look at one of them."""
    drafted(press)
    really = Articles._load

    def taken(self: Articles, round_id: int) -> object:
        with writing(press.engine) as session:
            session.scalars(select(RoundArticle)).one().state = ArticleState.SUBMITTING
        return really(self, round_id)

    with writing(press.engine) as session:
        session.scalars(select(RoundArticle)).one().state = ArticleState.WANTED
    monkeypatch.setattr(Articles, "_load", taken)
    assert press.run() == {}
    assert press.state is ArticleState.SUBMITTING


# publishing


def test_chief_publishes_and_the_event_says_how_it_ended(press: Press) -> None:
    submitted(press)
    assert press.caller.asked[-1] == ("freepublish/submit", {"media_id": "draft-1"})
    press.finish(article_detail={"count": "1", "item": {"idx": "1", "article_url": "https://mp.weixin.qq.com/s/abc"}})
    assert press.run() == {"published": 1}
    assert press.row().address == "https://mp.weixin.qq.com/s/abc"
    assert press.run(hours=9) == {}


def test_event_of_another_article_says_nothing(press: Press) -> None:
    submitted(press)
    press.finish(publish_id="77")
    assert press.run() == {}
    assert press.state is ArticleState.SUBMITTED


def test_event_that_never_comes_is_asked_for(press: Press) -> None:
    submitted(press)
    under_way = Answer(0, "", content={"publish_id": "2247503051", "publish_status": 1, "fail_idx": []})
    assert press.run(minutes=1) == {}
    assert press.run(under_way, minutes=2) == {}
    assert press.run(minutes=5) == {}
    done = Answer(0, "", content={"publish_status": 0, "article_detail": {"item": [
        {"idx": 1, "article_url": "https://mp.weixin.qq.com/s/xyz"}]}})
    assert press.run(done, minutes=6) == {"published": 1}
    assert press.row().address == "https://mp.weixin.qq.com/s/xyz"


@pytest.mark.sampled
@pytest.mark.parametrize(("status", "why"), [
    ("2", "没有通过原创审核"), ("3", "微信没有说明原因"), ("4", "平台审核没有通过"), ("9", "状态 9"),
])
def test_publishing_that_failed_says_why(press: Press, status: str, why: str) -> None:
    submitted(press)
    press.finish(status)
    assert press.run() == {"failed": 1}
    assert why in (press.row().problem or "")


def test_submit_without_an_answer_is_never_repeated_by_itself(press: Press) -> None:
    drafted(press).decide(articles.publish)
    assert press.run(SILENCE) == {"uncertain": 1}
    assert press.run(hours=1) == {}


def test_submit_that_did_not_leave_is_tried_again(press: Press) -> None:
    drafted(press).decide(articles.publish)
    assert press.run(UNREACHED) == {"wanted": 1}
    assert press.run(ACCEPTED, minutes=6) == {"submitted": 1}


def test_publishing_that_is_not_granted_leaves_the_draft(press: Press) -> None:
    drafted(press).decide(articles.publish)
    assert press.run(NOT_GRANTED) == {"drafted": 1}
    press.decide(articles.publish)
    assert press.run() == {"drafted": 1}
    assert press.row().problem == articles.NO_RIGHT


def test_contest_that_announces_by_itself_publishes_by_itself(engine: Engine, session: Session) -> None:
    press = Press(engine, released(session, auto=True))
    assert press.run(COVER, DRAFT) == {"wanted": 1}
    assert press.run(ACCEPTED) == {"submitted": 1}


# what a chief decides


def test_person_who_did_it_by_hand_says_so(press: Press) -> None:
    press.verified = False
    press.run()
    press.decide(articles.done_by_hand)
    assert press.state is ArticleState.BY_HAND
    with reading(press.engine) as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (entry.verb, entry.before, entry.after) == ("article_by_hand", "not_granted", "by_hand")


@pytest.mark.parametrize("act", [articles.publish, articles.done_by_hand])
def test_decision_that_comes_too_late_is_refused(press: Press, act: Callable[..., None]) -> None:
    submitted(press)
    with pytest.raises(NotAllowed, match="刷新"):
        press.decide(act)


def test_decision_without_an_article_is_refused(press: Press) -> None:
    with pytest.raises(NotFound):
        press.decide(articles.publish)


def test_uncertain_draft_may_be_made_again(press: Press) -> None:
    press.run(COVER, SILENCE)
    press.decide(articles.draft_again)
    # No answer closes the account for a minute.
    assert press.run(DRAFT, minutes=2) == {"drafted": 1}


def test_job_gets_the_accounts_and_their_calls(engine: Engine, settings: Settings, clock: FrozenClock) -> None:
    work = wiring.work(settings, engine, clock)
    assert work.accounts.keys() == settings.accounts.keys()
    assert work.callers.keys() == {name for name, one in settings.accounts.items() if one.app_secret}
    assert jobs.run("send_articles", work) == {}
    assert jobs.run("ask_unionids", work) == {}
