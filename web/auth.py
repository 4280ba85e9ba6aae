"""Sign-in and sign-out of staff. The cookie holds a random token and nothing that names anybody."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from flask import Blueprint, Flask, flash, redirect, render_template, request, session, url_for
from flask_login import LoginManager, login_user, logout_user  # type: ignore[import-untyped]
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField

from bot.errors import NotAllowed
from bot.members import admission, initial_passwords, second_factor
from bot.members import sign_in as sessions
from bot.members.admission import LockedOut
from bot.members.sign_in import SignedIn
from models.queries.staff import changes_since_sign_in
from models.session import reading, writing
from models.staff import SecondFactor, Staff
from web import known_browsers, layout
from web.deps import deps, now
from web.forms import AtMost, Form, Required
from web.present import clock_time
from web.present import moment as in_words
from web.visitor import Visitor, address, member, signed_in

log = logging.getLogger(__name__)
blueprint = Blueprint("auth", __name__)

WRONG = "登录名或密码不对，请再试一次。"
LOCKED = "试得太多了，为安全起见先停一停，{time} 以后再试。急用的话请找管理员。"
WRONG_RECOVERY = "这个恢复码不对，或者已经用过。每个恢复码只能用一次。"
ENDED = "登录已经过期，请重新登录。"
ENDED_IN_DEMO = f"{ENDED}拨过演示的时间就要再登录一次，密码在启动演示的窗口里。"
WAITING = "waiting"
"""The cookie's entry for a sign-in of which the code is still to come; it is no session."""


CHANGED = {"set_password": "换过密码", "set_email": "改过邮箱", "set_up_factor": "设过两步验证",
           "switch_off_factor": "关过两步验证",
           "reset_factor": "重置过两步验证", "make_recovery_codes": "换过一批恢复码"}


class Step(Enum):
    """How far a right password leads; an initial one that is too old nowhere."""

    SIGNED_IN = 1
    CODE_TO_COME = 2
    INITIAL_OVER = 3


class SignInForm(Form):
    login = StringField("登录名", [Required("请填登录名。"), AtMost(200)])
    password = PasswordField("密码", [Required("请填密码。")])


class CodeForm(Form):
    code = StringField("验证码", [Required("请填验证码。"), AtMost(40)])


def safe_next(target: str | None) -> str | None:
    """`target` if it is a path of this site, else None. Browsers read \\ as / and skip tabs and line ends."""
    if not target or not target.startswith("/") or target.startswith("//"):
        return None
    return None if any(ord(mark) < 0x21 or mark == "\\" for mark in target) else target


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
        flash(ENDED_IN_DEMO if kept.settings.demo.enabled else ENDED, "warning")
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
        found = _try(form.login.data or "", form.password.data or "")
    except LockedOut as locked:
        _note_failure("locked")
        return _again(form, locked_sentence(locked), 429)
    if found is None:
        _note_failure("wrong login or password")
        return _again(form, WRONG, 200)
    if found is Step.INITIAL_OVER:
        _note_failure("initial password over")
        return _again(form, initial_passwords.OVER, 200)
    if found is Step.CODE_TO_COME:
        return redirect(url_for("auth.code", next=target))
    return redirect(target or url_for("auth.home"))


def _note_failure(why: str) -> None:
    """Without the login: some type their password there. The table of tries has it, for a day."""
    log.warning("refused a sign-in from %r: %s", admission.address_key(address()), why)


def locked_sentence(locked: LockedOut) -> str:
    """When the next try is taken: told in whole minutes, never too early."""
    return LOCKED.format(time=clock_time(locked.until + timedelta(seconds=59)))


def _again(form: Any, sentence: str, status: int) -> tuple[str, int]:
    return render_template("sign_in.html", form=form, problem=sentence), status


