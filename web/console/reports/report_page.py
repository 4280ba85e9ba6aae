"""Everything the grading page shows, gathered in a handful of queries. What names the reader is used up in here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from bot.contest.annex import AnnexRow
from bot.contest.arithmetic import points_text
from bot.contest.rules import RuleSet, from_json
from bot.filing.cited import Contradiction
from bot.filing.elsewhere import Around
from bot.filing.slips import Why
from bot.judging import grading
from bot.understanding.stored import finding_from_json
from bot.understanding.values import Finding
from models.enums import REPORT_MOVES, CorrectionState, Doubling, ReportState, RoundState, Verdict
from models.queries import attachments as files
from models.queries import report as queries
from models.queries import report_history
from models.queries.attachments import AttachmentView
from models.queries.newsroom import CauseView
from models.queries.report import Beside, OtherReport, PrintedArticle, Private, ReportView
from models.queries.report_history import GradeView, History, VersionView
from web.console import listing
from web.console.reports import (
    certainty,
    outcome_words,
    own_words,
    printed,
    regrading,
    report_place,
    rubric_choices,
    timeline,
    worth,
)
from web.console.reports.certainty import Known
from web.console.reports.outcome_words import Frame, Leaving
from web.console.reports.own_words import OwnWords
from web.console.reports.printed import PlaceView
from web.console.reports.report_forms import DOUBLINGS, KEYS, MARK_KEYS, MARKS, record_now
from web.console.reports.report_place import StatedSheet
from web.console.reports.rubric_choices import Group, Kind
from web.console.reports.same_list import Listed, briefly
from web.console.reports.timeline import Event
from web.console.reports.worth import Worth

WHYS: dict[Why | None, str] = {
    Why.SHARED_COPY: "同一段文字也印在这里", Why.SAME_WORD: "同一个词，错法一样",
    Why.SAME_CHANGE: "改法一样，前后也有相同的字", None: "编辑认定",
}
CHOICES: dict[str, Any] = {"keys": KEYS, "doublings": DOUBLINGS, "mark_names": MARKS, "mark_keys": MARK_KEYS,
                           "Verdict": Verdict, "points_text": points_text, "whys": WHYS, "history_kinds": timeline.KINDS}
@dataclass(frozen=True, slots=True)
class Gathered:
    """The page's contents. `can_grade`: the present state and round allow a decision; `hidden`: others' grades are
    not for this viewer yet, so that the report looks undecided.
    """

    report: ReportView
    finding: Finding
    places: list[PlaceView]
    place_note: str
    contradictions: list[str]
    stated_page: StatedSheet | None
    words: list[OwnWords]
    record: dict[str, str]
    known: list[Known]
    stated_paper: str
    events: list[Event]
    kinds: Mapping[str, str]
    grades: tuple[GradeView, ...]
    same: list[OtherReport]
    maybe: list[OtherReport]
    worth: Worth
    rows: list[Group]
    proposal: Kind | None
    graded_row: AnnexRow | None
    around: Around
    proposed_marks: tuple[bool, bool, bool]
    leaving: Leaving | None
    frames: dict[Verdict, Frame]
    canned: dict[Verdict, tuple[str, ...]]
    asks_until: datetime
    attachments: tuple[AttachmentView, ...]
    cause: CauseView | None
    corrected: tuple[int, CorrectionState] | None
    can_grade: bool
    can_undo: bool
    closed_why: str

    @property
    def likeliest(self) -> int | None:
        """The report that this one is compared with first."""
        numbers = [*(one.number for one in (*self.maybe, *self.same)), *(one.number for one in self.around.proposed)]
        return numbers[0] if numbers else None

    def listed(self, others: list[OtherReport]) -> list[Listed]:
        """`same` or `maybe` as they are shown beside it."""
        return briefly(others, self.report.counts_at)


@dataclass(frozen=True, slots=True)
class _Basis:
    """What every part of the page is made from. `seen` is the row as it is, `report` as the viewer may know it."""

    session: Session
    seen: ReportView
    report: ReportView
    private: Private
    beside: Beside
    history: History
    versions: tuple[VersionView, ...]
    finding: Finding
    articles: dict[int, PrintedArticle]
    places: list[PlaceView]
    against: list[Contradiction]
    mask: timeline.Mask

    @property
    def db(self) -> Connection:
        return self.session.connection()

    def known(self, record: dict[str, str]) -> list[Known]:
        """The fields with how sure they are."""
        article = self.articles.get(self.report.article_id) if self.report.article_id else None
        return certainty.fields(
            self.report, record, self.finding, _said(self.versions), article=article, contradicted=self.against,
            own_words="".join(version.content or "" for version in self.versions))


def _basis(session: Session, number: int, *, viewer_id: int, whole: bool) -> _Basis | None:
    """`whole`: with the history of its erratum too."""
    loaded = queries.load(session, number, viewer_id=viewer_id)
    if loaded is None:
        return None
    seen, private, beside = loaded
    report = _blinded(seen) if seen.hidden else seen
    history = report_history.read(session, number, erratum_id=report.erratum_id if whole else None,
                                  contest_id=report.contest_id)
    versions = tuple(history.versions)
    finding = finding_from_json(versions[-1].fields) if versions else Finding()
    articles = queries.articles(session, printed.wanted(report, finding))
    places, pages = report_place.places(session.connection(), report, finding, articles)
    return _Basis(session, seen, report, private, beside, history, versions, finding, articles, places,
                  printed.contradicted(report, finding, articles, pages), own_words.mask_of(private, versions))


def gather(session: Session, number: int, *, viewer_id: int, now: datetime) -> Gathered | None:
    """None when there is no such report."""
    basis = _basis(session, number, viewer_id=viewer_id, whole=True)
    if basis is None:
        return None
    rules = from_json(basis.beside.rules) if basis.beside.rules else RuleSet()
    parts = _said_and_printed(basis) | _graded(basis, viewer_id) | _rubric(basis, rules) | _told(basis, rules, now)
    return Gathered(report=basis.report, finding=basis.finding, **parts)


def _said_and_printed(basis: _Basis) -> dict[str, Any]:
    report, finding, places = basis.report, basis.finding, basis.places
    record = _record(report, finding, basis.mask)
    return {
        "places": places, "place_note": printed.verdict_on_place(report, len(places)),
        "contradictions": report_place.contradictions(basis.db, report, finding, basis.against, basis.articles),
        "words": own_words.shown(basis.versions, basis.mask), "record": record, "known": basis.known(record),
        "stated_paper": report_place.stated_paper(report, finding),
        "stated_page": None if places else report_place.stated_page(basis.session, report),
        "around": report_place.around(basis.db, report),
        "attachments": files.of_report(basis.session, report.number) if basis.beside.has_files else (),
    }


def _graded(basis: _Basis, viewer_id: int) -> dict[str, Any]:
    """What others made of it, as far as the viewer may know."""
    kinds = listing.kinds([basis.beside.rules] if basis.beside.rules else [])
    seen, history = basis.seen, basis.history
    since = seen.decided_at if seen.hidden else None
    return {
        "events": timeline.events(history, basis.mask, kinds, viewer_id=viewer_id, hidden_since=since),
        "kinds": kinds, "grades": () if seen.hidden else tuple(history.grades),
        "cause": None if seen.hidden else basis.beside.cause,
        "corrected": None if seen.hidden else basis.beside.corrected, **_allowed(basis.report, _locked(basis.report)),
    }


def _rubric(basis: _Basis, rules: RuleSet) -> dict[str, Any]:
    """What it would be worth, and the reports that stand in its way."""
    report, places = basis.report, basis.places
    roots = tuple({one for one in (report.root_id, report.maybe_root_id) if one is not None})
    others, competing = queries.others(basis.session, report.number, roots)
    if basis.seen.hidden:
        others = [replace(one, verdict=None, state=ReportState.FILED) if one.root_id == report.root_id else one
                  for one in others]
    return {
        "same": [one for one in others if one.root_id == report.root_id],
        "maybe": [one for one in others if one.root_id == report.maybe_root_id != report.root_id],
        "worth": worth.of_report(basis.db, report, basis.private, competing, rules), "rows": rubric_choices.groups(rules),
        "proposal": rubric_choices.proposal(basis.finding, in_title=len(places) == 1 and places[0].in_title, rules=rules,
                                            where=places[0].where if places else ""),
        "graded_row": rubric_choices.row_of(rules, report.row_code),
        "proposed_marks": grading.proposed_marks(cast("Any", report)),
    }


def _told(basis: _Basis, rules: RuleSet, now: datetime) -> dict[str, Any]:
    """What the reader hears of it."""
    report = basis.report
    return {
        "leaving": outcome_words.leaving(report, basis.history.outcome, now),
        "frames": outcome_words.frames(outcome_words.told(basis.seen, rules)),
        "canned": outcome_words.canned(basis.history.canned), "asks_until": outcome_words.asks_until(report, rules, now),
    }


@dataclass(frozen=True, slots=True)
class Side:
    """As much of a report as is compared with another one."""

    report: ReportView
    places: list[PlaceView]
    words: list[OwnWords]
    known: list[Known]
    can_grade: bool


def side(session: Session, number: int, *, viewer_id: int) -> Side | None:
    """In four queries at most; None when there is no such report."""
    basis = _basis(session, number, viewer_id=viewer_id, whole=False)
    if basis is None:
        return None
    record = _record(basis.report, basis.finding, basis.mask)
    return Side(basis.report, basis.places, own_words.shown(basis.versions, basis.mask), basis.known(record),
                _allowed(basis.report, _locked(basis.report))["can_grade"])


def _locked(report: ReportView) -> bool:
    return report.round_state in (RoundState.PICKED, RoundState.RELEASED) and not report.late


def _allowed(report: ReportView, locked: bool) -> dict[str, Any]:
    decided = report.state in (ReportState.DECIDED, ReportState.NEEDS_MORE, ReportState.ESCALATED)
    again = locked and regrading.can_regrade(report)
    return {"can_grade": (not locked or again) and ReportState.DECIDED in REPORT_MOVES[report.state],
            "can_undo": not locked and decided and not report.hidden, "closed_why": _closed_why(report, locked)}


def _blinded(report: ReportView) -> ReportView:
    """As if nobody had graded it yet: whoever gives a further opinion gives his own."""
    return replace(report, state=ReportState.FILED, verdict=None, decided_at=None, decided_by=None, reason_text=None,
                   original_id=None, marks=(False, False, False), row_code=None, doubling=Doubling.NONE)


def _said(versions: tuple[VersionView, ...]) -> Finding:
    """The last form that came from the reader's own words, whatever editors made of it since."""
    own = [version for version in versions if version.by is None]
    return finding_from_json(own[-1].fields) if own else Finding()


