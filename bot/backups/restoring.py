"""A backup put back: read through first, then the files, then the database in one step. The caller stopped everything."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import URL, inspect, make_url, select, table
from sqlalchemy.exc import DatabaseError, OperationalError

from bot import audit, database
from bot.audit import OPERATOR
from bot.backups import checking, making, postgresql, sqlite
from bot.backups.archive import Manifest
from bot.backups.sealing import Key
from bot.clock import SHANGHAI
from bot.errors import BadInput, NotAllowed
from bot.media.store import Store
from bot.recording import audit_chain
from bot.recording.audit_chain import Broken
from bot.settings import Settings
from models.session import make_engine, reading, writing

ITS_OWN = ("alembic_version", "catalogue_version", "installation")
"""Tables in which the migrations themselves write."""


@dataclass(frozen=True, slots=True)
class Restored:
    """`aside`: where what was there before lies now (a file, or a schema). `upgraded_to`: None where nothing was to do."""

    manifest: Manifest
    upgraded_to: str | None
    aside: str | None
    broken: Broken | None
    unknown_files: int = 0


def restore(path: Path, settings: Settings, *, key: Key | None, replace: bool, now: datetime) -> Restored:
    """NotAllowed where the place holds data and `replace` was not said; BadInput where the backup is none."""
    url = make_url(settings.database_url)
    programs = postgresql.Programs(settings.backup.postgresql_programs)
    # SQLite: on one disk with the database, so that it is moved in one step.
    sqlite_file = sqlite.place(url) if url.get_backend_name() == "sqlite" else None
    empty = _stands_empty(url, replace=replace)
    with checking.workroom(sqlite_file.parent if sqlite_file else settings.server.data_dir, "restore") as room:
        manifest = checking.check(path, room=room, key=key, programs=programs)
        refuse_strange(manifest, url)
        stores = making.stores(settings)
        checking.each_file(path, key, lambda kind, name, data: _put(stores[kind], name, data))
        if sqlite_file:
            done = _into_file(room / manifest.database, sqlite_file, manifest, now)
        else:
            done = _into_server(room / manifest.database, url, programs, manifest, now)
    if empty and done.aside is not None:
        _drop_aside(url, done.aside)
    return dataclasses.replace(done, aside=None if empty else done.aside, unknown_files=_unknown(stores, manifest))


def _into_file(draft: Path, place: Path, manifest: Manifest, now: datetime) -> Restored:
    upgraded, broken = _finish(f"sqlite:///{draft}", manifest, now)
    sqlite.refuse_in_use(draft)  # all of it lies in the one file now
    aside = sqlite.put_in_place(draft, place, now=now)
    return Restored(manifest, upgraded, None if aside is None else str(aside), broken)


def _into_server(draft: Path, url: URL, programs: postgresql.Programs, manifest: Manifest, now: datetime) -> Restored:
    with postgresql.room(url, now=now) as aside:
        postgresql.put_back(url, draft, programs)
        upgraded, broken = _finish(url.render_as_string(hide_password=False), manifest, now)
    return Restored(manifest, upgraded, aside, broken)


def _drop_aside(url: URL, aside: str) -> None:
    """What held no data need not be kept."""
    if url.get_backend_name() == "sqlite":
        Path(aside).unlink()
    else:
        postgresql.drop(url, aside)


def _stands_empty(url: URL, *, replace: bool) -> bool:
    """Whether the place holds no data. NotAllowed where it does, without `replace`, or somebody uses it."""
    if url.get_backend_name() == "sqlite":
        path = sqlite.place(url)
        sqlite.refuse_in_use(path)
        empty = not path.exists() or not path.stat().st_size or not _full(url)
    else:
        postgresql.refuse_in_use(url)
        empty = not _full(url)
    if not (empty or replace):
        raise NotAllowed("This place holds data already; nothing was restored. Point the configuration to an empty place, "
                         "or say --replace: what is there now is then kept aside.")
    return empty


def _full(url: URL) -> bool:
    """Whether any table holds a row that the migrations did not write; a file that cannot be read may."""
    engine = make_engine(url.render_as_string(hide_password=False))
    try:
        with reading(engine) as session:
            names = [name for name in inspect(session.connection()).get_table_names() if name not in ITS_OWN]
            return any(session.execute(select(1).select_from(table(name)).limit(1)).first() for name in names)
    except OperationalError:
        raise
    except DatabaseError:
        return True
    finally:
        engine.dispose()


def refuse_strange(manifest: Manifest, url: URL) -> None:
    """BadInput for the other kind of database, and for a schema newer than this program's."""
    kind = url.get_backend_name()
    if manifest.facts.kind != kind:
        raise BadInput(f"This backup is of {manifest.facts.kind}, the configuration names {kind}: set database_url to match.")
    if not database.knows(manifest.facts.revision):
        raise BadInput(f"This backup is at revision {manifest.facts.revision}, which this program does not know: "
                       "restore it with the program that made it, or a newer one.")


def _put(store: Store, name: str, data: bytes) -> None:
    if store.put(data) != name:
        raise BadInput(f"This backup is damaged: {name} is not the file of that name.")


def _finish(url: str, manifest: Manifest, now: datetime) -> tuple[str | None, Broken | None]:
    """Brings the restored database to this program's schema, walks its audit trail and notes the restoring there."""
    engine = make_engine(url)
    try:
        was, head = database.revision(engine)
        database.upgrade(engine)
        with writing(engine) as session:
            broken = audit_chain.verify(session)
            audit.record(session, actor=OPERATOR, verb="restore_backup", object_kind="backup", object_id=None, now=now,
                         details={"made_at": f"{manifest.made_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"})
    finally:
        engine.dispose()
    return (None if was == head else head), broken


def _unknown(stores: dict[str, Store], manifest: Manifest) -> int:
    """How many files lie there that are not of the backup: those that came after it."""
    known = {one.name for one in manifest.files}
    return sum(f"{kind}/{name}" not in known for kind, store in stores.items() for name in store.names())
