"""Finds what a message corrects: X应为Y in its many forms, too much, too little, a mark, or only a doubt.

Reads masked text with its citations blotted out; knows printed text only to delimit unquoted words.
"""

from __future__ import annotations

import re

from bot.understanding.corrections.amounts import read_marks, read_missing, read_point, read_too_much
from bot.understanding.corrections.contradicted import read_contradicted
from bot.understanding.corrections.evident import with_evident
from bot.understanding.corrections.explained import (
    read_badly_made,
    read_bracketed,
    read_contrast,
    read_explained,
    read_letter,
    read_one_character,
    read_said_again,
    read_word_meant,
)
from bot.understanding.corrections.extents import own_part
from bot.understanding.corrections.forms import DOUBT, OWN_DOUBT, PLACED, Q
from bot.understanding.corrections.homophones import read_homophones
from bot.understanding.corrections.item import Correction, Delimit, Differing, Item, Often, Stands
from bot.understanding.corrections.lines import find_items, labelled_lines, spaced_lines
from bot.understanding.corrections.mistaken import read_mistaken
from bot.understanding.corrections.named import read_named
from bot.understanding.corrections.opposed import joined, read_opposed
from bot.understanding.corrections.parallel import read_also, read_further, read_parallel
from bot.understanding.corrections.plain import read_plain, read_pointed
from bot.understanding.corrections.should import read_should
from bot.understanding.corrections.tidying import (
    answered,
    begun_alike,
    sooner_like,
    without_echoes,
    without_sentence,
)
from bot.understanding.corrections.twins import read_twins
from bot.understanding.corrections.valued import read_surely_valued, read_valued
from bot.understanding.corrections.voiced import read_voiced
from bot.understanding.corrections.weekdays import read_weekday
from bot.understanding.thresholds import MOST_ERRORS
from bot.understanding.words.masking import Masked
from bot.understanding.words.normalise import loose_key

_ALL_WRONG = re.compile(
    rf"{Q}(?:(?:[的里中][一-鿿]字?)?[\s、,和及与跟/]{{0,2}}{Q})+[^\ue000-\uf8ff。;!?\n]{{0,8}}(?:[俩两三四五几]|都|均|全)"
    r"[^\ue000-\uf8ff。;!?\n]{0,4}(?:不对|有误|错|不通|[别白]字)"
)
"""“第六界”“11比13”，这俩都不对: what is said of a whole row of quotations."""


def find_corrections(
    masked: Masked, text: str, delimit: Delimit, stands: Stands, differing: Differing, often: Often
) -> list[Correction]:
    """All corrections of a message in order, at most MOST_ERRORS + 1 (one more tells that there are more)."""
    found: list[Correction] = []
    labelled = labelled_lines(masked, text) or spaced_lines(masked, text, stands)
    for correction in labelled:
        text = text[: correction.start] + "\ue7ff" * (correction.end - correction.start) + text[correction.end :]
    found.extend(labelled)
    for number, (start, end) in enumerate(find_items(text)):
        item = Item(masked, text, start, end, delimit, stands, differing, often, number)
        for read in _READERS:
            read(item)
        if not item.found:
            read_word_meant(item)
        if not item.found:
            read_contrast(item)
        if not item.found:
            read_plain(item)
        if not item.found:
            read_twins(item)
        read_opposed(item)
        read_pointed(item)
        read_further(item)
        if not labelled:
            read_contradicted(item)
            read_valued(item)
        if not item.found and not labelled:
            read_homophones(item)
        if not item.found and not labelled:
            _read_doubts(item)
        set_right = (without_sentence(begun_alike(sooner_like(c, item), item)) for c in sorted(item.found, key=lambda c: c.start))
        found.extend(own_part(c, item) for c in set_right)
        if len(found) > MOST_ERRORS:
            break
    joint = joined(answered(found), text, stands)
    return without_echoes(with_evident(joint, masked, stands), text)[: MOST_ERRORS + 1]


def _read_doubts(item: Item) -> None:
    """Only quotations: the first, and each further one that a doubt of its own follows."""
    taken: list[str] = []
    quotes = item.quotes
    listed = _ALL_WRONG.search(item.text, item.start, item.end)
    for n, at in enumerate(quotes):
        words = item.words(at)
        until = quotes[n + 1] if n + 1 < len(quotes) else item.end
        between = item.text[at + 1 : until]
        own = OWN_DOUBT.match(between) is not None
        inner = next((n for n, c in enumerate(item.found) if own and c.right is None and _is_part(words, c.wrong)), None)
        if inner is not None:  # “…坐立不按”，“按”错: the words within are what is meant
            item.found[inner] = item.found[inner]._replace(wrong=words, context=item.found[inner].wrong)
            continue
        own = own or (listed is not None and listed.start() <= at < listed.end())
        own = own or bool(taken and PLACED.fullmatch(item.text, quotes[n - 1] + 1, at) and item.stands(words))
        if taken and (not own or any(loose_key(words) in loose_key(other) for other in taken)):
            continue
        taken.append(words)
        item.add(at, at + 1, words, None, doubt=True)


def _is_part(words: str, whole: str | None) -> bool:
    return 0 < len(loose_key(words)) < len(loose_key(whole or "")) and (whole or "").count(words) == 1


def has_doubt(text: str) -> bool:
    """Whether the words of a message around its quotations doubt something."""
    return DOUBT.search(text) is not None


_READERS = (
    read_parallel, read_weekday, read_surely_valued, read_point, read_letter, read_bracketed, read_named, read_voiced,
    read_explained, read_said_again, read_one_character, read_badly_made, read_mistaken, read_should, read_marks,
    read_too_much, read_missing, read_also,
)  # fmt: skip
"""In order of trust: what one has read is no longer free for the next."""
