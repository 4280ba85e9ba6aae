"""人员: who works here and in which role. The rules of accounts stand in bot/staff.py."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField, PasswordField, SelectField, StringField

from bot import staff as accounts
from bot.errors import BadInput, NotFound
from models.enums import Role
from models.queries import staff as queries
from models.queries.staff import StaffLine
from models.session import reading, writing
from web.deps import deps, now
from web.forms import AtMost, Form, Required
from web.present import name
from web.visitor import actor

blueprint = Blueprint("staff", __name__, url_prefix="/staff")
ROLES = {role.value: name(role) for role in Role}


class AddForm(Form):
    display_name = StringField("姓名", [Required("请填姓名。"), AtMost(40)])
    login = StringField("登录名", [Required("请填登录名。"), AtMost(40)])
    role = SelectField("角色", choices=ROLES)
    password = PasswordField("初始密码", [Required("请填初始密码。")])


class RoleForm(Form):
    role = SelectField("角色", choices=ROLES)
    expected = HiddenField()


class PasswordForm(Form):
    password = PasswordField("新密码", [Required("请填新密码。")])


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("")
def index() -> str:
    with reading(deps().engine) as session:
        members = queries.members(session)
    return render_template("console/staff/index.html", members=members)


@blueprint.route("/add", methods=["GET", "POST"])
def add() -> Response | str | tuple[str, int]:
    form = AddForm()
    if not form.validate_on_submit():
        return render_template("console/staff/add.html", form=form)
    try:
        with writing(deps().engine) as session:
            accounts.add_staff(
                session, login=form.login.data or "", display_name=form.display_name.data or "",
                password=form.password.data or "", role=Role(form.role.data), actor=actor(), now=now())
    except BadInput as problem:
        return render_template("console/staff/add.html", form=form, problem=str(problem)), 400
    flash("已经加上。请把登录名和初始密码当面告诉他，登录后在“我的帐号”里换掉。", "success")
    return redirect(url_for("staff.index"))


@blueprint.get("/<int:staff_id>")
def show(staff_id: int) -> str:
    return _page(staff_id, PasswordForm(formdata=None))


def _page(staff_id: int, password_form: PasswordForm, problem: str = "") -> str:
    with reading(deps().engine) as session:
        member = queries.member(session, staff_id)
    if member is None:
        raise NotFound("没有这个人。")
    return render_template("console/staff/show.html", member=member, role_form=_role_form(member),
                           password_form=password_form, problem=problem)


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
def set_password(staff_id: int) -> Response | str | tuple[str, int]:
    form = PasswordForm()
    if not form.validate_on_submit():
        return _page(staff_id, form), 400
    try:
        with writing(deps().engine) as session:
            accounts.set_password(session, staff_id, form.password.data or "", actor=actor(), now=now())
    except BadInput as problem:
        return _page(staff_id, form, str(problem)), 400
    flash("密码已重设，他在各处的登录都已退出。", "success")
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
