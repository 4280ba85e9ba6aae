"""Builds the parts of a process from the settings: engines, senders, the work of the jobs. Opens no transaction."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine

from bot.audit import OPERATOR, SCHEDULER, Actor
from bot.catalogue.library import Library
from bot.clock import Clock
from bot.jobs import Work
from bot.outbox.delivery import Delivery, Sender
from bot.settings import AccountSettings, Settings
from bot.wechat import tokens
from bot.wechat.client import Client
from bot.wechat.keys import AccountKeys, BodyFormat, Mode
from models.session import make_engine

INTAKE_BUSY_SECONDS = 1.0
"""Intake gives up on a busy database soon and tries again itself, within the platform's five seconds."""


def keys_of(name: str, account: AccountSettings) -> AccountKeys:
    return AccountKeys(name, account.app_id, account.original_id, account.token, account.aes_key,
                       Mode(account.mode), BodyFormat(account.body_format))


def main_engine(settings: Settings) -> Engine:
    return make_engine(settings.database_url)


def intake_engine(settings: Settings) -> Engine:
    # Every thread keeps its connection: a pool with a limit would leave the threads beyond it waiting.
    return make_engine(settings.database_url, busy_seconds=INTAKE_BUSY_SECONDS, pool_size=0)


class _Store:
    """One account's token in the database."""

    def __init__(self, engine: Engine, account: str, clock: Clock) -> None:
        self._engine, self._account, self._clock = engine, account, clock

    def load(self) -> str | None:
        return tokens.load(self._engine, self._account, now=self._clock.now())

    def keep(self, token: str, lives_seconds: int) -> None:
        tokens.keep(self._engine, self._account, token, self._clock.now() + timedelta(seconds=lives_seconds))

    def drop(self, token: str) -> None:
        tokens.drop(self._engine, self._account, token)


def senders(settings: Settings, engine: Engine, clock: Clock) -> dict[str, Sender]:
    """A client for every account that may send customer messages: verified, and its secret is known."""
    return {
        name: Client(account.app_id, account.app_secret, store=_Store(engine, name, clock),
                     base=settings.wechat.api_base, connect_seconds=settings.wechat.connect_seconds,
                     read_seconds=settings.wechat.read_seconds)
        for name, account in settings.accounts.items() if account.verified and account.app_secret
    }


def work(settings: Settings, engine: Engine, clock: Clock, *, by_hand: bool = False) -> Work:
    actor: Actor = OPERATOR if by_hand else SCHEDULER
    delivery = Delivery(senders(settings, engine, clock), clock.now)
    return Work(engine, settings, clock, Library(), delivery, actor)
