"""What was acknowledged, what readers saw and what is stored, compared by code that imports nothing of the bot.

`python -m tests.chaos` runs it after every round of faults; `verdict()` is its last word.
"""

from __future__ import annotations

from tests.chaos import check_chain, check_intake, check_outgoing, check_rounds
from tests.chaos.findings import Findings
from tests.chaos.ledger import Ledger
from tests.chaos.tables import Rows, rows_of


def check(url: str, ledger: Ledger) -> Findings:
    """Everything about one database; the processes that write to it should be at rest."""
    rows = rows_of(url)
    found = _whole(rows, url)
    for one in (check_intake.check(rows, ledger), check_outgoing.check(rows, ledger), check_rounds.check(rows),
                check_chain.check(rows)):
        found.add(one)
    return found


def _whole(rows: Rows, url: str) -> Findings:
    """The file itself: SQLite says what it finds broken."""
    found = Findings()
    if url.startswith("sqlite"):
        broken = [row for row in rows("PRAGMA integrity_check(5)") if "ok" not in row.values()]
        broken += rows("PRAGMA foreign_key_check")
        found.disagreements += [f"the database file: {row}" for row in broken]
    return found
