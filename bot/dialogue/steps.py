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


def meant(numbers: tuple[int, ...], own: list[tuple[int, int, int, bool]]) -> list[int]:
    """Report ids that a reader means. `own`: (ordinal, id, message id, still open), newest first.

    A number is the reader's own count or the printed number; failing an open report of that count,
    its place in his last message (第二个). No number: his newest report.
    """
    if not own:
        return []
    if not numbers:
        return [next((id_ for _, id_, _, is_open in own if is_open), own[0][1])]
    batch = sorted((ordinal, id_) for ordinal, id_, message_id, _ in own if message_id == own[0][2])
    by_number = {ordinal: (id_, is_open) for ordinal, id_, _, is_open in own}
    by_number |= {id_: (id_, is_open) for _, id_, _, is_open in own}
    chosen = []
    for number in numbers:
        id_, is_open = by_number.get(number, (0, False))
        if not is_open and len(batch) > 1 and 1 <= number <= len(batch) and number != batch[number - 1][0]:
            id_ = batch[number - 1][1]
        if id_ and id_ not in chosen:
            chosen.append(id_)
    return chosen
