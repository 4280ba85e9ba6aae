"""What years of work leave beside the reports, and what is under way now: second opinions, notes, awards, notices.

Filled over the rows of `tests.bench.crowd`, as many as a busy house would have; each list of the console gets more
than a page of rows. Rows only, no verbs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.search import grams
from models.appeals import Appeal, Caller
from models.contests import Award, Contest, Round, RuleSet
from models.enums import (
    CorrectionKind,
    CorrectionState,
    DeskCause,
    Doubling,
    ImportState,
    Prize,
    PrizeState,
    Role,
    RoundState,
)
from models.grades import Grade
from models.imports import ImportUpload
from models.ledger import HouseFind, PaperLayout
from models.lists import BulkAct, BulkItem, SavedFilter
from models.newsroom import CorrectionItem, CorrectionNotice, ErratumCause
from models.notes import Note, NoteMention
from models.papers import Issue, Paper
from models.practice import Calibration, CalibrationGrade, CalibrationItem
from models.readers import Reader
from models.reports import Erratum, Report
from models.reviews import Review, UsualPageMaker
from models.staff import Staff
from models.work_enums import AppealState, BulkFate, BulkVerb, Doing, ReviewCause, ReviewResult, ReviewState
from models.working import Assignment, Claim, Presence, Snooze

EDITORS, LEFT = 10, 20
AT_ONCE = 5_000
Reports = list[tuple[int, int, int]]
"""(report, its erratum, its reader)"""


def fill(db: Connection, *, now: datetime) -> None:
    """After the crowd. Switches on what is off by default: agreement, calibration, pairs in the closed round."""
    staff = _staff(db, now)
    contest, open_round = db.execute(
        select(Round.contest_id, Round.id).where(Round.state == RoundState.OPEN).order_by(Round.month).limit(1)).one()
    db.execute(update(Contest).where(Contest.id == contest).values(shows_agreement=True, calibrates=True))
    _pairs_on(db)
    _second_opinions(db, staff, now)
    _appeals(db, staff, now)
    _waiting_work(db, open_round, staff, now)
    _notes(db, staff, now)
    _bulk_acts(db, staff, now)
    _calibration(db, open_round, staff, now)
    _awards(db, now)
    _newsroom(db, staff, now)
    _imports(db, staff, now)


def _many(db: Connection, table: Any, rows: Iterable[dict[str, Any]]) -> None:
    """Leaves alone what the demo has already."""
    found = list(rows)
    new = (postgresql if db.dialect.name == "postgresql" else sqlite).insert(table).on_conflict_do_nothing()
    for begin in range(0, len(found), AT_ONCE):
        db.execute(new, found[begin : begin + AT_ONCE])


def _staff(db: Connection, now: datetime) -> list[int]:
    """The editing staff: as many as ten, with twenty who left; the demo's first. Somebody makes each page."""
    first = (db.scalar(select(func.max(Staff.id))) or 0) + 1
    have = list(db.scalars(select(Staff.id).where(Staff.role.in_((Role.EDITOR, Role.CHIEF))).order_by(Staff.id)))
    more = EDITORS - len(have)
    _many(db, Staff, (
        {"id": first + at, "login": f"crowd{at}", "display_name": f"编辑{at + 1}", "password_hash": "-", "role": Role.EDITOR,
         "active": at < more, "created_at": now} for at in range(more + LEFT)))
    _many(db, SavedFilter, (
        {"staff_id": first + at % more, "shared": at % 2 == 0, "name": f"第{at + 1}张", "parameters": {"q": "食堂"},
         "made_at": now} for at in range(30)))
    papers = list(db.scalars(select(Paper.id)))
    _many(db, UsualPageMaker, ({"paper_id": paper, "page": str(page), "staff_id": first + (paper + page) % more}
                               for paper in papers for page in range(1, 9)))
    _many(db, PaperLayout, ({"paper_id": paper, "from_month": "2000-01", "per_line": 60, "lines": 100, "set_at": now,
                             "set_by_id": have[0]} for paper in papers if paper % 2))
    return have + [first + at for at in range(more)]


def _pairs_on(db: Connection) -> None:
    """The closed round compares its finalists."""
    closed = db.execute(select(Round.id, RuleSet.rules, RuleSet.contest_id, RuleSet.created_at, RuleSet.number)
                        .join(RuleSet, RuleSet.id == Round.rule_set_id).where(Round.state == RoundState.CLOSED)).first()
    if closed is None:
        return
    rules = json.dumps(json.loads(closed.rules) | {"compares_pairs": True}, ensure_ascii=False, sort_keys=True)
    made = db.execute(insert(RuleSet).values(contest_id=closed.contest_id, number=closed.number + 1, rules=rules,
                                             created_at=closed.created_at))
    db.execute(update(Round).where(Round.id == closed.id).values(rule_set_id=made.inserted_primary_key[0]))  # type: ignore[index]


