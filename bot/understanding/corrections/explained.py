"""Reads characters that are explained by a word (口袋的袋), as people speak where they cannot write quotation marks.

Works on one list item; knows print only by asking whether words stand in it.
"""

from __future__ import annotations

import re
from itertools import islice

from rapidfuzz import fuzz
from rapidfuzz.distance import Hamming, Levenshtein

from bot.understanding.corrections.item import Item
from bot.understanding.thresholds import ALIKE, MOST_ERRORS, MOST_NAMED, REACH
from bot.understanding.words.normalise import fold, loose_key
from bot.understanding.words.numerals import in_figures
from bot.understanding.words.sounds import same_sound, sound_share

_WORD_MEANT = re.compile(
    r"(?P<word>[一-鿿]{2,6})的那?个?(?P<one>[一-鿿])字?(?:也|又|都|给|是)*(?:写|印|打|用|排)?(?:错|[不勿]对)"
)
_EXPLAINED = re.compile(r"(?P<word>[一-鿿]{2,4})的(?P<one>[一-鿿])")
_AT_END = re.compile(
    r"(?P<word>[一-鿿\d]{2,12}?)(?:[这那]个(?:词|成语|地方))?(?:的?(?:标题|题目|文章|照片说明|图片说明))?(?:里面|里头|里边|里|当中|中|上面|上)?"
    r"[的之]?[这那]?个?(?P<one>[一-鿿])$"
)
_CHARACTER_SAID = re.compile(r"(?:这个|那个|一)?字?[,\s]*$")
_PRINTED_AS = re.compile(
    r"字?,?(?:被|却|给|都)?(?:误写|错写|误印|错印|写|印|打|排|登|误|错)[成为作]了?(?:[一-鿿]{1,4}的)?(?P<bad>[一-鿿])(?:字)?"
)
_IS = re.compile(r"(?:我们|我|这里|这儿|明明|本来|一直|其实|人家)(?:都|就)?(?:是|叫)(?P<right>[一-鿿\da-z]{2,12})")
_MEANT = re.compile(r"(?:应该|应当|应)?(?:是|为|用)?[一-鿿]{2,4}的那?个?(?P<one>[一-鿿])字?(?:吧|啊|呀)?")
_WRITE = re.compile(
    r"[,\s]?(?:这里|这儿)?(?:应该|应当|应|该|要|得)(?:写|用|印)(?:成|作|为)?(?P<right>[一-鿿\da-z]{1,12}?)(?=才|更|比较|吧|[^一-鿿\da-z]|$)"
)
_WRONG_CHARACTER = re.compile(
    r"(?P<char>[一-鿿])(?:这个)?字(?:印|写|打|用)?(?:错|不对)了?[吧啊呀]?(?:[,]?(?:应该?|应当)(?:是|为|作|改[为成])(?P<right>[一-鿿])(?![一-鿿]))?"
)
_SAID_AGAIN = re.compile(
    r"(?P<char>[一-鿿])[\s,]+(?P=char)(?:这个)?字?(?:印|写|打|用)?(?:错|不对)了?[吧啊呀]?[\s,]*"
    r"(?:(?:应该?|应当)?(?:是|为|作|用|改[为成]?))?(?P<right>[一-鿿])字?(?![一-鿿])"
)
_BADLY_MADE = re.compile(
    r"(?P<char>[一-鿿])字?(?:多|少|漏|缺)[了掉]?一?个?(?:[一-鿿]{1,2}字?[旁底头边]|[三两]点水|走之底?|一?[点撇横竖捺](?![一-鿿]))"
)
_LETTER = re.compile(
    r"(?:字母|里面?的|中间的|当中的)\s*(?P<letter>[a-z])[^。;\ue000-\uf8ff]{0,6}?(?:应该?是|应当是|应为|该是|不是|而不是)(?:阿拉伯)?(?:数字)?\s*(?P<figure>\d)(?!\d)"
)
_BRACKETED = re.compile(
    r"(?P<word>[一-鿿]{2,8})(?:\s?\((?P<right>[一-鿿]{1,8})\)|[ ,](?P<one>(?![改应是为])[一-鿿])(?=$|[\s,。;]))"
)
_IN_A_WORD = re.compile(r"(?<![一-鿿])(?P<one>[一-鿿])\s?\((?P<right>[一-鿿])\)(?P<rest>[一-鿿]{1,4})")
_AMONG_FIGURES = re.compile(r"(?<=\d)[loi](?=\d)")
_LOOKS_LIKE = {"l": "1", "i": "1", "o": "0"}
_MIXED = re.compile(r"[\da-z][\da-z—-]{2,20}")
_PLACE_HOLDERS = re.compile("[\ue000-\ue7ff]+")
_CLAUSE_MARKS = ",。;:!?\n"


