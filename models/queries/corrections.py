"""Named reads of correction notices and of the errata that may deserve one. No reader stands in them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from models.enums import SCORING_VERDICTS, CorrectionKind, CorrectionState, OutgoingState
from models.newsroom import CorrectionItem, CorrectionNotice, CorrectionWaiver
from models.outgoing import OutgoingMessage
from models.papers import Issue, Paper
from models.queries import newsroom
from models.queries.newsroom import Confirmed
from models.reports import Erratum, Report
from models.staff import Staff

PAGE_SIZE = 30
MOST_SUGGESTED = 200
LIVE = (CorrectionState.DRAFT, CorrectionState.RELEASED, CorrectionState.PRINTED)
"""An erratum has one notice that stands; one that was withdrawn stands in no way."""


@dataclass(frozen=True, slots=True)
class ItemView:
    """One error of a notice; `number` is the first accepted report of it, None where there is none any more."""

    id: int
    erratum_id: int | None
    kind: CorrectionKind
    wrong: str | None
    right: str | None
    number: int | None


@dataclass(frozen=True, slots=True)
class NoticeView:
    """One notice with who did what to it."""

    id: int
    state: CorrectionState
    version: int
    text: str
    issue_id: int
    paper_id: int
    paper: str
    month: str
    published_on: date | None
    page: str | None
    article: str | None
    discovered_at: datetime
    drafted_at: datetime
    drafted_by: str
    drafted_by_id: int
    released_at: datetime | None
    released_by: str | None
    release_reason: str | None
    printed_paper: str | None
    printed_paper_id: int | None
    printed_on: date | None
    printed_page: str | None
    printed_at: datetime | None
    printed_by: str | None
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    withdraw_reason: str | None
    items: tuple[ItemView, ...]


def notices(session: Session, state: CorrectionState, *, before: int | None = None) -> tuple[list[NoticeView], int | None]:
    """One page, the newest first, and before which id the next begins."""
    where = [CorrectionNotice.state == state] + ([CorrectionNotice.id < before] if before is not None else [])
    rows = session.execute(_query().where(*where).order_by(CorrectionNotice.id.desc()).limit(PAGE_SIZE + 1)).all()
    found = _views(session, rows[:PAGE_SIZE])
    return found, found[-1].id if len(rows) > PAGE_SIZE else None


def load(session: Session, notice_id: int) -> NoticeView | None:
    found = _views(session, session.execute(_query().where(CorrectionNotice.id == notice_id)).all())
    return found[0] if found else None


def counts(session: Session) -> dict[CorrectionState, int]:
    rows = session.execute(select(CorrectionNotice.state, func.count()).group_by(CorrectionNotice.state))
    return {state: many for state, many in rows}  # noqa: C416 - rows are not plain tuples to mypy


def of_errata(session: Session, erratum_ids: Collection[int]) -> dict[int, tuple[int, CorrectionState]]:
    """By erratum the notice about it that stands: (id, state)."""
    rows = session.execute(
        select(CorrectionItem.erratum_id, CorrectionNotice.id, CorrectionNotice.state)
        .join(CorrectionNotice, CorrectionNotice.id == CorrectionItem.notice_id)
        .where(CorrectionItem.erratum_id.in_(sorted(erratum_ids)), CorrectionNotice.state.in_(LIVE)))
    return {row.erratum_id: (row.id, row.state) for row in rows}


def without_notice(session: Session, *, since: str) -> list[Confirmed]:
    """Confirmed errata of the months from `since` on that no notice stands about and nobody waived; bounded."""
    noticed = select(CorrectionItem.erratum_id).join(
        CorrectionNotice, CorrectionNotice.id == CorrectionItem.notice_id,
    ).where(CorrectionItem.erratum_id == Erratum.id, CorrectionNotice.state.in_(LIVE))
    waived = select(CorrectionWaiver.erratum_id).where(CorrectionWaiver.erratum_id == Erratum.id)
    return newsroom.confirmed(session, Issue.month >= since, ~noticed.exists(), ~waived.exists(),
                              limit=MOST_SUGGESTED + 1)


def waived(session: Session, *, since: str) -> list[Confirmed]:
    """Those that an editor said need no notice, to be taken back."""
    ids = session.scalars(
        select(CorrectionWaiver.erratum_id).join(Erratum, Erratum.id == CorrectionWaiver.erratum_id)
        .join(Issue, Issue.id == Erratum.issue_id).where(Issue.month >= since)
        .order_by(CorrectionWaiver.waived_at.desc()).limit(PAGE_SIZE)).all()
    return newsroom.by_id(session, ids)


def told(session: Session, notice_id: int) -> dict[OutgoingState, int]:
    """How far the messages to the finders of a printed notice have come."""
    rows = session.execute(
        select(OutgoingMessage.state, func.count())
        .where(OutgoingMessage.idempotency_key.startswith(f"correction-{notice_id}-"), OutgoingMessage.kind == "correction")
        .group_by(OutgoingMessage.state))
    return {state: many for state, many in rows}  # noqa: C416 - rows are not plain tuples to mypy


def papers(session: Session) -> list[tuple[int, str]]:
    """(id, name) of all papers, for where a notice was printed."""
    return [(row.id, row.name) for row in session.execute(select(Paper.id, Paper.name).order_by(Paper.id))]


def next_issues(session: Session, after: Iterable[tuple[int, date]]) -> dict[tuple[int, date], date]:
    """For each (paper, day) the day of the paper's first issue after it, where one is planned or out."""
    wanted = set(after)
    if not wanted:
        return {}
    rows = session.execute(
        select(Issue.paper_id, Issue.published_on)
        .where(Issue.paper_id.in_({paper for paper, _ in wanted}), Issue.published_on > min(on for _, on in wanted))
        .order_by(Issue.published_on)).all()
    found: dict[tuple[int, date], date] = {}
    for paper_id, on in wanted:
        following = next((row.published_on for row in rows if row.paper_id == paper_id and row.published_on > on), None)
        if following is not None:
            found[paper_id, on] = following
    return found


