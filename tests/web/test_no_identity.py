"""No screen on which anybody grades shows who wrote: every route of the console is opened, with names planted everywhere.

The routes come from the application itself, so that none can be forgotten: one that is neither opened here nor listed with
its reason fails the test.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from bot.audit import by_staff
from bot.catalogue.library import Library
from bot.clock import FrozenClock
from bot.judging import grading, reviews
from bot.letters import callers, desk, redaction
from bot.letters.callers import Given
from bot.media.sources import store
from bot.settings import Settings
from bot.teamwork import notes
from models.appeals import Appeal
from models.attachments import Attachment
from models.contests import Contest, Round
from models.enums import AttachmentKind, AttachmentState, MessageFate, OutgoingState, Role, Verdict
from models.leads import Lead, LeadReader
from models.messages import Message
from models.notes import FurtherWords
from models.outgoing import OutgoingMessage
from models.papers import Issue, Page, Paper
from models.readers import Reader
from models.reports import Report
from models.session import reading, writing
from models.staff import Staff
from models.work_enums import AppealState, LeadKind
from tests.support import factories
from tests.support.factories import (
    DISCOUNT,
    ELSEWHERE,
    HEADLINE,
    MONTH,
    NICKNAME,
    NOW,
    OPENID,
    VOLUNTEERS,
    House,
)
from tests.support.files import picture

GRADERS = (Role.EDITOR, Role.CHIEF, Role.ADMIN)
SELF = "我叫季小满，住在银杏小区3栋2单元501室，手机139 1234 5678，微信号xiaoman_88，邮箱xm88@example.com。\n——退休教师季某"
SECRETS = (
    OPENID,
    NICKNAME,
    "季小满",
    "139 1234 5678",
    "13912345678",
    "一三九一二三四五六七八",
    "xiaoman_88",
    "xm88@example.com",
    "3栋2单元501室",
    "退休教师季某",
    "qlogo",
    "headimgurl",
    "UNIONID",
)
"""The openid, the name for print, what the reader says of himself, an avatar's address, a unionid."""

NOT_OPENED = {
    "static": "files of ours", "bootstrap.static": "files of the library", "webhook.receive": "the platform's door",
    "health.healthz": "says that it lives", "health.readyz": "says what is ready",
    "metrics.show": "counts of nobody, see its own tests",
    "auth.sign_in": "before signing in", "auth.code": "before signing in", "forgotten.ask": "before signing in",
    "forgotten.choose": "before signing in", "demo.deadline": "the demo's clock",
    "first_password.index": "before anything else is open",
    "imports.show": "a newspaper's files on their way in", "imports.progress": "a newspaper's files on their way in",
    "imports.thumbnail": "a newspaper's files on their way in",
    "pictures.whole": "a picture of a printed page", "pictures.tile": "a picture of a printed page",
    "pictures.crop": "a picture of a printed page", "mending.show": "needs a picture of a printed page",
    "announcement.show": "of a picked round, names only for chiefs and as printed, see tests of announcement",
    "announcement.file": "the same as a file", "announcement.notice": "a correction as it is printed",
    "articles.show": "of a picked round, for those who announce the names",
    "articles.picture": "of a picked round, for those who announce the names",
    "reach.show": "of a picked round, for those who announce the names, see its own tests",
    "corrections.show": "a correction as it is printed", "bulk.show": "a list of numbers and states",
    "calibration.show": "archived reports under their own mask, see tests of calibration",
    "calibration.item": "archived reports under their own mask, see tests of calibration",
    "pairs.show": "finalists under made-up names, see tests of pairs",
    "codes.as_svg": "a paper's QR code", "codes.as_png": "a paper's QR code",
    "claims.show": "a winner's own page, opened by his link", "claims.old": "says how to get a link",
    "own_privacy.show": "a reader's own, opened by his link", "own_privacy.delete": "a reader's own, opened by his link",
    "follower_sign_in.enter": "leads to the platform", "follower_sign_in.back": "leads on to a reader's own pages",
    "satisfaction.show": "a reader's own page, opened by his link",
    "copies.show": "a reader's own copy, opened by his link", "copies.notice": "the notice to every reader",
    "own_standing.standing": "a reader's own, opened by his link", "own_standing.listing": "a reader's own, opened by his link",
    "own_reports.index": "a reader's own, opened by his link", "own_reports.show": "a reader's own, opened by his link",
    "own_reports.change": "a reader's own, opened by his link",
    "prizes.show": "for whoever hands prizes over; nobody grades there", "prizes.enter": "the same",
    "prizes.index": "names of released rounds, which are printed",
    "payouts.index": "the same, and only for chiefs and whoever hands prizes over, see its own tests",
    "certificates.one": "the same", "certificates.of_round": "the same",
    "changes.show": "of a picked round, names only for chiefs and as printed, see tests of after_pick",
    "changes.record": "a record holds no personal data, see tests of records",
    "contest_pages.home": "open to anybody, see tests of open_pages", "contest_pages.rules": "the same",
    "contest_pages.winners": "the same", "contest_pages.hall": "the same", "errata_pages.index": "the same",
    "errata_pages.issue": "the same", "errata_pages.refused": "the same", "errata_pages.cut": "a correction as it is printed",
    "public_records.show": "a released round, see its own tests", "public_records.file": "a record holds no names",
    "public_records.listed": "months of released rounds", "public_records.data": "what the page of a released round says",
    "second_factor.new_codes": "the member's own account", "second_factor.switch_off": "the member's own account",
}  # fmt: skip
STARTS = (
    "/",
    "/queue",
    "/desk/",
    "/rounds/",
    "/papers",
    "/statistics",
    "/search",
    "/search?q=食堂",
    "/search?q=优慧",
    "/search?q=季小",
    "/mentions",
    "/mentions/names?q=a",
    "/queue/filters",
    "/queue/bulk",
    "/queue/on?n=10001",
    "/callers/",
    "/account",
    "/operations/",
    "/operations/?view=queued",
    "/operations/?view=unreachable",
)
MOST_LINKED = 6
"""So many pages of a route are opened by following links, besides those of the planted values."""


