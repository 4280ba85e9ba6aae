"""The member's own password in the place of an initial one: nothing else is open to him before."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response
from wtforms import PasswordField

from bot.errors import BadInput, NotAllowed
from bot.members import initial_passwords
from bot.members import sign_in as sessions
from models.session import writing
from web.auth import remember
from web.deps import deps, now
from web.errors import status_of
from web.forms import Form, Required
from web.visitor import member

blueprint = Blueprint("first_password", __name__, url_prefix="/account/first-password")

DIFFERENT = "两次填的新密码不一样。"


class FirstPasswordForm(Form):
    password = PasswordField("新密码", [Required("请填新密码。")])
    again = PasswordField("再填一次新密码", [Required("请再填一次新密码。")])


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.route("", methods=["GET", "POST"])
def index() -> Response | str | tuple[str, int]:
    if not member().initial_password:
        return redirect(url_for("account.index"))
    form = FirstPasswordForm()
    if not form.validate_on_submit():
        return _page(form)
    if form.password.data != form.again.data:
        return _page(form, DIFFERENT), 400
    try:
        _change(form.password.data or "")
    except (BadInput, NotAllowed) as problem:
        return _page(form, str(problem)), status_of(problem)
    flash("密码设好了，以后用它登录。", "success")
    return redirect(url_for("auth.home"))


def _change(password: str) -> None:
    """Every session of his ends; this browser goes on with a new token."""
    with writing(deps().engine) as write:
        found = initial_passwords.change(write, member().staff_id, password, now=now())
        token = sessions.start_session(write, found, request.user_agent.string, now=now())
    session.clear()
    remember(token, found)


def _page(form: FirstPasswordForm, problem: str = "") -> str:
    return render_template("console/account/first_password.html", form=form, problem=problem)