def _second_opinions(db: Connection, staff: list[int], now: datetime) -> None:
    """A tenth of all decided reports graded twice; of the rounds that still run, the second is waited for."""
    running = set(db.scalars(select(Round.id).where(Round.state.in_((RoundState.OPEN, RoundState.CLOSED)))))
    reviewed = select(Review.report_id)
    rows = db.execute(
        select(Grade.id, Grade.report_id, Grade.grader_id, Grade.rule_set_id, Grade.verdict, Grade.row_code,
               Grade.reason_text, Report.round_id)
        .join(Report, Report.id == Grade.report_id)
        .where(Grade.id % 10 == 0, Grade.opinion.is_(False), Grade.taken_back.is_(False), Report.state == "decided",
               Grade.verdict != "repeated", Report.id.not_in(reviewed))).all()
    next_id = (db.scalar(select(func.max(Grade.id))) or 0) + 1
    opinions, reviews = [], []
    for at, row in enumerate(rows):
        waits = row.round_id in running
        review = {"report_id": row.report_id, "cause": ReviewCause.RANDOM, "held_back": False, "opened_at": now,
                  "first_grade_id": row.id, "state": ReviewState.WAITING_SECOND, "second_grade_id": None,
                  "result_grade_id": None, "result": None, "closed_at": None}
        if not waits:
            opinions.append({
                "id": next_id + at, "report_id": row.report_id, "report_version": 1, "opinion": True, "taken_back": False,
                "grader_id": next(one for one in staff[at % 7 :] if one != row.grader_id), "rule_set_id": row.rule_set_id,
                "verdict": row.verdict, "row_code": row.row_code, "reason_text": row.reason_text, "created_at": now})
            review |= {"state": ReviewState.SETTLED, "second_grade_id": next_id + at, "result_grade_id": row.id,
                       "result": ReviewResult.AGREED, "closed_at": now}
        reviews.append(review)
    _many(db, Grade, opinions)
    _many(db, Review, reviews)


def _appeals(db: Connection, staff: list[int], now: datetime) -> None:
    """Of every fifty refusals one is appealed; those of the open month are not answered yet."""
    rows = db.execute(
        select(Report.id, Report.message_id, Report.decided_by_id, Report.verdict, Round.state)
        .join(Round, Round.id == Report.round_id).outerjoin(Appeal, Appeal.report_id == Report.id)
        .where(Report.verdict == "not_an_error", Report.id % 50 == 0, Appeal.id.is_(None))).all()
    _many(db, Appeal, (
        {"report_id": row.id, "message_id": row.message_id, "decided_by_id": row.decided_by_id, "verdict": row.verdict,
         "made_at": now, "due_on": now.date() + timedelta(days=7)}
        | ({"state": AppealState.OPEN, "answered_at": None, "answered_by_id": None} if row.state is RoundState.OPEN else
           {"state": AppealState.KEPT, "answered_at": now,
            "answered_by_id": next(one for one in staff if one != row.decided_by_id)}) for row in rows))


def _waiting_work(db: Connection, round_id: int, staff: list[int], now: datetime) -> None:
    """Given to somebody, claimed, looked at, put off; and likenesses that nobody has settled."""
    waiting = list(db.scalars(select(Report.id).where(Report.round_id == round_id, Report.state == "filed").order_by(Report.id)))
    hour = timedelta(hours=1)
    _many(db, Assignment, ({"report_id": one, "staff_id": staff[at % len(staff)], "assigned_at": now, "assigned_by_id": staff[0]}
                           for at, one in enumerate(waiting[::10])))
    _many(db, Claim, ({"report_id": one, "staff_id": staff[at % len(staff)], "claimed_at": now, "held_until": now + hour}
                      for at, one in enumerate(waiting[1::400])))
    _many(db, Presence, ({"report_id": one, "staff_id": staff[at % len(staff)], "doing": Doing.VIEWING, "seen_at": now}
                         for at, one in enumerate(waiting[-20:])))
    _many(db, Snooze, ({"report_id": one, "until": now + 24 * hour, "snoozed_at": now, "snoozed_by_id": staff[0]}
                       for one in waiting[2::100]))
    errata = dict(db.execute(select(Report.id, Report.erratum_id).where(Report.id.in_(waiting[3::60]))).all())
    for number, erratum in errata.items():
        db.execute(update(Report).where(Report.id == number).values(maybe_erratum_id=erratum, erratum_id=_copied(db, erratum)))


