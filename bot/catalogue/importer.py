"""Brings issues into the catalogue: what would change first, then all or nothing. Knows no HTTP."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.catalogue import copies, foreseen, geometry, sources
from bot.catalogue.exchange import ArticleFile, IssueFile, PageFile
from bot.catalogue.matching import with_known_keys
from bot.catalogue.sources import Hint, ReadIssue
from bot.errors import ImportProblem
from bot.filing import placement
from models.papers import Article, CatalogueVersion, Issue, Page, Paper
from models.queries.papers import paper_known_as


@dataclass(frozen=True, slots=True)
class IssueChange:
    """What importing one file would do, in counts and in lines to show."""

    file: IssueFile
    digest: str
    new_paper: bool
    known: bool  # the issue was imported before
    unchanged: bool
    pages: int
    articles: int
    lines: tuple[str, ...]
    notes: tuple[str, ...] = ()  # what an editor should know: a page without text, reports whose place is lost


@dataclass(frozen=True, slots=True)
class ImportPlan:
    changes: tuple[IssueChange, ...]

    @property
    def anything(self) -> bool:
        return any(not change.unchanged for change in self.changes)


def preview(session: Session, files: list[tuple[str, bytes]], hint: Hint | None = None) -> ImportPlan:
    """Reads all files and compares them with what is there. ImportProblem lists every problem of every file."""
    return plan(session, sources.read(files, hint or Hint(known=known_papers(session))))


def known_papers(session: Session) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Every paper with its other names, as a Hint takes them."""
    return tuple((row.name, tuple(row.aliases)) for row in session.execute(select(Paper.name, Paper.aliases)))


def plan(session: Session, issues: Sequence[ReadIssue]) -> ImportPlan:
    """Compares issues that were read (and perhaps drawn) before with what is there; reads no file."""
    refuse_twice(issues)
    return ImportPlan(tuple(_compare(session, issue) for issue in issues))


def refuse_twice(issues: Sequence[ReadIssue]) -> None:
    """ImportProblem where two files hold the same issue."""
    problems = _twice([issue.file for issue in issues])
    if problems:
        raise ImportProblem(problems)


def fingerprint(plan: ImportPlan) -> str:
    """A digest of what a plan would change, so that what is applied is what was looked at."""
    shown = [(change.digest, change.new_paper, change.known, change.unchanged, change.lines)
             for change in plan.changes]  # fmt: skip
    return hashlib.sha256(repr(shown).encode()).hexdigest()


def apply(session: Session, plan: ImportPlan, *, actor: Actor, now: datetime) -> None:
    """Writes the plan in the caller's transaction and raises the catalogue's version."""
    for change in plan.changes:
        if not change.unchanged:
            _write(session, change, actor=actor, now=now)
    if plan.anything:
        raise_version(session)


def raise_version(session: Session) -> None:
    """Tells every process to read the catalogue again."""
    session.execute(update(CatalogueVersion).values(version=CatalogueVersion.version + 1))


def _twice(issues: list[IssueFile]) -> list[str]:
    seen: dict[tuple[str, str], str] = {}
    problems = []
    for issue in issues:
        key = (issue.edition, issue.month)
        if key in seen:
            problems.append(f"{issue.source}：{issue.edition} {issue.month} 在 {seen[key]} 里已经有一份，请只留一份。")
        seen.setdefault(key, issue.source)
    return problems


def find_issue(session: Session, edition: str, month: str) -> Issue | None:
    """An issue of the edition of this name, which may be one that it had before."""
    paper = paper_known_as(session, edition)
    if paper is None:
        return None
    return session.scalar(select(Issue).where(Issue.paper_id == paper.id, Issue.month == month))


def _compare(session: Session, read: ReadIssue) -> IssueChange:
    paper = paper_known_as(session, read.file.edition)
    issue = find_issue(session, read.file.edition, read.file.month)
    file = with_known_keys(read.file, foreseen.old_articles(issue)) if issue else read.file
    known = issue is not None and issue.imported_at is not None
    unchanged = issue is not None and issue.content_hash == read.digest
    lines = () if unchanged else tuple(_differences(issue, file))
    notes = () if unchanged else (*read.notes, *foreseen.notes(session, issue, file))
    return IssueChange(file, read.digest, paper is None, known, unchanged, len(file.pages),
                       sum(len(page.articles) for page in file.pages), lines, notes)


