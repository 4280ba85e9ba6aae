"""What an editor may say of a report, and whether it can be said of this one. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from bot.contest.annex import RowKind
from bot.contest.rules import RuleSet as Rules
from bot.contest.rules import from_json
from bot.dialogue import phrases
from bot.errors import BadInput, NotAllowed
from bot.filing import finders, reports
from models.contests import Round, RuleSet
from models.enums import REPORT_MOVES, SCORING_VERDICTS, Doubling, ReportState, Verdict
from models.readers import Reader
from models.reports import Report


@dataclass(frozen=True, slots=True)
class GradeInput:
    """What an editor decided on one report. `marks`: place, correction, reason; `why` is kept, no reader sees it.

    `why` is asked where the rules would rather have somebody else (RULES 21), or where two had agreed before.
    """

    verdict: Verdict
    row_code: str | None = None
    doubling: Doubling = Doubling.NONE
    marks: tuple[bool, bool, bool] = (False, False, False)
    original_id: int | None = None
    reason: str = ""
    why: str = ""


def rules_of(db: Connection, report: Row[Any]) -> tuple[int, Rules]:
    """(id, numbers) of the rule set that a report is graded under: its round's, else the contest's newest."""
    query = select(RuleSet.id, RuleSet.rules)
    if report.round_id is not None:
        row = db.execute(query.join(Round, Round.rule_set_id == RuleSet.id).where(Round.id == report.round_id)).one()
    else:
        row = db.execute(query.where(RuleSet.contest_id == report.contest_id)
                         .order_by(RuleSet.number.desc()).limit(1)).one()
    return row.id, from_json(row.rules)


def check(db: Connection, report: Row[Any], given: GradeInput, rules: Rules) -> None:
    """NotAllowed when the report stands where it cannot be graded, BadInput when what is given is no grade."""
    target = ReportState.NEEDS_MORE if given.verdict is Verdict.NEEDS_MORE else ReportState.DECIDED
    if target not in REPORT_MOVES[report.state]:
        raise NotAllowed(f"这条现在是“{phrases.STATE_WORDS[report.state]}”，不能评分。")
    if given.verdict in SCORING_VERDICTS:
        _check_row(given, rules)
    elif not given.reason.strip():
        raise BadInput("请写一句理由，读者会看到。")
    if (given.verdict is Verdict.REPEATED) != (given.original_id is not None):
        raise BadInput("“重复”要填它重复的那一条的编号；别的结论不填。")
    if given.original_id is not None:
        _check_original(db, report, given.original_id)


def _check_row(given: GradeInput, rules: Rules) -> None:
    try:
        row = rules.row(given.row_code or "")
    except KeyError:
        raise BadInput("请选差错种类，分值由它决定。") from None
    if row.kind is not RowKind.POINTS:
        raise BadInput("这一种不计分，请用“上报”。" if row.kind is RowKind.ESCALATED else "这一行不能单独选用。")
    if given.doubling is not Doubling.NONE and not row.doubles:
        raise BadInput(f"“{row.name}”不加倍。")


def _check_original(db: Connection, report: Row[Any], original_id: int) -> None:
    # Both rows held, in one order: two editors at once cannot make each the repeat of the other.
    db.execute(select(Report.id).where(Report.id.in_((report.id, original_id))).order_by(Report.id).with_for_update())
    original = reports.get(db, original_id)
    if original_id == report.id:
        raise BadInput("不能是它自己的重复。")
    if original.verdict is Verdict.REPEATED:
        raise BadInput(f"编号 {original_id} 自己就是重复，请填编号 {original.original_id}。")
    if original.state not in finders.STANDING_STATES:
        raise BadInput(f"编号 {original_id} {phrases.STATE_WORDS[original.state]}，不能作为重复的原件。")
    repeat = db.scalar(select(Report.id).where(Report.original_id == report.id).limit(1))
    if repeat is not None:
        raise BadInput(f"编号 {repeat} 已经评为这一条的重复，请先改评那一条。")
    persons = set(db.scalars(select(Reader.person_id).where(Reader.id.in_((report.reader_id, original.reader_id)))))
    if len(persons) != 1:
        raise BadInput("“重复”只用于同一位读者；不同读者报同一处，请用“归到同一处”。")
