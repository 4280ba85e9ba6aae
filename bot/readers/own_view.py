"""What a reader may see of his reports on his own pages, and when. Reads only.

A decision shows once he has been told, or could have been: ten seconds after it, and not while it is held back for a
second opinion. While his round is graded nothing shows by which he could tell his place among others (RULES 4): neither
score nor share.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.contest.arithmetic import arithmetic, before_ranking, total_text
from bot.contest.rules import from_json
from bot.contest.standing import scores_of
from bot.contest.values import ReportScore
from bot.dialogue import phrases
from bot.errors import NotFound
from bot.filing import finders, reports
from bot.judging import appealed, appeals
from bot.outbox.queue import GRACE
from bot.publishing.correction_words import page as page_words
from bot.readers import persons
from models.enums import SCORING_VERDICTS, ReportState, RoundState, Verdict
from models.queries import own_reports as queries
from models.queries.own_reports import Corrected, OwnReport, Version

PAGE = 10
FIELDS = {"paper_text": "报纸", "issue_text": "期", "page": "版面", "article_text": "文章", "wrong": "原文", "right": "应为",
          "reason": "理由"}
WAYS = {"call": "打电话", "letter": "写信", "image": "发照片", "voice": "发语音", "page": "在网页上"}
LATER = "得分要等名单公布，才一起说。"


@dataclass(frozen=True, slots=True)
class Shown:
    """One report as its reader may see it. `tone`: yes, no, open or nothing; `points`, `sum_`: "" where nothing is told."""

    report: OwnReport
    state: str
    tone: str
    told: bool
    points: str
    sum_: str
    corrected: Corrected | None

    @property
    def page(self) -> str | None:
        return self.report.page_label or self.report.found_page

    @property
    def article(self) -> str | None:
        return self.report.article_text or self.report.found_article

    @property
    def words(self) -> str:
        return phrases.correction(self.report.wrong, self.report.right)

    @property
    def open(self) -> bool:
        """He may still change it."""
        return self.report.state in reports.OPEN


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of his reports. `older`: the ordinal before which further ones stand. `elsewhere`: how many reports the
    accounts have that he linked to this one."""

    items: tuple[Shown, ...]
    total: int
    older: int | None
    elsewhere: int


@dataclass(frozen=True, slots=True)
class Event:
    at: datetime
    what: str
    lines: tuple[str, ...] = ()
    on: date | None = None  # in place of `at`, where only the day is known


@dataclass(frozen=True, slots=True)
class Whole:
    """A report with all that happened to it, the newest last. `question`: what an editor wants to know now; `rank`: his
    place among its finders for now, 0: nothing is told of it."""

    shown: Shown
    events: tuple[Event, ...]
    question: str
    rank: int
    can_appeal: bool
    appeal_until: date | None


def of_reader(session: Session, reader_id: int, person_id: int, *, before: int | None = None, now: datetime) -> Listing:
    found = queries.newest(session, reader_id, before=before, most=PAGE + 1)
    items = _shown(session, found[:PAGE], person_id, now)
    others = persons.proved_with(session.connection(), reader_id)[1:]
    return Listing(items, queries.count(session, [reader_id]), found[PAGE - 1].ordinal if len(found) > PAGE else None,
                   queries.count(session, others) if others else 0)


def one(session: Session, reader_id: int, person_id: int, ordinal: int, *, now: datetime) -> Whole:
    """NotFound where he has no such report."""
    report = queries.one(session, reader_id, ordinal)
    if report is None:
        raise NotFound(phrases.NO_SUCH_REPORT)
    (shown,) = _shown(session, [report], person_id, now)
    asks = shown.told and report.state is ReportState.NEEDS_MORE
    can, until = _appeal(session, report, now) if shown.told else (False, None)
    return Whole(shown, _events(session, reader_id, shown, now), report.reason_text or "" if asks else "",
                 _rank(session, report, person_id, now), can, until)


# what is told


def frozen(report: OwnReport, now: datetime) -> bool:
    """Its round is over and not released yet: nothing is told by which a place could be known."""
    round_ = report.round
    return round_ is not None and round_.state is not RoundState.RELEASED and (
        round_.state is not RoundState.OPEN or round_.closes_at <= now)


def told(report: OwnReport, now: datetime) -> bool:
    """Whether what an editor said of it can be shown."""
    return (report.state in (ReportState.DECIDED, ReportState.NEEDS_MORE) and report.decided_at is not None
            and report.decided_at + GRACE <= now and not report.held_back)


def _shown(session: Session, found: Sequence[OwnReport], person_id: int, now: datetime) -> tuple[Shown, ...]:
    in_print = queries.corrected(session, {one.erratum_id for one in found if told(one, now) and one.erratum_id is not None
                                           and one.verdict in SCORING_VERDICTS})
    rounds = {one.round.id: from_json(one.round.rules) for one in found
              if one.round is not None and one.round.rules and told(one, now) and not frozen(one, now)}
    scores = scores_of(session.connection(), rounds, person_id)
    return tuple(_one(one, scores.get(one.number), in_print.get(one.erratum_id or 0), now) for one in found)


