"""Two marks beside one another of which a reader tells in words: 句号后面又有逗号, 最后两个句号. Pure.

Only where what he cites holds exactly one such place: then print itself gives the words, and nobody has to be asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.understanding.cited.dates import local_day
from bot.understanding.corrections.composing import MARK_NAMES
from bot.understanding.heard import Heard
from bot.understanding.in_print.placing import meant_by, placed
from bot.understanding.values import Finding

_MARK = "(?:逗号|句号|顿号|冒号|分号|问号|感叹号|叹号)"
_SAID = re.compile(
    rf"(?P<a>{_MARK})的?(?:后[面头边]|之后|后)[又还再也多有出现了加跟着紧连一个]{{0,6}}(?P<b>{_MARK})"
    rf"|(?P<c>{_MARK})[和跟、]?(?P<d>{_MARK})(?:连着|连用|连在一起|并排|叠在一起)"
    rf"|[两二2]个(?P<e>{_MARK})|(?P<f>{_MARK})(?:重复|重了|连着两个|打了两个|用了两个|印了两个)"
)
_PAUSE = re.compile("[，。；：！？,;:!?“”《》]")
LONGEST = 12
"""So many characters before the marks show the place."""


def doubled_marks(heard: Heard, cited: Finding) -> Finding | None:
    """What is cited, with the words before the two marks and the marks, and without the second of them."""
    said = _SAID.search(heard.citations.text)
    if said is None:
        return None
    names = [name for name in said.groups() if name]
    signs = MARK_NAMES[names[0]] + MARK_NAMES[names[-1]]
    found = [words for text in _cited_texts(heard, cited) for words in _before(text, signs)]
    if len(found) != 1:
        return None
    known = cited._replace(wrong=found[0] + signs, right=found[0] + signs[0])
    finding = placed(known, meant_by(known, heard.index), index=heard.index, sent_at=heard.sent_at)
    return finding if finding.place is not None else None


def _cited_texts(heard: Heard, cited: Finding) -> Iterator[str]:
    """The printed paragraphs of the article cited, or of the page cited."""
    index = heard.index
    if cited.article_id is not None:
        number = index.entry_of(cited.article_id)
        numbers = [] if number is None else [number]
    elif cited.page is not None and cited.paper_id is not None:
        numbers = index.on_page(cited.paper_id, cited.page, cited.issue_label, f"{local_day(heard.sent_at):%Y-%m}")
    else:
        numbers = []
    for number in numbers:
        yield from (text for _, text in index.entries[number].units)


def _before(text: str, signs: str) -> Iterator[str]:
    """The words that end where the two signs stand."""
    at = text.find(signs)
    while at >= 0:
        begin = max((m.end() for m in _PAUSE.finditer(text, 0, at)), default=0)
        yield text[max(begin, at - LONGEST) : at]
        at = text.find(signs, at + 1)
