"""The rules of a round under way changed: looked at first, applied by a chief with a reason (RULES 1, 10). Never commits.

A rule set is never changed: another version is made, and the round goes over to it.
"""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime

from sqlalchemy import Connection, Select, func, or_, select, update
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.contest import phases
from bot.contest.annex import RowKind
from bot.contest.announcing import announcement
from bot.contest.contests import newest_rules
from bot.contest.rules import RuleSet as Rules
from bot.contest.rules import from_json, to_json
from bot.errors import BadInput, NotAllowed, NotFound
from bot.judging import rescored
from bot.judging.rescored import Confirmed
from models.contests import Round, RuleSet
from models.enums import Doubling, RoundState
from models.reports import Erratum, Report

BEST_ARRIVES = ("best_net_fen", "tax_borne_by_payer")
PRINTED = (*BEST_ARRIVES, "best_count", "excellent_count", "souvenir")
"""What the printed box promises of a rule set."""
TOO_LATE = {
    RoundState.PICKED: "这一轮的名单已经评出，规则不能再换。有读者申诉成立，会重新评出一版；新的规则请从下一轮用起。",
    RoundState.RELEASED: "这一轮的名单已经公布，规则不能再换。名单有错，请在公布后用更正写明；新的规则请从下一轮用起。",
}


def of_version(session: Session, round_id: int, number: int) -> Rules:
    """The rules of a version of the round's contest."""
    text = session.scalar(select(RuleSet.rules).join(Round, Round.contest_id == RuleSet.contest_id)
                          .where(Round.id == round_id, RuleSet.number == number))
    if text is None:
        raise NotFound("没有这一版规则。")
    return from_json(text)


def change(session: Session, round_id: int, rules: Rules, *, confirmed: Confirmed | None = None, actor: Actor,
           now: datetime) -> int:
    """Scores the round under these rules from now on; the number of their version. LookFirst shows who moves.

    NotAllowed after the pick, BadInput where nothing changes, or what the paper has printed would not be kept.
    """
    round_ = session.scalar(select(Round).where(Round.id == round_id).with_for_update()
                            .execution_options(populate_existing=True))
    if round_ is None:
        raise NotFound("没有这一轮。")
    if round_.state in TOO_LATE:
        raise NotAllowed(TOO_LATE[round_.state])
    rules = from_json(to_json(rules))  # whatever is out of range is named
    before = session.get_one(RuleSet, round_.rule_set_id)
    _check(session.connection(), round_, from_json(before.rules), rules, now)

    def act() -> RuleSet:
        made = _version(session, round_, before, rules, now)
        _go_over(session, round_, made, rules)
        return made

    made, look, whole = rescored.tried(session, round_id, None, act, actor=actor, given=to_json(rules))
    rescored.confirm(look, confirmed)
    assert confirmed is not None
    rescored.keep(session, look, whole, confirmed.reason, actor=actor, now=now, rules=(before.id, made.id))
    audit.record(session, actor=actor, verb="change_rules", object_kind="round", object_id=round_id, now=now,
                 before=str(before.number), after=str(made.number),
                 details={"moved": len(whole.moves), "crossing": len(whole.crossing)})
    return made.number


def _check(db: Connection, round_: Round, old: Rules, new: Rules, now: datetime) -> None:
    if new == old:
        raise BadInput("和现在用的规则一样，没有要改的。")
    if phases.local_day(now) >= round_.published_on:
        if any(getattr(old, key) != getattr(new, key) for key in PRINTED):
            raise BadInput("报纸已经印出，奖金、税由谁出、奖品和名额是对读者的承诺，这一轮不能改。"
                           "请从还没出报的轮次改起，启事也要一起改。")
        if old.compares_pairs != new.compares_pairs:
            raise BadInput("报纸已经印出，这一轮并列第一比不比较不能再改。")
    elif round_.box_text and any(getattr(old, key) != getattr(new, key) for key in BEST_ARRIVES):
        problems = announcement.box_conflicts(round_.box_text, deadline_on=round_.deadline_on, rules=new)
        if problems:
            raise BadInput("".join(problems) + "请先改报上印的启事，再改这里。")
    _check_rows(db, round_.id, new)


def _check_rows(db: Connection, round_id: int, rules: Rules) -> None:
    """Every kind that an erratum of the round was put under must be there and score."""
    rows = {row.code: row for row in rules.annex}
    for code in db.scalars(select(Erratum.row_code).where(Erratum.id.in_(_errata(round_id)), Erratum.row_code.is_not(None))
                           .distinct()):
        if code not in rows or rows[code].kind is not RowKind.POINTS:
            raise BadInput(f"这一轮已经有差错定为 {code}，新的规则里没有这一种。")


def _errata(round_id: int) -> Select[int]:
    """The errata that reports of the round hang on, and those that they count as."""
    own = select(Report.erratum_id).where(Report.round_id == round_id, Report.erratum_id.is_not(None))
    roots = select(Erratum.same_as_id).where(Erratum.id.in_(own), Erratum.same_as_id.is_not(None))
    return select(Erratum.id).where(or_(Erratum.id.in_(own), Erratum.id.in_(roots)))


def _version(session: Session, round_: Round, before: RuleSet, rules: Rules, now: datetime) -> RuleSet:
    """The version of these rules, made where the contest has none. A new one holds for rounds made later as well: what
    is changed here is changed in their newest version too, and whatever else that says stays."""
    text = to_json(rules)
    known = session.scalar(select(RuleSet).where(RuleSet.contest_id == round_.contest_id, RuleSet.rules == text)
                           .order_by(RuleSet.number.desc()).limit(1))
    if known is not None:
        return known
    newest_id, newest = newest_rules(session, round_.contest_id)
    made = _add(session, round_.contest_id, text, now)
    if newest_id != before.id:
        old = from_json(before.rules)
        changed = {one.name: getattr(rules, one.name) for one in fields(Rules)
                   if getattr(rules, one.name) != getattr(old, one.name)}
        later = to_json(replace(newest, **changed))
        if later != text:
            _add(session, round_.contest_id, later, now)
    return made


def _add(session: Session, contest_id: int, text: str, now: datetime) -> RuleSet:
    number = session.scalar(select(func.max(RuleSet.number)).where(RuleSet.contest_id == contest_id)) or 0
    made = RuleSet(contest_id=contest_id, number=number + 1, rules=text, created_at=now)
    session.add(made)
    session.flush()
    return made


def _go_over(session: Session, round_: Round, made: RuleSet, rules: Rules) -> None:
    times = phases.RoundTimes(round_.published_on, round_.deadline_on, round_.print_by)
    if from_json(session.get_one(RuleSet, round_.rule_set_id).rules).grading_days != rules.grading_days:
        round_.grading_until = phases.grading_until(times, rules)
    round_.rule_set_id = made.id
    session.flush()
    db, ids = session.connection(), _errata(round_.id)
    for code, doubling in db.execute(select(Erratum.row_code, Erratum.doubling).where(
            Erratum.id.in_(ids), Erratum.row_code.is_not(None)).distinct()).all():
        row = rules.row(code or "")
        factor = 1 if doubling is Doubling.NONE or not row.doubles else rules.doubling_factor
        db.execute(update(Erratum).where(Erratum.id.in_(ids), Erratum.row_code == code,
                                         Erratum.doubling == doubling).values(points_milli=row.base_milli * factor))
    session.expire_all()
