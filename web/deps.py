"""What every view needs, kept on the application. Knows no route."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import Engine

from bot.clock import Clock
from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class Deps:
    """`with reading(deps().engine)` or `with writing(deps().engine)` is how a view gets its session."""

    settings: Settings
    clock: Clock
    engine: Engine


def deps() -> Deps:
    """Those of the running application."""
    found = current_app.extensions["woodpecker"]
    assert isinstance(found, Deps)
    return found


def now() -> datetime:
    """The present moment by the application's clock, aware, in UTC."""
    return deps().clock.now()
