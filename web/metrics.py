"""`/metrics` for Prometheus, off unless `[metrics]` says who may ask. Everything is worked out from the database when asked.

So it is the same whichever process answers, and one address is enough for several machines; only the disk is the machine's.
No label holds anything of readers or members.
"""

from __future__ import annotations

import hmac
import shutil
from collections.abc import Iterator, Mapping
from datetime import datetime
from ipaddress import ip_address, ip_network

from flask import Blueprint, Flask, Response, abort, current_app, request
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot import jobs
from bot.backups.making import JOB as BACKUP
from bot.setting_sections import MetricsSettings
from models.queries import metrics as queries
from models.queries import operations
from models.session import reading
from web.answer_times import BUCKETS, FAILED, REFUSED, SUM, AnswerTimes
from web.deps import deps, now
from web.visitor import address

blueprint = Blueprint("metrics", __name__)
PREFIX = "woodpecker_"


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/metrics")
def show() -> Response:
    """404 for whoever may not ask: he learns not even whether there are any."""
    if not _may_ask(deps().settings.metrics):
        abort(404)
    times: AnswerTimes | None = current_app.extensions.get("woodpecker-answer-times")
    if times is not None:
        times.flush()  # what this process has not added yet
    registry = CollectorRegistry(auto_describe=False)
    registry.register(FromDatabase())
    try:
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
    except SQLAlchemyError:
        return Response("the database does not answer\n", status=503, content_type="text/plain; charset=utf-8")


def _may_ask(settings: MetricsSettings) -> bool:
    """By the token, or from an address that is listed; where both are set, both are asked for."""
    if not settings.on:
        return False
    if settings.token:
        given = request.headers.get("Authorization", "").encode("utf-8", "replace")
        if not hmac.compare_digest(given, f"Bearer {settings.token}".encode()):
            return False
    return not settings.allow or _listed(settings)


def _listed(settings: MetricsSettings) -> bool:
    try:
        asking = ip_address(address())
    except ValueError:
        return False
    mapped = getattr(asking, "ipv4_mapped", None)
    return any((mapped or asking) in ip_network(one) for one in settings.allow)


class FromDatabase(Collector):
    """One scrape."""

    def collect(self) -> Iterator[Metric]:
        with reading(deps().engine) as session:
            yield from _deliveries(session)
            yield from _queues(session)
            yield from _jobs(session)
            yield from _rounds(session)
            yield _gauge("alerts", "Things that are wrong now and of which [alerts] tells.", queries.alerts(session))
        yield from _disk()


def _deliveries(session: Session) -> Iterator[Metric]:
    counted = queries.answers(session)
    total, buckets = 0, []
    for bound in BUCKETS:
        total += counted.get(bound, 0)
        buckets.append((bound, float(total)))
    yield HistogramMetricFamily(f"{PREFIX}answer_seconds", "Seconds from the arrival of a delivery to its answer.",
                                buckets=buckets, sum_value=counted.get(SUM, 0) / 1_000_000)
    outcomes = {"answered": total, "refused": counted.get(REFUSED, 0), "failed": counted.get(FAILED, 0)}
    family = CounterMetricFamily(f"{PREFIX}deliveries", "Deliveries by what the platform got: resends count as well.",
                                 labels=["outcome"])
    for outcome, many in outcomes.items():
        family.add_metric([outcome], many)
    yield family


def _queues(session: Session) -> Iterator[Metric]:
    fates, states = queries.messages(session), queries.reports(session)
    yield CounterMetricFamily(f"{PREFIX}messages_received", "Messages and events stored, each once.", sum(fates.values()))
    yield _by("messages", "Messages by what became of them.", "fate", fates)
    yield CounterMetricFamily(f"{PREFIX}reports_filed", "Reports ever made.", sum(states.values()))
    yield _by("reports", "Reports by state.", "state", states)
    notices, due = queries.notices(session)
    yield _by("outbox_messages", "Messages to readers by state.", "state", notices)
    yield _gauge("outbox_oldest_seconds", "How long the oldest message to a reader that may leave has waited.",
                 max(0.0, (now() - due).total_seconds()) if due else 0.0)
    yield _by("outgoing_calls", "Calls to addresses of the configuration by state.", "state", queries.calls(session))


def _jobs(session: Session) -> Iterator[Metric]:
    runs = operations.last_runs(session, [jobs.TURN])
    turn = runs.get(jobs.TURN)
    finished = turn.finished_at if turn else None
    yield _gauge("scheduler_last_turn_timestamp_seconds", "When all jobs were last through.", _moment(finished))
    failing = set(turn.result.get("failed", [])) if turn else set()
    well = GaugeMetricFamily(f"{PREFIX}job_last_success_timestamp_seconds", "When a job last went well.", labels=["job"])
    bad = GaugeMetricFamily(f"{PREFIX}job_failing", "Whether a job failed in the last turn.", labels=["job"])
    for name in jobs.JOBS:
        # Runs that found nothing to do leave no row: the turn tells that they went well.
        well.add_metric([name], _moment(queries.last_done(session, name) if name in failing else finished))
        bad.add_metric([name], float(name in failing))
    yield well
    yield bad
    yield _gauge("backup_last_success_timestamp_seconds", "When the last good backup was made; 0: never.",
                 _moment(queries.last_done(session, BACKUP)))


def _rounds(session: Session) -> Iterator[Metric]:
    labels = ["contest", "round", "state"]
    closes = GaugeMetricFamily(f"{PREFIX}round_closes_timestamp_seconds", "When a round that is not released closes.",
                               labels=labels)
    until = GaugeMetricFamily(f"{PREFIX}round_grading_ends_timestamp_seconds", "When its grading ends.", labels=labels)
    for one in queries.deadlines(session):
        values = [str(one.contest_id), one.month, one.state.value]
        closes.add_metric(values, one.closes_at.timestamp())
        until.add_metric(values, one.grading_until.timestamp())
    yield closes
    yield until


def _disk() -> Iterator[Metric]:
    try:
        usage = shutil.disk_usage(deps().settings.server.data_dir)
    except OSError:
        return
    yield _gauge("disk_free_bytes", "Free bytes where the data folder of this machine lies.", usage.free)
    yield _gauge("disk_size_bytes", "All bytes there.", usage.total)


def _gauge(name: str, said: str, value: float) -> Metric:
    return GaugeMetricFamily(PREFIX + name, said, value)


def _by(name: str, said: str, label: str, values: Mapping[str, int]) -> Metric:
    family = GaugeMetricFamily(PREFIX + name, said, labels=[label])
    for value, many in values.items():
        family.add_metric([value], many)
    return family


def _moment(at: datetime | None) -> float:
    return at.timestamp() if at else 0.0
