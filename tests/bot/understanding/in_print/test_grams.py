"""The index of bigrams against looking through every text, and what it holds in memory."""

from __future__ import annotations

import random
import tracemalloc
from itertools import count

import pytest

from bot.understanding.in_print.grams import GramIndex, Window, bigrams
from tests.support.many_papers import Printer

SIGNS = "中国人民社区晨报a1的\n。𠀀"
WINDOWS: tuple[Window | None, ...] = (None, ((3, 50),), ((0, 20), (40, 90)), ())
MOST_BYTES = 1_500_000
"""Of a thousand articles of 400 characters; a string, an entry and a list for every bigram took 3.4 MB."""


def _drawn(drawn: random.Random, signs: str, longest: int) -> str:
    return "".join(drawn.choices(signs, k=drawn.randint(0, longest)))


def _within(number: int, within: Window | None) -> bool:
    return within is None or any(lo <= number < hi for lo, hi in within)


@pytest.mark.parametrize("seed", range(5))
def test_the_index_finds_what_looking_through_every_text_finds(seed: int) -> None:
    drawn = random.Random(seed)
    texts = [_drawn(drawn, SIGNS, 12) for _ in range(120)]
    grams = [set(bigrams(text)) for text in texts]
    index = GramIndex(texts, len(texts))

    for _ in range(200):
        key, within = _drawn(drawn, SIGNS + "另", 6), drawn.choice(WINDOWS)
        sought = set(bigrams(key))
        shared = {n: len(sought & own) for n, own in enumerate(grams) if sought & own and _within(n, within)}
        found, counted = index.most_like(key, len(texts), within)
        assert dict(found) == shared
        assert (counted, [many for _, many in found]) == (len(sought), sorted(shared.values(), reverse=True))
        likely, _ = index.most_like(key, len(texts), within, least=0.6)
        assert set(likely) <= {(n, many) for n, many in shared.items() if many >= 0.6 * len(sought)}
        # Few texts are not looked at more closely: every one with all of the key's bigrams is among them.
        assert {n for n, many in shared.items() if many == len(sought)} <= set(index.holding(key, within)) <= set(shared)


def test_a_text_of_one_character_is_not_taken_for_that_character_doubled() -> None:
    index = GramIndex(["人", "人人", "人\n人", ""], 4)

    assert [index.holding(key) for key in ("人", "人人", "民", "")] == [[0], [1], [], []]


@pytest.mark.slow
def test_a_thousand_articles_take_little_memory() -> None:
    printer = Printer(7, count(1))
    texts = ["".join(article.paragraphs) for _ in range(36) for page in printer.issue("2026-11").pages
             for article in page.articles]  # fmt: skip
    tracemalloc.start()
    try:
        index = GramIndex(texts, len(texts))
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert (len(texts) > 1000, index.holding(texts[5])[0], held < MOST_BYTES) == (True, 5, True)