def explained_at_end(left: str) -> re.Match[str] | None:
    """厉害的厉; without 的 only a character said twice (再接再励励): 九月初九 is a word."""
    found = _AT_END.search(left)
    if found is None or found.group("one") not in found.group("word"):
        return None
    is_close = found.end("word") == found.start("one")
    return None if is_close and found.group("word")[-1] != found.group("one") else found


def one_of_printed(item: Item, left: str) -> tuple[str, str] | None:
    """(character, printed words that hold it) of 象雪片的象, 象雪片中象字; None where they are not printed."""
    found = explained_at_end(_CHARACTER_SAID.sub("", left))
    if found is None:
        return None
    word, one = found.group("word"), found.group("one")
    said = next((word[-length:] for length in range(len(word), 1, -1) if item.stands(word[-length:])), "")
    return (one, said) if said.count(one) == 1 else None


def sound_alike_printed(item: Item, left: str, right: str) -> tuple[str, str] | None:
    """(character, printed words that hold it) of 公试 before 示: the only one that sounds like a single right character."""
    word = left[-MOST_NAMED:]
    said = next((word[-length:] for length in range(len(word), 1, -1) if item.stands(word[-length:])), "")
    alike = [one for one in said if one != right and same_sound(one, right)]
    return (alike[0], said) if len(alike) == 1 else None


def _word_of(found: re.Match[str]) -> str | None:
    """The shortest word before 的 that holds the character explained, 口袋 in 公园的标题口袋的袋."""
    words = (found.group("word")[-n:] for n in range(2, 5))
    return next((word for word in words if word.count(found.group("one")) == 1), None)


def _differing_at(text: str, word: str, one: str) -> str | None:
    """The only window of `text` that differs from `word` in nothing but the one character."""
    at = word.index(one)
    windows = {text[i : i + len(word)] for i in range(len(text) - len(word) + 1)}
    near = [w for w in windows if w[:at] == word[:at] and w[at + 1 :] == word[at + 1 :] and w != word]
    return near[0] if len(near) == 1 and "\u4e00" <= near[0][at] <= "\u9fff" else None


def read_explained(item: Item) -> None:
    """食堂的堂印成唐朝的唐, 《… 圈仝》圈套的套字错了, 口代公园，口袋的袋: the word tells which character is meant."""
    for found in islice(_EXPLAINED.finditer(item.text, item.start, item.end), MOST_ERRORS):
        word, one = _word_of(found), found.group("one")
        if word is None or word[-1] in "里中上" or not item.free(found.start(), found.end()):
            continue  # 过时不侯里的侯: printed words that hold it, none that explains it
        printed_as = _PRINTED_AS.match(item.text, found.end(), item.end)
        if printed_as:
            wrong: str | None = word.replace(one, printed_as.group("bad"))
            end = item.end if item.stands(wrong or "") and not item.quotes else printed_as.end()
        else:
            before = item.masked.text[max(item.start, found.start() - REACH) : found.start()]  # 标题口代公园 is a citation too
            texts = [] if item.quotes else [*item.titles(), before]
            wrong, end = next((w for text in texts if (w := _differing_at(text, word, one))), None), found.end()
        if wrong is not None and item.stands(wrong):
            item.add(_clause_start(item, found.start("word")), end, wrong, word, quoted=False)


