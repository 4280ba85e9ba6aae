"""What staff take down for a reader (a voice, a photo, a call, a letter): read like a message, mended by fields.

Reads only; whoever files it stands elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from bot.catalogue.library import Library
from bot.dialogue import phrases, steps
from bot.errors import BadInput
from bot.filing import cited
from bot.understanding.read import read
from bot.understanding.turns.merge import amend
from bot.understanding.values import Amendment, Finding, Located, Waiting
from models.papers import Article, Issue, Paper

LONGEST_WORDS = 2000
NOT_UNDERSTOOD = "没读出是哪几个字错了。请写成：柳湾版3版《文章》，“错的字”应为“对的字”。"
ONE_ONLY = "这段话里不止一处差错，各栏只能改一处；请分开录，或者直接改上面的话。"


@dataclass(frozen=True, slots=True)
class Understood:
    """One finding as a person checks it before it is filed. `complete`: it says what is wrong."""

    paper: str | None
    issue: str | None
    page: str | None
    article: str | None
    wrong: str | None
    right: str | None
    reason: str | None
    located: Located
    complete: bool


def findings(db: Connection, library: Library, words: str, amendments: Sequence[Amendment], *,
             sent_at: datetime) -> tuple[Finding, ...]:
    """What the words hold, with the fields that staff put right. BadInput where fields are given for several at once."""
    index = library.index(db)
    found = read(words.strip()[:LONGEST_WORDS], sent_at=sent_at, index=index, waiting=Waiting()).findings
    if not amendments:
        return found
    if len(found) > 1:
        raise BadInput(ONE_ONLY)
    return (amend(found[0] if found else Finding(), amendments, index=index, sent_at=sent_at),)


def complete(db: Connection, library: Library, words: str, amendments: Sequence[Amendment], *,
             sent_at: datetime) -> tuple[Finding, ...]:
    """Those that hold an error; BadInput when none does."""
    whole = tuple(one for one in findings(db, library, words, amendments, sent_at=sent_at) if steps.holds_error(one))
    if not whole:
        raise BadInput(NOT_UNDERSTOOD)
    return whole


def shown(db: Connection, one: Finding) -> Understood:
    """A finding in words: as printed where it was found, else as stated."""
    there = cited.printed_at(db, one.place, stated=one.page) if one.place else None
    if there is not None:
        return Understood(there.paper, phrases.issue_name(there.month), there.page, there.article, one.wrong,
                          one.right, one.reason, one.located, steps.holds_error(one))
    paper = db.scalar(select(Paper.name).where(Paper.id == one.paper_id)) if one.paper_id else one.paper_text
    article = db.scalar(select(Article.title).where(Article.id == one.article_id)) if one.article_id else None
    month = db.scalar(select(Issue.month).where(Issue.id == one.issue_id)) if one.issue_id else one.issue_label
    return Understood(paper, phrases.issue_name(month) if month else one.issue_text, one.page,
                      article or one.article_text, one.wrong, one.right, one.reason, one.located,
                      steps.holds_error(one))
