"""An article in the account's own console: its cover, its draft, its publishing, and how that ended.

Drafts: draft/add (title, digest, body in HTML under 20 000 characters, a permanent picture as cover). Publishing:
freepublish/submit is only accepted; the end comes as PUBLISHJOBFINISH or by freepublish/get. Source: the platform's
pages on drafts and on publishing. A submit has no idempotency key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, Protocol

from bot.wechat.client import Answer

MAX_TITLE, MAX_DIGEST, MAX_AUTHOR = 32, 54, 8
"""Characters; what the console shows whole."""
FINISHED = "publishjobfinish"
PUBLISHED, UNDER_WAY = 0, 1
ENDS: Mapping[int, str] = {
    2: "没有通过原创审核", 3: "微信没有说明原因", 4: "平台审核没有通过", 5: "已被帐号的管理员删除", 6: "被平台封禁",
}
"""publish_status other than published and under way."""


class Caller(Protocol):
    """An account's calls out; see `bot.wechat.client.Client`."""

    def call(self, method: str, path: str, *, query: Mapping[str, str] | None = None,
             body: Mapping[str, Any] | None = None) -> Answer: ...

    def upload(self, path: str, *, query: Mapping[str, str], name: str, data: bytes, content_type: str) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Article:
    """As it is copied by hand, too: plain lines, an empty one between paragraphs."""

    title: str
    author: str
    digest: str
    text: str


@dataclass(frozen=True, slots=True)
class End:
    """How publishing stands. `status`: see ENDS; `address` of the article once published."""

    status: int
    address: str | None


def article(words: str, *, author: str) -> Article:
    """From the announcement's article: its first line is the title."""
    title, _, rest = words.strip().partition("\n")
    text = rest.strip()
    return Article(title[:MAX_TITLE], author[:MAX_AUTHOR], " ".join(text.split("\n\n")[0].split())[:MAX_DIGEST], text)


def html(text: str) -> str:
    """The body in the few tags that the platform keeps; whatever readers chose as a name is text."""
    parts = [escape(part).replace("\n", "<br>") for part in text.split("\n\n")]
    return "".join(f"<p>{part}</p>" for part in parts if part)


def upload_cover(caller: Caller, jpeg: bytes) -> Answer:
    """The picture as permanent material; `media_id` in the answer's content. Doing it twice does no harm."""
    return _with("media_id", caller.upload("cgi-bin/material/add_material", query={"type": "thumb"}, name="cover.jpg",
                                           data=jpeg, content_type="image/jpeg"))


def add_draft(caller: Caller, one: Article, *, cover: str) -> Answer:
    """`media_id` of the draft in the answer's content."""
    return _with("media_id", caller.call("POST", "cgi-bin/draft/add", body={"articles": [{
        "title": one.title, "author": one.author, "digest": one.digest, "content": html(one.text),
        "thumb_media_id": cover, "need_open_comment": 0, "only_fans_can_comment": 0}]}))


def submit(caller: Caller, draft: str) -> Answer:
    """Accepted only; `publish_id` in the answer's content."""
    return _with("publish_id", caller.call("POST", "cgi-bin/freepublish/submit", body={"media_id": draft}))


def ask(caller: Caller, publish_id: str) -> Answer:
    return caller.call("POST", "cgi-bin/freepublish/get", body={"publish_id": publish_id})


def text_of(answer: Answer, name: str) -> str:
    """An id that a call gave; JSON may hold it as a number."""
    return str(answer.content.get(name) or "")


def _with(name: str, answer: Answer) -> Answer:
    """An answer that lacks what the call is for is no answer: it may have been done all the same."""
    return Answer(None, f"no {name} in the answer") if answer.errcode == 0 and not text_of(answer, name) else answer


def end_in(content: Mapping[str, Any]) -> End | None:
    """What an event's PublishEventInfo, or an answer of freepublish/get, says; texts in XML, numbers in JSON."""
    status = str(content.get("publish_status", ""))
    if not (status.isascii() and status.isdigit()):
        return None
    detail = content.get("article_detail")
    items = detail.get("item") if isinstance(detail, Mapping) else None
    first = items[0] if isinstance(items, list) and items else items
    address = first.get("article_url") if isinstance(first, Mapping) else None
    return End(int(status), address if isinstance(address, str) and address.startswith(("https://", "http://")) else None)


def end_of_event(fields: Mapping[str, Any], publish_id: str) -> End | None:
    """How this publishing ended, where the event speaks of it."""
    info = fields.get("PublishEventInfo")
    if not isinstance(info, Mapping) or str(info.get("publish_id", "")) != publish_id:
        return None
    return end_in(info)
