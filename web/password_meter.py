"""How strong a password is while it is being typed, asked of the same rule that takes or refuses it. Keeps and logs nothing."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, current_app, request, session
from flask.typing import ResponseReturnValue

from bot.members import initial_passwords, password_resets, staff
from bot.members.staff import Strength
from models.session import reading
from models.staff import Staff
from web.deps import deps, now
from web.public_pace import Pace
from web.visitor import address, member

blueprint = Blueprint("password_meter", __name__)

A_MINUTE = 40
"""Of one member, or of one address with a link: somebody who types; one answer may cost the half of a second."""

SHOWN: dict[Strength, tuple[int, str]] = {
    Strength.TOO_SHORT: (1, "太短"), Strength.TOO_LONG: (1, "太长"), Strength.THE_LOGIN: (1, "和登录名一样"),
    Strength.GUESSED: (2, "容易猜到"), Strength.FAIR: (3, "还行"), Strength.GOOD: (4, "很好"),
}
"""How far the meter goes, of four, and what stands beside it. From three on a password is taken."""
INITIAL = (1, "这是初始密码")


def register(app: Flask) -> None:
    app.extensions["password_meter"] = Pace(A_MINUTE)
    app.jinja_env.globals["least_password"] = staff.PASSWORD_LENGTHS[0]
    app.register_blueprint(blueprint)


@blueprint.post("/account/password-strength")
def own() -> ResponseReturnValue:
    who = member()
    if not _admits(f"staff {who.staff_id}"):
        return {}, 429
    typed = request.form.get("password", "")
    if who.initial_password and _still_initial(who.staff_id, typed):
        return _answer(*INITIAL)
    return _answer(*SHOWN[staff.strength(who.login, typed)])


@blueprint.post("/sign-in/reset/<token>/strength")
def by_link(token: str) -> ResponseReturnValue:
    """For whoever holds a link to a new password, while it is good."""
    if not _admits(address()):
        return {}, 429
    with reading(deps().engine) as session:
        found = password_resets.holder(session, token, secret_key=deps().settings.server.secret_key, now=now())
    if found is None:
        return {}, 404
    return _answer(*SHOWN[staff.strength(found[1], request.form.get("password", ""))])


@blueprint.after_request
def _leave_the_cookie(answer: Response) -> Response:
    """A question under way while the password is changed comes with a session that has ended: its answer must not take the
    new one's cookie away."""
    session.modified = False
    return answer


def _admits(whom: str) -> bool:
    pace: Pace = current_app.extensions["password_meter"]
    return pace.admits(whom, now=now())


def _still_initial(staff_id: int, typed: str) -> bool:
    with reading(deps().engine) as session:
        stored = session.get_one(Staff, staff_id).password_hash
    return initial_passwords.is_initial(stored, typed)


def _answer(level: int, word: str) -> dict[str, int | str]:
    return {"level": level, "word": word}
