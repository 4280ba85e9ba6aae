"""Finds everything a message cites (edition, issue, page, article) and blots it out for what comes after.

Knows the catalogue through its index; knows nothing of corrections.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from rapidfuzz.distance import Hamming

from bot.understanding.cited.dates import IssueMention, find_issues, local_day
from bot.understanding.cited.pages import BOOKS, PageMention, find_pages
from bot.understanding.cited.papers import PaperMention
from bot.understanding.in_print.locate import Index, Scope
from bot.understanding.in_print.titles import TitleMention
from bot.understanding.thresholds import LONGEST_TITLE, MARKED, REACH, SHORT_TITLE, SIGNPOSTED
from bot.understanding.values import Field
from bot.understanding.words.masking import TITLE_CLASS, TOKEN, Masked
from bot.understanding.words.normalise import loose_key

_TITLES = re.compile(TITLE_CLASS)
_CORRECTED = re.compile(r"(?:应|改|误|写成|应为|应是|应该|改为|改成|换成|建议|用书名号[::]?|→)\s*[::]?\s*$")
_MADE = re.compile(r"(?:误|错)?(?:写|印|打|排|登)成了?\s*$")
_LABEL = re.compile(
    r"(?:(?:文章(?:名称|标题|题目|名)?|篇名)】?\s*[::]\s*(?P<marks>(?:(?![应改误错])[^\n,。;:!?\ue400-\ue7ff]){2,60}?)(?=\n|$)"
    r"|(?:文章(?:名称|标题|题目|名)?|标题|题目|篇名)】?\s*[::]\s*(?P<title>[^\n,。;:!?\ue000-\ue7ff]{2,60}?)"
    r"(?=[\n,。;!?]|$|\s*\d?[.、]?\s*[【(]?(?:差错|错误|错处|原文|版面|版次|报纸|日期|改正|应为|内容|细节)))"
)
_PART = re.compile(
    r"(?P<title>大?标题|题目(?!为)|主标题|副标题|题头|小标题)|(?P<caption>(?:图片|照片|图)(?:的|下面的?|下方的?|上的)?(?:文字)?(?:说明|注释|注|文字)|图注|图说|(?:照片|图片|配图|图)(?:下面|底下|下方|下头|下边|旁边|旁))"
)
_TAG = re.compile(r"</?[a-z][a-z0-9]{0,9}>")
_KINDS = re.compile("(?P<gutter>[中报夹]缝)|(?P<masthead>报头|报眉|天头|刊头)|(?P<guide>导读|导览|目录|内容提要)|(?P<ad>广告)")
_QUOTES = re.compile("[\ue000-\ue3ff]")
_CLAUSE_END = re.compile("[,。;:!?\n\ue400-\ue7ff]")
_CALLED = re.compile(
    "(?P<quote>[\ue000-\ue3ff])的?(?:[那这](?:一)?(?:[篇则]|条(?=新闻|消息|报道|通知|启事))|一[文篇]|的?(?:文章|报道|新闻|稿子|通讯)(?!标题))"
    "(?:文章|报道|新闻|稿子|消息|通知|启事)?(?:里面|里头|里|中)?"
)
_OPENED = re.compile(r"[”\"’\ue7ff\s]{0,2}\(")
_ANNOUNCED = re.compile("还有|另外|此外|再有|再就是")
LIST_MARK = re.compile(r"(?<=[\s。;,])\(?(?:\d{1,2}|[一二三四五六七八九十])[、.)](?!\d)|[①-⑳]|其[一二三四五六七八九十](?=[,:、])")
_OF_ALL = re.compile(
    r"均|皆|(?:都|全|同)(?:[在见是出为系印登载于自\ue7ff]|刊)|(?:以上|上述|这)[\d一二两三四五六七八九十几些全]{1,2}[个处条点项]|[两三四五几]处同?在"
)
"""均见末版: said behind a list, of all that stands before it."""
_SENTENCE_END = re.compile("[。;!?\n]")
_MARKED_PAGE = re.compile("[\ue000-\ue6ff]一?版(?![权本])")
_SAME = re.compile(
    r"(?P<article>同一?篇(?!幅)|(?:还|也)[是在](?:这|那)一?篇|这一?篇(?:里|还|中|另)|(?:上面|刚才)(?:那|这)一?篇|同样?(?:这|那)?篇|文中还|该文)"
    r"|(?P<page>同一?个?版(?:面|的)?|同一?版|(?:还|也)[是在](?:这|那)一?版|这一?版还)|(?P<issue>(?:也是)?同一?[期张份](?:报纸?)?|还是(?:这|那)一?[期张])"
)


class Mention(NamedTuple):
    """One cited field at masked offsets [start, end)."""

    field: Field
    start: int
    end: int
    value: PaperMention | IssueMention | PageMention | TitleMention


@dataclass(slots=True)
class Cited:
    """What governs one error: the mentions in force at its place in the message."""

    paper: PaperMention | None = None
    issue: IssueMention | None = None
    page: PageMention | None = None
    article: TitleMention | None = None


@dataclass(slots=True)
class Citations:
    """All citations of a message in order; `text` is the masked text with them blotted out, same length.

    `issue` is the label of the first issue named; `inherits` is the field (ARTICLE, PAGE or ISSUE) down to which the
    former report's citation carries over.
    """

    mentions: list[Mention] = field(default_factory=list)
    text: str = ""
    inherits: Field | None = None
    issue: str | None = None
    same_page_at: int = -1
    part_at: list[tuple[int, str]] = field(default_factory=list)
    kind_at: list[tuple[int, str]] = field(default_factory=list)

    def governing(self, start: int, end: int, others: tuple[int, ...] = ()) -> Cited:
        """What is cited for an error at [start, end): of each field the last before it, else the next after.

        `others` are where the other errors begin: what stands between a line end, a list mark or 还有 and a further one is
        its own, and the article of an earlier one does not go on to another page or edition.
        """
        before, others = tuple(at for at in others if at < start), tuple(at for at in others if at >= end)
        trailing = self._trailing(start, end, before, others)
        own = self._line_of_next(end, others)
        announced = self._announced(end, others)
        cited = Cited()
        appended = self._appended(end)
        for mention in self.mentions:
            if mention.start < end and not getattr(mention.value, "negated", False):
                self._leave(cited, mention, before)
                self._take(cited, mention)
        if cited.article and any(cited.article.start < at < self.same_page_at < start for at in before):
            cited.article = None  # 同版图片说明: another place of the page
        ahead = self._ahead_of_next(end, others)
        for mention in self.mentions:
            is_open = (end <= mention.start < own and mention.start not in announced and mention not in ahead
                       and getattr(cited, mention.field.value) is None)
            if is_open and not getattr(mention.value, "negated", False):
                setattr(cited, mention.field.value, mention.value)
        for mention in appended + trailing + self._of_all(end, others):
            if mention in appended or mention in trailing or getattr(cited, mention.field.value) is None:
                setattr(cited, mention.field.value, mention.value)
        return cited

    def _ahead_of_next(self, end: int, others: tuple[int, ...]) -> list[Mention]:
        """Page and article right before the next error, in a sentence that begins behind this one: they are the next one's."""
        following = min(others, default=-1)
        stop = max((m.end() for m in _SENTENCE_END.finditer(self.text, end, max(following, end))), default=end)
        if following < 0 or stop == end:
            return []
        return [m for m in self.mentions if stop <= m.start < following and m.field in (Field.PAGE, Field.ARTICLE)]

    def _trailing(self, start: int, end: int, before: tuple[int, ...], others: tuple[int, ...]) -> list[Mention]:
        """What is cited behind an error, where each of several has its own behind it, in a line or parenthesis."""
        if not (before or others):
            return []
        starts = sorted((*before, start, *others))
        told: list[Mention] = []
        until = [*starts[1:], len(self.text) + 1]
        for which in (Field.PAPER, Field.PAGE, Field.ARTICLE):
            of = [m for m in self.mentions if m.field is which and not getattr(m.value, "negated", False)]
            behind = [[m for m in of if at < m.start < to] for at, to in zip(starts, until, strict=True)]
            if all(behind) and of[0].start > starts[0]:
                told.append(behind[starts.index(start)][0])
        return [m for m in told if m.start >= end]

    def _of_all(self, end: int, others: tuple[int, ...]) -> list[Mention]:
        """What is cited behind the last of several errors for all of them (均见末版): said so, or in a line of its own,
        where of this field nothing is cited with one of them."""
        last = max(others, default=-1)
        tail = [m for m in self.mentions if m.start > last >= end and not getattr(m.value, "negated", False)]
        if tail and self._signs(tail):
            return tail
        line = self.text.rfind("\n", last, tail[0].start) if tail else -1
        if not tail or (line < 0 and _OF_ALL.search(self.text, last, tail[-1].end) is None):
            return []
        said = _OF_ALL.search(self.text, last) is not None
        return [m for m in tail if said or (m.field is not Field.ISSUE and not any(  # a date below is that of the letter
                o.field is m.field for o in self.mentions if o.start < last))]  # fmt: skip

    def _signs(self, tail: list[Mention]) -> bool:
        """Whether a parenthesis that ends the message names edition and page, and no other is named (…（河西，第1版）)."""
        opened = self.text.rfind("(", 0, tail[0].start)
        closed = self.text.find(")", tail[-1].end)
        told = {m.field for m in tail}
        return (opened >= 0 and closed >= 0 and {Field.PAPER, Field.PAGE} <= told and not loose_key(self.text[closed:])
                and not loose_key(self.text[opened : closed].replace(TOKEN, ""))
                and all(m in tail or m.field not in told for m in self.mentions))  # fmt: skip

    def _appended(self, end: int) -> list[Mention]:
        """What is cited in a parenthesis right behind an error: it is its own (“…”应为“…”（梧桐里6版）)."""
        opened = _OPENED.match(self.text, end)
        close = self.text.find(")", opened.end()) if opened else -1
        return [m for m in self.mentions if end <= m.start < close and not getattr(m.value, "negated", False)]

    def _line_of_next(self, end: int, others: tuple[int, ...]) -> int:
        """Where the line of the next error begins; the end of the text where no other line holds one."""
        following = min((at for at in others if at >= end), default=-1)
        line = self.text.rfind("\n", end, following) if following >= 0 else -1
        mark = next(LIST_MARK.finditer(self.text, end, following), None) if following >= 0 > line else None
        return line if line >= 0 else mark.start() if mark else len(self.text) + 1

    def _announced(self, end: int, others: tuple[int, ...]) -> range:
        """From a word that announces the next error (还有梧桐里头版…) to that error."""
        following = min((at for at in others if at >= end), default=end)
        word = _ANNOUNCED.search(self.text, end, following)
        return range(word.start() if word else following, following)

    def kind(self, start: int, end: int) -> str | None:
        """"gutter", "masthead", "guide" or "ad" where an error's own line says so, before it or after."""
        line = self.text.rfind("\n", 0, start)
        here = [(at, kind) for at, kind in self.kind_at if at > line]
        before = [kind for at, kind in here if at < end]
        return before[-1] if before else next((kind for at, kind in here if "\n" not in self.text[end:at]), None)

    @staticmethod
    def _leave(cited: Cited, mention: Mention, before: tuple[int, ...]) -> None:
        """Gives up the article of an earlier error where another page or edition is cited after it."""
        article, value = cited.article, mention.value
        if article is None or not any(article.start < at < mention.start for at in before):
            return
        other_page = isinstance(value, PageMention) and cited.page is not None and cited.page.form != value.form
        other_paper = isinstance(value, PaperMention) and cited.paper is not None and cited.paper.ids != value.ids
        if other_page or other_paper:
            cited.article = None

    def _take(self, cited: Cited, mention: Mention) -> None:
        value = mention.value
        if isinstance(value, PaperMention):
            cited.paper = value
        elif isinstance(value, IssueMention):
            cited.issue = cited.issue if cited.issue and value.relative else value
        elif isinstance(value, PageMention):
            cited.page = value
        elif cited.article is None or value.marked or not cited.article.articles or not value.weak:
            cited.article = value

    def part(self, start: int, end: int, first: int) -> str | None:
        """"title" or "caption" where the words near an error say that it stands there, or a sentence before the `first`
        of all errors says it of them (两张照片的说明有误。…)."""
        near = [part for at, part in self.part_at if start - 14 <= at < end + 6]
        if not near:
            near = [part for at, part in self.part_at if part == "caption" and _SENTENCE_END.search(self.text, at, first)]
        return near[-1] if near else None

    def has(self, which: Field) -> bool:
        return any(m.field is which and not getattr(m.value, "negated", False) for m in self.mentions)


