"""What somebody entered and has not saved: kept for each person, form and subject. Writes; never commits.

Fields are text by name, whatever the form; which names there are is the form's own affair.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot.audit import Actor
from bot.errors import BadInput
from models.session import upsert
from models.work_enums import DraftOf
from models.working import Claim, Draft, Snooze

MOST_FIELDS = 40
LONGEST = 20_000
"""Characters of one draft as stored, see the table's own bound."""
KEEP = timedelta(days=30)
NEVER_KEPT = frozenset({"csrf_token", "expected_version", "version"})
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,59}")


def keep(session: Session, form: DraftOf, subject_id: int, fields: Mapping[str, str], *, version: int, actor: Actor,
         now: datetime) -> bool:
    """Keeps what stands in a form now; whether there was anything to keep. BadInput when it is too much."""
    assert actor.staff_id is not None, "only staff enter things"
    kept = {name: text for name, text in fields.items() if name not in NEVER_KEPT and _NAME.fullmatch(name) and text}
    if not kept:
        drop(session, form, subject_id, actor=actor)
        return False
    stored = json.dumps(kept, ensure_ascii=False)
    if len(kept) > MOST_FIELDS or len(stored) > LONGEST:
        raise BadInput("写得太长，没能替您存下，请先保存一部分。")
    session.execute(upsert(
        session, Draft, {"staff_id": actor.staff_id, "form": form, "subject_id": subject_id},
        {"version": version, "fields": stored, "saved_at": now}))
    return True


def drop(session: Session, form: DraftOf, subject_id: int, *, actor: Actor) -> None:
    session.execute(delete(Draft).where(
        Draft.staff_id == actor.staff_id, Draft.form == form, Draft.subject_id == subject_id))


def finish(session: Session, form: DraftOf, subject_id: int, *, actor: Actor) -> None:
    """The form was saved: its draft goes. After a decision the report is at rest: no claim, no waiting."""
    drop(session, form, subject_id, actor=actor)
    if form is DraftOf.GRADE:
        session.execute(delete(Claim).where(Claim.report_id == subject_id))
        session.execute(delete(Snooze).where(Snooze.report_id == subject_id))


def read_fields(stored: str) -> dict[str, str]:
    """The fields of a stored draft; of one that cannot be read, none."""
    try:
        found = json.loads(stored)
    except ValueError:
        return {}
    return {str(name): str(text) for name, text in found.items()} if isinstance(found, dict) else {}


def forget(session: Session, *, now: datetime) -> int:
    """Drafts that nobody came back to for a month go; how many."""
    return len(session.execute(delete(Draft).where(Draft.saved_at < now - KEEP).returning(Draft.subject_id)).all())
