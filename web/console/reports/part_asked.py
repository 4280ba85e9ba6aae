"""What a part of the report page may look at. Knows no part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.members.sign_in import SignedIn
from models.queries.report import ReportView


@dataclass(frozen=True, slots=True)
class Asked:
    """What a part may look at. A part costs one query at most, none where it has nothing to show.
    `kinds`: the annex's rows by their codes, as the round's rules call them.
    """

    session: Session
    report: ReportView
    viewer: SignedIn
    now: datetime
    kinds: Mapping[str, str]
