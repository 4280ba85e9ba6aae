"""A chief who works on some papers only: what is of others alone is refused, however it is named, and stays as it was."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select

from bot.audit import OPERATOR, by_staff
from bot.clock import FrozenClock
from bot.contest import contests
from bot.members import staff as accounts
from bot.readers import persons
from bot.teamwork import assignments
from models.contests import Contest, Round
from models.enums import ImportState, Role
from models.imports import ImportUpload
from models.links import ReaderLink
from models.papers import Article, Paper
from models.readers import Reader
from models.session import reading, writing
from tests.support import factories
from tests.support.factories import ELSEWHERE, HEADLINE, House
from tests.support.imports import HeldLoop, drop_files, hold
from tests.web.conftest import Browser
from tests.web.console.papers.test_imports import fingerprint, left

EAST, WEST = "社区晨报·东城", "社区晨报·西城"


def paper(edition: str, **more: object) -> tuple[str, bytes]:
    """A file of one page of the edition."""
    page = {"number": "01", "name": "头版", "articles": [
        {"id": "a1", "kind": "news", "title": "食堂开张", "paragraphs": ["食堂昨天开张。"]}]}
    whole = {"edition": edition, "issue": "2026-12", "date": "2026-12-06", "pages": [page], **more}
    return f"{edition}.json", json.dumps(whole, ensure_ascii=False).encode()


@pytest.fixture
def loop(app: Flask) -> HeldLoop:
    return hold(app)


@pytest.fixture
def house(engine: Engine, staff: dict[Role, int]) -> House:
    with writing(engine) as session:
        return factories.build(session, editor_id=staff[Role.EDITOR])


@pytest.fixture
def eastern(browser: Browser, engine: Engine, clock: FrozenClock, house: House, staff: dict[Role, int]) -> FlaskClient:
    """A chief, of the first paper only."""
    with writing(engine) as session:
        accounts.set_paper_roles(session, staff[Role.CHIEF], {house.paper_id: Role.CHIEF}, actor=OPERATOR, now=clock.now())
    return browser(Role.CHIEF)


def kept(engine: Engine) -> tuple[int, list[str], list[list[str]]]:
    """Articles, papers and their other names."""
    with reading(engine) as session:
        papers = list(session.scalars(select(Paper).order_by(Paper.id)))
        return (session.scalar(select(func.count(Article.id))) or 0, [one.name for one in papers],
                [list(one.aliases) for one in papers])


def dropped(client: FlaskClient, loop: HeldLoop, *files: tuple[str, bytes]) -> tuple[str, str]:
    answer = drop_files(client, *files)
    assert answer.status_code == 302, answer.text
    loop.run()
    return answer.location, client.get(answer.location).text


# Imports


def test_an_import_of_his_paper_is_his(eastern: FlaskClient, loop: HeldLoop, engine: Engine) -> None:
    before = kept(engine)[0]
    address, page = dropped(eastern, loop, paper(EAST))
    assert eastern.post(f"{address}/apply", data={"seen": fingerprint(page)}).status_code == 302
    assert kept(engine)[0] == before + 1


@pytest.mark.parametrize(("files", "named"), [
    ([paper(WEST)], f"《{WEST}》不归您管"), ([paper(EAST), paper(WEST)], f"《{WEST}》不归您管"),
    ([paper("河畔社区报")], "《河畔社区报》是新的报纸"), ([paper(EAST, aliases=[WEST])], f"《{WEST}》不归您管")])
def test_one_issue_that_is_not_his_and_nothing_is_imported(
    eastern: FlaskClient, loop: HeldLoop, engine: Engine, clock: FrozenClock, house: House, staff: dict[Role, int],
    browser: Browser, settings: object, files: list[tuple[str, bytes]], named: str
) -> None:
    before = kept(engine)
    address, page = dropped(eastern, loop, *files)
    assert (named in page, "一期也没有导入" in page, 'name="seen"' in page) == (True, True, False)
    admin = browser(Role.ADMIN).get(address).text
    refused = eastern.post(f"{address}/apply", data={"seen": fingerprint(admin)})
    assert (refused.status_code, named in refused.text) == (403, True)
    assert kept(engine) == before
    with reading(engine) as session:
        assert session.scalars(select(ImportUpload.state)).one() is ImportState.READ
    assert eastern.post(f"{address}/drop").status_code == 302  # his own files he may take back


def test_a_paper_that_is_told_is_refused_before_a_file_is_kept(
    eastern: FlaskClient, loop: HeldLoop, engine: Engine, settings: object
) -> None:
    for by_script in (False, True):
        answer = drop_files(eastern, ("02版.txt", b"x"), by_script=by_script, new_paper=WEST, issue="2026-12")
        said = answer.get_json()["problem"] if by_script else answer.text
        assert (answer.status_code, f"《{WEST}》不归您管" in said) == (403, True)
    with reading(engine) as session:
        assert session.scalar(select(func.count(ImportUpload.id))) == 0
    assert left(settings, "imports") == []  # type: ignore[arg-type]


def test_what_a_colleague_sent_he_neither_drops_nor_has_read_as_something_else(
    eastern: FlaskClient, loop: HeldLoop, engine: Engine, browser: Browser
) -> None:
    address, _ = dropped(browser(Role.ADMIN), loop, paper(WEST))
    unreadable = drop_files(browser(Role.ADMIN), ("02版.txt", "没有写是哪份报纸".encode())).location
    loop.run()
    answers = [eastern.post(f"{address}/drop"), eastern.post(f"{unreadable}/drop"),
               eastern.post(f"{unreadable}/again", data={"new_paper": EAST, "issue": "2026-12"})]
    assert [one.status_code for one in answers] == [403, 403, 403]
    assert "是别人传的" in answers[0].text
    with reading(engine) as session:
        assert set(session.scalars(select(ImportUpload.state))) <= {ImportState.READ, ImportState.REFUSED}


# What a form names


def test_another_papers_report_is_not_joined_linked_or_kept_apart(
    browser: Browser, eastern: FlaskClient, engine: Engine, house: House
) -> None:
    with writing(engine) as session:
        east, west = factories.report(session, HEADLINE), factories.report(session, ELSEWHERE)
        version = factories.version_of(session, east)
    for act in ("join", "link", "apart"):
        answer = eastern.post(f"/reports/{east}/{act}", data={"expected_version": str(version), "other": str(west)})
        assert (answer.status_code, f"《{WEST}》不归您管" in answer.text) == (403, True), act


def test_a_colleagues_work_on_another_paper_is_not_his_to_hand_over(
    eastern: FlaskClient, engine: Engine, clock: FrozenClock, house: House, staff: dict[Role, int]
) -> None:
    with writing(engine) as session:
        west = factories.report(session, ELSEWHERE)
        assignments.assign(session, west, staff[Role.EDITOR], actor=by_staff(staff[Role.ADMIN]), now=clock.now())
    answer = eastern.post(f"/staff/{staff[Role.EDITOR]}/hand-over", data={"to": "all"})
    assert (answer.status_code, f"《{WEST}》不归您管" in answer.text) == (403, True)


# Another contest


@dataclass(frozen=True)
class Other:
    """A contest of another paper and account, with a round, a reader, and a link of two readers."""

    contest: int
    round_id: int
    reader: int
    link: int


@pytest.fixture
def other(engine: Engine, clock: FrozenClock, house: House, staff: dict[Role, int]) -> Other:
    with writing(engine) as session:
        row = Paper(name="河畔报", aliases=[])
        session.add(row)
        session.flush()
        made = contests.create_contest(
            session, name="河畔纠错", account="river", account_title="河畔报", paper_ids=[row.id], publication_day=6,
            deadline_day=5, actor=OPERATOR, now=clock.now())
        contests.make_rounds(session, made.id, months_ahead=2, actor=OPERATOR, now=clock.now())
        readers = [factories.reader(session) for _ in range(2)]
        for one in readers:
            session.get_one(Reader, one).account = "river"
        session.flush()
        persons.link(session, readers[0], readers[1], "同一个人", actor=by_staff(staff[Role.ADMIN]), now=clock.now())
        round_id = session.scalars(select(Round.id).where(Round.contest_id == made.id).order_by(Round.month)).first()
        return Other(made.id, round_id or 0, readers[0], session.scalars(select(ReaderLink.id)).one())


def test_a_contest_of_other_papers_its_rounds_and_readers_are_not_his(
    eastern: FlaskClient, browser: Browser, other: Other, house: House
) -> None:
    it = other
    acts = [f"/settings/{it.contest}/deputy", f"/settings/{it.contest}/switches", f"/settings/{it.contest}/holidays",
            f"/contests/{it.contest}/sentences/not_an_error", f"/rounds/{it.round_id}/pick", f"/rounds/{it.round_id}/release",
            f"/rounds/{it.round_id}/move", f"/rounds/{it.round_id}/rules", f"/readers/{it.reader}/bar",
            f"/readers/{it.reader}/erase", f"/readers/{it.reader}/copy", f"/readers/{it.reader}/mute",
            f"/readers/{it.reader}/unlink/{it.link}", "/notices/calls/river/x/on"]
    assert {path: eastern.post(path, data={"reason": "x"}).status_code for path in acts} == dict.fromkeys(acts, 403)
    looks = [f"/rounds/{it.round_id}", f"/rounds/{it.round_id}/cockpit", f"/readers/{it.reader}"]
    assert {path: eastern.get(path).status_code for path in looks} == dict.fromkeys(looks, 403)
    assert "《河畔报》不归您管" in eastern.get(looks[0]).text
    assert browser(Role.ADMIN).get(looks[0]).status_code == 200
    assert eastern.get(f"/rounds/{house.round_id}").status_code == 200  # of his paper and another one: as before


def test_a_link_is_parted_by_a_reader_whom_it_links(eastern: FlaskClient, engine: Engine, other: Other) -> None:
    with writing(engine) as session:
        mine = factories.reader(session)
    assert eastern.post(f"/readers/{mine}/unlink/{other.link}", data={"reason": "弄错了"}).status_code == 404
    with reading(engine) as session:
        assert session.get_one(ReaderLink, other.link).undone_at is None


def test_no_reader_of_another_contest_is_linked_to_one_of_his(
    eastern: FlaskClient, engine: Engine, other: Other
) -> None:
    with writing(engine) as session:
        mine = factories.reader(session)
        number = factories.report(session, HEADLINE, reader_id=other.reader)
    answer = eastern.post(f"/readers/{mine}/link", data={"number": str(number), "reason": "同一个人"})
    assert (answer.status_code, "不归您管" in answer.text) == (403, True)


def test_no_new_contest_takes_a_paper_that_is_not_his(eastern: FlaskClient, engine: Engine) -> None:
    with writing(engine) as session:
        session.add(Paper(name="河畔报", aliases=[]))
    answer = eastern.post("/settings", data={
        "name": "新活动", "account": "main", "new_papers": "河畔报", "publication_day": "6", "deadline_day": "5",
        "published_months": "0", "deadline_months": "1", "weekend_rule": "none", "best_yuan": "100", "tax": "paper",
        "excellent_count": "10", "souvenir": "书", "souvenir_yuan": "10"})
    assert (answer.status_code, "《河畔报》不归您管" in answer.text) == (403, True), answer.text[-3000:]
    with reading(engine) as session:
        assert session.scalar(select(func.count(Contest.id)).where(Contest.name == "新活动")) == 0
