"""The application: HTTP in front of `bot`. Here are only the register calls; nothing in bot imports this."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import Engine

from bot import wiring
from bot.clock import Clock
from bot.settings import Settings
from web import (
    access,
    audit_words,
    auth,
    claims,
    copies,
    directions,
    errors,
    forgotten,
    forms,
    headers,
    health,
    layout,
    metrics,
    money,
    numbers,
    password_meter,
    present,
    public_records,
    request_ids,
    screens,
    whole_bodies,
)
from web.deps import Deps
from web.public import (
    contest_pages,
    errata_pages,
    follower_sign_in,
    keeping,
    own_privacy,
    own_reports,
    own_standing,
    satisfaction,
)


def create_app(settings: Settings, *, clock: Clock | None = None, engine: Engine | None = None) -> Flask:
    """The webhook, the console and, in the demo, the demo's routes. The database must be migrated already."""
    app = Flask(__name__)
    app.extensions["woodpecker"] = Deps(
        settings, clock or settings.clock(), engine or wiring.main_engine(settings)
    )
    request_ids.register(app)
    numbers.register(app)
    headers.register(app)
    directions.register(app)
    forms.register(app)
    auth.register(app)
    forgotten.register(app)
    password_meter.register(app)
    access.register(app)
    errors.register(app)
    health.register(app)
    metrics.register(app)
    present.register(app)
    money.register(app)
    audit_words.register(app)
    layout.register(app)
    screens.register(app)
    claims.register(app)
    copies.register(app)
    own_reports.register(app)
    own_standing.register(app)
    keeping.register(app)
    public_records.register(app)
    follower_sign_in.register(app)
    own_privacy.register(app)
    contest_pages.register(app)
    errata_pages.register(app)
    satisfaction.register(app)
    if settings.demo.enabled:
        from web import demo

        demo.register(app)
    whole_bodies.register(app)
    return app
