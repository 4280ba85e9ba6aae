"""领奖: the page of one prize among its winner's own pages, opened from the chat. No session, no member of staff.

Looking at the page spends nothing. Its form asks for the digits that were told with the link, so that a link alone, passed
on or looked over a shoulder, claims nothing.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import BooleanField, RadioField, StringField
from wtforms.form import Form as PlainForm

from bot.claiming import claims, keys
from bot.claiming.claims import ON_HIS_PAGE, Offer, Over, Unclear
from bot.claiming.filling import Filled
from bot.claiming.keys import NoKey
from bot.claiming.terms import Terms
from bot.dialogue import claim_phrases
from bot.errors import NotAllowed, NotFound
from models.contests import Award, Contest, Round
from models.enums import Relation
from models.readers import Reader
from models.session import reading, writing
from models.work_enums import ClaimWay, Receiving
from web import key_pages, present
from web.deps import deps, now
from web.forms import AtMost
from web.public import own
from web.public.own import Visit

blueprint = Blueprint("claims", __name__)

WORD = "领奖"
"""Said in the chat to get the link, and again when it has ended."""
NO_SUCH = "这里没有您要领的奖。请回到公众号，回“领奖”两个字再看一看。"
MOVED = "领奖的链接现在只管半小时。请回到公众号，回“领奖”两个字，会再给您一个。"
ASK_AGAIN = "请回到公众号，回“领奖”两个字，会告诉您暗号和怎么领。"
CANNOT_KEEP = "这会儿收不下电话和地址，您填的都还在这一页。请过一会儿再按一次“登记领奖”"
NO_CODE = "请填公众号里给您的四位数，和链接在同一条消息里。"
CODE_WRONG = "这四位数不对。请看公众号里最近一次回“领奖”时给您的四位数，再填一次。"
RELATION = "本人是不是本报工作人员，或他们的亲属？"


class ClaimFields:
    """The same fields on the winner's page and at the counter; see bot.claiming.filling for what must stand in them."""

    agreed = BooleanField("上面的说明我看过了，同意")
    receiving = RadioField("怎么领", choices={Receiving.PICK_UP.value: "到编辑部领", Receiving.POST.value: "寄给我"})
    phone = StringField("电话", [AtMost(40)])
    recipient = StringField("收件人", [AtMost(40)])
    address = StringField("地址", [AtMost(200)])
    relation = RadioField(RELATION, choices={one.value: present.name(one) for one in Relation})
    under_age = BooleanField("领奖的人还没满周岁")
    guardian = StringField("监护人姓名", [AtMost(40)])
    guardian_phone = StringField("监护人电话", [AtMost(40)])
    guardian_agrees = BooleanField("我是监护人，看过说明，同意替孩子领奖")


class ClaimForm(ClaimFields, PlainForm):
    """Without a token of a session: whoever does not know the address can send no form. With the digits of the chat."""

    code = StringField("公众号里给您的四位数", [AtMost(10)])


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.extensions["csrf"].exempt(blueprint)


@blueprint.route("/claim/<token>", methods=["GET", "POST"])
def old(token: str) -> Response:
    """Where links led that stood in notices and lived as long as the prize: they open nothing."""
    del token
    return key_pages.opened(lambda: (key_pages.end("链接过了时间", MOVED), 410))


@blueprint.route("/my/<token>/claim/<int:award_id>", methods=["GET", "POST"])
def show(token: str, award_id: int) -> Response:
    return own.opened(token, lambda visit: _answer(visit, award_id), word=WORD)


def _answer(visit: Visit, award_id: int) -> ResponseReturnValue:
    given = Terms.of(deps().settings)
    try:
        with reading(deps().engine) as session:
            held = claims.rows_of(session, award_id)
            if not _is_his(session, award_id, visit):
                return own.refused("no prize of his", "没有找到", NO_SUCH, 404)
            claims.check_open(session, award_id, now=now())
            offer, holder = claims.offer(session, award_id, given), _holder(session, award_id)
            del held  # so long
    except Over as over:
        return _over(over, given), 410
    except (NotFound, NotAllowed):
        return own.refused("no prize of his", "没有找到", NO_SUCH, 404)
    form = ClaimForm(request.form if request.method == "POST" else None)
    form.under_age.label.text = f"领奖的人还没满 {offer.age} 周岁"
    if request.method != "POST":
        return _page(form, offer, holder, given), 200
    return _take(form, visit, offer, holder, given)


