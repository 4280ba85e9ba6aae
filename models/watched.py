"""Connections to PostgreSQL that notice when the whole server stands still. Knows no table.

A server whose processes are frozen (its machine swaps, is being moved, or its disk hangs) says nothing, while its kernel
goes on to confirm what arrives: neither `tcp_user_timeout` nor any timeout of its own ends the wait, and a thread of ours
would wait for ever. A statement that takes long is silent too. So whoever has waited some seconds asks on a connection of
his own, and waits on as long as the server answers there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
from psycopg import errors
from psycopg.abc import RV, PQGen
from sqlalchemy import URL

ASKED_SECONDS = 5
"""A server that is well answers whoever connects within milliseconds; one that is full refuses him, which is an answer."""
STANDS_STILL = "the server stands still: it answers nobody"


class Watched(psycopg.Connection[Any]):
    silent_seconds: float | None = None
    parameters: dict[str, Any]

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        while timeout is None and self.silent_seconds is not None:
            try:
                return super().wait(gen, interval, self.silent_seconds)
            except errors._WaitTimeout:
                if not self._answers():
                    self.pgconn.finish()  # so that the pool knows that it is of no use any more
                    raise psycopg.OperationalError(STANDS_STILL) from None
        return super().wait(gen, interval, timeout)

    def _answers(self) -> bool:
        try:
            psycopg.connect(**self.parameters | {"connect_timeout": ASKED_SECONDS}).close()
        except errors.ConnectionTimeout:
            return False
        except psycopg.OperationalError:  # a word, if not a kind one; a machine that is gone ends the wait by itself
            pass
        return True


def connecting(url: URL, more: dict[str, Any], silent_seconds: float) -> Callable[[], Watched]:
    """What makes connections to `url` that give up a server which was silent for so long and then answers nobody."""
    arguments, parameters = url.get_dialect()().create_connect_args(url)
    parameters = {**parameters, **more}

    def connect() -> Watched:
        connection = Watched.connect(*arguments, **parameters)
        connection.silent_seconds, connection.parameters = silent_seconds, parameters
        return connection

    return connect