def _copied(db: Connection, erratum_id: int | None) -> int:
    """An erratum of its own in the same place: so a likeness is only a guess."""
    row = dict(db.execute(select(Erratum.__table__).where(Erratum.id == erratum_id)).mappings().one())
    row["id"] = (db.scalar(select(func.max(Erratum.id))) or 0) + 1
    db.execute(insert(Erratum).values(**row | {"wrong": "食唐", "row_code": None, "points_milli": None}))
    return int(row["id"])


def _notes(db: Connection, staff: list[int], now: datetime) -> None:
    """A note on every thirtieth report; every tenth of them means somebody."""
    first = (db.scalar(select(func.max(Note.id))) or 0) + 1
    numbers = list(db.scalars(select(Report.id).where(Report.id % 30 == 0)))
    _many(db, Note, ({"id": first + at, "report_id": one, "staff_id": staff[at % len(staff)], "text": "请再看一眼第三段。",
                      "created_at": now} for at, one in enumerate(numbers)))
    _many(db, NoteMention, ({"note_id": first + at, "staff_id": staff[at // 10 % len(staff)],
                             "read_at": None if at % 20 else now} for at in range(0, len(numbers), 10)))


def _bulk_acts(db: Connection, staff: list[int], now: datetime) -> None:
    first = (db.scalar(select(func.max(BulkAct.id))) or 0) + 1
    numbers = list(db.scalars(select(Report.id).order_by(Report.id.desc()).limit(200)))
    _many(db, BulkAct, ({"id": first + at, "staff_id": staff[0], "verb": BulkVerb.ASSIGN, "details": {}, "made_at": now}
                        for at in range(40)))
    _many(db, BulkItem, (
        {"act_id": first + at, "report_id": one, "position": place, "version": 1, "after_version": 1, "kept": {},
         "fate": BulkFate.SKIPPED if place % 10 == 0 else BulkFate.DONE, "why": "已经评过。" if place % 10 == 0 else None}
        for at in range(40) for place, one in enumerate(numbers)))


def _calibration(db: Connection, round_id: int, staff: list[int], now: datetime) -> None:
    if db.scalar(select(Calibration.round_id).where(Calibration.round_id == round_id)):
        return
    decided = db.execute(select(Report.id, Report.reason_text).where(Report.verdict == "not_an_error")
                         .order_by(Report.id.desc()).limit(10)).all()
    db.execute(insert(Calibration).values(round_id=round_id, made_at=now, made_by_id=staff[0]))
    first = (db.scalar(select(func.max(CalibrationItem.id))) or 0) + 1
    _many(db, CalibrationItem, ({"id": first + at, "round_id": round_id, "position": at + 1, "report_id": row.id}
                                for at, row in enumerate(decided)))
    _many(db, CalibrationGrade, (
        {"item_id": first + at, "staff_id": one, "verdict": "not_an_error", "reason_text": row.reason_text, "graded_at": now}
        for at, row in enumerate(decided) for one in staff))


def _awards(db: Connection, now: datetime) -> None:
    """Eleven winners of every released round, all of them handed their prize."""
    given = select(Award.round_id)
    rounds = list(db.scalars(select(Round.id).where(Round.state == RoundState.RELEASED, Round.id.not_in(given))))
    readers = db.execute(select(Reader.id, Reader.person_id).where(Reader.openid.like("crowd%")).order_by(Reader.id)
                         .limit(11 * len(rounds))).all()
    _many(db, Award, (
        {"round_id": one, "person_id": who.person_id, "reader_id": who.id, "prize": Prize.BEST if place == 1 else Prize.EXCELLENT,
         "place": place, "standing_milli": 9000 - 100 * place, "printed_name": f"读者{who.id}",
         "state": PrizeState.HANDED_OVER, "state_at": now}
        for at, one in enumerate(rounds) for place in range(1, 12)
        if (who := readers[(at * 11 + place) % len(readers)]) is not None))
    _many(db, Caller, ({"reader_id": who.id, "label": f"来电{who.id}", "added_by_id": 1, "added_at": now}
                       for who in readers[:300]))


def _newsroom(db: Connection, staff: list[int], now: datetime) -> None:
    """Causes, house finds and correction notices of what was confirmed."""
    rows = db.execute(
        select(Erratum.id, Erratum.issue_id, Erratum.page_label, Erratum.wrong, Erratum.right, Issue.paper_id)
        .join(Issue, Issue.id == Erratum.issue_id).outerjoin(ErratumCause, ErratumCause.erratum_id == Erratum.id)
        .outerjoin(CorrectionItem, CorrectionItem.erratum_id == Erratum.id)
        .where(Erratum.row_code.is_not(None), Erratum.wrong.is_not(None), Erratum.right.is_not(None),
               ErratumCause.erratum_id.is_(None), CorrectionItem.id.is_(None))
        .order_by(Erratum.id)).all()
    causes = list(DeskCause)
    _many(db, ErratumCause, ({"erratum_id": row.id, "cause": causes[at % len(causes)], "note": None, "staff_id": staff[0],
                              "set_at": now} for at, row in enumerate(rows) if at % 3))
    _many(db, HouseFind, (
        {"issue_id": row.issue_id, "erratum_id": row.id, "page_label": row.page_label, "wrong": row.wrong, "right": row.right,
         "located": "found", "row_code": "N-05", "doubling": Doubling.NONE, "points_milli": 1000, "digest": "0" * 64,
         "found_at": now, "found_by_id": staff[0]} for row in rows[::20]))
    first = (db.scalar(select(func.max(CorrectionNotice.id))) or 0) + 1
    noticed = rows[1::20]
    _many(db, CorrectionNotice, (
        {"id": first + at, "issue_id": row.issue_id, "page_label": row.page_label, "article": "社区食堂开张",
         "text": f"“{row.wrong}”应为“{row.right}”。特此更正。", "discovered_at": now, "drafted_by_id": staff[0],
         "drafted_at": now}
        | ({"state": CorrectionState.DRAFT} | dict.fromkeys(
            ("released_by_id", "released_at", "printed_paper_id", "printed_on", "printed_page", "printed_by_id", "printed_at"))
           if at % 40 == 0 else
           {"state": CorrectionState.PRINTED, "released_by_id": staff[1], "released_at": now, "printed_paper_id": row.paper_id,
            "printed_on": date(now.year, now.month, 1), "printed_page": "02", "printed_by_id": staff[1], "printed_at": now})
        for at, row in enumerate(noticed)))
    _many(db, CorrectionItem, ({"notice_id": first + at, "position": 1, "erratum_id": row.id, "kind": CorrectionKind.WORDING,
                                "wrong": row.wrong, "right": row.right} for at, row in enumerate(noticed)))


def _imports(db: Connection, staff: list[int], now: datetime) -> None:
    _many(db, ImportUpload, (
        {"staff_id": staff[0], "sent_at": now, "token": f"crowd-{at}", "files": [{"name": f"{at}.pdf", "size": 9_000_000}],
         "files_kept": False, "paper": "社区晨报", "issue": "2020-01", "state": ImportState.DROPPED, "state_at": now}
        for at in range(1_000)))


def index_texts(db: Connection, article_text: str, article_title: str) -> None:
    """What the search job would have written for the crowd's texts, gram by gram: they differ in two words only."""
    for gram in sorted(grams([article_title, article_text])):
        db.execute(text("INSERT INTO search_gram (gram, kind, ref_id) SELECT :gram, 'article', id FROM article"
                        " WHERE title = :title ORDER BY id ON CONFLICT DO NOTHING"), {"gram": gram, "title": article_title})
    said = db.execute(text("SELECT reason, article_text, paper_text FROM report ORDER BY id DESC LIMIT 1")).one()
    common = grams([one for one in said if one])
    for gram in sorted(common):
        db.execute(text("INSERT INTO search_gram (gram, kind, ref_id) SELECT :gram, 'report', id FROM report ORDER BY id"
                        " ON CONFLICT DO NOTHING"), {"gram": gram})
    rows = db.execute(select(Report.id, Report.wrong, Report.right)).all()
    own = sorted((gram, row.id) for row in rows for gram in grams([row.wrong or "", row.right or ""]) - common)
    for begin in range(0, len(own), 10 * AT_ONCE):
        db.execute(text("INSERT INTO search_gram (gram, kind, ref_id) VALUES (:gram, 'report', :id) ON CONFLICT DO NOTHING"),
                   [{"gram": gram, "id": number} for gram, number in own[begin : begin + 10 * AT_ONCE]])
