"""What a reader is told when he asks, and his name taken down. Runs inside a turn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.audit import SCHEDULER
from bot.chat import chat_links
from bot.claiming.terms import OFFLINE, Terms
from bot.contest import public
from bot.dialogue import claim_phrases, page_phrases, person_phrases, phrases, questions, standing_phrases
from bot.dialogue.phrases import MineItem
from bot.filing import cited, reports
from bot.outbox import queue
from bot.publishing.correction_told import corrected
from bot.readers import hall, link_codes
from bot.readers.link_codes import Outcome
from bot.understanding.values import About, Intent
from models.enums import SCORING_VERDICTS, NameState, ReportState
from models.queries.reviews import held_back
from models.readers import Reader
from models.reports import Report

NEWEST = 5
LONGEST_NAME = 12


def mine(db: Connection, account: str, reader_id: int, total: int, terms: Terms = OFFLINE, *, now: datetime) -> str:
    """The reader's newest reports with their states, that no standing is told while a round is graded, and the link to
    all of them."""
    rows = reports.own_reports(db, reader_id, limit=NEWEST)
    untold = _held_back(db, [row.id for row in rows if row.state is ReportState.DECIDED])
    in_print = corrected(db, [row.erratum_id for row in rows if row.verdict in SCORING_VERDICTS])
    items = [
        MineItem(row.ordinal, row.page_label or (cited.printed(db, row.article_id).page if row.article_id else None),
                 row.wrong, row.right, phrases.STATE_WORDS[ReportState.FILED] if row.id in untold else
                 phrases.state_words(row.state, row.verdict, corrected=row.erratum_id in in_print))
        for row in rows
    ]
    said = phrases.mine(items, total) + _frozen(db, account, now)
    if not items or not terms.public_url:
        return said
    return chat_links.below(said, page_phrases.all_of_mine(chat_links.unsigned(terms.public_url)))


def _held_back(db: Connection, numbers: list[int]) -> set[int]:
    """Those of these decided reports about which their reader hears nothing before there is a second opinion."""
    return set(db.scalars(select(Report.id).where(Report.id.in_(numbers), held_back()))) if numbers else set()


def rules(db: Connection, account: str, public_url: str = "", *, now: datetime) -> str:
    terms = public.terms(db, account, now=now)
    words = phrases.rules(terms.best, terms.excellent, terms.deadline_on, terms.shares)
    return _with_page(db, account, public_url, words, "rules", page_phrases.all_rules)


def beside(db: Connection, account: str, about: About, terms: Terms, *, now: datetime) -> str:
    """What is asked beside the rules: how a prize is fetched, whether a child may take part."""
    come = claim_phrases.come(terms.place, terms.phone, terms.hours)
    if about is About.PRIZE:
        contest = public.terms(db, account, now=now)
        return questions.prize(contest.best, contest.excellent, by_post=terms.by_post, come=come)
    if about is About.EARLIER:
        return f"{deadline(db, account, now=now)}\n{questions.EARLIER}"
    return questions.address(come) if about is About.ADDRESS else questions.PHRASES[about]


def deadline(db: Connection, account: str, *, now: datetime) -> str:
    terms = public.terms(db, account, now=now)
    return phrases.deadline_words(terms.deadline_on, terms.month)


def winners(db: Connection, account: str, public_url: str = "", *, now: datetime) -> str:
    """The names last released; of a round that is being graded, only that it is."""
    latest = public.latest_winners(db, account)
    words = phrases.NO_WINNERS_YET if latest is None else phrases.winners(
        latest.month, [*latest.best, *person_phrases.unnamed(latest.best_unlisted)],
        [*latest.excellent, *person_phrases.unnamed(latest.excellent_unlisted)], latest.corrections)
    words += _frozen(db, account, now)
    return _with_page(db, account, public_url, words, "winners", page_phrases.all_winners) if latest else words


def standing(db: Connection, account: str, reader_id: int, total: int, terms: Terms = OFFLINE, *, now: datetime) -> str:
    """The link to the reader's own place, which no chat tells; without pages, what became of his reports."""
    if not terms.public_url:
        return mine(db, account, reader_id, total, terms, now=now)
    address, frozen = chat_links.unsigned(terms.public_url, "standing"), _frozen(db, account, now).strip()
    return f"{frozen}\n{page_phrases.earlier_places(address)}" if frozen else page_phrases.place(address)


