"""发布清单 on the round page: what ticks itself off, what a chief ticks, who and when, and nothing before the release."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, delete, select, update

from bot.clock import FrozenClock
from models.articles import RoundArticle
from models.audit import AuditEntry
from models.contests import Award, RoundTick
from models.enums import ArticleState, OutgoingState, PrizeState, ReleaseStep, Role
from models.outgoing import OutgoingMessage
from models.session import reading, writing
from tests.support.factories import House

Sign = Callable[[Role], FlaskClient]


def shown(client: FlaskClient, house: House) -> dict[str, tuple[bool, str]]:
    """Label → (ticked, what stands beside it)."""
    page = client.get(f"/rounds/{house.round_id}").text
    found = {}
    for item in re.findall(r"<li>((?:(?!</li>).)*class=\"tick\".*?)</li>", page, re.DOTALL):
        box = re.search(r'aria-checked="(\w+)"[^>]*>([^<]+)<', item)
        assert box is not None
        beside = re.sub(r"<[^>]+>", "", item.partition('class="area-label">')[2])
        found[box[2]] = (box[1] == "true", " ".join(beside.split()))
    return found


def tick(client: FlaskClient, house: House, step: str, done: bool = True) -> int:
    answer = client.post(f"/rounds/{house.round_id}/tick", data={"step": step} | ({"done": "y"} if done else {}))
    return answer.status_code


def ticks(engine: Engine) -> list[ReleaseStep]:
    with reading(engine) as session:
        return list(session.scalars(select(RoundTick.step).order_by(RoundTick.step)))


def test_list_begins_with_nothing_done(released: House, browser: Sign) -> None:
    assert shown(browser(Role.CHIEF), released) == {
        "印刷框已发排": (False, ""), "文章已放进公众号后台": (False, "看文章"),
        "已在公众平台群发": (False, ""), "获奖者都通知到了": (False, "2 位还没有，看通知"),
    }


def test_there_is_no_list_before_the_release(engine: Engine, picked: House, browser: Sign) -> None:
    chief = browser(Role.CHIEF)
    assert shown(chief, picked) == {}
    assert tick(chief, picked, "typeset") == 403
    assert ticks(engine) == []


def test_chief_ticks_and_the_page_says_who_and_when(
    engine: Engine, released: House, clock: FrozenClock, browser: Sign
) -> None:
    chief = browser(Role.CHIEF)
    assert tick(chief, released, "mass_sent") == 302
    clock.moment += timedelta(minutes=5)
    assert tick(chief, released, "mass_sent") == 302
    done, beside = shown(chief, released)["已在公众平台群发"]
    assert done
    assert re.fullmatch(r"\S+ \d+月\d+日 \d\d:\d\d", beside)
    with reading(engine) as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.verb == "tick_step")).all()
    assert [(entry.object_id, entry.details) for entry in entries] == [(released.round_id, {"step": "mass_sent"})]
    assert "事项 已在公众平台群发" in chief.get("/audit").text


def test_tick_is_taken_back(engine: Engine, released: House, browser: Sign) -> None:
    chief = browser(Role.CHIEF)
    tick(chief, released, "typeset")
    for _ in range(2):
        assert tick(chief, released, "typeset", done=False) == 302
    assert (ticks(engine), shown(chief, released)["印刷框已发排"]) == ([], (False, ""))
    with reading(engine) as session:
        verbs = session.scalars(select(AuditEntry.verb).where(AuditEntry.verb.like("%tick_step"))).all()
    assert sorted(verbs) == ["tick_step", "untick_step"]


@pytest.mark.sampled
@pytest.mark.parametrize(("state", "done"), [
    (ArticleState.WAITING, False), (ArticleState.DRAFTING, False), (ArticleState.DRAFTED, True),
    (ArticleState.SUBMITTING, True), (ArticleState.PUBLISHED, True), (ArticleState.BY_HAND, True),
    (ArticleState.NOT_GRANTED, False), (ArticleState.FAILED, False), (ArticleState.UNCERTAIN, False),
])
def test_article_in_the_account_ticks_itself(
    engine: Engine, released: House, clock: FrozenClock, browser: Sign, state: ArticleState, done: bool
) -> None:
    with writing(engine) as session:
        session.add(RoundArticle(round_id=released.round_id, state=state, state_at=clock.now(), due_at=clock.now(),
                                 draft_media_id="d"))
    found = shown(browser(Role.CHIEF), released)["文章已放进公众号后台"]
    assert found == ((True, "自动勾上") if done else (False, "看文章"))


def test_copied_article_is_ticked_by_hand(released: House, browser: Sign) -> None:
    chief = browser(Role.CHIEF)
    tick(chief, released, "article_in_account")
    assert shown(chief, released)["文章已放进公众号后台"][0]


def test_winners_tick_themselves_as_their_notices_go(
    engine: Engine, released: House, clock: FrozenClock, browser: Sign
) -> None:
    chief = browser(Role.CHIEF)
    with writing(engine) as session:
        first, second = session.scalars(select(Award.id).order_by(Award.id))
        session.execute(update(OutgoingMessage).where(OutgoingMessage.idempotency_key == f"award-{first}").values(
            state=OutgoingState.SENT, sent_at=clock.now()))
    assert shown(chief, released)["获奖者都通知到了"] == (False, "1 位还没有，看通知")
    with writing(engine) as session:  # the other one unfollowed, and came for the prize all the same
        session.execute(delete(OutgoingMessage).where(OutgoingMessage.idempotency_key == f"award-{second}"))
        session.execute(update(Award).where(Award.id == second).values(state=PrizeState.HANDED_OVER))
    assert shown(chief, released)["获奖者都通知到了"] == (True, "自动勾上")


def test_chief_who_rang_the_winners_up_ticks_them(released: House, browser: Sign) -> None:
    chief = browser(Role.CHIEF)
    tick(chief, released, "winners_told")
    done, beside = shown(chief, released)["获奖者都通知到了"]
    assert (done, beside.endswith("2 位还没有，看通知")) == (True, True)


@pytest.mark.slow
def test_editors_see_the_list_and_tick_nothing(engine: Engine, released: House, browser: Sign) -> None:
    editor = browser(Role.EDITOR)
    assert len(shown(editor, released)) == len(ReleaseStep)
    assert 'action="/rounds/' not in editor.get(f"/rounds/{released.round_id}").text
    assert tick(editor, released, "typeset") == 403
    assert ticks(engine) == []


def test_unknown_step_is_refused(engine: Engine, released: House, browser: Sign) -> None:
    assert tick(browser(Role.CHIEF), released, "dance") == 400
    assert ticks(engine) == []


def test_unknown_round_is_not_found(house: House, chief: FlaskClient) -> None:
    assert chief.post("/rounds/999/tick", data={"step": "typeset", "done": "y"}).status_code == 404
