"""Reads what is too much, what is missing and which mark is wrong; the right form is composed.

Works on one list item; knows no citation and no print.
"""

from __future__ import annotations

import re
from itertools import islice, pairwise

from bot.understanding.corrections.composing import (
    BEFORE,
    MARK_NAMES,
    enclosed,
    inserted,
    inserted_as_said,
    mark_removed,
    mark_replaced,
)
from bot.understanding.corrections.forms import (
    LEFT_MOST,
    LEFT_WORDS,
    MARK_FOR_MARK,
    POSITION,
    PUT_IN,
    TOO_MUCH,
    TOO_MUCH_SAID,
)
from bot.understanding.corrections.item import Item, around
from bot.understanding.corrections.running import printed_end, said_before
from bot.understanding.thresholds import BOUND_TO, MOST_ERRORS, MOST_INSERTED, MOST_NAMED
from bot.understanding.words.normalise import QUOTE_MARKS, loose_key

_PAUSE = re.compile("[,。;!?\n]")
_NAMED_ONE = re.compile(r"(?:[前后第][面头一二]?的?)?(?:一|那|这)个(?P<one>[一-鿿])字?(?:是|纯属|就是|属于|也?多)")
_NAMES_ITSELF = re.compile(r"(?P<one>[漏缺少掉丢])[一-鿿]{1,3}的(?P=one)")
"""漏水的漏: which character is meant."""
_BESIDE = re.compile(
    r"(?P<anchor>[一-鿿]{1,3}?)(?:这?个?字)?的?(?P<pos>后面|前面|后头|后边|前边|之后|之前)(?:应该?|好像|是不是|明显|还|又)?(?:少|漏|缺|掉|丢)(?:了|掉|写|印)*"
    r"(?:一?个)?(?P<one>[一-鿿]{1,2}?)(?:字|$|[,。;!])"
)
_POINT = re.compile(r"点[^。;!?\n\ue000-\uf8ff]{0,16}?(?:应该?是|应为|应当是|要用|该用|改[为成])小数点")
_POINT_WRONG = re.compile(
    r"小数点[^,。;!?\n\ue000-\uf8ff]{0,6}[印写打排]成了?(?:中?圆点|中间?点|间隔号|顿号)?"
    r"|点[^,。;!?\n\ue000-\uf8ff]{0,8}(?:错|[不勿]对|高|中间|怪|有误|有问题)"
)
_WITH_POINT = re.compile(r"\d{1,6}·\d{1,6}(?:[至到~—-]\d{1,6}[.·]\d{1,6})?")
_THAT_ONE = re.compile(r"的?[那这]一?个$")
_ONE_NUMBER = re.compile("[至到~—-]")
_SIGNS = "%℃"
_UNIT = re.compile(rf"[{_SIGNS}]|[一-鿿]{{1,2}}")
_NO_WORD = frozenset({*MARK_NAMES, "字", "词", "句", "话", "内容", "几个", "什么"})
_HOW_MUCH = re.compile("[一半几两]|[点些]|不少|好多|很多")
"""Said to be missing without its being named: 漏了字, 少了一半."""


def read_marks(item: Item) -> None:
    """逗号应为句号: the phrase around the mark is the wrong, the right is composed."""
    for found in MARK_FOR_MARK.finditer(item.text, item.start, item.end):
        before = [q for q in item.quotes if q < found.start()]
        if not before or not item.free(found.start(), found.end()):
            continue
        old, new = MARK_NAMES[found.group("old")], MARK_NAMES[found.group("new")]
        wrong = item.words(before[-1])
        near = item.text[before[-1] + 1 : found.start()]
        right = mark_replaced(wrong, old, new, near)
        if right is not None:
            item.add(before[-1], found.end(), wrong, right)


