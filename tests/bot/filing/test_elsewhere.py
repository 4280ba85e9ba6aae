"""The same slip elsewhere (RULES 7): what is linked without anybody, what an editor is asked, and undone. Both databases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, event, select, update
from sqlalchemy.orm import Session

from bot.audit import by_staff
from bot.contest.standing import compute
from bot.errors import BadInput, NotAllowed, Stale
from bot.filing import elsewhere, errata, placement, reports
from bot.filing.slips import Why
from bot.judging import linking
from bot.understanding.values import Located
from models.audit import AuditEntry
from models.contests import Round
from models.enums import RoundState
from models.papers import Article
from models.reports import Erratum, ErratumSlip
from tests.support.town import MORNING, PAPER, Town, at, at_once, issue_file

EAST, WEST = "社区晨报·东里", "社区晨报·西里"
EDITIONS = (PAPER, EAST, WEST)
SHARED = "全市统一推行垃圾分类，做到即使发现、及时处置。"
NOON = at("2023-05-20 12:00")


def articles(*paragraphs: str, shared: str = SHARED) -> list[dict[str, Any]]:
    """Article `all` holds the copy that editions share; the others a paragraph each, with its own title."""
    own = [{"id": f"b{n}", "title": f"本版报道{n}", "paragraphs": [text]} for n, text in enumerate(paragraphs)]
    return [{"id": "all", "title": "全市要闻", "paragraphs": ["先说天气。", shared]}, *own]


def issue(edition: str, *paragraphs: str, month: str = "2023-05", shared: str = SHARED) -> dict[str, Any]:
    return issue_file(edition, month, f"{month}-10", pages=[{"number": "02", "articles": articles(*paragraphs, shared=shared)}])


HOME = ("居民到银行开设帐户一个。", "个人帐户余额不够。", "大家自觉的分类。", "大家自觉的投放。", "甲，乙。", "甲，丙。")


@pytest.fixture
def town(session: Session) -> Town:
    town = Town.founded(session, imported=False, papers=EDITIONS)
    town.bring(issue(PAPER, *HOME), issue(EAST, "外地帐户也可以用。", shared=f" {SHARED}"), issue(WEST, "无关的话。"))
    return town


def instant(town: Town, edition: str = PAPER, right: str = "及时发现", **given: Any) -> Any:
    return town.found("all", "即使发现", right, edition=edition, **given)


def roots(town: Town, *numbers: int) -> list[int]:
    db = town.session.connection()
    return [errata.root_of(db, town.report(number).erratum_id) for number in numbers]


def whys(town: Town, number: int) -> tuple[list[tuple[int, Why | None]], list[tuple[int, Why | None]]]:
    """(linked, proposed) around a report's erratum: first report there, and why."""
    own = town.report(number).erratum_id
    around = elsewhere.around(town.session.connection(), own, roots(town, number)[0])
    return [(one.number, one.why) for one in around.linked], [(one.number, one.why) for one in around.proposed]


# linked


def test_copy_shared_by_editions_is_one_erratum_for_readers(town: Town) -> None:
    one = town.file("甲", instant(town), at("2023-05-20 08:00")).report_id
    two = town.file("乙", instant(town, EAST, "立即发现"), at("2023-05-20 08:01")).report_id
    assert town.report(one).erratum_id != town.report(two).erratum_id
    assert roots(town, one, two) == [town.report(one).erratum_id] * 2
    assert town.ranks(two, "甲乙") == [1, 2]
    assert whys(town, two) == ([(one, Why.SHARED_COPY)], [])


def test_same_word_wrong_again_in_the_issue_is_one_erratum_for_readers(town: Town) -> None:
    one = town.file("甲", town.found("b0", "帐户", "账户"), at("2023-05-20 08:00")).report_id
    two = town.file("乙", town.found("b1", "个人帐户", "个人账户"), at("2023-05-20 08:01")).report_id
    assert roots(town, one, two) == [town.report(one).erratum_id] * 2
    assert town.ranks(two, "甲乙") == [1, 2]
    assert whys(town, one) == ([(two, Why.SAME_WORD)], [])


