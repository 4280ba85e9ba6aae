"""Where quoted words stand in print: exact first, then as near as their length allows, never by guessing.

Knows the catalogue and what was cited; knows no message and no conversation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from operator import itemgetter

from bot.understanding.cited.dates import month_before
from bot.understanding.cited.pages import LAST, page_form
from bot.understanding.cited.papers import PaperNames
from bot.understanding.in_print.described import (
    counted_clause,
    figures_named,
    odd_share,
    told_clause,
    word_to_replace,
)
from bot.understanding.in_print.grams import Window
from bot.understanding.in_print.guides import guide_lines
from bot.understanding.in_print.printed import Entry, Hit, NearFirst, PrintedText
from bot.understanding.in_print.scope import (
    Scope,
    Search,
    has_texts,
    is_among,
    is_believable,
    is_kind,
    is_whole,
    same_issue,
    same_page,
    stands_on,
)
from bot.understanding.in_print.titles import TitleIndex
from bot.understanding.thresholds import (
    ARTICLE_AGREES,
    BORNE_OUT_BY,
    ISSUE_AGREES,
    KIND_AGREES,
    LONGEST_SOUGHT,
    MOST_HITS,
    NEAR_AGREES,
    PAGE_AGREES,
    PAPER_AGREES,
    PART_AGREES,
    SHORT,
    TELLING,
    TOLD_BY_TEXT,
)
from bot.understanding.values import (
    SUBTITLE,
    TITLE,
    WHOLE,
    Catalogue,
    IssueText,
    Located,
    PageText,
    PaperText,
    Place,
)
from bot.understanding.words.normalise import longest_run, loose_key, strict_key_with_origin

_ELLIPSIS = re.compile(r"…+|\.{3,}|。{3,}|省略")
_LATIN_IN_CHINESE = re.compile(r"(?<=[一-鿿])[a-z]{2,6}(?=[一-鿿]|$)|(?:^)[a-z]{2,6}(?=[一-鿿])")


class Index:
    """A catalogue made ready for reading: names, titles and printed words. Immutable once built."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.papers = PaperNames(catalogue)
        self.printed = PrintedText(catalogue)
        self.entries = self.printed.entries
        self.titles = TitleIndex(self.printed.entries)
        self.guides = guide_lines(self.entries)
        self._paper = {paper.id: paper for paper in catalogue.papers}
        self._newest_first = {paper.id: sorted(paper.issues, key=lambda issue: issue.label, reverse=True)
                              for paper in catalogue.papers}  # fmt: skip
        self._whole = {issue.id for paper in catalogue.papers for issue in paper.issues if is_whole(issue)}
        self._of_issue: dict[int, list[int]] = {}
        for n, entry in enumerate(self.entries):
            self._of_issue.setdefault(entry.issue.id, []).append(n)
        self._of_month: dict[str, list[tuple[int, IssueText]]] = {}
        for paper in catalogue.papers:
            for issue in paper.issues:
                self._of_month.setdefault(issue.label, []).append((paper.id, issue))
        self._of_article = {entry.article.id: n for n, entry in enumerate(self.entries)}
        self.page_names: dict[str, str] = {}
        self._page_forms = {name for entry in self.entries
                            for name in (entry.page.number, entry.page.name, *entry.page.aliases)}  # fmt: skip
        for entry in self.entries:
            for name in (entry.page.name, *entry.page.aliases):
                if name and not name.endswith("版"):
                    known = self.page_names.setdefault(name, entry.page.number)
                    if known != entry.page.number:  # 健康 is page 3 of one issue and 6 of another
                        self.page_names[name] = name

    def has_page(self, name: str) -> bool:
        """Whether some page has this number, name or alias."""
        return name in self._page_forms

    def paper(self, paper_id: int | None) -> PaperText | None:
        """The edition with this id."""
        return self._paper.get(paper_id) if paper_id is not None else None

    def entry_of(self, article_id: int | None) -> int | None:
        """The entry number of an article id."""
        return self._of_article.get(article_id) if article_id is not None else None

    def text_at(self, place: Place) -> str:
        """The whole printed title or paragraph in which a place lies; "" where it is no longer there."""
        number = self.entry_of(place.article_id)
        if number is None:
            return ""
        return self.entries[number].text_of(place.paragraph)

    def printed_at(self, place: Place) -> str:
        """The printed words of a place."""
        return self.text_at(place)[place.start : place.end]

    def issue_id(self, paper_id: int | None, label: str | None) -> int | None:
        """The issue of a paper that a stated label means."""
        paper = self.paper(paper_id)
        if paper is None or label is None:
            return None
        return next((issue.id for issue in paper.issues if same_issue(label, issue)), None)

    def resolve_page(self, form: str, paper_ids: tuple[int, ...], issue: str | None, place: Place | None) -> str:
        """A stated page in catalogue form: of the place found, else of the edition cited, else as stated."""
        for page in self._pages(paper_ids, issue, place):
            if same_page(form, page):
                return page.number
        if form not in self.page_names:
            return form
        return next((entry.page.number for entry in self.entries if same_page(form, entry.page)), form)

    def page_from_end(
        self, back: int, paper_ids: tuple[int, ...], label: str | None, place: Place | None, sent: str
    ) -> str | None:
        """The number of the last page (`back` 1), the last but one …, of the issue meant; None where that is open."""
        found = self.entry_of(place.article_id) if place else None
        issues = [self.entries[found].issue] if found is not None and not paper_ids else [
            issue for issue in self._issues(paper_ids)
            if issue.pages and (same_issue(label, issue) if label else issue.label[:7] <= sent)
        ]  # fmt: skip
        newest = max(issues, key=lambda issue: issue.label, default=None)
        return newest.pages[-back].number if newest is not None and len(newest.pages) >= back else None

    def _pages(self, paper_ids: tuple[int, ...], issue: str | None, place: Place | None) -> Iterator[PageText]:
        found = self.entry_of(place.article_id) if place else None
        if found is not None:
            yield self.entries[found].page
        for there in self._issues(paper_ids):
            if not issue or same_issue(issue, there):
                yield from there.pages

    def _issues(self, paper_ids: tuple[int, ...]) -> Iterator[IssueText]:
        for paper_id in paper_ids:
            yield from self._newest_first.get(paper_id, ())

    def within(self, scope: Scope) -> frozenset[int] | None:
        """Entry numbers of the cited edition (and issue, where that has pages); None: anywhere."""
        if not scope.paper_ids:
            return None
        issues = list(self._issues(scope.paper_ids))
        cited = [issue for issue in issues if issue.pages and scope.issue and same_issue(scope.issue, issue)]
        return frozenset(chain.from_iterable(self._of_issue.get(issue.id, ()) for issue in cited or issues))

    def near(self, sent: str, named: str | None) -> NearFirst:
        """The printed words with the issues a message of a month (YYYY-MM) most likely means looked at first."""
        return NearFirst(self.printed, self.printed.windows(self.printed.near(sent, named)))

    def find(self, words: str, scope: Scope, *, context: str | None = None, sent: str = "",
             instead: str | None = None) -> Search:  # fmt: skip
        """Where `words` stand. `context`: a longer quotation around them; `instead`: what should stand there
        (a place that already says that is no place of the error); `sent`: month of the message, YYYY-MM."""
        if scope.unknown_paper:
            return Search(Located.NOT_IMPORTED)
        if context:
            around = self._find(context, scope, None, sent)
            if around.located is Located.FOUND and around.place is not None:
                return around._replace(place=self._inside(around.place, words))
            if around.located is Located.SEVERAL and len(loose_key(words)) == 1:
                return around
        found = self._find(words, scope, instead, sent)
        if found.located is Located.NOT_FOUND and not self._is_covered(scope, sent):
            return Search(Located.NOT_IMPORTED)
        return found

    def tells_of(self, number: int, words: str, least: float) -> bool:
        """Whether words by which an article was called fit its titles, or stand in its text and hardly elsewhere."""
        if self.titles.fits(number, words, least):
            return True
        key, text = loose_key(words), self.entries[number].loose
        run = longest_run(key, text)
        if len(run) < max(2, TOLD_BY_TEXT * len(key)):
            return False
        issue = self.entries[number].issue.id
        return sum(run in self.entries[n].loose for n in self._of_issue[issue]) <= TELLING

    def on_page(self, paper_id: int, page: str, issue: str | None, sent: str) -> list[int]:
        """Entry numbers of what stands on a page of a paper, in the issue cited, else in the newest out in a month (YYYY-MM)."""
        meant = next((one for one in self._issues((paper_id,))
                      if (same_issue(issue, one) if issue else one.label[:7] <= sent)), None)
        return [n for n in self._of_issue.get(meant.id, ()) if same_page(page, self.entries[n].page)] if meant else []

    def article_place(self, scope: Scope) -> Place | None:
        """The one cited article as a place, where no words of it were quoted."""
        numbers = [n for n in scope.articles if not scope.paper_ids or self.entries[n].paper.id in scope.paper_ids]
        if scope.unknown_paper or len(numbers) != 1:
            return None
        entry = self.entries[numbers[0]]
        return Place(entry.paper.id, entry.issue.id, entry.page.id, entry.article.id, WHOLE, 0, 0)

    def described(self, whole: Place, right: str | None, reason: str | None) -> Place:
        """A cited article, narrowed to the only words of it that the right form can replace (一旦: 一但) or that the
        reason names by their figures (8.22%); the article as it is where there are none or several."""
        number = self.entry_of(whole.article_id)
        if number is None:
            return whole
        entry = self.entries[number]
        key, own = loose_key(right or ""), ((number, number + 1),)
        if len(key) >= SHORT and len(hits := self.printed.exact(key, own) or self.printed.fuzzy(key, own)) == 1:
            return self.printed.place(hits[0])  # only its marks differ from print, or a few characters
        spans = word_to_replace(entry.loose, key) or figures_named(entry.loose, reason or "")
        if len(spans) == 1:
            (start, end), = spans
            return self.printed.place(Hit(number, start, end, 1))
        spans_told = (read(entry.units, reason or "") for read in (odd_share, counted_clause, told_clause))
        span = next((found for found in spans_told if found), None)
        return replace(whole, paragraph=span[0], start=span[1], end=span[2]) if span else whole

    def _find(self, words: str, scope: Scope, instead: str | None, sent: str) -> Search:
        parts = [part for part in _ELLIPSIS.split(words) if len(loose_key(part)) >= 2]
        if len(parts) > 1:
            words = max(parts, key=lambda part: len(loose_key(part)))
        key = loose_key(words)[:LONGEST_SOUGHT]
        if not key:
            return Search(Located.NOT_FOUND)
        near = self.printed.near(sent, scope.issue) if sent else None
        search = Search(Located.NOT_FOUND)
        for exact, found in self._steps(key, near, instead):
            hits = found
            if len(found) == MOST_HITS and scope.articles:  # 居民 stands everywhere: in the article cited too?
                hits = self.printed.exact(key, tuple((n, n + 1) for n in sorted(scope.articles))) or found
            if hits:
                search = self._chosen(hits, key, words, scope, near, exact=exact)
                if search.located is not Located.NOT_FOUND:
                    return search
        return search

    def _steps(self, key: str, near: Window | None, instead: str | None) -> Iterator[tuple[bool, list[Hit]]]:
        """(whether exact, places) of a key, coarser and farther step by step, each sought only when asked for."""
        windows = self.printed.windows(near)
        for within in windows[:1] if len(key) == 1 else windows:
            yield True, self.printed.exact(key, within)
            yield True, self._with_sounds(key, within)
        wanted = loose_key(instead) if instead else None
        for within in windows:
            hits = self.printed.fuzzy(key, within)
            yield False, [hit for hit in hits if wanted is None or wanted not in ("", self._loose(hit))]

    def _loose(self, hit: Hit) -> str:
        return self.entries[hit.entry].loose[hit.start : hit.end]

    def _with_sounds(self, key: str, within: Window | None) -> list[Hit]:
        """Places of a quotation in which a character is spelt in Latin letters (刚柔bing进)."""
        pieces = _LATIN_IN_CHINESE.split(key)
        if len(pieces) != 2 or sum(map(len, pieces)) < 3:
            return []
        hits = []
        for number, _ in self.printed.candidates(max(pieces, key=len), within=within):
            if any(letters in self.entries[number].loose for letters in _LATIN_IN_CHINESE.findall(key)):
                continue
            pattern = re.compile(re.escape(pieces[0]) + "[一-鿿]" + re.escape(pieces[1]))
            hits += [Hit(number, m.start(), m.end(), 1) for m in pattern.finditer(self.entries[number].loose)]
        return hits

    def _chosen(
        self, hits: list[Hit], key: str, words: str, scope: Scope, near: Window | None, *, exact: bool
    ) -> Search:
        """The one hit that agrees best with what was cited, if that is believable."""
        if not hits:
            return Search(Located.NOT_FOUND)
        ranked = [(*self._agreement(hit, scope, near), hit) for hit in hits]
        best, _, _ = max(ranked, key=itemgetter(0))
        kept = [(frozenset(against), hit) for rank, against, hit in ranked if rank == best]
        if exact and len(kept) > 1:
            strict = set(self.printed.strictly([hit for _, hit in kept], words))
            kept = [(against, hit) for against, hit in kept if hit in strict]
        believable = [
            hit for against, hit in kept
            if is_believable(len(key), against, scope, exact=exact,
                              of_kind=bool(scope.kind) and is_kind(self.entries[hit.entry], scope.kind or ""))
            or (exact and len(key) == SHORT - 1 and not against and self._is_borne_out(hit, key, scope.beside, near))
        ]  # fmt: skip
        if not believable:
            return Search(Located.NOT_FOUND)
        places = tuple(dict.fromkeys(self.printed.place(hit) for hit in believable))
        if exact and len(places) > 1 and scope.beside:
            told = self._told_apart(believable, key, scope.beside, near)
            if len(told) == 1:  # of the guides of all editions the one with 腌雪里蕻 in it
                believable, places = told, (self.printed.place(told[0]),)
        if len(places) > 1:
            return Search(Located.SEVERAL, None, places)
        return Search(Located.FOUND, places[0], (), believable[0].entry)

    def _told_apart(self, hits: list[Hit], key: str, beside: str, near: Window | None) -> list[Hit]:
        """Those of several places that words said beside bear out: the article, then of one article the paragraph."""
        if len({hit.entry for hit in hits}) > 1:
            hits = [hit for hit in hits if self._is_borne_out(hit, key, beside, near)]
        if len({hit.entry for hit in hits}) != 1 or len(hits) == 1:
            return hits
        said = loose_key(beside).replace(key, "")
        runs = [len(longest_run(said, self.printed.loose_unit(hit))) for hit in hits]
        return [hit for hit, run in zip(hits, runs, strict=True) if run == max(runs) >= BORNE_OUT_BY]

    def _is_borne_out(self, hit: Hit, key: str, beside: str, near: Window | None) -> bool:
        """Whether words said around a short quotation stand in the article where it is found, and hardly elsewhere."""
        run = longest_run(loose_key(beside).replace(key, ""), self.entries[hit.entry].loose)
        return len(run) >= BORNE_OUT_BY and len({h.entry for h in self.printed.exact(run, near)}) <= TELLING

    def _agreement(self, hit: Hit, scope: Scope, near: Window | None) -> tuple[int, dict[str, int]]:
        """(weight of what agrees, less that of the cited fields that do not, these with their weights)."""
        entry = self.entries[hit.entry]
        against: dict[str, int] = {}
        if scope.part and not self._is_part(hit, entry, scope.part):
            against["part"] = PART_AGREES
        if scope.articles and not self._is_of_article(hit, entry, scope):
            against["article"] = ARTICLE_AGREES
        if scope.paper_ids and entry.paper.id not in scope.paper_ids:
            against["paper"] = PAPER_AGREES
        if scope.issue and not same_issue(scope.issue, entry.issue):
            against["issue"] = ISSUE_AGREES
        if scope.page and not stands_on(scope.page, entry) and not is_among(scope.page, entry.page):
            against["page"] = PAGE_AGREES
        weight = -sum(against.values())
        if near is not None and not scope.issue and _lies_in(near, hit.entry):
            weight += NEAR_AGREES
        if scope.kind and is_kind(entry, scope.kind):
            weight += KIND_AGREES
        return weight, against

    def _newest(self, paper: PaperText, sent: str) -> IssueText | None:
        """The newest issue of an edition out in a month (YYYY-MM)."""
        return next((issue for issue in self._newest_first[paper.id] if issue.label[:7] <= sent), None)

    def _is_of_article(self, hit: Hit, entry: Entry, scope: Scope) -> bool:
        """In a cited article, or in a caption on its page where a caption is meant."""
        return hit.entry in scope.articles or (scope.part == "caption" and entry.is_caption and any(
            self.entries[n].page.id == entry.page.id for n in scope.articles))  # fmt: skip

    def _is_part(self, hit: Hit, entry: Entry, part: str) -> bool:
        if part == "caption":
            return entry.is_caption
        return self.printed.unit_of(hit) in (TITLE, SUBTITLE)

    def _inside(self, around: Place, words: str) -> Place:
        """The place of `words` inside a place found; the whole where they stand there more than once."""
        text = self.printed_at(around)
        key, origin = strict_key_with_origin(text)
        wanted = strict_key_with_origin(words)[0]
        at = key.find(wanted) if wanted else -1
        if at < 0 or key.find(wanted, at + 1) >= 0:
            return around
        start = around.start + origin[at]
        return replace(around, start=start, end=around.start + origin[at + len(wanted) - 1] + 1)

    def _is_covered(self, scope: Scope, sent: str) -> bool:
        """Whether the texts of all pages are imported on which the words could stand, so that 未找到 may be said."""
        if scope.articles:
            return all(has_texts(self.entries[n].issue) for n in scope.articles)
        issues = [issue for paper_id, issue in self._meant_issues(scope, sent)
                  if not scope.paper_ids or paper_id in scope.paper_ids]  # fmt: skip
        if not issues or not all(has_texts(issue) for issue in issues):
            return False
        if scope.page is not None and not scope.page.startswith(LAST):
            return all(any(same_page(scope.page, page) and page.articles for page in issue.pages) for issue in issues)
        return all(issue.id in self._whole for issue in issues)

    def _meant_issues(self, scope: Scope, sent: str) -> list[tuple[int, IssueText]]:
        """The issues of the month cited, else of each edition the newest that was out, if it is of these two months."""
        if scope.issue:
            return self._of_month.get(scope.issue[:7], [])
        newest = [(paper.id, self._newest(paper, sent)) for paper in self.catalogue.papers] if sent else []
        return [(paper_id, issue) for paper_id, issue in newest if issue and issue.label[:7] >= month_before(sent)]


def _lies_in(window: Window, number: int) -> bool:
    return any(lo <= number < hi for lo, hi in window)


__all__ = ["Index", "Scope", "Search", "page_form", "same_issue", "same_page"]
