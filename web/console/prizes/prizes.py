"""领奖: the prizes of released rounds, from the claim to the hand-over. Printed names; contact only after a press, logged."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response
from wtforms import BooleanField, RadioField, StringField

from bot.claiming import claims, counter, keys, payouts
from bot.claiming.claims import Offer, Unclear
from bot.claiming.keys import Keys, NoKey
from bot.claiming.terms import Terms
from bot.contest import prizes as verbs
from bot.contest.announcing import prize_words
from bot.contest.prizes import Receipt
from bot.errors import WoodpeckerError
from bot.printing import certificate
from bot.publishing import certificates
from models.contests import Contest
from models.enums import Prize, PrizeState, Relation
from models.queries import prizes as claim_queries
from models.queries import rounds as queries
from models.queries.prizes import PrizeView
from models.queries.rounds import AwardView
from models.session import reading, writing
from models.work_enums import ClaimWay, ContactKind, LapseReason
from web import money, present
from web.claims import ClaimFields, filled, holder_of, notice_of
from web.console.acting import attempt
from web.deps import deps, now
from web.errors import status_of
from web.forms import AtMost, Form
from web.money import Yuan
from web.visitor import actor, member

_MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
blueprint = Blueprint("prizes", __name__, url_prefix="/prizes")


QUESTION = "问过本人：是不是本报工作人员，或他们的亲属？"
REFUSED = "记下了：工作人员和亲属不领奖，这份奖空出来；他以后也不参加评奖。"
BARS_HIM = "工作人员和亲属不领奖：这份奖会空出来，不能再改回来，他以后也不参加评奖。就这样记下吗？"
LET_GO = {LapseReason.NOT_WANTED.value: "本人说不要了", LapseReason.NOT_FETCHED.value: "登记了，一直没来领"}


class ReceiptForm(Form):
    """What was signed. The price is asked where the rule set of the round says none."""

    note = StringField("签收", [AtMost(verbs.LONGEST_NOTE)])
    price = StringField("这份纪念品多少钱（元）", [AtMost(20), Yuan()])

    def receipt(self) -> Receipt:
        return Receipt(self.note.data or "", money.fen(self.price.data or ""))


class HandOverForm(ReceiptForm):
    relation = RadioField(QUESTION, choices={one.value: present.name(one) for one in Relation}, validate_choice=False)
    said = StringField("对方说的暗号", [AtMost(40)])
    without_word = BooleanField("没有暗号，已经核对过人")


class EnterForm(ClaimFields, Form):
    """The winner's fields, filled in for him."""

    mends = BooleanField()
    """There was a claim already when the form was shown."""
    agreed = BooleanField("上面的说明念给对方听了，对方同意")
    way = RadioField("怎么说的", choices={one.value: present.name(one) for one in (ClaimWay.PHONE, ClaimWay.COUNTER)},
                     default=ClaimWay.PHONE.value)


class LetGoForm(Form):
    reason = RadioField("缘由", choices=LET_GO)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/")
def index() -> str:
    before = request.args.get("before", "")
    before = before if _MONTH.fullmatch(before) else ""
    chosen = request.args.get("state", "")
    state = PrizeState(chosen) if chosen in list(PrizeState) else None
    with reading(deps().engine) as session:
        awards = queries.prizes(session, verbs.HANDED_FROM, before=before or None)
        older = queries.prizes_beyond(session, before or None)
        rows = claim_queries.claim_rows(session, [one.id for one in awards])
        trouble = _trouble(session)
    counts = {one: sum(award.state is one for award in awards) for one in PrizeState}
    certified = {one.round_id for one in awards if certificates.deserved(one.state, vacated=one.vacated)}
    return render_template("console/prizes/list.html", awards=[one for one in awards if state in (None, one.state)],
                           state=state, counts=counts, rows=rows, before=before, older=older, trouble=trouble,
                           certified=certified, lacking=_lacking(awards), several=len({one.contest for one in awards}) > 1,
                           open_states=verbs.HANDED_FROM, last_day=Terms.last_day, PrizeState=PrizeState)


