"""How sure each field of a record is: said by the reader, worked out, borne out or contradicted by print. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.filing.cited import Contradiction
from bot.understanding.values import Field, Finding, Located
from bot.understanding.words.normalise import loose_key
from models.queries.report import PrintedArticle, ReportView
from web.present import month


class Sure(StrEnum):
    """In the order of trust."""

    FOUND = "found"  # print bears it out
    STATED = "stated"
    WORKED_OUT = "worked_out"
    EDITED = "edited"
    CONTRADICTED = "contradicted"
    NOT_SAID = "not_said"


SURE_WORDS = {
    Sure.FOUND: "报上对得上", Sure.STATED: "读者说的", Sure.WORKED_OUT: "推算的", Sure.EDITED: "编辑改过",
    Sure.CONTRADICTED: "和报上不一样", Sure.NOT_SAID: "没有说",
}
SURE_MARKS = {
    Sure.FOUND: "✓", Sure.STATED: "●", Sure.WORKED_OUT: "◐", Sure.EDITED: "✎", Sure.CONTRADICTED: "✗", Sure.NOT_SAID: "○",
}
"""The mark never says more than the words beside it."""


@dataclass(frozen=True, slots=True)
class Known:
    """One field of the record. `before`: what the reader had said where an editor changed it; `words`: how sure."""

    field: Field
    label: str
    value: str
    sure: Sure
    words: str
    before: str = ""

    @property
    def mark(self) -> str:
        return SURE_MARKS[self.sure]


LABELS = {
    Field.PAPER: "报纸", Field.ISSUE: "期", Field.PAGE: "版面", Field.ARTICLE: "文章", Field.WRONG: "原文",
    Field.RIGHT: "改正", Field.REASON: "理由",
}
KEYS = {
    Field.PAPER: "paper_text", Field.ISSUE: "issue_label", Field.PAGE: "page", Field.ARTICLE: "article_text",
    Field.WRONG: "wrong", Field.RIGHT: "right", Field.REASON: "reason",
}
"""The fields of a Finding by which it is told whether an editor changed one."""


def fields(report: ReportView, record: dict[str, str], finding: Finding, said: Finding, *, own_words: str,
           article: PrintedArticle | None, contradicted: Sequence[Contradiction]) -> list[Known]:
    """The record field by field. `record`: what is shown; `finding`: as last understood; `said`: the reader's own last
    form; `own_words`: all he wrote; `article`: where the words were found; `contradicted`: what print says otherwise.
    """
    against = {one.field: month(one.printed) for one in contradicted}
    return [_known(field, report, record, finding, said, own_words, article, against) for field in LABELS]


def _known(field: Field, report: ReportView, record: dict[str, str], finding: Finding, said: Finding, own_words: str,
           article: PrintedArticle | None, against: dict[Field, str]) -> Known:
    value, filled = _value(field, record, report, finding, article)
    edited = getattr(finding, KEYS[field]) != getattr(said, KEYS[field])
    if edited:
        before = _shown(getattr(said, KEYS[field]))
        return Known(field, LABELS[field], value, Sure.EDITED, SURE_WORDS[Sure.EDITED], before)
    sure, words = _sure(field, value, filled, finding, own_words, article, against)
    return Known(field, LABELS[field], value, sure, words)


def _shown(value: str | None) -> str:
    return "没有说" if value is None else value or "应删去"


def _value(field: Field, record: dict[str, str], report: ReportView, finding: Finding,
           article: PrintedArticle | None) -> tuple[str, bool]:
    """What is shown, as stated whatever the place found says; and whether print filled in what was not said."""
    value = "应删去" if field is Field.RIGHT and record["delete"] else record[field.value]
    place = finding.place
    if field is Field.PAPER and place is not None and finding.paper_id not in (None, place.paper_id):
        value = finding.paper_text or value
    if field is Field.ISSUE:
        value = month(report.issue_label or value)
    if field is Field.PAGE and report.page_label:
        value = f"{report.page_label}版"
    if value or article is None:
        return value, False
    printed = {Field.PAPER: article.paper, Field.ISSUE: month(article.month), Field.PAGE: f"{article.page}版",
               Field.ARTICLE: article.title}.get(field, "")
    return printed, bool(printed)


def _sure(field: Field, value: str, filled: bool, finding: Finding, own_words: str, article: PrintedArticle | None,
          against: dict[Field, str]) -> tuple[Sure, str]:
    if not value:
        return Sure.NOT_SAID, SURE_WORDS[Sure.NOT_SAID]
    if field in against:
        return Sure.CONTRADICTED, f"报上是{against[field]}"
    if filled:
        return Sure.FOUND, "没有说，按报上找到的"
    if field is Field.WRONG:
        return _sure_of_words(finding, own_words)
    if field in (Field.RIGHT, Field.REASON):
        return _as_written(getattr(finding, field.value) or "", own_words)
    return _sure_of_place(field, finding, article)


def _sure_of_words(finding: Finding, own_words: str) -> tuple[Sure, str]:
    if finding.located is Located.FOUND:
        return Sure.FOUND, "报上有这几个字"
    if finding.located is Located.SEVERAL:
        return Sure.STATED, "报上不止一处"
    if finding.located is Located.NOT_FOUND:
        return Sure.CONTRADICTED, "报上没有找到"
    return _as_written(finding.wrong or "", own_words)


def _as_written(value: str, own_words: str) -> tuple[Sure, str]:
    """Whether the very words stand in what the reader wrote."""
    stands = not value or loose_key(value) in loose_key(own_words)
    return (Sure.STATED, SURE_WORDS[Sure.STATED]) if stands else (Sure.WORKED_OUT, "从读者的话里推出来的")


_STATED = {Field.PAPER: "paper_text", Field.ISSUE: "issue_text", Field.PAGE: "page_text", Field.ARTICLE: "article_text"}
_MEANT = {Field.PAPER: "paper_id", Field.ISSUE: "issue_label", Field.PAGE: "page", Field.ARTICLE: "article_id"}


def _sure_of_place(field: Field, finding: Finding, article: PrintedArticle | None) -> tuple[Sure, str]:
    """Of the citation. Where print was found and says nothing else, it bears it out."""
    stated = getattr(finding, _STATED[field])
    meant = getattr(finding, _MEANT[field])
    if not stated:
        return (Sure.FOUND, "没有说，按报上找到的") if article is not None else (Sure.WORKED_OUT, "推算的，读者没有说")
    if article is not None and meant is not None:
        return Sure.FOUND, SURE_WORDS[Sure.FOUND]
    if meant is None and field is not Field.ARTICLE:
        return Sure.STATED, "读者说的，认不出是哪个"
    return Sure.STATED, SURE_WORDS[Sure.STATED]
