"""A page that the guide on the front page names wrongly: 导读里护膝那条写的是P07，应为P06. Pure.

Both pages said are words of print then and no citation. Which is which needs no verb: one is printed in the guide's line
that holds words of the message, the other is where the article stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bot.understanding.citation import Citations, Mention
from bot.understanding.cited.pages import FRONT, PageMention, find_pages, page_numbers
from bot.understanding.cited.papers import PaperMention
from bot.understanding.corrections.item import Correction
from bot.understanding.in_print.guides import GuideLine
from bot.understanding.in_print.locate import Index
from bot.understanding.in_print.printed import NearFirst
from bot.understanding.in_print.scope import agrees
from bot.understanding.in_print.titles import TitleMention
from bot.understanding.thresholds import GUIDE_REACH, GUIDE_TOPIC
from bot.understanding.values import Field
from bot.understanding.words.difference import apart
from bot.understanding.words.masking import TOKEN, Masked
from bot.understanding.words.normalise import longest_run, loose_key

_GUIDE = re.compile("导读|导览|要目|目录|内容提要|索引|看点")
_OBJECTS = re.compile("应|错|误|不对|实际|其实|才|改")
_HEADLINE = re.compile("标题|题目|大字|正文")
_MISPRINTED = re.compile("(?:错|误|写|印|打|排|变)[成作为]了?$")
_QUOTES = re.compile("[\ue000-\ue3ff]")
_OWN_NUMBER = re.compile(r"(?<![\d.\-年月])0\d(?![\d.:%年月日号])")
_PIECE = re.compile("[^,]+")
_BEFORE_QUOTE = re.compile("[^,。;:!?\n\ue000-\ue7ff]{0,12}[\ue000-\ue3ff]")
_SENTENCE_END = re.compile("[。;!?\n]")


class Guided(NamedTuple):
    """The correction of a line of the guide; `article` is the guide as it was called."""

    correction: Correction
    article: TitleMention


class _Said(NamedTuple):
    start: int
    end: int
    numbers: frozenset[int]


def read_guide(masked: Masked, citations: Citations, index: Index, near: NearFirst) -> Guided | None:
    """The error of the guide that a message tells; what it says of it is then cited no more and blotted out."""
    called = _GUIDE.search(masked.text)
    if called is None or not index.guides:
        return None
    begin, stop = _line_around(masked.text, called.start())
    near_by = [one for one in _pages_said(masked, citations) if abs(one.start - called.start()) <= GUIDE_REACH]
    lines = tuple(_lines(citations, index, near)) if near_by else ()
    near_by = [one for one in near_by if not _of_a_quotation(masked.text, one, masked, lines)]
    said = [one for one in near_by if begin <= one.start < stop]
    told = _told(masked.text[begin:stop], masked, said, lines)
    if told is not None and None in told:  # the other half may stand in the next line
        stop = _line_around(masked.text, min(stop + 1, len(masked.text)))[1]
        said = [one for one in near_by if begin <= one.start < stop]
        told = _told(masked.text[begin:stop], masked, said, lines) or told
    if told is None:
        return _worded(masked, citations, called, lines or tuple(_lines(citations, index, near)))
    line, wrong, right = told
    start = min(called.start(), *(one.start for one in (wrong, right) if one))
    end = max(called.end(), *(one.end for one in (wrong, right) if one))
    if any(loose_key(masked.quoted(masked.text[m.start()])) not in line.key and not any(one.start == m.start() for one in said)
           for m in _QUOTES.finditer(masked.text, start, end)):  # fmt: skip
        return None  # other words are quoted too: what they say is not told yet
    end_of_sentence = _SENTENCE_END.search(masked.text, end)
    _give_up(citations, line, start, end_of_sentence.start() if end_of_sentence else len(masked.text), said)
    citations.text = citations.text[:start] + TOKEN * (end - start) + citations.text[end:]
    words = (_bare(masked, wrong) if wrong else None, _bare(masked, right) if right else None)
    correction = Correction(start, end, words[0], words[1], context=line.printed, quoted=False)
    return Guided(correction, TitleMention(called.start(), called.end(), called.group(), (line.entry,), marked=True))


def _worded(masked: Masked, citations: Citations, called: re.Match[str], lines: Iterable[GuideLine]) -> Guided | None:
    """导读印的是二十问，翻到里面是十二问: words in which a line differs from its headline, both said without marks."""
    begin, stop = _line_around(masked.text, called.start())
    said = masked.text[begin:stop]
    if _QUOTES.search(said) or _HEADLINE.search(said) or not _OBJECTS.search(said):
        return None
    found = [(line, *both) for line in lines if line.title and (both := _differing(said, line.key, line.title))]
    if len(found) != 1:
        return None
    (line, wrong, right), = found
    last = said.rfind(right)
    if last < said.rfind(wrong) or _MISPRINTED.search(said[:last]):
        return None  # 导读是防跌倒，里面错成防跌到: of the headline
    start = begin + min(said.find(wrong), said.find(right), called.start() - begin)
    end = begin + max(last + len(right), called.end() - begin)
    citations.text = citations.text[:start] + TOKEN * (end - start) + citations.text[end:]
    words = [masked.words(begin + at, begin + at + len(one)) for one in (wrong, right) if (at := said.find(one)) >= 0]
    correction = Correction(start, end, words[0], words[1], context=line.printed, quoted=False)
    return Guided(correction, TitleMention(called.start(), called.end(), called.group(), (line.entry,), marked=True))


def _differing(said: str, line: str, title: str) -> tuple[str, str] | None:
    """The words of a line and of its headline that differ, each with as much around them as both are said with."""
    start, end, stop = apart(line, title)
    one, other = _reach(said, line, start, end), _reach(said, title, start, stop)
    if one is None or other is None:
        return None
    left, right = (min(pair) for pair in zip(one, other, strict=True))
    pair = line[start - left : end + right], title[start - left : stop + right]
    return pair if min(map(len, pair)) >= GUIDE_TOPIC else None


def _reach(said: str, key: str, start: int, end: int) -> tuple[int, int] | None:
    """How many characters before and behind key[start:end] are said beside it as they stand in the key."""
    at = said.find(key[start:end]) if end > start else -1
    if at < 0:
        return None
    left, right, until = 0, 0, at + end - start
    while left < min(start, at) and said[at - left - 1] == key[start - left - 1]:
        left += 1
    while end + right < len(key) and said[until + right : until + right + 1] == key[end + right]:
        right += 1
    return left, right


def _line_around(text: str, at: int) -> tuple[int, int]:
    stop = text.find("\n", at)
    return text.rfind("\n", 0, at) + 1, stop if stop >= 0 else len(text)


def _bare(masked: Masked, one: _Said) -> str:
    char = masked.text[one.start]
    return masked.quoted(char) if _QUOTES.match(char) else masked.words(one.start, one.end)


def _pages_said(masked: Masked, citations: Citations) -> list[_Said]:
    """The pages named in a message, in quotation marks or not, and bare numbers like 07."""
    said = [one for m in citations.mentions if isinstance(m.value, PageMention) and m.value.form for one in _each(masked.text, m)]
    for m in _QUOTES.finditer(masked.text):
        inner = masked.quoted(m.group())
        pages = find_pages(inner.lower(), {}) if len(inner) <= 8 else []
        if pages and pages[0].start == 0 and pages[0].end == len(inner):
            said.append(_Said(m.start(), m.end(), frozenset(page_numbers(pages[0].form))))
    said += [_Said(m.start(), m.end(), frozenset({int(m.group())})) for m in _OWN_NUMBER.finditer(masked.text)
             if not any(one.start <= m.start() < one.end for one in said)]  # fmt: skip
    return sorted(one for one in said if one.numbers)


def _each(text: str, page: Mention) -> Iterator[_Said]:
    """One page named, or two with a comma between that were taken for a spread (P06，六版); 头版 names the guide."""
    form = getattr(page.value, "form", "")
    for m in _PIECE.finditer(text, page.start, page.end):
        if m.group() not in ("头版", "首版", "封面版"):
            alone = find_pages(m.group(), {}) if m.span() != (page.start, page.end) else []
            yield _Said(*m.span(), frozenset(page_numbers(alone[0].form if alone else form)))


def _of_a_quotation(text: str, one: _Said, masked: Masked, lines: Iterable[GuideLine]) -> bool:
    """P06那篇“一但”: a page in one clause with a quotation that is no line of the guide is that one's."""
    quote = _BEFORE_QUOTE.match(text, one.end)
    words = loose_key(masked.quoted(quote.group()[-1])) if quote else ""
    return bool(words) and not find_pages(words, {}) and not any(words in line.key for line in lines)