@dataclass
class Planted:
    """Ids of what was planted, for addresses that no link leads to."""

    house: House
    numbers: list[int] = field(default_factory=list)
    values: dict[str, list[object]] = field(default_factory=dict)


@pytest.fixture
def planted(engine: Engine, house: House, staff: dict[Role, int], settings: Settings) -> Planted:
    """Reports, letters, a photo, a voice, an appeal, notes, an answer, a caller: each with all there is to hide."""
    found = Planted(house)
    with writing(engine) as session:
        other = by_staff(factories.staff(session, "second", Role.EDITOR))
        one = factories.reader(session)
        texts = (
            f"{HEADLINE}，理由：我是{NICKNAME}1，{SELF}",
            f"{DISCOUNT} {SELF}",
            f"{VOLUNTEERS}。手机一三九一二三四五六七八",
            f"{ELSEWHERE} 联系我 13912345678 署名：季小满",
            f"{HEADLINE} 此致敬礼！季小满",
        )
        found.numbers = [
            factories.report(session, text, reader_id=one if n < 4 else None, at=NOW - timedelta(hours=12 * (5 - n)))
            for n, text in enumerate(texts)
        ]
        first, second, third, fourth, _ = found.numbers
        factories.accept(session, third, house)
        _refuse(session, fourth, house)
        _appeal(session, one, fourth, house, now=NOW)
        reviews.open_for_appeal(session.connection(), fourth, now=NOW)
        grading.escalate(
            session,
            second,
            "请主编看看",
            actor=by_staff(house.editor_id),
            now=NOW,
            expected_version=factories.version_of(session, second),
        )
        notes.add(session, first, f"读者来过电话 13912345678，自称{NICKNAME}1", actor=other, now=NOW)
        _further(session, one, third)
        letters = [
            factories.message(session, one, SELF, fate=fate, at=NOW - timedelta(minutes=n))
            for n, fate in enumerate((MessageFate.DESK, MessageFate.FAILED, MessageFate.UNREAD))
        ]
        voice = factories.message(session, one, None, msg_type="voice", fate=MessageFate.DESK)
        photo = factories.message(session, one, None, msg_type="image", fate=MessageFate.DESK)
        session.get_one(Message, photo).fields = {
            "PicUrl": f"http://mmbiz.qlogo.cn/{OPENID}/0",
            "FromUserName": OPENID,
        }
        _attach(session, settings, one, photo, AttachmentKind.PICTURE, first)
        _attach(session, settings, one, voice, AttachmentKind.VOICE, first)
        attachment = session.scalar(select(Attachment.id).where(Attachment.kind == AttachmentKind.PICTURE))
        assert attachment
        redaction.draw(session, attachment, [(0, 0, 5000, 5000)], actor=other, now=NOW)
        desk.answer(session, letters[0], "收到，谢谢您", actor=other, now=NOW)
        desk.close(session, letters[0], "已处理", actor=other, now=NOW)
        _outgoing(session, one)
        entered = callers.enter(
            session,
            Library(),
            Given(
                "call",
                NOW - timedelta(hours=1),
                f"{DISCOUNT}。{SELF}",
                "nonce-1",
                house.contest_id,
                label="老读者甲",
                name=f"{NICKNAME}9",
            ),
            actor=other,
            now=NOW,
        )
        _lead(session, house, one, first)
        found.values = _values(session, [*letters, voice, photo, entered.message_id])
    return found


