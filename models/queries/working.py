"""Named reads of who works on which report: for the list one query a page, for a report one query, for a beat one.

Conditions for lists are correlated to Report. Nothing of a reader is selected here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, func, null, select, union_all
from sqlalchemy.orm import Session, aliased

from models.audit import AuditEntry
from models.base import UtcDateTime
from models.contests import Round
from models.enums import ReportState, RoundState, Verdict
from models.queries.reviews import hidden_from, waits_for
from models.queries.team import EDITING
from models.reports import Report
from models.staff import Staff
from models.work_enums import Doing, DraftOf
from models.working import Assignment, Claim, Draft, Presence, Snooze

FRESH = timedelta(seconds=45)
"""Three beats of the page: who was silent for longer has gone."""


@dataclass(frozen=True, slots=True)
class Somebody:
    staff_id: int
    name: str
    doing: Doing
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody and the moment that goes with it: the end of a claim, the time of an assignment."""

    staff_id: int
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OnIt:
    """Who is at one report. `snoozed.at`: until when it rests."""

    people: tuple[Somebody, ...] = ()
    claim: Held | None = None
    assigned: Held | None = None
    snoozed: Held | None = None


@dataclass(frozen=True, slots=True)
class DraftView:
    """What somebody entered and did not save. `fields` is JSON as stored; `version` the report's at that time."""

    form: DraftOf
    fields: str
    version: int
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Together:
    """What the page of one report shows of the team and of the viewer's own drafts. `grading_until`: of its round, None
    where that does not bind it."""

    on: OnIt = OnIt()
    drafts: tuple[DraftView, ...] = ()
    colleagues: tuple[tuple[int, str], ...] = ()
    grading_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class BeatView:
    """What the sign of life of an open page is answered from. `hidden`: the viewer must not learn of any verdict yet;
    `waits`: a further opinion of his is asked for. `changed_by_id`, `changed_verb`: the last act in the audit trail."""

    version: int
    state: ReportState
    late: bool
    round_state: RoundState | None
    verdict: Verdict | None
    hidden: bool
    waits: bool
    changed_at: datetime | None
    changed_by_id: int | None
    changed_by: str | None
    changed_verb: str | None
    updated_at: datetime
    on: OnIt
    own: tuple[Doing, datetime] | None


@dataclass(slots=True)
class _Gathered:
    people: list[Somebody] = field(default_factory=list)
    held: dict[str, Held] = field(default_factory=dict)

    def view(self) -> OnIt:
        return OnIt(tuple(self.people), self.held.get("claim"), self.held.get("assigned"), self.held.get("snoozed"))


def assigned_to(staff_id: int) -> ColumnElement[bool]:
    """Given to this member."""
    return select(Assignment.report_id).where(
        Assignment.report_id == Report.id, Assignment.staff_id == staff_id).correlate(Report).exists()


def snoozed(now: datetime) -> ColumnElement[bool]:
    """Rests, and nothing about it has changed since."""
    return select(Snooze.report_id).where(
        Snooze.report_id == Report.id, Snooze.until > now, Report.updated_at <= Snooze.snoozed_at,
    ).correlate(Report).exists()


def held_by_others(staff_id: int, now: datetime) -> ColumnElement[bool]:
    """Somebody else is grading it at this moment."""
    return select(Claim.report_id).where(
        Claim.report_id == Report.id, Claim.held_until > now, Claim.staff_id != staff_id,
    ).correlate(Report).exists()


def on_reports(session: Session, numbers: Sequence[int], *, now: datetime) -> dict[int, OnIt]:
    """Who is at each of these reports; those where nobody is are left out. One query, none for no numbers."""
    if not numbers:
        return {}
    found: dict[int, _Gathered] = {}
    for row in session.execute(union_all(*_team(numbers, now)).order_by("report_id", "staff_id")):
        _note(found.setdefault(row.report_id, _Gathered()), row)
    return {number: one.view() for number, one in found.items()}


def at_report(session: Session, number: int, staff_id: int, *, now: datetime, team: bool) -> Together:
    """The same for one report, with the viewer's drafts and whom it may be given to. `team` False: he works alone."""
    parts = [_drafts(number, staff_id), _snoozes([number], now), _grading_until(number, staff_id)]
    if team:
        parts += [*_team([number], now)[:-1], _colleagues(number)]
    gathered = _Gathered()
    drafts, colleagues, until = [], [], None
    for row in session.execute(union_all(*parts).order_by("staff_id")):
        if row.kind == "draft":
            form, _, fields = row.word.partition("\n")
            drafts.append(DraftView(DraftOf(form), fields, row.version, row.at))
        elif row.kind == "colleague":
            colleagues.append((row.staff_id, row.name))
        elif row.kind == "round":
            until = row.at
        else:
            _note(gathered, row)
    return Together(gathered.view(), tuple(drafts), tuple(sorted(colleagues)), until)


