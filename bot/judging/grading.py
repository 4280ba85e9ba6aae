"""Grading: verdicts, undo, mending the record, errata joined, split and linked. Writes; never commits.

What a report is worth is never typed: the editor picks the annex row and the marks (RULES 6-10).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.contest import aim as aims
from bot.contest.after_pick import further
from bot.contest.waiting_calls import counts_from
from bot.dialogue import phrases
from bot.dialogue.steps import holds_error
from bot.errors import BadInput, NotAllowed
from bot.filing import errata, histories, reports
from bot.judging import appealed, decisions, eligible, outcomes, reviews
from bot.judging.decisions import opened as opened
from bot.judging.verdicts import GradeInput as GradeInput
from bot.judging.verdicts import check
from bot.judging.verdicts import rules_of as rules_of
from bot.understanding.in_print.locate import Index
from bot.understanding.turns.merge import amend
from bot.understanding.values import Amendment, Field, Finding, Located
from models.enums import REPORT_MOVES, SCORING_VERDICTS, Doubling, ReportState, Verdict
from models.grades import Grade
from models.readers import Reader
from models.reports import Erratum, Report


def grade(
    session: Session, report_id: int, given: GradeInput, *, actor: Actor, now: datetime, expected_version: int
) -> int:
    """Decides a report, or says an independent opinion of it where one is asked for; the id of the new Grade.

    Stale when somebody changed the report meanwhile; NotAllowed or BadInput where somebody else is to grade it.
    """
    db = session.connection()
    report = decisions.opened_to_grade(db, report_id, expected_version, given, actor=actor)
    same_person = eligible.check(db, report_id, given.why, actor=actor)
    _, rules = rules_of(db, report)
    check(db, report, given, rules)
    held = reviews.open_of(db, report_id)
    if held is not None and not (held.second_grade_id is None and reviews.first_grader(db, held) == actor.staff_id):
        return reviews.give(session, report, held, given, actor=actor, now=now, same_person=same_person)
    appealed.check(db, report_id, actor=actor)
    return _decide(session, report, held, given, actor=actor, now=now, same_person=same_person)


def _decide(session: Session, report: Row[Any], held: Row[Any] | None, given: GradeInput, *, actor: Actor,
            now: datetime, same_person: bool) -> int:
    """Writes the decision; the reader hears of it at once, unless a second opinion is waited for."""
    db = session.connection()
    settled = report.state is ReportState.DECIDED and reviews.is_settled(db, report.id)
    previous = decisions.last_grade(session, report.id)
    grade_id = decisions.write(session, report, given, *rules_of(db, report), actor=actor, now=now)
    audit.record(session, actor=actor, verb="grade", object_kind="report", object_id=report.id, now=now,
                 before=report.verdict or report.state, after=given.verdict,
                 details={"row": given.row_code, "doubling": given.doubling, "marks": sum(given.marks),
                          "same_person": same_person or None})
    if held is not None and given.verdict is Verdict.NEEDS_MORE:
        reviews.drop(db, report.id, now=now)
    elif held is not None:
        reviews.regraded(db, held, grade_id)
    if _waits(session, report, held, given, grade_id, settled=settled, now=now):
        if previous is not None:
            outcomes.call_back(db, previous)
        return grade_id
    appealed.settle(session, report.id, actor=actor, now=now)
    outcomes.tell(db, report, given, grade_id, now)
    further.weigh(session, report.id, actor=actor, now=now)
    return grade_id


def _waits(session: Session, report: Row[Any], held: Row[Any] | None, given: GradeInput, grade_id: int, *,
           settled: bool, now: datetime) -> bool:
    """Whether the reader hears of a decision only when a second opinion is there."""
    if held is not None:
        return given.verdict is not Verdict.NEEDS_MORE
    return not settled and reviews.draw(session, report, given, grade_id, now=now)


def undo(session: Session, report_id: int, *, actor: Actor, now: datetime, expected_version: int) -> None:
    """Takes one's opinion back, else the last decision: the report is open again. The Grade stays, marked as taken back."""
    db = session.connection()
    report = opened(db, report_id, expected_version)
    if report.state not in (ReportState.DECIDED, ReportState.NEEDS_MORE, ReportState.ESCALATED):
        raise NotAllowed("这条还没有评，没有可以撤销的。")
    held = reviews.open_of(db, report_id)
    if held is not None and reviews.take_back(session, report, held, actor=actor, now=now):
        return
    _check_undo(db, report_id, actor)
    last = decisions.last_grade(session, report_id)
    if report.state is not ReportState.ESCALATED and last is not None:
        session.execute(update(Grade).where(Grade.id == last).values(taken_back=True))
        outcomes.call_back(db, last)
    reviews.drop(db, report_id, now=now)
    decisions.reopen(db, report, now)
    histories.repeat_changed(session, report, None, actor=actor, now=now)
    if report.erratum_id is not None:
        errata.forget_points(db, report.erratum_id, by_late=report.late)
    audit.record(session, actor=actor, verb="undo_grade", object_kind="report", object_id=report_id, now=now,
                 before=report.verdict or report.state, after=ReportState.FILED)
    appealed.undone(session, report_id, actor=actor, now=now)


