"""Saved filters of the list: kept, renamed, shared, removed and brought back. Knows no address; never commits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.errors import BadInput, NotAllowed, NotFound
from models.enums import Role
from models.lists import SavedFilter
from models.session import lock_for_writing
from models.staff import Staff

LONGEST = 20
"""Characters of a name: it stands on a tab."""
MOST = 30
"""Filters of one's own, and as many shared ones, so that the menu stays a menu."""
SHARERS = (Role.CHIEF, Role.ADMIN)
_LOCK = 0x77705F6669  # "wp_fi": any number that nobody else takes for an advisory lock


def save(session: Session, name: str, parameters: Mapping[str, str], *, shared: bool, actor: Actor,
         now: datetime) -> int:
    """Keeps a list under a name; the id. A filter of that name of the same owner is replaced."""
    words = _name(name)
    if not parameters:
        raise BadInput("这就是平常的列表，没有什么筛选要存。")
    lock_for_writing(session, _LOCK)
    if shared:
        _check_sharer(session, actor)
    kept = _of_name(session, words, shared, actor)
    if kept is None:
        _check_room(session, shared, actor)
        kept = SavedFilter(staff_id=_staff(actor), shared=shared, name=words, made_at=now)
        session.add(kept)
    kept.parameters = dict(parameters)
    session.flush()
    _note(session, "save_filter", kept, actor, now)
    return kept.id


def rename(session: Session, filter_id: int, name: str, *, actor: Actor, now: datetime) -> None:
    words = _name(name)
    lock_for_writing(session, _LOCK)
    kept = _changeable(session, filter_id, actor)
    same = _of_name(session, words, kept.shared, actor)
    if same is not None and same.id != kept.id:
        raise BadInput(f"已经有一个叫“{words}”的筛选了，请换个名字。")
    kept.name = words
    _note(session, "rename_filter", kept, actor, now)


def share(session: Session, filter_id: int, *, shared: bool, actor: Actor, now: datetime) -> None:
    """For all, or for oneself again."""
    _check_sharer(session, actor)
    lock_for_writing(session, _LOCK)
    kept = _changeable(session, filter_id, actor)
    if kept.shared == shared:
        return
    if _of_name(session, kept.name, shared, actor) is not None:
        raise BadInput(f"已经有一个叫“{kept.name}”的筛选了，请先改名。")
    _check_room(session, shared, actor)
    kept.shared = shared
    if not shared:
        kept.staff_id = _staff(actor)
    _note(session, "share_filter", kept, actor, now)


def remove(session: Session, filter_id: int, *, actor: Actor, now: datetime) -> str:
    """Takes it off the screen; its name. `restore` brings it back."""
    kept = _changeable(session, filter_id, actor)
    kept.removed_at = now
    _note(session, "remove_filter", kept, actor, now)
    return kept.name


def restore(session: Session, filter_id: int, *, actor: Actor, now: datetime) -> str:
    """Brings a removed filter back; its name, which gets a mark where another one has taken it meanwhile."""
    lock_for_writing(session, _LOCK)
    kept = session.get(SavedFilter, filter_id)
    if kept is None:
        raise NotFound("没有这个筛选。")
    _check_own(session, kept, actor)
    if kept.removed_at is None:
        return kept.name
    _check_room(session, kept.shared, actor)
    if _of_name(session, kept.name, kept.shared, actor) is not None:
        kept.name = f"{kept.name[: LONGEST - 4]}（恢复）"
    kept.removed_at = None
    _note(session, "restore_filter", kept, actor, now)
    return kept.name


def _name(name: str) -> str:
    words = " ".join("".join(sign for sign in name if sign.isprintable()).split())
    if not words:
        raise BadInput("请给这个筛选起个名字。")
    if len(words) > LONGEST:
        raise BadInput(f"名字最多 {LONGEST} 个字。")
    return words


def _staff(actor: Actor) -> int:
    assert actor.staff_id is not None, "only staff keep filters"
    return actor.staff_id


def _role(session: Session, actor: Actor) -> Role | None:
    return session.scalar(select(Staff.role).where(Staff.id == actor.staff_id))


def _check_sharer(session: Session, actor: Actor) -> None:
    if _role(session, actor) not in SHARERS:
        raise NotAllowed("给大家用的筛选由主编来存。")


def _changeable(session: Session, filter_id: int, actor: Actor) -> SavedFilter:
    kept = session.get(SavedFilter, filter_id)
    if kept is None or kept.removed_at is not None:
        raise NotFound("没有这个筛选，也许刚刚删掉了。")
    _check_own(session, kept, actor)
    return kept


def _check_own(session: Session, kept: SavedFilter, actor: Actor) -> None:
    """One's own, or a shared one for those who share."""
    if kept.shared:
        _check_sharer(session, actor)
    elif kept.staff_id != actor.staff_id:
        raise NotFound("没有这个筛选，也许刚刚删掉了。")


def _of_name(session: Session, name: str, shared: bool, actor: Actor) -> SavedFilter | None:
    query = select(SavedFilter).where(SavedFilter.name == name, SavedFilter.removed_at.is_(None),
                                      SavedFilter.shared.is_(shared))
    if not shared:
        query = query.where(SavedFilter.staff_id == actor.staff_id)
    return session.scalars(query.order_by(SavedFilter.id).limit(1)).first()


def _check_room(session: Session, shared: bool, actor: Actor) -> None:
    query = select(func.count(SavedFilter.id)).where(SavedFilter.removed_at.is_(None), SavedFilter.shared.is_(shared))
    if not shared:
        query = query.where(SavedFilter.staff_id == actor.staff_id)
    if (session.scalar(query) or 0) >= MOST:
        raise BadInput(f"最多存 {MOST} 个筛选，请先删掉不用的。")


def _note(session: Session, verb: str, kept: SavedFilter, actor: Actor, now: datetime) -> None:
    audit.record(session, actor=actor, verb=verb, object_kind="filter", object_id=kept.id, now=now,
                 details={"shared": kept.shared})
