"""A town of a thousand articles in the database, and letters to the webhook of the kinds that are measured.

Every letter comes from a reader of its own who has reported once before, about words that nobody else quotes: so each
of one kind costs the same. Knows the application's door and nothing of how it works.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from itertools import count
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import Connection, Engine, event

from bot.settings import ReadersSettings, Settings
from bot.understanding.values import IssueText
from bot.understanding.words.normalise import strict_key
from bot.wechat.platform_side import make_delivery, open_reply
from bot.wiring import keys_of
from tests.support.many_papers import Printer, months_before
from tests.support.world import Raw, issue, open_contest, page

ARTICLES, EDITIONS, NEWEST = 1_000, 6, "2026-11"
QUOTED = 14
"""So many characters are quoted, which is how much readers quote."""
RARE = range(0x3400, 0x4DB0)
"""Characters that stand in no paper. Every quotation is corrected by another: no two errors are one slip."""
KINDS = ("report", "two", "mend", "question", "picture")


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that stand once in the papers, with the number of their page."""

    page: str
    words: str
    number: int

    def told(self) -> str:
        """The words as an error: the letter in the middle should be another."""
        half = len(self.words) // 2
        right = self.words[:half] + chr(RARE[self.number % len(RARE)]) + self.words[half + 1:]
        return f"第{int(self.page)}版“{self.words}”应为“{right}”"


def found_town(engine: Engine, *, account: str, articles: int = ARTICLES, now: datetime) -> list[Quote]:
    """Opens a contest with so many articles in print; gives what can be quoted of the newest month."""
    printer, issues = Printer(7, count(1)), -(-articles // 28)
    months = months_before(NEWEST, -(-issues // EDITIONS))
    printed = [(_name(n % EDITIONS), printer.issue(months[n // EDITIONS])) for n in range(issues)]
    open_contest(engine, papers=tuple(_name(n) for n in range(EDITIONS)), account=account, now=now,
                 issues=tuple(_exchanged(name, one) for name, one in printed), first="2026-10")
    words = list(_words([one for _, one in printed if one.label == NEWEST]))
    seen = Counter(text for _, text in words)
    return [Quote(number, text, n) for n, (number, text) in enumerate(words) if seen[text] == 1]


def _name(number: int) -> str:
    return f"社区晨报·{'青白红绿金银'[number]}湾"


def _exchanged(name: str, one: IssueText) -> Raw:
    pages = (page(p.number, *({"id": f"p{p.number}{a.key}", "kind": "news", "title": a.title,
                               "paragraphs": list(a.paragraphs)} for a in p.articles)) for p in one.pages)
    return issue(name, one.label, *pages)


def _words(printed: list[IssueText]) -> Iterator[tuple[str, str]]:
    """The first words of every paragraph, then those behind them, and so on: neighbours stand in other paragraphs."""
    paragraphs = [(p.number, strict_key(text)) for one in printed for p in one.pages for a in p.articles
                  for text in a.paragraphs]  # fmt: skip
    for start in range(0, max(len(text) for _, text in paragraphs), QUOTED):
        yield from ((number, text[start:start + QUOTED]) for number, text in paragraphs if start + QUOTED < len(text))


@dataclass(frozen=True, slots=True)
class Letter:
    """One delivery, ready to be posted. Plain values: it can be handed to another process."""

    environ: dict[str, str]
    body: str  # latin-1


def post(app: Flask, letter: Letter) -> bytes:
    """Hands one letter to the application as a WSGI server would; the body of the answer. RuntimeError unless 200."""
    said: list[str] = []
    body = letter.body.encode("latin-1")
    environ: dict[str, Any] = {**letter.environ, "wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}
    answer = b"".join(app(environ, lambda status, _: said.append(status)))
    if said != ["200 OK"]:
        raise RuntimeError(f"answered {said}")
    return answer


class Letters:
    """Writes letters of every kind to one account."""

    def __init__(self, app: Flask, account: str, quotes: list[Quote]) -> None:
        known = app.extensions["woodpecker"]
        self.app, self._now = app, known.clock.now
        self.keys = keys_of(account, known.settings.accounts[account])
        self._quotes, self._numbers = iter(quotes), count(1)

    def ready(self, kind: str, many: int) -> list[Letter]:
        """So many letters of one kind; their readers have reported before."""
        senders = [f"reader-{next(self._numbers)}-{kind}" for _ in range(many)]
        for sender in senders:
            post(self.app, self.letter(sender, self.quoted()))
        return [self._of(kind, sender) for sender in senders]

    def _of(self, kind: str, sender: str) -> Letter:
        told = self._quotes
        texts: dict[str, Callable[[], str | None]] = {
            "report": lambda: next(told).told(),
            "two": lambda: "\n".join(f"{n}. {next(told).told()}" for n in (1, 2)),
            "mend": lambda: "第1条的版面是第5版",
            "question": lambda: "什么时候截止？",
            "picture": lambda: None,
        }
        return self.letter(sender, texts[kind]())

    def quoted(self) -> str:
        """The text of a report of an error that nobody has reported."""
        return next(self._quotes).told()

    def letter(self, sender: str, text: str | None) -> Letter:
        """A text, or a picture (None), signed and, where the account wants it, encrypted."""
        moment, number = int(self._now().timestamp()), next(self._numbers)
        what = ({"MsgType": "text", "Content": text} if text is not None else
                {"MsgType": "image", "PicUrl": "http://127.0.0.1/p", "MediaId": f"m{number}"})  # fmt: skip
        fields = {"FromUserName": sender, "CreateTime": str(moment), **what, "MsgId": str(24_000_000_000 + number)}
        query, body = make_delivery(self.keys, fields, timestamp=moment, nonce=str(number))
        return Letter(_environ(f"/wechat/{self.keys.name}", urlencode(query)), body.decode("latin-1"))

    def opened(self, answer: bytes) -> str:
        """The words of an answer."""
        return str(open_reply(self.keys, answer).get("Content", ""))


def _environ(path: str, query: str) -> dict[str, str]:
    return {"REQUEST_METHOD": "POST", "PATH_INFO": path, "QUERY_STRING": query, "CONTENT_TYPE": "text/xml",
            "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80", "SCRIPT_NAME": "", "REMOTE_ADDR": "127.0.0.1",
            "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "http"}  # fmt: skip


def unhurried(settings: Settings) -> Settings:
    """The settings without the day's pace, which would hold back what is measured."""
    return settings.model_copy(update={"readers": ReadersSettings(reports_a_day=10_000)})


class Statements:
    """The statements that an engine sends while the block runs."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.sent: list[str] = []

    def _note(self, _db: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        self.sent.append(statement)

    def __enter__(self) -> list[str]:
        event.listen(self._engine, "before_cursor_execute", self._note)
        return self.sent

    def __exit__(self, *_: object) -> None:
        event.remove(self._engine, "before_cursor_execute", self._note)
