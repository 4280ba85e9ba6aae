"""我的帐号: everybody's own page: how the console looks, signed-in browsers, mail, password, one's own WeChat."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField, PasswordField, RadioField, StringField

from bot.errors import BadInput, WoodpeckerError
from bot.members import sign_in as sessions
from bot.members import staff as accounts
from bot.members.admission import LockedOut
from bot.readers import link_codes
from models.enums import Theme
from models.queries import persons
from models.queries import staff as queries
from models.session import reading, writing
from web.auth import locked_sentence, safe_next
from web.console.staff.own_password import wrong_password
from web.deps import deps, now
from web.errors import status_of
from web.forms import AtMost, Form, Required
from web.present import name
from web.visitor import actor, member

blueprint = Blueprint("account", __name__, url_prefix="/account")

SWITCHES = ("large_type", "keys_off", "stay_here")
"""What a form of one button may set: `large_type=1`."""


class OwnPasswordForm(Form):
    current = PasswordField("现在的密码", [Required("请填现在的密码。")])
    password = PasswordField("新密码", [Required("请填新密码。")])
    again = PasswordField("再填一次新密码", [Required("请再填一次新密码。")])


class LinkForm(Form):
    code = StringField("关联码", [Required("请填关联码。"), AtMost(20)])


class EmailForm(Form):
    email = StringField("邮箱", [AtMost(254)])
    current = PasswordField("现在的密码", [Required("请填现在的密码。")], id="email-current")


class PreferenceForm(Form):
    theme = RadioField("明暗", choices={one.value: name(one) for one in Theme})
    large_type = BooleanField("大字")
    keys_on = BooleanField("用快捷键")
    stay_here = BooleanField("评完留在这一条，不自动打开下一条")


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.route("", methods=["GET", "POST"])
def index() -> Response | str | tuple[str, int]:
    """The page; its own form is the one for a new password."""
    form = OwnPasswordForm()
    if not form.validate_on_submit():
        return _page(form=form)
    try:
        problem = _change(form)
    except LockedOut as locked:
        problem = locked_sentence(locked)
    except BadInput as refusal:
        problem = str(refusal)
    if problem:
        return _page(form=form, problem=problem), 400
    flash("密码已换，请用新密码登录。", "success")
    return redirect(url_for("auth.sign_in"))


def _change(form: OwnPasswordForm) -> str:
    """What is wrong, or nothing."""
    if form.password.data != form.again.data:
        return "两次填的新密码不一样。"
    accounts.check_password_rule(member().login, form.password.data or "")
    if problem := wrong_password(form.current.data or ""):
        return problem
    with writing(deps().engine) as session:
        accounts.set_password(session, member().staff_id, form.password.data or "", actor=actor(), now=now())
    return ""


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


@blueprint.post("/email")
def email() -> Response | tuple[str, int]:
    """Whoever changes where the link to a new password goes shows first that he knows the present one."""
    form = EmailForm()
    if not form.validate_on_submit():
        return _page(email_form=form), 400
    try:
        if problem := wrong_password(form.current.data or ""):
            return _page(email_form=form, email_problem=problem), 400
        with writing(deps().engine) as session:
            accounts.set_email(session, member().staff_id, form.email.data or "", actor=actor(), now=now())
    except LockedOut as locked:
        return _page(email_form=form, email_problem=locked_sentence(locked)), 429
    except BadInput as refused:
        return _page(email_form=form, email_problem=str(refused)), 400
    flash("邮箱已记下。" if (form.email.data or "").strip() else "邮箱已去掉。", "success")
    return redirect(url_for("account.index"))


@blueprint.post("/preferences")
def prefer() -> Response | tuple[str, int]:
    form = PreferenceForm()
    if not form.validate_on_submit():
        raise BadInput("请选一种明暗。")
    with writing(deps().engine) as session:
        accounts.set_preferences(
            session, member().staff_id, theme=Theme(form.theme.data), large_type=form.large_type.data,
            keys_off=not form.keys_on.data, stay_here=form.stay_here.data)
    flash("已记下，马上生效。", "success")
    return redirect(url_for("account.index", _anchor="look"))


@blueprint.post("/switch")
def switch() -> Response:
    """One preference by one button, from any page; goes back there, or stays where a script asks (204)."""
    chosen: dict[str, Any] = {one: request.form[one] == "1" for one in SWITCHES if one in request.form}
    if "theme" in request.form:
        try:
            chosen["theme"] = Theme(request.form["theme"])
        except ValueError:
            raise BadInput("请选一种明暗。") from None
    with writing(deps().engine) as session:
        accounts.set_preferences(session, member().staff_id, **chosen)
    if "X-Stay" in request.headers:
        return Response(status=204)
    return redirect(safe_next(request.form.get("next")) or url_for("auth.home"))


@blueprint.post("/sessions/<int:session_id>/end")
def end_session(session_id: int) -> Response:
    with writing(deps().engine) as session:
        done = sessions.end_one(session, member().staff_id, session_id, actor=actor(), now=now())
    flash("那一处已退出。" if done else "那一处早已退出。", "success")
    return redirect(url_for("account.index", _anchor="browsers"))


@blueprint.post("/sessions/end-others")
def end_others() -> Response:
    who = member()
    with writing(deps().engine) as session:
        ended = sessions.end_others(session, who.staff_id, keep=who.session_id, actor=actor(), now=now())
    flash(f"别处的{ended}个登录都已退出。" if ended else "别处没有登录。", "success")
    return redirect(url_for("account.index", _anchor="browsers"))


def _page(**given: Any) -> str:
    """`form`, `link_form`, `email_form` as sent, and what is wrong with them."""
    who, kept = member(), deps()
    lifetime = timedelta(hours=kept.settings.server.session_hours)
    with reading(kept.engine) as session:
        linked = persons.own_accounts(session, who.staff_id)
        own = queries.own(session, who.staff_id)
        browsers = queries.sessions(session, who.staff_id, lifetime=lifetime, now=now())
    titles = {key: one.title for key, one in kept.settings.accounts.items()}
    forms = {
        "form": OwnPasswordForm(formdata=None), "link_form": LinkForm(formdata=None),
        "email_form": EmailForm(formdata=None, email=own.email),
        "preference_form": PreferenceForm(formdata=None, theme=who.theme.value, large_type=who.large_type,
                                          keys_on=not who.keys_off, stay_here=who.stay_here),
    }
    by_mail = bool(kept.settings.mail.host)
    return render_template("console/account/index.html", own=own, browsers=browsers, by_mail=by_mail,
                           shows_mail=by_mail or own.email or "email_form" in given,
                           linked=[titles.get(one, one) for one in linked], **(forms | given))