def read_point(item: Item) -> None:
    """3·5公里中间的点应该是小数点, 36·0至37.2℃不对，是36.0: the number or range before, with its point at the foot."""
    numbers = list(_WITH_POINT.finditer(item.text, item.start, item.end)) if "·" in item.text else []
    if not numbers:
        return
    last = numbers[-1]
    found = _POINT.search(item.text, last.end(), item.end) or _POINT_WRONG.search(item.text, last.end(), item.end)
    sign = _UNIT.match(item.text, last.end(), item.end)
    end = sign.end() if sign and (item.text[last.end()] in _SIGNS or item.stands(last.group() + sign.group())) else last.end()
    meant = item.text[last.start() : end].replace("·", ".")
    first = _ONE_NUMBER.split(meant)[0]
    at = item.text.find(first, end, item.end)
    if at >= 0:
        until = at + len(meant if item.text.startswith(meant, at) else first)
    elif found and item.stands(last.group()):
        until = found.end()
    else:
        return
    if item.free(last.start(), until):
        wrong = item.masked.words(last.start(), end)
        item.add(last.start(), until, wrong, wrong.replace("·", "."), quoted=False)


def read_too_much(item: Item) -> None:
    """多了一个“的”, “工作”二字应去掉, 删“开展”, 顿号多余."""
    if not TOO_MUCH_SAID.search(item.text, item.start, item.end):
        return
    for found in TOO_MUCH.finditer(item.text, item.start, item.end):
        name = found.lastgroup or "y"
        words = item.given(found.group(name), found.start(name))
        before = [q for q in item.quotes if q < found.start()]
        if name == "y7" and not any(words in item.words(q) for q in before):
            continue
        if any(c.wrong and (loose_key(words) in loose_key(c.wrong) or found.group(name) in MARK_NAMES)
               for c in item.found):  # fmt: skip
            continue
        if found.group(name) in MARK_NAMES:
            if before:
                first = before[-2] if len(before) > 1 and "之间" in item.text[before[-1] : found.end()] else before[-1]
                wrong = item.masked.words(first, before[-1] + 1) if first != before[-1] else item.words(first)
                mark = MARK_NAMES[found.group(name)]
                right = mark_removed(wrong, mark)
                if right is None:
                    first, wrong, right = _beside_named(item, before, found, mark) or (first, wrong, None)
                item.add(first, found.end(), wrong, right)
            continue
        one = _NAMED_ONE.search(found.group()) if name == "y4" else None
        if one and item.words(found.start()).count(one.group("one")) > 0:
            item.add(found.start(), found.end(), one.group("one"), "", context=words)  # 后面一个走是多出来的
            continue
        context = around(item, words) or clause_before(item, found.start(), words)
        item.add(min([q for q in before if q not in item.used] or [found.start()]), found.end(), words, "", context=context)


def _beside_named(item: Item, before: list[int], found: re.Match[str], mark: str) -> tuple[int, str, str] | None:
    """“折叠梯、等工具”，“等”前面的顿号应删: (where it is quoted, the words, without the mark before or behind what is named)."""
    that = _THAT_ONE.search(item.text, item.start, found.start())
    position = POSITION.search(item.text, item.start, that.start() if that else found.start())
    named = item.words(before[-1]) if position and position.start("anchor") == before[-1] else None
    for at in reversed(before[:-1]):
        words = item.words(at)
        if position and named and words.count(named) == 1:
            cut = words.index(named) + (-1 if position.group("pos") in BEFORE else len(named))
            if 0 <= cut < len(words) and mark_removed(words[cut], mark) == "":
                return at, words, words[:cut] + words[cut + 1 :]
        right = mark_removed(words, mark)
        if right is not None and named and named in words:
            return at, words, right
    return None


def clause_before(item: Item, at: int, words: str) -> str | None:
    """Unquoted words before a remark that contain the words remarked on."""
    clauses = re.split(r"[,。;:!?\n\ue000-\ue7ff]|——+", item.text[item.start : at])
    clause = next((c.strip() for c in reversed(clauses) if words in c and len(c.strip()) > len(words) + 1), None)
    return item.typed(clause, item.start) if clause else None


