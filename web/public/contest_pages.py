"""The open pages of a contest: its rules, the winners by month, the hall of fame. For whoever reads the paper, without a key."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, Flask, make_response, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from bot.contest.announcing import announcement, prize_words, rule_page
from bot.contest.announcing.winning_words import how_found
from bot.contest.rules import from_json
from bot.errors import NotFound
from models.enums import Prize
from models.queries import open_contest as queries
from models.queries import printed_names
from models.queries.open_contest import Head, Month
from models.queries.printed_names import Named
from models.session import reading
from web.deps import deps, now
from web.public.keeping import PAGE_KEPT, kept, paced

blueprint = Blueprint("contest_pages", __name__, url_prefix="/c")

NO_SUCH = "这里没有这项活动。请看看链接有没有复制全，或者回到公众号里再点一次。"
YEARS_SHOWN, MOST_OFTEN = 3, 10
YEAR = re.compile(r"20[0-9]{2}", re.ASCII)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/<int:contest_id>/")
def home(contest_id: int) -> Response:
    paced("page")
    with reading(deps().engine) as session:
        head = head_of(session, contest_id)
        running = queries.rules_now(session, contest_id, now=now())
        years = printed_names.years(session, contest_id)
        newest = queries.months(session, contest_id, years=years[:1])[:1]
    desk = deps().settings.desk
    return shown("home", head, running=running, newest=newest[0] if newest else None, phone=desk.phone.strip(),
                 hours=desk.hours.strip(), cash=prize_words.cash_in_print(from_json(running.rules)) if running else "")


@blueprint.get("/<int:contest_id>/rules")
def rules(contest_id: int) -> Response:
    """Of the round that runs, else of the newest rule set."""
    paced("page")
    with reading(deps().engine) as session:
        head = head_of(session, contest_id)
        running = queries.rules_now(session, contest_id, now=now())
        papers = queries.papers(session, contest_id)
    if running is None:
        raise NotFound("这项活动还没有定规则。")
    numbers = from_json(running.rules)
    return shown("rules", head, running=running, papers=papers, page=rule_page, numbers=numbers, how=how_found(numbers))


@blueprint.get("/<int:contest_id>/winners")
def winners(contest_id: int) -> Response:
    """Some years of months, the newest first."""
    paced("page")
    before = _year("before")
    with reading(deps().engine) as session:
        head = head_of(session, contest_id)
        years = [one for one in printed_names.years(session, contest_id) if before is None or one < before]
        wanted = years[:YEARS_SHOWN]
        months = queries.months(session, contest_id, years=wanted)
        names = printed_names.named(session, contest_id, years=wanted, later=False)
        absent = printed_names.unlisted(session, [one.round_id for one in months])
    return shown("winners", head, years=[(year, [_month(one, names, absent) for one in found])
                                         for year, found in queries.together(months).items()],
                 older=wanted[-1] if len(years) > YEARS_SHOWN else None, before=before)


@blueprint.get("/<int:contest_id>/hall")
def hall(contest_id: int) -> Response:
    """The printed names of a year, the newest unless one is asked for, and how often each was printed in all."""
    paced("page")
    asked = _year("year")
    with reading(deps().engine) as session:
        head = head_of(session, contest_id)
        names = [one for one in printed_names.named(session, contest_id) if announcement.is_given(one.name)]
    years = sorted({one.month[:4] for one in names}, reverse=True)
    if asked is not None and asked not in years:
        raise NotFound(NO_SUCH)
    year = asked or (years[0] if years else None)
    everybody = _entries(names)
    return shown("hall", head, year=year, years=years, first=asked is None,
                 entries=_entries(one for one in names if one.month[:4] == year), times={
                     entry.key: entry.times for entry in everybody},
                 often=[entry for entry in everybody if entry.times > 1][:MOST_OFTEN])


@dataclass(frozen=True, slots=True)
class MonthShown:
    """One month of winners. `unlisted`: whose names are not shown, or were never given."""

    month: str
    best: tuple[str, ...]
    excellent: tuple[str, ...]
    unlisted: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One printed name of one person: two names of one person are two entries, for that they are one is nobody's business.

    `months`: (month, whether it was the best), the newest first.
    """

    key: tuple[int, str]
    name: str
    months: tuple[tuple[str, bool], ...]

    @property
    def times(self) -> int:
        return len(self.months)


def _month(one: Month, names: Iterable[Named], absent: dict[int, list[str]]) -> MonthShown:
    here = [name for name in names if name.month == one.month]
    return MonthShown(one.month, tuple(name.name for name in here if name.prize is Prize.BEST),
                      tuple(name.name for name in here if name.prize is Prize.EXCELLENT),
                      len(absent.get(one.round_id, ())) + one.unnamed)


def _entries(names: Iterable[Named]) -> list[Entry]:
    """Each printed name once, whoever was printed most often first; a month counts once, with the better prize."""
    found: dict[tuple[int, str], dict[str, bool]] = {}
    for one in names:
        months = found.setdefault((one.person_id, one.name), {})
        months[one.month] = months.get(one.month, False) or one.prize is Prize.BEST
    entries = [Entry(key, key[1], tuple(sorted(months.items(), reverse=True))) for key, months in found.items()]
    best = Counter({entry.key: sum(is_best for _, is_best in entry.months) for entry in entries})
    return sorted(entries, key=lambda entry: (-entry.times, -best[entry.key], entry.name, entry.months))


def head_of(session: Session, contest_id: int) -> Head:
    """NotFound for a contest that there is not."""
    found = queries.head(session, contest_id)
    if found is None:
        raise NotFound(NO_SUCH)
    return found


def shown(name: str, head: Head, **values: object) -> Response:
    """An open page, as anybody may keep it for minutes."""
    return kept(make_response(render_template(f"public/{name}.html", contest=head, **values)), PAGE_KEPT)


def _year(name: str) -> str | None:
    """A year of the query; NotFound for anything else that stands there."""
    text = request.args.get(name)
    if text is not None and YEAR.fullmatch(text) is None:
        raise NotFound(NO_SUCH)
    return text
