"""Later turns: what completes or mends a report that is already there. Pure."""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from bot.understanding.cited.papers import PaperMention
from bot.understanding.corrections.composing import MARK_NAMES, MARK_WORD, inserted_as_said
from bot.understanding.corrections.correction import has_doubt
from bot.understanding.corrections.explained import explained_at_end, meant_character
from bot.understanding.corrections.forms import ONE_OF
from bot.understanding.corrections.item import Correction
from bot.understanding.corrections.unquoted import quoted_alone, trim_right
from bot.understanding.heard import Heard
from bot.understanding.thresholds import ALIKE_KNOWN, NAMED_BY, SAYS_LITTLE, SHORT_ANSWER
from bot.understanding.turns import intents
from bot.understanding.turns.halves import answers_description
from bot.understanding.turns.instead import after_ordinal, instead_of_right, other_number
from bot.understanding.turns.merge import has
from bot.understanding.turns.naming import former, named_before
from bot.understanding.turns.several import rights_of_several
from bot.understanding.turns.told_article import told_article
from bot.understanding.turns.withdrawing import without
from bot.understanding.values import Amendment, Field, Finding, Intent, Reading, Waiting
from bot.understanding.words.normalise import longest_run, loose_key, strict_key
from bot.understanding.words.numerals import in_figures
from bot.understanding.words.sounds import same_sound

_ALL = re.compile(
    r"(?:两|二|三|四|五|几|[2-9])(?:条|个|处|项)?都|都(?:是|在)|全(?:是|在|都)"
    r"|(?:这|上面|以上)(?:几|两|三|四)(?:条|个|处)"
)
_NOT_BUT = re.compile(r"不是.{1,14}[,;]\s*(?:而|应该)?是")
_IT_IS = re.compile(r"(?:^|[,。;!\s])(?:应该|应)?(?:是|为)(?P<right>[^\s,。;:!?\ue000-\ue7ff]{1,40})(?=[,。;!?\s]|$)")
_NUMBER_IS = re.compile("[\ue7ff\\s]*(?:应该|应)?(?:是|为|改[成为])[::]?\\s*(?P<right>[\ue000-\ue3ff])")
_OWN_QUESTION = re.compile(r"(.)不\1|什么时候|几[点号时]|哪[里儿天]|多少钱|[吗么伐][?。!~]*$")
_NOT_DELIVERED = re.compile("没(?:有)?(?:收|送|拿|来|看)到?")
_MARK_IN = re.compile("[·。,，、；;：:！!？?—-]")
_A_MARK = re.compile(rf"(?:应该|应当|应|该|是|用|改[为成])*+(?P<mark>小数点|{MARK_WORD})(?:才对|吧|啊|呀)*")
_BACK = re.compile(r"(?:算了|不对|不|哦|嗯|[,。\s])*+还是(?:用|写|改成|改回|是)?(?P<right>[^,。;\s“”]{2,20})")
_SHOULD_BE = re.compile(r"^(?:可能|大概|也许|恐怕|好像|估计|我[想看]|应该|应当|应|该|得|要|改[成为])++[是为]?\s*(?=\S{2})")
_IS_TO_BE = re.compile(_SHOULD_BE.pattern + r"|^是(?=\S{2})")
_EXPLAINS = re.compile(r"\s*(?:我)?(?:再)?(?:补充|理由|依据|原因)")
_PRINTED_IS = re.compile("(?:(?:印的|写的|原文|报上|应该?|错处)(?:是|为)?|(?:不是?|不对|错)了?[,。!\\s]*是)[::]?[\ue000-\ue3ff]")
_FRAMED = re.compile(
    r"^(?:就)?是|^的|[这那](?:里|儿|边|处|段)$|[这那]个?(?:词|字|句|句话|地方|成语|两个字|几个字)$|^[这那]个?(?:词|字|句|句话)?(?:是)?"
)
_GROUNDS = re.compile(
    r"^(?:后面|后头|前面|前头|刚才|上面)的?(?:那|这)?[个条](?!.*(?:吗|呢|\?|什么|不算|撤))"
    r"|^(?:这|那)(?:是|个|种)(?!.*(?:吗|呢|\?|什么))|[词字]典|辞海|国标|国家标准|语法|术语|(?:网上|百度)查"
)
_MEANT = re.compile(r"是(?P<word>[一-鿿]{2,4})的(?P<one>[一-鿿])(?![一-鿿])")
_PAPER_TAIL = re.compile(r"(?:的|那[张份]|这[张份])*(?:报纸?|晨报)?(?:上|里)?的?(?:吧|才对)?$")
_APART = re.compile("[\\s,。;:!?~\ue7ff]+")
_PAUSE = re.compile("[\\s,。;:!?\ue000-\ue7ff]")
_QUOTED = re.compile("[\ue000-\ue3ff]")
_SOMEWHERE = re.compile(r"有(?:一|个|一个|两|两个|几|几个|好几)?(?:处|地方|字|词|错|数字|标点|" + MARK_WORD + ")")
_MISSING_MARK = re.compile(rf"(?:少|漏|缺|没加?|加)(?:了|个|上|一个)*(?:{MARK_WORD})")


