"""The values that understanding takes and gives. Plain and frozen; they know nothing of rows or HTTP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

TITLE = -1
"""Paragraph number of an article's title in a `Place`; body paragraphs count from 0."""
SUBTITLE = -2
WHOLE = -3
"""Paragraph number of a `Place` that is an article as a whole: stated, but no words of it quoted."""


class Intent(StrEnum):
    """What one message is for. The first ten are those of the corpus; the rest are commands of ours."""

    REPORT = "report"
    SUPPLEMENT = "supplement"  # adds to or corrects the reader's own report
    WITHDRAW = "withdraw"
    STATUS = "status"
    RULES = "rules"
    DEADLINE = "deadline"
    WINNERS = "winners"
    NAME = "name"
    GREETING = "greeting"
    OTHER = "other"
    HELP = "help"
    ERASE = "erase"
    MORE = "more"  # what waits for the reader and did not fit into one reply
    LINK = "link"  # 关联: asks for a code, or brings one from another account
    APPEAL = "appeal"  # 申诉 2 …: another pair of eyes on a decision
    COPY = "copy"  # 导出我的信息
    CLAIM = "claim"  # 领奖: how a winner comes to his prize
    UNLISTED = "unlisted"  # 不上光荣榜
    LISTED = "listed"  # 上光荣榜
    SATISFIED = "satisfied"  # 满意 2: with what became of a report
    DISSATISFIED = "dissatisfied"
    STANDING = "standing"  # 排行
    HALL = "hall"  # 光荣榜
    ERRATA = "errata"  # 差错日历
    PRIVACY = "privacy"  # 个人信息


class Field(StrEnum):
    """One field of a report that a reader can state, mend or be asked for."""

    PAPER = "paper"
    ISSUE = "issue"
    PAGE = "page"
    ARTICLE = "article"
    WRONG = "wrong"
    RIGHT = "right"
    REASON = "reason"
    DETAIL = "detail"  # the error itself (wrong, right or a reason), asked for as one thing


class Located(StrEnum):
    """How the search for the quotation in print ended."""

    FOUND = "found"
    SEVERAL = "several"  # in more than one place; nothing is chosen
    NOT_FOUND = "not_found"  # the pages it could stand on are imported and do not hold it
    NOT_IMPORTED = "not_imported"  # nothing of what was stated is imported: no word about not finding
    NO_QUOTE = "no_quote"


class About(StrEnum):
    """What a message asks or says that has an answer of its own."""

    HOW = "how"
    PRIZE = "prize"
    IDENTITY = "identity"
    KNOWN = "known"  # what we know of him, and from where
    NAMES = "names"  # which name may be printed
    CHILD = "child"
    SHARED = "shared"
    PHOTO = "photo"
    VOICE = "voice"
    ADDRESS = "address"
    PERSON = "person"
    MACHINE = "machine"
    CONTACT = "contact"
    LEAVING = "leaving"
    EARLIER = "earlier"
    ONLINE = "online"
    COMPLAINT = "complaint"
    KINDNESS = "kindness"
    WISH = "wish"
    CLOSING = "closing"
    HELLO = "hello"  # 在吗, and no more
    DENIED = "denied"  # 不对, and no more
    JUDGED = "judged"  # who judges, and how one objects
    NONE_FOUND = "none_found"  # he found nothing, or wants a hint


@dataclass(frozen=True, slots=True)
class ArticleText:
    """One article as imported. `key` is its id in the exchange file (unique on its page).

    A caption is an article of kind `caption` with an empty title. `subheads` are those of the body;
    they stand among the paragraphs too.
    """

    id: int
    key: str
    title: str
    subtitle: str | None
    paragraphs: tuple[str, ...]
    kind: str = "news"
    subheads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageText:
    """One page or spread; `number` as in the catalogue: 02, or 04、05 for a spread."""

    id: int
    number: str
    name: str | None
    aliases: tuple[str, ...]
    articles: tuple[ArticleText, ...]


@dataclass(frozen=True, slots=True)
class IssueText:
    """One issue; `label` is YYYY-MM. `pages` is empty where nothing is imported."""

    id: int
    label: str
    published_on: date | None
    pages: tuple[PageText, ...]


