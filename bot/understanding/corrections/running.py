"""Speech that runs on around a verb: what was said before and behind it, and how that stands in print. Works on one list item."""

from __future__ import annotations

import re

from bot.understanding.corrections.item import Item
from bot.understanding.thresholds import LONGEST_SPOKEN, REACH
from bot.understanding.words.normalise import loose_key
from bot.understanding.words.numerals import in_figures, in_ten_thousands, in_words

_REMARK = re.compile(
    r"(?:(?:少|多|漏|缺)[了掉]?一?个?[一-鿿]{1,2}字?[旁底头边]|(?:少|多|漏|缺)[了掉]?[一两二三几]个?(?:位数?|数字?|号码)|[打拨]不通|最?[后前]面?的?[一两二三几]位数?|(?:[这那]个?|一个)?(?:字|词|数字?|地方|名字)?(?:都|是|也|写得|用得|算得)*"
    r"(?:写错|印错|打错|用错|算错|错|[不勿]对|有误|不正确|有问题)(?:了|的)?|[这那一两二三四]个?(?:字|词)|字|怎么|为什么|为啥|偏偏|了|,|\s|吧|啊|呀|吗|呢|它)+$"
)
_STOPS = re.compile("[。;!?\\n\ue000-\uf8ff]")
_DAY_SAID = re.compile(r"(?<=\d)号")
"""11月31号: as 31日 is read out."""
_MARKS_SAID = re.compile(r"顿号|逗号|句号|冒号|分号|书名号|间隔号|连接号")


def as_printed(item: Item, said: str) -> str | None:
    """`said` as it stands in print: as it is, with its numbers the other way, or with its marks not spoken."""
    if len(loose_key(said)) < 2:
        return None
    forms = dict.fromkeys((said, in_figures(said), in_ten_thousands(said), in_words(said), _MARKS_SAID.sub("", said),
                           _DAY_SAID.sub("日", in_figures(said))))  # fmt: skip
    return next((form for form in forms if len(loose_key(form)) >= 2 and item.stands(form)), None)


def printed_end(item: Item, said: str) -> str:
    """The longest end of some words that stands in print; "" for none."""
    ends = (said[-length:] for length in range(min(len(said), LONGEST_SPOKEN), 1, -1))
    return next((words for words in ends if len(loose_key(words)) > 1 and item.stands(words)), "")


def said_before(item: Item, at: int, *, with_citations: bool = False) -> str:
    """What was said before an offset, back to a stop, without remarks at its end (这个字写错了)."""
    begin = max(item.start, at - REACH)
    text = (item.masked.text if with_citations else item.text)[begin:at]
    stop = max((m.end() for m in _STOPS.finditer(text)), default=0)
    return _REMARK.sub("", text[stop:])


def said_behind(item: Item, at: int) -> str:
    text = item.text[at : min(item.end, at + LONGEST_SPOKEN + 8)]
    stop = _STOPS.search(text)
    return text[: stop.start()] if stop else text


def add_as_printed(item: Item, start: int, end: int, wrong: str, right: str, printed: str | None) -> None:
    context = printed if printed is not None and printed != wrong else None
    item.add(max(start, item.start), min(end, item.end), item.typed(wrong, item.start), item.typed(right, item.start),
             context=context, quoted=False)  # fmt: skip