def supplement(heard: Heard, waiting: Waiting) -> Reading | None:
    """The message as an addition to the report that is waited for; None where it is something else."""
    several = rights_of_several(heard, waiting)
    if several is not None:
        return several
    target = _target(heard, waiting)
    if target is None and waiting.field is None and _tells_of_another(heard):
        return None
    most = max((one.number for one in waiting.own), default=target)
    if target is not None and most is not None and target > most and heard.citations.has(Field.PAGE):
        return None  # 第二条 2版白塘, where there is a first only: the next error of his own counting
    known = next((one.finding for one in waiting.own if one.number == target), waiting.finding)
    asked = waiting.field is not None or waiting.open or answers_description(heard, known)
    lacks_error = asked and not (known.wrong or known.right)
    complete_pairs = [c for c in heard.stated if c.wrong is not None]
    number = other_number(heard, known)
    instead = number or instead_of_right(heard, known)
    if instead is not None:
        return _as_reading(Finding(right=instead), heard, known, target, mends=number is None)
    shorter = without(heard, known)
    if shorter is not None:
        return _as_reading(Finding(right=shorter), heard, known, target, mends=True)
    back = _BACK.fullmatch(after_ordinal(heard)) if known.right and not heard.citations.mentions else None
    if back and _is_like(back.group("right"), known):
        return _as_reading(Finding(right=trim_right(back.group("right"))), heard, known, target, mends=True)
    paper = _other_paper(heard, known)
    if paper is not None:
        return _as_reading(paper, heard, known, target, mends=True)
    part = _part_of_known(complete_pairs, heard, known)
    if part is not None:
        return _as_reading(part, heard, known, target, mends=False)
    if complete_pairs and not _belongs(complete_pairs, heard, known, lacks_error):
        return None
    if len(complete_pairs) > 1 or (heard.citations.inherits is not None and heard.corrections):
        return None
    piece, mends = _piece(heard, known, lacks_error)
    if piece is None:
        return None
    return _as_reading(piece, heard, known, target, mends)


def _tells_of_another(heard: Heard) -> bool:
    """第8版中缝有个地方不太对, where nothing was asked: a page with an error somewhere on it mends no other report."""
    return (not heard.stated and heard.citations.has(Field.PAGE) and not intents.mends(heard.spoken)
            and intents.speaks_of_error(heard.citations.text) and _SOMEWHERE.search(heard.citations.text) is not None)


def _other_paper(heard: Heard, known: Finding) -> Finding | None:
    """密码那条应该是梧桐里的报纸: the paper of a report on record, no right form."""
    one = heard.stated[0] if len(heard.stated) == 1 else None
    if one is None or one.wrong is not None or not one.right or _concerns(one, known):
        return None
    words = _PAPER_TAIL.sub("", one.right)
    ids = heard.index.papers.named(words) if words != one.right else None
    return Finding(paper_text=words, paper_id=ids[0] if len(ids) == 1 else None) if ids else None


def _part_of_known(pairs: list[Correction], heard: Heard, known: Finding) -> Finding | None:
    """删“不再”, 帐应为账: what shall be changed in the quotation on record, which has no right form yet."""
    one = pairs[0] if len(pairs) == 1 and not heard.citations.mentions else None
    if one is None or known.right is not None or not known.wrong or one.wrong is None or one.right is None:
        return None
    if strict_key(one.wrong) == strict_key(known.wrong) or known.wrong.count(one.wrong) != 1:
        return None
    return Finding(right=known.wrong.replace(one.wrong, one.right))


