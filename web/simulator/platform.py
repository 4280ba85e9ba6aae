"""What the platform does: takes a reader's act, delivers it to the webhook, shows the answer. No views here.

Time, waiting, threads and the request itself are handed in, so that tests need none of them.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.clock import Clock, monotonic
from bot.errors import BadInput, NotFound
from bot.wechat.platform_side import make_delivery, open_reply
from bot.wechat.refusals import Refused
from web.simulator import limits, webhook
from web.simulator.pictures import picture_type
from web.simulator.quota import Quota, Verdict
from web.simulator.store import Store
from web.simulator.tokens import TokenDesk
from web.simulator.values import Account, Entry, Kind, Outcome, Reader, Side, Try
from web.simulator.webhook import Answer, NoAnswer, Post

log = logging.getLogger(__name__)

FIRST_READERS = ("张阿姨", "李老师", "王师傅", "陈同学", "退休老赵")
HTTP_OK = 200


@dataclass(frozen=True, slots=True)
class MenuButton:
    """One button below the chat: its words and the EventKey of its CLICK."""

    title: str
    key: str


MENU = (MenuButton("我要纠错", "report"), MenuButton("我的纠错", "mine"), MenuButton("活动规则", "rules"))


class IllegalAnswer(Exception):
    """The webhook's answer is none that the platform takes; the reader sees the fault notice."""


