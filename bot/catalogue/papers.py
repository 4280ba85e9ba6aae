"""The papers themselves: made, renamed, their other names, rhythm, pages, scope and graders. Knows no file.

Nothing need be imported before readers may report. Each change leaves its entry; names of papers are no person's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.catalogue import names
from bot.catalogue.importer import raise_version
from bot.catalogue.names import NAME_LENGTH, Called
from bot.contest.days import planning
from bot.contest.days.calendar import Rhythm
from bot.errors import BadInput, NotFound, Stale
from models.enums import Role
from models.papers import Paper, PaperGrader
from models.staff import Staff

GRADING_ROLES = (Role.EDITOR, Role.CHIEF)
MOST_PAGES = 400
NOTE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class PaperSettings:
    """What can be changed of a paper. `graders`: ids of staff; none: everybody grades it."""

    name: str
    aliases: tuple[str, ...] = ()
    rhythm: Rhythm = field(default_factory=Rhythm)
    usual_pages: int | None = None
    outside_scope: str = ""
    graders: frozenset[int] = frozenset()


def paper_named(session: Session, name: str, *, actor: Actor, now: datetime) -> Paper:
    """The paper of that name, made where there is none yet. BadInput for a name that cannot be one."""
    name = name.strip()
    if not name or len(name) > NAME_LENGTH:
        raise BadInput(f"报纸的名字要 1 到 {NAME_LENGTH} 个字。")
    paper = session.scalar(select(Paper).where(Paper.name == name))
    return paper or _make(session, name, actor=actor, now=now)


def add_paper(session: Session, name: str, *, actor: Actor, now: datetime) -> Paper:
    """A paper of which nothing is imported yet. BadInput where the name is another's already, or none."""
    name = names.tidy(name)
    problem = names.name_problem(name, _others(session, None))
    if problem:
        raise BadInput(problem)
    return _make(session, name, actor=actor, now=now)


def _make(session: Session, name: str, *, actor: Actor, now: datetime) -> Paper:
    paper = Paper(name=name, aliases=[])
    session.add(paper)
    session.flush()
    raise_version(session)
    audit.record(session, actor=actor, verb="add_paper", object_kind="paper", object_id=paper.id, now=now)
    return paper


def settings_of(session: Session, paper_id: int) -> PaperSettings:
    """As they stand. NotFound."""
    paper = _paper(session, paper_id)
    graders = session.scalars(select(PaperGrader.staff_id).where(PaperGrader.paper_id == paper_id))
    return PaperSettings(paper.name, tuple(paper.aliases), Rhythm(paper.months_between, paper.first_month),
                         paper.usual_pages, paper.outside_scope or "", frozenset(graders))


def edit_paper(
    session: Session, paper_id: int, wanted: PaperSettings, *, expected_version: int, actor: Actor, now: datetime
) -> int:
    """Writes what differs from the settings as they stand; how many were changed.

    The name that a paper gives up stays with it as an alias: readers and files go on using it; reports keep their
    words. BadInput says which name cannot be; Stale where somebody changed the paper since it was read.
    """
    paper = _paper(session, paper_id)
    if paper.version != expected_version:
        raise Stale("这份报纸刚被别人改过，您的改动还没有保存。请看看现在的样子，再改一次。")
    before = settings_of(session, paper_id)
    wanted = _checked(session, paper_id, before, wanted)
    changes = [change for change in CHANGES if change.part(wanted) != change.part(before)]
    if not changes:
        return 0
    _claim(session, paper, expected_version)
    for change in changes:
        change.write(session, paper, wanted)
        session.flush()
        audit.record(session, actor=actor, verb=change.verb, object_kind="paper", object_id=paper_id, now=now,
                     details=change.details(before, wanted))
    if before.rhythm != wanted.rhythm:
        planning.drop_misfits(session, paper, now=now)
    raise_version(session)
    return len(changes)


def _paper(session: Session, paper_id: int) -> Paper:
    paper = session.get(Paper, paper_id)
    if paper is None:
        raise NotFound("没有这份报纸。")
    return paper


def _claim(session: Session, paper: Paper, version: int) -> None:
    """Of two who save at once the second one is told, whatever each has read."""
    done = session.execute(update(Paper).where(Paper.id == paper.id, Paper.version == version)
                           .values(version=version + 1).execution_options(synchronize_session=False))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Stale("这份报纸刚被别人改过，您的改动还没有保存。请看看现在的样子，再改一次。")
    session.refresh(paper)


def _others(session: Session, paper_id: int | None) -> list[Called]:
    return [(row.name, row.aliases) for row in session.execute(select(Paper.id, Paper.name, Paper.aliases))
            if row.id != paper_id]