def _lacking(awards: Sequence[AwardView]) -> dict[str, str]:
    """By month: the characters that certificates cannot show."""
    found: dict[str, str] = {}
    for one in awards:
        if certificates.deserved(one.state, vacated=one.vacated):
            missing = certificate.missing(one.printed_name or "")
            found[one.month] = "".join(dict.fromkeys(found.get(one.month, "") + missing))
    return found


def _trouble(session: Session) -> str:
    """What keeps winners from claiming, or the prize role from seeing what they gave, in a sentence."""
    given = Terms.of(deps().settings)
    if given.keys is None or not given.public_url:
        return ("读者现在还不能在手机上填领奖登记，通知里请他们来编辑部或打电话。"
                "要开通，请管理员在配置里设 [server] 的 public_url 和 [claims] 的 keys。")
    try:
        known = keys.load(given.keys).by_id
    except NoKey as problem:
        return f"{problem}在这以前，读者填的登记收不下，通知里的链接会请他们过一会儿再试。"
    locked = claim_queries.sealed_without(session, known)
    return f"有 {locked} 项联系方式打不开：封它的钥匙不在了，请管理员找回来。" if locked else ""


@blueprint.get("/<int:award_id>")
def show(award_id: int) -> str:
    return _show(award_id)


def _show(award_id: int, problem: str = "", contact: dict[ContactKind, str] | None = None) -> str:
    with reading(deps().engine) as session:
        view = _view(session, award_id)
        may_see = counter.may_see(session, member().staff_id)
        rules = payouts.rules_of(session, view.rule_set_id)
        asks_price = view.prize is Prize.EXCELLENT and (
            view.price_fen is not None or rules.souvenir_fen == 0)
    receipt = ReceiptForm(note=view.note or "", price=money.typed(view.price_fen))
    certified = certificates.deserved(view.state, vacated=view.vacated)
    lacking = certificate.missing(view.printed_name or "") if certified else ""
    return render_template("console/prizes/prize.html", prize=view, problem=problem, contact=contact, may_see=may_see,
                           form=HandOverForm(), let_go=LetGoForm(), open_states=verbs.HANDED_FROM, receipt=receipt,
                           asks_price=asks_price, bars_him=BARS_HIM,
                           handed=prize_words.handed(rules, view.prize), certificate=certified, lacking=lacking,
                           terms=Terms.of(deps().settings), last_day=Terms.last_day, PrizeState=PrizeState)


def _view(session: Session, award_id: int) -> PrizeView:
    found = claim_queries.load(session, award_id)
    if found is None:
        raise NoSuchPage
    return found


def _refused(award_id: int, problem: WoodpeckerError) -> tuple[str, int]:
    with reading(deps().engine) as session:
        known = claim_queries.load(session, award_id) is not None
    if not known:  # not released, or no such prize: there is no page to say it on
        raise problem
    return _show(award_id, str(problem)), status_of(problem)


@blueprint.post("/<int:award_id>/contact")
def contact(award_id: int) -> str | tuple[str, int]:
    """A press each time: what is shown is not kept on the page."""
    with reading(deps().engine) as session:
        if claim_queries.load(session, award_id) is None:
            raise NoSuchPage
    try:
        chain = keys.load(Terms.of(deps().settings).keys)
        with writing(deps().engine) as session:
            seen = counter.see(session, award_id, chain, actor=actor(), now=now())
    except NoKey as problem:
        return _refused(award_id, problem)
    return _show(award_id, contact=seen)


