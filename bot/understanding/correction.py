"""Finds what a message corrects: X应为Y in its many forms, too much, too little, a mark, or only a doubt.

Reads masked text with its citations blotted out; knows printed text only to delimit unquoted words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise

from rapidfuzz import fuzz

from bot.understanding.composing import (
    MARK_NAMES,
    MARK_WORD,
    enclosed,
    inserted,
    inserted_as_said,
    mark_removed,
    mark_replaced,
)
from bot.understanding.masking import Masked
from bot.understanding.normalise import loose_key, strict_key
from bot.understanding.unquoted import fitted, resembles, trim_right

MOST = 20
"""So many errors are read from one message at once."""

_Q = "[\ue000-\ue3ff]"
_X = "[\ue000-\ue6ff]"
_WORDS = "[^\\s,。;:!?()\\n\ue000-\ue7ff→]"
_ADVERB = r"(?:似乎?|疑|恐怕?|大概|可能|当|实|建议|请|最好|我(?:觉得|认为|看|想)|按理|明明|肯定|怕是|就)?"
_STRONG = (
    rf"{_ADVERB}(?:"
    r"(?:正确|官方|规范|标准|准确|通行|一般|通用|习惯)的?(?:写法|说法|叫法|用法|名称|表述|全称|形式|字)?(?:应该|应当|应|该)?(?:是|为|作|写作)"
    r"|我?记得(?:应该|应|该)?是|(?:全称|原话|原名|本名)(?:应该|应)?(?:是|叫)"
    r"|(?:应该|应当|应|须|宜|得|要|该)(?:修改为|更改为|更正为|改正为|改为|改成|改作|改用|换成|换为|换作|写成|写作|写为|"
    r"称为|称作|叫做|叫作|说成|表述为|印成|读作|统一为|订正为)"
    r"|(?:应该|应当|应)(?:是|为|作|叫|称)|该是|该为"
    r"|(?:修改为|更改为|更正为|改正为|修正为|订正为|改为|改成|改作|换成|换为)|其实是|实为|实际上?(?:应)?是)"
)
_WEAK = r"(?:应该|应当|应|该|要|得|须)(?:用|写|说|做|成|读|念|改|换)(?:一字线|书名号|引号|括号)?"
_ARROW = r"(?:→|[-=—]+>)"
_ASKS = r"(?:是不是(?:应该?(?:是|为))?|会不会是|难道不是)"
_SHOULD = re.compile(
    rf"(?P<asks>{_ASKS})\s*|(?<={_Q})\s*(?P<short>改)\s*(?={_Q})|(?P<strong>{_STRONG})\s*(?:的)?[::]?\s*"
    rf"|(?P<arrow>\s*{_ARROW}\s*)|(?P<weak>{_WEAK})\s*[::]?\s*(?={_X})"
)
_RIGHT_WORDS = re.compile(rf"{_WORDS}{{1,60}}")
_LEFT_WORDS = re.compile(rf"{_WORDS}{{1,60}}[\s,]?$")
_MISTAKEN = re.compile(
    rf"(?P<y>{_X}|{_WORDS}{{1,20}}?)(?:[两二三]?个?字)?(?:,)?(?:被|却|都|给)?"
    r"(?:误写[为成作]|错写[为成作]|误印[为成]|错印[为成]|误排[为成]|误植为|误为|误作|误成|错为|错成|错作|(?<!应)(?<!应该)写成了?|印成了?|打成了?|排成了?|登成了?)"
    rf"\s*[::]?(?P<x>{_X}|{_WORDS}{{1,20}})"
)
_ERROR_FOR = re.compile(
    rf"(?P<x>{_X})(?:[两二三]?个?字)?(?:,)?(?:似|疑|显然|可能|应该?|恐怕?|大概)?(?:是|为|系|乃|当为)?(?P<y>{_X})(?:[两二三]?个?字)?(?:之误|的误[写植用]?|的笔误|之讹|的错写|的错别字)"
)
_NOT_BUT = re.compile(
    rf"(?:不是|不应该?是|而非|并非)(?P<x>{_Q})[,;]?(?:而)?(?:应该?)?是(?P<y>{_Q})|(?:应该?)?是(?P<y2>{_Q})[,;]?(?:而)?(?:不是|不应该?是|而非|并非)(?P<x2>{_Q})"
    rf"|只有(?P<y3>{_Q}|{_WORDS}{{2,12}}?)[,]?(?:根本|并)?没有(?P<x3>{_Q}|{_WORDS}{{2,12}}?)(?=的|这|,|。|$|\s)"
)
_ONE_OF = re.compile(r"(?P<word>[一-鿿]{2,8})的(?P<one>[一-鿿])")
_ONE_CHARACTER = re.compile(
    r"(?P<x>[一-鿿])(?:这个)?字(?:写|用|打|印)?(?:错|不对|有误)了?[,]?(?:应该?|应当)(?:是|为|作|改[为成])(?P<y>[一-鿿])(?:字)?(?=$|[^一-鿿]|吧|才)"
)
_PUT_IN = re.compile(
    r"(?:少|漏|缺|脱|丢|掉了?|遗漏|欠)(?:了|写|印|打|排|掉|去|失)*(?:一|两|二|三)?个?\s*"
    rf"(?P<y>{_Q}|{MARK_WORD}|[一-鿿]{{1,6}}(?=[一两二三四]?个?字))"
    rf"|(?:加|补|添)(?:上|个|一个|入|了)*\s*(?P<y2>{_Q}|{MARK_WORD}|[一-鿿]{{1,4}}(?=[一两二三四]?个?字))"
    rf"|没有?(?:加|用|打)?(?P<y3>{MARK_WORD})|未(?:加|用)(?P<y4>{MARK_WORD})"
)
_POSITION = re.compile(
    rf"(?P<anchor>{_Q})?(?:[两二三四一]?个?字)?(?:的|这里|这|那里)?(?P<pos>中间|之间|当中|前面|前边|之前|前|后面|后边|之后|后头|后|开头|末尾|结尾|最后)"
    r"(?:应该?|可能|好像|似乎|要|需要?|还|是不是|明显|又|都|的)*$"
)
_TOO_MUCH = re.compile(
    rf"(?:多|衍)(?:余|出|写|印|打|排)?(?:了|出)*(?:一|两|二)?个?\s*(?P<y>{_Q}|{MARK_WORD}|[一-鿿]{{1,4}}(?=[一两二三]?个?字))"
    rf"|(?P<y2>{_Q}|{MARK_WORD})(?:这?[一两二三四]个?字)?(?:是|为|纯属|属|明显|显得|,)?(?:多余|衍文|衍字|(?:应该?|应当|可以?|要|须|得|都|也)(?:予以)?(?:删|去掉|去|拿掉|不要)|删去|删掉|去掉)"
    rf"|(?:删|删去|删掉|删除|去掉|拿掉|去)(?P<y3>{_Q}|{MARK_WORD}|[一-鿿]{{1,4}}(?=[一两二三]?个?字))"
)
_MARK_FOR_MARK = re.compile(
    rf"(?P<old>{MARK_WORD})(?:用得不对|不对|错了|有误)?[,]?(?:应该?|应当|要|似应|宜|须)?(?:改)?(?:为|是|成|用|作|换成|改成)(?P<new>{MARK_WORD})"
)
_DOUBT = re.compile(
    r"不对|有误|错了|写错|印错|打错|不通|不妥|不当|别扭|重复|漏字|多字|错字|别字|搭配|病句|语病|有问题|不规范|不合适|不完整|矛盾|"
    r"对吗|对不对|对伐|什么意思|啥意思|怎么|为什么|为啥|是不是|难道|到底|哪个|哪一个|不明白|看不懂|请核实|请核对|请查|错|漏|误|半角|全角|不能|颠倒|啰嗦|不准|不统一|欠妥|奇怪|没交代|没有交代|没写|没说|明明|哪有|缺"
)
_OWN_DOUBT = re.compile(
    r"[^,。;!?]{0,6}(?:不对|有误|错(?![别字])|写错|不通|搭配不当|漏字|多字|错字|别扭|有错|重复了)"
)
_ITEM = re.compile(
    r"[①-⑳]|(?:(?<=[\s,。;:(])|^)\(?(?:\d{1,2}|[一二三四五六七八九十])\s*[.、)](?!\d)"
    r"|(?<![一-鿿])[一二三四五六七八九十]是(?=\s*[\ue000-\ue6ff])|第[一二三四五六七八九]?[个处条]?是(?=\s*[\ue000-\ue3ff])"
    r"|(?:还有|另外|此外|另有|再有|又有|再加|还发现|其次)(?:一[处个条])?|(?:再|另)一[处个条]|\n|;"
)
_LABELLED = re.compile(
    r"(?:错处|错误(?:之处|内容|原文)?|错字|原文|原句|误|错|差错(?:细节|内容)?|报上(?:写|印)的?)】?\s*[::]\s*(?P<x>[^\n;→]{1,120}?)[\s,;。]*[\n,;。\s【]+\d?[.、]?"
    r"(?:改正|更正|正确(?:写法|内容)?|正|应为|应改为|应是|修改(?:为|建议)?|改为|建议(?:改为)?|改后)】?\s*[::]\s*(?P<y>[^\n;]{1,120}?)(?=[\n;。]|$)"
)


@dataclass(frozen=True, slots=True)
class Correction:
    """One error pointed out at masked offsets [start, end); words as typed.

    `left`: unquoted words before the verb that still have to be delimited; `doubt`: only a quotation was
    given; `item`: number of the list item it stands in.
    """

    start: int
    end: int
    wrong: str | None = None
    right: str | None = None
    context: str | None = None
    doubt: bool = False
    quoted: bool = True
    item: int = 0


Delimit = Callable[[str, str | None], str]


@dataclass(slots=True)
class _Item:
    """One list item (or the whole message) while its corrections are read."""

    masked: Masked
    text: str
    start: int
    end: int
    delimit: Delimit
    found: list[Correction] = field(default_factory=list)
    used: set[int] = field(default_factory=set)

    def segment(self) -> str:
        return self.text[self.start : self.end]

    def quotes(self) -> list[int]:
        return [i for i in range(self.start, self.end) if "\ue000" <= self.text[i] <= "\ue3ff"]

    def words(self, at: int) -> str:
        return self.masked.quoted(self.text[at])

    def given(self, value: str, at: int) -> str:
        """A captured value as typed: the quotation it stands for, or the words themselves."""
        if len(value) == 1 and "\ue000" <= value <= "\ue6ff":
            return self.masked.quoted(value)
        return self.masked.words(at, at + len(value)).strip()

    def title_before(self, at: int) -> str | None:
        """The nearest title in marks before `at`, as typed without them."""
        found = [c for c in self.masked.text[self.start : at] if "\ue400" <= c <= "\ue6ff"]
        return self.masked.inner(found[-1]) if found else None

    def add(self, start: int, end: int, wrong: str | None, right: str | None, **more: object) -> None:
        context = more.get("context")
        self.found.append(Correction(start, end, wrong, right, context if isinstance(context, str) else None,
                                     bool(more.get("doubt")), bool(more.get("quoted", True))))  # fmt: skip
        self.used.update(range(start, end))

    def free(self, start: int, end: int) -> bool:
        return not any(i in self.used for i in range(start, end))


def find_items(text: str) -> list[tuple[int, int]]:
    """[start, end) of the list items of a blotted text; what stands before the first mark is one too."""
    cuts = [0]
    for found in _ITEM.finditer(text):
        if found.group() == "\n" and _SHOULD.match(text, found.end()):
            continue
        cuts.append(found.end() if found.group() in {"\n", ";"} else found.start())
    cuts.append(len(text))
    return [(a, b) for a, b in pairwise(cuts) if text[a:b].strip()][: 4 * MOST]


def find_corrections(masked: Masked, text: str, delimit: Delimit) -> list[Correction]:
    """All corrections of a message in order, at most MOST + 1 (one more tells that there are more)."""
    found: list[Correction] = []
    labelled = _labelled(masked, text)
    for correction in labelled:
        text = text[: correction.start] + "\ue7ff" * (correction.end - correction.start) + text[correction.end :]
    found.extend(labelled)
    for number, (start, end) in enumerate(find_items(text)):
        item = _Item(masked, text, start, end, delimit)
        for read in (_read_mistaken, _read_should, _read_marks, _read_too_much, _read_missing):
            read(item)
        if not item.found and not labelled:
            _read_doubts(item)
        found.extend(replace(c, item=number) for c in sorted(item.found, key=lambda c: c.start))
        if len(found) > MOST:
            break
    return _without_echoes(found)[: MOST + 1]


def _labelled(masked: Masked, text: str) -> list[Correction]:
    corrections = []
    for found in _LABELLED.finditer(text):
        if _SHOULD.search(found.group("x")):
            continue
        wrong, right = (
            masked.quoted(value) if len(value) == 1 and masked.span(value) else masked.words(*found.span(name)).strip()
            for name, value in (("x", found.group("x").strip()), ("y", found.group("y").strip()))
        )
        corrections.append(Correction(found.start(), found.end(), wrong, right))
    return corrections


def _read_mistaken(item: _Item) -> None:
    """Y误为X, X是Y之误, 不是X是Y, 只有Y没有X: the right form may stand first."""
    for pattern in (_ERROR_FOR, _NOT_BUT, _MISTAKEN, _ONE_CHARACTER):
        for found in pattern.finditer(item.text, item.start, item.end):
            names = [name for name, value in found.groupdict().items() if value]
            x, y = (next(n for n in names if n[0] == which) for which in "xy")
            if not item.free(found.start(), found.end()):
                continue
            wrong, right = (item.given(found.group(n), found.start(n)) for n in (x, y))
            is_quoted = len(found.group(x)) == 1 and "\ue000" <= found.group(x) <= "\ue6ff"
            if pattern is _MISTAKEN and not is_quoted:
                wrong = trim_right(wrong)
                right = fitted(_after_frame(right), wrong)
            one = _ONE_OF.fullmatch(right)
            if one and len(wrong) == 1 and one.group("one") in one.group("word"):
                right, wrong = one.group("word"), one.group("word").replace(one.group("one"), wrong)
            if len(loose_key(wrong)) and len(loose_key(right)):
                context = _around(item, wrong) or (_clause_before(item, found.start(), wrong) if len(wrong) == 1 else None)
                item.add(found.start(), found.end(), wrong, right, context=context, quoted=is_quoted)


def _after_frame(words: str) -> str:
    return re.sub(r"^.*(?:应该是|应该写作|应为|应是|该写作|写作|把|将|应作)", "", words) or words


def _read_should(item: _Item) -> None:
    """X应为Y, quoted or not, with remarks between."""
    at = item.start
    for verb in _SHOULD.finditer(item.text, item.start, item.end):
        if verb.start() < at or not item.free(verb.start(), verb.end()):
            continue
        right = _right_of(item, verb)
        if right is None:
            continue
        value, end = right
        before = [q for q in item.quotes() if at <= q < verb.start() and q not in item.used]
        after = [q for q in item.quotes() if q >= end]
        left = _left_words(item, verb, at)
        if before:
            _pair_with_quote(item, verb, value, end, before, left)
        else:
            _pair_without_quote(item, verb, value, end, left, after)
        at = end if item.found else at


def _pair_without_quote(
    item: _Item, verb: re.Match[str], right: str, end: int, left: str, after: list[int]
) -> None:
    """The objected words are unquoted before the verb, a title before it, quoted after it, or not said."""
    title = item.title_before(verb.start()) if right.startswith("《") else None
    right = right.strip("《》") if title else right
    words = title or (item.delimit(left, right) if left and verb.lastgroup != "weak" else "")
    start = verb.start() - len(left)
    if verb.lastgroup == "asks" and fuzz.ratio(loose_key(words), loose_key(right)) < 50:
        return
    if not title and not resembles(words, right):
        later = _most_like(item, right, after)
        words = item.words(later) if later is not None else ""
    if loose_key(words):
        item.add(start, end, words, _told_apart(item, words, right, end), context=_around(item, words), quoted=False)
    else:
        item.add(verb.start(), end, None, right)


def _right_of(item: _Item, verb: re.Match[str]) -> tuple[str, int] | None:
    """(right form as typed, where it ends) after a verb."""
    at = verb.end()
    if at < item.end and "\ue000" <= item.text[at] <= "\ue6ff":
        exact = re.compile(f"的({_Q})(?:字)?").match(item.text, at + 1)
        if exact and item.masked.quoted(exact.group(1)) in item.words(at):
            return item.masked.quoted(exact.group(1)), exact.end()  # 应该是“轮流”的“流”
        return item.words(at), at + 1
    if verb.lastgroup == "weak":
        return None
    words = _RIGHT_WORDS.match(item.text, at, item.end)
    if words is None or re.match(rf"(?:{MARK_WORD}|删|去掉|加强|好好|多一点)", words.group()):
        return None
    trimmed = trim_right(words.group())
    return (item.masked.words(at, at + len(trimmed)).strip(), at + len(trimmed)) if trimmed else None


def _left_words(item: _Item, verb: re.Match[str], at: int) -> str:
    found = _LEFT_WORDS.search(item.text[at : verb.start()])
    return item.text[at + found.start() : verb.start()] if found else ""


def _pair_with_quote(item: _Item, verb: re.Match[str], right: str, end: int, before: list[int], left: str) -> None:
    nearest = before[-1]
    adjacent = not item.text[nearest + 1 : verb.start()].strip(" ,:")
    chosen = nearest
    if not adjacent:
        chosen = max(before, key=lambda q: (fuzz.ratio(loose_key(item.words(q)), loose_key(right)), q))
    later = [q for q in item.quotes() if q >= end and loose_key(item.words(q)) in loose_key(item.words(chosen))]
    inner = _most_like(item, right, later)
    if inner is not None and _likeness(item, inner, right) > _likeness(item, chosen, right):
        chosen = inner
    wrong = item.words(chosen)
    unquoted = loose_key(left)
    is_part = 1 <= len(unquoted) < len(loose_key(wrong)) and unquoted in loose_key(wrong)
    if not adjacent and chosen == nearest and is_part and (len(unquoted) > 1 or len(right) == 1):
        item.add(before[0], end, left.strip(), right, context=wrong)
        return
    item.add(min(before[0], chosen), end, wrong, _told_apart(item, wrong, right, end), context=_around(item, wrong))


def _told_apart(item: _Item, wrong: str, right: str, end: int) -> str:
    """The right form with its quotation marks where they are all that is corrected (要加引号)."""
    if strict_key(wrong) == strict_key(right) and "\ue000" <= item.text[end - 1] <= "\ue3ff":
        span = item.masked.span(item.text[end - 1])
        if span is not None:
            return item.masked.folded.words(span.start, span.end)
    return right


def _likeness(item: _Item, quote: int, right: str) -> float:
    return fuzz.ratio(loose_key(item.words(quote)), loose_key(right))


def _most_like(item: _Item, right: str, quotes: list[int]) -> int | None:
    best = max(quotes, key=lambda q: _likeness(item, q, right), default=None)
    return best if best is not None and _likeness(item, best, right) >= 40 else None


def _around(item: _Item, wrong: str) -> str | None:
    """A longer quotation of the same item that contains the wrong words."""
    key = loose_key(wrong)
    longer = [w for q in item.quotes() if len(loose_key(w := item.words(q))) > len(key) and key and key in loose_key(w)]
    return max(longer, key=len, default=None)


def _read_marks(item: _Item) -> None:
    """逗号应为句号: the phrase around the mark is the wrong, the right is composed."""
    for found in _MARK_FOR_MARK.finditer(item.text, item.start, item.end):
        before = [q for q in item.quotes() if q < found.start()]
        if not before or not item.free(found.start(), found.end()):
            continue
        old, new = MARK_NAMES[found.group("old")], MARK_NAMES[found.group("new")]
        wrong = item.words(before[-1])
        near = item.text[before[-1] + 1 : found.start()]
        right = mark_replaced(wrong, old, new, near)
        if right is not None:
            item.add(before[-1], found.end(), wrong, right)


def _read_too_much(item: _Item) -> None:
    """多了一个“的”, “工作”二字应去掉, 删“开展”, 顿号多余."""
    for found in _TOO_MUCH.finditer(item.text, item.start, item.end):
        name = found.lastgroup or "y"
        words = item.given(found.group(name), found.start(name))
        before = [q for q in item.quotes() if q < found.start()]
        if any(c.wrong and (loose_key(words) in loose_key(c.wrong) or found.group(name) in MARK_NAMES)
               for c in item.found):  # fmt: skip
            continue
        if found.group(name) in MARK_NAMES:
            if before:
                first = before[-2] if len(before) > 1 and "之间" in item.text[before[-1] : found.end()] else before[-1]
                wrong = item.masked.words(first, before[-1] + 1) if first != before[-1] else item.words(first)
                right = mark_removed(wrong, MARK_NAMES[found.group(name)])
                item.add(first, found.end(), wrong, right if right is not None else None)
            continue
        context = _around(item, words) or _clause_before(item, found.start(), words)
        item.add(min([q for q in before if q not in item.used] or [found.start()]), found.end(), words, "", context=context)


def _clause_before(item: _Item, at: int, words: str) -> str | None:
    """Unquoted words before a remark that contain the words remarked on."""
    clauses = re.split(r"[,。;:!?\n\ue000-\ue7ff]|——+", item.text[item.start : at])
    return next((c.strip() for c in reversed(clauses) if words in c and len(c.strip()) > len(words) + 1), None)


def _read_missing(item: _Item) -> None:
    """少了个“有”字, 前面漏“在”, “服务站”后面缺“工作”二字, 没加引号: the right is composed."""
    for found in _PUT_IN.finditer(item.text, item.start, item.end):
        name = found.lastgroup or "y"
        before = [q for q in item.quotes() if q < found.start()]
        if not item.free(found.start(), found.end()) or any(c.right is not None for c in item.found):
            continue
        given = item.given(found.group(name), found.start(name))
        position = _POSITION.search(item.text, item.start, found.start())
        if not before:
            _missing_without_quote(item, found, given)
            continue
        anchor_at = position.start("anchor") if position and position.group("anchor") else -1
        free = [q for q in before if q not in item.used] or before
        anchor = item.words(anchor_at) if anchor_at >= 0 else None
        base = (_around(item, anchor) if anchor else None) or item.words(free[0] if anchor_at < 0 else anchor_at)
        right = _composed(item, base, anchor, position.group("pos") if position else "", given, found.group(name))
        item.add(free[0], found.end(), base, right)


def _composed(item: _Item, base: str, anchor: str | None, pos: str, given: str, raw: str) -> str | None:
    if raw in {"引号", "双引号", "单引号", "书名号", "括号"}:
        return enclosed(base, raw)
    words = MARK_NAMES.get(raw, given)
    said = inserted_as_said(base, words, item.masked.folded.source)
    if said is not None:
        return said
    return inserted(base, words, pos, anchor)


def _missing_without_quote(item: _Item, found: re.Match[str], given: str) -> None:
    """关键点关节点少个顿号: the words before are unquoted."""
    left = _LEFT_WORDS.search(item.text, item.start, found.start())
    if left is None or len(loose_key(left.group())) < 4:
        return
    words = item.delimit(left.group().strip(" ,"), None)
    if len(loose_key(words)) >= 4:
        right = inserted_as_said(words, MARK_NAMES.get(given, given), item.masked.folded.source)
        item.add(left.start(), found.end(), words, right, quoted=False)


def _read_doubts(item: _Item) -> None:
    """Only quotations: the first, and each further one that a doubt of its own follows."""
    taken: list[str] = []
    quotes = item.quotes()
    for n, at in enumerate(quotes):
        words = item.words(at)
        until = quotes[n + 1] if n + 1 < len(quotes) else item.end
        between = item.text[at + 1 : until]
        own = _OWN_DOUBT.match(between) is not None
        if taken and (not own or any(loose_key(words) in loose_key(other) for other in taken)):
            continue
        taken.append(words)
        item.add(at, at + 1, words, None, doubt=True)


def has_doubt(text: str) -> bool:
    """Whether the words of a message around its quotations doubt something."""
    return _DOUBT.search(text) is not None


def _without_echoes(found: list[Correction]) -> list[Correction]:
    """A later correction of the same words to the same form, or only a part of an earlier one, is a remark."""
    kept: list[Correction] = []
    for correction in found:
        wrong, right = strict_key(correction.wrong or ""), strict_key(correction.right or "")
        if any(wrong == strict_key(k.wrong or "") and right == strict_key(k.right or "") and (wrong or right)
               for k in kept):  # fmt: skip
            continue
        kept.append(correction)
    return kept
