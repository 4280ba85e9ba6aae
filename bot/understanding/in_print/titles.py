"""Finds which article a message names: titles marked or not, shortened, misremembered, or a subhead.

Knows titles; knows nothing of corrections.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from rapidfuzz.distance import LCSseq

from bot.understanding.in_print.grams import GramIndex, Window, bigrams
from bot.understanding.in_print.printed import Entry
from bot.understanding.thresholds import (
    AS_LONG,
    BODY,
    IN_PIECES,
    LONGEST_SUBHEAD,
    LONGEST_TITLE,
    MARGIN,
    MARKED,
    MOST_BEGINNINGS,
    SIGNPOSTED,
    STRONG_TITLE,
    SUBHEAD,
    TAIL,
    TELLING,
    TITLE_CANDIDATES,
    UNKNOWN_TITLE,
    WHOLE_CLAUSE,
)
from bot.understanding.values import ArticleText
from bot.understanding.words.normalise import loose_key, loose_key_with_origin
from bot.understanding.words.sounds import sounds_within

_SENTENCE_ENDS = ("。", "！", "？", "；", "：", "，", "”", "…", ".", "!", "?", ":", ";")
SHORTEST = {"marked": 2, "signposted": 2, "clause": 4}

_SIGNPOST = re.compile(
    r"(?P<lead>那个|这个|那篇|这篇|那则|文章|题为|里?那篇叫)?"
    r"(?P<cited>[^\s,。;:!?()\n\ue000-\ue7ff]{2,40}?)(?:的|这|那)?"
    r"(?:(?:那|这|一)(?:一)?(?:篇|文|则|稿|封来?信|首诗|条消息|个报道|版块)|文[中内](?!的?(?:字|词|句))|的?(?:文章|报道|新闻|消息|稿子|通讯)|里面|里头|里|"
    r"第[一二三四五六七八九十\d]{1,2}(?:部分|段|节|小节|自然段)|最后一段|末段|(?:的)?标题)"
    r"(?:的?(?:文章|报道|新闻|消息|稿子))?(?:里面|里头|里|中)?"
)
_NOTICE = re.compile(
    r"(?P<cited>[^\s,。;:!?()/\n\ue000-\ue7ff]{2,12}?)的?(?P<kind>通知|广告|启事|公告|通告|来信|来稿)(?!栏|标题|的?大?标题)"
)
_TELLS_OF = re.compile(
    r"(?:[那这有一]一?[篇则条]|文章|报道)[是在]?(?:讲述?|写|说|介绍|谈|报道|关于|提到)了?(?P<cited>[^\s,。;:!?()/\n\ue000-\ue7ff]{2,16}?)"
    r"的(?=[\s,。;:!?()\ue000-\ue3ff]|里|中|文章|报道|新闻|稿|$)"
)
_NOTICE_SAID = re.compile("[通公]知|[通公]告|广告|启事|来[信稿]")  # a cheap look first
_THAT_ONE = re.compile(r"[这那]一?(?:[篇则]|封来?信|首诗)")
_CLAUSE = re.compile(r"[^,。;:!?()/|【】\n\ue000-\ue7ff]{2,60}")
_ORNAMENT = re.compile(
    r"^(?:那个|这个|那篇|这篇|见|看|在|是|就是|还是|应该是|说的是|文章是?|关于(?=.{10,}那)|还有|其中|另外|又|再说|的)+|"
    r"(?:的|报道|新闻|文章|那)+$"
)
_SIGN = re.compile(
    r"(?:的|这|那)*(?:(?:那|这|一)(?:一)?(?:篇|文|则|稿|封来?信|首诗|条|个)|文章|报道|新闻|消息|稿子|通讯|来稿|来信|里面|里头|里)+"
    r"(?:的?(?:文章|报道|新闻|消息|稿子))?(?:里面|里头|里|中|的)*$"
)
_CUT = re.compile(r"就是|那个|这个|[讲写说错]了?|关于|介绍|[是有的在个,]|里面?")
_SPOKEN_LEAD = re.compile(r"^.*(?:就是|那个|这个|关于|讲|说|错了?)(?=.{2})")
_CORRECTS = re.compile(r"应[为是作该]|改[为成]|误[为作]|写成|→|之误|多了|少了|漏")
_LEADS = re.compile(r"^(?:里面?|上面?|的|那篇|那个|文章|[\s\ue7ff])+")
_CORRECTED_NEXT = re.compile(r"[^,。;!?\n]{0,6}?(?:应[为是作该]|改[为成]|误|错|写成|印成|→|多了|少了|漏|不对)")
_AFTER_SHORT = re.compile(r"$|\s|有|里|中|的|第|栏|部分|写|说|那")
_BEFORE_SHORT = re.compile(r"(?:^|的|\s|里|叫)$")
LONGEST_HALVES = 12
"""Letters of an article's name of which one half may stand in its title and the other in its text."""
_GENERIC = frozenset((
    "文章", "报道", "标题", "这篇", "那篇", "一篇", "新闻", "报纸", "社区", "街道", "里面", "第二", "第一", "广告", "通知",
    "中缝", "报头", "导读",
))  # fmt: skip


