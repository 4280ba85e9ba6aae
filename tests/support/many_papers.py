"""A large made-up catalogue: distinct articles recombined from the sentences of the demo's papers.

Knows the demo's material and no database. The same seed gives the same catalogue.
"""

from __future__ import annotations

import json
import random
import re
from datetime import date
from importlib import resources
from itertools import count
from typing import Any

from bot.understanding.values import ArticleText, Catalogue, IssueText, PageText, PaperText

ARTICLES_AN_ISSUE, PAGES_AN_ISSUE = 28, 8
_FIRST = "青白红绿金银东南西北长安平和永新文明星月云雪松竹兰桂枫桐榆槐石沙清泉锦华"
_SECOND = "湾桥浜泾渡塘溪岗坡岭林园台亭苑庭坊里浦港滩洲村屯墩营桥门"
_FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰春梅建国庆生根宝"
_OWN_NAMES = re.compile(r"柳湾|梧桐里|银杏路|长堤路|杏花路|大槐树|红枫|红霞")
_SENTENCE = re.compile(r"[^。！？]+[。！？]”?")


def sentences() -> tuple[list[str], list[str]]:
    """(titles, sentences) of the demo's papers."""
    titles, found = [], []
    for month in ("last_month", "this_month"):
        for name in ("liuwan.json", "wutongli.json"):
            raw = json.loads((resources.files("bot.demo") / "data" / month / name).read_text("utf-8"))
            for article in (a for page in raw["pages"] for a in page["articles"]):
                titles.append(article["title"])
                found += [s for p in article["paragraphs"] for s in _SENTENCE.findall(p) if len(s) >= 8]
    return titles, found


class Printer:
    """Prints as many distinct issues as are asked for."""

    def __init__(self, seed: int, ids: count[int]) -> None:
        self._random = random.Random(seed)
        self._ids = ids
        self._titles, self._sentences = sentences()

    def issue(self, month: str) -> IssueText:
        pages = tuple(
            PageText(next(self._ids), f"{n:02}", None, (), self._articles(ARTICLES_AN_ISSUE // PAGES_AN_ISSUE + (n > 4)))
            for n in range(1, PAGES_AN_ISSUE + 1)
        )
        return IssueText(next(self._ids), month, date(int(month[:4]), int(month[5:]), 10), pages)

    def _articles(self, many: int) -> tuple[ArticleText, ...]:
        return tuple(
            ArticleText(next(self._ids), f"a{n}", self._varied(self._title()), None,
                        tuple(self._paragraph() for _ in range(self._random.randint(2, 6))))
            for n in range(many)
        )  # fmt: skip

    def _title(self) -> str:
        one, other = self._random.sample(self._titles, 2)
        return one.split(" ")[0] + " " + other.split(" ")[-1]

    def _paragraph(self) -> str:
        return self._varied("".join(self._random.sample(self._sentences, self._random.randint(2, 5))))

    def _varied(self, text: str) -> str:
        """With other names and figures, and now and then a clause put elsewhere."""
        pick = self._random.choice
        text = _OWN_NAMES.sub(lambda _: pick(_FIRST) + pick(_SECOND), text)
        text = re.sub(r"\d+", lambda m: str(self._random.randrange(1, 10 ** len(m.group()))), text)
        text = re.sub(r"(?:老|小)[一-鿿](?=[说，])", lambda _: pick(_FAMILY) + pick(_GIVEN) + pick(_GIVEN), text)
        clauses = text.split("，")
        if len(clauses) > 3:
            at = self._random.randrange(len(clauses) - 1)
            clauses[at], clauses[at + 1] = pick(_FAMILY) + pick(_GIVEN) + clauses[at + 1], clauses[at]
        return "，".join(clauses)


def months_before(newest: str, many: int) -> list[str]:
    """So many months up to and with `newest`, newest first."""
    total = int(newest[:4]) * 12 + int(newest[5:]) - 1
    return [f"{(total - n) // 12:04}-{(total - n) % 12 + 1:02}" for n in range(many)]


def large_catalogue(base: Catalogue, articles: int, newest: str, *, seed: int = 7) -> Catalogue:
    """`base` filled up to `articles`: twelve more editions, month by month back from `newest`."""
    there = sum(len(p.articles) for paper in base.papers for i in paper.issues for p in i.pages)
    ids = count(10_000_000)
    printer = Printer(seed, ids)
    issues = -(-max(articles - there, 0) // ARTICLES_AN_ISSUE)
    editions = 12
    months = months_before(newest, -(-issues // editions))
    per_edition: list[list[IssueText]] = [[] for _ in range(editions)]
    for n in range(issues):
        per_edition[n % editions].append(printer.issue(months[n // editions]))
    names = [f"{_FIRST[n]}{_SECOND[-n - 1]}" for n in range(editions)]
    papers: list[Any] = [
        PaperText(next(ids), f"社区晨报·{name}", (name, f"{name}社区晨报"), tuple(own))
        for name, own in zip(names, per_edition, strict=True)
    ]
    return Catalogue(base.version, (*base.papers, *papers))
