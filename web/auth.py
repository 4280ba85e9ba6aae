"""Sign-in and sign-out of staff. The cookie holds a random token and nothing that names anybody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, flash, redirect, render_template, request, session, url_for
from flask_login import LoginManager, login_user, logout_user  # type: ignore[import-untyped]
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField

from bot import sign_in as sessions
from bot.sign_in import LockedOut, SignedIn
from models.session import reading, writing
from web import layout
from web.deps import deps, now
from web.forms import AtMost, Form, Required
from web.present import clock_time
from web.visitor import Visitor, member, signed_in

blueprint = Blueprint("auth", __name__)

WRONG = "登录名或密码不对，请再试一次。"
LOCKED = "试得太多了，为安全起见先停一停，{time} 以后再试。忘了密码请找管理员重设。"
ENDED = "登录已经过期，请重新登录。"


class SignInForm(Form):
    login = StringField("登录名", [Required("请填登录名。"), AtMost(200)])
    password = PasswordField("密码", [Required("请填密码。")])


def safe_next(target: str | None) -> str | None:
    """`target` if it is a path of this site, else None. Browsers read \\ as / and skip tabs and line ends."""
    if not target or not target.startswith("/") or any(ord(mark) < 0x21 or mark == "\\" for mark in target):
        return None
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc and not target.startswith("//") else None


def register(app: Flask) -> None:
    manager = LoginManager(app)
    manager.session_protection = None  # ours binds the token to the browser on the server, see find_session
    manager.user_loader(_load)
    app.register_blueprint(blueprint)


def _load(token: str) -> Visitor | None:
    kept, moment = deps(), now()
    browser = request.user_agent.string
    lifetime = timedelta(hours=kept.settings.server.session_hours)
    with reading(kept.engine) as read:
        found = sessions.find_session(read, token, browser, lifetime=lifetime, now=moment)
    if found is None:
        session.clear()
        flash(ENDED, "warning")
        return None
    if moment - found.seen_at >= sessions.SEEN_EVERY:
        _mark_seen(found.session_id)
    return Visitor(token, found)


def _mark_seen(session_id: int) -> None:
    try:
        with writing(deps().engine) as write:
            sessions.mark_seen(write, session_id, now=now())
    except OperationalError:
        # Only a note for the list of sessions: a busy database must not keep an editor from reading.
        return


@blueprint.get("/")
def home() -> Response:
    """The first screen that this role may open."""
    places = layout.places(member().role)
    return redirect(url_for(places[0].endpoint if places else "account.index"))


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Response | str | tuple[str, int]:
    target = safe_next(request.args.get("next"))
    if request.method == "GET" and signed_in() is not None:
        return redirect(target or url_for("auth.home"))
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("sign_in.html", form=form)
    try:
        token = _try(form.login.data or "", form.password.data or "")
    except LockedOut as locked:
        until = locked.until + timedelta(seconds=59)  # told in whole minutes, never too early
        return _again(form, LOCKED.format(time=clock_time(until)), 429)
    if token is None:
        return _again(form, WRONG, 200)
    return redirect(target or url_for("auth.home"))


def _again(form: Any, sentence: str, status: int) -> tuple[str, int]:
    return render_template("sign_in.html", form=form, problem=sentence), status


def _try(login: str, password: str) -> str | None:
    """The new session's token, or None. The slow hash runs between two short transactions."""
    engine, address, moment = deps().engine, request.remote_addr or "", now()
    with reading(engine) as read:
        stored = sessions.stored_hash(read, login, address, now=moment)
    matched = stored if sessions.password_matches(stored, password) else None
    with writing(engine) as write:
        found = sessions.admit(write, login, address, matched=matched, now=moment)
        if found is None:
            return None
        if (before := session.get("_user_id")) is not None:
            sessions.end_session(write, before, now=moment)
        token = sessions.start_session(write, found, request.user_agent.string, now=moment)
        known = SignedIn(0, found.id, found.login, found.display_name, found.role, moment)
    session.clear()  # nothing set before the sign-in outlives it: no fixation
    login_user(Visitor(token, known))
    return token


@blueprint.post("/sign-out")
def sign_out() -> Response:
    token = session.get("_user_id")
    if token is not None:
        with writing(deps().engine) as write:
            sessions.end_session(write, token, now=now())
    logout_user()
    session.clear()
    flash("已经退出登录。", "success")
    return redirect(url_for("auth.sign_in"))
