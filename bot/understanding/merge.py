"""Later turns applied to a finding: missing fields filled, fields replaced, the place sought again. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from rapidfuzz import fuzz

from bot.understanding.locate import Index
from bot.understanding.normalise import loose_key
from bot.understanding.placing import meant_by, placed, stated_issue, stated_page
from bot.understanding.thresholds import SURELY_ALIKE
from bot.understanding.values import Amendment, Field, Finding

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
