"""Whose papers an import touches: a chief of some papers imports, tells and drops those only. Opens no file."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from bot.audit import Actor
from bot.catalogue.importer import ImportPlan
from bot.errors import NotAllowed
from bot.members.staff import role_on, works_everywhere
from models.enums import Role
from models.imports import ImportUpload
from models.queries.papers import paper_known_as
from models.queries.staff import whom_to_ask

MAY_IMPORT = (Role.CHIEF, Role.ADMIN)


def check_plan(session: Session, plan: ImportPlan, *, actor: Actor) -> None:
    """NotAllowed where one issue of the plan is of a paper that is not the actor's: then none is to be written."""
    if actor.staff_id is None or works_everywhere(session, actor.staff_id):
        return
    check_names(session, [one.file.edition for one in plan.changes], actor=actor)
    # Other names go to the paper, and files and readers that use them with it.
    called = [name for one in plan.changes for name in one.file.aliases]
    check_names(session, [name for name in called if paper_known_as(session, name)], actor=actor)


def check_names(session: Session, names: Iterable[str], *, actor: Actor) -> None:
    """The same for papers by name. A name that no paper has yet is for whoever works on all of them."""
    if actor.staff_id is None or works_everywhere(session, actor.staff_id):
        return
    foreign, new, people = dict[str, None](), dict[str, None](), dict[str, None]()
    for name in dict.fromkeys(names):
        paper = paper_known_as(session, name)
        if paper is None:
            new[f"《{name}》"] = None
        elif role_on(session, actor.staff_id, paper.id) not in MAY_IMPORT:
            foreign[f"《{paper.name}》"] = None
            people |= dict.fromkeys(whom_to_ask(session, paper.id)[1])
    if foreign or new:
        raise NotAllowed(_sentence(list(foreign), list(new), list(people)))


def _sentence(foreign: list[str], new: list[str], people: list[str]) -> str:
    parts = [f"{'、'.join(foreign)}不归您管"] if foreign else []
    parts += [f"{'、'.join(new)}是新的报纸，只管部分报纸的主编不能添"] if new else []
    return f"{'；'.join(parts)}。这些文件一期也没有导入。需要的话，请找{'、'.join(people) or '管理员'}。"


def check_upload(session: Session, row: ImportUpload, *, actor: Actor) -> None:
    """Who may drop an import, or have it read anew: whoever sent it, and whoever works on the paper it was told to be."""
    if actor.staff_id is None or actor.staff_id == row.staff_id or works_everywhere(session, actor.staff_id):
        return
    paper = paper_known_as(session, row.paper) if row.paper else None
    if paper is None or role_on(session, actor.staff_id, paper.id) not in MAY_IMPORT:
        raise NotAllowed("这次导入是别人传的，里面可能有不归您管的报纸。请让传的人来处理，或者找管理员。")
