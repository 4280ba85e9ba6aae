"""The webhook and the console's screens, one register call each. Knows nothing of what they do."""

from __future__ import annotations

from flask import Flask

from web import webhook
from web.console import (
    account,
    after_pick,
    agreement,
    announcement,
    appeal_acts,
    articles,
    assignments,
    attachments,
    audit,
    bulk,
    calendar,
    calibration,
    callers,
    canned,
    certificates,
    cockpit,
    codes,
    contests,
    corrections,
    cut_lines,
    desk,
    drafts,
    duplicates,
    filters,
    first_password,
    house_finds,
    imports,
    leads,
    ledger,
    mending,
    month_page,
    newsroom,
    notes,
    notices,
    operations,
    page_makers,
    pages,
    pairs,
    papers,
    payouts,
    personal,
    pictures,
    practice,
    presence,
    prizes,
    promptness,
    queue,
    reach,
    readers,
    record_box,
    redaction,
    report,
    reveals,
    reviews,
    rounds,
    rule_changes,
    search,
    second_factor,
    staff,
    standings,
    statistics,
    undoing,
)

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
