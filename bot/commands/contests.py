"""`python -m bot contests`: a contest made, written into an archive, brought into an empty system. The edge."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import click
from sqlalchemy import Engine, select

from bot.audit import OPERATOR
from bot.catalogue.papers import paper_named
from bot.claiming import keys
from bot.contest import contests
from bot.contest.days.calendar import WeekendRule
from bot.settings import Settings
from bot.transfer import exporting, importing
from bot.transfer.archive import Manifest
from bot.transfer.exporting import Progress
from models.contests import Contest
from models.session import reading, writing

INCOMPLETE = 3
SHOWN = 20


class Place(Protocol):
    """The configuration and the database of this run; see bot.cli."""

    @property
    def settings(self) -> Settings: ...

    def engine(self) -> Engine: ...


@click.group("contests")
def group() -> None:
    """Contests and their rounds."""


@group.command("create")
@click.argument("name")
@click.option("--account", required=True, help="The account readers write to, as named in the configuration.")
@click.option("--paper", "papers", multiple=True, required=True, help="A paper's full name; may be repeated.")
@click.option("--publication-day", type=click.IntRange(1, 31), required=True)
@click.option("--deadline-day", type=click.IntRange(1, 31), required=True)
@click.option("--weekend-rule", type=click.Choice([rule.value for rule in WeekendRule]), default="none")
@click.pass_obj
def create(place: Place, name: str, account: str, papers: tuple[str, ...], publication_day: int,
           deadline_day: int, weekend_rule: str) -> None:
    """Create a contest over papers, with its rounds ahead."""
    settings, now = place.settings, place.settings.clock().now()
    if account not in settings.accounts:
        raise click.BadParameter(f"no [accounts.{account}] in the configuration", param_hint="--account")
    with writing(place.engine()) as session:
        # Nothing need be imported: a paper's name is enough.
        ids = [paper_named(session, paper, actor=OPERATOR, now=now).id for paper in papers]
        contest = contests.create_contest(
            session, name=name, account=account, account_title=settings.accounts[account].title, paper_ids=ids,
            publication_day=publication_day, deadline_day=deadline_day, weekend_rule=weekend_rule,
            actor=OPERATOR, now=now)
        contests.make_rounds(session, contest.id, months_ahead=settings.scheduler.rounds_ahead, actor=OPERATOR, now=now)
    click.echo(f"{name}: created.")


@group.command("export")
@click.argument("contest")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--without-personal-data", is_flag=True,
              help="Leave out names, openids, what readers wrote and sent, what winners gave; standings stay.")
@click.pass_obj
def export(place: Place, contest: str, file: Path, without_personal_data: bool) -> None:
    """Write all of CONTEST into the archive FILE, while everything runs: see docs/contest-archive.md.

    Exit code 0: whole; 1: there is no archive; 3: written, but pictures were missing before.
    """
    settings, engine = place.settings, place.engine()
    with bar("export") as done:
        made = exporting.export(engine, settings, contest, file, personal_data=not without_personal_data,
                                now=settings.clock().now(), progress=done)
    click.echo(f"{made.path}: {_holds(made.manifest)}, {made.size} bytes.")
    if made.manifest.personal_data:
        click.echo("It holds personal data: names, openids, letters, photos. Keep it as you keep a backup.")
    for key, number in made.manifest.sealed_contacts.items():
        click.echo(f"{number} things that winners gave are in it as they are kept, sealed with key {key}: whoever imports it "
                   "needs that key too; it is not in the archive.")
    _tell_missing(made.manifest)


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def import_(place: Place, file: Path) -> None:
    """Bring the archive FILE into this system, which must be empty. All of it is checked before anything is written.

    Exit code 0: whole; 1: nothing was imported; 3: imported, but pictures were missing where it was exported.
    """
    settings, engine = place.settings, place.engine()
    with bar("import") as done:
        found = importing.import_(engine, settings, file, now=settings.clock().now(), progress=done)
    click.echo(f"Imported. {_holds(found.manifest)}. Audit trail, records and standings are those of the archive.")
    click.echo("Nobody can sign in yet: python -m bot staff add; an admin then lets the colleagues in again (成员).")
    with reading(place.engine()) as session:
        account = session.scalars(select(Contest.account).where(Contest.name == found.manifest.contest)).one()
    if account not in settings.accounts:
        click.echo(f"The contest runs on the account {account}, of which there is no [accounts.{account}] in this configuration: "
                   "no letter comes to it and no notice leaves until there is one of that name.", err=True)
    if found.held_back:
        click.echo(f"{found.held_back} messages or articles were on their way when it was exported: they wait in 通知.")
    known = keys.load(settings.claims.keys).by_id if found.manifest.sealed_contacts and settings.claims.keys else {}
    for key, number in found.manifest.sealed_contacts.items():
        if key not in known:
            click.echo(f"{number} things that winners gave are sealed with key {key}, which is not here: nobody can read them "
                       "until it stands in the file of [claims] keys.", err=True)
    _tell_missing(found.manifest)


@contextmanager
def bar(label: str) -> Iterator[Progress]:
    """A progress bar over rows and files, on the error output; where that is no terminal, nothing."""
    with click.progressbar(length=0, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()) as shown:
        def done(so_far: int, of: int) -> None:
            shown.length = of
            shown.update(so_far - shown.pos)

        yield done


def _holds(manifest: Manifest) -> str:
    rows = sum(part.rows > 0 for part in manifest.tables.values())
    return (f"{manifest.contest}, of {manifest.made_at[:16]} UTC, revision {manifest.revision}: {manifest.rows} rows of "
            f"{rows} tables, {len(manifest.files)} files, {len(manifest.records)} records of rounds")


def _tell_missing(manifest: Manifest) -> None:
    for name in manifest.missing[:SHOWN]:
        click.echo(f"{name}: named by a row, and not in the storage or damaged there.", err=True)
    if len(manifest.missing) > SHOWN:
        click.echo(f"… and {len(manifest.missing) - SHOWN} more.", err=True)
    if manifest.missing:
        sys.exit(INCOMPLETE)
