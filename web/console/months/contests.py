"""设置: the contests there are, and the form that makes one. The rules of contests stand in bot/contest."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import SelectField, SelectMultipleField, StringField, TextAreaField

from bot.catalogue.papers import paper_named
from bot.contest import contests as verbs
from bot.contest import deputies, switches
from bot.contest.days import planned
from bot.contest.days.calendar import WeekendRule
from bot.contest.phases import local_day
from bot.contest.rules import DEFAULT_RULES, RuleSet, from_json
from bot.contest.switches import Switch
from bot.errors import BadInput, NotAllowed, WoodpeckerError
from models.queries import contests as queries
from models.queries import deputies as deputy_queries
from models.session import reading, writing
from web import money
from web.console.acting import attempt
from web.console.months import rule_words
from web.deps import deps, now
from web.errors import status_of
from web.forms import AtMost, Between, Form, Required, WholeNumber
from web.money import Yuan
from web.numbers import whole
from web.paper_access import check_named
from web.visitor import actor

blueprint = Blueprint("contests", __name__, url_prefix="/settings")

WEEKEND_RULES = {
    WeekendRule.NONE.value: "不顺延，以报上登的为准", WeekendRule.NEXT_WORKDAY.value: "顺延到下一个工作日",
    WeekendRule.PREVIOUS_WORKDAY.value: "提前到上一个工作日",
}
PUBLISHED = {"0": "当月", "-1": "上一个月（比如六月号五月底就出）"}
DEADLINE = {"0": "当月", "1": "下一个月", "2": "再下一个月"}


class ContestForm(Form):
    name = StringField("活动名称", [Required("请给活动起个名字。"), AtMost(80)])
    account = SelectField("读者写信的公众号")
    papers = SelectMultipleField("已有的报纸")
    new_papers = TextAreaField("别的报纸", [AtMost(2000)])
    published_months = SelectField("出版在", choices=PUBLISHED, default="0")
    publication_day = WholeNumber("出版日", [Between(1, 31)], default=1)
    deadline_months = SelectField("截止在", choices=DEADLINE, default="1")
    deadline_day = WholeNumber("截止日", [Between(1, 31)], default=1)
    weekend_rule = SelectField("截止日遇到放假或周末", choices=WEEKEND_RULES, default=WeekendRule.NONE.value)
    best_yuan = WholeNumber("最佳啄木鸟的奖金（元，登在报上的数）", [Between(0, 1_000_000)], default=100)
    tax = SelectField(rule_words.TAX_LABEL, choices=rule_words.TAX_CHOICES)
    excellent_count = WholeNumber("优秀啄木鸟的人数", [Between(0, 1000)], default=10)
    souvenir = StringField("优秀啄木鸟的奖品", [Required("请写奖品。"), AtMost(80)], default=DEFAULT_RULES.souvenir)
    souvenir_yuan = StringField("一份多少钱（元）", [AtMost(20), Yuan()])


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("")
def index() -> str:
    with reading(deps().engine) as session:
        return _page(session, _form(session))


@blueprint.post("")
def create() -> Response | str | tuple[str, int]:
    with reading(deps().engine) as session:
        form = _form(session)
        if not form.validate_on_submit():
            return _page(session, form), 400
    try:
        with writing(deps().engine) as session:
            rounds = _create(session, form)
    except (BadInput, NotAllowed) as problem:
        with reading(deps().engine) as session:
            return _page(session, form, str(problem)), status_of(problem)
    flash(f"活动建好了，排出了{rounds}轮。读者现在就可以写信来。", "success")
    return redirect(url_for("contests.index"))


@blueprint.post("/<int:contest_id>/switches")
def turn(contest_id: int) -> Response | tuple[str, int]:
    """One of the switches that show themselves from three editors on."""
    on = request.form.get("on") == "yes"

    def act(session: Session) -> str:
        if request.form.get("switch") not in set(Switch):
            raise BadInput("没有这一项。")
        switches.turn(session, contest_id, Switch(request.form["switch"]), on=on, actor=actor(), now=now())
        return "打开了。" if on else "关掉了。"

    return _answer(attempt(act))


@blueprint.post("/<int:contest_id>/holidays")
def holidays(contest_id: int) -> Response | tuple[str, int]:
    """What becomes of deadlines on days off, from the next round made on."""

    def act(session: Session) -> str:
        verbs.set_weekend_rule(session, contest_id, request.form.get("weekend_rule", ""), actor=actor(), now=now())
        return "改好了，以后排的轮次照这样算；已经排好的不会自己改，要改的会在“轮次”里写明。"

    return _answer(attempt(act))


@blueprint.post("/<int:contest_id>/deputy")
def deputy(contest_id: int) -> Response | tuple[str, int]:
    """Names who may release in the chief's place, or nobody."""
    chosen = request.form.get("deputy", "")

    def act(session: Session) -> str:
        if not chosen:
            deputies.end_deputy(session, contest_id, actor=actor(), now=now())
            return "不请人代理了，名单只由主编发布。"
        deputies.name_deputy(session, contest_id, _number(chosen), actor=actor(), now=now())
        return "请好了。他能看这个活动评出的名单、发布名单，不能重新评，也不能改规则。"

    return _answer(attempt(act))


