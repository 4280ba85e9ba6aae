"""The record of a picked round on its page: what is printed of it, and the QR code that leads readers there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask

from bot.publishing import code_pictures
from bot.recording import records
from models.queries import public_records as queries
from models.session import reading
from web.deps import deps


@dataclass(frozen=True, slots=True)
class RecordBox:
    """`address` and its `code` (an svg element): None where the configuration names no public address."""

    versions: Sequence[Any]
    address: str | None
    code: str | None


def register(app: Flask) -> None:
    app.jinja_env.globals["public_record"] = record_box


def record_box(round_: Any) -> RecordBox | None:
    """None for a round that is not picked, or was before records were kept."""
    if round_.picked_at is None:
        return None
    with reading(deps().engine) as session:
        versions = queries.versions(session, round_.id)
    if not versions:
        return None
    address = records.public_address(deps().settings, versions[0].contest_id, round_.month)
    return RecordBox(versions, address, None if address is None else code_pictures.inline_svg(address))
