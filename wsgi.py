"""The application for gunicorn, waitress, granian or any other WSGI server: `wsgi:app`."""

from __future__ import annotations

import gc
import sys

gc.disable()  # while the program is read, nearly all of which stays

from bot import logs  # noqa: E402
from bot.errors import SettingsError  # noqa: E402
from bot.settings import load_settings  # noqa: E402
from web import create_app  # noqa: E402

try:
    settings = load_settings()
    logs.set_up(settings.logs.form)
    app = create_app(settings)
except SettingsError as problem:
    sys.stderr.write(f"{problem}\n")
    # gunicorn takes 3 for a start that will never succeed, and any other number for a worker to be replaced.
    raise SystemExit(3) from None

gc.freeze()
gc.enable()