def _lines(citations: Citations, index: Index, near: NearFirst) -> Iterator[GuideLine]:
    """The lines of the guides that may be meant: of the edition and issue cited, else of the near issues."""
    named = [m.value for m in citations.mentions if isinstance(m.value, PaperMention)]
    papers = tuple(i for paper in named if not paper.negated for i in paper.ids)
    window = near.windows[0]
    for line in index.guides:
        is_near = window is None or any(lo <= line.entry < hi for lo, hi in window)
        if is_near and agrees(index.entries[line.entry], papers, citations.issue, None):
            yield line


def _told(
    text: str, masked: Masked, said: list[_Said], lines: Iterable[GuideLine]
) -> tuple[GuideLine, _Said | None, _Said | None] | None:
    """(line, its page as said, the right one as said) of the one line that the message speaks of."""
    words = loose_key("".join(masked.quoted(c) if _QUOTES.match(c) else c for c in text))
    best: list[tuple[bool, int, GuideLine, _Said | None, _Said | None]] = []
    topical = False
    for line in lines:
        wrong, right = _halves(line, said, masked.text)
        run = len(longest_run(line.key, words)) if wrong or right else 0
        both = wrong is not None and right is not None
        topical = topical or (run >= GUIDE_TOPIC and wrong is not None)
        unknown = both and not line.true and _OBJECTS.search(text) is not None
        if (run >= GUIDE_TOPIC and (line.errs or unknown)) or (both and line.errs):
            best.append((line.errs and both, run, line, wrong, right))
    top = max((one[:2] for one in best), default=(False, 0))
    meant = [one[2:] for one in best if one[:2] == top and (top[1] >= GUIDE_TOPIC or not topical)]
    return meant[0] if len(meant) == 1 else None


