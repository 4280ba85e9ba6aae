"""A finding as JSON and back, for the versions of a report. Pure."""

from __future__ import annotations

import dataclasses
from typing import Any

from bot.understanding.values import Finding, Located, Place


def finding_to_json(finding: Finding) -> dict[str, Any]:
    return {key: value for key, value in dataclasses.asdict(finding).items() if value not in (None, ())}


def finding_from_json(fields: dict[str, Any]) -> Finding:
    known = {f.name for f in dataclasses.fields(Finding)}
    values = {key: value for key, value in fields.items() if key in known}
    if "located" in values:
        values["located"] = Located(values["located"])
    if values.get("place"):
        values["place"] = Place(**values["place"])
    values["places"] = tuple(Place(**place) for place in values.get("places", ()))
    return Finding(**values)