def _target(heard: Heard, waiting: Waiting) -> int | None:
    """The number of the report that a message names: 第2个, 前一条, 乐呼那条; None where it names none."""
    return (heard.ordinal or former(heard.spoken, waiting.own) or named_before(heard.masked.folded.text, waiting.own)
            or _denied(heard, waiting))


def _denied(heard: Heard, waiting: Waiting) -> int | None:
    """不是柳湾是梧桐里, while an older report waits that is not said to be of 柳湾: the newest report of which it is true."""
    said = [m.value for m in heard.citations.mentions if isinstance(m.value, PaperMention) and m.value.negated]
    if not said or waiting.finding.paper_id in said[0].ids:
        return None
    return next((one.number for one in waiting.own if _paper(one.finding) in said[0].ids), None)


def _paper(finding: Finding) -> int | None:
    return finding.paper_id if finding.paper_id is not None or finding.place is None else finding.place.paper_id


def _belongs(pairs: list[Correction], heard: Heard, known: Finding, lacks_error: bool) -> bool:
    if heard.ordinal is not None:
        return True
    if lacks_error:
        return not (heard.citations.has(Field.PAGE) and _cites_elsewhere(heard.finding(pairs[0]), known))
    if intents.mends(heard.spoken):
        return known.wrong is not None and len(pairs) == 1 and _concerns(pairs[0], known)
    return known.right is None and strict_key(known.wrong or "") == strict_key(pairs[0].wrong or "-") and not (
        heard.citations.mentions)  # fmt: skip


def _concerns(said: Correction, known: Finding) -> bool:
    """Whether words can be about the error on record: 志愿者 is no other form of 3450, 梧桐里的报纸 none of 告诉他."""
    told = loose_key(f"{said.wrong or ''}{said.right or ''}")
    on_record = loose_key(f"{known.wrong or ''}{known.right or ''}{known.context or ''}")
    return len(told) <= SAYS_LITTLE or not on_record or bool(set(in_figures(told)) & set(in_figures(on_record)))


def _cites_elsewhere(told: Finding, known: Finding) -> bool:
    """Whether a whole new citation stands against what was half told: then it is another error."""
    return any(one is not None and other is not None and one != other for one, other in (
        (told.paper_id, known.paper_id), (told.page, known.page), (told.article_id, known.article_id)))


def _piece(heard: Heard, known: Finding, lacks_error: bool) -> tuple[Finding | None, bool]:
    """(what the message gives, whether it replaces); None where it gives nothing to a report."""
    spoken = heard.spoken
    mends = intents.mends(spoken) or any(getattr(m.value, "negated", False) for m in heard.citations.mentions)
    marked = _other_mark(heard, known)
    if marked is not None:
        return Finding(right=marked), mends
    character = meant_character(known.wrong, heard.citations.text) if known.wrong and known.right is None else None
    if character is not None:
        return Finding(right=character), mends
    if heard.stated:
        return _stated_piece(heard, mends)
    right = _right_only(heard, known, mends)
    if right is not None:  # 是感慨。河西议事厅版上的
        return (heard.cited_only() if heard.citations.mentions else Finding())._replace(right=right), mends
    asked = None if _EXPLAINS.match(spoken) else intents.question(spoken)
    if mends and known.wrong and len(heard.corrections) == 1 and _PRINTED_IS.search(heard.citations.text):
        return heard.finding(heard.corrections[0]), True
    if asked is not None and not (heard.corrections and has_doubt(spoken)):
        return None, False
    if lacks_error:
        given = _quotation(heard) or told_article(heard, known)
        if given is not None:
            return given, False
    elif heard.corrections and not mends:
        return (Finding(), False) if _says_again(heard, known) else (None, False)
    if _only_cites(heard) or (mends and heard.citations.mentions):
        return heard.spoken_of(heard.cited_only(), known), mends
    return _said_beside(heard, known), False


