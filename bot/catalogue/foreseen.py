"""What an import would mean beyond its texts, said before it is done: places lost, copy shared. Reads, never writes."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.catalogue import copies
from bot.catalogue.exchange import ArticleFile, IssueFile
from bot.catalogue.matching import Known
from bot.filing import placement, slips
from models.papers import Article, Issue, PageGeometry
from models.reports import Report

MOST_NAMED = 20


def old_articles(issue: Issue) -> list[Known]:
    return [Known(page.number, article.key, article.title, tuple(article.paragraphs))
            for page in issue.pages for article in page.articles]  # fmt: skip


def notes(session: Session, issue: Issue | None, file: IssueFile) -> tuple[str, ...]:
    """Sentences for the preview."""
    found = [*_gone(issue, file), *_lost(session, issue, file)] if issue else []
    return (*found, *_shared(session, file), *(_unpictured(session, issue, file) if issue else ()))


def _gone(issue: Issue, file: IssueFile) -> Iterator[str]:
    """An import is the whole issue: its other pages go."""
    new = {page.number for page in file.pages}
    gone = sorted(page.number for page in issue.pages if page.number not in new)
    if gone:
        yield f"原来的{'、'.join(gone)}版这次没有，导入后会删去。只换几版，也请把整期一起传。"


def _lost(session: Session, issue: Issue, file: IssueFile) -> Iterator[str]:
    numbers = lost(session, issue, file)
    if numbers:
        yield f"{named(numbers)}纠错所指的字句在新版里变了位置，导入后会自动重找，找不到的请人工核对。"


def lost(session: Session, issue: Issue, file: IssueFile) -> list[int]:
    """Reports whose words will no longer stand where they stood; a job looks for them anew."""
    new = {(page.number, article.key): article for page in file.pages for article in page.articles}
    return sorted(number for page in issue.pages for article in page.articles
                  for number in _lost_of(session, article, new.get((page.number, article.key))))


def named(numbers: list[int]) -> str:
    """The reports by their numbers; of many, the first and how many there are."""
    more = f"等{len(numbers)}条" if len(numbers) > MOST_NAMED else ""
    return "、".join(f"{number}号" for number in numbers[:MOST_NAMED]) + more


def _lost_of(session: Session, article: Article, new: ArticleFile | None) -> list[int]:
    before = placement.lines_of(article.title, article.subtitle, article.paragraphs)
    after = None if new is None else placement.lines_of(new.title, new.subtitle, new.paragraphs)
    if before == after:
        return []
    rows = session.execute(select(Report.id, Report.paragraph, Report.quote_start, Report.quote_end)
                           .where(Report.article_id == article.id, Report.paragraph.is_not(None)))  # fmt: skip
    return [row.id for row in rows
            if not placement.stands(row.paragraph, row.quote_start or 0, row.quote_end or 0, before, after)]  # fmt: skip


def _shared(session: Session, file: IssueFile) -> Iterator[str]:
    """Articles that another paper of the month prints too, named by their paragraphs in common."""
    digests = {digest: (page.number, article) for page in file.pages for article in page.articles
               for text in article.paragraphs if (digest := slips.digest(text))}  # fmt: skip
    others = copies.shared(session.connection(), file.month, file.edition, list(digests))
    said: dict[tuple[str, str], tuple[str, str]] = {}
    for digest, other in others.items():
        page, article = digests[digest]
        said.setdefault((page, article.key), (article.title or "图说", other))
    for (page, _), (title, other) in sorted(said.items())[:MOST_NAMED]:
        yield f"{page}版《{title}》与{other}同文，差错会一起提示。"


def _unpictured(session: Session, issue: Issue, file: IssueFile) -> Iterator[str]:
    """An import without pictures over one that had them: the letters' boxes are fitted to the new texts."""
    if any(page.form for page in file.pages):
        return
    ids = [page.id for page in issue.pages]
    count = len(session.scalars(select(PageGeometry.page_id).where(PageGeometry.page_id.in_(ids))).all()) if ids else 0
    if count:
        yield f"这次没有版面图，原来{count}个版的版面图会留着，字的位置按新文字重新对上。"
