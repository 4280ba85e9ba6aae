"""An imported issue as values, and the same written back after an editor mended its articles. Never commits."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from bot import audit
from bot.audit import Actor
from bot.catalogue import foreseen, importer
from bot.catalogue.boxes import decode
from bot.catalogue.exchange import LONGEST, ArticleFile, IssueFile, PageFile, PageForm
from bot.catalogue.pdf.compose import At
from bot.catalogue.pdf.mending import Arranged, arranged, mended
from bot.errors import BadInput, NotFound, Stale
from models.papers import Issue, Page, PageGeometry

KINDS = ("news", "masthead", "caption", "notice", "letter", "table", "guide", "ad")
"""What an article may be called; one that came with another kind keeps it."""
DIGEST = 16


@dataclass(frozen=True, slots=True)
class Given:
    """What an editor arranged. `seen`: page (from 0) → its `state` when he began. The articles of these pages, all of
    them and in their order; one with key "" is new. Articles of other pages stay as they are."""

    seen: Mapping[int, str]
    articles: Sequence[Arranged]
    begins: Mapping[At, bool] = field(default_factory=dict)


class Overtaken(Stale):
    """Somebody changed these pages meanwhile. `fresh`: their states now, where the same lines are printed there, so that
    what was arranged can still be saved over it; None where the print itself is another one."""

    def __init__(self, sentence: str, fresh: Mapping[int, str] | None) -> None:
        super().__init__(sentence)
        self.fresh = fresh


def stored(session: Session, issue_id: int, *, boxes_of: Collection[int] | None = None) -> IssueFile:
    """The issue as it stands, its pages with their boxes where they have them. NotFound.

    `boxes_of`: only pages at these places (from 0) get theirs, for a look at few of many.
    """
    issue = _issue(session, issue_id)
    wanted = [page.id for n, page in enumerate(issue.pages) if boxes_of is None or n in boxes_of]
    forms = {row.page_id: PageForm(row.width, row.height, row.boxes, row.picture, row.picture_width, row.picture_height)
             for row in session.scalars(select(PageGeometry).where(PageGeometry.page_id.in_(wanted)))}  # fmt: skip
    pages = tuple(_page(page, forms.get(page.id)) for page in issue.pages)
    return IssueFile(issue.source or "", issue.paper.name, (), issue.month, issue.published_on, pages)


def _issue(session: Session, issue_id: int) -> Issue:
    query = (select(Issue).where(Issue.id == issue_id)
             .options(selectinload(Issue.pages).selectinload(Page.articles), selectinload(Issue.paper)))
    issue = session.scalars(query).one_or_none()
    if issue is None:
        raise NotFound("没有这一期。")
    return issue


def _page(page: Page, form: PageForm | None) -> PageFile:
    articles = tuple(ArticleFile(a.key, a.kind, a.title, a.subtitle, a.byline, tuple(a.paragraphs)) for a in page.articles)
    return PageFile(page.number, page.name, tuple(page.aliases), articles, form)


def write_back(session: Session, issue_id: int, pages: Sequence[PageFile], *, actor: Actor, now: datetime) -> None:
    """Writes mended pages (bot.catalogue.pdf.mending). Reports whose words moved are let go and looked for anew.

    The file's digest stays: the same file imported again is unchanged, and what was mended is kept.
    """
    file = replace(stored(session, issue_id), pages=tuple(pages))
    issue = session.get_one(Issue, issue_id)
    importer.write_pages(session, issue, file, now)
    session.flush()
    importer.raise_version(session)
    audit.record(session, actor=actor, verb="mend_issue", object_kind="issue", object_id=issue_id, now=now,
                 details={"articles": sum(len(page.articles) for page in pages)})


def state(page: PageFile) -> str:
    """By what a page is known to be as it was seen: its print, a point, its articles."""
    boxes = decode(page.form.boxes) if page.form else None
    lines = [(line.letters, line.first) for line in boxes.lines] if boxes else []
    articles = [(a.key, a.kind, a.title, a.subtitle, a.byline, a.paragraphs) for a in page.articles]
    return f"{_digest(page.number, boxes and boxes.text, lines)}.{_digest(articles, boxes and (boxes.spans, boxes.lines))}"


def _digest(*what: object) -> str:
    return hashlib.sha256(repr(what).encode()).hexdigest()[:DIGEST]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an arrangement would make: the issue's pages, the articles given as they will read (in the order given), and
    the reports that lose their place."""

    pages: tuple[PageFile, ...]
    texts: tuple[ArticleFile, ...]
    lost: tuple[int, ...]


