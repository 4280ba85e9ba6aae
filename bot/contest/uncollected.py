"""The garbage collector rests while a month is read: it would walk over every report again and again and free nothing."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Also as a decorator. Reports, scores and standings refer to nothing that refers back to them: what is done with is
    freed at once all the same. Whoever finds the collector resting leaves it so."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
