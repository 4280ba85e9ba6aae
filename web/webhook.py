"""`/wechat/<account>`: the platform's door. Verifies, hands over to intake, renders. Every refusal looks alike."""

from __future__ import annotations

import logging
import re

from flask import Blueprint, Flask, Response, current_app, request

from bot import wiring
from bot.catalogue.library import Library
from bot.claiming.terms import Terms
from bot.intake import CannotStore, Intake
from bot.media import sources
from bot.wechat.protocol import MAX_BODY_BYTES, Gate, Refused
from web.deps import deps

log = logging.getLogger(__name__)
blueprint = Blueprint("webhook", __name__)

_NAME = re.compile(r"[A-Za-z0-9-]{1,40}", re.ASCII)  # as settings take it; anything else could forge log lines
XML, JSON, TEXT = "application/xml", "application/json", "text/plain"


class Door:
    """The gates of all accounts and the way in behind them; one a process."""

    def __init__(self, gates: dict[str, Gate], intake: Intake) -> None:
        self.gates = gates
        self.intake = intake


def register(app: Flask) -> None:
    """Takes the webhook into the application. It has no session and no CSRF token: the platform signs."""
    known = app.extensions["woodpecker"]
    engine = wiring.intake_engine(known.settings)
    gates = {name: Gate(wiring.keys_of(name, account)) for name, account in known.settings.accounts.items()}
    app.extensions["woodpecker-door"] = Door(
        gates, Intake(engine, Library(), secret=known.settings.server.secret_key,
                      deaf=sources.deaf(known.settings), reports_a_day=known.settings.readers.reports_a_day,
                      terms=Terms.of(known.settings)))
    app.register_blueprint(blueprint)
    app.extensions["csrf"].exempt(blueprint)


@blueprint.route("/wechat/<account>", methods=["GET", "POST"])
def receive(account: str) -> Response:
    door: Door = current_app.extensions["woodpecker-door"]
    gate = door.gates.get(account)
    if gate is None:
        return _refused(account, "unknown account")
    query = request.args.to_dict(flat=False)
    try:
        if request.method == "GET":
            return Response(gate.check_echo(query), mimetype=TEXT)
        return _answer(door, gate, account, query)
    except Refused as refusal:
        return _refused(account, f"{refusal.reason} {refusal.detail}")
    except CannotStore:
        # Nothing was kept: the platform sends again at once for a wrong status.
        return Response(status=500)


def _answer(door: Door, gate: Gate, account: str, query: dict[str, list[str]]) -> Response:
    now = deps().clock.now()
    # One byte more than is allowed, so that a body without a length is measured too.
    delivery = gate.receive(query, request.stream.read(MAX_BODY_BYTES + 1), now=now)
    if delivery.stale:
        log.warning("delivery on %s with an old timestamp and a valid signature", account)
    answer = door.intake.answer(account, delivery.message, stale=delivery.stale, now=now)
    # The time of the first receipt, so that the answers to all resends are one.
    body = gate.answer(delivery, answer.reply, now=answer.at)
    if not answer.reply:
        return Response(body, mimetype=TEXT)
    return Response(body, mimetype=XML if body.startswith(b"<") else JSON)


def _refused(account: str, why: str) -> Response:
    log.warning("refused a delivery on %s: %s", account if _NAME.fullmatch(account) else "?", why)
    return Response(status=403)