def read_one_character(item: Item) -> None:
    """标题再接再励励字错了, 一但闻到的但字错了吧应该是旦: the printed words before are what holds the character."""
    for found in islice(_WRONG_CHARACTER.finditer(item.text, item.start, item.end), MOST_ERRORS):
        char, left = found.group("char"), item.text[max(item.start, found.start() - REACH) : found.start()]
        if item.quotes or not item.free(found.start(), found.end()):
            continue
        words = item.delimit(left, None)
        if len(words) > 1 and words.count(char) == 1 and item.stands(words):
            typed, right = item.typed(words, item.start), found.group("right")
            if right:
                item.add(found.start() - len(left), found.end(), char, right, context=typed, quoted=False)
            else:
                item.add(found.start() - len(left), found.end(), typed, None, quoted=False)


def read_said_again(item: Item) -> None:
    """柳树七颗 颗错了 棵: the last character of the words said once more, then one that sounds like it."""
    found = None if item.quotes else _SAID_AGAIN.search(item.text, item.start, item.end)
    if found is None or not item.free(found.start(), found.end()):
        return
    char, right = found.group("char", "right")
    if char == right or not same_sound(char, right):
        return
    left = item.text[max(item.start, found.start() - REACH) : found.start() + 1]
    left = _PLACE_HOLDERS.split(left)[-1]
    words = item.delimit(left[max(map(left.rfind, _CLAUSE_MARKS)) + 1 :], None)
    if len(words) > 1 and words.count(char) == 1:
        start = found.start() + 1 - len(words)
        item.add(start, found.end(), char, right, context=item.typed(words, item.start), quoted=False)


def read_badly_made(item: Item) -> None:
    """座下来歇脚，坐字多了个广字头: the printed words before hold a character that is read like the one named."""
    for found in islice(_BADLY_MADE.finditer(item.text, item.start, item.end), MOST_ERRORS):
        char, left = found.group("char"), item.text[max(item.start, found.start() - REACH) : found.start()]
        left = _PLACE_HOLDERS.split(left)[-1].strip(_CLAUSE_MARKS)
        if item.quotes or not left or not item.free(found.start(), found.end()):
            continue
        words = item.delimit(left, None)
        meant = [one for one in words if same_sound(one, char)]
        if len(words) > 1 and len(meant) == 1 and item.stands(words):
            right = words.replace(meant[0], char) if meant[0] != char else None
            item.add(item.text.find(words, item.start), found.end(), item.typed(words, item.start), right, quoted=False)


def _clause_start(item: Item, at: int) -> int:
    return max((item.text.rfind(mark, item.start, at) + 1 for mark in _CLAUSE_MARKS), default=item.start)


def explained_right(wrong: str, right: str) -> str:
    """`right` as it should be printed where it is only an explained character; else as given.

    “发部消息”应为发布的布 → 发布消息; “布”应为鼓掌的鼓 → 鼓; 口代, 口袋的袋 → 口袋.
    """
    found = re.fullmatch(r"(?P<word>[一-鿿]{2,4})的(?P<one>[一-鿿])字?", right)
    word = _word_of(found) if found else None
    if found is None or word is None:
        return right
    if len(wrong) == 1:
        return found.group("one")
    one = found.group("one")
    sounding = [char for char in wrong if char != one and same_sound(char, one)]
    if len(sounding) == 1 and wrong.count(sounding[0]) == 1:
        return wrong.replace(sounding[0], one)  # 股起掌来, 鼓掌的鼓
    window = _differing_at(wrong, word, one)
    return wrong.replace(window, word) if window is not None and wrong.count(window) == 1 else right


def _read_written(item: Item, quote: int) -> bool:
    """“3、4天”应该写三四天: as the quotation reads, with its numbers the other way, or nearly so."""
    found = _WRITE.match(item.text, quote + 1, item.end)
    if found is None:
        return False
    wrong, right = (in_figures(loose_key(words)) for words in (item.words(quote), found.group("right")))
    if fuzz.ratio(wrong, right) < ALIKE:
        return False
    item.add(quote, found.end(), item.words(quote), item.typed(found.group("right"), found.start("right")))
    return True


def meant_character(words: str, said: str) -> str | None:
    """八折优慧, and then 实惠的惠: the words with that character for the one that sounds like it."""
    explained = _MEANT.fullmatch(said.strip(" ,。!~"))
    return with_one(words, explained.group("one")) if explained else None