_DRAFTED, _RELEASED, _PRINTED, _WITHDRAWN = (aliased(Staff) for _ in range(4))
_PRINTED_IN = aliased(Paper)


def _query() -> Any:
    one = CorrectionNotice
    return (
        select(one.__table__, Issue.month, Issue.published_on, Issue.paper_id, Paper.name.label("paper"),
               _PRINTED_IN.name.label("printed_paper"), _DRAFTED.display_name.label("drafted_by"),
               _RELEASED.display_name.label("released_by"), _PRINTED.display_name.label("printed_by"),
               _WITHDRAWN.display_name.label("withdrawn_by"))
        .join(Issue, Issue.id == one.issue_id).join(Paper, Paper.id == Issue.paper_id)
        .outerjoin(_PRINTED_IN, _PRINTED_IN.id == one.printed_paper_id)
        .join(_DRAFTED, _DRAFTED.id == one.drafted_by_id).outerjoin(_RELEASED, _RELEASED.id == one.released_by_id)
        .outerjoin(_PRINTED, _PRINTED.id == one.printed_by_id)
        .outerjoin(_WITHDRAWN, _WITHDRAWN.id == one.withdrawn_by_id)
    )


def _views(session: Session, rows: Sequence[Any]) -> list[NoticeView]:
    items = _items(session, [row.id for row in rows])
    return [NoticeView(
        row.id, row.state, row.version, row.text, row.issue_id, row.paper_id, row.paper, row.month, row.published_on,
        row.page_label, row.article, row.discovered_at, row.drafted_at, row.drafted_by, row.drafted_by_id,
        row.released_at, row.released_by, row.release_reason, row.printed_paper, row.printed_paper_id, row.printed_on,
        row.printed_page,
        row.printed_at, row.printed_by, row.withdrawn_at, row.withdrawn_by, row.withdraw_reason,
        tuple(items.get(row.id, ()))) for row in rows]


def _items(session: Session, notice_ids: list[int]) -> dict[int, list[ItemView]]:
    number = (select(func.min(Report.id)).where(
        Report.erratum_id == CorrectionItem.erratum_id, Report.verdict.in_(SCORING_VERDICTS))
        .correlate(CorrectionItem).scalar_subquery())
    found: dict[int, list[ItemView]] = {}
    for row in session.execute(
        select(CorrectionItem.__table__, number.label("number")).where(CorrectionItem.notice_id.in_(notice_ids))
        .order_by(CorrectionItem.notice_id, CorrectionItem.position)
    ) if notice_ids else ():
        found.setdefault(row.notice_id, []).append(
            ItemView(row.id, row.erratum_id, row.kind, row.wrong, row.right, row.number))
    return found
