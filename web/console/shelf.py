"""The catalogue as understanding reads it, one for the application. Knows no route."""

from __future__ import annotations

from flask import current_app

from bot.catalogue.library import Library


def library() -> Library:
    """The application's own; made at the first call."""
    found = current_app.extensions.setdefault("woodpecker.library", Library())
    assert isinstance(found, Library)
    return found
