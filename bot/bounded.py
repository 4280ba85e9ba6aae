"""Something that may never end, given up after a while: where the other side says a byte now and then, no timeout of a socket
ever comes. Knows nothing of what is done.
"""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import TypeVar

T = TypeVar("T")


class GivenUp(TimeoutError):
    """It takes longer. An error of its own, for what is done may raise TimeoutError itself."""


def within(seconds: float, work: Callable[[], T]) -> T:
    """What `work` gives or raises; GivenUp where that takes longer. It then goes on by itself, in a thread that
    holds up no end of the process, until the other side is done with it: whatever it still does must do no harm."""
    done, context = Future[T](), contextvars.copy_context()

    def run() -> None:
        try:
            done.set_result(context.run(work))
        except Exception as problem:  # noqa: BLE001 - raised where it is waited for
            done.set_exception(problem)

    threading.Thread(target=run, daemon=True).start()
    if not wait([done], seconds).done:
        raise GivenUp
    return done.result()