def _blot(text: str, start: int, end: int) -> str:
    return text[:start] + TOKEN * (end - start) + text[end:]


def find_citations(masked: Masked, sent_at: datetime, index: Index) -> Citations:
    """Reads all citations of a message."""
    found = Citations(text=_TAG.sub(lambda tag: " " * len(tag.group()), masked.text))
    same = _SAME.search(found.text)
    if same:
        found.inherits = Field(same.lastgroup or "issue")
        found.same_page_at = same.start() if found.inherits is Field.PAGE else -1
        found.text = _blot(found.text, same.start(), same.end())
    _read_marked_papers(found, masked, index)
    for paper in index.papers.find(found.text):
        _add(found, Field.PAPER, paper)
    for issue in find_issues(found.text, sent_at):
        _add(found, Field.ISSUE, issue)
        found.issue = found.issue or (None if issue.negated else issue.label)
    for page in find_pages(found.text, index.page_names):
        if masked.inner(masked.text[page.start - 1 : page.start] or " ").endswith(BOOKS):
            continue
        _add(found, Field.PAGE, page)
    _read_marked_pages(found, masked, index.page_names)
    found.part_at = [(m.start(), m.lastgroup or "") for m in _PART.finditer(found.text)]
    found.kind_at = [(m.start(), m.lastgroup or "") for m in _KINDS.finditer(masked.text)]
    _read_titles(found, masked, index, f"{local_day(sent_at):%Y-%m}")
    found.mentions.sort(key=lambda mention: mention.start)
    return found


