"""Report 纠错: filed, completed, amended, withdrawn, placed. Writes in Core statements; never commits.

Called by intake on its kept connection and by the console through `session.connection()`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Text, and_, bindparam, cast, func, select, update

from bot.contest.aim import Aim, aim
from bot.dialogue.steps import holds_error
from bot.errors import NotAllowed, NotFound
from bot.filing import errata, finders
from bot.outside import journal
from bot.understanding.stored import finding_from_json, finding_to_json
from bot.understanding.values import Finding
from bot.understanding.words.normalise import strict_key
from models.enums import REPORT_MOVES, ReportSource, ReportState
from models.prepared import InsertInto, Prepared, one_of
from models.readers import Reader
from models.reports import Report, ReportVersion

OPEN = (ReportState.HALF_TOLD, ReportState.FILED, ReportState.NEEDS_MORE)
"""What its reader may still change."""
UNDECIDED: dict[str, Any] = {"verdict": None, "decided_at": None, "decided_by_id": None, "original_id": None,
                             "reason_text": None}


class Coming(NamedTuple):
    """The message that a report, or a change of one, comes from."""

    message_id: int
    account: str
    reader_id: int
    person_id: int
    sent_at: datetime
    counts_at: datetime
    time_flagged: bool


@dataclass(frozen=True, slots=True)
class Filed:
    """What became of one finding. `repeat_of`: the reader's own earlier report of the same error."""

    report_id: int
    ordinal: int
    finding: Finding
    state: ReportState
    sent_at: datetime
    issue_id: int | None
    erratum_id: int | None
    late: bool = False
    repeat_of: bool = False


def file(
    db: Connection, coming: Coming, finding: Finding, *, complete: bool, now: datetime,
    source: ReportSource = ReportSource.CHAT,
) -> Filed:
    """Puts one finding on record. `complete=False`: half told, it waits for the reader's next words."""
    target = aim(db, coming.account, finding, coming.counts_at, sent_at=coming.sent_at)
    erratum = None
    if complete and holds_error(finding):
        erratum = errata.match_or_make(db, contest_id=target.contest_id, issue_id=target.issue_id,
                                       finding=finding, now=now)
        own = None if erratum.is_new else finders.own_report(db, erratum.erratum_id, coming.person_id)
        if own is not None:
            return _repeat(db, own, finding, erratum.erratum_id)
    state = ReportState.FILED if complete else ReportState.HALF_TOLD
    ordinal = _next_ordinal(db, coming.reader_id)
    number = int(_INSERT.scalar(
        db, contest_id=target.contest_id, round_id=target.round_id, issue_id=target.issue_id, late=target.late,
        reader_id=coming.reader_id, ordinal=ordinal, message_id=coming.message_id, source=source, state=state,
        sent_at=coming.sent_at, counts_at=coming.counts_at, time_flagged=coming.time_flagged,
        sequence=coming.message_id, updated_at=now,
        erratum_id=erratum.erratum_id if erratum else None,
        maybe_erratum_id=erratum.maybe_id if erratum else None, **_columns(finding),
    ))
    journal.note(db, "report", at=now, n=number, o=ordinal, r=coming.reader_id)
    _INSERT_VERSION.run(db, report_id=number, number=1, message_id=coming.message_id, fields=finding_to_json(finding),
                        created_at=now)
    return Filed(number, ordinal, finding, state, coming.sent_at, target.issue_id,
                 erratum.erratum_id if erratum else None, target.late)


def _repeat(db: Connection, report_id: int, finding: Finding, erratum_id: int) -> Filed:
    """The earlier report; of one that is itself a repeat, its original."""
    row = get(db, report_id)
    if row.original_id is not None:
        return _repeat(db, row.original_id, finding, erratum_id)
    return Filed(report_id, row.ordinal, finding, row.state, row.sent_at, row.issue_id, erratum_id, row.late,
                 repeat_of=True)


_INSERT, _INSERT_VERSION = InsertInto(Report), InsertInto(ReportVersion)
_NEXT_ORDINAL = Prepared(update(Reader).where(Reader.id == bindparam("reader_id"))
                         .values(last_ordinal=Reader.last_ordinal + 1).returning(Reader.last_ordinal))
