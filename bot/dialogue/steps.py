"""What to do with a message once it is read: pure decisions, values in, values out."""

from __future__ import annotations

from dataclasses import dataclass

from bot.understanding.values import Field, Finding, Located

LONG_QUOTATION = 40
"""A longer quotation without a correction holds no error (RULES 2)."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A finding with what it lacks. `complete`: it goes on record as told; else it waits for one answer."""

    finding: Finding
    missing: Field | None
    complete: bool


def holds_error(finding: Finding) -> bool:
    """Whether the words say what is wrong: a quotation (a long one only with its correction)."""
    if finding.wrong:
        return finding.right is not None or len(finding.wrong) <= LONG_QUOTATION
    return bool(finding.right) and (finding.article_id is not None or finding.page is not None)


def missing(finding: Finding, *, papers: int) -> Field | None:
    """The one thing to ask for, or None. `papers`: how many editions the reader could mean."""
    if not holds_error(finding):
        return Field.DETAIL
    if finding.located is Located.FOUND:
        return None
    if finding.located is Located.SEVERAL:
        if finding.article_id is not None:
            return None  # more than once in the article that he named: there is nothing left to ask
        return Field.PAGE if finding.page is None else Field.ARTICLE
    if finding.paper_id is None and finding.paper_text is None and papers > 1:
        return Field.PAPER
    if finding.page is None and finding.article_text is None:
        return Field.PAGE
    return None


def judge(finding: Finding, *, papers: int, asked_before: bool) -> Judged:
    """Nobody is asked twice: after one question what holds an error goes to the editors as it is."""
    lacks = missing(finding, papers=papers)
    if asked_before:
        return Judged(finding, None, complete=holds_error(finding))
    return Judged(finding, lacks, complete=lacks is None)


def question(judged: list[Judged]) -> Field | None:
    """At most one question a message: the detail first, for without it the rest is of no use."""
    lacks = {one.missing for one in judged if one.missing is not None}
    for field in (Field.DETAIL, Field.PAPER, Field.PAGE, Field.ARTICLE):
        if field in lacks:
            return field
    return None


@dataclass(frozen=True, slots=True)
class Own:
    """One of a reader's reports as a command can name it. `is_open`: he may still change it."""

    ordinal: int
    report_id: int
    message_id: int
    is_open: bool
    is_withdrawn: bool = False


def meant(numbers: tuple[int, ...], own: list[Own]) -> list[int]:
    """Report ids that a reader means; `own` newest first.

    A number is the reader's own count or the printed number. Where the report of that count is decided, or
    there is none, it is the place in his last message (第二个). One already withdrawn stays meant: a command
    sent twice must not reach a second report. -1: the last one. No number: his newest report.
    """
    if not own:
        return []
    if not numbers:
        return [next((one.report_id for one in own if one.is_open), own[0].report_id)]
    batch = sorted((one for one in own if one.message_id == own[0].message_id), key=lambda one: one.ordinal)
    by_number = {one.ordinal: one for one in own} | {one.report_id: one for one in own}
    chosen: list[int] = []
    for number in numbers:
        named = own[0] if number == -1 else by_number.get(number)
        if (named is None or not (named.is_open or named.is_withdrawn)) and 1 <= number <= len(batch) > 1:
            named = batch[number - 1]
        if named is not None and named.report_id not in chosen:
            chosen.append(named.report_id)
    return chosen


def answers(half_told: Finding, told: Finding) -> bool:
    """Whether `told`, an error told in full, is the one that `half_told` announced: nothing stated speaks against."""
    if holds_error(half_told) or not holds_error(told):
        return False
    if half_told.place is not None and told.place is not None:
        return half_told.place.article_id == told.place.article_id
    return all(before is None or after is None or before == after for before, after in (
        (half_told.paper_id, told.paper_id), (half_told.page, told.page), (half_told.article_id, told.article_id)))
