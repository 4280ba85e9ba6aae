"""`python -m bot check`: everything an operator should know, each with what to do. The edge.

The database and the shared place for pictures are asked always, WeChat only with --online.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Protocol

import click
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot import database, wiring
from bot.audit import OPERATOR
from bot.checkup import brought_back, key_copies, machine, shared_room, stored
from bot.checkup.findings import Finding, Level, fine, warning, wrong
from bot.claiming import keys
from bot.commands import accounts
from bot.errors import DatabaseProblem, SettingsError
from bot.settings import Settings, config_path
from models.session import reading, writing

MARKS = {Level.FINE: "ok", Level.WARNING: "look", Level.WRONG: "WRONG"}


class Place(Protocol):
    """The configuration and the database of this run; see bot.cli."""

    @property
    def settings(self) -> Settings: ...

    def engine(self) -> Engine: ...


@click.command("check")
@click.option("--online", is_flag=True, help="Also ask WeChat what each account may do.")
@click.option("--key-copied", is_flag=True, help="Confirm that a copy of the claims' keys lies in a second place.")
@click.option("--configuration", is_flag=True, help="Look at the configuration alone, as the web server's unit does first.")
@click.option("--quiet", is_flag=True, help="Say only what is to be looked at.")
@click.pass_context
def check(ctx: click.Context, *, online: bool, key_copied: bool, configuration: bool, quiet: bool) -> None:
    """Look at configuration, disk, pictures, database, clock, accounts, jobs, notices, backups and the contact key.

    Exit code 0: all is well; 1: something should be looked at; 2: something is wrong.
    """
    place: Place = ctx.obj
    if key_copied:
        click.echo(_confirm(place))
        return
    worst = Level.FINE
    found = _findings(place, ctx, online=online)
    for finding in islice(found, 1) if configuration else found:
        worst = max(worst, finding.level)
        if finding.level is not Level.FINE or not quiet:
            click.echo(f"{MARKS[finding.level]:5}  {finding.area}: {finding.sentence}")
    sys.exit(worst.value)


def _confirm(place: Place) -> str:
    key_id = keys.load(place.settings.claims.keys).newest
    now = place.settings.clock().now()
    with writing(place.engine()) as session:
        key_copies.confirm(session, key_id, actor=OPERATOR, now=now)
    return f"Noted at {stored.shown(now)}: a copy of key {key_id} lies in a second place. The key itself was not kept anywhere."


def _findings(place: Place, ctx: click.Context, *, online: bool) -> Iterator[Finding]:
    assert ctx.parent is not None
    path: Path = ctx.parent.params.get("config") or config_path()
    try:
        settings = place.settings
    except SettingsError as problem:
        yield wrong("configuration", str(problem))
        return
    yield fine("configuration", f"{path} can be read.")
    yield from machine.look(settings, path)
    yield from shared_room.look(settings, now=settings.clock().now())
    engine = wiring.main_engine(settings)
    ctx.call_on_close(engine.dispose)
    try:
        database.check(engine)
        yield fine("database", f"{engine.dialect.name} answers, at revision {database.revision(engine)[0]}.")
        now = settings.clock().now()
        with reading(engine) as session:
            yield from brought_back.look(session.connection())
            yield from stored.look(session, now=now, every_seconds=settings.scheduler.every_seconds)
            yield from key_copies.look(session, settings.claims.keys)
    except DatabaseProblem as problem:
        yield wrong("database", str(problem))
        return
    except SQLAlchemyError as problem:
        yield wrong("database", database.trouble(problem) if isinstance(problem, DBAPIError) else str(problem))
        return
    if online:
        yield from _online(settings, engine)


def _online(settings: Settings, engine: Engine) -> Iterator[Finding]:
    clock = settings.clock()
    for name, client in wiring.clients(settings, engine, clock).items():
        rows = accounts.try_all(client, engine, name, settings.accounts[name], now=clock.now())
        area, works = f"account {name}", sum(row[1] == accounts.WORKS for row in rows)
        bad = [f"{call}{state}（{why}）" for call, state, why in rows if state in (accounts.BLOCKED, accounts.UNKNOWN)]
        if bad:
            yield warning(area, f"WeChat answers: {'；'.join(bad)}. See python -m bot accounts check {name}.")
        else:
            yield fine(area, f"WeChat answers; {works} of {len(rows)} calls are granted.")