def _is_his(session: Session, award_id: int, visit: Visit) -> bool:
    """His, or won with another account that is linked with his, as the chat tells of them."""
    return session.scalar(select(Award.id).join(Reader, Reader.id == Award.reader_id).where(
        Award.id == award_id, Reader.person_id == visit.person_id)) is not None


def _take(form: Any, visit: Visit, offer: Offer, holder: str, given: Terms) -> ResponseReturnValue:
    """The one try to keep it. Whatever is wrong, the page comes back with all that was typed."""
    form.validate()
    problem = _code_problem(form, visit)
    if problem is not None:
        return _page(form, offer, holder, given, problem="四位数还要看一看，您填的都在。", wrong={"code": problem}), 400
    try:
        chain = keys.load(given.keys)
        with writing(deps().engine) as session:
            word = claims.claim(session, offer.award_id, filled(form), way=ClaimWay.PAGE, keys=chain, terms=given,
                                actor=ON_HIS_PAGE, now=now())
    except Unclear as unclear:
        return _page(form, offer, holder, given, problem=str(unclear), wrong=unclear.fields), 400
    except NoKey:
        call = f"，或打 {given.phone}。" if given.phone else "。"
        return _page(form, offer, holder, given, problem=CANNOT_KEEP + call), 503
    except Over as over:  # sent in another window this very moment
        return _over(over, given), 410
    if word is None:
        return key_pages.end("谢谢您说明", "本报工作人员和亲属不领奖，这份奖品不留给您了。您填的电话、地址没有存。"), 200
    return render_template("claim_done.html", word=word, post=form.receiving.data == Receiving.POST.value,
                           terms=given), 200


def _code_problem(form: Any, visit: Visit) -> str | None:
    """Nothing typed is no try."""
    typed = form.code.data or ""
    if not typed.strip():
        return NO_CODE
    return None if own.code_is_right(visit, typed) else CODE_WRONG


def filled(form: Any) -> Filled:
    """The values of ClaimFields."""
    return Filled(
        receiving=Receiving(form.receiving.data) if form.receiving.data in list(Receiving) else None,
        relation=Relation(form.relation.data) if form.relation.data in list(Relation) else None,
        agreed=bool(form.agreed.data), phone=form.phone.data or "", recipient=form.recipient.data or "",
        address=form.address.data or "", under_age=bool(form.under_age.data), guardian=form.guardian.data or "",
        guardian_phone=form.guardian_phone.data or "", guardian_agrees=bool(form.guardian_agrees.data))


def _page(form: Any, offer: Offer, holder: str, given: Terms, *, problem: str = "",
          wrong: dict[str, str] | None = None) -> str:
    if not offer.may_post:
        form.receiving.data = Receiving.PICK_UP.value
    return render_template("claim.html", form=form, offer=offer, terms=given, last_day=given.last_day, problem=problem,
                           wrong=wrong or {}, notice=notice_of(offer, holder, given))


def notice_of(offer: Offer, holder: str, given: Terms) -> list[tuple[str, str]]:
    return claim_phrases.notice(holder=holder, phone=given.phone, by_post=offer.may_post, keep_days=given.keep_days,
                                age=offer.age)


def _holder(session: Session, award_id: int) -> str:
    award = session.get_one(Award, award_id)
    return holder_of(session.get_one(Contest, session.get_one(Round, award.round_id).contest_id))


def holder_of(contest: Contest) -> str:
    """Who asks: 《社区晨报》编辑部（公众号“社区发布”）."""
    titles = sorted({paper.name.split("·")[0] for paper in contest.papers})
    return f"{''.join(f'《{title}》' for title in titles)}编辑部（公众号“{contest.account_title}”）"


def _over(over: Over, given: Terms) -> str:
    if over.claimed:
        return key_pages.end("已经登记过了", f"{over}{ASK_AGAIN}")
    call = f"有疑问请打 {given.phone}。" if given.phone else "有疑问请在公众号里留言。"
    return key_pages.end("领不了了", f"{over}{call}")
