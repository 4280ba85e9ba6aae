"""Builds the parts of a process from the settings: engines, senders, the work of the jobs. Opens no transaction."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from bot.audit import OPERATOR, SCHEDULER, Actor
from bot.catalogue.library import Library
from bot.claiming.terms import Terms
from bot.clock import Clock
from bot.mail import Mailer
from bot.media import sources as media
from bot.outbox.channels import Account
from bot.outbox.delivery import Delivery
from bot.outside.journal import Journal
from bot.settings import AccountSettings, Settings
from bot.wechat.client import Client
from bot.wechat.keys import AccountKeys, BodyFormat, Mode
from bot.wechat.template import Template
from bot.wechat.tokens import SharedTokens
from models.session import make_engine

if TYPE_CHECKING:
    from bot.work import Work

INTAKE_BUSY_SECONDS = 1.0
"""Intake gives up on a busy database soon and tries again itself, within the platform's five seconds."""


def keys_of(name: str, account: AccountSettings) -> AccountKeys:
    return AccountKeys(name, account.app_id, account.original_id, account.token, account.aes_key,
                       Mode(account.mode), BodyFormat(account.body_format))


def main_engine(settings: Settings) -> Engine:
    return _noted(settings, make_engine(settings.database_url))


def intake_engine(settings: Settings) -> Engine:
    # Every thread keeps its connection: a pool with a limit would leave the threads beyond it waiting.
    return _noted(settings, make_engine(settings.database_url, busy_seconds=INTAKE_BUSY_SECONDS, reads_wait=False,
                                        pool_size=0))


def _noted(settings: Settings, engine: Engine) -> Engine:
    return Journal(outside_folder(settings)).attach(engine)


def outside_folder(settings: Settings) -> Path:
    """Where the journal of what left the house is kept, beside the data."""
    return settings.server.data_dir / "outside"


def clients(settings: Settings, engine: Engine, clock: Clock) -> dict[str, Client]:
    """The calls out of every account whose secret is known; what it may do, its profile says."""
    wechat = settings.wechat
    return {
        name: Client(account.app_id, account.app_secret, base=wechat.api_base, connect_seconds=wechat.connect_seconds,
                     read_seconds=wechat.read_seconds,
                     tokens=SharedTokens(engine, name, clock,
                                         call_seconds=2 * (wechat.connect_seconds + wechat.read_seconds)))
        for name, account in settings.accounts.items() if account.app_secret
    }


def outbox_accounts(settings: Settings, senders: Mapping[str, Client]) -> dict[str, Account]:
    """Every account as delivery sees it."""
    return {
        name: Account(name, account.title, account.kind, account.verified, senders.get(name), {
            kind: Template(one.template_id, one.channel == "subscription", one.page, one.fields)
            for kind, one in (account.notices or {}).items()})
        for name, account in settings.accounts.items()
    }


def work(settings: Settings, engine: Engine, clock: Clock, *, by_hand: bool = False) -> Work:
    # With what reads pages, which the web's workers never do.
    from bot.catalogue.reading_loop import ReadingLoop
    from bot.work import Work

    actor: Actor = OPERATOR if by_hand else SCHEDULER
    callers = clients(settings, engine, clock)
    accounts = outbox_accounts(settings, callers)
    delivery = Delivery(accounts, clock.now, Terms.of(settings), settings.readers.quiet)
    return Work(engine, settings, clock, Library(), delivery, actor, accounts, callers,
                sources=media.sources(settings, callers), mailer=Mailer.from_settings(settings.mail, settings.server.public_url),
                read_lines=media.line_reader(),
                imports=ReadingLoop(engine, settings, clock.now))
