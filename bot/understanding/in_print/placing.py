"""Brings a finding together with the catalogue: what the stated words mean, where the quotation stands.

Knows findings and the index; knows no message.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from bot.understanding.cited.dates import find_issues, local_day
from bot.understanding.cited.pages import LAST, SEAM, answered_page, find_pages
from bot.understanding.cited.papers import PaperMention
from bot.understanding.in_print.locate import Index, Scope, Search, same_issue
from bot.understanding.in_print.titles import without_sign
from bot.understanding.thresholds import FITS, SIGNPOSTED, STRONG_TITLE
from bot.understanding.values import TITLE, Finding, Located, Place
from bot.understanding.words.normalise import loose_key


class Meant(NamedTuple):
    """What the stated words of a finding can mean in the catalogue."""

    paper_ids: tuple[int, ...] = ()
    paper_weak: bool = False
    paper_unknown: bool = False
    articles: tuple[int, ...] = ()
    article_weak: bool = False
    part: str | None = None
    kind: str | None = None
    beside: str = ""


def meant_by(finding: Finding, index: Index) -> Meant:
    """Reads the stated words again, for a finding whose fields were changed."""
    paper = _paper(finding, index)
    articles: tuple[int, ...] = ()
    weak = False
    if finding.article_text:
        among = index.within(Scope(paper_ids=paper.ids if paper else ()))
        articles, weak = index.titles.match(without_sign(finding.article_text), SIGNPOSTED, among)
    if paper is None:
        return Meant(articles=articles, article_weak=weak)
    return Meant(paper.ids, paper.weak, not paper.ids, articles, weak)


def _paper(finding: Finding, index: Index) -> PaperMention | None:
    if finding.paper_text is None:
        return None
    ids = index.papers.named(finding.paper_text)
    if ids:
        return PaperMention(0, 0, ids)
    found = index.papers.find(finding.paper_text)
    if found:
        return found[0]
    if finding.paper_id is not None:
        return PaperMention(0, 0, (finding.paper_id,))
    return None if ids == () else PaperMention(0, 0, ())


def stated_page(words: str, index: Index) -> str | None:
    """The form of a page in a reader's words."""
    found = find_pages(words, index.page_names)
    return found[0].form if found else answered_page(words)


def stated_issue(words: str, sent_at: datetime) -> str | None:
    """The label of an issue in a reader's words."""
    found = find_issues(words, sent_at)
    return found[0].label if found else None


def placed(finding: Finding, meant: Meant, *, index: Index, sent_at: datetime) -> Finding:
    """The finding with everything filled in that the catalogue tells. What is stated stays as stated."""
    certain = meant.paper_ids if not meant.paper_weak else ()
    seam = finding.page == SEAM and not index.has_page(SEAM)
    stated = None if seam else finding.page
    scope = Scope(certain, meant.paper_unknown, finding.issue_label, stated, meant.articles,
                  meant.part, "gutter" if seam else meant.kind, meant.beside)  # fmt: skip
    search = _search(finding, scope, index, sent_at)
    if search.located is Located.NOT_FOUND and scope.part is not None:  # 那个题目 may have been said of another error
        search = _search(finding, scope._replace(part=None), index, sent_at)
    if finding.article_text is not None and _is_loose(finding.article_text, meant):
        search, meant = _where_told_of(finding, scope, search, meant, index, sent_at)
    place = search.place
    paper_id = _one_paper(meant, place)
    if seam:
        meant = meant._replace(kind="gutter")
    return finding._replace(
        paper_id=paper_id,
        issue_id=_issue_id(finding, paper_id, place, index),
        page=None if seam else _page(finding, certain, place, index, sent_at),
        article_id=_article_id(finding, meant, search, index),
        located=search.located,
        place=place,
        places=search.places,
    )


def _page(finding: Finding, papers: tuple[int, ...], place: Place | None, index: Index, sent_at: datetime) -> str | None:
    """The stated page in catalogue form; None where 末版 cannot be counted."""
    page, issue = finding.page, finding.issue_label
    if page and page.startswith(LAST):
        sent = f"{local_day(sent_at):%Y-%m}"
        page = index.page_from_end(int(page[len(LAST):] or 1), papers, issue, place, sent)
    return index.resolve_page(page, papers, issue, place) if page else page