def _lead(session: Session, house: House, reader_id: int, number: int) -> None:
    lead = Lead(round_id=house.round_id, kind=LeadKind.NAMESAKE, key="planted", count=1, total=1, numbers=[number], found_at=NOW)
    session.add(lead)
    session.flush()
    session.add(LeadReader(lead_id=lead.id, reader_id=reader_id))
    session.flush()


def _refuse(session: Session, number: int, house: House) -> None:
    grading.grade(
        session,
        number,
        grading.GradeInput(Verdict.NOT_AN_ERROR, reason="原文无误"),
        actor=by_staff(house.editor_id),
        now=NOW,
        expected_version=factories.version_of(session, number),
    )


def _appeal(session: Session, reader_id: int, number: int, house: House, *, now: object) -> None:
    message = factories.message(session, reader_id, f"申诉 4 {SELF}", at=NOW + timedelta(minutes=1))
    session.add(
        Appeal(
            report_id=number,
            message_id=message,
            decided_by_id=house.editor_id,
            verdict=Verdict.NOT_AN_ERROR,
            state=AppealState.OPEN,
            made_at=now,
            due_on=NOW.date() + timedelta(days=5),
        )
    )


def _further(session: Session, reader_id: int, number: int) -> None:
    message = factories.message(session, reader_id, f"再补充一句：{SELF}", at=NOW + timedelta(minutes=2))
    session.add(FurtherWords(message_id=message, report_id=number))


def _attach(
    session: Session, settings: Settings, reader_id: int, message_id: int, kind: AttachmentKind, report: int
) -> None:
    is_picture = kind is AttachmentKind.PICTURE
    kept = store(settings).put(picture(300, 200) if is_picture else b"ID3 sound")
    session.add(
        Attachment(
            message_id=message_id,
            reader_id=reader_id,
            kind=kind,
            state=AttachmentState.KEPT,
            received_at=NOW,
            due_at=NOW,
            digest=kept,
            content_type="image/jpeg" if is_picture else "audio/mpeg",
            kept_at=NOW,
            report_id=report,
            original_digest=None if is_picture else store(settings).put(b"#!AMR\nsound"),
        )
    )
    session.flush()


def _outgoing(session: Session, reader_id: int) -> None:
    for n, state in enumerate(
        (OutgoingState.UNCERTAIN, OutgoingState.UNREACHABLE, OutgoingState.QUEUED, OutgoingState.FAILED)
    ):
        session.add(
            OutgoingMessage(
                reader_id=reader_id,
                kind="desk",
                text=f"季小满您好，您的手机13912345678已登记，{NICKNAME}1",
                idempotency_key=f"planted-{n}",
                state=state,
                created_at=NOW,
                not_before=NOW,
            )
        )


def _values(session: Session, messages: list[int]) -> dict[str, list[object]]:
    def ids(column: object) -> list[object]:
        return list(session.scalars(select(column)))  # type: ignore[call-overload]

    numbers = ids(Report.id)
    return {
        "number": numbers,
        "other": numbers[:1],
        "message_id": list(messages),
        "round_id": ids(Round.id)[:1],
        "contest_id": ids(Contest.id),
        "paper_id": ids(Paper.id)[:1],
        "issue_id": ids(Issue.id)[:1],
        "page_id": ids(Page.id)[:1],
        "reader_id": ids(Reader.id)[:2],
        "attachment_id": ids(Attachment.id),
        "staff_id": ids(Staff.id)[:2],
        "lead_id": ids(Lead.id),
        "month": [MONTH],
        "position": [1],
        "kind": ["ungraded", "failed", "unread", "media", "appeal", "review", "caller", "csv", "xlsx"],
        "name": ["days", "finders", "waiting"],
    }


