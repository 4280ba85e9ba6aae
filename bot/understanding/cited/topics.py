"""Finds what a reader calls an article without naming its title: 讲鹦鹉的, 高安来人参观的那篇, （家庭医生那篇）.

Gives candidates only; whether one means an article is judged where the quotation has been found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.understanding.thresholds import LONGEST_TITLE, MOST_TOPICS
from bot.understanding.words.normalise import loose_key

_PIECE = re.compile("[^,。;:!?()/|【】—\\s\ue000-\ue7ff]{2,60}")
_CUT = re.compile(
    r"(?P<sign>(?:的|这|那)*(?:[那这](?:一)?(?:[篇则条个块]|封来?信|首诗)|一[文则]|文[中内里]|文章|报道|新闻|消息|稿子?|(?:读者)?来[稿信]|通知|启事|广告|通讯|栏目?|故事|回忆|短[文讯]|小文|豆腐块|小?标题)"
    r"(?:的?(?:文章|报道|新闻|消息|稿子?|标题|广告))?(?:里面?|里头|中|上|下面)?的?)"
    r"|(?P<soft>的那位|的(?=记者|作者|小编)|里面?|里头|中间?|讲到?(?![座堂师课台])|写到?|说到?(?!明)|谈(?![话判心])|关于|有关|介绍|报道|那句|那段|这句|这段|第[一二三四五六七八九十\d]+[个部段节]?(?:分|案例|自然段)?|最后一[段句])"
)
_ORNAMENT = re.compile(
    r"^(?:[那这][封首张幅]|的|那个|这个|是|在|就是|还有|其中|另外|又|再|你们|贵报|你们的)+|(?:的|那|这|是|有|把)+$"
)
_SPEECH = re.compile(r"应[为是该]|改[为成]|错|误|写成|多了|少了|漏|怎么|为什么")


@dataclass(frozen=True, slots=True)
class Topic:
    """Words at [start, end) that may mean an article; `signposted`: 那篇, 的报道 or the like follows; `leads`: they are
    said before the error."""

    start: int
    end: int
    words: str
    signposted: bool
    leads: bool = True


def find_topics(text: str, start: int, end: int) -> list[Topic]:
    """Candidates in a masked text whose citations are blotted out, the last first; at most MOST_TOPICS."""
    found = [topic for piece in _PIECE.finditer(text, start, end) for topic in _in_piece(text, *piece.span())
             if topic.signposted or not _goes_on(text, piece.start())]
    return found[: -MOST_TOPICS - 1 : -1]


def _goes_on(text: str, at: int) -> bool:
    """各单位“一行在街道召开”现场交流会: words right behind a quotation are the rest of its sentence."""
    return at > 0 and "\ue000" <= text[at - 1] <= "\ue3ff"


def _in_piece(text: str, start: int, end: int) -> Iterator[Topic]:
    at = start
    for cut in [*_CUT.finditer(text, start, end), None]:
        stop = cut.start() if cut else end
        words = text[at:stop]
        bare = _ORNAMENT.sub("", words)
        begin = at + words.find(bare)
        signposted = cut is not None and cut.group("sign") is not None
        if 2 - signposted <= len(loose_key(bare)) <= LONGEST_TITLE and not _SPEECH.search(bare):
            yield Topic(begin, cut.end("sign") if cut and signposted else begin + len(bare), bare, signposted)
        at = cut.end() if cut else end
