"""The grading page: what it shows, each act on it, and what happens when somebody was faster."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update

from bot import audit
from bot.filing import errata
from bot.judging import grading
from bot.judging.grading import GradeInput
from models.contests import Round
from models.enums import Doubling, ReportState, Role, RoundState, Verdict
from models.grades import Grade
from models.outgoing import OutgoingMessage
from models.papers import Article, Page
from models.reports import Erratum, Report, ReportVersion
from models.session import reading, writing
from tests.support import factories
from tests.support.factories import DISCOUNT, ELSEWHERE, HEADLINE, NOW, VOLUNTEERS, House

ACCEPT = {"verdict": "accepted", "row_code": "N-05", "doubling": "headline", "place_mark": "y",
          "correction_mark": "y", "reason_mark": "y", "reason": "", "original": ""}


def filed(engine: Engine, text: str = HEADLINE, **given: Any) -> int:
    with writing(engine) as session:
        return factories.report(session, text, **given)


def row(engine: Engine, number: int) -> Report:
    with reading(engine) as session:
        return session.get_one(Report, number)


def send(browser: FlaskClient, number: int, act: str, version: int = 1, **fields: str) -> Any:
    return browser.post(f"/reports/{number}/{act}", data={"expected_version": str(version), **fields})


# what it shows


def test_reported_words_are_marked_in_the_printed_title(engine: Engine, house: House, editor: FlaskClient) -> None:
    page = editor.get(f"/reports/{filed(engine)}").text
    assert re.search(r"<h4 class=\"unit-title has-mark\">社区<mark>食唐</mark>开张", page)
    assert "社区晨报·东城 2026年11月 · 02版" in page


def test_neighbouring_paragraphs_stand_around_the_marked_one(
    engine: Engine, house: House, editor: FlaskClient
) -> None:
    page = editor.get(f"/reports/{filed(engine, DISCOUNT)}").text
    context = page.split("<details", 1)[0] if "part-print" not in page else page.split("part-print", 1)[1]
    near = context.split("整篇文章")[0]
    assert "<mark>" in near
    assert "可同时容纳80人就坐" in near
    assert "季阿婆" in near


def test_paper_that_is_not_imported_is_said_so(engine: Engine, house: House, editor: FlaskClient) -> None:
    page = editor.get(f"/reports/{filed(engine, ELSEWHERE)}").text
    assert "还没有导入" in page
    assert "在所说的报纸里没有找到" not in page


def test_words_that_are_not_in_print_are_said_so(engine: Engine, house: House, editor: FlaskClient) -> None:
    number = filed(engine, "东城版2版《社区食唐开张》，“今年的水电煤价格都要张了”应为“今年的水电煤价格都要涨了”")
    assert "在所说的报纸里没有找到这几个字" in editor.get(f"/reports/{number}").text


def test_every_candidate_place_is_listed(engine: Engine, house: House, editor: FlaskClient) -> None:
    number = filed(engine)
    with writing(engine) as session:
        fields = session.scalars(select(ReportVersion.fields).where(ReportVersion.report_id == number)).one()
        place = fields["place"]
        other = {**place, "article_id": place["article_id"] + 1, "paragraph": 0, "start": 0, "end": 3}
        session.execute(update(ReportVersion).where(ReportVersion.report_id == number).values(
            fields={**fields, "place": None, "places": [place, other], "located": "several"}))
        session.execute(update(Report).where(Report.id == number).values(
            located="several", article_id=None, paragraph=None, quote_start=None, quote_end=None))
    page = editor.get(f"/reports/{number}").text
    assert "在 2 处都有" in page
    assert "<mark>食唐</mark>" in page
    assert "<mark>改造后</mark>" in page


def test_page_that_is_not_the_stated_one_is_pointed_out(engine: Engine, house: House, editor: FlaskClient) -> None:
    number = filed(engine, "东城版3版，“六十岁以上老人凭卡享受八五折优慧”应为“六十岁以上老人凭卡享受八五折优惠”")
    assert "读者说的是 03 版，找到的地方在 02 版" in editor.get(f"/reports/{number}").text


def test_search_in_a_new_import_is_no_word_of_the_reader(engine: Engine, house: House, editor: FlaskClient) -> None:
    number = filed(engine)
    with writing(engine) as session:
        first = session.scalars(select(ReportVersion).where(ReportVersion.report_id == number)).one()
        for n, fields in enumerate(({**first.fields, "place": None, "located": "not_found"},) * 2, 2):
            session.add(ReportVersion(report_id=number, number=n, message_id=first.message_id, fields=fields,
                                      created_at=first.created_at))
    page = editor.get(f"/reports/{number}").text
    assert "补充或更正" not in page
    assert page.count("报纸有改动，又找了一遍") == 1


def test_own_words_stay_as_sent_but_without_name_and_number(
    engine: Engine, house: House, editor: FlaskClient
) -> None:
    text = f"{HEADLINE}。我叫季小满，电话13800001111"
    page = editor.get(f"/reports/{filed(engine, text)}").text
    assert "“食唐”应为“食堂”" in page
    assert "季小满" not in page
    assert "13800001111" not in page
    assert "▇" in page


def test_hostile_and_endless_words_do_no_harm(engine: Engine, house: House, editor: FlaskClient) -> None:
    number = filed(engine)
    hostile = "<script>alert(1)</script>" + "错" * 20_000
    with writing(engine) as session:
        session.execute(update(Report).where(Report.id == number).values(wrong=hostile, reason=hostile))
    answer = editor.get(f"/reports/{number}")
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


def test_unknown_number_is_not_found(editor: FlaskClient) -> None:
    assert editor.get("/reports/99").status_code == 404


def test_rows_stand_in_two_groups_with_the_likely_one_chosen(
    engine: Engine, house: House, editor: FlaskClient
) -> None:
    page = editor.get(f"/reports/{filed(engine)}").text
    assert page.index("国标") < page.index("本报暂定值")
    assert re.search(r'value="N-05"[^>]*checked', page)
    assert re.search(r'value="headline"[^>]*checked', page)
    assert "N-22" not in page


@pytest.mark.slow
@pytest.mark.parametrize(("text", "row_code", "doubling", "name", "points", "why"), [
    (HEADLINE, "N-05", "headline", "错字、别字、多字、漏字，1 个字", "1 分 × 2 ＝ 2 分", "错1个字；在标题里，加倍"),
    (DISCOUNT, "N-05", "none", "错字、别字、多字、漏字，1 个字", "1 分", "“慧”应为“惠”，错1个字"),
    ("东城版2版“10月8日，街道第三社区食堂”应为“10月8日、街道第三社区食堂”",
     "N-18", "none", "标点符号错用、漏用、多用", "0.1 分", "只差标点"),
])  # fmt: skip
def test_proposed_kind_is_shown_with_what_speaks_for_it(
    engine: Engine, house: House, editor: FlaskClient, text: str, row_code: str, doubling: str, name: str, points: str, why: str
) -> None:
    page = editor.get(f"/reports/{filed(engine, text)}").text
    box = page.split("data-proposal", 1)[1].split("</div>")[0]
    assert (f'data-row="{row_code}"' in box, f'data-doubling="{doubling}"' in box) == (True, True)
    assert [words for words in (name, f">{points}<", why, "按建议") if words not in box] == []
    assert re.search(rf'value="{row_code}"[^>]*checked', page)


@pytest.mark.slow
def test_where_nothing_tells_the_kind_the_editor_is_told_to_choose(
    engine: Engine, house: House, editor: FlaskClient
) -> None:
    page = editor.get(f"/reports/{filed(engine, '东城版2版《社区食唐开张》，“八五折优慧”这里错了')}").text
    assert "看不出是哪一种" in page
    assert "data-proposal" not in page


@pytest.mark.slow
def test_kind_that_the_erratum_already_has_stands_beside_the_proposal(
    engine: Engine, house: House, editor: FlaskClient
) -> None:
    first, second = filed(engine, DISCOUNT), filed(engine, DISCOUNT)
    with writing(engine) as session:
        factories.accept(session, first, house, row_code="N-04")
    page = editor.get(f"/reports/{second}").text
    assert "这处差错已按“事实性、知识性、逻辑性、语法性错误”计分" in page
    assert re.search(r'value="N-04"[^>]*checked', page)


@pytest.mark.slow
def test_others_on_the_same_erratum_are_listed_with_their_rank(
    engine: Engine, house: House, editor: FlaskClient
) -> None:
    first = filed(engine, at=NOW - timedelta(hours=1))
    second = filed(engine)
    page = editor.get(f"/reports/{second}").text
    assert re.search(rf">{first}</a>.*第 1 位", page, re.DOTALL)
    assert "本条：第 2 位发现" in page


@pytest.mark.slow
def test_page_takes_few_queries_whatever_hangs_on_the_erratum(
    engine: Engine, house: House, editor: FlaskClient, count_queries: Callable[[], Any]
) -> None:
    number = filed(engine)
    with count_queries() as few:
        editor.get(f"/reports/{number}")
    for _ in range(8):
        filed(engine)
    with count_queries() as many:
        editor.get(f"/reports/{number}")
    assert len(many) == len(few)
    assert len([one for one in few if not one.startswith("BEGIN")]) <= 12


# grading


@pytest.mark.slow
def test_accepting_opens_the_next_report_and_offers_the_undo(
    engine: Engine, house: House, editor: FlaskClient
) -> None:
    number, following = filed(engine, at=NOW - timedelta(hours=1)), filed(engine, VOLUNTEERS)
    answer = send(editor, number, "grade", **ACCEPT)
    assert answer.status_code == 302
    assert answer.location == f"/reports/{following}"
    page = editor.get(answer.location).text
    assert f"编号 {number} 已评：采纳。" in page
    saved = row(engine, number)
    assert (saved.state, saved.verdict, saved.version) == (ReportState.DECIDED, Verdict.ACCEPTED, 2)
    assert (saved.place_mark, saved.correction_mark, saved.reason_mark) == (True, True, True)
    with reading(engine) as session:
        erratum = session.get_one(Erratum, saved.erratum_id)
        assert (erratum.row_code, erratum.doubling, erratum.points_milli) == ("N-05", Doubling.HEADLINE, 2000)


@pytest.mark.slow
def test_arithmetic_is_shown_after_saving(engine: Engine, house: House, editor: FlaskClient) -> None:
    number = filed(engine)
    send(editor, number, "grade", **ACCEPT)
    page = editor.get(f"/reports/{number}?view=decided").text
    assert "1 分 × 2（标题）× 1（首位发现）× 1.0（3 项说明齐全）＝ 2.000 分" in page


@pytest.mark.slow
def test_last_report_of_the_list_leads_back_to_it(engine: Engine, house: House, editor: FlaskClient) -> None:
    answer = send(editor, filed(engine), "grade", **ACCEPT)
    assert answer.location == "/queue"
    assert "这一列都评完了" in editor.get("/queue").text


@pytest.mark.slow
def test_filter_of_the_list_is_kept(engine: Engine, house: House, editor: FlaskClient) -> None:
    filed(engine, ELSEWHERE)
    first, second = filed(engine), filed(engine, DISCOUNT)
    answer = editor.post(f"/reports/{first}/grade?page=02", data={"expected_version": "1", **ACCEPT})
    assert answer.location == f"/reports/{second}?page=02"


@pytest.mark.slow
@pytest.mark.parametrize(("verdict", "state"), [
    ("both_forms", ReportState.DECIDED), ("suggestion", ReportState.DECIDED), ("not_an_error", ReportState.DECIDED),
    ("out_of_scope", ReportState.DECIDED), ("cannot_check", ReportState.DECIDED), ("needs_more", ReportState.NEEDS_MORE),
])  # fmt: skip
def test_every_no_is_saved_with_its_reason_and_without_points(
    engine: Engine, house: House, editor: FlaskClient, verdict: str, state: ReportState
) -> None:
    number = filed(engine)
    send(editor, number, "grade", **(ACCEPT | {"verdict": verdict, "reason": "原文如此，不必改。"}))
    saved = row(engine, number)
    assert (saved.state, saved.verdict, saved.reason_text) == (state, Verdict(verdict), "原文如此，不必改。")
    assert saved.place_mark is False


@pytest.mark.slow
@pytest.mark.parametrize(("changes", "sentence"), [
    ({"verdict": ""}, "请选一个结论"), ({"verdict": "nonsense"}, "请选一个结论"),
    ({"verdict": "not_an_error"}, "请写一句理由"), ({"row_code": ""}, "请选差错种类"),
    ({"row_code": "N-99"}, "请选差错种类"), ({"row_code": "N-22"}, "请用“上报”"),
    ({"row_code": "N-18"}, "不加倍"), ({"verdict": "repeated", "reason": "报过"}, "要填它重复的那一条的编号"),
    ({"verdict": "repeated", "reason": "报过", "original": "abc"}, "编号是几位数字"),
    ({"verdict": "repeated", "reason": "报过", "original": "99999"}, "没有编号 99999 的纠错"),
    ({"doubling": "twice"}, "请选一个结论"), ({"reason": "长" * 301, "verdict": "suggestion"}, "最多 300 个字"),
])  # fmt: skip
def test_what_cannot_be_saved_is_said_and_kept_in_the_form(
    engine: Engine, house: House, editor: FlaskClient, changes: dict[str, str], sentence: str
) -> None:
    number = filed(engine)
    answer = send(editor, number, "grade", **({"reason": "我写的话"} | ACCEPT | {"reason": "我写的话"} | changes)
                  if "reason" not in changes and changes.get("verdict") != "not_an_error"
                  else (ACCEPT | changes))
    assert answer.status_code in (400, 404)
    assert sentence in answer.text
    assert row(engine, number).state is ReportState.FILED
    if "reason" not in changes and changes.get("verdict") != "not_an_error":
        assert "我写的话" in answer.text


@pytest.mark.slow
def test_stale_save_is_refused_with_both_in_sight(engine: Engine, house: House, editor: FlaskClient) -> None:
    number = filed(engine)
    with writing(engine) as session:
        grading.grade(session, number, GradeInput(Verdict.SUGGESTION, reason="只是口味"),
                      actor=audit.by_staff(house.editor_id), now=NOW, expected_version=1)
    answer = send(editor, number, "grade", **(ACCEPT | {"reason": "我刚写的一句"}))
    assert answer.status_code == 409
    assert "没有存：别人先改了" in answer.text
    assert "我刚写的一句" in answer.text
    assert "只是口味" in answer.text
    assert re.search(r'value="accepted"[^>]*checked', answer.text)
    assert re.search(r'name="expected_version"[^>]*value="2"', answer.text)
    assert row(engine, number).verdict is Verdict.SUGGESTION


@pytest.mark.slow
def test_undo_opens_the_report_again_and_calls_the_notice_back(
    engine: Engine, house: House, editor: FlaskClient
) -> None:
    number = filed(engine)
    send(editor, number, "grade", **ACCEPT)
    answer = send(editor, number, "undo", 2)
    assert answer.location == f"/reports/{number}"
    assert row(engine, number).state is ReportState.FILED
    with reading(engine) as session:
        assert session.scalars(select(Grade.taken_back)).all() == [True]
        assert session.scalars(select(OutgoingMessage.state)).all() == ["called_back"]
    assert "这次评分已撤销" in editor.get(f"/reports/{number}").text


@pytest.mark.slow
def test_undo_of_what_somebody_changed_meanwhile_is_refused(
    engine: Engine, house: House, editor: FlaskClient
) -> None:
    number = filed(engine)
    send(editor, number, "grade", **ACCEPT)
    send(editor, number, "grade", 2, **(ACCEPT | {"verdict": "suggestion", "reason": "再想想"}))
    assert send(editor, number, "undo", 2).status_code == 409
    assert row(engine, number).verdict is Verdict.SUGGESTION


@pytest.mark.slow
def test_picked_round_shows_the_report_but_no_form(engine: Engine, house: House, editor: FlaskClient) -> None:
    number = filed(engine)
    with writing(engine) as session:
        session.execute(update(Round).where(Round.id == house.round_id).values(
            state=RoundState.PICKED, closed_at=NOW, picked_at=NOW, result={}))
    page = editor.get(f"/reports/{number}").text
    assert "已经评出名单" in page
    assert "data-grade" not in page
    answer = send(editor, number, "grade", **ACCEPT)
    assert answer.status_code == 403
    assert "不能再改这条的评分" in answer.text


@pytest.mark.slow
def test_forged_or_missing_version_changes_nothing(engine: Engine, house: House, editor: FlaskClient) -> None:
    number = filed(engine)
    assert editor.post(f"/reports/{number}/grade", data=ACCEPT).status_code == 400
    assert editor.post(f"/reports/{number}/undo", data={"expected_version": "x"}).status_code == 400
    assert row(engine, number).version == 1


# the other acts


@pytest.mark.slow
def test_mending_changes_the_record_and_keeps_the_own_words(
    engine: Engine, house: House, editor: FlaskClient
) -> None:
    number = filed(engine)
    fields = {"mend-expected_version": "1", "mend-paper": "社区晨报·东城", "mend-issue": "2026-11", "mend-page": "02",
              "mend-article": "社区食唐开张", "mend-wrong": "食唐", "mend-right": "食堂子", "mend-reason": "对照字典"}
    answer = editor.post(f"/reports/{number}/mend", data=fields)
    assert answer.status_code == 302
    saved = row(engine, number)
    assert (saved.wrong, saved.right, saved.reason) == ("食唐", "食堂子", "对照字典")
    page = editor.get(f"/reports/{number}").text
    assert "更正记录" in page
    assert "题目里的错字" in page
    with reading(engine) as session:
        versions = session.scalars(select(ReportVersion).where(ReportVersion.report_id == number)
                                   .order_by(ReportVersion.number)).all()
        assert [version.staff_id for version in versions] == [None, house.editor_id]
        assert versions[0].fields["right"] == "食堂"


@pytest.mark.slow
def test_mending_to_a_deletion(engine: Engine, house: House, editor: FlaskClient) -> None:
    number = filed(engine, "东城版2版《社区食唐开张》，“高兴地的说”应为“高兴地说”")
    editor.post(f"/reports/{number}/mend", data={"mend-expected_version": "1", "mend-wrong": "的", "mend-delete": "y"})
    assert (row(engine, number).wrong, row(engine, number).right) == ("的", "")
    assert "应删去" in editor.get(f"/reports/{number}").text


def test_mending_nothing_leaves_no_version(engine: Engine, house: House, editor: FlaskClient) -> None:
    number = filed(engine)
    editor.post(f"/reports/{number}/mend", data={"mend-expected_version": "1", "mend-wrong": "食唐", "mend-right": "食堂"})
    assert row(engine, number).version == 1


@pytest.mark.slow
def test_stale_mend_keeps_what_was_typed(engine: Engine, house: House, editor: FlaskClient) -> None:
    number = filed(engine)
    send(editor, number, "grade", **ACCEPT)
    answer = editor.post(f"/reports/{number}/mend", data={"mend-expected_version": "1", "mend-right": "我打的新字"})
    assert answer.status_code == 409
    assert "我打的新字" in answer.text


@pytest.mark.slow
def test_join_split_and_link(engine: Engine, house: House, editor: FlaskClient) -> None:
    one, two = filed(engine), filed(engine, VOLUNTEERS)
    assert send(editor, two, "join", other=str(one)).status_code == 302
    assert row(engine, two).erratum_id == row(engine, one).erratum_id
    assert send(editor, two, "split", 2).status_code == 302
    assert row(engine, two).erratum_id != row(engine, one).erratum_id
    assert send(editor, two, "link", 3, other=f"编号{one}").status_code == 302
    with reading(engine) as session:
        root = session.scalars(select(Erratum.same_as_id).where(Erratum.id == row(engine, two).erratum_id)).one()
        assert root == row(engine, one).erratum_id
    page = editor.get(f"/reports/{two}").text
    assert "别处" in page


# the same slip elsewhere

AGAIN = "东城版3版《食堂续闻》，“{0}优慧”应为“{0}优惠”"


@pytest.fixture
def again(engine: Engine, house: House) -> None:
    """Page 03 prints a line of page 02 again, and its word in another line, by itself and as part of a longer word."""
    with writing(engine) as session:
        page_id = session.scalars(select(Page.id).where(Page.number == "03")).one()
        for n, (title, lines) in enumerate((("食堂续闻", [factories.PARAGRAPHS[1]]), ("优待办法", ["持证另享特别优慧价。"])), 2):
            session.add(Article(page_id=page_id, position=n, key=f"03-{n}", title=title, paragraphs=lines))


def root(engine: Engine, number: int) -> int:
    with reading(engine) as session:
        return errata.root_of(session.connection(), row(engine, number).erratum_id)


@pytest.mark.slow
def test_linked_places_are_listed_with_the_reason_and_can_be_taken_apart(
    engine: Engine, house: House, again: None, editor: FlaskClient
) -> None:
    one, two = filed(engine, DISCOUNT), filed(engine, AGAIN.format("八五折"))
    assert root(engine, one) == root(engine, two)
    page = editor.get(f"/reports/{two}").text
    part = page.split('class="linked-same"')[1].split("</form>")[0]
    assert "社区晨报·东城 2026年11月 · 02版" in part
    assert "同一段文字也印在这里" in part
    assert send(editor, two, "unlink").status_code == 302
    assert root(engine, one) != root(engine, two)
    page = editor.get(f"/reports/{two}").text
    assert 'class="linked-same"' not in page
    assert "可能是同样的错" not in page
    assert "取消关联相同差错" in page
    assert send(editor, two, "unlink", 2).status_code == 403


@pytest.mark.slow
@pytest.mark.parametrize("act", ["link", "apart"])
def test_likely_place_is_proposed_and_settled_with_one_click(
    engine: Engine, house: House, again: None, editor: FlaskClient, act: str
) -> None:
    one = filed(engine, DISCOUNT)
    two = filed(engine, "东城版3版《优待办法》，“特别优慧价”应为“特别优惠价”")
    assert root(engine, one) != root(engine, two)
    page = editor.get(f"/reports/{two}").text
    part = page.split("可能是同样的错印在别处")[1].split("</ul>")[0]
    assert "改法一样，前后也有相同的字" in part
    assert f'name="other" value="{one}"' in part
    assert send(editor, two, act, other=str(one)).status_code == 302
    assert (root(engine, one) == root(engine, two)) is (act == "link")
    for number in (one, two):
        page = editor.get(f"/reports/{number}").text
        assert "可能是同样的错" not in page
        assert ("编辑认定" in page) is (act == "link")


@pytest.mark.slow
@pytest.mark.parametrize("other", ["", "abc", "99999", "self"])
def test_join_to_nothing_is_refused_with_a_sentence(
    engine: Engine, house: House, editor: FlaskClient, other: str
) -> None:
    number = filed(engine)
    answer = send(editor, number, "join", other=str(number) if other == "self" else other)
    assert answer.status_code in (400, 404)
    assert 'role="alert"' in answer.text


@pytest.mark.slow
@pytest.mark.parametrize("same", ["yes", "no"])
def test_likeness_is_settled(engine: Engine, house: House, editor: FlaskClient, same: str) -> None:
    one, two = filed(engine), filed(engine, VOLUNTEERS)
    with writing(engine) as session:
        session.execute(update(Report).where(Report.id == two).values(maybe_erratum_id=row(engine, one).erratum_id))
    assert "疑似重复" in editor.get(f"/reports/{two}?view=maybe").text
    send(editor, two, "settle", same=same)
    saved = row(engine, two)
    assert saved.maybe_erratum_id is None
    assert (saved.erratum_id == row(engine, one).erratum_id) == (same == "yes")


@pytest.mark.slow
def test_escalating_needs_a_reason_and_can_be_undone(engine: Engine, house: House, editor: FlaskClient) -> None:
    number = filed(engine)
    assert send(editor, number, "escalate").status_code == 400
    assert send(editor, number, "escalate", escalate_reason="涉及地图").status_code == 302
    assert row(engine, number).state is ReportState.ESCALATED
    assert f"编号 {number} 已上报" in editor.get("/queue").text
    send(editor, number, "undo", 2)
    assert row(engine, number).state is ReportState.FILED


@pytest.mark.slow
@pytest.mark.parametrize("act", ["grade", "undo", "mend", "join", "link", "unlink", "apart", "split", "settle", "escalate"])
def test_prize_role_may_do_nothing_here(
    engine: Engine, house: House, browser: Callable[[Role], FlaskClient], act: str
) -> None:
    number = filed(engine)
    assert send(browser(Role.PRIZES), number, act, **ACCEPT).status_code == 403
    assert row(engine, number).version == 1


@pytest.mark.slow
@pytest.mark.parametrize("act", ["grade", "mend", "undo"])
def test_every_act_is_guarded_against_forgery(
    app: Any, engine: Engine, house: House, browser: Callable[[Role], FlaskClient], act: str
) -> None:
    number = filed(engine)
    if act == "undo":
        with writing(engine) as session:
            factories.accept(session, number, house)
    app.config["WTF_CSRF_ENABLED"] = True
    client = browser(Role.EDITOR)
    version = "2" if act == "undo" else "1"
    fields = ACCEPT | {"expected_version": version, "mend-expected_version": version, "mend-right": "食堂子"}
    assert client.post(f"/reports/{number}/{act}", data=fields).status_code == 400
    page = client.get(f"/reports/{number}").text
    form = page.split(f'/reports/{number}/{act}"')[1].split("</form>")[0]
    token = re.search(r'name="((?:mend-)?csrf_token)"[^>]*value="([^"]+)"', form)
    assert token is not None
    answer = client.post(f"/reports/{number}/{act}", data=fields | {token.group(1): token.group(2)})
    assert answer.status_code == 302
