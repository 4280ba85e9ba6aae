"""The door of a reader's own pages: the address is the key, told in the chat, good for half an hour.

No session, no cookie, no member of staff. Looking changes nothing; what changes something is a POST, and what weighs
more asks for the four digits told in the chat. Whoever does not know the address can send no form, so that forms need
no token.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from flask import Flask, current_app, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from bot.chat import chat_links
from bot.chat.chat_links import Expired, Forged
from bot.claiming import tries
from bot.dialogue.person_phrases import Desk
from bot.errors import WoodpeckerError
from bot.members.admission import LockedOut
from bot.readers import page_codes
from bot.readers.own_acts import Hand
from bot.readers.page_codes import CodeLocked
from models.contests import Contest
from models.readers import Reader
from models.session import reading, writing
from web import errors, key_pages, present
from web.deps import deps, now
from web.numbers import whole
from web.public import followers
from web.visitor import address

log = logging.getLogger(__name__)
_OFFERED = "woodpecker.own-pages"

WORD = "我的"
NO_SUCH = "这个链接不对，可能没有复制全。请回到公众号，回“我的”两个字，会再给您一个。"
OVER = "链接只管半小时，这个已经过了时间。请回到公众号，回“我的”两个字，会再给您一个。"
GONE = "这里没有您的内容了。您再关注公众号、发来消息，就能接着用。"
CODE_WRONG = "这四位数不对。请看公众号里回“我的”时最近一次给您的四位数，再填一次。"


@dataclass(frozen=True, slots=True)
class Visit:
    """Whose pages are open: found from the token, who is still there, and until when it opens them."""

    token: str
    reader_id: int
    person_id: int
    account: str
    until: datetime
    openid: str = field(repr=False)


def opened(token: str, answer: Callable[[Visit], ResponseReturnValue], *, word: str = WORD) -> Response:
    """The answer for whoever the token belongs to; else a kind page on which nothing is shown, and a line in the log.
    `word`: what is said in the chat to get another link."""
    return key_pages.opened(lambda: _answered(token, answer, word))


def stranger(visit: Visit) -> ResponseReturnValue | None:
    """The answer in place of his pages where whoever comes is somebody else than the token's reader, or must show first
    who he is; None lets him in. Every own page asks here, once, before anything of the reader's is read."""
    return followers.stranger(visit.account, visit.openid)


def refused(why: str, title: str, sentence: str, status: int) -> ResponseReturnValue:
    """The kind page of a door that stays shut. `why` is for the log: a word, nothing of the address or of anybody."""
    log.warning("an own page stays shut at %s: %s", request.endpoint, why)
    return key_pages.end(title, sentence), status


def hand(visit: Visit, ordinal: int) -> Hand:
    """Whose act a form is, on which of his reports, as the page showed it."""
    return Hand(visit.reader_id, visit.person_id, visit.account, ordinal, request.form.get("version", 0, type=whole),
                deps().settings.server.secret_key)


def code_is_right(visit: Visit, typed: str) -> bool:
    """Whether these are the four digits; wrong ones are counted, and too many raise LockedOut, for which `opened` has a
    page. Commits by itself, so ask before the act's own transaction."""
    with writing(deps().engine) as session:
        return page_codes.check(session, visit.reader_id, typed, secret_key=deps().settings.server.secret_key,
                                address=address(), now=now())


def offer(app: Flask, endpoint: str, title: str) -> None:
    """Names a page of the reader's, `endpoint` with the token alone, below 我的纠错; call it where the page is registered."""
    app.extensions.setdefault(_OFFERED, []).append((endpoint, title))


def offered() -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = current_app.extensions.get(_OFFERED, [])
    return found


def desk_line() -> str:
    """Whom to call, as a sentence; empty where the settings name nobody."""
    desk = deps().settings.desk
    hours = f"（{desk.hours.strip()}）" if desk.hours.strip() else ""
    return f"也可以打编辑部电话 {desk.phone.strip()}{hours}。" if desk.phone.strip() else ""


def desk_called() -> Desk:
    """Whom to call, for `call` in public/own/macros.html, which says it as `desk_line` does."""
    desk = deps().settings.desk
    return Desk(desk.phone.strip(), desk.hours.strip())


def contests(session: Session, account: str) -> list[tuple[int, str]]:
    """(number, name) of the contests whose open pages a reader of this account is led to."""
    rows = session.execute(select(Contest.id, Contest.name).where(Contest.account == account).order_by(Contest.id))
    return [(row.id, row.name) for row in rows]


def _answered(token: str, answer: Callable[[Visit], ResponseReturnValue], word: str) -> ResponseReturnValue:
    link, expired = _link(token)
    if link is None:
        return _forged(word)
    with reading(deps().engine) as session:
        visit = _visit(session, token, link)
    if expired and (visit is None or followers.tells(visit.account) is None):
        return refused("expired", "链接过了时间", OVER.replace(WORD, word), 410)
    if visit is None:
        return refused("its reader has gone", "链接打不开", GONE, 410)
    shut = stranger(visit)
    if shut is not None:
        return shut
    if expired:
        return _renewed(visit, word)
    try:
        return answer(visit)
    except CodeLocked as locked:
        log.warning("too many wrong codes on the pages of reader %d", visit.reader_id)
        until = present.clock_time(locked.until)
        words = f"四位数填错了好几次，为了您的安全，这里先停一停，{until} 以后再试。您在公众号里直接说也一样能办。"
        return key_pages.end("请稍等", words + desk_line()), 429
    except LockedOut:
        raise
    except WoodpeckerError as problem:
        status = errors.status_of(problem, 500)
        if status == 500:
            raise
        return key_pages.end("没有办成" if request.method == "POST" else "没有找到", str(problem)), status


def _link(token: str) -> tuple[chat_links.Link | None, bool]:
    """Whose pages it opens, None for nobody's, and whether its time is over."""
    try:
        return chat_links.opened(token, deps().settings.server.secret_key, now=now()), False
    except Expired as over:
        return over.link, True
    except Forged:
        return None, False


def _renewed(visit: Visit, word: str) -> ResponseReturnValue:
    """An old link, opened by the reader himself as his account can tell: the same page with a new key."""
    if request.method not in ("GET", "HEAD"):
        return refused("expired", "链接过了时间", OVER.replace(WORD, word), 410)
    until = now() + chat_links.LIVES
    fresh = chat_links.token(visit.reader_id, until, deps().settings.server.secret_key)
    return redirect(followers.here().replace(visit.token, fresh, 1))


def _visit(session: Session, token: str, link: chat_links.Link) -> Visit | None:
    row = session.execute(select(Reader.person_id, Reader.account, Reader.openid).where(
        Reader.id == link.reader_id, Reader.openid.is_not(None), Reader.erased_at.is_(None))).first()
    return None if row is None else Visit(token, link.reader_id, row.person_id, row.account, link.until, row.openid or "")


def _forged(word: str) -> ResponseReturnValue:
    """Only those that nobody made are counted, and only they wait: whoever guesses behind the same address as a reader, a
    household's or a carrier's, keeps no true link from opening."""
    with writing(deps().engine) as session:
        tries.check(session, address(), now=now())
        tries.note(session, address(), now=now())
    return refused("nobody here made it", "链接打不开", NO_SUCH.replace(WORD, word), 404)
