"""Text files → pages: an article a file, or a whole page a file, even as it falls out of a PDF's text layer. Pure.

A page's raw text has its lines broken, its headline letters doubled and its headlines after their texts; headlines
go to the text that shares most of their words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import sqrt
from pathlib import PurePath
from statistics import median

from bot.catalogue.exchange import ArticleFile, PageFile
from bot.catalogue.pdf.doubling import undoubled_text
from bot.catalogue.pdf.furniture import Head, heads_in, page_number
from bot.catalogue.pdf.issue import number_in
from bot.errors import ImportProblem

LARGEST_TEXT, LARGEST_TEXTS = 5 * 1024 * 1024, 20 * 1024 * 1024
"""Bytes of one file, and of all together: an issue has some hundred thousand letters."""
ENDS = "。！？；：…”’）】》.!?;:)"
LONGEST_TITLE = 34
"""A headline's line holds at most so many letters."""
SLACK = 2.0
"""A line so many letters shorter than its neighbours ends a paragraph."""
FULL = 0.8
"""Full lines of one column differ by no more than so many letters."""
BEGINNING, MOST_WAYS = 200, 400
_CAPTION = re.compile(r"（[中左右前后]|^图为|^图[一二三四①②③④]|(?:讲话|合影|现场|留影|[^工]作[^，。]{2,}报告)$")
_BY = re.compile(r"[（(][^（）()]{2,16}[）)]$")
_FIGURE_GAP = re.compile(r"(?<=[^\x00-\x7f])[ \t]+(?=[0-9A-Za-z])|(?<=[0-9A-Za-z])[ \t]+(?=[^\x00-\x7f])")
_SALUTATION = re.compile(r"(?:各位|尊敬的)[^，。]{1,14}[:：]")
_MARK = re.compile(r"^(?:#+\s*|【标题】\s*|标题[:：]\s*)(?P<title>.+)$")


@dataclass
class Piece:
    """One article under construction."""

    title: str = ""
    subtitle: str = ""
    paragraphs: list[str] = field(default_factory=list)


