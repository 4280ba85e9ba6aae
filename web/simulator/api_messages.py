"""The API's calls that reach a reader: customer messages, template messages, subscription notices."""

from __future__ import annotations

from typing import Any

from web.simulator import limits
from web.simulator.calls import DONE, Call, Content, Route, object_in, text_in
from web.simulator.errcodes import Failure
from web.simulator.notices import job_event, sent_event
from web.simulator.profiles import Right
from web.simulator.quota import Verdict
from web.simulator.values import Kind, Reader

_FILES = {"image": (Kind.PICTURE, "image"), "voice": (Kind.VOICE, "voice"), "video": (Kind.NOTICE, "video")}


def custom_send(call: Call) -> Content:
    """text, image, voice, video, news, msgmenu; anything else is 40008."""
    content = call.json()
    kind, text, key = _shown(call, content)
    reader = call.follower(content.get("touser"))
    verdict = call.platform.customer_message(call.account.name, reader.openid, kind, text, media_key=key)
    if verdict is not Verdict.ALLOWED:
        raise Failure(int(verdict))
    return DONE


def _shown(call: Call, content: Content) -> tuple[Kind, str, str | None]:
    """What the phone will show: kind, words, the key of a picture."""
    msg_type = content.get("msgtype")
    if msg_type == "text":
        return Kind.TEXT, _words(object_in(content, "text").get("content")), None
    if msg_type in _FILES:
        kind, wanted = _FILES[msg_type]
        medium = call.platform.media.find(
            call.account.name, object_in(content, msg_type).get("media_id"), now=call.now
        )
        if medium.kind != wanted:
            raise Failure(40007)
        return kind, "" if kind is not Kind.NOTICE else "［视频］", medium.media_id
    if msg_type == "news":
        return Kind.TEXT, _news(object_in(content, "news")), None
    if msg_type == "msgmenu":
        return Kind.TEXT, _menu_message(object_in(content, "msgmenu")), None
    raise Failure(40008)


def _words(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Failure(47001 if not isinstance(value, str) else 44004)
    if len(value.encode("utf-8")) > limits.TEXT_BYTES:
        raise Failure(45002)
    return value


def _news(news: Content) -> str:
    articles = news.get("articles")
    if not isinstance(articles, list) or not articles or not all(isinstance(one, dict) for one in articles):
        raise Failure(47001)
    if len(articles) > limits.REPLY_ARTICLES:
        raise Failure(45008)
    return "［图文］" + text_in(articles[0], "title")


def _menu_message(menu: Content) -> str:
    options = menu.get("list")
    if not isinstance(options, list) or not all(isinstance(one, dict) for one in options):
        raise Failure(47001)
    lines = [menu.get("head_content"), *(one.get("content") for one in options), menu.get("tail_content")]
    return _words("\n".join(line for line in lines if isinstance(line, str)))


def template_send(call: Call) -> Content:
    """Sends once for the same openid and client_msg_id within ten minutes; the result comes as an event."""
    content = call.json()
    reader = call.follower(content.get("touser"))
    template = text_in(content, "template_id", errcode=40037)
    text = _notice(content)
    known = call.platform.notices.repeated(
        call.account.name, reader.openid, content.get("client_msg_id"), now=call.now
    )
    if known is not None:
        return DONE | {"msgid": known}
    number = call.platform.notices.number(call.account.name, reader.openid, content.get("client_msg_id"), now=call.now)
    status = call.platform.notices.take_status()
    if status == "success":
        call.platform.show_notice(reader, text, f"模板消息 {template[:12]}")
    event = job_event(number, status)
    call.platform.later(limits.TEMPLATE_DELAY, lambda: call.platform.push_as(reader, "TEMPLATESENDJOBFINISH", event))
    return DONE | {"msgid": number}


def subscribe_bizsend(call: Call) -> Content:
    """One notice for each consent (订阅通知); 43101 without."""
    content = call.json()
    reader = call.follower(content.get("touser"))
    template = text_in(content, "template_id", errcode=40037)
    text = _notice(content)
    if not call.platform.notices.use(call.account.name, reader.openid, template):
        raise Failure(43101)
    call.platform.show_notice(reader, text, "订阅通知")
    number = call.platform.notices.number(call.account.name, reader.openid, None, now=call.now)
    event = sent_event(template, number)
    call.platform.later(
        limits.TEMPLATE_DELAY, lambda: call.platform.push_as(reader, "subscribe_msg_sent_event", event)
    )
    return DONE


def template_subscribe(call: Call) -> Content:
    """一次性订阅消息: one for each (reader, scene); repeats in the same scene do not add up. Needs no follower."""
    content = call.json()
    openid = text_in(content, "touser", errcode=40003)
    template = text_in(content, "template_id", errcode=40037)
    scene = content.get("scene")
    number = int(scene) if isinstance(scene, int) or (isinstance(scene, str) and scene.isdecimal()) else -1
    if not 0 <= number <= limits.SCENES:
        raise Failure(47001)
    text = f"{text_in(content, 'title')}\n{_notice(content)}"
    if not call.platform.notices.use(call.account.name, openid, f"{template}#{number}"):
        raise Failure(43101)
    call.platform.show_notice(_reader(call, openid), text, "一次性订阅消息")
    return DONE


def _reader(call: Call, openid: str) -> Reader:
    return call.platform.store.reader(call.account.name, openid)


def _notice(content: Content) -> str:
    """The filled-in keywords, one a line. Failure 47003 where one has no value."""
    data = object_in(content, "data", errcode=47003)
    lines = []
    for name, one in data.items():
        value: Any = one.get("value") if isinstance(one, dict) else None
        if not isinstance(value, str | int) or not str(value).strip():
            raise Failure(47003)
        lines.append(f"{name}：{value}")
    if not lines:
        raise Failure(47003)
    return "\n".join(lines)


ROUTES = {
    "message/custom/send": Route("POST", Right.CUSTOMER, custom_send),
    "message/custom/typing": Route("POST", Right.CUSTOMER, lambda _call: DONE),
    "message/template/send": Route("POST", Right.TEMPLATE, template_send),
    "template/get_all_private_template": Route("GET", Right.TEMPLATE, lambda _call: {"template_list": []}),
    "message/subscribe/bizsend": Route("POST", Right.NOTICE, subscribe_bizsend),
    "message/template/subscribe": Route("POST", Right.ONCE, template_subscribe),
}