def read_missing(item: Item) -> None:
    """少了个“有”字, 前面漏“在”, “服务站”后面缺“工作”二字, 没加引号: the right is composed."""
    for beside in () if item.quotes else islice(_BESIDE.finditer(item.text, item.start, item.end), MOST_ERRORS):
        _read_beside(item, beside)
    for found in islice(PUT_IN.finditer(item.text, item.start, item.end), 4 * MOST_ERRORS):
        name = found.lastgroup or "y"
        others = [q for q in item.quotes if q != found.start(name)]  # “人” in 漏了“人”字 is what is missing
        before = [q for q in others if q < found.start()] or others[:1]
        if not item.free(found.start(), found.end()) or _told_before(item, found.start()):
            continue
        if _NAMES_ITSELF.match(item.text, found.start()):
            continue
        given = item.given(found.group(name), found.start(name))
        position = POSITION.search(item.text, item.start, found.start())
        if not before:
            _missing_without_quote(item, found, given)
            continue
        anchor_at = position.start("anchor") if position and position.group("anchor") else -1
        free = [q for q in before if q not in item.used] or before
        named = item.text[anchor_at : position.end("anchor")] if position and anchor_at >= 0 else ""
        anchor_at = -1 if named in MARK_NAMES else anchor_at
        anchor = MARK_NAMES.get(named) or (item.words(anchor_at) if anchor_at >= 0 else None)
        longer = around(item, anchor) if anchor and anchor_at >= 0 else None
        base = longer or item.words(free[0] if anchor_at < 0 else anchor_at)
        right = _composed(item, base, anchor, position.group("pos") if position else "", given, found.group(name))
        if right is None and not item.text[free[-1] + 1 : found.start()].strip(" ,"):
            right = _at_the_end(item, base, given)
        item.add(free[0], found.end() if right is not None else free[0] + 1, base, right)  # else it is kept as the reason


def _read_beside(item: Item, found: re.Match[str]) -> None:
    """我觉这个头衔，觉后面少个得: put in beside a word of the printed words before, said once more."""
    anchor = found.group("anchor")
    run = printed_end(item, said_before(item, found.start()).rstrip(" ,、")) or printed_end(item, anchor)
    right = inserted(run, found.group("one"), found.group("pos"), anchor if anchor != run else None) if run else None
    start = item.text.rfind(run, item.start, found.end())
    if right is not None and item.free(start, found.end()):
        item.add(start, found.end(), item.typed(run, item.start), right, quoted=False)


def _told_before(item: Item, at: int) -> bool:
    """Whether a correction tells already what is said to be missing at `at`: none of its quotations is left for it."""
    last = next((q for q in reversed(item.quotes) if q < at), None)
    free = last is not None and last not in item.used and not _PAUSE.search(item.text, last, at)
    return not free and any(c.right is not None for c in item.found)


def _composed(item: Item, base: str, anchor: str | None, pos: str, given: str, raw: str) -> str | None:
    if raw in {"引号", "双引号", "单引号", "书名号", "括号"}:
        return enclosed(base, raw)
    words = MARK_NAMES.get(raw, given)
    said = inserted_as_said(base, words, item.masked.folded.source)
    if said is not None:
        return said
    between = _between_two(item, base, words)
    told = between or inserted(base, words, pos, anchor) or _as_printed_elsewhere(item, base, words)
    return told or _unless_by_chance(item, base, words, _where_it_reads(item, base, words))


def _between_two(item: Item, base: str, missing: str) -> str | None:
    """在“服务站”和“具体”之间加: the words with what is missing between two quoted parts that are neighbours there."""
    if "间" not in item.segment():
        return None
    quotes = [item.words(q) for q in item.quotes]
    cuts = [base.index(one + other) + len(one) for one, other in pairwise(quotes) if one + other in base and one + other != base]
    cuts += [at for at in range(2, len(base) - 1) if _named_as_neighbours(item, base, at)]
    return base[: cuts[0]] + missing + base[cuts[0] :] if cuts else None


def _named_as_neighbours(item: Item, base: str, at: int) -> bool:
    """责任感和使命感之间: whether what stands before and behind an offset is named so."""
    return any(f"{base[at - left : at]}{link}{base[at : at + right]}" in item.segment()
               for left in range(2, min(at, MOST_NAMED) + 1) for right in range(2, min(len(base) - at, MOST_NAMED) + 1)
               for link in "和与跟、")  # fmt: skip


def _as_printed_elsewhere(item: Item, base: str, missing: str) -> str | None:
    """宏城优抚事务所 without 社工: the only insertion that is printed as a whole somewhere."""
    if not 2 <= len(loose_key(base)) <= MOST_INSERTED:
        return None
    wholes = {base[:at] + missing + base[at:] for at in range(1, len(base))}
    printed = [whole for whole in wholes if item.stands(whole)]
    return printed[0] if len(printed) == 1 else None


