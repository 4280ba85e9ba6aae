"""Full-text search in Chinese over articles and reports, on any database: bigrams narrow, the text itself decides.

A job keeps the index; a search that comes before it finds the older texts. Never commits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import ARRAY, ColumnElement, Connection, Select, delete, exists, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from bot.understanding.words.normalise import loose_key, loose_key_with_origin
from models.enums import SearchKind
from models.papers import Article, Issue, Page
from models.reports import Report
from models.search import SearchGram, SearchMark
from models.session import lock_for_writing

_KEY = 0x57504B05  # advisory lock of all who bring the index up to date, see lock_for_writing
MOST_TERMS, LONGEST_TERM = 5, 40
"""Words of one search that are looked for, and characters of each."""
MOST_TRIED, BATCH = 2_000, 250
"""Texts that are looked into for one search, and how many of them are fetched first (and indexed at once)."""
CHECKED = 4
"""So many of the rarest bigrams are looked up; a sentence has dozens, and each more is a join."""
RARE = 500
"""A bigram in fewer texts than this need not be compared with others to be the rarest."""
AROUND = 24
"""Characters shown on both sides of what was found."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """Where a word stands in a text: what is before, the words as printed, what is after."""

    before: str
    found: str
    after: str


@dataclass(frozen=True, slots=True)
class Found:
    """One article or report, with the first place of each word."""

    kind: SearchKind
    ref_id: int
    snippets: tuple[Snippet, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """Newest first. `more`: there are more than asked for, or more than were looked into."""

    found: tuple[Found, ...]
    more: bool


def grams(lines: Sequence[str]) -> set[str]:
    """The bigrams of some lines, and the last character of each line."""
    found: set[str] = set()
    for line in lines:
        key = loose_key(line)
        found.update(key[i : i + 2] for i in range(len(key)))
    return found


def refresh(session: Session, *, now: datetime) -> int:
    """Brings the index up to date; gives how many texts were read anew. Twice without harm.

    What a changed text no longer holds stays in the index until a new import: the text itself decides.
    """
    lock_for_writing(session, _KEY)
    done = 0
    for kind, changed in ((SearchKind.ARTICLE, _changed_articles), (SearchKind.REPORT, _changed_reports)):
        mark = session.get(SearchMark, kind)
        texts = changed(session, mark.upto if mark else None)
        new = 0
        while batch := list(islice(texts, BATCH)):
            _add(session, kind, batch)
            new += len(batch)
        if new and kind is SearchKind.ARTICLE and mark is not None:
            _forget_gone(session)
        if mark is None:
            session.add(SearchMark(kind=kind, upto=now))
        else:
            mark.upto = now
        done += new
    return done


def _add(session: Session, kind: SearchKind, batch: Sequence[tuple[int, list[str]]]) -> None:
    """The grams of some texts, in the order of the table's key, so that each page of it is written once."""
    rows = sorted((gram, ref_id) for ref_id, lines in batch for gram in grams(lines))
    connection = session.connection()
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        connection.execute(_all_at_once(kind, rows))
    else:
        new = sqlite.insert(SearchGram).on_conflict_do_nothing()
        connection.execute(new, [{"gram": gram, "kind": kind, "ref_id": ref_id} for gram, ref_id in rows])


def _all_at_once(kind: SearchKind, rows: Sequence[tuple[str, int]]) -> postgresql.Insert:
    """One statement for all rows: there a statement for each takes many times as long."""
    table = SearchGram.__table__.c
    unfolded = select(
        func.unnest(literal([gram for gram, _ in rows], ARRAY(table.gram.type))),
        literal(kind, table.kind.type),
        func.unnest(literal([ref_id for _, ref_id in rows], ARRAY(table.ref_id.type))),
    )
    new = postgresql.insert(SearchGram).from_select(["gram", "kind", "ref_id"], unfolded)
    return new.on_conflict_do_nothing()


def _changed_articles(session: Session, since: datetime | None) -> Iterator[tuple[int, list[str]]]:
    """Articles of the issues imported since. The mark is taken before the reading, so nothing falls between."""
    query = select(Article).join(Page).join(Issue).where(Issue.imported_at.is_not(None))
    if since is not None:
        query = query.where(Issue.imported_at >= since)
    for article in session.scalars(query.execution_options(yield_per=BATCH)):
        yield article.id, _article_lines(article)


def _changed_reports(session: Session, since: datetime | None) -> Iterator[tuple[int, list[str]]]:
    query = select(Report) if since is None else select(Report).where(Report.updated_at >= since)
    for report in session.scalars(query.execution_options(yield_per=BATCH)):
        yield report.id, _report_lines(report)


def _article_lines(article: Article) -> list[str]:
    return [article.title, article.subtitle or "", article.byline or "", *article.paragraphs]


OF_REPORTS = ("wrong", "right", "reason", "article_text", "paper_text")
"""Columns of a report that are searched, named alike in the fields of its versions."""


def _report_lines(report: Report) -> list[str]:
    return [words for name in OF_REPORTS if (words := getattr(report, name))]


