"""Forgetting a reader: what goes at once, what stays, who comes back (RULES 20)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.audit import by_staff
from bot.personal import privacy
from bot.teamwork import drafts
from models.contests import Award, Round
from models.enums import NameState, Prize, PrizeState, Role, RoundState
from models.messages import Conversation
from models.readers import Reader
from models.session import reading, writing
from models.work_enums import DraftOf
from models.working import Draft
from tests.support import factories
from tests.support.town import MORNING, Town
from tests.support.world import ACCOUNT, SECRET, Chat, at, messages_of, reports_of, rows

NOW = at("11-12 09:00")
REPORT = "柳湾版3版《社区食堂开张》，“八折优慧”应为“八折优惠”"


@pytest.fixture
def chat(contest, engine):
    chat = Chat(engine)
    for sender in ("oA", "oB"):
        chat.say(sender, REPORT)
        chat.say(sender, f"署名 名字{sender}")
    yield chat
    chat.close()


def digest(openid: str, *, account: str = ACCOUNT, secret: str = SECRET) -> str:
    return privacy.digest(secret, account, openid)


def test_the_digest_is_keyed_and_of_one_account():
    made = digest("oA")

    assert len(made) == 64
    assert made == digest("oA")
    assert len({made, digest("oB"), digest("oA", account="service"), digest("oA", secret="another")}) == 4


def test_unfollowing_leaves_a_digest_and_the_report_without_a_name(chat, engine):
    with writing(engine) as session:
        privacy.unfollowed(session.connection(), 1, digest=digest("oA"), now=NOW)

    gone, stays = rows(engine, Reader)
    assert (gone.openid, gone.openid_digest, gone.unfollowed_at, gone.erased_at) == (None, digest("oA"), NOW, None)
    assert (gone.name_state, gone.printed_name, gone.name_at) == (NameState.NOT_ASKED, None, None)
    assert (stays.openid, stays.printed_name) == ("oB", "名字oB")
    assert [(m.content is None, m.reply is None, m.erased_at) for m in messages_of(engine)] == [
        (True, True, NOW), (True, True, NOW), (False, False, None), (False, False, None)]  # fmt: skip
    assert [(r.reader_id, r.wrong) for r in reports_of(engine)] == [(1, "八折优慧"), (2, "八折优慧")]
    with reading(engine) as session:
        assert [c.reader_id for c in session.query(Conversation)] == [2]


def test_who_follows_again_is_found_by_the_digest_and_nobody_else(chat, engine):
    with writing(engine) as session:
        db = session.connection()
        privacy.unfollowed(db, 1, digest=digest("oA"), now=NOW)
        assert privacy.restore(db, ACCOUNT, "oC", digest=digest("oC")) is False
        assert privacy.restore(db, "service", "oA", digest=digest("oA")) is False
        assert privacy.restore(db, ACCOUNT, "oA", digest=digest("oA")) is True
        assert privacy.restore(db, ACCOUNT, "oA", digest=digest("oA")) is False

    assert [(r.openid, r.openid_digest, r.unfollowed_at) for r in rows(engine, Reader)] == [
        ("oA", None, None), ("oB", None, None)]  # fmt: skip


def test_answers_half_written_to_a_reader_go_with_him(chat, engine):
    with writing(engine) as session:
        writer = by_staff(factories.staff(session, "jia", Role.EDITOR))
        letters = [one.id for one in messages_of(engine)]
        for message_id in letters:
            drafts.keep(session, DraftOf.ANSWER, message_id, {"text": "名字oA您好"}, version=0, actor=writer, now=NOW)
        drafts.keep(session, DraftOf.GRADE, letters[0], {"reason": "字"}, version=1, actor=writer, now=NOW)
        privacy.unfollowed(session.connection(), 1, digest=digest("oA"), now=NOW)

    with reading(engine) as session:
        left = session.execute(select(Draft.form, Draft.subject_id)).all()
    assert sorted(tuple(one) for one in left) == [
        (DraftOf.ANSWER, letters[2]), (DraftOf.ANSWER, letters[3]), (DraftOf.GRADE, letters[0])]


def test_erasing_is_for_good(chat, engine):
    with writing(engine) as session:
        db = session.connection()
        privacy.erase(db, 1, now=NOW)
        assert privacy.restore(db, ACCOUNT, "oA", digest=digest("oA")) is False

    gone, _ = rows(engine, Reader)
    assert (gone.openid, gone.openid_digest, gone.erased_at) == (None, None, NOW)


def test_an_erased_finder_keeps_his_place(chat, engine):
    """RULES 9: the later one does not move up."""
    chat.say("oA", "删除我的信息")

    assert "目前第2位；首位11月10日09:01，编号10001。" in chat.say("oB", "改 理由 错别字")


def test_digest_goes_when_the_claims_of_the_readers_rounds_have_ended(session):
    town = Town.founded(session)
    filed = town.file("乙", town.said(1), MORNING)
    town.grade(filed.report_id)
    town.file("丙", town.said(2), MORNING)
    db = session.connection()
    for name in ("乙", "丙", "丁"):  # 丁 reported nothing
        privacy.unfollowed(db, town.reader(name), digest=digest(name), now=MORNING)
    round_ = session.get_one(Round, town.report(filed.report_id).round_id)

    def left() -> list[str]:
        privacy.forget_digests(db)
        session.expire_all()
        return [name for name in ("乙", "丙", "丁") if session.get_one(Reader, town.readers[name]).openid_digest]

    assert left() == ["乙", "丙"]
    _released(session, round_)
    award = Award(round_id=round_.id, person_id=town.person("乙"), reader_id=town.reader("乙"), prize=Prize.BEST,
                  place=1, standing_milli=1000, state_at=MORNING)
    session.add(award)
    session.flush()
    assert left() == ["乙", "丙"]
    award.state = PrizeState.HANDED_OVER
    session.flush()
    assert left() == []


def _released(session, round_: Round) -> None:
    round_.state, round_.closed_at, round_.picked_at, round_.released_at = RoundState.RELEASED, NOW, NOW, NOW
    round_.result = {}
    session.flush()