def _check_undo(db: Connection, report_id: int, actor: Actor) -> None:
    if actor.staff_id is not None and not eligible.sees(db, report_id, actor.staff_id):
        raise NotAllowed(eligible.HIDDEN)
    if reviews.is_settled(db, report_id):
        raise NotAllowed("这一条不止一位评过，已经评定，不能撤销；要改请重新评，并写一句为什么。")


def escalate(session: Session, report_id: int, reason: str, *, actor: Actor, now: datetime,
             expected_version: int) -> None:
    """Political or forbidden content: to the chief, never scored (RULES 6)."""
    db = session.connection()
    report = opened(db, report_id, expected_version)
    if ReportState.ESCALATED not in REPORT_MOVES[report.state]:
        raise NotAllowed(f"这条现在是“{phrases.STATE_WORDS[report.state]}”，不能上报。")
    if not reason.strip():
        raise BadInput("请写一句上报的理由。")
    appealed.check(db, report_id, actor=actor)
    decisions.touch(
        db, report, now, state=ReportState.ESCALATED, verdict=None, original_id=None, place_mark=False,
        correction_mark=False, reason_mark=False, reason_text=reason.strip(), decided_at=now,
        decided_by_id=actor.staff_id)
    decisions.stop_waiting(db, report)
    histories.repeat_changed(session, report, None, actor=actor, now=now)
    reviews.drop(db, report_id, now=now)
    last = decisions.last_grade(session, report_id)
    if last is not None:
        outcomes.call_back(db, last)
    if report.erratum_id is not None:
        errata.forget_points(db, report.erratum_id, by_late=report.late)
    audit.record(session, actor=actor, verb="escalate", object_kind="report", object_id=report_id, now=now,
                 before=report.state, after=ReportState.ESCALATED)


def mend(
    session: Session, report_id: int, amendments: tuple[Amendment, ...], *, index: Index, actor: Actor,
    now: datetime, expected_version: int,
) -> None:
    """An editor puts the record right; the reader's original stays as a version. It may move to another round."""
    db = session.connection()
    report = opened(db, report_id, expected_version)
    assert actor.staff_id is not None
    finding = amend(reports.current_finding(db, report_id), amendments, index=index, sent_at=report.sent_at)
    _rewrite(db, report, finding, staff_id=actor.staff_id, now=now)
    audit.record(session, actor=actor, verb="mend", object_kind="report", object_id=report_id, now=now,
                 details={"fields": sorted(one.field.value for one in amendments)})


def settle_place(session: Session, report_id: int, choice: int | None, *, actor: Actor, now: datetime,
                 expected_version: int) -> None:
    """An editor says in which of several places the words are meant: the `choice`th of those found."""
    db = session.connection()
    report = opened(db, report_id, expected_version)
    assert actor.staff_id is not None
    finding = reports.current_finding(db, report_id)
    if finding.located is not Located.SEVERAL:
        raise NotAllowed("这条已经定了在哪一处。")
    if choice is None or not 0 <= choice < len(finding.places):
        raise BadInput("请在列出的几处里选一处。")
    if not errata.hold_article(db, finding.places[choice]):
        raise NotAllowed("这一处已经不在导入的报纸里了，请刷新看看。")
    meant = finding._replace(located=Located.FOUND, place=finding.places[choice], places=())
    _rewrite(db, report, meant, staff_id=actor.staff_id, now=now)
    audit.record(session, actor=actor, verb="settle_place", object_kind="report", object_id=report_id, now=now)


def _rewrite(db: Connection, report: Row[Any], finding: Finding, *, staff_id: int, now: datetime) -> None:
    """The record as an editor has put it: in its round, on its erratum, the former ones kept as versions."""
    account = db.scalar(select(Reader.account).where(Reader.id == report.reader_id)) or ""
    target = aims.aim(db, account, finding, counts_from(db, report), sent_at=report.sent_at)
    if target.round_id != report.round_id and aims.is_settled(db, target.round_id, hold=True):
        raise NotAllowed("那一期的名单已经评出，这条不能再移过去。")
    erratum_id, maybe_id = _matched_anew(db, report, finding, target, now)
    db.execute(update(Report).where(Report.id == report.id).values(
        **reports.columns_of(finding), contest_id=target.contest_id, round_id=target.round_id,
        issue_id=target.issue_id, late=target.late))
    reports.keep_staff_version(db, report.id, report.version + 1, finding, staff_id=staff_id, now=now)
    _hang(db, report, erratum_id, now, maybe_id=maybe_id)


