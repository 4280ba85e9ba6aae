"""The demo's import that waits to be looked at: next month's issue, sent in by a chief and read. By the importer's verbs."""

from __future__ import annotations

import io
from datetime import date, datetime

from sqlalchemy import Engine

from bot.audit import Actor
from bot.catalogue import kept, reader, results, sources, uploads
from bot.catalogue.exchange import IssueFile
from bot.catalogue.kept import Folder
from bot.catalogue.reader import Order
from bot.catalogue.reading_apart import Outcome, Tell
from bot.catalogue.reading_loop import ReadingLoop
from bot.catalogue.results import Kept
from bot.demo import material, press
from bot.settings import Settings
from models.session import writing


def send_in(engine: Engine, settings: Settings, month: str, deadline_on: date, *, actor: Actor, now: datetime) -> None:
    """Sends the issue of this month (YYYY-MM) in and has it read; it waits to be imported."""
    name, data = material.coming(month, deadline_on)
    base, token = kept.address(settings), kept.new_token(now=now)
    size = Folder(base, token).put(0, io.BytesIO(data))
    with writing(engine) as session:
        uploads.take_in(session, token=token, files=[(name, size)], paper=None, issue=None, actor=actor, now=now)
    ReadingLoop(engine, settings, lambda: now, read=_read).run()


def _read(order: Order, tell: Tell) -> Outcome:
    """Reads here and now: its pages are printed as the demo's others are."""
    del tell  # two pages
    folder = Folder(order.base, order.token)
    files = [(name, folder.get(number)) for number, name in enumerate(order.names)]
    issues = press.printed(sources.read(files), folder.pictures())
    found = [Kept(one.file, one.digest, one.notes, _thumbnails(one.file, folder)) for one in issues]
    return Outcome(folder.put_result(results.encode(found)))


def _thumbnails(issue: IssueFile, folder: Folder) -> tuple[str | None, ...]:
    pictures, small = folder.pictures(), folder.thumbnails()
    return tuple(None if page.form is None or page.form.picture is None
                 else small.put(reader.thumbnail(pictures.get(page.form.picture))) for page in issue.pages)
