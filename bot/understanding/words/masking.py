"""Replaces quotations and titles by single place holders, so that what they say cannot be taken for speech.

Works on folded text only; knows nothing of papers or corrections.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from bot.understanding.thresholds import LONGEST_QUOTE, MOST_MARKS, MOST_QUOTES
from bot.understanding.words.normalise import Folded, fold

QUOTE_BASE, TITLE_BASE, TOKEN = 0xE000, 0xE400, "\ue7ff"
QUOTE_CLASS, TITLE_CLASS = "[\ue000-\ue3ff]", "[\ue400-\ue6ff]"

_MARKS = re.compile("[“”\"‘’'《》]")
_CLOSER = {"“": "”", "‘": "’", "《": "》"}
_OF_A_PAIR = {mark: re.compile(f"[{mark}{closer}]") for mark, closer in _CLOSER.items()}
_DOUBLE, _SINGLE = re.compile("[“”\"]"), re.compile("[‘’']")
_CORRECTS = re.compile(r"(?:应该是|应该为|应为|应是|应改为|改为|改成|→)[::]?$")
_SPEECH = re.compile(
    r"[,:\s]*(?:(?:应该|应当|应|该)?(?:是|为|改[为成])|应该?|(?:误|错|写|印|排|打)(?:写|印|排)?[为成作]|改|→"
    r"|(?:好像|似乎|后面|最后)?(?:缺少|遗漏|漏|少|缺|多)(?:了|写|印|掉)*(?:一?个)?)了?[,:\s]*"
)
"""What stands between two quotations and is no quotation itself: in X”漏了“Y” the first mark closes what nobody opened."""
_DOUBLED = re.compile("[“\"][^“”\"]+[”\"]")
_CORNERED = re.compile(r"【(?P<x>[^【】\n]{1,40})】(?P<between>[^【】\n]{0,8})【(?P<y>[^【】\n]{1,40})】")
_DOUBLE_ANGLES = re.compile(r"<<([^<>\n]{2,60})>>")


class Span(NamedTuple):
    """A quotation or title: [start, end) with its marks, [inner_start, inner_end) without, folded offsets."""

    start: int
    end: int
    inner_start: int
    inner_end: int
    is_title: bool


class Masked(NamedTuple):
    """A folded text whose quotations are place holders. `origin[i]`: folded offset of masked character i."""

    folded: Folded
    text: str
    origin: Sequence[int]
    quotes: tuple[Span, ...]
    titles: tuple[Span, ...]

    def span(self, char: str) -> Span | None:
        """The quotation or title that a place holder stands for."""
        code = ord(char)
        if QUOTE_BASE <= code < QUOTE_BASE + len(self.quotes):
            return self.quotes[code - QUOTE_BASE]
        if TITLE_BASE <= code < TITLE_BASE + len(self.titles):
            return self.titles[code - TITLE_BASE]
        return None

    def quoted(self, char: str) -> str:
        """The words of a place holder as typed: without quotation marks, but with the 《》 of a title."""
        span = self.span(char)
        if span is None:
            return ""
        if span.is_title:
            return self.folded.words(span.start, span.end)
        start, end = span.inner_start, span.inner_end
        if _DOUBLED.fullmatch(self.folded.text, start, end):  # ““1860kg””: typed twice, quoted once
            start, end = start + 1, end - 1
        return self.folded.words(start, end)

    def inner(self, char: str) -> str:
        """The words of a place holder without any marks around."""
        span = self.span(char)
        return "" if span is None else self.folded.words(span.inner_start, span.inner_end)

    def words(self, start: int, end: int) -> str:
        """The source at masked offsets [start, end), marks included, as typed."""
        if start >= end:
            return ""
        last = self.span(self.text[end - 1])
        return self.folded.words(self.origin[start], last.end if last else self.origin[end - 1] + 1)


def _matching(text: str, at: int, mark: str) -> int:
    """Offset of the mark that closes the one at `at`; -1 where none does."""
    limit = min(len(text), at + LONGEST_QUOTE)
    closer = _CLOSER.get(mark)
    if closer is None:  # a straight mark, or a closing one that stands first: the next of its class closes
        again = (_DOUBLE if mark in "“”\"" else _SINGLE).search(text, at + 1, limit)
        return again.start() if again else -1
    depth, first_again = 0, -1
    for found in _OF_A_PAIR[mark].finditer(text, at, limit):
        if found.group() == closer:
            depth -= 1
            if depth == 0:
                return found.start()
        else:
            depth += 1
            if depth == 2 and first_again < 0:
                first_again = found.start()
    if mark == "“":  # “X“ and “X" happen on phones
        return first_again if first_again >= 0 else text.find('"', at + 1, limit)
    return text.find(closer, at + 1, limit)


def _is_apostrophe(text: str, at: int) -> bool:
    around = text[at - 1 : at] + text[at + 1 : at + 2]
    return text[at] in "'’" and len(around) == 2 and around.isascii() and around.isalpha()


def _is_stray(text: str, at: int) -> bool:
    """Whether the mark at `at` closes a quotation that nobody opened: it is one too many for those that follow to be pairs,
    or the one of two between two words (食唐”应为“食堂)."""
    marks = _DOUBLE.findall(text, at, at + LONGEST_QUOTE)
    return len(marks) % 2 == 1 or (marks == ["”", "“"] and at > 0 and text[-1] not in marks)


def find_spans(text: str) -> list[Span]:
    """Outermost quotations and titles of a folded text, in order, not overlapping."""
    spans: list[Span] = []
    at = 0
    for _ in range(MOST_MARKS):
        found = _MARKS.search(text, at)
        if found is None or len(spans) >= MOST_QUOTES:
            break
        start, mark = found.start(), found.group()
        at = start + 1
        if mark == "》" or _is_apostrophe(text, start):
            continue
        end = _matching(text, start, mark)
        inner = text[start + 1 : end].strip() if end > 0 else ""
        if inner and mark in "“”\"" and _SPEECH.fullmatch(inner) and _is_stray(text, start):
            continue
        unclosed = _CORRECTS.search(inner) if mark == "“" and end > 0 and text[end] == "“" else None
        if unclosed:  # “X应为“Y: nobody closed the first one
            end = start + 1 + text[start + 1 : end].rfind(unclosed.group())
            spans.append(Span(start, end, start + 1, end, is_title=False))
            at = end
            continue
        if end < 0 and mark == "“" and spans and text[spans[-1].end - 1] not in "”\"’》“":
            end = min((i for stop in "。;\n" if (i := text.find(stop, start)) > 0), default=len(text))
            spans.append(Span(start, end, start + 1, end, is_title=False))
            break
        if not inner or (mark != "《" and inner in "。，,.、"):
            continue
        spans.append(Span(start, end + 1, start + 1, end, mark == "《"))
        at = end + 1
    return _with_bracketed_titles(text, spans)


def _with_bracketed_titles(text: str, spans: list[Span]) -> list[Span]:
    extra = [Span(m.start(), m.end(), m.start() + 2, m.end() - 2, True)
             for m in (_DOUBLE_ANGLES.finditer(text) if "<<" in text else ())]  # fmt: skip
    for pair in _CORNERED.finditer(text) if "】" in text else ():
        if _SPEECH.fullmatch(pair.group("between")):
            extra += [Span(pair.start(side) - 1, pair.end(side) + 1, *pair.span(side), False) for side in ("x", "y")]
    free = [one for one in extra if all(one.end <= span.start or one.start >= span.end for span in spans)]
    return sorted([*spans, *free], key=lambda span: span.start) if free else spans


def mask(text: str) -> Masked:
    """Folds and masks a message. Never raises."""
    folded = fold(text)
    pieces: list[str] = []
    origin: list[int] = []
    quotes: list[Span] = []
    titles: list[Span] = []
    at = 0
    for span in find_spans(folded.text):
        pieces.append(folded.text[at : span.start])
        origin.extend(range(at, span.start))
        kind, base = (titles, TITLE_BASE) if span.is_title else (quotes, QUOTE_BASE)
        pieces.append(chr(base + len(kind)))
        origin.append(span.start)
        kind.append(span)
        at = span.end
    pieces.append(folded.text[at:])
    origin.extend(range(at, len(folded.text) + 1))
    return Masked(folded, "".join(pieces), origin, tuple(quotes), tuple(titles))
