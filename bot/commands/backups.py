"""`python -m bot backup` and `restore`. The edge. Exit code 0: whole; 1: failed; 3: written, but something was missing."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Protocol

import click
from sqlalchemy import Engine

from bot.backups import checking, making, postgresql, restoring, sealing
from bot.backups.archive import Manifest
from bot.settings import Settings

INCOMPLETE = 3
SHOWN = 20
_key = click.option("--key", "key_file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
                    help="File with the key that seals the backup (backup make-key).")


class Place(Protocol):
    """The configuration and the database of this run; see bot.cli."""

    @property
    def settings(self) -> Settings: ...

    def engine(self) -> Engine: ...


class Backup(click.Group):
    """`backup TARGET` is short for `backup write TARGET`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] != "--help":
            args = ["write", *args]
        return super().parse_args(ctx, args)


@click.group("backup", cls=Backup)
def group() -> None:
    """Back everything up while it runs: `backup FILE-OR-FOLDER`; read a backup again: `backup verify BACKUP`.

    The database, readers' photos and voices and the pages' pictures go in; the configuration and every key stay out.
    """


@group.command("write")
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--keep", type=click.IntRange(1), help="Afterwards delete all but so many in this FOLDER.")
@_key
@click.pass_obj
def write(place: Place, target: Path, keep: int | None, key_file: Path | None) -> None:
    """Write a backup into the file or folder TARGET, read it again, and only then give it its name.

    Exit code 0: whole; 1: no backup was made; 3: made, but files were missing already or the audit trail was changed.
    """
    if keep is not None and not target.is_dir():
        raise click.UsageError("--keep goes with a folder")
    now, key = place.settings.clock().now(), _load(key_file)
    engine = place.engine()
    path = making.file_for(target, now=now)
    made = making.make(engine, place.settings, path, key=key, now=now)
    click.echo(f"{made.path}: written and read again, {_size(made.size)}. {_holds(made.manifest)}")
    for old in [] if keep is None else making.drop_old(target, keep):
        click.echo(f"{old}: deleted.")
    _tell_missing(made.manifest)


@group.command("verify")
@click.argument("backup", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_key
@click.pass_obj
def verify(place: Place, backup: Path, key_file: Path | None) -> None:
    """Read BACKUP to its end: every file against its SHA-256, the database opened and counted. Needs no database."""
    programs = postgresql.Programs(place.settings.backup.postgresql_programs)
    with checking.workroom(place.settings.server.data_dir, "verify") as room:
        manifest = checking.check(backup, room=room, key=_load(key_file), programs=programs)
    click.echo(f"{backup}: whole. {_holds(manifest)}")
    _tell_missing(manifest)


@group.command("make-key")
@click.argument("file", type=click.Path(path_type=Path))
def make_key(file: Path) -> None:
    """Make a FILE with a key. Without it no sealed backup can be opened: keep a copy elsewhere, not with the backups."""
    if file.exists():
        raise click.UsageError(f"{file} is there already")
    click.echo(f"{file}: key {sealing.make_key(file).id}. Keep a copy of this file away from the backups.")


@click.command("restore")
@click.argument("backup", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Also where data lie already; they are kept aside.")
@_key
@click.pass_obj
def restore(place: Place, backup: Path, replace: bool, key_file: Path | None) -> None:
    """Put BACKUP where the configuration points: database, photos, voices and pages' pictures.

    Stop the web application and the scheduler first. Nothing is written before the whole backup was read and is whole.
    """
    settings = place.settings
    done = restoring.restore(backup, settings, key=_load(key_file), replace=replace, now=settings.clock().now())
    click.echo(f"Restored. {_holds(done.manifest)}")
    if done.upgraded_to:
        click.echo(f"It was brought to this program's schema, revision {done.upgraded_to}.")
    if done.aside:
        click.echo(f"What was there before is kept as {done.aside}; delete it when you are sure.")
    if done.unknown_files:
        click.echo(f"{done.unknown_files} files lie in the storage that are not of this backup; nothing was deleted.")
    if done.broken is not None:
        click.echo(f"The audit trail was changed before the backup: {done.broken}", err=True)
    click.echo("Before you start anything, read docs/backup.md, “After a restore”.")
    _tell_missing(done.manifest)


def _load(key_file: Path | None) -> sealing.Key | None:
    return None if key_file is None else sealing.load_key(key_file)


def _holds(manifest: Manifest) -> str:
    facts = manifest.facts
    chain = f"audit trail to {facts.chain[0]}" if facts.chain else "no audit trail yet"
    return (f"Of {manifest.made_at:%Y-%m-%d %H:%M} UTC: {facts.kind}, revision {facts.revision}, {len(facts.tables)} tables, "
            f"{facts.rows} rows, {chain}, {len(manifest.files) - 1} files.")


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{size} bytes"


def _tell_missing(manifest: Manifest) -> None:
    """What was not whole before the backup: named, and told by the exit code."""
    for name in manifest.missing[:SHOWN]:
        click.echo(f"{name}: named by the database, and not in the storage or damaged there.", err=True)
    if len(manifest.missing) > SHOWN:
        click.echo(f"… and {len(manifest.missing) - SHOWN} more.", err=True)
    for note in manifest.notes:
        click.echo(note, err=True)
    if manifest.missing or manifest.notes:
        sys.exit(INCOMPLETE)