def _matched_anew(db: Connection, report: Row[Any], finding: Finding, target: aims.Aim,
                  now: datetime) -> tuple[int | None, int | None]:
    """(erratum, maybe) of a mended report. Where nothing that tells errors apart was mended, it stays put."""
    known = reports.current_finding(db, report.id)
    same = (known.place, known.wrong, known.right, known.page) == (finding.place, finding.wrong, finding.right,
                                                                   finding.page)
    if report.erratum_id is not None and same and target.issue_id == report.issue_id:
        return report.erratum_id, report.maybe_erratum_id
    if report.state is ReportState.HALF_TOLD and not holds_error(finding):
        return None, None
    matched = errata.match_or_make(db, contest_id=target.contest_id, issue_id=target.issue_id, finding=finding,
                                   now=now)
    return matched.erratum_id, matched.maybe_id


def join(session: Session, report_id: int, other_id: int, *, actor: Actor, now: datetime,
         expected_version: int) -> None:
    """Says that this report points at the same error in print as report `other_id`."""
    db = session.connection()
    report, other = opened(db, report_id, expected_version), reports.get(db, other_id)
    if report_id == other_id:
        raise BadInput("请填另一条的编号。")
    if other.erratum_id is None:
        raise BadInput(f"编号 {other_id} 还没有对应的差错。")
    if other.contest_id != report.contest_id:
        raise BadInput("两条不在同一个活动里。")
    _hang(db, report, other.erratum_id, now)
    histories.of_both(session, "join_erratum", report_id, other_id, actor=actor, now=now,
                      details={"erratum": other.erratum_id, "from": report.erratum_id})


def split(session: Session, report_id: int, *, actor: Actor, now: datetime, expected_version: int) -> list[int]:
    """Says that this report points at an error of its own, whatever it looks like. Gives the reports that it leaves."""
    db = session.connection()
    report = opened(db, report_id, expected_version)
    left = [] if report.erratum_id is None else histories.reports_on(db, [report.erratum_id], but=report_id)
    made = db.execute(insert(Erratum).values(
        contest_id=report.contest_id, issue_id=report.issue_id, page_label=report.page_label,
        wrong=report.wrong, right=report.right, doubling=Doubling.NONE, created_at=now))
    _hang(db, report, int(made.inserted_primary_key[0]), now)  # type: ignore[index]
    histories.of_those(session, "split_erratum", report_id, left, actor=actor, now=now,
                       details={"from": report.erratum_id})
    return left


def _hang(db: Connection, report: Row[Any], erratum_id: int | None, now: datetime, *,
          maybe_id: int | None = None) -> None:
    """Hangs a report on an erratum. An accepted one takes its points along where the erratum has none."""
    if erratum_id is not None and report.erratum_id is not None and report.verdict in SCORING_VERDICTS:
        errata.carry_points(db, report.erratum_id, erratum_id)
    db.execute(update(Report).where(Report.id == report.id).values(
        erratum_id=erratum_id, maybe_erratum_id=maybe_id, updated_at=now, version=report.version + 1))
    if report.erratum_id is not None and report.erratum_id != erratum_id:
        errata.leave(db, report.erratum_id, erratum_id, by_late=report.late)


def settle_maybe(session: Session, report_id: int, *, same: bool, actor: Actor, now: datetime,
                 expected_version: int) -> list[int]:
    """Settles a likeness that the machine only suspected. Gives the reports that it was like."""
    db = session.connection()
    report = opened(db, report_id, expected_version)
    if report.maybe_erratum_id is None:
        raise NotAllowed("这条没有待定的疑似重复。")
    likely = histories.reports_on(db, [report.maybe_erratum_id], but=report_id)
    if same:
        _hang(db, report, report.maybe_erratum_id, now)
    else:
        db.execute(update(Report).where(Report.id == report_id).values(
            maybe_erratum_id=None, updated_at=now, version=report.version + 1))
    histories.of_those(session, "settle_maybe", report_id, likely[:1], actor=actor, now=now,
                       after="same" if same else "other", details={"erratum": report.maybe_erratum_id})
    return likely


def link_slip(session: Session, report_id: int, other_id: int, *, actor: Actor, now: datetime,
              expected_version: int) -> None:
    """The same slip at another place, or in copy shared by editions: one erratum for readers (RULES 7)."""
    db = session.connection()
    report, other = opened(db, report_id, expected_version), reports.get(db, other_id)
    if report.erratum_id is None or other.erratum_id is None:
        raise BadInput("两条都要先有对应的差错。")
    if report.round_id != other.round_id:
        raise BadInput("只有同一轮里的差错可以连在一起。")
    decisions.check_group(db, report)
    errata.link(db, report.erratum_id, other.erratum_id)
    db.execute(update(Report).where(Report.id == report_id).values(updated_at=now, version=report.version + 1))
    histories.of_both(session, "link_erratum", report_id, other_id, actor=actor, now=now, details={
        "erratum": report.erratum_id, "root": errata.root_of(db, other.erratum_id)})


def proposed_marks(report: Row[Any]) -> tuple[bool, bool, bool]:
    """What the machine would mark, for the editor to change: place found, correction given, reason given."""
    placed = report.located == Located.FOUND or (report.page_label is not None and report.article_text is not None)
    return placed, report.right is not None, bool(report.reason)


MENDABLE = (Field.PAPER, Field.ISSUE, Field.PAGE, Field.ARTICLE, Field.WRONG, Field.RIGHT, Field.REASON)