def test_readers_own_report_of_the_slip_elsewhere_is_kept_and_counts_once(town: Town) -> None:
    one = town.file("甲", town.found("b0", "帐户", "账户"))
    two = town.file("甲", town.found("b1", "帐户", "账户"))
    assert (two.repeat_of, two.report_id != one.report_id) == (False, True)
    for filed in (one, two):
        town.grade(filed.report_id)
    standing = compute(town.session.connection(), town.round().id).standings
    assert [(each.person_id, each.total_milli) for each in standing] == [(town.person("甲"), 1000)]


def test_new_place_of_a_graded_slip_has_its_points(town: Town) -> None:
    one = town.file("甲", instant(town)).report_id
    town.grade(one, row="N-06")
    two = town.file("乙", instant(town, EAST), NOON).report_id
    assert (town.erratum(two).row_code, town.erratum(two).points_milli) == ("N-06", 2000)


@pytest.mark.parametrize("later", [0, 1])
def test_word_that_stands_in_several_places_is_one_with_each_of_them(town: Town, later: int) -> None:
    here = town.found("b1", "个人帐户", "个人账户")
    several = town.found("b0", "帐户", "账户")._replace(located=Located.SEVERAL, place=None, issue_id=here.place.issue_id,
                      places=(town.found("b0", "帐户", "账户").place, here.place))
    said = [several, here] if later else [here, several]
    numbers = [town.file(name, one, at(f"2023-05-20 08:0{n}")).report_id
               for n, (name, one) in enumerate(zip("甲乙", said, strict=True))]
    assert len(set(roots(town, *numbers))) == 1
    assert town.ranks(numbers[1], "甲乙") == [1, 2]
    assert whys(town, numbers[1]) == ([(numbers[0], Why.SAME_WORD)], [])


@pytest.mark.parametrize(("first", "second"), [
    (("b0", "帐户", "账户", PAPER), ("b0", "帐户", "账户", EAST)),  # another edition, and not its copy
    (("b2", "自觉的", "自觉地", PAPER), ("b3", "自觉的", "自觉地", PAPER)),  # particles
    (("b4", "甲，乙", "甲、乙", PAPER), ("b5", "甲，丙", "甲、丙", PAPER)),  # marks: each is an erratum of its own
    (("all", "即使发现", "及时发现", PAPER), ("all", "统一推行", "统一实行", EAST)),  # another error of the copy
])  # fmt: skip
def test_what_is_not_certain_is_not_linked(town: Town, first: tuple[str, ...], second: tuple[str, ...]) -> None:
    key = "b0" if second[3] == EAST and second[0] == "b0" else second[0]
    wrong = "帐户" if second[3] == EAST and key == "b0" else second[1]
    one = town.file("甲", town.found(*first[:3], edition=first[3])).report_id
    two = town.file("乙", town.found(key, wrong, second[2], edition=second[3]), NOON).report_id
    assert len(set(roots(town, one, two))) == 2


def test_copy_printed_again_next_month_is_another_erratum(town: Town) -> None:
    town.bring(issue(PAPER, month="2023-06"))
    one = town.file("甲", instant(town)).report_id
    two = town.file("乙", instant(town, month="2023-06"), at("2023-06-12 08:00")).report_id
    assert len(set(roots(town, one, two))) == 2


def test_after_the_pick_nothing_is_linked(town: Town) -> None:
    one = town.file("甲", instant(town)).report_id
    town.session.execute(update(Round).where(Round.month == "2023-05").values(
        state=RoundState.PICKED, closed_at=MORNING, picked_at=NOON, result={}))
    two = town.file("乙", instant(town, EAST), NOON)
    assert two.late
    assert len(set(roots(town, one, two.report_id))) == 2


