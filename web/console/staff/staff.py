"""人员: who works here, in which role and on which papers. The rules of accounts stand in bot/members/staff.py."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField, SelectField, StringField

from bot.errors import BadInput, NotAllowed, NotFound
from bot.members import admission, drawn_passwords, initial_passwords, second_factor
from bot.members import sign_in as sessions
from bot.members import staff as accounts
from models.enums import Role
from models.queries import staff as queries
from models.queries.staff import StaffLine
from models.session import reading, writing
from models.staff import Staff
from web.deps import deps, now
from web.forms import AtMost, Form, Required
from web.numbers import whole
from web.present import name
from web.visitor import actor, member

blueprint = Blueprint("staff", __name__, url_prefix="/staff")
ROLES = {role.value: name(role) for role in Role}


class AddForm(Form):
    display_name = StringField("姓名", [Required("请填姓名。"), AtMost(40)])
    login = StringField("登录名", [Required("请填登录名。"), AtMost(40)])
    role = SelectField("角色", choices=ROLES)
    email = StringField("邮箱", [AtMost(254)])


class RoleForm(Form):
    role = SelectField("角色", choices=ROLES)
    expected = HiddenField()


class EmailForm(Form):
    email = StringField("邮箱", [AtMost(254)])


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("")
def index() -> str:
    with reading(deps().engine) as session:
        members = queries.members(session)
    return render_template("console/staff/index.html", members=members)


@blueprint.route("/add", methods=["GET", "POST"])
def add() -> Response | str | tuple[str, int]:
    form, by_mail = AddForm(), _by_mail()
    if not form.validate_on_submit():
        return render_template("console/staff/add.html", form=form, by_mail=by_mail)
    try:
        with writing(deps().engine) as session:
            person, password = initial_passwords.add_member(
                session, login=form.login.data or "", display_name=form.display_name.data or "",
                role=Role(form.role.data), email=form.email.data or "", actor=actor(), now=now())
    except BadInput as problem:
        return render_template("console/staff/add.html", form=form, by_mail=by_mail, problem=str(problem)), 400
    return _tell(person, password, "已经加上。")


def _by_mail() -> bool:
    """Whether any mail leaves; where none does, nobody is asked for an address."""
    return bool(deps().settings.mail.host)


def _tell(person: Staff, password: str, done: str) -> str:
    """The only page that says an initial password: an answer to a form, for no address and no cookie may hold it."""
    return render_template("console/staff/initial.html", person=person, groups=drawn_passwords.shown(password), done=done,
                           until=person.initial_until)


@blueprint.get("/<int:staff_id>")
def show(staff_id: int) -> str:
    return _page(staff_id)


def _page(staff_id: int, **given: Any) -> str:
    """`email_form` as sent, and what is wrong: `email_problem`, `papers_problem`."""
    kept = deps()
    lifetime = timedelta(hours=kept.settings.server.session_hours)
    with reading(kept.engine) as session:
        line = queries.member(session, staff_id)
        if line is None:
            raise NotFound("没有这个人。")
        browsers = queries.sessions(session, staff_id, lifetime=lifetime, now=now())
        papers = queries.paper_lines(session, staff_id) if line.role in accounts.GRADING else []
    if member().papers < 2 and not any(one.role for one in papers):
        papers = []  # with a single paper there is nothing to divide
    forms = {"email_form": EmailForm(formdata=None, email=line.email), "role_form": _role_form(line),
             "initial_over": admission.is_over(line.initial_until, now()),
             "shows_mail": line.active and (_by_mail() or line.email or "email_form" in given)}
    return render_template("console/staff/show.html", member=line, browsers=browsers, papers=papers,
                           paper_roles=[Role.EDITOR, Role.CHIEF], **(forms | given))


def _role_form(member: StaffLine) -> RoleForm:
    return RoleForm(formdata=None, role=member.role.value, expected=member.role.value)


@blueprint.post("/<int:staff_id>/role")
def set_role(staff_id: int) -> Response:
    role, expected = _role(request.form.get("role")), _role(request.form.get("expected"))
    with writing(deps().engine) as session:
        accounts.set_role(session, staff_id, role, expected=expected, actor=actor(), now=now())
    flash(f"角色现在是{name(role)}。", "success")
    return redirect(url_for("staff.show", staff_id=staff_id))


def _role(value: str | None) -> Role:
    try:
        return Role(value or "")
    except ValueError:
        raise BadInput("请选一个角色。") from None


@blueprint.post("/<int:staff_id>/password")
def set_password(staff_id: int) -> str:
    """An initial one for somebody else; whoever changes his own gives the present one, on his own page."""
    if staff_id == member().staff_id:
        raise NotAllowed("自己的密码，请在“我的帐号”里换。")
    with writing(deps().engine) as session:
        password = initial_passwords.reset(session, staff_id, actor=actor(), now=now())
        person = session.get_one(Staff, staff_id)
    return _tell(person, password, "密码已重设，他在各处的登录都已退出。")


@blueprint.post("/<int:staff_id>/email")
def set_email(staff_id: int) -> Response | tuple[str, int]:
    form = EmailForm()
    if not form.validate_on_submit():
        return _page(staff_id, email_form=form), 400
    try:
        with writing(deps().engine) as session:
            accounts.set_email(session, staff_id, form.email.data or "", actor=actor(), now=now())
    except BadInput as problem:
        return _page(staff_id, email_form=form, email_problem=str(problem)), 400
    flash("邮箱已记下。" if (form.email.data or "").strip() else "邮箱已去掉。", "success")
    return redirect(url_for("staff.show", staff_id=staff_id))


@blueprint.post("/<int:staff_id>/papers")
def set_papers(staff_id: int) -> Response | tuple[str, int]:
    """`which` all or some; `paper-3` editor, chief or nothing for each paper."""
    roles: dict[int, Role] = {}
    for key, value in request.form.items():
        if request.form.get("which") == "some" and key.startswith("paper-") and value:
            roles[_paper(key.removeprefix("paper-"))] = _role(value)
    if request.form.get("which") == "some" and not roles:
        return _page(staff_id, papers_problem="请至少给一份报纸选上角色，或者选“所有报纸”。"), 400
    try:
        with writing(deps().engine) as session:
            accounts.set_paper_roles(session, staff_id, roles, actor=actor(), now=now())
    except BadInput as problem:
        return _page(staff_id, papers_problem=str(problem)), 400
    flash("已记下，他下一次点开页面就生效。", "success")
    return redirect(url_for("staff.show", staff_id=staff_id))


def _paper(value: str) -> int:
    try:
        return whole(value)
    except ValueError:
        raise BadInput("没有这份报纸。") from None


@blueprint.post("/<int:staff_id>/second-factor/reset")
def reset_factor(staff_id: int) -> Response:
    with writing(deps().engine) as session:
        done = second_factor.reset(session, staff_id, actor=actor(), now=now())
    flash("两步验证已重置，他在各处的登录都已退出。" if done else "他没有设两步验证。", "success")
    return redirect(url_for("staff.show", staff_id=staff_id))


@blueprint.post("/<int:staff_id>/sessions/<int:session_id>/end")
def end_session(staff_id: int, session_id: int) -> Response:
    with writing(deps().engine) as session:
        done = sessions.end_one(session, staff_id, session_id, actor=actor(), now=now())
    flash("那一处已退出。" if done else "那一处早已退出。", "success")
    return redirect(url_for("staff.show", staff_id=staff_id))


@blueprint.post("/<int:staff_id>/sessions/end")
def end_sessions(staff_id: int) -> Response:
    with writing(deps().engine) as session:
        ended = sessions.end_others(session, staff_id, keep=None, actor=actor(), now=now())
    flash(f"{ended}个登录都已退出。" if ended else "他没有在登录。", "success")
    return redirect(url_for("staff.show", staff_id=staff_id))


@blueprint.post("/<int:staff_id>/deactivate")
def deactivate(staff_id: int) -> Response:
    return _switch(staff_id, accounts.deactivate, "已停用，他在各处的登录都已退出。")


@blueprint.post("/<int:staff_id>/activate")
def activate(staff_id: int) -> Response:
    return _switch(staff_id, accounts.activate, "已恢复使用。")


def _switch(staff_id: int, verb: Callable[..., None], sentence: str) -> Response:
    with writing(deps().engine) as session:
        verb(session, staff_id, actor=actor(), now=now())
    flash(sentence, "success")
    return redirect(url_for("staff.show", staff_id=staff_id))
