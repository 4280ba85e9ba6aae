"""公布: who sees it when, what is at odds, the files with their names, the invitation kept for the next issue."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from io import BytesIO
from urllib.parse import unquote

import pypdfium2
import pytest
from docx import Document
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, delete, select, update

from bot.audit import by_staff
from bot.clock import FrozenClock
from bot.contest import rounds
from bot.contest.after_pick import amends
from bot.contest.announcing.announcement import box_conflicts
from bot.contest.rules import DEFAULT_RULES
from models.codes import PaperCode
from models.contests import Award, Round
from models.enums import Role
from models.papers import Issue
from models.readers import Reader
from models.round_changes import RoundCorrection
from models.session import reading, writing
from tests.support.factories import ACCOUNT, NICKNAME, House
from tests.support.settings import reached
from web.deps import Deps

Sign = Callable[[Role], FlaskClient]
FORMS = [(column, kind) for column in ("narrow", "wide") for kind in ("txt", "docx", "svg", "pdf")]
TYPES = {
    "txt": "text/plain; charset=utf-8", "svg": "image/svg+xml", "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def at(house: House, rest: str = "") -> str:
    return f"/rounds/{house.round_id}/announcement/{rest}"


def following(engine: Engine, house: House) -> Round:
    """That of the January issue: December's went to press on the day on which November closed."""
    with reading(engine) as session:
        round_ = session.scalars(select(Round).where(Round.id > house.round_id, Round.month == "2027-01")).one()
        session.expunge(round_)
        return round_


def with_codes(engine: Engine, house: House, clock: FrozenClock) -> None:
    with writing(engine) as session:
        session.add_all([PaperCode(account=ACCOUNT, paper_id=paper, ticket="t", url=f"http://weixin.qq.com/q/{paper}",
                                   created_at=clock.now()) for paper in (house.paper_id, house.other_paper_id)])


def paths(client: FlaskClient, address: str) -> int:
    return client.get(address).text.count("shape-rendering")


# who sees it


@pytest.mark.slow
@pytest.mark.parametrize(("role", "before", "after"), [
    (Role.CHIEF, 200, 200), (Role.ADMIN, 200, 200), (Role.EDITOR, 403, 200), (Role.PRIZES, 403, 403),
])  # fmt: skip
def test_chiefs_see_it_before_the_release_and_graders_after_it(
    engine: Engine, picked: House, clock: FrozenClock, browser: Sign, staff: dict[Role, int], role: Role, before: int, after: int,
) -> None:
    pages = ("", "box-narrow.svg", "box-wide.txt")
    assert [browser(role).get(at(picked, page)).status_code for page in pages] == [before] * 3
    if before == 403:
        assert NICKNAME not in browser(role).get(at(picked)).text
    with writing(engine) as session:
        rounds.release_round(session, picked.round_id, actor=by_staff(staff[Role.CHIEF]), now=clock.now())
    assert [browser(role).get(at(picked, page)).status_code for page in pages] == [after] * 3


def test_round_that_is_not_picked_has_none(house: House, chief: FlaskClient) -> None:
    assert [chief.get(at(house, page)).status_code for page in ("", "box-narrow.svg")] == [404, 404]
    assert chief.get("/rounds/999/announcement/").status_code == 404
    assert chief.post(at(house, "keep")).status_code == 404


@pytest.mark.parametrize("rest", ["box-broad.svg", "box-narrow.exe", "box-narrow.SVG", "correction-1-narrow.pdf",
                                  "correction-x-narrow.pdf"])
def test_what_there_is_not_is_not_found(released: House, browser: Sign, rest: str) -> None:
    assert browser(Role.CHIEF).get(at(released, rest)).status_code == 404


# what it says


def test_page_before_the_release(picked: House, browser: Sign) -> None:
    page = browser(Role.CHIEF).get(at(picked)).text
    assert "预览，还没有发布" in page
    assert NICKNAME in page
    assert "截止日期和奖金与下一轮一致" in page
    assert "存作下一期的启事" not in page
    assert f'href="/rounds/{picked.round_id}#winners"' in page
    assert page.count("box-narrow.svg") == 2, "the picture and its file"


