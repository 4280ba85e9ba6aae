"""The webhook and the console's screens, one register call each. Knows nothing of what they do."""

from __future__ import annotations

from flask import Flask

from web import webhook
from web.console import (
    account,
    audit,
    contests,
    desk,
    papers,
    prizes,
    queue,
    report,
    rounds,
    staff,
    standings,
)

SCREENS = (queue, report, desk, standings, rounds, prizes, papers, contests, staff, account, audit)


def register(app: Flask) -> None:
    webhook.register(app)
    for screen in SCREENS:
        screen.register(app)