def addresses(app: Flask, planted: Planted) -> dict[str, list[str]]:
    """Every GET route with every planted value in it, by endpoint."""
    adapter = app.url_map.bind("localhost")
    found: dict[str, list[str]] = {}
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint in NOT_OPENED:
            continue
        made: list[dict[str, object]] = [{}]
        for name in sorted(rule.arguments):
            made = [one | {name: value} for one in made for value in planted.values.get(name, [])]
        found.setdefault(rule.endpoint, []).extend(adapter.build(rule.endpoint, one, "GET") for one in made)
    return found


class Crawl:
    """One member's browser: every page once, every link of the console on it too."""

    def __init__(self, app: Flask, client: FlaskClient) -> None:
        self.app, self.client = app, client
        self.adapter = app.url_map.bind("localhost")
        self.opened: dict[str, set[int]] = {}
        self.linked: dict[str, int] = {}
        self.seen: set[str] = set()
        self.found: list[tuple[str, str]] = []
        self.broken: list[str] = []

    def run(self, starts: list[str]) -> None:
        todo = list(reversed(starts))
        while todo:
            address = todo.pop()
            if address in self.seen or (endpoint := self.endpoint(address)) is None or endpoint in NOT_OPENED:
                continue
            if address not in starts and self.linked.get(endpoint, 0) >= MOST_LINKED:
                continue
            self.linked[endpoint] = self.linked.get(endpoint, 0) + (address not in starts)
            self.seen.add(address)
            todo += self.open(address, endpoint)

    def endpoint(self, address: str) -> str | None:
        try:
            return str(self.adapter.match(urlsplit(address).path, method="GET")[0])
        except (NotFound, MethodNotAllowed, RequestRedirect):
            return None

    def open(self, address: str, endpoint: str) -> list[str]:
        answer = self.client.get(address)
        if answer.status_code >= 500:
            self.broken.append(address)
        self.opened.setdefault(endpoint, set()).add(answer.status_code)
        page = answer.get_data()
        # A search is told what was asked for, and nothing more.
        asked = re.sub(rb'value="[^"]*"|<title>.*?</title>', b"", page) if endpoint == "search.index" else page
        self.found += [(address, secret) for secret in SECRETS if secret.encode() in asked]
        if answer.mimetype != "text/html":
            return [answer.location] if answer.location and answer.location.startswith("/") else []
        return [unescape(link) for link in re.findall(r'(?:href|src)="(/[^"#]*)', answer.text)]


@pytest.mark.slow
@pytest.mark.one_database
@pytest.mark.parametrize("role", GRADERS)
def test_no_page_that_a_grader_can_open_names_a_reader(
    app: Flask, browser: Callable[[Role], FlaskClient], planted: Planted, role: Role
) -> None:
    routes = addresses(app, planted)
    crawl = Crawl(app, browser(role))
    crawl.run([*STARTS, *(address for found in routes.values() for address in found)])
    assert crawl.found == []
    assert crawl.broken == []
    never = {endpoint for endpoint in routes if not crawl.opened.get(endpoint, set()) & {200, 302, 403}}
    assert never == set(), "give this test what these routes need, or say above why they name nobody"


@pytest.mark.slow
def test_every_route_that_a_grader_may_open_was_opened(
    app: Flask, browser: Callable[[Role], FlaskClient], planted: Planted
) -> None:
    """By somebody, with success: a page that only ever answers 403 or 404 would prove nothing."""
    routes = addresses(app, planted)
    opened: set[str] = set()
    for role in GRADERS:
        client = browser(role)
        for endpoint, found in routes.items():
            if endpoint not in opened and any(client.get(address).status_code == 200 for address in found):
                opened.add(endpoint)
    assert routes.keys() - opened - {"auth.home"} == set()


def test_what_is_not_opened_still_exists(app: Flask) -> None:
    known = {rule.endpoint for rule in app.url_map.iter_rules()} | {"demo.deadline"}
    assert NOT_OPENED.keys() - known == set()


@pytest.mark.slow
@pytest.mark.one_database
@pytest.mark.parametrize("state", ["closed"])
def test_the_standing_of_a_closed_round_is_nameless(
    app: Flask,
    browser: Callable[[Role], FlaskClient],
    planted: Planted,
    engine: Engine,
    clock: FrozenClock,
    state: str,
) -> None:
    with writing(engine) as session:
        clock.moment = factories.closed(session, planted.house)
    crawl = Crawl(app, browser(Role.CHIEF))
    for address in (
        f"/standings/?round={planted.house.round_id}",
        f"/rounds/{planted.house.round_id}",
        "/audit",
    ):
        crawl.open(address, "standings.index")
    assert crawl.found == []
    with reading(engine) as session:
        assert session.get_one(Round, planted.house.round_id).state == state
