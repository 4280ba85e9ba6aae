"""`python -m bot claims`: the keys that seal what winners give. The edge."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import click
from sqlalchemy import Engine

from bot import audit
from bot.audit import OPERATOR
from bot.claiming import keys, rotation
from bot.settings import Settings
from models.session import reading, writing


class Place(Protocol):
    """The configuration and the database of this run; see bot.cli."""

    @property
    def settings(self) -> Settings: ...

    def engine(self) -> Engine: ...


@click.group("claims")
def group() -> None:
    """What winners give for their prizes, and the keys that seal it."""


def _path(place: Place) -> Path:
    path = place.settings.claims.keys
    if path is None:
        raise click.UsageError('set keys = "PATH" below [claims] in the configuration first')
    return path


@group.command("make-key")
@click.pass_obj
def make_key(place: Place) -> None:
    """Make the file of keys, with a first one."""
    path = _path(place)
    if path.exists():
        raise click.UsageError(f"{path} is there already; for a new key: python -m bot claims rotate-key")
    click.echo(f"{path}: key {keys.add_key(path)}. Keep a copy of this file away from the database's backups.")


@group.command("rotate-key")
@click.pass_obj
def rotate_key(place: Place) -> None:
    """Make a new key and seal everything with it. Those before stay in the file, for reading older backups."""
    path, now = _path(place), place.settings.clock().now()
    engine = place.engine()
    with writing(engine) as session:
        # The file changes last: whatever the database refuses leaves no key that seals nothing.
        rotation.check(session, keys.load(path))
        audit.record(session, actor=OPERATOR, verb="rotate_claim_key", object_kind="claim_key", object_id=None, now=now,
                     details={"sealed": sum(rotation.used(session).values())})
        session.flush()
        new = keys.add_key(path)
        done = rotation.seal_anew(session, keys.load(path))
    click.echo(f"{path}: key {new}; {done} sealed anew. Copy the file to where you keep it.")


@group.command("keys")
@click.pass_obj
def list_keys(place: Place) -> None:
    """Which keys there are and how much each seals; one that seals nothing may go when no backup needs it."""
    known = keys.load(_path(place)).by_id
    with reading(place.engine()) as session:
        many = rotation.used(session)
    for number, key_id in enumerate(known):
        click.echo(f"{key_id}  {many.pop(key_id, 0)} sealed{'  (seals what comes)' if not number else ''}")
    for key_id, number in many.items():
        click.echo(f"{key_id}  {number} sealed  MISSING: put this key back into the file")
