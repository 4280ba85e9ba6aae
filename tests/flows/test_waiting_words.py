"""Through the reader's door: what waits rides on his next reply, 更多 gives the rest, unfollowing cancels everything."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from bot.clock import FrozenClock
from bot.dialogue import phrases
from bot.outbox import queue
from bot.outbox.channels import Account
from bot.outbox.delivery import Delivery
from models.enums import OutgoingState
from models.outgoing import OutgoingMessage
from models.session import make_engine, writing
from tests.support.outbox import FakeSender
from tests.support.world import Chat, at, new_intake, rows, text_message

REPORT = "柳湾版3版《社区食堂开张》，“八折优慧”应为“八折优惠”"
BESIDES = f"\n\n{phrases.BESIDES}"


def tell(chat: Chat, key: str, text: str) -> int | None:
    with writing(chat.engine) as session:
        return queue.enqueue(session.connection(), reader_id=1, kind="outcome", text=text, key=key, now=chat.now)


def deliver(chat: Chat, *, sender: FakeSender | None = None, verified: bool = False) -> dict[str, int]:
    """What the scheduler does a minute later."""
    chat.now += timedelta(minutes=1)
    account = Account("main", "社区发布", "subscription", verified, sender)
    return Delivery({"main": account}, FrozenClock(chat.now).now).run(chat.engine, now=chat.now)


def outgoing(chat: Chat) -> list[Row[Any]]:
    return rows(chat.engine, OutgoingMessage)


def test_unverified_account_gives_the_result_with_the_next_reply(chat: Chat) -> None:
    chat.say("oA", REPORT)
    tell(chat, "k1", "您的第1条：采纳。")
    assert deliver(chat) == {"unreachable": 1}
    assert chat.say("oA", "谢谢") == f"{phrases.THANKS}{BESIDES}您的第1条：采纳。"
    assert chat.say("oA", "谢谢") == phrases.THANKS


def test_delivery_sent_again_gets_the_same_words_though_they_are_sent(chat: Chat, database_url: str) -> None:
    chat.say("oA", REPORT)
    tell(chat, "k1", "您的第1条：采纳。")
    deliver(chat)
    thanks = text_message("oA", "谢谢", created=chat.now, msg_id=77)
    first = chat.intake.take("main", thanks, stale=False, now=chat.now)
    after_restart = new_intake(make_engine(database_url))
    again = after_restart.take("main", thanks, stale=False, now=chat.now)
    after_restart.close()
    assert first == again == f"{phrases.THANKS}{BESIDES}您的第1条：采纳。"


def test_every_kind_of_reply_carries_them(chat: Chat) -> None:
    chat.say("oA", REPORT)
    for number, act in enumerate((lambda: chat.media("oA", "image"), lambda: chat.event("oA", "click", key="rules"),
                                  lambda: chat.say("oA", "报纸怎么订？"), lambda: chat.say("oA", "我的"))):
        tell(chat, f"k{number}", f"话{number}。")
        deliver(chat)
        assert (act() or "").endswith(f"{BESIDES}话{number}。")


def test_rest_is_read_with_more(chat: Chat) -> None:
    chat.say("oA", REPORT)
    for number in range(3):
        tell(chat, f"k{number}", f"{number}" + "长" * 500)
    deliver(chat)
    assert chat.say("oA", "谢谢").endswith("还有2条，回“更多”看。")
    assert chat.say("oA", "更多") == "1" + "长" * 500 + "\n\n还有1条，回“更多”看。"
    assert chat.say("oA", "更多。") == "2" + "长" * 500
    assert chat.say("oA", "更多") == phrases.NOTHING_MORE


def test_verified_account_sends_the_rest_by_itself_once_the_reader_has_written(chat: Chat) -> None:
    chat.say("oA", REPORT, "11-10 09:00")
    chat.now = at("11-13 09:00")
    for number in range(3):
        tell(chat, f"k{number}", f"{number}" + "长" * 500)
    sender = FakeSender()
    assert deliver(chat, sender=sender, verified=True) == {"unreachable": 3}
    assert "0长" in chat.say("oA", "谢谢")
    assert deliver(chat, sender=sender, verified=True) == {"sent": 1, "waiting": 1}  # too long for one message
    chat.now += timedelta(minutes=5)
    assert deliver(chat, sender=sender, verified=True) == {"sent": 1}
    assert [text[0] for text in sender.texts] == ["1", "2"]


def test_unfollowing_cancels_whatever_has_not_arrived_and_blots_out_its_words(chat: Chat) -> None:
    chat.say("oA", REPORT)
    states = [OutgoingState.QUEUED, OutgoingState.UNREACHABLE, OutgoingState.FAILED, OutgoingState.UNCERTAIN,
              OutgoingState.SENT]
    with writing(chat.engine) as session:
        for number, state in enumerate(states):
            session.add(OutgoingMessage(
                reader_id=1, kind="outcome", idempotency_key=f"k{number}", text="您的第1条", state=state,
                not_before=chat.now, created_at=chat.now, sent_at=chat.now if state is OutgoingState.SENT else None))

    chat.event("oA", "unsubscribe")

    assert [(one.state, one.text) for one in outgoing(chat)] == [
        *[(OutgoingState.CALLED_BACK, "")] * 4, (OutgoingState.SENT, "")]  # fmt: skip
    assert tell(chat, "later", "他走了以后的话") is None


def test_who_follows_again_is_told_what_is_decided_from_then_on(chat: Chat) -> None:
    chat.say("oA", REPORT)
    tell(chat, "before", "走之前的话。")
    deliver(chat)
    chat.event("oA", "unsubscribe")
    assert chat.event("oA", "subscribe") == phrases.WELCOME
    tell(chat, "after", "回来以后的话。")
    deliver(chat)
    assert chat.say("oA", "谢谢") == f"{phrases.THANKS}{BESIDES}回来以后的话。"


def test_who_wants_to_be_forgotten_gets_only_that_answer(chat: Chat) -> None:
    chat.say("oA", REPORT)
    tell(chat, "k1", "您的第1条：采纳。")
    deliver(chat)
    assert chat.say("oA", "删除我的信息") == phrases.ERASED