def forget_words(db: Connection, before: Mapping[int, Set[str]]) -> None:
    """Takes out of the index what these reports (number → texts they held) hold no longer: somebody was erased."""
    numbers = sorted(before)
    now: dict[int, list[str]] = {}
    for start in range(0, len(numbers), BATCH):
        for row in db.execute(select(Report.id, *(getattr(Report, name) for name in OF_REPORTS)).where(
                Report.id.in_(numbers[start:start + BATCH]))):
            now[row.id] = [words for words in row[1:] if words]
    for number, texts in before.items():
        if texts <= set(now[number]):
            continue
        gone = sorted(grams(list(texts)) - grams(now[number]))
        for start in range(0, len(gone), MOST_TRIED):
            db.execute(delete(SearchGram).where(
                SearchGram.kind == SearchKind.REPORT, SearchGram.ref_id == number,
                SearchGram.gram.in_(gone[start:start + MOST_TRIED])).execution_options(synchronize_session=False))


def _forget_gone(session: Session) -> None:
    """Articles that a new import replaced; reports are never deleted."""
    gone = ~exists().where(Article.id == SearchGram.ref_id)
    session.execute(delete(SearchGram).where(SearchGram.kind == SearchKind.ARTICLE, gone)
                    .execution_options(synchronize_session=False))  # fmt: skip


def find(session: Session, words: str, kind: SearchKind, *, most: int = 50, paper_id: int | None = None) -> Results:
    """Texts that hold every word of `words` (split at white space), in any order, newest first."""
    keys = [key for term in words.split() if (key := loose_key(term)[:LONGEST_TERM])][:MOST_TERMS]
    if not keys:
        return Results((), False)
    found: list[Found] = []
    ids = list(session.scalars(_candidates(session, keys, kind, paper_id).limit(MOST_TRIED)))
    for batch in (ids[:BATCH], ids[BATCH:]):  # nearly always the first has enough
        for ref_id, lines in _texts(session, kind, batch) if batch else ():
            snippets = _snippets(lines, keys)
            if snippets is not None:
                found.append(Found(kind, ref_id, snippets))
                if len(found) > most:
                    return Results(tuple(found[:most]), True)
    return Results(tuple(found), len(ids) == MOST_TRIED)


def _candidates(session: Session, keys: Sequence[str], kind: SearchKind, paper_id: int | None) -> Select[int]:
    """Ids of the texts that hold the rarest bigrams: found by the first of them, checked for the others. What else
    was asked for, the texts themselves are asked."""
    wanted = list(dict.fromkeys(gram for key in keys for gram in _grams_of(key)))
    known = _frequencies(session, wanted, kind)
    rarest, *others = sorted(wanted, key=lambda gram: known[gram])[:CHECKED]
    ids = select(SearchGram.ref_id).where(_holds(SearchGram, rarest), SearchGram.kind == kind)
    for gram in others:
        other = aliased(SearchGram)
        ids = ids.where(exists().where(_holds(other, gram), other.kind == kind, other.ref_id == SearchGram.ref_id))
    if paper_id is not None and kind is SearchKind.ARTICLE:
        ids = ids.where(exists().where(Article.id == SearchGram.ref_id, Article.page_id == Page.id,
                                       Page.issue_id == Issue.id, Issue.paper_id == paper_id))  # fmt: skip
    return ids.distinct().order_by(SearchGram.ref_id.desc())


def _grams_of(key: str) -> list[str]:
    return [key[i : i + 2] for i in range(len(key) - 1)] or [key]


def _holds(table: type[SearchGram], gram: str) -> ColumnElement[bool]:
    """A single character is the beginning of some gram wherever it stands."""
    if len(gram) == 2:
        return table.gram == gram
    return (table.gram >= gram) & (table.gram < gram + "\U0010ffff")


def _frequencies(session: Session, wanted: Sequence[str], kind: SearchKind) -> dict[str, int]:
    """In how many texts each gram stands, counted up to RARE. One query."""
    if len(wanted) == 1:
        return {wanted[0]: 0}
    counts = [select(func.count()).select_from(
        select(literal(1)).where(_holds(SearchGram, gram), SearchGram.kind == kind).limit(RARE).subquery()).scalar_subquery()
        for gram in wanted]
    return dict(zip(wanted, session.execute(select(*counts)).one(), strict=True))


def _texts(session: Session, kind: SearchKind, ids: Sequence[int]) -> Iterator[tuple[int, list[str]]]:
    """The lines of some texts, in the order of the ids."""
    if kind is SearchKind.ARTICLE:
        articles = {row.id: row for row in session.scalars(select(Article).where(Article.id.in_(ids)))}
        yield from ((ref_id, _article_lines(articles[ref_id])) for ref_id in ids if ref_id in articles)
    else:
        rows = {row.id: row for row in session.scalars(select(Report).where(Report.id.in_(ids)))}
        yield from ((ref_id, _report_lines(rows[ref_id])) for ref_id in ids if ref_id in rows)


def _snippets(lines: Sequence[str], keys: Sequence[str]) -> tuple[Snippet, ...] | None:
    """The first place of each word; None where one is missing."""
    snippets = []
    for wanted in keys:
        snippet = next((s for line in lines if (s := _snippet(line, wanted)) is not None), None)
        if snippet is None:
            return None
        snippets.append(snippet)
    return tuple(snippets)


def _snippet(line: str, wanted: str) -> Snippet | None:
    key, origin = loose_key_with_origin(line)
    at = key.find(wanted)
    if at < 0:
        return None
    start, end = origin[at], origin[at + len(wanted) - 1] + 1
    return Snippet(line[max(0, start - AROUND) : start], line[start:end], line[end : end + AROUND])
