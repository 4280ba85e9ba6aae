"""One message taken apart: what it cites, what it corrects, what is left over. Knows no conversation."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime

from bot.understanding.citation import Citations, Cited, find_citations
from bot.understanding.correction import find_corrections
from bot.understanding.dates import local_day
from bot.understanding.intents import leading_ordinal
from bot.understanding.item import Correction
from bot.understanding.locate import Index
from bot.understanding.masking import TOKEN, Masked, mask
from bot.understanding.normalise import loose_key
from bot.understanding.placing import Meant, placed
from bot.understanding.printed import NearFirst
from bot.understanding.thresholds import MOST_ERRORS
from bot.understanding.unquoted import delimit
from bot.understanding.values import Finding

_PLACE_HOLDERS = re.compile("[\ue000-\ue7ff]+")
_COURTESY = re.compile(
    r"编辑|老师|同志|你好|您好|谢谢|贵报|请改正|请更正|报纸名称|差错(?:细节|内容)?|文章名称|版面|此致|敬礼|望更正|供参考"
)
_VAGUE = re.compile(
    r"(?:有|是|里)?(?:一)?(?:个|处|点|些|两个|几个)?(?:字|词|地方|句子?|标点)?.{0,4}"
    r"(?:错|别字|不对|bug|问题|有误|差错|用得不)"
)
_SPECIFIC = re.compile(r"\d|矛盾|不一致|前面|后面|上文|下文|加起来|不等|重复|颠倒|应|漏|缺|多了|少了|为什么|怎么")
_LIST_MARK = re.compile(r"\s*\n\s*[(（]?[\d一二三四五六七八九十①-⑳]{1,2}[、.)]?$")
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u200e\u200f"))
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
        others = tuple(c.start for c in self.corrections if c.start >= correction.end)
        cited = self.citations.governing(correction.start, correction.end, others)
        kind = self.citations.kind(correction.start, correction.end)
        part = self.citations.part(correction.start, correction.end)
        known = replace(
            self._from_citation(cited), wrong=_visible(correction.wrong), right=_visible(correction.right),
            context=_visible(correction.context), reason=self._reason(correction),
        )  # fmt: skip
        return placed(known, replace(self._meant(cited, part), kind=kind), index=self.index, sent_at=self.sent_at)

    def cited_only(self, reason: str | None = None) -> Finding:
        """What the whole message cites, without an error."""
        end = len(self.masked.text)
        cited = self.citations.governing(end, end)
        known = replace(self._from_citation(cited), reason=reason)
        return placed(known, self._meant(cited, None), index=self.index, sent_at=self.sent_at)

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
        remark = self.remark(correction.end, end)
        return _LIST_MARK.sub("", remark) or None if remark else None

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


def _visible(words: str | None) -> str | None:
    """Words without the characters that nobody sees or typed on purpose."""
    return words.translate(_UNSEEN) if words else words


def hear(text: str, *, sent_at: datetime, index: Index, answers: bool, truncated: bool) -> Heard:
    """Takes a message apart. `answers`: the reader has reports, so that 第2个 at the beginning names one."""
    masked = mask(text)
    ordinal = leading_ordinal(masked.text) if answers else None
    citations = find_citations(masked, sent_at, index)
    if ordinal:
        citations.text = TOKEN * ordinal[1] + citations.text[ordinal[1] :]
    near = index.near(f"{local_day(sent_at):%Y-%m}", citations.issue)
    found = find_corrections(masked, citations.text, lambda left, right: delimit(left, right, near),
                             lambda words: bool(near.exact(loose_key(words))))  # fmt: skip
    return Heard(
        masked, citations, tuple(found[:MOST_ERRORS]), ordinal[0] if ordinal else None, truncated or len(found) > MOST_ERRORS,
        index, sent_at, near,
    )  # fmt: skip