_GET = Prepared(select(Report.__table__).where(Report.id == bindparam("report_id")))
_OWN = Prepared(select(Report.__table__).where(Report.reader_id == bindparam("reader_id"))
                .order_by(Report.ordinal.desc()).limit(bindparam("most")))
_LAST_VERSION = Prepared(select(func.max(ReportVersion.number)).where(ReportVersion.report_id == bindparam("report_id")))


def _next_ordinal(db: Connection, reader_id: int) -> int:
    """The reader's own count. The UPDATE locks his row, so two messages cannot take one number."""
    return int(_NEXT_ORDINAL.scalar(db, reader_id=reader_id))


def change(
    db: Connection, report_id: int, finding: Finding, coming: Coming, *, complete: bool, now: datetime
) -> Filed:
    """The reader completes or amends his report. It keeps its place in time unless the error changes (RULES 9)."""
    old = get(db, report_id)
    if old.state not in (ReportState.HALF_TOLD, ReportState.FILED, ReportState.NEEDS_MORE):
        raise NotAllowed(f"第{old.ordinal}条编辑已经看过，不能再改。")
    if old.erratum_id is not None:
        errata.hold(db, old.erratum_id)
    target = aim(db, coming.account, finding, old.counts_at, sent_at=old.sent_at)
    moved: dict[str, Any] = {"contest_id": target.contest_id, "round_id": target.round_id,
                             "issue_id": target.issue_id, "late": target.late}
    if complete and holds_error(finding):
        matched = _match_again(db, old, finding, target, now)
        own = finders.own_report(db, matched.erratum_id, coming.person_id, but=report_id)
        if own is not None and old.state is ReportState.HALF_TOLD:
            _settle(db, report_id, old, ReportState.LAPSED, now)
            return _repeat(db, own, finding, matched.erratum_id)
        moved |= {"erratum_id": matched.erratum_id, "maybe_erratum_id": matched.maybe_id}
        if not _keeps_its_time(db, old, finding, matched.erratum_id):
            moved |= _time_of(db, finding, coming, old)
    state = ReportState.FILED if complete else old.state
    _check_move(old.state, state)
    _write_change(db, old, finding, {"state": state, **_reopened(state), **moved}, coming, now)
    return Filed(report_id, old.ordinal, finding, state, old.sent_at, target.issue_id,
                 moved.get("erratum_id", old.erratum_id), moved["late"])


def _match_again(db: Connection, old: Row[Any], finding: Finding, target: Aim, now: datetime) -> errata.Match:
    """The erratum that the changed report points at.

    One known by words that only this report stands behind is no second opinion: the report is matched as if new.
    """
    if old.erratum_id is not None and finding.place is None and errata.only_of(db, old.erratum_id, old.id):
        _updating(("erratum_id",)).run(db, changed_id=old.id, erratum_id=None)
        errata.drop_if_bare(db, old.erratum_id)
    return errata.match_or_make(db, contest_id=target.contest_id, issue_id=target.issue_id, finding=finding, now=now)


def _keeps_its_time(db: Connection, old: Row[Any], finding: Finding, matched_id: int) -> bool:
    """Whether the changed report still means the error that it named before (RULES 2, 9)."""
    known = current_finding(db, old.id)
    if not holds_error(known):
        return False  # the first message that quotes the wrong words is this one
    if known.place is not None and finding.place is not None:
        return old.erratum_id is not None and errata.same_for_readers(db, old.erratum_id, matched_id)
    return _same_words(known, finding)


def _same_words(known: Finding, finding: Finding) -> bool:
    """The same wrong words, or more or fewer of them; a mended page or correction is not another error."""
    if not known.wrong or not finding.wrong:
        return known.right == finding.right
    one, other = strict_key(known.wrong), strict_key(finding.wrong)
    return one in other or other in one


def _time_of(db: Connection, finding: Finding, coming: Coming, old: Row[Any]) -> dict[str, Any]:
    target = aim(db, coming.account, finding, coming.counts_at, sent_at=old.sent_at)
    return {"counts_at": coming.counts_at, "sequence": coming.message_id, "time_flagged": coming.time_flagged,
            "late": target.late}


