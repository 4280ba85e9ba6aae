"""规则: the rules of a round, other numbers looked at and applied, and what was changed in the round before. Holds no rule."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField

from bot.contest import rule_changes as verbs
from bot.contest.annex import AnnexRow, RowKind
from bot.contest.arithmetic import points_text
from bot.contest.phases import local_day
from bot.contest.rules import RuleSet, from_json
from bot.errors import BadInput
from bot.judging.rescored import LONGEST_REASON, LookFirst
from models.enums import RoundState
from models.queries import rescoring as queries
from models.queries import rounds as round_queries
from models.session import reading
from web import money
from web.console import looks
from web.console.acting import attempt
from web.console.months import rule_words
from web.deps import deps, now
from web.errors import status_of
from web.forms import AtMost, Between, Form, Required, WholeNumber
from web.money import Yuan
from web.numbers import whole
from web.visitor import actor

blueprint = Blueprint("rule_changes", __name__, url_prefix="/rounds")

Answer = Response | tuple[str, int]
QUARTERS = {str(value): name for value, name in rule_words.QUARTER_NAMES.items()}
MOST_POINTS = 100_000
"""Thousandths; as much as bot.contest.rules lets through."""


class RulesForm(Form):
    """The numbers that a round is scored by. Points are texts, so that 0.1 stays 0.1."""

    second_share = SelectField("第 2 位发现的人得这处分值的", choices=QUARTERS)
    third_share = SelectField("第 3 位发现的人得", choices=QUARTERS)
    small_erratum = StringField("不到这么多分的差错，后来发现的人不得分", [Required("请填几分。"), AtMost(8)])
    usage_cap = StringField("标点、数字用法每人每轮最多计几分", [Required("请填几分。"), AtMost(8)])
    doubling_factor = WholeNumber("标题、重要名字等加倍，乘以", [Between(1, 10)])
    clarity_base = WholeNumber("清楚分一项都没有，得几成", [Between(0, 10)])
    clarity_step = WholeNumber("每有一项清楚分，加几成", [Between(0, 10)])
    qualify_accepted = WholeNumber("采纳占到几分之几才能得奖：分子", [Between(0, 100)])
    qualify_decided = WholeNumber("采纳占到几分之几才能得奖：分母", [Between(1, 100)])
    best_rest_rounds = WholeNumber("得过最佳以后歇几轮（0 是不歇）", [Between(0, 120)])
    best_yuan = WholeNumber("最佳啄木鸟的奖金（元，登在报上的数）", [Between(0, 1_000_000)])
    tax = SelectField(rule_words.TAX_LABEL, choices=rule_words.TAX_CHOICES)
    excellent_count = WholeNumber("优秀啄木鸟的人数", [Between(0, 1000)])
    souvenir = StringField("优秀啄木鸟的奖品", [Required("请写奖品。"), AtMost(80)])
    souvenir_yuan = StringField("一份多少钱（元）", [AtMost(20), Yuan()])

    def rules(self, old: RuleSet) -> RuleSet:
        """`old` with the numbers of the form. BadInput says what cannot be."""
        typed: dict[str, Any] = self.data  # validated: none is missing
        shares = (old.shares_quarters[0], int(typed["second_share"]), int(typed["third_share"]), *old.shares_quarters[3:])
        if list(shares) != sorted(shares, reverse=True):
            raise BadInput("后来发现的人不能比先发现的得得多。")
        if typed["qualify_accepted"] > typed["qualify_decided"]:
            raise BadInput("采纳占到几分之几：分子不能比分母大。")
        return replace(
            old, annex=tuple(map(_row, old.annex)), shares_quarters=shares,
            small_erratum_milli=_milli(typed["small_erratum"], "不到这么多分"),
            usage_cap_milli=_milli(typed["usage_cap"], "标点、数字用法"), doubling_factor=typed["doubling_factor"],
            clarity_base_tenths=typed["clarity_base"], clarity_step_tenths=typed["clarity_step"],
            qualify_accepted=typed["qualify_accepted"], qualify_decided=typed["qualify_decided"],
            best_rest_rounds=typed["best_rest_rounds"],
            best_net_fen=old.best_net_fen if typed["best_yuan"] == old.best_net_fen // 100 else typed["best_yuan"] * 100,
            tax_borne_by_payer=typed["tax"] == rule_words.BY_PAPER,
            excellent_count=typed["excellent_count"], souvenir=typed["souvenir"].strip(),
            souvenir_fen=money.fen(typed["souvenir_yuan"] or "") or 0)


def _row(row: AnnexRow) -> AnnexRow:
    """A kind with the points that were typed for it."""
    typed = request.form.get(f"row-{row.code}")
    return row if typed is None or row.kind is not RowKind.POINTS else replace(row, base_milli=_milli(typed, row.name))


def _milli(text: str, name: str) -> int:
    """Points as typed, in thousandths; BadInput names the field."""
    try:
        value = Decimal(text.strip()) * 1000
    except InvalidOperation:
        value = Decimal(-1)
    if not value.is_finite() or value != value.to_integral_value() or not 0 <= value <= MOST_POINTS:
        raise BadInput(f"“{name}”请填 0 到 100 的分数，比如 1 或 0.5。")
    return int(value)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/<int:round_id>/rules")
def show(round_id: int) -> Answer:
    return _page(round_id)


@blueprint.post("/<int:round_id>/rules")
def change(round_id: int) -> Answer:
    """Shows who would move; once that was looked at and has a reason, the round is scored so."""
    old = _used(round_id)
    form: Any = RulesForm() if "version" not in request.form else Form()
    if not form.validate_on_submit():
        return _page(round_id, form=form if isinstance(form, RulesForm) else None, status=400)
    made: list[int] = []

    def act(session: Session) -> None:
        made.append(verbs.change(session, round_id, wanted(session), confirmed=looks.confirmed(), actor=actor(), now=now()))

    def wanted(session: Session) -> RuleSet:
        if isinstance(form, RulesForm):
            return form.rules(old)
        return verbs.of_version(session, round_id, request.form.get("version", type=whole) or 0)

    problem = attempt(act)
    if isinstance(problem, LookFirst):
        with reading(deps().engine) as session:
            return _look(session, round_id, problem, rule_words.changes(old, wanted(session)))
    if problem:
        return _page(round_id, form=form if isinstance(form, RulesForm) else None, problem=str(problem),
                     status=status_of(problem))
    flash(f"这一轮现在按第 {made[-1]} 版规则算，已经重算好。", "success")
    return redirect(url_for("rule_changes.show", round_id=round_id))


def _used(round_id: int) -> RuleSet:
    with reading(deps().engine) as session:
        rules = next((one.rules for one in queries.versions(session, round_id) if one.used), None)
    if rules is None:
        raise NoSuchPage
    return from_json(rules)


def _look(session: Session, round_id: int, problem: LookFirst, changes: list[tuple[str, str, str]]) -> Answer:
    round_ = round_queries.load(session, round_id)
    page = render_template(
        "console/looks/rules.html", round=round_, changes=changes, shown=looks.shown(problem.look), problem=problem.sentence,
        seen=problem.look.seen, sent=looks.sent(), action=url_for("rule_changes.change", round_id=round_id),
        reason=request.form.get(looks.REASON, ""), longest=LONGEST_REASON,
        back=url_for("rule_changes.show", round_id=round_id))
    return page, looks.status_of(problem)


def _page(round_id: int, *, form: RulesForm | None = None, problem: str = "", status: int = 200) -> Answer:
    with reading(deps().engine) as session:
        round_ = round_queries.load(session, round_id)
        versions = queries.versions(session, round_id)
        done = queries.changes(session, round_id)
    if round_ is None:
        raise NoSuchPage
    used = from_json(next(one.rules for one in versions if one.used))
    others = [(one, rule_words.changes(used, from_json(one.rules))) for one in versions]
    rows = [(code, name, request.form.get(f"row-{code}", points)) for code, name, points in rule_words.scoring_rows(used)]
    page = render_template(
        "console/looks/round_rules.html", round=round_, versions=others, changes=done, form=form or _filled(used), rows=rows,
        problem=problem, may_change=round_.state in (RoundState.OPEN, RoundState.CLOSED),
        why_not=verbs.TOO_LATE.get(round_.state, ""), today=local_day(now()))
    return page, status


def _filled(rules: RuleSet) -> RulesForm:
    shares = (*rules.shares_quarters, 0, 0)
    return RulesForm(
        formdata=None, second_share=str(shares[1]), third_share=str(shares[2]),
        small_erratum=points_text(rules.small_erratum_milli), usage_cap=points_text(rules.usage_cap_milli),
        doubling_factor=rules.doubling_factor, clarity_base=rules.clarity_base_tenths, clarity_step=rules.clarity_step_tenths,
        qualify_accepted=rules.qualify_accepted, qualify_decided=rules.qualify_decided,
        best_rest_rounds=rules.best_rest_rounds, best_yuan=rules.best_net_fen // 100,
        tax=rule_words.BY_PAPER if rules.tax_borne_by_payer else rule_words.BY_READER, excellent_count=rules.excellent_count,
        souvenir=rules.souvenir, souvenir_yuan=money.typed(rules.souvenir_fen))
