"""The open errata calendar: what anybody may read of one issue's errors. Reads only; `errata_words` says what may be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.catalogue import clipping, geometry
from bot.catalogue.boxes import BYLINE
from bot.catalogue.clipping import Clipping
from bot.clock import SHANGHAI
from bot.publishing import errata_words
from bot.publishing.errata_words import Quote
from bot.teamwork import canned
from bot.understanding.cited.pages import page_numbers
from bot.understanding.values import SUBTITLE, TITLE
from models.queries import open_errata as queries
from models.queries.open_errata import ErratumLine, IssueLine, Place, Printed, Text
from models.queries.page import Leaf


@dataclass(frozen=True, slots=True)
class Cut:
    """A printed correction on the picture of its page: the picture's stored name, the piece, its size in pixels."""

    picture: str
    clipping: Clipping
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Notice:
    """A printed correction."""

    id: int
    text: str
    corrected: str  # where and when, in words
    cut: Cut | None


@dataclass(frozen=True, slots=True)
class Confirmed:
    """One confirmed error. `right` "": to be left out; None: not told. `quote` None: its place is not known."""

    where: str
    quote: Quote | None
    right: str | None
    kind: str
    notice: Notice | None


@dataclass(frozen=True, slots=True)
class Refused:
    """A place that is no error, and why."""

    where: str
    quote: Quote
    why: str


@dataclass(frozen=True, slots=True)
class IssuePage:
    """One page of an issue in the calendar. Of a round that is not released only `pointed` holds anything."""

    issue: IssueLine
    pointed: tuple[str, ...] = ()
    errata: tuple[Confirmed, ...] = ()
    others: tuple[Notice, ...] = ()  # printed corrections of what no reader has found
    refused: tuple[Refused, ...] = ()
    more: bool = False


def issue(session: Session, contest_id: int, issue_id: int, *, page: int, now: datetime) -> IssuePage | None:
    """The confirmed errors of an issue, or what somebody has pointed at while its round runs. None: no such issue."""
    found = queries.issue(session, contest_id, issue_id, today=now.astimezone(SHANGHAI).date())
    if found is None:
        return None
    if not found.released:
        return IssuePage(found, pointed=_pointed(session, contest_id, issue_id, now, waiting=False))
    lines, more = queries.errata(session, contest_id, issue_id, page=page)
    notices = _notices(session, queries.corrections(session, issue_id))
    by_erratum = {erratum: notice for notice, errata in notices for erratum in errata}
    texts = queries.texts(session, (one.place.article_id for one in lines))
    staff = queries.staff_words(session, (one.report_id for one in lines), [one.id for one in lines])
    return IssuePage(
        found, pointed=_pointed(session, contest_id, issue_id, now, waiting=True) if page == 0 else (),
        errata=tuple(_confirmed(one, texts, staff, by_erratum.get(one.id)) for one in lines),
        others=tuple(notice for notice, errata in notices if not errata) if page == 0 else (), more=more)


def refused(session: Session, contest_id: int, issue_id: int, *, page: int, now: datetime) -> IssuePage | None:
    """The places of an issue that are no errors; None as long as its round is not released."""
    found = queries.issue(session, contest_id, issue_id, today=now.astimezone(SHANGHAI).date())
    if found is None or not found.released:
        return None
    lines, more = queries.refused(session, contest_id, issue_id, page=page)
    texts = queries.texts(session, (one.place.article_id for one in lines))
    ready = queries.ready_sentences(session, contest_id).union(*canned.DEFAULTS.values())
    shown = []
    for one in lines:
        quote = errata_words.quoted(unit(texts.get(one.place.article_id or 0), one.place.paragraph), one.place.start,
                                    one.place.end)
        if quote is not None:
            shown.append(Refused(errata_words.where(one.place.page, one.place.title), quote,
                                 errata_words.why(one.verdict, one.reason, ready)))
    return IssuePage(found, refused=tuple(shown), more=more)


def cut_of(session: Session, contest_id: int, issue_id: int, notice_id: int, *, now: datetime) -> Cut | None:
    """The clipping of one printed correction, None where there is none. It opens before the issue's round is released too,
    when the calendar does not show it yet: its finders are told of it, and it is in everybody's hands."""
    if queries.issue(session, contest_id, issue_id, today=now.astimezone(SHANGHAI).date()) is None:
        return None
    notices = _notices(session, queries.corrections(session, issue_id, notice_id=notice_id))
    return notices[0][0].cut if notices else None


def unit(text: Text | None, paragraph: int | None) -> str | None:
    """The title, or a paragraph, as printed."""
    if text is None or paragraph is None:
        return None
    if paragraph >= 0:
        return text.paragraphs[paragraph] if paragraph < len(text.paragraphs) else None
    return {TITLE: text.title, SUBTITLE: text.subtitle, BYLINE: text.byline}.get(paragraph)


def _pointed(session: Session, contest_id: int, issue_id: int, now: datetime, *, waiting: bool) -> tuple[str, ...]:
    found = queries.pointed(session, contest_id, issue_id, now=now, waiting=waiting)
    return tuple(errata_words.where(one.page, one.title) for one in found)


def _confirmed(one: ErratumLine, texts: dict[int, Text], staff: dict[int, set[str]], notice: Notice | None) -> Confirmed:
    text = texts.get(one.place.article_id or 0)
    quote = _quote(one.place, text)
    right = None
    if quote is not None and text is not None:
        printed = (unit(text, one.place.paragraph) or "")[one.place.start or 0:one.place.end or 0]
        right = errata_words.correction(
            printed, one.right, affirmed=one.affirmed, article=[text.title, text.subtitle or "", *text.paragraphs],
            staff=staff.get(one.report_id or 0, set()) | staff.get(-one.id, set()))
    return Confirmed(errata_words.where(one.place.page, one.place.title), quote, right, errata_words.kind(one.row_code), notice)


def _quote(place: Place, text: Text | None) -> Quote | None:
    return errata_words.quoted(unit(text, place.paragraph), place.start, place.end)


def _notices(session: Session, printed: Sequence[Printed]) -> list[tuple[Notice, frozenset[int]]]:
    pages = queries.pages_of(session, printed)
    return [(Notice(one.id, one.text, errata_words.corrected(one.paper if one.other_paper else None, one.printed_on,
                                                             one.page),
                    _cut(one, pages.get((one.paper_id, one.printed_on), []))), one.errata) for one in printed]


def _cut(notice: Printed, leaves: Sequence[Leaf]) -> Cut | None:
    wanted = set(page_numbers(notice.page))
    for leaf in leaves:
        if leaf.boxes is None or leaf.picture is None or not leaf.picture_width or not leaf.picture_height \
                or not wanted & set(page_numbers(leaf.number)):
            continue
        found = clipping.find(geometry.decoded(leaf.boxes), notice.text)
        if found is not None:
            return Cut(leaf.picture, found, *found.size(leaf.picture_width, leaf.picture_height))
    return None