def _checked(session: Session, paper_id: int, before: PaperSettings, wanted: PaperSettings) -> PaperSettings:
    """The settings as they will be stored. BadInput with the first thing that cannot be."""
    others, name = _others(session, paper_id), names.tidy(wanted.name)
    if name != before.name and (problem := names.name_problem(name, others)):
        raise BadInput(problem)
    aliases = names.tidy_aliases(wanted.aliases, name)
    # Only what is new is looked at: a name that came with an import must not stand in the way of another change.
    for alias in aliases:
        if alias not in before.aliases and (problem := names.alias_problem(alias, others)):
            raise BadInput(problem)
    if name != before.name:
        aliases = names.tidy_aliases((*aliases, before.name), name)
    if len(aliases) > names.MOST_ALIASES:
        raise BadInput(f"别名最多 {names.MOST_ALIASES} 个。")
    if wanted.usual_pages is not None and not 1 <= wanted.usual_pages <= MOST_PAGES:
        raise BadInput(f"版数请填 1 到 {MOST_PAGES}。")
    note = wanted.outside_scope.strip()
    if len(note) > NOTE_LENGTH:
        raise BadInput(f"不算在内的说明最多 {NOTE_LENGTH} 个字。")
    _check_graders(session, wanted.graders - before.graders)
    return replace(wanted, name=name, aliases=aliases, outside_scope=note)


def _check_graders(session: Session, new: Iterable[int]) -> None:
    may = set(session.scalars(select(Staff.id).where(Staff.role.in_(GRADING_ROLES), Staff.active.is_(True))))
    if not set(new) <= may:
        raise BadInput("负责评分的只能是在用的编辑或主编。")


# --- what can be changed, one row each: the verb, the part of the settings, what is written and what is noted ---


def _write_name(_: Session, paper: Paper, wanted: PaperSettings) -> None:
    paper.name = wanted.name


def _write_aliases(_: Session, paper: Paper, wanted: PaperSettings) -> None:
    paper.aliases = list(wanted.aliases)


def _write_rhythm(_: Session, paper: Paper, wanted: PaperSettings) -> None:
    paper.months_between, paper.first_month = wanted.rhythm.months_between, wanted.rhythm.first_month


def _write_pages(_: Session, paper: Paper, wanted: PaperSettings) -> None:
    paper.usual_pages = wanted.usual_pages


def _write_scope(_: Session, paper: Paper, wanted: PaperSettings) -> None:
    paper.outside_scope = wanted.outside_scope or None


def _write_graders(session: Session, paper: Paper, wanted: PaperSettings) -> None:
    session.execute(delete(PaperGrader).where(PaperGrader.paper_id == paper.id))
    session.add_all(PaperGrader(paper_id=paper.id, staff_id=staff_id) for staff_id in sorted(wanted.graders))


def _swapped(before: Any, after: Any) -> dict[str, Any]:
    return {"was": before or None, "became": after or None}


def _set_changed(before: Iterable[Any], after: Iterable[Any]) -> dict[str, Any]:
    old, new = list(before), list(after)
    return {"added": [one for one in new if one not in old], "removed": [one for one in old if one not in new]}


def _rhythm_changed(before: PaperSettings, after: PaperSettings) -> dict[str, Any]:
    return {"was": before.rhythm.months_between, "became": after.rhythm.months_between,
            "was_first": before.rhythm.first_month, "first_month": after.rhythm.first_month}


@dataclass(frozen=True, slots=True)
class Change:
    verb: str
    part: Callable[[PaperSettings], Any]
    write: Callable[[Session, Paper, PaperSettings], None]
    details: Callable[[PaperSettings, PaperSettings], dict[str, Any]]


CHANGES = (
    Change("rename_paper", lambda one: one.name, _write_name, lambda old, new: _swapped(old.name, new.name)),
    Change("set_aliases", lambda one: one.aliases, _write_aliases,
           lambda old, new: _set_changed(old.aliases, new.aliases)),
    Change("set_rhythm", lambda one: one.rhythm, _write_rhythm, _rhythm_changed),
    Change("set_usual_pages", lambda one: one.usual_pages, _write_pages,
           lambda old, new: _swapped(old.usual_pages, new.usual_pages)),
    Change("set_scope", lambda one: one.outside_scope, _write_scope,
           lambda old, new: _swapped(old.outside_scope, new.outside_scope)),
    Change("assign_graders", lambda one: one.graders, _write_graders,
           lambda old, new: _set_changed(sorted(old.graders), sorted(new.graders))),
)
