"""The permission matrix at its edges: wrong methods, what is public, deputies, members of one paper, names in forms.

tests/web/test_access.py opens every route with every role, tests/web/test_auth.py sends every form without its token.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.routing import RequestRedirect

from bot.audit import OPERATOR, by_staff
from bot.clock import FrozenClock
from bot.members import staff as accounts
from bot.outbox import queue
from bot.publishing import corrections
from models.attachments import Attachment
from models.contests import Contest
from models.enums import AttachmentKind, AttachmentState, Doubling, Role
from models.ledger import HouseFind
from models.newsroom import CorrectionNotice, ErratumCause
from models.papers import Issue, Page
from models.reports import Report
from models.session import reading, writing
from tests.support import factories
from tests.support.factories import ELSEWHERE, HEADLINE, MONTH, NOW
from tests.web.conftest import Browser
from tests.web.test_access import NOT_PAGES
from web.access import DEPUTIES, PUBLIC, may
from web.paper_access import PAPER_OF, PRINTED

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def every_route(app: Flask, values: dict[str, object] | None = None) -> Iterator[tuple[str, str, str, frozenset[str]]]:
    """(endpoint, method, address, names in the address) of every route, `values` for the names, else 1."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if rule.endpoint in NOT_PAGES:
            continue
        for method in sorted((rule.methods or set()) & set(METHODS)):
            known = dict.fromkeys(rule.arguments, 1) | {name: value for name, value in (values or {}).items()
                                                        if name in rule.arguments}
            yield rule.endpoint, method, adapter.build(rule.endpoint, known, method), frozenset(rule.arguments)


# Methods


@pytest.mark.slow
def test_a_method_that_a_route_does_not_have_is_refused(app: Flask, client: FlaskClient, browser: Browser) -> None:
    """Before anybody asks who it is: a stranger learns of no address what staff would not."""
    adapter, wrong, refused = app.url_map.bind("localhost"), {}, []
    for address in sorted({address for _, _, address, _ in every_route(app)}):
        for method in (*METHODS, "TRACE"):
            try:
                adapter.match(address, method)
            except MethodNotAllowed:
                refused.append((address, method))
            except RequestRedirect:
                continue
    assert len(refused) > 1000
    for address, method in refused:
        status = client.open(address, method=method).status_code
        if status != 405:
            wrong[method, address] = status
    admin = browser(Role.ADMIN)
    for address, method in refused[::50]:
        status = admin.open(address, method=method).status_code
        if status != 405:
            wrong[method, address] = status
    assert wrong == {}


# What is public


def test_public_is_this_and_no_more() -> None:
    """Whoever opens another route to everybody changes this line, and says in docs/security.md why."""
    assert sorted(PUBLIC) == [
        "auth.code", "auth.sign_in", "bootstrap.static", "claims.old", "claims.show", "contest_pages.hall",
        "contest_pages.home", "contest_pages.rules", "contest_pages.winners", "copies.notice", "copies.show",
        "demo.deadline", "errata_pages.cut", "errata_pages.index", "errata_pages.issue", "errata_pages.refused",
        "follower_sign_in.back", "follower_sign_in.enter", "forgotten.ask", "forgotten.choose", "health.healthz",
        "health.readyz", "metrics.show", "own_privacy.copy", "own_privacy.delete", "own_privacy.show",
        "own_reports.answer", "own_reports.appeal", "own_reports.change", "own_reports.index", "own_reports.show",
        "own_reports.withdraw", "own_standing.listing", "own_standing.standing",
        "password_meter.by_link",
        "public_records.data", "public_records.file", "public_records.listed", "public_records.show", "satisfaction.show",
        "static", "webhook.receive"]