def decoded(source: str, data: bytes) -> str:
    """UTF-8, UTF-16 with its mark, or GB 18030. ImportProblem where it is none of them."""
    if not data.strip():
        raise ImportProblem([f"{source}：文件是空的。"])
    codings = ["utf-16"] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for coding in codings:
        try:
            text = data.decode(coding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise ImportProblem([f"{source}：不是文字文件，或编码不认识，请另存为UTF-8再导入。"])


def pages_of_texts(files: Sequence[tuple[str, bytes]]) -> tuple[tuple[PageFile, ...], list[Head]]:
    """(pages by number, what their heads say). ImportProblem names every file that cannot be read."""
    if sum(len(data) for _, data in files) > LARGEST_TEXTS:
        raise ImportProblem([f"这些文字文件合起来太大，最多{LARGEST_TEXTS // 1024 // 1024} MB。"])
    problems: list[str] = []
    pages: dict[str, tuple[str | None, list[Piece]]] = {}
    heads: list[Head] = []
    for name, data in sorted(files):
        try:
            number, label, pieces, head = _read(name, data)
        except ImportProblem as found:
            problems += found.problems
            continue
        heads.append(head)
        known, all_pieces = pages.setdefault(number, (label, []))
        all_pieces += pieces
        pages[number] = known or label, all_pieces
    if problems:
        raise ImportProblem(problems)
    return tuple(PageFile(number, name, (), _articles(number, pieces))
                 for number, (name, pieces) in sorted(pages.items())), heads  # fmt: skip


def _articles(number: str, pieces: Sequence[Piece]) -> tuple[ArticleFile, ...]:
    made = []
    for n, piece in enumerate(pieces, 1):
        paragraphs, byline = list(piece.paragraphs), None
        if len(paragraphs) > 1 and paragraphs[0].startswith("□") and len(paragraphs[0]) <= 40:
            byline = paragraphs.pop(0)
        elif len(paragraphs) > 1 and _BY.fullmatch(paragraphs[-1]):
            byline = paragraphs.pop()
        made.append(ArticleFile(f"{number}-{n}", "news" if piece.title else "caption", piece.title, piece.subtitle or None,
                                byline, tuple(paragraphs)))
    return tuple(made)


def _read(name: str, data: bytes) -> tuple[str, str | None, list[Piece], Head]:
    if len(data) > LARGEST_TEXT:
        raise ImportProblem([f"{name}：文件太大，最多{LARGEST_TEXT // 1024 // 1024} MB。"])
    text = undoubled_text(decoded(name, data))
    lines = [line.strip() for line in text.split("\n")]
    furniture, head, said, label = heads_in(lines)
    number = said or _number(name) or "01"
    body = [line for n, line in enumerate(lines) if n not in furniture]
    if any(_MARK.match(line) for line in body):
        return number, label, _marked(body), head
    if _is_one_article(name):
        return number, label, [_single(body)], head
    return number, label, _page(body), head


def _number(name: str) -> str | None:
    """The page number in the file's name, at its beginning or end, or in its folder's: 02-食堂.txt, 02版/食堂.txt."""
    path = PurePath(name)
    begins = re.match(r"第?([A-D]?\d{1,2}(?:[、\-][A-D]?\d{2})?)(?:版|(?=[\s_\-、.·]|$))", path.stem)
    return (page_number(begins[1]) if begins else None) or number_in(path.name) or (
        number_in(path.parent.name) if path.parent.name else None)  # fmt: skip


def _is_one_article(name: str) -> bool:
    """Whether the file's name holds a title beside the page number (02-社区食堂开张.txt), as one article's does."""
    return len(re.findall(r"[一-鿿]", re.sub(r"第?\d+[年月日版]", "", PurePath(name).stem))) >= 4


def _single(lines: list[str]) -> Piece:
    full = [line for line in lines if line]
    rest = _paragraphs(lines[lines.index(full[0]) + 1 :]) if full else []
    if len(rest) > 1 and len(rest[0]) <= LONGEST_TITLE and rest[0][-1] not in ENDS and not rest[0].startswith("□"):
        return Piece(full[0] if full else "", rest[0], rest[1:])
    return Piece(full[0] if full else "", "", rest)


def _marked(lines: list[str]) -> list[Piece]:
    pieces: list[Piece] = []
    stretch: list[str] = []
    for line in lines:
        match = _MARK.match(line)
        if match is None:
            stretch.append(line)
            continue
        if pieces:
            pieces[-1].paragraphs = _paragraphs(stretch)
        stretch = []
        pieces.append(Piece(match["title"].strip()))
    pieces[-1].paragraphs = _paragraphs(stretch)
    return pieces


def _paragraphs(lines: list[str]) -> list[str]:
    """Typed text has a paragraph a line; only text that was copied from columns has its lines broken."""
    typed = any(_wide(line) > 2 * LONGEST_TITLE for line in lines) or all(len(block) == 1 for block, _ in _blocks(lines))
    return [line for line in lines if line] if typed else unwrapped(lines)


def _page(lines: list[str]) -> list[Piece]:
    """A page's raw text: stretches of body, and headlines that go to the stretch they speak of."""
    headlines, stretches = _told_apart(lines)
    pieces = [Piece("", "", unwrapped(stretch)) for stretch in stretches]
    pieces = [piece for whole in pieces for piece in _at_bylines(whole)]
    captions = [title for title in headlines if _CAPTION.search(title)]
    titles = [title for title in headlines if title not in captions]
    for n, title in _matched([[_shared(title, piece, pieces) for piece in pieces] for title in titles]).items():
        pieces[n].title = titles[title]
    free = [title for title in titles if all(piece.title != title for piece in pieces)]
    return [*_without_untitled(pieces), *(Piece(title) for title in free), *(Piece("", "", [one]) for one in captions)]


def _matched(scores: list[list[float]]) -> dict[int, int]:
    """Piece → headline, each at most once, so that the scores add up to the most."""
    best: dict[frozenset[int], tuple[float, dict[int, int]]] = {frozenset(): (0.0, {})}
    for title, row in enumerate(scores):
        wider = dict(best)
        for taken, (total, pairs) in best.items():
            for piece, score in enumerate(row):
                key = taken | {piece}
                if piece not in taken and score > 0 and total + score > wider.get(key, (0.0, {}))[0]:
                    wider[key] = (total + score, {**pairs, piece: title})
        # A page has a handful of headlines; where a text has many short lines, the best few ways are enough.
        best = dict(sorted(wider.items(), key=lambda one: -one[1][0])[:MOST_WAYS])
    return max(best.values(), key=lambda one: one[0])[1]


def _without_untitled(pieces: list[Piece]) -> list[Piece]:
    """A stretch without a headline goes on from the one before it."""
    kept: list[Piece] = []
    for piece in pieces:
        if kept and not piece.title:
            kept[-1].paragraphs += piece.paragraphs
        else:
            kept.append(piece)
    return kept


def _told_apart(lines: list[str]) -> tuple[list[str], list[list[str]]]:
    """(headlines, stretches of body between them). A headline: a block of one to three short lines that end no
    sentence and are no broken-off part of a column."""
    headlines: list[str] = []
    stretches: list[list[str]] = [[]]
    for block, after in _blocks(lines):
        if _is_headline(block, stretches[-1], after):
            headlines.append(_FIGURE_GAP.sub("", "".join(block)))
            if stretches[-1]:
                stretches.append([])
        else:
            stretches[-1] += block
    return headlines, [stretch for stretch in stretches if stretch]


def _blocks(lines: list[str]) -> list[tuple[list[str], list[str]]]:
    """Each block of lines between empty ones with the block after it."""
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line:
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    blocks = [block for block in blocks if block]
    return [(block, blocks[n + 1] if n + 1 < len(blocks) else []) for n, block in enumerate(blocks)]


def _is_headline(block: list[str], before: list[str], after: list[str]) -> bool:
    words = "".join(block)
    if len(block) > 3 or not 4 <= len(words) <= 2 * LONGEST_TITLE or any(len(line) > LONGEST_TITLE for line in block):
        return False
    if words[-1] in "。！；：，、.;:," or re.match(r"[，。、；：）”□●■◆▲]|[一二三四五六七八九十]+[、是]|\d+[.、．]|各位", words):
        return False
    if re.search(r"。.", words) or (len(words) > 40 and "，" in words) or _BY.fullmatch(words):
        return False
    # A line as wide as the column it was torn from ends what the block before left open, or goes on in the next.
    left_open = bool(before) and before[-1][-1] not in ENDS
    ends = left_open and abs(_width(block[-1]) - max(map(_width, before[-4:]))) <= FULL
    return not ends and not _goes_on(block, after)


def _goes_on(block: list[str], after: list[str]) -> bool:
    """Whether the next block begins in the middle of a paragraph (not set in) whose lines are as wide as this one."""
    if not after or (len(after) > 1 and _width(after[0]) < _width(after[1]) - 1.2):
        return False
    last = _width(block[-1])
    full = len(after) > 2 or after[-1][-1] in ENDS
    return full and (abs(last - _width(after[0])) <= SLACK or (len(block) == 1 and abs(last + 2 - _width(after[0])) <= SLACK)
                     or (len(after) <= 2 and len(block) > 1 and after[0][-1] in ENDS))  # fmt: skip


def _width(line: str) -> float:
    return _wide(_tight(line))


def _at_bylines(piece: Piece) -> list[Piece]:
    """Cut after a paragraph that ends with the writer's name in brackets, （党建办）, and before a salutation."""
    pieces = [Piece()]
    for paragraph in piece.paragraphs:
        if _SALUTATION.match(paragraph) and pieces[-1].paragraphs:
            pieces.append(Piece())
        pieces[-1].paragraphs.append(paragraph)
        if _BY.search(paragraph) and re.search(r"(?:。|^)\s*[（(][^（）()]{2,16}[）)]$", paragraph):
            pieces.append(Piece())
    return [one for one in pieces if one.paragraphs]


def _shared(title: str, piece: Piece, pieces: Sequence[Piece]) -> float:
    """How much of a headline's pairs of letters stand in the text; a pair that every text has tells nothing."""
    pairs = {a + b for a, b in pairwise(title) if a.isalnum() and b.isalnum()}
    texts, own = ["".join(other.paragraphs) for other in pieces], "".join(piece.paragraphs)
    score = 0.0
    for pair in pairs:
        if pair in own:
            # What a text is about is said at its beginning.
            score += (2 if pair in own[:BEGINNING] else 1) / sqrt(sum(pair in text for text in texts))
    return score / max(1, len(pairs))


def unwrapped(lines: Sequence[str]) -> list[str]:
    """Lines of a column joined to paragraphs: a line ends one where it is shorter than those around it."""
    full = [line for line in lines if line]
    paragraphs: list[str] = []
    goes_on = False
    for n, line in enumerate(full):
        if goes_on:
            paragraphs[-1] = _together(paragraphs[-1], line)
        else:
            paragraphs.append(_tight(line))
        around = Counter(round(_wide(other)) for other in full[max(0, n - 6) : n + 7])
        usual = median(around.elements())
        goes_on = _wide(line) >= usual - SLACK and _wide(line) <= 2.2 * usual and usual < 2 * LONGEST_TITLE
        byline = line[0] == "□" and len(line) <= 24
        ends = line[-1] in "。！？”）" and n + 1 < len(full) and _wide(line) < usual - FULL
        goes_on = goes_on and not byline and not ends
    return paragraphs


def _together(before: str, line: str) -> str:
    latin = before[-1:].isascii() and before[-1:].isalpha() and line[:1].isascii() and line[:1].isalpha()
    return before + (" " if latin else "") + _tight(line)


def _tight(line: str) -> str:
    """Without the white that setting leaves beside marks and figures: 2020 年 → 2020年."""
    line = re.sub(r"(?<=[^\x00-\x7f])[ \t]+(?=[^\x00-\x7f])", lambda m: " " if len(m.group()) > 3 else "", line)
    return re.sub(r"(?<=[^\x00-\x7f])[ \t]+(?=\w)|(?<=\w)[ \t]+(?=[^\x00-\x7f])", "", line)


def _wide(line: str) -> float:
    """Width in letters: Latin letters and figures are half as wide."""
    return sum(0.5 if letter.isascii() else 1.0 for letter in line)
