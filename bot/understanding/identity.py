"""Blackens what names a reader in his own words, for those who grade. Pure; knows no rows.

The stored words stay untouched: this is how they are shown. What is quoted as the error stays readable,
for a printed telephone number may be the very thing that is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

BLACK = "▇▇▇"

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆"
    "汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤俞章葛"
)  # the commonest; a rarer one is caught where it stands after 我叫 or 姓名
_NUMBERS = (
    r"(?<![\d.])(?:\+?86[-\s]?)?1[3-9]\d[-\s]?\d{4}[-\s]?\d{4}(?!\d)",  # mobile
    r"(?<![\d.])0\d{2,3}[-—－\s]?\d{7,8}(?!\d)",  # landline with its area
    r"(?<![\dA-Za-z])\d{17}[\dXx](?![\dA-Za-z])",  # identity card
    r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]{1,64}(?:\.[A-Za-z0-9-]{1,32}){1,4}",
)
_AFTER_A_WORD = (
    r"(?:电话|手机号?|座机|联系方式|联系我|拨打)[是为]?[：:\s]{0,3}(?P<number>\d[\d\s-]{5,18}\d)",
    r"(?:微信号?|[Vv][Xx]|[Qq]{2}号?)[是为]?[：:\s]{0,3}(?P<account>[A-Za-z0-9_-]{5,20})",
    r"(?:姓名|署名|名字|落款|联系人|网名|昵称)[是为叫用]?[：:\s]{0,3}[“\"]?(?P<signed>[^\s，。,.；;！!“”\"：:]{1,12})",
    r"(?:我叫|本人叫|我的名字叫)(?P<called>[一-鿿·]{2,4})(?=[，。,.；;！!、\s]|$)",
    rf"(?:我是|本人|我姓)(?:读者|市民|居民)?(?P<surname>[{_SURNAMES}][一-鿿]{{0,2}})(?=[，。,.；;！!、\s]|$)",
    r"(?:读者|市民|居民|订户)[：:\s]{0,2}(?P<foot>[一-鿿]{2,4}?)(?:敬上|敬启|谨启|上|启)?\s*(?:$|(?=\n))",
)
_PATTERNS = tuple(re.compile(one) for one in (*_NUMBERS, *_AFTER_A_WORD))


def mask_identity(text: str, *, names: Iterable[str] = (), keep: Iterable[str] = ()) -> str:
    """`text` with names, numbers and addresses of its writer blackened.

    `names` are known to be his (the name he gave for print); `keep` are the words reported as the error,
    which stay wherever they stand in the text.
    """
    kept = [span for words in keep if words for span in _all(text, words)]
    spans = [span for pattern in _PATTERNS for span in _found(pattern, text)]
    spans += [span for name in names if len(name.strip()) >= 2 for span in _all(text, name.strip())]
    pieces, at = [], 0
    for start, end in sorted(spans):
        if end <= at or any(start < stop and begin < end for begin, stop in kept):
            continue
        pieces += [text[at : max(start, at)], BLACK]
        at = end
    return "".join(pieces) + text[at:]


def _found(pattern: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    return [match.span(match.lastindex or 0) for match in pattern.finditer(text)]


def _all(text: str, words: str) -> list[tuple[int, int]]:
    spans, at = [], text.find(words)
    while at >= 0:
        spans.append((at, at + len(words)))
        at = text.find(words, at + len(words))
    return spans
