"""我的帐号: everybody's own page, where the password is changed and one's own WeChat is made known."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField

from bot import link_codes
from bot import sign_in as sessions
from bot import staff as accounts
from bot.errors import BadInput, WoodpeckerError
from bot.sign_in import LockedOut
from models.queries import persons
from models.session import reading, writing
from web.deps import deps, now
from web.errors import status_of
from web.forms import AtMost, Form, Required
from web.visitor import actor, member

blueprint = Blueprint("account", __name__, url_prefix="/account")

WRONG = "现在的密码不对。"


class OwnPasswordForm(Form):
    current = PasswordField("现在的密码", [Required("请填现在的密码。")])
    password = PasswordField("新密码", [Required("请填新密码。")])
    again = PasswordField("再填一次新密码", [Required("请再填一次新密码。")])


class LinkForm(Form):
    code = StringField("关联码", [Required("请填关联码。"), AtMost(20)])


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.route("", methods=["GET", "POST"])
def index() -> Response | str | tuple[str, int]:
    form = OwnPasswordForm()
    if not form.validate_on_submit():
        return _page(form=form)
    try:
        problem = _change(form)
    except (BadInput, LockedOut) as refusal:
        problem = str(refusal)
    if problem:
        return _page(form=form, problem=problem), 400
    flash("密码已换，请用新密码登录。", "success")
    return redirect(url_for("auth.sign_in"))


@blueprint.post("/link")
def link() -> Response | tuple[str, int]:
    """The code that 关联 gave in the chat shows whose WeChat it is; a wrong one is kept against guessing."""
    form = LinkForm()
    if not form.validate_on_submit():
        return _page(link_form=form), 400
    try:
        with writing(deps().engine) as session:
            problem = link_codes.use_as_staff(session, member().staff_id, form.code.data or "", actor=actor(), now=now())
    except WoodpeckerError as refused:
        return _page(link_form=form, link_problem=str(refused)), status_of(refused)
    if problem:
        return _page(link_form=form, link_problem=problem), 400
    flash("已关联。您用微信报的差错照样更正，不参加评奖，也不占读者的名次。", "success")
    return redirect(url_for("account.index"))


def _page(*, form: OwnPasswordForm | None = None, problem: str = "", link_form: LinkForm | None = None,
          link_problem: str = "") -> str:
    with reading(deps().engine) as session:
        linked = persons.own_accounts(session, member().staff_id)
    titles = {name: one.title for name, one in deps().settings.accounts.items()}
    return render_template(
        "console/account.html", form=form or OwnPasswordForm(formdata=None), problem=problem,
        link_form=link_form or LinkForm(formdata=None), link_problem=link_problem,
        linked=[titles.get(name, name) for name in linked])


def _change(form: OwnPasswordForm) -> str:
    """What is wrong, or nothing. Guesses at the present password are counted like those at sign-in."""
    if form.password.data != form.again.data:
        return "两次填的新密码不一样。"
    login, address, moment = member().login, request.remote_addr or "", now()
    accounts.check_password_rule(login, form.password.data or "")
    with reading(deps().engine) as session:
        stored = sessions.stored_hash(session, login, address, now=moment)
    matched = stored if sessions.password_matches(stored, form.current.data or "") else None
    with writing(deps().engine) as session:
        found = sessions.admit(session, login, address, matched=matched, now=moment)
        if found is None:
            return WRONG
        accounts.set_password(session, found.id, form.password.data or "", actor=actor(), now=moment)
    return ""
