"""Articles read anew matched with those known, so that they keep their keys and the reports their places. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.catalogue.boxes import article_name, renamed
from bot.catalogue.exchange import LONGEST, ArticleFile, IssueFile, PageFile

LEAST_ALIKE = 0.3


@dataclass(frozen=True, slots=True)
class Known:
    """An article as it stands in the catalogue."""

    page: str
    key: str
    title: str
    paragraphs: tuple[str, ...]


def with_known_keys(file: IssueFile, known: Iterable[Known]) -> IssueFile:
    """Files whose keys were made up while reading take over the keys of the same articles on the same pages."""
    old: dict[str, list[Known]] = {}
    for one in known:
        old.setdefault(one.page, []).append(one)
    if not file.keys_are_ours or not old:
        return file
    names: dict[str, str] = {}
    pages = []
    for page in file.pages:
        keys = _keys(page.articles, old.get(page.number, []))
        names |= {article_name(page.number, a.key): article_name(page.number, key)
                  for a, key in zip(page.articles, keys, strict=True)}  # fmt: skip
        pages.append(replace(page, articles=tuple(replace(a, key=key) for a, key in zip(page.articles, keys, strict=True))))
    return replace(file, pages=tuple(_renamed(page, names) for page in pages))


def _renamed(page: PageFile, names: Mapping[str, str]) -> PageFile:
    if page.form is None or all(before == after for before, after in names.items()):
        return page
    return replace(page, form=replace(page.form, boxes=renamed(page.form.boxes, names)))


def _keys(articles: Sequence[ArticleFile], known: Sequence[Known]) -> list[str]:
    """The key of each article: that of the known one most like it, else one that nobody has."""
    pairs = sorted(((_alike(article, old), -n, -m) for n, article in enumerate(articles) for m, old in enumerate(known)),
                   reverse=True)  # fmt: skip
    chosen: dict[int, str] = {}
    used: set[str] = set()
    for score, n, m in pairs:
        if score >= LEAST_ALIKE and -n not in chosen and known[-m].key not in used:
            chosen[-n] = known[-m].key
            used.add(known[-m].key)
    taken = used | {old.key for old in known}
    keys = []
    for n, article in enumerate(articles):
        key = chosen.get(n) or _free(article.key, taken)
        taken.add(key)
        keys.append(key)
    return keys


def _alike(article: ArticleFile, old: Known) -> float:
    """Share of the letters in paragraphs that both have; the same title alone is worth a half."""
    ours, theirs = {_bare(p): len(p) for p in article.paragraphs}, {_bare(p) for p in old.paragraphs}
    shared = sum(size for text, size in ours.items() if text in theirs)
    whole = max(sum(ours.values()), sum(len(p) for p in old.paragraphs), 1)
    same_title = bool(article.title) and _bare(article.title) == _bare(old.title)
    return shared / whole + (0.5 if same_title else 0.0)


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def _free(key: str, taken: set[str]) -> str:
    if key not in taken:
        return key
    stem, number = key[: LONGEST["id"] - 4], 2
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"