@pytest.mark.parametrize("places", [
    [("all", "即使发现", "及时发现", edition) for edition in EDITIONS],
    [("b0", "帐户", "账户", PAPER), ("b1", "帐户", "账户", PAPER), ("b1", "个人帐户", "个人账户", PAPER)],
])  # fmt: skip
def test_reports_of_one_second_at_several_places_make_one_erratum(
    town: Town, engine: Engine, places: list[tuple[str, str, str, str]]
) -> None:
    comings = [(town.coming(name, MORNING), town.found(*place[:3], edition=place[3]))
               for name, place in zip("甲乙丙", places, strict=True)]
    town.session.commit()

    def act(pair: Any) -> Callable[[Session], int]:
        return lambda other: reports.file(other.connection(), pair[0], pair[1], complete=True, now=MORNING).report_id

    numbers = at_once(engine, [act(pair) for pair in comings])
    assert len(set(roots(town, *numbers))) == 1
    assert sorted(town.ranks(numbers[0], "甲乙丙")) == [1, 2, 3]
    assert town.count(Erratum) == len({place[0] + place[3] for place in places})


def test_late_import_links_what_it_places(session: Session) -> None:
    town = Town.founded(session, imported=False, papers=EDITIONS)
    said = [town.file(name, town.stated(paper=edition, page="02"), at(f"2023-05-20 08:0{n}")).report_id
            for n, (name, edition) in enumerate(zip("甲乙", EDITIONS, strict=False))]
    town.bring(issue(PAPER), issue(EAST))
    for number, edition in zip(said, EDITIONS, strict=False):
        assert placement.place_again(session.connection(), number, instant(town, edition), now=NOON)
    assert len(set(roots(town, *said))) == 1
    assert town.ranks(said[1], "甲乙") == [1, 2]


def test_place_taken_away_by_an_import_is_not_found_again(town: Town) -> None:
    one = town.file("甲", instant(town)).report_id
    article = town.report(one).article_id
    lines = dict(enumerate(town.session.scalars(select(Article.paragraphs).where(Article.id == article)).one()))
    placement.release(town.session.connection(), article, lines, None, now=NOON)
    assert town.count(ErratumSlip) == 0
    two = town.file("乙", instant(town, EAST), NOON).report_id
    assert len(set(roots(town, one, two))) == 2


