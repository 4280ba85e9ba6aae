"""Sentences around results: several at once, whether the reader is satisfied. Values in, text out; knows no rows."""

from __future__ import annotations


def several(count: int) -> str:
    """Stands above several results that go as one message."""
    return f"有{count}件事告诉您："
