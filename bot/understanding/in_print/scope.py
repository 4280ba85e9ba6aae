"""What was cited as a scope to search in, and when a place found in it is to be believed. Knows no text search."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from bot.understanding.cited.pages import LAST, page_numbers
from bot.understanding.in_print.printed import Entry
from bot.understanding.thresholds import AGAINST_ONE, AGAINST_SEVERAL, SHORT
from bot.understanding.values import IssueText, Located, PageText, Place

KINDS = {
    "gutter": ("中缝", {"gutter"}), "masthead": ("报头", {"masthead"}), "guide": ("导读", {"guide"}),
    "ad": ("广告", {"ad", "advertisement"}),
}  # fmt: skip
"""Parts of a page that readers name like a page: the word, and the kinds of articles that stand there."""


class Scope(NamedTuple):
    """What was cited, to weigh places by. `articles` are entry numbers; `part` is "title" or "caption"; `kind` one
    of KINDS, which favours places and never speaks against one; `beside` is what else was said."""

    paper_ids: tuple[int, ...] = ()
    unknown_paper: bool = False
    issue: str | None = None
    page: str | None = None
    articles: tuple[int, ...] = ()
    part: str | None = None
    kind: str | None = None
    beside: str = ""


class Search(NamedTuple):
    """How a search ended; `entry` is the number of the article where the words were found."""

    located: Located
    place: Place | None = None
    places: tuple[Place, ...] = ()
    entry: int | None = None


def same_issue(label: str, issue: IssueText) -> bool:
    """Whether a stated YYYY-MM or YYYY-MM-DD means this issue; a day of the month of an undated one does."""
    if len(label) == 7 or issue.published_on is None:
        return label[:7] == issue.label[:7]
    return issue.published_on.isoformat() == label or label[:7] == issue.label[:7]


def same_page(stated: str, page: PageText) -> bool:
    """Whether a stated page means this one: 5 means the spread 04、05."""
    return stated in (page.number, page.name) or stated in page.aliases or _lies_on(stated, page.number)


def is_among(stated: str, page: PageText) -> bool:
    """Whether a page is one of several stated: 四、五版, of an edition that has them apart."""
    return not set(page_numbers(stated)).isdisjoint(page_numbers(page.number))


@lru_cache(maxsize=1024)  # of a message every place found is asked, and of the next ones the same
def _lies_on(stated: str, number: str) -> bool:
    wanted = page_numbers(stated)
    return bool(wanted) and set(wanted).issubset(page_numbers(number))


def agrees(entry: Entry, paper_ids: tuple[int, ...], issue: str | None, page: str | None) -> bool:
    """Whether an article stands in the edition, issue and on the page cited, as far as any is."""
    if paper_ids and entry.paper.id not in paper_ids:
        return False
    return (issue is None or same_issue(issue, entry.issue)) and (
        page is None or stands_on(page, entry) or is_among(page, entry.page))


def stands_on(page: str, entry: Entry) -> bool:
    """Whether an article stands on the page stated; 末版 is that of its own issue."""
    if page.startswith(LAST):
        back, pages = int(page[len(LAST):] or 1), entry.issue.pages
        return len(pages) >= back and pages[-back].id == entry.page.id
    return same_page(page, entry.page)


def is_kind(entry: Entry, kind: str) -> bool:
    word, kinds = KINDS[kind]
    names = (entry.page.name or "", *entry.page.aliases, entry.article.title)
    return entry.article.kind in kinds or any(word in name for name in names)


def has_texts(issue: IssueText) -> bool:
    """Whether more than titles is known of an issue; a table of titles makes none of its words findable."""
    return any(article.paragraphs for page in issue.pages for article in page.articles)


def is_whole(issue: IssueText) -> bool:
    """Whether every page from the first on is there, and none of them only as a picture."""
    if not all(page.articles for page in issue.pages):
        return False
    numbers = sorted(n for page in issue.pages for n in page_numbers(page.number))
    return len(numbers) >= 4 and numbers == list(range(1, len(numbers) + 1))


def is_believable(length: int, against: frozenset[str], scope: Scope, *, exact: bool, of_kind: bool) -> bool:
    """Whether a quotation of so many letters, found against these cited fields, is taken for the place meant."""
    cited_article = bool(scope.articles) and "article" not in against
    narrowed = cited_article or (of_kind and not against) or (scope.part == "caption" and "part" not in against) or (
        scope.page is not None and not against)  # fmt: skip
    if length < SHORT:
        edition = bool(scope.paper_ids) and not against
        return exact and (narrowed or (edition and (length == SHORT - 1 or (length > 1 and scope.issue is not None))))
    if not against or cited_article:
        return exact or length >= AGAINST_SEVERAL or bool(scope.paper_ids or scope.page or scope.articles)
    against = against - {"part"}
    if not exact:
        return length >= 2 * AGAINST_SEVERAL or not against
    if not against:
        return True
    return length >= (AGAINST_ONE if len(against) == 1 else AGAINST_SEVERAL)