def _try(login: str, password: str) -> Step | None:
    """None where login and password do not fit. The slow hash runs between two short transactions."""
    engine, place, moment, known_as = deps().engine, address(), now(), known_browsers.known_as(login)
    with reading(engine) as read:
        stored = admission.stored_hash(read, login, place, known_as=known_as, now=moment)
    matched = admission.fits(stored, password)
    with writing(engine) as write:
        found = admission.admit(write, login, place, matched=matched, known_as=known_as, now=moment)
        if found is None:
            over = matched is not None and admission.initial_is_over(write, login, matched=matched, now=moment)
            return Step.INITIAL_OVER if over else None
        _end_before(write)
        changed = changes_since_sign_in(write, found.id)
        two_steps = not deps().settings.demo.enabled and write.get(SecondFactor, found.id) is not None
        start = sessions.start_waiting if two_steps else sessions.start_session
        token = start(write, found, request.user_agent.string, now=moment)
    session.clear()  # nothing set before the sign-in outlives it: no fixation
    if two_steps:
        session[WAITING] = token
        return Step.CODE_TO_COME
    remember(token, found, changed)
    return Step.SIGNED_IN


def _end_before(write: Session) -> None:
    """Whoever signs in where somebody is signed in already, or half, ends that first."""
    if (before := session.get("_user_id")) is not None:
        sessions.end_session(write, before, now=now())
    if (before := session.get(WAITING)) is not None:
        sessions.end_waiting(write, before, now=now())


def remember(token: str, found: Staff, changed: Sequence[tuple[str, datetime]] = ()) -> None:
    """Signs the browser in, and says what was changed about this sign-in since the last one: perhaps by a thief."""
    known = SignedIn(0, found.id, found.login, found.display_name, found.role, now())
    login_user(Visitor(token, known))
    known_browsers.keep(found.login)
    if changed:
        acts = "，".join(f"{in_words(at)} {CHANGED[verb]}" for verb, at in changed)
        flash(f"您上次登录以后：{acts}。如果不是您自己要改的，请马上告诉管理员。", "warning")


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
def code() -> Response | str | tuple[str, int]:
    """The second step: the code of the telephone, or a recovery code."""
    target = safe_next(request.args.get("next"))
    recovery = request.args.get("way") == "recovery"
    token = session.get(WAITING)
    with reading(deps().engine) as read:
        browser = request.user_agent.string
        staff_id = sessions.find_waiting(read, token, browser, now=now()) if token else None
    if token is None or staff_id is None:
        session.pop(WAITING, None)
        flash(ENDED, "warning")
        return redirect(url_for("auth.sign_in", next=target))
    form = CodeForm()
    if not form.validate_on_submit():
        return _code_page(form, recovery)
    try:
        done = _try_code(token, staff_id, form.code.data or "", recovery)
    except LockedOut as locked:
        _note_failure(f"locked, staff {staff_id}")
        return _code_page(form, recovery, locked_sentence(locked)), 429
    except NotAllowed as problem:
        return _code_page(form, recovery, str(problem)), 403
    if not done:
        _note_failure(f"wrong code, staff {staff_id}")
        return _code_page(form, recovery, WRONG_RECOVERY if recovery else second_factor.WRONG)
    return redirect(target or url_for("auth.home"))


def _code_page(form: Any, recovery: bool, problem: str = "") -> str:
    form.code.data = ""
    return render_template("sign_in_code.html", form=form, recovery=recovery, problem=problem,
                           next=safe_next(request.args.get("next")))


def _try_code(token: str, staff_id: int, typed: str, recovery: bool) -> bool:
    kept, moment, browser = deps(), now(), request.user_agent.string
    with reading(kept.engine) as read:
        known_as = known_browsers.known_as(read.get_one(Staff, staff_id).login)
    with writing(kept.engine) as write:
        found = admission.admit_code(write, staff_id, typed, address(), recovery=recovery, known_as=known_as,
                                     secret_key=kept.settings.server.secret_key, now=moment)
        if found is None:
            return False
        sessions.end_waiting(write, token, now=moment)
        changed = changes_since_sign_in(write, found.id)
        new = sessions.start_session(write, found, browser, now=moment)
    session.clear()
    remember(new, found, changed)
    return True


@blueprint.post("/sign-out")
def sign_out() -> Response:
    if session.get("_user_id") is not None or session.get(WAITING) is not None:
        with writing(deps().engine) as write:
            _end_before(write)
    logout_user()
    session.clear()
    flash("已经退出登录。", "success")
    answer = redirect(url_for("auth.sign_in"))
    answer.headers["Clear-Site-Data"] = '"storage"'  # drafts that never reached us: the next one at this computer
    return answer