def _write_change(db: Connection, old: Row[Any], finding: Finding, values: dict[str, Any], coming: Coming,
                  now: datetime) -> None:
    version = old.version + 1
    written = {"version": version, "updated_at": now, **_columns(finding), **values}
    _updating(tuple(written)).run(db, changed_id=old.id, **written)
    _keep_version(db, old.id, version, finding, message_id=coming.message_id, now=now)
    if old.erratum_id is not None and values.get("erratum_id", old.erratum_id) != old.erratum_id:
        errata.leave(db, old.erratum_id, by_late=old.late)


@cache
def _updating(columns: tuple[str, ...]) -> Prepared:
    return Prepared(update(Report).where(Report.id == bindparam("changed_id")), *columns)


def _reopened(state: ReportState) -> dict[str, Any]:
    """A report that was asked back about and is answered is open again, undecided."""
    return UNDECIDED if state is ReportState.FILED else {}


def withdraw(db: Connection, report_id: int, *, now: datetime) -> None:
    """The reader takes his report back; later finders move up. NotAllowed once it is decided."""
    old = get(db, report_id)
    if old.state in (ReportState.DECIDED, ReportState.ESCALATED):
        raise NotAllowed(f"第{old.ordinal}条编辑已经看过，不能撤回。")
    _settle(db, report_id, old, ReportState.WITHDRAWN, now)


def lapse(db: Connection, report_id: int, *, now: datetime) -> ReportState:
    """Time is over for a half-told or asked-back report. What holds an error goes to the editors all the same."""
    old = get(db, report_id)
    holds = old.state is ReportState.HALF_TOLD and holds_error(current_finding(db, report_id))
    if holds:
        return _file_half_told(db, report_id, old, now)
    _settle(db, report_id, old, ReportState.LAPSED, now)
    return ReportState.LAPSED


def _file_half_told(db: Connection, report_id: int, old: Row[Any], now: datetime) -> ReportState:
    finding = current_finding(db, report_id)
    matched = errata.match_or_make(db, contest_id=old.contest_id, issue_id=old.issue_id, finding=finding, now=now)
    _settle(db, report_id, old, ReportState.FILED, now)
    db.execute(update(Report).where(Report.id == report_id).values(
        erratum_id=matched.erratum_id, maybe_erratum_id=matched.maybe_id))
    return ReportState.FILED


def _settle(db: Connection, report_id: int, old: Row[Any], state: ReportState, now: datetime) -> None:
    _check_move(old.state, state)
    extra: dict[str, Any] = {"withdrawn_at": now} if state is ReportState.WITHDRAWN else {}
    if old.state is ReportState.NEEDS_MORE:
        extra |= UNDECIDED
    done = db.execute(
        update(Report).where(Report.id == report_id, Report.state == old.state)
        .values(state=state, updated_at=now, version=old.version + 1, **extra)
    )
    if done.rowcount != 1:
        raise NotAllowed(f"第{old.ordinal}条刚刚有变动，请再试一次。")


def _check_move(old: ReportState, new: ReportState) -> None:
    if old is not new and new not in REPORT_MOVES[old]:
        raise NotAllowed(f"不能从 {old} 变为 {new}。")


def get(db: Connection, report_id: int) -> Row[Any]:
    row: Row[Any] | None = _GET.first(db, report_id=report_id)
    if row is None:
        raise NotFound(f"没有编号 {report_id} 的纠错。")
    return row


def half_told_before(db: Connection, moment: datetime, limit: int = 500) -> list[int]:
    return list(db.scalars(select(Report.id).where(
        Report.state == ReportState.HALF_TOLD, Report.updated_at < moment).order_by(Report.id).limit(limit)))


def asked_back(db: Connection, limit: int = 500) -> list[tuple[int, datetime]]:
    """Reports that wait for an answer: (number, asked at), the oldest question first."""
    return [(row.id, row.decided_at) for row in db.execute(
        select(Report.id, Report.decided_at).where(Report.state == ReportState.NEEDS_MORE)
        .order_by(Report.decided_at, Report.id).limit(limit))]


_FIELDS = Prepared(select(ReportVersion.fields).where(ReportVersion.report_id == bindparam("report_id"))
                   .order_by(ReportVersion.number.desc()).limit(1))
_NEWEST_VERSION = (select(func.max(ReportVersion.number)).where(ReportVersion.report_id == Report.id)
                   .correlate(Report).scalar_subquery())
