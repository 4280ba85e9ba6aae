"""Whole numbers that stand in addresses and forms: none is larger than the database's own. Knows no screen."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter

LARGEST = 2**31 - 1
"""Of an id in PostgreSQL; SQLite takes more, but not everything that can be typed."""


class Id(IntegerConverter):
    """`<int:…>` of an address; a larger one leads nowhere (404)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max": LARGEST, **kwargs})


def whole(text: str) -> int:
    """For `request.args.get(…, type=whole)`, which leaves out what raises ValueError."""
    number = int(text)
    if abs(number) > LARGEST:
        raise ValueError("larger than any number of ours")
    return number


def register(app: Flask) -> None:
    app.url_map.converters["int"] = Id