def _one(report: OwnReport, score: ReportScore | None, corrected: Corrected | None, now: datetime) -> Shown:
    known = told(report, now)
    state = report.state if known or report.state not in (ReportState.DECIDED, ReportState.NEEDS_MORE) else ReportState.FILED
    verdict = report.verdict if known else None
    points, sum_ = _sum(report, score, now) if known and state is ReportState.DECIDED else ("", "")
    return Shown(report, phrases.state_words(state, verdict), _tone(state, verdict), known, points, sum_, corrected)


def _tone(state: ReportState, verdict: Verdict | None) -> str:
    if state is ReportState.DECIDED:
        return "yes" if verdict in SCORING_VERDICTS else "no"
    return "" if state in (ReportState.WITHDRAWN, ReportState.LAPSED) else "open"


def _sum(report: OwnReport, score: ReportScore | None, now: datetime) -> tuple[str, str]:
    """(the points, how they come about)."""
    if report.round is None or not report.round.rules:
        return "", "这一条不参加评奖，差错照样更正。" if report.verdict in SCORING_VERDICTS else ""
    rules = from_json(report.round.rules)
    if frozen(report, now):
        if report.verdict not in SCORING_VERDICTS or report.late:
            return "", ""
        worth = before_ranking(report.row_code, report.doubling, sum(report.marks), rules)
        return "", f"这处差错 {worth}。{LATER}" if worth else LATER
    if score is None:
        return "", ""
    line = arithmetic(score, rules)
    if report.verdict not in SCORING_VERDICTS:
        return "", ""  # the verdict says it
    if report.round.state is RoundState.OPEN:
        return f"目前 {total_text(score.total_milli)} 分", line
    return f"{total_text(score.total_milli)} 分", line


def _rank(session: Session, report: OwnReport, person_id: int, now: datetime) -> int:
    """As the receipt said it: of what is open, in a round that is open."""
    if report.erratum_id is None or report.late or frozen(report, now) or told(report, now) or report.state not in (
            ReportState.FILED, ReportState.DECIDED, ReportState.NEEDS_MORE):
        return 0
    found = finders.among(session.connection(), report.erratum_id, person_id)
    return found.rank if found else 0


def _appeal(session: Session, report: OwnReport, now: datetime) -> tuple[bool, date | None]:
    if report.state is not ReportState.DECIDED or report.decided_at is None or report.appeal is not None:
        return False, None
    row = reports.get(session.connection(), report.number)
    if appeals.refusal(session.connection(), row, now):
        return False, None
    return True, appeals.last_day(session.connection(), row)


# what happened


def _events(session: Session, reader_id: int, shown: Shown, now: datetime) -> tuple[Event, ...]:
    report = shown.report
    found = [*_versions(queries.versions(session, report.number), report)]
    asked = queries.questions(session, report.number)
    found += [Event(row.created_at, "编辑问您", (row.reason_text or "",)) for row in asked if row.created_at + GRACE <= now]
    if report.appeal is not None:
        found += _appealed(session, reader_id, report)
    if shown.told and report.state is ReportState.DECIDED and report.decided_at is not None:
        what = f"评为“{shown.state}”"
        found.append(Event(report.decided_at, what, (report.reason_text,) if report.reason_text else ()))
    if report.withdrawn_at is not None and report.state is ReportState.WITHDRAWN:
        found.append(Event(report.withdrawn_at, "您撤回了"))
    if report.state is ReportState.LAPSED:
        found.append(Event(report.updated_at, "过了时间，没有等到补充"))
    found.sort(key=lambda event: event.at)
    if shown.corrected is not None:
        found.append(_printed(shown.corrected, now))
    return tuple(found)


def _versions(versions: Sequence[Version], report: OwnReport) -> Iterable[Event]:
    before: Version | None = None
    for version in versions:
        way = WAYS.get(version.way or "", "")
        if before is None:
            yield Event(report.sent_at, f"您{way}告诉我们这一处")
        else:
            lines = tuple(_changes(before, version))
            if lines:
                yield Event(version.at, f"您{way}改了" if version.by_reader else "编辑补正了", lines)
        before = version


def _changes(before: Version, after: Version) -> Iterable[str]:
    for key, label in FIELDS.items():
        value = after.fields.get(key)
        if before.fields.get(key) != value:
            yield f"{label}：{'删去' if value == '' else '空着' if value is None else phrases.short(str(value), 80)}"


def _appealed(session: Session, reader_id: int, report: OwnReport) -> Iterable[Event]:
    appeal = report.appeal
    assert appeal is not None
    words = appeals.words_of(queries.words_of(session, appeal.message_id))
    due = f"{appeal.due_on.month}月{appeal.due_on.day}日前答复您"
    yield Event(appeal.made_at, f"您不同意“{phrases.VERDICT_WORDS[appeal.verdict]}”，申诉了",
                tuple(part for part in (words, due if appeal.answered_at is None else "") if part))
    if appeal.answered_at is not None:
        answer = queries.answer_in_words(session, reader_id, report.number, appealed.KIND)
        what = "申诉后改判" if appeal.verdict is not report.verdict else "申诉后重新看过，结果不变"
        # What it answers stands above it in the message.
        yield Event(appeal.answered_at, what, tuple(answer.splitlines()[3:]) if answer else ())


def _printed(corrected: Corrected, now: datetime) -> Event:
    return Event(now, f"《{corrected.paper}》{page_words(corrected.page)}登出更正", on=corrected.on)
