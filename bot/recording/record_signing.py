"""Signs the records of picks where a key is set. A key that cannot be used is told once and stops nothing. Commits."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot.recording import records, signatures
from models.audit import JobRun
from models.session import writing

log = logging.getLogger(__name__)

JOB = "sign_records"


def sign_waiting(engine: Engine, key: Path | None, *, now: datetime) -> dict[str, Any]:
    """What was done, for the job's row; nothing where no key is set, nothing waits, or it was told before."""
    if key is None:
        return {}
    with writing(engine) as session:
        waiting = records.unsigned(session)
        if not waiting:
            return {}
        try:
            signer = signatures.signer(key)
        except signatures.KeyUnusable as problem:
            told: dict[str, Any] = {"unsigned": len(waiting)}
            if _last(session) == told:
                return {}
            log.warning("records stay unsigned, the printed digest is the proof: %s", problem)
            return told
        for row in waiting:
            records.sign(row, signer, now=now)
    return {"signed": len(waiting)}


def _last(session: Session) -> dict[str, Any] | None:
    return session.scalar(select(JobRun.result).where(JobRun.name == JOB).order_by(JobRun.id.desc()).limit(1))