def test_page_after_the_release_shows_the_article_as_readers_get_it(released: House, browser: Sign) -> None:
    chief, editor = (browser(role).get(at(released)).text for role in (Role.CHIEF, Role.EDITOR))
    assert "已经发布" in chief
    assert re.search(r"<p>感谢每一位认真读.*</p><p>最佳“啄木鸟”：", chief)
    assert "cover.jpg" in chief
    assert "cover.jpg" not in editor, "the picture is for chiefs"
    assert "存作下一期的启事" in chief
    assert "存作下一期的启事" not in editor


def test_round_page_leads_there(released: House, browser: Sign) -> None:
    for role in (Role.CHIEF, Role.EDITOR):
        page = browser(role).get(f"/rounds/{released.round_id}").text
        assert f'href="{at(released)}"' in page
        assert f'src="{at(released, "box-narrow.svg")}"' in page


@pytest.mark.slow
def test_round_page_shows_editors_nothing_of_it_before_the_release(picked: House, browser: Sign) -> None:
    page = browser(Role.EDITOR).get(f"/rounds/{picked.round_id}").text
    assert "announcement" not in page.replace("console-announcement.css", "")


@pytest.mark.slow
def test_missing_next_round_is_said_with_the_way_to_it(engine: Engine, picked: House, browser: Sign) -> None:
    with writing(engine) as session:
        session.execute(delete(Round).where(Round.id > picked.round_id))
        session.execute(delete(Issue).where(Issue.month > "2026-11"))
    chief = browser(Role.CHIEF)
    page = chief.get(at(picked)).text
    assert "下一轮还没有排出来" in page
    assert 'href="/papers/calendar' in page
    assert "截止" not in chief.get(at(picked, "box-wide.txt")).text
    assert [chief.get(at(picked, f"box-{column}.{kind}")).status_code for column, kind in FORMS] == [200] * 8


@pytest.mark.slow
def test_what_is_at_odds_with_the_next_round_is_said(engine: Engine, released: House, browser: Sign) -> None:
    with writing(engine) as session:
        session.execute(update(Round).where(Round.id > released.round_id).values(deadline_on=date(2027, 1, 9)))
    page = browser(Role.CHIEF).get(at(released)).text
    assert "栏目文字里没有截止日期“1月9日”。" in page
    assert "与下一轮一致" not in page


@pytest.mark.slow
def test_letters_that_cannot_be_set_are_named_and_hostile_names_are_words(engine: Engine, picked: House, browser: Sign) -> None:
    with writing(engine) as session:
        session.execute(update(Reader).where(Reader.printed_name.is_not(None)).values(
            printed_name="<script>alert(1)</script>\u202e😀"))
    chief = browser(Role.CHIEF)
    page = chief.get(at(picked)).text
    assert "<script>alert" not in page
    assert '<span class="rare">😀</span>' in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;😀" in page
    assert "<script" not in chief.get(at(picked, "box-narrow.svg")).text


# codes


@pytest.mark.slow
def test_account_code_is_that_of_the_paper_asked_for(engine: Engine, released: House, clock: FrozenClock, browser: Sign) -> None:
    chief = browser(Role.CHIEF)
    assert "启事里没有公众号的二维码" in chief.get(at(released)).text
    assert paths(chief, at(released, "box-narrow.svg")) == 0
    with_codes(engine, released, clock)
    page = chief.get(at(released)).text
    assert "没有公众号的二维码" not in page
    assert page.count('aria-current="true"') == 1
    assert f'src="{at(released, "box-wide.svg")}?paper={released.paper_id}"' in page
    files = [chief.get(at(released, f"box-narrow.svg?paper={paper}")).data
             for paper in (released.paper_id, released.other_paper_id, "x", 999)]
    assert files[0] != files[1]
    assert files[0] == files[2] == files[3]
    assert paths(chief, at(released, "box-narrow.svg")) == 1


def configured(app: Flask, **changes: object) -> None:
    """The contest's account with `changes` in the configuration."""
    held: Deps = app.extensions["woodpecker"]
    account = held.settings.accounts[ACCOUNT].model_copy(update=changes)
    accounts = held.settings.accounts | {ACCOUNT: account}
    app.extensions["woodpecker"] = replace(held, settings=held.settings.model_copy(update={"accounts": accounts}))


