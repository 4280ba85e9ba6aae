"""The stable access token of an account, shared by all processes in the database."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, select

from models.outgoing import AccessToken
from models.session import lock_for_writing, reading, writing

RENEW_BEFORE = timedelta(minutes=5)
TOKEN_LOCK = -2


def load(engine: Engine, account: str, *, now: datetime) -> str | None:
    """The token kept, if it has more than five minutes to live."""
    with reading(engine) as session:
        row = session.scalar(select(AccessToken).where(AccessToken.account == account))
        return row.token if row is not None and row.expires_at - RENEW_BEFORE > now else None


def keep(engine: Engine, account: str, token: str, expires_at: datetime) -> None:
    """Keeps the token fetched last; two processes that fetched at once wait for each other."""
    with writing(engine) as session:
        lock_for_writing(session, TOKEN_LOCK)
        session.execute(delete(AccessToken).where(AccessToken.account == account))
        session.add(AccessToken(account=account, token=token, expires_at=expires_at))


def drop(engine: Engine, account: str, token: str) -> None:
    """Forgets a token that the platform refused; one that was renewed meanwhile stays."""
    with writing(engine) as session:
        session.execute(delete(AccessToken).where(AccessToken.account == account, AccessToken.token == token))