def _article_id(finding: Finding, meant: Meant, search: Search, index: Index) -> int | None:
    article_id = _one_article(meant, search, index, finding.context or finding.wrong or "")
    stays = finding.article_text is None and search.place is not None and search.place.article_id == finding.article_id
    return finding.article_id if article_id is None and stays else article_id  # 中缝, told when first read


def _is_loose(words: str, meant: Meant) -> bool:
    """Whether an article was called by so few words, or so vaguely, that the quotation may show it was another."""
    return not meant.articles or meant.article_weak or len(loose_key(without_sign(words))) < STRONG_TITLE


def _where_told_of(
    finding: Finding, scope: Scope, search: Search, meant: Meant, index: Index, sent_at: datetime
) -> tuple[Search, Meant]:
    """The search and what is meant, where the quotation shows which article was called so loosely."""
    if meant.articles and search.entry not in meant.articles:
        elsewhere = _search(finding, scope._replace(articles=()), index, sent_at)
    else:
        elsewhere = search
    number, called = elsewhere.entry, without_sign(finding.article_text or "")
    if number is None or number in meant.articles or not index.entries[number].article.title:
        return search, meant
    if loose_key(called) in loose_key(finding.wrong or ""):
        return search, meant
    tells = index.titles.fits if meant.articles and not meant.article_weak else index.tells_of
    if not tells(number, called, FITS):
        return search, meant
    return elsewhere, meant._replace(articles=(number,), article_weak=False)


def _search(finding: Finding, scope: Scope, index: Index, sent_at: datetime) -> Search:
    if finding.wrong:
        sent = f"{local_day(sent_at):%Y-%m}"
        found = index.find(finding.wrong, scope, context=finding.context, sent=sent, instead=finding.right)
        if found.located is Located.SEVERAL and "重复" in (finding.reason or ""):
            doubled = index.find(finding.wrong * 2, scope, sent=sent)
            return doubled if doubled.located is Located.FOUND else found
        return found
    place = index.article_place(scope)
    return Search(Located.NO_QUOTE, index.described(place, finding.right, finding.reason) if place else None)


def _one_paper(meant: Meant, place: Place | None) -> int | None:
    if meant.paper_weak and (place is None or place.paper_id not in meant.paper_ids):
        return None
    if place is not None and place.paper_id in meant.paper_ids:
        return place.paper_id
    return meant.paper_ids[0] if len(meant.paper_ids) == 1 else None


def _is_headline(words: str, title: str) -> bool:
    """Whether quoted words are most of a headline: then the headline was cited by quoting it."""
    return 2 * len(loose_key(words)) >= len(loose_key(title)) > 0


def _one_article(meant: Meant, search: Search, index: Index, wrong: str) -> int | None:
    if meant.kind in ("gutter", "masthead", "guide") and search.entry is not None and search.entry not in meant.articles:
        article = index.entries[search.entry].article
        if article.kind == meant.kind:
            return article.id
    if not meant.articles and meant.part == "title" and search.entry is not None and search.place is not None:
        article = index.entries[search.entry].article
        return article.id if search.place.paragraph == TITLE and _is_headline(wrong, article.title) else None
    if search.entry is not None and search.entry in meant.articles:
        return index.entries[search.entry].article.id
    if not meant.articles or meant.article_weak:
        return None
    titles = {index.entries[n].article.title for n in meant.articles}
    return index.entries[meant.articles[0]].article.id if len(titles) == 1 else None


def _issue_id(finding: Finding, paper_id: int | None, place: Place | None, index: Index) -> int | None:
    if finding.issue_label is None:
        return None
    known = index.issue_id(paper_id, finding.issue_label)
    number = index.entry_of(place.article_id) if place else None
    if known is None and number is not None and paper_id is None:
        issue = index.entries[number].issue
        return issue.id if same_issue(finding.issue_label, issue) else None
    return known
