"""Sums of money as they are typed and shown, in yuan; everything else knows fen. Knows no screen."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from flask import Flask
from wtforms import Field, ValidationError

MOST_FEN = 100_000_000
"""As much as bot.contest.rules lets through: a million yuan."""
_TYPED = re.compile(r"(?P<yuan>[0-9]{1,9})(?:\.(?P<rest>[0-9]{1,2}))?")


def fen(text: str) -> int | None:
    """35.5, ３５.50, ￥35.50, 35.5元 → 3550; None where nothing is typed. ValueError for what is no sum of money."""
    typed = unicodedata.normalize("NFKC", text).strip().removeprefix("¥").removesuffix("元").replace(",", "").strip()
    if not typed:
        return None
    found = _TYPED.fullmatch(typed)
    if found is None:
        raise ValueError(text)
    made = int(found["yuan"]) * 100 + int((found["rest"] or "").ljust(2, "0"))
    if made > MOST_FEN:
        raise ValueError(text)
    return made


def yuan(value: int | None) -> str:
    """1250000 → 12,500.00; empty for none."""
    return "" if value is None else f"{value // 100:,}.{value % 100:02d}"


def typed(value: int | None) -> str:
    """A sum as one would type it: 3550 → 35.50, 3500 → 35; empty for none and for nothing."""
    if not value:
        return ""
    return str(value // 100) if value % 100 == 0 else f"{value // 100}.{value % 100:02d}"


class Yuan:
    """A sum of money, or nothing."""

    def __call__(self, _form: Any, field: Field) -> None:
        try:
            fen(field.data or "")
        except ValueError:
            raise ValidationError(f"请填多少元，比如 35 或 35.50，最多 {MOST_FEN // 100:,} 元。") from None


def register(app: Flask) -> None:
    app.jinja_env.filters.update(yuan=yuan, yuan_typed=typed)
