"""忘了密码: asking for a link by mail, and the page it leads to. What it answers is the same for every login."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, render_template, session, url_for
from flask_login import logout_user  # type: ignore[import-untyped]
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField

from bot.errors import BadInput
from bot.members import password_resets
from bot.members.admission import LockedOut
from models.session import reading, writing
from web.auth import locked_sentence
from web.deps import deps, now
from web.forms import AtMost, Form, Required
from web.visitor import address

blueprint = Blueprint("forgotten", __name__, url_prefix="/sign-in")

ANSWER = "如果这个帐号登记了邮箱，重设密码的信几分钟内就到。没有收到，请看一眼垃圾邮件，或者找管理员重设。"
DIFFERENT = "两次填的新密码不一样。"


class AskForm(Form):
    login = StringField("登录名", [Required("请填登录名。"), AtMost(200)])


class ChooseForm(Form):
    password = PasswordField("新密码", [Required("请填新密码。")])
    again = PasswordField("再填一次新密码", [Required("请再填一次新密码。")])


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.route("/forgotten", methods=["GET", "POST"])
def ask() -> Response | str | tuple[str, int]:
    form, by_mail = AskForm(), bool(deps().settings.mail.host)
    if not by_mail or not form.validate_on_submit():
        return render_template("forgotten.html", form=form, by_mail=by_mail)
    try:
        with writing(deps().engine) as write:
            password_resets.ask(write, form.login.data or "", address(), now=now())
    except LockedOut as locked:
        return render_template("forgotten.html", form=form, by_mail=True, problem=locked_sentence(locked)), 429
    return render_template("forgotten.html", form=None, by_mail=True, answer=ANSWER)


@blueprint.route("/reset/<token>", methods=["GET", "POST"])
def choose(token: str) -> Response | str | tuple[str, int]:
    """Looking at the page spends nothing: programs that check mail open every link in it."""
    key = deps().settings.server.secret_key
    with reading(deps().engine) as read:
        found = password_resets.holder(read, token, secret_key=key, now=now())
    if found is None:
        return render_template("new_password.html", form=None, problem=password_resets.GONE), 404
    form, login = ChooseForm(), found[1]
    if not form.validate_on_submit():
        return render_template("new_password.html", form=form, login=login, token=token)
    if form.password.data != form.again.data:
        return render_template("new_password.html", form=form, login=login, token=token, problem=DIFFERENT), 400
    try:
        with writing(deps().engine) as write:
            password_resets.use(write, token, form.password.data or "", secret_key=key, now=now())
    except BadInput as problem:
        return render_template("new_password.html", form=form, login=login, token=token, problem=str(problem)), 400
    logout_user()
    session.clear()
    flash("密码已换，请用新密码登录。", "success")
    return redirect(url_for("auth.sign_in"))
