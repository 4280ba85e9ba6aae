"""`/wechat/<account>`: the platform's door. Verifies, hands over to intake, renders. Every refusal looks alike."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable
from typing import NamedTuple
from urllib.parse import parse_qs
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Blueprint, Flask, Response, current_app, request

from bot import logs, wiring
from bot.catalogue.library import Library
from bot.claiming.terms import Terms
from bot.clock import Clock, monotonic
from bot.errors import without_words
from bot.intake import CannotStore, Intake
from bot.media import sources
from bot.wechat.protocol import MAX_BODY_BYTES, Gate, Refused
from web.answer_times import AnswerTimes
from web.headers import unkept

log = logging.getLogger(__name__)
blueprint = Blueprint("webhook", __name__)

_NAME = re.compile(r"[A-Za-z0-9-]{1,40}", re.ASCII)  # as settings take it; anything else could forge log lines
_PLAIN = re.compile(r"[\w-]+=[\w-]*(?:&[\w-]+=[\w-]*)*", re.ASCII)
"""A query as the platform writes it: nothing in it is to be decoded, which takes six times as long."""
XML, JSON, TEXT = "application/xml; charset=utf-8", "application/json", "text/plain; charset=utf-8"
PREFIX = "/wechat/"
Query = dict[str, list[str]]


class Outcome(NamedTuple):
    """What goes back to the platform."""

    status: str
    body: bytes = b""
    content_type: str = TEXT


REFUSED = Outcome("403 FORBIDDEN")
FAILED = Outcome("500 INTERNAL SERVER ERROR")
"""Nothing was kept: the platform sends again at once for a wrong status."""


class Door:
    """The gates of all accounts and the way in behind them; one a process."""

    def __init__(self, gates: dict[str, Gate], intake: Intake, clock: Clock) -> None:
        self.gates = gates
        self.intake = intake
        self._clock = clock

    def echo(self, account: str, query: Query) -> Outcome:
        """The platform's check of the address."""
        return self._guarded(account, lambda gate: Outcome("200 OK", gate.check_echo(query).encode()))

    def deliver(self, account: str, query: Query, body: bytes) -> Outcome:
        """One delivery; of a body over MAX_BODY_BYTES one byte more is enough."""
        return self._guarded(account, lambda gate: self._answer(gate, account, query, body))

    def _guarded(self, account: str, act: Callable[[Gate], Outcome]) -> Outcome:
        gate = self.gates.get(account)
        if gate is None:
            return _refused(account, "unknown account")
        try:
            return act(gate)
        except Refused as refusal:
            return _refused(account, f"{refusal.reason} {refusal.detail}")
        except CannotStore:
            return FAILED

    def _answer(self, gate: Gate, account: str, query: Query, body: bytes) -> Outcome:
        now = self._clock.now()
        delivery = gate.receive(query, body, now=now)
        if delivery.stale:
            log.warning("delivery on %s with an old timestamp and a valid signature", account)
        answer = self.intake.answer(account, delivery.message, stale=delivery.stale, now=now)
        # The time of the first receipt, so that the answers to all resends are one.
        said = gate.answer(delivery, answer.reply, now=answer.at)
        if not answer.reply:
            return Outcome("200 OK", said)
        return Outcome("200 OK", said, XML if said.startswith(b"<") else JSON)


class Porch:
    """Takes deliveries before the application does: they have no session, form or page, and what these do before and
    behind every view would cost as much as storing the message. All else goes in, odd requests of the platform too.
    """

    def __init__(self, inside: WSGIApplication, door: Door, headers: list[tuple[str, str]],
                 times: AnswerTimes | None = None) -> None:
        self._inside, self._door, self._headers, self._times = inside, door, headers, times

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        length = environ.get("CONTENT_LENGTH") or ("in pieces" if "HTTP_TRANSFER_ENCODING" in environ else "0")
        account = path.removeprefix(PREFIX)
        named = path.startswith(PREFIX) and account and "/" not in account
        if not named or environ["REQUEST_METHOD"] != "POST" or not length.isdecimal():
            return self._inside(environ, start_response)
        began = monotonic() if self._times else 0.0
        with logs.named("delivery"):
            outcome = self._deliver(account, environ, min(int(length), MAX_BODY_BYTES + 1))
        if self._times:
            _count(self._times, outcome, monotonic() - began)
        start_response(outcome.status, [("Content-Type", outcome.content_type),
                                        ("Content-Length", str(len(outcome.body))), *self._headers])
        return [outcome.body]

    def _deliver(self, account: str, environ: WSGIEnvironment, length: int) -> Outcome:
        try:
            query = read_query(environ.get("QUERY_STRING", ""))
            body = environ["wsgi.input"].read(length)
            if len(body) < length:
                return _refused(account, "broken off")
            return self._door.deliver(account, query, body)
        except Exception as problem:  # noqa: BLE001 - told without its own text, which may quote a reader's words
            log.error("a delivery on %s failed: %s", account, without_words(problem))
            return FAILED


def register(app: Flask) -> None:
    """Takes the webhook into the application. It has no session and no CSRF token: the platform signs."""
    known = app.extensions["woodpecker"]
    engine = wiring.intake_engine(known.settings)
    gates = {name: Gate(wiring.keys_of(name, account)) for name, account in known.settings.accounts.items()}
    door = Door(
        gates, Intake(engine, Library(), secret=known.settings.server.secret_key,
                      deaf=sources.deaf(known.settings), reports_a_day=known.settings.readers.reports_a_day,
                      terms=Terms.of(known.settings)), known.clock)
    app.extensions["woodpecker-door"] = door
    times = AnswerTimes(known.engine) if known.settings.metrics.on else None
    app.extensions["woodpecker-answer-times"] = times
    app.wsgi_app = Porch(app.wsgi_app, door, unkept(known.settings), times)  # type: ignore[method-assign]
    app.register_blueprint(blueprint)
    app.extensions["csrf"].exempt(blueprint)


@blueprint.route(f"{PREFIX}<account>", methods=["GET", "POST"])
def receive(account: str) -> Response:
    door: Door = current_app.extensions["woodpecker-door"]
    query = request.args.to_dict(flat=False)
    if request.method == "GET":
        outcome = door.echo(account, query)
    else:
        # One byte more than is allowed, so that a body without a length is measured too.
        outcome = door.deliver(account, query, request.stream.read(MAX_BODY_BYTES + 1))
    return Response(outcome.body, status=outcome.status, content_type=outcome.content_type)


def read_query(text: str) -> Query:
    """Each parameter with all its values."""
    if _PLAIN.fullmatch(text):
        found = dict(pair.split("=") for pair in text.split("&"))
        if len(found) == text.count("="):
            return {name: [value] for name, value in found.items()}
    return parse_qs(text, keep_blank_values=True, errors="replace")


def _count(times: AnswerTimes, outcome: Outcome, seconds: float) -> None:
    if outcome is REFUSED:
        times.refused()
    elif outcome is FAILED:
        times.failed()
    else:
        times.answered(seconds)


def _refused(account: str, why: str) -> Outcome:
    log.warning("refused a delivery on %s: %s", account if _NAME.fullmatch(account) else "?", why)
    return REFUSED
