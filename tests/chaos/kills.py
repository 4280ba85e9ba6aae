"""`kill -9` while readers write: of a worker, of the whole web, of a scheduler, at random moments of real work."""

from __future__ import annotations

import contextlib
import os
import random
import signal
from collections import Counter
from itertools import cycle
from typing import Any

from bot.clock import monotonic, pause
from tests.chaos.load import Load
from tests.chaos.place import Place, still
from tests.support.site import children, kill, until

PHASE = "intake"


def intake_under_fire(place: Place, seed: int, kills: int) -> Counter[str]:
    """So many kills while answers come; counted by what was killed. Ends with everything acknowledged and at rest."""
    chance = random.Random(seed)
    acts = _acts(chance, kills)
    done: Counter[str] = Counter()
    servers = cycle(("granian", "gunicorn"))  # threads that share a COMMIT, and processes that do not
    web, scheduler = place.site.start_web(next(servers)), place.site.start_scheduler()
    load = Load(place, seed)
    with load.running():
        for act in acts:
            seen = place.ledger.answers
            until(lambda: place.ledger.answers > seen + 1, seconds=60, what="the web answers again")  # noqa: B023
            pause(chance.uniform(0.0, 0.15))
            if act == "worker":
                done[f"{PHASE}: web worker"] += _one_worker(web, chance)
            elif act == "web":
                kill(web)
                done[f"{PHASE}: web master and workers"] += 1
                web = place.site.start_web(next(servers))
            else:
                done[f"{PHASE}: scheduler"] += scheduler.poll() is None
                kill(scheduler)
                scheduler = place.site.start_scheduler()
    load.finish()
    settle(place)
    return done


def _acts(chance: random.Random, kills: int) -> list[str]:
    webs, schedulers = kills // 12, kills // 6
    acts = ["worker"] * (kills - webs - schedulers) + ["web"] * webs + ["scheduler"] * schedulers
    chance.shuffle(acts)
    return acts


def _one_worker(web: Any, chance: random.Random) -> int:
    """Kills one worker; 1 when there was one."""
    workers = children(web.pid)
    if not workers:
        return 0
    with contextlib.suppress(ProcessLookupError):
        os.kill(chance.choice(workers), signal.SIGKILL)
        return 1
    return 0


def settle(place: Place, *, seconds: float = 4.0) -> None:
    """A last run of all jobs, so that the chain is sealed and what was put off is done; then nothing runs."""
    end = monotonic() + seconds
    place.site.start_scheduler()
    while monotonic() < end:
        pause(0.1)
    still(place)