def read_word_meant(item: Item) -> None:
    """“必竟”，毕竟的毕错了: the word as it should be, said to explain which of the characters quoted is wrong."""
    found = _WORD_MEANT.search(item.text, item.quotes[0], item.end) if len(item.quotes) == 1 else None
    if found is None or found.group("one") not in found.group("word"):
        return
    wrong, right = item.words(item.quotes[0]), found.group("word")
    if len(wrong) == len(right) and 0 < Hamming.distance(wrong, right) <= max(1, len(wrong) // 3):
        item.add(item.quotes[0], found.end(), wrong, item.typed(right, item.start))


def read_contrast(item: Item) -> None:
    """“澄西区”，我们是澄溪区: the reader says how it is called, as long as the quotation and nearly the same."""
    quotes = item.quotes
    if len(quotes) != 1 or _read_written(item, quotes[0]):
        return
    wrong = item.words(quotes[0])
    found = _IS.search(item.text, quotes[0] + 1, item.end)
    if found is None or len(loose_key(wrong)) < 3:
        return
    right = found.group("right")[: len(wrong)]
    if len(right) == len(wrong) and 0 < Levenshtein.distance(right, wrong) <= max(1, len(wrong) // 4):
        item.add(quotes[0], found.start("right") + len(right), wrong, right)


def read_letter(item: Item) -> None:
    """6000—04l2，里面是字母l，应该是数字1: the printed number that holds the letter, with the figure in its place."""
    for found in islice(_LETTER.finditer(item.text, item.start, item.end), MOST_ERRORS):
        letter, figure = found.group("letter"), found.group("figure")
        said = [(q, item.words(q)) for q in item.quotes if q < found.start()]
        said += [(m.start(), item.typed(m.group(), m.start())) for m in _MIXED.finditer(item.text, item.start, found.start())]
        fits = [(at, words) for at, words in said if fold(words).text.count(letter) == 1 and item.stands(words)]
        if fits and item.free(found.start(), found.end()):
            at, words = fits[-1]
            cut = fold(words).origin[fold(words).text.index(letter)]
            item.add(at, found.end(), words, words[:cut] + figure + words[cut + 1 :], quoted=False)
    if item.found or item.quotes or "字母" not in item.text:
        return
    for m in islice(_MIXED.finditer(item.text, item.start, item.end), MOST_ERRORS):
        among = list(_AMONG_FIGURES.finditer(m.group()))
        if len(among) == 1 and item.stands(m.group()):  # 电话6000—04l2里有个字母
            words, cut = item.typed(m.group(), m.start()), among[0].start()
            item.add(*m.span(), words, words[:cut] + _LOOKS_LIKE[among[0].group()] + words[cut + 1 :], quoted=False)


def read_bracketed(item: Item) -> None:
    """白塘(糖), 坐立不按（坐立不安）, 坐立不按 安: printed words with the right ones behind them, as proofs are marked."""
    for found in islice(_IN_A_WORD.finditer(item.text, item.start, item.end), MOST_ERRORS):
        one, rest = found.group("one", "rest")
        said = next((one + rest[:length] for length in range(len(rest), 0, -1) if item.stands(one + rest[:length])), "")
        if len(said) > 1 and item.free(*found.span()):  # 抄(炒)鸡蛋
            item.add(found.start(), found.start("rest"), one, found.group("right"), context=said, quoted=False)
    for found in islice(_BRACKETED.finditer(item.text, item.start, item.end), MOST_ERRORS):
        word, given = found.group("word"), found.group("right") or found.group("one")
        for length in range(len(word), 1, -1):
            said = word[-length:]
            if not item.stands(said):
                continue
            right = with_one(said, given) if len(given) == 1 else given if len(given) == length else None
            alike = right is not None and 0 < Hamming.distance(said, right) <= length / 2 and (
                sound_share(said, right) == 100  # 跌到(倒): both are printed
                or not item.stands(right) or item.often(said) < item.often(right))
            if right is not None and alike and item.free(*found.span()):
                item.add(found.end("word") - length, found.end(), item.typed(said, found.start()), right, quoted=False)
            break


def with_one(said: str, one: str) -> str | None:
    """`said` with `one` for the only character that sounds like it."""
    alike = [n for n, char in enumerate(said) if char != one and same_sound(char, one)]
    return said[: alike[0]] + one + said[alike[0] + 1 :] if len(alike) == 1 else None