@blueprint.post("/<int:award_id>/hand-over")
def hand_over(award_id: int) -> Response | tuple[str, int]:
    form, handed = HandOverForm(), []
    form.validate_on_submit()
    if form.price.errors:
        return _show(award_id, form.price.errors[0]), 400
    relation = Relation(form.relation.data) if form.relation.data in list(Relation) else None

    def act(session: Session) -> None:
        handed.append(counter.hand_over(
            session, award_id, relation, said=form.said.data or "", without_word=bool(form.without_word.data),
            keys=_keys_or_none(), actor=actor(), now=now(), receipt=form.receipt()))

    problem = attempt(act)
    if problem is not None:
        return _refused(award_id, problem)
    flash("已登记，这份奖发出去了。" if handed[0] else REFUSED, "success" if handed[0] else "warning")
    return redirect(url_for("prizes.index"))


@blueprint.post("/<int:award_id>/receipt")
def receipt(award_id: int) -> Response | tuple[str, int]:
    """What was signed, entered or mended later."""
    form = ReceiptForm()
    if not form.validate_on_submit():
        return _show(award_id, "；".join(one for errors in form.errors.values() for one in errors) or "请再试一次。"), 400
    problem = attempt(lambda session: _entered(session, award_id, form.receipt()))
    if problem is not None:
        return _refused(award_id, problem)
    return redirect(url_for("prizes.show", award_id=award_id))


def _entered(session: Session, award_id: int, given: Receipt) -> str | None:
    done = verbs.enter_receipt(session, award_id, given, actor=actor(), now=now())
    return "签收记好了，台账里看得到。" if done else None


def _keys_or_none() -> Keys | None:
    try:
        return keys.load(Terms.of(deps().settings).keys)
    except NoKey:
        return None


@blueprint.post("/<int:award_id>/let-go")
def let_go(award_id: int) -> Response | tuple[str, int]:
    form = LetGoForm()
    if not form.validate_on_submit():
        return _show(award_id, "请选一个缘由。"), 400
    problem = attempt(lambda session: counter.let_go(
        session, award_id, LapseReason(form.reason.data), actor=actor(), now=now()))
    if problem is not None:
        return _refused(award_id, problem)
    flash("记下了，这份奖不再留给他。", "success")
    return redirect(url_for("prizes.show", award_id=award_id))


@blueprint.route("/<int:award_id>/enter", methods=["GET", "POST"])
def enter(award_id: int) -> str | Response | tuple[str, int]:
    """代他登记: by telephone or at the counter, after the same notice is read out (RULES 17)."""
    given, form = Terms.of(deps().settings), EnterForm()
    with reading(deps().engine) as session:
        view = _view(session, award_id)
        offer, holder = claims.offer(session, award_id, given), holder_of(session.get_one(Contest, view.contest_id))
    if view.state not in verbs.HANDED_FROM:
        return redirect(url_for("prizes.show", award_id=award_id))
    form.under_age.label.text = f"领奖的人还没满 {offer.age} 周岁"
    if request.method != "POST":
        return _entering(form, view, offer, holder)
    form.validate_on_submit()
    try:
        chain = keys.load(given.keys)
        with writing(deps().engine) as session:
            way = ClaimWay.COUNTER if form.way.data == ClaimWay.COUNTER.value else ClaimWay.PHONE
            word = claims.claim(session, award_id, filled(form), way=way, keys=chain, terms=given, actor=actor(), now=now(),
                                mends=form.mends.data)
    except Unclear as unclear:
        for name, sentence in unclear.fields.items():
            form[name].errors = [sentence]
        return _entering(form, view, offer, holder, str(unclear)), 400
    except WoodpeckerError as problem:
        return _entering(form, view, offer, holder, str(problem)), status_of(problem)
    if word is None:
        flash(REFUSED, "warning")
        return redirect(url_for("prizes.index"))
    return render_template("console/prizes/entered.html", prize=view, word=word)


def _entering(form: Any, view: PrizeView, offer: Offer, holder: str, problem: str = "") -> str:
    if form.receiving.data is None:
        form.receiving.data = "pick_up"
    return render_template("console/prizes/enter.html", form=form, prize=view, offer=offer, problem=problem,
                           bars_him=BARS_HIM, mends=view.state is PrizeState.CLAIMED,
                           notice=notice_of(offer, holder, Terms.of(deps().settings)))
