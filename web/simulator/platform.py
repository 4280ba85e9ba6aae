"""What the platform does: delivers what its readers do, now or later, and shows what the bot sends. No views here.

State is in memory; each book has one lock of its own and none is held during a call out. Time, waiting, threads
and the request itself are handed in, so that tests need none of them.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from bot.clock import Clock, monotonic
from bot.errors import NotFound
from web.simulator import limits, menus, webhook
from web.simulator.books import who
from web.simulator.delivery import Courier, Parcel
from web.simulator.quota import Verdict
from web.simulator.readers import Acts
from web.simulator.transcript import LineKind
from web.simulator.values import Account, Entry, Kind, Outcome, Reader, Side
from web.simulator.webhook import Post

log = logging.getLogger(__name__)

FIRST_READERS = ("张阿姨", "李老师", "王师傅", "陈同学", "退休老赵")
MENU = menus.STANDARD
TICK_SECONDS = 0.25
DELIVERERS = 64  # a burst to a bot that stays silent holds as many threads for 15 s


class Platform(Acts):
    """The stand-in: several accounts, their readers, and everything on its way between them and the bot.

    webhook_base: where the bot is, without a slash at the end. picture_base: our own address, for PicUrl.
    run: starts one piece of work beside the caller. wait: pauses so many seconds, or less when stopping.
    """

    def __init__(
        self,
        accounts: Iterable[Account],
        *,
        clock: Clock,
        webhook_base: str,
        picture_base: str,
        post: Post = webhook.post,
        run: Callable[[Callable[[], None]], object] | None = None,
        wait: Callable[[float], None] | None = None,
        measure: Callable[[], float] = monotonic,
        cut_seconds: float = limits.CUT_SECONDS,
    ) -> None:
        super().__init__(accounts, clock=clock, webhook_base=webhook_base, picture_base=picture_base)
        self._stopping = threading.Event()
        self._pool = ThreadPoolExecutor(max_workers=DELIVERERS, thread_name_prefix="delivery")
        self._run = run or self._pool.submit
        self._ticks_by_itself = run is None
        self._ticking = False
        self.wait = wait or self._pause
        self._held: list[Parcel] = []
        self._holding = False
        self._lock = threading.Lock()
        self.courier = Courier(
            store=self.store, transcript=self.transcript, media=self.media, clock=lambda: self.clock, post=post,
            wait=self.wait, measure=measure, cut_seconds=cut_seconds, account=self.account, url=self.webhook_of,
            stopping=self._stopping,
        )  # fmt: skip
        for account in self.accounts.values():
            for name in FIRST_READERS:
                self.store.add_reader(account, name, following=True)

    def stop(self) -> None:
        """Gives up what waits; nothing new is delivered."""
        self._stopping.set()
        self._pool.shutdown(wait=False, cancel_futures=True)

    # Time

    def later(self, delay: timedelta, work: Callable[[], object]) -> None:
        """Done by the first tick after `delay`."""
        with self._lock:
            self.agenda.put(self.book_now() + delay, work)
            start = self._ticks_by_itself and not self._ticking
            self._ticking = self._ticking or start
        if start:
            self._run(self._tick_until_done)

    def tick(self) -> None:
        """Does what has fallen due."""
        for work in self.agenda.take_due(now=self.book_now()):
            work()

    def _tick_until_done(self) -> None:
        """One thread at a time does this, as long as anything is on the agenda."""
        while not self._stopping.is_set():
            self.tick()
            with self._lock:
                if self.agenda.next_in(now=self.book_now()) is None:
                    self._ticking = False
                    return
            self._pause(TICK_SECONDS)

    def _pause(self, seconds: float) -> None:
        self._stopping.wait(seconds)

    # What the bot does through the API

    def customer_message(
        self, account: str, openid: str, kind: Kind, text: str, *, media_key: str | None = None
    ) -> Verdict:
        """A customer message of the bot, counted against the reader's windows. NotFound: no such follower."""
        reader = self.store.reader(account, openid)
        if not reader.following:
            raise NotFound(openid)
        verdict = self.quota.take(who(reader), now=self.book_now())
        if verdict is Verdict.ALLOWED:
            self.courier.tell(reader, Side.ACCOUNT, kind, text, how="customer", note="客服消息", media_id=media_key)
        return verdict

    def show_notice(self, reader: Reader, text: str, note: str) -> None:
        """A template or subscription message on the phone."""
        self.courier.tell(reader, Side.ACCOUNT, Kind.TEXT, text, how="notice", note=note)

    # Delivering

    def hold(self, holding: bool) -> None:
        """While holding nothing is delivered; `release` lets it go, in whatever order."""
        with self._lock:
            self._holding = holding

    @property
    def holding(self) -> bool:
        return self._holding

    def held(self) -> list[Parcel]:
        with self._lock:
            return list(self._held)

    def release(self, order: list[int] | None = None) -> int:
        """Delivers what was held back, all at once, in `order` (their numbers; those not named are last)."""
        with self._lock:
            parcels, self._held = self._held, []
        rank = {number: place for place, number in enumerate(order or ())}
        for parcel in sorted(parcels, key=lambda one: rank.get(one.number, len(rank))):
            self.store.set_outcome(parcel.number, Outcome.RUNNING)
            self._go(parcel)
        return len(parcels)

    def dispatch(
        self, account: str, reader: Reader | None, fields: Mapping[str, Any], label: str, message_id: int | None
    ) -> int:
        """Sends `fields` on their way, or holds them back; the delivery's number."""
        now = self.clock.now()
        with self._lock:
            outcome = Outcome.HELD if self._holding else Outcome.RUNNING
            number = self.store.open_delivery(
                account, reader.name if reader else "", label, message_id, now=now, outcome=outcome
            )
            parcel = Parcel(number, account, reader, fields)
            if outcome is Outcome.HELD:
                self._held.append(parcel)
        self.transcript.add(LineKind.PUSH, now=now, account=account, reader=parcel.reader and parcel.reader.name,
                            delivery=number, fields=dict(fields))  # fmt: skip
        if outcome is Outcome.RUNNING:
            self._go(parcel)
        return number

    def _go(self, parcel: Parcel) -> None:
        self._run(lambda: self._deliver(parcel))

    def _deliver(self, parcel: Parcel) -> None:
        """The edge of a background thread."""
        try:
            self.courier.deliver(parcel)
        except Exception:
            log.exception("delivery %d broke off", parcel.number)
            self.courier.fault(parcel, "模拟器内部出错，见日志")

    def beside(self, work: Callable[[], None]) -> None:
        """Starts other work beside the caller."""
        self._run(work)

    def chat(self, reader: Reader, *, after: int = 0) -> list[Entry]:
        """The reader's phone: lines with a number above `after`."""
        return self.store.chat(reader, after=after)
