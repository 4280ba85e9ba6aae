"""Every constraint that makes a wrong state impossible, tried with a row in that state on each database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import CheckConstraint, Engine, Table, UniqueConstraint, insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.appeals import Appeal, Caller, CallerEntry
from models.articles import RoundArticle
from models.attachments import Attachment
from models.audit import AuditEntry
from models.base import Base
from models.claims import ClaimContact, ClaimTerm, PrizeClaim, PrizeReceipt
from models.cockpit import IdentityReveal, PictureBox, Reminder
from models.contests import Award, Contest, Declaration, Round, RoundTick, RuleSet
from models.copies import CopyLink
from models.enums import (
    ActorKind,
    ArticleState,
    AttachmentKind,
    AttachmentState,
    AwardOrigin,
    Bar,
    ChangeKind,
    CorrectionKind,
    CorrectionState,
    DeskCause,
    ImportState,
    ImportStep,
    LinkedBy,
    Measure,
    MessageFate,
    NameState,
    OutgoingState,
    Prize,
    Relation,
    ReleaseStep,
    ReportState,
    RightState,
    Role,
    RoundState,
    SearchKind,
    Verdict,
)
from models.grades import Grade
from models.imports import ImportUpload
from models.leads import Lead, LeadReader, LeadSearch
from models.ledger import HouseFind, PageLayout, PaperLayout
from models.links import LinkCode, LinkTry, ReaderLink
from models.lists import BulkAct, BulkItem, SavedFilter
from models.measures import ReaderMeasure
from models.messages import Conversation
from models.metrics import AnswerCount
from models.newsroom import CorrectionItem, CorrectionNotice, ErratumCause
from models.notes import CannedReason, FurtherWords, Note, NoteMention
from models.outgoing import Alert, CallRight, DeliveryAttempt, OutgoingCall, OutgoingMessage
from models.papers import Article, CatalogueVersion, Issue, Page, PageGeometry, Paper, PaperGrader
from models.practice import (
    Calibration,
    CalibrationGrade,
    CalibrationItem,
    PairChoice,
    PracticeAnswer,
    PracticeRun,
)
from models.readers import Person, Reader
from models.records import RoundIntake, RoundRecord, RoundRecordPart
from models.reports import Erratum, ErratumApart, Report, ReportVersion
from models.rescoring import Rescoring
from models.reviews import PageMaker, Review, UsualPageMaker
from models.round_changes import RoundCorrection
from models.search import SearchGram, SearchMark
from models.session import make_engine
from models.staff import PaperRole, PasswordReset, RecoveryCode, Staff, StaffPreference, StaffSession
from models.tables import metadata
from models.work_enums import (
    AppealState,
    BulkFate,
    BulkVerb,
    CallTarget,
    CannedKind,
    ClaimWay,
    ContactKind,
    Doing,
    DraftOf,
    EntryState,
    LeadKind,
    LeadOutcome,
    Receiving,
    ReminderMoment,
    ReminderState,
    RevealCause,
    Revealed,
    ReviewCause,
    ReviewResult,
    ReviewState,
)
from models.working import Claim, Draft, Presence, Snooze
from tests.support.databases import Databases
from tests.support.rows import NOW, contest_rows, keep_numbers_free, message_row, reader_rows, report_row

LATER = NOW + timedelta(days=1)
DECIDED: dict[str, Any] = {"state": ReportState.DECIDED, "decided_at": NOW, "decided_by_id": 1}
ACCEPTED = DECIDED | {"verdict": Verdict.ACCEPTED, "erratum_id": 1}
REFUSED = DECIDED | {"verdict": Verdict.NOT_AN_ERROR, "reason_text": "原文无误。"}
OWN_RELEASE: dict[str, Any] = {"released_at": NOW, "released_by_id": 1, "release_reason": "只有一位主编"}
PRINTED: dict[str, Any] = {"printed_on": NOW.date(), "printed_paper_id": 1, "printed_page": "02", "printed_by_id": 1,
                           "printed_at": NOW}  # fmt: skip
REPEATED = DECIDED | {"verdict": Verdict.REPEATED, "reason_text": "已报过。", "original_id": 1}


@pytest.fixture(scope="module")
def shared_engine(databases: Databases) -> Iterator[Engine]:
    """One database for the module: every test here rolls back."""
    url = databases.fresh()
    engine = make_engine(url)
    with Session(engine) as session:
        session.add_all([*contest_rows(), *reader_rows(1), *reader_rows(2), message_row(1)])
        session.add_all([report_row(1, id=1), report_row(2, id=2)])
        keep_numbers_free(session)
        session.commit()
    yield engine
    engine.dispose()
    databases.drop(url)


@pytest.fixture
def rows(shared_engine: Engine) -> Iterator[Session]:
    with Session(shared_engine) as session:
        yield session
        session.rollback()


def _round(**changes: Any) -> Round:
    values: dict[str, Any] = {
        "contest_id": 1, "month": "2026-12", "rule_set_id": 1, "state": RoundState.OPEN,
        "published_on": date(2026, 12, 6), "deadline_on": date(2027, 1, 5), "print_by": date(2027, 1, 8),
        "closes_at": NOW, "grading_until": LATER,
    }  # fmt: skip
    return Round(**values | changes)


def _award(place: int, person: int = 1, prize: Prize = Prize.EXCELLENT, **changes: Any) -> Award:
    return Award(round_id=1, person_id=person, reader_id=person, prize=prize, place=place, standing_milli=1000,
                 state_at=NOW, **changes)  # fmt: skip


def _moved(**changes: Any) -> list[Base]:
    """A prize that lapsed and the one that another person has for it."""
    return [_award(1, id=40), _award(2, 2, **{"origin": AwardOrigin.MOVED_ON, "from_award_id": 40} | changes)]


CHANGE_OUT: dict[str, Any] = {"state": CorrectionState.RELEASED, "released_at": NOW, "released_by_id": 1,
                              "release_reason": "只有一位主编", "print_text": "更正", "article_text": "更正"}
FURTHER: dict[str, Any] = {"kind": ChangeKind.FURTHER, "award_id": None, "reader_id": 1, "prize": Prize.BEST, "report_id": 1}


def _change(**changes: Any) -> RoundCorrection:
    """An open correction about award 40."""
    return RoundCorrection(**{"round_id": 1, "kind": ChangeKind.MOVED_ON, "state": CorrectionState.DRAFT, "award_id": 40,
                              "reason": "没有领奖", "drafted_by_id": 1, "drafted_at": NOW} | changes)  # fmt: skip


def _changed(**changes: Any) -> list[Base]:
    return [_award(1, id=40), _change(**changes)]


def _prize_claim(award_id: int = 30, **changes: Any) -> PrizeClaim:
    return PrizeClaim(**{"award_id": award_id, "way": ClaimWay.PAGE, "receiving": Receiving.PICK_UP,
                         "notice_version": "1", "claimed_at": NOW} | changes)


def _claimed_prize(**changes: Any) -> list[Base]:
    award = _award(1)
    award.id = 30
    return [award, _prize_claim(**changes)]


def _signed(**changes: Any) -> list[Base]:
    award = _award(1)
    award.id = 30
    return [award, PrizeReceipt(**{"award_id": 30, "note": "签收单 12", "entered_at": NOW} | changes)]


def _grade(**changes: Any) -> Grade:
    values: dict[str, Any] = {
        "report_id": 1, "report_version": 1, "grader_id": 1, "rule_set_id": 1,
        "verdict": Verdict.NOT_AN_ERROR, "reason_text": "原文无误。", "created_at": NOW,
    }  # fmt: skip
    return Grade(**values | changes)


def _graded() -> list[Base]:
    """A decision and two independent opinions."""
    return [_grade(id=41), _grade(id=42, opinion=True), _grade(id=43, opinion=True)]


def _review(**changes: Any) -> Review:
    values: dict[str, Any] = {"report_id": 1, "cause": ReviewCause.RANDOM, "state": ReviewState.WAITING_SECOND,
                              "opened_at": NOW, "first_grade_id": 41}  # fmt: skip
    return Review(**values | changes)


REVIEWED: dict[str, Any] = {"state": ReviewState.SETTLED, "second_grade_id": 42, "result_grade_id": 41,
                           "result": ReviewResult.AGREED,
                            "closed_at": NOW}  # fmt: skip


def _right(**changes: Any) -> CallRight:
    values: dict[str, Any] = {"account": "main", "call": "customer", "state": RightState.GRANTED, "since": NOW}
    return CallRight(**values | changes)


def _outgoing(key: str = "a", **changes: Any) -> OutgoingMessage:
    values: dict[str, Any] = {"reader_id": 1, "kind": "notice", "idempotency_key": key, "text": "字",
                              "not_before": NOW, "created_at": NOW}  # fmt: skip
    return OutgoingMessage(**values | changes)


def _call(**changes: Any) -> OutgoingCall:
    values: dict[str, Any] = {"target": CallTarget.ROBOT, "idempotency_key": "a", "kind": "alert", "body": {}, "not_before": NOW,
                              "created_at": NOW}  # fmt: skip
    return OutgoingCall(**values | changes)


def _alert(**changes: Any) -> Alert:
    return Alert(**{"code": "disk", "title": "磁盘", "raised_at": NOW} | changes)


def _attachment(**changes: Any) -> Attachment:
    values: dict[str, Any] = {"message_id": 1, "reader_id": 1, "kind": AttachmentKind.PICTURE, "received_at": NOW,
                              "state": AttachmentState.WAITING, "due_at": NOW}  # fmt: skip
    return Attachment(**values | changes)


def _reminder(**changes: Any) -> Reminder:
    values: dict[str, Any] = {"round_id": 1, "moment": ReminderMoment.CLOSES_24, "staff_id": 1, "owed": 3, "made_at": NOW,
                              "state": ReminderState.CONSOLE}  # fmt: skip
    return Reminder(**values | changes)


def _box(**changes: Any) -> list[Base]:
    values: dict[str, Any] = {"attachment_id": 30, "left_": 0, "top": 0, "right_": 10_000, "bottom": 10_000, "drawn_by_id": 1,
                              "drawn_at": NOW}  # fmt: skip
    return [_attachment(id=30), PictureBox(**values | changes)]


def _reveal(**changes: Any) -> IdentityReveal:
    values: dict[str, Any] = {"report_id": 1, "what": Revealed.WORDS, "cause": RevealCause.THREAT, "reason": "信里有威胁",
                              "sealed": False, "staff_id": 1, "at": NOW}  # fmt: skip
    return IdentityReveal(**values | changes)


def _link(**changes: Any) -> ReaderLink:
    return ReaderLink(**{"one_id": 1, "other_id": 2, "how": LinkedBy.CODE, "made_at": NOW} | changes)


def _mute(**changes: Any) -> ReaderMeasure:
    return ReaderMeasure(**{"reader_id": 1, "kind": Measure.MUTE, "reason": "天天来闲聊", "made_at": NOW, "made_by_id": 1}
                         | changes)


def _import(**changes: Any) -> ImportUpload:
    values: dict[str, Any] = {"staff_id": 1, "sent_at": NOW, "token": "1-" + "0" * 32, "files": [], "state_at": NOW,
                              "state": ImportState.WAITING, "step": ImportStep.READING}
    return ImportUpload(**values | changes)


def _house_find(**changes: Any) -> HouseFind:
    values: dict[str, Any] = {"issue_id": 1, "erratum_id": 1, "wrong": "食唐", "right": "食堂", "located": "found",
                              "row_code": "N-05", "points_milli": 1000, "digest": "0" * 64, "found_at": NOW,
                              "found_by_id": 1}  # fmt: skip
    return HouseFind(**values | changes)


def _paper_layout(**changes: Any) -> PaperLayout:
    return PaperLayout(**{"paper_id": 1, "from_month": "2026-11", "per_line": 60, "lines": 120, "set_at": NOW} | changes)


def _page_layout(**changes: Any) -> PageLayout:
    return PageLayout(**{"page_id": 1, "set_at": NOW} | changes)


def _article(state: ArticleState = ArticleState.WAITING, **changes: Any) -> RoundArticle:
    return RoundArticle(**{"round_id": 1, "state": state, "state_at": NOW, "due_at": NOW} | changes)


def _tick(**changes: Any) -> RoundTick:
    return RoundTick(**{"round_id": 1, "step": ReleaseStep.TYPESET, "staff_id": 1, "ticked_at": NOW} | changes)


def _correction(state: CorrectionState = CorrectionState.DRAFT, **changes: Any) -> CorrectionNotice:
    return CorrectionNotice(**{"issue_id": 1, "text": "更正", "state": state, "discovered_at": NOW, "drafted_by_id": 1,
                               "drafted_at": NOW} | changes)  # fmt: skip


def _corrected(**changes: Any) -> list[Base]:
    """A notice and its one error."""
    values: dict[str, Any] = {"notice_id": 30, "position": 1, "kind": CorrectionKind.WORDING, "wrong": "食唐"}
    return [_correction(id=30), CorrectionItem(**values | changes)]


def _reader(number: int, **changes: Any) -> Reader:
    return Reader(
        **{"account": "main", "openid": f"openid{number}", "person_id": 1, "first_seen_at": NOW} | changes
    )


def _staff(**changes: Any) -> Staff:
    return Staff(**{"login": "b", "display_name": "编辑乙", "password_hash": "x", "role": Role.EDITOR,
                    "created_at": NOW} | changes)  # fmt: skip


def _contest(**changes: Any) -> Contest:
    return Contest(**{"name": "另一个", "account": "main", "account_title": "社区发布", "publication_day": 6,
                      "deadline_day": 5, "created_at": NOW} | changes)  # fmt: skip


def _erratum(**changes: Any) -> Erratum:
    return Erratum(**{"contest_id": 1, "created_at": NOW} | changes)


def _version(number: int = 1, **changes: Any) -> ReportVersion:
    return ReportVersion(**{"report_id": 1, "number": number, "fields": {}, "created_at": NOW} | changes)


def _session(**changes: Any) -> StaffSession:
    return StaffSession(
        token_digest="d", staff_id=1, browser_digest="b", created_at=NOW, seen_at=NOW, **changes
    )


def _audit(**changes: Any) -> AuditEntry:
    return AuditEntry(**{"at": NOW, "actor_kind": ActorKind.SCHEDULER, "verb": "close_round", "object_kind": "round",
                         "details": {}} | changes)  # fmt: skip


def _record(**changes: Any) -> RoundRecord:
    values = {"round_id": 1, "version": 1, "sha256": "a" * 64, "digest": "0000-0000-0000-0000", "made_at": NOW}
    return RoundRecord(**values | changes)


def _record_part(**changes: Any) -> RoundRecordPart:
    return RoundRecordPart(**{"round_id": 1, "version": 1, "number": 1, "data": b"x"} | changes)


def _rescoring(**changes: Any) -> Rescoring:
    values = {"round_id": 1, "staff_id": 1, "at": NOW, "reason": "算错了", "report_id": 1, "moved": 2, "crossing": 1}
    return Rescoring(**values | changes)


def _claim(**changes: Any) -> Claim:
    return Claim(**{"report_id": 1, "staff_id": 1, "claimed_at": NOW, "held_until": LATER} | changes)


def _bulk_item(**changes: Any) -> BulkItem:
    return BulkItem(**{"act_id": 1, "report_id": 1, "position": 1, "version": 1, "kept": {}} | changes)


def _bulk_act(**changes: Any) -> BulkAct:
    return BulkAct(**{"staff_id": 1, "verb": BulkVerb.NOTE, "details": {}, "made_at": NOW} | changes)


def _snooze(**changes: Any) -> Snooze:
    return Snooze(**{"report_id": 1, "until": LATER, "snoozed_at": NOW, "snoozed_by_id": 1} | changes)


def _draft(**changes: Any) -> Draft:
    return Draft(**{"staff_id": 1, "form": DraftOf.GRADE, "subject_id": 1, "version": 1, "fields": "{}", "saved_at": NOW}
                 | changes)


def _appeal(**changes: Any) -> Appeal:
    return Appeal(**{"report_id": 1, "message_id": 1, "decided_by_id": 1, "verdict": Verdict.NOT_AN_ERROR,
                     "state": AppealState.OPEN, "made_at": NOW, "due_on": LATER.date()} | changes)


def _entry(**changes: Any) -> CallerEntry:
    return CallerEntry(**{"message_id": 1, "called_at": NOW, "entered_at": NOW, "entered_by_id": 1,
                          "state": EntryState.COUNTS} | changes)


def _caller(reader_id: int) -> Caller:
    return Caller(reader_id=reader_id, label="银杏路季阿婆", added_by_id=1, added_at=NOW)


ANSWERED: dict[str, Any] = {"state": AppealState.KEPT, "answered_at": NOW, "answered_by_id": 1,
                            "same_person_reason": "没有别的编辑"}
SETTLED: dict[str, Any] = {"state": EntryState.REFUSED, "settled_at": NOW, "settled_by_id": 1, "settle_reason": "查不到"}


# What is tried → the rows that try it. The constraint that must refuse stands first.
def _note(**given: Any) -> Note:
    return Note(**({"report_id": 1, "staff_id": 1, "text": "请看看", "created_at": NOW} | given))


def _canned(**given: Any) -> CannedReason:
    return CannedReason(**({"contest_id": 1, "kind": CannedKind.NOT_AN_ERROR, "position": 1, "text": "原文没有错。"} | given))


FORBIDDEN: list[tuple[str, str, Callable[[], list[Base]]]] = [
    ("uq_review_one_open", "two open reviews of one report", lambda: [*_graded(), _review(), _review(id=2)]),
    ("ck_review_settled_has_grade", "a settled review without a decision",
     lambda: [*_graded(), _review(**REVIEWED | {"result_grade_id": None})]),
    ("ck_review_settled_has_grade", "a decision of a review that is open", lambda: [*_graded(), _review(result_grade_id=41)]),
    ("ck_review_settled_has_result", "a settled review that says not how",
     lambda: [*_graded(), _review(**REVIEWED | {"result": None})]),
    ("ck_review_closed_has_time", "a settled review without a time",
     lambda: [*_graded(), _review(**REVIEWED | {"closed_at": None})]),
    ("ck_review_closed_has_time", "a dropped review without a time", lambda: [*_graded(), _review(state=ReviewState.DROPPED)]),
    ("ck_review_second_before_third", "a third opinion without a second",
     lambda: [*_graded(), _review(state=ReviewState.DROPPED, closed_at=NOW, third_grade_id=43)]),
    ("ck_review_second_not_given", "a second opinion that is waited for and there",
     lambda: [*_graded(), _review(second_grade_id=42)]),
    ("ck_review_third_not_given", "a third opinion asked for before the second",
     lambda: [*_graded(), _review(state=ReviewState.WAITING_THIRD)]),
    ("ck_review_chief_has_two", "a chief asked about one grade", lambda: [*_graded(), _review(state=ReviewState.WAITING_CHIEF)]),
    ("ck_review_chief_has_reason", "a chief's decision without a reason",
     lambda: [*_graded(), _review(**REVIEWED | {"result": ReviewResult.CHIEF})]),
    ("ck_review_chief_has_reason", "a chief's decision with an empty reason",
     lambda: [*_graded(), _review(**REVIEWED | {"result": ReviewResult.CHIEF, "reason": ""})]),
    ("ck_grade_opinion_replaces_nothing", "an opinion that replaces a decision",
     lambda: [_grade(id=41), _grade(id=42, replaces_id=41, opinion=True)]),
    ("ck_usual_page_maker_has_page", "a maker of no page", lambda: [UsualPageMaker(paper_id=1, page="", staff_id=1)]),
    ("ck_page_maker_has_page", "a maker of no page of an issue", lambda: [PageMaker(issue_id=1, page="", staff_id=1)]),
    ("uq_appeal_report_id", "two appeals against one report", lambda: [_appeal(), _appeal()]),
    ("ck_appeal_answered_has_time", "an answered appeal without a time",
     lambda: [_appeal(**ANSWERED | {"answered_at": None, "answered_by_id": None})]),
    ("ck_appeal_answered_has_time", "an open appeal with an answer", lambda: [_appeal(**ANSWERED | {"state": AppealState.OPEN})]),
    ("ck_appeal_answered_by_somebody", "an appeal answered by nobody",
     lambda: [_appeal(**ANSWERED | {"answered_by_id": None})]),
    ("ck_appeal_other_person_or_reason", "an appeal answered by whoever decided, without a reason",
     lambda: [_appeal(**ANSWERED | {"same_person_reason": None})]),
    ("uq_caller_label", "two callers under one name", lambda: [_caller(1), _caller(2)]),
    ("ck_caller_entry_called_before_entered", "a call of tomorrow", lambda: [_entry(called_at=LATER)]),
    ("ck_caller_entry_settled_has_time", "a settled entry without a time",
     lambda: [_entry(**SETTLED | {"settled_at": None, "settled_by_id": None})]),
    ("ck_caller_entry_settled_by_somebody", "an entry settled by nobody",
     lambda: [_entry(**SETTLED | {"settled_by_id": None})]),
    ("ck_caller_entry_other_person_or_reason", "an entry confirmed by whoever entered it, without a reason",
     lambda: [_entry(**SETTLED | {"state": EntryState.CONFIRMED, "settle_reason": None})]),
    ("ck_caller_entry_refused_has_reason", "an entry refused by somebody else without a reason",
     lambda: [_staff(id=30), _entry(**SETTLED | {"settled_by_id": 30, "settle_reason": None})]),
    ("ck_report_repeated_names_original", "a duplicate without its original",
     lambda: [report_row(3, **REPEATED | {"original_id": None})]),
    ("ck_report_repeated_names_original", "an original named by what is no duplicate",
     lambda: [report_row(3, **REFUSED, original_id=1)]),
    ("ck_report_repeated_names_original", "an original named by what is not decided",
     lambda: [report_row(3, original_id=1)]),
    ("ck_report_not_its_own_original", "a duplicate of itself",
     lambda: [report_row(3, id=30, **REPEATED | {"original_id": 30})]),
    ("ck_report_decided_has_time", "decided without a time",
     lambda: [report_row(3, **REFUSED | {"decided_at": None, "decided_by_id": None})]),
    ("ck_report_decided_has_time", "sent back without a time",
     lambda: [report_row(3, state=ReportState.NEEDS_MORE)]),
    ("ck_report_decided_has_time", "filed with a time of decision",
     lambda: [report_row(3, decided_at=NOW, decided_by_id=1)]),
    ("ck_report_time_has_decider", "decided by nobody", lambda: [report_row(3, **REFUSED | {"decided_by_id": None})]),
    ("ck_report_time_has_decider", "a decider without a time", lambda: [report_row(3, decided_by_id=1)]),
    ("ck_report_decided_has_verdict", "decided without a verdict", lambda: [report_row(3, **DECIDED)]),
    ("ck_report_decided_has_verdict", "a verdict on an open report",
     lambda: [report_row(3, verdict=Verdict.NOT_AN_ERROR, reason_text="原文无误。")]),
    ("ck_report_decided_has_verdict", "decided as needing more",
     lambda: [report_row(3, **DECIDED, verdict=Verdict.NEEDS_MORE, reason_text="请补充版面。")]),
    ("ck_report_no_has_reason", "a no without a reason", lambda: [report_row(3, **REFUSED | {"reason_text": None})]),
    ("ck_report_no_has_reason", "a no with an empty reason",
     lambda: [report_row(3, **REFUSED | {"reason_text": ""})]),
    ("ck_report_accepted_has_erratum", "accepted without an erratum",
     lambda: [report_row(3, **ACCEPTED | {"erratum_id": None})]),
    ("ck_report_withdrawn_has_time", "withdrawn without a time",
     lambda: [report_row(3, state=ReportState.WITHDRAWN)]),
    ("uq_report_reader_id_ordinal", "two reports with one count of a reader", lambda: [report_row(1)]),
    ("uq_report_version_report_id_number", "two forms of a report with one number",
     lambda: [_version(1, message_id=1), _version(1, message_id=1)]),
    ("ck_report_version_by_reader_or_staff", "a form of a report by nobody", lambda: [_version()]),
    ("ck_report_version_by_reader_or_staff", "a form of a report by reader and staff",
     lambda: [_version(message_id=1, staff_id=1)]),
    ("ck_copy_link_ends_later", "a link to a copy that ended before it was made",
     lambda: [CopyLink(reader_id=1, made_at=NOW, expires_at=NOW)]),
    ("ck_claim_ends_later", "a claim that ended before it began", lambda: [_claim(held_until=NOW)]),
    ("ck_saved_filter_has_name", "a filter without a name",
     lambda: [SavedFilter(staff_id=1, name="", parameters={}, made_at=NOW)]),
    ("ck_bulk_item_skipped_with_reason", "a report skipped for no reason",
     lambda: [_bulk_act(id=1), _bulk_item(fate=BulkFate.SKIPPED)]),
    ("ck_bulk_item_done_has_version", "a report done that is at no version",
     lambda: [_bulk_act(id=1), _bulk_item(fate=BulkFate.DONE)]),
    ("ck_snooze_ends_later", "a rest that ended before it began", lambda: [_snooze(until=NOW)]),
    ("ck_draft_has_bound", "a draft as long as a book", lambda: [_draft(fields="x" * 20_001)]),
    ("ck_erratum_place_whole", "a place without a span", lambda: [_erratum(article_id=1)]),
    ("ck_erratum_span_whole", "a span without an end", lambda: [_erratum(article_id=1, span_start=1)]),
    ("ck_erratum_span_order", "a span that ends before it starts",
     lambda: [_erratum(article_id=1, paragraph=0, span_start=2, span_end=1)]),
    ("ck_attachment_kept_has_file", "a photo that is kept and nowhere",
     lambda: [_attachment(state=AttachmentState.KEPT)]),
    ("ck_attachment_missing_has_reason", "a photo refused without a reason",
     lambda: [_attachment(state=AttachmentState.REFUSED)]),
    ("ck_attachment_missing_has_reason", "a reason why there is no photo that waits",
     lambda: [_attachment(problem="太大")]),
    ("uq_attachment_message_id", "two files of one message", lambda: [_attachment(), _attachment()]),
    ("ck_reminder_sent_has_time", "an e-mail sent at no time", lambda: [_reminder(state=ReminderState.SENT)]),
    ("ck_reminder_sent_has_time", "a time of sending where none was sent", lambda: [_reminder(sent_at=NOW)]),
    ("ck_reminder_owed_counted", "fewer than nothing owed", lambda: [_reminder(owed=-1)]),
    ("ck_picture_box_within_picture", "a box beside the picture", lambda: _box(right_=10_001)),
    ("ck_picture_box_within_picture", "a box left of the picture", lambda: _box(left_=-1)),
    ("ck_picture_box_has_size", "a box of nothing", lambda: _box(left_=5, right_=5)),
    ("ck_picture_box_removal_whole", "a box taken away by nobody", lambda: _box(removed_at=NOW)),
    ("ck_identity_reveal_of_report_or_message", "a look at nothing", lambda: [_reveal(report_id=None)]),
    ("ck_identity_reveal_of_report_or_message", "one look at two things", lambda: [_reveal(message_id=1)]),
    ("ck_identity_reveal_picture_is_named", "a look at no picture", lambda: [_reveal(what=Revealed.PICTURE)]),
    ("ck_identity_reveal_has_reason", "a look for no reason", lambda: [_reveal(reason="")]),
    ("ck_identity_reveal_necessary_before_the_seal", "a look out of curiosity",
     lambda: [_reveal(cause=RevealCause.OTHER)]),
    ("ck_erratum_not_same_as_itself", "an erratum that is the same as itself",
     lambda: [_erratum(id=30, same_as_id=30)]),
    ("ck_erratum_apart_in_order", "an erratum kept apart from itself", lambda: [ErratumApart(one_id=1, other_id=1)]),
    ("ck_erratum_row_has_points", "a row of the annex without points", lambda: [_erratum(row_code="A-01")]),
    ("ck_erratum_row_has_points", "points without a row of the annex", lambda: [_erratum(points_milli=1000)]),
    ("ck_grade_not_replacing_itself", "a grade that replaces itself", lambda: [_grade(id=30, replaces_id=30)]),
    ("ck_grade_repeated_names_original", "a grade of a duplicate without its original",
     lambda: [_grade(verdict=Verdict.REPEATED)]),
    ("ck_grade_accepted_has_row", "an accepting grade without its row", lambda: [_grade(verdict=Verdict.ACCEPTED)]),
    ("uq_grade_replaces_id", "one grade replaced twice",
     lambda: [_grade(id=30), _grade(id=31, replaces_id=30), _grade(id=32, replaces_id=30)]),
    ("ck_message_closed_has_time", "closed without a time", lambda: [message_row(30, fate=MessageFate.DESK_CLOSED)]),
    ("ck_message_closed_has_time", "open with a time of closing",
     lambda: [message_row(30, fate=MessageFate.DESK, closed_at=NOW)]),
    ("uq_message_account_dedupe_key", "one delivery stored twice",
     lambda: [message_row(30, dedupe_key="same"), message_row(31, dedupe_key="same")]),
    ("uq_reader_account_openid", "one follower as two readers", lambda: [_reader(1)]),
    ("uq_reader_account_openid_digest", "one unfollowed follower as two readers",
     lambda: [_reader(3, openid=None, openid_digest="d"), _reader(4, openid=None, openid_digest="d")]),
    ("ck_reader_given_name", "a name given but not kept", lambda: [_reader(3, name_state=NameState.GIVEN)]),
    ("ck_reader_given_name", "a name kept but not given", lambda: [_reader(3, printed_name="早起鸟")]),
    ("ck_reader_erased_has_no_openid", "erased with his openid", lambda: [_reader(3, erased_at=NOW)]),
    ("ck_person_bar_has_reason", "barred without a reason", lambda: [Person(bar=Bar.STAFF, created_at=NOW)]),
    ("ck_round_closed_has_time", "a closed round without a time", lambda: [_round(state=RoundState.CLOSED)]),
    ("ck_round_closed_has_time", "an open round with a time of closing", lambda: [_round(closed_at=NOW)]),
    ("ck_round_picked_has_time", "a picked round without a time",
     lambda: [_round(state=RoundState.PICKED, closed_at=NOW)]),
    ("ck_round_picked_has_result", "a picked round without a result",
     lambda: [_round(state=RoundState.PICKED, closed_at=NOW, picked_at=NOW)]),
    ("ck_round_released_has_time", "a released round without a time",
     lambda: [_round(state=RoundState.RELEASED, closed_at=NOW, picked_at=NOW, result={})]),
    ("ck_round_grading_after_close", "grading that ends before the close",
     lambda: [_round(closes_at=LATER, grading_until=NOW)]),
    ("uq_round_contest_id_month", "two rounds of one month", lambda: [_round(month="2026-11")]),
    ("uq_rule_set_contest_id_number", "two rule sets with one number",
     lambda: [RuleSet(contest_id=1, number=1, rules="{}", created_at=NOW)]),
    ("uq_contest_name", "two contests with one name", lambda: [_contest(name="纠错")]),
    ("uq_award_one_best", "two bests in one round",
     lambda: [_award(1, 1, Prize.BEST), _award(2, 2, Prize.BEST)]),
    ("uq_award_one_person", "two prizes for one person", lambda: [_award(1, 1), _award(2, 1)]),
    ("uq_award_from_award_id", "a prize that moves on twice", lambda: [
        *_moved(), _award(3, 2, origin=AwardOrigin.MOVED_ON, from_award_id=40)]),
    ("ck_award_moved_on_from_one", "a prize that moved on from none", lambda: _moved(from_award_id=None)),
    ("ck_award_moved_on_from_one", "a picked prize that came from another", lambda: _moved(origin=AwardOrigin.PICKED)),
    ("ck_award_only_souvenirs_are_left", "a best prize left for another",
     lambda: [_award(1, 1, Prize.BEST, vacated_at=NOW)]),
    ("ck_round_correction_has_reason", "an open correction without a reason", lambda: _changed(reason="")),
    ("ck_round_correction_names_whole", "a name corrected to none", lambda: _changed(kind=ChangeKind.NAME)),
    ("ck_round_correction_names_whole", "a name corrected from none",
     lambda: _changed(kind=ChangeKind.NAME, new_name="早起鸟")),
    ("ck_round_correction_about_an_award", "a correction about no prize", lambda: _changed(award_id=None)),
    ("ck_round_correction_further_whole", "a further prize for nobody", lambda: _changed(**FURTHER | {"reader_id": None})),
    ("ck_round_correction_further_whole", "a further prize by no appeal", lambda: _changed(**FURTHER | {"report_id": None})),
    ("ck_round_correction_released_has_time", "a correction let go at no time",
     lambda: _changed(state=CorrectionState.RELEASED)),
    ("ck_round_correction_released_has_text", "a correction let go without words",
     lambda: _changed(**CHANGE_OUT | {"print_text": None})),
    ("ck_round_correction_released_by_has_time", "a correction let go by somebody at no time",
     lambda: _changed(released_by_id=1, release_reason="只有一位主编")),
    ("ck_round_correction_own_release_has_reason", "one's own correction let go without a reason",
     lambda: _changed(**CHANGE_OUT | {"release_reason": None})),
    ("ck_round_correction_printed_has_day", "a correction printed on no day",
     lambda: _changed(**CHANGE_OUT | {"state": CorrectionState.PRINTED})),
    ("ck_round_correction_print_whole", "a correction printed by nobody",
     lambda: _changed(**CHANGE_OUT | {"state": CorrectionState.PRINTED, "printed_on": NOW.date(), "printed_at": NOW})),
    ("ck_round_correction_withdrawn_has_time", "a correction withdrawn at no time",
     lambda: _changed(state=CorrectionState.WITHDRAWN)),
    ("ck_round_correction_withdrawal_whole", "a correction withdrawn without a reason",
     lambda: _changed(state=CorrectionState.WITHDRAWN, withdrawn_at=NOW, withdrawn_by_id=1)),
    ("uq_round_correction_report_id", "two further prizes by one appeal",
     lambda: [_change(**FURTHER), _change(**FURTHER)]),
    ("uq_round_correction_moved_on", "two corrections of one lapsed prize",
     lambda: [*_changed(**CHANGE_OUT), _change()]),
    ("uq_round_correction_draft", "two drafts of a kind about one prize", lambda: [
        *_changed(kind=ChangeKind.NOT_ENTITLED), _change(kind=ChangeKind.NOT_ENTITLED)]),
    ("uq_award_round_id_place", "two persons in one place", lambda: [_award(1, 1), _award(1, 2)]),
    ("ck_correction_notice_has_text", "a notice without a word", lambda: [_correction(text="")]),
    ("ck_correction_notice_release_whole", "a notice released by nobody",
     lambda: [_correction(CorrectionState.RELEASED, released_at=NOW)]),
    ("ck_correction_notice_draft_not_released", "a draft that was released",
     lambda: [_correction(**OWN_RELEASE)]),
    ("ck_correction_notice_released_has_time", "released at no time",
     lambda: [_correction(CorrectionState.RELEASED)]),
    ("ck_correction_notice_own_release_has_reason", "one's own notice released without a reason",
     lambda: [_correction(CorrectionState.RELEASED, **OWN_RELEASE | {"release_reason": None})]),
    ("ck_correction_notice_own_release_has_reason", "one's own notice released with an empty reason",
     lambda: [_correction(CorrectionState.RELEASED, **OWN_RELEASE | {"release_reason": ""})]),
    ("ck_correction_notice_printed_has_day", "printed on no day",
     lambda: [_correction(CorrectionState.PRINTED, **OWN_RELEASE)]),
    ("ck_correction_notice_print_whole", "printed on no page",
     lambda: [_correction(CorrectionState.PRINTED, **OWN_RELEASE, **PRINTED | {"printed_page": None})]),
    ("ck_correction_notice_withdrawn_has_time", "withdrawn at no time",
     lambda: [_correction(CorrectionState.WITHDRAWN)]),
    ("ck_correction_notice_withdrawal_whole", "withdrawn without a reason",
     lambda: [_correction(CorrectionState.WITHDRAWN, withdrawn_at=NOW, withdrawn_by_id=1)]),
    ("ck_correction_item_has_words", "a correction of nothing", lambda: _corrected(wrong=None)),
    ("uq_correction_item_notice_id_position", "two corrections in one place of a notice",
     lambda: [*_corrected(), CorrectionItem(notice_id=30, position=1, kind=CorrectionKind.TITLE, right="堂")]),
    ("uq_paper_name", "two papers with one name", lambda: [Paper(name="社区报")]),
    ("ck_paper_rhythm_within_a_year", "an issue every thirteen months",
     lambda: [Paper(name="另一份", months_between=13, first_month="2026-11")]),
    ("ck_paper_rhythm_has_first_month", "a rhythm that begins nowhere", lambda: [Paper(name="另一份", months_between=2)]),
    ("ck_paper_first_month_form", "a first month in another form", lambda: [Paper(name="另一份", first_month="26-11")]),
    ("ck_paper_has_pages", "a paper of no pages", lambda: [Paper(name="另一份", usual_pages=0)]),
    ("uq_issue_paper_id_month", "two issues of one month", lambda: [Issue(paper_id=1, month="2026-11")]),
    ("ck_issue_month_form", "a month in another form", lambda: [Issue(paper_id=1, month="26-11")]),
    ("uq_page_issue_id_number", "two pages with one number", lambda: [Page(issue_id=1, position=2, number="02")]),
    ("ck_page_geometry_has_size", "a page without height",
     lambda: [PageGeometry(page_id=1, width=500.0, height=0.0, boxes=b"")]),
    ("ck_page_geometry_picture_has_width", "a picture without its width",
     lambda: [PageGeometry(page_id=1, width=500.0, height=700.0, boxes=b"", picture="0" * 64, picture_height=9)]),
    ("ck_page_geometry_picture_has_height", "a height without a picture",
     lambda: [PageGeometry(page_id=1, width=500.0, height=700.0, boxes=b"", picture_height=9)]),
    ("ck_page_geometry_checked_by_somebody", "a page checked by nobody",
     lambda: [PageGeometry(page_id=1, width=500.0, height=700.0, boxes=b"", checked_at=NOW)]),
    ("uq_article_page_id_key", "two articles with one key",
     lambda: [Article(page_id=1, position=2, key="02-1", title="又一篇")]),
    ("ck_catalogue_version_single_row", "a second version of the catalogue", lambda: [CatalogueVersion(id=2)]),
    ("ck_outgoing_call_sent_has_time", "sent without a time", lambda: [_call(state=OutgoingState.SENT)]),
    ("ck_outgoing_call_sent_has_time", "queued with a time of sending", lambda: [_call(sent_at=NOW)]),
    ("ck_outgoing_call_tries_counted", "fewer than no tries", lambda: [_call(tries=-1)]),
    ("ck_outgoing_call_address_while_needed", "a letter to nobody", lambda: [_call(target=CallTarget.MEMBER)]),
    ("ck_outgoing_call_address_while_needed", "a member's address beside an alert", lambda: [_call(address="a@example.org")]),
    ("ck_outgoing_call_address_while_needed", "an address after the letter",
     lambda: [_call(target=CallTarget.MEMBER, address="a@example.org", state=OutgoingState.SENT, sent_at=NOW)]),
    ("ck_alert_told_has_time", "told at no time", lambda: [_alert(times=1)]),
    ("ck_alert_told_has_time", "a time of telling where nobody was told", lambda: [_alert(told_at=NOW)]),
    ("ck_alert_times_counted", "told fewer than no times", lambda: [_alert(times=-1, told_at=NOW)]),
    ("ck_answer_count_counted", "fewer than no answers", lambda: [AnswerCount(name="0.1", many=-1)]),
    ("uq_outgoing_call_idempotency_key", "a call twice", lambda: [_call(), _call()]),
    ("ck_outgoing_message_sent_has_time", "sent without a time", lambda: [_outgoing(state=OutgoingState.SENT)]),
    ("ck_outgoing_message_sent_has_time", "queued with a time of sending", lambda: [_outgoing(sent_at=NOW)]),
    ("ck_call_right_resting_has_end", "a rest without an end", lambda: [_right(state=RightState.RESTING)]),
    ("ck_call_right_resting_has_end", "granted until a time", lambda: [_right(until=NOW)]),
    ("uq_outgoing_message_idempotency_key", "one message queued twice", lambda: [_outgoing("k"), _outgoing("k")]),
    ("uq_staff_login", "two staff with one login", lambda: [_staff(login="editor")]),
    ("ck_paper_role_grades", "a role on a paper that does not grade",
     lambda: [PaperRole(staff_id=1, paper_id=1, role=Role.PRIZES)]),
    ("uq_recovery_code_digest", "two recovery codes that are one",
     lambda: [RecoveryCode(staff_id=1, digest="d"), RecoveryCode(staff_id=1, digest="d")]),
    ("uq_password_reset_token_digest", "two links with one token",
     lambda: [PasswordReset(staff_id=1, token_digest="d", made_at=NOW),
              PasswordReset(staff_id=1, token_digest="d", made_at=NOW)]),
    ("uq_staff_session_token_digest", "two sign-ins with one token", lambda: [_session(), _session()]),
    ("ck_reader_link_in_order", "a reader linked with himself", lambda: [_link(other_id=1)]),
    ("ck_reader_link_staff_has_reason", "a link by staff without a reason",
     lambda: [_link(how=LinkedBy.STAFF, staff_id=1)]),
    ("ck_reader_link_staff_has_reason", "a link by staff that nobody made",
     lambda: [_link(how=LinkedBy.STAFF, reason="来电")]),
    ("ck_reader_link_undone_has_reason", "a link undone without a reason", lambda: [_link(undone_at=NOW)]),
    ("uq_reader_link_one_that_stands", "one link that stands twice", lambda: [_link(), _link()]),
    ("ck_reader_measure_has_reason", "a mute without a reason", lambda: [_mute(reason="")]),
    ("ck_reader_measure_has_reason", "a mute with a blank for a reason", lambda: [_mute(reason="  ")]),
    ("ck_reader_measure_bar_has_kind", "a bar that does not say which", lambda: [_mute(kind=Measure.BAR)]),
    ("ck_reader_measure_bar_has_kind", "a mute that bars", lambda: [_mute(bar=Bar.BLOCKED)]),
    ("ck_reader_measure_mute_by_somebody", "a mute by nobody", lambda: [_mute(made_by_id=None)]),
    ("ck_reader_measure_mute_ends_later", "a mute over before it began", lambda: [_mute(until_at=NOW)]),
    ("ck_reader_measure_mute_ends_later", "a bar that runs out",
     lambda: [_mute(kind=Measure.BAR, bar=Bar.BLOCKED, until_at=NOW + timedelta(days=7))]),
    ("ck_reader_measure_ended_has_time", "a mute lifted at no time", lambda: [_mute(ended_by_id=1)]),
    ("ck_reader_measure_ended_has_time", "a bar lifted with a reason at no time",
     lambda: [_mute(kind=Measure.BAR, bar=Bar.BLOCKED, ended_reason="查清了")]),
    ("uq_reader_measure_one_that_stands", "two mutes that stand", lambda: [_mute(), _mute()]),
    ("uq_link_code_code", "one code of two readers",
     lambda: [LinkCode(reader_id=1, code="7KPX3M", expires_at=NOW), LinkCode(reader_id=2, code="7KPX3M", expires_at=NOW)]),
    ("ck_link_try_by_reader_or_staff", "a wrong code by nobody", lambda: [LinkTry(at=NOW)]),
    ("ck_link_try_by_reader_or_staff", "a wrong code by two", lambda: [LinkTry(reader_id=1, staff_id=1, at=NOW)]),
    ("ck_round_article_drafted_has_draft", "a draft that is nowhere", lambda: [_article(ArticleState.DRAFTED)]),
    ("ck_round_article_submitted_has_number", "a publishing without its number",
     lambda: [_article(ArticleState.SUBMITTED, draft_media_id="d")]),
    ("ck_paper_layout_month_form", "a layout from no month on", lambda: [_paper_layout(from_month="2026")]),
    ("ck_paper_layout_has_size", "a page without lines", lambda: [_paper_layout(lines=0)]),
    ("ck_page_layout_both_or_neither", "a page's lines without their length", lambda: [_page_layout(lines=100)]),
    ("ck_page_layout_has_size", "a page with lines of nothing", lambda: [_page_layout(per_line=0, lines=100)]),
    ("ck_page_layout_shares_fit", "more pictures than page",
     lambda: [_page_layout(pictures_percent=60, decoration_percent=41)]),
    ("ck_page_layout_shares_fit", "fewer pictures than none", lambda: [_page_layout(pictures_percent=-1)]),
    ("ck_import_upload_reading_is_claimed", "an import read by nobody", lambda: [_import(state=ImportState.READING)]),
    ("ck_import_upload_claim_has_end", "a claim for ever",
     lambda: [_import(state=ImportState.READING, claim="me")]),
    ("ck_import_upload_read_has_result", "an import read without a result", lambda: [_import(state=ImportState.READ)]),
    ("ck_import_upload_open_has_files", "a waiting import without files", lambda: [_import(files_kept=False)]),
    ("ck_import_upload_pages_within", "more pages done than there are", lambda: [_import(pages_done=1)]),
    ("ck_import_upload_tries_counted", "fewer than no tries", lambda: [_import(tries=-1)]),
    ("uq_import_upload_token", "two imports in one folder", lambda: [_import(), _import()]),
    ("ck_house_find_has_words", "a house find of nothing", lambda: [_house_find(wrong="")]),
    ("ck_house_find_withdrawn_by_somebody", "a house find withdrawn by nobody",
     lambda: [_house_find(withdrawn_at=NOW, withdrawn_reason="看错了")]),
    ("ck_house_find_withdrawn_with_reason", "a house find withdrawn for no reason",
     lambda: [_house_find(withdrawn_at=NOW, withdrawn_by_id=1)]),
    ("ck_audit_entry_staff_is_named", "an act of staff by nobody", lambda: [_audit(actor_kind=ActorKind.STAFF)]),
    ("ck_audit_entry_staff_is_named", "an act of the scheduler by staff", lambda: [_audit(staff_id=1)]),
    ("ck_audit_entry_link_has_number", "an entry in the chain at no place", lambda: [_audit(chain="a" * 64)]),
    ("ck_audit_entry_link_has_number", "a place in the chain without a link", lambda: [_audit(chain_number=1)]),
    ("uq_audit_entry_chain_number", "two entries at one place of the chain",
     lambda: [_audit(chain="a" * 64, chain_number=1), _audit(chain="b" * 64, chain_number=1)]),
    ("ck_round_record_version_counted", "a version before the first", lambda: [_record(version=0, reason="重评")]),
    ("ck_round_record_new_version_has_reason", "a new version for no reason", lambda: [_record(version=2)]),
    ("ck_round_record_signed_has_time", "a record signed at no time", lambda: [_record(signature=b"s")]),
    ("ck_round_record_signed_has_time", "a time of signing without a signature", lambda: [_record(signed_at=NOW)]),
    ("ck_round_record_part_number_counted", "a part before the first", lambda: [_record(), _record_part(number=0)]),
    ("uq_round_record_round_id_version", "two first versions of a record", lambda: [_record(), _record()]),
    ("ck_note_taken_back_is_empty", "a note without words", lambda: [_note(text="")]),
    ("ck_note_taken_back_is_empty", "a note taken back with its words", lambda: [_note(taken_back_at=NOW)]),
    ("ck_canned_reason_has_text", "a ready sentence without words", lambda: [_canned(text="")]),
    ("uq_canned_reason_contest_id_kind_text", "a ready sentence twice", lambda: [_canned(), _canned(position=2)]),
    ("uq_practice_run_staff_id_number", "two first runs of one member", lambda: [_practice_run(), _practice_run(id=8)]),
    ("uq_calibration_item_round_id_position", "two first reports of a set",
     lambda: [*_calibrated(), CalibrationItem(round_id=1, position=1, report_id=2)]),
    ("uq_calibration_item_round_id_report_id", "a report twice in a set",
     lambda: [*_calibrated(), CalibrationItem(round_id=1, position=2, report_id=1)]),
    ("ck_rescoring_has_reason", "a change of a grade for no reason", lambda: [_rescoring(reason="")]),
    ("ck_rescoring_of_report_or_rules", "a change of nothing", lambda: [_rescoring(report_id=None)]),
    ("ck_rescoring_of_report_or_rules", "a change of a grade and of the rules",
     lambda: [_rescoring(before_rules_id=1, after_rules_id=1)]),
    ("ck_rescoring_rules_from_and_to", "rules changed to none", lambda: [_rescoring(before_rules_id=1)]),
    ("ck_rescoring_crossing_within_moved", "more names than persons", lambda: [_rescoring(crossing=3)]),
    ("ck_prize_claim_entered_by_staff", "a claim entered by nobody", lambda: _claimed_prize(way=ClaimWay.PHONE)),
    ("ck_prize_claim_entered_by_staff", "a winner's own claim entered by staff", lambda: _claimed_prize(staff_id=1)),
    ("ck_prize_claim_deleted_after_claim", "contact deleted before it was given",
     lambda: _claimed_prize(contact_deleted_at=NOW - timedelta(days=1))),
    ("ck_prize_receipt_says_something", "a receipt of nothing", lambda: _signed(note="")),
    ("ck_prize_receipt_price_above_nothing", "a souvenir for less than nothing", lambda: _signed(price_fen=-1)),
    ("ck_pair_choice_in_order", "a pair the wrong way round", lambda: [_pair(one_id=2, other_id=1)]),
    ("ck_pair_choice_better_of_the_two", "a third is the better of two", lambda: [report_row(1, id=3), _pair(better_id=3)]),
    ("uq_lead_round_id_key", "one lead twice", lambda: [_lead(), _lead()]),
    ("ck_lead_closed_has_outcome", "a lead closed without an outcome", lambda: [_lead(**CLOSED_LEAD | {"outcome": None})]),
    ("ck_lead_closed_has_closer", "a lead closed by nobody", lambda: [_lead(**CLOSED_LEAD | {"closed_by_id": None})]),
    ("ck_lead_closed_has_reason", "a lead closed for no reason", lambda: [_lead(**CLOSED_LEAD | {"reason": None})]),
    ("ck_lead_closed_has_reason", "a lead closed with an empty reason", lambda: [_lead(**CLOSED_LEAD | {"reason": ""})]),
    ("ck_lead_counted", "a lead of nothing", lambda: [_lead(count=0)]),
    ("ck_lead_counted", "more of a reader's reports than he has", lambda: [_lead(count=5, total=4)]),
]  # fmt: skip

# The other side: states that the same constraints must let through.
ALLOWED: list[tuple[str, Callable[[], list[Base]]]] = [
    ("a change of a grade", lambda: [_rescoring()]),
    ("a change of the rules", lambda: [_rescoring(report_id=None, before_rules_id=1, after_rules_id=1)]),
    ("an accepted report", lambda: [report_row(3, **ACCEPTED)]),
    ("a refused report", lambda: [report_row(3, **REFUSED)]),
    ("a duplicate", lambda: [report_row(3, **REPEATED)]),
    ("a report sent back", lambda: [report_row(3, **DECIDED | {"state": ReportState.NEEDS_MORE})]),
    ("an escalated report", lambda: [report_row(3, **DECIDED | {"state": ReportState.ESCALATED})]),
    ("a withdrawn report", lambda: [report_row(3, state=ReportState.WITHDRAWN, withdrawn_at=NOW)]),
    ("an empty span, for a missing character",
     lambda: [_erratum(article_id=1, paragraph=0, span_start=2, span_end=2)]),
    ("two readers without an openid", lambda: [_reader(3, openid=None), _reader(4, openid=None)]),
    ("one openid at two accounts", lambda: [_reader(1, account="service")]),
    ("the same delivery key at two accounts", lambda: [message_row(30, account="service", dedupe_key="key1")]),
    ("a released round", lambda: [_round(state=RoundState.RELEASED, closed_at=NOW, picked_at=NOW, result={},
                                         released_at=LATER)]),
    ("one best and others", lambda: [_award(1, 1, Prize.BEST), _award(2, 2)]),
    ("a lapsed prize and whoever has it now", lambda: _moved()),
    ("a further best beside the picked one", lambda: [
        _award(1, 1, Prize.BEST), _award(2, 2, Prize.BEST, origin=AwardOrigin.FURTHER)]),
    ("a souvenir left for the best prize", lambda: [
        _award(1, 1, Prize.BEST, id=40), _award(2, 2, vacated_at=NOW),
        _award(3, 2, Prize.BEST, origin=AwardOrigin.MOVED_ON, from_award_id=40)]),
    ("a correction drafted and let go by the scheduler", lambda: _changed(
        **CHANGE_OUT | {"drafted_by_id": None, "released_by_id": None, "release_reason": None})),
    ("a correction in print", lambda: _changed(**CHANGE_OUT | {
        "state": CorrectionState.PRINTED, "printed_on": NOW.date(), "printed_at": NOW, "printed_by_id": 1})),
    ("a link undone and made again", lambda: [_link(undone_at=NOW, undone_reason="弄错了"), _link()]),
    ("a second version of a record", lambda: [_record(), _record(version=2, reason="申诉成立")]),
    ("a signed record", lambda: [_record(signature=b"s", signed_at=NOW)]),
    ("entries that wait for the chain", lambda: [_audit(), _audit()]),
    ("two steps of one round ticked", lambda: [_tick(), _tick(step=ReleaseStep.MASS_SENT, staff_id=None)]),
    ("a notice released by another", lambda: [
        _staff(id=31), _correction(CorrectionState.RELEASED, released_at=NOW, released_by_id=31)]),
    ("a notice released by its writer, who said why", lambda: [_correction(CorrectionState.RELEASED, **OWN_RELEASE)]),
    ("a printed notice", lambda: [_correction(CorrectionState.PRINTED, **OWN_RELEASE, **PRINTED)]),
    ("a notice withdrawn after its release", lambda: [_correction(
        CorrectionState.WITHDRAWN, **OWN_RELEASE, withdrawn_at=NOW, withdrawn_by_id=1, withdraw_reason="不登了")]),
    ("a correction of a word left out", lambda: _corrected(wrong=None, right="堂")),
    ("a page with pictures only", lambda: [_page_layout(pictures_percent=60, decoration_percent=40)]),
    ("an import under way", lambda: [_import(state=ImportState.READING, claim="me", claimed_until=LATER)]),
    ("an import that was applied", lambda: [_import(state=ImportState.APPLIED, result="r", files_kept=False)]),
    ("a withdrawn house find", lambda: [_house_find(withdrawn_at=NOW, withdrawn_by_id=1, withdrawn_reason="看错了")]),
    ("two house finds of one erratum", lambda: [_house_find(), _house_find()]),
    ("a grade replaced once", lambda: [_grade(id=30), _grade(id=31, replaces_id=30)]),
    ("a claim taken on the telephone, its contact deleted", lambda: _claimed_prize(
        way=ClaimWay.PHONE, staff_id=1, contact_deleted_at=LATER)),
    ("a price without a receipt", lambda: _signed(note="", price_fen=3_500)),
    ("a note taken back", lambda: [_note(text="", taken_back_at=NOW)]),
    ("an open lead, and one somebody looked at", lambda: [_lead(), _lead(key="another", **CLOSED_LEAD)]),
    ("a ready sentence for two verdicts", lambda: [_canned(), _canned(kind=CannedKind.DESK)]),
]  # fmt: skip


def _columns(name: str) -> list[str]:
    """table.column of a UNIQUE constraint or index: SQLite names these and not the constraint."""
    for table in metadata.tables.values():
        for one in (*table.constraints, *table.indexes):
            if one.name is not None and str(_full_name(one, table)) == name:
                return [f"{table.name}.{column.name}" for column in one.columns]  # type: ignore[union-attr]
    raise LookupError(name)


def _full_name(constraint: Any, table: Table) -> str:
    name = constraint.name
    if isinstance(constraint, CheckConstraint) and not str(name).startswith("ck_"):
        return f"ck_{table.name}_{name}"
    return str(name)


@pytest.mark.parametrize(("constraint", "tried", "make"), FORBIDDEN, ids=[case[1] for case in FORBIDDEN])
def test_wrong_state_is_refused(
    rows: Session, constraint: str, tried: str, make: Callable[[], list[Base]]
) -> None:
    rows.add_all(make())
    with pytest.raises(IntegrityError) as refused:
        rows.flush()
    unnamed = constraint.startswith("uq_") and rows.get_bind().dialect.name == "sqlite"
    expected = ", ".join(_columns(constraint)) if unnamed else constraint
    assert expected in str(refused.value.orig), tried


@pytest.mark.parametrize(("name", "make"), ALLOWED, ids=[case[0] for case in ALLOWED])
def test_right_state_is_stored(rows: Session, name: str, make: Callable[[], list[Base]]) -> None:
    made = make()
    rows.add_all(made)
    rows.flush()
    assert all(row in rows for row in made), name


STORED_ENUMS = [
    (table.name, column.name)
    for table in metadata.sorted_tables
    for column in table.columns
    if hasattr(column.type, "enums")
]


@pytest.mark.parametrize(("table", "column"), STORED_ENUMS, ids=[".".join(pair) for pair in STORED_ENUMS])
def test_unknown_state_is_refused(rows: Session, table: str, column: str) -> None:
    kind: Any = metadata.tables[table].c[column].type
    _one_of_each(rows)
    with pytest.raises(IntegrityError) as refused:
        rows.execute(text(f'UPDATE "{table}" SET "{column}" = \'no_such_state\''))
    assert f"ck_{table}_" in str(refused.value.orig) or kind.name in str(refused.value.orig)


def _one_of_each(session: Session) -> None:
    """A row in every table that has a state and no row yet."""
    outgoing = _outgoing()
    session.add_all([_call(), _grade(), _award(1), outgoing, _right(), _audit(), _attachment(), _link(), _mute(), _article()])
    session.flush()
    session.add(DeliveryAttempt(outgoing_id=outgoing.id, channel="customer", started_at=NOW))
    session.add(_review(first_grade_id=session.scalars(select(Grade.id)).first()))
    session.add(_bulk_act(id=1))
    session.flush()
    session.add(_bulk_item())
    award_id = session.scalars(select(Award.id)).first()
    session.add_all([ClaimTerm(award_id=award_id, until=NOW), _prize_claim(award_id or 0)])
    session.flush()
    session.add(ClaimContact(award_id=award_id, kind=ContactKind.PHONE, key_id="k", sealed="s"))
    session.add(Declaration(award_id=award_id, relation=Relation.NEITHER, asked_at=NOW))
    session.add_all([_tick(), SearchGram(gram="食唐", kind=SearchKind.ARTICLE, ref_id=1),
                     SearchMark(kind=SearchKind.ARTICLE, upto=NOW)])
    session.flush()
    session.add_all([_house_find(), _import(), _canned(), _lead()])
    session.add_all([*_corrected(), ErratumCause(erratum_id=1, cause=DeskCause.EDITING, staff_id=1, set_at=NOW)])
    session.flush()
    session.add_all([_reminder(), _reveal(), _appeal(), _entry(), _change(**FURTHER)])
    session.add_all([PaperRole(staff_id=1, paper_id=1, role=Role.EDITOR), StaffPreference(staff_id=1)])
    session.flush()
    session.add_all([_draft(), Presence(report_id=1, staff_id=1, doing=Doing.VIEWING, seen_at=NOW)])
    session.flush()
    session.add_all([_practice_run(), *_calibrated()])
    session.flush()
    session.add_all([_practice_answer(), _calibration_grade()])
    session.flush()
    job_run = metadata.tables["job_run"]
    session.execute(insert(job_run).values(name="close", started_at=NOW, outcome="done", result={}))


def _practice_run(**changes: Any) -> PracticeRun:
    return PracticeRun(**{"id": 7, "staff_id": 1, "number": 1, "started_at": NOW} | changes)


def _practice_answer() -> PracticeAnswer:
    return PracticeAnswer(run_id=7, item="headline", verdict=Verdict.SUGGESTION, answered_at=NOW)


def _calibrated() -> list[Base]:
    return [Calibration(round_id=1, made_at=NOW, made_by_id=1), CalibrationItem(id=7, round_id=1, position=1, report_id=1)]


def _calibration_grade() -> CalibrationGrade:
    return CalibrationGrade(item_id=7, staff_id=1, verdict=Verdict.SUGGESTION, graded_at=NOW)


CLOSED_LEAD = {"closed_at": NOW, "closed_by_id": 1, "outcome": LeadOutcome.NOTHING, "reason": "母女一起看报"}


def _lead(**changes: Any) -> Lead:
    values: dict[str, Any] = {"round_id": 1, "kind": LeadKind.TOGETHER, "key": "k", "count": 4, "total": 4, "numbers": [1],
                              "found_at": NOW}
    return Lead(**values | changes)


def _pair(**changes: Any) -> PairChoice:
    values = {"round_id": 1, "staff_id": 1, "one_id": 1, "other_id": 2, "chosen_at": NOW} | changes
    return PairChoice(**values)


FOREIGN: list[tuple[str, Callable[[], Base]]] = [
    ("a report of no reader", lambda: report_row(3, reader_id=99)),
    ("a report of no message", lambda: report_row(3, message_id=99)),
    ("a duplicate of no report", lambda: report_row(3, **REPEATED | {"original_id": 99})),
    ("a report decided by no staff", lambda: report_row(3, **REFUSED | {"decided_by_id": 99})),
    ("a grade of no report", lambda: _grade(report_id=99)),
    ("an award in no round", lambda: Award(round_id=99, person_id=1, reader_id=1, prize=Prize.BEST, place=1,
                                           standing_milli=0, state_at=NOW)),
    ("a lead in no round", lambda: _lead(round_id=99)),
    ("a lead about nobody", lambda: LeadReader(lead_id=99, reader_id=1)),
    ("a search for leads in no round", lambda: LeadSearch(round_id=99, at=NOW)),
    ("a term of no award", lambda: ClaimTerm(award_id=99, until=NOW)),
    ("a claim of no award", lambda: _prize_claim(99)),
    ("a receipt of no award", lambda: PrizeReceipt(award_id=99, note="单", entered_at=NOW)),
    ("contact of no claim", lambda: ClaimContact(award_id=99, kind=ContactKind.PHONE, key_id="k", sealed="s")),
    ("a prize that moved on from none that there is", lambda: _award(
        1, origin=AwardOrigin.MOVED_ON, from_award_id=99)),
    ("a correction of no round", lambda: _change(**FURTHER | {"round_id": 99})),
    ("a correction of no prize that there is", lambda: _change(award_id=99)),
    ("a tick in no round", lambda: _tick(round_id=99)),
    ("a record of no round", lambda: _record(round_id=99)),
    ("an intake list of no round", lambda: RoundIntake(round_id=99, entries=b"")),
    ("a tick by no staff", lambda: _tick(staff_id=99)),
    ("an attempt at no message", lambda: DeliveryAttempt(outgoing_id=99, channel="customer", started_at=NOW)),
    ("a cause of no erratum", lambda: ErratumCause(erratum_id=99, cause=DeskCause.EDITING, staff_id=1, set_at=NOW)),
    ("a notice about no issue", lambda: _correction(issue_id=99)),
    ("a layout of no page", lambda: _page_layout(page_id=99)),
    ("a house find of no erratum", lambda: _house_find(erratum_id=99)),
    ("an import by nobody", lambda: _import(staff_id=99)),
    ("a house find by nobody", lambda: _house_find(found_by_id=99)),
    ("a reminder of nobody", lambda: _reminder(staff_id=99)),
    ("a look at no report", lambda: _reveal(report_id=99)),
    ("a box on no picture", lambda: PictureBox(attachment_id=99, left_=0, top=0, right_=9, bottom=9, drawn_by_id=1,
                                               drawn_at=NOW)),
    ("a conversation with no reader", lambda: Conversation(reader_id=99)),
    ("a paper graded by nobody", lambda: PaperGrader(paper_id=1, staff_id=99)),
    ("a note on no report", lambda: _note(report_id=99)),
    ("a mention of nobody", lambda: NoteMention(note_id=99, staff_id=99)),
    ("further words about no report", lambda: FurtherWords(message_id=1, report_id=99)),
    ("a filter of nobody", lambda: SavedFilter(staff_id=99, name="甲", parameters={}, made_at=NOW)),
    ("an item of no act", lambda: _bulk_item(act_id=99)),
    ("a ready sentence of no contest", lambda: _canned(contest_id=99)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "make"), FOREIGN, ids=[case[0] for case in FOREIGN])
def test_row_of_nothing_is_refused(rows: Session, name: str, make: Callable[[], Base]) -> None:
    rows.add(make())
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        rows.flush()


def test_every_constraint_is_tried() -> None:
    """A new constraint needs its row in FORBIDDEN (the CHECKs of enums are tried together)."""
    named = set()
    for table in metadata.tables.values():
        states = {
            f"ck_{table.name}_{column.type.name}" for column in table.columns if hasattr(column.type, "enums")
        }
        for one in table.constraints:
            if isinstance(one, (CheckConstraint, UniqueConstraint)):
                named.add(_full_name(one, table))
        named.update(str(index.name) for index in table.indexes if index.unique)
        named -= states
    assert {case[0] for case in FORBIDDEN} == named


def test_report_numbers_are_never_used_again(rows: Session) -> None:
    """Not by deletion of the last one either: SQLite would, without AUTOINCREMENT."""
    rows.add(first := report_row(3))
    rows.flush()
    number = first.id
    rows.delete(first)
    rows.flush()
    rows.add(second := report_row(3))
    rows.flush()
    assert second.id == number + 1
    assert isinstance(second, Report)
