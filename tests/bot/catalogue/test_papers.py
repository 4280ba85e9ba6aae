"""Papers made, renamed and set: who did what, what is refused, what reports keep; on both databases."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot.audit import OPERATOR, by_staff
from bot.catalogue import papers
from bot.catalogue.papers import PaperSettings
from bot.contest import contests
from bot.contest.days.calendar import Rhythm
from bot.errors import BadInput, NotFound, Stale
from models.audit import AuditEntry
from models.contests import Round
from models.enums import Role
from models.papers import CatalogueVersion, Issue, Paper, PaperGrader
from models.queries import papers as queries
from models.staff import Staff
from tests.support.town import EARLY, PAPER, Town, at_once

OTHER = "社区晨报·梧桐里"


@pytest.fixture
def town(session: Session) -> Town:
    return Town.founded(session, papers=(PAPER, OTHER))


def paper(town: Town, name: str = PAPER) -> Paper:
    town.session.expire_all()
    return town.session.scalars(select(Paper).where(Paper.name == name)).one()


def edit(town: Town, of: str = PAPER, *, version: int | None = None, **changes: Any) -> int:
    there = paper(town, of)
    wanted = replace(papers.settings_of(town.session, there.id), **changes)
    done = papers.edit_paper(town.session, there.id, wanted, actor=by_staff(town.chief), now=EARLY,
                             expected_version=there.version if version is None else version)
    town.session.flush()
    return done


def entries(town: Town) -> list[tuple[str, dict[str, Any]]]:
    """(verb, details) of what was done to papers by the chief."""
    found = town.session.scalars(select(AuditEntry).where(
        AuditEntry.object_kind == "paper", AuditEntry.staff_id == town.chief).order_by(AuditEntry.id))
    return [(entry.verb, entry.details) for entry in found]


def version(session: Session) -> int:
    session.expire_all()
    return session.scalars(select(CatalogueVersion.version)).one()


def test_added_paper_is_there_for_readers_at_once(session: Session) -> None:
    before = version(session)
    made = papers.add_paper(session, " 社区晨报·凉城 ", actor=OPERATOR, now=EARLY)
    assert (made.name, made.months_between, made.version) == ("社区晨报·凉城", 1, 1)
    assert version(session) == before + 1
    with pytest.raises(BadInput, match="已经有一份报纸叫"):
        papers.add_paper(session, "社区晨报凉城", actor=OPERATOR, now=EARLY)


def test_renamed_paper_keeps_links_and_its_old_name_as_an_alias(town: Town) -> None:
    number = town.file("甲", town.stated(1)).report_id
    before = version(town.session)
    assert edit(town, name="社区晨报·柳湾新村") == 2
    there = paper(town, "社区晨报·柳湾新村")
    report = town.report(number)
    assert there.aliases == [PAPER]
    assert (report.paper_id, report.paper_text) == (there.id, PAPER)
    assert version(town.session) == before + 1
    assert entries(town) == [("rename_paper", {"was": PAPER, "became": "社区晨报·柳湾新村"}),
                             ("set_aliases", {"added": [PAPER], "removed": []})]
    known = queries.paper_known_as(town.session, PAPER)
    assert known is not None
    assert known.id == there.id


def test_paper_may_take_its_old_name_back(town: Town) -> None:
    edit(town, name="社区晨报·柳湾新村")
    edit(town, "社区晨报·柳湾新村", name=PAPER)
    assert paper(town).aliases == ["社区晨报·柳湾新村"]


@pytest.mark.parametrize("name", [OTHER, "社区晨报梧桐里", "", "名" * 81])
def test_name_of_another_paper_or_none_is_refused(town: Town, name: str) -> None:
    with pytest.raises(BadInput):
        edit(town, name=name)
    assert (paper(town).version, entries(town)) == (1, [])


def test_alias_of_another_paper_is_refused_and_a_free_one_taken(town: Town) -> None:
    edit(town, OTHER, aliases=("梧桐版",))
    with pytest.raises(BadInput, match=f"已经是《{OTHER}》的名字"):
        edit(town, aliases=("梧桐版",))
    with pytest.raises(BadInput, match="太短"):
        edit(town, aliases=("晨报",))
    edit(town, aliases=("柳湾版", " 柳湾版", "湾版报"))
    assert paper(town).aliases == ["柳湾版", "湾版报"]


def test_alias_that_came_with_an_import_does_not_stand_in_the_way(town: Town) -> None:
    paper(town).aliases = ["晨报"]
    town.session.flush()
    assert edit(town, usual_pages=8) == 1
    assert paper(town).aliases == ["晨报"]


def test_too_many_aliases_are_refused(town: Town) -> None:
    with pytest.raises(BadInput, match="最多 20 个"):
        edit(town, aliases=tuple(f"柳湾{n:02}号报" for n in range(21)))


def test_each_change_leaves_its_entry_and_what_is_the_same_leaves_none(town: Town) -> None:
    assert edit(town, usual_pages=8, outside_scope=" 夹送的商业单页不算 ", graders=frozenset({town.editor})) == 3
    assert entries(town) == [
        ("set_usual_pages", {"was": None, "became": 8}),
        ("set_scope", {"was": None, "became": "夹送的商业单页不算"}),
        ("assign_graders", {"added": [town.editor], "removed": []}),
    ]
    before = version(town.session)
    assert edit(town, usual_pages=8, outside_scope="夹送的商业单页不算") == 0
    assert (len(entries(town)), version(town.session), paper(town).version) == (3, before, 2)


def test_what_was_filled_in_can_be_emptied(town: Town) -> None:
    edit(town, usual_pages=8, outside_scope="单页", graders=frozenset({town.editor, town.chief}))
    edit(town, usual_pages=None, outside_scope="", graders=frozenset())
    there = paper(town)
    assert (there.usual_pages, there.outside_scope) == (None, None)
    assert town.session.scalars(select(PaperGrader)).all() == []


@pytest.mark.sampled
@pytest.mark.parametrize("changes", [{"usual_pages": 0}, {"usual_pages": 401}, {"outside_scope": "字" * 201},
                                     {"graders": frozenset({999})}])
def test_what_cannot_be_is_refused_whole(town: Town, changes: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        edit(town, aliases=("柳湾版",), **changes)
    assert (paper(town).aliases, entries(town)) == ([], [])


def test_only_those_who_grade_can_be_made_responsible(town: Town) -> None:
    member = Staff(login="prizes", display_name="发奖", password_hash="x", role=Role.PRIZES, created_at=EARLY)
    town.session.add(member)
    town.session.flush()
    with pytest.raises(BadInput, match="编辑或主编"):
        edit(town, graders=frozenset({member.id}))


def test_grader_who_left_does_not_stand_in_the_way(town: Town) -> None:
    edit(town, graders=frozenset({town.editor}))
    town.session.get_one(Staff, town.editor).active = False
    town.session.flush()
    assert edit(town, usual_pages=4) == 1
    assert [one.graders for one in queries.papers(town.session)] == [()] * len(queries.papers(town.session))


def test_stale_edit_is_refused(town: Town) -> None:
    edit(town, usual_pages=8)
    with pytest.raises(Stale, match="刚被别人改过"):
        edit(town, usual_pages=4, version=1)
    assert paper(town).usual_pages == 8


def test_of_two_edits_at_once_one_is_told(engine: Engine, session: Session) -> None:
    town = Town.founded(session)
    number = paper(town).id
    session.commit()

    def act(pages: int) -> Any:
        return lambda one: papers.edit_paper(one, number, PaperSettings(PAPER, usual_pages=pages), expected_version=1,
                                             actor=OPERATOR, now=EARLY)

    results = at_once(engine, [act(8), act(12)])
    assert sorted(type(result) for result in results if result != 1) == [Stale]
    assert paper(town).version == 2


def test_unknown_paper_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        papers.settings_of(session, 99)
    with pytest.raises(NotFound):
        papers.edit_paper(session, 99, PaperSettings("某报"), expected_version=1, actor=OPERATOR, now=EARLY)


# rhythm


def months(town: Town, name: str = PAPER) -> list[str]:
    return list(town.session.scalars(select(Issue.month).where(Issue.paper_id == paper(town, name).id)
                                     .order_by(Issue.month)))


def test_new_rhythm_takes_back_what_is_only_planned(town: Town) -> None:
    edit(town, rhythm=Rhythm(2, "2023-05"))
    assert (months(town), months(town, OTHER)) == (["2023-05", "2023-07"], ["2023-05", "2023-06", "2023-07"])
    assert entries(town) == [("set_rhythm", {"was": 1, "became": 2, "was_first": None, "first_month": "2023-05"})]
    edit(town, OTHER, rhythm=Rhythm(2, "2023-05"))
    assert town.session.scalars(select(Round.month).order_by(Round.month)).all() == ["2023-05", "2023-07"]


def test_new_rhythm_keeps_what_readers_wrote_about(town: Town) -> None:
    town.file("甲", town.stated(1, month="2023-06"))
    edit(town, rhythm=Rhythm(3, "2023-05"))
    assert months(town) == ["2023-05", "2023-06"]


def test_plans_stay_when_issues_are_to_be_planned_by_hand(town: Town) -> None:
    edit(town, rhythm=Rhythm(0))
    assert months(town) == ["2023-05", "2023-06", "2023-07"]
    contests.make_rounds(town.session, town.contest_id, months_ahead=4, first="2023-05", actor=OPERATOR, now=EARLY)
    assert months(town) == ["2023-05", "2023-06", "2023-07"]
    assert months(town, OTHER)[-1] == "2023-09"


def test_monthly_again_plans_every_month_again(town: Town) -> None:
    edit(town, rhythm=Rhythm(2, "2023-05"))
    edit(town, rhythm=Rhythm())
    contests.make_rounds(town.session, town.contest_id, months_ahead=2, first="2023-05", actor=OPERATOR, now=EARLY)
    assert months(town) == ["2023-05", "2023-06", "2023-07"]