def _where_it_reads(item: Item, base: str, missing: str) -> str | None:
    """树根喝不水 without 到: where what is put in makes the most words that are printed anywhere; a letter beside its like."""
    if missing.isascii():
        return base.replace(missing, missing * 2) if base.count(missing) == 1 and len(missing) == 1 else None
    if len(missing) > MOST_NAMED or len(base) > MOST_INSERTED:
        return None
    worth = {at: _words_made(item, base[:at], missing, base[at:]) for at in range(1, len(base) + 1)}
    best = max(worth, key=lambda at: worth[at], default=0)
    alone = sum(value == worth[best] for value in worth.values()) == 1 if worth else False
    return base[:best] + missing + base[best:] if alone and worth[best] > 1 else None


def _if_it_reads(item: Item, words: str, missing: str, right: str | None) -> str | None:
    """What is put in must be printed together with both its neighbours: 人不要 alone puts nobody into 请不要把密码告诉他, whose
    end may be the gap."""
    at = next((n for n in range(1, len(words)) if right == words[:n] + missing + words[n:]), None)
    if at is None or missing.isascii():
        return right
    return right if item.stands(words[at - 1] + missing) and item.stands(missing + words[at]) else None


def _unless_by_chance(item: Item, words: str, missing: str, right: str | None) -> str | None:
    """What is put in must not only stand before words that stand behind anything: 人 is printed before 不要, and so is
    much else."""
    at = next((n for n in range(1, len(words)) if right == words[:n] + missing + words[n:]), None)
    if at is None or missing.isascii() or item.stands(words[at - 1] + missing):
        return right
    after = words[at : at + 2]
    return right if BOUND_TO * item.often(missing + after) >= item.often(after) else None


def _at_the_end(item: Item, words: str, missing: str) -> str | None:
    """请不要把密码告诉他”漏了“人”字: a quotation that breaks off before what it lacks, where it makes no word within, not
    even with what stands before it (喝不到 in 树根喝不水)."""
    if missing in _NO_WORD or _HOW_MUCH.match(missing) or missing.isascii():
        return None
    if not 1 <= len(missing) <= MOST_NAMED or len(words) > MOST_INSERTED:
        return None
    within = any(item.stands(words[at - 1] + missing) for at in range(1, len(words)))
    return None if within else words + missing


def _words_made(item: Item, before: str, missing: str, after: str) -> int:
    """How many of the words around something put in are printed, longer ones counted more."""
    made = (before[-1:] + missing, missing + after[:1], before[-2:] + missing, missing + after[:2],
            before[-1:] + missing + after[:1])  # fmt: skip
    return sum(len(words) - 1 for words in dict.fromkeys(made) if len(words) > len(missing) and item.stands(words))


def _missing_without_quote(item: Item, found: re.Match[str], given: str) -> None:
    """关键点关节点少个顿号: the words before are unquoted."""
    position = POSITION.search(item.text, item.start, found.start())
    until = position.start() if position and not position.group("anchor") else found.start()
    left = LEFT_WORDS.search(item.text, max(item.start, until - LEFT_MOST), until)
    if left is None or len(loose_key(left.group())) < 4:
        return
    said = left.group().rstrip(" ,")
    breaks_off = said[-1] in QUOTE_MARKS  # a mark that closes what nobody opened
    words = item.typed(item.delimit(said.strip("".join(QUOTE_MARKS)).strip(" ,"), None), left.start())
    if found.lastgroup == "y5" and not item.stands(words):
        return  # 不少人, 缺水: no word is said to be missing
    if len(loose_key(words)) >= 4:
        missing = MARK_NAMES.get(given, given)
        right = (inserted_as_said(words, missing, item.masked.folded.source)
                 or (inserted(words, missing, position.group("pos"), None) if position and until < found.start() else None)
                 or _as_printed_elsewhere(item, words, missing)
                 or _if_it_reads(item, words, missing, _where_it_reads(item, words, missing))
                 or (_at_the_end(item, words, missing) if breaks_off else None))  # fmt: skip
        doubted = next((n for n, c in enumerate(item.found)
                        if c.right is None and loose_key(c.wrong or "") == loose_key(words)), None)  # fmt: skip
        if doubted is not None:  # 请不要把密码告诉他，漏了个人字: read as a doubt before
            item.found[doubted] = item.found[doubted]._replace(wrong=words, right=right)
            return
        item.add(left.start(), found.end(), words, right, quoted=False)
