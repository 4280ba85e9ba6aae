"""Everything the grading page shows, gathered in a dozen queries. What names the reader is used up in here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from bot import cited, elsewhere, grading
from bot.catalogue import geometry
from bot.contest.annex import STATUS_NAMES, AnnexRow, RowKind
from bot.contest.arithmetic import points_text
from bot.contest.rules import RuleSet, from_json
from bot.elsewhere import Around
from bot.slips import Why
from bot.understanding.errata_kind import propose
from bot.understanding.identity import mask_identity
from bot.understanding.stored import finding_from_json
from bot.understanding.values import Finding
from models.contests import RuleSet as RuleRow
from models.enums import REPORT_MOVES, Doubling, ReportState, RoundState, Verdict
from models.queries import page as page_queries
from models.queries import report as queries
from models.queries.report import (
    GradeView,
    OtherReport,
    OutcomeView,
    PrintedArticle,
    Private,
    ReportView,
    VersionView,
)
from web.console import page_pictures, printed, timeline, worth
from web.console.page_pictures import Sheet
from web.console.printed import PlaceView
from web.console.report_forms import DOUBLINGS, KEYS, MARKS, record_now
from web.console.timeline import Event
from web.console.worth import Worth

WHYS: dict[Why | None, str] = {
    Why.SHARED_COPY: "同一段文字也印在这里", Why.SAME_WORD: "同一个词，错法一样",
    Why.SAME_CHANGE: "改法一样，前后也有相同的字", None: "编辑认定",
}
CHOICES: dict[str, Any] = {"keys": KEYS, "doublings": DOUBLINGS, "mark_names": MARKS, "Verdict": Verdict,
                           "points_text": points_text, "whys": WHYS}
MEDIA_WORDS = {"image": "一张照片", "voice": "一段语音", "video": "一段视频", "shortvideo": "一段视频",
               "link": "一个链接", "location": "一个位置"}


@dataclass(frozen=True, slots=True)
class OwnWords:
    """One message of the reader as it is shown: masked, else why there are no words."""

    at: Any
    text: str
    note: str


@dataclass(frozen=True, slots=True)
class Kind:
    """The row of the annex that the machine would take, and what speaks for it; an editor decides."""

    row: AnnexRow
    doubled: bool
    points: str
    why: str

    @property
    def doubling(self) -> str:
        return Doubling.HEADLINE.value if self.doubled else Doubling.NONE.value


@dataclass(frozen=True, slots=True)
class StatedSheet:
    """The picture of the page that the reader named."""

    paper: str
    month: str
    name: str | None
    sheet: Sheet


@dataclass(frozen=True, slots=True)
class Gathered:
    """The page's contents. `can_grade`: the present state and round allow a decision."""

    report: ReportView
    finding: Finding
    places: list[PlaceView]
    place_note: str
    contradictions: list[str]
    stated_page: StatedSheet | None
    words: list[OwnWords]
    record: dict[str, str]
    stated_paper: str
    events: list[Event]
    grades: tuple[GradeView, ...]
    same: list[OtherReport]
    maybe: list[OtherReport]
    worth: Worth
    rows: list[tuple[str, list[AnnexRow]]]
    proposal: Kind | None
    graded_row: AnnexRow | None
    around: Around
    proposed_marks: tuple[bool, bool, bool]
    outcome: OutcomeView | None
    can_grade: bool
    can_undo: bool
    closed_why: str


def gather(session: Session, number: int) -> Gathered | None:
    """None when there is no such report."""
    loaded = queries.load(session, number)
    if loaded is None:
        return None
    report, private = loaded
    db = session.connection()
    versions = queries.versions(session, number)
    finding = finding_from_json(versions[-1].fields) if versions else Finding()
    articles = queries.articles(session, printed.wanted(report, finding))
    places, pages = _places(db, report, finding, articles)
    mask = _mask(private, versions)
    others = queries.others(session, number, tuple(
        one for one in (report.root_id, report.maybe_root_id) if one is not None))
    counted = worth.of_report(db, report, _rules(db, report))
    # Every grade raises the version.
    grades = queries.grades(session, number) if report.version > 1 else ()
    locked = report.round_state in (RoundState.PICKED, RoundState.RELEASED) and not report.late
    return Gathered(
        report=report, finding=finding, places=places, place_note=printed.verdict_on_place(report, len(places)),
        contradictions=_contradictions(db, report, finding, articles, pages), words=_words(versions, mask),
        record=_record(report, finding, mask), stated_paper=_stated_paper(report, finding),
        events=timeline.events(versions, grades, queries.entries(session, number, report.erratum_id), mask),
        stated_page=None if places else _stated_page(session, report),
        grades=grades, same=[one for one in others if one.root_id == report.root_id],
        maybe=[one for one in others if one.root_id == report.maybe_root_id != report.root_id],
        worth=counted, rows=_rows(counted.rules), proposal=_proposal(finding, places, counted.rules),
        graded_row=_row(counted.rules, report.row_code),
        around=_around(db, report),
        proposed_marks=grading.proposed_marks(cast("Any", report)),
        outcome=queries.outcome(session, number) if report.decided_at else None,
        can_grade=not locked and ReportState.DECIDED in REPORT_MOVES[report.state],
        can_undo=not locked and report.state in (ReportState.DECIDED, ReportState.NEEDS_MORE,
                                                 ReportState.ESCALATED),
        closed_why=_closed_why(report, locked),
    )


def record_of(session: Session, number: int) -> dict[str, str] | None:
    """The record as the mend form shows it, for telling what was changed there."""
    loaded = queries.load(session, number)
    if loaded is None:
        return None
    versions = queries.versions(session, number)
    finding = finding_from_json(versions[-1].fields) if versions else Finding()
    return _record(loaded[0], finding, _mask(loaded[1], versions))


