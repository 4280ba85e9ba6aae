"""The webhook and the console's screens, one register call each. Knows nothing of what they do."""

from __future__ import annotations

from flask import Flask

from web import webhook
from web.console import audit, operations, search, undoing
from web.console.desk import callers, desk
from web.console.figures import statistics
from web.console.house import corrections, house_finds, ledger, newsroom
from web.console.months import (
    after_pick,
    announcement,
    articles,
    cockpit,
    contests,
    cut_lines,
    month_page,
    notices,
    reach,
    record_box,
    rounds,
    rule_changes,
    standings,
)
from web.console.papers import calendar, codes, imports, mending, page_makers, pages, papers, pictures
from web.console.practice import agreement, calibration, pairs, practice
from web.console.prizes import certificates, payouts, prizes
from web.console.queue import assignments, bulk, filters, presence, promptness, queue
from web.console.readers import leads, personal, readers
from web.console.reports import (
    appeal_acts,
    attachments,
    canned,
    drafts,
    duplicates,
    notes,
    redaction,
    report,
    reveals,
    reviews,
)
from web.console.staff import account, first_password, second_factor, staff

SCREENS = (
    queue, promptness, filters, bulk, undoing, report, duplicates, notes, canned, reviews, page_makers, presence,
    assignments, drafts, desk, callers, appeal_acts, attachments, redaction, reveals, standings, rounds,
    cockpit, articles, payouts, certificates, prizes, readers, personal, notices, papers, calendar, pages, pictures, mending,
    ledger, house_finds, imports, codes, search, newsroom, corrections, contests, practice, calibration,
    agreement, pairs, leads, staff, account, first_password, second_factor, audit, statistics, rule_changes, cut_lines,
    after_pick, record_box, announcement, reach, month_page,
    operations,
)


def register(app: Flask) -> None:
    webhook.register(app)
    for screen in SCREENS:
        screen.register(app)