_OPEN_FIELDS = Prepared(
    select(Report.ordinal, cast(ReportVersion.fields, Text))
    .join(ReportVersion, and_(ReportVersion.report_id == Report.id, ReportVersion.number == _NEWEST_VERSION))
    .where(Report.reader_id == bindparam("reader_id"), one_of(Report.state, OPEN))
    .order_by(Report.ordinal.desc()).limit(bindparam("most")))


def current_finding(db: Connection, report_id: int) -> Finding:
    """The report as last understood, with its place."""
    return finding_from_json(current_fields(db, report_id) or {})


def current_fields(db: Connection, report_id: int) -> dict[str, Any] | None:
    """`current_finding` as it is stored."""
    fields: dict[str, Any] | None = _FIELDS.scalar(db, report_id=report_id)
    return fields


def open_fields(db: Connection, reader_id: int, most: int) -> list[Any]:
    """(ordinal, as last understood, in JSON) of a reader's newest reports that he may still change."""
    return _OPEN_FIELDS.all(db, reader_id=reader_id, most=most)


def _keep_version(
    db: Connection, report_id: int, number: int, finding: Finding, *, now: datetime,
    message_id: int | None = None, staff_id: int | None = None,
) -> None:
    # The number may run ahead of the report's own versions (grades raise those too), never behind.
    last = _LAST_VERSION.scalar(db, report_id=report_id) or 0
    _INSERT_VERSION.run(db, report_id=report_id, number=max(number, last + 1), message_id=message_id, staff_id=staff_id,
                        fields=finding_to_json(finding), created_at=now)


def keep_placed_version(db: Connection, report_id: int, number: int, finding: Finding, *, message_id: int,
                        now: datetime) -> None:
    """A version in which only the place differs: an import gave it or took it away."""
    _keep_version(db, report_id, number, finding, message_id=message_id, now=now)


def keep_staff_version(db: Connection, report_id: int, number: int, finding: Finding, *, staff_id: int,
                       now: datetime) -> None:
    """A version written by an editor, who mends the record and never the reader's original."""
    _keep_version(db, report_id, number, finding, staff_id=staff_id, now=now)


def columns_of(finding: Finding) -> dict[str, Any]:
    return _columns(finding)


def _columns(finding: Finding) -> dict[str, Any]:
    place = finding.place
    return {
        "paper_id": place.paper_id if place else finding.paper_id, "paper_text": finding.paper_text,
        "issue_text": finding.issue_text, "issue_label": finding.issue_label,
        "page_text": finding.page_text, "page_label": _cut(finding.page, 40),
        "article_text": finding.article_text, "stated_article_id": finding.article_id,
        "wrong": finding.wrong, "right": finding.right, "reason": finding.reason,
        "located": finding.located, "article_id": place.article_id if place else None,
        "paragraph": place.paragraph if place else None,
        "quote_start": place.start if place else None, "quote_end": place.end if place else None,
    }


def _cut(text: str | None, length: int) -> str | None:
    return text[:length] if text else text


def own_reports(db: Connection, reader_id: int, *, limit: int = 5) -> list[Row[Any]]:
    """The reader's newest reports: for 我的 and for finding the one he means."""
    return _OWN.all(db, reader_id=reader_id, most=limit)


_LATELY = Prepared(select(Report.id, Report.ordinal, Report.message_id, Report.state, Report.wrong)
                   .where(Report.reader_id == bindparam("reader_id"))
                   .order_by(Report.ordinal.desc()).limit(bindparam("most")))


def own_lately(db: Connection, reader_id: int, *, limit: int) -> list[Row[Any]]:
    """`own_reports`, only what tells them apart: id, ordinal, message_id, state, wrong."""
    return _LATELY.all(db, reader_id=reader_id, most=limit)


def own_by_number(db: Connection, reader_id: int, number: int) -> Row[Any] | None:
    """The report a reader means by `number`: his own count (第2条) or the printed number."""
    return db.execute(select(Report.__table__).where(
        Report.reader_id == reader_id, (Report.ordinal == number) | (Report.id == number)
    )).first()


def count_own(db: Connection, reader_id: int) -> int:
    return db.scalar(select(func.count()).select_from(Report).where(Report.reader_id == reader_id)) or 0