def outcome(session: Session, issue_id: int, given: Given, *, whole: bool = False) -> Outcome:
    """Tries an arrangement and writes nothing. BadInput, Overtaken, NotFound.

    Without `whole` only the pages given have their boxes; what is to be written needs those of all.
    """
    file = stored(session, issue_id, boxes_of=None if whole else given.seen.keys())
    _still_as_seen(file.pages, given)
    articles, own = _merged(file.pages, given)
    pages = mended(file.pages, articles, given.begins)
    by_key = {(n, article.key): article for n, page in enumerate(pages) for article in page.articles}
    lost = foreseen.lost(session, session.get_one(Issue, issue_id), replace(file, pages=pages))
    return Outcome(pages, tuple(by_key[one.page, one.key] for one in own), tuple(lost))


def save(session: Session, issue_id: int, given: Given, *, actor: Actor, now: datetime) -> bool:
    """Writes an arrangement; whether it changed anything. BadInput, Overtaken, NotFound."""
    session.execute(select(Issue.id).where(Issue.id == issue_id).with_for_update())
    before = stored(session, issue_id).pages
    made = outcome(session, issue_id, given, whole=True)
    if made.pages == before:
        return False
    write_back(session, issue_id, made.pages, actor=actor, now=now)
    return True


def mark_checked(session: Session, page_id: int, *, actor: Actor, now: datetime) -> None:
    """An editor has looked at a page's articles and finds them right. NotFound where it has no picture of its letters."""
    row = session.get(PageGeometry, page_id)
    if row is None or actor.staff_id is None:
        raise NotFound("这一版没有版面图，不用核对版面。")
    row.checked_at, row.checked_by_id = now, actor.staff_id
    audit.record(session, actor=actor, verb="check_page", object_kind="page", object_id=page_id, now=now)


def _still_as_seen(pages: Sequence[PageFile], given: Given) -> None:
    if any(number >= len(pages) for number in given.seen):
        raise Overtaken("这一期刚刚重新导入过，版面不一样了，这次没有保存。请打开这一页看看现在的样子。", None)
    fresh = {number: state(pages[number]) for number in given.seen}
    changed = [number for number in given.seen if fresh[number] != given.seen[number]]
    if not changed:
        return
    named = "、".join(f"{pages[number].number}版" for number in sorted(changed))
    if any(_print(fresh[number]) != _print(given.seen[number]) for number in changed):
        raise Overtaken(f"{named}刚刚重新导入过，版面上的字不一样了，这次没有保存。请打开这一页看看现在的样子。", None)
    raise Overtaken(f"您打开之后，别人改过{named}，这次没有保存。您排的还在这里，可以先看看现在的样子。", fresh)


def _print(state: str) -> str:
    return state.partition(".")[0]


def _merged(pages: Sequence[PageFile], given: Given) -> tuple[list[Arranged], list[Arranged]]:
    """(all articles of the issue, those given) with keys for the new ones. BadInput says what does not fit."""
    present = arranged(pages)
    old = {(one.page, one.key): one for one in present}
    taken = set(old)
    own = []
    for one in given.articles:
        _fits(one, old, pages, given)
        key = one.key or _free_key(pages[one.page].number, one.page, taken)
        taken.add((one.page, key))
        own.append(replace(one, key=key))
    merged = [*(one for one in present if one.page not in given.seen), *own]
    if _twice((one.page, one.key) for one in own) or _twice(at for one in merged for at in one.lines):
        raise BadInput("有一篇文章或一行字出现了两次，没有保存。请刷新后再试。")
    _on_pages([*(at for one in own for at in one.lines), *given.begins], pages, given)
    return merged, own


def _fits(one: Arranged, old: Mapping[tuple[int, str], Arranged], pages: Sequence[PageFile], given: Given) -> None:
    before = old.get((one.page, one.key))
    if one.page not in given.seen or (one.key and before is None):
        raise BadInput("排好的文章和这一期对不上，没有保存。请刷新后再试。")
    if one.kind not in KINDS and (before is None or before.kind != one.kind):
        raise BadInput("没有这一种文章，请从单子里选。")
    if bool(one.lines) == (one.written is not None):
        raise BadInput("有一篇文章一行字也没有，请删掉它，或把字归进去。")
    by_hand = before is not None and before.written is not None
    form = pages[one.page].form
    if one.written is not None and not by_hand and form is not None and decode(form.boxes).lines:
        raise BadInput("这一版印的字都在，请在版面图上选，不用手工录入。")


def _twice(things: Iterable[object]) -> bool:
    return any(count > 1 for count in Counter(things).values())


def _on_pages(lines: Iterable[At], pages: Sequence[PageFile], given: Given) -> None:
    forms = {number: pages[number].form for number in given.seen}
    counts = {number: len(decode(form.boxes).lines) if form else 0 for number, form in forms.items()}
    if any(not 0 <= at.line < counts.get(at.page, 0) for at in lines):
        raise BadInput("有的行不在这几版上，没有保存。请刷新后再试。")


def _free_key(number: str, page: int, taken: Collection[tuple[int, str]]) -> str:
    n = 1
    while (page, f"{number[: LONGEST['id'] - 5]}-{n}") in taken:
        n += 1
    return f"{number[: LONGEST['id'] - 5]}-{n}"
