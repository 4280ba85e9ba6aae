"""What the bench sends and to whom: a catalogue of 1,000 articles, readers' texts that quote it, and signed requests.

The texts are the demo's messages and a sentence about each of the made-up articles, each
with one character changed, in the ways readers say it. Nothing here depends on the clock but the deliveries' times.
"""

from __future__ import annotations

import json
import random
from datetime import datetime
from importlib import resources
from itertools import count
from typing import Any

from bot.understanding.values import ArticleText
from bot.wechat.keys import AccountKeys
from bot.wechat.platform_side import make_delivery
from tests.bench.webhook.client import request
from tests.support.many_papers import ARTICLES_AN_ISSUE, Printer
from tests.support.world import Raw, article, issue, page

ARTICLES, READERS, SEED = 1_000, 500, 11
WAYS = (
    "社区晨报·{paper}{page}版《{title}》里“{wrong}”应该是“{right}”",
    "{page}版 {title} 第一段，{wrong} 错了，应为 {right}",
    "你好小编，我看到第{page}版《{title}》有个错别字：“{wrong}”，应该写“{right}”吧？",
    "《{title}》“{wrong}”应为“{right}”",
    "{paper}版{page}版，{wrong}，改成{right}",
)
PICTURE = "http://mmbiz.qpic.cn/mmbiz_jpg/bench/0"


def issues(papers: tuple[str, ...], month: str, articles: int) -> tuple[tuple[Raw, ...], list[str]]:
    """The issues of these papers, so many articles in all, and texts of readers who found something in them."""
    drawn, printer, found, texts = random.Random(SEED), Printer(SEED, count(1)), [], []
    for number in range(-(-articles // ARTICLES_AN_ISSUE)):
        paper, many = papers[number % len(papers)], printer.issue(month)
        year, of_year = int(month[:4]), int(month[5:]) - number // len(papers)
        past = f"{year + (of_year - 1) // 12:04}-{(of_year - 1) % 12 + 1:02}"
        found.append(issue(f"社区晨报·{paper}", past, *(
            page(one.number, *(article(a.key, a.title, *a.paragraphs) for a in one.articles)) for one in many.pages)))
        texts += [_said(drawn, paper, one.number, a) for one in many.pages for a in one.articles]
    return tuple(found), texts


def _said(drawn: random.Random, paper: str, number: str, printed: ArticleText) -> str:
    paragraph = drawn.choice(printed.paragraphs)
    start = drawn.randrange(max(1, len(paragraph) - 8))
    wrong = paragraph[start:start + 8]
    at = drawn.randrange(len(wrong))
    right = wrong[:at] + drawn.choice("的地得在再已以作做") + wrong[at + 1:]
    return drawn.choice(WAYS).format(paper=paper, page=int(number), title=printed.title, wrong=wrong, right=right)


def demo_texts() -> list[str]:
    file = resources.files("bot.demo") / "data" / "this_month" / "messages.jsonl"
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    return [row["text"] for row in rows if row["type"] == "text"]


class Sender:
    """Makes deliveries that never were before, each with a MsgId of its own."""

    def __init__(self, texts: list[str], seed: int = SEED, first: int = 24_000_000_000) -> None:
        """`first`: of the MsgIds."""
        self._drawn, self._ids = random.Random(seed), count(first)
        self._texts = list(texts)
        self._drawn.shuffle(self._texts)

    def requests(self, path: str, keys: AccountKeys, many: int, *, now: datetime, picture: bool = False) -> list[bytes]:
        """`many` signed POSTs to `path` in the account's mode: texts, or pictures."""
        made, moment = [], int(now.timestamp())
        for _ in range(many):
            number = next(self._ids)
            fields: dict[str, Any] = {
                "FromUserName": f"oBench{self._drawn.randrange(READERS):022}", "CreateTime": str(moment),
                "MsgId": str(number)}
            if picture:
                fields |= {"MsgType": "image", "PicUrl": PICTURE, "MediaId": f"media-{number}"}
            else:
                fields |= {"MsgType": "text", "Content": self._texts[number % len(self._texts)]}
            query, body = make_delivery(keys, fields, timestamp=moment, nonce=str(number))
            made.append(request(path, query, body))
        return made
