"""Papers known by name only: nothing need be imported before readers may report. Knows no file."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.catalogue.importer import raise_version
from bot.errors import BadInput
from models.papers import Paper

NAME_LENGTH = 80


def paper_named(session: Session, name: str, *, actor: Actor, now: datetime) -> Paper:
    """The paper of that name, made where there is none yet. BadInput for a name that cannot be one."""
    name = name.strip()
    if not name or len(name) > NAME_LENGTH:
        raise BadInput(f"报纸的名字要 1 到 {NAME_LENGTH} 个字。")
    paper = session.scalar(select(Paper).where(Paper.name == name))
    if paper is None:
        paper = Paper(name=name, aliases=[])
        session.add(paper)
        session.flush()
        raise_version(session)
        audit.record(session, actor=actor, verb="add_paper", object_kind="paper", object_id=paper.id, now=now)
    return paper
