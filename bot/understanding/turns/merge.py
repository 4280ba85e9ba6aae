"""Later turns applied to a finding: missing fields filled, fields replaced, the place sought again. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import IntEnum

from rapidfuzz import fuzz

from bot.understanding.in_print.locate import Index, same_issue
from bot.understanding.in_print.placing import meant_by, placed, stated_issue, stated_page
from bot.understanding.thresholds import SURELY_ALIKE
from bot.understanding.values import Amendment, Field, Finding
from bot.understanding.words.normalise import loose_key


class Mended(IntEnum):
    """What a later turn did to a report, the weightier the higher."""

    NOTHING = 0
    ADDED = 1
    REPLACED = 2


_GROUPS = {
    Field.PAPER: ("paper_text", "paper_id"),
    Field.ISSUE: ("issue_text", "issue_label", "issue_id"),
    Field.PAGE: ("page_text", "page"),
    Field.ARTICLE: ("article_text", "article_id"),
    Field.WRONG: ("wrong", "context"),
    Field.RIGHT: ("right",),
}


def only_place(piece: Finding) -> Finding:
    """The place of a piece and nothing else: what can be said of several reports at once."""
    return Finding(paper_text=piece.paper_text, paper_id=piece.paper_id, issue_text=piece.issue_text,
                   issue_label=piece.issue_label, issue_id=piece.issue_id, page_text=piece.page_text,
                   page=piece.page, article_text=piece.article_text, article_id=piece.article_id)


def has(finding: Finding, field: Field) -> bool:
    """Whether a field was stated. DETAIL: anything of the error itself."""
    if field is Field.DETAIL:
        return finding.wrong is not None or finding.right is not None or finding.reason is not None
    if field is Field.REASON:
        return finding.reason is not None
    return any(getattr(finding, name) is not None for name in _GROUPS[field] if name != "context")


def complete(known: Finding, piece: Finding, *, index: Index, sent_at: datetime) -> Finding:
    """`known` with the fields it lacks taken from `piece`, and sought again. A further reason is added."""
    filled = known
    for field, names in _GROUPS.items():
        if not has(known, field) and has(piece, field):
            filled = filled._replace(**{name: getattr(piece, name) for name in names})
    if piece.reason and piece.reason != known.reason:
        filled = filled._replace(reason=f"{known.reason}；{piece.reason}" if known.reason else piece.reason)
    filled = _whole(filled)
    return placed(filled, meant_by(filled, index), index=index, sent_at=sent_at)


def amend(known: Finding, amendments: Iterable[Amendment], *, index: Index, sent_at: datetime) -> Finding:
    """`known` with fields replaced by the reader's own words, and sought again."""
    changed = known
    for amendment in amendments:
        changed = _replaced(changed, amendment, index, sent_at)
    changed = _whole(changed)
    return placed(changed, meant_by(changed, index), index=index, sent_at=sent_at)


def mended(before: Finding, after: Finding, *, index: Index) -> Mended:
    """What became of a report. Saying what print told already (对，是柳湾) does nothing."""
    said = [(was, now) for was, now in zip(_told(before), _told(after), strict=True) if was != now]
    if any(was is not None for was, _ in said) or (before.place is not None and before.place != after.place):
        return Mended.REPLACED
    if before.place is None or (after.wrong, after.right, after.reason) != (before.wrong, before.right, before.reason):
        return Mended.ADDED if said or after != before else Mended.NOTHING
    return Mended.ADDED if said and not _agrees(after, index) else Mended.NOTHING


def _told(finding: Finding) -> tuple[str | int | None, ...]:
    return (finding.paper_id if finding.paper_id is not None else finding.paper_text, finding.issue_label, finding.page,
            finding.article_id if finding.article_id is not None else finding.article_text, finding.wrong, finding.right)


def _agrees(finding: Finding, index: Index) -> bool:
    """Whether all that was stated is what stands at the place."""
    number = index.entry_of(finding.place.article_id) if finding.place else None
    if number is None:
        return False
    there = index.entries[number]
    return (finding.paper_text is None or finding.paper_id == there.paper.id) and (
        finding.issue_label is None or same_issue(finding.issue_label, there.issue)) and (
        finding.page is None or finding.page == there.page.number or finding.page in there.page.number.split("、")) and (
        finding.article_text is None or finding.article_id == there.article.id)


def _whole(finding: Finding) -> Finding:
    """“梧桐理街道”里写成理, and later 应为“梧桐里街道”: a right form for the whole quotation makes it the wrong words."""
    wrong, right, around = finding.wrong, finding.right, finding.context
    if not (wrong and right and around) or len(right) <= len(wrong) + 1:
        return finding
    like = fuzz.ratio(loose_key(right), loose_key(around))
    return finding._replace(wrong=around, context=None) if like >= SURELY_ALIKE else finding


def _replaced(known: Finding, amendment: Amendment, index: Index, sent_at: datetime) -> Finding:
    value = amendment.value
    match amendment.field:
        case Field.PAPER:
            return known._replace(paper_text=value, paper_id=None)
        case Field.ISSUE:
            return known._replace(issue_text=value, issue_label=stated_issue(value, sent_at), issue_id=None)
        case Field.PAGE:
            return known._replace(page_text=value, page=stated_page(value, index))
        case Field.ARTICLE:
            return known._replace(article_text=value, article_id=None)
        case Field.WRONG | Field.DETAIL:
            return known._replace(wrong=value, context=None)
        case Field.RIGHT:
            return known._replace(right=value)
        case Field.REASON:
            return known._replace(reason=value)