def colleagues(session: Session) -> tuple[tuple[int, str], ...]:
    """(id, name) of the editors and chiefs at work."""
    rows = session.execute(select(Staff.id, Staff.display_name).where(
        Staff.active.is_(True), Staff.role.in_(EDITING)).order_by(Staff.id))
    return tuple((row.id, row.display_name) for row in rows)


def with_claim(seen: BeatView, staff_id: int, name: str, until: datetime) -> BeatView:
    """The same after the viewer has taken the claim."""
    return replace(seen, on=replace(seen.on, claim=Held(staff_id, name, until)))


def beat(session: Session, number: int, staff_id: int, *, now: datetime) -> BeatView | None:
    """One report and who is at it, in one query; None where there is no such report."""
    team = union_all(*_team([number], now)).subquery("team")
    doer = aliased(Staff)
    last = (select(func.max(AuditEntry.id)).where(AuditEntry.object_kind == "report", AuditEntry.object_id == number)
            .scalar_subquery())
    rows = session.execute(
        select(Report.version, Report.state, Report.late, Report.verdict, Report.updated_at,
               Round.state.label("round_state"), hidden_from(staff_id).label("hidden"), waits_for(staff_id).label("waits"),
               AuditEntry.at.label("changed_at"), AuditEntry.verb.label("changed_verb"),
               doer.id.label("changed_by_id"), doer.display_name.label("changed_by"), team)
        .outerjoin(Round, Round.id == Report.round_id).outerjoin(AuditEntry, AuditEntry.id == last)
        .outerjoin(doer, doer.id == AuditEntry.staff_id).outerjoin(team, team.c.report_id == Report.id)
        .where(Report.id == number).order_by(team.c.staff_id)
    ).all()
    if not rows:
        return None
    gathered = _Gathered()
    for row in rows:
        if row.kind is not None:
            _note(gathered, row)
    one, on = rows[0], gathered.view()
    own = next(((each.doing, each.seen_at) for each in on.people if each.staff_id == staff_id), None)
    return BeatView(
        one.version, one.state, one.late, one.round_state, one.verdict, bool(one.hidden), bool(one.waits),
        one.changed_at, one.changed_by_id, one.changed_by, one.changed_verb, one.updated_at, on, own)


def _note(found: _Gathered, row: Any) -> None:
    if row.kind == "here":
        found.people.append(Somebody(row.staff_id, row.name, Doing(row.word), row.at))
    else:
        found.held[row.kind] = Held(row.staff_id, row.name, row.at)


def _line(kind: str, report: Any, at: Any, *, word: Any = None, version: Any = None) -> Select[Any]:
    """One kind of row; all kinds have the same columns, so that one statement brings them."""
    return select(
        cast(kind, String(12)).label("kind"), report.label("report_id"), Staff.id.label("staff_id"),
        Staff.display_name.label("name"), cast(null() if word is None else word, String).label("word"),
        at.label("at"), (Staff.id if version is None else version).label("version"),
    )


def _team(numbers: Sequence[int], now: datetime) -> list[Select[Any]]:
    return [
        _line("here", Presence.report_id, Presence.seen_at, word=Presence.doing)
        .join(Staff, Staff.id == Presence.staff_id)
        .where(Presence.report_id.in_(numbers), Presence.seen_at > now - FRESH),
        _line("claim", Claim.report_id, Claim.held_until).join(Staff, Staff.id == Claim.staff_id)
        .where(Claim.report_id.in_(numbers), Claim.held_until > now),
        _line("assigned", Assignment.report_id, Assignment.assigned_at)
        .join(Staff, Staff.id == Assignment.staff_id).where(Assignment.report_id.in_(numbers)),
        _snoozes(numbers, now),
    ]


def _snoozes(numbers: Sequence[int], now: datetime) -> Select[Any]:
    return (_line("snoozed", Snooze.report_id, Snooze.until).join(Staff, Staff.id == Snooze.snoozed_by_id)
            .join(Report, Report.id == Snooze.report_id)
            .where(Snooze.report_id.in_(numbers), Snooze.until > now, Report.updated_at <= Snooze.snoozed_at))


def _drafts(number: int, staff_id: int) -> Select[Any]:
    own = (DraftOf.GRADE, DraftOf.MEND, DraftOf.NOTE)
    return (_line("draft", Draft.subject_id, Draft.saved_at,
                  word=cast(Draft.form, String) + "\n" + Draft.fields, version=Draft.version)
            .join(Staff, Staff.id == Draft.staff_id)
            .where(Draft.staff_id == staff_id, Draft.form.in_(own), Draft.subject_id == number))


def _grading_until(number: int, staff_id: int) -> Select[Any]:
    return (_line("round", Report.id, Round.grading_until).join(Round, Round.id == Report.round_id)
            .join(Staff, Staff.id == staff_id).where(Report.id == number, Report.late.is_(False)))


def _colleagues(number: int) -> Select[Any]:
    return _line("colleague", cast(number, Report.id.type), cast(null(), UtcDateTime)).where(
        Staff.active.is_(True), Staff.role.in_(EDITING))