def test_filing_takes_the_same_few_statements_whatever_is_alike(session: Session, engine: Engine) -> None:
    town = Town.founded(session, imported=False, papers=EDITIONS)
    town.bring(issue(PAPER, *(f"路登{n:02d}盏。" for n in range(60))))

    def statements(n: int) -> int:
        finding, coming = town.found(f"b{n}", f"路登{n:02d}", f"路灯{n:02d}"), town.coming("甲", MORNING)
        sent: list[str] = []
        note = lambda *said: sent.append(said[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", note)
        reports.file(session.connection(), coming, finding, complete=True, now=MORNING)
        event.remove(engine, "before_cursor_execute", note)
        return len(sent)

    statements(0)
    few = statements(1)
    for n in range(2, 55):
        town.file("甲", town.found(f"b{n}", f"路登{n:02d}", f"路灯{n:02d}"))
    assert statements(59) == few


# proposed, and what an editor says


def test_same_word_in_another_edition_is_proposed(town: Town) -> None:
    one = town.file("甲", town.found("b0", "帐户", "账户")).report_id
    two = town.file("乙", town.found("b0", "外地帐户", "外地账户", edition=EAST)).report_id
    assert whys(town, two) == ([], [(one, Why.SAME_WORD)])
    assert whys(town, one) == ([], [(two, Why.SAME_WORD)])


def test_same_change_with_letters_alike_around_it_is_proposed(town: Town) -> None:
    one = town.file("甲", town.found("b2", "自觉的分类", "自觉地分类")).report_id
    two = town.file("乙", town.found("b3", "自觉的", "自觉地")).report_id
    assert whys(town, two) == ([], [(one, Why.SAME_CHANGE)])


def test_marks_are_not_even_proposed(town: Town) -> None:
    town.file("甲", town.found("b4", "甲，乙", "甲、乙"))
    two = town.file("乙", town.found("b5", "甲，丙", "甲、丙")).report_id
    assert whys(town, two) == ([], [])


def test_report_without_a_place_has_nothing_around_it(session: Session) -> None:
    town = Town.founded(session, imported=False)
    assert whys(town, town.file("甲", town.stated()).report_id) == ([], [])


def act(verb: Callable[..., None], town: Town, number: int, *given: int, version: int | None = None) -> None:
    verb(town.session, number, *given, actor=by_staff(town.editor), now=NOON,
         expected_version=town.report(number).version if version is None else version)


@pytest.mark.slow
def test_place_taken_out_of_its_group_stands_alone_for_good(town: Town) -> None:
    numbers = [town.file(name, instant(town, edition), at(f"2023-05-20 08:0{n}")).report_id
               for n, (name, edition) in enumerate(zip("甲乙丙", EDITIONS, strict=True))]
    act(linking.unlink_slip, town, numbers[0])  # the root
    assert roots(town, *numbers) == [town.report(numbers[n]).erratum_id for n in (0, 1, 1)]
    assert town.ranks(numbers[0], "甲乙丙") == [1, 0, 0]
    assert town.ranks(numbers[2], "甲乙丙") == [0, 1, 2]
    assert whys(town, numbers[0]) == ([], [])
    elsewhere.link_new(town.session.connection(), town.report(numbers[0]).erratum_id)  # an import places it anew
    assert len(set(roots(town, *numbers))) == 2


@pytest.mark.slow
def test_both_sides_of_a_link_taken_back_keep_the_points_that_a_report_stands_behind(town: Town) -> None:
    one, two = (town.file(name, instant(town, edition)).report_id for name, edition in zip("甲乙", EDITIONS, strict=False))
    town.grade(one)
    act(linking.unlink_slip, town, two)
    assert [town.erratum(number).points_milli for number in (one, two)] == [1000, None]


def test_what_was_told_apart_is_not_proposed_again(town: Town) -> None:
    one = town.file("甲", town.found("b2", "自觉的", "自觉地")).report_id
    two = town.file("乙", town.found("b3", "自觉的", "自觉地")).report_id
    act(linking.keep_apart, town, two, one)
    act(linking.keep_apart, town, two, one)  # a second click does no harm
    assert (whys(town, one), whys(town, two)) == (([], []), ([], []))


def test_what_cannot_be_taken_apart_is_said(town: Town) -> None:
    one = town.file("甲", instant(town)).report_id
    with pytest.raises(NotAllowed, match="没有和别处连在一起"):
        act(linking.unlink_slip, town, one)
    two = town.file("乙", instant(town, EAST)).report_id
    with pytest.raises(NotAllowed, match="要先分开"):
        act(linking.keep_apart, town, two, one)
    with pytest.raises(Stale):
        act(linking.unlink_slip, town, two, version=9)
    half = town.file("丙", town.found("b0", "帐户", "账户"), complete=False).report_id
    with pytest.raises(BadInput, match="对应的差错"):
        act(linking.keep_apart, town, two, half)


def test_each_act_leaves_an_entry_without_words(town: Town) -> None:
    one = town.file("甲", instant(town)).report_id
    two = town.file("乙", instant(town, EAST)).report_id
    act(linking.unlink_slip, town, two)
    act(linking.keep_apart, town, two, one)
    town.session.flush()
    entries = town.session.scalars(select(AuditEntry).where(AuditEntry.staff_id == town.editor).order_by(AuditEntry.id)).all()
    ids = [town.report(number).erratum_id for number in (one, two)]
    assert [(e.verb, e.object_id, e.details) for e in entries] == [
        ("unlink_erratum", two, {"reports": [one], "erratum": ids[1], "from": [ids[0]]}),
        ("unlink_erratum", one, {"report": two}),
        ("keep_apart", two, {"report": one, "erratum": ids[0]}), ("keep_apart", one, {"report": two})]
