"""One message taken apart: what it cites, what it corrects, what is left over. Knows no conversation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from bot.understanding.citation import LIST_MARK, Citations, Cited, Mention, find_citations
from bot.understanding.cited.dates import local_day
from bot.understanding.cited.topics import Topic, find_topics
from bot.understanding.corrections.correction import find_corrections
from bot.understanding.corrections.item import Correction
from bot.understanding.corrections.unquoted import delimit
from bot.understanding.guided import Guided, read_guide
from bot.understanding.in_print.locate import Index
from bot.understanding.in_print.placing import Meant, placed
from bot.understanding.in_print.printed import NearFirst
from bot.understanding.in_print.scope import agrees, stands_on
from bot.understanding.in_print.titles import TitleMention, without_sign
from bot.understanding.thresholds import FITS, FITS_SIGNPOSTED, MOST_ERRORS, SHORT_ANSWER, UNKNOWN_TITLE
from bot.understanding.turns.intents import is_greeting, leading_ordinal
from bot.understanding.values import Finding
from bot.understanding.words.masking import TOKEN, Masked, mask
from bot.understanding.words.normalise import fold, loose_key

_PLACE_HOLDERS = re.compile("[\ue000-\ue7ff]+")
_COURTESY = re.compile(
    r"编辑|老师|同志|你好|您好|谢谢|贵报|请改正|请更正|报纸名称|差错(?:细节|内容)?|文章名称|版面|此致|敬礼|望更正|供参考"
)
_VAGUE = re.compile(
    r"(?:有|是|里)?(?:一)?(?:个|处|点|些|两个|几个)?(?:字|词|地方|句子?|标点)?.{0,4}"
    r"(?:错|别字|不对|bug|问题|有误|差错|毛病|瑕疵|纰漏|疏漏|笔误|白字|硬伤|讹误|用得不)"
)
_SPECIFIC = re.compile(
    r"\d|(?:小时|天|人|岁|条|封|户|元|班|个)数|矛盾|不一致|前面|后面|上文|下文|加起来|不等|重复|颠倒|应|漏|缺|多了|少了|为什么|怎么"
)
_LIST_MARK = re.compile(r"(?<!\s)[^\S\n]*+\n\s*+[(（]?[\d一二三四五六七八九十①-⑳]{1,2}[、.)]?$")
_WORDS = re.compile(f"[一-鿿{TOKEN}]")
_LEADS = re.compile(";[^,。;:!?\n]{1,14}[,:]?$")
"""；诈骗提醒“…”: said of the next error."""
_NEXT_ONE = re.compile(
    r"(?:^|[,。;:、\s]*)(?:[(（]?[\d一二三四五六七八九十①-⑳]{1,2}[、.)）]?\s*)?"
    r"(?:第[一二三四五六七八九十\d]+[段节部个处]分?|最后一[段句]|标题|错误\d|第?[一二三四五六七八九十\d]+个错是?|另外|还有|[①-⑳])[^,。;]{0,4}$"
)
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u200e\u200f"))
_ORNAMENTS = re.compile(
    r"^[\s*#`_\u2600-\u27bf\ufe0f\u200d\U0001f000-\U0001faff]+|[\s*#`_\u2600-\u27bf\ufe0f\u200d\U0001f000-\U0001faff]+$"
    r"|(?<=..)(?:[左右前后上下双单]?引号|换行)+$|^(?:[左右前后上下双单]?引号|换行)(?=..)|^【(?=[^【】]*】$)|(?<!【)】$|^\[(?=[^\[\]]*\]$)|(?<!\[)\]$"
    r"|^(?:阿拉伯)?(?:数字|汉字|字母)(?=[\da-z一-鿿]$)|^小数点(?=\d)"
)
_PAIRS = (("“", "”"), ("「", "」"), ("『", "』"))
_REASON_SHORTEST = 3
_EDGES = " \n,。;:!?、()【】·—\t"


@dataclass(frozen=True, slots=True)
class Heard:
    """A message read. `text` is masked with citations blotted out; `ordinal` names one of several reports."""

    masked: Masked
    citations: Citations
    corrections: tuple[Correction, ...]
    ordinal: int | None
    truncated: bool
    index: Index
    sent_at: datetime
    print: NearFirst
    guided: Guided | None = None

    @property
    def spoken(self) -> str:
        """The folded words outside quotations and titles."""
        return self.masked.text

    @property
    def stated(self) -> tuple[Correction, ...]:
        """Corrections that say more than a mere quotation."""
        return tuple(c for c in self.corrections if not c.doubt)

    def finding(self, correction: Correction) -> Finding:
        """A correction as a finding, with what governs it, sought in print."""
        cited = self._governing(correction)
        kind = self.citations.kind(correction.start, correction.end)
        part = self.citations.part(correction.start, correction.end, min(c.start for c in self.corrections or (correction,)))
        known = self._from_citation(cited)._replace(
            wrong=_visible(correction.wrong), right=_visible(correction.right), context=_visible(correction.context),
            reason=self._reason(correction),
        )  # fmt: skip
        meant = self._meant(cited, part)._replace(kind=kind, beside=self._beside(correction))
        found = placed(known, meant, index=self.index, sent_at=self.sent_at)
        number = self.index.entry_of(found.place.article_id) if found.place else None
        if found.article_id is not None and (number is None or number in meant.articles) and found.place is not None:
            return found
        spoken = self._spoken_of(found, meant, cited, correction)
        if spoken is None and cited.article is not None:
            spoken = self._cited_elsewhere(found, meant, correction)
        few = len(self.corrections) <= MOST_ERRORS // 2  # of many errors each is sought once
        if spoken is None:
            return self._without_carried(found, known, meant, cited, correction) if few else found
        number, words = spoken
        known = known._replace(reason=None if found.reason == words else found.reason)  # “…”应为“…”（社区食堂）
        if found.place is not None:
            return found._replace(article_text=words, article_id=self.index.entries[number].article.id, reason=known.reason)
        if not few:
            return found
        meant = meant._replace(articles=(number,), article_weak=False)
        return placed(known._replace(article_text=words), meant, index=self.index, sent_at=self.sent_at)

    def _governing(self, correction: Correction) -> Cited:
        others = tuple(c.start for c in self.corrections if c is not correction)
        cited = self.citations.governing(correction.start, correction.end, others)
        if self.guided is not None and correction is self.guided.correction:
            guide = self.index.entries[self.guided.article.articles[0]]
            cited.article = self.guided.article
            cited.page = cited.page if cited.page and stands_on(cited.page.form, guide) else None
        return cited

    def _cited_elsewhere(self, found: Finding, meant: Meant, correction: Correction) -> tuple[int, str] | None:
        """(entry, words) of the one other article cited in the message that holds the words (前者“…”，后者“…”)."""
        holding = (self.index.entry_of(found.place.article_id),) if found.place else self._holding(correction, meant, found)
        other = {n: m.value for m in self.citations.mentions if isinstance(m.value, TitleMention)
                 for n in m.value.articles if n in holding and n not in meant.articles}  # fmt: skip
        return next(((n, value.words) for n, value in other.items()), None) if len(other) == 1 else None

    def _without_carried(self, found: Finding, known: Finding, meant: Meant, cited: Cited, correction: Correction) -> Finding:
        """An article cited with an earlier error gives way where the words stand elsewhere on the page cited."""
        carried = cited.article is not None and any(
            cited.article.start < c.start < correction.start for c in self.corrections)  # fmt: skip
        if found.place is not None or found.places or not carried or not known.page:
            return found
        alone = placed(known._replace(article_text=None), meant._replace(articles=(), article_weak=False),
                       index=self.index, sent_at=self.sent_at)  # fmt: skip
        return alone if alone.place is not None else found

    def _beside(self, correction: Correction) -> str:
        """What is said between the errors before and after one, its own words left out."""
        begin = max((c.end for c in self.corrections if c.end <= correction.start), default=0)
        end = min((c.start for c in self.corrections if c.start >= correction.end), default=len(self.masked.text))
        return self.masked.text[begin:end]

    def _spoken_of(self, found: Finding, meant: Meant, cited: Cited, correction: Correction) -> tuple[int, str] | None:
        """(entry, words) of the article that the reader spoke of without its title: one where the words of the error
        stand, and no other of those. Words without a place of their own need more to be said."""
        number = self.index.entry_of(found.place.article_id) if found.place else None
        holding = (number,) if number is not None else self._holding(correction, meant, found)
        holding = tuple(n for n in holding if self.index.entries[n].article.title)
        open_place = number is None
        called = _called(cited) if open_place else ()
        for topic in chain(called, self._topics(correction)) if holding else ():
            told = [n for n in holding if self._tells(n, topic, len(holding) if open_place else 0)]
            if len(told) == 1:
                return told[0], self.masked.words(topic.start, topic.end)
        return None

    def _tells(self, number: int, topic: Topic, holding: int) -> bool:
        """Whether words mean an article: one of `holding` that hold the words of an error, or where that is placed (0)."""
        letters = len(loose_key(topic.words))
        if topic.signposted and letters > 1:
            return self.index.tells_of(number, topic.words, FITS_SIGNPOSTED)
        if holding > 1:  # 电梯坏了: what several hold is placed by nothing but words of a title
            return letters >= UNKNOWN_TITLE and self.index.titles.fits(number, topic.words, 1.0)
        return self.index.titles.fits(number, topic.words, FITS if topic.leads or (holding == 1 and letters > 2) else 1.0)

    def _holding(self, correction: Correction, meant: Meant, found: Finding) -> tuple[int, ...]:
        """The articles of the edition and page cited that hold the words of an error exactly."""
        words = loose_key(correction.context or correction.wrong or "")
        if len(words) < 2:
            return ()
        entries = dict.fromkeys(hit.entry for hit in self.print.exact(words))
        return tuple(n for n in entries if agrees(self.index.entries[n], meant.paper_ids, found.issue_label, found.page))

    def _topics(self, correction: Correction) -> Iterator[Topic]:
        """What is said between the error before this one and its words, then after them and between them."""
        text = self.citations.text
        begin = max((c.end for c in self.corrections if c.end <= correction.start), default=0)
        end = min((c.start for c in self.corrections if c.start >= correction.end), default=len(text))
        said = text.rfind(fold(correction.wrong or "").text, correction.start, correction.end) if not correction.quoted else -1
        yield from find_topics(text, begin, max(correction.start, said))
        for topic in find_topics(text, correction.end, end):
            alone = not _WORDS.search(text[max(topic.start - 1, 0) : topic.start] + text[topic.end : topic.end + 1])
            if alone or topic.signposted or len(loose_key(topic.words)) >= UNKNOWN_TITLE:
                yield replace(topic, leads=False)
        own = loose_key((correction.wrong or "") + "\n" + (correction.right or ""))
        for topic in find_topics(text, correction.start, correction.end):
            if loose_key(topic.words) not in own:  # 80平方公里！第8版那个小花圃！80平方米才对
                yield replace(topic, leads=False)

    def cited_at(self, page: Mention) -> Finding:
        """What is cited where one page is named, without an error."""
        cited = self.citations.governing(page.start, page.end)
        return placed(self._from_citation(cited), self._meant(cited, None), index=self.index, sent_at=self.sent_at)

    def cited_only(self, reason: str | None = None) -> Finding:
        """What the whole message cites, without an error."""
        end = len(self.masked.text)
        cited = self.citations.governing(end, end)
        known = self._from_citation(cited)._replace(reason=reason)
        found = placed(known, self._meant(cited, None), index=self.index, sent_at=self.sent_at)
        alone = self.topic_alone(found) if found.article_text is None and reason is None else None
        return found if alone is None else placed(
            found._replace(article_text=alone.article_text), self._meant(cited, None)._replace(
                articles=(self.index.entry_of(alone.article_id) or 0,)), index=self.index, sent_at=self.sent_at)  # fmt: skip

    def topic_alone(self, known: Finding) -> Finding | None:
        """学企鹅那个, and of what edition or page is known: the one article with these words in its title, nothing else said."""
        said = find_topics(self.citations.text, 0, len(self.citations.text)) if len(self.citations.text) <= SHORT_ANSWER else []
        if len(said) != 1 or (known.paper_id is None and known.page is None) or self.corrections:
            return None
        called = self.masked.words(said[0].start, said[0].end)
        words, outside = loose_key(said[0].words), loose_key(_PLACE_HOLDERS.sub("", self.citations.text))
        if len(words) < 2 or is_greeting(outside) or loose_key(called) != outside:
            return None
        papers = (known.paper_id,) if known.paper_id is not None else ()
        spans = self.print.windows[0] or ((0, len(self.index.entries)),)
        told = [n for lo, hi in spans for n in range(lo, hi) if words in loose_key(self.index.entries[n].article.title)
                and agrees(self.index.entries[n], papers, known.issue_label, known.page)]  # fmt: skip
        if len(told) != 1 or self.index.entries[told[0]].article.kind == "guide":
            return None
        return Finding(article_text=called, article_id=self.index.entries[told[0]].article.id)

    def spoken_of(self, piece: Finding, known: Finding) -> Finding:
        """A citation given later, with the article on record if it is spoken of without its title: 柳湾，电梯的账."""
        number = self.index.entry_of(known.place.article_id) if known.place else None
        if number is None or piece.article_text is not None or not self.index.entries[number].article.title:
            return piece
        for topic in find_topics(self.citations.text, 0, len(self.citations.text)):
            if self.index.titles.fits(number, topic.words, FITS):
                words = self.masked.words(topic.start, topic.end)
                return piece._replace(article_text=words, article_id=self.index.entries[number].article.id)
        return piece

    def _from_citation(self, cited: Cited) -> Finding:
        words = self.masked.words
        paper, issue, page, article = cited.paper, cited.issue, cited.page, cited.article
        return Finding(
            paper_text=words(paper.start, paper.end).strip(_EDGES) if paper else None,
            issue_text=words(issue.start, issue.end).strip() if issue else None,
            issue_label=issue.label if issue else None,
            page_text=words(page.start, page.end).strip() if page else None,
            page=page.form if page else None,
            article_text=article.words if article else None,
        )

    def _meant(self, cited: Cited, part: str | None) -> Meant:
        paper, article = cited.paper, cited.article
        articles, weak = (article.articles, article.weak) if article else ((), False)
        if paper is None:
            return Meant(articles=articles, article_weak=weak, part=part)
        return Meant(paper.ids, paper.weak, not paper.ids, articles, weak, part)

    def _reason(self, correction: Correction) -> str | None:
        """Remarks after a correction, up to the next one, as typed."""
        later = [c.start for c in self.corrections if c.start >= correction.end]
        end = min(later, default=len(self.citations.text))
        marks = (mark.search(self.citations.text, correction.end, end) for mark in (LIST_MARK, _LEADS))
        mark = next((found for found in marks if found), None) if later else None
        remark = self.remark(self._end_of_words(correction), mark.start() if mark else end)
        if remark and later:
            remark = _NEXT_ONE.sub("", remark)  # ；3、第四段 belongs to the next error
        return _LIST_MARK.sub("", remark) or None if remark else None

    def _end_of_words(self, correction: Correction) -> int:
        """Where what is said about the words begins: all of it, where no right form is given (漏了“人”字)."""
        words = fold(correction.wrong or "").text if correction.right is None and not correction.quoted else ""
        at = self.citations.text.find(words, correction.start, correction.end) if words else -1
        return at + len(words) if at >= 0 else correction.end

    def description(self) -> str | None:
        """What a message without a quotation says is wrong; None where it says only that something is."""
        said = self.remark(0, len(self.citations.text))
        if said is None or (_VAGUE.search(said) and not _SPECIFIC.search(said)):
            return None
        return said

    def remark(self, start: int, end: int) -> str | None:
        """What is said at masked offsets [start, end) beside citations; None for courtesies."""
        text = self.citations.text[start:end]
        stripped = text.strip(_EDGES)
        if not stripped:
            return None
        bare = _COURTESY.sub("", _PLACE_HOLDERS.sub("", stripped))
        if len(loose_key(bare)) < _REASON_SHORTEST:
            return None
        begin = start + len(text) - len(text.lstrip(_EDGES + TOKEN))
        finish = start + len(text.rstrip(_EDGES + TOKEN))
        return self.masked.words(begin, finish).strip() or None


def _called(cited: Cited) -> tuple[Topic, ...]:
    """What the reader called the article, where no title is like it: 楼下大树那封信."""
    article = cited.article
    if article is None or article.articles:
        return ()
    return (Topic(article.start, article.end, without_sign(article.words), signposted=True),)


def _visible(words: str | None) -> str | None:
    """Words without the characters that nobody sees or typed on purpose, and without ornaments around them."""
    if not words:
        return words
    words = words.translate(_UNSEEN)
    bare = _ORNAMENTS.sub("", words)
    for opening, closing in _PAIRS:
        if bare.startswith(opening) and closing not in bare:
            bare = bare[1:]
        elif bare.endswith(closing) and opening not in bare:
            bare = bare[:-1]
    return bare or words


def hear(text: str, *, sent_at: datetime, index: Index, answers: bool, truncated: bool) -> Heard:
    """Takes a message apart. `answers`: the reader has reports, so that 第2个 at the beginning names one."""
    masked = mask(text)
    ordinal = leading_ordinal(masked.text) if answers else None
    citations = find_citations(masked, sent_at, index)
    if ordinal:
        citations.text = TOKEN * ordinal[1] + citations.text[ordinal[1] :]
    near = index.near(f"{local_day(sent_at):%Y-%m}", citations.issue)
    guided = read_guide(masked, citations, index, near)
    found = find_corrections(masked, citations.text, lambda left, right: delimit(left, right, near),
                             near.stands, near.differing, near.often)  # fmt: skip
    if guided is not None:
        found = sorted([guided.correction, *found], key=lambda c: c.start)
    return Heard(
        masked, citations, tuple(found[:MOST_ERRORS]), ordinal[0] if ordinal else None, truncated or len(found) > MOST_ERRORS,
        index, sent_at, near, guided,
    )  # fmt: skip
