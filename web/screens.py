"""The webhook and the console's screens, one register call each. Knows nothing of what they do."""

from __future__ import annotations

from flask import Flask

from web import webhook
from web.console import (
    account,
    articles,
    attachments,
    audit,
    codes,
    contests,
    desk,
    imports,
    notices,
    pages,
    papers,
    prizes,
    queue,
    readers,
    report,
    rounds,
    search,
    staff,
    standings,
)

SCREENS = (queue, report, desk, attachments, standings, rounds, articles, prizes, readers, notices,
           papers, pages, imports, codes, search, contests, staff, account, audit)


def register(app: Flask) -> None:
    webhook.register(app)
    for screen in SCREENS:
        screen.register(app)
