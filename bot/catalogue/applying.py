"""An import that was read: compared with the catalogue to be looked at, then written with its pictures, or not at all."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.audit import Actor
from bot.catalogue import drawing, importer, kept, results, uploads
from bot.catalogue.importer import ImportPlan
from bot.catalogue.kept import Folder
from bot.catalogue.reader import GONE
from bot.catalogue.results import Kept
from bot.catalogue.sources import ReadIssue
from bot.errors import Stale
from bot.media.store import Missing
from bot.settings import Settings
from models.session import reading, writing


@dataclass(frozen=True, slots=True)
class Preview:
    """What importing would change. `thumbnails`: for each change, of each of its pages."""

    plan: ImportPlan
    thumbnails: tuple[tuple[str | None, ...], ...]
    fingerprint: str


def folder_of(settings: Settings, token: str) -> Folder:
    return Folder(kept.address(settings), token)


def preview(session: Session, folder: Folder, result: str) -> Preview:
    """Stale where what was read is not there any more."""
    issues = _kept(folder, result)
    plan = importer.plan(session, _read(issues))
    return Preview(plan, tuple(one.thumbnails for one in issues), importer.fingerprint(plan))


def apply(engine: Engine, settings: Settings, upload_id: int, *, seen: str, actor: Actor, now: datetime) -> list[int]:
    """Puts the pictures in their place, then writes all in one transaction; the issues' ids. No file is read again.

    Stale where the catalogue changed since `seen`, or somebody else was quicker; then nothing is left behind.
    """
    with reading(engine) as session:
        row = uploads.get(session, upload_id)
        token, result = row.token, row.result
    if result is None:
        raise Stale(uploads.OVER)
    folder, store = folder_of(settings, token), drawing.page_store(settings)
    try:
        issues = _kept(folder, result)
        names = results.pictures_of(issues)
        with ExitStack() as undo:
            undo.callback(_take_back, engine, settings, names)
            drawing.hand_over(names, folder.pictures(), store)
            with writing(engine) as session:
                plan = importer.plan(session, _read(issues))
                ids = uploads.apply(session, upload_id, plan, seen=seen, actor=actor, now=now)
            undo.pop_all()
        # Once more: an import of the same pages that failed in the meantime may have taken its pictures back.
        drawing.hand_over(names, folder.pictures(), store)
    except Missing:
        raise Stale(GONE) from None
    folder.drop()
    return ids


def _kept(folder: Folder, result: str) -> list[Kept]:
    try:
        return results.decode(folder.result(result))
    except (Missing, ValueError):
        raise Stale(GONE) from None


def _read(issues: list[Kept]) -> list[ReadIssue]:
    return [ReadIssue(one.file, one.digest, one.notes) for one in issues]


def _take_back(engine: Engine, settings: Settings, names: list[str]) -> None:
    with reading(engine) as session:
        drawing.discard_named(session.connection(), drawing.page_store(settings), names)