class TitleMention(NamedTuple):
    """A title cited at [start, end). `articles` are the entries it may mean, best first; () where unknown.

    `weak`: it is too vague alone; the place where the quotation is found must bear it out.
    """

    start: int
    end: int
    words: str
    articles: tuple[int, ...]
    weak: bool = False
    marked: bool = False


def _short_lines(article: ArticleText) -> list[str]:
    """Paragraphs that look like subheads, where the import did not name them. A list of short lines has none."""
    if not article.title or all(len(words) < BODY for words in article.paragraphs):
        return []
    return [p for p in article.paragraphs if len(p) <= LONGEST_SUBHEAD and not p.rstrip().endswith(_SENTENCE_ENDS)]


def _titles_of(article: ArticleText) -> tuple[list[str], list[str]]:
    """(keys of title and subtitle, keys of subheads)."""
    headlines = [loose_key(words) for words in (article.title, article.subtitle) if words]
    subheads = [loose_key(words) for words in article.subheads or _short_lines(article)]
    return headlines, [key for key in subheads if len(key) >= 4]


def _beginnings(cited: str) -> list[int]:
    """Where the words before 那篇 may begin: at once, or behind a word of speech (有一个错误就是煤球炉那篇)."""
    cuts = [found.end() for found in _CUT.finditer(cited) if len(cited) - found.end() >= 2]
    return [0, *cuts[-MOST_BEGINNINGS:]]


def without_sign(words: str) -> str:
    """Words by which an article was called without what only says that it is one: 代表会议的新闻 → 代表会议."""
    return _ORNAMENT.sub("", _SIGN.sub("", words.strip())) or words