def _halves(line: GuideLine, said: list[_Said], text: str) -> tuple[_Said | None, _Said | None]:
    """What is said of a line's page, and of the right one, each in the form in which the guide prints it, if it is so said."""
    printed = [one for one in said if one.numbers <= line.pages]
    others = [one for one in said if not one.numbers & line.pages]
    if line.errs:
        others = [one for one in others if one.numbers <= line.true]
    printed.sort(key=lambda one: _form(one, text) != "p")
    form = _form(printed[0], text) if printed else ""
    others.sort(key=lambda one: (_form(one, text) != form, -one.start))
    return printed[0] if printed else None, others[0] if others else None


def _form(one: _Said, text: str) -> str:
    return "版" if "版" in text[one.start : one.end] else "p"


def _give_up(citations: Citations, line: GuideLine, start: int, end: int, said: list[_Said]) -> None:
    """Drops what was taken for a citation and is said of the line: the pages, and the article it announces."""
    own = [one for one in said if one.numbers <= line.pages | line.true]

    def stays(mention: Mention) -> bool:
        if not start <= mention.start < end or mention.field is Field.ISSUE:
            return True
        if isinstance(mention.value, PaperMention):
            return bool(mention.value.ids)
        return mention.field is Field.PAGE and getattr(mention.value, "form", "") == FRONT and 1 not in line.pages and not any(
            one.start == mention.start for one in own)  # fmt: skip

    citations.mentions = [mention for mention in citations.mentions if stays(mention)]