def test_strangers_learn_nothing_from_what_is_public(app: Flask, client: FlaskClient) -> None:
    answers = {}
    for endpoint, method, address, _ in every_route(app):
        if endpoint in PUBLIC:
            answers[endpoint, method] = client.open(address, method=method).status_code
    assert answers == {
        ("auth.sign_in", "GET"): 200, ("auth.sign_in", "POST"): 200,  # the form again
        ("auth.code", "GET"): 302, ("auth.code", "POST"): 302,  # no password went before
        ("forgotten.ask", "GET"): 200, ("forgotten.ask", "POST"): 200,
        ("forgotten.choose", "GET"): 404, ("forgotten.choose", "POST"): 404,
        ("password_meter.by_link", "POST"): 404,
        ("claims.show", "GET"): 404, ("claims.show", "POST"): 404,
        ("claims.old", "GET"): 410, ("claims.old", "POST"): 410,  # says how to get a link
        ("follower_sign_in.enter", "GET"): 404, ("follower_sign_in.back", "GET"): 403,
        ("own_privacy.show", "GET"): 404, ("own_privacy.copy", "POST"): 404,
        ("own_privacy.delete", "GET"): 404, ("own_privacy.delete", "POST"): 404,
        ("copies.notice", "GET"): 200, ("copies.show", "GET"): 404, ("copies.show", "POST"): 404,
        ("own_reports.index", "GET"): 404, ("own_reports.show", "GET"): 404,
        ("own_reports.change", "GET"): 404, ("own_reports.change", "POST"): 404, ("own_reports.withdraw", "POST"): 404,
        ("own_reports.answer", "POST"): 404, ("own_reports.appeal", "POST"): 404,
        ("satisfaction.show", "GET"): 404, ("satisfaction.show", "POST"): 404,
        ("own_standing.standing", "GET"): 404, ("own_standing.listing", "GET"): 404, ("own_standing.listing", "POST"): 404,
        **{(page, "GET"): 404 for page in (
            "contest_pages.home", "contest_pages.rules", "contest_pages.winners", "contest_pages.hall", "errata_pages.index",
            "errata_pages.issue", "errata_pages.refused", "errata_pages.cut")},
        ("public_records.show", "GET"): 404, ("public_records.file", "GET"): 404,
        ("public_records.listed", "GET"): 404, ("public_records.data", "GET"): 404,
        ("health.healthz", "GET"): 200, ("health.readyz", "GET"): 200,
        ("metrics.show", "GET"): 404,  # nobody is named who may ask
        ("webhook.receive", "GET"): 403, ("webhook.receive", "POST"): 403,
    }


# A deputy


@pytest.mark.slow
def test_a_deputy_opens_what_his_role_opens_and_the_release(
    app: Flask, engine: Engine, browser: Browser, staff: dict[Role, int]
) -> None:
    with writing(engine) as session:
        house = factories.build(session, editor_id=staff[Role.EDITOR])
        session.get_one(Contest, house.contest_id).deputy_id = staff[Role.EDITOR]
    opened, wrong = set(), {}
    for endpoint, method, address, _ in every_route(app, {"round_id": 999, "contest_id": 999}):
        if endpoint in PUBLIC or may(Role.EDITOR, endpoint):
            continue
        status = browser(Role.EDITOR).open(address, method=method).status_code
        if endpoint in DEPUTIES and status == 404:  # let in, no such round
            opened.add(endpoint)
        elif status != 403:
            wrong[endpoint, method] = status
    assert (wrong, opened) == ({}, set(DEPUTIES))


# A member of one paper


