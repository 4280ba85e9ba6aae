"""我的帐号: everybody's own page, where the password is changed."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import PasswordField

from bot import sign_in as sessions
from bot import staff as accounts
from bot.errors import BadInput
from bot.sign_in import LockedOut
from models.session import reading, writing
from web.deps import deps, now
from web.forms import Form, Required
from web.visitor import actor, member

blueprint = Blueprint("account", __name__, url_prefix="/account")

WRONG = "现在的密码不对。"


class OwnPasswordForm(Form):
    current = PasswordField("现在的密码", [Required("请填现在的密码。")])
    password = PasswordField("新密码", [Required("请填新密码。")])
    again = PasswordField("再填一次新密码", [Required("请再填一次新密码。")])


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.route("", methods=["GET", "POST"])
def index() -> Response | str | tuple[str, int]:
    form = OwnPasswordForm()
    if not form.validate_on_submit():
        return render_template("console/account.html", form=form)
    try:
        problem = _change(form)
    except (BadInput, LockedOut) as refusal:
        problem = str(refusal)
    if problem:
        return render_template("console/account.html", form=form, problem=problem), 400
    flash("密码已换，请用新密码登录。", "success")
    return redirect(url_for("auth.sign_in"))


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
