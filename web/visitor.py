"""Who sends the present request. Knows no route and no rule."""

from __future__ import annotations

from typing import cast

from flask import g, request
from flask_login import UserMixin, current_user  # type: ignore[import-untyped]

from bot.audit import Actor, by_staff
from bot.members.sign_in import SignedIn
from models.enums import Role


class Visitor(UserMixin):  # type: ignore[misc]
    """What Flask-Login keeps of a signed-in browser: the token (its only id) and who holds it."""

    def __init__(self, token: str, member: SignedIn) -> None:
        self.token = token
        self.member = member

    def get_id(self) -> str:
        return self.token


def signed_in() -> SignedIn | None:
    """Who sends this request; None for a stranger. One query a request, at the first call."""
    visitor = cast("object", current_user._get_current_object())
    return visitor.member if isinstance(visitor, Visitor) else None


def member() -> SignedIn:
    """Who sends this request, where web/access.py has let only staff in."""
    found = signed_in()
    assert found is not None
    return found


def role_here() -> Role:
    """The role that the present request is let in by: on the paper that its address names, else the member's own."""
    here: Role | None = g.get("role_here")
    return here or member().role


def address() -> str:
    """Where the request comes from; of the proxies in front as many are believed as the settings say."""
    return request.remote_addr or ""


def actor() -> Actor:
    """The same, as the doer of a verb: `actor=actor()`."""
    return by_staff(member().staff_id)
