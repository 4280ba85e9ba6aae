"""One delivery on its way: up to three requests, the answer judged, the reader's phone told. No views, no acts.

Time, waiting and the request itself are handed in, so that tests need none of them.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.clock import Clock
from bot.wechat.platform_side import make_delivery, open_reply
from bot.wechat.refusals import Refused
from web.simulator import limits
from web.simulator.errcodes import Failure
from web.simulator.media import MediaShelf
from web.simulator.store import Store
from web.simulator.transcript import LineKind, Transcript
from web.simulator.values import Account, Entry, Kind, Outcome, Reader, Side, Try
from web.simulator.webhook import Answer, NoAnswer, Post

HTTP_OK = 200
LOST = "回复丢了（人为），当作没有收到"


class IllegalAnswer(Exception):
    """The webhook's answer is none that the platform takes; the reader sees the fault notice."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is to be delivered. `reader` is None where the platform itself is the sender."""

    number: int
    account: str
    reader: Reader | None
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """A passive reply as the phone shows it."""

    kind: Kind
    text: str
    media_id: str | None = None


class Courier:
    """Delivers parcels. `account` finds the present settings of one; `url` its webhook's address."""

    def __init__(self, *, store: Store, transcript: Transcript, media: MediaShelf, clock: Callable[[], Clock],
                 post: Post, wait: Callable[[float], None], measure: Callable[[], float], cut_seconds: float,
                 account: Callable[[str], Account], url: Callable[[Account], str],
                 stopping: threading.Event) -> None:  # fmt: skip
        self._store, self._transcript, self._media = store, transcript, media
        self._clock, self._post, self._wait, self._measure = clock, post, wait, measure
        self._cut_seconds, self._account, self._url, self._stopping = cut_seconds, account, url, stopping
        self._lock = threading.Lock()
        self._answers_to_lose = 0

    def lose_answers(self, count: int) -> None:
        """The next so many answers are treated as lost: the delivery comes again, as after a cut."""
        with self._lock:
            self._answers_to_lose = count

    def answers_to_lose(self) -> int:
        with self._lock:
            return self._answers_to_lose

    def deliver(self, parcel: Parcel) -> None:
        """Tries up to three times, then shows the answer or the fault notice."""
        try:
            answer = self._try_thrice(parcel)
            if answer is None:
                self.fault(parcel, "三次都没有成功")
            else:
                self._show(parcel, answer)
        except IllegalAnswer as problem:
            self.fault(parcel, str(problem))

    def fault(self, parcel: Parcel, reason: str) -> None:
        """The delivery failed; its reader, if there is one who follows, sees so."""
        self._store.close_delivery(parcel.number, Outcome.FAULT, reason)
        if parcel.reader is not None and self._follows(parcel.reader):
            self.tell(parcel.reader, Side.MIDDLE, Kind.NOTICE, limits.FAULT_NOTICE, how="fault", delivery=parcel.number)

    def tell(self, reader: Reader, side: Side, kind: Kind, text: str, *, how: str, note: str = "",
             media_id: str | None = None, delivery: int | None = None) -> Entry:  # fmt: skip
        """A line on the reader's phone that the bot caused; `how`: reply, customer, notice or fault."""
        now = self._clock().now()
        picture = f"/pictures/{media_id}" if kind is Kind.PICTURE and media_id else None
        entry = self._store.say(reader, side, text, now=now, kind=kind, picture_url=picture, note=note)
        self._transcript.add(LineKind.TOLD, now=now, account=reader.account, reader=reader.name, how=how,
                             kind=kind.value, text=text, delivery=delivery)  # fmt: skip
        return entry

    def _try_thrice(self, parcel: Parcel) -> Answer | None:
        account = self._account(parcel.account)
        url = self._url(account)
        for _ in range(limits.TRIES):
            if self._stopping.is_set():
                return None
            timestamp, nonce = int(self._clock().now().timestamp()), str(secrets.randbelow(10**10))
            query, body = make_delivery(account.keys, parcel.fields, timestamp=timestamp, nonce=nonce)
            answer = self._try(parcel.number, url, query, body)
            if answer is not None and answer.status == HTTP_OK and not self._lose():
                return answer
        return None

    def _lose(self) -> bool:
        with self._lock:
            lost = self._answers_to_lose > 0
            self._answers_to_lose -= lost
        return lost

    def _try(self, number: int, url: str, query: Mapping[str, str], body: bytes) -> Answer | None:
        """None for silence: then 5 s have passed since the request, also where nobody listened at all."""
        started = self._measure()
        try:
            answer = self._post(url, query, body, cut_seconds=self._cut_seconds)
        except NoAnswer:
            spent = self._measure() - started
            self._wait(max(0.0, self._cut_seconds - spent))
            self._note(number, Try(None, round(spent * 1000)))
            return None
        self._note(number, Try(answer.status, round((self._measure() - started) * 1000)))
        return answer

    def _note(self, number: int, one: Try) -> None:
        self._store.note_try(number, one)
        self._transcript.add(LineKind.TRY, now=self._clock().now(), delivery=number, status=one.status,
                             milliseconds=one.milliseconds)  # fmt: skip

    def _show(self, parcel: Parcel, answer: Answer) -> None:
        reply = self._read(parcel, answer.body)
        if reply is None:
            self._store.close_delivery(parcel.number, Outcome.SILENT)
        elif parcel.reader is None or not self._follows(parcel.reader):
            self._store.close_delivery(parcel.number, Outcome.SILENT, "读者已经取消关注，回复送不到")
        else:
            self.tell(parcel.reader, Side.ACCOUNT, reply.kind, reply.text, how="reply", media_id=reply.media_id,
                      delivery=parcel.number)  # fmt: skip
            self._store.close_delivery(parcel.number, Outcome.REPLIED)

    def _follows(self, reader: Reader) -> bool:
        return self._store.reader(reader.account, reader.openid).following

    def _read(self, parcel: Parcel, body: bytes) -> Reply | None:
        """The answer; None where it says nothing. IllegalAnswer for what the platform refuses."""
        keys = self._account(parcel.account).keys
        try:
            fields = open_reply(keys, body)
        except Refused as problem:
            raise IllegalAnswer(f"回复不合规定（{problem.reason.value}）") from None
        if not fields:
            return None
        openid = parcel.fields["FromUserName"]
        if (fields.get("ToUserName"), fields.get("FromUserName")) != (openid, keys.original_id):
            raise IllegalAnswer("回复的收发双方不对")
        return self._reply(parcel.account, fields)

    def _reply(self, account: str, fields: Mapping[str, Any]) -> Reply | None:
        msg_type = fields.get("MsgType")
        if msg_type == "text":
            return Reply(Kind.TEXT, _text(fields.get("Content")))
        if msg_type in ("image", "voice", "video"):
            return self._file(account, str(msg_type), fields.get(str(msg_type).capitalize()))
        if msg_type == "news":
            return Reply(Kind.TEXT, "［图文］" + _news(fields))
        if msg_type == "music":
            return Reply(Kind.TEXT, "［音乐］")
        if msg_type == "transfer_customer_service":
            return None
        raise IllegalAnswer("回复的类型平台不认识")

    def _file(self, account: str, kind: str, holder: object) -> Reply:
        media_id = holder.get("MediaId") if isinstance(holder, Mapping) else None
        try:
            medium = self._media.find(account, media_id, now=self._clock().now())
        except Failure:
            raise IllegalAnswer("回复里的 MediaId 不存在或已过期") from None
        if medium.kind != kind:
            raise IllegalAnswer("回复里的 MediaId 不是这种素材")
        shown = {"image": Kind.PICTURE, "voice": Kind.VOICE}.get(kind, Kind.TEXT)
        return Reply(shown, "［视频］" if shown is Kind.TEXT else "", medium.media_id)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise IllegalAnswer("回复是空的")
    if len(value.encode("utf-8")) > limits.TEXT_BYTES:
        raise IllegalAnswer(f"回复超过 {limits.TEXT_BYTES} 字节")
    return value


def _news(fields: Mapping[str, Any]) -> str:
    articles = fields.get("Articles")
    items = articles.get("item") if isinstance(articles, Mapping) else articles
    items = items if isinstance(items, list) else [items]
    if len(items) > limits.REPLY_ARTICLES:
        raise IllegalAnswer("图文只能有一篇")
    title = items[0].get("Title") if isinstance(items[0], Mapping) else None
    return _text(title)