OWN = "http://weixin.qq.com/r/oC3yLlrExAmPlE"


@pytest.mark.slow
def test_accounts_own_code_stands_where_it_may_make_none(app: Flask, released: House, browser: Sign) -> None:
    chief = browser(Role.CHIEF)
    before = chief.get(at(released)).text
    assert "不能给每份报做单独的二维码" in before
    assert f"<code>[accounts.{ACCOUNT}]</code> 的 <code>qr_code</code>" in before
    configured(app, qr_code=OWN)
    after = chief.get(at(released)).text
    assert "没有公众号的二维码" not in after
    assert "qr_code" not in after
    assert [paths(chief, at(released, f"box-{column}.svg")) for column in ("narrow", "wide")] == [1, 1]
    assert [chief.get(at(released, f"box-{column}.{kind}")).status_code for column, kind in FORMS] == [200] * 8


@pytest.mark.slow
def test_papers_code_goes_before_the_accounts_own(
        app: Flask, engine: Engine, released: House, clock: FrozenClock, browser: Sign) -> None:
    chief = browser(Role.CHIEF)
    with_codes(engine, released, clock)
    alone = chief.get(at(released, "box-wide.svg")).data
    configured(app, qr_code=OWN)
    assert chief.get(at(released, "box-wide.svg")).data == alone


@pytest.mark.slow
def test_account_that_may_make_codes_prints_its_own_only_until_they_are_there(
        app: Flask, released: House, browser: Sign) -> None:
    chief = browser(Role.CHIEF)
    configured(app, kind="service", verified=True)
    waiting = chief.get(at(released)).text
    assert "启事里没有公众号的二维码：二维码还没有做好，过几分钟再来看。" in waiting
    assert "qr_code" not in waiting
    configured(app, kind="service", verified=True, qr_code=OWN)
    assert "启事里先放公众号的普通二维码" in chief.get(at(released)).text
    assert paths(chief, at(released, "box-narrow.svg")) == 1


@pytest.mark.slow
def test_account_that_the_configuration_no_longer_knows_has_no_code(app: Flask, released: House, browser: Sign) -> None:
    held: Deps = app.extensions["woodpecker"]
    others = {name: one for name, one in held.settings.accounts.items() if name != ACCOUNT}
    app.extensions["woodpecker"] = replace(held, settings=held.settings.model_copy(update={"accounts": others}))
    assert "启事里没有公众号的二维码" in browser(Role.CHIEF).get(at(released)).text


@pytest.mark.slow
def test_record_code_stands_where_the_site_has_a_public_address(app: Flask, released: House, browser: Sign) -> None:
    chief = browser(Role.CHIEF)
    assert "没有评选记录的二维码" in chief.get(at(released)).text
    held: Deps = app.extensions["woodpecker"]
    app.extensions["woodpecker"] = replace(held, settings=reached(held.settings, "https://paper.example"))
    assert "没有评选记录的二维码" not in chief.get(at(released)).text
    assert paths(chief, at(released, "box-narrow.svg")) == 1


# files: they are written of what the page above, on each database, was read with


@pytest.mark.slow
@pytest.mark.one_database
@pytest.mark.parametrize(("column", "kind"), FORMS)
def test_file_has_its_kind_and_a_name(released: House, browser: Sign, column: str, kind: str) -> None:
    answer = browser(Role.EDITOR).get(at(released, f"box-{column}.{kind}"))
    assert answer.headers["Content-Type"] == TYPES[kind]
    said = answer.headers["Content-Disposition"]
    assert said.startswith(f'attachment; filename="box-2026-11-{column}.{kind}"; ')
    wide = {"narrow": "窄栏", "wide": "宽栏"}[column]
    assert unquote(said.split("filename*=UTF-8''")[1]) == f"啄木鸟启事-2026-11-{wide}.{kind}"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.slow
@pytest.mark.one_database
def test_picture_comes_packed_to_a_browser_that_takes_it(released: House, browser: Sign) -> None:
    editor = browser(Role.EDITOR)
    packed = editor.get(at(released, "box-wide.svg"), headers={"Accept-Encoding": "gzip, br"})
    plain = editor.get(at(released, "box-wide.svg"))
    assert (packed.headers["Content-Encoding"], packed.headers["Vary"]) == ("gzip", "Accept-Encoding, Cookie")
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < 60_000


