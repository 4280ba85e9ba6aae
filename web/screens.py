"""The webhook and the console's screens, one register call each. Knows nothing of what they do."""

from __future__ import annotations

from flask import Flask

from web import webhook
from web.console import (
    account,
    articles,
    attachments,
    audit,
    calendar,
    codes,
    contests,
    corrections,
    desk,
    house_finds,
    imports,
    ledger,
    mending,
    newsroom,
    notices,
    pages,
    papers,
    pictures,
    prizes,
    queue,
    readers,
    report,
    rounds,
    search,
    staff,
    standings,
    statistics,
)

SCREENS = (queue, report, desk, attachments, standings, rounds, articles, prizes, readers, notices, papers,
           calendar, pages, pictures, mending, ledger, house_finds, imports, codes, search, newsroom,
           corrections, contests, staff, account, audit, statistics)


def register(app: Flask) -> None:
    webhook.register(app)
    for screen in SCREENS:
        screen.register(app)
