"""The pictures of pages that were read from PDF: drawn and stored before any transaction begins, for it takes seconds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import replace

from sqlalchemy import Connection

from bot.catalogue import geometry
from bot.catalogue.exchange import PageFile, PageForm
from bot.catalogue.pdf_pages import draw
from bot.catalogue.sources import Begin, Progress, ReadIssue, with_pages
from bot.media.rooms import beside
from bot.media.store import Store
from bot.settings import Settings


def page_store(settings: Settings) -> Store:
    """Where page pictures are kept, beside readers' photos."""
    return Store(beside(settings, "pages"))


def with_pictures(issues: Sequence[ReadIssue], store: Store, progress: Progress | None = None,
                  begin: Begin | None = None) -> list[ReadIssue]:  # fmt: skip
    """Draws every page that came from a PDF and stores its picture; what was stored goes again where one fails."""
    total = sum(source is not None for issue in issues for source in issue.pictures)
    stored: list[str] = []
    drawn = []
    with ExitStack() as undo:
        undo.callback(_drop_all, store, stored)
        for issue in issues:
            forms: dict[int, PageForm] = {}

            def put(n: int, data: bytes, width: int, height: int, issue: ReadIssue = issue,
                    forms: dict[int, PageForm] = forms) -> None:  # fmt: skip
                form = issue.file.pages[n].form
                stored.append(store.put(data))
                if form is not None:
                    forms[n] = replace(form, picture=stored[-1], picture_width=width, picture_height=height)
                if progress is not None:
                    progress(len(stored), total)

            draw(issue.pictures, put, begin)
            drawn.append(with_pages(issue, tuple(_with(page, forms.get(n)) for n, page in enumerate(issue.file.pages))))
        undo.pop_all()
    return drawn


def _with(page: PageFile, form: PageForm | None) -> PageFile:
    return page if form is None else replace(page, form=form)


def discard(db: Connection, store: Store, issues: Iterable[ReadIssue]) -> None:
    """Takes back the pictures of issues that were not imported after all; what a page shows stays."""
    discard_named(db, store, (page.form.picture for issue in issues for page in issue.file.pages
                              if page.form is not None and page.form.picture))  # fmt: skip


def discard_named(db: Connection, store: Store, names: Iterable[str]) -> None:
    """Deletes those of the stored pictures that no page shows."""
    used = geometry.pictures_in_use(db)
    _drop_all(store, [name for name in names if name not in used])


def hand_over(names: Sequence[str], waiting: Store, store: Store) -> None:
    """Puts pictures that were drawn before among those of pages. Missing where one is gone."""
    for name in names:
        store.put(waiting.get(name))


def _drop_all(store: Store, names: Sequence[str]) -> None:
    for name in names:
        store.drop(name)
