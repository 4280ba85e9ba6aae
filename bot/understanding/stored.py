"""A finding as JSON and back, for the versions of a report. Pure."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from bot.understanding.values import Finding, Located, Place

_FIELDS = frozenset(Finding._fields)
_OF_PLACE = tuple(field.name for field in dataclasses.fields(Place))


def finding_to_json(finding: Finding) -> dict[str, Any]:
    values = {name: value for name, value in finding._asdict().items() if value not in (None, ())}
    if finding.place is not None:
        values["place"] = _place_to_json(finding.place)
    if finding.places:
        values["places"] = tuple(_place_to_json(place) for place in finding.places)
    return values


def _place_to_json(place: Place) -> dict[str, int]:
    return {name: getattr(place, name) for name in _OF_PLACE}


def finding_from_json(fields: dict[str, Any]) -> Finding:
    values = {name: value for name, value in fields.items() if name in _FIELDS}
    if "located" in values:
        values["located"] = Located(values["located"])
    if values.get("place"):
        values["place"] = Place(**values["place"])
    if "places" in values:
        values["places"] = tuple(Place(**place) for place in values["places"])
    return Finding(**values)


def finding_from_text(fields: str) -> Finding:
    """`finding_from_json` of what the database has not decoded yet."""
    return finding_from_json(json.loads(fields))
