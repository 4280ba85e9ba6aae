"""The application for gunicorn, waitress, granian or any other WSGI server: `wsgi:app`."""

from __future__ import annotations

from bot.errors import SettingsError
from bot.settings import load_settings
from web import create_app

try:
    app = create_app(load_settings())
except SettingsError as problem:
    raise SystemExit(str(problem)) from None
