"""两步验证: setting up the telephone, recovery codes, doing without again. The rules stand in bot/members/second_factor.py."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField, PasswordField, StringField

from bot.errors import BadInput, NotAllowed, WoodpeckerError
from bot.members import second_factor
from bot.members.admission import LockedOut
from bot.publishing import code_pictures
from models.session import writing
from web.auth import locked_sentence
from web.console.staff.own_password import wrong_password
from web.deps import deps, now
from web.errors import status_of
from web.forms import AtMost, Form, Required
from web.visitor import member

blueprint = Blueprint("second_factor", __name__, url_prefix="/account/second-factor")

IN_THE_DEMO = "演示里不用两步验证。"


class SetUpForm(Form):
    sealed = HiddenField()
    code = StringField("手机上的六位数字", [Required("请填手机上的六位数字。"), AtMost(20)])
    password = PasswordField("现在的密码")


class PasswordForm(Form):
    password = PasswordField("现在的密码", [Required("请填现在的密码。")])


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.route("", methods=["GET", "POST"])
def index() -> Response | str | tuple[str, int]:
    """The first set-up, or a new telephone in the place of the old one; that asks for the password."""
    if deps().settings.demo.enabled:
        flash(IN_THE_DEMO, "info")
        return redirect(url_for("account.index"))
    form = SetUpForm()
    if not form.validate_on_submit():
        return _page(form)
    key, who = deps().settings.server.secret_key, member()
    try:
        problem = wrong_password(form.password.data or "") if who.second_factor else ""
        if problem:
            return _page(form, problem), 400
        with writing(deps().engine) as session:
            codes = second_factor.set_up(session, who.staff_id, form.sealed.data or "", form.code.data or "",
                                         secret_key=key, now=now())
    except LockedOut as locked:
        return _page(form, locked_sentence(locked)), 429
    except (BadInput, NotAllowed) as problem:
        return _page(form, str(problem)), status_of(problem)
    return render_template("console/account/recovery_codes.html", codes=codes, after_set_up=True)


def _page(form: SetUpForm, problem: str = "") -> str:
    """Shows the same code again after a wrong try; a new one where the page was left lying too long."""
    key, who, sealed = deps().settings.server.secret_key, member(), form.sealed.data or ""
    secret = second_factor.opened(who.staff_id, sealed, secret_key=key, now=now())
    if secret is None:
        sealed = second_factor.new_secret(who.staff_id, secret_key=key, now=now())
        secret = second_factor.opened(who.staff_id, sealed, secret_key=key, now=now())
    assert secret is not None
    form.sealed.data, form.code.data = sealed, ""
    return render_template(
        "console/account/second_factor.html", form=form, problem=problem, secret=second_factor.in_groups(secret),
        picture=code_pictures.scalable_svg(second_factor.address(secret, who.login)))


@blueprint.route("/codes", methods=["GET", "POST"])
def new_codes() -> Response | str | tuple[str, int]:
    form = PasswordForm()
    if not form.validate_on_submit():
        return _ask(form, "换一批恢复码", "新的十个恢复码出来后，以前的就都不能用了。")
    try:
        problem = wrong_password(form.password.data or "")
        if not problem:
            with writing(deps().engine) as session:
                codes = second_factor.new_codes(session, member().staff_id, now=now(),
                                                secret_key=deps().settings.server.secret_key)
            return render_template("console/account/recovery_codes.html", codes=codes, after_set_up=False)
    except LockedOut as locked:
        problem = locked_sentence(locked)
    return _ask(form, "换一批恢复码", "新的十个恢复码出来后，以前的就都不能用了。", problem), 400


@blueprint.route("/off", methods=["GET", "POST"])
def switch_off() -> Response | str | tuple[str, int]:
    form, title, hint = PasswordForm(), "关掉两步验证", "关掉以后，登录只要密码。"
    if not form.validate_on_submit():
        return _ask(form, title, hint)
    try:
        problem = wrong_password(form.password.data or "")
        if not problem:
            with writing(deps().engine) as session:
                second_factor.switch_off(session, member().staff_id, now=now())
            flash("两步验证已关掉。", "success")
            return redirect(url_for("account.index"))
    except LockedOut as locked:
        return _ask(form, title, hint, locked_sentence(locked)), 429
    except WoodpeckerError as refused:
        return _ask(form, title, hint, str(refused)), status_of(refused)
    return _ask(form, title, hint, problem), 400


def _ask(form: PasswordForm, title: str, hint: str, problem: str = "") -> str:
    return render_template("console/account/confirm.html", form=form, title=title, hint=hint, problem=problem)
