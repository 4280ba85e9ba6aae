"""Whether the database is a backup that was brought back: what left the house since, and that nothing is taken until then."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection

from bot.checkup.findings import Finding, wrong
from bot.outside import journal
from bot.outside.lost import find

AREA = "restored"


def look(db: Connection) -> Iterator[Finding]:
    """Nothing where the database knows all that left; else how much is missing, by kind."""
    kept = journal.of(db)
    if kept is None or not kept.is_behind(db):
        return
    many = [f"{number} {what}" for what, number in find(db, [kept.folder(db)]).counts.items() if number]
    missing = f"Missing here: {', '.join(many)}. " if many else ""
    yield wrong(AREA, f"The database is older than what has left the house: no delivery is stored and nothing is sent. {missing}"
                      "python -m bot restored --dry-run names each, python -m bot restored goes on behind them (docs/backup.md).")