class West:
    """The other paper: one of everything that an address names, and its report's message."""

    def __init__(self, engine: Engine, staff_id: int, chief_id: int) -> None:
        with writing(engine) as session:
            self.house = house = factories.build(session, editor_id=staff_id)
            self.own = factories.report(session, HEADLINE)
            more = factories.report(session, "西城版7版《元宵》“灯迷”应为“灯谜”")
            factories.accept(session, more, house)
            self.waiting = session.get_one(Report, more).erratum_id or 0
            number = factories.report(session, ELSEWHERE)
            factories.accept(session, number, house)
            report = session.get_one(Report, number)
            self.message_id, erratum_id = report.message_id, report.erratum_id or 0
            self.issue_id = session.scalars(select(Issue.id).where(
                Issue.paper_id == house.other_paper_id, Issue.month == MONTH)).one()
            page = Page(issue_id=self.issue_id, position=1, number="05", name="05版")
            find = HouseFind(issue_id=self.issue_id, erratum_id=erratum_id, wrong="汤元", right="汤圆", located="not_found",
                             row_code="N-05", doubling=Doubling.NONE, points_milli=1000, digest="0" * 64, found_at=NOW,
                             found_by_id=chief_id)
            photo = Attachment(message_id=report.message_id, reader_id=report.reader_id, kind=AttachmentKind.PICTURE,
                               state=AttachmentState.WAITING, received_at=NOW, due_at=NOW)
            session.add_all([page, find, photo])
            session.flush()
            self.notice_id = corrections.draft(session, [erratum_id], actor=by_staff(chief_id), now=NOW)
            self.values: dict[str, object] = {
                "number": number, "report_id": number, "other": number, "paper_id": house.other_paper_id,
                "issue_id": self.issue_id, "page_id": page.id, "erratum_id": erratum_id, "notice_id": self.notice_id,
                "find_id": find.id, "attachment_id": photo.id,
                "message_id": report.message_id,
                "outgoing_id": queue.enqueue(session.connection(), reader_id=report.reader_id or 0, kind="desk", text="您好",
                                             key="west", now=NOW, report_id=number)}


@pytest.fixture
def west(engine: Engine, staff: dict[Role, int]) -> West:
    return West(engine, staff[Role.EDITOR], staff[Role.CHIEF])


@pytest.fixture
def eastern(browser: Browser, engine: Engine, clock: FrozenClock, west: West, staff: dict[Role, int]) -> FlaskClient:
    """An editor who works on the first paper only."""
    with writing(engine) as session:
        accounts.set_paper_roles(session, staff[Role.EDITOR], {west.house.paper_id: Role.EDITOR}, actor=OPERATOR,
                                 now=clock.now())
    return browser(Role.EDITOR)


def test_every_route_about_a_thing_of_another_paper_is_closed(app: Flask, eastern: FlaskClient, west: West) -> None:
    assert west.values.keys() == PAPER_OF.keys()
    wrong, tried = {}, 0
    for endpoint, method, address, names in every_route(app, west.values):
        if endpoint in PUBLIC or not names & PAPER_OF.keys():
            continue
        if endpoint.partition(".")[0] in PRINTED and method == "GET":
            continue  # what is printed may be looked at
        tried += 1
        status = eastern.open(address, method=method).status_code
        if status != 403:
            wrong[endpoint, method] = status
    assert tried > 60
    assert wrong == {}


def test_a_second_thing_of_another_paper_in_the_address_is_closed(eastern: FlaskClient, west: West) -> None:
    assert eastern.get(f"/reports/{west.own}/compare/{west.values['number']}").status_code == 403


FORMS = {
    "draft": ("/papers/corrections/draft", {"erratum": "{waiting}"}),
    "cause": ("/papers/newsroom/2026-11/causes", {"one": "{erratum_id} editing"}),
    "find": ("/papers/house-finds", {"issue": "{issue_id}", "page": "05", "wrong": "灯迷", "right": "灯谜", "row_code": "N-05",
                                     "doubling": "none", "anyway": "y"}),
    "finds": ("/papers/house-finds/many", {"many_issue": "{issue_id}", "lines": "05 汤元→汤圆"}),
}
"""Forms that name a thing of a paper beside the address."""


@pytest.mark.sampled
@pytest.mark.parametrize("form", FORMS)
def test_a_thing_of_another_paper_named_in_a_form_is_refused(
    eastern: FlaskClient, browser: Browser, engine: Engine, west: West, form: str
) -> None:
    address, fields = FORMS[form]
    data = {name: value.format(**west.values, waiting=west.waiting) for name, value in fields.items()}

    def written() -> list[int | None]:
        with reading(engine) as session:
            return [session.scalar(select(func.count()).select_from(one)) for one in (CorrectionNotice, ErratumCause, HouseFind)]

    before = written()
    refused = eastern.post(address, data=data, follow_redirects=True)
    assert ("《社区晨报·西城》不归您管" in refused.text, written()) == (True, before)
    taken = browser(Role.CHIEF).post(address, data=data, follow_redirects=True)
    assert "不归您管" not in taken.text
    assert (form == "finds") is (written() == before)  # no words are printed there that many lines could be found in
