"""The stable access token of an account, shared by all processes in the database."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, select, update

from models.outgoing import AccessToken
from models.session import insert_new, reading, writing

RENEW_BEFORE = timedelta(minutes=5)


def load(engine: Engine, account: str, *, now: datetime) -> str | None:
    """The token kept, if it has more than five minutes to live."""
    with reading(engine) as session:
        row = session.scalar(select(AccessToken).where(AccessToken.account == account))
        return row.token if row is not None and row.expires_at - RENEW_BEFORE > now else None


def keep(engine: Engine, account: str, token: str, expires_at: datetime) -> None:
    """Two processes that fetched at once keep one of the tokens: the stable token is the same for both."""
    with writing(engine) as session:
        known = session.execute(update(AccessToken).where(AccessToken.account == account).values(
            token=token, expires_at=expires_at))
        if known.rowcount == 0:  # type: ignore[attr-defined]
            insert_new(session.connection(), AccessToken.__table__, {  # type: ignore[arg-type]
                "account": account, "token": token, "expires_at": expires_at})


def drop(engine: Engine, account: str, token: str) -> None:
    """Forgets a token that the platform refused; one that was renewed meanwhile stays."""
    with writing(engine) as session:
        session.execute(delete(AccessToken).where(AccessToken.account == account, AccessToken.token == token))