def _number(text: str) -> int:
    try:
        return whole(text)
    except ValueError:
        raise BadInput("没有这个人。") from None


def _answer(problem: WoodpeckerError | None) -> Response | tuple[str, int]:
    if problem is None:
        return redirect(url_for("contests.index"))
    with reading(deps().engine) as session:
        return _page(session, _form(session), refused=str(problem)), status_of(problem)


def _form(session: Session) -> ContestForm:
    form = ContestForm()
    form.account.choices = {name: account.title for name, account in deps().settings.accounts.items()}
    form.papers.choices = {str(number): name for number, name in queries.free_papers(session)}
    if not form.papers.choices:
        form.new_papers.label.text = "报纸"
    return form


def _page(session: Session, form: ContestForm, problem: str = "", *, refused: str = "") -> str:
    """`problem`: of the new contest; `refused`: why nothing became of an act on one that is there."""
    contests = [(line, from_json(line.rules)) for line in queries.contests(session)]
    checks = planned.checks(session, today=local_day(now()))
    unknown = {line.id: planned.unknown_words(tuple(one for one in checks if one.contest_id == line.id))
               for line, _ in contests}
    candidates = deputy_queries.candidates(session)
    return render_template("console/contests/index.html", candidates=candidates, contests=contests, form=form, problem=problem,
                           refused=refused, unknown=unknown, weekend_rules=WEEKEND_RULES, published=PUBLISHED, deadline=DEADLINE)


def _create(session: Session, form: ContestForm) -> int:
    """How many rounds the new contest has."""
    doer, moment, settings = actor(), now(), deps().settings
    paper_ids = [int(number) for number in form.papers.data or []]
    names = [line for line in (form.new_papers.data or "").splitlines() if line.strip()]
    paper_ids += [paper_named(session, name, actor=doer, now=moment).id for name in names]
    check_named(session, "paper_id", paper_ids)
    account = form.account.data or ""
    contest = verbs.create_contest(
        session, name=form.name.data or "", account=account, account_title=settings.accounts[account].title,
        paper_ids=paper_ids, publication_day=form.publication_day.data or 1,
        deadline_day=form.deadline_day.data or 1, weekend_rule=form.weekend_rule.data,
        published_months=int(form.published_months.data), deadline_months=int(form.deadline_months.data),
        rules=_rules(form), actor=doer, now=moment)
    return verbs.make_rounds(session, contest.id, months_ahead=settings.scheduler.rounds_ahead, actor=doer, now=moment)


def _rules(form: ContestForm) -> RuleSet:
    return replace(DEFAULT_RULES, best_net_fen=(form.best_yuan.data or 0) * 100,
                   tax_borne_by_payer=form.tax.data == rule_words.BY_PAPER,
                   excellent_count=form.excellent_count.data or 0, souvenir=(form.souvenir.data or "").strip(),
                   souvenir_fen=money.fen(form.souvenir_yuan.data or "") or 0)
