"""Calibration 校准: archived reports that every editor grades at the start of a round, to be talked through. Writes.

It decides no report and counts in no statistics; it never commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.contest.annex import RowKind
from bot.contest.rules import RuleSet as Rules
from bot.contest.rules import from_json
from bot.errors import BadInput, NotAllowed, NotFound
from bot.judging.verdicts import GradeInput
from bot.letters import archive
from models.contests import Contest, Round, RuleSet
from models.enums import SCORING_VERDICTS, Doubling, Verdict
from models.practice import Calibration, CalibrationGrade, CalibrationItem, CalibrationSkip
from models.queries import archive as reads
from models.queries import calibration as queries
from models.queries.archive import ArchivedReport
from models.session import insert_new_row

FEWEST, USUAL, MOST = 5, 6, 8


@dataclass(frozen=True, slots=True)
class Proposal:
    """Archived reports that would do; the first `chosen` of them vary most in verdict and row."""

    reports: tuple[ArchivedReport, ...]
    chosen: int


def propose(session: Session, contest_id: int) -> Proposal:
    """Settled reports that name nobody, of different verdicts and rows first; the same at every look."""
    able = [one for one in reads.candidates(session, contest_id) if archive.names_nobody(one)]
    ordered = varied(able)
    return Proposal(tuple(ordered[: 3 * MOST]), min(USUAL, len(ordered)))


def varied(reports: Sequence[ArchivedReport]) -> list[ArchivedReport]:
    """The same reports in another order: again and again the one whose verdict, then row, was taken least so far."""
    left, taken = list(reports), []
    verdicts: dict[Verdict | None, int] = {}
    rows: dict[str | None, int] = {}
    while left:
        best = min(left, key=lambda one: (verdicts.get(one.verdict, 0) + rows.get(_row(one), 0),
                                          rows.get(_row(one), 0), -one.number))
        left.remove(best)
        taken.append(best)
        verdicts[best.verdict] = verdicts.get(best.verdict, 0) + 1
        rows[_row(best)] = rows.get(_row(best), 0) + 1
    return taken


def _row(report: ArchivedReport) -> str | None:
    return report.row_code if report.verdict in SCORING_VERDICTS else report.verdict


def prepare(session: Session, round_id: int, numbers: Sequence[int], *, actor: Actor, now: datetime) -> None:
    """The set of a round, in this order. It can be made anew while nobody has graded one of it."""
    round_ = session.get(Round, round_id)
    if round_ is None:
        raise NotFound("没有这一轮。")
    if round_.state not in queries.RUNNING or not session.get_one(Contest, round_.contest_id).calibrates:
        raise NotAllowed("这一轮不做校准：先在“设置”里打开，名单评出以后也不再需要。")
    chosen = list(dict.fromkeys(numbers))
    if not FEWEST <= len(chosen) <= MOST:
        raise BadInput(f"请选 {FEWEST} 到 {MOST} 条，现在是 {len(chosen)} 条。")
    if queries.grades(session, round_id):
        raise NotAllowed("已经有人评过这一组，不能再换。")
    _check_archived(session, round_.contest_id, chosen)
    session.execute(delete(Calibration).where(Calibration.round_id == round_id))
    session.add(Calibration(round_id=round_id, made_at=now, made_by_id=actor.staff_id))
    session.flush()
    session.add_all(CalibrationItem(round_id=round_id, position=n, report_id=number)
                    for n, number in enumerate(chosen, 1))
    session.flush()
    audit.record(session, actor=actor, verb="prepare_calibration", object_kind="round", object_id=round_id, now=now,
                 details={"reports": len(chosen)})


def _check_archived(session: Session, contest_id: int, numbers: Sequence[int]) -> None:
    able = {one.number: one for one in reads.candidates(session, contest_id, numbers)}
    for number in numbers:
        if number not in able:
            raise BadInput(f"编号 {number} 不能用：要以前各轮已经评定、没有用来校准过的文字来信。")
        if not archive.names_nobody(able[number]):
            raise BadInput(f"编号 {number} 的原话里有姓名或电话，换一条。")


def grade(session: Session, item_id: int, given: GradeInput, *, actor: Actor, now: datetime) -> None:
    """One editor's grade of one archived report; the first one stays, so that it was given unseen."""
    item = session.get(CalibrationItem, item_id)
    if item is None or actor.staff_id is None:
        raise NotFound("没有这一条。")
    round_ = session.get_one(Round, item.round_id)
    if round_.state not in queries.RUNNING:
        raise NotAllowed("这一轮已经评出名单，不用再评校准。")
    _check(given, from_json(session.get_one(RuleSet, round_.rule_set_id).rules))
    place, correction, reason = given.marks
    kept = insert_new_row(session.connection(), CalibrationGrade, {
        "item_id": item_id, "staff_id": actor.staff_id, "verdict": given.verdict, "row_code": given.row_code,
        "doubling": given.doubling, "place_mark": place, "correction_mark": correction, "reason_mark": reason,
        "reason_text": given.reason.strip() or None, "graded_at": now})
    if not kept:
        raise NotAllowed("这一条您已经评过了。")


def _check(given: GradeInput, rules: Rules) -> None:
    if given.verdict not in SCORING_VERDICTS:
        return
    row = next((row for row in rules.annex if row.code == given.row_code and row.kind is RowKind.POINTS), None)
    if row is None:
        raise BadInput("请选差错种类，分值由它决定。")
    if given.doubling is not Doubling.NONE and not row.doubles:
        raise BadInput(f"“{row.name}”不加倍。")


def skip(session: Session, round_id: int, staff_id: int, *, actor: Actor, now: datetime) -> None:
    """Lets a member go on to the work without it. Twice is once."""
    if queries.made(session, round_id) is None:
        raise NotFound("这一轮没有校准。")
    if insert_new_row(session.connection(), CalibrationSkip, {
            "round_id": round_id, "staff_id": staff_id, "skipped_by_id": actor.staff_id, "skipped_at": now}):
        audit.record(session, actor=actor, verb="skip_calibration", object_kind="round", object_id=round_id, now=now,
                     details={"staff": staff_id})
