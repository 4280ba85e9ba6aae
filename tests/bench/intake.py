"""`make bench`: how long the webhook takes for signed and encrypted deliveries of the demo's messages.

Prints deliveries a second and the time of one (median, 95 %, 99 %, longest) with one and with four threads, on a
fresh SQLite database with the demo's contest and pages. Every answer is opened and checked. The platform hangs up
after 5 s; what counts besides is the ratio to an earlier run on the same machine.
"""

from __future__ import annotations

import json
import logging
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter

from flask import Flask

import bot.demo
from bot.clock import Clock
from bot.database import upgrade
from bot.demo.seed import fill
from bot.settings import ReadersSettings, Settings, load_settings
from bot.wechat.keys import AccountKeys
from bot.wechat.platform_side import make_delivery, open_reply
from bot.wiring import keys_of
from models.session import make_engine
from web import create_app
from web.demo_config import ensure

COUNT = 400
READERS = 40
Delivery = tuple[dict[str, str], bytes]


def main(count: int = COUNT) -> None:
    logging.disable(logging.INFO)
    with tempfile.TemporaryDirectory(prefix="woodpecker-bench-") as folder:
        settings = _demo(Path(folder))
        name = next(iter(settings.accounts))
        keys = keys_of(name, settings.accounts[name])
        app = create_app(settings)
        deliveries = _deliveries(keys, settings.clock(), 2 * count + 1)
        _post(app, keys, deliveries.pop())  # the first one reads the catalogue
        for threads in (1, 4):
            batch, deliveries = deliveries[:count], deliveries[count:]
            _report(app, keys, batch, threads)


def _demo(folder: Path) -> Settings:
    ensure(folder / "demo.toml", simulator_port=8001)
    settings = load_settings(folder / "demo.toml", {})
    upgrade(settings.database_url)
    engine = make_engine(settings.database_url)
    fill(engine, settings, now=settings.clock().now())
    engine.dispose()
    # A day's pace would hold back what is measured.
    return settings.model_copy(update={"readers": ReadersSettings(reports_a_day=10_000)})


def _texts() -> list[str]:
    file = Path(bot.demo.__file__).parent / "data" / "this_month" / "messages.jsonl"
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [row["text"] for row in rows if row["type"] == "text"]


def _deliveries(keys: AccountKeys, clock: Clock, count: int) -> list[Delivery]:
    texts, moment = _texts(), int(clock.now().timestamp())
    return [
        make_delivery(
            keys,
            {
                "FromUserName": f"bench-reader-{number % READERS}",
                "CreateTime": str(moment),
                "MsgType": "text",
                "Content": texts[number % len(texts)],
                "MsgId": str(24_000_000_000 + number),
            },
            timestamp=moment,
            nonce=str(number),
        )
        for number in range(count)
    ]


def _post(app: Flask, keys: AccountKeys, delivery: Delivery) -> float:
    """Seconds that one delivery took. RuntimeError when the answer is not what the platform wants."""
    query, body = delivery
    client = app.test_client()
    started = perf_counter()
    answer = client.post(f"/wechat/{keys.name}", query_string=query, data=body)
    took = perf_counter() - started
    if answer.status_code != 200:
        raise RuntimeError(f"HTTP {answer.status_code}")
    open_reply(keys, answer.get_data())
    return took


def _report(app: Flask, keys: AccountKeys, batch: list[Delivery], threads: int) -> None:
    started = perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        times = sorted(pool.map(lambda delivery: _post(app, keys, delivery), batch))
    rate = len(batch) / (perf_counter() - started)
    parts = [f"{label} {times[int(len(times) * share)] * 1000:.1f} ms"
             for label, share in (("median", 0.5), ("95 %", 0.95), ("99 %", 0.99))]  # fmt: skip
    longest = f"longest {times[-1] * 1000:.1f} ms"
    print(f"{threads} thread(s): {rate:.0f} deliveries/s, {', '.join([*parts, longest])}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT)