def _said_beside(heard: Heard, known: Finding) -> Finding | None:
    """What says no error and cites nothing in so many words: the article by a word of its title, or a further reason."""
    spoken = heard.spoken
    alone = heard.topic_alone(known) if known.article_text is None else None
    if alone is not None:
        return alone
    further = intents.adds(spoken) or _NOT_BUT.match(spoken) or _speaks_of(spoken, known)
    if known != Finding() and further and not _OWN_QUESTION.search(spoken):
        return Finding(reason=heard.remark(0, len(heard.citations.text)))
    return None


def _other_mark(heard: Heard, known: Finding) -> str | None:
    """3·5公里, and then 应该是小数点: the words on record with another mark, where they hold a single one."""
    found = _A_MARK.fullmatch(heard.spoken.strip(" ,。!~")) if known.wrong else None
    if found is None or known.wrong is None or len(_MARK_IN.findall(known.wrong)) != 1:
        return None
    mark = MARK_NAMES.get(found.group("mark"), ".")
    return known.wrong.replace(_MARK_IN.findall(known.wrong)[0], mark)


def _says_again(heard: Heard, known: Finding) -> bool:
    """历害错了: the wrong words on record and no more; no report of their own."""
    one = heard.corrections[0] if len(heard.corrections) == 1 and not heard.citations.mentions else None
    bare = one is not None and not one.quoted and one.right is None
    return bare and strict_key((one and one.wrong) or "") == strict_key(known.wrong or "-")


def _stated_piece(heard: Heard, mends: bool) -> tuple[Finding, bool]:
    """The correction that a message states. 不不不，应该是才收手: what stands before is no print."""
    first = heard.stated[0]
    finding = heard.finding(first)
    if mends and not first.quoted and finding.place is None and not heard.citations.mentions:
        return Finding(right=finding.right), True
    return finding, mends


def _right_only(heard: Heard, known: Finding, mends: bool) -> str | None:
    """是8.33%, 中间少个顿号: the right form of what is known."""
    if known.wrong is None:
        return None
    named = _NUMBER_IS.match(heard.citations.text) if heard.ordinal is not None else None
    if named:
        return heard.masked.quoted(named.group("right"))
    again = known.right is not None and len(heard.spoken) <= SHORT_ANSWER // 2  # 手滑，是1937年！
    found = _IT_IS.search(heard.citations.text) if mends or again else None
    if found and _is_like(found.group("right"), known):
        start, said = found.start("right"), trim_right(found.group("right"))
        one = ONE_OF.fullmatch(said)  # 不亦乐乎的乎: the word is meant
        whole = one.group("word") if one and one.group("one") in one.group("word") else said
        return heard.masked.words(start, start + len(whole))
    meant = _MEANT.search(heard.citations.text) if mends and known.right else None
    if meant and meant.group("one") in meant.group("word"):
        alike = [n for n, char in enumerate(known.right or "") if same_sound(char, meant.group("one"))]
        if len(alike) == 1:  # 我写错了，是厉害的厉: in the place of what sounds like it
            return f"{(known.right or '')[: alike[0]]}{meant.group('one')}{(known.right or '')[alike[0] + 1 :]}"
    should_be = _SHOULD_BE if known.wrong.startswith("是") else _IS_TO_BE
    said = heard.citations.text.strip(" ,。!~\ue7ff")
    for part in (re.split("[:,]", said)[-1].strip(), *_APART.split(said)):  # 叹为观止才对嘛 高考必背
        bare = trim_right(should_be.sub("", part))
        if known.right is None and 2 <= len(bare) <= len(known.wrong) + 4 and _is_like(bare, known) and not _PAUSE.search(bare):
            return heard.masked.words(at := heard.citations.text.find(bare), at + len(bare))
    missing = re.search(MARK_WORD, heard.spoken) if _MISSING_MARK.search(heard.spoken) else None
    if missing and known.right is None:
        return inserted_as_said(known.wrong, MARK_NAMES[missing.group()], heard.masked.folded.source)
    return None


def _speaks_of(spoken: str, known: Finding) -> bool:
    """Words that say no error of their own but speak of the one on record: 法律上没有违章建筑这个说法."""
    if intents.question(spoken) is not None or intents.asks_about_service(spoken) or intents.withdraws(spoken):
        return False
    said = [loose_key(words) for words in (known.wrong, known.right) if words]
    names = any(len(longest_run(key, loose_key(spoken))) >= max(NAMED_BY, len(key) - 1) for key in said)
    return names or (_GROUNDS.search(spoken) is not None and bool(said))


