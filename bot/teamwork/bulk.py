"""One act on many reports: begun, done and undone report by report, each in a transaction of its own. Never commits.

`why_not` says beforehand what will be skipped; whatever the verbs refuse while it is done is skipped with their words.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.contest import aim as aims
from bot.dialogue import phrases
from bot.errors import BadInput, NotAllowed, NotFound
from bot.filing import reports
from bot.judging import grading
from bot.judging.verdicts import GradeInput
from bot.teamwork import assignments, bulk_undoing, notes
from bot.teamwork.claims import is_work
from models.enums import REPORT_MOVES, ReportState, Verdict
from models.lists import BulkAct, BulkItem
from models.queries.bulk import Facts
from models.reports import Report
from models.work_enums import BulkFate, BulkVerb
from models.working import Assignment, Snooze

MOST = 200
"""Reports in one act."""
LONGEST, LONGEST_WHY = 300, 300
"""Characters of a reason that readers see, and of why something was skipped."""
UNDECIDED = frozenset({ReportState.FILED, ReportState.HALF_TOLD, ReportState.NEEDS_MORE})
"""Many reports at once are decided for the first time only: what was decided is looked at one by one."""
REFUSALS = (Verdict.NOT_AN_ERROR, Verdict.OUT_OF_SCOPE, Verdict.CANNOT_CHECK, Verdict.SUGGESTION, Verdict.BOTH_FORMS)
"""What can be said to many at once."""
DECIDING = frozenset({BulkVerb.ASK_BACK, BulkVerb.REFUSE, BulkVerb.ESCALATE})


def why_not(verb: BulkVerb, one: Facts) -> str | None:
    """Why the act will skip this report, in words that hold for others as well; None: it will be done. Pure."""
    if verb is BulkVerb.NOTE:
        return None
    if one.round_state in aims.SETTLED and not one.late:
        return "这一轮的名单已经评出"
    if verb in (BulkVerb.ASSIGN, BulkVerb.SNOOZE):
        return None if is_work(one.state, one.round_state, one.late) or one.in_review else "已经评过，不用再评"
    if verb is BulkVerb.NOT_SAME:
        return None if one.maybe else "没有待定的疑似重复"
    return _why_undecidable(verb, one)


def _why_undecidable(verb: BulkVerb, one: Facts) -> str | None:
    if one.hidden or one.in_review:
        return "有第二位编辑在独立评，要一条一条评"
    if one.held:
        return "别人正在评"
    if one.own_page:
        return "这一版是您编的，请别的编辑来评"
    target = {BulkVerb.ASK_BACK: ReportState.NEEDS_MORE, BulkVerb.ESCALATE: ReportState.ESCALATED}.get(
        verb, ReportState.DECIDED)
    if one.state not in UNDECIDED or target not in REPORT_MOVES[one.state]:
        return f"现在是“{phrases.STATE_WORDS[one.state]}”"
    return None


def begin(session: Session, verb: BulkVerb, details: dict[str, Any], items: Sequence[tuple[int, int]], *, actor: Actor,
          now: datetime) -> int:
    """Writes down what is to be done to which reports: (number, version as seen). The id of the act.

    BadInput where nothing is chosen, too much is, or the act says nothing that could be done.
    """
    chosen = dict(items)
    if not chosen:
        raise BadInput("请先在列表里选几条。")
    if len(chosen) > MOST:
        raise BadInput(f"一次最多 {MOST} 条，请少选一些。")
    details = checked(session, verb, details, now)
    assert actor.staff_id is not None, "only staff act on reports"
    act = BulkAct(staff_id=actor.staff_id, verb=verb, details=details, made_at=now)
    session.add(act)
    session.flush()
    known = set(session.scalars(select(Report.id).where(Report.id.in_(chosen))))
    session.add_all(
        BulkItem(act_id=act.id, report_id=number, position=position, version=version, fate=BulkFate.WAITING)
        for position, (number, version) in enumerate(chosen.items(), 1) if number in known)
    if not known:
        raise BadInput("选中的编号都没有了。")
    audit.record(session, actor=actor, verb="bulk", object_kind="bulk", object_id=act.id, now=now, after=verb,
                 details={"reports": len(known)})
    session.flush()
    return act.id


def checked(session: Session, verb: BulkVerb, details: dict[str, Any], now: datetime) -> dict[str, Any]:
    """What the act says or sets, as it is kept. BadInput where something is missing."""
    if verb is BulkVerb.ASSIGN:
        to = details.get("to")
        if to is not None:
            assignments.check_member(session, int(to))
        return {"to": to}
    if verb is BulkVerb.SNOOZE:
        until = _until(str(details.get("until", "")))
        if not now < until <= now + assignments.LONGEST:
            raise BadInput("请选明天以后、三个月以内的一天。")
        return {"until": until.isoformat(), "anyway": bool(details.get("anyway"))}
    if verb is BulkVerb.NOT_SAME:
        return {}
    if verb is BulkVerb.NOTE:
        return {"text": notes.checked(str(details.get("text", "")))}
    return _checked_words(verb, details)


def _checked_words(verb: BulkVerb, details: dict[str, Any]) -> dict[str, Any]:
    text = str(details.get("text", "")).replace("\r\n", "\n").strip()
    if not text:
        raise BadInput("请写一句上报的理由。" if verb is BulkVerb.ESCALATE else "请写一句话，读者会看到。")
    if len(text) > LONGEST:
        raise BadInput(f"最多 {LONGEST} 个字。")
    if verb is not BulkVerb.REFUSE:
        return {"text": text}
    verdict = details.get("verdict")
    if verdict not in REFUSALS:
        raise BadInput("请选一个结论。")
    return {"text": text, "verdict": Verdict(str(verdict)).value}


def _until(text: str) -> datetime:
    try:
        return assignments.morning(date.fromisoformat(text))
    except (ValueError, OverflowError):
        raise BadInput("请选放到哪一天。") from None


def do(session: Session, act_id: int, number: int, *, actor: Actor, now: datetime) -> None:
    """Does the act to one report that waits for it; nothing where it was done meanwhile. Whatever refuses it raises."""
    act, item = _item(session, act_id, number, actor, BulkFate.WAITING)
    if item is None or act.undo_asked_at is not None:
        return
    item.kept = _done(session, act, item, actor=actor, now=now)
    item.fate = BulkFate.DONE
    item.after_version = reports.get(session.connection(), number).version
    session.flush()


def _done(session: Session, act: BulkAct, item: BulkItem, *, actor: Actor, now: datetime) -> dict[str, Any]:
    """Does it; gives what undoing needs."""
    number, details = item.report_id, act.details
    if act.verb is BulkVerb.ASSIGN:
        was = session.scalar(select(Assignment.staff_id).where(Assignment.report_id == number))
        if was == details["to"]:
            raise NotAllowed("原来就是这样分派的")
        assignments.assign(session, number, details["to"], actor=actor, now=now)
        return {"was": was}
    if act.verb is BulkVerb.SNOOZE:
        before = session.scalar(select(Snooze.until).where(Snooze.report_id == number))
        assignments.snooze(session, number, datetime.fromisoformat(details["until"]), actor=actor, now=now,
                           anyway=details["anyway"])
        return {"was": before.isoformat() if before else None}
    if act.verb is BulkVerb.NOTE:
        return {"note": notes.add(session, number, details["text"], actor=actor, now=now)}
    return _decided(session, act, item, actor=actor, now=now)


def _decided(session: Session, act: BulkAct, item: BulkItem, *, actor: Actor, now: datetime) -> dict[str, Any]:
    number, expected, details = item.report_id, item.version, act.details
    before = reports.get(session.connection(), number)
    if act.verb is BulkVerb.NOT_SAME:
        grading.settle_maybe(session, number, same=False, actor=actor, now=now, expected_version=expected)
        return {"maybe": before.maybe_erratum_id}
    if before.state not in UNDECIDED:
        raise NotAllowed(f"现在是“{phrases.STATE_WORDS[before.state]}”")
    if act.verb is BulkVerb.ESCALATE:
        grading.escalate(session, number, details["text"], actor=actor, now=now, expected_version=expected)
    else:
        verdict = Verdict.NEEDS_MORE if act.verb is BulkVerb.ASK_BACK else Verdict(details["verdict"])
        grading.grade(session, number, GradeInput(verdict, reason=details["text"]), actor=actor, now=now,
                      expected_version=expected)
    return {}


def skip(session: Session, act_id: int, number: int, why: str, *, actor: Actor) -> None:
    """Writes down why a report was skipped, unless it was done meanwhile."""
    _, item = _item(session, act_id, number, actor, BulkFate.WAITING)
    if item is not None:
        item.fate, item.why = BulkFate.SKIPPED, _short(why)
        session.flush()


def ask_undo(session: Session, act_id: int, *, actor: Actor, now: datetime) -> None:
    """From now on the act is taken back; what had not had its turn is skipped."""
    act = _own(session, act_id, actor)
    if act.undo_asked_at is not None:
        return
    if session.scalar(select(BulkItem.report_id).where(BulkItem.act_id == act_id, BulkItem.fate.in_(
            (BulkFate.DONE, BulkFate.WAITING))).limit(1)) is None:
        raise NotAllowed("没有办成的，没有什么可撤销。")
    act.undo_asked_at = now
    session.execute(update(BulkItem).where(BulkItem.act_id == act_id, BulkItem.fate == BulkFate.WAITING).values(
        fate=BulkFate.SKIPPED, why="没轮到就撤销了"))
    audit.record(session, actor=actor, verb="undo_bulk", object_kind="bulk", object_id=act_id, now=now, before=act.verb)
    session.flush()


def undo(session: Session, act_id: int, number: int, *, actor: Actor, now: datetime) -> None:
    """Takes the act back on one report; nothing where that was done meanwhile. Whatever refuses it raises."""
    act, item = _item(session, act_id, number, actor, BulkFate.DONE)
    if item is None or act.undo_asked_at is None:
        return
    item.why = bulk_undoing.undo(session, act, item, actor=actor, now=now)
    item.fate = BulkFate.UNDONE
    session.flush()


def stay(session: Session, act_id: int, number: int, why: str, *, actor: Actor) -> None:
    """Writes down why the act could not be taken back on a report."""
    _, item = _item(session, act_id, number, actor, BulkFate.DONE)
    if item is not None:
        item.fate, item.why = BulkFate.STAYS, _short(why)
        session.flush()


def _own(session: Session, act_id: int, actor: Actor) -> BulkAct:
    # Locked: an act and its undoing, in two windows, take turns.
    act = session.get(BulkAct, act_id, with_for_update=True)
    if act is None or act.staff_id != actor.staff_id:
        raise NotFound("没有这件事，或者不是您办的。")
    return act


def _item(session: Session, act_id: int, number: int, actor: Actor,
          fate: BulkFate) -> tuple[BulkAct, BulkItem | None]:
    act = _own(session, act_id, actor)
    item = session.get(BulkItem, (act_id, number), with_for_update=True)
    return act, item if item is not None and item.fate is fate else None


def _short(why: str) -> str:
    return why if len(why) <= LONGEST_WHY else why[: LONGEST_WHY - 1] + "…"