def _record(report: ReportView, finding: Finding, mask: timeline.Mask) -> dict[str, str]:
    """What the reader wrote as a reason may name him; the rest are words of the paper."""
    now = record_now(report, finding)
    return now | {"reason": mask(now["reason"])}


def _mask(private: Private, versions: tuple[VersionView, ...]) -> timeline.Mask:
    names = (private.printed_name,) if private.printed_name else ()
    keep = _reported(versions)
    return lambda text: mask_identity(text, names=names, keep=keep)


def _reported(versions: tuple[VersionView, ...]) -> list[str]:
    """The words reported as the error and their corrections, in every version: never blackened."""
    found = [version.fields.get(key) for version in versions for key in ("wrong", "right", "context")]
    return [words for words in found if words]


def _rules(db: Connection, report: ReportView) -> RuleSet:
    """Of a report without a round; one with a round is scored under the round's own."""
    if report.round_id is not None:
        return RuleSet()
    newest = db.scalar(select(RuleRow.rules).where(RuleRow.contest_id == report.contest_id)
                       .order_by(RuleRow.number.desc()).limit(1))
    return from_json(newest) if newest else RuleSet()


def _words(versions: tuple[VersionView, ...], mask: timeline.Mask) -> list[OwnWords]:
    """The messages behind the record, each once, in order."""
    seen: set[int] = set()
    found = []
    for version in versions:
        if version.message_id is None or version.message_id in seen:
            continue
        seen.add(version.message_id)
        if version.erased:
            note = "读者已取消关注或要求删除，原话不再保留。"
        elif not version.content:
            note = f"读者发来{MEDIA_WORDS.get(version.msg_type or '', '的内容不是文字')}。"
        else:
            note = ""
        found.append(OwnWords(version.at, mask(version.content or "") if not note else "", note))
    return found


def _rows(rules: RuleSet) -> list[tuple[str, list[AnnexRow]]]:
    """The rows that can be picked, the national ones first."""
    pickable = [row for row in rules.annex if row.kind is RowKind.POINTS]
    groups = [(name, [row for row in pickable if row.status is status]) for status, name in STATUS_NAMES.items()]
    return [(name, rows) for name, rows in groups if rows]


def _row(rules: RuleSet, code: str | None) -> AnnexRow | None:
    """A row that can be picked, by its code."""
    return next((row for row in rules.annex if row.code == code and row.kind is RowKind.POINTS), None)


def _proposal(finding: Finding, places: list[PlaceView], rules: RuleSet) -> Kind | None:
    """The likeliest row; doubled in a title, where the row is one that doubles."""
    kind = propose(finding, False)
    row = _row(rules, kind.code) if kind else None
    if kind is None or row is None:
        return None
    doubled = row.doubles and len(places) == 1 and places[0].in_title
    base = points_text(row.base_milli)
    points = f"{base} 分 × {rules.doubling_factor} ＝ {points_text(row.base_milli * rules.doubling_factor)} 分"
    why = f"{kind.why}；在{places[0].where}里，加倍" if doubled else kind.why
    return Kind(row, doubled, points if doubled else f"{base} 分", why)


def _places(db: Connection, report: ReportView, finding: Finding, articles: dict[int, PrintedArticle]
            ) -> tuple[list[PlaceView], list[str]]:  # fmt: skip
    """Where the words stand, on the pages' pictures too, and the numbers of the pages that hold the words of the first."""
    found = printed.found_at(report, finding, articles)
    homes = {number: (article.key, article.leaf) for number, article in articles.items()}
    marked = geometry.marks_of(db, [place for _, place in found], homes)
    views = printed.places(found, articles, [page_pictures.on_pages(one) for one in marked])
    return views, [one.number for one in marked[0]] if marked else []


def _stated_page(session: Session, report: ReportView) -> StatedSheet | None:
    """The page to look at where the words were not found; None where it is not known or has no picture."""
    if report.issue_id is None or not report.page_label:
        return None
    page = page_queries.stated(session, report.issue_id, report.page_label)
    sheet = page_pictures.sheet_of(page.leaf) if page else None
    return StatedSheet(page.paper, page.month, page.name, sheet) if page and sheet else None


def _stated_paper(report: ReportView, finding: Finding) -> str:
    """Paper and issue as stated, whatever the place found says; what was not stated is filled in."""
    astray = finding.paper_id is not None and finding.place is not None and finding.paper_id != finding.place.paper_id
    paper = finding.paper_text if astray else report.paper or report.paper_text
    return " ".join(part for part in (paper, report.issue_label or report.month) if part)


def _around(db: Connection, report: ReportView) -> Around:
    if report.erratum_id is None or report.root_id is None:
        return Around()
    return elsewhere.around(db, report.erratum_id, report.root_id)


def _contradictions(db: Connection, report: ReportView, finding: Finding,
                    articles: dict[int, PrintedArticle], pages: list[str]) -> list[str]:
    """What the reader cited and print does not bear out."""
    found = printed.contradictions(report, finding, articles, pages)
    cannot = cited.impossible(db, finding, report.issue_id, sent_at=report.sent_at)
    return [*found, printed.impossible_words(cannot)] if cannot else found


def _closed_why(report: ReportView, locked: bool) -> str:
    if locked:
        return "这一轮已经评出名单，这条的评分不能再改。"
    if report.state is ReportState.WITHDRAWN:
        return "读者已经撤回这一条，不用评。"
    if report.state is ReportState.LAPSED:
        return "这一条没有补充，已经失效，不用评。"
    return ""
