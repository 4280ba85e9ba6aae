"""The typeset newspapers imported into a test's database, with their pictures, and a contest over them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import audit
from bot.catalogue import importer, sources
from bot.catalogue.drawing import page_store, with_pictures
from bot.catalogue.library import Library
from bot.catalogue.sources import Hint, ReadIssue
from bot.contest import contests
from bot.media.store import Store
from bot.settings import Settings
from bot.understanding.read import read
from bot.understanding.values import Place, Waiting
from models.papers import Paper
from tests.support.factories import ACCOUNT
from tests.support.press import Printed, printed
from tests.support.slips import Slip

KNOWN = (("社区晨报·柳湾", ("柳湾",)), ("社区晨报·梧桐里", ("梧桐里",)))


@cache
def read_issue(number: int) -> ReadIssue:
    """One of the three PDFs read; the last prints no paper's name."""
    paper = printed()[number]
    hint = Hint(paper=paper.paper, known=KNOWN) if number == 2 else Hint(known=KNOWN)
    return sources.read([(paper.name, paper.data)], hint)[0]


@cache
def pictures(number: int) -> tuple[tuple[bytes, int, int], ...]:
    """The pictures of its pages: WebP, width and height."""
    kept: dict[str, bytes] = {}

    class Memory(Store):
        def put(self, data: bytes) -> str:
            digest = f"{len(kept)}"
            kept[digest] = data
            return digest

    (drawn,) = with_pictures([read_issue(number)], Memory("memory://"))
    forms = [page.form for page in drawn.file.pages]
    return tuple((kept[form.picture or ""], form.picture_width or 0, form.picture_height or 0) for form in forms if form)


def drawn(number: int, store: Store) -> ReadIssue:
    """The issue with its pictures in this store."""
    issue = read_issue(number)
    pages = []
    for page, (data, width, height) in zip(issue.file.pages, pictures(number), strict=True):
        assert page.form is not None
        form = replace(page.form, picture=store.put(data), picture_width=width, picture_height=height)
        pages.append(replace(page, form=form))
    return sources.with_pages(issue, tuple(pages))


def bring(session: Session, settings: Settings, *numbers: int, now: datetime, contest: bool = False,
          with_images: bool = True) -> None:  # fmt: skip
    """Imports these of the three newspapers; `contest`: one over all papers, with rounds for two months."""
    store = page_store(settings)
    issues: Sequence[ReadIssue] = [drawn(n, store) if with_images else read_issue(n) for n in numbers]
    importer.apply(session, importer.plan(session, issues), actor=audit.OPERATOR, now=now)
    if contest:
        made = contests.create_contest(
            session, name="社区晨报啄木鸟", account=ACCOUNT, account_title="社区发布", publication_day=8, deadline_day=20,
            paper_ids=list(session.scalars(select(Paper.id).where(Paper.contest_id.is_(None)))),
            actor=audit.OPERATOR, now=now)
        contests.make_rounds(session, made.id, months_ahead=2, first="2026-10", actor=audit.OPERATOR, now=now)
    session.flush()
    session.expire_all()


def quoting(paper: Printed, slip: Slip) -> str:
    """How a reader reports a planted error."""
    cited = f"{paper.paper}{int(paper.month[5:])}月{slip.page}版《{slip.title}》"
    return f"{cited}，“{slip.quoted}”，“{slip.wrong}”应为“{slip.right}”"


def place_of(session: Session, text: str, *, now: datetime, library: Library | None = None) -> Place | None:
    """Where a message's words are found in print."""
    index = (library or Library()).index(session.connection())
    return read(text, sent_at=now, index=index, waiting=Waiting()).findings[0].place
