"""The public page of a round's record: for whoever reads the paper, without signing in. Released rounds only."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import (
    Blueprint,
    Flask,
    jsonify,
    make_response,
    render_template,
    url_for,
)
from werkzeug.wrappers import Response

from bot.clock import SHANGHAI
from bot.contest.announcing.winning_words import how_found
from bot.contest.rules import from_json
from bot.errors import NotFound
from bot.recording import records
from models.queries import public_records as queries
from models.queries.public_records import PublicRound
from models.session import reading
from web.deps import deps
from web.public import keeping
from web.public.keeping import PAGE_KEPT, PAGES_A_MINUTE, kept, paced

blueprint = Blueprint("public_records", __name__, url_prefix="/records")

MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])", re.ASCII)
NOT_YET = "这里还没有评选记录。名单公布以后，这一页才会打开。"
FILES_A_MINUTE = 12
FILE_KEPT = 86_400
"""Seconds: a version itself never changes."""
PIECE = 256 * 1024


def register(app: Flask) -> None:
    keeping.add(app, {"record": PAGES_A_MINUTE, "record_file": FILES_A_MINUTE, "record_data": PAGES_A_MINUTE})
    app.register_blueprint(blueprint)


@blueprint.get("/<int:contest_id>.json")
def listed(contest_id: int) -> Response:
    """The rounds of a contest that have a public page, the newest first."""
    _for_programs()
    with reading(deps().engine) as read:
        rounds = queries.released_months(read, contest_id)
    if not rounds:
        raise NotFound(NOT_YET)
    return kept(jsonify({"rounds": [
        {"month": month, "released_on": _day(released_at), "page": url_for(".show", contest_id=contest_id, month=month),
         "json": url_for(".data", contest_id=contest_id, month=month)} for month, released_at in rounds]}), PAGE_KEPT)


@blueprint.get("/<int:contest_id>/<month>.json")
def data(contest_id: int, month: str) -> Response:
    """What the page of this round says, of the same reading."""
    _for_programs()
    return kept(jsonify(_as_json(_page_of(contest_id, month))), PAGE_KEPT)


@blueprint.get("/<int:contest_id>/<month>")
def show(contest_id: int, month: str) -> Response:
    paced("record")
    page = _page_of(contest_id, month)
    return kept(make_response(render_template(
        "public/record.html", round=page.round, how=page.how, reason=page.reason, released_on=page.released_on)), PAGE_KEPT)


@blueprint.get("/<int:contest_id>/<month>/record-<int:version>.json")
def file(contest_id: int, month: str, version: int) -> Response:
    """The very bytes that the SHA-256 is of, inflated piece by piece: a large month has a large file."""
    paced("record_file")
    with reading(deps().engine) as read:
        found = queries.packed(read, contest_id, _month(month), version)
    if found is None:
        raise NotFound(NOT_YET)
    sha256, parts = found
    answer = Response(_inflated(parts), mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="woodpecker-{month}-{version}.json"'
    answer.set_etag(sha256)
    return kept(answer, FILE_KEPT)


@dataclass(frozen=True, slots=True)
class Page:
    """All that the page of a released round says, whatever form it is given."""

    round: PublicRound
    how: Sequence[str]
    reason: str | None
    released_on: date


def _page_of(contest_id: int, month: str) -> Page:
    with reading(deps().engine) as read:
        found = queries.released(read, contest_id, _month(month))
        if found is None:
            raise NotFound(NOT_YET)
        # The reason of a later version stands beside that version.
        reason = records.own_words(read, found.id, found.pick_reason) if len(found.versions) < 2 else None
    return Page(found, how_found(from_json(found.rules)), reason if found.open else None,
                found.released_at.astimezone(SHANGHAI).date())


def _as_json(page: Page) -> dict[str, Any]:
    one = page.round
    return {
        "contest_id": one.contest_id, "contest": one.contest, "account": one.account, "month": one.month,
        "released_on": page.released_on.isoformat(), "reports": one.reports, "best": list(one.best),
        "excellent": list(one.excellent), "unlisted": one.unlisted, "how": list(page.how),
        "open": one.open, "open_reason": page.reason,
        "appeals": {"answered": one.appeals[0], "upheld": one.appeals[1]},
        "corrections": [{"released_at": it.released_at.isoformat(), "text": it.text} for it in one.corrections],
        "record": [{"version": it.version, "digest": it.digest, "sha256": it.sha256, "made_at": it.made_at.isoformat(),
                    "signed": it.signed_at is not None, "reason": it.reason,
                    "file": url_for(".file", contest_id=one.contest_id, month=one.month, version=it.version)}
                   for it in one.versions],
    }


def _for_programs() -> None:
    """Where programs are given nothing, there is nothing."""
    if not deps().settings.integration.json_pages:
        raise NotFound(NOT_YET)
    paced("record_data")


def _day(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).date().isoformat()


def _month(text: str) -> str:
    if MONTH.fullmatch(text) is None:
        raise NotFound(NOT_YET)
    return text


def _inflated(parts: Iterable[bytes]) -> Iterator[bytes]:
    unpacker = zlib.decompressobj()
    for part in parts:
        data = unpacker.decompress(part, PIECE)
        while data:
            yield data
            data = unpacker.decompress(unpacker.unconsumed_tail, PIECE)