@pytest.mark.slow
@pytest.mark.one_database
def test_every_form_says_the_same_names(engine: Engine, released: House, browser: Sign) -> None:
    chief = browser(Role.CHIEF)
    with reading(engine) as session:
        names = session.scalars(select(Award.printed_name)).all()
    word = Document(BytesIO(chief.get(at(released, "box-wide.docx")).data)).tables[0].cell(0, 0).text
    pdf = pypdfium2.PdfDocument(chief.get(at(released, "box-wide.pdf")).data)[0].get_textpage().get_text_range()
    plain = chief.get(at(released, "box-wide.txt")).data.decode("utf-8-sig")
    assert len(names) == 2
    for said in (word, "".join(pdf.split()), "".join(plain.split())):
        assert [name for name in names if name not in said] == []


# corrections


@pytest.mark.slow
def test_correction_is_a_file_once_it_is_let_go(
    engine: Engine, released: House, clock: FrozenClock, browser: Sign, staff: dict[Role, int]
) -> None:
    with writing(engine) as session:
        award_id = session.scalars(select(Award.id).order_by(Award.id)).first()
        assert award_id is not None
        change = amends.draft_name(session, award_id, "早起鸟", "名字登错了", actor=by_staff(staff[Role.EDITOR]), now=clock.now())
    chief = browser(Role.CHIEF)
    assert chief.get(at(released, f"correction-{change}-narrow.pdf")).status_code == 404
    assert "名单更正" not in chief.get(at(released)).text
    with writing(engine) as session:
        amends.release(session, change, amends.plan(session, change).seen, actor=by_staff(staff[Role.CHIEF]), now=clock.now())
        text = session.get_one(RoundCorrection, change).print_text
    assert text is not None
    page = chief.get(at(released)).text
    assert text in page
    assert f"correction-{change}-narrow.docx" in page
    for column, kind in FORMS:
        answer = chief.get(at(released, f"correction-{change}-{column}.{kind}"))
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, TYPES[kind])
        assert f'filename="correction-2026-11-{change}-{column}.{kind}"' in answer.headers["Content-Disposition"]
    read = pypdfium2.PdfDocument(chief.get(at(released, f"correction-{change}-wide.pdf")).data)[0].get_textpage()
    assert "".join(read.get_text_range().split()) == text.replace("：", "", 1)
    assert NICKNAME in chief.get(at(released, "box-wide.txt")).text, "the box stays as it was released"


# the next issue's invitation


def test_one_click_keeps_the_invitation(engine: Engine, released: House, browser: Sign) -> None:
    chief = browser(Role.CHIEF)
    assert browser(Role.EDITOR).post(at(released, "keep")).status_code == 403
    answer = chief.post(at(released, "keep"), follow_redirects=True)
    assert "存好了" in answer.text
    assert "下一轮存着的启事和这份一样" in answer.text
    assert "存作下一期的启事" not in answer.text
    coming = following(engine, released)
    assert box_conflicts(coming.box_text or "", deadline_on=coming.deadline_on, rules=DEFAULT_RULES) == []
    assert NICKNAME not in (coming.box_text or "")


@pytest.mark.slow
def test_invitation_at_odds_is_refused_with_the_reason(engine: Engine, released: House, browser: Sign) -> None:
    with writing(engine) as session:
        session.execute(update(Round).where(Round.id > released.round_id).values(deadline_on=date(2027, 1, 9)))
    answer = browser(Role.CHIEF).post(at(released, "keep"))
    assert answer.status_code == 400
    assert "栏目文字里没有截止日期“1月9日”。" in answer.text
    assert following(engine, released).box_text is None


def test_nothing_is_kept_before_the_release(engine: Engine, picked: House, browser: Sign) -> None:
    assert browser(Role.CHIEF).post(at(picked, "keep")).status_code == 403
    assert following(engine, picked).box_text is None


@pytest.mark.slow
def test_page_asks_the_database_a_dozen_times_at_most(
    released: House, browser: Sign, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    chief = browser(Role.CHIEF)
    chief.get(at(released))
    with count_queries() as sent:
        chief.get(at(released))
    assert len([one for one in sent if not one.startswith("BEGIN")]) <= 12, sent