def privacy(public_url: str) -> str:
    return page_phrases.privacy(chat_links.unsigned(public_url, "privacy")) if public_url else page_phrases.NO_PAGES


def open_page(db: Connection, account: str, public_url: str, wish: Intent) -> str:
    """光荣榜, 差错日历: the link to a page that is open to everybody."""
    page, said = OPEN[wish]
    address = _address(db, account, public_url, page)
    return said(address) if address else page_phrases.NO_PAGES


OPEN: dict[Intent, tuple[str, Callable[[str], str]]] = {
    Intent.HALL: ("hall", page_phrases.hall), Intent.ERRATA: ("errata", page_phrases.errata)}


def _with_page(db: Connection, account: str, public_url: str, words: str, page: str, line: Callable[[str], str]) -> str:
    address = _address(db, account, public_url, page)
    return chat_links.below(words, line(address)) if address else words


def _address(db: Connection, account: str, public_url: str, page: str) -> str:
    """Where an open page of the account's contest is (web/public/contest_pages.py); empty where there is none."""
    contest_id = public.contest_id(db, account) if public_url else None
    return "" if contest_id is None else f"{public_url}/c/{contest_id}/{page}"


def _frozen(db: Connection, account: str, now: datetime) -> str:
    months = public.frozen_months(db, account, now=now)
    return "\n" + standing_phrases.frozen(months) if months else ""


def take_name(db: Connection, reader_id: int, name: str, *, now: datetime) -> str:
    """Keeps the name for print; an empty one is the reader's no."""
    name = " ".join(name.split())
    if len(name) > LONGEST_NAME:
        return phrases.NAME_TOO_LONG
    db.execute(update(Reader).where(Reader.id == reader_id).values(
        name_state=NameState.GIVEN if name else NameState.DECLINED, printed_name=name or None, name_at=now,
        name_reason=None))
    return phrases.name_kept(name)


HALL = (Intent.LISTED, Intent.UNLISTED)


def listing(db: Connection, reader_id: int, wish: Intent, *, now: datetime) -> str:
    """上光荣榜, 不上光荣榜: whether open pages may show his printed names."""
    if wish is Intent.LISTED:
        hall.come_back(db, reader_id, actor=SCHEDULER, now=now)
        return person_phrases.LISTED_STILL_NOT if hall.is_absent(db, reader_id) else person_phrases.LISTED
    hall.leave(db, reader_id, actor=SCHEDULER, now=now)
    return person_phrases.UNLISTED


_LINKED = {Outcome.LINKED: person_phrases.LINKED, Outcome.ALREADY: person_phrases.LINKED_ALREADY,
           Outcome.OWN: person_phrases.CODE_OWN, Outcome.WRONG: person_phrases.CODE_WRONG,
           Outcome.TOO_MANY: person_phrases.CODE_TOO_MANY}


def link(db: Connection, reader_id: int, message_id: int, code: str | None, *, now: datetime) -> str:
    """A code for typing elsewhere, or the end of it: this reader and the one it was given to are one person."""
    if code is None:
        minutes = int(link_codes.LIVES.total_seconds() // 60)
        return person_phrases.code(link_codes.new_code(db, reader_id, now=now), minutes)
    tidy = link_codes.tidy(code)
    if not tidy:
        return person_phrases.CODE_FORM
    joined = link_codes.use(db, reader_id, tidy, now=now)
    if joined.outcome is Outcome.LINKED and joined.other_id is not None:
        # Whoever let his code be read by somebody else hears of it.
        queue.enqueue(db, reader_id=joined.other_id, kind="linked", text=person_phrases.LINKED_ELSEWHERE,
                      key=f"linked-{message_id}", now=now)
    return _LINKED[joined.outcome]
