"""A report shown once more without its page: where it stands in print and what its reader wrote, without his name.

Knows no screen; writes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.understanding.identity import mask_identity
from bot.understanding.values import SUBTITLE, TITLE
from models.enums import Doubling, Verdict
from models.queries.archive import ArchivedReport

AROUND = 60
"""So many characters of print stand before and after the words."""


@dataclass(frozen=True, slots=True)
class Shown:
    """`passage`: before, the words, after; three empty texts where the place is not known. `words`: the reader's own,
    masked; "" where they are not kept. The last four are the decision: a screen that asks for one leaves them out."""

    number: int
    place: str
    passage: tuple[str, str, str]
    words: str
    wrong: str | None
    right: str | None
    reason: str
    verdict: Verdict | None
    row_code: str | None
    doubling: Doubling
    marks: tuple[bool, bool, bool]
    reason_text: str | None


def shown(report: ArchivedReport) -> Shown:
    return Shown(
        report.number, _place(report), _passage(report), masked(report, report.content), report.wrong, report.right,
        masked(report, report.reason), report.verdict, report.row_code, report.doubling, report.marks,
        report.reason_text)


def names_nobody(report: ArchivedReport) -> bool:
    """Whether the reader's words could be shown as they are: nothing in them had to be blackened."""
    return bool(report.content) and masked(report, report.content) == report.content


def masked(report: ArchivedReport, text: str | None) -> str:
    names = (report.printed_name,) if report.printed_name else ()
    keep = [words for words in (report.wrong, report.right) if words]
    return mask_identity(text or "", names=names, keep=keep)


def _place(report: ArchivedReport) -> str:
    """社区晨报·凉城 2026-10 03版《早市搬新家》; what is not known is left out."""
    title = report.title or report.article
    parts = (report.paper, report.month, f"{report.page}版" if report.page else None, f"《{title}》" if title else None)
    return " ".join(part for part in parts if part)


def _passage(report: ArchivedReport) -> tuple[str, str, str]:
    if report.at is None or report.at == SUBTITLE:
        return "", "", ""
    if report.at == TITLE:
        text = report.title or ""
    elif 0 <= report.at < len(report.paragraphs):
        text = report.paragraphs[report.at]
    else:
        return "", "", ""
    if not 0 <= report.start <= report.end <= len(text):
        return "", "", ""
    before, after = text[: report.start], text[report.end :]
    return (("…" + before[-AROUND:]) if len(before) > AROUND else before, text[report.start : report.end],
            (after[:AROUND] + "…") if len(after) > AROUND else after)
