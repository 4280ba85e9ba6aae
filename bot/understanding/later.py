"""Later turns: what completes, mends or withdraws a report that is already there. Pure."""

from __future__ import annotations

import re

from bot.understanding import intents
from bot.understanding.composing import MARK_NAMES, MARK_WORD, inserted_as_said
from bot.understanding.correction import has_doubt
from bot.understanding.heard import Heard
from bot.understanding.item import Correction
from bot.understanding.merge import has
from bot.understanding.normalise import loose_key, strict_key
from bot.understanding.unquoted import quoted_alone, trim_right
from bot.understanding.values import Amendment, Field, Finding, Intent, Reading, Waiting

_ALL = re.compile(
    r"(?:两|二|三|四|五|几|[2-9])(?:条|个|处|项)?都|都(?:是|在)|全(?:是|在|都)"
    r"|(?:这|上面|以上)(?:几|两|三|四)(?:条|个|处)"
)
_IT_IS = re.compile(r"(?:^|[,。;!\s])(?:应该|应)?(?:是|为)(?P<right>[^\s,。;:!?\ue000-\ue7ff]{1,40})(?=[,。;!?\s]|$)")
_NUMBER_IS = re.compile("[\ue7ff\\s]*(?:应该|应)?(?:是|为|改[成为])[::]?\\s*(?P<right>[\ue000-\ue3ff])")
_EXPLAINS = re.compile(r"\s*(?:我)?(?:再)?(?:补充|理由|依据|原因)")
_PRINTED_IS = re.compile("(?:印的|写的|原文|报上|应该?|错处)(?:是|为)?[::]?[\ue000-\ue3ff]")
_QUOTED = re.compile("[\ue000-\ue3ff]")
_MISSING_MARK = re.compile(rf"(?:少|漏|缺|没加?|加)(?:了|个|上|一个)*(?:{MARK_WORD})")


def withdrawal(heard: Heard, waiting: Waiting) -> Reading | None:
    """第二个不算, 这条撤回, “…”那条不要了."""
    if not waiting.has_reports or any(c.right for c in heard.stated) or not intents.withdraws(heard.spoken):
        return None
    if heard.citations.mentions and any(c.wrong and c.right == "" and c.context for c in heard.stated):
        return None
    targets = intents.ordinals(heard.spoken)
    named = tuple(
        Finding(wrong=heard.masked.quoted(char)) for char in _QUOTED.findall(heard.masked.text)
    )
    return Reading(Intent.WITHDRAW, findings=() if targets else named, targets=targets)


def supplement(heard: Heard, waiting: Waiting) -> Reading | None:
    """The message as an addition to the report that is waited for; None where it is something else."""
    known = waiting.finding
    lacks_error = waiting.field is not None and not (known.wrong or known.right)
    complete_pairs = [c for c in heard.stated if c.wrong is not None]
    if complete_pairs and not _belongs(complete_pairs, heard, known, lacks_error):
        return None
    if len(complete_pairs) > 1 or heard.citations.inherits is not None:
        return None
    piece, mends = _piece(heard, known, lacks_error)
    if piece is None:
        return None
    return _as_reading(piece, heard, waiting, mends)


def _belongs(pairs: list[Correction], heard: Heard, known: Finding, lacks_error: bool) -> bool:
    if lacks_error or heard.ordinal is not None:
        return True
    if intents.mends(heard.spoken):
        return known.wrong is not None and len(pairs) == 1
    return known.right is None and strict_key(known.wrong or "") == strict_key(pairs[0].wrong or "-") and not (
        heard.citations.mentions)  # fmt: skip


def _piece(heard: Heard, known: Finding, lacks_error: bool) -> tuple[Finding | None, bool]:
    """(what the message gives, whether it replaces); None where it gives nothing to a report."""
    spoken = heard.spoken
    mends = intents.mends(spoken) or any(getattr(m.value, "negated", False) for m in heard.citations.mentions)
    if heard.stated:
        finding = heard.finding(heard.stated[0])
        return finding, mends
    right = _right_only(heard, known, mends)
    if right is not None:
        return Finding(right=right), mends
    asked = None if _EXPLAINS.match(spoken) else intents.question(spoken)
    if mends and known.wrong and len(heard.corrections) == 1 and _PRINTED_IS.search(heard.citations.text):
        return heard.finding(heard.corrections[0]), True
    if asked is not None and not (heard.corrections and has_doubt(spoken)):
        return None, False
    if lacks_error:
        given = _quotation(heard)
        if given is not None:
            return given, False
    elif heard.corrections and not mends:
        return None, False
    if _only_cites(heard) or (mends and heard.citations.mentions):
        return heard.cited_only(), mends
    if intents.adds(spoken) and known != Finding():
        return Finding(reason=heard.remark(0, len(heard.citations.text))), False
    return None, False


def _right_only(heard: Heard, known: Finding, mends: bool) -> str | None:
    """是8.33%, 中间少个顿号: the right form of what is known."""
    if known.wrong is None:
        return None
    named = _NUMBER_IS.match(heard.citations.text) if heard.ordinal is not None else None
    if named:
        return heard.masked.quoted(named.group("right"))
    if mends:
        found = _IT_IS.search(heard.citations.text)
        if found:
            start, _ = found.span("right")
            return heard.masked.words(start, start + len(trim_right(found.group("right"))))
    missing = re.search(MARK_WORD, heard.spoken) if _MISSING_MARK.search(heard.spoken) else None
    if missing and known.right is None:
        return inserted_as_said(known.wrong, MARK_NAMES[missing.group()], heard.masked.folded.source)
    return None


def _quotation(heard: Heard) -> Finding | None:
    """The words objected to, given after we asked for them, with or without quotation marks."""
    if heard.corrections:
        return heard.finding(heard.corrections[0])
    span = quoted_alone(heard.citations.text, heard.print)
    if span is None:
        bare = heard.citations.text.strip()
        at = heard.citations.text.find(bare)
        if not 2 <= len(loose_key(bare)) <= 30 or not heard.print.exact(loose_key(bare)):
            return None
        span = at, at + len(bare)
    return heard.finding(Correction(*span, wrong=heard.masked.words(*span), quoted=False))


def _only_cites(heard: Heard) -> bool:
    """Whether a message says little beside where the error is."""
    cites = heard.citations
    if not any(cites.has(f) for f in (Field.PAPER, Field.ISSUE, Field.PAGE, Field.ARTICLE)):
        return False
    if intents.asks_about_service(heard.spoken) or intents.speaks_of_error(cites.text) or heard.corrections:
        return intents.mends(heard.spoken)
    outside = re.sub("[\ue000-\ue7ff]", "", cites.text)
    cited = sum(m.end - m.start for m in cites.mentions)
    return len(loose_key(outside)) <= max(8, 2 * cited)


def _as_reading(piece: Finding, heard: Heard, waiting: Waiting, mends: bool) -> Reading:
    known = waiting.finding
    to_all = bool(_ALL.search(heard.spoken)) and not heard.stated
    targets = (heard.ordinal,) if heard.ordinal else ()
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
