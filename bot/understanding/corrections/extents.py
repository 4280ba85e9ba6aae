"""How far unquoted words reach that a right form replaces: of 收入10800元 only 10800元 by 10890元. Knows words only."""

from __future__ import annotations

import re

from rapidfuzz.distance import Hamming

from bot.understanding.corrections.contradicted import printed_around
from bot.understanding.corrections.forms import ARROW
from bot.understanding.corrections.item import Correction, Item
from bot.understanding.corrections.running import as_printed
from bot.understanding.thresholds import SHORT
from bot.understanding.words.normalise import fold
from bot.understanding.words.numerals import NUMBER

_LETTERS = re.compile("[a-z]{2,}")
_ARROW = re.compile(ARROW)
_ALL_WORDS = re.compile("[一-鿿]+")
SHORTEST_TAIL = 3
LONGEST_UNIT = 3
"""So many characters behind a number are its unit and no words of their own."""


def own_part(correction: Correction, item: Item) -> Correction:
    """The correction with what its right form replaces alone; what stood around it shows the place."""
    wrong, right = correction.wrong, correction.right
    if not wrong or not right:
        return correction
    if correction.quoted and len(wrong) > 1:
        part = _slip_in(wrong, right) if correction.context is None else None
        return correction._replace(wrong=part, context=wrong) if part and part in item.segment() else correction
    if len(wrong) == 1:
        around = None if correction.context else _as_it_should_be(item, wrong, right) or printed_around(item, fold(wrong).text)
        least = 2 if correction.quoted else SHORT
        return correction._replace(context=around) if around and len(around) >= least else correction
    said, meant = fold(wrong).text, fold(right).text
    drawn = _ARROW.search(item.text, correction.start, correction.end) is not None
    at, printed = own_span(said, meant) or (_same_beginning(said, meant) if drawn else None), as_printed(item, said)
    around = wrong if printed == said else printed  # 十一月三十一日 where 11月31日 is printed shows the place
    if at is None or len(said) != len(wrong):
        return correction._replace(context=around) if correction.context is None and around != wrong else correction
    if (printed is None and not item.stands(said[slice(*at)])) or said[slice(*at)] == meant:
        return correction  # 计18万 and 18万: what stood around it was meant
    return correction._replace(wrong=wrong[slice(*at)], context=correction.context or around)


def _slip_in(wrong: str, right: str) -> str | None:
    """“把湿度计挂在正中间”, 温度计: the only part of a longer quotation that differs in one character."""
    size = len(right)
    if size < 2 or len(wrong) < size + SHORTEST_TAIL:
        return None
    windows = [wrong[at : at + size] for at in range(len(wrong) - size + 1)]
    near = [window for window in windows if Hamming.distance(window, right) == 1]
    return near[0] if len(near) == 1 else None


def _as_it_should_be(item: Item, wrong: str, right: str) -> str | None:
    """“像雪片”的“像”误作“象”: what is printed where a quotation says it as it should be."""
    said = (item.words(at) for at in item.quotes)
    printed = (words.replace(right, wrong) for words in said if len(words) > 1 and words.count(right) == 1)
    return next((words for words in printed if item.stands(words)), None)


Span = tuple[int, int] | None


def own_span(said: str, meant: str) -> Span:
    """[start, end) of the only part of some folded words that a right form is for; None for all of them."""
    return _same_unit(said, meant) or _same_letters(said, meant)


def _same_beginning(said: str, meant: str) -> Span:
    """亲子书屋搬了新家→搬了新居: as many characters at the end, if they begin alike and most of them are the same; not
    where what stands before has to do with the right form (下一步希望进一步…, 希望下一步…)."""
    start = len(said) - len(meant)
    if start < 2 or len(meant) < SHORTEST_TAIL or said[start] != meant[0] or not _ALL_WORDS.fullmatch(meant):
        return None
    if set(said[:start]) & set(meant):
        return None
    return (start, len(said)) if 2 * Hamming.distance(said[start:], meant) <= len(meant) else None


def _same_letters(said: str, meant: str) -> Span:
    """Cofee吧, Coffee."""
    words = list(_LETTERS.finditer(said)) if _LETTERS.fullmatch(meant) else []
    return words[0].span() if len(words) == 1 and len(words[0].group()) < len(said) else None


def _same_unit(said: str, meant: str) -> Span:
    """吃盐不超过6千克, 6克: a number for the last one, with what follows it."""
    instead, numbers = NUMBER.match(meant), list(NUMBER.finditer(said))
    if instead is None or not numbers or numbers[-1].start() == 0:
        return None
    last = numbers[-1]
    unit, other = said[last.end() :], meant[instead.end() :]
    is_one = len(other) <= LONGEST_UNIT and (unit[-1:] == other[-1:] or len(unit) == len(other))
    return (last.start(), len(said)) if is_one else None