@dataclass(frozen=True, slots=True)
class PaperText:
    """One edition with the names readers use for it."""

    id: int
    name: str
    aliases: tuple[str, ...]
    issues: tuple[IssueText, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What is known of the printed papers. `version` changes with every import."""

    version: int
    papers: tuple[PaperText, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where words stand in print. `start`/`end` are code point offsets in the paragraph (or title)."""

    paper_id: int
    issue_id: int
    page_id: int
    article_id: int
    paragraph: int
    start: int
    end: int


class Finding(NamedTuple):
    """One error as one reader pointed it out. What was stated stays as stated, whatever `place` says.

    `*_text` are the reader's own words, `paper_id`, `issue_label` (YYYY-MM or YYYY-MM-DD), `page`
    (catalogue form, kept even where no such page exists) and `article_id` what they were taken to mean.
    `right == ""` means: should be deleted. `places` holds every candidate when `located` is SEVERAL.
    `context` is a longer quotation around `wrong`, where the reader gave one. An article stated without
    any quotation is a place (paragraph WHOLE) while `located` stays NO_QUOTE.
    """

    paper_text: str | None = None
    paper_id: int | None = None
    issue_text: str | None = None
    issue_label: str | None = None
    issue_id: int | None = None
    page_text: str | None = None
    page: str | None = None
    article_text: str | None = None
    article_id: int | None = None
    wrong: str | None = None
    right: str | None = None
    reason: str | None = None
    located: Located = Located.NO_QUOTE
    place: Place | None = None
    places: tuple[Place, ...] = ()
    context: str | None = None


class Amendment(NamedTuple):
    """One field of one of the reader's own reports to be replaced; `value` as the reader typed it."""

    field: Field
    value: str


class Reading(NamedTuple):
    """One message understood.

    `targets` are the numbers the reader named (改 2 …, 撤回 2, 第二个不算); (): the newest report.
    `amendments` are explicit replacements; `findings` the errors (for SUPPLEMENT: the pieces given).
    `name` is what the reader wants printed, "" when declined. `truncated`: more than was read at once.
    `to_all`: the pieces are meant for all open reports (两条都在4、5版). For WITHDRAW, `findings` may hold the
    quoted words by which the reader names the report (“较去年相比”那条不要了), for SATISFIED and DISSATISFIED a `context`
    with the words by which he names a result (1版那条满意).
    """

    intent: Intent
    findings: tuple[Finding, ...] = ()
    targets: tuple[int, ...] = ()
    amendments: tuple[Amendment, ...] = ()
    name: str | None = None
    truncated: bool = False
    to_all: bool = False
    code: str | None = None  # of 关联, as typed
    about: About | None = None  # what is asked beside the rules
    rights: tuple[str, ...] = ()  # of several reports at once, one for each target
    besides: tuple[int, ...] = ()  # taken back in the same breath: 第一条不要了，第二条改成…


class OwnReport:
    """A report that the reader may still change; `number` as in `Reading.targets`.

    `told` gives what it says when somebody asks: of twenty that he could name, a message mostly names none.
    """

    __slots__ = ("_told", "number")

    def __init__(self, number: int, told: Finding | Callable[[], Finding]) -> None:
        self.number, self._told = number, told

    @property
    def finding(self) -> Finding:
        if not isinstance(self._told, Finding):
            self._told = self._told()
        return self._told


class Waiting(NamedTuple):
    """What the conversation waits for, in whose light a short answer is read.

    `field` was asked for last (None: nothing asked), `finding` what is known so far of that report; where
    nothing is asked, `finding` is the newest report (同一篇 and 第2个应该是 are read in its light). `own` are his open
    reports, newest first, which he may name by a word of theirs (食堂那条不算).
    """

    field: Field | None = None
    finding: Finding = Finding()
    has_reports: bool = False  # the reader has at least one report on record
    asked_name: bool = False  # the last receipt asked for the name to print
    own: tuple[OwnReport, ...] = ()
    open: bool = False  # `finding` is a report that still waits for him, whether he was asked again or not
