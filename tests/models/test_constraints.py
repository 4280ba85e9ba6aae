"""Every constraint that makes a wrong state impossible, tried with a row in that state on each database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import CheckConstraint, Engine, Table, UniqueConstraint, insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.articles import RoundArticle
from models.attachments import Attachment
from models.audit import AuditEntry
from models.base import Base
from models.contests import Award, Contest, Declaration, Round, RoundTick, RuleSet
from models.enums import (
    ActorKind,
    ArticleState,
    AttachmentKind,
    AttachmentState,
    Bar,
    CorrectionKind,
    CorrectionState,
    DeskCause,
    ImportState,
    ImportStep,
    LinkedBy,
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
from models.ledger import HouseFind, PageLayout, PaperLayout
from models.links import LinkCode, LinkTry, ReaderLink
from models.messages import Conversation
from models.newsroom import CorrectionItem, CorrectionNotice, ErratumCause
from models.outgoing import CallRight, DeliveryAttempt, OutgoingMessage
from models.papers import Article, CatalogueVersion, Issue, Page, PageGeometry, Paper, PaperGrader
from models.readers import Person, Reader
from models.reports import Erratum, ErratumApart, Report, ReportVersion
from models.search import SearchGram, SearchMark
from models.session import make_engine
from models.staff import Staff, StaffSession
from models.tables import metadata
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


def _award(place: int, person: int = 1, prize: Prize = Prize.EXCELLENT) -> Award:
    return Award(round_id=1, person_id=person, reader_id=person, prize=prize, place=place, standing_milli=1000,
                 state_at=NOW)  # fmt: skip


def _grade(**changes: Any) -> Grade:
    values: dict[str, Any] = {
        "report_id": 1, "report_version": 1, "grader_id": 1, "rule_set_id": 1,
        "verdict": Verdict.NOT_AN_ERROR, "reason_text": "原文无误。", "created_at": NOW,
    }  # fmt: skip
    return Grade(**values | changes)


def _right(**changes: Any) -> CallRight:
    values: dict[str, Any] = {"account": "main", "call": "customer", "state": RightState.GRANTED, "since": NOW}
    return CallRight(**values | changes)


def _outgoing(key: str = "a", **changes: Any) -> OutgoingMessage:
    values: dict[str, Any] = {"reader_id": 1, "kind": "notice", "idempotency_key": key, "text": "字",
                              "not_before": NOW, "created_at": NOW}  # fmt: skip
    return OutgoingMessage(**values | changes)


def _attachment(**changes: Any) -> Attachment:
    values: dict[str, Any] = {"message_id": 1, "reader_id": 1, "kind": AttachmentKind.PICTURE, "received_at": NOW,
                              "state": AttachmentState.WAITING, "due_at": NOW}  # fmt: skip
    return Attachment(**values | changes)


def _link(**changes: Any) -> ReaderLink:
    return ReaderLink(**{"one_id": 1, "other_id": 2, "how": LinkedBy.CODE, "made_at": NOW} | changes)


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


# What is tried → the rows that try it. The constraint that must refuse stands first.
FORBIDDEN: list[tuple[str, str, Callable[[], list[Base]]]] = [
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
    ("uq_award_round_id_person_id", "two prizes for one person", lambda: [_award(1, 1), _award(2, 1)]),
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
    ("ck_outgoing_message_sent_has_time", "sent without a time", lambda: [_outgoing(state=OutgoingState.SENT)]),
    ("ck_outgoing_message_sent_has_time", "queued with a time of sending", lambda: [_outgoing(sent_at=NOW)]),
    ("ck_call_right_resting_has_end", "a rest without an end", lambda: [_right(state=RightState.RESTING)]),
    ("ck_call_right_resting_has_end", "granted until a time", lambda: [_right(until=NOW)]),
    ("uq_outgoing_message_idempotency_key", "one message queued twice", lambda: [_outgoing("k"), _outgoing("k")]),
    ("uq_staff_login", "two staff with one login", lambda: [_staff(login="editor")]),
    ("uq_staff_session_token_digest", "two sign-ins with one token", lambda: [_session(), _session()]),
    ("ck_reader_link_in_order", "a reader linked with himself", lambda: [_link(other_id=1)]),
    ("ck_reader_link_staff_has_reason", "a link by staff without a reason",
     lambda: [_link(how=LinkedBy.STAFF, staff_id=1)]),
    ("ck_reader_link_staff_has_reason", "a link by staff that nobody made",
     lambda: [_link(how=LinkedBy.STAFF, reason="来电")]),
    ("ck_reader_link_undone_has_reason", "a link undone without a reason", lambda: [_link(undone_at=NOW)]),
    ("uq_reader_link_one_that_stands", "one link that stands twice", lambda: [_link(), _link()]),
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
]  # fmt: skip

# The other side: states that the same constraints must let through.
ALLOWED: list[tuple[str, Callable[[], list[Base]]]] = [
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
    ("a link undone and made again", lambda: [_link(undone_at=NOW, undone_reason="弄错了"), _link()]),
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
    session.add_all([_grade(), _award(1), outgoing, _right(), _audit(), _attachment(), _link(), _article()])
    session.flush()
    session.add(DeliveryAttempt(outgoing_id=outgoing.id, channel="customer", started_at=NOW))
    award_id = session.scalars(select(Award.id)).first()
    session.add(Declaration(award_id=award_id, relation=Relation.NEITHER, asked_at=NOW))
    session.add_all([_tick(), SearchGram(gram="食唐", kind=SearchKind.ARTICLE, ref_id=1),
                     SearchMark(kind=SearchKind.ARTICLE, upto=NOW)])
    session.flush()
    session.add_all([_house_find(), _import()])
    session.add_all([*_corrected(), ErratumCause(erratum_id=1, cause=DeskCause.EDITING, staff_id=1, set_at=NOW)])
    session.flush()
    job_run = metadata.tables["job_run"]
    session.execute(insert(job_run).values(name="close", started_at=NOW, outcome="done", result={}))


FOREIGN: list[tuple[str, Callable[[], Base]]] = [
    ("a report of no reader", lambda: report_row(3, reader_id=99)),
    ("a report of no message", lambda: report_row(3, message_id=99)),
    ("a duplicate of no report", lambda: report_row(3, **REPEATED | {"original_id": 99})),
    ("a report decided by no staff", lambda: report_row(3, **REFUSED | {"decided_by_id": 99})),
    ("a grade of no report", lambda: _grade(report_id=99)),
    ("an award in no round", lambda: Award(round_id=99, person_id=1, reader_id=1, prize=Prize.BEST, place=1,
                                           standing_milli=0, state_at=NOW)),
    ("a tick in no round", lambda: _tick(round_id=99)),
    ("a tick by no staff", lambda: _tick(staff_id=99)),
    ("an attempt at no message", lambda: DeliveryAttempt(outgoing_id=99, channel="customer", started_at=NOW)),
    ("a cause of no erratum", lambda: ErratumCause(erratum_id=99, cause=DeskCause.EDITING, staff_id=1, set_at=NOW)),
    ("a notice about no issue", lambda: _correction(issue_id=99)),
    ("a layout of no page", lambda: _page_layout(page_id=99)),
    ("a house find of no erratum", lambda: _house_find(erratum_id=99)),
    ("an import by nobody", lambda: _import(staff_id=99)),
    ("a house find by nobody", lambda: _house_find(found_by_id=99)),
    ("a conversation with no reader", lambda: Conversation(reader_id=99)),
    ("a paper graded by nobody", lambda: PaperGrader(paper_id=1, staff_id=99)),
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
