"""The present password, asked again before something grave; guesses are counted like those at sign-in."""

from __future__ import annotations

from bot.members import admission
from models.session import reading, writing
from web import known_browsers
from web.deps import deps, now
from web.visitor import address, member

WRONG = "现在的密码不对。"


def wrong_password(typed: str) -> str:
    """WRONG, or nothing when it is right; LockedOut after too many tries. The slow hash runs in no transaction."""
    login, place, moment = member().login, address(), now()
    known_as = known_browsers.known_as(login)
    with reading(deps().engine) as session:
        stored = admission.stored_hash(session, login, place, known_as=known_as, now=moment)
    matched = admission.fits(stored, typed)
    with writing(deps().engine) as session:
        found = admission.admit(session, login, place, matched=matched, known_as=known_as, now=moment)
    return "" if found is not None else WRONG
