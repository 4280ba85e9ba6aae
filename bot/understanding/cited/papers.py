"""Finds which edition a message names: catalogue names, their aliases and parts, and editions not known.

Knows names only, no issues or pages.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from rapidfuzz.distance import Hamming

from bot.understanding.values import Catalogue
from bot.understanding.words.normalise import fold, loose_key
from bot.understanding.words.sounds import same_sound

_MASTHEAD = r"(?:社区晨报|社区报|晨报|周报|日报|社区版)"
_NUMBER = r"[0-9〇零一二三四五六七八九十]"
_TAIL = re.compile(
    rf"(?:社区|街道|新村|镇)*的?(?:{_MASTHEAD}|报纸|报(?![道告名到错]))(?:版(?!面))?|版(?![面权本])|的?那?[张份]报纸?"
)
_HEAD = re.compile(rf"{_MASTHEAD}[\s·.\-—_(]*$")
_SOFT_LEFT = re.compile(
    r"(?:^|[\s,。;:!?、()/|<>【】\[\]①-⑳#=·\-—\n\ue000-\ue7ff]|[是在看了的张份期月号日年刊天报这那给见们版到自读翻收\d]|报纸|编辑|你好|老师|另外|还有|顺便|再有|请问|发现|看到|报告|一下)$"
)
_SOFT_RIGHT = re.compile(
    rf"\s*(?:$|[\s,。;:!?)】【\[\n\ue000-\ue7ff]|的?没错|的(?:$|[\s,。;!?、]|{_NUMBER}{{1,2}}月|第?{_NUMBER}{{1,4}}[、/版]|头版|末版|中缝|那|报)|讲|[那这]个|[/|<>(]|\s*p\.?\d|倒数|报头|导读|广告|[一-鿿]{{2,4}}版|的?[一-鿿]{{2,12}}(?:(?:那|这)[篇条则]|通知|广告|文章|报道|启事)|那[张期份]|这[张期份]|"
    rf"今年|去年|上个?月|本月|当月|本期|上期|第?{_NUMBER}{{1,4}}[、,/\-年月.版]|第?[0-9一二三四五六七八九]{{2}}版|[ap]\d|头版|首版|末版|中缝)"
)
_UNKNOWN = re.compile(
    rf"社区晨报\s*[·.\-—]\s*(?P<after>[一-鿿]{{2,6}}?)(?=版|街道|镇|[^一-鿿]|第|头版|{_NUMBER}|$|的)|"
    rf"(?P<before>[一-鿿]{{2,8}}?)(?:街道|镇|新村)?的?(?:社区晨报|晨报)|"
    r"(?:(?<!是)看的?是?|拿的?是?|(?:^|(?<=[\s,。;!报]))是)(?P<that>[一-鿿]{2,4})(?:的(?=$|[\s,。;!?、报第这头\d])|那张|那份|这张)"
)
_OTHER = re.compile("(?:新民|解放|[一-鿿]{2})(?:[晚日早时]报|导报)|文汇报|青年报|老年报")
_NOT_A_NAME = re.compile(
    r".*(?:[的了是在看报个本贵这那张份期月日号年天今昨前上你我他们各位该版文误错]|社区|编辑|同志|老师|你好|您好|请问|发现|关于)"
)
_CLAUSE_LEFT = re.compile(r"(?:^|[\s,。;:!?\n\ue7ff]|你好|您好|老师|编辑|同志|[这上本]期|月号?)$")
_PLACE_RIGHT = re.compile(
    r"(?:街道|社区|新村|镇|居民|小[区学]|中学|公园|路|派出所|医院|居委|人|市民|老年|文化|图书|卫生|地区|一带|附近|这[里边一]|那[里边]|有人|有[一个](?!.{0,6}(?:错|误|问题|bug))|没有|属于?|归|位于|本来|一直|历来|地处)"
)
_PAGE_OR_MONTH = re.compile(rf"(?:第?{_NUMBER}{{1,3}}版|头版|末版|中缝|{_NUMBER}{{1,2}}月)")
_CORRECTED = re.compile(r"(?:应为|应是|应该是|应该为|改为|改成|误为|写成|印成|→)\s*$")
_NEGATED = re.compile(r"(?:不是|并非|不是说)\s*$")


class PaperMention(NamedTuple):
    """An edition named at [start, end). `ids` are candidates; none: an edition that is not in the catalogue.

    `weak`: the name only resembles the candidate's (谅城); what was found in print must bear it out.
    """

    start: int
    end: int
    ids: tuple[int, ...]
    weak: bool = False
    negated: bool = False


class PaperNames:
    """The names of all editions, looked up by their first two characters."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._cores: dict[str, set[int]] = {}
        self._full: dict[str, set[int]] = {}
        for paper in catalogue.papers:
            for name in (paper.name, *paper.aliases):
                self._full.setdefault(loose_key(name), set()).add(paper.id)
                core = _core(name)
                if len(core) >= 2:
                    self._cores.setdefault(core, set()).add(paper.id)
        self._starts: dict[str, list[str]] = {}
        for core in sorted(self._cores, key=len, reverse=True):
            self._starts.setdefault(core[:2], []).append(core)
        # No name at all: found nowhere.
        self._start = re.compile("(?=" + ("|".join(map(re.escape, self._starts)) or "(?!)") + ")")

    def named(self, words: str) -> tuple[int, ...] | None:
        """Editions whose whole name or alias `words` is; () for a bare masthead; None where it is no paper."""
        key = loose_key(words)
        if key in self._full:
            return tuple(sorted(self._full[key]))
        core = _core(words)
        if core in self._cores and core != key:
            return tuple(sorted(self._cores[core]))
        return () if re.fullmatch(_MASTHEAD, key) else None

    def find(self, text: str) -> list[PaperMention]:
        """Editions named in a masked text, in order."""
        mentions: list[PaperMention] = []
        at = 0
        for found in self._start.finditer(text):
            begin = found.start()
            if begin < at:
                continue
            for core in self._starts[text[begin : begin + 2]]:
                span = self._spanned(text, begin, core)
                if span is not None and span[0] >= at:
                    ids = tuple(sorted(self._cores[core]))
                    mentions.append(PaperMention(*span, ids, negated=_is_negated(text, span[0])))
                    at = span[1]
                    break
        if any(not mention.negated for mention in mentions):
            return mentions
        return mentions + (self._misheard(text) or self._unknown(text))

    def _misheard(self, text: str) -> list[PaperMention]:
        """An edition in other characters of the same sound before a page or month: 刘湾二版."""
        for found in _PAGE_OR_MONTH.finditer(text):
            for core, ids in self._cores.items():
                start = found.start() - len(core)
                said = text[max(start, 0) : found.start()]
                if len(said) == len(core) and Hamming.distance(said, core) == 1 and (
                    all(map(same_sound, said, core)) and _SOFT_LEFT.search(text, max(0, start - 3), start)
                ):  # fmt: skip
                    return [PaperMention(start, found.start(), tuple(sorted(ids)), weak=True)]
        return []

    def _spanned(self, text: str, start: int, core: str) -> tuple[int, int] | None:
        """The whole name around a core that stands at `start`; None where it is only a word of the text."""
        if not text.startswith(core, start):
            return None
        if _CORRECTED.search(text, max(0, start - 5), start):
            return None
        end = start + len(core)
        head, tail = _HEAD.search(text, 0, start), _TAIL.match(text, end)
        if head:
            closing = re.compile(r"(?:街道|新村)?\s*(?:版(?![面次本权]))?\s*\)?").match(text, end)
            return head.start(), closing.end() if closing else end
        if tail:
            return start, tail.end()
        if _SOFT_LEFT.search(text, max(0, start - 3), start) and _SOFT_RIGHT.match(text, end):
            return start, end
        if _CLAUSE_LEFT.search(text, 0, start) and not _PLACE_RIGHT.match(text, end):
            return start, end
        return None

    def _unknown(self, text: str) -> list[PaperMention]:
        other = _OTHER.search(text) if "报" in text else None
        if other is not None:
            return [PaperMention(*other.span(), (), negated=_is_negated(text, other.start()))]
        for found in _UNKNOWN.finditer(text):
            group = next(name for name in ("after", "before", "that") if found.group(name))
            name, start = found.group(group), found.start(group)
            if group != "after":
                cut = _NOT_A_NAME.match(name)
                start += cut.end() if cut else 0
                name = name[cut.end() if cut else 0 :]
            if len(name) < 2 or (group == "that" and _SOFT_WORD.search(name)):
                continue
            begin = found.start() if group == "after" else start
            near = self._resembling(name) if group != "that" else ()
            return [PaperMention(begin, found.end(), near, weak=bool(near), negated=_is_negated(text, begin))]
        return []

    def _resembling(self, name: str) -> tuple[int, ...]:
        near = {
            paper
            for core, ids in self._cores.items()
            if len(core) == len(name) and Hamming.distance(core, name) == 1
            for paper in ids
        }
        return tuple(sorted(near))


_SOFT_WORD = re.compile(
    r"[第几哪这那上下左右前后谁什么]|多[余出]|错|误|正确|不对|重复|标题|文章|照片|图片|记者|案例|以前|别人|同一"
)


def _core(name: str) -> str:
    """The part that tells an edition from its sisters: 凉城 of 社区晨报（凉城）."""
    return re.sub(rf"{_MASTHEAD}|街道$|版$|的", "", loose_key(re.sub(r"[·()]", "", fold(name).text)))


def is_another(name: str) -> bool:
    """Whether words that name no paper of ours plainly name another, and are none that was only misheard (刘湾)."""
    return _OTHER.search(name) is not None or re.search(_MASTHEAD, name) is not None


def known_by(name: str) -> tuple[str, str]:
    """By what a name is known again in a message: (the whole of it, the part that tells it from its sisters).

    A part of fewer than two characters names no paper.
    """
    return loose_key(name), _core(name)


def _is_negated(text: str, start: int) -> bool:
    return _NEGATED.search(text, max(0, start - 5), start) is not None