class Platform:
    """The stand-in: several accounts, their readers, and everything on its way between them and the bot.

    webhook_base: where the bot is, without a slash at the end. picture_base: our own address, for PicUrl.
    run: starts one piece of work beside the caller. wait: pauses so many seconds, or less when stopping.
    """

    def __init__(
        self,
        accounts: Iterable[Account],
        *,
        clock: Clock,
        webhook_base: str,
        picture_base: str,
        post: Post = webhook.post,
        run: Callable[[Callable[[], None]], object] | None = None,
        wait: Callable[[float], None] | None = None,
        measure: Callable[[], float] = monotonic,
        cut_seconds: float = limits.CUT_SECONDS,
    ) -> None:
        self.accounts = {account.name: account for account in accounts}
        self.clock = clock
        self.store = Store()
        self.quota = Quota()
        self.tokens = TokenDesk()
        self.webhook_base = webhook_base
        self.picture_base = picture_base
        self._post = post
        self._stopping = threading.Event()
        self._pool = ThreadPoolExecutor(max_workers=12, thread_name_prefix="delivery")
        self._run = run or self._pool.submit
        self._wait = wait or self._pause
        self._measure = measure
        self._cut_seconds = cut_seconds
        for account in self.accounts.values():
            for name in FIRST_READERS:
                self.store.add_reader(account, name, following=True)

    def stop(self) -> None:
        """Gives up what waits; nothing new is delivered."""
        self._stopping.set()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def account(self, name: str) -> Account:
        try:
            return self.accounts[name]
        except KeyError:
            raise NotFound("没有这个公众号。") from None

    # What readers do

    def add_reader(self, account: str, name: str) -> Reader:
        """A new reader, who follows at once (as by scanning the printed code)."""
        reader = self.store.add_reader(self.account(account), name, following=False)
        return self.follow(reader)

    def send_text(self, reader: Reader, text: str) -> None:
        """The reader types something. The spaces around it are kept, as the phone keeps them."""
        self._check_following(reader)
        if not text.strip():
            raise BadInput("先写点什么再发送。")
        if len(text) > limits.TYPED_CHARACTERS:
            raise BadInput(f"一条消息最多 {limits.TYPED_CHARACTERS} 个字。")
        self._message(reader, "text", {"Content": text}, label=_short(text), shown=(Kind.TEXT, text, None))

    def send_picture(self, reader: Reader, data: bytes) -> None:
        """The reader sends a picture; its address is ours, for as long as we keep it."""
        self._check_following(reader)
        key = self.store.keep_picture(picture_type(data), data)
        fields = {"PicUrl": f"{self.picture_base}/pictures/{key}", "MediaId": key}
        self._message(reader, "image", fields, label="［图片］", shown=(Kind.PICTURE, "", f"/pictures/{key}"))

    def send_voice(self, reader: Reader, recognition: str = "") -> None:
        """The reader speaks. `recognition`: what the platform heard; nowadays it mostly gives nothing."""
        self._check_following(reader)
        if len(recognition) > limits.TYPED_CHARACTERS:
            raise BadInput(f"一条消息最多 {limits.TYPED_CHARACTERS} 个字。")
        fields = {"MediaId": secrets.token_urlsafe(24), "Format": "amr", "Recognition": recognition.strip()}
        label = f"［语音］{_short(recognition)}"
        self._message(reader, "voice", fields, label=label, shown=(Kind.VOICE, recognition.strip(), None))

    def click(self, reader: Reader, key: str) -> None:
        """The reader presses a button of the menu."""
        self._check_following(reader)
        button = next((one for one in MENU if one.key == key), None)
        if button is None:
            raise NotFound("菜单里没有这个按钮。")
        self._event(reader, "CLICK", key, f"点了菜单“{button.title}”")

    def follow(self, reader: Reader) -> Reader:
        """subscribe; does nothing for one who follows already."""
        if reader.following:
            return reader
        reader = self.store.set_following(reader, True)
        self._event(reader, "subscribe", "", f"{reader.name}关注了公众号")
        return reader

    def unfollow(self, reader: Reader) -> Reader:
        """unsubscribe: no answer can reach the reader any more."""
        if not reader.following:
            return reader
        reader = self.store.set_following(reader, False)
        self._event(reader, "unsubscribe", "", f"{reader.name}取消了关注")
        return reader

    # What the bot does through the API

    def customer_message(self, account: str, openid: str, kind: Kind, text: str) -> Verdict:
        """A customer message of the bot, counted against the reader's windows. NotFound: no such follower."""
        reader = self.store.reader(account, openid)
        if not reader.following:
            raise NotFound(openid)
        now = self.clock.now()
        verdict = self.quota.take(_who(reader), now=now)
        if verdict is Verdict.ALLOWED:
            self.store.say(reader, Side.ACCOUNT, text, now=now, kind=kind, note="客服消息")
        return verdict

    # Delivering

    def _check_following(self, reader: Reader) -> None:
        if not reader.following:
            raise BadInput(f"{reader.name}还没有关注公众号，先点“关注”。")

    def _message(
        self,
        reader: Reader,
        msg_type: str,
        own: Mapping[str, Any],
        *,
        label: str,
        shown: tuple[Kind, str, str | None],
    ) -> None:
        now = self.clock.now()
        kind, text, picture_url = shown
        self.store.say(reader, Side.READER, text, now=now, kind=kind, picture_url=picture_url)
        self.quota.message(_who(reader), now=now)
        message_id = self.store.next_message_id(now)
        fields = _head(reader, now) | {"MsgType": msg_type, **own, "MsgId": message_id}
        self._start(reader, fields, label, message_id, now)

    def _event(self, reader: Reader, event: str, key: str, notice: str) -> None:
        now = self.clock.now()
        self.store.say(reader, Side.MIDDLE, notice, now=now, kind=Kind.NOTICE)
        if event == "unsubscribe":
            self.quota.forget(_who(reader))
        else:
            self.quota.action(_who(reader), now=now)
        fields = _head(reader, now) | {"MsgType": "event", "Event": event, "EventKey": key}
        self._start(reader, fields, f"事件 {event} {key}".rstrip(), None, now)

    def _start(
        self, reader: Reader, fields: Mapping[str, Any], label: str, message_id: int | None, now: datetime
    ) -> None:
        number = self.store.open_delivery(reader, label, message_id, now=now)
        self._run(lambda: self._deliver(number, reader, fields))

    def _pause(self, seconds: float) -> None:
        self._stopping.wait(seconds)

    def _deliver(self, number: int, reader: Reader, fields: Mapping[str, Any]) -> None:
        """Tries up to three times, then shows the answer or the fault notice; the edge of a background thread."""
        try:
            answer = self._try_thrice(number, reader, fields)
            if answer is None:
                self._fault(number, reader, "三次都没有成功")
            else:
                self._show(number, reader, answer)
        except IllegalAnswer as problem:
            self._fault(number, reader, str(problem))
        except Exception:
            log.exception("delivery %d broke off", number)
            self._fault(number, reader, "模拟器内部出错，见日志")

    def _try_thrice(self, number: int, reader: Reader, fields: Mapping[str, Any]) -> Answer | None:
        keys = self.account(reader.account).keys
        url = f"{self.webhook_base}/wechat/{keys.name}"
        for _ in range(limits.TRIES):
            if self._stopping.is_set():
                return None
            timestamp, nonce = int(self.clock.now().timestamp()), str(secrets.randbelow(10**10))
            query, body = make_delivery(keys, fields, timestamp=timestamp, nonce=nonce)
            answer = self._try(number, url, query, body)
            if answer is not None and answer.status == HTTP_OK:
                return answer
        return None

    def _try(self, number: int, url: str, query: Mapping[str, str], body: bytes) -> Answer | None:
        """None for silence: then 5 s have passed since the request, also where nobody listened at all."""
        started = self._measure()
        try:
            answer = self._post(url, query, body, cut_seconds=self._cut_seconds)
        except NoAnswer:
            spent = self._measure() - started
            self._wait(max(0.0, self._cut_seconds - spent))
            self.store.note_try(number, Try(None, round(spent * 1000)))
            return None
        self.store.note_try(number, Try(answer.status, round((self._measure() - started) * 1000)))
        return answer

    def _show(self, number: int, reader: Reader, answer: Answer) -> None:
        text = self._read(reader, answer.body)
        if text is None:
            self.store.close_delivery(number, Outcome.SILENT)
            return
        if not self.store.reader(reader.account, reader.openid).following:
            self.store.close_delivery(number, Outcome.SILENT, "读者已经取消关注，回复送不到")
            return
        self.store.say(reader, Side.ACCOUNT, text, now=self.clock.now())
        self.store.close_delivery(number, Outcome.REPLIED)

    def _read(self, reader: Reader, body: bytes) -> str | None:
        """The answer's words; None where it says nothing. IllegalAnswer for what the platform refuses."""
        keys = self.account(reader.account).keys
        try:
            fields = open_reply(keys, body)
        except Refused as problem:
            raise IllegalAnswer(f"回复不合规定（{problem.reason.value}）") from None
        if not fields:
            return None
        if (fields.get("ToUserName"), fields.get("FromUserName")) != (reader.openid, keys.original_id):
            raise IllegalAnswer("回复的收发双方不对")
        if fields.get("MsgType") != "text":
            raise IllegalAnswer("回复的类型这里还不认识")
        text = fields.get("Content")
        if not isinstance(text, str) or not text.strip():
            raise IllegalAnswer("回复是空的")
        if len(text.encode("utf-8")) > limits.TEXT_BYTES:
            raise IllegalAnswer(f"回复超过 {limits.TEXT_BYTES} 字节")
        return text

    def _fault(self, number: int, reader: Reader, reason: str) -> None:
        self.store.close_delivery(number, Outcome.FAULT, reason)
        if self.store.reader(reader.account, reader.openid).following:
            self.store.say(reader, Side.MIDDLE, limits.FAULT_NOTICE, now=self.clock.now(), kind=Kind.NOTICE)

    def chat(self, reader: Reader, *, after: int = 0) -> list[Entry]:
        """The reader's phone: lines with a number above `after`."""
        return self.store.chat(reader, after=after)


def _head(reader: Reader, now: datetime) -> dict[str, Any]:
    return {"FromUserName": reader.openid, "CreateTime": int(now.timestamp())}


def _who(reader: Reader) -> str:
    return f"{reader.account}/{reader.openid}"


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 24 else words[:23] + "…"
