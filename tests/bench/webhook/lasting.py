"""What one worker needs and bears: its start, a burst in which deliveries come up to three times, memory over a long evening."""

from __future__ import annotations

import random
from datetime import datetime
from pathlib import Path
from subprocess import Popen
from time import perf_counter

from sqlalchemy import func, select

from models.messages import Message
from models.session import make_engine, reading
from tests.bench.webhook.client import drive
from tests.bench.webhook.material import Sender
from tests.bench.webhook.servers import GUNICORN, Server, Town, ours

STARTS, START_SECONDS = 5, 3.0
BURST, CONNECTIONS, APART = 20_000, 64, 200
"""A delivery's repetitions come within the next `APART` deliveries."""
DELIVERIES, PORTION, MOST_MEGABYTES, GROWTH_MEGABYTES = 200_000, 20_000, 150.0, 10.0


def starts(town: Town) -> int:
    """Seconds from the command to the first answer of a worker with 1,000 articles; how many bars are missed."""
    took = []
    for number in range(STARTS + 1):
        request = Sender(town.texts["plain"], seed=number).requests("/wechat/plain", town.keys["plain"], 1, now=town.now())
        began = perf_counter()
        server = ours(town, f"start {number}", (*GUNICORN, "--workers", "1"), PYTHONDONTWRITEBYTECODE="")
        run = drive(server.ports["plain"], request, connections=1)
        took.append(perf_counter() - began)
        _end(server.processes[0])
        if run.status != [200]:
            raise SystemExit(f"the first delivery was answered {run.status}\n{town.site.log(server.logs['plain'])[-3000:]}")
    # The first start compiled the program, as an installation does once.
    return _told("start to the first answer", sorted(took[1:])[STARTS // 2], "s", START_SECONDS)


def burst(town: Town, server: Server) -> int:
    """20,000 deliveries of a moment, each one to three times: every one stored once and answered, resends alike."""
    drawn = random.Random(20_000)
    texts = Sender(town.texts["plain"], seed=3)
    made = texts.requests(server.paths["plain"], town.keys["plain"], BURST // 2, now=town.now())
    made += Sender(town.texts["plain"], seed=4, first=25_000_000_000).requests(
        server.paths["plain"], town.keys["plain"], BURST // 2, now=town.now(), picture=True)
    drawn.shuffle(made)
    due = [(place + drawn.uniform(0, APART) * again, number) for place, number in enumerate(range(len(made)))
           for again in range(drawn.randint(1, 3))]
    order = [number for _, number in sorted(due)]
    before = _stored(town)
    run = drive(server.ports["plain"], [made[number] for number in order], connections=CONNECTIONS)
    answers: dict[int, set[bytes]] = {}
    for number, body in zip(order, run.bodies, strict=True):
        answers.setdefault(number, set()).add(body)
    errors = len(run.status) - run.status.count(200)
    lost = BURST - (_stored(town) - before)
    unlike = sum(len(bodies) > 1 for bodies in answers.values())
    print(f"{server.name}: {len(order):,} deliveries of {BURST:,} messages in {run.seconds:.0f} s, slowest "
          f"{max(run.took):.2f} s: {errors} errors, {max(lost, 0)} lost, {max(-lost, 0)} double, "
          f"{unlike} answered in two ways")
    return sum(map(bool, (errors, lost, unlike)))


def level(town: Town) -> int:
    """A worker's memory after each part of 200,000 deliveries; how many bars are missed."""
    server = ours(town, "evening", (*GUNICORN, "--workers", "1"))
    sender, now, after = Sender(town.texts["plain"], seed=5, first=26_000_000_000), town.now(), []
    for part in range(DELIVERIES // PORTION):
        _portion(server, sender, town, now, texts=PORTION // 10)
        after.append(_megabytes(server.processes[0].pid))
        print(f"{(part + 1) * PORTION:>9,} deliveries: {after[-1]:.0f} MB", flush=True)
    _end(server.processes[0])
    # The first part fills what is kept on purpose: what was compiled, the index, pages of the database.
    return (_told("one worker's memory", max(after), "MB", MOST_MEGABYTES)
            + _told("its growth after the first part", after[-1] - after[0], "MB", GROWTH_MEGABYTES))


def _portion(server: Server, sender: Sender, town: Town, now: datetime, *, texts: int) -> None:
    """One text in ten, so that an evening takes minutes; pictures for the rest."""
    for picture, many in ((False, texts), (True, PORTION - texts)):
        run = drive(server.ports["plain"], sender.requests(server.paths["plain"], town.keys["plain"], many, now=now,
                                                           picture=picture))
        if set(run.status) != {200}:
            raise SystemExit(f"answered {set(run.status)}\n{town.site.log(server.logs['plain'])[-3000:]}")


def _stored(town: Town) -> int:
    engine = make_engine(town.site.settings.database_url)
    with reading(engine) as session:
        many = session.scalar(select(func.count()).select_from(Message)) or 0
    engine.dispose()
    return many


def _megabytes(parent: int) -> float:
    """What the workers below a server's first process hold, the largest of them."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text("ascii").split()
    return max(int(Path(f"/proc/{child}/statm").read_text("ascii").split()[1]) * 4096 / 1e6 for child in children)


def _end(process: Popen[bytes]) -> None:
    process.terminate()
    process.wait(20)


def _told(what: str, found: float, unit: str, most: float) -> int:
    print(f"{what:<50}{found:>8.2f} {unit:<4}{f'≤ {most:g}':>12}{'  MISSED' if found > most else ''}", flush=True)
    return int(found > most)
