"""What is set right once the corrections of a message are read: remarks dropped, halves joined, ends cut. Knows words only."""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from bot.understanding.corrections.item import Correction, Item
from bot.understanding.corrections.unquoted import from_same_beginning
from bot.understanding.thresholds import ALIKE, SURELY_ALIKE, WHOLE
from bot.understanding.words.normalise import fold, loose_key, strict_key

_HAS = re.compile(r"[只才仅就]?[有是](?=[\d零一二两三四五六七八九十])")
_TELLS = re.compile(r"(?<=.)(?:只有|没有|哪有|哪里有|哪来)")
"""Said about the words, no wording of its own."""
_WHICH = re.compile(r"(?P<word>[一-鿿]{2,4})的(?P<one>[一-鿿])字?")
_BEFORE_A_DAY = re.compile(r"(?P<day>.{0,8}\d月\d{1,2}[日号])(?:[之以]?前|起)")
_THIS_ONE = re.compile(r"[这那]个?(?:号|数|字|词|名|姓|样|意思)[码子字]?")
"""应该是96101，我记得是这个号: what was told already."""
_DID = re.compile("[画写作拍唱编演说建]的")


def answered(found: list[Correction]) -> list[Correction]:
    """A doubt in one line and its right form in a later one are one correction: “五言律诗”。…\n故当作“五言绝句”."""
    kept: list[Correction] = []
    for correction in found:
        right = loose_key(correction.right or "")
        doubts = [n for n, k in enumerate(kept) if k.doubt and k.item != correction.item and k.wrong and right
                  and fuzz.ratio(loose_key(k.wrong), right) >= max(ALIKE, _own_likeness(correction) + 1)]  # fmt: skip
        if doubts and (correction.wrong is None or not correction.quoted):
            kept[doubts[-1]] = kept[doubts[-1]]._replace(right=correction.right, doubt=False)
        else:
            kept.append(correction)
    return kept


def _own_likeness(correction: Correction) -> float:
    return fuzz.ratio(loose_key(correction.wrong or ""), loose_key(correction.right or ""))


def sooner_like(correction: Correction, item: Item) -> Correction:
    """公众号的名字印成了江城社区发步，恐怕是江城社区发布吧: what is like the wrong words is the right form, not what is not."""
    wrong, right = correction.wrong, correction.right
    if not wrong or not right or len(wrong) < WHOLE or set(loose_key(wrong)) & set(loose_key(right)):
        return correction
    # What only runs into the wrong words, or out of them, is no wording of its own: 成江城社区发 in 写成江城社区发步.
    said = item.text.find(fold(wrong).text, correction.start, item.end)
    windows = [item.text[i : i + len(wrong)] for i in range(correction.start, item.end - len(wrong) + 1)
               if said < 0 or abs(i - said) >= len(wrong)]  # fmt: skip
    others = [*(item.words(q) for q in item.quotes), *windows]
    best = max(others, key=lambda words: (words != wrong) * fuzz.ratio(words, wrong), default="")
    is_quote = best in (item.words(q) for q in item.quotes)
    if best == wrong or fuzz.ratio(best, wrong) < SURELY_ALIKE or (item.stands(best) and not is_quote):
        return correction
    return correction._replace(right=item.typed(best, item.start))


def begun_alike(correction: Correction, item: Item) -> Correction:
    """Speech before unquoted words that are not printed so is cut off where the right form shows how they begin."""
    if correction.quoted or not correction.wrong or not correction.right:
        return correction
    wrong = from_same_beginning(correction.wrong, correction.right)
    cut = wrong != correction.wrong and item.stands(wrong) and not item.stands(correction.wrong)
    return correction._replace(wrong=wrong) if cut else correction


def without_sentence(correction: Correction) -> Correction:
    """共9个小时, 只有7个小时; 张择瑞, 张择端画的: the right form without what made a sentence of it."""
    wrong, right = correction.wrong, correction.right
    day = None if correction.quoted else _BEFORE_A_DAY.fullmatch(wrong or "")
    if day:  # 11月31日前
        correction = correction._replace(wrong=day.group("day"))
    wrong = correction.wrong
    if not wrong or not right:
        return correction
    if not correction.quoted and (told := _TELLS.search(right)) and told.group() not in wrong:
        return correction._replace(right=None)  # 11月31日不对，11月只有30天
    has = _HAS.match(right)
    if has and has.group()[-1] not in wrong:
        right = right[has.end() :]
    same = sum(a == b for a, b in zip(wrong, right, strict=False))
    if not correction.quoted and _DID.fullmatch(right[len(wrong) :]) and same == len(wrong) - 1 > 0:
        right = right[: len(wrong)]
    return correction._replace(right=right) if right != correction.right else correction


def _tells_of(correction: Correction, earlier: Correction) -> bool:
    """“按装了一只”，还有把安装写成按装的: unquoted words after a quotation that say what is wrong in it."""
    bare = loose_key(correction.wrong or "")
    bare = bare[:-1] if bare.endswith("的") else bare
    return (earlier.right is None and not correction.quoted and bool(correction.right) and len(bare) > 1
            and bare in loose_key(earlier.wrong or "") and bare != loose_key(earlier.wrong or ""))  # fmt: skip


def _explains(correction: Correction, earlier: list[Correction]) -> bool:
    """…跌倒的倒: which character is meant by a correction that was told already."""
    found = _WHICH.fullmatch(correction.right or "")
    return found is not None and found.group("one") in found.group("word") and any(
        found.group("one") in (one.right or "") for one in earlier)


def without_echoes(found: list[Correction], text: str) -> list[Correction]:
    """A later correction of the same words to the same form, or only a part of an earlier one, is a remark."""
    kept: list[Correction] = []
    for correction in found:
        wrong, right = strict_key(correction.wrong or ""), strict_key(correction.right or "")
        if any(wrong == strict_key(k.wrong or "") and right == strict_key(k.right or "") and (wrong or right)
               and "\ue7ff" not in text[k.end : correction.start] for k in kept):  # fmt: skip
            continue
        if correction.wrong is None and (_explains(correction, kept) or _THIS_ONE.fullmatch(correction.right or "")):
            continue
        told = next((n for n, k in enumerate(kept) if _tells_of(correction, k)), None)
        if told is not None:
            bare = loose_key(correction.wrong or "")
            said = correction.wrong if bare in loose_key(kept[told].wrong or "") else (correction.wrong or "")[:-1]
            kept[told] = kept[told]._replace(wrong=said, right=correction.right, context=kept[told].wrong, doubt=False)
            continue
        kept.append(correction)
    return kept
