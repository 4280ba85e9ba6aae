"""The stable access token of an account, shared by all processes in the database, fetched by one at a time.

Who fetches holds a lease, a row with an end, so that no transaction stays open during the call and a process
that dies holding it keeps nobody waiting for long.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, delete, select, update

from bot import clock
from bot.clock import Clock
from bot.wechat.client import Answer, Fetched
from models.outgoing import AccessToken, TokenLease
from models.session import insert_new_row, reading, writing

RENEW_BEFORE = timedelta(minutes=5)
LOOK_AGAIN_SECONDS = 0.05


class SharedTokens:
    """One account's token. `call_seconds`: how long fetching one can take at the most."""

    def __init__(self, engine: Engine, account: str, clock: Clock, *, call_seconds: float,
                 pause: Callable[[float], None] = clock.pause) -> None:
        self._engine, self._account, self._clock = engine, account, clock
        self._seconds, self._pause = call_seconds, pause
        self._holder = secrets.token_hex(16)

    def load(self) -> str | None:
        return load(self._engine, self._account, now=self._clock.now())

    def renew(self, refused: str | None, fetch: Callable[[bool], Fetched]) -> Fetched:
        """Another process's token where it has one; else ours, fetched under the lease."""
        if refused is not None:
            drop(self._engine, self._account, refused)
        ends = clock.monotonic() + self._seconds
        while True:
            known = self.load()
            if known is not None:
                return Fetched(known, Answer(0, ""))
            if self._take_lease():
                return self._fetch(refused, fetch)
            if clock.monotonic() >= ends:
                return Fetched(None, Answer(None, "another process is fetching the token", never_left=True))
            self._pause(LOOK_AGAIN_SECONDS)

    def _fetch(self, refused: str | None, fetch: Callable[[bool], Fetched]) -> Fetched:
        fetched, again = None, False
        try:
            known = self.load()  # another process may have fetched between our look and our lease
            if known is not None:
                return Fetched(known, Answer(0, ""))
            fetched = fetch(self._forced())
            again = fetched.token is not None and fetched.token == refused
            return fetched
        finally:
            self._give_lease_back(None if again else fetched, force=again)

    def _take_lease(self) -> bool:
        now = self._clock.now()
        until = now + timedelta(seconds=self._seconds)
        with writing(self._engine) as session:
            db = session.connection()
            if insert_new_row(db, TokenLease, {"account": self._account, "holder": self._holder, "until": until,
                                               "force": False}):
                return True
            done = db.execute(update(TokenLease).where(
                TokenLease.account == self._account, TokenLease.until <= now,
            ).values(holder=self._holder, until=until))
            return done.rowcount == 1

    def _forced(self) -> bool:
        with reading(self._engine) as session:
            return bool(session.scalar(select(TokenLease.force).where(TokenLease.account == self._account)))

    def _give_lease_back(self, fetched: Fetched | None, *, force: bool) -> None:
        """Keeps the token and frees the lease in one commit. `force`: ask for a really new one next time."""
        now = self._clock.now()
        with writing(self._engine) as session:
            db = session.connection()
            if fetched is not None and fetched.token is not None:
                _keep(db, self._account, fetched.token, now + timedelta(seconds=fetched.lives_seconds))
            db.execute(update(TokenLease).where(
                TokenLease.account == self._account, TokenLease.holder == self._holder,
            ).values(until=now, force=force))


def load(engine: Engine, account: str, *, now: datetime) -> str | None:
    """The token kept, if it has more than five minutes to live."""
    with reading(engine) as session:
        row = session.scalar(select(AccessToken).where(AccessToken.account == account))
        return row.token if row is not None and row.expires_at - RENEW_BEFORE > now else None


def _keep(db: Connection, account: str, token: str, expires_at: datetime) -> None:
    values = {"token": token, "expires_at": expires_at}
    if not insert_new_row(db, AccessToken, {"account": account, **values}):
        db.execute(update(AccessToken).where(AccessToken.account == account).values(**values))


def drop(engine: Engine, account: str, token: str) -> None:
    """Forgets a token that the platform refused; one that was renewed meanwhile stays."""
    with writing(engine) as session:
        session.execute(delete(AccessToken).where(AccessToken.account == account, AccessToken.token == token))