def _add(found: Citations, which: Field, value: PaperMention | IssueMention | PageMention | TitleMention) -> None:
    found.mentions.append(Mention(which, value.start, value.end, value))
    found.text = _blot(found.text, value.start, value.end)


def _read_marked_papers(found: Citations, masked: Masked, index: Index) -> None:
    """《社区晨报·凉城》 is an edition, 《社区晨报》 says nothing."""
    for match in _TITLES.finditer(masked.text):
        ids = index.papers.named(masked.inner(match.group()))
        if ids:
            _add(found, Field.PAPER, PaperMention(match.start(), match.end(), ids))
        elif ids == ():
            found.text = _blot(found.text, match.start(), match.end())


def _read_marked_pages(found: Citations, masked: Masked, names: dict[str, str]) -> None:
    """《文化》版, “健康”版: a page by its name in marks."""
    for match in _MARKED_PAGE.finditer(found.text):
        form = names.get(masked.inner(match.group()[0]).removesuffix("版"))
        if form is not None:
            _add(found, Field.PAGE, PageMention(*match.span(), form))


def _read_titles(found: Citations, masked: Masked, index: Index, month: str) -> None:
    papers = tuple(i for m in found.mentions if isinstance(m.value, PaperMention) for i in m.value.ids)
    among = index.within(Scope(paper_ids=papers, issue=found.issue))
    _read_marked(found, masked, index, among)
    _read_in_quotes(found, masked, index, among)
    for mention in index.titles.find(found.text, among):
        if _MADE.search(found.text, max(0, mention.start - 8), mention.start):
            continue  # Coffee印成了Cofee: the word itself, though it stands in a title
        if _has_twin(found.text, mention):
            continue
        words = masked.words(mention.start, mention.end)
        articles = mention.articles or _told_by_text(mention.words, among, index) or (
            index.titles.in_halves(mention.words, among, index.printed.near(month, found.issue)))  # fmt: skip
        _add(found, Field.ARTICLE, TitleMention(mention.start, mention.end, words, articles, mention.weak))