def _is_like(right: str, known: Finding) -> bool:
    """Whether words can be another right form of what is known."""
    return any(other and fuzz.ratio(loose_key(trim_right(right)), loose_key(other)) >= ALIKE_KNOWN
               and strict_key(right) != strict_key(known.wrong or "") for other in (known.wrong, known.right))  # fmt: skip


def _quotation(heard: Heard) -> Finding | None:
    """The words objected to, given after we asked for them, with or without quotation marks."""
    if heard.corrections:
        return heard.finding(heard.corrections[0])
    span = quoted_alone(heard.citations.text, heard.print)
    if span is None:
        bare = _FRAMED.sub("", heard.citations.text.strip("\ue7ff ,。"))
        at = heard.citations.text.find(bare)
        least = 4 if heard.citations.mentions else 2  # beside a citation a short word is mostly speech: 柳湾那张
        if "\ue7ff" in bare or not least <= len(loose_key(bare)) <= 30 or intents.is_greeting(bare):
            return None
        explained = explained_at_end(bare)
        bare = explained.group("word") if explained else bare  # 优慧的慧: the character in it that is wrong
        if not heard.print.stands(bare):
            return None
        span = at, at + len(bare)
    return heard.finding(Correction(*span, wrong=heard.masked.words(*span), quoted=False))


def _only_cites(heard: Heard) -> bool:
    """Whether a message says little beside where the error is."""
    cites = heard.citations
    if not any(cites.has(f) for f in (Field.PAPER, Field.ISSUE, Field.PAGE, Field.ARTICLE)):
        return False
    of_an_issue = not any(cites.has(f) for f in (Field.PAPER, Field.PAGE, Field.ARTICLE))
    if of_an_issue and (intents.asks(heard.spoken) or _NOT_DELIVERED.search(heard.spoken)):
        return False  # 这期报纸我没收到, 上期的报纸哪里还有
    if intents.asks_about_service(heard.spoken) or intents.speaks_of_error(cites.text) or heard.corrections:
        return intents.mends(heard.spoken)
    outside = re.sub("[\ue000-\ue7ff]", "", cites.text)
    return len(loose_key(outside)) <= max(8, 2 * sum(m.end - m.start for m in cites.mentions))


def _as_reading(piece: Finding, heard: Heard, known: Finding, target: int | None, mends: bool) -> Reading:
    to_all = bool(_ALL.search(heard.spoken)) and not heard.stated
    targets = (target,) if target else ()
    amendments = []
    for field, value in _values(piece):
        if targets or (has(known, field) and (mends or field in (Field.RIGHT, Field.WRONG)) and not to_all):
            if not (field is Field.WRONG and targets) and not _says_the_same(field, known, piece):
                amendments.append(Amendment(field, value))
        elif has(known, field) and not to_all and field is not Field.REASON and not _says_the_same(field, known, piece):
            amendments.append(Amendment(field, value))
    return Reading(Intent.SUPPLEMENT, (piece,), targets, tuple(amendments), to_all=to_all)


def _values(piece: Finding) -> list[tuple[Field, str]]:
    pairs = (
        (Field.PAPER, piece.paper_text), (Field.ISSUE, piece.issue_text), (Field.PAGE, piece.page_text),
        (Field.ARTICLE, piece.article_text), (Field.WRONG, piece.wrong), (Field.RIGHT, piece.right),
    )  # fmt: skip
    return [(field, value) for field, value in pairs if value is not None]


def _says_the_same(field: Field, known: Finding, piece: Finding) -> bool:
    match field:
        case Field.PAPER:
            return known.paper_id is not None and known.paper_id == piece.paper_id
        case Field.ISSUE:
            return known.issue_label == piece.issue_label
        case Field.PAGE:
            return known.page == piece.page
        case Field.ARTICLE:
            return known.article_id is not None and known.article_id == piece.article_id
        case Field.WRONG:
            return known.wrong == piece.wrong
        case _:
            return known.right == piece.right