def _differences(issue: Issue | None, file: IssueFile) -> list[str]:
    old = {page.number: page for page in issue.pages} if issue else {}
    new = {page.number: page for page in file.pages}
    lines = [f"+ {number}版 {len(page.articles)}篇" for number, page in new.items() if number not in old]
    lines += [f"- {number}版 {len(page.articles)}篇" for number, page in old.items() if number not in new]
    for number in new.keys() & old.keys():
        lines += _page_differences(number, old[number], new[number])
    return sorted(lines, key=lambda line: line[2:])


def _page_differences(number: str, old: Page, new: PageFile) -> list[str]:
    before = {article.key: article for article in old.articles}
    after = {article.key: article for article in new.articles}
    lines = [f"+ {number}版 {_called(after[key])}" for key in after.keys() - before.keys()]
    lines += [f"- {number}版 {_called(before[key])}" for key in before.keys() - after.keys()]
    lines += [
        f"~ {number}版 {_called(after[key])}"
        for key in after.keys() & before.keys()
        if _content(before[key]) != _content(after[key])
    ]
    return lines


def _called(article: Article | ArticleFile) -> str:
    """A caption has no title: its first words stand for it."""
    return f"《{article.title}》" if article.title else f"图说“{''.join(article.paragraphs)[:12]}”"


def _content(article: Article | ArticleFile) -> tuple[str, str | None, str | None, tuple[str, ...]]:
    return article.title, article.subtitle, article.byline, tuple(article.paragraphs)


def _write(session: Session, change: IssueChange, *, actor: Actor, now: datetime) -> None:
    file = change.file
    issue = _issue_row(session, file)
    issue.imported_at, issue.source, issue.content_hash = now, file.source[:200], change.digest
    if file.published_on:
        issue.published_on = file.published_on
    write_pages(session, issue, file, now)
    session.flush()
    audit.record(session, actor=actor, verb="import_issue", object_kind="issue", object_id=issue.id, now=now,
                 details={"pages": change.pages, "articles": change.articles, "sha256": change.digest})


def _issue_row(session: Session, file: IssueFile) -> Issue:
    paper = paper_known_as(session, file.edition)
    if paper is None:
        paper = Paper(name=file.edition, aliases=list(file.aliases))
        session.add(paper)
    else:
        paper.aliases = list(dict.fromkeys([*paper.aliases, *file.aliases]))
    session.flush()
    issue = find_issue(session, file.edition, file.month)
    if issue is None:
        issue = Issue(paper_id=paper.id, month=file.month)
        session.add(issue)
        session.flush()
    return issue


def write_pages(session: Session, issue: Issue, file: IssueFile, now: datetime) -> None:
    """Pages and articles keep their rows (and so the reports' anchors) where number and id stay the same."""
    old = {page.number: page for page in issue.pages}
    for position, page_file in enumerate(file.pages):
        page = old.pop(page_file.number, None)
        if page is None:
            page = Page(issue_id=issue.id, number=page_file.number)
            session.add(page)
        page.position, page.name, page.aliases = position, page_file.name, list(page_file.aliases)
        session.flush()
        _write_articles(session, page, page_file, now)
        session.flush()
        if page_file.form is not None:
            geometry.keep(session, page.id, page_file.form)
        else:
            geometry.mend(session, page)
    for page in old.values():
        for article in page.articles:
            _let_go(session, article, None, now)
        session.delete(page)


def _write_articles(session: Session, page: Page, file: PageFile, now: datetime) -> None:
    old = {article.key: article for article in session.scalars(select(Article).where(Article.page_id == page.id))}
    for position, new in enumerate(file.articles):
        article = old.pop(new.key, None)
        if article is None:
            article = Article(page_id=page.id, key=new.key)
            session.add(article)
        elif _content(article) != _content(new):
            _let_go(session, article, new, now)
        article.position, article.kind = position, new.kind
        article.title, article.subtitle, article.byline = new.title, new.subtitle, new.byline
        article.paragraphs = list(new.paragraphs)
        session.flush()
        copies.note(session.connection(), article.id, new.paragraphs)
    for article in old.values():
        _let_go(session, article, None, now)
        session.delete(article)


def _let_go(session: Session, article: Article, new: ArticleFile | None, now: datetime) -> None:
    """Reports and errata keep no place whose words are no longer printed there; a job looks for them anew."""
    before = placement.lines_of(article.title, article.subtitle, article.paragraphs)
    after = None if new is None else placement.lines_of(new.title, new.subtitle, new.paragraphs)
    placement.release(session.connection(), article.id, before, after, now=now)