class TitleIndex:
    """All titles, subtitles and subheads, by bigram."""

    def __init__(self, entries: tuple[Entry, ...]) -> None:
        self._entries = entries
        keys: dict[str, list[int]] = {}
        self._subheads: set[str] = set()
        self._begun: dict[str, list[int]] = {}  # whole titles, and what of them stands before a space
        for number, entry in enumerate(entries):
            headlines, subheads = _titles_of(entry.article)
            for key in (*headlines, *subheads):
                keys.setdefault(key, []).append(number)
            self._subheads.update(subheads)
            for key in {*headlines, loose_key(entry.article.title.partition(" ")[0])}:
                if len(key) >= STRONG_TITLE:
                    self._begun.setdefault(key, []).append(number)
        self._keys = {key: tuple(dict.fromkeys(numbers)) for key, numbers in keys.items()}
        self._numbered = tuple(self._keys)
        self._grams = GramIndex(self._numbered, len(self._numbered))

    def _scores(self, cited: str, least: float, among: frozenset[int] | None) -> list[tuple[float, str]]:
        """(score, title key) of the titles most like a cited key, best first; those far under `least` left out."""
        share = max(0.0, (2 * least - 1) / 2)  # a title in pieces keeps fewer bigrams than characters
        found, _ = self._grams.most_like(cited[:60], TITLE_CANDIDATES, least=share)
        scored = [(self._score(cited, key), key) for number, _ in found if (key := self._numbered[number])
                  and (among is None or not among.isdisjoint(self._keys[key]))]  # fmt: skip
        return sorted(scored, reverse=True)

    def _score(self, cited: str, key: str) -> float:
        in_order = LCSseq.similarity(cited, key) / len(cited)
        whole = 1.0 if cited in key else 0.0
        length = min(len(cited), len(key)) / max(len(cited), len(key))
        return in_order - IN_PIECES * (1 - whole) + AS_LONG * length - (SUBHEAD if key in self._subheads else 0.0)

    def match(self, words: str, least: float, among: frozenset[int] | None = None) -> tuple[tuple[int, ...], bool]:
        """(entries, weak) that cited words mean: weak where several wordings are about as like."""
        cited = loose_key(words)[:80]
        if len(cited) < 2:
            return (), False
        scored = self._scores(cited, least, among)
        if not scored or scored[0][0] < least:
            return (), False
        near = [key for score, key in scored if score > scored[0][0] - MARGIN and score >= least]
        entries = [among.intersection(self._keys[key]) if among is not None else frozenset(self._keys[key]) for key in near]
        best = entries[0]
        others = {n for own in entries[1:] for n in own} - best
        if others:
            return tuple(sorted(best | others)), True
        return tuple(sorted(best)), False

    def in_any_order(self, words: str, among: frozenset[int] | None) -> tuple[int, ...]:
        """Entries of the one title that has all letters of some words, in whatever order, and two of them side by side."""
        cited = loose_key(words)[:LONGEST_TITLE]
        if len(cited) <= UNKNOWN_TITLE:
            return ()
        said = Counter(cited)
        found, _ = self._grams.most_like(cited, TITLE_CANDIDATES)
        keys = [key for number, _ in found if said <= Counter(key := self._numbered[number])
                and (among is None or not among.isdisjoint(self._keys[key]))]  # fmt: skip
        entries = frozenset(self._keys[keys[0]]) if len(keys) == 1 else frozenset()
        return tuple(sorted(entries if among is None else entries & among))

    def in_halves(self, words: str, among: frozenset[int] | None, near: Window | None) -> tuple[int, ...]:
        """Entries one half of some words stands in the title of and the other in the text: 秦医生护膝 (by 秦医生)."""
        cited = loose_key(words)
        found: set[int] = set()
        for cut in range(2, len(cited) - 1) if len(cited) <= LONGEST_HALVES else ():
            for said, other in ((cited[:cut], cited[cut:]), (cited[cut:], cited[:cut])):
                key, told = said.strip("的"), other.strip("的")
                if min(len(key), len(told)) < 2:
                    continue
                titled = [held for n in self._grams.holding(key) if key in (held := self._numbered[n])]
                found.update(n for title in titled for n in self._keys[title] if told in self._entries[n].loose)
        if near is not None:
            found = {n for n in found if any(lo <= n < hi for lo, hi in near)}
        found = found if among is None else found & among
        return tuple(found) if len(found) == 1 else ()

    def fits(self, number: int, words: str, least: float) -> bool:
        """Whether words can mean the article `number`, which something else points at: a share `least` of them stands
        in one of its titles in this order, with two neighbours that few other articles of its issue have there."""
        cited = loose_key(words)[:80]
        if len(cited) < 2:  # 猫那篇
            return any(cited in key for key in self._own_keys(number) if cited) and self._tells(number, {cited})
        grams = set(bigrams(cited))
        for key in self._own_keys(number):
            shared = {gram for gram in grams if gram in key}
            if LCSseq.similarity(cited, key) == len(cited) or sounds_within(cited, key):  # 创城, and 食堂 where 食唐 is printed
                return True
            if shared and LCSseq.similarity(cited, key) >= least * len(cited) and self._tells(number, shared):
                return True
        return False

    def _own_keys(self, number: int) -> list[str]:
        headlines, subheads = _titles_of(self._entries[number].article)
        return headlines + subheads

    def _tells(self, number: int, grams: set[str]) -> bool:
        """Whether one of some bigrams stands in the titles of few articles of the same issue."""
        issue, first, last = self._entries[number].issue, number, number + 1
        while first > 0 and self._entries[first - 1].issue is issue:
            first -= 1
        while last < len(self._entries) and self._entries[last].issue is issue:
            last += 1
        titles = ["\n".join(self._own_keys(n)) for n in range(first, last)]
        return any(sum(gram in title for title in titles) <= TELLING for gram in grams)

    def is_title(self, words: str) -> bool:
        """Whether words are a whole title, whatever marks stand in them."""
        return loose_key(words) in self._keys

    def exactly(self, words: str) -> tuple[int, ...]:
        """Entries with exactly this title."""
        return tuple(sorted(self._keys.get(loose_key(words), ())))

    def find(self, text: str, among: frozenset[int] | None) -> list[TitleMention]:
        """Unmarked titles in a masked text whose other citations are blotted out, signposted ones first."""
        mentions = [m for found in _SIGNPOST.finditer(text) if (m := self._signposted(found, among))]
        notices = _NOTICE.finditer(text) if _NOTICE_SAID.search(text) else ()
        mentions += [m for found in notices if (m := self._notice(found, among))
                     and all(m.end <= other.start or m.start >= other.end for other in mentions)]  # fmt: skip
        told = _TELLS_OF.finditer(text) if not mentions and "的" in text else ()
        mentions += [m for found in told if (m := self._told_of(found, among))]
        for found in _CLAUSE.finditer(text):
            follows_quote = "\ue000" <= text[found.start() - 1 : found.start()] <= "\ue3ff"
            if not follows_quote and all(found.end() <= m.start or found.start() >= m.end for m in mentions):
                mention = self._clause(found, text, among) or self._leading(found, text, among)
                parts = [] if mention else list(re.compile(r"[^\s]{4,40}").finditer(text, found.start(), found.end()))
                if len(parts) > 1:
                    mention = next((m for part in parts if (m := self._clause(part, text, among))), None)
                if mention:
                    mentions.append(mention)
        return sorted(mentions, key=lambda m: m.start)

    def _signposted(self, found: re.Match[str], among: frozenset[int] | None) -> TitleMention | None:
        cited = _ORNAMENT.sub("", found.group("cited"))
        if len(loose_key(cited)) < SHORTEST["signposted"] or cited in _GENERIC:
            return None
        start = found.start("cited") + found.group("cited").find(cited)
        for begin in _beginnings(cited):
            words = cited[begin:]
            articles, weak = self.match(words, TAIL if begin else SIGNPOSTED, among)
            if not articles and among is not None:
                articles, weak = self.match(words, TAIL)
            if articles and not (begin and (weak or len(loose_key(words)) < UNKNOWN_TITLE)):
                vague = len(loose_key(words)) < 4 and weak and found.group(0).endswith(("里", "中"))
                return None if vague else TitleMention(start + begin, found.end(), words, articles, weak)
        articles = self.in_any_order(cited, among) if _THAT_ONE.search(found.group()) else ()
        if articles:
            return TitleMention(start, found.end(), cited, articles)
        words = _SPOKEN_LEAD.sub("", cited)
        shortest = UNKNOWN_TITLE - (found.group() == found.string.strip(" ,。!"))
        unknown = _THAT_ONE.search(found.group()) is not None and len(loose_key(words)) >= shortest
        at = start + len(cited) - len(words)
        return TitleMention(at, found.end(), words, ()) if unknown and not _CORRECTS.search(words) else None

    def _told_of(self, found: re.Match[str], among: frozenset[int] | None) -> TitleMention | None:
        """那篇讲老裁缝的: all that is said stands in one title."""
        articles, weak = self.match(found.group("cited"), TAIL, among) if found.group("cited") not in _GENERIC else ((), False)
        return TitleMention(*found.span(), found.group("cited"), articles) if articles and not weak else None

    def _notice(self, found: re.Match[str], among: frozenset[int] | None) -> TitleMention | None:
        """停水通知 for 通知：停水检修: the kind of text stands first in the title and last in speech."""
        cited = _ORNAMENT.sub("", found.group("cited"))
        if len(cited) < 2:
            return None
        articles, weak = self.match(found.group("kind") + cited, WHOLE_CLAUSE, among)
        articles = articles or self.in_any_order(found.group("kind") + cited, among)
        start = found.start() + found.group().find(cited)
        return TitleMention(start, found.end(), cited + found.group("kind"), articles, weak) if articles else None

    def _clause(self, found: re.Match[str], text: str, among: frozenset[int] | None) -> TitleMention | None:
        words = _ORNAMENT.sub("", found.group().strip())
        cited = loose_key(words)
        start = found.start() + found.group().find(words)
        named = self._short(words, start)
        if named or len(cited) < SHORTEST["clause"] or _CORRECTS.search(words):
            return named
        beside = among is not None and "\ue7ff" in (text[start - 1 : start], text[found.end() : found.end() + 1])
        articles, weak = self.match(words, MARKED if beside else WHOLE_CLAUSE, among)
        if articles and (len(cited) >= 6 or not weak):
            return TitleMention(start, start + len(words), words, articles, weak)
        return self._tail(words, start, text, among)

    def _leading(self, found: re.Match[str], text: str, among: frozenset[int] | None) -> TitleMention | None:
        """A title with which a longer clause begins (老街修缮十二问从十二月…), unless its own words are corrected."""
        words = found.group()
        bare = words[len(words) - len(_LEADS.sub("", words)) :]
        start = found.start() + len(words) - len(bare)
        key, origin = loose_key_with_origin(bare[:LONGEST_TITLE])
        for length in range(len(key), STRONG_TITLE - 1, -1):
            numbers = self._begun.get(key[:length])
            end = start + origin[length - 1] + 1
            if numbers and (among is None or not among.isdisjoint(numbers)) and not _CORRECTED_NEXT.match(text, end):
                meant = tuple(n for n in numbers if among is None or n in among)
                return TitleMention(start, end, text[start:end], meant)
        return None

    def _short(self, words: str, start: int) -> TitleMention | None:
        """A title of two to four characters (导读) that a clause is, begins or ends with."""
        for length in range(min(4, len(words)), 1, -1):
            last = len(words) - length
            for at in (0, last):
                name = words[at : at + length]
                if name not in self._keys:
                    continue
                if _AFTER_SHORT.match(words, length) if at == 0 else _BEFORE_SHORT.search(words, 0, last):
                    articles = tuple(sorted(self._keys[name]))
                    return TitleMention(start + at, start + at + length, name, articles, len(articles) > 1)
        return None

    def _tail(self, words: str, start: int, text: str, among: frozenset[int] | None) -> TitleMention | None:
        """A title at the end of a clause, right before a quotation: 这么重要的工作报告“…”."""
        end = start + len(words)
        if not ("\ue000" <= text[end : end + 1] <= "\ue3ff" or text[end : end + 1] in {":", "。", ""}):
            return None
        holding = [self._numbered[n] for n in self._grams.holding(words[-4:])]
        for length in range(min(len(words), 30), 3, -1):
            tail = words[-length:]
            if any(tail in key for key in holding):
                articles, weak = self.match(tail, TAIL, among)
                if articles:
                    return TitleMention(end - length, end, tail, articles, weak)
        return None