def record_of(session: Session, number: int) -> dict[str, str] | None:
    """The record as the mend form shows it, for telling what was changed there."""
    loaded = queries.load(session, number)
    if loaded is None:
        return None
    history = report_history.read(session, number, erratum_id=None, contest_id=loaded[0].contest_id)
    versions = tuple(history.versions)
    finding = finding_from_json(versions[-1].fields) if versions else Finding()
    return _record(loaded[0], finding, own_words.mask_of(loaded[1], versions))


def _record(report: ReportView, finding: Finding, mask: timeline.Mask) -> dict[str, str]:
    """What the reader wrote as a reason may name him; the rest are words of the paper."""
    now = record_now(report, finding)
    return now | {"reason": mask(now["reason"])}


def _closed_why(report: ReportView, locked: bool) -> str:
    if locked and regrading.can_regrade(report):
        return ("名单已经评出。这里改了评分，要重新评出名单。" if report.round_state is RoundState.PICKED
                else "名单已经公布，不会再改；申诉成立、本来应当获奖的，另外补发一份奖。")
    if locked:
        return "这一轮已经评出名单，这条的评分不能再改。"
    if report.state is ReportState.WITHDRAWN:
        return "读者已经撤回这一条，不用评。"
    if report.state is ReportState.LAPSED:
        return "这一条没有补充，已经失效，不用评。"
    return ""
