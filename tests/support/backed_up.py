"""A newsroom on a machine of its own for tests of backups: configuration, database, photos, pages' pictures."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from sqlalchemy import Engine, make_url, select

from bot import audit
from bot.audit import OPERATOR
from bot.backups import making
from bot.cli import main
from bot.media.store import Store
from bot.recording import audit_chain
from bot.settings import Settings, load_settings
from models.attachments import Attachment
from models.base import Base
from models.enums import AttachmentKind, AttachmentState
from models.messages import Message
from models.papers import Page, PageGeometry
from models.session import make_engine, reading, writing
from tests.support.databases import client_programs
from tests.support.settings import config_file
from tests.support.world import Chat, open_contest

NOW = datetime(2026, 11, 10, 1, 0, tzinfo=UTC)
VOICE, ORIGINAL, PICTURE = b"what a reader said" * 5000, b"a voice as it came", b"the picture of a page" * 9000


@dataclass(frozen=True, slots=True)
class Newsroom:
    """`folder` is the machine: config.toml and data/ lie there."""

    folder: Path
    url: str

    def run(self, *args: object) -> Result:
        result = CliRunner().invoke(main, ["--config", str(self.folder / "config.toml"), *map(str, args)])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    @property
    def settings(self) -> Settings:
        return load_settings(self.folder / "config.toml")

    @property
    def stores(self) -> dict[str, Store]:
        return making.stores(self.settings)

    @property
    def served(self) -> bool:
        """By PostgreSQL, not from a file."""
        return self.url.startswith("postgresql")

    @contextmanager
    def engine(self) -> Iterator[Engine]:
        engine = make_engine(self.settings.database_url)
        try:
            yield engine
        finally:
            engine.dispose()

    def content(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table, but what backups and restoring leave there themselves."""
        with self.engine() as engine, reading(engine) as session:
            return {name: sorted((tuple(row) for row in session.execute(select(table))
                                  if "restore_backup" not in row and "backup" not in row), key=repr)
                    for name, table in Base.metadata.tables.items()}

    def files(self) -> dict[str, list[str]]:
        return {kind: list(store.names()) for kind, store in self.stores.items()}

    def burn(self) -> None:
        """The disk of the machine is gone; the configuration was kept elsewhere."""
        shutil.rmtree(self.folder / "data")
        if not self.served:
            file_of(self.url).unlink()


def newsroom(folder: Path, url: str, more: str = "") -> Newsroom:
    """`more`: further lines of the configuration."""
    folder.mkdir(parents=True, exist_ok=True)
    path = config_file(folder, url)
    programs = f'[backup]\npostgresql_programs = "{client_programs()}"\n' if url.startswith("postgresql") else ""
    path.write_text(path.read_text("utf-8") + programs + more, encoding="utf-8")
    return Newsroom(folder, url)


def furnished(folder: Path, url: str, more: str = "") -> Newsroom:
    """A newsroom with a contest, reports, a voice, a page's picture and a sealed audit trail."""
    room = newsroom(folder, url, more)
    with room.engine() as engine:
        open_contest(engine)
        chat = Chat(engine)
        for n in range(4):
            chat.say(f"oReader{n}", "柳湾3版食堂那篇，“优慧”应为“优惠”")
        chat.close()
        with writing(engine) as session:
            _hang_up_pictures(session, room)
            audit.record(session, actor=OPERATOR, verb="publish_menu", object_kind="account", object_id=None, now=NOW)
        with writing(engine) as session:
            assert audit_chain.seal(session) > 1
    return room


def _hang_up_pictures(session: Any, room: Newsroom) -> None:
    message = session.scalars(select(Message).order_by(Message.id)).first()
    media, pages = room.stores["media"], room.stores["pages"]
    session.add(Attachment(
        message_id=message.id, reader_id=message.reader_id, kind=AttachmentKind.VOICE, state=AttachmentState.KEPT,
        received_at=NOW, due_at=NOW, digest=media.put(VOICE), original_digest=media.put(ORIGINAL), kept_at=NOW,
        content_type="audio/mpeg"))
    session.add(PageGeometry(page_id=session.scalars(select(Page.id)).first(), width=680, height=819, boxes=b"",
                             picture=pages.put(PICTURE), picture_width=1600, picture_height=1900))


def file_of(url: str) -> Path:
    """The file of a SQLite database."""
    name = make_url(url).database
    assert name is not None
    return Path(name)