def _has_twin(text: str, mention: TitleMention) -> bool:
    """再接再励，再接再厉: a word of a title said beside one that is like it is what is corrected, and cites nothing."""
    words = mention.words
    size = len(words)
    if mention.end - mention.start != size or not 2 <= size <= SHORT_TITLE:
        return False
    near = range(max(0, mention.start - REACH), min(len(text), mention.end + REACH) - size + 1)
    return any(0 < Hamming.distance(text[at : at + size], words) <= max(1, size // 3)
               for at in near if abs(at - mention.start) >= size)  # fmt: skip


def _read_marked(found: Citations, masked: Masked, index: Index, among: frozenset[int] | None) -> None:
    """Titles after a label (文章：…) or in 《》."""
    for labelled in _LABEL.finditer(found.text):
        start, end = labelled.span(labelled.lastgroup or "title")
        words = masked.words(start, end).strip()
        articles, weak = index.titles.match(words, SIGNPOSTED, among)
        _add(found, Field.ARTICLE, TitleMention(start, end, words, articles, weak, marked=True))
    for match in _TITLES.finditer(found.text):
        if _CORRECTED.search(found.text, 0, match.start()):
            continue
        words = masked.inner(match.group())
        articles, weak = index.titles.match(words, MARKED, among)
        if not articles and among is not None:
            articles, weak = index.titles.match(words, MARKED)
        if len(words) <= LONGEST_TITLE or articles:
            _add(found, Field.ARTICLE, TitleMention(match.start(), match.end(), words, articles, weak, marked=True))


def _read_in_quotes(found: Citations, masked: Masked, index: Index, among: frozenset[int] | None) -> None:
    """Titles in quotation marks (“…”那篇), and titles in which a word is quoted."""
    for called in _CALLED.finditer(found.text):
        words = masked.inner(called.group("quote"))
        articles, weak = index.titles.match(words, MARKED, among)
        if articles:
            _add(found, Field.ARTICLE, TitleMention(*called.span(), words, articles, weak, marked=True))
    for start, end in _clauses_with_quotes(found.text):
        words = masked.words(start, end).strip()
        if index.titles.is_title(words):
            articles, weak = index.titles.match(words, MARKED, among)
            _add(found, Field.ARTICLE, TitleMention(start, end, words, articles, weak, marked=True))


def _clauses_with_quotes(text: str) -> Iterator[tuple[int, int]]:
    """[start, end) of clauses in which a quotation stands among other words, as in 当一回“啄木鸟” 给本报挑挑错."""
    for quote in _QUOTES.finditer(text):
        before = _CLAUSE_END.search(text[max(0, quote.start() - LONGEST_TITLE) : quote.start()][::-1])
        after = _CLAUSE_END.search(text, quote.end(), quote.end() + LONGEST_TITLE)
        start = quote.start() - before.start() if before else max(0, quote.start() - LONGEST_TITLE)
        end = after.start() if after else min(len(text), quote.end() + LONGEST_TITLE)
        if end - start > 1:
            yield start, end


def _told_by_text(words: str, among: frozenset[int] | None, index: Index) -> tuple[int, ...]:
    """老陆面店那篇: the one article whose text holds words that no title is like; () where it is none or several."""
    entries = {hit.entry for hit in index.printed.exact(loose_key(words))}
    entries = {n for n in entries if among is None or n in among}
    return tuple(entries) if len(entries) == 1 else ()
